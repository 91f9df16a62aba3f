"""Which specialties are covered at which recipients, step by step of time.

A recipient's specialty is covered once however many hospitals help there: the cell says
how many persons and how many givers, and is one cell all the same.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from jiedui.programmes.domain.presence import Days, gaps, union, within

MONTH, QUARTER, YEAR = "month", "quarter", "year"
STEPS = {MONTH: 1, QUARTER: 3, YEAR: 12}

COVERED, PLANNED, GAP, PARTLY, NONE = "covered", "planned", "gap", "partly", "none"


class Served(NamedTuple):
    """Days on which a giver's person is (or is to be) there for a specialty."""

    receiver: Hashable
    specialty: str
    person: Hashable
    giver: Hashable
    first: date
    last: date
    planned: bool


class Asked(NamedTuple):
    """Days on which a recipient asks for a specialty."""

    receiver: Hashable
    specialty: str
    first: date
    last: date | None


@dataclass(frozen=True)
class Cell:
    """A specialty at a recipient in a step: the days there, and those asked for but empty."""

    persons: int = 0
    givers: int = 0
    days: int = 0
    planned_days: int = 0
    empty_days: int = 0

    @property
    def state(self) -> str:
        """Covered, only planned, asked for in vain, partly in vain, or neither asked nor there."""
        if self.empty_days:
            return PARTLY if self.days or self.planned_days else GAP
        if self.days:
            return COVERED
        return PLANNED if self.planned_days else NONE


def steps(first: date, last: date, step: str) -> list[Days]:
    """Whole months, quarters or years from the one of the first day to that of the last."""
    months = STEPS[step]
    year, month = first.year, (first.month - 1) // months * months + 1
    found = []
    while (start := date(year, month, 1)) <= last:
        end_month = month + months - 1
        found.append(Days(start, date(year, end_month, calendar.monthrange(year, end_month)[1])))
        year, month = (year + 1, 1) if end_month == 12 else (year, end_month + 1)
    return found


Key = tuple[Hashable, str]


def matrix(
    served: Iterable[Served], asked: Iterable[Asked], periods: Sequence[Days]
) -> dict[Key, list[Cell]]:
    """For each recipient and specialty a cell a step; a pair that is neither is left out."""
    who: dict[Key, list[Served]] = defaultdict(list)
    for row in served:
        who[row.receiver, row.specialty].append(row)
    wanted: dict[Key, list[tuple[date, date | None]]] = defaultdict(list)
    for ask in asked:
        wanted[ask.receiver, ask.specialty].append((ask.first, ask.last))
    numbered = [(span.first.toordinal(), span.last.toordinal()) for span in periods]
    found: dict[Key, list[Cell]] = {}
    for key in {*who, *wanted}:
        cells = _cells(who.get(key, ()), wanted.get(key, ()), numbered)
        if any(cell.state != NONE for cell in cells):
            found[key] = cells
    return found


Numbers = list[tuple[int, int]]


def _cells(
    served: Sequence[Served], asked: Sequence[tuple[date, date | None]], periods: Numbers
) -> list[Cell]:
    """The cells of one pair: what lies over the whole time is found once, then cut by steps."""
    rows = [(row, row.first.toordinal(), row.last.toordinal()) for row in served]
    real = _numbers(union(Days(row.first, row.last) for row in served if not row.planned))
    together = union(Days(row.first, row.last) for row in served)
    every, empty = _numbers(together), []
    if asked and periods:
        begin, end = min(first for first, _last in periods), max(last for _first, last in periods)
        whole = Days(date.fromordinal(begin), date.fromordinal(end))
        for want in union(within(asked, whole)):
            empty += [Days(gap.first, gap.last) for gap in gaps(together, want)]
    lacking = _numbers(empty)
    found = []
    for first, last in periods:
        here = [row for row, begin, end in rows if begin <= last and end >= first]
        days = _days_in(real, first, last)
        found.append(
            Cell(
                len({row.person for row in here}),
                len({row.giver for row in here}),
                days,
                _days_in(every, first, last) - days,
                _days_in(lacking, first, last),
            )
        )
    return found


def _numbers(spans: Iterable[Days]) -> Numbers:
    return [(span.first.toordinal(), span.last.toordinal()) for span in spans]


def _days_in(spans: Numbers, first: int, last: int) -> int:
    return sum(
        min(end, last) - max(begin, first) + 1
        for begin, end in spans
        if begin <= last and end >= first
    )


def shares(cells: Iterable[Cell]) -> tuple[int, int]:
    """Of the cells that are asked for or filled: how many without an empty day, how many at all."""
    states = [cell.state for cell in cells if cell.state != NONE]
    return sum(state in (COVERED, PLANNED) for state in states), len(states)
