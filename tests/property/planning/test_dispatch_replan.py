"""After any change what stays keeps the rules, and nothing leaves that could have stayed."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from jiedui.planning.bench.dispatch_problems import Size, invent
from jiedui.planning.domain.dispatch.greedy import spreadsheet_plan
from jiedui.planning.domain.dispatch.problem import Ban, Problem
from jiedui.planning.domain.dispatch.referee import judge
from jiedui.planning.domain.dispatch.replan import keep

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
