"""What is taught in classes and at hosts: sessions with who was there, and attachments."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from jiedui.directory.models import Person
from jiedui.mentoring.models import (
    Attachment,
    AttachmentGoal,
    AttachmentStep,
    Attendance,
    SessionDay,
    SessionTeacher,
    TeachingSession,
)
from jiedui.programmes.bench.country import number
from jiedui.programmes.models import Posting

SESSIONS, DAYS, ATTACHMENTS = 51, 52, 53
KINDS = ("lecture", "course", "academic_event")
# How many are at a session.
PRESENT_AT = 8
Rows = dict[Any, list[Any]]


def taught(recipient: int, postings: list[Posting], people: list[Person], day: date) -> Rows:
    """A session a month of each recipient until the day, taught by whoever is or was posted."""
    sessions, days, teachers, there = [], [], [], []
    first = postings[0]
    months = max(1, (day - first.starts_on).days // 30)
    for n in range(months):
        key = recipient * 100 + n
        posting = postings[n % len(postings)]
        on = first.starts_on + timedelta(days=30 * n)
        session = TeachingSession(
            id=number(SESSIONS, key), programme_id=posting.programme_id,
            giver_id=posting.giver_id, receiver_id=posting.receiver_id,
            department_id=posting.department_id, kind=KINDS[n % len(KINDS)], direction="in",
            specialty=posting.specialty, topic=f"示例课程{n + 1}", starts_on=on, ends_on=on,
            state="held",
        )  # fmt: skip
        sessions.append(session)
        held = SessionDay(
            id=number(DAYS, key), session=session, on=on, starts_at=time(15), hours=2, unnamed=n % 5
        )
        days.append(held)
        teachers.append(SessionTeacher(session=session, person_id=posting.person_id))
        there += [
            Attendance(session=session, day=held, person=person, way="code")
            for person in people[:PRESENT_AT]
        ]
    return {
        TeachingSession: sessions,
        SessionDay: days,
        SessionTeacher: teachers,
        Attendance: there,
    }


def sent(recipient: int, postings: list[Posting], people: list[Person], day: date) -> Rows:
    """Every fourth of a recipient's people was at the supporter for three months."""
    attachments, goals, steps = [], [], []
    posting = postings[0]
    for n, person in enumerate(people[::4]):
        begun = posting.starts_on + timedelta(days=90 * n)
        back = begun + timedelta(days=90)
        if back >= day:
            break
        row = Attachment(
            id=number(ATTACHMENTS, recipient * 100 + n), programme_id=posting.programme_id,
            giver_id=posting.giver_id, receiver_id=posting.receiver_id,
            department_id=posting.department_id, person=person, kind="clinical",
            specialty=posting.specialty, planned_from=begun, planned_to=back, starts_on=begun,
            ends_on=back, state="returned", accepted_on=begun, left_on=begun, back_on=back,
            independent_on=back if n % 2 else None,
        )  # fmt: skip
        attachments.append(row)
        goals.append(AttachmentGoal(attachment=row, procedure="gastroscopy"))
        steps.append(
            AttachmentStep(attachment=row, number=1, verb="return", state="returned", on=back)
        )
    return {Attachment: attachments, AttachmentGoal: goals, AttachmentStep: steps}
