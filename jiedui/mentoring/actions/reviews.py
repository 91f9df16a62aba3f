"""Two-sided reviews: opened, answered by each side for itself, compared, followed by tasks.

Every writer locks the round first, so that handing in on one side and taking back on the
other come one after the other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.accounts.permissions import viewer_of
from jiedui.core.checking import days_meant, span, term, words
from jiedui.core.clock import now, today
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed
from jiedui.core.packs import vocabulary
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.mentoring.access.reviews import may_open, must_answer, must_run, ruled, sheet_of
from jiedui.mentoring.actions._keeping import created
from jiedui.mentoring.domain.reviews import BOTH, SCALE
from jiedui.mentoring.domain.states import DRAFT, GIVER, RECEIVER, SUBMITTED
from jiedui.mentoring.models import ReviewAnswer, ReviewRound, ReviewSide, ReviewTask
from jiedui.programmes import actions as programmes
from jiedui.programmes.queries import ever_paired

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation
    from jiedui.programmes.models import Pairing, Programme, Task

LEAST_DAYS, LONGEST = 7, 1000
ACTIONS = {"write": "mentoring.write-review", "submit": "mentoring.submit-review"}


class Answer(NamedTuple):
    """A level from 1, or that one cannot say, and words."""

    level: int | None = None
    unknown: bool = False
    words: str = ""


def questions_of(side: str) -> list[str]:
    """The questions that a side is asked, in the pack's order."""
    return [
        code for code, each in vocabulary().table("review_questions").items()
        if each.extra["asked"] in (BOTH, side)
    ]  # fmt: skip


@days_meant
@transaction.atomic
def open_round(
    *,
    by: User | None,
    id: UUID | None = None,
    programme: Programme,
    giver: Organisation,
    receiver: Organisation,
    phase: str,
    opens_on: date,
    closes_on: date,
    pairing: Pairing | None = None,
) -> ReviewRound:
    """Ask both sides of a pairing, or of two organisations of a programme, in a phase.

    Raises InvalidInput at the field: ``code-unknown``, ``dates-out-of-order``,
    ``review-too-short``, ``review-opened``, ``review-of-other-pairing``,
    ``organisations-not-paired``; NotAllowed ``review-not-yours``.
    """
    if by is not None and not may_open(viewer_of(by), giver.id, receiver.id):
        raise NotAllowed(
            "review-not-to-open", "Only the two sides, or a coordinator, begin a review."
        )
    content = hash_of(
        programme=programme, giver=giver, receiver=receiver, phase=phase, opens_on=opens_on,
        closes_on=closes_on, pairing=pairing,
    )  # fmt: skip
    if found := first_answer(ReviewRound, id, content):
        return found
    term("review_phases", phase, "phase")
    span(opens_on, closes_on, "opens_on", "closes_on")
    _open_long_enough(opens_on, closes_on)
    _paired(programme, giver, receiver, pairing)
    refused = InvalidInput(
        "review-opened", "This review was already opened from this day.", field="opens_on"
    )
    made, fresh = created(
        ReviewRound, id, content, refused, programme=programme, pairing=pairing, giver=giver,
        receiver=receiver, phase=phase, opens_on=opens_on, closes_on=closes_on,
    )  # fmt: skip
    if fresh:
        ReviewSide.objects.bulk_create(
            ReviewSide(round=made, side=side) for side in (GIVER, RECEIVER)
        )
        record(
            by=by, action="mentoring.open-review", object_kind="review", object_id=made.id,
            programme=str(programme.id), giver=str(giver.id), receiver=str(receiver.id),
            phase=phase,
        )  # fmt: skip
    return made


def _open_long_enough(opens_on: date, closes_on: date) -> None:
    if (closes_on - opens_on).days + 1 < LEAST_DAYS or closes_on < today():
        raise InvalidInput(
            "review-too-short",
            "Both sides need at least %(days)s days, and the last one cannot be over.",
            field="closes_on", days=LEAST_DAYS,
        )  # fmt: skip


