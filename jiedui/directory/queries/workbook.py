"""The directory as one workbook of the sheets that an import reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from jiedui.accounts.permissions import Viewer
from jiedui.core.sheets.writing import XlsxCells, column_width, open_workbook
from jiedui.directory.domain.sheets import SHEET_TITLES
from jiedui.directory.queries.sheets import export_rows, sheet_columns


def write_workbook(
    out: BinaryIO, viewer: Viewer | None, sheets: Iterable[str], language: str
) -> None:
    """Write the sheets with titles in the language; ``out`` stays open. Cells are texts."""
    english = language.startswith("en")
    workbook = open_workbook(out)
    bold = workbook.add_format({"bold": True, "bottom": 1, "valign": "top"})
    for code in sheets:
        sheet = workbook.add_worksheet(SHEET_TITLES[code][english])
        cells = XlsxCells(workbook, sheet)
        sheet.freeze_panes(1, 0)
        columns = sheet_columns(code)
        for index, column in enumerate(columns):
            title = column.title_en if english else column.title
            sheet.set_column(index, index, column_width(title))
            cells.write(0, index, title, bold)
        for line, row in enumerate(export_rows(viewer, code), 1):
            for index, column in enumerate(columns):
                cells.write(line, index, row[column.code])
    workbook.close()
