"""The bench runs to its end through the command and prints every measure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

MEASURES = (
    *("rows", "threads", "store_mb", "build_s", "peak_mb"),
    *("raw_scan_s", "sum_s", "distinct_s", "pandas_s"),
    *("sum_to_raw_scan", "pandas_to_sum"),
    *("dashboard_p95_ms", "dashboard_first_p95_ms", "dashboard_renewed_p95_ms"),
)

# A process of its own, since the bench makes and drops a house, here of few bodies; and two
# of its pages: test_indicators asks for all of them.
FEW_PAGES = """
import sys
from pathlib import Path
import django
django.setup()
from tests.migrated import take_migrated
take_migrated(Path(sys.argv[1]))
from jiedui.indicators.bench import figures, invented, pages
from jiedui.indicators.commands.store import bench_figures
every = pages.addresses
pages.addresses = lambda asked: every(asked[:1])[1:]
figures.REPEATS = 1
invented.RECEIVERS, invented.GIVERS = 300, 20
bench_figures(["--rows", "5000", "--format", "json"])
"""


def test_the_command_prints_every_measure(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", FEW_PAGES, str(tmp_path_factory.getbasetemp())],
        env={
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "DJANGO_SETTINGS_MODULE": "jiedui.config.settings",
            "JIEDUI_HOME": str(tmp_path),
        },
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert found["same_as_pandas"] is True
    # And 400 that the programmes tell, however small the store.
    assert 5700 <= found["rows"] <= 5900
    assert all(found[name] > 0 for name in MEASURES)
