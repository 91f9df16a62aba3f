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

from jiedui.programmes.domain.presence import Days, gaps, length, union, within

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
    found: dict[Key, list[Cell]] = {}
    for key in {*who, *wanted}:
        cells = [_cell(who.get(key, ()), wanted.get(key, ()), period) for period in periods]
        if any(cell.state != NONE for cell in cells):
            found[key] = cells
    return found


def _cell(
    served: Sequence[Served], asked: Sequence[tuple[date, date | None]], period: Days
) -> Cell:
    here = [row for row in served if row.first <= period.last and row.last >= period.first]
    real = union(within([(row.first, row.last) for row in here if not row.planned], period))
    every = union(within([(row.first, row.last) for row in here], period))
    empty = 0
    for want in union(within(asked, period)):
        empty += length(Days(gap.first, gap.last) for gap in gaps(every, want))
    return Cell(
        len({row.person for row in here}),
        len({row.giver for row in here}),
        length(real),
        length(every) - length(real),
        empty,
    )


def shares(cells: Iterable[Cell]) -> tuple[int, int]:
    """Of the cells that are asked for or filled: how many without an empty day, how many at all."""
    states = [cell.state for cell in cells if cell.state != NONE]
    return sum(state in (COVERED, PLANNED) for state in states), len(states)
