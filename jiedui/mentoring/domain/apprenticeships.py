"""Pure rules of an apprenticeship: its least time, what is behind its plan, who lacks a mentor."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

# How a line of the plan stands.
REACHED, ON_TIME, BEHIND, OVERDUE = "reached", "on_time", "behind", "overdue"
# Of a plan that is not yet signed, or not yet begun: nothing of it can be late.
NOT_BEGUN = "not_begun"


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Line:
    """A goal for one apprentice: what is planned, and what the logbook holds."""

    cases_planned: int
    level_planned: int
    due_on: date
    cases: int
    # The newest level, formal before ad hoc; ordinal, so only compared, never averaged.
    level: int | None


def expected(planned: int, first: date, due: date, day: date) -> int:
    """How many cases an even pace would have brought by the day, rounded down."""
    if day >= due:
        return planned
    if day <= first:
        return 0
    return planned * (day - first).days // max((due - first).days, 1)


def standing(line: Line, first: date, day: date) -> str:
    """Whether a line is reached, on its way, behind an even pace, or past its day.

    Reached takes both the number and the level: many cases at a low level are not it.
    """
    if line.cases >= line.cases_planned and (line.level or 0) >= line.level_planned:
        return REACHED
    if day > line.due_on:
        return OVERDUE
    if line.cases < expected(line.cases_planned, first, line.due_on, day):
        return BEHIND
    return ON_TIME


# What there is to say of those who teach.
TAUGHT, LEAVING, GONE, NOBODY = "taught", "leaving", "gone", "nobody"


@dataclass(frozen=True)
class Teaching:
    """A mentor whose row is open: until when the posting lasts; None: bound to no posting."""

    until: date | None
    over: bool = False


def mentored(rows: Iterable[Teaching], day: date, last: date) -> str:
    """Whether somebody teaches to the end, and else what lacks: the best mentor counts.

    ``leaving``: every posting ends before the apprenticeship does; ``gone``: every posting has
    ended; ``nobody``: no mentor is named any more.
    """
    held: Sequence[Teaching] = list(rows)
    if not held:
        return NOBODY
    there = [row for row in held if not row.over and (row.until is None or row.until >= day)]
    if not there:
        return GONE
    return TAUGHT if any(row.until is None or row.until >= last for row in there) else LEAVING
