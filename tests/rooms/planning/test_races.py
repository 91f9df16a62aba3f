"""Two processes at once: adopting, consenting, planning; and a worker killed in the midst."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jiedui.accounts.models import AuditRow
from jiedui.planning import actions
from jiedui.planning.actions import _runs
from jiedui.planning.models import Consent, DispatchPlan, Scenario
from jiedui.planning.sources import documents
from jiedui.programmes.models import Posting
from tests.racing import processes_at_once, shared_database
from tests.rooms.planning.plan_cast import Cast, set_cast, two_pairs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None, tmp_path: Path) -> Iterator[Cast]:
    with shared_database(tmp_path):
        yield set_cast()


def adopt(plan: str) -> str:
    """In a process of its own."""
    made = actions.adopt_plan(by=None, plan=DispatchPlan.objects.get(pk=plan))
    return f"{made.opened} opened, {made.standing} stood"


def consent_to(consent: str) -> str:
    """In a process of its own."""
    return actions.give_consent(by=None, consent=Consent.objects.get(pk=consent)).state


def recall(plan: str) -> str:
    """In a process of its own."""
    return actions.recall_plan(by=None, plan=DispatchPlan.objects.get(pk=plan)).state


def test_a_plan_adopted_twice_at_once_opens_each_posting_once(cast: Cast) -> None:
    plan = cast.approved(cast.planned(two_pairs(cast)))
    answers = processes_at_once((adopt, plan.id), (adopt, plan.id))
    assert sorted(answers) == ["0 opened, 4 stood", "4 opened, 0 stood"]
    assert Posting.objects.count() == 4
    assert AuditRow.objects.filter(action="planning.adopt-plan").count() == 1
    assert AuditRow.objects.filter(action="programmes.nominate-many").count() == 1


def test_the_last_two_consents_at_once_approve_the_plan(cast: Cast) -> None:
    scenario = cast.planned(two_pairs(cast))
    plan = cast.submitted(scenario)
    first, second, *others = Consent.objects.order_by("id")
    for consent in others:
        actions.give_consent(by=None, consent=consent)
    answers = processes_at_once((consent_to, first.id), (consent_to, second.id))
    assert sorted(answers) == ["approved", "submitted"]
    assert DispatchPlan.objects.get(pk=plan.id).state == "approved"


def test_recalled_and_adopted_at_once_it_is_one_of_them(cast: Cast) -> None:
    plan = cast.approved(cast.planned(two_pairs(cast)))
    answers = processes_at_once((adopt, plan.id), (recall, plan.id))
    state = DispatchPlan.objects.get(pk=plan.id).state
    if state == "adopted":
        assert answers == ["4 opened, 0 stood", "step-not-possible"]
        assert Posting.objects.count() == 4
    else:
        assert (state, answers) == ("draft", ["step-not-possible", "draft"])
        assert not Posting.objects.exists()


HOLD = """
import fcntl, sys, time
file = open(sys.argv[1], "w")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(600)
"""


def test_a_run_whose_worker_was_killed_is_ended_and_can_be_asked_again(cast: Cast) -> None:
    plan = two_pairs(cast)
    broken, waiting = cast.scenario(plan), cast.scenario(plan, name="乙方案")
    for scenario in (broken, waiting):
        actions.ask_run(by=cast.stage.coordinator, scenario=scenario)
    Scenario.objects.filter(pk=broken.pk).update(state="running")
    path = documents.folder() / f"{broken.id}.running"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "held\n"
        assert actions.end_broken_off(by=None) == [waiting.id]
        assert Scenario.objects.get(pk=broken.pk).state == "running"
        worker.kill()
    assert actions.end_broken_off(by=None) == [waiting.id]
    ended = Scenario.objects.get(pk=broken.pk)
    assert (ended.state, ended.progress["error"]["code"]) == ("failed", _runs.BROKE_OFF)
    assert cast.run(ended).tours.count() == 4


def test_a_run_that_another_process_works_on_is_left_alone(cast: Cast) -> None:
    scenario = cast.scenario(two_pairs(cast))
    actions.ask_run(by=None, scenario=scenario)
    with documents.running(scenario.id) as mine:
        assert mine
        Scenario.objects.filter(pk=scenario.pk).update(state="running")
        assert actions.end_broken_off(by=None) == []
        assert actions.run_scenario(by=None, scenario_id=scenario.id).state == "running"
    assert Scenario.objects.get().tours.count() == 0
