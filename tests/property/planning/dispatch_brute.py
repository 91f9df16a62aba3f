"""Tiny dispatch problems, and their best plan by trying every one."""

from __future__ import annotations

import random

from jiedui.planning.domain.dispatch.problem import (
    Expert,
    Post,
    Problem,
    Recipient,
    Settings,
    Supporter,
    Tour,
)
from jiedui.planning.domain.dispatch.rules import possible_tours
from jiedui.planning.domain.dispatch.standing import Standing

CHOICES = 11


def tiny(number: int) -> tuple[Problem, list[Tour], list[Tour]]:
    """A problem, the few tours that may be chosen, and the others, which are forbidden."""
    draw = random.Random(number)
    regions = ("A", "B")
    recipients = tuple(
        Recipient(f"H{i}", draw.choice(regions), draw.random() < 0.3, draw.random() < 0.8)
        for i in range(draw.randint(1, 3))
    )
    supporters = tuple(Supporter(f"S{i}", draw.choice(regions)) for i in range(2))
    experts = tuple(
        Expert(
            id=f"X{i}", supporter=draw.choice(supporters).id, specialty=draw.choice("12"),
            title=draw.randint(0, 2), can_lead=draw.random() < 0.5,
            altitude_ok=draw.random() < 0.8, from_month=draw.choice((0, 0, 3)),
            to_month=draw.choice((10, 13, 13)), max_tours=draw.choice((1, 2, 2)),
            max_months=draw.choice((6, 12)), flexible_ok=draw.random() < 0.6,
        )
        for i in range(5)
    )  # fmt: skip
    posts = []
    for recipient in recipients:
        for k in range(draw.randint(2, 4)):
            leader, flexible = k == 0, k == 3
            posts.append(
                Post(
                    id=f"{recipient.id}-{k}", recipient=recipient.id,
                    specialty="" if leader else draw.choice("12"), leader=leader,
                    core=k in (1, 2), flexible=flexible, from_month=draw.choice((0, 0, 3)),
                    to_month=draw.choice((9, 12)), min_months=1 if flexible else 3,
                    min_title=draw.choice((0, 0, 1)),
                    mentor_months=0 if flexible else draw.choice((0, 6, 7, 9)),
                    capacity=draw.choice((1, 1, 2)), weight=draw.choice((0.5, 1.0, 1.7, 3.0)),
                )
            )  # fmt: skip
    settings = Settings(
        months=12, start_step=3, tour_months=(3, 6, 12), flexible_tour_months=(1, 2),
        handover_months=1, team_core=draw.choice((1, 2)), monthly_cost=1.0,
        altitude_surcharge=0.3, travel_cost=0.8, cross_region_cost=0.5,
        fairness=((0.3, 1.3), (0.3, 1.0), (0.4, 0.7)), preferred_bonus=0.1,
        title_quality=(0.9, 0.95, 1.0), team_bonus=draw.choice((0.12, 0.6)),
        mentor_bonus=0.25, budget=draw.choice((0.0, 8.0, 15.0, 25.0, 80.0)),
    )  # fmt: skip
    problem = Problem(
        recipients, supporters, experts, tuple(posts),
        frozenset((a, b) for a in regions for b in regions if a == b or draw.random() < 0.6),
        frozenset((s.id, r.id) for s in supporters for r in recipients if draw.random() < 0.3),
        settings,
    )  # fmt: skip
    every = [t for e in experts for p in posts for t in possible_tours(problem, e, p)]
    chosen = sorted(draw.sample(every, min(CHOICES, len(every))))
    return problem, chosen, sorted(set(every) - set(chosen))


def plans(problem: Problem, tours: list[Tour], pinned: list[Tour]) -> list[Standing]:
    """Every plan of these tours that keeps the rules and holds the pinned ones."""
    found: list[list[Tour]] = []
    standing = Standing(problem, pinned)

    def decide(rest: list[Tour]) -> None:
        if not rest:
            found.append(standing.tours)
            return
        decide(rest[1:])
        if not standing.hindrances(rest[0]):
            standing.add(rest[0])
            decide(rest[1:])
            standing.remove(rest[0])

    decide([tour for tour in tours if tour not in pinned])
    return [Standing(problem, own) for own in found]


def worth(problem: Problem, standing: Standing) -> float:
    """The objective of a plan."""
    return sum(standing.worth(name).total for name in problem.posts_of)


def smallest_share(problem: Problem, standing: Standing, tours: list[Tour]) -> float | None:
    """Covered share of the worst-off of the recipients to whom somebody could be sent."""
    shares = []
    for name in problem.posts_of:
        if any(problem.post[tour.post].recipient == name for tour in tours):
            covered = sum(problem.post[t.post].weight * t.months for t in standing.at[name])
            shares.append(covered / problem.need(name))
    return min(shares, default=None)
