"""What time alone brings about: found once, and asked for again for tomorrow."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django_tasks_db.models import DBTaskResult

from jiedui.config.cli import main
from jiedui.core.clock import now
from jiedui.mentoring import tasks
from jiedui.mentoring.models import Refresher
from tests.rooms.mentoring.certificate_cast import room

pytestmark = pytest.mark.django_db


def test_the_command_finds_a_lapse_once() -> None:
    room().lapsed(100)
    runner = CliRunner()
    first = runner.invoke(main, ["learning", "settle", "--format", "json"])
    assert first.exit_code == 0
    assert json.loads(first.output)["refreshers"] == 1
    again = runner.invoke(main, ["learning", "settle", "--format", "json"])
    assert json.loads(again.output)["refreshers"] == 0
    assert Refresher.objects.count() == 1
    assert runner.invoke(main, ["learning", "settle"]).exit_code == 0


def test_the_worker_asks_once_and_the_task_for_tomorrow() -> None:
    room().lapsed(100)
    tasks.resume()
    tasks.resume()
    waiting = DBTaskResult.objects.get(task_path=tasks.settle.module_path)
    waiting.claim("worker")
    assert tasks.settle.func() == 1
    later = DBTaskResult.objects.filter(task_path=tasks.settle.module_path, status="READY")
    assert later.get().run_after > now() + timedelta(hours=23)
