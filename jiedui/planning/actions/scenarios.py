"""Scenarios of a draft: made, changed, copied, dropped."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import whole, words
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.identifiers import new_id
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.planning.access import must_edit_plan
from jiedui.planning.actions.plans import held_draft
from jiedui.planning.domain.states import CANCELLED, DONE, RUNNING, WAITING
from jiedui.planning.models import DispatchPlan, Ruling, Scenario, ScenarioTour

MOST_SECONDS = 3_600
MOST_SEED = 2_147_483_647
MOST_MONEY = Decimal("999999999999.99")


def held_scenario(scenario: Scenario, *, idle: bool = True) -> Scenario:
    """The scenario of a draft under the plan's lock; InvalidState ``scenario-running`` …"""
    plan = held_draft(scenario.plan_id)
    held = Scenario.objects.select_for_update(no_key=True).get(pk=scenario.pk)
    held.plan = plan
    if idle and held.state in (WAITING, RUNNING):
        raise InvalidState("scenario-running", "A scenario is being planned; wait or cancel it.")
    return held


def _budget(value: Any) -> Decimal:
    try:
        budget = Decimal(str(value))
        if budget.is_finite() and 0 <= budget <= MOST_MONEY:
            return budget.quantize(Decimal("0.01"))
    except InvalidOperation:
        pass
    raise InvalidInput("budget-unreadable", "Give an amount of 0 or more.", field="budget")


def _named(plan: DispatchPlan, name: str, besides: UUID | None = None) -> str:
    name = words(name, "name", 120, required=True)
    others = Scenario.objects.filter(plan=plan, name=name)
    if others.exclude(pk__in=[besides] if besides else []).exists():
        raise InvalidInput(
            "scenario-name-taken", "The plan has a scenario of this name already.", field="name"
        )
    return name


@transaction.atomic
def create_scenario(
    *,
    by: User | None,
    id: UUID | None = None,
    plan: DispatchPlan,
    name: str,
    budget: Any,
    floor: bool = False,
    seed: int = 0,
    seconds: int = 20,
    note: str = "",
) -> Scenario:
    """Add a way to do it: a budget, and whether the worst-off come first."""
    must_edit_plan(by, plan)
    held = held_draft(plan.pk)
    amount = _budget(budget)
    content = hash_of(
        plan=held, name=name, budget=amount, floor=floor, seed=seed, seconds=seconds, note=note
    )
    if found := first_answer(Scenario, id, content):
        return found
    scenario = Scenario.objects.create(
        id=id or new_id(), content=content, plan=held, name=_named(held, name), budget=amount,
        floor=floor, seed=whole(seed, "seed", 0, MOST_SEED),
        seconds=whole(seconds, "seconds", 1, MOST_SECONDS), note=words(note, "note", 400),
    )  # fmt: skip
    record(
        by=by, action="planning.create-scenario", object_kind="scenario", object_id=scenario.id,
        plan=str(held.id), budget=str(amount), floor=floor,
    )  # fmt: skip
    return scenario


@transaction.atomic
def edit_scenario(
    *,
    by: User | None,
    scenario: Scenario,
    name: str,
    budget: Any,
    floor: bool = False,
    seed: int = 0,
    seconds: int = 20,
    note: str = "",
) -> Scenario:
    """Change what a scenario asks; what was found for it before is to be planned anew."""
    must_edit_plan(by, scenario.plan)
    held = held_scenario(scenario)
    held.name, held.budget, held.floor = _named(held.plan, name, held.pk), _budget(budget), floor
    held.seed = whole(seed, "seed", 0, MOST_SEED)
    held.seconds = whole(seconds, "seconds", 1, MOST_SECONDS)
    held.note = words(note, "note", 400)
    held.save(update_fields=["name", "budget", "floor", "seed", "seconds", "note"])
    record(by=by, action="planning.edit-scenario", object_kind="scenario", object_id=held.id)
    return held


@transaction.atomic
def copy_scenario(
    *, by: User | None, id: UUID | None = None, scenario: Scenario, name: str
) -> Scenario:
    """Copy a scenario with its tours and what was settled by hand; a run stays near to it."""
    must_edit_plan(by, scenario.plan)
    plan = held_draft(scenario.plan_id)
    source = Scenario.objects.select_for_update(no_key=True).get(pk=scenario.pk)
    content = hash_of(source=source, name=name)
    if found := first_answer(Scenario, id, content):
        return found
    copied = Scenario.objects.create(
        id=id or new_id(), content=content, plan=plan, name=_named(plan, name), note=source.note,
        based_on=source, budget=source.budget, floor=source.floor, seed=source.seed,
        seconds=source.seconds, problem=source.problem,
        state=source.state if source.state in (DONE, CANCELLED) else "idle",
        progress={}, result=source.result, run_at=source.run_at,
    )  # fmt: skip
    ScenarioTour.objects.bulk_create(
        ScenarioTour(
            scenario=copied, candidate_id=tour.candidate_id, post_id=tour.post_id,
            start=tour.start, months=tour.months,
        )
        for tour in source.tours.all()
    )  # fmt: skip
    Ruling.objects.bulk_create(
        Ruling(
            scenario=copied, verb=ruling.verb, candidate_id=ruling.candidate_id,
            post_id=ruling.post_id, start=ruling.start, months=ruling.months,
            reason=ruling.reason, created_by=ruling.created_by,
        )
        for ruling in source.rulings.all()
    )  # fmt: skip
    record(
        by=by, action="planning.copy-scenario", object_kind="scenario", object_id=copied.id,
        source=str(source.id),
    )  # fmt: skip
    return copied


@transaction.atomic
def drop_scenario(*, by: User | None, scenario: Scenario) -> None:
    """Remove a scenario from a draft; those copied from it stay."""
    must_edit_plan(by, scenario.plan)
    held = held_scenario(scenario)
    if held.plan.chosen_id == held.pk:
        DispatchPlan.objects.filter(pk=held.plan_id).update(chosen=None)
    Scenario.objects.filter(based_on=held).update(based_on=None)
    held.consents.all().delete()
    held.delete()
    record(
        by=by, action="planning.drop-scenario", object_kind="scenario", object_id=scenario.pk,
        plan=str(held.plan_id), name=held.name,
    )  # fmt: skip
