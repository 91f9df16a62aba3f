"""Exchanges: a tour that is put in, what has to leave for it, and when that would pay."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from jiedui.planning.domain.dispatch.problem import Problem, Tour
from jiedui.planning.domain.dispatch.rules import Rule
from jiedui.planning.domain.dispatch.standing import Standing, Worth, worth_at

# A weight so many times the present one is no longer a question of weight.
HIGHEST = 1024.0
STEPS = 16


@dataclass(frozen=True, slots=True)
class Exchange:
    """One tour for others: ``gain`` is what the whole plan would be worth more."""

    add: Tour
    remove: tuple[Tour, ...]
    gain: float
    cost: float
    """What it would cost more."""
    own: Worth
    """What the added tour brings by itself."""


class Losses:
    """The plan's tours by what leaving them out would lose, the least for its money first."""

    def __init__(self, standing: Standing, fixed: Collection[Tour] = ()) -> None:
        self.standing = standing
        self._fixed = set(fixed)
        self._order: list[tuple[float, float, Tour]] | None = None

    def of(self, tour: Tour) -> float:
        """What the plan loses without a tour."""
        return -self.standing.change(remove=(tour,)).total

    @property
    def order(self) -> list[tuple[float, float, Tour]]:
        """(loss for a unit of money, cost, tour) of all that may leave."""
        if self._order is None:
            problem = self.standing.problem
            self._order = []
            for tour in self.standing.tours:
                cost = problem.tour_cost(tour)
                if tour not in self._fixed and cost > 0:
                    self._order.append((self.of(tour) / cost, cost, tour))
            self._order.sort()
        return self._order

    def fixed(self, tour: Tour) -> bool:
        """Whether a tour must stay."""
        return tour in self._fixed

    def freeing(self, money: float, without: Collection[Tour]) -> tuple[Tour, ...] | None:
        """Tours that together free so much money and lose little; None where all are too few."""
        taken: list[tuple[float, Tour]] = []
        freed = 0.0
        for _rate, cost, tour in self.order:
            if freed >= money:
                break
            if tour not in without:
                taken.append((cost, tour))
                freed += cost
        if freed < money:
            return None
        for cost, tour in list(taken):
            if freed - cost >= money:
                taken.remove((cost, tour))
                freed -= cost
        return tuple(tour for _cost, tour in taken)


def exchange(standing: Standing, losses: Losses, tour: Tour) -> Exchange | None:
    """The tour put in, with what has to leave for it; None where that is fixed or not enough.

    The person's own tours in the way go first, then as many more as the person
    may not keep, then whatever loses least for the money that is missing.
    """
    problem = standing.problem
    leave = standing.in_the_way(tour)
    others = [other for other in standing.of[tour.expert] if other not in leave]
    spare = len(others) + 1 - problem.expert[tour.expert].max_tours
    if spare > 0:
        leave += sorted(others, key=lambda other: (losses.of(other), other))[:spare]
    if any(losses.fixed(other) for other in leave):
        return None
    hindered = standing.hindrances(tour, without=leave)
    if hindered == (Rule.BUDGET,):
        missing = problem.tour_cost(tour) - problem.total_cost(leave) - standing.left
        freeing = losses.freeing(missing, without=leave)
        if freeing is None:
            return None
        leave += freeing
    elif hindered:
        return None
    return Exchange(
        add=tour,
        remove=tuple(leave),
        gain=standing.change((tour,), leave).total,
        cost=problem.tour_cost(tour) - problem.total_cost(leave),
        own=standing.change((tour,)),
    )


def paying_weight(problem: Problem, tours: Collection[Tour], swap: Exchange) -> float | None:
    """The weight of the post from which on this exchange pays; None beyond any reason."""
    post = problem.post[swap.add.post]
    before = [tour for tour in tours if problem.post[tour.post].recipient == post.recipient]
    after = [tour for tour in before if tour not in swap.remove] + [swap.add]
    part = _part(problem, post.recipient, [*before, swap.add])

    def here(of: Problem) -> float:
        gained = worth_at(of, post.recipient, after) - worth_at(of, post.recipient, before)
        return gained.total

    # What the exchange does elsewhere has nothing to do with this post's weight.
    elsewhere = swap.gain - here(part)

    def gain(factor: float) -> float:
        return elsewhere + here(with_weight(part, post.id, post.weight * factor))

    factor = _least(gain)
    return None if factor is None else post.weight * factor


def with_weight(problem: Problem, post: str, weight: float) -> Problem:
    """The same problem with another weight of one post."""
    return replace(
        problem,
        posts=tuple(
            replace(one, weight=weight) if one.id == post else one for one in problem.posts
        ),
    )


def _part(problem: Problem, recipient: str, tours: Collection[Tour]) -> Problem:
    """The problem of one recipient and of whoever goes there: quicker to ask."""
    people = {tour.expert for tour in tours}
    return replace(
        problem,
        posts=problem.posts_of[recipient],
        experts=tuple(expert for expert in problem.experts if expert.id in people),
    )


def _least(gain: Callable[[float], float]) -> float | None:
    """The least factor from 1 on at which the gain is not negative, by halving."""
    if gain(1.0) >= 0:
        return 1.0
    high = 2.0
    while gain(high) < 0:
        high *= 2
        if high > HIGHEST:
            return None
    low = high / 2
    for _step in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if gain(middle) >= 0 else (middle, high)
    return high
