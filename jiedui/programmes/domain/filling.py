"""How many people of a post were on site from when to when."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date, timedelta
from typing import NamedTuple

ONE_DAY = timedelta(days=1)


class Presence(NamedTuple):
    """Somebody on site from a first to a last day; blank while it lasts."""

    person: Hashable
    first_day: date
    last_day: date | None


class Filled(NamedTuple):
    """So many people at once, from a first to a last day; blank while it lasts."""

    first_day: date
    last_day: date | None
    people: int


def filled(stays: Iterable[Presence], seats: int, until: date | None = None) -> list[Filled]:
    """The spans in which somebody was there, each with how many, at most one a seat.

    Spans next to one another differ in number: a change of persons alone makes no new one.
    Nothing counts after ``until``.
    """
    rows = [
        Presence(who, first, last if until is None else min(last or until, until))
        for who, first, last in stays
        if until is None or first <= until
    ]
    # The number can change on a first day and on the day after a last one.
    turns = sorted(
        {row.first_day for row in rows}
        | {row.last_day + ONE_DAY for row in rows if row.last_day and row.last_day < date.max}
    )
    found: list[Filled] = []
    for at, start in enumerate(turns):
        end = turns[at + 1] - ONE_DAY if at + 1 < len(turns) else None
        there = {
            row.person
            for row in rows
            if row.first_day <= start and (row.last_day is None or row.last_day >= start)
        }
        people = min(len(there), seats)
        if not people:
            continue
        if found and found[-1].people == people and found[-1].last_day == start - ONE_DAY:
            found[-1] = found[-1]._replace(last_day=end)
        else:
            found.append(Filled(start, end, people))
    return found
