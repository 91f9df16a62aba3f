"""How questions become totals, breakdowns, series and records of the daily entries.

One definition gives all of them. Nothing here knows who asks: ``visible`` are
the bodies whose entries count for a viewer (either side), and small numbers are
withheld by the queries that show them (domain.disclosure).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pyarrow as pa

from jiedui.core.errors import InvalidInput
from jiedui.core.periods import Period
from jiedui.indicators.domain.definitions import Definition, Side
from jiedui.indicators.domain.facts import FactRow
from jiedui.indicators.domain.layout import FIRST_DAY, LAST_DAY
from jiedui.indicators.domain.question import Question
from jiedui.indicators.domain.regions import Ties
from jiedui.indicators.queries.catalogue import definition_of
from jiedui.indicators.queries.engine_records import After, page_of_records, past
from jiedui.indicators.queries.engine_result import (
    CODED,
    KEYS,
    MONTHS,
    REGIONS,
    EngineResult,
    Group,
    ratio,
    results,
)
from jiedui.indicators.queries.engine_scope import Scope, SpanTables, World, scope_of, slices
from jiedui.indicators.queries.engine_sums import cubed, lines, sql_of, summed
from jiedui.indicators.sources.state import Keeper
from jiedui.indicators.sources.store.reader import Reader
from jiedui.indicators.sources.store.rows import fact
from jiedui.programmes.domain.facts import LONG_AGO

Indicator = Definition | str | None
Visible = frozenset[UUID] | None
# What is not the sum over its days is asked once more as a whole.
WHOLE = ("distinct", "days")
# Amounts are apart by class of unit; what is only counted is not.
DAYS = {True: ("unit_class", "unit", "happened_from"), False: ("happened_from",)}
ENDS = {True: ("unit_class", "happened_to"), False: ("happened_to",)}
ORDERS = {"month": "month", "year": "year", "day": "happened_from"}


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
        self._tables = SpanTables()
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

    def _scope(
        self,
        definition: Definition,
        question: Question,
        visible: Visible,
        regions: Sequence[UUID] = (),
        keys: Collection[str] = (),
    ) -> Scope:
        """The scope of a question, with the tables of the regions among the keys."""
        reader, world = self._now()
        scope = scope_of(question, definition, reader.codes, world, visible, self._tables)
        for region in set(REGIONS) & set(keys):
            scope.tables[f"{region}s"] = self._tables.of_regions(
                world, reader.codes, tuple(regions), question.tree
            )
        if definition.spans and set(MONTHS) & set(keys):
            scope.sliced = True
            scope.tables["slices"] = self._slices(definition, scope, years="month" not in keys)
        return scope

    def _slices(self, definition: Definition, scope: Scope, *, years: bool) -> pa.Table:
        """The months or years over which spans are spread, from the first stated beginning.

        Of what began on an unknown day nobody can say how many months it lasted.
        """
        reader, _world = self._now()
        plain = replace(scope, sliced=False)
        begun = [
            day
            for side in definition.sides.values()
            for (day,) in summed(reader, side, plain, ("happened_from",), as_records=True).rows()
        ]
        clip = scope.clip
        if not begun or clip is None or clip.start is None or clip.end is None:
            return slices(LAST_DAY, FIRST_DAY, years=years)
        stated = min((day for day in begun if day > LONG_AGO), default=clip.end)
        return slices(max(stated, clip.start), clip.end, years=years)

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
        reader, _world = self._now()
        scope = self._scope(definition, question, visible)
        found = self._side(reader, definition, definition.numerator, scope)
        if not definition.denominator:
            return found
        under = self._side(reader, definition, definition.denominator, scope)
        if not found and not under:
            return []
        nothing = self._nothing(definition, question, reader)
        zero = replace(nothing, value=Decimal(0))
        return [ratio(found[0] if found else zero, under[0] if under else zero)]

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
            reader, _world = self._now()
            question = self._in_one_class(definition, question, keys, visible)
            order = sorted(regions)
            scope = self._scope(definition, question, visible, order, keys)
            above = summed(reader, definition.numerator, scope, keys)
            under = None
            if definition.denominator:
                under = summed(reader, definition.denominator, scope, keys)
            return lines(reader, definition, above, under, keys, order)

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

        Ids and codes come as text, days as days, ``month`` as year × 100 + month; ``value`` and
        ``records``. Sums over several classes of unit need
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
            reader, _world = self._now()
            order = sorted(regions)
            scope = self._scope(definition, question, visible, order, by)
            found = cubed(reader, side, scope, tuple(by), len(order))
        names = [str(each) for each in order]
        for index, key in enumerate(by):
            if key in CODED:
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
            reader, _world = self._now()
            question = self._in_one_class(definition, question, (), visible)
            scope = self._scope(definition, question, visible)
            if limit is not None:
                return page_of_records(reader, definition.sides[side], scope, after, limit)
            asked = sql_of(reader, "records", definition.sides[side], past(scope, after))
            rows = reader.fetch(*asked)
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
        amounts = side.count == "sum"
        days = summed(reader, side, scope, DAYS[amounts], as_records=not amounts).rows()
        ends = summed(reader, side, scope, ENDS[amounts], as_records=True).rows()
        counted = replace(side, count="records", of="") if side.count in WHOLE else side
        found = results(days, ends, definition, counted, reader.codes, reader.last, scope.clip)
        if side.count not in WHOLE:
            return found
        bodies = summed(reader, side, scope, ()).rows()
        return [replace(each, value=Decimal(bodies[()][0])) for each in found]
