"""The bench runs to its end through the command and prints every measure."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from jiedui.indicators.bench import figures
from jiedui.indicators.commands.store import bench_figures

MEASURES = (
    *("rows", "threads", "store_mb", "build_s", "peak_mb"),
    *("raw_scan_s", "sum_s", "distinct_s", "pandas_s"),
    *("sum_to_raw_scan", "pandas_to_sum"),
    *("dashboard_p95_ms", "dashboard_first_p95_ms", "dashboard_renewed_p95_ms"),
)


def test_the_command_prints_every_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    # A few of the pages: test_indicators asks for all of them.
    asked = figures.questions()[:4]
    monkeypatch.setattr(figures, "questions", lambda: asked)
    ran = CliRunner().invoke(bench_figures, ["--rows", "5000", "--format", "json"])
    assert ran.exit_code == 0, ran.output
    found = json.loads(ran.stdout)
    assert found["same_as_pandas"] is True
    assert 4900 <= found["rows"] <= 5000
    assert all(found[name] > 0 for name in MEASURES)