def _paired(
    programme: Programme, giver: Organisation, receiver: Organisation, pairing: Pairing | None
) -> None:
    if pairing is not None:
        said = (pairing.programme_id, pairing.giver_id, pairing.receiver_id)
        if said != (programme.id, giver.id, receiver.id):
            raise InvalidInput(
                "review-of-other-pairing", "The pairing is of other organisations.", field="giver"
            )
    elif giver.id == receiver.id or not ever_paired(programme.id, giver.id, receiver.id):
        raise InvalidInput(
            "organisations-not-paired",
            "%(giver)s and %(receiver)s are not paired in this programme.",
            field="receiver", giver=giver.name, receiver=receiver.name,
        )  # fmt: skip


def _held(round: ReviewRound) -> ReviewRound:
    """The round under its lock, with both sheets as they are now."""
    return (
        ReviewRound.objects.select_for_update(of=("self",), no_key=True)
        .prefetch_related("sheets")
        .get(pk=round.pk)
    )


def _checked(side: str, answers: Mapping[str, Answer], *, whole: bool) -> dict[str, Answer]:
    """Answers to questions that the side is asked; ``whole``: every level given or not known."""
    table, levels = vocabulary().table("review_questions"), vocabulary().table("review_levels")
    asked = questions_of(side)
    found: dict[str, Answer] = {}
    for code, said in answers.items():
        if code not in asked:
            raise InvalidInput(
                "question-not-asked", "This side is not asked this question.", field=code
            )
        scale = table[code].extra["kind"] == SCALE
        if said.level is not None and (not scale or str(said.level) not in levels):
            raise InvalidInput(
                "level-unknown", "%(level)s is not a level of the scale.", field=code,
                level=said.level,
            )  # fmt: skip
        if said.level is not None and said.unknown:
            raise InvalidInput(
                "level-and-unknown", "Choose a level, or say that you cannot tell.", field=code
            )
        text = words(said.words, code, LONGEST)
        if said.level is not None or said.unknown or text:
            found[code] = Answer(said.level, said.unknown, text)
    if whole:
        for code in asked:
            said = found.get(code, Answer())
            scale = table[code].extra["kind"] == SCALE
            if not (said.level or said.unknown) if scale else not said.words:
                raise InvalidInput("question-unanswered", "This is not answered yet.", field=code)
    return found


def _standing(sheet: ReviewSide) -> dict[str, Answer]:
    return {row.question: Answer(row.level, row.unknown, row.words) for row in sheet.answers.all()}


def _same(one: Mapping[str, Answer], other: Mapping[str, Answer]) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _write(
    by: User | None, round: ReviewRound, side: str, answers: Mapping[str, Answer], verb: str
) -> ReviewSide:
    """Write a side's sheet, as a draft or to hand it in; the same again is the first answer."""
    held = _held(round)
    must_answer(by, held, side)
    whole = verb == "submit"
    said, sheet = _checked(side, answers, whole=whole), sheet_of(held, side)
    before = _standing(sheet)
    if whole and sheet.state == SUBMITTED and _same(before, said):
        return sheet
    if not ruled(held).answering(side, today()):
        raise InvalidState(
            "review-not-answered-now",
            "This side's answers can no longer be changed, or not yet.",
        )
    sheet.written_by, sheet.written_at = by.id if by else None, now()
    if whole:
        sheet.state = SUBMITTED
        sheet.submitted_at, sheet.submitted_by = now(), by.id if by else None
    sheet.save()
    if not _same(before, said):
        sheet.answers.all().delete()
        ReviewAnswer.objects.bulk_create(
            ReviewAnswer(
                sheet=sheet, question=code, level=each.level, unknown=each.unknown,
                words=each.words,
            )
            for code, each in said.items()
        )  # fmt: skip
    elif not whole:
        return sheet
    # What was answered stays out of the log: its readers may belong to the other side.
    record(
        by=by, action=ACTIONS[verb], object_kind="review", object_id=held.id,
        side=side,
    )  # fmt: skip
    return sheet


@transaction.atomic
def write_answers(
    *, by: User | None, round: ReviewRound, side: str, answers: Mapping[str, Answer]
) -> ReviewSide:
    """Keep a side's answers as a draft that only this side sees.

    Raises InvalidInput at the question: ``question-not-asked``, ``level-unknown``,
    ``text-too-long``; InvalidState ``review-not-answered-now``; NotAllowed.
    """
    return _write(by, round, side, answers, "write")


