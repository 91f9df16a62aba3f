"""When one can sign in to a session, and how a list of learners is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo


class Timed(Protocol):
    """A day of a session."""

    @property
    def on(self) -> date:
        """The day."""

    @property
    def starts_at(self) -> time:
        """When it begins."""

    @property
    def hours(self) -> Decimal:
        """How long it lasts."""


D = TypeVar("D", bound=Timed)


@dataclass(frozen=True)
class Window:
    """From when to when one signs in on a day."""

    opens: datetime
    closes: datetime

    def holds(self, moment: datetime) -> bool:
        """Whether the moment lies within."""
        return self.opens <= moment <= self.closes


def window(day: Timed, zone: ZoneInfo, before: int, after: int) -> Window:
    """The window of a day: some minutes before it begins to some after it ends."""
    start = datetime.combine(day.on, day.starts_at, zone)
    end = start + timedelta(hours=float(day.hours))
    return Window(start - timedelta(minutes=before), end + timedelta(minutes=after))


def open_day(
    days: Sequence[D], moment: datetime, zone: ZoneInfo, before: int, after: int
) -> tuple[D | None, Window | None]:
    """The day whose window holds the moment; else none, and the next window if one comes."""
    coming = None
    for day in sorted(days, key=lambda each: (each.on, each.starts_at)):
        found = window(day, zone, before, after)
        if found.holds(moment):
            return day, found
        if coming is None and moment < found.opens:
            coming = found
    return None, coming


def lines_of(text: str) -> list[tuple[int, tuple[str, ...]]]:
    """The filled lines of a pasted list with their numbers, cut at tabs, commas or blanks.

    A line of a spreadsheet, of a message or of a hand-written list reads the same.
    """
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        for mark in ("，", ",", "、", ";", "；", "\t", "\u3000"):
            line = line.replace(mark, "\t")
        cells = line.split("\t") if "\t" in line.strip() else line.split()
        if kept := tuple(cell.strip() for cell in cells if cell.strip()):
            found.append((number, kept))
    return found
