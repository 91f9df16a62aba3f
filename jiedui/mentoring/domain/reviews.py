"""Two-sided reviews: when they are due, who may read when, and how far two answers lie apart.

Answers are levels of an ordinal scale: steps between two of them and counts of questions
are told, never a mean.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jiedui.mentoring.domain.months import same_day
from jiedui.mentoring.domain.states import DRAFT, GIVER, RECEIVER, SUBMITTED

SIDES = (GIVER, RECEIVER)
MIDDLE, END = "middle", "end"
SCALE, TEXT, BOTH = "scale", "text", "both"

# How two answers to one question stand to each other, in the order in which they are read.
WIDE, BOTH_LOW, APART, ALIKE, ONE_SIDED, UNANSWERED = (
    "wide",
    "both_low",
    "apart",
    "alike",
    "one_sided",
    "unanswered",
)
ORDER = (WIDE, BOTH_LOW, APART, ALIKE, ONE_SIDED, UNANSWERED)


def other_side(side: str) -> str:
    """The side that faces this one."""
    return RECEIVER if side == GIVER else GIVER


def phase_day(anchor: str, months: int, first: date | None, last: date) -> date | None:
    """The day on which a phase is due: months from the middle or the end; None if unknown."""
    if anchor == END:
        return same_day(last, months)
    if first is None or first > last:
        return None
    return same_day(first + (last - first) // 2, months)


@dataclass(frozen=True)
class Round:
    """A round as the rules see it: its days and the state of both sheets."""

    opens_on: date
    closes_on: date
    closed_on: date | None
    giver: str
    receiver: str

    def state_of(self, side: str) -> str:
        """The state of a side's sheet."""
        return self.giver if side == GIVER else self.receiver

    def over(self, day: date) -> bool:
        """Whether nothing can be answered any more."""
        return self.closed_on is not None or day > self.closes_on

    def complete(self) -> bool:
        """Whether both sides have handed in."""
        return self.giver == self.receiver == SUBMITTED

    def readable(self, day: date) -> bool:
        """Whether the answers may be read by the other side: both are in, or it is over.

        After that nothing is written any more, so that nobody answers knowing the other's
        answers.
        """
        return self.complete() or self.over(day)

    def answering(self, side: str, day: date) -> bool:
        """Whether the side may write and hand in today."""
        return self.opens_on <= day and not self.readable(day) and self.state_of(side) == DRAFT

    def taking_back(self, side: str, day: date) -> bool:
        """Whether the side may take back what it handed in today."""
        return not self.readable(day) and self.state_of(side) == SUBMITTED

    def stage(self, day: date) -> str:
        """planned, open, compared (both in) or closed (over with a side missing)."""
        if self.complete():
            return "compared"
        if self.over(day):
            return "closed"
        return "open" if day >= self.opens_on else "planned"


@dataclass(frozen=True)
class Gap:
    """A question's two answers: each a level, or None where a side did not or could not say."""

    question: str
    giver: int | None
    receiver: int | None
    kind: str
    steps: int | None

    @property
    def higher(self) -> str:
        """The side that answered higher; blank where neither did."""
        if not self.steps:
            return ""
        return GIVER if (self.giver or 0) > (self.receiver or 0) else RECEIVER


def compare(question: str, giver: int | None, receiver: int | None, *, wide: int, low: int) -> Gap:
    """How two answers stand: ``wide`` or more steps apart, both at ``low`` or below …"""
    if giver is None or receiver is None:
        kind = UNANSWERED if giver is None and receiver is None else ONE_SIDED
        return Gap(question, giver, receiver, kind, None)
    steps = abs(giver - receiver)
    if steps >= wide:
        kind = WIDE
    elif max(giver, receiver) <= low:
        kind = BOTH_LOW
    else:
        kind = APART if steps else ALIKE
    return Gap(question, giver, receiver, kind, steps)


def gaps(
    questions: Sequence[str],
    giver: Mapping[str, int],
    receiver: Mapping[str, int],
    *,
    wide: int,
    low: int,
) -> list[Gap]:
    """Every question's gap: the widest first, then what both find low, in the list's order."""
    found = [
        compare(code, giver.get(code), receiver.get(code), wide=wide, low=low) for code in questions
    ]
    return sorted(found, key=lambda gap: (ORDER.index(gap.kind), -(gap.steps or 0)))


def counted(found: Iterable[Gap]) -> dict[str, int]:
    """How many questions stand in each way, every way told."""
    tally = Counter(gap.kind for gap in found)
    return {kind: tally[kind] for kind in ORDER}


def by_steps(found: Iterable[Gap], levels: int) -> list[int]:
    """How many questions lie 0, 1, 2 … steps apart."""
    tally = Counter(gap.steps for gap in found if gap.steps is not None)
    return [tally[steps] for steps in range(levels)]


@dataclass(frozen=True)
class Change:
    """A question's answers of one side over the rounds, oldest first, and the steps between."""

    question: str
    side: str
    levels: tuple[int | None, ...]
    steps: tuple[int | None, ...]

    @property
    def whole(self) -> int | None:
        """Steps from the first answer to the last one; None where there are not two."""
        said = [level for level in self.levels if level is not None]
        return said[-1] - said[0] if len(said) > 1 else None


def changes(
    questions: Sequence[str], rounds: Sequence[Mapping[str, Mapping[str, int]]]
) -> list[Change]:
    """Per question and side the levels of each round (side -> question -> level).

    A step is told from the last round in which that side answered.
    """
    found = []
    for question in questions:
        for side in SIDES:
            levels = tuple(each.get(side, {}).get(question) for each in rounds)
            steps: list[int | None] = []
            before: int | None = None
            for level in levels:
                steps.append(None if level is None or before is None else level - before)
                before = before if level is None else level
            found.append(Change(question, side, levels, tuple(steps)))
    return found


def last_day_open(opens_on: date, days: int) -> date:
    """The last of so many days on which a round is open."""
    return opens_on + timedelta(days=max(days, 1) - 1)
