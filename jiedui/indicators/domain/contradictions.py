"""Figures that cannot both be true, side by side, with what to ask; nothing is resolved here.

Only statements of the same scope can contradict one another, and lines (by
``part_of``) their whole. A pair that is possible but strange is a remark.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise
from types import MappingProxyType
from uuid import UUID

from jiedui.core.periods import Period
from jiedui.core.quantities import FigureKind, Precision
from jiedui.indicators.domain.statements.stated import (
    alike,
    high,
    last_day,
    low,
    period,
    precision_of_sum,
    rank,
)
from jiedui.ledger.domain.statements import StatementRow

FALL = "fall"
PART_EXCEEDS_WHOLE = "part_exceeds_whole"
DIFFERS = "differs"
SUM_MISMATCH = "sum_mismatch"
CONTRADICTIONS = (FALL, PART_EXCEEDS_WHOLE, DIFFERS, SUM_MISMATCH)

RATE_JUMP = "rate_jump"
FLOOR_FALLS = "floor_falls"
NONE_ADDED = "none_added"
REMARKS = (RATE_JUMP, FLOOR_FALLS, NONE_ADDED)

# A total that grows this many times as fast as before is worth a question.
JUMP = Decimal(2)

# Marks message ids for the catalogues; the rooms with Django translate them.
_ = str

QUESTIONS: Mapping[str, str] = MappingProxyType(
    {
        FALL: _(
            "A total counted from the same start cannot fall. Ask both for their definition: "
            "is it the whole hospital, or the aid experts alone?"
        ),
        PART_EXCEEDS_WHOLE: _(
            "A part cannot be greater than its whole. Ask whether the part is counted within "
            "it: the same period, the same unit, the same people?"
        ),
        DIFFERS: _(
            "Both speak of one scope and one period. Ask by which definition and on which day "
            "each was counted."
        ),
        SUM_MISMATCH: _(
            "The lines make %(sum)s and the whole is %(whole)s. Ask whether a line is missing, "
            "or counted twice, or rounded."
        ),
        RATE_JUMP: _(
            "The total may rise, but in the last %(days)s days it grew %(times)s times as fast "
            "as before. Ask for the monthly figures, or whether the scope became wider."
        ),
        FLOOR_FALLS: _("The later report states a lower floor. Ask both for the exact number."),
        NONE_ADDED: _(
            "“More than %(value)s” and later exactly %(value)s: both hold only if there were "
            "exactly %(value)s at first and none was added. Ask for the list."
        ),
    }
)


@dataclass(frozen=True)
class Side:
    """What one report says, or what the lines of a whole make together."""

    claims: tuple[str, ...]
    measure: str
    report: str
    publisher: str
    published_on: date
    value: Decimal
    high: Decimal | None
    precision: str
    unit: str
    period: Period


@dataclass(frozen=True)
class Contradiction:
    """Two sides that cannot both be true (or, as a remark, hardly).

    ``question`` is a message id, its places filled from ``details``. Of lines
    and wholes the whole is the earlier side unless a line was published first.
    """

    kind: str
    measure: str
    item: str
    unit_class: str
    givers: frozenset[UUID]
    receivers: frozenset[UUID]
    receiver_text: str
    earlier: Side
    later: Side
    question: str
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_remark(self) -> bool:
        """Whether both can be true all the same."""
        return self.kind in REMARKS


@dataclass(frozen=True)
class Findings:
    """All contradictions and remarks, and every claim that stands in a contradiction."""

    contradictions: tuple[Contradiction, ...]
    remarks: tuple[Contradiction, ...]
    contested: frozenset[str]

    def about(self, claims: Iterable[str]) -> tuple[Contradiction, ...]:
        """The contradictions in which one of the claims is a side."""
        asked = set(claims)
        return tuple(
            each
            for each in self.contradictions
            if asked & {*each.earlier.claims, *each.later.claims}
        )


def find(rows: Iterable[StatementRow], *, remarks: bool = True) -> Findings:
    """Contradictions among statements that are all known and of one world.

    Give ``standing.known`` rows: repeats left out, as of a day, real or of one
    programme. The order of the rows never matters.
    """
    everything = sorted(rows, key=lambda row: row.claim)
    found: list[Contradiction] = []
    contested: set[str] = set()
    scopes: dict[tuple[object, ...], list[StatementRow]] = {}
    for row in everything:
        if row.placed:
            key = (
                row.example,
                row.measure,
                row.unit_class,
                row.kind,
                row.item,
                row.givers,
                row.receivers,
            )
            scopes.setdefault(key, []).append(row)
    for same in scopes.values():
        if len(same) > 1:
            found += _in_scope(same, contested, remarks)
    found += _lines(everything, contested)
    found.sort(key=lambda each: (each.earlier.claims, each.later.claims, each.kind))
    return Findings(
        tuple(each for each in found if not each.is_remark),
        tuple(each for each in found if each.is_remark),
        frozenset(contested),
    )


def _side(row: StatementRow) -> Side:
    return Side(
        (row.claim,),
        row.measure,
        row.report,
        row.publisher,
        row.published_on,
        row.value,
        row.high,
        row.precision,
        row.unit,
        period(row),
    )


def _pair(
    kind: str,
    earlier: StatementRow,
    later: StatementRow,
    sides: tuple[Side, Side] | None = None,
    **details: object,
) -> Contradiction:
    """A finding about the scope of ``earlier``."""
    return Contradiction(
        kind,
        earlier.measure,
        earlier.item,
        earlier.unit_class,
        earlier.givers,
        earlier.receivers,
        earlier.receiver_text,
        *(sides or (_side(earlier), _side(later))),
        QUESTIONS[kind],
        {key: str(value) for key, value in details.items()},
    )


def _in_scope(
    same: Sequence[StatementRow], contested: set[str], remarks: bool
) -> Iterator[Contradiction]:
    """Within one scope: one period that is stated differently, and totals that fall.

    A line beside its whole, or beside another line of it, is another portion and
    no second statement of the same.
    """
    here = {row.claim for row in same}
    siblings = Counter(row.part_of for row in same)
    same = [
        row
        for row in same
        if row.part_of is None or (row.part_of not in here and siblings[row.part_of] == 1)
    ]
    periods: dict[object, list[StatementRow]] = {}
    for row in same:
        periods.setdefault(alike(row), []).append(row)
    for group in periods.values():
        if len(group) > 1:
            yield from _differing(group, contested)
    starts: dict[date | None, list[list[StatementRow]]] = {}
    for group in periods.values():
        first = group[0]
        # Without any date nothing says that a number is a running total.
        if first.kind == FigureKind.FLOW and not (first.start is None and first.end is None):
            starts.setdefault(first.start, []).append(group)
    for start, series in starts.items():
        if len(series) > 1:
            series.sort(key=lambda group: last_day(group[0]))
            yield from _falling(series, contested)
            if remarks:
                yield from _strange(start, series)


def _differing(group: Sequence[StatementRow], contested: set[str]) -> Iterator[Contradiction]:
    """Each statement against the first before it that it cannot agree with."""
    group = sorted(group, key=lambda row: (row.published_on, row.claim))
    floor = max(low(row) for row in group)
    ceiling = min(high(row) for row in group)
    if floor <= ceiling:
        return
    contested |= {row.claim for row in group if low(row) > ceiling or high(row) < floor}
    highest = lowest = group[0]
    for row in group[1:]:
        if low(row) > high(lowest):
            yield _pair(DIFFERS, lowest, row)
        elif high(row) < low(highest):
            yield _pair(DIFFERS, highest, row)
        highest = row if low(row) > low(highest) else highest
        lowest = row if high(row) < high(lowest) else lowest


def _falling(series: Sequence[list[StatementRow]], contested: set[str]) -> Iterator[Contradiction]:
    """Running totals from one start, by their ends: none may lie below an earlier floor."""
    peak: StatementRow | None = None
    floor = Decimal("-Infinity")
    for group in series:
        for row in group:
            if peak is not None and high(row) < floor:
                contested.add(row.claim)
                yield _pair(FALL, peak, row)
        for row in group:
            least = low(row)
            if least >= floor:
                peak, floor = row, least
    ceiling = Decimal("Infinity")
    for group in reversed(series):
        contested |= {row.claim for row in group if low(row) > ceiling}
        ceiling = min([ceiling, *(high(row) for row in group)])


def _strange(start: date | None, series: Sequence[list[StatementRow]]) -> Iterator[Contradiction]:
    """Running totals that are possible, and worth a question."""
    for before, after in pairwise(min(group, key=rank) for group in series):
        if after.precision == Precision.AT_LEAST and low(after) < low(before):
            yield _pair(FLOOR_FALLS, before, after)
        if (before.precision, after.precision) == (Precision.AT_LEAST, Precision.EXACT):
            if before.value == after.value:
                yield _pair(NONE_ADDED, before, after, value=plain(before.value))
            continue
        added = low(after) - high(before)
        if start is None or added <= 0 or high(before) <= 0:
            continue
        first = (last_day(before) - start).days + 1
        days = (last_day(after) - last_day(before)).days
        if first > 0 and added * first >= JUMP * high(before) * days:
            times = (added * first / (high(before) * days)).quantize(Decimal("0.1"))
            yield _pair(RATE_JUMP, before, after, days=days, times=times)


def _lines(rows: Sequence[StatementRow], contested: set[str]) -> Iterator[Contradiction]:
    """Lines against their whole: none greater than it, and together neither more nor less."""
    by_claim = {row.claim: row for row in rows}
    lines: dict[str, list[StatementRow]] = {}
    for row in rows:
        whole = by_claim.get(row.part_of) if row.part_of is not None else None
        if (
            whole is not None
            and whole is not row
            and whole.unit_class == row.unit_class
            and whole.kind == row.kind != FigureKind.PRICE
        ):
            lines.setdefault(whole.claim, []).append(row)
    for claim, parts in lines.items():
        whole = by_claim[claim]
        for part in parts:
            if low(part) > high(whole):
                contested |= {whole.claim, part.claim}
                sides = _by_day(_side(whole), _side(part))
                yield _pair(PART_EXCEEDS_WHOLE, whole, part, sides)
        yield from _sum(whole, [row for row in parts if row.measure == whole.measure], contested)


def _sum(
    whole: StatementRow, parts: Sequence[StatementRow], contested: set[str]
) -> Iterator[Contradiction]:
    """Two or more lines of the whole's own measure are its items.

    A single line, or one of another measure (23 first-evers of 186 techniques),
    is a subset and need not make up the whole. Rounded lines may make more than
    the whole but are not held to less.
    """
    if len(parts) < 2:
        return
    least = sum((low(row) for row in parts), Decimal(0))
    most = sum((high(row) for row in parts), Decimal(0))
    exact = all(row.precision == Precision.EXACT for row in (whole, *parts))
    if not (least > high(whole) or (exact and most < low(whole))):
        return
    contested |= {whole.claim, *(row.claim for row in parts)}
    total = sum((row.value for row in parts), Decimal(0))
    latest = max(parts, key=lambda row: (row.published_on, row.claim))
    starts = [row.start for row in parts]
    ends = [row.end for row in parts]
    together = Side(
        tuple(row.claim for row in parts),
        whole.measure,
        latest.report,
        latest.publisher,
        latest.published_on,
        total,
        None,
        precision_of_sum(parts).value,
        latest.unit,
        Period(
            None if None in starts else min(day for day in starts if day),
            None if None in ends else max(day for day in ends if day),
        ),
    )
    sides = _by_day(_side(whole), together)
    yield _pair(SUM_MISMATCH, whole, latest, sides, sum=plain(total), whole=plain(whole.value))


def _by_day(whole: Side, part: Side) -> tuple[Side, Side]:
    return (part, whole) if part.published_on < whole.published_on else (whole, part)


def plain(value: Decimal) -> str:
    """A number without needless zeros, by thousands: 538, 21.67, 4,496,000."""
    return f"{value.normalize():,f}" if value else "0"
