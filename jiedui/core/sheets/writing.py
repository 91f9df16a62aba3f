"""Writing lists as CSV and XLSX, so that no text becomes a formula."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, BinaryIO

import xlsxwriter

from jiedui.core.clock import zone

# A text that a spreadsheet would take for a formula, with any guards before it.
_DANGEROUS = re.compile(r"'*[=+\-@＝＋－＠\t\r\n]")
_GUARDED = re.compile(r"'+[=+\-@＝＋－＠\t\r\n]")
_FORBIDDEN_IN_TITLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
ROWS_A_SHEET = 1_048_576


def guard(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would run it."""
    return "'" + text if _DANGEROUS.match(text) else text


def unguard(text: str) -> str:
    """The text that ``guard`` was given."""
    return text[1:] if _GUARDED.match(text) else text


def csv_text(value: object) -> str:
    """A value as a CSV cell: numbers plain, days and moments in ISO 8601, texts guarded."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return (value.astimezone(zone()) if value.tzinfo else value).isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return guard(str(value))


def write_csv(
    out: BinaryIO,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    encoding: str = "utf-8-sig",
    delimiter: str = ",",
) -> None:
    """Write a CSV file: UTF-8 with BOM unless told, commas, CRLF; ``out`` stays open.

    Texts that begin like a formula get an apostrophe, which ``read_sheets``
    takes away again: a round trip is exact.
    """
    info = codecs.lookup(encoding)
    text = io.TextIOWrapper(
        out, encoding=info.name, errors="replace", newline="", write_through=False
    )
    try:
        writer = csv.writer(text, delimiter=delimiter)
        writer.writerow([csv_text(column) for column in columns])
        for row in rows:
            writer.writerow([csv_text(value) for value in row])
        text.flush()
    finally:
        text.detach()


def sheet_title(title: str, number: int = 1) -> str:
    """A title that Excel takes for a sheet's name: 31 characters, none of ``[]:*?/\\``."""
    plain = _FORBIDDEN_IN_TITLE.sub(" ", title).strip(" '") or "Sheet1"
    ending = f" ({number})" if number > 1 else ""
    return plain[: 31 - len(ending)] + ending


def shown_width(text: str) -> int:
    """How wide a text stands, Chinese characters counting two."""
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)


def column_width(*texts: str) -> int:
    """A column's width for its widest text, within reason."""
    return min(40, max(10, *(shown_width(text) + 4 for text in texts)))


class XlsxCells:
    """Writes values into one worksheet by their type; texts are never formulas or links."""

    def __init__(self, workbook: Any, sheet: Any) -> None:
        self.sheet = sheet
        self.day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.time = workbook.add_format({"num_format": "hh:mm:ss"})

    def write(self, row: int, column: int, value: object, style: Any = None) -> None:
        """Write one value at a place counted from 0; None writes nothing."""
        sheet = self.sheet
        if value is None or value == "":
            if style is not None:
                sheet.write_blank(row, column, None, style)
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value, style)
        elif isinstance(value, int | float | Decimal):
            number = float(value)
            if number != number or number in (float("inf"), float("-inf")):
                sheet.write_string(row, column, str(value), style)
            elif isinstance(value, int) and abs(value) >= 10**15:
                # Excel keeps 15 digits: a longer identifier stays whole as text.
                sheet.write_string(row, column, str(value), style)
            else:
                sheet.write_number(row, column, number, style)
        elif isinstance(value, datetime):
            naive = value.astimezone(zone()).replace(tzinfo=None) if value.tzinfo else value
            if naive.year < 1900:
                sheet.write_string(row, column, naive.isoformat(" ", "seconds"), style)
            else:
                sheet.write_datetime(row, column, naive, style or self.moment)
        elif isinstance(value, date):
            if value.year < 1900:
                sheet.write_string(row, column, value.isoformat(), style)
            else:
                sheet.write_datetime(row, column, value, style or self.day)
        elif isinstance(value, time | timedelta):
            sheet.write_datetime(row, column, value, style or self.time)
        else:
            text = str(value).encode("utf-8", "replace").decode()
            sheet.write_string(row, column, text, style)


def open_workbook(out: BinaryIO, *, constant_memory: bool = True) -> Any:
    """An xlsxwriter workbook whose texts stay texts."""
    return xlsxwriter.Workbook(
        out,
        {
            "constant_memory": constant_memory,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )


def write_xlsx(
    out: BinaryIO, columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str
) -> None:
    """Write a workbook with a bold, frozen, filterable header row; memory stays constant.

    Texts are stored as texts, whatever they begin with. Rows beyond Excel's
    1,048,576 go on in a second sheet. ``out`` stays open.
    """
    workbook = open_workbook(out)
    bold = workbook.add_format({"bold": True, "bottom": 1, "valign": "top"})
    source: Iterator[Sequence[object]] = iter(rows)
    waiting = next(source, None)
    number = 0
    while number == 0 or waiting is not None:
        number += 1
        sheet = workbook.add_worksheet(sheet_title(title, number))
        cells = XlsxCells(workbook, sheet)
        sheet.freeze_panes(1, 0)
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column_width(column))
            cells.write(0, index, column, bold)
        line = 1
        while waiting is not None and line < ROWS_A_SHEET:
            for index, value in enumerate(waiting):
                cells.write(line, index, value)
            waiting = next(source, None)
            line += 1
        if columns and line > 1:
            sheet.autofilter(0, 0, line - 1, len(columns) - 1)
    workbook.close()
