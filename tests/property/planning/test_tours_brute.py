"""Small rounds of clinics against trying everything."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from jiedui.planning.domain.runs import Run
from jiedui.planning.domain.tours import referee
from jiedui.planning.domain.tours.desk import Desk
from jiedui.planning.domain.tours.greedy import insertion
from jiedui.planning.domain.tours.network import lay_out
from jiedui.planning.domain.tours.problem import Pin, Problem, Shift, Site
from jiedui.planning.domain.tours.schedule import drive
from jiedui.planning.domain.tours.solve import solve


@st.composite
def problems(draw: st.DrawFn, shifts: int, most: int) -> Problem:
    """Rounds whose ways may be one-way and crooked; windows may be several, crossed or missed."""
    count = draw(st.integers(0, most))
    small = st.integers(0, 20)
    ways = draw(st.lists(st.integers(1, 25), min_size=(count + 1) ** 2, max_size=(count + 1) ** 2))
    travel = np.array(ways, dtype=np.int64).reshape(count + 1, count + 1)
    np.fill_diagonal(travel, 0)
    window = st.tuples(st.integers(0, 120), st.integers(-5, 40)).map(
        lambda pair: (pair[0], pair[0] + pair[1])
    )
    sites = tuple(
        Site(
            key=str(at),
            place=at,
            service=draw(small),
            profit=draw(small),
            windows=tuple(draw(st.lists(window, max_size=2))),
            shifts=draw(
                st.one_of(st.none(), st.frozensets(st.integers(0, shifts - 1), max_size=shifts))
            ),
        )
        for at in range(1, count + 1)
    )
    days = tuple(
        Shift(str(number), start, start + draw(st.integers(0, 90)), 0, 0)
        for number in range(shifts)
        for start in [draw(st.sampled_from([0, 0, 60]))]
    )
    return Problem(sites, days, (travel,))


def orders(problem: Problem, shift: int) -> dict[frozenset[int], int]:
    """Every set of sites that the shift can visit, with its profit."""
    may = [
        at for at, site in enumerate(problem.sites) if site.shifts is None or shift in site.shifts
    ]
    found = {frozenset[int](): 0}
    for size in range(1, len(may) + 1):
        for order in permutations(may, size):
            if frozenset(order) not in found and drive(problem, shift, order) is not None:
                found[frozenset(order)] = sum(problem.sites[at].profit for at in order)
    return found


def best(problem: Problem) -> int:
    """The most that can be had."""
    pool = {frozenset[int](): 0}
    for shift in range(len(problem.shifts)):
        mine = orders(problem, shift)
        grown: dict[frozenset[int], int] = {}
        for seen, profit in pool.items():
            for sites, more in mine.items():
                if not seen & sites:
                    both = seen | sites
                    grown[both] = max(grown.get(both, 0), profit + more)
        pool = grown
    return max(pool.values())


def run() -> Run:
    return Run(work_limit=6)


@settings(max_examples=40, deadline=None)
@given(problems(shifts=1, most=6))
def test_one_vehicle_day_is_planned_at_its_best_and_says_so(problem: Problem) -> None:
    plan = solve(problem, run(), processes=1)

    assert referee.faults(problem, plan.routes) == []
    assert plan.profit == referee.profit(problem, plan.routes) == best(problem)
    assert plan.bound is not None
    assert plan.bound >= plan.profit


@settings(max_examples=25, deadline=None)
@given(problems(shifts=2, most=5))
def test_two_vehicle_days_are_planned_at_their_best(problem: Problem) -> None:
    plan = solve(problem, run(), processes=1)

    assert referee.faults(problem, plan.routes) == []
    assert plan.profit == best(problem)
    assert plan.bound is not None
    assert plan.bound >= plan.profit
    served = {stop.site for route in plan.routes for stop in route.stops}
    assert {left.site for left in plan.unserved} == set(range(len(problem.sites))) - served


@settings(max_examples=60, deadline=None)
@given(problems(shifts=2, most=5))
def test_every_bound_holds_and_greedy_keeps_the_rules(problem: Problem) -> None:
    network = lay_out(problem)
    most = best(problem)
    desk = Desk(network, 0)

    assert desk.bound >= most
    for _, _cost in zip(range(30), desk.run(), strict=False):
        assert desk.bound >= most
    for shift, order in enumerate(insertion(network)):
        assert drive(problem, shift, order) is not None


@settings(max_examples=25, deadline=None)
@given(problems(shifts=2, most=5), st.data())
def test_a_pin_is_kept_whenever_it_can_be(problem: Problem, data: st.DataObject) -> None:
    if not problem.sites:
        return
    site = data.draw(st.integers(0, len(problem.sites) - 1))
    shift = data.draw(st.integers(0, 1))
    pinned = Problem(problem.sites, problem.shifts, problem.travel, (Pin(site, shift),))

    plan = solve(pinned, run(), processes=1)

    allowed = problem.sites[site].shifts
    possible = drive(problem, shift, [site]) is not None and (allowed is None or shift in allowed)
    assert plan.broken_pins == (() if possible else (0,))
    assert referee.faults(pinned, plan.routes) == []
    assert plan.bound is not None
    assert plan.bound >= plan.profit
