"""The months of a plan: counted from 0, half open, while people count in days."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from itertools import pairwise

ONE_DAY = timedelta(days=1)
# A post that is needed on fewer days of a month is not needed in it.
HALF = 15


def first_of(day: date) -> date:
    """The first day of the day's month."""
    return day.replace(day=1)


def day_of(start: date, month: int) -> date:
    """The first day of a month counted from the start's."""
    years, place = divmod(start.month - 1 + month, 12)
    return date(start.year + years, place + 1, 1)


def last_day_of(start: date, month: int) -> date:
    """The last day of the month before: where a half open span ends."""
    return day_of(start, month) - ONE_DAY


def month_of(start: date, day: date) -> int:
    """In which month the day lies; below zero before the start."""
    return (day.year - start.year) * 12 + day.month - start.month


def _days_in(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def whole_months(start: date, first: date | None, last: date | None, end: int) -> tuple[int, int]:
    """The months that lie wholly between two days, cut to the plan's; blank days are open."""
    begins, ends = 0, end
    if first is not None:
        begins = month_of(start, first) + (first.day > 1)
    if last is not None:
        ends = month_of(start, last) + (last.day == _days_in(last))
    return max(0, begins), min(end, ends)


def needed_months(start: date, first: date, last: date | None, end: int) -> tuple[int, int]:
    """The months of which half or more lies between two days, cut to the plan's."""
    begins = month_of(start, first) + (_days_in(first) - first.day + 1 < HALF)
    ends = end if last is None else month_of(start, last) + (last.day >= HALF)
    return max(0, begins), min(end, ends)


def touched_months(start: date, first: date, last: date, end: int) -> tuple[int, int]:
    """The months of which a day lies between two days, cut to the plan's."""
    return max(0, month_of(start, first)), min(end, month_of(start, last) + 1)


def runs(marks: list[bool]) -> list[tuple[int, int]]:
    """Half open spans of what is marked."""
    turns = [i for i, (a, b) in enumerate(pairwise([False, *marks, False])) if a != b]
    return list(zip(turns[::2], turns[1::2], strict=True))
