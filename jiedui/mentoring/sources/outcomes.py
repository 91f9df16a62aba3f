"""A series of outcomes from a CSV file or a workbook: a row a case, in the order done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from jiedui.core.errors import InvalidInput
from jiedui.core.periods import read_day
from jiedui.core.sheets.reading import read_sheets
from jiedui.mentoring.domain.curves import Outcome

OUTCOME_TITLES = ("outcome", "success", "result", "结果", "结局", "成功")
DAY_TITLES = ("date", "day", "日期", "手术日期")
GOOD = {"1", "yes", "y", "true", "success", "s", "ok", "成功", "是", "合格", "达标", "√"}
BAD = {"0", "no", "n", "false", "failure", "fail", "f", "失败", "否", "不合格", "未达标", "×"}
# Cases without a date are told one a day from here on, so that their order is kept.
UNDATED = date(2000, 1, 1)


@dataclass(frozen=True)
class Fault:
    """What is wrong in a cell or a row."""

    refusal: InvalidInput
    place: str


@dataclass(frozen=True)
class Read:
    """The cases that could be read, and what could not; ``dated`` says whether days were given."""

    cases: Sequence[Outcome]
    faults: Sequence[Fault]
    dated: bool


def read_outcomes(path: Path) -> Read:
    """Read the file's first sheet; every fault is told with its cell, none is passed over.

    Raises InvalidInput where it cannot be read at all.
    """
    sheet = read_sheets(path, path.name)[0]
    cases: list[Outcome] = []
    faults: list[Fault] = []
    places: tuple[int, int | None] | None = None
    latest: date | None = None
    for row in sheet.rows:
        if places is None:
            places = _header(row.cells)
            continue
        outcome_at, day_at = places
        good = _good(_at(row.cells, outcome_at))
        if isinstance(good, InvalidInput):
            faults.append(Fault(good, sheet.address(row.number, outcome_at)))
        day: date | None = UNDATED + timedelta(days=len(cases) + len(faults))
        if day_at is not None:
            told = _day(_at(row.cells, day_at), latest)
            if isinstance(told, InvalidInput):
                faults.append(Fault(told, sheet.address(row.number, day_at)))
                continue
            day = latest = told
        if isinstance(good, bool) and day is not None:
            cases.append(Outcome(day, good))
    if places is None:
        raise InvalidInput("table-header-missing", "The file has no line of column titles.")
    return Read(cases, faults, places[1] is not None)


def _at(cells: Sequence[Any], place: int) -> Any:
    return cells[place] if place < len(cells) else None


def _header(cells: Sequence[Any]) -> tuple[int, int | None]:
    titles = ["" if cell is None else str(cell).strip().casefold() for cell in cells]
    outcome = next((place for place, text in enumerate(titles) if text in OUTCOME_TITLES), None)
    if outcome is None:
        raise InvalidInput(
            "outcome-column-missing",
            "No column of outcomes; its title is one of: %(titles)s.",
            titles=", ".join(OUTCOME_TITLES),
        )
    return outcome, next((place for place, text in enumerate(titles) if text in DAY_TITLES), None)


def _good(cell: Any) -> bool | InvalidInput:
    if cell is None:
        return InvalidInput("outcome-missing", "The outcome of this case is missing.")
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell).strip().casefold()
    if text in GOOD:
        return True
    if text in BAD:
        return False
    return InvalidInput(
        "outcome-unreadable",
        "“%(text)s” is no outcome; write 1 or 成功 for a success, 0 or 失败 for a failure.",
        text=text[:40],
    )


def _day(cell: Any, latest: date | None) -> date | InvalidInput:
    if cell is None:
        return InvalidInput("cell-blank", "This cell must be filled.")
    try:
        if isinstance(cell, datetime):
            day = cell.date()
        else:
            day = cell if isinstance(cell, date) else read_day(str(cell))
    except InvalidInput as refused:
        return refused
    if latest is not None and day < latest:
        return InvalidInput(
            "case-out-of-order",
            "This case (%(day)s) comes after a later one (%(latest)s); cases stand in the order"
            " in which they were done.",
            day=day, latest=latest,
        )  # fmt: skip
    return day
