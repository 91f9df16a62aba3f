"""Who was on site when: days, full-time equivalents, persons, person-times, and the gaps.

A stay is an unbroken time on site: an arrival or a return begins it, a leave or the
departure ends it, both days included. What has not ended goes on to the day asked for.
Persons are counted once however often they came; a person-time is one arrival.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

ONE_DAY = timedelta(days=1)


class Days(NamedTuple):
    """From a first to a last day, both included."""

    first: date
    last: date


class Stay(NamedTuple):
    """A person of a posting on site; ``last`` is None while it lasts."""

    posting: Hashable
    person: Hashable
    workload: int
    first: date
    last: date | None


class Gap(NamedTuple):
    """Days on which so many are missing."""

    first: date
    last: date
    missing: int


@dataclass(frozen=True)
class Told:
    """What the stays of a period come to; the four are never added to one another."""

    person_days: int
    days_with_somebody: int
    full_time: Fraction
    persons: int
    person_times: int


def within(spans: Iterable[tuple[date, date | None]], period: Days) -> list[Days]:
    """The parts of the spans that lie in the period; an open end goes on."""
    found = []
    for first, last in spans:
        start = max(first, period.first)
        end = period.last if last is None else min(last, period.last)
        if start <= end:
            found.append(Days(start, end))
    return found


def union(spans: Iterable[Days]) -> list[Days]:
    """The days that lie in any span, as spans that neither meet nor touch."""
    found: list[Days] = []
    for span in sorted(spans, key=lambda span: (span.first, span.last)):
        if found and span.first <= found[-1].last + ONE_DAY:
            found[-1] = Days(found[-1].first, max(found[-1].last, span.last))
        else:
            found.append(Days(span.first, span.last))
    return found


def length(spans: Iterable[Days]) -> int:
    """How many days the spans have together; of a union, each once."""
    return sum((span.last - span.first).days + 1 for span in spans)


def gaps(spans: Iterable[Days], period: Days, needed: int = 1) -> list[Gap]:
    """The days of the period on which fewer than ``needed`` are there, and how many fewer."""
    turns: dict[date, int] = {}
    for span in within(spans, period):
        turns[span.first] = turns.get(span.first, 0) + 1
        after = span.last + ONE_DAY
        turns[after] = turns.get(after, 0) - 1
    found: list[Gap] = []
    there, at = 0, period.first
    for day in [*sorted(turns), period.last + ONE_DAY]:
        missing = needed - there
        end = min(day - ONE_DAY, period.last)
        if missing > 0 and at <= end:
            if found and found[-1].missing == missing and found[-1].last == at - ONE_DAY:
                found[-1] = Gap(found[-1].first, end, missing)
            else:
                found.append(Gap(at, end, missing))
        at = max(at, day)
        there += turns.get(day, 0)
    return found


def overlaps(spans: Sequence[Days]) -> list[Days]:
    """The days on which two spans or more lie: a handover, where one follows the other."""
    found = []
    reached: Days | None = None
    for span in sorted(spans, key=lambda span: (span.first, span.last)):
        if reached is not None and span.first <= reached.last:
            found.append(Days(span.first, min(span.last, reached.last)))
        if reached is None or span.last > reached.last:
            reached = span
    return union(found)


def told(stays: Iterable[Stay], period: Days) -> Told:
    """What the stays come to in the period; postings arrive with their first stay.

    A person is on site once a day, whatever two rows say of it; the full-time equivalent
    weighs the days of each posting by its share of full time.
    """
    of_person: dict[Hashable, list[Days]] = {}
    of_posting: dict[Hashable, list[Days]] = {}
    weight: dict[Hashable, int] = {}
    arrived: dict[Hashable, date] = {}
    for stay in stays:
        arrived[stay.posting] = min(stay.first, arrived.get(stay.posting, stay.first))
        weight[stay.posting] = stay.workload
        for span in within([(stay.first, stay.last)], period):
            of_person.setdefault(stay.person, []).append(span)
            of_posting.setdefault(stay.posting, []).append(span)
    weighed = sum(weight[key] * length(union(spans)) for key, spans in of_posting.items())
    return Told(
        sum(length(union(spans)) for spans in of_person.values()),
        length(union(span for spans in of_person.values() for span in spans)),
        Fraction(weighed, 100 * ((period.last - period.first).days + 1)),
        len(of_person),
        sum(period.first <= day <= period.last for day in arrived.values()),
    )


def expected(
    *, arrived: bool, ended: bool, starts_on: date, ends_on: date, today: date
) -> Days | None:
    """The days of a post's line that a posting fills: what was, and what is planned.

    A plan holds only for days to come: who was to come and did not has filled nothing.
    Who stays beyond the planned end is there up to today.
    """
    first = starts_on if arrived else max(starts_on, today)
    last = ends_on if ended or not arrived else max(ends_on, today)
    return Days(first, last) if first <= last else None


def lanes(spans: Sequence[Days]) -> list[int]:
    """For each span the lane in which it is drawn: those that overlap stand in different ones."""
    ends: list[date] = []
    found = [0] * len(spans)
    for index in sorted(range(len(spans)), key=lambda i: (spans[i].first, spans[i].last)):
        span = spans[index]
        free = next((lane for lane, end in enumerate(ends) if end < span.first), None)
        if free is None:
            free = len(ends)
            ends.append(span.last)
        ends[free] = span.last
        found[index] = free
    return found
