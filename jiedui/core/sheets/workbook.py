"""Reading .xlsx: the archive is inspected, its XML scanned, and only then its values read."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, parse
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from jiedui.core.errors import InvalidInput
from jiedui.core.sheets.cells import Cell, Row, Sheet
from jiedui.core.sheets.limits import (
    MAX_MEMBERS,
    MAX_RATIO,
    MAX_UNPACKED,
    RATIO_MATTERS_FROM,
)
from jiedui.core.sheets.scan import Marks, refuse_declarations, scan_sheet
from jiedui.core.sheets.text import Opener


def _broken() -> InvalidInput:
    return InvalidInput(
        "workbook-broken", "The workbook is damaged; open it in Excel and save it again."
    )


def inspect_archive(archive: zipfile.ZipFile) -> None:
    """Refuse what unpacks into harm: ``zip-bomb``; or is no plain workbook.

    Sizes are those that the archive declares; the scan that follows unpacks
    every part and finds a lie.
    """
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    if (
        len(members) > MAX_MEMBERS
        or unpacked > MAX_UNPACKED
        or (unpacked > RATIO_MATTERS_FROM and unpacked / packed > MAX_RATIO)
    ):
        raise InvalidInput(
            "zip-bomb", "The workbook unpacks into far more than it should; it is not opened."
        )
    names = {member.filename for member in members}
    if any(member.flag_bits & 1 for member in members):
        raise InvalidInput(
            "file-encrypted", "The workbook is protected by a password; save it without one."
        )
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise InvalidInput(
            "file-has-macros", "The workbook holds macros; save it as a plain .xlsx."
        )
    if "xl/workbook.xml" not in names:
        raise InvalidInput(
            "file-type-unknown", "Only .xlsx workbooks and CSV files can be read here."
        )


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part that holds each sheet, by the sheet's name."""

    def local(element: Element) -> str:
        return element.tag.rpartition("}")[2]

    with archive.open("xl/_rels/workbook.xml.rels") as file:
        targets = {e.get("Id"): e.get("Target", "") for e in parse(file, forbid_dtd=True).iter()}
    with archive.open("xl/workbook.xml") as file:
        sheets = [e for e in parse(file, forbid_dtd=True).iter() if local(e) == "sheet"]
    parts: dict[str, str] = {}
    for sheet in sheets:
        relation = next((v for k, v in sheet.items() if k.rpartition("}")[2] == "id"), "")
        target = targets.get(relation, "")
        parts[sheet.get("name", "")] = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
    return parts


@dataclass(frozen=True)
class XlsxRows:
    """The rows of one sheet, read when first walked and let go at the end of a walk."""

    opener: Opener
    name: str
    marks: Marks
    # A sheet read and not yet walked to its end: looking for the header comes first.
    _kept: list[CalamineSheet] = field(default_factory=list)

    def _sheet(self) -> CalamineSheet:
        if not self._kept:
            with self.opener() as file:
                self._kept.append(_values(file, self.name).get_sheet_by_name(self.name))
        return self._kept[0]

    def __iter__(self) -> Iterator[Row]:
        if not self.marks.last_row:
            return
        sheet = self._sheet()
        left = sheet.start[1] if sheet.start else 0
        padding: tuple[Cell, ...] = (None,) * left
        merged = self.marks.merged_cells()
        for number, line in enumerate(sheet.iter_rows(), start=1):
            cells = padding + tuple([None if c == "" else _plain(c) for c in line])
            if number not in self.marks.faults and number not in merged:
                row = Row(number, cells)
            else:
                faults = {**merged.get(number, {}), **self.marks.faults.get(number, {})}
                row = Row(number, cells, faults)
            if not row.blank:
                yield row
        self._kept.clear()


def _plain(value: object) -> Cell:
    """Whole floats as integers, blank-looking texts as nothing."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, str) and not value.strip():
        return None
    return value  # type: ignore[return-value]


def _values(file: BinaryIO, name: str) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(file)
    except (CalamineError, OSError, ValueError):
        raise _broken() from None


def workbook_sheets(opener: Opener) -> list[Sheet]:
    """The worksheets of an .xlsx file in their order, hidden ones marked so.

    Raises InvalidInput: ``zip-bomb``, ``file-encrypted``, ``file-has-macros``,
    ``file-type-unknown``, ``workbook-broken``, ``xml-declares`` (a document type
    or entities), ``too-many-columns``, ``too-many-rows``, ``sheet-too-large``,
    ``too-many-formulas``.
    """
    found: list[Sheet] = []
    with opener() as file:
        try:
            with zipfile.ZipFile(file) as archive:
                inspect_archive(archive)
                parts = _parts(archive)
                scanned = set(parts.values())
                marks = {}
                for name, part in parts.items():
                    if part.startswith("xl/worksheets/"):
                        with archive.open(part) as stream:
                            marks[name] = scan_sheet(stream, name)
                for member in archive.namelist():
                    if member.endswith((".xml", ".rels")) and member not in scanned:
                        with archive.open(member) as stream:
                            refuse_declarations(stream)
        except (zipfile.BadZipFile, KeyError, ParseError, EOFError, NotImplementedError, OSError):
            raise _broken() from None
        except DefusedXmlException:
            raise InvalidInput(
                "xml-declares",
                "The workbook declares entities, which no workbook of Excel does;"
                " it is not opened.",
            ) from None
    with opener() as file:
        try:
            metadata = CalamineWorkbook.from_filelike(file).sheets_metadata
        except (CalamineError, OSError, ValueError):
            raise _broken() from None
        for sheet in metadata:
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.name in marks:
                found.append(
                    Sheet(
                        sheet.name,
                        XlsxRows(opener, sheet.name, marks[sheet.name]),
                        hidden=sheet.visible != SheetVisibleEnum.Visible,
                    )
                )
    return found
