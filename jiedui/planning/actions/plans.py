"""Dispatch plans: made, changed, handed in, taken back, given up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import taken, whole, words
from jiedui.core.clock import now
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.identifiers import new_id
from jiedui.core.packs import vocabulary
from jiedui.core.periods import meant
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.directory.queries import ancestors_of, parts_of
from jiedui.planning.access import must_edit_plan, must_make_plan
from jiedui.planning.domain.house_rules import TABLE
from jiedui.planning.domain.house_rules import taken as rules_taken
from jiedui.planning.domain.months import first_of
from jiedui.planning.domain.states import CANCELLED, DONE, DRAFT, PLAN_STATES, RUNNING, WAITING
from jiedui.planning.models import Consent, DispatchPlan, Scenario, ScenarioTour
from jiedui.planning.queries.freshness import outdated, stale
from jiedui.programmes.queries.planning import receiving_in

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation
    from jiedui.programmes.models import Programme


def held_plan(id: UUID) -> DispatchPlan:
    """The plan under its lock, the first of the locks of every action on plans."""
    rows = DispatchPlan.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("programme", "area", "chosen").get(pk=id)


def held_draft(id: UUID) -> DispatchPlan:
    """The plan under its lock; InvalidState ``plan-not-draft`` where it was handed in or ended."""
    plan = held_plan(id)
    if plan.state != DRAFT:
        raise InvalidState(
            "plan-not-draft", "The plan is not being drafted; take it back to change anything."
        )
    return plan


def _settings(settings: Mapping[str, Any], requested: bool) -> dict[str, Any]:
    own = {code: str(value) for code, value in settings.items() if str(value).strip()}
    rules = rules_taken(vocabulary().table(TABLE), own)
    return {"rules": rules, "own": sorted(own), "requested": requested}


@transaction.atomic
def create_dispatch_plan(
    *,
    by: User | None,
    id: UUID | None = None,
    programme: Programme,
    area: Organisation | None = None,
    name: str,
    starts_on: date,
    months: int,
    settings: Mapping[str, Any] | None = None,
    requested: bool = False,
) -> DispatchPlan:
    """Begin a plan for the recipients of an area (blank: of the programme) from a month on.

    ``settings`` says otherwise than the pack's rules; ``requested`` counts posts that are
    only requested too. Raises InvalidInput at the field, NotAllowed.
    """
    must_make_plan(by, area.id if area else None)
    content = hash_of(
        programme=programme, area=area, name=name, starts_on=starts_on, months=months,
        settings=dict(settings or {}), requested=requested,
    )  # fmt: skip
    if found := first_answer(DispatchPlan, id, content):
        return found
    if area is not None:
        _in_programme(programme, area)
    plan = DispatchPlan.objects.create(
        id=id or new_id(), content=content, programme=programme, area=area,
        name=words(name, "name", 160, required=True),
        starts_on=first_of(meant(starts_on, "starts_on")),
        months=whole(months, "months", 1, 120), settings=_settings(settings or {}, requested),
    )  # fmt: skip
    record(
        by=by, action="planning.create-plan", object_kind="dispatch-plan", object_id=plan.id,
        programme=str(programme.id), area=str(area.id) if area else "",
        starts_on=plan.starts_on.isoformat(), months=months,
    )  # fmt: skip
    return plan


def _in_programme(programme: Programme, area: Organisation) -> None:
    """``organisation-not-in-programme`` at ``area`` where nothing in the area is helped."""
    helped = receiving_in(programme.id)
    near = parts_of(area.id) | ancestors_of(area.id)
    if area.example != programme.example or helped.isdisjoint(near):
        raise InvalidInput(
            "organisation-not-in-programme",
            "%(organisation)s is not paired in this programme on that side.",
            field="area", organisation=area.name,
        )  # fmt: skip


@transaction.atomic
def edit_dispatch_plan(
    *,
    by: User | None,
    plan: DispatchPlan,
    name: str,
    starts_on: date,
    months: int,
    settings: Mapping[str, Any] | None = None,
    requested: bool = False,
) -> DispatchPlan:
    """Change a draft's name, time or rules; scenarios planned before are to be planned anew."""
    must_edit_plan(by, plan)
    held = held_draft(plan.pk)
    held.name = words(name, "name", 160, required=True)
    held.starts_on = first_of(meant(starts_on, "starts_on"))
    held.months = whole(months, "months", 1, 120)
    held.settings = _settings(settings or {}, requested)
    held.save(update_fields=["name", "starts_on", "months", "settings"])
    record(by=by, action="planning.edit-plan", object_kind="dispatch-plan", object_id=held.id)
    return held


