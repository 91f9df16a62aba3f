"""The figures store: never stale, never half-written, never of another database."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from jiedui.core.errors import InvalidState
from jiedui.indicators.actions import compact_figures
from jiedui.indicators.domain.question import Question
from jiedui.indicators.queries import engine
from jiedui.indicators.sources.store import manifest as manifests
from jiedui.indicators.sources.store.writer import locked
from jiedui.ledger.models import Fact
from jiedui.programmes.models import ProgrammeFact
from tests.ledger_cast import Stage, stage
from tests.migrated import place_migrated
from tests.rooms.indicators.interleaving import interleave

REPO = Path(__file__).resolve().parents[3]


@pytest.fixture
def cast(db: None) -> Stage:
    return stage()


def rows() -> int:
    """How many rows both streams have."""
    return Fact.objects.count() + ProgrammeFact.objects.count()


def said(cast: Stage) -> tuple[Any, ...]:
    """What the figures say of the cast's programme, for comparing."""
    question = Question(programme=cast.programme.id)
    with engine.moment():
        events = engine.total("events", question)
        listed = engine.records("events", question)
        course = engine.series("free_clinic_beneficiaries", question)
    assert events.value == len(listed) if listed else events.value is None
    return events, listed, course


def test_a_figure_is_the_same_before_and_after_compaction(cast: Stage, settings: Any) -> None:
    cast.confirmed()
    before = said(cast)
    closed = compact_figures()
    assert closed.rows == rows()
    manifest = manifests.read(settings.STORE)
    assert manifest is not None
    assert manifests.damaged(settings.STORE, manifest) == []
    assert said(cast) == before


def test_a_new_fact_is_seen_at_once_and_closed_later(cast: Stage, settings: Any) -> None:
    cast.confirmed()
    compact_figures()
    assert said(cast)[0].value == 1
    cast.confirmed()
    assert said(cast)[0].value == 2
    assert compact_figures(min_rows=1000).rows == 0
    assert compact_figures().rows > 0
    assert compact_figures().rows == 0
    assert said(cast)[0].value == 2
    manifest = manifests.read(settings.STORE)
    assert manifest is not None
    assert manifest.rows == rows()


def test_two_compactions_at_once_are_refused(cast: Stage, settings: Any) -> None:
    cast.confirmed()
    with locked(settings.STORE), pytest.raises(InvalidState) as refused:
        compact_figures()
    assert refused.value.code == "compaction-running"
    assert manifests.read(settings.STORE) is None


def test_a_store_of_another_database_is_left_aside(cast: Stage) -> None:
    cast.confirmed()
    compact_figures()
    assert said(cast)[0].value == 1
    Fact.objects.all().delete()
    ProgrammeFact.objects.all().delete()
    assert said(cast)[0].value is None
    cast.confirmed()
    assert said(cast)[0].value == 1
    assert compact_figures().rows == rows()
    assert said(cast)[0].value == 1


def test_a_damaged_store_is_not_read(cast: Stage, settings: Any) -> None:
    cast.confirmed()
    compact_figures()
    manifest = manifests.read(settings.STORE)
    assert manifest is not None
    (settings.STORE / manifest.segments[0].file).write_bytes(b"broken")
    assert manifests.damaged(settings.STORE, manifest) == [manifest.segments[0].file]
    engine.engine().keeper.forget()
    assert said(cast)[0].value == 1
    assert compact_figures().rows == rows()


def test_files_that_no_manifest_names_are_swept_after_an_hour(cast: Stage, settings: Any) -> None:
    cast.confirmed()
    compact_figures()
    orphan, fresh = settings.STORE / "facts-1999.parquet", settings.STORE / "facts-2000.part"
    for path in (orphan, fresh):
        path.write_bytes(b"left over")
    old = time.time() - 7200
    os.utime(orphan, (old, old))
    cast.confirmed()
    assert orphan.name in compact_figures().swept
    assert fresh.exists()


KILLED = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "jiedui.config.settings"
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID
from jiedui.indicators.sources.store import manifest as manifests
from jiedui.indicators.sources.store.reader import Limits
from jiedui.indicators.sources.store.writer import close, locked
from jiedui.indicators.domain.facts import FactRow
folder, one = Path(sys.argv[1]), UUID(int=1)
def rows(first, count):
    for n in range(first, first + count):
        day = date(2020 + n % 3, 1, 1) + timedelta(days=n % 300)
        yield FactRow(n, 1, UUID(int=n), UUID(int=n), 1, 1, one, "surgery", "do", one, one, None,
                      day, day, day, None, "surgeries", "", Decimal(n % 9), None, "exact", "台次",
                      "cases")
print("ready", flush=True)
while True:
    with locked(folder):
        former = manifests.read(folder)
        start = former.through + 1 if former else 1
        close(folder, rows(start, 500), former, Limits("200MB", 1))
"""


def test_killed_at_any_point_the_former_manifest_holds(tmp_path: Path) -> None:
    folder, through, chance = tmp_path / "store", 0, random.Random(7)
    for _ in range(4):
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(folder)], cwd=REPO, stdout=subprocess.PIPE
        )
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        while not (folder / manifests.NAME).exists():
            assert child.poll() is None
            time.sleep(0.01)
        time.sleep(chance.random() * 0.5)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()
        manifest = manifests.read(folder)
        assert manifest is not None
        assert manifests.damaged(folder, manifest) == []
        assert manifest.rows == manifest.through >= through
        through = manifest.through
        manifests.sweep(folder, (manifest,), time.time() + 1)
        left = {path.name for path in folder.glob("*.parquet")}
        assert left == {each.file for each in manifest.files}
    assert through >= 500


@pytest.mark.django_db(transaction=True)
def test_two_slow_writers_leave_no_gap(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if connection.vendor == "postgresql":
        came, stored, rows = interleave()
        assert (stored, rows) == (8, 8)
        assert came == sorted(came)
        return
    place_migrated(tmp_path_factory.getbasetemp(), tmp_path)
    child = subprocess.run(
        [sys.executable, "-m", "tests.rooms.indicators.interleaving"],
        cwd=REPO,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "jiedui.config.settings",
            "JIEDUI_HOME": str(tmp_path),
            "DATABASE_URL": "",
        },
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert child.returncode == 0, child.stdout + child.stderr
