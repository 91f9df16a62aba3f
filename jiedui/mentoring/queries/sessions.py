"""Teaching sessions: lists with their numbers, one session's page, its four levels."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Q, Sum

from jiedui.core.clock import today
from jiedui.core.packs import vocabulary
from jiedui.directory.queries import posts_today
from jiedui.mentoring.domain import kirkpatrick, months, rules
from jiedui.mentoring.domain.kirkpatrick import Change, Known, Level
from jiedui.mentoring.domain.states import CONFIRMED, HELD
from jiedui.mentoring.models import (
    Attendance,
    Case,
    CaseTally,
    Certificate,
    Reacted,
    ReactionCount,
    SessionDay,
    SessionTeacher,
    SessionTest,
    TeachingSession,
)

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation, Person

# Cases that local staff led, alone or with somebody looking on.
LOCAL = ("supervised", "independent")


@dataclass(frozen=True)
class Numbers:
    """Of a session: people by name, person-times, hours, teachers."""

    persons: int
    attendances: int
    unnamed: int
    hours: Decimal
    teachers: tuple[str, ...]


def numbers_of(ids: Iterable[UUID]) -> dict[UUID, Numbers]:
    """What is counted of each session, in three queries however many they are."""
    wanted = list(ids)
    named: dict[UUID, tuple[int, int]] = {
        row["session_id"]: (row["persons"], row["times"])
        for row in Attendance.objects.filter(session_id__in=wanted)
        .values("session_id")
        .annotate(persons=Count("person_id", distinct=True), times=Count("id"))
        .order_by()
    }
    days = {
        row["session_id"]: (row["unnamed"] or 0, row["hours"] or Decimal(0))
        for row in SessionDay.objects.filter(session_id__in=wanted)
        .values("session_id")
        .annotate(unnamed=Sum("unnamed"), hours=Sum("hours"))
        .order_by()
    }
    teachers: dict[UUID, list[str]] = defaultdict(list)
    for id, name in (
        SessionTeacher.objects.filter(session_id__in=wanted)
        .order_by("person__name")
        .values_list("session_id", "person__name")
    ):
        teachers[id].append(name)
    found = {}
    for id in wanted:
        persons, times = named.get(id, (0, 0))
        unnamed, hours = days.get(id, (0, Decimal(0)))
        found[id] = Numbers(persons, times + unnamed, unnamed, hours, tuple(teachers[id]))
    return found


@dataclass(frozen=True)
class Learner:
    """A learner of a session: where from, on which days, marks before and after."""

    person: Person
    home: Organisation | None
    attendances: tuple[Attendance, ...]
    before: Decimal | None
    after: Decimal | None


def learners_of(session: TeachingSession) -> list[Learner]:
    """Learners in the order of their names: never of their marks."""
    rows = (
        Attendance.objects.filter(session=session)
        .select_related("person", "day")
        .order_by("person__name", "person_id", "day__on")
    )
    by_person: dict[UUID, list[Attendance]] = defaultdict(list)
    for row in rows:
        by_person[row.person_id].append(row)
    homes = posts_today(by_person, session.starts_on)
    marks = marks_of(session)
    return [
        Learner(
            there[0].person,
            homes[id].organisation if id in homes else None,
            tuple(there),
            marks[SessionTest.Phase.PRE].get(id),
            marks[SessionTest.Phase.POST].get(id),
        )
        for id, there in by_person.items()
    ]


def marks_of(session: TeachingSession) -> dict[str, dict[UUID, Decimal]]:
    """The marks of each test by person."""
    found: dict[str, dict[UUID, Decimal]] = {phase: {} for phase in SessionTest.Phase.values}
    for test in session.tests.prefetch_related("scores"):
        for score in test.scores.all():
            found[test.phase][score.person_id] = score.marks
    return found


def full_marks_of(session: TeachingSession) -> dict[str, Decimal]:
    """The full marks of each test that there is."""
    return {test.phase: test.full_marks for test in session.tests.all()}


def change_of(session: TeachingSession) -> Change | None:
    """How marks changed; None where no test was held."""
    full = full_marks_of(session)
    if not full:
        return None
    marks = marks_of(session)
    hundredths = {
        phase: {
            str(person): kirkpatrick.hundredths(value, full[phase]) for person, value in by.items()
        }
        for phase, by in marks.items()
        if phase in full
    }
    there = frozenset(
        str(id) for id in session.attendances.values_list("person_id", flat=True).distinct()
    )
    return kirkpatrick.paired(
        hundredths.get(SessionTest.Phase.PRE, {}), hundredths.get(SessionTest.Phase.POST, {}),
        there,
    )  # fmt: skip


def reactions_of(session: TeachingSession) -> dict[str, Counter[int]]:
    """How many gave each answer to each question; phones and paper together."""
    found: dict[str, Counter[int]] = defaultdict(Counter)
    rows = session.reactions.values_list("question", "answer", "count")
    for question, answer, count in rows:
        found[question][answer] += count
    return dict(found)


def paper_of(session: TeachingSession) -> dict[str, dict[int, int]]:
    """The answers on paper forms."""
    found: dict[str, dict[int, int]] = defaultdict(dict)
    rows = session.reactions.filter(source=ReactionCount.Source.PAPER)
    for question, answer, count in rows.values_list("question", "answer", "count"):
        found[question][answer] = count
    return dict(found)


def entry_kind(session: TeachingSession) -> str:
    """The ledger's kind of the same event."""
    return vocabulary().term("session_kinds", session.kind).extra["entry_kind"]


