"""Background tasks of the planners."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django_tasks import task

from jiedui.accounts.models import User
from jiedui.planning import actions
from jiedui.planning.actions import sitings, touring
from jiedui.planning.models import Round, Scenario, SitingProposal


@task()
def run(scenario_id: str) -> str:
    """Plan a scenario; its state at the end."""
    return actions.run_scenario(by=None, scenario_id=UUID(scenario_id)).state


@task()
def run_round(round_id: str) -> str:
    """Plan a round; how its run ended."""
    return touring.run_round(by=None, round_id=UUID(round_id)).run


def start_round(*, by: User | None, round: Round, repeat: bool = False) -> Round:
    """Ask for the run of a round and tell the worker."""
    held = touring.ask_round_run(by=by, round=round, repeat=repeat)
    run_round.enqueue(str(held.id))
    return held


@task()
def run_siting(siting_id: str) -> str:
    """Plan a siting proposal; its state at the end."""
    return sitings.run_siting(by=None, siting_id=UUID(siting_id)).state


def start_siting(
    *,
    by: User | None,
    siting: SitingProposal,
    budget: Decimal | None = None,
    seconds: int | None = None,
    repeat: bool = False,
) -> SitingProposal:
    """Ask for the run of a siting proposal and tell the worker."""
    held = sitings.ask_siting_run(
        by=by, siting=siting, budget=budget, seconds=seconds, repeat=repeat
    )
    run_siting.enqueue(str(held.id))
    return held


def start(
    *,
    by: User | None,
    scenario: Scenario,
    fresh: bool = False,
    repeat: bool = False,
    steps: int | None = None,
    seed: int | None = None,
) -> Scenario:
    """Ask for the run of a scenario and tell the worker."""
    held = actions.ask_run(
        by=by, scenario=scenario, fresh=fresh, repeat=repeat, steps=steps, seed=seed
    )
    run.enqueue(str(held.id))
    return held


def resume() -> None:
    """Before the first task of a process: end what broke off, and ask again for what waits.

    A task that comes twice does nothing the second time.
    """
    for scenario_id in actions.end_broken_off(by=None):
        run.enqueue(str(scenario_id))
    for round_id in touring.end_broken_rounds(by=None):
        run_round.enqueue(str(round_id))
    for siting_id in sitings.end_broken_sitings(by=None):
        run_siting.enqueue(str(siting_id))
