"""Reading CSV files whose encoding and delimiter nobody says."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO

from jiedui.core.errors import InvalidInput
from jiedui.core.sheets.cells import Row, address
from jiedui.core.sheets.limits import MAX_CELL, MAX_COLUMNS, MAX_ROWS, too_many
from jiedui.core.sheets.writing import unguard

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1 << 18
# The mark that some programs write before any encoding; a GB18030 decoder leaves it there.
_MARK = "\ufeff"


# Opens the same bytes anew, from the start.
Opener = Callable[[], AbstractContextManager[BinaryIO]]


def find_encoding(opener: Opener) -> str:
    """UTF-8, UTF-16 by its mark, else GB18030; InvalidInput ``encoding-unknown``.

    The whole file is decoded once, so that no cell fails half-way.
    """
    with opener() as file:
        head = file.read(4)
    candidates = next(
        ((name,) for bom, name in _BOMS if head.startswith(bom)), ("utf-8", "gb18030")
    )
    for name in candidates:
        decoder = codecs.getincrementaldecoder(name)("strict")
        with opener() as file:
            try:
                while chunk := file.read(_CHUNK):
                    if "\0" in decoder.decode(chunk):
                        raise InvalidInput(
                            "file-not-text",
                            "This file is neither a workbook nor a text: it holds NUL bytes.",
                        )
                decoder.decode(b"", final=True)
            except UnicodeError:
                continue
        return name
    raise InvalidInput(
        "encoding-unknown",
        "The text is neither UTF-8 nor GB18030; save it again as “CSV UTF-8”.",
    )


def find_delimiter(head: str) -> str:
    """Comma, tab or semicolon: the one that cuts the first rows into most columns."""
    best, most = ",", 1
    for delimiter in (",", "\t", ";"):
        try:
            rows = list(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter))
        except csv.Error:
            continue
        widths = sorted(len(row) for row in rows[:20] if any(row))
        if widths and widths[len(widths) // 2] > most:
            best, most = delimiter, widths[len(widths) // 2]
    return best


def _unmarked(lines: Iterable[str]) -> Iterator[str]:
    """The lines without a mark before the first."""
    for number, line in enumerate(lines):
        yield line if number else line.lstrip(_MARK)


@dataclass(frozen=True)
class CsvRows:
    """The rows of a CSV file; a quoted cell may hold line breaks, as in Excel."""

    opener: Opener
    name: str
    encoding: str
    delimiter: str

    def __iter__(self) -> Iterator[Row]:
        with self.opener() as raw:
            text = io.TextIOWrapper(raw, encoding=self.encoding, newline="")
            reader = csv.reader(_unmarked(text), delimiter=self.delimiter, strict=True)
            number = 0
            while True:
                number += 1
                try:
                    cells = next(reader, None)
                except csv.Error as fault:
                    raise InvalidInput(
                        "csv-broken",
                        "This row cannot be read (%(fault)s); is a quotation mark left open?",
                        field=address(self.name, number, 0),
                        fault=str(fault),
                    ) from None
                if cells is None:
                    break
                if len(cells) > MAX_COLUMNS:
                    raise too_many("columns", self.name, number, MAX_COLUMNS)
                if number > MAX_ROWS:
                    raise too_many("rows", self.name, number, MAX_ROWS)
                for index, cell in enumerate(cells):
                    if len(cell) > MAX_CELL:
                        raise InvalidInput(
                            "cell-too-long",
                            "A cell holds more than %(limit)s characters.",
                            field=address(self.name, number, index),
                            limit=MAX_CELL,
                        )
                row = Row(number, tuple(unguard(c) if c.strip() else None for c in cells))
                if not row.blank:
                    yield row
            text.detach()


def csv_rows(opener: Opener, name: str) -> CsvRows:
    """The rows of a CSV file, its encoding and delimiter found."""
    encoding = find_encoding(opener)
    with opener() as raw:
        head = raw.read(1 << 16).decode(encoding, "ignore").lstrip(_MARK)
    first, mark, _ = head.partition("\n")
    if first.lower().startswith("sep=") and mark:
        head = head.partition("\n")[2]
    return CsvRows(opener, name, encoding, find_delimiter(head))
