"""Take in sheets of the directory: the whole checked first, each row whole or not at all."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.accounts.permissions import viewer_of
from jiedui.core.errors import InvalidInput, Refused
from jiedui.directory.access import must_edit_everything
from jiedui.directory.actions import guards, rows
from jiedui.directory.domain.sheets import RowError, SheetColumn, read
from jiedui.directory.queries.names import normal
from jiedui.directory.queries.sheets import export_rows, sheet_columns

# Ids of rows that bring none come from what they say: the same row again is the same thing.
_ROWS = UUID("0199aa00-4d1e-7c6a-9c1b-5a3f6b1c2d4e")

# Which columns of a sheet may name rows of the same sheet.
_REFER = {"places": "parent_", "organisations": "part_of"}


class Imported(list[RowError]):
    """The faults of an import, in the order of the rows; how many rows it added or knew."""

    added: int = 0
    unchanged: int = 0


class _DryRun(Exception):
    """Undoes what a dry run wrote."""


def import_rows(
    *, by: User | None, sheet: str, rows: Sequence[Mapping[str, Any]], dry_run: bool = False
) -> Imported:
    """Take in the rows of a sheet (text by column code) and say what is wrong with the rest.

    A row is written whole or not at all; rows without fault are written in one
    transaction, and a dry run writes nothing. A row that is already there, with
    the same content, changes nothing. Rows may name others of the same sheet in
    any order. Raises NotAllowed, InvalidInput ``sheet-unknown``.
    """
    must_edit_everything(by)
    if by is not None:
        viewer_of(by).must("directory.import")
    columns = sheet_columns(sheet)
    result = Imported()
    try:
        with transaction.atomic():
            guards.lock()
            _take(sheet, columns, rows, result)
            if dry_run:
                raise _DryRun
            if result.added:
                record(
                    by=by, action="directory.import", object_kind="directory", object_id=sheet,
                    rows=len(rows), added=result.added, faults=len(result),
                    content=guards.hash_of(rows=[sorted(row.items()) for row in rows]),
                )  # fmt: skip
    except _DryRun:
        pass
    result.sort(key=lambda fault: fault.row)
    return result


def _take(
    sheet: str,
    columns: Sequence[SheetColumn],
    given: Sequence[Mapping[str, Any]],
    result: Imported,
) -> None:
    codes = {column.code for column in columns}
    known = {row["id"]: row for row in export_rows(None, sheet)}
    insert = rows.Inserter()
    seen: set[str] = set()
    plain = [{code: str(row.get(code) or "").strip() for code in codes | set(row)} for row in given]
    for number in _referred_first(sheet, plain):
        row = plain[number]
        try:
            with transaction.atomic():
                for column in columns:
                    if column.required and not row[column.code]:
                        raise InvalidInput(
                            "text-missing", "This field is required.", field=column.code
                        )
                id = _id(sheet, row)
                if str(id) in seen:
                    raise InvalidInput(
                        "row-repeated", "This row stands in the file twice.", field="id"
                    )
                seen.add(str(id))
                if str(id) in known:
                    _same(row, known[str(id)], columns, own_id=bool(row["id"]))
                    result.unchanged += 1
                    continue
                insert.row(sheet, id, row)
        except Refused as refused:
            result.append(
                RowError(
                    number,
                    refused.field if refused.field in codes else columns[1].code,
                    refused.code,
                    refused.message,
                    {key: str(value) for key, value in refused.details.items()},
                )
            )
        else:
            result.added += 1


def _id(sheet: str, row: Mapping[str, str]) -> UUID:
    if not row["id"]:
        return uuid5(_ROWS, sheet + guards.hash_of(**row))
    try:
        return UUID(row["id"])
    except ValueError:
        raise InvalidInput(
            "id-malformed", "“%(value)s” is not an id; leave it blank for a new row.",
            field="id", value=row["id"],
        ) from None  # fmt: skip


def _same(
    row: Mapping[str, str],
    known: Mapping[str, str],
    columns: Iterable[SheetColumn],
    *,
    own_id: bool,
) -> None:
    """A row that is already there says the same, or is refused: an import overwrites nothing."""
    if not own_id:
        return
    for column in columns:
        if row[column.code] != known[column.code] and set(
            read(row[column.code], column.code)
        ) != set(read(known[column.code], column.code)):
            raise InvalidInput(
                "row-differs",
                "This is already in the directory as “%(known)s”; change it on its page.",
                field=column.code,
                known=known[column.code],
            )


def _referred_first(sheet: str, given: Sequence[Mapping[str, str]]) -> list[int]:
    """The rows in an order in which each stands after those of the sheet that it names."""
    prefix = _REFER.get(sheet)
    if prefix is None:
        return list(range(len(given)))
    bearers: defaultdict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(given):
        for code in ("id", "code", "name"):
            if row.get(code):
                bearers[normal(row[code])].append(number)
    waits_for: list[set[int]] = []
    awaited_by: defaultdict[int, list[int]] = defaultdict(list)
    for number, row in enumerate(given):
        named: set[int] = set()
        for code, cell in row.items():
            if code.startswith(prefix) and cell:
                for part in cell.replace("；", ";").split(";"):
                    named.update(bearers.get(normal(part.rpartition("@")[0] or part), ()))
        named.discard(number)
        waits_for.append(named)
        for other in named:
            awaited_by[other].append(number)
    ready = deque(number for number, named in enumerate(waits_for) if not named)
    order: list[int] = []
    while ready:
        number = ready.popleft()
        order.append(number)
        for other in awaited_by[number]:
            waits_for[other].discard(number)
            if not waits_for[other]:
                ready.append(other)
    # Rows that name one another in a ring come last and are refused as such.
    return order + [number for number, named in enumerate(waits_for) if named]