@transaction.atomic
def submit_answers(
    *, by: User | None, round: ReviewRound, side: str, answers: Mapping[str, Answer]
) -> ReviewSide:
    """Hand a side's answers in, every question answered; the same again changes nothing.

    Raises InvalidInput ``question-unanswered`` at the question, and as ``write_answers``.
    """
    return _write(by, round, side, answers, "submit")


@transaction.atomic
def take_back(*, by: User | None, round: ReviewRound, side: str) -> ReviewSide:
    """Take a side's answers back to change them, while the other side has not handed in.

    Raises InvalidState ``review-not-taken-back``.
    """
    held = _held(round)
    must_answer(by, held, side)
    sheet = sheet_of(held, side)
    if not ruled(held).taking_back(side, today()):
        raise InvalidState(
            "review-not-taken-back",
            "Answers can be taken back only until the other side has handed in, or the last day.",
        )
    sheet.state, sheet.submitted_at, sheet.submitted_by = DRAFT, None, None
    sheet.save(update_fields=["state", "submitted_at", "submitted_by"])
    record(
        by=by, action="mentoring.take-back-review", object_kind="review", object_id=held.id,
        side=side,
    )  # fmt: skip
    return sheet


def _unread(round: ReviewRound) -> ReviewRound:
    held = _held(round)
    if ruled(held).readable(today()):
        raise InvalidState(
            "review-already-read", "The answers are open to both sides; nothing changes any more."
        )
    return held


@days_meant
@transaction.atomic
def shift_round(*, by: User | None, round: ReviewRound, closes_on: date) -> ReviewRound:
    """Give both sides another last day, while nobody has read the answers.

    Raises InvalidInput ``review-too-short``; InvalidState ``review-already-read``.
    """
    must_run(by, round)
    held = _unread(round)
    span(held.opens_on, closes_on, "opens_on", "closes_on")
    _open_long_enough(held.opens_on, closes_on)
    if held.closes_on != closes_on:
        held.closes_on = closes_on
        held.save(update_fields=["closes_on"])
        record(
            by=by, action="mentoring.shift-review", object_kind="review", object_id=held.id,
            closes_on=closes_on.isoformat(),
        )  # fmt: skip
    return held


@transaction.atomic
def close_round(*, by: User | None, round: ReviewRound) -> ReviewRound:
    """Close a round before its last day; what is handed in is open to both, nothing more comes."""
    must_run(by, round)
    held = _unread(round)
    held.closed_on, held.closed_by = today(), by.id if by else None
    held.save(update_fields=["closed_on", "closed_by"])
    record(by=by, action="mentoring.close-review", object_kind="review", object_id=held.id)
    return held


@days_meant
@transaction.atomic
def follow_up(
    *,
    by: User | None,
    id: UUID | None = None,
    round: ReviewRound,
    question: str,
    title: str,
    owner: Organisation,
    due_on: date | None = None,
) -> Task:
    """Set a task of the programme that follows from a question of a round that is compared.

    Raises InvalidState ``review-not-compared``; InvalidInput at the field; NotAllowed as for
    every task.
    """
    term("review_questions", question, "question")
    held = _held(round)
    if not ruled(held).readable(today()):
        raise InvalidState(
            "review-not-compared", "Tasks follow when both sides have handed in, or it is over."
        )
    if owner.id not in (held.giver_id, held.receiver_id):
        raise InvalidInput(
            "task-of-neither-side", "The task is for one of the two sides.", field="owner"
        )
    task = programmes.add_task(
        by=by, id=id, programme=held.programme, title=title, owner=owner, due_on=due_on
    )
    _link, fresh = ReviewTask.objects.get_or_create(
        task=task, defaults={"round": held, "question": question}
    )
    if fresh:
        record(
            by=by, action="mentoring.follow-review", object_kind="review", object_id=held.id,
            question=question, task=str(task.id),
        )  # fmt: skip
    return task
