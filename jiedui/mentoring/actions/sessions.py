"""Teaching sessions: planned, held, cancelled, and tied to the ledger's entry of the event."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.accounts.permissions import viewer_of
from jiedui.core.checking import not_ahead, taken, term, words
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.identifiers import new_id
from jiedui.core.packs import vocabulary
from jiedui.core.periods import meant
from jiedui.directory.access import visible_people
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.ledger import actions as ledger
from jiedui.ledger.queries import event_of, stands
from jiedui.mentoring.access.teaching import must_run, must_run_between
from jiedui.mentoring.actions._people import department_at, of_one_world
from jiedui.mentoring.actions._session_facts import outputs, tell_session
from jiedui.mentoring.actions._sessions import held, must_stand
from jiedui.mentoring.domain.states import HELD, PLANNED, SESSION_STATES
from jiedui.mentoring.models import SessionDay, SessionTeacher, TeachingSession
from jiedui.programmes.queries import pairing_for

if TYPE_CHECKING:
    from jiedui.directory.models import Department, Organisation, Person
    from jiedui.ledger.models import EntryVersion
    from jiedui.programmes.models import Programme

DIGITS = 6
MOST_DAYS = 60
MOST_MONEY = Decimal("999999999999.99")


@dataclass(frozen=True)
class DayInput:
    """A day of a session: when it begins, and for how many hours."""

    on: date
    starts_at: time
    hours: Decimal


@dataclass(frozen=True)
class SessionInput:
    """What is said of a session, beside whose it is."""

    kind: str
    direction: str
    specialty: str
    topic: str
    days: Sequence[DayInput]
    procedure: str = ""
    department: Department | None = None
    note: str = ""
    cme_credits: Decimal | None = None
    cme_class: str = ""
    cme_number: str = ""
    budget: Decimal | None = None
    spent: Decimal | None = None


def _number(value: Decimal | None, field: str, most: Decimal) -> Decimal | None:
    if value is None:
        return None
    if not value.is_finite() or not 0 <= value <= most:
        raise InvalidInput(
            "number-out-of-range", "Give a number from %(low)s to %(high)s.",
            field=field, low=0, high=most,
        )  # fmt: skip
    return value


def _days(days: Sequence[DayInput]) -> list[DayInput]:
    """The days in order; each once, with hours that a day has."""
    if not days:
        raise InvalidInput("days-missing", "Give at least one day.", field="days")
    if len(days) > MOST_DAYS:
        raise InvalidInput("too-many-days", "At most %(most)s days.", field="days", most=MOST_DAYS)
    ordered = sorted(days, key=lambda each: each.on)
    for each in ordered:
        meant(each.on, "days")
        if not each.hours.is_finite() or not 0 < each.hours <= 24:
            raise InvalidInput(
                "hours-of-a-day", "%(day)s: hours above 0 and up to 24.", field="days",
                day=each.on,
            )  # fmt: skip
    for one, two in pairwise(ordered):
        if one.on == two.on:
            raise InvalidInput("day-twice", "%(day)s is given twice.", field="days", day=two.on)
    return ordered


def _checked(said: SessionInput, receiver: Organisation) -> tuple[dict[str, Any], list[DayInput]]:
    """The row's values and its days, or InvalidInput at the field."""
    for table, field in (
        ("session_kinds", "kind"), ("teaching_directions", "direction"),
        ("specialties", "specialty"),
    ):  # fmt: skip
        term(table, getattr(said, field), field)
    for table, field in (("procedures", "procedure"), ("cme_classes", "cme_class")):
        if getattr(said, field):
            term(table, getattr(said, field), field)
    department_at(receiver, said.department)
    days = _days(said.days)
    if (said.cme_class or said.cme_number) and said.cme_credits is None:
        raise InvalidInput("credits-missing", "Say how many credits it gives.", field="cme_credits")
    values = {
        "kind": said.kind, "direction": said.direction, "specialty": said.specialty,
        "procedure": said.procedure, "department": said.department,
        "topic": words(said.topic, "topic", 200, required=True),
        "note": words(said.note, "note", 4000), "cme_class": said.cme_class,
        "cme_number": words(said.cme_number, "cme_number", 64),
        "cme_credits": _number(said.cme_credits, "cme_credits", Decimal(100)),
        "budget": _number(said.budget, "budget", MOST_MONEY),
        "spent": _number(said.spent, "spent", MOST_MONEY),
        "starts_on": days[0].on, "ends_on": days[-1].on,
    }  # fmt: skip
    return values, days


