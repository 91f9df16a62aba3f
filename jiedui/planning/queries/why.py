"""Why somebody goes where, why a post is empty, and what stands against a wish."""

from __future__ import annotations

from uuid import UUID

from jiedui.accounts.permissions import Viewer
from jiedui.planning.access import may_edit_plan
from jiedui.planning.domain.dispatch import reasons as told
from jiedui.planning.domain.dispatch.explain import Case, why_empty
from jiedui.planning.domain.dispatch.explain_person import why_person
from jiedui.planning.domain.dispatch.problem import Tour
from jiedui.planning.domain.framing import placed, post_of
from jiedui.planning.domain.frozen import from_plain
from jiedui.planning.domain.reasons import Reason
from jiedui.planning.models import Scenario, ScenarioTour
from jiedui.planning.queries.naming import names_for
from jiedui.planning.queries.wishes import wish_faults
from jiedui.planning.sources import documents


def _case(scenario: Scenario) -> Case | None:
    """The plan with the question it answered; None before the first run."""
    if not scenario.problem:
        return None
    asked = from_plain(documents.read(scenario.problem))
    rows = scenario.tours.values_list("candidate_id", "post_id", "start", "months")
    tours = placed(asked.problem, [Tour(str(a), str(b), c, d) for a, b, c, d in rows])
    return Case(asked.problem, tours, asked.pins, asked.all_bans)


def _named(scenario: Scenario, found: tuple[told.Reason, ...], language: str) -> tuple[Reason, ...]:
    plain = [Reason(each.code, each.message, dict(each.values)) for each in found]
    called = names_for(scenario.plan, plain, language)
    return tuple(map(called.reason, plain))


def why_this_person(
    viewer: Viewer, tour: ScenarioTour, language: str = "zh-hans"
) -> tuple[Reason, ...]:
    """Why this person goes there: who would have come next, where else they could go.

    It names others, so only who plans over the plan's area reads it.
    """
    scenario = tour.scenario
    case = _case(scenario) if may_edit_plan(viewer, scenario.plan) else None
    if case is None or str(tour.candidate_id) not in case.problem.expert:
        return ()
    stays = why_person(case, str(tour.candidate_id)).stays
    own = [
        stay
        for stay in stays
        if (post_of(stay.tour.post), stay.tour.start) == (str(tour.post_id), tour.start)
    ]
    return _named(scenario, own[0].reasons, language) if own else ()


def why_at_home(
    viewer: Viewer, scenario: Scenario, candidate_id: UUID, language: str = "zh-hans"
) -> tuple[Reason, ...]:
    """Why a candidate goes nowhere in a scenario; for who plans over the plan's area."""
    case = _case(scenario) if may_edit_plan(viewer, scenario.plan) else None
    if case is None or str(candidate_id) not in case.problem.expert:
        return ()
    return _named(scenario, why_person(case, str(candidate_id)).reasons, language)


def why_this_post(
    viewer: Viewer, scenario: Scenario, post_id: UUID, language: str = "zh-hans"
) -> tuple[Reason, ...]:
    """Why a post is empty, in full; for who plans over the plan's area."""
    case = _case(scenario) if may_edit_plan(viewer, scenario.plan) else None
    if case is None:
        return ()
    own = [post.id for post in case.problem.posts if post_of(post.id) == str(post_id)]
    found = [reason for id in own for reason in why_empty(case, id).reasons]
    return _named(scenario, tuple(found), language)


def tour_faults(
    viewer: Viewer,
    scenario: Scenario,
    candidate_id: UUID,
    post_id: UUID,
    start: int,
    months: int,
    besides: ScenarioTour | None = None,
) -> tuple[Reason, ...]:
    """What stands against a tour that somebody drags; nothing for who does not plan here."""
    if not may_edit_plan(viewer, scenario.plan):
        return ()
    return wish_faults(scenario, candidate_id, post_id, start, months, besides)
