"""What the engine answers with, and how sums become answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from jiedui.core.periods import Period
from jiedui.indicators.domain.definitions import Definition, Side
from jiedui.indicators.domain.layout import combined_precision
from jiedui.indicators.sources.store.rows import Codes
from jiedui.programmes.domain.facts import LONG_AGO

IDS = ("giver", "receiver", "place", "programme", "confirmed_by")
REGIONS = ("giver_region", "receiver_region")
TEXTS = ("measure", "kind", "output_class", "item", "unit", "unit_class")
MONTHS = ("month", "year")
# Keys that the columns hold as numbers of a list.
CODED = (*IDS, *REGIONS, *TEXTS)
KEYS = (*CODED, *MONTHS, "happened_from", "known_from")
Key = tuple[Any, ...]
# What is summed under a key. Of amounts: these, their upper ends, how many records
# are at least, about and ranges, and how many there are. Of bodies: how many, and
# their records. Of records: how many. The last is always the number of records.
Sums = tuple[Any, ...]


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


@dataclass(frozen=True, slots=True)
class Group:
    """A line of a breakdown: ids as UUID (None for none), codes as text, months as first days."""

    key: Key
    value: Decimal | None
    high: Decimal | None
    precision: str
    records: int


def parts(row: Sums, side: Side) -> tuple[Decimal, Decimal | None, str]:
    """Value, upper end and precision of a row of sums."""
    if side.count != "sum":
        return _number(row[0]), None, "exact"
    value, high, at_least, about, ranges, _records = row
    precision = combined_precision(at_least, about, ranges)
    return _number(value), _number(high) if precision == "range" else None, precision


def _number(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(value)


def results(
    days: Mapping[Key, Sums],
    ends: Mapping[Key, Sums],
    definition: Definition,
    side: Side,
    codes: Codes,
    sequence: int,
    clip: Period | None = None,
) -> list[EngineResult]:
    """Sums by class of unit, unit and first day, added up where the class of unit allows it.

    Keys of ``ends`` are class of unit and last day; of records that are not
    summed, both have the day alone. Of what lasts the period ends within ``clip``.
    """
    last: dict[int, date] = {}
    for (*apart, day), _ in ends.items():
        code = apart[0] if apart else 0
        last[code] = max(day, last.get(code, day))
    by_class: dict[int, list[tuple[Key, Sums]]] = {}
    for key, row in days.items():
        by_class.setdefault(key[0] if len(key) > 1 else 0, []).append((key, row))
    found = []
    for code, same in by_class.items():
        added = tuple(sum(column) for column in zip(*(row for _, row in same), strict=True))
        value, high, precision = parts(added, side)
        unit = definition.unit
        if side.count == "sum" and not definition.ratio and not side.unit_classes:
            units: Counter[int] = Counter()
            for key, row in same:
                units[key[1]] += int(row[-1])
            unit = codes.text(units.most_common(1)[0][0])
        found.append(
            EngineResult(
                value=value,
                high=high,
                precision=precision,
                records=int(added[-1]),
                unit=unit,
                unit_class=codes.text(code) if code else definition.unit_class,
                period=_within(min(key[-1] for key, _ in same), last[code], clip),
                sequence=sequence,
            )
        )
    return sorted(found, key=lambda each: -each.records)


def _within(first: date, last: date, clip: Period | None) -> Period:
    if clip is None or clip.start is None or clip.end is None:
        return Period(first, last)
    begin = max(first, clip.start)
    return Period(begin if begin > LONG_AGO else None, min(last, clip.end))


def ratio(above: EngineResult, under: EngineResult) -> EngineResult:
    """One number over another."""
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


def group(key: Key, row: Sums, side: Side) -> Group:
    """A line of a breakdown from the sums of its key."""
    return Group(key, *parts(row, side), int(row[-1]))


def share(key: Key, above: Sums | None, under: Sums | None, definition: Definition) -> Group:
    """A line of a breakdown of a ratio; a key without a numerator has 0 of its denominator."""
    top = group(key, above, definition.numerator) if above else None
    side = definition.denominator or definition.numerator
    low = group(key, under, side) if under else None
    over = (top.value if top else Decimal(0)) or Decimal(0)
    exact = all(each is None or each.precision == "exact" for each in (top, low))
    return Group(
        key,
        over / low.value if low and low.value else None,
        None,
        "exact" if exact else "about",
        top.records if top else 0,
    )


def decoded(key: Key, keys: Sequence[str], codes: Codes, regions: Sequence[UUID]) -> Key:
    """A key of codes as ids, texts and days."""
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


def in_order(each: Group, keys: Sequence[str]) -> Key:
    """Where a line stands: times in their own order, all else the greatest first."""
    if set(keys) <= {*MONTHS, "happened_from"}:
        return each.key
    return (-(each.value or 0), [str(part) for part in each.key])
