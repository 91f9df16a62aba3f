"""From dated lineage to the spans of days in which a body counts for another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from jiedui.directory.domain.lineage import LineageRow
from jiedui.indicators.domain.layout import FIRST_DAY, LAST_DAY

NOW = "now"
THEN = "then"


class Span(NamedTuple):
    """A body counts for a region from a first to a last day, both included."""

    body: UUID
    region: UUID
    first: date
    last: date


@dataclass(frozen=True)
class Ties:
    """Lineage sorted for asking from above and from below."""

    below: dict[UUID, list[LineageRow]]
    above: dict[UUID, list[LineageRow]]

    @classmethod
    def of(cls, rows: Iterable[LineageRow]) -> Ties:
        """Sort the rows of the directory."""
        below: defaultdict[UUID, list[LineageRow]] = defaultdict(list)
        above: defaultdict[UUID, list[LineageRow]] = defaultdict(list)
        for row in rows:
            below[row.ancestor].append(row)
            above[row.descendant].append(row)
        return cls(dict(below), dict(above))

    def has_parts(self, body: UUID) -> bool:
        """Whether another body has ever counted for a body."""
        return any(row.descendant != body for row in self.below.get(body, ()))

    def size(self, region: UUID) -> int:
        """How many bodies have ever counted for a region."""
        return len({row.descendant for row in self.below.get(region, ())})


def _days(row: LineageRow) -> tuple[date, date]:
    return row.valid_from or FIRST_DAY, row.valid_to or LAST_DAY


def parts(ties: Ties, region: UUID, tree: str, today: date) -> list[Span]:
    """The bodies that count for a region: as the trees are today, or as they were (``then``).

    As now, every body once and for all days. As then, spans of days that do not
    overlap for one body, whatever the number of trees that tie it.
    """
    rows = ties.below.get(region, [])
    if tree == NOW:
        now = {row.descendant for row in rows if _days(row)[0] <= today <= _days(row)[1]}
        return [Span(body, region, FIRST_DAY, LAST_DAY) for body in sorted({region, *now})]
    spans = [Span(region, region, FIRST_DAY, LAST_DAY)]
    held: defaultdict[UUID, list[tuple[date, date]]] = defaultdict(list)
    for row in rows:
        if row.descendant != region:
            held[row.descendant].append(_days(row))
    for body, days in held.items():
        spans += [Span(body, region, first, last) for first, last in _joined(days)]
    return spans


def _joined(days: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    joined: list[tuple[date, date]] = []
    for first, last in sorted(days):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def assign(ties: Ties, regions: Collection[UUID], tree: str, today: date) -> list[Span]:
    """Each body to at most one of the regions on any day, so that a breakdown adds up.

    Where a body counts for several of the regions asked for (one inside the
    other, or of two trees), it goes to the one with the fewest bodies: the
    nearest. A tie goes to the lower id.
    """
    rank = {region: (ties.size(region), region) for region in regions}
    held: defaultdict[UUID, list[tuple[date, date, UUID]]] = defaultdict(list)
    for region in regions:
        for span in parts(ties, region, tree, today):
            held[span.body].append((span.first, span.last, region))
    spans: list[Span] = []
    for body, claims in held.items():
        spans += _nearest(body, claims, rank)
    return spans


def _nearest(
    body: UUID, claims: list[tuple[date, date, UUID]], rank: dict[UUID, tuple[int, UUID]]
) -> list[Span]:
    """Spans of one body cut at every day on which a claim begins or ends."""
    if len(claims) == 1:
        first, last, region = claims[0]
        return [Span(body, region, first, last)]
    one = timedelta(days=1)
    cuts = sorted({c[0] for c in claims} | {c[1] + one for c in claims if c[1] < LAST_DAY})
    found: list[Span] = []
    for index, first in enumerate(cuts):
        last = cuts[index + 1] - one if index + 1 < len(cuts) else LAST_DAY
        holding = [region for a, b, region in claims if a <= first and b >= last]
        if not holding:
            continue
        region = min(holding, key=lambda each: rank[each])
        if found and found[-1].region == region and found[-1].last + one == first:
            found[-1] = found[-1]._replace(last=last)
        else:
            found.append(Span(body, region, first, last))
    return found
