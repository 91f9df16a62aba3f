"""From a question to the cuts of an expression and the values that fill them."""

from __future__ import annotations

import threading
from calendar import monthrange
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pyarrow as pa

from jiedui.core.periods import Period
from jiedui.indicators.domain.definitions import Definition, Side
from jiedui.indicators.domain.facts import STREAMS
from jiedui.indicators.domain.layout import FIRST_DAY
from jiedui.indicators.domain.question import Question, clip_of
from jiedui.indicators.domain.regions import NOW, THEN, Span, Ties, assign, parts
from jiedui.indicators.sources.store.rows import Codes

SPANS = pa.schema(
    [
        ("code", pa.int32()),
        ("region", pa.int32()),
        ("first_day", pa.date32()),
        ("last_day", pa.date32()),
    ]
)


SLICES = pa.schema([("code", pa.int32()), ("first_day", pa.date32()), ("last_day", pa.date32())])


@dataclass(frozen=True)
class World:
    """What the figures need to know of the rooms below, at one moment.

    ``examples`` are the invented programmes; ``places_in`` a place and all that
    lies in it today.
    """

    ties: Ties
    examples: frozenset[UUID]
    today: date
    places_in: Callable[[UUID], frozenset[UUID]] = lambda place: frozenset({place})


@dataclass
class Scope:
    """The cuts of a question, their values, and the tables of bodies they read."""

    cuts: set[str] = field(default_factory=set)
    values: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, pa.Table] = field(default_factory=dict)
    then: bool = False
    # Of what lasts only the days between these two count.
    clip: Period | None = None
    sliced: bool = False

    def cut(self, name: str, value: Any) -> None:
        """Cut by a name with a value."""
        self.cuts.add(name)
        self.values[name] = value

    def begin(self, start: date) -> None:
        """Cut to events that began on a day or later."""
        self.cut("first", start)
        self.values["first_month"] = start.year * 100 + start.month

    def end(self, end: date) -> None:
        """Cut to events that began on a day or earlier."""
        self.cut("last_start", end)
        self.values["last_month"] = end.year * 100 + end.month


def spans_table(spans: Iterable[Span], codes: Codes, regions: Sequence[UUID] = ()) -> pa.Table:
    """Spans as a table: bodies by their codes, regions by their place in the list.

    Bodies that no fact names are left out; a region is often one of them.
    """
    place = {region: index for index, region in enumerate(regions)}
    known = [
        (code, place.get(span.region, 0), span.first, span.last)
        for span in spans
        if (code := codes.find(span.body)) > 0
    ]
    columns = zip(*known, strict=True) if known else ((), (), (), ())
    return pa.table(
        [pa.array(c, t) for c, t in zip(columns, SPANS.types, strict=True)], schema=SPANS
    )


class SpanTables:
    """Tables of bodies, kept while the trees and the codes that they were made from stand."""

    def __init__(self, most: int = 64) -> None:
        self._most = most
        self._lock = threading.Lock()
        # The ties and the codes are held beside: a key names them by their ids.
        self._kept: OrderedDict[tuple[Any, ...], tuple[Ties, Codes, pa.Table]] = OrderedDict()

    def of_body(self, world: World, codes: Codes, body: UUID, tree: str) -> pa.Table:
        """A body and its parts."""
        return self._table(
            world,
            codes,
            (body, tree),
            lambda: spans_table(parts(world.ties, body, tree, world.today), codes),
        )

    def of_regions(
        self, world: World, codes: Codes, regions: tuple[UUID, ...], tree: str
    ) -> pa.Table:
        """Bodies by the region that they count for."""
        return self._table(
            world,
            codes,
            (regions, tree),
            lambda: spans_table(assign(world.ties, regions, tree, world.today), codes, regions),
        )

    def _table(
        self, world: World, codes: Codes, what: tuple[Any, ...], make: Callable[[], pa.Table]
    ) -> pa.Table:
        # Codes only ever grow: their number tells whether a new body is among them.
        key = (id(world.ties), id(codes), len(codes), world.today, what)
        with self._lock:
            found = self._kept.get(key)
        table = found[2] if found else make()
        with self._lock:
            self._kept[key] = (world.ties, codes, table)
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return table


