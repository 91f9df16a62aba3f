"""The annotated copy of a small workbook: formats kept, comments at the cells."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from jiedui.core.sheets import plain_title
from jiedui.core.sheets.reading import Source
from jiedui.exchange.excel.declare import RESULT_TITLES, Fault

_WRONG = PatternFill("solid", fgColor="F6D5CF")
_RESULT = {plain_title(title) for title in RESULT_TITLES}
# More comments than this make a workbook unusable; the result column has them all.
MOST_COMMENTS = 2_000


def annotate_formatted(
    source: Source,
    headers: Mapping[str, int],
    by_row: Mapping[str, Mapping[int, list[Fault]]],
    out: BinaryIO,
    *,
    words: Callable[[Fault], str],
    title: str,
) -> None:
    """Write the workbook again with comments, coloured cells and a result column.

    The file has passed ``read_sheets``, which refuses bombs and declarations.
    """
    stream: Any = io.BytesIO(source) if isinstance(source, bytes) else source
    if isinstance(source, Path):
        stream = io.BytesIO(source.read_bytes())
    elif not isinstance(source, bytes):
        stream.seek(0)
    workbook = load_workbook(stream)
    comments = 0
    for sheet in workbook.worksheets:
        faults = by_row.get(sheet.title, {})
        header = headers.get(sheet.title, 0)
        if not header and not faults:
            continue
        column = _result_column(sheet, header)
        if header:
            head = sheet.cell(header, column)
            if not isinstance(head, MergedCell):
                head.value = title
            for row in range(header + 1, sheet.max_row + 1):
                if row not in faults and sheet.cell(row, column).value is not None:
                    sheet.cell(row, column).value = None
        for row, own in faults.items():
            texts = [words(fault) for fault in own]
            result = sheet.cell(row, column)
            if not isinstance(result, MergedCell):
                result.value = "；".join(texts)
                # A text that begins like a formula stays a text.
                result.data_type = "s"
            for fault, text in zip(own, texts, strict=True):
                cell = sheet.cell(row, fault.column + 1)
                if isinstance(cell, MergedCell):
                    continue
                cell.fill = _WRONG
                if comments < MOST_COMMENTS:
                    cell.comment = Comment(text, "Jiedui", height=90, width=320)
                    comments += 1
    workbook.save(out)


def _result_column(sheet: Any, header: int) -> int:
    for cell in sheet[header] if header else ():
        if isinstance(cell.value, str) and plain_title(cell.value) in _RESULT:
            return int(cell.column)
    return int(sheet.max_column) + 1
