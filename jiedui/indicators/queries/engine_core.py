"""How questions become totals, breakdowns, series and records of the daily entries.

One definition gives all of them. Nothing here knows who asks: ``visible`` are
the bodies whose entries count for a viewer (either side), and small numbers are
withheld by the queries that show them (domain.disclosure).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any
from uuid import UUID

import pyarrow as pa

from jiedui.core.errors import InvalidInput
from jiedui.core.periods import Period
from jiedui.indicators.domain.definitions import Definition, Side
from jiedui.indicators.domain.layout import combined_precision
from jiedui.indicators.domain.question import Question
from jiedui.indicators.domain.regions import Span, Ties, assign
from jiedui.indicators.queries.catalogue import definition_of
from jiedui.indicators.queries.engine_scope import (
    Scope,
    World,
    fill_side,
    scope_of,
    spans_table,
)
from jiedui.indicators.sources.state import Keeper
from jiedui.indicators.sources.store.reader import Reader
from jiedui.indicators.sources.store.rows import Codes, fact
from jiedui.ledger.domain.facts import FactRow

Indicator = Definition | str | None
Visible = frozenset[UUID] | None
# The last event of a page of records: its first day and the fact's number.
After = tuple[date, int]
IDS = ("giver", "receiver", "place", "programme", "confirmed_by")
REGIONS = ("giver_region", "receiver_region")
TEXTS = ("measure", "kind", "output_class", "item", "unit", "unit_class")
MONTHS = ("month", "year")
KEYS = (*IDS, *REGIONS, *TEXTS, *MONTHS, "happened_from", "known_from")
# Sums of a key: amounts, upper ends, records, and how many are at least, about, ranges.
Sums = tuple[Any, ...]
DAYS = ("unit_class", "unit", "happened_from", "happened_to")
ORDERS = {"month": "month", "year": "year", "day": "happened_from"}


@dataclass(frozen=True)
class EngineResult:
    """A number made of entries; ``value`` None where there is no record (or 0 of 0).

    ``records`` counts those of the numerator; ``period`` is the days they span,
    ``sequence`` the number of the last fact that was seen.
    """

    value: Decimal | None
    high: Decimal | None
    precision: str
    records: int
    unit: str
    unit_class: str
    period: Period
    sequence: int
    numerator: Decimal | None = None
    denominator: Decimal | None = None


@dataclass(frozen=True)
class Group:
    """A line of a breakdown: ids as UUID (None for none), codes as text, months as first days."""

    key: tuple[Any, ...]
    value: Decimal | None
    high: Decimal | None
    precision: str
    records: int


@dataclass(frozen=True, eq=False)
class Mark:
    """The stream's end, the lineage (one object while the directory stands), and the day."""

    position: tuple[int, str]
    ties: Ties
    examples: frozenset[UUID]
    today: date

    @property
    def key(self) -> tuple[Any, ...]:
        """Equal for equal marks, as long as the mark is held."""
        return self.position, id(self.ties), self.examples, self.today


