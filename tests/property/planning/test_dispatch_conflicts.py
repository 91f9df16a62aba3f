"""A wish is impossible exactly where trying everything finds no way, and conflicts are small."""

from __future__ import annotations

import random
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from jiedui.planning.bench.dispatch_problems import Size, invent, with_budget
from jiedui.planning.domain.dispatch.conflicts import Wish, _Case, conflicts
from jiedui.planning.domain.dispatch.problem import Ban, Problem, Tour
from jiedui.planning.domain.dispatch.referee import judge
from jiedui.planning.domain.dispatch.rules import possible_tours

SMALL = Size(recipients=2, supporters=3, experts=8, specialties=3, quarters=4, provinces=2)
PROBLEMS = [with_budget(invent(SMALL, seed), 0.25) for seed in range(4)]


def drawn_wish(problem: Problem, draw: random.Random) -> Wish:
    """Mostly of a fitting pair, so that not everything fails by the specialty."""
    post = draw.choice(problem.posts)
    fitting = [one for one in problem.experts if possible_tours(problem, one, post)]
    expert = draw.choice(fitting if fitting and draw.random() < 0.8 else problem.experts)
    start = draw.choice([None, 0, 3, 6, 5])
    months = draw.choice([None, 6, 12, 2])
    return Wish(expert.id if draw.random() < 0.8 else "", post.id, start, months)


def ways(problem: Problem, wish: Wish, bans: list[Ban]) -> list[Tour]:
    """Every possible tour that fulfils a wish."""
    people = [problem.expert[wish.expert]] if wish.expert else problem.experts
    return [
        tour
        for expert in people
        for tour in possible_tours(problem, expert, problem.post[wish.post])
        if wish.start in (None, tour.start)
        and wish.months in (None, tour.months)
        and not any(ban.forbids(tour) for ban in bans)
    ]


@settings(max_examples=25)
@given(st.sampled_from(range(len(PROBLEMS))), st.integers(0, 10**9))
def test_a_wish_is_impossible_where_no_way_is_found(seed: int, number: int) -> None:
    problem, draw = PROBLEMS[seed], random.Random(number)
    pinned: list[Tour] = []
    for _ in range(draw.randrange(4)):
        wish = drawn_wish(problem, draw)
        found = ways(problem, wish, [])
        if found and judge(problem, [*pinned, found[0]]).feasible:
            pinned.append(found[0])
    bans = [Ban(post=draw.choice(problem.posts).id)] if draw.random() < 0.3 else []
    bans = [ban for ban in bans if not any(ban.forbids(tour) for tour in pinned)]
    wishes = [drawn_wish(problem, draw) for _ in range(draw.randint(1, 2))]

    open_ones = _Case(problem, wishes, pinned, bans).wishes
    possible = any(
        len({*pinned, *chosen}) == len(pinned) + len(chosen)
        and judge(problem, [*pinned, *chosen]).feasible
        for chosen in product(*(ways(problem, wish, bans) for wish in open_ones))
    )
    found = conflicts(problem, wishes, pinned=pinned, bans=bans)

    assert (found == ()) is possible
    case = _Case(problem, wishes, pinned, bans)
    for conflict in found:
        assert not case.possible(set(conflict))
        assert all(case.possible(set(conflict) - {member}) for member in conflict)
