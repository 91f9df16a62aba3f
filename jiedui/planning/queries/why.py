"""Why somebody goes where, why a post is empty, and what stands against a wish."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from jiedui.accounts.permissions import Viewer
from jiedui.planning.access import may_edit_plan
from jiedui.planning.domain.dispatch import reasons as told
from jiedui.planning.domain.dispatch.exchanges import Exchange
from jiedui.planning.domain.dispatch.explain import Case, why_empty
from jiedui.planning.domain.dispatch.explain_person import why_person
from jiedui.planning.domain.dispatch.problem import Tour
from jiedui.planning.domain.framing import placed, post_of
from jiedui.planning.domain.frozen import from_plain
from jiedui.planning.domain.reasons import Reason
from jiedui.planning.models import Candidate, Scenario, ScenarioTour
from jiedui.planning.queries.naming import names_for
from jiedui.planning.sources import documents


def _case(scenario: Scenario) -> Case | None:
    """The plan with the question it answered; None before the first run."""
    if not scenario.problem:
        return None
    asked = from_plain(documents.read(scenario.problem))
    rows = scenario.tours.values_list("candidate_id", "post_id", "start", "months")
    tours = placed(asked.problem, [Tour(str(a), str(b), c, d) for a, b, c, d in rows])
    floor = scenario.result.get("floor")
    return Case(asked.problem, tours, asked.pins, asked.all_bans, floor=floor)


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


@dataclass(frozen=True)
class Why:
    """Why somebody stays at home or a post is empty, and the tour that would lose least."""

    reasons: tuple[Reason, ...]
    best: Suggested | None = None


@dataclass(frozen=True)
class Suggested:
    """A tour that could be pinned."""

    candidate_id: UUID
    person: str
    post_id: UUID
    start: int
    months: int


def why_at_home(
    viewer: Viewer, scenario: Scenario, candidate_id: UUID, language: str = "zh-hans"
) -> Why:
    """Why a candidate goes nowhere in a scenario; for who plans over the plan's area."""
    case = _case(scenario) if may_edit_plan(viewer, scenario.plan) else None
    if case is None:
        return Why(())
    if str(candidate_id) not in case.problem.expert:
        left = scenario.result.get("left", {}).get("candidates", {}).get(str(candidate_id))
        return Why((Reason(**left),) if left else ())
    found = why_person(case, str(candidate_id))
    return Why(_named(scenario, found.reasons, language), _suggested(found.best))


def why_this_post(
    viewer: Viewer, scenario: Scenario, post_id: UUID, language: str = "zh-hans"
) -> Why:
    """Why a post is empty, in full; for who plans over the plan's area."""
    case = _case(scenario) if may_edit_plan(viewer, scenario.plan) else None
    if case is None:
        return Why(())
    own = [post.id for post in case.problem.posts if post_of(post.id) == str(post_id)]
    found = [why_empty(case, id) for id in own]
    swaps = [each.best for each in found if each.best is not None]
    best = max(swaps, key=lambda swap: (swap.gain, swap.add), default=None)
    reasons = tuple(reason for each in found for reason in each.reasons)
    return Why(_named(scenario, reasons, language), _suggested(best))


def _suggested(swap: Exchange | None) -> Suggested | None:
    if swap is None:
        return None
    tour = swap.add
    names = Candidate.objects.filter(pk=tour.expert).values_list("person__name", flat=True)
    return Suggested(
        UUID(tour.expert), next(iter(names), ""), UUID(post_of(tour.post)), tour.start, tour.months
    )
