"""The same file back, with what is wrong written beside each row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import BinaryIO

from jiedui.core.errors import InvalidInput
from jiedui.core.sheets import Row, Sheet, plain_title, read_sheets
from jiedui.core.sheets.cells import Cell
from jiedui.core.sheets.reading import Source, kind_of, size_of
from jiedui.core.sheets.text import CsvRows
from jiedui.core.sheets.writing import XlsxCells, open_workbook, write_csv
from jiedui.exchange.excel.declare import RESULT_TITLES, Fault, ImportKind
from jiedui.exchange.excel.formatted import annotate_formatted
from jiedui.exchange.excel.reading import find_parts

# Up to these a workbook keeps its formats; a larger one comes back as values only.
KEEPS_FORMATS_ROWS = 20_000
KEEPS_FORMATS_BYTES = 5 * 1024 * 1024
_RESULT = {plain_title(title) for title in RESULT_TITLES}

Words = Callable[[Fault], str]


def media_type(source: Source) -> tuple[str, str]:
    """The ending and media type of the annotated copy: that of the file itself."""
    if kind_of(source) == "csv":
        return "csv", "text/csv"
    return "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def annotate(
    source: Source,
    name: str,
    kinds: Sequence[ImportKind],
    faults: Iterable[Fault],
    out: BinaryIO,
    *,
    words: Words,
    title: str,
) -> None:
    """Write the annotated copy: a last column ``title`` and, in small workbooks, comments.

    A small workbook keeps its formats; a large one holds values only. CSV stays
    in its encoding and with its delimiter, its row numbers unmoved.
    """
    by_row: dict[str, dict[int, list[Fault]]] = {}
    for fault in faults:
        by_row.setdefault(fault.sheet, {}).setdefault(fault.row, []).append(fault)
    sheets = read_sheets(source, name)
    headers: dict[str, int] = {}
    for kind in kinds:
        # Without a header it still comes back.
        with suppress(InvalidInput):
            headers |= {p.sheet.name: p.header.row for p in find_parts(sheets, kind).parts}
    if isinstance(sheets[0].rows, CsvRows):
        _csv(sheets[0], headers, by_row, out, words, title)
        return
    rows = sum(1 for sheet in sheets for _ in sheet.rows)
    if rows <= KEEPS_FORMATS_ROWS and size_of(source) <= KEEPS_FORMATS_BYTES:
        annotate_formatted(source, headers, by_row, out, words=words, title=title)
    else:
        _values(sheets, headers, by_row, out, words, title)


def _result_column(row: Row | None) -> int | None:
    for index, cell in enumerate(row.cells if row else ()):
        if isinstance(cell, str) and plain_title(cell) in _RESULT:
            return index
    return None


def _lines(
    sheet: Sheet,
    header: int,
    faults: Mapping[int, list[Fault]],
    words: Words,
    title: str,
) -> Iterator[tuple[int, list[Cell]]]:
    """Rows of a sheet with the result column, blank ones given back as gaps in the numbers."""
    width, at = 0, None
    for row in sheet.rows:
        width = max(width, len(row.cells))
        if row.number == header:
            at = _result_column(row)
        if row.number > header + 200 and at is None:
            break
    column = width if at is None else at
    for row in sheet.rows:
        cells = list(row.cells) + [None] * (column + 1 - len(row.cells))
        if row.number == header:
            cells[column] = title
        elif row.number > header:
            own = faults.get(row.number)
            cells[column] = "；".join(words(fault) for fault in own) if own else None
        yield row.number, cells


def _csv(
    sheet: Sheet,
    headers: Mapping[str, int],
    by_row: Mapping[str, Mapping[int, list[Fault]]],
    out: BinaryIO,
    words: Words,
    title: str,
) -> None:
    source = sheet.rows
    assert isinstance(source, CsvRows)  # noqa: S101 - the caller looked
    lines = _lines(sheet, headers.get(sheet.name, 0), by_row.get(sheet.name, {}), words, title)

    def numbered() -> Iterator[list[Cell]]:
        expected = 1
        for number, cells in lines:
            for _ in range(expected, number):
                yield []
            yield cells
            expected = number + 1

    rows = numbered()
    first = next(rows, [])
    encoding = "utf-8-sig" if source.encoding == "utf-8" else source.encoding
    write_csv(
        out,
        ["" if cell is None else str(cell) for cell in first],
        rows,
        encoding=encoding,
        delimiter=source.delimiter,
    )


def _values(
    sheets: list[Sheet],
    headers: Mapping[str, int],
    by_row: Mapping[str, Mapping[int, list[Fault]]],
    out: BinaryIO,
    words: Words,
    title: str,
) -> None:
    workbook = open_workbook(out)
    bold = workbook.add_format({"bold": True})
    wrong = workbook.add_format({"bg_color": "#F6D5CF"})
    for sheet in sheets:
        if sheet.hidden:
            continue
        page = workbook.add_worksheet(sheet.name[:31])
        cells = XlsxCells(workbook, page)
        header = headers.get(sheet.name, 0)
        own = by_row.get(sheet.name, {})
        for number, values in _lines(sheet, header, own, words, title):
            marked = {fault.column for fault in own.get(number, ())}
            for index, value in enumerate(values):
                style = bold if number == header else wrong if index in marked else None
                if value is not None or style is wrong:
                    cells.write(number - 1, index, value, style)
        if header:
            page.freeze_panes(header, 0)
    workbook.close()
