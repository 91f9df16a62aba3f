"""One door for files that people hand in: told by content, refused before harm."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from jiedui.core.errors import InvalidInput
from jiedui.core.sheets.cells import Sheet, safe_name
from jiedui.core.sheets.limits import MAX_BYTES
from jiedui.core.sheets.text import Opener, csv_rows
from jiedui.core.sheets.workbook import workbook_sheets
from jiedui.core.sheets.writing import sheet_title

Source = Path | bytes | BinaryIO

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ZIP = b"PK\x03\x04"
_OTHERS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"{\\rtf",
)


def _opener(source: Source) -> Opener:
    """A way to open the source again and again; a stream given by the caller stays open."""

    @contextmanager
    def from_path() -> Iterator[BinaryIO]:
        with Path(str(source)).open("rb") as file:
            yield file

    @contextmanager
    def from_bytes() -> Iterator[BinaryIO]:
        yield io.BytesIO(source if isinstance(source, bytes) else b"")

    @contextmanager
    def from_stream() -> Iterator[BinaryIO]:
        stream: BinaryIO = source  # type: ignore[assignment]
        stream.seek(0)
        yield stream

    if isinstance(source, bytes):
        return from_bytes
    return from_path if isinstance(source, Path) else from_stream


def size_of(source: Source) -> int:
    """The size of a file in bytes."""
    if isinstance(source, bytes):
        return len(source)
    if isinstance(source, Path):
        return source.stat().st_size
    return source.seek(0, io.SEEK_END)


def kind_of(source: Source) -> str:
    """``xlsx`` or ``csv`` by content; else InvalidInput says what it is and what to do.

    Codes: ``file-too-large``, ``file-empty``, ``file-encrypted``, ``file-old-excel``,
    ``file-type-unknown``.
    """
    if size_of(source) > MAX_BYTES:
        raise InvalidInput(
            "file-too-large",
            "The file is larger than %(limit)s MB.",
            limit=MAX_BYTES // 1024 // 1024,
        )
    with _opener(source)() as file:
        head = file.read(8)
        if not head:
            raise InvalidInput("file-empty", "The file is empty.")
        if head.startswith(_OLE):
            rest = file.read(1 << 20)
            if "EncryptedPackage".encode("utf-16-le") in rest:
                raise InvalidInput(
                    "file-encrypted",
                    "The workbook is protected by a password; save it without one.",
                )
            raise InvalidInput(
                "file-old-excel",
                "This is an old .xls workbook; save it as .xlsx or CSV.",
            )
    if head.startswith(_ZIP):
        return "xlsx"
    if head.startswith(_OTHERS):
        raise InvalidInput(
            "file-type-unknown", "Only .xlsx workbooks and CSV files can be read here."
        )
    return "csv"


def read_sheets(source: Source, name: str) -> list[Sheet]:
    """The sheets of a workbook or CSV file, rows read as they are walked.

    ``name`` is the file's own name; a CSV file's one sheet is called after it.
    The source must stay open while rows are walked. A stream is walked by one
    reader at a time. Raises InvalidInput with the codes of ``kind_of``,
    ``workbook_sheets`` and ``csv_rows``; walking may raise more, addressed to
    the cell. Blank rows are skipped.
    """
    opener = _opener(source)
    if kind_of(source) == "xlsx":
        return workbook_sheets(opener)
    stem = safe_name(name, otherwise="Sheet1").rpartition(".")[0] or "Sheet1"
    title = sheet_title(stem)
    return [Sheet(title, csv_rows(opener, title))]
