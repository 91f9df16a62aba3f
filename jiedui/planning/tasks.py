"""Background tasks of the planners."""

from __future__ import annotations

from uuid import UUID

from django_tasks import task

from jiedui.accounts.models import User
from jiedui.planning import actions
from jiedui.planning.models import Scenario


@task()
def run(scenario_id: str) -> str:
    """Plan a scenario; its state at the end."""
    return actions.run_scenario(by=None, scenario_id=UUID(scenario_id)).state


def start(*, by: User | None, scenario: Scenario, fresh: bool = False) -> Scenario:
    """Ask for the run of a scenario and tell the worker."""
    held = actions.ask_run(by=by, scenario=scenario, fresh=fresh)
    run.enqueue(str(held.id))
    return held


def resume() -> None:
    """Before the first task of a process: end what broke off, and ask again for what waits.

    A task that comes twice does nothing the second time.
    """
    for scenario_id in actions.end_broken_off(by=None):
        run.enqueue(str(scenario_id))
