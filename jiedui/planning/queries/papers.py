"""Whether the agreements of two hospitals last as long as the tours between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from jiedui.planning.domain.dispatch.problem import Problem, Tour
from jiedui.planning.domain.framing import in_part, post_of
from jiedui.planning.domain.house_rules import whole
from jiedui.planning.domain.stays import stay
from jiedui.planning.models import DispatchPlan
from jiedui.programmes.queries.agreements import all_covering

# Pairs of hospitals that are looked at; of a country's plan the adoption tells the rest.
LOOKED_AT = 300


def outlasting(plan: DispatchPlan, problem: Problem, tours: Collection[Tour]) -> int:
    """How many tours go beyond the agreements of their hospitals, which have some for a part.

    Those of the problem never do (domain.framing), but whoever stays for a handover may, and
    tours that stood or were pinned before an agreement was ended.
    """
    hand = whole(plan.settings["rules"], "handover_months")
    starts: dict[str, set[int]] = defaultdict(set)
    between: dict[tuple[str, str], list[Tour]] = defaultdict(list)
    for tour in tours:
        starts[post_of(tour.post)].add(tour.start)
        pair = problem.expert[tour.expert].supporter, problem.post[tour.post].recipient
        between[pair].append(tour)
    count = 0
    for (giver, receiver), own in sorted(between.items())[:LOOKED_AT]:
        papers = all_covering(plan.programme_id, UUID(giver), UUID(receiver), plan.starts_on)
        spans = [(paper.valid_from, paper.valid_to) for paper in papers]
        for tour in own:
            days = stay(plan.starts_on, tour.start, tour.months, hand, starts[post_of(tour.post)])
            count += in_part(spans, days.first, days.last)
    return count