class Engine:
    """Questions to one store; ``world`` tells what the rooms below know at this moment."""

    def __init__(self, keeper: Keeper, world: Callable[[], World]) -> None:
        self.keeper = keeper
        self._world = world
        self._regions: tuple[Ties, tuple[object, ...], list[Span]] | None = None
        self._moment: ContextVar[tuple[Reader, World] | None] = ContextVar(
            "moment of the figures", default=None
        )

    @contextmanager
    def moment(self) -> Iterator[None]:
        """Ask the database once for all questions within: for a page of several figures."""
        token = self._moment.set(self._now())
        try:
            yield
        finally:
            self._moment.reset(token)

    def _now(self) -> tuple[Reader, World]:
        return self._moment.get() or (self.keeper.reader(), self._world())

    def _assigned(self, world: World, regions: tuple[UUID, ...], tree: str) -> list[Span]:
        """Bodies by region, kept for the last regions asked for while the trees stay."""
        key = (regions, tree, world.today)
        kept = self._regions
        if kept is None or kept[0] is not world.ties or kept[1] != key:
            kept = (world.ties, key, assign(world.ties, regions, tree, world.today))
            self._regions = kept
        return kept[2]

    def mark(self) -> Mark:
        """What the answers of this moment rest on: an answer kept under it is never stale."""
        reader, world = self._now()
        return Mark(reader.position, world.ties, world.examples, world.today)

    def totals(
        self, indicator: Indicator, question: Question, *, visible: Visible = None
    ) -> list[EngineResult]:
        """The number in every class of unit that it is recorded in, most records first.

        An indicator that counts records or bodies, and a ratio, has one.
        """
        definition = definition_of(indicator, question)
        reader, world = self._now()
        scope = scope_of(question, definition, reader.codes, world, visible)
        found = self._side(reader, definition, definition.numerator, scope)
        if not definition.denominator:
            return found
        under = self._side(reader, definition, definition.denominator, scope)
        if not found and not under:
            return []
        nothing = self._nothing(definition, question, reader)
        zero = replace(nothing, value=Decimal(0))
        return [_ratio(found[0] if found else zero, under[0] if under else zero)]

    def total(
        self, indicator: Indicator, question: Question, *, visible: Visible = None
    ) -> EngineResult:
        """The number: in the class of unit asked for, else the definition's, else the main one."""
        definition = definition_of(indicator, question)
        if self._moment.get() is None:
            with self.moment():
                return self.total(definition, question, visible=visible)
        found = self.totals(definition, question, visible=visible)
        own = [each for each in found if each.unit_class == definition.unit_class]
        if own or found:
            return (own or found)[0]
        return self._nothing(definition, question, self._now()[0])

    @staticmethod
    def _nothing(definition: Definition, question: Question, reader: Reader) -> EngineResult:
        return EngineResult(
            value=None,
            high=None,
            precision="exact",
            records=0,
            unit=definition.unit,
            unit_class=question.unit_class or definition.unit_class,
            period=Period(None, None),
            sequence=reader.last,
        )

    def breakdown(
        self,
        indicator: Indicator,
        question: Question,
        by: str | Sequence[str],
        *,
        regions: Collection[UUID] = (),
        visible: Visible = None,
    ) -> list[Group]:
        """The number for each value of one or several keys, the greatest first.

        ``by`` are names of ``KEYS``. ``giver_region`` and ``receiver_region`` need
        the ``regions`` to choose from; a record counts for the nearest of them,
        or for none. Only months and years come in their own order.
        """
        keys = (by,) if isinstance(by, str) else tuple(by)
        if unknown := set(keys) - set(KEYS):
            raise InvalidInput(
                "dimension-unknown", "There is no breakdown by %(by)s.", by=", ".join(unknown)
            )
        definition = definition_of(indicator, question)
        with self.moment():
            reader, world = self._now()
            question = self._in_one_class(definition, question, keys, visible)
            scope = scope_of(question, definition, reader.codes, world, visible)
            order = sorted(regions)
            for region in set(REGIONS) & set(keys):
                spans = self._assigned(world, tuple(order), question.tree)
                scope.tables[f"{region}s"] = spans_table(spans, reader.codes, order)
            above = self._summed(reader, definition.numerator, scope, keys)
            groups = [_group(key, row, definition.numerator) for key, row in above.items()]
            if definition.denominator:
                under = self._summed(reader, definition.denominator, scope, keys)
                groups = _ratios(groups, under, definition.denominator)
        groups = [
            replace(each, key=_decoded(each.key, keys, reader.codes, order)) for each in groups
        ]
        if set(keys) <= {*MONTHS, "happened_from"}:
            return sorted(groups, key=lambda each: each.key)
        return sorted(groups, key=lambda each: (-(each.value or 0), [str(k) for k in each.key]))

    def series(
        self,
        indicator: Indicator,
        question: Question,
        grain: str = "month",
        *,
        visible: Visible = None,
    ) -> list[Group]:
        """The number by ``month``, ``year`` or ``day`` of an event's first day, in order."""
        return self.breakdown(indicator, question, ORDERS[grain], visible=visible)

    def cube(
        self,
        indicator: Indicator,
        question: Question,
        by: Sequence[str],
        *,
        regions: Collection[UUID] = (),
        visible: Visible = None,
    ) -> pa.Table:
        """Values by several keys at once, for exports and reports: a table, in no order.

        Ids and codes come as text, ``month`` as year × 100 + month; ``value`` and,
        for sums, ``records``. Sums over several classes of unit need
        ``unit_class`` among the keys. Ratios have no cube.
        """
        definition = definition_of(indicator, question)
        side = definition.numerator
        if definition.ratio or (
            side.count == "sum" and not side.unit_classes and "unit_class" not in by
        ):
            raise InvalidInput(
                "cube-impossible", "A table by %(by)s would add unlike numbers.", by=", ".join(by)
            )
        with self.moment():
            reader, world = self._now()
            scope = scope_of(question, definition, reader.codes, world, visible)
            order = sorted(regions)
            for region in set(REGIONS) & set(by):
                spans = self._assigned(world, tuple(order), question.tree)
                scope.tables[f"{region}s"] = spans_table(spans, reader.codes, order)
            found = reader.table(*self._sql(reader, "cube", side, scope, tuple(by)))
        names = [str(each) for each in order]
        for index, key in enumerate(by):
            if key not in MONTHS:
                values = names if key in REGIONS else reader.codes.values
                coded = found.column(key).combine_chunks().cast(pa.int32())
                text = pa.DictionaryArray.from_arrays(coded, pa.array(values, pa.string()))
                found = found.set_column(index, key, text)
        return found

    def records(
        self,
        indicator: Indicator,
        question: Question,
        after: After | None = None,
        limit: int | None = None,
        *,
        side: str = "numerator",
        visible: Visible = None,
    ) -> list[FactRow]:
        """The records that make up the number, the latest event first.

        ``after`` is ``page_mark`` of the last record of the page before.
        """
        definition = definition_of(indicator, question)
        with self.moment():
            reader, world = self._now()
            question = self._in_one_class(definition, question, (), visible)
            scope = scope_of(question, definition, reader.codes, world, visible)
            if limit is not None:
                days = self._summed(
                    reader, definition.sides[side], scope, ("happened_from",), as_sums=True
                )
                earliest = _earliest(days, after, limit)
                if earliest is None:
                    return []
                scope.begin(earliest)
                scope.values["limit"] = limit
            if after is not None:
                scope.cut("after_sequence", after[1])
                scope.values["after_day"] = after[0]
            rows = self._run(reader, "records", definition.sides[side], scope, limit=limit)
        return [fact(row, reader.codes) for row in rows]

    def _in_one_class(
        self,
        definition: Definition,
        question: Question,
        keys: tuple[str, ...],
        visible: Visible,
    ) -> Question:
        """The question cut to one class of unit, where it would add up several."""
        side = definition.numerator
        if side.count != "sum" or side.unit_classes or question.unit_class or "unit_class" in keys:
            return question
        found = self.total(definition, question, visible=visible)
        return replace(question, unit_class=found.unit_class) if found.records else question

    def _side(
        self, reader: Reader, definition: Definition, side: Side, scope: Scope
    ) -> list[EngineResult]:
        """One side of a definition, by class of unit.

        Rows are summed by their days: days whose records were all taken back
        fall out, so that the period is that of records which stand.
        """
        days = self._summed(reader, side, scope, DAYS, as_sums=True)
        if side.count != "distinct":
            return _results(days, definition, side, reader)
        found = _results(days, definition, Side("records"), reader)
        counted = self._summed(reader, side, scope, ())
        return [replace(each, value=Decimal(counted[()][0])) for each in found]

    def _summed(
        self,
        reader: Reader,
        side: Side,
        scope: Scope,
        keys: tuple[str, ...],
        *,
        as_sums: bool = False,
    ) -> dict[tuple[Any, ...], Sums]:
        """Sums by key where a record is left."""
        width = len(keys)
        if side.count == "distinct" and not as_sums:
            rows = reader.whole(*self._sql(reader, "distinct", side, scope, keys))
            return {
                row[:width]: (row[width], 0, int(row[width + 1] or 0), 0, 0, 0)
                for row in rows
                if row[width]
            }
        parts = reader.of_parts(*self._sql(reader, "sums", side, scope, keys))
        if len(parts) == 1:
            summed = {row[:width]: row[width:] for row in parts[0]}
        else:
            summed = {}
            for row in chain.from_iterable(parts):
                former = summed.get(row[:width])
                now = row[width:]
                summed[row[:width]] = (
                    now
                    if former is None
                    else tuple(a + b for a, b in zip(former, now, strict=True))
                )
        return {key: row for key, row in summed.items() if row[2] > 0}

    def _run(
        self,
        reader: Reader,
        what: str,
        side: Side,
        scope: Scope,
        by: tuple[str, ...] = (),
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        return reader.fetch(*self._sql(reader, what, side, scope, by, limit))

    @staticmethod
    def _sql(
        reader: Reader,
        what: str,
        side: Side,
        scope: Scope,
        by: tuple[str, ...] = (),
        limit: int | None = None,
    ) -> tuple[str, dict[str, pa.Table]]:
        # Imported at the first question: Ibis takes most of a second to load.
        from jiedui.indicators.domain.expressions import compiled, render, shape_of

        shape = shape_of(what, side, frozenset(scope.cuts), by, then=scope.then)
        sql = compiled(replace(shape, limit=limit is not None))
        return render(sql, {**scope.values, **fill_side(side, reader.codes)}), scope.tables


def _earliest(days: dict[tuple[Any, ...], Sums], after: After | None, limit: int) -> date | None:
    """The day from which on the next page of records is full: earlier ones need no reading."""
    earliest: date | None = None
    for (day,), row in sorted(days.items(), reverse=True):
        if after is None or day <= after[0]:
            earliest = day
            # Of the day on which the page before ended, none may be left.
            limit -= 0 if after is not None and day == after[0] else int(row[2])
            if limit <= 0:
                break
    return earliest


def page_mark(record: FactRow) -> After:
    """Where the next page of records begins."""
    return record.happened_from, record.sequence


def _number(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(value)


def _parts(row: Sums, side: Side) -> tuple[Decimal, Decimal | None, str]:
    """Value, upper end and precision of a row of sums."""
    value, high, records, at_least, about, ranges = row
    if side.count in ("records", "events"):
        return Decimal(int(records)), None, "exact"
    if side.count == "distinct":
        return Decimal(int(value)), None, "exact"
    precision = combined_precision(at_least, about, ranges)
    return _number(value), _number(high) if precision == "range" else None, precision


def _results(
    days: dict[tuple[Any, ...], Sums], definition: Definition, side: Side, reader: Reader
) -> list[EngineResult]:
    """Sums by class of unit, unit and days, added up where the class of unit allows it."""
    by_class: dict[int, list[tuple[tuple[Any, ...], Sums]]] = {}
    for key, row in days.items():
        by_class.setdefault(key[0] if side.count == "sum" else 0, []).append((key, row))
    found = []
    for code, same in by_class.items():
        added = tuple(sum(column) for column in zip(*(row for _, row in same), strict=True))
        value, high, precision = _parts(added, side)
        unit = definition.unit
        if side.count == "sum" and not definition.ratio and not side.unit_classes:
            units: Counter[int] = Counter()
            for key, row in same:
                units[key[1]] += int(row[2])
            unit = reader.codes.text(units.most_common(1)[0][0])
        found.append(
            EngineResult(
                value=value,
                high=high,
                precision=precision,
                records=int(added[2]),
                unit=unit,
                unit_class=reader.codes.text(code) if code else definition.unit_class,
                period=Period(min(key[2] for key, _ in same), max(key[3] for key, _ in same)),
                sequence=reader.last,
            )
        )
    return sorted(found, key=lambda each: -each.records)


def _ratio(above: EngineResult, under: EngineResult) -> EngineResult:
    value = above.value / under.value if above.value is not None and under.value else None
    exact = above.precision == under.precision == "exact"
    return replace(
        above,
        value=value,
        high=None,
        precision="exact" if exact else "about",
        numerator=above.value,
        denominator=under.value,
    )


def _group(key: tuple[Any, ...], row: Sums, side: Side) -> Group:
    value, high, precision = _parts(row, side)
    return Group(key, value, high, precision, int(row[2]))


def _ratios(above: list[Group], under: dict[tuple[Any, ...], Sums], side: Side) -> list[Group]:
    """Ratios by key; a key without a numerator has 0 of its denominator."""
    by_key = {each.key: each for each in above}
    found = []
    for key in {**by_key, **under}:
        top = by_key.get(key, Group(key, Decimal(0), None, "exact", 0))
        low = _group(key, under[key], side) if key in under else None
        value = top.value / low.value if low and low.value and top.value is not None else None
        exact = top.precision == "exact" and (low is None or low.precision == "exact")
        found.append(replace(top, value=value, high=None, precision="exact" if exact else "about"))
    return found


def _decoded(
    key: tuple[Any, ...], keys: tuple[str, ...], codes: Codes, regions: Sequence[UUID]
) -> tuple[Any, ...]:
    plain: list[Any] = []
    for name, part in zip(keys, key, strict=True):
        if name in IDS:
            plain.append(codes.id(part))
        elif name in REGIONS:
            plain.append(regions[part])
        elif name in TEXTS:
            plain.append(codes.text(part))
        elif name == "month":
            plain.append(date(part // 100, part % 100, 1))
        elif name == "year":
            plain.append(date(part, 1, 1))
        else:
            plain.append(part)
    return tuple(plain)
