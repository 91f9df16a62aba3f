"""From a file to records: sheets with a header, rows under their column codes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from jiedui.core.errors import InvalidInput
from jiedui.core.sheets import Header, Sheet, address, find_header
from jiedui.exchange.excel.declare import CODES, EXAMPLE_MARKS, RESULT, Fault, ImportKind, Record

_ = str  # marks message ids for the catalogue

# What stands in a cell that the file itself makes untrustworthy.
CELL_MESSAGES = {
    "formula-cell": _("This cell holds a formula; copy it and paste it as a value."),
    "merged-cell": _("This cell is merged with others; unmerge it and fill each row."),
    "error-cell": _("This cell holds an error value such as #N/A."),
}


@dataclass(frozen=True)
class Part:
    """A sheet to import, with its header."""

    sheet: Sheet
    header: Header


@dataclass
class Found:
    """The sheets that hold the kind's columns, and remarks on what was left out."""

    parts: list[Part] = field(default_factory=list)
    remarks: list[Fault] = field(default_factory=list)


def find_parts(sheets: list[Sheet], kind: ImportKind) -> Found:
    """Visible sheets with the kind's header; others are remarked upon.

    Raises InvalidInput ``header-missing`` if no sheet has one, ``sheet-hidden`` if only
    a hidden one has, or what ``find_header`` raises, addressed to the cell and with
    people's column titles.
    """
    found = Found()
    hidden = [sheet for sheet in sheets if sheet.hidden and _would_do(sheet, kind)]
    found.remarks.extend(
        Fault(
            sheet.name,
            1,
            0,
            "sheet-hidden",
            _("The sheet “%(sheet)s” is hidden and was left out; show it to have it imported."),
            {"sheet": sheet.name},
        )
        for sheet in hidden
    )
    shown = [sheet for sheet in sheets if not sheet.hidden and sheet.name not in CODES]
    shown = [sheet for sheet in shown if sheet.name in kind.sheets] or shown
    titles = kind.titles()
    for sheet in shown:
        header = find_header(sheet, titles)
        if header is None:
            if any(True for _ in sheet.rows):
                found.remarks.append(
                    Fault(
                        sheet.name,
                        1,
                        0,
                        "sheet-left-out",
                        _("The sheet “%(sheet)s” has none of the columns and was left out."),
                        {"sheet": sheet.name},
                    )
                )
            continue
        missing = [code for code in kind.required if code not in header.columns]
        if missing:
            raise InvalidInput(
                "header-column-missing",
                "Columns are missing: %(columns)s.",
                field=address(sheet.name, header.row, 0),
                columns="、".join(kind.named(code).title for code in missing),
            )
        found.remarks.extend(
            Fault(
                sheet.name,
                header.row,
                index,
                "column-unknown",
                _("The column “%(column)s” is not known and was left out."),
                {"column": title[:80]},
            )
            for index, title in header.unknown[:50]
        )
        found.parts.append(Part(sheet, header))
    if not found.parts and hidden:
        raise InvalidInput(
            "sheet-hidden",
            "Only the hidden sheet “%(sheet)s” has the columns; show it and try again.",
            field=address(hidden[0].name, 1, 0),
            sheet=hidden[0].name,
        )
    if not found.parts:
        first = shown[0].name if shown else "Sheet1"
        raise InvalidInput(
            "header-missing",
            "No row holds the column titles; take them from the template: %(columns)s.",
            field=address(first, 1, 0),
            columns="、".join(kind.named(code).title for code in kind.required),
        )
    return found


def _would_do(sheet: Sheet, kind: ImportKind) -> bool:
    """Whether a hidden sheet holds rows under the kind's columns."""
    try:
        header = find_header(sheet, kind.titles())
    except InvalidInput:
        return False
    if header is None or not header.columns.keys() >= set(kind.required):
        return False
    return any(
        row.number > header.row and any(cell is not None for cell in row.cells)
        for row in sheet.rows
    )


def records(
    parts: list[Part],
    report: Callable[[Fault], None],
    seen: Callable[[int], bool],
) -> Iterator[Record]:
    """Rows below the headers; untrustworthy cells of known columns are reported.

    ``seen`` is told from time to time how many rows with content were walked,
    and answers whether to go on.
    """
    count = 0
    for part in parts:
        places = {code: at for code, at in part.header.columns.items() if code != RESULT}
        pairs = tuple(places.items())
        name = part.sheet.name
        used = frozenset(places.values())
        for row in part.sheet.rows:
            if row.number <= part.header.row:
                continue
            cells = row.cells
            width = len(cells)
            values = {c: cells[i] for c, i in pairs if i < width and cells[i] is not None}
            bad = {i: f for i, f in row.faults.items() if i in used} if row.faults else None
            if not values and not bad:
                continue
            first = cells[0] if cells else None
            if isinstance(first, str) and first.startswith(EXAMPLE_MARKS):
                continue
            count += 1
            if count % 1000 == 0 and not seen(count):
                return
            for index, code in sorted(bad.items()) if bad else ():
                report(Fault(name, row.number, index, code, CELL_MESSAGES[code]))
            yield Record(name, row.number, values, places, bool(bad))
    seen(count)
