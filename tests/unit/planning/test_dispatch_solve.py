"""The planner's promises: bounds from any prices, the same plan from the same work, pins, bans."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from unittest.mock import patch

import numpy as np
import pytest

from jiedui.planning.bench.dispatch_problems import Size, invent
from jiedui.planning.domain.dispatch import columns as all_columns
from jiedui.planning.domain.dispatch import districts, solve
from jiedui.planning.domain.dispatch import model as programme
from jiedui.planning.domain.dispatch.problem import Problem
from jiedui.planning.domain.dispatch.programme import highs
from jiedui.planning.domain.dispatch.referee import judge
from jiedui.planning.domain.dispatch.relaxation import bound
from jiedui.planning.domain.dispatch.solve import Plan, plan
from jiedui.planning.domain.runs import Progress, Run

SMALL = Size(recipients=9, supporters=10, experts=80, specialties=12, provinces=3)


@pytest.fixture(scope="module")
def problem() -> Problem:
    return invent(SMALL, 3)


@pytest.fixture(autouse=True)
def _several_districts() -> Iterator[None]:
    with patch.object(districts, "LARGEST", 4):
        yield


def planned(problem: Problem, run: Run, workers: bool = False) -> Plan:
    with patch.object(solve, "SMALL", 0 if workers else 10**9):
        return plan(problem, run, seed=5)


def test_any_prices_prove_a_bound(problem: Problem) -> None:
    columns = all_columns.build(problem)
    model = programme.build(columns)
    solver = highs(model.programme, integers=False)
    solver.run()
    best = solver.getInfo().objective_function_value
    prices = np.array(solver.getSolution().row_dual)
    draw = np.random.default_rng(1)

    assert bound(columns, model, prices) == pytest.approx(best)
    for spread in (0.01, 0.3, 3.0):
        wrong = prices + draw.normal(0.0, spread, len(prices))
        assert bound(columns, model, wrong) >= best - 1e-6
    assert bound(columns, model, np.zeros(len(prices))) >= best


def test_plans_in_several_districts_are_proven_near_the_best(problem: Problem) -> None:
    told: list[Progress] = []

    found = plan(problem, Run(tell=told.append))

    verdict = judge(problem, found.tours)
    assert verdict.feasible
    assert verdict.objective == pytest.approx(found.objective)
    assert found.gap is not None
    assert found.gap < 0.03
    assert [each.work for each in told] == sorted(each.work for each in told)
    assert all(each.bound is None or each.bound >= found.objective for each in told)


def test_the_same_work_makes_the_same_plan_whatever_the_clock(problem: Problem) -> None:
    stopped = planned(problem, Run(seconds=30.0, clock=map(float, count()).__next__))
    assert stopped.work > 0

    again = planned(problem, Run(work_limit=stopped.work))
    beside = planned(problem, Run(work_limit=stopped.work), workers=True)

    assert again.work == beside.work == stopped.work
    assert again.tours == beside.tours == stopped.tours
    assert again.bound == beside.bound == stopped.bound


def test_more_work_is_never_worse(problem: Problem) -> None:
    found = [planned(problem, Run(work_limit=limit)) for limit in (0, 3, 7, 12)]

    bounds = [each.bound for each in found]
    assert bounds == sorted(bounds, reverse=True)
    assert found[-1].objective > found[0].objective


def test_a_cancelled_run_gives_what_it_has(problem: Problem) -> None:
    found = plan(problem, Run(cancelled=lambda: True))

    assert judge(problem, found.tours).feasible
    assert found.bound >= found.objective


def test_pins_stay_and_bans_hold(problem: Problem) -> None:
    free = plan(problem, Run())
    banned, pinned = free.tours[::3], free.tours[1::3]

    found = plan(problem, Run(), pinned=pinned, forbidden=banned)

    assert judge(problem, found.tours).feasible
    assert set(pinned) <= set(found.tours)
    assert not set(banned) & set(found.tours)
    assert found.objective <= free.bound


def test_a_start_is_not_lost(problem: Problem) -> None:
    free = plan(problem, Run())

    found = plan(problem, Run(work_limit=0), start=free.tours)

    assert found.objective >= free.objective - 1e-9


def test_a_floor_lifts_the_worst_off(problem: Problem) -> None:
    found = plan(problem, Run(), floor=True)

    assert judge(problem, found.tours).feasible
    assert found.floor is not None
    assert found.floor_bound is not None
    assert 0 < found.floor <= found.floor_bound + 1e-9
    assert found.bound <= plan(problem, Run()).bound + 1e-6
