"""What a plan is worth recipient by recipient is what the referee counts, and so are changes."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiedui.planning.bench.dispatch_problems import Size, invent
from jiedui.planning.domain.dispatch.greedy import spreadsheet_plan
from jiedui.planning.domain.dispatch.problem import Problem, Tour
from jiedui.planning.domain.dispatch.referee import judge
from jiedui.planning.domain.dispatch.rules import possible_tours
from jiedui.planning.domain.dispatch.standing import Standing

SMALL = Size(recipients=4, supporters=5, experts=40, specialties=12, provinces=2)
PROBLEMS = {seed: invent(SMALL, seed) for seed in range(3)}


def tours_of(problem: Problem, draw: random.Random, count: int) -> list[Tour]:
    """Tours that are each possible, and perhaps not together."""
    found: list[Tour] = []
    while len(found) < count:
        expert, post = draw.choice(problem.experts), draw.choice(problem.posts)
        found += possible_tours(problem, expert, post)[:1]
    return found


@settings(max_examples=25)
@given(st.sampled_from(sorted(PROBLEMS)), st.integers(0, 10**9))
def test_worth_by_recipient_is_the_referees_objective(seed: int, number: int) -> None:
    problem, draw = PROBLEMS[seed], random.Random(number)
    plan = spreadsheet_plan(problem)
    standing = Standing(problem, plan)
    whole = judge(problem, plan)
    assert sum(standing.worth(name).total for name in problem.posts_of) == pytest.approx(
        whole.objective
    )

    leave = draw.sample(plan, min(2, len(plan)))
    enter = tours_of(problem, draw, 2)
    change = standing.change(enter, leave)
    after = [tour for tour in plan if tour not in leave] + enter
    assert change.total == pytest.approx(judge(problem, after).objective - whole.objective)
    for tour in leave:
        standing.remove(tour)
    for tour in enter:
        standing.add(tour)
    assert standing.cost == pytest.approx(judge(problem, after).cost)
    assert standing.tours == sorted(after)


@settings(max_examples=25)
@given(st.sampled_from(sorted(PROBLEMS)), st.integers(0, 10**9))
def test_hindrances_are_what_the_referee_would_find(seed: int, number: int) -> None:
    problem, draw = PROBLEMS[seed], random.Random(number)
    plan = spreadsheet_plan(problem)
    (tour,) = tours_of(problem, draw, 1)
    hindrances = set(Standing(problem, plan).hindrances(tour))
    broken = {each.rule for each in judge(problem, [*plan, tour]).broken}

    assert hindrances == broken
