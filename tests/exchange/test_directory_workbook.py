"""A workbook with all four sheets of the directory, in one go."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from jiedui.accounts.models import AuditRow
from jiedui.directory.models import Department, Organisation, Person, Place
from jiedui.exchange import commands

pytestmark = pytest.mark.django_db

SHEETS: dict[str, list[tuple[str, ...]]] = {
    # In another order than they are taken in.
    "人员": [("姓名", "任职机构/科室"), ("甲一", "示例新县医院/心内科")],
    "科室": [("机构", "科室名称", "诊疗科目"), ("示例新县医院", "心内科", "03")],
    "机构": [
        ("名称", "机构类别", "所在地"),
        ("示例新县医院", "hospital", "示例新县"),
        ("示例无地医院", "hospital", "示例无此县"),
    ],
    "地区": [("名称", "代码体系", "代码"), ("示例新县", "gbt2260", "990199")],
}


def workbook(folder: Path, *sheets: str) -> str:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title in sheets:
        page = book.create_sheet(title)
        for row in SHEETS[title]:
            page.append(row)
    out = io.BytesIO()
    book.save(out)
    path = folder / "名录.xlsx"
    path.write_bytes(out.getvalue())
    return str(path)


def run(*arguments: str) -> Any:
    done = CliRunner().invoke(commands.import_directory, [*arguments, "--format", "json"])
    return json.loads(done.stdout)


def counts() -> list[int]:
    return [model.objects.count() for model in (Place, Organisation, Department, Person)]


def test_a_later_sheet_knows_the_earlier_ones_and_a_dry_run_leaves_nothing(tmp_path: Path) -> None:
    file = workbook(tmp_path, *SHEETS)
    rows = AuditRow.objects.count()
    copy = tmp_path / "copy.xlsx"
    tried = run(file, "--dry-run", "--annotated", str(copy))
    assert (tried["rows"], tried["added"]) == (5, 4)
    assert [fault["cell"] for fault in tried["faults"]] == ["机构!C3"]
    assert (counts(), AuditRow.objects.count()) == ([0, 0, 0, 0], rows)
    heads = {page.title: page["D1"].value for page in openpyxl.load_workbook(copy)}
    assert heads["机构"] == "导入结果"
    done = run(file)
    assert (done["added"], counts()) == (4, [1, 1, 1, 1])
    assert (run(file)["added"], run(file)["unchanged"]) == (0, 4)


def test_only_the_sheets_that_are_there_are_taken(tmp_path: Path) -> None:
    assert run(workbook(tmp_path, "地区"))["added"] == 1
    SHEETS["别的"] = [("甲", "乙")]
    try:
        told = run(workbook(tmp_path, "别的"))
    finally:
        del SHEETS["别的"]
    assert told["refused"]["code"] == "sheets-missing"
    file = workbook(tmp_path, "地区")
    book = openpyxl.load_workbook(file)
    book.create_sheet("封面")
    book["地区"].sheet_state = "hidden"
    book.active = book["封面"]
    book.save(file)
    assert run(file)["refused"]["code"] == "sheet-hidden"
