"""Reads of two-sided reviews: what waits for whom, and both sides' answers once they are open.

Nothing here gives a side's answers to the other before both are in or the round is over:
``compared`` asks the rule itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.core.packs import vocabulary
from jiedui.directory import access as directory
from jiedui.mentoring.access.reviews import (
    ANSWERING,
    may_read_answers,
    may_read_words,
    own_side,
    ruled,
    sheet_of,
    visible_reviews,
)
from jiedui.mentoring.domain import rules
from jiedui.mentoring.domain.reviews import (
    SCALE,
    SIDES,
    Change,
    Gap,
    changes,
    gaps,
    last_day_open,
    phase_day,
)
from jiedui.mentoring.domain.states import DRAFT, GIVER, RECEIVER, SUBMITTED
from jiedui.mentoring.models import ReviewAnswer, ReviewRound, ReviewTask
from jiedui.programmes.access import visible_agreements, visible_pairings
from jiedui.programmes.queries.agreements import all_covering

if TYPE_CHECKING:
    from jiedui.programmes.models import Pairing

# How long after its day a phase without a round is still reminded of.
REMINDED_DAYS = 180
MOST = 200


@dataclass(frozen=True)
class Due:
    """Something of a review that waits for the viewer."""

    kind: str  # "answer": the own side's answers; "begin": a round that should be opened
    round_id: UUID | None
    pairing_id: UUID | None
    phase: str
    giver_id: UUID
    receiver_id: UUID
    since: date
    until: date | None


def unanswered(viewer: Viewer, day: date) -> QuerySet[ReviewRound]:
    """Rounds open today whose sheet of a side that the viewer may answer for is a draft."""
    wanted = Q(pk__in=())
    for side in SIDES:
        held = directory.reach(viewer, ANSWERING[side])
        sheet = Q(sheets__side=side, sheets__state=DRAFT)
        if held.everything:
            wanted |= sheet
        elif held.organisation_ids:
            wanted |= sheet & Q(**{f"{side}_id__in": held.organisation_ids})
    return (
        visible_reviews(viewer)
        .filter(wanted, opens_on__lte=day, closes_on__gte=day, closed_on__isnull=True)
        .distinct()
    )


def due(viewer: Viewer, day: date | None = None) -> list[Due]:
    """What of reviews waits for the viewer, the oldest first: answers, and rounds to be begun.

    Says nothing of the other side: neither whether it has answered nor what.
    """
    day = day or today()
    found = []
    rounds = unanswered(viewer, day).select_related("giver", "receiver")
    for row in rounds.prefetch_related("sheets").order_by("opens_on", "id")[:MOST]:
        side = own_side(viewer, row)
        if side and ruled(row).answering(side, day):
            found.append(
                Due("answer", row.id, row.pairing_id, row.phase, row.giver_id, row.receiver_id,
                    row.opens_on, row.closes_on)
            )  # fmt: skip
    found += to_begin(viewer, day)
    return sorted(found, key=lambda each: (each.since, str(each.round_id or each.pairing_id)))


def to_begin(viewer: Viewer, day: date) -> list[Due]:
    """Phases of ended or ending pairings whose day has come and for which nobody asked yet."""
    edit = directory.reach(viewer, "programmes.edit")
    if not edit.everything and not edit.organisation_ids:
        return []
    phases = vocabulary().table("review_phases")
    most = max(int(term.extra["months"]) for term in phases.values())
    # A pairing whose end lies further off has no phase but the middle, which is no later.
    rows = visible_pairings(viewer).filter(
        valid_to__isnull=False,
        valid_to__gte=day - timedelta(days=31 * most + REMINDED_DAYS),
        department__isnull=True,
    )
    if not edit.everything:
        ids = edit.organisation_ids
        rows = rows.filter(Q(giver_id__in=ids) | Q(receiver_id__in=ids))
    pairings = list(rows.order_by("valid_to", "id")[:MOST])
    begun = ReviewRound.objects.filter(giver_id__in={row.giver_id for row in pairings})
    asked = set(begun.values_list("programme_id", "giver_id", "receiver_id", "phase"))
    found = []
    for pairing in pairings:
        for each in phase_days(pairing.valid_from, pairing.valid_to):
            key = (pairing.programme_id, pairing.giver_id, pairing.receiver_id, each.phase)
            late = (day - each.opens_on).days
            if key not in asked and 0 <= late <= REMINDED_DAYS:
                found.append(
                    Due("begin", None, pairing.id, each.phase, pairing.giver_id,
                        pairing.receiver_id, each.opens_on, None)
                )  # fmt: skip
    return found


@dataclass(frozen=True)
class PhaseDay:
    """When a phase is due, counted from a term."""

    phase: str
    opens_on: date
    closes_on: date


def phase_days(first: date | None, last: date | None) -> list[PhaseDay]:
    """The days of the pack's phases for a term that ends; none for one without an end."""
    found = []
    for code, term in vocabulary().table("review_phases").items():
        day = (
            phase_day(term.extra["anchor"], int(term.extra["months"]), first, last)
            if last
            else None
        )
        if day is not None:
            found.append(PhaseDay(code, day, last_day_open(day, int(term.extra["open_days"]))))
    return found


