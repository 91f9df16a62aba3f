"""What the figures count of a teaching session."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Min, Sum

from jiedui.accounts.models import User
from jiedui.core.packs import vocabulary
from jiedui.mentoring.actions._facts import Said, tell
from jiedui.mentoring.domain.states import HELD
from jiedui.mentoring.models import Attendance, TeachingSession

NOUGHT = Decimal(0)


def attendances(session: TeachingSession) -> int:
    """Person-times: everybody who signed in, day by day, and those counted without a name."""
    unnamed = session.days.aggregate(sum=Sum("unnamed"))["sum"] or 0
    return session.attendances.count() + int(unnamed)


def outputs(session: TeachingSession) -> list[tuple[str, Decimal]]:
    """What an entry of the same event would count: the session, and its attendances."""
    kind = vocabulary().term("session_kinds", session.kind).extra
    said = [(kind["measure"], Decimal(1))]
    if there := attendances(session):
        said.append((kind["attendance_measure"], Decimal(there)))
    return said


def tell_session(by: User | None, session: TeachingSession) -> None:
    """Say what a session that was held counts: call it just before the audit row.

    What a ledger entry counts too is left to the entry as long as one is tied: one event,
    counted once. Hours and learners by name no entry counts, so they are told here.
    """
    lines: list[Said] = []
    if session.state == HELD:
        first, last = session.starts_on, session.ends_on
        if session.entry_id is None:
            lines += [Said(code, first, last, value) for code, value in outputs(session)]
        hours = session.days.aggregate(sum=Sum("hours"))["sum"] or NOUGHT
        lines.append(Said("teaching_hours", first, last, hours))
        people = (
            Attendance.objects.filter(session=session)
            .values("person_id")
            .annotate(first=Min("day__on"))
            .order_by("person_id")
        )
        lines += [
            Said("learners_named", row["first"], last, person_id=row["person_id"]) for row in people
        ]
    entry_kind = vocabulary().term("session_kinds", session.kind).extra["entry_kind"]
    tell(
        by=by, record_id=session.id, programme_id=session.programme_id, kind=entry_kind,
        giver_id=session.giver_id, receiver_id=session.receiver_id, lines=lines,
    )  # fmt: skip
