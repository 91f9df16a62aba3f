"""Sheets are read as they are, whatever wrote them."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest

from jiedui.core.errors import InvalidInput
from jiedui.core.sheets import (
    address,
    column_letters,
    find_header,
    read_sheets,
    safe_name,
    titles_of,
    write_csv,
    write_xlsx,
)

ROWS = [("甲", 1), ("=1+1", -5), ("'=x", 2.5), ("+86 10", None), ("a\nb", 3), ("@x", 4), ("\tx", 5)]


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_round_trip(encoding: str, delimiter: str) -> None:
    out = io.BytesIO()
    write_csv(out, ["名称", "数"], ROWS, encoding=encoding, delimiter=delimiter)
    (sheet,) = read_sheets(out.getvalue(), "../x/结果.csv")
    assert sheet.name == "结果"
    rows = [row.cells for row in sheet.rows]
    assert rows[0] == ("名称", "数")
    wanted = [(text, None if n is None else str(n)) for text, n in ROWS]
    assert rows[1:] == wanted


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_mark_before_the_text_is_no_part_of_it(encoding: str) -> None:
    for text in (
        '\ufeff"名称",数\r\n甲,1\r\n',
        "\ufeff名称;数\r\n甲;1\r\n",
        "\ufeffsep=;\r\n名称;数\r\n",
    ):
        (sheet,) = read_sheets(text.encode(encoding), "x.csv")
        cells = [row.cells for row in sheet.rows]
        assert ("名称", "数") in cells, text
        assert "\ufeff" not in str(cells)


def test_no_text_of_a_csv_is_a_formula() -> None:
    out = io.BytesIO()
    texts = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "'=1"]
    write_csv(out, ["x"], [(text,) for text in texts] + [(-7,), (Decimal("-1.50"),)])
    lines = out.getvalue().decode("utf-8-sig").replace('"', "").split("\r\n")
    assert lines[-3:] == ["-7", "-1.50", ""]
    assert not any(line.startswith(("=", "+", "@", "\t", "＝")) for line in lines)


def test_xlsx_round_trip() -> None:
    out = io.BytesIO()
    day = date(2026, 3, 5)
    write_xlsx(out, ["名称", "数", "日"], [(*row, day) for row in ROWS], title="台账/3月")
    (sheet,) = read_sheets(out.getvalue(), "x.xlsx")
    assert [row.cells for row in sheet.rows] == [
        ("名称", "数", "日"),
        *((text, n, day) for text, n in ROWS),
    ]
    assert not any(row.faults for row in sheet.rows)


def test_kinds_of_values() -> None:
    book = openpyxl.Workbook()
    book.active.append([1, 2.5, True, date(2026, 3, 5), datetime(2026, 3, 5, 9, 30), "１２"])  # noqa: DTZ001
    (sheet,) = read_sheets(saved(book), "x.xlsx")
    (row,) = sheet.rows
    assert row.cells == (1, 2.5, True, date(2026, 3, 5), datetime(2026, 3, 5, 9, 30), "１２")  # noqa: DTZ001


def test_faults_of_cells_and_numbers_of_rows() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["B3"] = "=A1+1"
    sheet["C7"] = "#N/A"
    sheet["C7"].data_type = "e"
    sheet["A9"] = "x"
    sheet.merge_cells("A9:B9")
    (read,) = read_sheets(saved(book), "x.xlsx")
    assert [(row.number, dict(row.faults)) for row in read.rows] == [
        (3, {1: "formula-cell"}),
        (7, {2: "error-cell"}),
        (9, {0: "merged-cell", 1: "merged-cell"}),
    ]
    # walked again, and left in the midst of a walk, it is the same
    assert next(iter(read.rows)).number == 3
    assert [row.number for row in read.rows] == [3, 7, 9]


def test_hidden_sheets_are_marked() -> None:
    book = openpyxl.Workbook()
    book.create_sheet("秘").sheet_state = "hidden"
    assert [(s.name, s.hidden) for s in read_sheets(saved(book), "x")] == [
        ("Sheet", False),
        ("秘", True),
    ]


def test_quoted_cells_with_line_breaks_keep_row_numbers() -> None:
    content = '名称,数\n"第一行\n第二行",1\n\n三,2\n'.encode()
    (sheet,) = read_sheets(content, "a.csv")
    assert [(row.number, row.cells[1]) for row in sheet.rows] == [(1, "数"), (2, "1"), (4, "2")]


@pytest.mark.parametrize(
    ("row", "column", "sheet", "wanted"),
    [
        (17, 2, "Sheet1", "Sheet1!C17"),
        (1, 26, "三月", "三月!AA1"),
        (1, 0, "a b", "'a b'!A1"),
        (1, 16383, "it's", "'it''s'!XFD1"),
    ],
)
def test_addresses(row: int, column: int, sheet: str, wanted: str) -> None:
    assert address(sheet, row, column) == wanted


def test_letters_of_columns() -> None:
    assert [column_letters(i) for i in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\x.csv", "x.csv"),
        ("a\x00b.csv", "ab.csv"),
        ("\u202egpj.exe", "gpj.exe"),
        ("..", "file"),
        ("", "file"),
        ("CON", "file"),
        ("台账 2026.xlsx", "台账 2026.xlsx"),
        ("x" * 300 + ".xlsx", "x" * 95 + ".xlsx"),
    ],
)
def test_file_names_are_only_names(name: str, wanted: str) -> None:
    assert safe_name(name) == wanted


def test_headers_with_hints_in_brackets() -> None:
    titles = titles_of([("a", ["数量"]), ("b", ["上级（甲）"]), ("c", ["上级（乙）"])])
    content = "通知\n\n数量（必填） *,上级 (乙),上级（甲）,天气\n".encode()
    (sheet,) = read_sheets(content, "a.csv")
    header = find_header(sheet, titles)
    assert header is not None
    assert (header.row, dict(header.columns), header.unknown) == (
        3,
        {"a": 0, "c": 1, "b": 2},
        ((3, "天气"),),
    )
    with pytest.raises(InvalidInput, match="missing"):
        find_header(sheet, titles | {"d": "d"}, required=["d"])
