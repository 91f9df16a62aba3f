"""The directory as four sheets of text: which columns, and how a cell says several dated things.

A cell of several values parts them by ``;``; a value may carry the days on which
it holds after an ``@``: ``650000 @2019-01-01..2020-12-31; 650100 @2021-01-01..``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from jiedui.core.errors import InvalidInput
from jiedui.core.periods import read_day

SHEETS = ("places", "organisations", "departments", "people")
# What each sheet of a workbook is called, in both languages.
SHEET_TITLES = {
    "places": ("地区", "Places"),
    "organisations": ("机构", "Organisations"),
    "departments": ("科室", "Departments"),
    "people": ("人员", "Staff"),
}
# The column of a place's parent in a tree is this and the tree's code.
PARENT = "parent_"

_ = str  # marks message ids for the catalogue


@dataclass(frozen=True)
class SheetColumn:
    """One column: its code, its titles in both languages, and a message id that helps."""

    code: str
    title: str
    title_en: str
    required: bool = False
    help: str = ""
    example: str = ""


@dataclass(frozen=True)
class RowError:
    """What is wrong in a row (counted from 0) at a column; ``message`` is a message id."""

    row: int
    column: str
    code: str
    message: str
    details: Mapping[str, str]


@dataclass(frozen=True)
class Said:
    """One value of a cell and the days on which it holds."""

    value: str
    valid_from: date | None = None
    valid_to: date | None = None


ID = SheetColumn("id", "标识", "Id", help=_("Leave blank for new rows; an export fills it."))
NAME = SheetColumn("name", "名称", "Name", required=True)
NAME_EN = SheetColumn("name_en", "英文名称", "English name")
FROM = SheetColumn("valid_from", "起始日期", "Valid from", help=_("2026-03-05, or blank."))
TO = SheetColumn("valid_to", "终止日期", "Valid to", help=_("Last day; blank if it still holds."))
EXAMPLE = SheetColumn("example", "演示数据", "Example", help=_("1 for invented rows, else blank."))
_SEVERAL = _("Several are parted by “;”; days follow an “@”: 650000 @2019-01-01..2020-12-31.")


def columns(sheet: str, trees: Iterable[tuple[str, str, str]]) -> tuple[SheetColumn, ...]:
    """The columns of a sheet; ``trees`` are code, name and English name of the packs' trees.

    Raises InvalidInput ``sheet-unknown``.
    """
    if sheet == "places":
        parents = tuple(
            SheetColumn(PARENT + code, f"上级（{name}）", f"Parent ({english})", help=_SEVERAL)
            for code, name, english in trees
        )
        return (
            ID,
            NAME,
            NAME_EN,
            SheetColumn("code_scheme", "代码体系", "Code scheme", example="gbt2260"),
            SheetColumn("code", "代码", "Code"),
            SheetColumn("tier", "层级", "Tier"),
            SheetColumn("latitude", "纬度", "Latitude", help=_("Degrees, WGS 84.")),
            SheetColumn("longitude", "经度", "Longitude", help=_("Degrees, WGS 84.")),
            SheetColumn("altitude_m", "海拔（米）", "Altitude (m)"),
            *parents,
            FROM,
            TO,
            EXAMPLE,
        )
    if sheet == "organisations":
        return (
            ID,
            NAME,
            NAME_EN,
            SheetColumn("kind", "机构类别", "Kind", required=True, example="hospital"),
            SheetColumn("tier", "等级", "Tier"),
            SheetColumn("other_names", "其他名称", "Other names", help=_SEVERAL),
            SheetColumn(
                "identifiers", "机构标识", "Identifiers",
                help=_("scheme=value; several are parted by “;”: uscc=…; institution=…"),
            ),
            SheetColumn(
                "stands_for", "所代表的地区", "Stands for",
                help=_("Only for a region's body: the place whose whole it is."),
            ),
            SheetColumn("seats", "所在地", "Seat", help=_SEVERAL),
            SheetColumn("part_of", "隶属机构", "Part of", help=_SEVERAL),
            FROM,
            TO,
            EXAMPLE,
        )  # fmt: skip
    if sheet == "departments":
        return (
            ID,
            SheetColumn("organisation", "机构", "Organisation", required=True),
            SheetColumn("name", "科室名称", "Department", required=True),
            SheetColumn("specialty", "诊疗科目", "Specialty", required=True, example="03"),
            FROM,
            TO,
        )
    if sheet == "people":
        return (
            ID,
            SheetColumn("name", "姓名", "Name", required=True),
            SheetColumn("staff_number", "工号", "Staff number"),
            SheetColumn(
                "posts", "任职机构/科室", "Posts",
                help=_("organisation / department @from..to; several are parted by “;”."),
            ),
            SheetColumn("titles", "专业技术职称", "Titles", help=_SEVERAL),
            SheetColumn("specialties", "专业", "Specialties", help=_SEVERAL),
            EXAMPLE,
        )  # fmt: skip
    raise InvalidInput(
        "sheet-unknown", "There is no sheet “%(sheet)s” in the directory.", sheet=sheet
    )


def say(items: Iterable[Said]) -> str:
    """Several dated values as one cell; ``read`` reads it back."""
    texts = []
    for item in sorted(items, key=lambda i: (i.valid_from or date.min, i.value)):
        days = ""
        if item.valid_from or item.valid_to:
            first = item.valid_from.isoformat() if item.valid_from else ""
            last = item.valid_to.isoformat() if item.valid_to else ""
            days = f" @{first}..{last}"
        texts.append(item.value + days)
    return "; ".join(texts)


def read(cell: str, column: str) -> list[Said]:
    """A cell's values; InvalidInput ``date-unreadable``, ``dates-out-of-order`` at the column."""
    found = []
    for part in re.split(r"[;；\n]", cell):
        if not part.strip():
            continue
        value, mark, days = part.rpartition("@")
        if not mark:
            found.append(Said(part.strip()))
            continue
        first, dots, last = days.partition("..")
        start = day(first, column)
        end = day(last if dots else first, column, last=True)
        if start and end and end < start:
            raise InvalidInput(
                "dates-out-of-order",
                "The end (%(end)s) lies before the start (%(start)s).",
                field=column,
                start=start,
                end=end,
            )
        found.append(Said(value.strip(), start, end))
    return found


def day(text: str, column: str, *, last: bool = False) -> date | None:
    """A day, month or year, or None where blank; InvalidInput at the column."""
    if not text.strip():
        return None
    # A spreadsheet's date comes as a moment at midnight.
    text = re.sub(r"[T ]00:00(:00)?$", "", text.strip())
    try:
        return read_day(text, last=last)
    except InvalidInput as refused:
        refused.field = column
        raise