@dataclass(frozen=True)
class Basis:
    """A term from which phases are counted: of the pairing, or of an agreement that covers it."""

    label: str
    first: date | None
    last: date
    days: Sequence[PhaseDay]


def bases_of(viewer: Viewer, pairing: Pairing) -> list[Basis]:
    """The terms from which a pairing's reviews may be counted; the pairing's own first."""
    found = []
    if pairing.valid_to:
        days = phase_days(pairing.valid_from, pairing.valid_to)
        found.append(Basis("", pairing.valid_from, pairing.valid_to, days))
    covering = all_covering(pairing.programme_id, pairing.giver_id, pairing.receiver_id, today())
    seen = visible_agreements(viewer).filter(id__in=[row.id for row in covering])
    for row in seen.order_by("valid_to", "id"):
        if row.valid_to:
            days = phase_days(row.valid_from, row.valid_to)
            found.append(Basis(row.title, row.valid_from, row.valid_to, days))
    return found


def answered(round: ReviewRound, side: str) -> dict[str, ReviewAnswer]:
    """A side's sheet, for that side's own page: the caller has asked who looks."""
    return {row.question: row for row in sheet_of(round, side).answers.all()}


@dataclass(frozen=True)
class Compared:
    """Both sides' answers, once they are open: gaps of the scales, and what was said in words."""

    gaps: Sequence[Gap]
    words: dict[tuple[str, str], str]
    unknown: frozenset[tuple[str, str]]
    missing: Sequence[str]


def _levels(round_ids: Sequence[UUID]) -> dict[UUID, dict[str, dict[str, ReviewAnswer]]]:
    """Handed-in answers of rounds by side and question; a draft is nobody's answer."""
    found: dict[UUID, dict[str, dict[str, ReviewAnswer]]] = {}
    rows = ReviewAnswer.objects.filter(
        sheet__round_id__in=round_ids, sheet__state=SUBMITTED
    ).select_related("sheet")
    for row in rows:
        sides = found.setdefault(row.sheet.round_id, {})
        sides.setdefault(row.sheet.side, {})[row.question] = row
    return found


def scales() -> list[str]:
    """The questions that are answered by a level, in the pack's order."""
    table = vocabulary().table("review_questions")
    return [code for code, term in table.items() if term.extra["kind"] == SCALE]


def compared(viewer: Viewer, round: ReviewRound, day: date | None = None) -> Compared | None:
    """The two sides' answers beside each other; None while they are not open."""
    if not may_read_answers(round, day or today()):
        return None
    sides = _levels([round.id]).get(round.id, {})
    levels = {
        side: {code: row.level for code, row in sides.get(side, {}).items() if row.level}
        for side in SIDES
    }
    read = may_read_words(viewer, round)
    said = [(side, code, row) for side in sides for code, row in sides[side].items()]
    return Compared(
        gaps(
            scales(), levels[GIVER], levels[RECEIVER],
            wide=rules.whole("review_wide_steps"), low=rules.whole("review_low_level"),
        ),
        {(side, code): row.words for side, code, row in said if row.words and read},
        frozenset((side, code) for side, code, row in said if row.unknown),
        [side for side in SIDES if sheet_of(round, side).state != SUBMITTED],
    )  # fmt: skip


def rounds_of_pair(viewer: Viewer, round: ReviewRound) -> list[ReviewRound]:
    """The rounds of the same two in the same programme, oldest first, that the viewer sees."""
    rows = visible_reviews(viewer).filter(
        programme_id=round.programme_id, giver_id=round.giver_id, receiver_id=round.receiver_id
    )
    return list(rows.prefetch_related("sheets").order_by("opens_on", "id"))


def change_over(
    viewer: Viewer, round: ReviewRound, day: date | None = None
) -> tuple[list[ReviewRound], list[Change]]:
    """The open rounds of the two, oldest first, and each question's change on each side."""
    day = day or today()
    rounds = [row for row in rounds_of_pair(viewer, round) if may_read_answers(row, day)]
    answers = _levels([row.id for row in rounds])
    told = [
        {
            side: {code: row.level for code, row in answers.get(r.id, {}).get(side, {}).items()
                   if row.level}
            for side in SIDES
        }
        for r in rounds
    ]  # fmt: skip
    return rounds, changes(scales(), told)


def tasks_of(round: ReviewRound) -> list[ReviewTask]:
    """What follows from a round: open tasks first, by their day."""
    rows = ReviewTask.objects.filter(round=round).select_related("task__owner")
    return sorted(rows, key=lambda row: (row.task.done_on is not None, row.task.due_on or date.max))
