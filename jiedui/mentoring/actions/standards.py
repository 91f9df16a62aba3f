"""Checklists of standards, and special clinics of a department."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, not_ahead, span, term, whole, words
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.packs import vocabulary
from jiedui.core.periods import meant
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.mentoring.access.departments import must_keep_hospital
from jiedui.mentoring.actions._keeping import altered, created, own_department, own_staff
from jiedui.mentoring.domain.departments import GAPS, NOT_MET
from jiedui.mentoring.models import Checklist, ClinicHour, ClinicMonth, ItemAnswer, SpecialClinic

if TYPE_CHECKING:
    from jiedui.directory.models import Department, Organisation, Person

MOST_SESSIONS, MOST_VISITS = 200, 100_000
Hour = tuple[int, str]


@days_meant
@transaction.atomic
def begin_checklist(
    *,
    by: User | None,
    id: UUID | None = None,
    organisation: Organisation,
    department: Department | None = None,
    standard: str,
    begun_on: date,
    target_on: date | None = None,
) -> Checklist:
    """Let a department, or a hospital, work towards a standard of the pack.

    Raises InvalidInput at the field: ``code-unknown``, ``standard-of-department``,
    ``standard-of-hospital``, ``department-elsewhere``, ``checklist-begun``,
    ``dates-out-of-order``.
    """
    must_keep_hospital(by, organisation.id)
    content = hash_of(
        organisation=organisation, department=department, standard=standard, begun_on=begun_on,
        target_on=target_on,
    )  # fmt: skip
    if found := first_answer(Checklist, id, content):
        return found
    term("standards", standard, "standard")
    scope = vocabulary().term("standards", standard).extra["scope"]
    if scope == "department" and department is None:
        raise InvalidInput(
            "standard-of-department", "This standard is of a department.", field="standard"
        )
    if scope == "hospital" and department is not None:
        raise InvalidInput(
            "standard-of-hospital", "This standard is of the whole hospital.", field="standard"
        )
    own_department(organisation, department)
    if target_on is not None:
        span(begun_on, target_on, "begun_on", "target_on")
    refused = InvalidInput(
        "checklist-begun", "This standard is already worked towards here.", field="standard"
    )
    made, fresh = created(
        Checklist, id, content, refused, organisation=organisation, department=department,
        standard=standard, begun_on=begun_on, target_on=target_on,
    )  # fmt: skip
    if fresh:
        record(
            by=by, action="mentoring.begin-checklist", object_kind="checklist", object_id=made.id,
            organisation=str(organisation.id), standard=standard,
        )  # fmt: skip
    return made


@days_meant
@transaction.atomic
def answer_item(
    *,
    by: User | None,
    id: UUID | None = None,
    checklist: Checklist,
    item: str,
    answer: str,
    on: date,
    evidence: str = "",
    owner: Person | None = None,
    due_on: date | None = None,
) -> ItemAnswer:
    """Say how an item of a standard stands on a day; the newest answer holds, all are kept.

    What is met, met in part or does not apply says why. Raises InvalidInput at the field:
    ``item-of-other-standard``, ``code-unknown``, ``text-missing``, ``day-in-the-future``,
    ``owner-elsewhere``, ``nothing-to-put-right``, ``dates-out-of-order``.
    """
    must_keep_hospital(by, checklist.organisation_id)
    content = hash_of(
        checklist=checklist, item=item, answer=answer, on=on, evidence=evidence, owner=owner,
        due_on=due_on,
    )  # fmt: skip
    if found := first_answer(ItemAnswer, id, content):
        return found
    term("standard_items", item, "item")
    if vocabulary().term("standard_items", item).extra["standard"] != checklist.standard:
        raise InvalidInput(
            "item-of-other-standard", "This item is of another standard.", field="item"
        )
    term("standard_answers", answer, "answer")
    not_ahead(on)
    own_staff(checklist.organisation, owner)
    if answer not in GAPS and (owner or due_on):
        raise InvalidInput(
            "nothing-to-put-right",
            "Only what is missing has somebody to put it right, by a day.",
            field="due_on" if due_on else "owner",
        )
    if due_on is not None:
        span(on, due_on, "on", "due_on")
    made, fresh = created(
        ItemAnswer, id, content,
        InvalidInput("taken-meanwhile", "Somebody said something else of this meanwhile;"
                     " look again."),
        checklist=checklist, item=item, answer=answer, on=on, owner=owner, due_on=due_on,
        evidence=words(evidence, "evidence", 400, required=answer != NOT_MET),
        by=by.id if by else None,
    )  # fmt: skip
    if fresh:
        record(
            by=by, action="mentoring.answer-item", object_kind="checklist",
            object_id=checklist.id, item=item, answer=answer, on=on.isoformat(),
        )  # fmt: skip
    return made


def _hours(hours: Iterable[Hour]) -> list[Hour]:
    """The week's half days, each checked; InvalidInput at ``hours``."""
    found = list(dict.fromkeys(hours))
    for weekday, part in found:
        whole(weekday, "hours", 1, 7)
        term("day_parts", part, "hours")
    if not found:
        raise InvalidInput(
            "clinic-without-hours", "Choose at least one half day of the week.", field="hours"
        )
    return found