@dataclass(frozen=True)
class Judged:
    """A session's four levels and the numbers that they rest on."""

    known: Known
    levels: tuple[Level, Level, Level, Level]


def judged(session: TeachingSession) -> Judged:
    """What is known of a session on the four levels.

    Level 3 asks the cases of the session's learners by person and procedure (an index),
    level 4 the department's counts of months: no list of cases is read.
    """
    window = rules.whole("kirkpatrick_months")
    change = change_of(session)
    learners = list(
        session.attendances.values_list("person_id", flat=True).distinct().order_by("person_id")
    )
    did = alone = certified = 0
    before = after = None
    local_before = local_after = 0
    if session.procedure and session.state == HELD:
        first, last = kirkpatrick.window(session.ends_on, window)
        rows = Case.objects.filter(
            learner_id__in=learners, procedure=session.procedure,
            happened_on__range=(first, last), state=CONFIRMED,
        )  # fmt: skip
        told = rows.aggregate(
            did=Count("learner_id", distinct=True),
            alone=Count("learner_id", distinct=True, filter=Q(lead="independent")),
        )
        did, alone = told["did"], told["alone"]
        certified = (
            Certificate.objects.filter(
                person_id__in=learners, procedure=session.procedure,
                issued_on__range=(first, last),
            )
            .values("person_id").distinct().count()
        )  # fmt: skip
        start = months.month_of(session.starts_on)
        end = months.month_of(session.ends_on)
        before, local_before = _cases(session, months.after(start, -window), start)
        after, local_after = _cases(
            session, months.after(end, 1), months.after(end, window + 1)
        )  # fmt: skip
        if before is None and after is not None:
            before = 0
        if after is None and before is not None:
            after = 0
    known = Known(
        held=session.state == HELD, ends_on=session.ends_on, months=window, today=today(),
        procedure=session.procedure, learners=len(learners), answers=reactions_of(session),
        change=change, did=did, alone=alone, certified=certified, cases_before=before,
        cases_after=after, local_before=local_before, local_after=local_after,
    )  # fmt: skip
    return Judged(known, kirkpatrick.levels(known))


def _cases(session: TeachingSession, first: object, end: object) -> tuple[int | None, int]:
    """Confirmed cases of the procedure at the department (or hospital) from month to month.

    None where nobody ever recorded one there.
    """
    rows = CaseTally.objects.filter(
        receiver_id=session.receiver_id, procedure=session.procedure, month__gte=first,
        month__lt=end,
    )  # fmt: skip
    if session.department_id is not None:
        rows = rows.filter(department_id=session.department_id)
    told = rows.aggregate(
        rows=Count("id"), expert=Sum("expert"), joint=Sum("joint"),
        supervised=Sum("supervised"), independent=Sum("independent"),
    )  # fmt: skip
    if not told["rows"]:
        return None, 0
    local = sum(told[code] for code in LOCAL)
    return told["expert"] + told["joint"] + local, local


@dataclass(frozen=True)
class Credits:
    """CME credits of a person within a year."""

    sessions: int
    credits: Decimal


def credits_of(person_id: UUID, year: int) -> Credits:
    """Credits of sessions that were held and that the person attended on all of their days."""
    rows = (
        TeachingSession.objects.filter(
            state=HELD, cme_credits__isnull=False, ends_on__year=year,
            attendances__person_id=person_id,
        )
        .annotate(there=Count("attendances", filter=Q(attendances__person_id=person_id)))
        .values_list("id", "cme_credits", "there")
    )  # fmt: skip
    days = dict(
        SessionDay.objects.filter(session_id__in=[row[0] for row in rows])
        .values_list("session_id").annotate(days=Count("id"))
    )  # fmt: skip
    whole = [credits for id, credits, there in rows if credits and there >= days.get(id, 0)]
    return Credits(len(whole), sum(whole, Decimal(0)))


def attendance(id: UUID) -> Attendance | None:
    """An attendance with its session, day and person."""
    rows = Attendance.objects.select_related(
        "session__programme", "session__giver", "session__receiver", "day", "person"
    )
    return rows.filter(pk=id).first()


def has_answered(attendance: Attendance) -> bool:
    """Whether this learner's answers to the session's questions were counted."""
    return Reacted.objects.filter(
        session_id=attendance.session_id, person_id=attendance.person_id
    ).exists()
