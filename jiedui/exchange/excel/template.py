"""The workbook that people fill: heads with help, lists to choose from, an example row, codes."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from jiedui.accounts.models import User
from jiedui.core.sheets import column_letters
from jiedui.core.sheets.writing import (
    XlsxCells,
    column_width,
    open_workbook,
    sheet_title,
    write_csv,
)
from jiedui.exchange.excel.declare import CODES, EXAMPLE_MARKS, ImportKind

# Rows below the head that offer lists to choose from.
PREPARED_ROWS = 5_000
# A list longer than this helps nobody to choose.
LONGEST_LIST = 2_000


def write_template(
    out: BinaryIO,
    kind: ImportKind,
    *,
    by: User | None,
    language: str,
    translate: Callable[[str], str],
) -> None:
    """Write the template of a kind as .xlsx, in a language."""
    workbook = open_workbook(out, constant_memory=False)
    english = language.startswith("en")
    sheet = workbook.add_worksheet(sheet_title(translate(kind.title)))
    codes = workbook.add_worksheet(CODES[1 if english else 0])
    must = workbook.add_format({"bold": True, "bottom": 2, "bg_color": "#D8E8E0"})
    may = workbook.add_format({"bold": True, "bottom": 1, "bg_color": "#F0EEE8"})
    grey = workbook.add_format({"italic": True, "font_color": "#77736A"})
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    text = workbook.add_format({"num_format": "@"})
    cells, listed = XlsxCells(workbook, sheet), 0
    code_cells = XlsxCells(workbook, codes)
    sheet.freeze_panes(1, 0)
    codes.freeze_panes(1, 0)
    for index, column in enumerate(kind.columns):
        heading = column.heading(language)
        style = {"day": day, "text": text}.get(column.kind)
        sheet.set_column(index, index, column_width(heading, column.example), style)
        cells.write(0, index, heading, must if column.required else may)
        if column.help:
            sheet.write_comment(0, index, translate(column.help), {"x_scale": 2, "y_scale": 1.2})
        example = column.example
        if index == 0:
            example = EXAMPLE_MARKS[1 if english else 0] + (f" {example}" if example else "")
        cells.write(1, index, example or None, grey)
        choices = list(column.choices(by))[:LONGEST_LIST] if column.choices else []
        if choices:
            code_cells.write(
                0, listed, heading.rstrip(" *") + (" list" if english else "可选项"), may
            )
            for line, choice in enumerate(choices, 1):
                code_cells.write(line, listed, choice)
            codes.set_column(listed, listed, column_width(*choices[:50]))
            letters = column_letters(listed)
            name = codes.get_name().replace("'", "''")
            sheet.data_validation(
                2,
                index,
                PREPARED_ROWS,
                index,
                {
                    "validate": "list",
                    "source": f"='{name}'!${letters}$2:${letters}${len(choices) + 1}",
                    "ignore_blank": True,
                    # people may write names the list does not know, such as other names
                    "error_type": "warning",
                },
            )
            listed += 1
    if not listed:
        codes.hide()
    sheet.activate()
    workbook.close()


def write_csv_template(out: BinaryIO, kind: ImportKind, *, language: str) -> None:
    """Write the heads alone as CSV."""
    write_csv(out, [column.heading(language) for column in kind.columns], [])
