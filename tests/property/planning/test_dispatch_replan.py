"""After any change what stays keeps the rules, and nothing leaves that could have stayed."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiedui.planning.bench.dispatch_problems import Size, invent
from jiedui.planning.domain.dispatch.greedy import spreadsheet_plan
from jiedui.planning.domain.dispatch.problem import Ban, Problem
from jiedui.planning.domain.dispatch.referee import judge
from jiedui.planning.domain.dispatch.replan import keep
from jiedui.planning.domain.frozen import Question
from jiedui.planning.domain.runs import Run
from jiedui.planning.domain.solving import solve
from tests.property.planning.dispatch_brute import plans, tiny, worth

SMALL = Size(recipients=4, supporters=5, experts=60, specialties=10, provinces=2, budget_share=0.5)
PROBLEMS = [invent(SMALL, seed) for seed in range(3)]
PLANS = [spreadsheet_plan(problem) for problem in PROBLEMS]


def changed(problem: Problem, draw: random.Random) -> Problem:
    """Somebody drops out, stays shorter or comes once; a post closes; the budget is cut."""
    experts = [one for one in problem.experts if draw.random() > 0.05]
    for at in draw.sample(range(len(experts)), 4):
        change = draw.choice([{"max_months": 6}, {"max_tours": 1}, {"to_month": 18}])
        experts[at] = replace(experts[at], **change)
    posts = [one for one in problem.posts if draw.random() > 0.05]
    for at in draw.sample(range(len(posts)), 3):
        change = draw.choice([{"capacity": 0}, {"to_month": posts[at].from_month}])
        posts[at] = replace(posts[at], **change)
    budget = problem.settings.budget * draw.choice([1.0, 0.9, 0.5, 0.0])
    return replace(
        problem,
        experts=tuple(experts),
        posts=tuple(posts),
        settings=replace(problem.settings, budget=budget),
    )


@settings(max_examples=30)
@given(st.sampled_from(range(len(PROBLEMS))), st.integers(0, 10**9))
def test_what_stays_keeps_the_rules_and_nothing_leaves_without_need(seed: int, number: int) -> None:
    draw = random.Random(number)
    before, problem = PLANS[seed], changed(PROBLEMS[seed], draw)
    bans = [Ban(draw.choice(before).expert)] if draw.random() < 0.5 else []

    kept = keep(problem, before, bans=bans)

    assert judge(problem, kept.tours).feasible
    assert sorted([*kept.tours, *(each.tour for each in kept.removed)]) == sorted(before)
    for each in kept.removed:
        assert each.rules
        again = judge(problem, [*kept.tours, each.tour])
        assert not again.feasible or any(ban.forbids(each.tour) for ban in bans)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_new_plan_is_proven_among_those_that_keep_and_among_all(number: int, other: int) -> None:
    """Held against every plan there is: of all, and of those that keep what was kept."""
    given_, tours, forbidden = tiny(number)
    draw = random.Random(other)
    every = plans(given_, tours, [])
    before = draw.choice(every).tours
    leaves = {tour.expert for tour in before[:1]} if draw.random() < 0.8 else set()
    bans = tuple(Ban(t.expert, t.post, t.start, t.months) for t in forbidden)
    bans += tuple(Ban(name) for name in leaves)
    pins = tuple(t for t in before if t.expert not in leaves and draw.random() < 0.3)
    able = [tour for tour in tours if tour.expert not in leaves]
    best = max(worth(given_, each) for each in plans(given_, able, list(pins)))

    question = Question(given_, bans, (), pins, tuple(before))
    found = solve(question, Run())

    verdict = judge(given_, found.tours)
    assert verdict.feasible
    assert not leaves & {tour.expert for tour in found.tours}
    stay = [tour for tour in before if tour.expert not in leaves]
    assert set(stay) <= set(found.tours)
    assert found.kept == len(set(stay) - set(pins))
    around = max(worth(given_, each) for each in plans(given_, able, stay))
    assert verdict.objective == pytest.approx(around)
    assert found.bound is not None
    assert found.bound >= best - 1e-6
    if found.kept:
        assert found.bound_kept == pytest.approx(around, rel=1e-5)
        assert len(found.why) == len(before) - len(stay)
    else:
        assert found.bound_kept is None
    richer = replace(
        given_, settings=replace(given_.settings, budget=given_.settings.budget * 1.01)
    )
    assert found.more is not None
    assert found.more.most is not None
    most = max(worth(richer, each) for each in plans(richer, able, list(pins)))
    assert verdict.objective + found.more.most >= most - 1e-6
