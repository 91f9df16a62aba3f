"""Background tasks of imports."""

from __future__ import annotations

from uuid import UUID

from django_tasks import task

from jiedui.exchange import actions


@task()
def check(job_id: str) -> str:
    """The dry run of an import; its state at the end."""
    return actions.check_import(by=None, job_id=UUID(job_id)).state


@task()
def write(job_id: str) -> str:
    """The writing of an import; its state at the end."""
    return actions.write_import(by=None, job_id=UUID(job_id))[0].state
