"""Calendar months by their first day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date


def month_of(day: date) -> date:
    """The first day of the day's month."""
    return day.replace(day=1)


def after(month: date, count: int) -> date:
    """The first day of the month so many later; a negative number is earlier."""
    years, place = divmod(month.month - 1 + count, 12)
    return date(month.year + years, place + 1, 1)


def between(first: date, second: date) -> int:
    """How many months the second one's month lies after the first one's."""
    return 12 * (second.year - first.year) + second.month - first.month


@dataclass(frozen=True)
class Span:
    """Whole months, from a first to a last one, each by its first day."""

    first: date
    last: date

    @property
    def count(self) -> int:
        """How many."""
        return between(self.first, self.last) + 1

    def __contains__(self, month: date) -> bool:
        return self.first <= month <= self.last

    def __iter__(self) -> Iterator[date]:
        return (after(self.first, n) for n in range(self.count))

    def moved(self, count: int) -> Span:
        """The same number of months, so many later."""
        return Span(after(self.first, count), after(self.last, count))


def months_after(departed: date, day: date) -> int:
    """Months that began after a departure and are over."""
    return max(0, between(departed, day) - 1)


def same_day(day: date, count: int) -> date:
    """The same day of a month so many later; the last one where that month is shorter."""
    first = after(month_of(day), count)
    last = (after(first, 1) - first).days
    return first.replace(day=min(day.day, last))