@days_meant
@transaction.atomic
def open_clinic(
    *,
    by: User | None,
    id: UUID | None = None,
    department: Department,
    kind: str,
    name: str,
    valid_from: date,
    hours: Iterable[Hour],
) -> SpecialClinic:
    """Open a special clinic of a department, held on these half days of the week.

    Raises InvalidInput at the field: ``clinic-taken``, ``clinic-without-hours``,
    ``code-unknown``, ``text-missing``.
    """
    must_keep_hospital(by, department.organisation_id)
    week = list(hours)
    content = hash_of(
        department=department, kind=kind, name=name, valid_from=valid_from,
        hours=sorted(str(each) for each in week),
    )  # fmt: skip
    if found := first_answer(SpecialClinic, id, content):
        return found
    term("clinic_kinds", kind)
    week = _hours(week)
    refused = InvalidInput(
        "clinic-taken", "The department already has an open clinic of this name.", field="name"
    )
    clinic, fresh = created(
        SpecialClinic, id, content, refused, department=department, kind=kind,
        name=words(name, "name", 120, required=True), valid_from=valid_from,
    )  # fmt: skip
    if fresh:
        ClinicHour.objects.bulk_create(
            ClinicHour(clinic=clinic, weekday=weekday, part=part) for weekday, part in week
        )
        record(
            by=by, action="mentoring.open-clinic", object_kind="clinic", object_id=clinic.id,
            department=str(department.id), kind=kind, name=clinic.name,
        )  # fmt: skip
    return clinic


def _held(by: User | None, clinic: SpecialClinic) -> SpecialClinic:
    must_keep_hospital(by, clinic.department.organisation_id)
    return SpecialClinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)


@transaction.atomic
def set_hours(*, by: User | None, clinic: SpecialClinic, hours: Iterable[Hour]) -> SpecialClinic:
    """Change the half days of the week on which an open clinic is held."""
    held, week = _held(by, clinic), _hours(hours)
    if held.valid_to is not None:
        raise InvalidState("clinic-closed", "The clinic was closed on %(day)s.", day=held.valid_to)
    before = set(held.hours.values_list("weekday", "part"))
    if before != set(week):
        held.hours.all().delete()
        ClinicHour.objects.bulk_create(
            ClinicHour(clinic=held, weekday=weekday, part=part) for weekday, part in week
        )
        record(
            by=by, action="mentoring.set-clinic-hours", object_kind="clinic", object_id=held.id,
            hours=len(week),
        )  # fmt: skip
    return held


@days_meant
@transaction.atomic
def close_clinic(*, by: User | None, clinic: SpecialClinic, on: date, reason: str) -> SpecialClinic:
    """Close a special clinic after its last day, and say why; InvalidState ``clinic-closed``."""
    held = _held(by, clinic)
    reason = words(reason, "reason", 400, required=True)
    if (held.valid_to, held.reason) == (on, reason):
        return held
    if held.valid_to is not None:
        raise InvalidState("clinic-closed", "The clinic was closed on %(day)s.", day=held.valid_to)
    not_ahead(on)
    if held.valid_from is not None:
        span(held.valid_from, on, "valid_from", "on")
    altered(held, {"valid_to": on, "reason": reason})
    held.save(update_fields=["valid_to", "reason"])
    record(
        by=by, action="mentoring.close-clinic", object_kind="clinic", object_id=held.id,
        on=on.isoformat(), reason=reason,
    )  # fmt: skip
    return held


@transaction.atomic
def tell_month(
    *, by: User | None, clinic: SpecialClinic, month: date, sessions: int, visits: int
) -> ClinicMonth:
    """Say how often a clinic was held in a month and how many visits it saw; again to correct.

    Raises InvalidInput at the field: ``month-not-over``, ``month-outside``,
    ``number-out-of-range``, ``visits-without-session``.
    """
    held = _held(by, clinic)
    month = meant(month, "month").replace(day=1)
    if month >= today().replace(day=1):
        raise InvalidInput(
            "month-not-over", "The month is not over yet; tell it afterwards.", field="month"
        )
    first, last = held.valid_from, held.valid_to
    if (first and month < first.replace(day=1)) or (last and month > last):
        raise InvalidInput("month-outside", "The clinic was not open in this month.", field="month")
    values = {
        "sessions": whole(sessions, "sessions", 0, MOST_SESSIONS),
        "visits": whole(visits, "visits", 0, MOST_VISITS),
    }
    if visits and not sessions:
        raise InvalidInput(
            "visits-without-session", "Visits need at least one session.", field="sessions"
        )
    row = ClinicMonth.objects.filter(clinic=held, month=month).first()
    if row is None:
        row = ClinicMonth.objects.create(clinic=held, month=month, **values)
    elif altered(row, values):
        row.save(update_fields=list(values))
    else:
        return row
    record(
        by=by, action="mentoring.tell-clinic-month", object_kind="clinic", object_id=held.id,
        month=month.isoformat(), sessions=sessions, visits=visits,
    )  # fmt: skip
    return row
