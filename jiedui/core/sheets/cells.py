"""Sheets, rows and the addresses of cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

# What a cell may hold; CSV cells are texts. A blank cell is None.
Cell = str | int | float | bool | date | datetime | time | timedelta | None

# Faults that the workbook itself shows, by column (0 is A).
FORMULA, MERGED, ERROR = "formula-cell", "merged-cell", "error-cell"

_NO_FAULTS: Mapping[int, str] = MappingProxyType({})
_PLAIN_NAME = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Row:
    """One row; ``number`` is the one that Excel shows, the first being 1.

    ``faults`` names, by column index, cells whose value is not to be trusted:
    ``formula-cell``, ``merged-cell`` or ``error-cell`` (such as #N/A).
    """

    number: int
    cells: tuple[Cell, ...]
    faults: Mapping[int, str] = field(default_factory=lambda: _NO_FAULTS)

    @property
    def blank(self) -> bool:
        """Whether no cell holds anything."""
        return not self.faults and all(cell is None for cell in self.cells)


@dataclass(frozen=True)
class Sheet:
    """A sheet by its name; ``rows`` may be walked again and again, one row at a time."""

    name: str
    rows: Iterable[Row]
    hidden: bool = False

    def address(self, row: int, column: int) -> str:
        """The address of a cell of this sheet, such as ``Sheet1!C17``."""
        return address(self.name, row, column)


def column_letters(column: int) -> str:
    """The letters of a column, 0 being A: 25 is Z, 26 AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(sheet: str, row: int, column: int) -> str:
    """A cell's address as Excel writes it; row 1 and column 0 are the first."""
    name = sheet if _PLAIN_NAME.fullmatch(sheet) else "'" + sheet.replace("'", "''") + "'"
    return f"{name}!{column_letters(column)}{row}"


_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def safe_name(name: str, *, otherwise: str = "file") -> str:
    """A file name that is only a name: no folders, no control or direction characters.

    Long names keep their ending; a name that says nothing becomes ``otherwise``.
    """
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*')
    name = re.sub(r"\s+", " ", name).strip(" .")
    if not name or _RESERVED.fullmatch(name):
        return otherwise
    if len(name) > 100:
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[: 99 - len(ending)]}.{ending}" if dot and len(ending) <= 8 else name[:100]
    return name
