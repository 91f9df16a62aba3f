"""Two processes that tie at once: no ring of spokes, no tie and no duty twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jiedui.directory import actions as directory
from jiedui.directory.models import Department, Organisation
from jiedui.programmes import actions
from jiedui.programmes.models import Duty, Pairing, Programme
from tests.ledger_cast import SINCE, Stage
from tests.ledger_cast import stage as set_stage
from tests.racing import processes_at_once, shared_database

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stage(transactional_db: None, tmp_path: Path) -> Iterator[Stage]:
    with shared_database(tmp_path):
        yield set_stage()


def tie(programme: str, kind: str, giver: str, receiver: str) -> str:
    """A tie of two bodies by their ids."""
    bodies = Organisation.objects.in_bulk([giver, receiver], field_name="id")
    by_id = {str(id): body for id, body in bodies.items()}
    actions.pair(
        by=None, programme=Programme.objects.get(pk=programme), kind=kind, giver=by_id[giver],
        receiver=by_id[receiver], valid_from=SINCE,
    )  # fmt: skip
    return "done"


def declare(pairing: str, duty: str) -> str:
    """A duty of a tie by its id."""
    actions.declare_duty(by=None, pairing=Pairing.objects.get(pk=pairing), duty=duty)
    return "done"


def test_two_spokes_do_not_close_a_ring(stage: Stage) -> None:
    one, two, programme = stage.receiver.id, stage.other_receiver.id, stage.programme.id
    answers = processes_at_once(
        (tie, programme, "spoke", one, two), (tie, programme, "spoke", two, one)
    )
    assert sorted(answers) == ["done", "pairing-circular receiver"]
    assert Pairing.objects.filter(kind="spoke").count() == 1


def test_the_same_tie_twice(stage: Stage) -> None:
    call = (tie, stage.programme.id, "co_building", stage.giver.id, stage.receiver.id)
    assert sorted(processes_at_once(call, call)) == ["done", "pairing-overlaps valid_from"]
    assert Pairing.objects.filter(kind="co_building").count() == 1


def ties_with_one_department(stage: Stage, *programmes: Programme) -> list[Pairing]:
    ward: Department = directory.add_department(
        by=None, organisation=stage.receiver, specialty="03", name="内科"
    )
    return [
        actions.pair(
            by=None, programme=programme, kind="hospitals_department", giver=giver,
            receiver=stage.receiver, department=ward, valid_from=SINCE,
        )
        for giver, programme in zip((stage.giver, stage.other_giver), programmes, strict=True)
    ]  # fmt: skip


def test_the_same_duty_twice(stage: Stage) -> None:
    one, two = ties_with_one_department(stage, stage.programme, stage.programme)
    answers = processes_at_once((declare, one.id, "clinical"), (declare, two.id, "clinical"))
    assert sorted(answers) == ["done", "duty-taken duty"]
    assert Duty.objects.count() == 1


def test_the_same_duty_in_two_programmes(stage: Stage) -> None:
    other = actions.create_programme(
        by=None, code="second", name="示例第二结对", kind="paired_assistance", example=True
    )
    one, two = ties_with_one_department(stage, stage.programme, other)
    answers = processes_at_once((declare, one.id, "clinical"), (declare, two.id, "clinical"))
    assert sorted(answers) == ["done", "duty-taken duty"]
    assert Duty.objects.count() == 1
