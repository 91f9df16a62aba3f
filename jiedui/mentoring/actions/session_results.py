"""What came of a session: marks before and after, and what learners answered."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import term, whole
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.packs import vocabulary
from jiedui.mentoring.access.teaching import must_run
from jiedui.mentoring.actions._sessions import held, must_stand
from jiedui.mentoring.domain.kirkpatrick import ANSWERS
from jiedui.mentoring.models import (
    Attendance,
    Reacted,
    ReactionCount,
    SessionTest,
    TeachingSession,
    TestScore,
)

if TYPE_CHECKING:
    from jiedui.directory.models import Person

MOST_MARKS = Decimal(1000)
MOST_ANSWERS = 100_000


@transaction.atomic
def record_scores(
    *,
    by: User | None,
    session: TeachingSession,
    phase: str,
    full_marks: Decimal,
    scores: Mapping[UUID, Decimal | None],
) -> SessionTest:
    """Write a test's marks by person; None takes a mark away, who is not named keeps theirs.

    InvalidInput ``marks-out-of-range`` or ``not-a-learner``, with ``person`` in its details.
    """
    row = held(session)
    must_run(by, row)
    must_stand(row)
    if row.starts_on > today():
        raise InvalidState("session-ahead", "The session has not begun.")
    if phase not in SessionTest.Phase.values:
        raise InvalidInput("code-unknown", "“%(code)s” is not a code of the table “%(table)s”.",
                           field="phase", code=phase, table="phase")  # fmt: skip
    if not full_marks.is_finite() or not 0 < full_marks <= MOST_MARKS:
        raise InvalidInput(
            "number-out-of-range", "Give a number from %(low)s to %(high)s.",
            field="full_marks", low=1, high=MOST_MARKS,
        )  # fmt: skip
    learners = set(
        Attendance.objects.filter(session=row).values_list("person_id", flat=True).distinct()
    )
    test, _new = SessionTest.objects.get_or_create(
        session=row, phase=phase, defaults={"full_marks": full_marks}
    )
    for person, marks in scores.items():
        if person not in learners:
            raise InvalidInput(
                "not-a-learner", "This person did not attend the session.",
                field="scores", person=str(person),
            )  # fmt: skip
        if marks is not None and (not marks.is_finite() or not 0 <= marks <= full_marks):
            raise InvalidInput(
                "marks-out-of-range", "Marks from 0 to the full marks (%(full)s).",
                field="scores", person=str(person), full=full_marks,
            )  # fmt: skip
    kept = test.scores.exclude(person_id__in=list(scores))
    if (highest := kept.order_by("-marks").first()) and highest.marks > full_marks:
        raise InvalidInput(
            "full-marks-too-low", "A mark of %(marks)s is kept already.",
            field="full_marks", marks=highest.marks,
        )  # fmt: skip
    test.full_marks = full_marks
    test.save(update_fields=["full_marks"])
    test.scores.filter(person_id__in=[one for one, m in scores.items() if m is None]).delete()
    TestScore.objects.bulk_create(
        [
            TestScore(test=test, person_id=person, marks=marks)
            for person, marks in scores.items()
            if marks is not None
        ],
        update_conflicts=True, unique_fields=["test", "person"], update_fields=["marks"],
    )  # fmt: skip
    record(
        by=by, action="mentoring.record-scores", object_kind="session", object_id=row.id,
        phase=phase, count=sum(marks is not None for marks in scores.values()),
    )  # fmt: skip
    return test


def _checked(answers: Mapping[str, int]) -> None:
    for question in vocabulary().table("reaction_questions"):
        if question not in answers:
            raise InvalidInput("answer-missing", "Answer every question.", field=question)
    for question, answer in answers.items():
        term("reaction_questions", question, question)
        whole(answer, question, 1, 5)


@transaction.atomic
def react(
    *, by: User | None, session: TeachingSession, person: Person, answers: Mapping[str, int]
) -> None:
    """Count a learner's answers, once; what was answered is kept without who answered.

    InvalidState ``already-answered``; InvalidInput ``not-a-learner``.
    """
    _checked(answers)
    row = held(session)
    must_stand(row)
    if not row.attendances.filter(person=person).exists():
        raise InvalidInput("not-a-learner", "This person did not attend the session.")
    try:
        with transaction.atomic():
            Reacted.objects.create(session=row, person=person)
    except IntegrityError as fault:
        raise InvalidState("already-answered", "You have answered already. Thank you.") from fault
    for question, answer in answers.items():
        key = {"session": row, "question": question, "answer": answer,
               "source": ReactionCount.Source.PHONE}  # fmt: skip
        ReactionCount.objects.bulk_create([ReactionCount(**key)], ignore_conflicts=True)
        ReactionCount.objects.filter(**key).update(count=F("count") + 1)
    # The log names nobody: who answers is not known, nor when by whom.
    record(by=None, action="mentoring.react", object_kind="session", object_id=row.id)


@transaction.atomic
def count_reactions(
    *, by: User | None, session: TeachingSession, counts: Mapping[str, Mapping[int, int]]
) -> None:
    """Write down how many paper forms gave each answer; it replaces what was written before."""
    row = held(session)
    must_run(by, row)
    must_stand(row)
    for question, by_answer in counts.items():
        term("reaction_questions", question, question)
        for answer, count in by_answer.items():
            whole(answer, question, ANSWERS[0], ANSWERS[-1])
            whole(count, question, 0, MOST_ANSWERS)
    row.reactions.filter(source=ReactionCount.Source.PAPER).delete()
    ReactionCount.objects.bulk_create(
        [
            ReactionCount(session=row, question=question, answer=answer, count=count,
                          source=ReactionCount.Source.PAPER)
            for question, by_answer in counts.items()
            for answer, count in by_answer.items()
            if count
        ]
    )  # fmt: skip
    record(by=by, action="mentoring.count-reactions", object_kind="session", object_id=row.id)
