"""Two at once: one wins, the other is refused; nothing is counted twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from jiedui.core.errors import Refused
from jiedui.core.identifiers import new_id
from jiedui.ledger import actions
from jiedui.ledger.actions import QuantityInput
from jiedui.ledger.models import Entry, EntryVersion, Fact
from jiedui.ledger.queries import facts
from tests.ledger_cast import Stage
from tests.ledger_cast import stage as set_stage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stage(transactional_db: None, tmp_path: Path) -> Any:
    """The cast in a database that several threads can open: on SQLite, a file."""
    if connection.vendor != "sqlite":
        yield set_stage()
        return
    settings: dict[str, Any] = connection.settings_dict
    before = settings["NAME"]
    source = connection.connection
    import sqlite3

    path = tmp_path / "race.sqlite3"
    target = sqlite3.connect(path)
    connection.ensure_connection()
    (source or connection.connection).backup(target)
    target.close()
    kept, connection.connection = connection.connection, None
    settings["NAME"] = str(path)
    try:
        yield set_stage()
    finally:
        if connection.connection is not None:
            BaseDatabaseWrapper._close(connection)
        connection.connection, settings["NAME"] = kept, before


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run all in threads of their own; each one's answer or refusal."""
    answers: list[Any] = [None] * len(acts)
    start = threading.Barrier(len(acts))
    name = connection.settings_dict["NAME"]

    def run(place: int, act: Callable[[], Any]) -> None:
        connections["default"].settings_dict["NAME"] = name
        start.wait()
        try:
            answers[place] = act()
        except Refused as refused:
            answers[place] = refused
        finally:
            BaseDatabaseWrapper._close(connections["default"])
            connections["default"].connection = None

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert None not in answers
    return answers


def refusals(answers: list[Any]) -> list[str]:
    return sorted(one.code for one in answers if isinstance(one, Refused))


def test_confirming_twice_at_once_counts_once(stage: Stage) -> None:
    version = actions.record_entry(by=stage.expert, **stage.event())
    actions.submit_entry(by=stage.expert, version=version)
    answers = at_once(
        lambda: actions.confirm_entry(by=stage.manager, version=version.id),
        lambda: actions.confirm_entry(by=stage.deputy, version=version.id),
    )
    assert refusals(answers) == ["state-forbids"]
    assert Fact.objects.count() == 2


def test_a_correction_and_a_withdrawal_at_once(stage: Stage) -> None:
    version = stage.confirmed()
    content = {k: v for k, v in stage.event().items() if k != "programme"}
    content["quantities"] = [QuantityInput("trainees", 8)]
    correction = actions.correct_entry(by=stage.expert, entry=version.entry_id, **content)
    actions.submit_entry(by=stage.expert, version=correction)
    answers = at_once(
        lambda: actions.confirm_entry(by=stage.manager, version=correction.id),
        lambda: actions.withdraw_entry(by=stage.expert, entry=version.entry_id, reason="重复"),
    )
    # Whoever came first, the entry is withdrawn in the end, and counts nothing.
    assert refusals(answers) in ([], ["state-forbids"])
    assert sum((f.sign * f.value for f in facts(0)), Decimal(0)) == 0
    live = EntryVersion.objects.filter(entry_id=version.entry_id, state__in=["confirmed"])
    assert not live.exists()


def test_two_corrections_at_once(stage: Stage) -> None:
    version = stage.confirmed()
    content = {k: v for k, v in stage.event().items() if k != "programme"}
    answers = at_once(
        lambda: actions.correct_entry(by=stage.expert, entry=version.entry_id, **content),
        lambda: actions.correct_entry(by=stage.manager, entry=version.entry_id, **content),
    )
    assert refusals(answers) == ["correction-in-hand"]


def test_one_id_from_two_writers(stage: Stage) -> None:
    same, other = new_id(), new_id()
    answers = at_once(
        *[lambda: actions.record_entry(by=stage.expert, **stage.event(id=same))] * 3,
        lambda: actions.record_entry(by=stage.expert, **stage.event(id=other, narrative="甲")),
        lambda: actions.record_entry(by=stage.expert, **stage.event(id=other, narrative="乙")),
    )
    assert refusals(answers) == ["id-taken"]
    assert Entry.objects.count() == EntryVersion.objects.count() == 2
    assert len({one.id for one in answers[:3]}) == 1


def test_numbers_of_facts_have_no_gap(stage: Stage) -> None:
    versions = []
    for day in range(4):
        version = actions.record_entry(by=stage.expert, **stage.event(narrative=str(day)))
        versions.append(actions.submit_entry(by=stage.expert, version=version).id)

    def confirming(id: Any, by: Any) -> Callable[[], Any]:
        return lambda: actions.confirm_entry(by=by, version=id)

    at_once(*[confirming(id, stage.manager) for id in versions])
    numbers = [f.sequence for f in facts(0)]
    # The pairings of the stage have the first numbers.
    assert numbers == list(range(numbers[0], numbers[0] + 8))
