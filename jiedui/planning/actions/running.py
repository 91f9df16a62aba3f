"""Runs of scenarios: asked for, cancelled, done in the background, ended where they broke off."""

from __future__ import annotations

import logging
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import whole
from jiedui.core.clock import now
from jiedui.core.errors import InvalidState, Refused
from jiedui.planning.access import must_edit_plan
from jiedui.planning.actions import _answering as answering
from jiedui.planning.actions._runs import Kind, broke_off, end_broken, fail_run, run_of, watched
from jiedui.planning.actions.plans import held_plan
from jiedui.planning.actions.scenarios import MOST_SEED, held_scenario
from jiedui.planning.domain.reasons import of_refusal
from jiedui.planning.domain.runs import Run
from jiedui.planning.domain.states import (
    RUN_STATES,
    RUNNING,
    WAITING,
)
from jiedui.planning.models import Scenario, ScenarioTour
from jiedui.planning.sources import documents

MOST_STEPS = 1_000_000
_log = logging.getLogger(__name__)
RUNS = Kind(Scenario, "scenario", "planning.run", moved="moved_at")


@transaction.atomic
def ask_run(
    *,
    by: User | None,
    scenario: Scenario,
    fresh: bool = False,
    repeat: bool = False,
    steps: int | None = None,
    seed: int | None = None,
) -> Scenario:
    """Ask to have a scenario planned in the background; asked already, nothing changes.

    It stays as near as it can to the tours that stand, unless it is to begin ``fresh``.
    Given ``steps`` of work end it in the place of its seconds, a ``seed`` given becomes its own:
    the same question with both as before finds the same plan again. To
    ``repeat`` asks the last run's own question again, with the steps of work that it took and
    without a clock: what is found is compared with what stands and replaces nothing.
    InvalidState ``scenario-not-planned`` where there is none to repeat.
    """
    must_edit_plan(by, scenario.plan)
    held = held_scenario(scenario, idle=False)
    if held.state in (WAITING, RUNNING):
        return held
    if repeat and not (held.problem and held.result):
        raise InvalidState("scenario-not-planned", "Plan the scenario first.")
    held.state = RUN_STATES.after(held.state, "ask")
    held.stopping, held.moved_at = False, now()
    held.progress = {"fresh": fresh}
    if repeat:
        held.progress = {"work_limit": held.result["work"], "repeat": True}
    elif steps is not None:
        held.progress["work_limit"] = whole(steps, "steps", 1, MOST_STEPS)
    if seed is not None:
        held.seed = whole(seed, "seed", 0, MOST_SEED)
    held.save(update_fields=["state", "stopping", "moved_at", "progress", "seed"])
    record(by=by, action="planning.ask-run", object_kind="scenario", object_id=held.id, fresh=fresh,
           repeat=repeat)  # fmt: skip
    return held


@transaction.atomic
def cancel_run(*, by: User | None, scenario: Scenario) -> Scenario:
    """Stop a run: the best plan found so far is kept, as soon as the worker hears of it."""
    must_edit_plan(by, scenario.plan)
    held_plan(scenario.plan_id)
    held = Scenario.objects.select_for_update(no_key=True).get(pk=scenario.pk)
    if held.state not in (WAITING, RUNNING):
        raise InvalidState("scenario-not-running", "This scenario is not being planned.")
    held.stopping, held.moved_at = True, now()
    if held.state == WAITING:
        held.state = RUN_STATES.after(held.state, "cancel")
    held.save(update_fields=["state", "stopping", "moved_at"])
    record(by=by, action="planning.cancel-run", object_kind="scenario", object_id=held.id)
    return held


def run_scenario(*, by: None, scenario_id: UUID) -> Scenario:
    """Plan a scenario, as a background task: what is found is written in one transaction.

    A scenario that does not wait, or that another process works on, is left alone.
    """
    with documents.running(scenario_id) as mine:
        if mine and _begin(scenario_id):
            _work(scenario_id)
    return Scenario.objects.get(pk=scenario_id)


def _begin(scenario_id: UUID) -> bool:
    taken = Scenario.objects.filter(pk=scenario_id, state=WAITING).update(
        state=RUN_STATES.after(WAITING, "start"), moved_at=now()
    )
    return bool(taken)


def _work(scenario_id: UUID) -> None:
    try:
        rows = Scenario.objects.select_related("plan__programme", "plan__area", "based_on")
        scenario = rows.get(pk=scenario_id)
        fresh, repeat = (bool(scenario.progress.get(name)) for name in ("fresh", "repeat"))
        run = watched(Scenario, scenario_id, run_of(scenario.progress, scenario.seconds))
        if repeat:
            _compare(scenario_id, answering.repeated(scenario, run), run)
            return
        answer = answering.answer(scenario, run, fresh=fresh)
    except Refused as refused:
        fail_run(RUNS, scenario_id, of_refusal(refused))
    except Exception:
        _log.exception("the run of scenario %s broke off", scenario_id)
        fail_run(RUNS, scenario_id, broke_off())
    else:
        _keep(scenario_id, answer)


@transaction.atomic
def _compare(scenario_id: UUID, same: bool, run: Run) -> None:
    """Write whether the repeated run found what stands; a run that was stopped says nothing."""
    held = Scenario.objects.select_for_update(no_key=True).get(pk=scenario_id)
    if held.state != RUNNING:
        return
    verb = "cancel" if run.cancelled() else "finish"
    held.state, held.stopping = RUN_STATES.after(held.state, verb), False
    if verb == "finish":
        held.result |= {"repeated": {"same": same, "seconds": round(run.elapsed, 1)}}
    held.progress, held.moved_at = {"work": run.work, "seconds": round(run.elapsed, 1)}, now()
    held.save(update_fields=["state", "stopping", "result", "progress", "moved_at"])
    record(
        by=None, action="planning.run", object_kind="scenario", object_id=held.id,
        state=held.state, repeated=verb == "finish", same=same,
    )  # fmt: skip


@transaction.atomic
def _keep(scenario_id: UUID, answer: answering.Answer) -> None:
    """Write what was found in the place of what stood."""
    held = Scenario.objects.select_for_update(no_key=True).get(pk=scenario_id)
    if held.state != RUNNING:
        return
    held.tours.all().delete()
    ScenarioTour.objects.bulk_create(
        ScenarioTour(
            scenario=held, candidate_id=UUID(tour.expert), post_id=UUID(tour.post),
            start=tour.start, months=tour.months,
        )
        for tour in answer.tours
    )  # fmt: skip
    # Whoever cancelled when the work was done already has a whole plan.
    verb = "cancel" if answer.cancelled else "finish"
    held.state, held.stopping = RUN_STATES.after(held.state, verb), False
    held.problem, held.result, held.run_at = answer.problem, answer.result, now()
    held.progress = {"work": answer.result["work"], "seconds": answer.result["seconds"]}
    held.moved_at = now()
    held.save(
        update_fields=[
            "state", "stopping", "problem", "result", "run_at", "progress", "moved_at",
        ]
    )  # fmt: skip
    record(
        by=None, action="planning.run", object_kind="scenario", object_id=held.id,
        state=held.state, tours=len(answer.tours), problem=answer.problem,
    )  # fmt: skip


def end_broken_off(*, by: None) -> list[UUID]:
    """End the runs that broke off, and give those still to be begun."""
    return end_broken(RUNS)
