"""Sums over the stream: those of the closed part are kept, the tail is added at each call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc

from jiedui.indicators.domain.definitions import Definition, Side
from jiedui.indicators.queries.engine_result import (
    CODED,
    MONTHS,
    REGIONS,
    Group,
    Key,
    Sums,
    decoded,
    group,
    in_order,
    share,
)
from jiedui.indicators.queries.engine_scope import Scope, fill_side
from jiedui.indicators.sources.store.reader import Reader, digest

# Several keys are one where they fit into 64 bits with a sign.
MOST_BITS = 63


@dataclass(frozen=True)
class Summed:
    """Sums by key where a record is left.

    ``closed`` is what the closed part says, kept under ``name``; ``changed`` has
    the keys that the tail touches, with the sums of both parts.
    """

    name: Key
    closed: Mapping[Key, Sums]
    changed: Mapping[Key, Sums]

    def rows(self) -> Mapping[Key, Sums]:
        """The sums of both parts together."""
        if not self.changed:
            return self.closed
        return {key: row for key, row in {**self.closed, **self.changed}.items() if row[-1] > 0}


def summed(
    reader: Reader, side: Side, scope: Scope, keys: tuple[str, ...], *, as_records: bool = False
) -> Summed:
    """A side of a definition by keys; ``as_records`` counts the records whatever it counts."""
    if as_records and side.count != "events":
        side = replace(side, count="records", of="")
    if side.count == "distinct":
        return _bodies(reader, side, scope, keys)
    sql, tables = sql_of(reader, "sums", side, scope, keys)
    width = len(keys)
    name = (sql, digest(tables))
    closed: Mapping[Key, Sums] = reader.kept(
        name, lambda: {row[:width]: row[width:] for row in reader.closed(sql, tables) if row[-1]}
    )
    changed: dict[Key, Sums] = {}
    for row in reader.tail(sql, tables):
        key, now = row[:width], row[width:]
        if now[-1] is None:  # without keys the sum of no rows is a row
            continue
        before = closed.get(key)
        changed[key] = (
            now if before is None else tuple(a + b for a, b in zip(before, now, strict=True))
        )
    return Summed(name, closed, changed)


def _bodies(reader: Reader, side: Side, scope: Scope, keys: tuple[str, ...]) -> Summed:
    """How many bodies have a record under each key, and how many records.

    Bodies do not add up, but the records of each do: of the closed part these are
    kept, and looked up for the bodies that the tail names.
    """
    asked = keys if side.of in keys else (*keys, side.of)
    sql, tables = sql_of(reader, "sums", side, scope, asked)
    width, body = len(keys), asked.index(side.of)
    source = (sql, digest(tables))
    name = ("bodies", keys, *source)
    columns = [str(place) for place in range(len(asked))]

    def each() -> pa.Table:
        found = reader.closed_table(sql, tables).rename_columns([*columns, "records"])
        return found.filter(pc.greater(found.column("records"), 0))

    def counted() -> dict[Key, Sums]:
        by_key = bodies.group_by(columns[:width])
        rows = by_key.aggregate([("records", "count"), ("records", "sum")])
        rows = rows.select([*columns[:width], "records_count", "records_sum"])
        found = zip(*(column.to_pylist() for column in rows.columns), strict=True)
        return {row[:width]: row[width:] for row in found if row[width]}

    bodies: pa.Table = reader.kept(("each", *source), each)
    closed: Mapping[Key, Sums] = reader.kept(name, counted)
    fresh = {row[:-1]: row[-1] for row in reader.tail(sql, tables)}
    if not fresh:
        return Summed(name, closed, {})
    wanted = pa.array(list({key[body] for key in fresh}), pa.int32())
    here = bodies.filter(pc.is_in(bodies.column(columns[body]), wanted))
    before = {tuple(row.values())[:-1]: row["records"] for row in here.to_pylist()}
    changed: dict[Key, Sums] = {}
    for key, records in fresh.items():
        old = before.get(key, 0)
        count, total = changed.get(key[:width]) or closed.get(key[:width]) or (0, 0)
        changed[key[:width]] = (count + (old + records > 0) - (old > 0), total + records)
    return Summed(name, closed, changed)


def cubed(
    reader: Reader, side: Side, scope: Scope, keys: tuple[str, ...], regions: int
) -> pa.Table:
    """The values under many keys at once: a table, where a record is left.

    Both parts are asked apart: of the closed part alone the bounds of every column are known.
    ``regions`` is how many of them there are to choose from.
    """
    if side.count == "distinct":
        return reader.table(*sql_of(reader, "cube", side, scope, keys))
    bits = bits_of(keys, len(reader.codes), regions)
    packed = bool(bits) and sum(bits) <= MOST_BITS
    if packed:
        sizes = {f"width_{key}": 1 << each for key, each in zip(keys, bits, strict=True)}
        scope = replace(scope, values={**scope.values, **sizes})
    asked = sql_of(reader, "cube", side, scope, keys, packed=packed)
    found = reader.closed_table(*asked)
    if "tail" in reader.parts:
        own = found.column_names[:-2]
        both = pa.concat_tables([found, reader.tail_table(*asked)]).group_by(own)
        added = both.aggregate([("value", "sum"), ("records", "sum")])
        found = added.select([*own, "value_sum", "records_sum"]).rename_columns(found.column_names)
    found = found.filter(pc.greater(found.column("records"), 0))
    return _unpacked(found, keys, bits) if packed else found


def bits_of(keys: Sequence[str], codes: int, regions: int) -> list[int]:
    """How many bits each key takes; empty where a key is a day, which is no number."""
    most = {"month": 1_000_000, "year": 10_000} | dict.fromkeys(REGIONS, regions)
    if not {*CODED, *MONTHS}.issuperset(keys):
        return []
    return [most.get(key, codes).bit_length() for key in keys]


def _unpacked(found: pa.Table, keys: Sequence[str], bits: Sequence[int]) -> pa.Table:
    left = found.column("packed").to_numpy()
    columns = {}
    for key, each in zip(reversed(keys), reversed(bits), strict=True):
        columns[key] = pa.array((left & ((1 << each) - 1)).astype("int32"))
        left = left >> each
    named = {key: columns[key] for key in keys}
    return pa.table({**named, "value": found.column("value"), "records": found.column("records")})


def lines(
    reader: Reader,
    definition: Definition,
    above: Summed,
    under: Summed | None,
    keys: tuple[str, ...],
    regions: Sequence[UUID],
) -> list[Group]:
    """The lines of a breakdown in their order; those of the closed part are kept as such."""

    def made(key: Key, top: Sums | None, low: Sums | None) -> tuple[Key, Key, Group] | None:
        plain = decoded(key, keys, reader.codes, regions)
        if under is not None:
            line = share(plain, top, low, definition)
        elif top is not None:
            line = group(plain, top, definition.numerator)
        else:
            return None
        return in_order(line, keys), key, line

    def closed() -> list[tuple[Key, Key, Group]]:
        below = under.closed if under else {}
        found = (
            made(key, above.closed.get(key), below.get(key)) for key in {**above.closed, **below}
        )
        return sorted((line for line in found if line), key=lambda line: line[0])

    name = ("lines", above.name, under.name if under else None, keys, tuple(regions))
    known = reader.kept(name, closed)
    touched = {*above.changed, *(under.changed if under else ())}
    if not touched:
        return [line[2] for line in known]
    now = [line for line in known if line[1] not in touched]
    for key in touched:
        sides = [_left(key, each) for each in (above, under)]
        line = made(key, *sides) if any(sides) else None
        if line:
            now.append(line)
    now.sort(key=lambda line: line[0])
    return [line[2] for line in now]


def _left(key: Key, each: Summed | None) -> Sums | None:
    """The sums of a key, None where no record is left."""
    found = (each.changed.get(key) or each.closed.get(key)) if each else None
    return found if found and found[-1] > 0 else None


def sql_of(
    reader: Reader,
    what: str,
    side: Side,
    scope: Scope,
    by: tuple[str, ...] = (),
    *,
    limited: bool = False,
    packed: bool = False,
) -> tuple[str, dict[str, Any]]:
    """The SQL of a side of a definition within a scope, and the tables that it reads."""
    # Imported at the first question: Ibis takes most of a second to load.
    from jiedui.indicators.domain.expressions import compiled, render, shape_of

    shape = shape_of(what, side, frozenset(scope.cuts), by, then=scope.then, sliced=scope.sliced)
    sql = compiled(replace(shape, limit=limited, packed=packed))
    return render(sql, {**scope.values, **fill_side(side, reader.codes)}), scope.tables
