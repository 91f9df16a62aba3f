"""Indicators as Ibis expressions: one definition gives the number and its records.

An expression is compiled once for its shape (what is counted, which cuts there
are, what it is grouped by) and for a dialect of SQL; the values of the cuts are
named places in the compiled text, filled in by ``render``. The same expressions
run on DuckDB and on Spark.

Every expression reads the table ``facts``. A cut to an organisation and its
parts reads a table ``givers`` or ``receivers``, a breakdown by region a table
``giver_regions`` or ``receiver_regions``, each with the columns of ``SPANS``.
A breakdown of spans by month or year reads a table ``slices`` with ``SLICES``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import ibis

from jiedui.indicators.domain.definitions import Side
from jiedui.indicators.domain.layout import TYPES

SPANS = {"code": "int32", "region": "int32", "first_day": "date", "last_day": "date"}

SLICES = {"code": "int32", "first_day": "date", "last_day": "date"}

# Cuts that compare a column with one value.
EQUAL = {
    "measure": "measure",
    "item": "item",
    "unit_class": "unit_class",
    "activity": "kind",
    "output_class": "output_class",
    "giver": "giver",
    "receiver": "receiver",
    "programme": "programme",
}
# Cuts that compare a column with a list of values.
AMONG = {
    "programmes": "programme",
    "places": "place",
    "measures": "measure",
    "kinds": "kind",
    "output_classes": "output_class",
    "unit_classes": "unit_class",
}
REGIONS = {"receiver_region": "receiver", "giver_region": "giver"}
_PLACE = re.compile(r"CAST\('@@(\w+)@@' AS \w+\)")


@dataclass(frozen=True)
class Shape:
    """What an expression looks like, whatever the values of its cuts.

    ``what`` is one of ``_WHATS``; ``cuts`` name the places to be filled. ``then``
    reads the trees as they were when an event began; ``by`` are columns or regions.
    ``packed`` makes one whole number of them, the first the highest, each below ``width_…``:
    one narrow key is grouped by in less time than several.
    """

    what: str
    count: str
    of: str = ""
    cuts: frozenset[str] = frozenset()
    by: tuple[str, ...] = ()
    then: bool = False
    limit: bool = False
    sliced: bool = False
    packed: bool = False


def shape_of(
    what: str,
    side: Side,
    cuts: frozenset[str],
    by: tuple[str, ...] = (),
    *,
    then: bool = False,
    sliced: bool = False,
) -> Shape:
    """The shape of a side of a definition under the cuts of a question."""
    own = {name for name in AMONG if getattr(side, name, ())}
    if side.count == "events":
        own.add("first_line")
    if side.at_least:
        own.add("at_least")
    return Shape(what, side.count, side.of, cuts | own, by, then, sliced=sliced)


def _value(name: str, kind: str) -> Any:
    return ibis.literal(f"@@{name}@@").cast(kind)


def _within(rows: Any, column: str, table: str, then: bool) -> Any:
    """Rows whose organisation is in a table of spans; each row once."""
    spans = ibis.table(SPANS, name=table)
    on = [rows[column] == spans.code]
    if then:
        on += [rows.happened_from >= spans.first_day, rows.happened_from <= spans.last_day]
    return rows.semi_join(spans, on)


def rows_of(shape: Shape, sign: int = 0) -> Any:
    """The rows of the stream that the shape lets through, of one sign or (0) of either."""
    facts = ibis.table(dict(TYPES), name="facts")
    cuts = shape.cuts
    terms = [facts[AMONG[n]].isin([_value(n, "int32")]) for n in sorted(cuts & set(AMONG))]
    terms += [facts[EQUAL[n]] == _value(n, "int32") for n in sorted(cuts & set(EQUAL))]
    terms.append(facts.stream == _value("stream", "int8"))
    if "at_least" in cuts:
        terms.append(facts.amount * facts.sign >= _value("at_least", "int32"))
    if "not_programmes" in cuts:
        terms.append(~facts.programme.isin([_value("not_programmes", "int32")]))
    if "first_line" in cuts:
        terms.append(facts.line == 1)
    if sign:
        terms.append(facts.sign == sign)
    if sign > 0 and "after_sequence" in cuts:
        day, number = _value("after_day", "date"), _value("after_sequence", "int64")
        terms.append(facts.happened_from <= day)
        terms.append((facts.happened_from < day) | (facts.sequence < number))
    if "as_of" in cuts:
        terms.append(facts.known_from <= _value("as_of", "date"))
    if "sequence" in cuts:
        terms.append(facts.sequence <= _value("sequence", "int64"))
    if "first" in cuts:
        terms.append(facts.happened_from >= _value("first", "date"))
        terms.append(facts.month >= _value("first_month", "int32"))
    if "last_start" in cuts:
        terms.append(facts.happened_from <= _value("last_start", "date"))
        terms.append(facts.month <= _value("last_month", "int32"))
    if "last_end" in cuts:
        terms.append(facts.happened_to <= _value("last_end", "date"))
    if "still" in cuts:
        terms.append(facts.happened_to >= _value("still", "date"))
    if "visible" in cuts:
        visible = _value("visible", "int32")
        terms.append(facts.giver.isin([visible]) | facts.receiver.isin([visible]))
    rows = facts.filter(terms)
    for column, table in (("giver", "givers"), ("receiver", "receivers")):
        if table in cuts:
            rows = _within(rows, column, table, shape.then)
    return rows


def _sums(rows: Any, count: str) -> dict[str, Any]:
    """Sums over the rows: how many records; and of amounts, and how many are not exact.

    Where records or bodies are counted their amounts are not read: most of the time is theirs.
    """
    # As a plain whole number, which other readers of the columns know.
    records = {"records": rows.sign.sum().cast("int64")}
    if count == "days":
        return {"value": _days(rows).sum(), **records}
    if count != "sum":
        return records
    return {
        "value": rows.amount.sum(),
        "high": ibis.coalesce(rows.high_amount, rows.amount).sum(),
        **{
            name: ibis.ifelse(rows.precision == number, rows.sign, 0).sum()
            for number, name in ((1, "at_least"), (2, "about"), (3, "ranges"))
        },
        **records,
    }


def _days(rows: Any) -> Any:
    """The days of each row that lie between two days, of a slice or of the question."""
    sliced = "slice_first" in rows.columns
    first = rows.slice_first if sliced else _value("clip_first", "date")
    last = rows.slice_last if sliced else _value("clip_last", "date")
    begins = ibis.greatest(rows.happened_from, first)
    ends = ibis.least(rows.happened_to, last)
    return rows.amount * (ends.delta(begins, unit="day") + 1).cast("int32")


def _sliced(rows: Any, shape: Shape) -> Any:
    """Each row once for every month (or year) that it touches."""
    slices = ibis.table(SLICES, name="slices")
    touching = [rows.happened_from <= slices.last_day, rows.happened_to >= slices.first_day]
    joined = rows.drop("month").inner_join(slices, touching)
    return joined.select(
        rows.drop("month"),
        slices.code.name("month" if "month" in shape.by else "year"),
        slices.first_day.name("slice_first"),
        slices.last_day.name("slice_last"),
    )


def _keyed(rows: Any, shape: Shape) -> Any:
    """Rows with the regions, months and years that the grouping asks for."""
    if shape.sliced:
        rows = _sliced(rows, shape)
    for region, column in REGIONS.items():
        if region in shape.by:
            spans = ibis.table(SPANS, name=f"{region}s")
            on = [rows[column] == spans.code]
            if shape.then:
                on += [rows.happened_from >= spans.first_day, rows.happened_from <= spans.last_day]
            joined = rows.inner_join(spans, on)
            rows = joined.select(rows, spans.region.name(region))
    if "year" in shape.by and "year" not in rows.columns:
        rows = rows.mutate(year=(rows.month / 100).floor().cast("int32"))
    return rows


def sums(shape: Shape) -> Any:
    """Sums for each combination of the keys, of both signs.

    Sums of one part of the stream and of another add up; only what they make
    together shows whether a record is left under a key.
    """
    rows = _keyed(rows_of(shape), shape)
    summed = _sums(rows, shape.count)
    return rows.group_by(list(shape.by)).agg(**summed) if shape.by else rows.agg(**summed)


def distinct(shape: Shape) -> Any:
    """How many different bodies have a record, for each combination of the keys."""
    rows = _keyed(rows_of(shape), shape)
    by = list(dict.fromkeys([*shape.by, shape.of]))
    each = rows.group_by(by).agg(records=rows.sign.sum())
    each = each.filter(each.records > 0)
    counted = {"value": each.count(), "records": each.records.sum()}
    return each.group_by(list(shape.by)).agg(**counted) if shape.by else each.agg(**counted)


def cube(shape: Shape) -> Any:
    """As ``sums`` with the value alone: for many keys at once."""
    if shape.count == "distinct":
        return distinct(shape)
    rows = _keyed(rows_of(shape), shape)
    keys = list(shape.by)
    if shape.packed:
        # By product and sum, not by bits: through these DuckDB follows the bounds of the columns.
        packed = rows[keys[0]].cast("int64")
        for key in keys[1:]:
            packed = packed * _value(f"width_{key}", "int64") + rows[key]
        rows, keys = rows.mutate(packed=packed), ["packed"]
    counted = rows.sign.sum().cast("int64")
    value = {"sum": lambda: rows.amount.sum(), "days": lambda: _days(rows).sum()}
    return rows.group_by(keys).agg(value=value.get(shape.count, lambda: counted)(), records=counted)


def records(shape: Shape) -> Any:
    """The rows that stand: versions made known and not taken back, the latest event first."""
    # Two scans, each with its own cuts: a shared one would be kept whole in memory.
    made = rows_of(shape, 1)
    stand = made.anti_join(taken(shape), ["version", "line"])
    ordered = stand.order_by([ibis.desc("happened_from"), ibis.desc("sequence")])
    return ordered.limit(987_654_321) if shape.limit else ordered


def taken(shape: Shape) -> Any:
    """The lines of versions that were taken back."""
    return rows_of(shape, -1).select("version", "line")


_WHATS = {"sums": sums, "distinct": distinct, "cube": cube, "records": records, "taken": taken}


@lru_cache(maxsize=4096)
def compiled(shape: Shape, dialect: str = "duckdb") -> str:
    """The SQL of a shape, with named places for the values."""
    sql = str(ibis.to_sql(_WHATS[shape.what](shape), dialect=dialect))
    return sql.replace("987654321", "CAST('@@limit@@' AS INT)")


def literal(value: Any) -> str:
    """A value as SQL. Only whole numbers, days and lists of numbers: no text, ever."""
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, int):
        return str(value)
    return ", ".join(str(int(each)) for each in value) or "NULL"


def render(sql: str, values: Mapping[str, Any]) -> str:
    """Compiled SQL with its places filled."""
    return _PLACE.sub(lambda place: literal(values[place.group(1)]), sql)