def _paired(programme: Programme, giver: Organisation, receiver: Organisation, on: date) -> None:
    if giver.id == receiver.id:
        raise InvalidInput(
            "giver-is-receiver", "Supporter and recipient are the same.", field="giver"
        )
    if pairing_for(programme.id, giver.id, receiver.id, on) is None:
        raise InvalidInput(
            "not-paired",
            "%(giver)s and %(receiver)s are not paired in this programme on %(day)s.",
            field="receiver", giver=giver.name, receiver=receiver.name, day=on,
        )  # fmt: skip


def _with_code(session: TeachingSession) -> TeachingSession:
    """Save a new session under a sign-in code that no other open one has.

    The same creation at the same moment elsewhere is answered with what it made.
    """
    for _attempt in range(20):
        session.sign_in_code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
        try:
            with transaction.atomic():
                session.save(force_insert=True)
        except IntegrityError:
            if found := first_answer(TeachingSession, session.id, session.content):
                return found
            continue
        return session
    raise InvalidState("codes-used-up", "No sign-in code is free; close old sessions first.")


@transaction.atomic
def create_session(
    *,
    by: User | None,
    id: UUID | None = None,
    programme: Programme,
    giver: Organisation,
    receiver: Organisation,
    said: SessionInput,
    teachers: Iterable[Person] = (),
) -> TeachingSession:
    """Plan a session, or write down one that was held. Raises InvalidInput at the field."""
    must_run_between(by, giver.id, receiver.id)
    people = sorted(set(teachers), key=lambda person: str(person.id))
    content = hash_of(programme=programme, giver=giver, receiver=receiver, said=said,
                      teachers=people)  # fmt: skip
    if found := first_answer(TeachingSession, id, content):
        return found
    values, days = _checked(said, receiver)
    of_one_world(programme, giver=giver, receiver=receiver)
    for person in people:
        of_one_world(programme, teachers=person)
    _paired(programme, giver, receiver, values["starts_on"])
    session = TeachingSession(
        id=id or new_id(), content=content, programme=programme, giver=giver, receiver=receiver,
        state=PLANNED, created_by=by.id if by else None, **values,
    )  # fmt: skip
    if (made := _with_code(session)) is not session:
        return made
    SessionDay.objects.bulk_create(
        [SessionDay(session=session, on=d.on, starts_at=d.starts_at, hours=d.hours) for d in days]
    )
    SessionTeacher.objects.bulk_create(
        [SessionTeacher(session=session, person=person) for person in people]
    )
    record(
        by=by, action="mentoring.plan-session", object_kind="session", object_id=session.id,
        kind=session.kind, on=session.starts_on.isoformat(),
    )  # fmt: skip
    return session


@transaction.atomic
def edit_session(
    *,
    by: User | None,
    session: TeachingSession,
    said: SessionInput,
    teachers: Iterable[Person] | None = None,
) -> TeachingSession:
    """Say anew what a session is. InvalidInput ``day-has-learners`` where a day would vanish."""
    row = held(session)
    must_run(by, row)
    must_stand(row)
    values, days = _checked(said, row.receiver)
    if row.entry_id is not None and (values["kind"] != row.kind):
        raise InvalidInput(
            "session-in-ledger", "The ledger's entry tells this kind already.", field="kind"
        )
    if row.state == HELD:
        not_ahead(values["ends_on"], "days")
    _paired(row.programme, row.giver, row.receiver, values["starts_on"])
    wanted = {each.on: each for each in days}
    for day in row.days.all():
        if day.on in wanted:
            continue
        if day.unnamed or day.attendances.exists():
            raise InvalidInput(
                "day-has-learners", "%(day)s has learners; it cannot be taken away.",
                field="days", day=day.on,
            )  # fmt: skip
        day.delete()
    for each in days:
        SessionDay.objects.update_or_create(
            session=row, on=each.on,
            defaults={"starts_at": each.starts_at, "hours": each.hours},
        )  # fmt: skip
    if teachers is not None:
        _set_teachers(row, list(teachers))
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    tell_session(by, row)
    record(by=by, action="mentoring.edit-session", object_kind="session", object_id=row.id)
    return row


def _set_teachers(session: TeachingSession, people: list[Person]) -> None:
    for person in people:
        of_one_world(session.programme, teachers=person)
        if session.attendances.filter(person=person).exists():
            raise InvalidInput(
                "teacher-is-learner", "%(person)s is among the learners of this session.",
                field="teachers", person=person.name,
            )  # fmt: skip
    session.teachers.exclude(person__in=people).delete()
    SessionTeacher.objects.bulk_create(
        [SessionTeacher(session=session, person=person) for person in people],
        ignore_conflicts=True,
    )


