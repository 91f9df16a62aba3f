"""The columns of a fact in the figures store, the same in segments and in the tail.

Texts and ids are whole-number codes of one dictionary (``codes.parquet`` beside
the segments: code, value), 0 for none. Amounts carry the sign of their row, so
that a figure is a plain sum. docs/store.md tells the same to people.
"""

from __future__ import annotations

from datetime import date
from types import MappingProxyType

# Column, type in Ibis, what it holds. The order is that of the files.
COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("sequence", "int64", "number in the stream, in the order of commit"),
    ("sign", "int8", "+1 a version became known, -1 it was superseded or withdrawn"),
    ("stream", "int8", "0 outputs of the ledger, 1 what the programmes tell"),
    ("measure", "int32", "code of the measure"),
    ("unit_class", "int32", "code of the class of unit"),
    ("month", "int32", "year × 100 + month of happened_from"),
    ("receiver", "int32", "code of the receiving organisation"),
    ("giver", "int32", "code of the giving organisation"),
    ("kind", "int32", "code of the activity kind"),
    ("output_class", "int32", "code of do, teach or enable, 0 in the programmes' stream"),
    ("place", "int32", "code of the place of service, 0 where none is given"),
    ("programme", "int32", "code of the programme"),
    ("item", "int32", "code of what exactly is counted, 0 where the measure says it"),
    ("person", "int32", "code of the person whom the row is about, 0 for none"),
    ("unit", "int32", "code of the unit"),
    ("precision", "int8", "0 exact, 1 at least, 2 about, 3 range"),
    ("happened_from", "date", "first day of the event"),
    ("happened_to", "date", "last day of the event, 9999-12-31 while it lasts"),
    ("known_from", "date", "day from which the row is known"),
    ("amount", "decimal(18, 2)", "sign × value"),
    ("high_amount", "decimal(18, 2)", "sign × upper end of a range, null elsewhere"),
    ("line", "int16", "line of the version"),
    ("number", "int32", "number of the version in its entry or record"),
    ("entry", "binary", "id of the entry, pairing, batch, post or posting, 16 bytes"),
    ("version", "binary", "id of the version, 16 bytes"),
    ("confirmed_by", "int32", "code of the account that confirmed, 0 for the house"),
)
TYPES = MappingProxyType({name: kind for name, kind, _ in COLUMNS})
NAMES = tuple(TYPES)

# Rows lie in this order in a segment, so that a reader skips other measures.
ORDER = ("measure", "unit_class", "month", "receiver", "kind", "sequence")

PRECISIONS = ("exact", "at_least", "about", "range")

# Open ends of validity, within what Parquet, DuckDB and Spark all can hold.
FIRST_DAY = date(1, 1, 1)
LAST_DAY = date(9999, 12, 31)


def combined_precision(at_least: int, about: int, ranges: int) -> str:
    """How exact a sum is, from how many of its records are not exact.

    One rounded record makes the sum rounded; a range makes it a range, unless a
    record is only a lower bound, which bounds the sum from below and no more.
    """
    if about > 0:
        return "about"
    if at_least > 0:
        return "at_least"
    return "range" if ranges > 0 else "exact"
