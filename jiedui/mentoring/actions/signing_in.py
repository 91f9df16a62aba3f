"""Who was there: by code on a phone, by hand, or counted without a name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.accounts.permissions import viewer_of
from jiedui.core.checking import not_ahead, whole, words
from jiedui.core.clock import now, zone
from jiedui.core.errors import InvalidInput, InvalidState, Refused
from jiedui.directory.queries import parts_of_each, staff_member
from jiedui.mentoring.access.reach import own_person
from jiedui.mentoring.access.teaching import must_run
from jiedui.mentoring.actions._people import of_one_world
from jiedui.mentoring.actions._session_facts import tell_session
from jiedui.mentoring.actions._sessions import held, must_stand
from jiedui.mentoring.actions._tries import must_not_flood, note_try
from jiedui.mentoring.domain import rules
from jiedui.mentoring.domain.sign_in import open_day
from jiedui.mentoring.domain.states import PLANNED
from jiedui.mentoring.models import Attendance, SessionDay, TeachingSession

if TYPE_CHECKING:
    from jiedui.directory.models import Person

PURPOSE = "sign-in"
MOST_UNNAMED = 100_000


@dataclass(frozen=True)
class SignedIn:
    """A learner who is counted now; ``again`` if that was so before."""

    attendance: Attendance
    again: bool


def _session_of_code(code: str) -> tuple[TeachingSession, SessionDay]:
    """The session and day that a code opens now.

    InvalidInput ``code-wrong``; InvalidState ``sign-in-not-yet`` or ``sign-in-over``.
    """
    said = "".join(code.split())
    session = (
        TeachingSession.objects.select_related("programme", "giver", "receiver")
        .filter(sign_in_code=said, state=PLANNED)
        .first()
        if said
        else None
    )
    if session is None:
        raise InvalidInput(
            "code-wrong", "No session that is open has this code. Look at it again.", field="code"
        )
    before, after = rules.whole("sign_in_before"), rules.whole("sign_in_after")
    day, coming = open_day(list(session.days.all()), now(), zone(), before, after)
    if day is None:
        if coming is not None:
            raise InvalidState(
                "sign-in-not-yet",
                "Sign-in is not open yet; it opens on %(day)s at %(time)s.",
                day=coming.opens.date(), time=f"{coming.opens:%H:%M}",
            )  # fmt: skip
        raise InvalidState(
            "sign-in-over", "Sign-in is over. The organiser can still enter you by hand."
        )
    return session, day


def sign_in(
    *, by: User | None, code: str, address: str, name: str = "", staff_number: str = ""
) -> SignedIn:
    """Sign in with the session's code: as oneself, or by name and staff number without an account.

    Raises what the code's reading does, InvalidState ``too-many-tries``, InvalidInput
    ``learner-unknown`` at ``name`` and ``teacher-is-learner``.
    """
    must_not_flood(PURPOSE, address)
    try:
        return _sign_in(by=by, code=code, name=name, staff_number=staff_number)
    except Refused as refused:
        # Outside the transaction, which is undone: a wrong code or name is remembered.
        if refused.code in ("code-wrong", "learner-unknown"):
            note_try(PURPOSE, address)
        raise


@transaction.atomic
def _sign_in(*, by: User | None, code: str, name: str, staff_number: str) -> SignedIn:
    found, day = _session_of_code(code)
    # Whoever tells it held meanwhile closes the sign-in: look again under its lock.
    session = held(found)
    if session.sign_in_code != found.sign_in_code:
        session, day = _session_of_code(code)
    person = _learner(by, session, day, name, staff_number)
    _must_learn(session, person)
    made = Attendance(
        session=session, day=day, person=person, way=Attendance.Way.CODE,
        by=by.id if by else None,
    )  # fmt: skip
    Attendance.objects.bulk_create([made], ignore_conflicts=True)
    attendance = Attendance.objects.get(day=day, person=person)
    if attendance.id != made.id:
        return SignedIn(attendance, again=True)
    record(
        by=by, action="mentoring.sign-in", object_kind="session", object_id=session.id,
        person=str(person.id), on=day.on.isoformat(),
    )  # fmt: skip
    return SignedIn(attendance, again=False)


def _learner(
    by: User | None, session: TeachingSession, day: SessionDay, name: str, staff_number: str
) -> Person:
    if by is not None and not name.strip():
        own = own_person(viewer_of(by))
        if own is not None and own.example == session.programme.example:
            return own
    bodies: set[object] = set()
    for parts in parts_of_each([session.receiver_id, session.giver_id], day.on).values():
        bodies |= parts
    found = staff_member(bodies, name.strip(), staff_number.strip(), day.on)  # type: ignore[arg-type]
    if found is None:
        raise InvalidInput(
            "learner-unknown",
            "Nobody of these hospitals has this name and staff number. The organiser can enter"
            " you by hand.",
            field="name",
        )
    return found


def _must_learn(session: TeachingSession, person: Person) -> None:
    """InvalidInput ``teacher-is-learner``: who teaches is not counted among the learners."""
    if session.teachers.filter(person=person).exists():
        raise InvalidInput(
            "teacher-is-learner", "%(person)s teaches in this session.", field="name",
            person=person.name,
        )  # fmt: skip


@transaction.atomic
def sign_in_by_hand(
    *, by: User | None, session: TeachingSession, day: SessionDay, people: Iterable[Person]
) -> int:
    """Enter learners by hand; whoever is there already is counted once. How many were new."""
    row = held(session)
    must_run(by, row)
    must_stand(row)
    not_ahead(day.on, "day")
    found = list(dict.fromkeys(people))
    for person in found:
        of_one_world(row.programme, people=person)
        _must_learn(row, person)
    before = day.attendances.count()
    Attendance.objects.bulk_create(
        [
            Attendance(session=row, day=day, person=person, way=Attendance.Way.HAND,
                       by=by.id if by else None)
            for person in found
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    new = day.attendances.count() - before
    if new:
        tell_session(by, row)
        record(
            by=by, action="mentoring.enter-learners", object_kind="session", object_id=row.id,
            on=day.on.isoformat(), count=new,
        )  # fmt: skip
    return new


@transaction.atomic
def take_out(*, by: User | None, attendance: Attendance, reason: str) -> None:
    """Take out a learner who was entered by mistake, and say why."""
    row = held(attendance.session)
    must_run(by, row)
    must_stand(row)
    said = words(reason, "reason", 200, required=True)
    if not Attendance.objects.filter(pk=attendance.pk).delete()[0]:
        return
    left = Attendance.objects.filter(session=row, person_id=attendance.person_id).exists()
    if not left:
        for test in row.tests.all():
            test.scores.filter(person_id=attendance.person_id).delete()
    tell_session(by, row)
    record(
        by=by, action="mentoring.take-out-learner", object_kind="session", object_id=row.id,
        person=str(attendance.person_id), reason=said,
    )  # fmt: skip


@transaction.atomic
def count_unnamed(
    *, by: User | None, session: TeachingSession, day: SessionDay, count: int
) -> SessionDay:
    """Say how many were there on a day beyond those who are named."""
    row = held(session)
    must_run(by, row)
    must_stand(row)
    not_ahead(day.on, "day")
    whole(count, "count", 0, MOST_UNNAMED)
    kept = row.days.select_for_update(no_key=True).get(pk=day.pk)
    if kept.unnamed == count:
        return kept
    kept.unnamed = count
    kept.save(update_fields=["unnamed"])
    tell_session(by, row)
    record(
        by=by, action="mentoring.count-unnamed", object_kind="session", object_id=row.id,
        on=kept.on.isoformat(), count=count,
    )  # fmt: skip
    return kept
