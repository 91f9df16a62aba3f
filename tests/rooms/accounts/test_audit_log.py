"""The audit log in the database: order, refusal of changes, proof, concurrent writers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, connection, transaction

from jiedui.accounts import audit
from jiedui.accounts.actions import create_account
from jiedui.accounts.commands import verify
from jiedui.accounts.domain.chain import Fault, link_hash
from jiedui.accounts.models import AuditHead, AuditRow
from jiedui.accounts.queries import verify_chain
from jiedui.accounts.queries.chain import link_of
from jiedui.accounts.sources.triggers import lifted

pytestmark = pytest.mark.django_db


def write(count: int, *, kind: str = "entry") -> None:
    for number in range(count):
        with transaction.atomic():
            audit.record(
                by=None,
                action="ledger.confirm",
                object_kind=kind,
                object_id=str(number),
                次=number,
                rate=0.1,
                large=10**20,
            )


def test_rows_are_numbered_without_gaps_and_chained() -> None:
    write(5)
    rows = list(AuditRow.objects.order_by("sequence"))
    assert [row.sequence for row in rows] == [1, 2, 3, 4, 5]
    assert [row.previous_hash for row in rows[1:]] == [row.hash for row in rows[:-1]]
    assert verify_chain().whole


def test_a_rolled_back_action_leaves_no_row_and_no_gap() -> None:
    write(1)

    @transaction.atomic
    def fail() -> None:
        write(1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    write(1)
    rows = AuditRow.objects.order_by("sequence")
    assert list(rows.values_list("sequence", flat=True)) == [1, 2]
    assert verify_chain().whole


def test_outside_a_transaction_nothing_is_written(transactional_db: None) -> None:
    with pytest.raises(RuntimeError):
        audit.record(by=None, action="ledger.confirm", object_kind="entry", object_id="1")
    assert not AuditRow.objects.exists()


def test_the_database_refuses_to_change_or_delete_rows() -> None:
    write(2)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        AuditRow.objects.filter(sequence=1).update(actor="yi2")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        AuditRow.objects.filter(sequence=1).delete()
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            connection.cursor().execute("TRUNCATE accounts_auditrow")
    assert AuditRow.objects.count() == 2


def test_what_was_done_past_the_triggers_is_found() -> None:
    write(6)
    with lifted(connection):
        AuditRow.objects.filter(sequence=2).update(details={"次": 7})
        AuditRow.objects.filter(sequence=4).delete()
        AuditRow.objects.filter(sequence=6).delete()
    assert verify_chain().faults == (Fault(2, "changed"), Fault(4, "missing"), Fault(6, "missing"))


def test_rows_that_changed_places_are_found() -> None:
    write(4)
    with lifted(connection):
        AuditRow.objects.filter(sequence=2).update(sequence=9)
        AuditRow.objects.filter(sequence=3).update(sequence=2)
        AuditRow.objects.filter(sequence=9).update(sequence=3)
    assert {fault.sequence for fault in verify_chain().faults} >= {2, 3}


def forge(*, head_too: bool) -> None:
    """Make the whole chain anew with another actor."""
    previous = ""
    with lifted(connection):
        for row in AuditRow.objects.order_by("sequence"):
            row.actor, row.previous_hash = "yi2", previous
            row.hash = previous = link_hash(link_of(row))
            row.save()
    if head_too:
        AuditHead.objects.update(hash=previous)


def test_a_chain_made_anew_is_found_by_its_head() -> None:
    write(3)
    forge(head_too=False)
    assert verify_chain().faults == (Fault(3, "rewritten"),)


def test_a_chain_made_anew_with_its_head_is_found_by_a_noted_head() -> None:
    write(3)
    earlier = verify_chain()
    noted = f"{earlier.sequence}:{earlier.head}"
    write(1)
    assert verify_chain(expected=noted).whole
    forge(head_too=True)
    assert verify_chain().whole
    assert verify_chain(expected=noted).faults == (Fault(3, "rewritten"),)


def test_the_command_ends_with_one_and_names_the_rows() -> None:
    write(3)
    good = CliRunner().invoke(verify, ["--format", "json"])
    assert good.exit_code == 0
    assert json.loads(good.output)["whole"] is True
    with lifted(connection):
        AuditRow.objects.filter(sequence=2).delete()
    bad = CliRunner().invoke(verify, ["--format", "json"])
    assert bad.exit_code == 1
    assert json.loads(bad.output)["faults"] == [{"sequence": 2, "kind": "missing"}]
    told = CliRunner().invoke(verify, [])
    assert told.exit_code == 1
    assert "row 2 is missing" in told.output


def test_the_actor_is_kept_by_name_when_the_account_is_gone() -> None:
    user = create_account(by=None, username="jia1", display_name="甲一", password="x", example=True)
    row = AuditRow.objects.get(action="accounts.create")
    assert (row.actor, row.actor_id) == ("jiedui", None)
    user.delete()
    assert verify_chain().whole


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="threads on PostgreSQL")
def test_two_threads_write_one_chain() -> None:
    def work() -> None:
        write(100)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(AuditRow.objects.order_by("sequence").values_list("sequence", flat=True)) == list(
        range(1, 201)
    )
    assert verify_chain().whole


WRITER = """
import django, sys
django.setup()
from django.db import transaction
from jiedui.accounts import audit
for number in range(100):
    with transaction.atomic():
        audit.record(by=None, action="x", object_kind=sys.argv[1], object_id=str(number))
"""
READER = """
import django
django.setup()
from jiedui.accounts.models import AuditRow
from jiedui.accounts.queries import verify_chain
numbers = list(AuditRow.objects.order_by("sequence").values_list("sequence", flat=True))
assert numbers == list(range(1, 201)), numbers
assert verify_chain().whole
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="processes on one SQLite file")
def test_two_processes_write_one_chain(tmp_path: Path) -> None:
    file = tmp_path / "chain.sqlite3"
    connection.cursor().execute("VACUUM INTO %s", [str(file)])
    environment = os.environ | {
        "JIEDUI_HOME": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{file}",
        "DJANGO_SETTINGS_MODULE": "jiedui.config.settings",
    }
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, kind], env=environment)
        for kind in ("left", "right")
    ]
    assert [writer.wait(timeout=600) for writer in writers] == [0, 0]
    subprocess.run([sys.executable, "-c", READER], env=environment, check=True, timeout=600)
