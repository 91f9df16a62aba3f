"""The bench of the import: a workbook of ledger rows as an office would fill it."""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management import call_command

from jiedui.core.sheets import write_xlsx
from jiedui.directory.actions import create_organisation
from jiedui.exchange.excel.declare import Fault, Options
from jiedui.exchange.excel.kinds import KINDS
from jiedui.exchange.excel.run import run
from jiedui.programmes.actions import create_programme, pair

GIVERS, RECEIVERS = 4, 16
FIRST = date(2023, 1, 1)
HEAD = ("日期", "活动类型", "支援方", "受援方", "指标项目", "数量", "单位", "说明")
KIND_ROWS = (
    ("手术", "", "{n}台次"),
    ("门（急）诊出诊", "", "{n}"),
    ("义诊", "义诊受益人次", "{n}余"),
    ("讲座", "讲座听众人次", "{n}"),
    ("教学查房", "", "{n}"),
)


def _giver(i: int) -> str:
    return f"示例支援{i + 1}院"


def _receiver(i: int) -> str:
    return f"示例受援{i + 1}院"


def lines(count: int) -> Iterator[tuple[object, ...]]:
    """Rows of two years over all pairs, half of the days as dates and half as text."""
    chance = random.Random(7)  # noqa: S311 - invented rows, the same each time
    for number in range(count):
        receiver = chance.randrange(RECEIVERS)
        day = FIRST + timedelta(days=chance.randrange(730))
        kind, measure, value = chance.choice(KIND_ROWS)
        yield (
            day if number % 2 else f"{day.year}年{day.month}月{day.day}日",
            kind,
            _giver(receiver % GIVERS),
            _receiver(receiver),
            measure,
            value.format(n=chance.randrange(1, 400)),
            "",
            f"第{number + 1}项示例活动，按计划开展，效果良好",
        )


def write_workbook(path: Path, rows: int) -> None:
    """Write the workbook to be imported."""
    with path.open("wb") as out:
        write_xlsx(out, HEAD, lines(rows), title="台账")


def measure(workbook: Path) -> dict[str, Any]:
    """In an empty home: make the bodies, then time the dry run and the writing.

    ``peak_mb`` is the highest resident memory of this process over all of it;
    ``cpu_s`` is what the writing would take on a machine that does nothing else.
    """
    call_command("migrate", verbosity=0)
    programme = create_programme(
        by=None, code="bench", name="示例压测", kind="paired_assistance", example=True
    )
    givers = [
        create_organisation(by=None, name=_giver(i), kind="hospital", example=True)
        for i in range(GIVERS)
    ]
    for i in range(RECEIVERS):
        receiver = create_organisation(by=None, name=_receiver(i), kind="hospital", example=True)
        pair(
            by=None,
            programme=programme,
            kind="hospital_hospital",
            giver=givers[i % GIVERS],
            receiver=receiver,
            valid_from=FIRST,
        )
    faults: list[Fault] = []

    def timed(commit: bool) -> tuple[float, float, int, int]:
        start, worked = time.perf_counter(), time.process_time()
        outcome = run(
            workbook,
            workbook.name,
            KINDS["ledger"],
            by=None,
            options=Options(programme="bench"),
            on_fault=faults.append,
            commit=commit,
        )
        passed = time.perf_counter() - start
        return passed, time.process_time() - worked, outcome.rows, outcome.added

    dry, dry_cpu, _, _ = timed(commit=False)
    seconds, cpu, rows, added = timed(commit=True)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak = used / 1024 / (1024 if sys.platform == "darwin" else 1)
    return {
        "rows": rows,
        "added": added,
        "faults": len(faults),
        "dry_run_s": round(dry, 2),
        "seconds": round(seconds, 2),
        "dry_run_cpu_s": round(dry_cpu, 2),
        "cpu_s": round(cpu, 2),
        "rows_per_s": round(rows / seconds) if seconds else 0,
        "peak_mb": round(peak, 1),
        "file_mb": round(workbook.stat().st_size / 1024 / 1024, 2),
    }
