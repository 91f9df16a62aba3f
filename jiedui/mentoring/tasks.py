"""Background tasks of learning: what time alone brings about, once a day."""

from __future__ import annotations

from datetime import timedelta

from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from jiedui.core.clock import now
from jiedui.mentoring.actions.refreshers import owe_refreshers
from jiedui.mentoring.actions.technique_steps import settle_techniques

A_DAY = timedelta(days=1)


def settle_now() -> dict[str, int]:
    """Find practice owed after lapses and see to techniques; how many of each. Again is nothing."""
    return {"refreshers": owe_refreshers(by=None), "techniques": settle_techniques(by=None)}


@task()
def settle() -> int:
    """Settle, and ask for the same tomorrow."""
    found = settle_now()
    resume(after=A_DAY)
    return sum(found.values())


def resume(after: timedelta | None = None) -> None:
    """Ask for the next settling, unless one waits already."""
    waiting = DBTaskResult.objects.filter(
        task_path=settle.module_path, status=TaskResultStatus.READY
    )
    if not waiting.exists():
        asked = settle.using(run_after=now() + after) if after else settle
        asked.enqueue()
