"""What more money would buy."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from jiedui.planning.domain.dispatch import columns, model
from jiedui.planning.domain.dispatch.bans import forbidden_tours
from jiedui.planning.domain.dispatch.crew import Crew
from jiedui.planning.domain.dispatch.districts import Context
from jiedui.planning.domain.dispatch.draft import Draft
from jiedui.planning.domain.dispatch.explain import Case
from jiedui.planning.domain.dispatch.problem import Problem, Tour
from jiedui.planning.domain.dispatch.programme import Ints
from jiedui.planning.domain.dispatch.relaxation import relax
from jiedui.planning.domain.dispatch.rules import Rule
from jiedui.planning.domain.dispatch.solve import SMALL, WORKERS
from jiedui.planning.domain.dispatch.standing import Standing
from jiedui.planning.domain.runs import Run

LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class MoreMoney:
    """The plan left as it is, and what could be added for so much more."""

    extra: float
    unspent: float
    """What the present budget leaves, spent here too."""
    gain: float
    """What the plan would be worth more for certain: by these tours."""
    cost: float
    tours: tuple[Tour, ...]
    most: float | None = None
    """What no plan could gain beyond, by the price of money in the relaxation."""


@dataclass(frozen=True, slots=True)
class Price:
    """What the last unit of budget brings in the relaxation, and what no plan exceeds."""

    money: float
    bound: float
    """Of all plans that hold what is fixed by hand, whatever else the plan at hand keeps."""
    priced: bool = True
    """Whether the run got so far as to any price; before, the bound says next to nothing."""


def price_of_money(case: Case, run: Run) -> Price:
    """The relaxation's price of money around what is fixed; weaker where the run ends early."""
    problem = case.problem
    all_ = columns.build(problem, forbidden_tours(problem, case.bans))
    all_ = columns.around(all_, case.pinned)
    fixed = [j for j in all_.places(case.pinned) if j is not None]
    context = Context(all_, model.build(all_, fixed))
    with Crew(context, WORKERS if len(all_) > SMALL else 0) as crew:
        relaxed = relax(context, crew, run, Draft(all_, _places(all_, case.tours)))
    return Price(relaxed.money, relaxed.bound, bool(relaxed.prices.any()) or not len(all_))


def _places(all_: columns.Columns, tours: Collection[Tour]) -> Ints:
    """The plan as far as it is among the columns."""
    return np.array([j for j in all_.places(tours) if j is not None], dtype=np.int64)


def more_money(case: Case, share: float = 0.01, *, price: Price | None = None) -> MoreMoney:
    """What a share of the budget more would buy, the present plan untouched.

    Tours are added while the money lasts, each time the one that brings most
    for its cost: so the gain is certain, and a new plan may do better. By weak
    duality the relaxation's prices bound what any plan with more money is worth.
    """
    problem = case.problem
    standing = Standing(problem, case.tours)
    extra, unspent = problem.settings.budget * share, standing.left
    money = extra + max(0.0, unspent)
    before = sum(standing.worth(name).total for name in problem.posts_of)
    added: list[Tour] = []
    spent = gain = 0.0
    for tour in _ranked(case, standing, money):
        if problem.tour_cost(tour) > money - spent:
            continue
        worth = standing.change((tour,)).total
        if worth <= 0 or set(standing.hindrances(tour)) - {Rule.BUDGET}:
            continue
        standing.add(tour)
        added.append(tour)
        spent += problem.tour_cost(tour)
        gain += worth
    most = None
    if price is not None:
        most = max(gain, price.bound - before + price.money * extra)
    return MoreMoney(extra, unspent, gain, spent, tuple(sorted(added)), most)


def _ranked(case: Case, standing: Standing, money: float) -> Iterator[Tour]:
    """Tours by what they bring for their cost, as the plan stands when the next is asked for.

    Most tours are never counted: what one could bring at most is known before.
    """
    problem = case.problem
    all_ = columns.build(problem, forbidden_tours(problem, case.bans))
    heap = _at_most(problem, standing, all_, money)
    while heap:
        _rate, j = heapq.heappop(heap)
        (tour,) = all_.tours([j])
        if set(standing.hindrances(tour)) - {Rule.BUDGET}:
            continue
        rate = standing.change((tour,)).total / max(problem.tour_cost(tour), LEAST)
        if rate <= 0:
            continue
        if not heap or rate >= -heap[0][0] - LEAST:
            yield tour
        else:
            heapq.heappush(heap, (-rate, j))


def _at_most(
    problem: Problem, standing: Standing, all_: columns.Columns, money: float
) -> list[tuple[float, int]]:
    """A heap of the tours that could still be added, by the most each could bring."""
    spare = np.array(
        [one.max_tours > len(standing.of[one.id]) for one in problem.experts], dtype=bool
    )
    fit = np.flatnonzero(spare[all_.expert] & (all_.cost <= money) & (all_.worth > 0))
    slope = max((slope for _share, slope in problem.settings.fairness), default=0.0)
    team = np.array(
        [
            problem.team_worth(post.recipient) if post.leader or post.core else 0.0
            for post in all_.posts
        ]
    )
    mentor = np.array([problem.mentor_worth(post) for post in all_.posts])
    most = (
        slope * all_.worth[fit]
        + np.maximum(0.0, all_.quality[fit])
        + team[all_.post[fit]] * (all_.end[fit] - all_.start[fit])
        + mentor[all_.post[fit]]
    )
    rates = most / np.maximum(all_.cost[fit], LEAST)
    heap = [(-float(rate), int(j)) for rate, j in zip(rates, fit, strict=True)]
    heapq.heapify(heap)
    return heap
