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


def resume() -> None:
    """Before the first task of a process: end what broke off, and ask again for what waits.

    A task that comes twice does nothing the second time.
    """
    for job_id in actions.end_broken_off(by=None):
        check.enqueue(str(job_id))
        write.enqueue(str(job_id))
