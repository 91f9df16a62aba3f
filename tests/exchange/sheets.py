"""Sheets as people hand them in, and a run over them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from jiedui.accounts.models import User
from jiedui.core.sheets import write_csv, write_xlsx
from jiedui.exchange.excel.declare import Fault, Options
from jiedui.exchange.excel.kinds import KINDS
from jiedui.exchange.excel.run import Outcome, run

HEAD = (
    "事件编号",
    "日期",
    "活动类型",
    "支援方",
    "受援方",
    "参加人员",
    "指标项目",
    "数量",
    "单位",
    "说明",
)
GOOD = ("", "2024-03-05", "手术", "示例甲省医院", "示例东州医院", "甲一", "", "3台次", "", "上午")


def row(**changes: Any) -> tuple[Any, ...]:
    """A good row with some cells changed, by the English names of GOOD's places."""
    names = ("id", "day", "kind", "giver", "receiver", "people", "measure", "value", "unit", "note")
    return tuple(changes.get(name, cell) for name, cell in zip(names, GOOD, strict=True))


def xlsx(rows: Iterable[Sequence[object]], head: Sequence[str] = HEAD) -> bytes:
    out = io.BytesIO()
    write_xlsx(out, head, rows, title="台账")
    return out.getvalue()


def csv(
    rows: Iterable[Sequence[object]], head: Sequence[str] = HEAD, encoding: str = "utf-8-sig"
) -> bytes:
    out = io.BytesIO()
    write_csv(out, head, rows, encoding=encoding)
    return out.getvalue()


def run_ledger(
    content: bytes, by: User | None = None, *, name: str = "台账.xlsx", commit: bool = False
) -> tuple[Outcome, list[Fault]]:
    """The dry run or the writing of a ledger sheet of the programme ``demo``."""
    faults: list[Fault] = []
    outcome = run(
        content,
        name,
        KINDS["ledger"],
        by=by,
        options=Options(programme="demo"),
        on_fault=faults.append,
        commit=commit,
    )
    return outcome, faults


def found(faults: Iterable[Fault]) -> list[tuple[str, str]]:
    """Where and what, in the order of the sheet."""
    return [(f.address, f.code) for f in sorted(faults, key=lambda f: (f.row, f.column))]