@transaction.atomic
def hold_session(*, by: User | None, session: TeachingSession) -> TeachingSession:
    """Say that it took place: sign-in ends, and the figures count it from now on."""
    row = held(session)
    must_run(by, row)
    step = taken(SESSION_STATES, row.state, "hold")
    not_ahead(row.ends_on, "days")
    if not row.teachers.exists():
        raise InvalidInput("teacher-missing", "Say who taught.", field="teachers")
    row.state, row.sign_in_code = step.target, ""
    row.save(update_fields=["state", "sign_in_code"])
    tell_session(by, row)
    record(by=by, action="mentoring.hold-session", object_kind="session", object_id=row.id)
    return row


@transaction.atomic
def cancel_session(*, by: User | None, session: TeachingSession, reason: str) -> TeachingSession:
    """Say that it does not take place, or was told held by mistake, and why."""
    row = held(session)
    must_run(by, row)
    step = taken(SESSION_STATES, row.state, "take_back" if row.state == HELD else "cancel")
    if row.entry_id is not None and stands(row.entry_id):
        raise InvalidState("session-in-ledger", "Withdraw the ledger's entry of this event first.")
    row.state, row.sign_in_code = step.target, ""
    row.reason = words(reason, "reason", 400, required=True)
    row.save(update_fields=["state", "reason", "sign_in_code"])
    tell_session(by, row)
    record(by=by, action="mentoring.cancel-session", object_kind="session", object_id=row.id)
    return row


@transaction.atomic
def draft_entry(*, by: User, session: TeachingSession) -> EntryVersion:
    """Write the ledger's draft of this event, and tie it: from then on the entry counts it."""
    row = held(session)
    must_run(by, row)
    if row.state != HELD:
        raise InvalidState(
            "session-not-held", "First say that the session was held; then enter it."
        )
    if row.entry_id is not None:
        raise InvalidState("entry-tied", "This session already has its entry in the ledger.")
    kind = vocabulary().term("session_kinds", row.kind).extra["entry_kind"]
    # An entry names only people whom its recorder may name; the session keeps all of them.
    taught = row.teachers.order_by("person_id").values_list("person_id", flat=True)
    known = set(
        visible_people(viewer_of(by)).filter(id__in=list(taught)).values_list("id", flat=True)
    )
    version = ledger.record_entry(
        by=by, programme=row.programme, kind=kind, happened_from=row.starts_on,
        happened_to=row.ends_on, giver=row.giver, receiver=row.receiver,
        department=row.department, narrative=row.topic,
        quantities=[ledger.QuantityInput(code, value) for code, value in outputs(row)],
        participants=[ledger.ParticipantInput(one) for one in taught if one in known],
    )  # fmt: skip
    row.entry_id = version.entry_id
    row.save(update_fields=["entry"])
    tell_session(by, row)
    record(
        by=by, action="mentoring.enter-session", object_kind="session", object_id=row.id,
        entry=str(version.entry_id),
    )  # fmt: skip
    return version


@transaction.atomic
def tie_entry(*, by: User | None, session: TeachingSession, entry: UUID) -> TeachingSession:
    """Tie a session to the ledger's entry of the same event, which counts it from then on.

    InvalidInput ``entry-of-another-event`` or ``entry-tied`` at ``entry``.
    """
    row = held(session)
    must_run(by, row)
    must_stand(row)
    if row.entry_id == entry:
        return row
    if row.entry_id is not None:
        raise InvalidState("entry-tied", "This session already has its entry in the ledger.")
    event = event_of(entry)
    kind = vocabulary().term("session_kinds", row.kind).extra["entry_kind"]
    if event is None or (
        event.programme_id, event.giver_id, event.receiver_id, event.kind,
        event.first <= row.ends_on and row.starts_on <= event.last,
    ) != (row.programme_id, row.giver_id, row.receiver_id, kind, True):  # fmt: skip
        raise InvalidInput(
            "entry-of-another-event",
            "This entry is not of the same kind, organisations and days.", field="entry",
        )  # fmt: skip
    row.entry_id = entry
    try:
        with transaction.atomic():
            row.save(update_fields=["entry"])
    except IntegrityError as fault:
        raise InvalidInput(
            "entry-of-another-session", "Another session is tied to this entry.", field="entry"
        ) from fault
    tell_session(by, row)
    record(
        by=by, action="mentoring.tie-session", object_kind="session", object_id=row.id,
        entry=str(entry),
    )  # fmt: skip
    return row


@transaction.atomic
def untie_entry(*, by: User | None, session: TeachingSession) -> TeachingSession:
    """Free a session of an entry that no longer stands; the session counts again by itself."""
    row = held(session)
    must_run(by, row)
    if row.entry_id is None:
        return row
    if stands(row.entry_id):
        raise InvalidState(
            "entry-stands", "The entry stands in the ledger; withdraw it there first."
        )
    row.entry_id = None
    row.save(update_fields=["entry"])
    tell_session(by, row)
    record(by=by, action="mentoring.free-session", object_kind="session", object_id=row.id)
    return row
