"""Management procedures that a hospital adopted, their audits, and when one is given up."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, in_order, not_ahead, term, words
from jiedui.core.errors import InvalidInput
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.mentoring.access.departments import must_keep_hospital
from jiedui.mentoring.actions._facts import Said, tell
from jiedui.mentoring.actions._keeping import (
    altered,
    created,
    helped_by,
    own_department,
)
from jiedui.mentoring.models import (
    ManagementProcedure,
    ProcedureAudit,
)

if TYPE_CHECKING:
    from jiedui.directory.models import Department, Organisation
    from jiedui.programmes.models import Pairing


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
    held = ManagementProcedure.objects.select_for_update(no_key=True).get(pk=procedure.pk)
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
    held = ManagementProcedure.objects.select_for_update(no_key=True).get(pk=procedure.pk)
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