def scope_of(
    question: Question,
    definition: Definition,
    codes: Codes,
    world: World,
    visible: frozenset[UUID] | None,
    tables: SpanTables | None = None,
) -> Scope:
    """The scope of a question; values that no fact bears match nothing."""
    scope = Scope(then=question.tree == THEN)
    if question.measure and question.indicator:
        scope.cut("measure", codes.find(question.measure))
    for name, value in (
        ("item", question.item),
        ("unit_class", question.unit_class),
        ("activity", question.activity),
        ("output_class", question.output_class),
    ):
        if value is not None:
            scope.cut(name, codes.find(value))
    if question.programme is not None:
        scope.cut("programme", codes.find(question.programme))
    elif hidden := [code for each in world.examples if (code := codes.find(each)) > 0]:
        scope.cut("not_programmes", hidden)
    for name, body in (("giver", question.giver), ("receiver", question.receiver)):
        if body is not None:
            _cut_to_body(scope, name, body, codes, world, tables or SpanTables())
    if question.place is not None:
        inside = [codes.find(place) for place in world.places_in(question.place)]
        scope.cut("places", [code for code in inside if code > 0])
    if visible is not None:
        scope.cut("visible", [code for each in visible if (code := codes.find(each)) > 0])
    _cut_time(scope, question, definition, world.today)
    return scope


def _cut_to_body(
    scope: Scope, name: str, body: UUID, codes: Codes, world: World, tables: SpanTables
) -> None:
    """An organisation and its parts, as the trees are or as they were."""
    if not world.ties.has_parts(body):
        scope.cut(name, codes.find(body))
    else:
        scope.cuts.add(f"{name}s")
        tree = THEN if scope.then else NOW
        scope.tables[f"{name}s"] = tables.of_body(world, codes, body, tree)


def _cut_time(scope: Scope, question: Question, definition: Definition, today: date) -> None:
    if question.as_of is not None:
        scope.cut("as_of", question.as_of)
    if question.sequence is not None:
        scope.cut("sequence", question.sequence)
    if question.kind not in (None, "", "flow"):
        # Entries are done in a period: no stock, plan or price is among them.
        scope.cut("sequence", 0)
    if definition.spans:
        _cut_spans(scope, clip_of(question, definition, today))
        return
    start, end = question.period.start, question.period.end
    if start is not None:
        scope.begin(start)
    if end is not None:
        scope.end(end)
        if definition.period == "within":
            scope.cut("last_end", end)


def _cut_spans(scope: Scope, clip: Period | None) -> None:
    if clip is None or clip.start is None or clip.end is None:
        scope.cut("sequence", 0)
        scope.values |= {"clip_first": FIRST_DAY, "clip_last": FIRST_DAY}
        return
    scope.clip = clip
    scope.end(clip.end)
    if clip.start > FIRST_DAY:
        scope.cut("still", clip.start)
    scope.values |= {"clip_first": clip.start, "clip_last": clip.end}


def slices(first: date, last: date, *, years: bool) -> pa.Table:
    """The months (or years) between two days, each cut to what lies between them."""
    rows: list[tuple[int, date, date]] = []
    begin = first
    while begin <= last:
        last_month = 12 if years else begin.month
        end = date(begin.year, last_month, monthrange(begin.year, last_month)[1])
        code = begin.year if years else begin.year * 100 + begin.month
        rows.append((code, begin, min(end, last)))
        if end >= last:
            break
        begin = end + timedelta(days=1)
    columns = zip(*rows, strict=True) if rows else ((), (), ())
    return pa.table(
        [pa.array(c, t) for c, t in zip(columns, SLICES.types, strict=True)], schema=SLICES
    )


def fill_side(side: Side, codes: Codes) -> dict[str, Any]:
    """The values of the cuts that a side of a definition makes itself."""
    return {
        "stream": STREAMS.index(side.stream),
        "at_least": side.at_least,
    } | {
        name: [codes.find(code) for code in getattr(side, name)]
        for name in ("measures", "kinds", "output_classes", "unit_classes")
        if getattr(side, name)
    }
