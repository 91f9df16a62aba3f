"""Budgeted covering against every choice of kits, on problems small enough for that."""

from __future__ import annotations

import itertools
from decimal import Decimal

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from jiedui.planning.domain.runs import Run
from jiedui.planning.domain.siting.cover import CoverProblem, Kind, Place, Site
from jiedui.planning.domain.siting.cover_model import priced, settle
from jiedui.planning.domain.siting.cover_plan import solve
from jiedui.planning.domain.siting.cover_units import core_of, units_of

KITS = ("a", "b")


@st.composite
def problems(draw: st.DrawFn) -> CoverProblem:
    kinds = tuple(
        Kind(
            code,
            Decimal(draw(st.sampled_from(["0", "1", "1.5", "2.25", "4"]))),
            float(draw(st.integers(0, 12))),
            draw(st.booleans()),
            draw(st.sampled_from(["", "care"])),
            draw(st.sampled_from([None, None, 0, 1, 2])),
        )
        for code in KITS[: draw(st.integers(1, 2))]
    )
    codes = [kind.code for kind in kinds]
    some = st.frozensets(st.sampled_from(codes))
    rarely = st.one_of(st.just(frozenset[str]()), st.just(frozenset[str]()), some)
    sites = []
    for number in range(draw(st.integers(0, 4))):
        existing = draw(rarely)
        sites.append(
            Site(
                f"s{number}", "", draw(st.one_of(st.none(), some)), existing,
                draw(rarely) - existing,
            )
        )  # fmt: skip
    people = st.one_of(st.integers(0, 9), st.sampled_from([0.5, 2.75]))
    places = tuple(
        Place(f"p{number}", float(draw(people))) for number in range(draw(st.integers(0, 7)))
    )
    shape = (len(sites), len(places))
    way = st.one_of(st.integers(0, 20), st.just(float("nan")))
    ways = [
        np.array([[draw(way) for _ in places] for _ in sites], dtype=float).reshape(shape)
        for _ in range(2)
    ]
    budget = Decimal(draw(st.sampled_from(["0", "1", "2.5", "3.75", "6", "100"])))
    weights = draw(st.sampled_from([{}, {"care": 0.5}, {"care": 0.0}]))
    return CoverProblem(places, tuple(sites), kinds, budget, *ways, weights)


def required(problem: CoverProblem) -> set[tuple[int, int]]:
    """Kits that must be bought, in the order of the files, as long as money and stock last."""
    money, found = problem.budget, set()
    stock = [len(problem.sites) if k.available is None else k.available for k in problem.kinds]
    for site, each in enumerate(problem.sites):
        for kind, kit in enumerate(problem.kinds):
            if kit.code in each.required - each.existing and kit.cost <= money and stock[kind]:
                money -= kit.cost
                stock[kind] -= 1
                found.add((site, kind))
    return found


def best_of_all(problem: CoverProblem) -> float:
    """The most that any set of kits reaches."""
    able = [
        (site, kind)
        for site, each in enumerate(problem.sites)
        for kind, kit in enumerate(problem.kinds)
        if kit.code not in each.existing
        and (each.kinds is None or kit.code in each.kinds | each.required)
    ]
    must = required(problem)
    best = 0.0
    for size in range(len(able) + 1):
        for chosen in itertools.combinations(able, size):
            cost = sum((problem.kinds[kind].cost for _site, kind in chosen), Decimal(0))
            counts = [sum(k == kind for _s, k in chosen) for kind in range(len(problem.kinds))]
            if cost > problem.budget or not must <= set(chosen):
                continue
            if any(
                kit.available is not None and count > kit.available
                for kit, count in zip(problem.kinds, counts, strict=True)
            ):
                continue
            best = max(best, reached(problem, set(chosen)))
    return best


def reached(problem: CoverProblem, chosen: set[tuple[int, int]]) -> float:
    """People with a service, by its weight."""
    total = 0.0
    for service in problem.services:
        for number, place in enumerate(problem.places):
            for site, each in enumerate(problem.sites):
                if any(
                    kit.service == service
                    and ((site, kind) in chosen or kit.code in each.existing)
                    and problem.ways(kit)[site, number] <= kit.reach
                    for kind, kit in enumerate(problem.kinds)
                ):
                    total += place.people * problem.weight(service)
                    break
    return total


@settings(max_examples=150)
@given(problems())
def test_the_plan_reaches_as_many_as_any(problem: CoverProblem) -> None:
    plan = solve(problem, Run(), gap=0.0)
    best = best_of_all(problem)
    assert abs(plan.objective - best) < 1e-6
    assert abs(plan.bound - best) < 1e-6
    assert plan.greedy <= best + 1e-6
    if plan.next_percent.at_most is not None:
        assert plan.next_percent.gain <= plan.next_percent.at_most + 1e-6


@settings(max_examples=60)
@given(problems(), st.integers(0, 5))
def test_a_run_cut_short_has_a_true_bound_and_repeats(problem: CoverProblem, work: int) -> None:
    plan, again = (solve(problem, Run(work_limit=work)) for _ in range(2))
    best = best_of_all(problem)
    assert plan.objective <= best + 1e-6
    assert plan.bound >= best - 1e-6
    assert (plan.placed, plan.bound, plan.work) == (again.placed, again.bound, again.work)


@settings(max_examples=60)
@given(problems(), st.data())
def test_any_prices_prove_a_bound_and_settle_rightly(
    problem: CoverProblem, data: st.DataObject
) -> None:
    units = units_of(problem)
    core = core_of(units, np.ones(units.site.size, dtype=bool), units.required)
    price = st.floats(0, 10, allow_nan=False)
    rows = data.draw(st.lists(price, min_size=core.weight.size, max_size=core.weight.size))
    stock = data.draw(st.lists(price, min_size=len(problem.kinds), max_size=len(problem.kinds)))
    prices = priced(
        core, np.array(rows, dtype=float), data.draw(price), np.array(stock, dtype=float)
    )
    best = best_of_all(problem)
    assert prices.bound >= best - 1e-6
    guess = data.draw(st.floats(0, best + 1))
    out, inside = settle(core, prices, guess)
    alive = np.zeros(units.site.size, dtype=bool)
    alive[core.units[~out]] = True
    small = core_of(units, alive, np.concatenate([core.forced, core.units[inside]]))
    if best > guess + 1e-6:
        # The best plan is still there: nothing that it needs was left out.
        assert small.budget >= 0
        left = small.covers.astype(float)
        most = small.base
        for size in range(small.units.size + 1):
            for chosen in itertools.combinations(range(small.units.size), size):
                picked = list(chosen)
                counts = np.bincount(small.kind[picked], minlength=len(problem.kinds))
                if small.cost[picked].sum() <= small.budget and (counts <= small.available).all():
                    served = left[picked].any(axis=0) if picked else np.zeros(small.weight.size)
                    most = max(most, small.base + float(small.weight @ served))
        assert abs(most - best) < 1e-6
