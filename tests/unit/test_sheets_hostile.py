"""Files made to do harm are refused with a clear code, quickly and in little memory."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from jiedui.core.errors import InvalidInput
from jiedui.core.sheets import limits, read_sheets, workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook_with(sheet: bytes, **parts: bytes) -> bytes:
    """A minimal workbook whose one sheet has this XML."""
    book = openpyxl.Workbook()
    plain = io.BytesIO()
    book.save(plain)
    out = io.BytesIO()
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = sheet if name == "xl/worksheets/sheet1.xml" else old.read(name)
            new.writestr(name, parts.pop(name.replace("/", "_").replace(".", "_"), content))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def data(rows: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    return (
        b'<?xml version="1.0" encoding="UTF-8"?>'
        + before
        + f'<worksheet xmlns="{MAIN}"><sheetData>'.encode()
        + rows
        + b"</sheetData>"
        + after
        + b"</worksheet>"
    )


def refused(content: bytes | Path, name: str = "x.xlsx") -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        [list(sheet.rows) for sheet in read_sheets(content, name)]
    return caught.value


BOMB = b'<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (lambda: b"", "file-empty"),
        (lambda: b"%PDF-1.7", "file-type-unknown"),
        (lambda: b"\x89PNG\r\n\x1a\n", "file-type-unknown"),
        (lambda: bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600, "file-old-excel"),
        (
            lambda: (
                bytes.fromhex("D0CF11E0A1B11AE1")
                + b"\0" * 600
                + "EncryptedPackage".encode("utf-16-le")
            ),
            "file-encrypted",
        ),
        (lambda: b"a,b\n1,\x002\n", "file-not-text"),
        (lambda: b"a,b\n\xff\xff\xff,2\n", "encoding-unknown"),
        (lambda: b'a,b\n"open,2\n3,4\n', "csv-broken"),
        (lambda: ",".join("x" * 16_385).encode() + b"\n", "too-many-columns"),
        (lambda: b"a,b\n" + b"x" * 40_000 + b",1\n", "cell-too-long"),
        (lambda: b"PK\x03\x04 not a zip", "workbook-broken"),
        (lambda: workbook_with(b"<worksheet"), "workbook-broken"),
        (lambda: workbook_with(data(b"", before=BOMB)), "xml-declares"),
        (
            lambda: workbook_with(data(b""), xl_styles_xml=BOMB + b"<styleSheet/>"),
            "xml-declares",
        ),
        (lambda: workbook_with(data(b""), **{"xl/vbaProject.bin": b"x"}), "file-has-macros"),
        (
            lambda: workbook_with(data(b'<row r="1"><c r="XFE1"><v>1</v></c></row>')),
            "too-many-columns",
        ),
        (
            lambda: workbook_with(data(b'<row r="9999999"><c r="A9999999"><v>1</v></c></row>')),
            "too-many-rows",
        ),
        (
            lambda: workbook_with(data(b'<row r="1048576"><c r="Z1048576"><v>1</v></c></row>')),
            "sheet-too-large",
        ),
        (
            lambda: workbook_with(
                data(
                    b'<row r="1"><c r="A1"><v>1</v></c></row>'
                    b'<row r="900000"><c r="B900000"><v>1</v></c></row>',
                    after=b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
                )
            ),
            "too-many-merged",
        ),
    ],
)
def test_refused(content: Callable[[], bytes], code: str) -> None:
    assert refused(content()).code == code


def test_a_file_over_the_limit_is_refused_before_parsing(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    with path.open("wb") as file:
        file.truncate(limits.MAX_BYTES + 1)
    assert refused(path, "x.csv").code == "file-too-large"


def test_a_zip_bomb_is_not_unpacked() -> None:
    content = workbook_with(data(b""), **{"xl/media/a.bin": b"\0" * (64 << 20)})
    assert len(content) < 200_000
    tracemalloc.start()
    assert refused(content).code == "zip-bomb"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 << 20


def test_too_many_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_MEMBERS", 20)
    many = {f"xl/media/{i}": b"" for i in range(30)}
    assert refused(workbook_with(data(b""), **many)).code == "zip-bomb"


def test_blank_rows_without_end_are_walked() -> None:
    rows = b"".join(b'<row r="%d"/>' % i for i in range(2, 300_001))
    first = b'<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>'
    (sheet,) = read_sheets(workbook_with(data(first + rows)), "x.xlsx")
    assert [row.cells for row in sheet.rows] == [("x",)]


def test_prefixed_elements_are_scanned_too() -> None:
    xml = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1">'
        '<x:c r="A1"><x:f>1+1</x:f><x:v>2</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    ).encode()
    (sheet,) = read_sheets(workbook_with(xml), "x.xlsx")
    assert [dict(row.faults) for row in sheet.rows] == [{0: "formula-cell"}]


def test_too_many_formulas(monkeypatch: pytest.MonkeyPatch) -> None:
    from jiedui.core.sheets import scan

    monkeypatch.setattr(scan, "MAX_MARKED", 10)
    cells = b"".join(b'<row r="%d"><c r="A%d"><f>1</f></c></row>' % (i, i) for i in range(1, 20))
    assert refused(workbook_with(data(cells))).code == "too-many-formulas"