@transaction.atomic
def submit_plan(*, by: User | None, plan: DispatchPlan, scenario: Scenario) -> DispatchPlan:
    """Hand a scenario in: every organisation that sends or receives by it is asked.

    Raises InvalidState ``scenario-not-planned``, ``scenario-stale``, ``scenario-empty``, and
    ``scenario-outdated`` where a candidate was withdrawn or a post closed since.
    """
    must_edit_plan(by, plan)
    held = held_plan(plan.pk)
    step = taken(PLAN_STATES, held.state, "submit")
    chosen = Scenario.objects.select_for_update(no_key=True).get(pk=scenario.pk, plan=held)
    if chosen.state not in (DONE, CANCELLED):
        raise InvalidState("scenario-not-planned", "Plan the scenario first.")
    if stale(held, chosen):
        raise InvalidState(
            "scenario-stale", "Something was changed since this was planned: plan it anew."
        )
    tours = list(chosen.tours.select_related("candidate", "post"))
    if not tours:
        raise InvalidState("scenario-empty", "The scenario sends nobody.")
    if gone := outdated(tours):
        raise InvalidState(
            "scenario-outdated",
            "%(count)s tours can no longer be: their candidate was withdrawn or their post"
            " closed. Plan anew.",
            count=gone,
        )
    if Scenario.objects.filter(plan=held, state__in=(WAITING, RUNNING)).exists():
        raise InvalidState("scenario-running", "A scenario is being planned; wait or cancel it.")
    Consent.objects.filter(scenario__plan=held).delete()
    Consent.objects.bulk_create(
        Consent(scenario=chosen, organisation_id=body, side=side)
        for side, body in sorted(_asked(tours), key=str)
    )
    held.state, held.chosen, held.submitted_at, held.reason = step.target, chosen, now(), ""
    held.save(update_fields=["state", "chosen", "submitted_at", "reason"])
    record(
        by=by, action="planning.submit-plan", object_kind="dispatch-plan", object_id=held.id,
        scenario=str(chosen.id), tours=len(tours), problem=chosen.problem,
    )  # fmt: skip
    return held


def _asked(tours: list[ScenarioTour]) -> set[tuple[str, UUID]]:
    """Every side of every tour."""
    givers = {("giver", tour.candidate.giver_id) for tour in tours}
    return givers | {("receiver", tour.post.receiver_id) for tour in tours}


@transaction.atomic
def recall_plan(*, by: User | None, plan: DispatchPlan, reason: str = "") -> DispatchPlan:
    """Take a plan that was handed in back to draft, before it is adopted."""
    must_edit_plan(by, plan)
    held = held_plan(plan.pk)
    step = taken(PLAN_STATES, held.state, "recall")
    held.state, held.reason = step.target, words(reason, "reason", 400)
    held.save(update_fields=["state", "reason"])
    record(by=by, action="planning.recall-plan", object_kind="dispatch-plan", object_id=held.id)
    return held


@transaction.atomic
def abandon_plan(*, by: User | None, plan: DispatchPlan, reason: str) -> DispatchPlan:
    """Give a draft up, saying why; it stays to be read."""
    must_edit_plan(by, plan)
    held = held_plan(plan.pk)
    step = taken(PLAN_STATES, held.state, "abandon")
    if Scenario.objects.filter(plan=held, state__in=(WAITING, RUNNING)).exists():
        raise InvalidState("scenario-running", "A scenario is being planned; wait or cancel it.")
    held.state, held.reason = step.target, words(reason, "reason", 400, required=True)
    held.save(update_fields=["state", "reason"])
    record(by=by, action="planning.abandon-plan", object_kind="dispatch-plan", object_id=held.id)
    return held
