"""Plans of tours: the same work gives the same plan, and what it says of itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from jiedui.planning.domain.runs import Progress, Run
from jiedui.planning.domain.tours import referee
from jiedui.planning.domain.tours.greedy import insertion
from jiedui.planning.domain.tours.network import lay_out
from jiedui.planning.domain.tours.problem import (
    Pin,
    Problem,
    Shift,
    Site,
    great_circle,
    priority,
    road_times,
)
from jiedui.planning.domain.tours.schedule import Route, Stop, drive
from jiedui.planning.domain.tours.solve import solve
from jiedui.planning.sources.toptw_files import read_instance

DATA = Path(__file__).resolve().parents[2] / "data/planning/toptw"
LINE = np.abs(np.arange(5)[:, None] - np.arange(5)[None, :]) * 10
"""Five places in a row, ten minutes from each to the next; the depot is the first."""


def site(place: int, profit: int, *windows: tuple[int, int], service: int = 5) -> Site:
    return Site(f"p{place}", place, service, profit, windows or ((0, 1000),))


def row(*sites: Site, end: int = 1000) -> Problem:
    return Problem(sites, (Shift("day", 0, end, 0, 0),), (LINE,))


def thin(name: str, routes: int) -> Problem:
    """Every other site of an instance: quick, and too much to be proven in a few rounds."""
    problem = read_instance(DATA / f"{name}.txt", routes)
    return replace(problem, sites=problem.sites[::2])


@pytest.mark.parametrize(("name", "optimum"), [("c101", 320), ("r101", 198), ("rc101", 219)])
def test_a_proven_optimum_is_found_and_proven_again(name: str, optimum: int) -> None:
    problem = read_instance(DATA / f"{name}.txt", 1)

    plan = solve(problem, Run(work_limit=4), processes=1)

    assert plan.profit == plan.bound == optimum
    assert referee.faults(problem, plan.routes) == []


def test_the_same_work_gives_the_same_plan_in_one_process_and_in_two() -> None:
    problem = read_instance(DATA / "r101.txt", 3)
    plans = [solve(problem, Run(work_limit=5), seed=4, processes=processes) for processes in (1, 2)]

    one, two = (replace(plan, seconds=0.0) for plan in plans)
    assert one == two
    assert one.work == 5


def test_a_plan_stopped_by_the_clock_is_had_again_by_its_work() -> None:
    problem = thin("rc101", 4)
    ticks = iter(range(10**6))
    stopped = solve(problem, Run(seconds=60.0, clock=lambda: next(ticks) / 8), processes=1)
    again = solve(problem, Run(work_limit=stopped.work), processes=1)

    assert replace(stopped, seconds=0.0) == replace(again, seconds=0.0)


def test_no_time_at_all_gives_the_greedy_plan() -> None:
    problem = read_instance(DATA / "r101.txt", 2)

    plan = solve(problem, Run(seconds=0.0))

    network = lay_out(problem)
    greedy = sum(int(network.worth[at]) for order in insertion(network) for at in order)
    assert plan.work == 0
    assert plan.profit >= greedy > 0
    assert plan.bound is not None
    assert plan.bound > plan.profit


def test_progress_is_told_and_a_cancel_keeps_the_plan_so_far() -> None:
    problem = thin("r101", 4)
    told: list[Progress] = []
    run = Run(work_limit=50, tell=told.append)
    run.cancelled = lambda: len(told) >= 2

    plan = solve(problem, run, processes=1)

    assert [progress.work for progress in told] == [1, 2]
    assert plan.work == 2
    assert plan.profit == told[-1].objective


def test_times_leave_the_depot_no_sooner_than_needed() -> None:
    problem = row(site(2, 1, (100, 120)), site(1, 1, (0, 50), (130, 150)))

    route = drive(problem, 0, [0, 1])

    assert route == Route(0, 80, (Stop(0, 0, 100, 100, 105), Stop(1, 1, 115, 130, 135)), 145)
    assert drive(problem, 0, [1, 1]) is not None
    assert drive(row(site(4, 1), end=80), 0, [0]) is None


def test_each_site_left_out_has_its_reason() -> None:
    problem = row(
        site(1, 5, (0, 10)),
        site(2, 9, (0, 19)),
        site(3, 9, (80, 200)),
        site(4, 9, service=50),
        site(1, 9, (30, 20)),
        site(1, 0),
        replace(site(1, 9), shifts=frozenset()),
        site(1, 4, (5, 10)),
        end=100,
    )

    plan = solve(problem, Run(work_limit=3), processes=1)

    reasons = {left.site: left.reason for left in plan.unserved}
    assert reasons == {
        1: "too-early",
        2: "too-late",
        3: "shift-too-short",
        4: "no-window",
        5: "no-worth",
        6: "no-vehicle",
        7: "gives-way",
    }
    assert [left.instead for left in plan.unserved if left.site == 7] == [(0,)]
    assert plan.profit == plan.bound == 5


def test_nothing_to_visit_and_no_vehicle_are_plans_too() -> None:
    none = solve(row(), Run(work_limit=1))
    assert (none.routes, none.profit, none.bound) == ((), 0, 0)

    parked = solve(Problem((site(1, 3),), (), (LINE,)), Run(work_limit=1))
    assert [left.reason for left in parked.unserved] == ["no-vehicle"]


def test_pins_that_exclude_each_other_are_told() -> None:
    sites = (site(1, 9, (10, 12)), site(4, 1, (40, 41)), site(3, 1, (30, 31)))
    problem = replace_pins(row(*sites), Pin(0, 0), Pin(1, 0), Pin(2, 0))
    wide = solve(problem, Run(work_limit=4), processes=1)
    assert wide.broken_pins == (1, 2)

    cheap = replace_pins(row(site(1, 9, (10, 12)), site(4, 1, (40, 41)), end=86), Pin(1, 0))
    plan = solve(cheap, Run(work_limit=4), processes=1)
    assert plan.broken_pins == ()
    assert 1 in {stop.site for route in plan.routes for stop in route.stops}


def replace_pins(problem: Problem, *pins: Pin) -> Problem:
    return Problem(problem.sites, problem.shifts, problem.travel, pins)


def test_the_referee_sees_every_broken_rule() -> None:
    problem = Problem(
        (site(1, 5, (20, 30)), replace(site(2, 7), shifts=frozenset({1}))),
        (Shift("a", 5, 60, 0, 0), Shift("b", 0, 60, 0, 0)),
        (LINE,),
    )
    early = Route(0, 0, (Stop(0, 0, 10, 10, 14), Stop(1, 0, 25, 25, 30)), 61)

    found = " | ".join(referee.faults(problem, [early, early]))

    for words in (
        "leaves before the shift",
        "outside its window",
        "leaves before or after its service",
        "arrives at 24, not 25",
        "not allowed to this vehicle",
        "is back at 50, not 61",
        "visited twice",
        "driven twice",
    ):
        assert words in found
    late = Route(1, 50, (Stop(1, 0, 70, 70, 75),), 95)
    assert referee.faults(problem, [late]) == ["b: back after the shift's end"]
    assert referee.profit(problem, [early, early]) == 12


def test_a_visit_is_worth_more_the_longer_ago_the_last_one_was() -> None:
    assert [priority(10, days, 30) for days in (0, 15, 30, 60, 90, 900)] == [0, 5, 10, 20, 30, 30]
    assert priority(10, None, 30) == 30
    assert priority(10, 300, 30, ceiling=5) == 50
    assert priority(10, -3, 30) == 0
    with pytest.raises(ValueError, match="interval"):
        priority(10, 3, 0)


def test_ways_from_coordinates_take_the_slower_road_and_round_up() -> None:
    here, there = (0.0, 0.0), (0.0, 1.0)
    kilometres = great_circle(here, there)
    assert kilometres == pytest.approx(111.195, abs=0.01)
    assert great_circle((90.0, 0.0), (-90.0, 0.0)) == pytest.approx(20015.1, abs=0.1)

    minutes = road_times([here, there], [60.0, 30.0], 1.4, 60)

    assert minutes[0, 1] == minutes[1, 0] == 312
    assert pytest.approx(311.35, abs=0.01) == 111.195 * 1.4 / 30 * 60
    with pytest.raises(ValueError, match="detour"):
        road_times([here], [60.0], 0.9, 60)
