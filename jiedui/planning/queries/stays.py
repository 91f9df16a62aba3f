"""The days of a scenario's tours."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from jiedui.planning.domain.house_rules import whole
from jiedui.planning.domain.stays import Stay, stay
from jiedui.planning.models import Scenario, ScenarioTour


def starts_at_posts(scenario: Scenario) -> dict[UUID, set[int]]:
    """In which months a tour begins at each post."""
    found: dict[UUID, set[int]] = defaultdict(set)
    for post, start in scenario.tours.values_list("post_id", "start"):
        found[post].add(start)
    return found


def stay_of(scenario: Scenario, tour: ScenarioTour, starts: dict[UUID, set[int]]) -> Stay:
    """The days of a tour, with the handover where somebody follows."""
    plan = scenario.plan
    hand = whole(plan.settings["rules"], "handover_months")
    return stay(plan.starts_on, tour.start, tour.months, hand, starts.get(tour.post_id, set()))
