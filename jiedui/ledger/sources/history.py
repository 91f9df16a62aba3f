"""A file of published figures, CSV (UTF-8 or GB18030) or workbook, as rows of text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from jiedui.core.errors import InvalidInput
from jiedui.core.sheets import Cell, find_header, plain_title, read_sheets
from jiedui.ledger.domain.history import COLUMNS, RowError

NEEDED = ("claim", "report", "published_by", "published_on", "measure", "value", "unit", "kind")


def _text(cell: Cell) -> str:
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


@dataclass(frozen=True)
class HistoryRows:
    """Rows with their line in the file, and those left out for a cell that says nothing sure."""

    rows: list[tuple[int, Mapping[str, str]]] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)


def read_history(path: Path) -> HistoryRows:
    """The rows of the first sheet that has the columns, each with its line in the file.

    A row with a cell that is a formula or merged is left out as
    ``history-cell-untold`` at its address. Raises InvalidInput
    ``history-columns-missing``, or what core.sheets refuses.
    """
    titles = {plain_title(column): column for column in (*COLUMNS, "value_max")}
    for sheet in read_sheets(path, path.name):
        header = find_header(sheet, titles, required=NEEDED)
        if header is None:
            continue
        found = HistoryRows()
        for row in sheet.rows:
            if row.number <= header.row or row.blank:
                continue
            faulty = [
                RowError(
                    row.number,
                    name,
                    InvalidInput(
                        "history-cell-untold",
                        "This cell holds a formula, an error or is merged; write its value.",
                        field=sheet.address(row.number, at),
                    ),
                )
                for name, at in header.columns.items()
                if at in row.faults
            ]
            if faulty:
                found.errors.extend(faulty)
                continue
            found.rows.append(
                (
                    row.number,
                    {
                        name: _text(row.cells[at]) if at < len(row.cells) else ""
                        for name, at in header.columns.items()
                    },
                )
            )
        return found
    raise InvalidInput(
        "history-columns-missing",
        "%(file)s has no sheet with the columns %(columns)s.",
        file=path.name,
        columns=", ".join(NEEDED),
    )
