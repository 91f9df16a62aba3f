"""CSV tables with a row of column titles; every cell knows its file, line and column."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from jiedui.core.errors import InvalidInput
from jiedui.core.sheets.limits import MAX_BYTES
from jiedui.core.sheets.text import Opener, find_delimiter, find_encoding
from jiedui.core.sheets.writing import unguard
from jiedui.planning.sources.faults import Faults
from jiedui.planning.sources.writing import why

CSV_FAULTS: dict[str, Any] = {
    "unexpected end of data": _("the file ends before it is closed"),
    "',' expected after '\"'": _("a quotation mark is followed by text"),
}
_WHOLE = re.compile(r"[+-]?\d{1,9}")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table, by column title; faults of its cells go to ``faults``."""

    file: str
    number: int
    cells: dict[str, str]
    faults: Faults

    def fault(self, column: str, refusal: InvalidInput) -> None:
        """Note a fault of a cell."""
        self.faults.add(refusal, self.file, self.number, column)

    def text(self, column: str, *, blank: bool = False) -> str:
        """A text without spaces around it; a fault where it must not be blank and is."""
        text = self.cells.get(column, "")
        if not text and not blank:
            self.fault(column, InvalidInput("cell-blank", "This cell must be filled."))
        return text

    def whole(self, column: str, low: int, high: int) -> int:
        """A whole number between two."""
        text = self.text(column)
        if not text:
            return low
        if not _WHOLE.fullmatch(text):
            self.fault(
                column,
                InvalidInput("number-not-whole", "“%(text)s” is not a whole number.", text=text),
            )
            return low
        value = int(text)
        if not low <= value <= high:
            self.fault(column, out_of_range(text, low, high))
        return value

    def number_from(self, column: str, low: float) -> float:
        """A finite number not below another."""
        text = self.text(column)
        if not text:
            return low
        if not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
            self.fault(
                column, InvalidInput("not-a-number", "“%(text)s” is not a number.", text=text)
            )
            return low
        value = float(text)
        if value < low:
            self.fault(column, too_small(text, low))
        return value

    def flag(self, column: str) -> bool:
        """1 or 0."""
        text = self.text(column)
        if text not in {"", "0", "1"}:
            self.fault(
                column,
                InvalidInput("not-yes-or-no", "“%(text)s” is neither 1 nor 0.", text=text),
            )
        return text == "1"


def out_of_range(text: object, low: float, high: float) -> InvalidInput:
    """The refusal of a number outside its range."""
    return InvalidInput(
        "number-not-between",
        "%(text)s does not lie between %(low)s and %(high)s.",
        text=text,
        low=_plain(low),
        high=_plain(high),
    )


def _plain(number: float) -> float | int:
    """1000 rather than 1000.0."""
    return int(number) if float(number).is_integer() else number


def too_small(text: object, low: float) -> InvalidInput:
    """The refusal of a number below its least."""
    return InvalidInput(
        "number-too-small", "%(text)s is less than %(low)s.", text=text, low=f"{low:g}"
    )


def read_text(path: Path, faults: Faults) -> str | None:
    """A text file in UTF-8 (with or without BOM), UTF-16 or GB18030; None after a fault."""
    name = path.name
    try:
        if path.stat().st_size > MAX_BYTES:
            faults.add(
                InvalidInput(
                    "file-too-large",
                    "The file is larger than %(limit)s MB.",
                    limit=MAX_BYTES // 1024 // 1024,
                ),
                name,
            )
            return None
        data = path.read_bytes()
        return data.decode(find_encoding(_opener(data)))
    except FileNotFoundError:
        faults.add(InvalidInput("file-not-there", "The file is missing."), name)
    except OSError as broken:
        faults.add(
            InvalidInput(
                "file-unreadable", "The file cannot be read: %(reason)s.", reason=why(broken)
            ),
            name,
        )
    except InvalidInput as refusal:
        faults.add(refusal, name, _unreadable_line(data))
    return None


def _unreadable_line(data: bytes) -> int | None:
    """The line of the first byte that cannot be in a text."""
    try:
        data.decode()
    except UnicodeDecodeError as broken:
        return data.count(b"\n", 0, broken.start) + 1
    return data.count(b"\n", 0, data.find(b"\0")) + 1 if b"\0" in data else None


def read_table(
    path: Path, columns: Iterable[str], faults: Faults, *, optional: Iterable[str] = ()
) -> list[Line]:
    """The lines of a table that must have these columns; others are left aside.

    Titles are compared without case and spaces around; blank lines are skipped.
    """
    text = read_text(path, faults)
    if text is None:
        return []
    required = list(columns)
    wanted = {*required, *optional}
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=find_delimiter(text[: 1 << 16]), strict=True
    )
    titles: list[str] | None = None
    lines: list[Line] = []
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as broken:
            faults.add(
                InvalidInput(
                    "csv-broken",
                    "This row cannot be read (%(fault)s); is a quotation mark left open?",
                    fault=CSV_FAULTS.get(str(broken), str(broken)),
                ),
                path.name,
                number,
                _quoted(text, number, reader.dialect.delimiter, titles),
            )
            return lines
        if cells is None:
            break
        plain = [unguard(cell.strip()) for cell in cells]
        if not any(plain):
            continue
        if titles is None:
            titles = [title.casefold() for title in plain]
            if not _header_holds(path.name, number, titles, required, wanted, faults):
                return []
            continue
        if any(plain[len(titles) :]):
            faults.add(
                InvalidInput(
                    "row-too-wide", "The line has more cells than there are column titles."
                ),
                path.name,
                number,
                str(len(titles) + 1),
            )
            continue
        cells_by_title = {
            title: cell for title, cell in zip(titles, plain, strict=False) if title in wanted
        }
        lines.append(Line(path.name, number, cells_by_title, faults))
    if titles is None:
        faults.add(
            InvalidInput("table-header-missing", "The file has no line of column titles."),
            path.name,
            1,
        )
    return lines


def _quoted(text: str, number: int, delimiter: str, titles: list[str] | None) -> str | None:
    """The column of a line's first quotation mark, by its title where it has one."""
    before, mark, _rest = text.splitlines()[number - 1].partition('"')
    if not mark:
        return None
    place = before.count(delimiter)
    return titles[place] if titles and place < len(titles) else str(place + 1)


def _header_holds(
    file: str,
    number: int,
    titles: list[str],
    required: list[str],
    wanted: set[str],
    faults: Faults,
) -> bool:
    before = len(faults.found)
    for column in required:
        if column not in titles:
            faults.add(
                InvalidInput("column-missing", "This column is missing."), file, number, column
            )
    for title in sorted(wanted):
        if titles.count(title) > 1:
            faults.add(
                InvalidInput("column-twice", "This column stands twice."), file, number, title
            )
    return len(faults.found) == before


def _opener(data: bytes) -> Opener:
    return lambda: nullcontext(io.BytesIO(data))
