"""How far a department has come: which stage its criteria allow, what a checklist still lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

MET, PARTLY, NOT_MET, NOT_APPLICABLE, UNANSWERED = (
    "met",
    "partly",
    "not_met",
    "not_applicable",
    "unanswered",
)
# Answers that leave something to be put right.
GAPS = (NOT_MET, PARTLY)


@dataclass(frozen=True)
class Stage:
    """A stage of the pack: its rank, and the criteria that it adds to those below."""

    code: str
    rank: int
    criteria: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """Whether a criterion was found met, on which day."""

    met: bool
    on: date


def lacking(stages: Iterable[Stage], rank: int, answers: Mapping[str, Answer]) -> list[str]:
    """The criteria up to this rank that are not answered as met, in the pack's order."""
    return [
        code
        for stage in sorted(stages, key=lambda each: each.rank)
        if stage.rank <= rank
        for code in stage.criteria
        if code not in answers or not answers[code].met
    ]


def earliest(stages: Iterable[Stage], rank: int, answers: Mapping[str, Answer]) -> date | None:
    """The first day on which every criterion up to this rank was answered as met; None if not."""
    stages = list(stages)
    if lacking(stages, rank, answers):
        return None
    days = [answers[code].on for s in stages if s.rank <= rank for code in s.criteria]
    return max(days, default=None)


def allowed(stages: Iterable[Stage], answers: Mapping[str, Answer]) -> int:
    """The highest rank whose criteria, and those of all below, are met; 0 before the first."""
    held = 0
    for stage in sorted(stages, key=lambda each: each.rank):
        if any(code not in answers or not answers[code].met for code in stage.criteria):
            break
        held = stage.rank
    return held


@dataclass(frozen=True)
class Item:
    """An item of a standard as it stands: its answer, and by when what lacks is put right."""

    code: str
    answer: str
    due_on: date | None = None

    def overdue(self, day: date) -> bool:
        """Whether what lacks should have been put right before the day."""
        return self.answer in GAPS and self.due_on is not None and self.due_on < day


def tally(items: Sequence[Item]) -> dict[str, int]:
    """How many items stand in each way, every way told; no share of them is a number."""
    found = Counter(item.answer for item in items)
    return {each: found[each] for each in (MET, PARTLY, NOT_MET, NOT_APPLICABLE, UNANSWERED)}


def complete(items: Sequence[Item]) -> bool:
    """Whether the standard is kept: every item is met or does not apply, and one is met."""
    held = {item.answer for item in items}
    return MET in held and held <= {MET, NOT_APPLICABLE}


def road_state(applied: date | None, reviewed: date | None, result: str) -> str:
    """preparing, applied, reviewed, or decided."""
    if result:
        return "decided"
    if reviewed is not None:
        return "reviewed"
    return "applied" if applied is not None else "preparing"


def research_state(refused: date | None, funded: date | None, closed: date | None) -> str:
    """applied, refused, funded or closed: what a project is now, not what it was counted as."""
    if closed is not None:
        return "closed"
    if refused is not None:
        return "refused"
    return "funded" if funded is not None else "applied"
