"""A hospital's way to a grade, the procedures that it adopted, its research."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, in_order, not_ahead, span, term, words
from jiedui.core.errors import InvalidInput
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.mentoring.access.departments import must_keep_hospital
from jiedui.mentoring.actions._facts import Said, tell
from jiedui.mentoring.actions._keeping import (
    altered,
    created,
    helped_by,
    own_department,
    own_staff,
)
from jiedui.mentoring.models import (
    AccreditationRoad,
    ManagementProcedure,
    Milestone,
    ProcedureAudit,
    ResearchProject,
)

if TYPE_CHECKING:
    from jiedui.directory.models import Department, Organisation, Person
    from jiedui.programmes.models import Pairing

MOST_MONEY = Decimal(1_000_000_000)


@days_meant
@transaction.atomic
def begin_road(
    *,
    by: User | None,
    id: UUID | None = None,
    organisation: Organisation,
    pairing: Pairing,
    target: str,
    begun_on: date,
    target_on: date,
) -> AccreditationRoad:
    """Begin a hospital's way to a grade, to be reached by a day.

    Raises InvalidInput at the field: ``code-unknown``, ``pairing-of-others``,
    ``dates-out-of-order``, ``road-begun``.
    """
    must_keep_hospital(by, organisation.id)
    content = hash_of(
        organisation=organisation, pairing=pairing, target=target, begun_on=begun_on,
        target_on=target_on,
    )  # fmt: skip
    if found := first_answer(AccreditationRoad, id, content):
        return found
    term("accreditation_targets", target, "target")
    helped_by(organisation.id, pairing)
    span(begun_on, target_on, "begun_on", "target_on")
    refused = InvalidInput(
        "road-begun", "The hospital is already on its way to this grade.", field="target"
    )
    road, fresh = created(
        AccreditationRoad, id, content, refused, organisation=organisation,
        programme_id=pairing.programme_id, giver_id=pairing.giver_id, target=target,
        begun_on=begun_on, target_on=target_on,
    )  # fmt: skip
    if fresh:
        record(
            by=by, action="mentoring.begin-road", object_kind="accreditation", object_id=road.id,
            organisation=str(organisation.id), target=target,
        )  # fmt: skip
    return road


@days_meant
@transaction.atomic
def update_road(
    *,
    by: User | None,
    road: AccreditationRoad,
    target_on: date,
    applied_on: date | None = None,
    reviewed_on: date | None = None,
    result: str = "",
    result_on: date | None = None,
    note: str = "",
) -> AccreditationRoad:
    """Say how far a hospital is on its way: applied, reviewed, with which result.

    Raises InvalidInput at the field: ``dates-out-of-order``, ``road-step-missing``,
    ``result-without-day``, ``code-unknown``, ``day-in-the-future``, ``road-begun``.
    """
    must_keep_hospital(by, road.organisation_id)
    held = AccreditationRoad.objects.select_for_update().get(pk=road.pk)
    span(held.begun_on, target_on, "begun_on", "target_on")
    steps = {"applied_on": applied_on, "reviewed_on": reviewed_on, "result_on": result_on}
    before: date | None = held.begun_on
    for field, day in steps.items():
        not_ahead(day, field)
        if day is None:
            before = None
            continue
        if before is None:
            raise InvalidInput(
                "road-step-missing", "The step before this one has no day.", field=field
            )
        in_order(before, day, field)
        before = day
    if bool(result) != (result_on is not None):
        raise InvalidInput(
            "result-without-day",
            "A result and its day are told together.",
            field="result_on" if result else "result",
        )
    if result:
        term("accreditation_results", result, "result")
    elif _other_road(held):
        raise InvalidInput(
            "road-begun", "The hospital is already on its way to this grade.", field="result"
        )
    values = {"target_on": target_on, **steps, "result": result, "note": words(note, "note", 400)}
    if not altered(held, values):
        return held
    held.save()
    record(
        by=by, action="mentoring.update-road", object_kind="accreditation", object_id=held.id,
        **{name: str(value or "") for name, value in values.items() if name != "note"},
    )  # fmt: skip
    return held


def _other_road(road: AccreditationRoad) -> bool:
    rows = AccreditationRoad.objects.filter(
        organisation_id=road.organisation_id, target=road.target, result=""
    )
    return rows.exclude(pk=road.pk).exists()


@days_meant
@transaction.atomic
def add_milestone(
    *,
    by: User | None,
    id: UUID | None = None,
    road: AccreditationRoad,
    title: str,
    due_on: date,
    owner: Person | None = None,
) -> Milestone:
    """Set a step on the way to a grade, due by a day, perhaps for somebody."""
    must_keep_hospital(by, road.organisation_id)
    content = hash_of(road=road, title=title, due_on=due_on, owner=owner)
    if found := first_answer(Milestone, id, content):
        return found
    own_staff(road.organisation, owner)
    refused = InvalidInput("taken-meanwhile", "Somebody said something else of this meanwhile;"
                           " look again.")  # fmt: skip
    step, fresh = created(
        Milestone, id, content, refused, road=road, due_on=due_on, owner=owner,
        title=words(title, "title", 200, required=True),
    )  # fmt: skip
    if fresh:
        record(
            by=by, action="mentoring.add-milestone", object_kind="accreditation",
            object_id=road.id, title=step.title, due_on=due_on.isoformat(),
        )  # fmt: skip
    return step


@days_meant
@transaction.atomic
def finish_milestone(
    *, by: User | None, milestone: Milestone, on: date | None, note: str = ""
) -> Milestone:
    """Say on which day a step was done; None takes that back."""
    must_keep_hospital(by, milestone.road.organisation_id)
    held = Milestone.objects.select_for_update().get(pk=milestone.pk)
    not_ahead(on)
    if altered(held, {"done_on": on, "note": words(note, "note", 400)}):
        held.save(update_fields=["done_on", "note"])
        record(
            by=by, action="mentoring.finish-milestone", object_kind="accreditation",
            object_id=held.road_id, title=held.title, on=on.isoformat() if on else "",
        )  # fmt: skip
    return held


def _tell_procedure(by: User | None, held: ManagementProcedure) -> None:
    tell(
        by=by, record_id=held.id, programme_id=held.programme_id, kind=held.kind,
        giver_id=held.giver_id, receiver_id=held.organisation_id,
        lines=[Said("procedures_adopted", held.adopted_on, held.adopted_on, item=held.kind)],
    )  # fmt: skip


@days_meant
@transaction.atomic
def adopt_procedure(
    *,
    by: User | None,
    id: UUID | None = None,
    organisation: Organisation,
    pairing: Pairing,
    kind: str,
    title: str,
    adopted_on: date,
    department: Department | None = None,
    next_audit_on: date | None = None,
) -> ManagementProcedure:
    """Record a management procedure that a hospital adopted, and when it is audited next.

    Raises InvalidInput at the field: ``procedure-adopted``, ``pairing-of-others``,
    ``department-elsewhere``, ``day-in-the-future``, ``dates-out-of-order``.
    """
    must_keep_hospital(by, organisation.id)
    content = hash_of(
        organisation=organisation, pairing=pairing, kind=kind, title=title, department=department,
        adopted_on=adopted_on, next_audit_on=next_audit_on,
    )  # fmt: skip
    if found := first_answer(ManagementProcedure, id, content):
        return found
    term("management_kinds", kind)
    helped_by(organisation.id, pairing)
    own_department(organisation, department)
    not_ahead(adopted_on, "adopted_on")
    in_order(adopted_on, next_audit_on, "next_audit_on")
    refused = InvalidInput(
        "procedure-adopted", "The hospital already has a procedure of this title.", field="title"
    )
    made, fresh = created(
        ManagementProcedure, id, content, refused, organisation=organisation,
        department=department, programme_id=pairing.programme_id, giver_id=pairing.giver_id,
        kind=kind, title=words(title, "title", 200, required=True), adopted_on=adopted_on,
        next_audit_on=next_audit_on,
    )  # fmt: skip
    if fresh:
        _tell_procedure(by, made)
        record(
            by=by, action="mentoring.adopt-procedure", object_kind="procedure", object_id=made.id,
            organisation=str(organisation.id), kind=kind, title=made.title,
        )  # fmt: skip
    return made


@days_meant
@transaction.atomic
def update_procedure(
    *,
    by: User | None,
    procedure: ManagementProcedure,
    adopted_on: date,
    next_audit_on: date | None = None,
    retired_on: date | None = None,
    reason: str = "",
) -> ManagementProcedure:
    """Correct the days of a procedure, or say that it was given up, and why."""
    must_keep_hospital(by, procedure.organisation_id)
    held = ManagementProcedure.objects.select_for_update().get(pk=procedure.pk)
    not_ahead(adopted_on, "adopted_on")
    not_ahead(retired_on, "retired_on")
    in_order(adopted_on, next_audit_on, "next_audit_on")
    in_order(adopted_on, retired_on, "retired_on")
    values = {
        "adopted_on": adopted_on, "next_audit_on": next_audit_on, "retired_on": retired_on,
        "reason": words(reason, "reason", 400, required=retired_on is not None),
    }  # fmt: skip
    if not altered(held, values):
        return held
    held.save(update_fields=list(values))
    _tell_procedure(by, held)
    record(
        by=by, action="mentoring.update-procedure", object_kind="procedure", object_id=held.id,
        **{name: str(value or "") for name, value in values.items()},
    )  # fmt: skip
    return held


@days_meant
@transaction.atomic
def audit_procedure(
    *,
    by: User | None,
    id: UUID | None = None,
    procedure: ManagementProcedure,
    on: date,
    result: str,
    findings: str,
    next_audit_on: date | None = None,
) -> ProcedureAudit:
    """Record an audit: whether the procedure is followed, what was found, when it is next.

    Raises InvalidInput at the field: ``audit-before-adoption``, ``audited-that-day``,
    ``code-unknown``, ``text-missing``, ``day-in-the-future``, ``dates-out-of-order``.
    """
    must_keep_hospital(by, procedure.organisation_id)
    content = hash_of(
        procedure=procedure, on=on, result=result, findings=findings, next_audit_on=next_audit_on
    )
    if found := first_answer(ProcedureAudit, id, content):
        return found
    held = ManagementProcedure.objects.select_for_update().get(pk=procedure.pk)
    term("audit_results", result, "result")
    not_ahead(on)
    if on < held.adopted_on or (held.retired_on and on > held.retired_on):
        raise InvalidInput(
            "audit-before-adoption",
            "The procedure was not in force on this day.",
            field="on",
        )
    in_order(on, next_audit_on, "next_audit_on")
    refused = InvalidInput("audited-that-day", "This day's audit is already recorded.", field="on")
    made, fresh = created(
        ProcedureAudit, id, content, refused, procedure=held, on=on, result=result,
        findings=words(findings, "findings", 400, required=True),
    )  # fmt: skip
    if fresh:
        # An older audit, recorded late, does not put the next one off.
        if not held.audits.filter(on__gt=on).exists():
            held.next_audit_on = next_audit_on
            held.save(update_fields=["next_audit_on"])
        record(
            by=by, action="mentoring.audit-procedure", object_kind="procedure", object_id=held.id,
            on=on.isoformat(), result=result,
        )  # fmt: skip
    return made


def _tell_research(by: User | None, held: ResearchProject) -> None:
    days = (
        ("research_applied", held.applied_on, Decimal(1)),
        ("research_funded", held.funded_on, Decimal(1)),
        ("research_money", held.funded_on, held.amount or Decimal(0)),
        ("research_closed", held.closed_on, Decimal(1)),
    )
    tell(
        by=by, record_id=held.id, programme_id=held.programme_id, kind=held.level,
        giver_id=held.giver_id, receiver_id=held.organisation_id,
        lines=[
            Said(measure, day, day, value, item=held.level)
            for measure, day, value in days if day is not None
        ],
    )  # fmt: skip


@days_meant
@transaction.atomic
def apply_research(
    *,
    by: User | None,
    id: UUID | None = None,
    organisation: Organisation,
    pairing: Pairing,
    level: str,
    title: str,
    applied_on: date,
    department: Department | None = None,
) -> ResearchProject:
    """Record a research project that was applied for.

    Raises InvalidInput at the field: ``research-taken``, ``pairing-of-others``,
    ``department-elsewhere``, ``code-unknown``, ``day-in-the-future``.
    """
    must_keep_hospital(by, organisation.id)
    content = hash_of(
        organisation=organisation, pairing=pairing, level=level, title=title,
        applied_on=applied_on, department=department,
    )  # fmt: skip
    if found := first_answer(ResearchProject, id, content):
        return found
    term("research_levels", level, "level")
    helped_by(organisation.id, pairing)
    own_department(organisation, department)
    not_ahead(applied_on, "applied_on")
    refused = InvalidInput(
        "research-taken", "The hospital already has a project of this title.", field="title"
    )
    made, fresh = created(
        ResearchProject, id, content, refused, organisation=organisation, department=department,
        programme_id=pairing.programme_id, giver_id=pairing.giver_id, level=level,
        title=words(title, "title", 200, required=True), applied_on=applied_on,
    )  # fmt: skip
    if fresh:
        _tell_research(by, made)
        record(
            by=by, action="mentoring.apply-research", object_kind="research", object_id=made.id,
            organisation=str(organisation.id), level=level, title=made.title,
        )  # fmt: skip
    return made


@days_meant
@transaction.atomic
def update_research(
    *,
    by: User | None,
    project: ResearchProject,
    applied_on: date,
    refused_on: date | None = None,
    funded_on: date | None = None,
    amount: Decimal | None = None,
    funder: str = "",
    closed_on: date | None = None,
    outcome: str = "",
) -> ResearchProject:
    """Say what became of a project: refused, funded with how much by whom, closed with what.

    Raises InvalidInput at the field: ``refused-and-funded``, ``funded-without-amount``,
    ``number-out-of-range``, ``text-missing``, ``dates-out-of-order``, ``day-in-the-future``.
    """
    must_keep_hospital(by, project.organisation_id)
    held = ResearchProject.objects.select_for_update().get(pk=project.pk)
    not_ahead(applied_on, "applied_on")
    for field, day in (
        ("refused_on", refused_on), ("funded_on", funded_on), ("closed_on", closed_on)
    ):  # fmt: skip
        not_ahead(day, field)
        in_order(applied_on, day, field)
    in_order(funded_on, closed_on, "closed_on")
    if refused_on and (funded_on or closed_on):
        raise InvalidInput(
            "refused-and-funded",
            "A project that was refused is neither funded nor closed.",
            field="refused_on",
        )
    if (funded_on is None) != (amount is None):
        raise InvalidInput(
            "funded-without-amount",
            "The day of funding and the amount are told together.",
            field="amount" if amount is None else "funded_on",
        )
    if amount is not None and not 0 < amount <= MOST_MONEY:
        raise InvalidInput(
            "number-out-of-range", "Give a number from %(low)s to %(high)s.",
            field="amount", low="0.01", high=MOST_MONEY,
        )  # fmt: skip
    values = {
        "applied_on": applied_on, "refused_on": refused_on, "funded_on": funded_on,
        "amount": amount, "closed_on": closed_on,
        "funder": words(funder, "funder", 160, required=funded_on is not None),
        "outcome": words(outcome, "outcome", 400, required=closed_on is not None),
    }  # fmt: skip
    if not altered(held, values):
        return held
    held.save(update_fields=list(values))
    _tell_research(by, held)
    record(
        by=by, action="mentoring.update-research", object_kind="research", object_id=held.id,
        **{name: str(value or "") for name, value in values.items()},
    )  # fmt: skip
    return held
