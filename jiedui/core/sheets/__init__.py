"""Sheets in and out: CSV and XLSX read safely, row by row, and written for people.

Reading never trusts a file: its kind is told from its content, archives are
inspected before they are opened, and every cell knows its address. Writing
guards against formulas that a text could become.
"""

from jiedui.core.sheets.cells import Cell, Row, Sheet, address, column_letters, safe_name
from jiedui.core.sheets.header import Header, find_header, plain_title, titles_of
from jiedui.core.sheets.reading import read_sheets
from jiedui.core.sheets.writing import write_csv, write_xlsx

__all__ = [
    "Cell",
    "Header",
    "Row",
    "Sheet",
    "address",
    "column_letters",
    "find_header",
    "plain_title",
    "read_sheets",
    "safe_name",
    "titles_of",
    "write_csv",
    "write_xlsx",
]
