"""A plan's problem, from what the house knows today."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from jiedui.core.packs import vocabulary
from jiedui.directory.queries import parts_of, titles_on
from jiedui.directory.queries.altitudes import altitudes
from jiedui.planning.domain.dispatch.problem import Ban, Tour
from jiedui.planning.domain.framing import (
    Able,
    Asked,
    Framed,
    Held,
    Tied,
    World,
    frame,
    placed,
    post_of,
)
from jiedui.planning.domain.frozen import Question
from jiedui.planning.domain.house_rules import whole
from jiedui.planning.domain.months import last_day_of
from jiedui.planning.models import Candidate, DispatchPlan, Scenario
from jiedui.programmes.domain.postings import LEADER
from jiedui.programmes.queries import planning as known

if TYPE_CHECKING:
    from jiedui.programmes.models import Post

# The mode of a post whose people come and go (a code of the pack's post_modes).
VISITING = "visiting"


def last_day(plan: DispatchPlan) -> date:
    """The last day of the plan's months."""
    return last_day_of(plan.starts_on, plan.months)


def posts_of(plan: DispatchPlan) -> list[Post]:
    """The posts that the plan is to fill, with recipient and department."""
    rows = known.posts_between(
        plan.programme_id, plan.starts_on, last_day(plan),
        receivers=None if plan.area_id is None else parts_of(plan.area_id, plan.starts_on),
        requested=bool(plan.settings.get("requested")),
    )  # fmt: skip
    return list(rows.select_related("receiver", "department").order_by("id"))


def candidates_of(plan: DispatchPlan) -> list[Candidate]:
    """The programme's candidates for some of the plan's days."""
    rows = Candidate.objects.filter(
        programme_id=plan.programme_id, withdrawn_at__isnull=True,
        available_from__lte=last_day(plan), available_to__gte=plan.starts_on,
    )  # fmt: skip
    return list(rows.select_related("person", "giver").order_by("id"))


def _rank(title: str) -> int:
    found = vocabulary().tables.get("titles", {}).get(title)
    return int(found.extra.get("rank") or 0) if found else 0


def _asked(posts: Collection[Post]) -> list[Asked]:
    core = {code for code, term in vocabulary().table("team_roles").items() if term.extra["core"]}
    return [
        Asked(
            str(post.id), str(post.receiver_id), post.specialty, post.category, _rank(post.title),
            post.team_role == LEADER, post.team_role in core, post.mode == VISITING,
            post.needed_from, post.needed_to, post.months, post.headcount, post.apprentices,
            post.priority,
        )
        for post in posts
    ]  # fmt: skip


def _able(candidates: Collection[Candidate], day: date) -> list[Able]:
    titles = titles_on((one.person_id for one in candidates), day)
    return [
        Able(
            str(one.id), str(one.person_id), str(one.giver_id), one.specialty, one.category,
            _rank(titles.get(one.person_id, "")), one.can_lead, one.altitude_ok,
            one.flexible_ok, one.available_from, one.available_to, one.max_tours,
            one.max_months,
        )
        for one in candidates
    ]  # fmt: skip


def framed(plan: DispatchPlan, budget: float) -> Framed:
    """The problem of the plan as things stand now, with what was left out of it and why."""
    rules = plan.settings["rules"]
    posts, candidates = posts_of(plan), candidates_of(plan)
    # Whoever stays for the handover is away a little beyond the plan.
    until = last_day(plan) + timedelta(days=31 * whole(rules, "handover_months"))
    receivers = {post.receiver_id for post in posts}
    givers = {one.giver_id for one in candidates}
    ties = known.ties_between(plan.programme_id, givers, receivers, plan.starts_on)
    people = {one.person_id for one in candidates}
    limit = whole(rules, "altitude_limit")
    heights = altitudes(receivers, plan.starts_on)
    world = World(
        start=plan.starts_on,
        months=plan.months,
        rules=rules,
        posts=_asked(posts),
        candidates=_able(candidates, plan.starts_on),
        filled=_held(known.holding_posts(plan.programme_id, plan.starts_on, until)),
        away=_held(known.people_away(people, plan.starts_on, until)),
        ties=[
            Tied(str(tie.giver), str(tie.receiver), tie.first, tie.last, tie.direct) for tie in ties
        ],
        papers=[
            Tied(str(paper.giver), str(paper.receiver), paper.first, paper.last, True)
            for paper in known.papers_between(
                plan.programme_id, {(tie.giver, tie.receiver) for tie in ties}, plan.starts_on
            )
        ],
        high=frozenset(str(body) for body, metres in heights.items() if metres >= limit),
    )
    return frame(world, budget)


def _held(rows: Collection[known.Hold]) -> list[Held]:
    return [Held(str(row.id), row.first, row.last) for row in rows]


def _tour(candidate_id: UUID | None, post_id: UUID | None, start: int, months: int) -> Tour:
    return Tour(str(candidate_id), str(post_id), start, months)


def question(scenario: Scenario, *, fresh: bool) -> tuple[Question, Framed]:
    """What a run of the scenario asks, with what was settled by hand and the plan that stands.

    A ban of a post is one of all the sets of places that stand for it in the problem.
    """
    found = framed(scenario.plan, float(scenario.budget))
    problem = found.problem
    rulings = sorted(scenario.rulings.all(), key=lambda row: row.pk)
    pins = [
        _tour(row.candidate_id, row.post_id, row.start or 0, row.months or 0)
        for row in rulings
        if row.verb == "pin"
    ]
    before = (
        []
        if fresh
        else [_tour(row.candidate_id, row.post_id, row.start, row.months)
              for row in scenario.tours.order_by("start", "id")]
    )  # fmt: skip
    standing = placed(problem, [*pins, *(tour for tour in before if tour not in pins)])
    return (
        Question(
            problem,
            found.bans,
            tuple(
                Ban(str(row.candidate_id or ""), post, row.start, row.months)
                for row in rulings
                if row.verb == "forbid"
                for post in _parts(found, row.post_id)
            ),
            standing[: len(pins)],
            standing if before else (),
            scenario.floor,
            scenario.seed,
        ),
        found,
    )


def _parts(found: Framed, post_id: UUID | None) -> list[str]:
    """The posts of the problem that stand for a post of the house; blank is any."""
    if post_id is None:
        return [""]
    own = str(post_id)
    return [post.id for post in found.problem.posts if post_of(post.id) == own]
