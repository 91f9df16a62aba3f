"""The planner against every plan there is, on problems that are small enough."""

from __future__ import annotations

import random
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jiedui.planning.domain.dispatch import districts
from jiedui.planning.domain.dispatch.referee import judge
from jiedui.planning.domain.dispatch.solve import plan
from jiedui.planning.domain.runs import Run
from tests.property.planning.dispatch_brute import plans, smallest_share, tiny, worth


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_the_plan_is_the_best_and_proven_so(number: int) -> None:
    problem, _tours, forbidden = tiny(number)
    best = max(worth(problem, each) for each in plans(problem, _tours, []))

    found = plan(problem, Run(), forbidden=forbidden)

    verdict = judge(problem, found.tours)
    assert verdict.feasible
    assert not set(found.tours) & set(forbidden)
    assert verdict.objective == pytest.approx(found.objective)
    assert found.objective == pytest.approx(best)
    assert found.bound == pytest.approx(best, rel=1e-5)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 4))
def test_the_bound_holds_wherever_the_run_is_stopped(number: int, work: int) -> None:
    problem, tours, forbidden = tiny(number)
    best = max(worth(problem, each) for each in plans(problem, tours, []))

    found = plan(problem, Run(work_limit=work), forbidden=forbidden)

    assert judge(problem, found.tours).feasible
    assert found.work <= work
    assert found.objective <= best + 1e-6
    assert found.bound >= best - 1e-6


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
@example(2145)  # the best plan costs the budget to the last digit that sums keep
def test_pinned_tours_stay_and_the_rest_is_best(number: int) -> None:
    problem, tours, forbidden = tiny(number)
    draw = random.Random(number)
    every = plans(problem, tours, [])
    some = draw.choice(every).tours
    pinned = draw.sample(some, min(len(some), 2))
    best = max(worth(problem, each) for each in plans(problem, tours, pinned))

    found = plan(problem, Run(), forbidden=forbidden, pinned=pinned)

    assert set(pinned) <= set(found.tours)
    assert judge(problem, found.tours).feasible
    assert found.objective == pytest.approx(best)
    assert found.bound == pytest.approx(best, rel=1e-5)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_the_floor_is_the_highest_and_the_objective_best_above_it(number: int) -> None:
    problem, tours, forbidden = tiny(number)
    every = plans(problem, tours, [])
    shares = [smallest_share(problem, each, tours) for each in every]
    if not tours:
        return
    highest = max(share for share in shares if share is not None)
    best = max(
        worth(problem, each)
        for each, share in zip(every, shares, strict=True)
        if share is not None and share >= highest - 1e-9
    )

    found = plan(problem, Run(), forbidden=forbidden, floor=True)

    assert judge(problem, found.tours).feasible
    assert found.floor == pytest.approx(highest)
    # The solver itself holds its rows to a millionth only.
    assert found.floor_bound == pytest.approx(highest, rel=1e-5, abs=2e-6)
    assert found.objective == pytest.approx(best)
    assert found.bound == pytest.approx(best, rel=1e-5)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_parts_planned_one_by_one_keep_the_rules_and_the_bound(number: int) -> None:
    problem, tours, forbidden = tiny(number)
    best = max(worth(problem, each) for each in plans(problem, tours, []))

    with patch.object(districts, "LARGEST", 1):
        found = plan(problem, Run(), forbidden=forbidden)

    assert judge(problem, found.tours).feasible
    assert found.objective <= best + 1e-6
    assert found.bound >= best - 1e-6
