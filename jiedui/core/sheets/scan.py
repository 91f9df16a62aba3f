"""One pass over a sheet's XML, part by part: how large it is and which cells not to trust.

The values themselves come from a fast reader that holds a sheet's whole block
in memory, knows no formulas and drops error values; this pass goes first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Any
from xml.parsers import expat

from defusedxml.common import DefusedXmlException, DTDForbidden, EntitiesForbidden
from defusedxml.ElementTree import ParseError

from jiedui.core.errors import InvalidInput
from jiedui.core.sheets.cells import ERROR, FORMULA, MERGED, address
from jiedui.core.sheets.limits import MAX_BLOCK, MAX_COLUMNS, MAX_MARKED, MAX_ROWS, too_many

_CHUNK = 1 << 18
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")


def _column(letters: str) -> int:
    """The index of a column by its letters, A being 0."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


@dataclass
class Marks:
    """What a scan saw: the block that values fill, and cells with faults by row and column."""

    last_row: int = 0
    last_column: int = -1
    faults: dict[int, dict[int, str]] = field(default_factory=dict)
    # (first row, last row, first column, last column), rows from 1, columns from 0
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)

    def merged_cells(self) -> dict[int, dict[int, str]]:
        """The cells that lie in merged blocks, as faults, within the block of values."""
        inside: dict[int, dict[int, str]] = {}
        for first, last, left, right in self.merged:
            columns = range(left, min(right, max(self.last_column, left)) + 1)
            for row in range(first, min(last, self.last_row) + 1):
                inside.setdefault(row, {}).update(dict.fromkeys(columns, MERGED))
        return inside


def _no_declarations(parser: Any) -> None:
    def doctype(name: str, system_id: str | None, public_id: str | None, _: int) -> None:
        raise DTDForbidden(name, system_id, public_id)

    def entity(name: str, *rest: Any) -> None:
        raise EntitiesForbidden(name, None, None, None, None, None)

    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = entity


def _feed(parser: Any, stream: IO[bytes]) -> None:
    try:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as fault:
        raise ParseError(str(fault)) from None


def refuse_declarations(stream: IO[bytes]) -> None:
    """Read a part to its end; any document type or entity raises a DefusedXmlException."""
    parser = expat.ParserCreate()
    _no_declarations(parser)
    _feed(parser, stream)


def scan_sheet(stream: IO[bytes], name: str) -> Marks:
    """Walk a worksheet's XML once in constant memory.

    Raises InvalidInput ``too-many-columns``, ``too-many-rows``, ``sheet-too-large``
    or ``too-many-formulas``.
    """
    marks = Marks()
    row = column = marked = merged = 0
    is_error = False
    columns: dict[str, int] = {}

    def mark(fault: str) -> None:
        nonlocal marked
        marked += 1
        if marked > MAX_MARKED:
            raise InvalidInput(
                "too-many-formulas",
                "The sheet holds more than %(limit)s formulas or error values;"
                " copy it and paste it as values.",
                field=address(name, row, column),
                limit=MAX_MARKED,
            )
        marks.faults.setdefault(row, {}).setdefault(column, fault)

    def on_row(attributes: dict[str, str]) -> None:
        nonlocal row, column
        row = int(attributes.get("r") or row + 1)
        column = -1
        if row > MAX_ROWS:
            raise too_many("rows", name, row, MAX_ROWS)

    def on_value(_: dict[str, str]) -> None:
        if column > marks.last_column:
            if column >= MAX_COLUMNS:
                raise too_many("columns", name, row, MAX_COLUMNS)
            marks.last_column = column
        if row > marks.last_row:
            marks.last_row = row
        if is_error:
            mark(ERROR)

    def on_formula(_: dict[str, str]) -> None:
        mark(FORMULA)

    def on_merge(attributes: dict[str, str]) -> None:
        nonlocal merged
        match = _RANGE.fullmatch(attributes.get("ref", ""))
        if match and match[3]:
            block = (int(match[2]), int(match[4]), _column(match[1]), _column(match[3]))
            marks.merged.append(block)
            # Merged blocks are listed after the values, whose extent is known by now.
            merged += max(1, min(block[1], marks.last_row) - block[0] + 1) * max(
                1, min(block[3], marks.last_column) - block[2] + 1
            )
            if merged > MAX_MARKED:
                raise InvalidInput(
                    "too-many-merged",
                    "The sheet holds more than %(limit)s merged cells; unmerge them.",
                    field=address(name, block[0], min(block[2], MAX_COLUMNS)),
                    limit=MAX_MARKED,
                )

    handlers: dict[str, Callable[[dict[str, str]], None]] = {
        "row": on_row,
        "v": on_value,
        "is": on_value,
        "f": on_formula,
        "mergeCell": on_merge,
    }
    known: dict[str, Callable[[dict[str, str]], None] | None] = dict(handlers)

    cell_tag = "c"

    def on_start(tag: str, attributes: dict[str, str]) -> None:
        # Cells and their values are nearly all there is: cells go in line.
        nonlocal column, is_error, cell_tag
        if tag == cell_tag:
            if "r" in attributes:
                letters = attributes["r"].rstrip("0123456789")
                try:
                    column = columns[letters]
                except KeyError:
                    column = columns[letters] = _column(letters.upper())
            else:
                column += 1
            is_error = "t" in attributes and attributes["t"] == "e"
            return
        try:
            handler = known[tag]
        except KeyError:
            local = tag.rpartition(":")[2]
            if local == "c":
                cell_tag = tag  # the document gives its elements a prefix
                on_start(tag, attributes)
                return
            handler = known[tag] = handlers.get(local)
        if handler is not None:
            handler(attributes)

    parser = expat.ParserCreate()
    _no_declarations(parser)
    parser.StartElementHandler = on_start
    try:
        _feed(parser, stream)
    except DefusedXmlException:
        raise
    except ValueError as fault:
        raise ParseError(str(fault)) from None
    if marks.last_row * (marks.last_column + 1) > MAX_BLOCK:
        raise InvalidInput(
            "sheet-too-large",
            "The sheet's values spread over %(rows)s rows and %(columns)s columns;"
            " remove stray values far away, or split it.",
            field=address(name, marks.last_row, max(marks.last_column, 0)),
            rows=marks.last_row,
            columns=marks.last_column + 1,
        )
    return marks
