"""Who sees and steers dispatch plans.

A coordinator over a plan's area sees all of it. Everybody else with ``planning.read`` sees a
plan once it was handed in, of it the scenario handed in, and of that the tours from and to
the organisations within their reach; what there is beside them is counted, not shown.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import F, Q, QuerySet

from jiedui.accounts.models import User
from jiedui.accounts.permissions import Viewer, viewer_of
from jiedui.core.errors import NotAllowed, NotVisible
from jiedui.directory import access as directory
from jiedui.planning.domain.states import ADOPTED, APPROVED, SUBMITTED
from jiedui.planning.models import (
    Candidate,
    Consent,
    DispatchPlan,
    Ruling,
    Scenario,
    ScenarioTour,
)
from jiedui.programmes.access import visible_programmes

READ, EDIT = "planning.read", "planning.edit"
# Who sends and who receives: whose consent a plan needs, and who proposes people.
SEND, HOST = "programmes.send", "programmes.host"
ANSWERS = {"giver": SEND, "receiver": HOST}
HANDED_IN = (SUBMITTED, APPROVED, ADOPTED)


def _not_visible() -> NotVisible:
    return NotVisible("not-visible", "This page does not exist or is not open to you.")


def opens_plans(viewer: Viewer) -> bool:
    """Whether plans are anything to the viewer at all."""
    return viewer.may(READ)


def may_make_plans(viewer: Viewer) -> bool:
    """Whether the viewer plans, somewhere."""
    return viewer.may(EDIT)


def _edited(viewer: Viewer) -> Q:
    """Plans over whose area the viewer plans; one without an area is over everything."""
    held = directory.reach(viewer, EDIT)
    return Q() if held.everything else Q(area_id__in=held.organisation_ids)


def visible_plans(viewer: Viewer) -> QuerySet[DispatchPlan]:
    """Plans of visible programmes: those the viewer edits, and those handed in."""
    if not opens_plans(viewer):
        return DispatchPlan.objects.none()
    rows = DispatchPlan.objects.all()
    if not directory.reach(viewer, "programmes.read").everything:
        rows = rows.filter(programme_id__in=visible_programmes(viewer).values("id"))
    if directory.reach(viewer, EDIT).everything:
        return rows
    return rows.filter(_edited(viewer) | Q(state__in=HANDED_IN))


def get_dispatch_plan(viewer: Viewer, id: UUID) -> DispatchPlan:
    """The plan with its programme, area and chosen scenario, or NotVisible."""
    rows = visible_plans(viewer).select_related("programme", "area", "chosen")
    found = rows.filter(pk=id).first()
    if found is None:
        raise _not_visible()
    return found


def may_edit_plan(viewer: Viewer, plan: DispatchPlan) -> bool:
    """Whether the viewer plans over the plan's area."""
    return _covers(viewer, plan.area_id)


def _covers(viewer: Viewer, area_id: UUID | None) -> bool:
    held = directory.reach(viewer, EDIT)
    return held.everything or (area_id is not None and held.covers(area_id))


def must_make_plan(by: User | None, area_id: UUID | None) -> None:
    """NotAllowed unless ``by`` plans over the area; None is over everything."""
    if by is None:
        return
    viewer = viewer_of(by)
    viewer.must(EDIT)
    if not _covers(viewer, area_id):
        raise NotAllowed("plan-out-of-reach", "This plan is not yours to make or change.")


def must_edit_plan(by: User | None, plan: DispatchPlan) -> None:
    """NotAllowed ``plan-out-of-reach`` unless ``by`` plans over the plan's area."""
    must_make_plan(by, plan.area_id)


def sees_whole(viewer: Viewer, plan: DispatchPlan) -> bool:
    """Whether the viewer sees every tour of the plan."""
    return may_edit_plan(viewer, plan) or directory.reach(viewer, READ).everything


def visible_scenarios(viewer: Viewer) -> QuerySet[Scenario]:
    """Every scenario of the plans that the viewer edits; of others the one handed in."""
    rows = Scenario.objects.filter(plan__in=visible_plans(viewer).values("id"))
    held = directory.reach(viewer, EDIT)
    if held.everything:
        return rows
    chosen = Q(plan__state__in=HANDED_IN, plan__chosen_id=F("id"))
    return rows.filter(chosen | Q(plan__area_id__in=held.organisation_ids))


def get_scenario(viewer: Viewer, id: UUID) -> Scenario:
    """The scenario with its plan, or NotVisible."""
    rows = visible_scenarios(viewer).select_related(
        "plan__programme", "plan__area", "plan__chosen", "based_on"
    )
    found = rows.filter(pk=id).first()
    if found is None:
        raise _not_visible()
    return found


