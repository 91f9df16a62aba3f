"""Rows in bulk: plain tuples straight to the database, which a hundred thousand rows need.

Only new rows go this way, and every value has been checked; the constraints of
the database hold here as everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model

from jiedui.accounts.audit import number_facts
from jiedui.core.identifiers import new_id
from jiedui.ledger.domain.content import Content
from jiedui.ledger.models import EntryQuantity, EntryVersion, Fact, Participant

VERSION = (
    "id", "entry_id", "number", "kind", "happened_from", "happened_to", "giver_id",
    "receiver_id", "pairing_id", "place_id", "department_id", "narrative", "state", "reason",
    "recorded_on", "recorded_at", "recorded_by", "recorded_for_id", "submitted_at",
    "submitted_by", "confirmed_at", "confirmed_by", "ended_on", "ended_at", "ended_by",
    "content_hash",
)  # fmt: skip
QUANTITY = (
    "id", "version_id", "line", "measure", "item", "value", "high", "precision", "unit",
    "unit_class", "output_class",
)  # fmt: skip
PARTICIPANT = ("id", "version_id", "person_id", "organisation_id", "role")
FACT = (
    "sequence", "sign", "entry_id", "version_id", "number", "line", "programme_id", "kind",
    "output_class", "giver_id", "receiver_id", "place_id", "happened_from", "happened_to",
    "known_from", "confirmed_by", "measure", "item", "value", "high", "precision", "unit",
    "unit_class",
)  # fmt: skip


@lru_cache(maxsize=4096)
def _iso(day: date) -> str:
    return day.isoformat()


def _converters(model: type[Model], columns: Sequence[str]) -> list[Callable[[Any], Any] | None]:
    """How each column's values are handed to this database; None hands them over as they are."""
    if connection.vendor != "sqlite":
        return [None] * len(columns)
    known: dict[str, Callable[[Any], Any]] = {
        "UUIDField": attrgetter("hex"),
        "DateField": _iso,
        "DateTimeField": lru_cache(connection.ops.adapt_datetimefield_value),
        "DecimalField": str,
    }
    kinds = {field.column: field for field in model._meta.concrete_fields}
    found = []
    for column in columns:
        field: Any = kinds[column]
        target = getattr(field, "target_field", field)
        found.append(known.get(target.get_internal_type()))
    return found


def insert(
    model: type[Model],
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    *,
    skip_known: bool = False,
) -> None:
    """Insert tuples in the order of ``columns`` (names of database columns).

    ``skip_known`` leaves rows as they are that are there already under their key.
    """
    if not rows:
        return
    convert = _converters(model, columns)
    if any(convert):
        # By columns: one loop for each, of which most need no conversion.
        by_column = [
            values
            if change is None
            else [None if value is None else change(value) for value in values]
            for change, values in zip(convert, zip(*rows, strict=True), strict=True)
        ]
        rows = list(zip(*by_column, strict=True))
    quote = connection.ops.quote_name
    sql = (
        f"INSERT INTO {quote(model._meta.db_table)}"  # noqa: S608 - names from the model
        f" ({', '.join(map(quote, columns))}) VALUES ({', '.join(['%s'] * len(columns))})"
        f"{' ON CONFLICT DO NOTHING' if skip_known else ''}"
    )
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)


def insert_versions(lines: Sequence[tuple[tuple[Any, ...], Content]]) -> None:
    """Insert versions, given as tuples in the order of VERSION, with quantities and people."""
    insert(EntryVersion, VERSION, [version for version, _ in lines])
    insert(
        EntryQuantity,
        QUANTITY,
        [
            (new_id(), version[0], line, o.measure, o.item, o.value, o.high, o.precision, o.unit,
             o.unit_class, o.output_class)
            for version, content in lines
            for line, o in enumerate(content.outputs, 1)
        ],
    )  # fmt: skip
    insert(
        Participant,
        PARTICIPANT,
        [
            (new_id(), version[0], one.person, one.organisation, one.role)
            for version, content in lines
            for one in content.participants
        ],
    )


def fact_rows(
    version_id: UUID,
    entry_id: UUID,
    number: int,
    content: Content,
    *,
    sign: int,
    known_from: date,
    confirmed_by: UUID | None,
) -> list[tuple[Any, ...]]:
    """Fact tuples without their number, in the order of FACT after ``sequence``."""
    return [
        (
            sign,
            entry_id,
            version_id,
            number,
            line,
            content.programme,
            content.kind,
            o.output_class,
            content.giver,
            content.receiver,
            content.place,
            content.happened_from,
            content.happened_to,
            known_from,
            confirmed_by,
            o.measure,
            o.item,
            o.value,
            o.high,
            o.precision,
            o.unit,
            o.unit_class,
        )
        for line, o in enumerate(content.outputs, 1)
    ]


def insert_facts(rows: Sequence[tuple[Any, ...]]) -> None:
    """Number and insert fact tuples; takes the house's last lock."""
    if rows:
        first = number_facts(len(rows))
        insert(Fact, FACT, [(first + offset, *row) for offset, row in enumerate(rows)])
