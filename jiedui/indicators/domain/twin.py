"""The engine's slow and obvious twin: plain Python over plain rows, for the tests.

It knows no signs: it rebuilds what was known on a day version by version, keeps
the newest of each entry, and walks the trees row by row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from jiedui.directory.domain.lineage import LineageRow
from jiedui.indicators.domain.definitions import Definition, Side
from jiedui.indicators.domain.facts import LEDGER, FactRow
from jiedui.indicators.domain.question import Question


@dataclass(frozen=True)
class Plain:
    """What the twin says: the number as the engine gives it, and how many records."""

    value: Decimal | None
    high: Decimal | None
    precision: str
    records: int


def known(rows: Iterable[FactRow], as_of: date | None, sequence: int | None) -> list[FactRow]:
    """The lines of the newest version of each entry, as known on a day and at a number.

    A version of which a taking-back is known no longer stands. What the programmes
    tell is taken back line by line.
    """
    heard = [
        row
        for row in rows
        if (as_of is None or row.known_from <= as_of)
        and (sequence is None or row.sequence <= sequence)
    ]
    lines = {(row.version_id, row.line) for row in heard if row.sign == -1}
    taken_back = {version for version, _line in lines}
    told = [
        row
        for row in heard
        if row.stream != LEDGER and row.sign == 1 and (row.version_id, row.line) not in lines
    ]
    heard = [row for row in heard if row.stream == LEDGER]
    lines_of: dict[UUID, dict[UUID, list[FactRow]]] = {}
    for row in heard:
        if row.sign == 1 and row.version_id not in taken_back:
            lines_of.setdefault(row.entry_id, {}).setdefault(row.version_id, []).append(row)
    standing: list[FactRow] = told
    for versions in lines_of.values():
        newest = max(versions.values(), key=lambda lines: lines[0].number)
        standing.extend(newest)
    return standing


def _holds(row: LineageRow, day: date) -> bool:
    return (row.valid_from is None or row.valid_from <= day) and (
        row.valid_to is None or day <= row.valid_to
    )


def belongs(
    body: UUID, region: UUID, lineage: Iterable[LineageRow], tree: str, event: date, today: date
) -> bool:
    """Whether a body counts for a region, by today's trees or those of the event's day."""
    day = today if tree == "now" else event
    return body == region or any(
        row.descendant == body and row.ancestor == region and _holds(row, day) for row in lineage
    )


def region_of(
    body: UUID,
    regions: Collection[UUID],
    lineage: Sequence[LineageRow],
    tree: str,
    event: date,
    today: date,
) -> UUID | None:
    """The nearest of the regions that a body counts for: the one with the fewest bodies."""
    holding = [r for r in regions if belongs(body, r, lineage, tree, event, today)]
    return min(
        holding,
        key=lambda r: (len({row.descendant for row in lineage if row.ancestor == r}), r),
        default=None,
    )


def records(
    rows: Iterable[FactRow],
    definition: Definition,
    side: Side,
    question: Question,
    *,
    lineage: Sequence[LineageRow] = (),
    examples: Collection[UUID] = (),
    today: date,
    visible: Collection[UUID] | None = None,
) -> list[FactRow]:
    """The records of a side of a definition under a question, the latest event first."""
    found = []
    standing = known(rows, question.as_of, question.sequence)
    lines: dict[UUID, list[int]] = {}
    for row in standing:
        lines.setdefault(row.version_id, []).append(row.line)
    for row in standing:
        start, end = question.period.start, question.period.end
        last = row.happened_to if definition.period == "within" else row.happened_from
        begun = row.happened_from
        if definition.spans:
            start, end = clip(definition, question, today)
            begun, last = row.happened_to, row.happened_from
        if (
            row.stream == side.stream
            and row.value >= side.at_least
            and (question.kind in (None, "", "flow"))
            and (side.count != "events" or row.line == min(lines[row.version_id]))
            and (not side.measures or row.measure in side.measures)
            and (not side.kinds or row.kind in side.kinds)
            and (not side.output_classes or row.output_class in side.output_classes)
            and (not side.unit_classes or row.unit_class in side.unit_classes)
            and question.item in (None, row.item)
            and question.unit_class in (None, row.unit_class)
            and question.activity in (None, row.kind)
            and question.output_class in (None, row.output_class)
            and question.place in (None, row.place_id)
            and (
                row.programme_id == question.programme
                if question.programme
                else row.programme_id not in examples
            )
            and (start is None or begun >= start)
            and (end is None or last <= end)
            and (visible is None or row.giver_id in visible or row.receiver_id in visible)
            and all(
                asked is None
                or belongs(body, asked, lineage, question.tree, row.happened_from, today)
                for asked, body in (
                    (question.giver, row.giver_id),
                    (question.receiver, row.receiver_id),
                )
            )
        ):
            found.append(row)
    return sorted(found, key=lambda row: (row.happened_from, row.sequence), reverse=True)


def clip(definition: Definition, question: Question, today: date) -> tuple[date, date]:
    """The days that a figure of what lasts looks at; the first after the last where none."""
    asked = question.as_of or today
    last = asked if question.period.end is None else min(question.period.end, asked)
    first = question.period.start or date.min
    if first > last:
        return date.max, date.min
    return (last, last) if definition.period == "on" else (first, last)


def count(
    side: Side, found: Sequence[FactRow], within: tuple[date, date] = (date.min, date.max)
) -> Plain:
    """The number that a list of records makes; of days those ``within``."""
    if not found:
        return Plain(None, None, "exact", 0)
    if side.count == "events":
        entries = {row.entry_id for row in found}
        return Plain(Decimal(len(entries)), None, "exact", len(found))
    if side.count == "records":
        return Plain(Decimal(len(found)), None, "exact", len(found))
    if side.count == "days":
        each_day = ((row, date.fromordinal(n)) for row in found for n in _ordinals(row, within))
        value = sum((row.value for row, _day in each_day), Decimal(0))
        return Plain(value, None, "exact", len(found))
    if side.count == "distinct":
        ids = {getattr(row, f"{side.of}_id") for row in found}
        return Plain(Decimal(len(ids)), None, "exact", len(found))
    kinds = {row.precision for row in found}
    precision = next((p for p in ("about", "at_least", "range") if p in kinds), "exact")
    high = sum((row.value if row.high is None else row.high for row in found), Decimal(0))
    return Plain(
        sum((row.value for row in found), Decimal(0)),
        high if precision == "range" else None,
        precision,
        len(found),
    )


def _ordinals(row: FactRow, within: tuple[date, date]) -> range:
    first, last = max(row.happened_from, within[0]), min(row.happened_to, within[1])
    return range(first.toordinal(), last.toordinal() + 1)


def key_of(row: FactRow, name: str) -> Any:
    """The value of a record under a key of a breakdown."""
    if name == "month":
        return row.happened_from.replace(day=1)
    if name == "year":
        return row.happened_from.replace(month=1, day=1)
    if name in ("giver", "receiver", "place", "programme"):
        return getattr(row, f"{name}_id")
    return getattr(row, name)


def breakdown(
    side: Side,
    found: Sequence[FactRow],
    by: Sequence[str],
    within: tuple[date, date] | None = None,
) -> dict[Any, Plain]:
    """The number for each combination of keys that has a record.

    Of what lasts (``within`` days) a record stands in each month that it touches.
    """
    lists: dict[Any, list[FactRow]] = {}
    for row in found:
        for key in _keys_of(row, by, within):
            lists.setdefault(key, []).append(row)
    whole = within or (date.min, date.max)
    return {
        key: count(side, each, _part(whole, dict(zip(by, key, strict=True))))
        for key, each in lists.items()
    }


def _keys_of(
    row: FactRow, by: Sequence[str], within: tuple[date, date] | None
) -> set[tuple[Any, ...]]:
    if within is None or not {"month", "year"} & set(by):
        return {tuple(key_of(row, name) for name in by)}
    days = [date.fromordinal(each) for each in _ordinals(row, within)]
    return {tuple(key_of(row._replace(happened_from=day), name) for name in by) for day in days}


def _part(within: tuple[date, date], key: dict[str, Any]) -> tuple[date, date]:
    """The days of a line's month or year, within those of the whole."""
    first, last = within
    for name, months in (("year", 12), ("month", 1)):
        if name in key:
            begins: date = key[name]
            at = begins.year * 12 + begins.month - 1 + months
            ends = date(at // 12, at % 12 + 1, 1).toordinal() - 1
            first, last = max(first, begins), min(last, date.fromordinal(ends))
    return first, last