def visible_tours(viewer: Viewer) -> QuerySet[ScenarioTour]:
    """Tours of visible scenarios: all where the viewer plans, else from and to the own bodies."""
    rows = ScenarioTour.objects.filter(scenario__in=visible_scenarios(viewer).values("id"))
    edits, reads = directory.reach(viewer, EDIT), directory.reach(viewer, READ)
    if edits.everything or reads.everything:
        return rows
    return rows.filter(
        Q(scenario__plan__area_id__in=edits.organisation_ids)
        | Q(candidate__giver_id__in=reads.organisation_ids)
        | Q(post__receiver_id__in=reads.organisation_ids)
    )


def get_tour(viewer: Viewer, id: UUID) -> ScenarioTour:
    """The tour with its person, post and plan, or NotVisible."""
    rows = visible_tours(viewer).select_related(
        "scenario__plan__programme", "scenario__plan__area", "candidate__person",
        "candidate__giver", "post__receiver", "post__department", "posting",
    )  # fmt: skip
    found = rows.filter(pk=id).first()
    if found is None:
        raise _not_visible()
    return found


def get_ruling(viewer: Viewer, id: UUID) -> Ruling:
    """What was settled by hand in a scenario that the viewer edits, or NotVisible."""
    rows = Ruling.objects.select_related(
        "scenario__plan__programme", "candidate__person", "post__receiver"
    )
    found = rows.filter(pk=id, scenario__in=visible_scenarios(viewer).values("id")).first()
    if found is None or not may_edit_plan(viewer, found.scenario.plan):
        raise _not_visible()
    return found


def visible_candidates(viewer: Viewer) -> QuerySet[Candidate]:
    """Candidates of the own givers; where the viewer plans, all of the programme."""
    if not opens_plans(viewer):
        return Candidate.objects.none()
    edits, sends = directory.reach(viewer, EDIT), directory.reach(viewer, SEND)
    if edits.everything or sends.everything:
        return Candidate.objects.all()
    planned = DispatchPlan.objects.filter(area_id__in=edits.organisation_ids)
    return Candidate.objects.filter(
        Q(giver_id__in=edits.organisation_ids | sends.organisation_ids)
        | Q(programme_id__in=planned.values("programme_id"))
    )


def get_candidate(viewer: Viewer, id: UUID) -> Candidate:
    """The candidate with person and giver, or NotVisible."""
    rows = visible_candidates(viewer).select_related("programme", "person", "giver")
    found = rows.filter(pk=id).first()
    if found is None:
        raise _not_visible()
    return found


def may_propose(viewer: Viewer, giver_id: UUID) -> bool:
    """Whether the viewer says whom this organisation can send."""
    return any(directory.reach(viewer, each).covers(giver_id) for each in (SEND, EDIT))


def must_propose(by: User | None, giver_id: UUID) -> None:
    """NotAllowed ``candidate-out-of-reach`` unless ``by`` proposes for the organisation."""
    if by is not None and not may_propose(viewer_of(by), giver_id):
        raise NotAllowed(
            "candidate-out-of-reach", "Only the home organisation proposes its people."
        )


def visible_consents(viewer: Viewer) -> QuerySet[Consent]:
    """Answers to plans: all where the viewer plans or reads everything, else the own ones."""
    rows = Consent.objects.filter(scenario__in=visible_scenarios(viewer).values("id"))
    edits, reads = directory.reach(viewer, EDIT), directory.reach(viewer, READ)
    if edits.everything or reads.everything:
        return rows
    return rows.filter(
        Q(scenario__plan__area_id__in=edits.organisation_ids)
        | Q(organisation_id__in=reads.organisation_ids)
    )


def get_consent(viewer: Viewer, id: UUID) -> Consent:
    """The consent with its scenario, plan and organisation, or NotVisible."""
    rows = visible_consents(viewer).select_related("scenario__plan__programme", "organisation")
    found = rows.filter(pk=id).first()
    if found is None:
        raise _not_visible()
    return found


def may_answer(viewer: Viewer, consent: Consent) -> bool:
    """Whether the viewer answers for the organisation on that side, or plans over it."""
    return any(
        directory.reach(viewer, each).covers(consent.organisation_id)
        for each in (ANSWERS[consent.side], EDIT)
    )


def must_answer(by: User | None, consent: Consent) -> None:
    """NotAllowed ``consent-of-others`` unless ``by`` answers for the organisation."""
    if by is not None and not may_answer(viewer_of(by), consent):
        raise NotAllowed("consent-of-others", "This answer is for the organisation itself to give.")
