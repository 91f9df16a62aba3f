"""Periods whose ends may be unknown, read from days, months and years."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput

# What a record may mean by a day: not before there was a programme to tell of, nor so far
# ahead that only a slip of the pen or a stand-in for “for ever” can be meant.
EARLIEST = date(1949, 10, 1)
# Hospitals and places are older than the programmes.
EARLIEST_FOUNDED = date(1800, 1, 1)
YEARS_AHEAD = 30

_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月?)|年?)")


def read_day(text: str, *, last: bool = False) -> date:
    """Read a day, a month or a year; a month or year is whole.

    ``last`` asks for the last day of what is written instead of the first:
    ``2017-04`` is 2017-04-01 as a start and 2017-04-30 as an end.
    Raises InvalidInput ``date-unreadable``.
    """
    match = _DAY.fullmatch(text.strip())
    if match:
        year, month, day = (int(part) if part else None for part in match.groups())
        try:
            if year is None:
                raise ValueError
            if month is not None and day is not None:
                return date(year, month, day)
            if month is not None:
                return date(year, month, calendar.monthrange(year, month)[1] if last else 1)
            return date(year, 12, 31) if last else date(year, 1, 1)
        except (ValueError, calendar.IllegalMonthError):
            pass
    raise InvalidInput(
        "date-unreadable", "“%(text)s” is not a date; write 2026-03-05, 2026-03 or 2026.", text=text
    )


def latest() -> date:
    """The last day that a record may mean: as many years ahead as anybody plans."""
    day = today()
    # The 29th of February is followed by a 1st of March where the year has none.
    ahead = (day.month, day.day) if (day.month, day.day) != (2, 29) else (3, 1)
    return date(day.year + YEARS_AHEAD, *ahead)


def meant(day: date, field: str | None = None, *, earliest: date = EARLIEST) -> date:
    """The day, if it can be meant; InvalidInput ``day-out-of-range`` at the field."""
    last = latest()
    if not earliest <= day <= last:
        raise InvalidInput(
            "day-out-of-range",
            "%(day)s cannot be meant here: give a day from %(first)s to %(last)s.",
            field=field, day=day, first=earliest, last=last,
        )  # fmt: skip
    return day


@dataclass(frozen=True, order=False)
class Period:
    """From a first to a last day, both included; None is unknown, not endless."""

    start: date | None
    end: date | None

    def __post_init__(self) -> None:
        if self.start and self.end and self.start > self.end:
            raise InvalidInput(
                "period-reversed",
                "The period ends (%(end)s) before it starts (%(start)s).",
                start=self.start,
                end=self.end,
            )

    @classmethod
    def read(cls, start: str, end: str) -> Period:
        """From two texts, each a day, a month, a year or blank (unknown)."""
        return cls(
            read_day(start) if start.strip() else None,
            read_day(end, last=True) if end.strip() else None,
        )

    def lies_within(self, outer: Period) -> bool:
        """Whether the whole period certainly lies within the outer one.

        The outer period's open ends bound nothing; this one's unknown ends
        never lie within a bound.
        """
        if outer.start is not None and (self.start is None or self.start < outer.start):
            return False
        return not (outer.end is not None and (self.end is None or self.end > outer.end))

    def overlaps(self, other: Period) -> bool:
        """Whether the two may share a day; an unknown end may reach anywhere."""
        return not (
            (self.end is not None and other.start is not None and self.end < other.start)
            or (other.end is not None and self.start is not None and other.end < self.start)
        )

    @property
    def days(self) -> int | None:
        """Number of days, where both ends are known."""
        if self.start is None or self.end is None:
            return None
        return (self.end - self.start).days + 1
