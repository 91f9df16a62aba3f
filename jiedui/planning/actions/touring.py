"""Runs of rounds: asked for, stopped, done in the background, ended where they broke off."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.packs import vocabulary
from jiedui.planning.access.rounds import must_make_round
from jiedui.planning.actions._runs import Kind, broke_off, end_broken, fail_run, run_of, watched
from jiedui.planning.actions.rounds import held_round
from jiedui.planning.domain import house_rules
from jiedui.planning.domain.house_rules import TABLE
from jiedui.planning.domain.round_rules import Crew, Stopover, framed
from jiedui.planning.domain.states import DRAFT, RUN_STATES, RUNNING, WAITING
from jiedui.planning.domain.tours import rounds as tours
from jiedui.planning.domain.tours.schedule import Plan
from jiedui.planning.models import Round, RoundPlace, RoundStop, RoundVehicle
from jiedui.planning.sources import documents

_log = logging.getLogger(__name__)
RUNS = Kind(Round, "round", "planning.run-round", state="run")


@transaction.atomic
def ask_round_run(*, by: User | None, round: Round, repeat: bool = False) -> Round:
    """Ask to have a round planned in the background; asked already, nothing changes.

    To ``repeat`` takes as many steps of work as the last run, whatever the clock: the same
    places, vehicles and hours give the same days.
    ``round-without-vehicles`` and ``round-without-places`` where there is nothing to plan.
    """
    must_make_round(by, round.organiser_id)
    held = held_round(round.pk)
    if held.state != DRAFT:
        raise InvalidState("round-fixed", "The round is fixed; open it again to change anything.")
    if held.run in (WAITING, RUNNING):
        return held
    if not held.vehicles.exists():
        raise InvalidInput("round-without-vehicles", "Add a vehicle first.")
    if not held.places.exists():
        raise InvalidInput("round-without-places", "Add places to visit first.")
    held.run = RUN_STATES.after(held.run, "ask")
    held.stopping, held.progress = False, {}
    if repeat and "work" in held.result:
        held.progress = {"work_limit": held.result["work"]}
    held.save(update_fields=["run", "stopping", "progress"])
    record(
        by=by, action="planning.ask-round-run", object_kind="round", object_id=held.id,
        repeat=repeat,
    )  # fmt: skip
    return held


@transaction.atomic
def cancel_round_run(*, by: User | None, round: Round) -> Round:
    """Stop the planning: the best found so far is kept, as soon as the worker hears of it."""
    must_make_round(by, round.organiser_id)
    held = held_round(round.pk)
    if held.run not in (WAITING, RUNNING):
        raise InvalidState("round-not-running", "This round is not being planned.")
    held.stopping = True
    if held.run == WAITING:
        held.run = RUN_STATES.after(held.run, "cancel")
    held.save(update_fields=["stopping", "run"])
    record(by=by, action="planning.cancel-round-run", object_kind="round", object_id=held.id)
    return held


def run_round(*, by: None, round_id: UUID) -> Round:
    """Plan a round, as a background task; one that does not wait is left alone."""
    with documents.running(round_id) as mine:
        if mine and Round.objects.filter(pk=round_id, run=WAITING).update(run=RUNNING):
            _work(round_id)
    return Round.objects.get(pk=round_id)


def _work(round_id: UUID) -> None:
    from jiedui.planning.domain.tours.solve import solve

    try:
        round = Round.objects.select_related("depot").get(pk=round_id)
        run = watched(Round, round_id, run_of(round.progress, round.seconds), "run")
        asked, vehicles, places, pins = _asked(round)
        plan = solve(asked.problem, run, seed=round.seed)
        cancelled = run.cancelled()
    except Exception:
        _log.exception("the run of round %s broke off", round_id)
        fail_run(RUNS, round_id, broke_off())
    else:
        _keep(round_id, asked, plan, vehicles, places, pins, cancelled, cut=run.left <= 0)


Pins = Sequence[tuple[str, str, date]]


def _asked(
    round: Round,
) -> tuple[tours.Round, dict[str, RoundVehicle], dict[str, RoundPlace], Pins]:
    """The round for the planner, and its rows by the keys that it is given."""
    vehicles = {str(each.id): each for each in round.vehicles.order_by("name")}
    rows = round.places.select_related("place").order_by("place__name", "id")
    places = {str(each.id): each for each in rows}
    pins = [
        (str(stop.place_id), str(stop.vehicle_id), stop.day)
        for stop in round.stops.filter(pinned=True).order_by("id")
        # A vehicle that no longer drives on the day cannot keep to it.
        if not vehicles[str(stop.vehicle_id)].days
        or stop.day.isoformat() in vehicles[str(stop.vehicle_id)].days
    ]
    terms = vocabulary().table(TABLE)
    weights = {f"priority_{n}": terms[f"priority_{n}"].extra["value"] for n in range(1, 6)}
    asked = framed(
        round.settings, round.starts_on, round.ends_on, _point(round.depot),
        [
            Stopover(
                key, _point(each.place), each.minutes, house_rules.weight(weights, each.priority),
                each.last_visited_on,
                tuple(
                    (date.fromisoformat(w["day"]) if w["day"] else None, w["from"], w["to"])
                    for w in each.windows
                ),
            )
            for key, each in places.items()
        ],
        [
            Crew(key, each.leaves_at, each.back_by, tuple(map(date.fromisoformat, each.days)))
            for key, each in vehicles.items()
        ],
        pins,
    )  # fmt: skip
    return asked, vehicles, places, pins


def _point(place: Any) -> tuple[float, float]:
    return float(place.latitude), float(place.longitude)


@transaction.atomic
def _keep(
    round_id: UUID,
    asked: tours.Round,
    plan: Plan,
    vehicles: dict[str, RoundVehicle],
    places: dict[str, RoundPlace],
    pins: Pins,
    cancelled: bool,
    *,
    cut: bool,
) -> None:
    """Write the stops found in the place of those that stood."""
    held = held_round(round_id)
    if held.run != RUNNING:
        return
    held.stops.all().delete()
    fixed = {place for place, _vehicle, _day in pins}
    stops = []
    for route in plan.routes:
        vehicle = asked.vehicles[route.shift]
        midnight = (vehicle.day - asked.first).days * tours.DAY
        for number, stop in enumerate(route.stops, 1):
            key = asked.places[stop.site].key
            stops.append(
                RoundStop(
                    round=held, vehicle=vehicles[vehicle.key], place=places[key], day=vehicle.day,
                    number=number, arrives=stop.arrival - midnight, starts=stop.start - midnight,
                    leaves=stop.leave - midnight, pinned=key in fixed,
                )
            )  # fmt: skip
    RoundStop.objects.bulk_create(stops)
    held.run = RUN_STATES.after(RUNNING, "cancel" if cancelled else "finish")
    held.stopping, held.progress = False, {"work": plan.work, "seconds": round(plan.seconds, 1)}
    points = asked.problem.points
    held.result = {
        "worth": plan.profit / points,
        "bound": None if plan.bound is None else plan.bound / points,
        "seconds": round(plan.seconds, 1),
        "work": plan.work,
        "cut": cut,
        "drives": [
            {
                "vehicle": asked.vehicles[route.shift].key,
                "day": asked.vehicles[route.shift].day.isoformat(),
                "leaves": route.depart % tours.DAY,
                "back": route.back % tours.DAY,
            }
            for route in plan.routes
        ],
        "left_out": [
            {
                "place": asked.places[each.site].key,
                "reason": each.reason,
                "instead": [asked.places[site].key for site in each.instead],
            }
            for each in plan.unserved
        ],
        "broken_pins": [asked.places[pin_site(asked, at)].key for at in plan.broken_pins],
    }
    held.save(update_fields=["run", "stopping", "progress", "result"])
    record(
        by=None, action="planning.run-round", object_kind="round", object_id=held.id,
        state=held.run, stops=len(stops),
    )  # fmt: skip


def pin_site(asked: tours.Round, pin: int) -> int:
    """The site that a pin of the problem names."""
    return asked.problem.pins[pin].site


def end_broken_rounds(*, by: None) -> list[UUID]:
    """End the runs that broke off, and give those still to be begun."""
    return end_broken(RUNS)
