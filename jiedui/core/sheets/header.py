"""Finding the row of column titles, in whatever order people put the columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jiedui.core.errors import InvalidInput
from jiedui.core.sheets.cells import Row, Sheet

# Title lines and notes above the header are common; a header deeper down is not.
LOOK_AT_ROWS = 20


def full_title(text: object) -> str:
    """A column title as it is compared: without case, spaces and stars."""
    return re.sub(r"[\s*_\-:：]+", "", unicodedata.normalize("NFKC", str(text)).casefold())


def plain_title(text: object) -> str:
    """A column title without case, spaces, stars and bracketed hints."""
    return re.sub(r"[(\[【].*?[)\]】]", "", full_title(text))


def titles_of(columns: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    """Codes by every title they may bear, for ``find_header``.

    A title is known without its bracketed hint too, where that means one column.
    """
    full: dict[str, str] = {}
    plain: dict[str, set[str]] = {}
    for code, titles in columns:
        for title in titles:
            full[full_title(title)] = code
            plain.setdefault(plain_title(title), set()).add(code)
    return {title: codes.pop() for title, codes in plain.items() if len(codes) == 1} | full


def _code(cell: object, titles: Mapping[str, str]) -> str | None:
    return titles.get(full_title(cell)) or titles.get(plain_title(cell))


@dataclass(frozen=True)
class Header:
    """Where the titles stand: ``columns`` gives each known column's index.

    ``unknown`` are titles that no column is called by, with their index.
    """

    row: int
    columns: Mapping[str, int]
    unknown: tuple[tuple[int, str], ...]


def find_header(
    sheet: Sheet, titles: Mapping[str, str], required: Iterable[str] = ()
) -> Header | None:
    """The header of a sheet, or None if its first rows hold none.

    ``titles`` is what ``titles_of`` gives. The
    row with the most known titles is the header; it needs two of them, or all
    where fewer are asked for. Raises InvalidInput ``header-column-twice`` or
    ``header-column-missing``, addressed to the cell.
    """
    best: tuple[int, Row] | None = None
    enough = min(2, len(set(titles.values())))
    for looked, row in enumerate(sheet.rows):
        if looked >= LOOK_AT_ROWS:
            break
        known = {_code(c, titles) for c in row.cells if isinstance(c, str)} - {None}
        if len(known) >= enough and (best is None or len(known) > best[0]):
            best = (len(known), row)
    if best is None:
        return None
    row = best[1]
    columns: dict[str, int] = {}
    unknown: list[tuple[int, str]] = []
    for index, cell in enumerate(row.cells):
        if cell is None:
            continue
        code = _code(cell, titles)
        if code is None:
            unknown.append((index, str(cell)))
        elif code in columns:
            raise InvalidInput(
                "header-column-twice",
                "The column “%(column)s” stands twice.",
                field=sheet.address(row.number, index),
                column=str(cell),
            )
        else:
            columns[code] = index
    missing = [code for code in required if code not in columns]
    if missing:
        raise InvalidInput(
            "header-column-missing",
            "Columns are missing: %(columns)s.",
            field=sheet.address(row.number, 0),
            columns=", ".join(missing),
        )
    return Header(row.number, columns, tuple(unknown))
