"""Many entries at once, and the history on the command line."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from jiedui.accounts.models import AuditRow
from jiedui.core.identifiers import new_id
from jiedui.ledger import actions, commands
from jiedui.ledger.actions import EntryInput, ParticipantInput, QuantityInput
from jiedui.ledger.models import EntryVersion, RefusedWrite
from tests.ledger_cast import Stage
from tests.migrated import place_migrated

PROGRAM = (sys.executable, "-m", "tests.rooms.ledger.broken_off")
HISTORY = "packs/history/published_figures.csv"


def given(stage: Stage, count: int) -> list[EntryInput]:
    return [
        EntryInput(
            programme=stage.programme.id,
            kind="course",
            happened_from=date(2024, 3, 1 + n),
            happened_to=date(2024, 3, 1 + n),
            giver=stage.giver.id,
            receiver=stage.receiver.id,
            quantities=[QuantityInput("trainees", n)],
            participants=[ParticipantInput(stage.surgeon.id)],
            id=new_id(),
        )
        for n in range(count)
    ]


def test_faulty_rows_are_named_and_the_rest_is_kept(stage: Stage) -> None:
    rows = given(stage, 5)
    rows[2] = replace(rows[2], receiver=stage.other_receiver.id)
    rows[3] = replace(rows[3], quantities=[QuantityInput("trainees", "许多")])
    heard: list[int] = []
    tried = actions.record_many(by=stage.expert, rows=rows, dry_run=True)
    assert (tried.recorded, EntryVersion.objects.count()) == (3, 0)
    done = actions.record_many(by=stage.expert, rows=rows, progress=heard.append)
    assert (done.recorded, done.repeated, heard) == (3, 0, [5])
    assert [(r.index, r.refused.code, r.refused.field) for r in done.refused] == [
        (2, "not-paired", "receiver"),
        (3, "number-unreadable", "quantities.1.value"),
    ]
    audit = AuditRow.objects.get(action="ledger.record-many")
    assert (audit.details["count"], audit.details["content_hash"]) == (3, done.content_hash)
    version = EntryVersion.objects.get(entry_id=rows[1].id)
    assert (version.state, version.submitted_by) == ("submitted", stage.expert.id)
    assert version.participants.get().organisation_id == stage.giver.id
    assert actions.confirm_entry(by=stage.manager, version=version).state == "confirmed"


def test_the_same_rows_again_add_nothing_and_other_content_is_kept_aside(stage: Stage) -> None:
    rows = given(stage, 3)
    actions.record_many(by=stage.expert, rows=rows)
    rows[0] = replace(rows[0], narrative="另一件事")
    again = actions.record_many(by=stage.expert, rows=rows)
    assert (again.recorded, again.repeated) == (0, 2)
    assert [(r.index, r.refused.code) for r in again.refused] == [(0, "id-taken")]
    assert RefusedWrite.objects.get().object_id == rows[0].id


@pytest.mark.django_db
def test_the_history_is_imported_once_with_three_left_to_a_person() -> None:
    runner = CliRunner()
    tried = runner.invoke(
        commands.import_history, [HISTORY, "--create", "--dry-run", "--format", "json"]
    )
    assert json.loads(tried.stdout)["placed"] == 106
    for read in (109, 0):
        done = runner.invoke(commands.import_history, [HISTORY, "--create", "--format", "json"])
        said = json.loads(done.stdout)
        assert done.exit_code == 0, done.output
        assert (said["rows"], said["read"], said["placed"]) == (109, read, 106)
        assert {one["name"] for one in said["unplaced"]} == {"一师医院和浙大邵逸夫阿拉尔医院"}
        assert len(said["unplaced"]) == 3
        assert len(said["created"]) == (28 if read else 0)


@pytest.mark.django_db
def test_a_later_file_finds_what_its_bodies_are_part_of(tmp_path: Path) -> None:
    with Path(HISTORY).open(encoding="utf-8-sig", newline="") as lines:
        head, *rows = list(csv.reader(lines))
    runner = CliRunner()
    # The division of the second came with the first, whose report pairs it.
    for receiver, created in (("红星医院", 4), ("四团医院", 1)):
        row = next(list(r) for r in rows if r[0] == "002-21")
        row[0], row[head.index("giver")] = f"002-9{created}", ""
        row[head.index("receiver")] = receiver
        with (tmp_path / "part.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, row])
        done = runner.invoke(
            commands.import_history,
            [str(tmp_path / "part.csv"), "--create", "--format", "json"],
            catch_exceptions=False,
        )
        said = json.loads(done.stdout)
        assert (said["placed"], len(said["created"])) == (1, created)


def test_an_import_killed_in_the_midst_is_whole_again_after_the_next(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """kill -9 within a batch: what was written is told, and the rest comes with a rerun."""
    place_migrated(tmp_path_factory.getbasetemp(), tmp_path)

    def do(what: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*PROGRAM, str(tmp_path), what], capture_output=True, text=True)

    killed = do("kill")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    for count, audited in ((8, [4, 4]), (18, [4, 4, 4, 4, 2])):
        assert json.loads(do("look").stdout) == {
            "versions": count,
            "quantities": count,
            "audited": audited,
            "whole": True,
        }
        assert do("finish").returncode == 0
