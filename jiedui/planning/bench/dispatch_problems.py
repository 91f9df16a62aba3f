"""Invented dispatch problems of any size, drawn from one seed.

Nothing in them describes a real hospital or person. The defaults are a country:
recipients in fifteen provinces, a quarter of which lie high, a quarter of the
recipients wanting a team, supporters at home and in ten eastern regions.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from jiedui.planning.domain.dispatch.problem import (
    Expert,
    Post,
    Problem,
    Recipient,
    Settings,
    Supporter,
)

EAST = tuple(f"E{i:02d}" for i in range(10))
SENDING_SPANS = ((2, 3, 4, 6, 8, 12), (0.2, 0.15, 0.3, 0.2, 0.1, 0.05))
POST_SPANS = ((4, 6, 8, 12), (0.15, 0.2, 0.25, 0.4))
LONGEST_TOURS = ((6, 12, 18, 36), (0.35, 0.4, 0.2, 0.05))
CORE_POSTS = 6


@dataclass(frozen=True, slots=True)
class Size:
    """How large a problem is; the budget as a share of filling every post all the time."""

    recipients: int = 1000
    supporters: int = 1200
    experts: int = 10000
    specialties: int = 30
    quarters: int = 12
    provinces: int = 15
    budget_share: float = 0.31


COUNTRY = Size()
PROVINCE = Size(recipients=67, supporters=80, experts=800, provinces=1)


def invent(size: Size, seed: int) -> Problem:
    """The problem of this size and seed."""
    draw = random.Random(seed)  # noqa: S311 - nothing secret
    regions = [f"R{i:02d}" for i in range(size.provinces)]
    paired = _pairings(draw, regions)
    recipients = tuple(_recipient(draw, i, regions) for i in range(size.recipients))
    supporters = tuple(
        Supporter(f"S{i:04d}", draw.choice(EAST if draw.random() < 0.4 else regions))
        for i in range(size.supporters)
    )
    preferred = set()
    for recipient in recipients:
        able = [one.id for one in supporters if recipient.region in paired[one.region]]
        preferred |= {(one, recipient.id) for one in draw.sample(able, min(2, len(able)))}
    specialties = [f"{i:02d}" for i in range(1, size.specialties + 1)]
    supply, demand = ([draw.gammavariate(3.0, 1.0) for _ in specialties] for _ in range(2))
    experts = tuple(
        _expert(draw, i, supporters, draw.choices(specialties, supply)[0], size.quarters)
        for i in range(size.experts)
    )
    posts: list[Post] = []
    for recipient in recipients:
        posts += _posts(draw, recipient, specialties, demand, size.quarters, len(posts))
    problem = Problem(
        recipients=recipients,
        supporters=supporters,
        experts=experts,
        posts=tuple(posts),
        allowed=frozenset((home, away) for home, all_ in paired.items() for away in all_),
        preferred=frozenset(preferred),
        settings=settings(3 * size.quarters),
    )
    return with_budget(problem, size.budget_share)


def settings(months: int) -> Settings:
    """Costs, lengths and bonuses that every invented problem shares; no budget yet."""
    return Settings(
        months=months,
        start_step=3,
        tour_months=(6, 12, 18, 36),
        flexible_tour_months=(1, 2, 3),
        handover_months=1,
        team_core=4,
        monthly_cost=1.0,
        altitude_surcharge=0.3,
        travel_cost=0.8,
        cross_region_cost=0.5,
        fairness=((0.3, 1.3), (0.3, 1.0), (0.4, 0.7)),
        preferred_bonus=0.10,
        title_quality=(0.90, 0.95, 1.00),
        team_bonus=0.12,
        mentor_bonus=0.25,
        budget=0.0,
    )


def with_budget(problem: Problem, share: float) -> Problem:
    """The same problem with this share of what filling every post would cost."""
    full = sum(
        (post.to_month - post.from_month)
        * post.capacity
        * (1.3 if problem.recipient[post.recipient].high_altitude else 1.0)
        for post in problem.posts
    )
    return replace(problem, settings=replace(problem.settings, budget=round(share * full, 2)))


def _pairings(draw: random.Random, regions: list[str]) -> dict[str, set[str]]:
    """Where each region's hospitals may send: home, and one or two for each eastern region."""
    paired = {region: {region} for region in regions}
    for i, east in enumerate(EAST):
        paired[east] = {regions[i % len(regions)]}
        if i % 2:
            paired[east].add(draw.choice(regions))
    for i in range(len(EAST), len(regions)):
        paired[EAST[(i - len(EAST)) * 2 % len(EAST)]].add(regions[i])
    return paired


def _recipient(draw: random.Random, number: int, regions: list[str]) -> Recipient:
    region = draw.randrange(len(regions))
    lies_high = 0.7 if region < max(1, len(regions) // 4) else 0.05
    return Recipient(
        id=f"H{number:04d}",
        region=regions[region],
        high_altitude=draw.random() < lies_high,
        wants_team=draw.random() < 0.25,
    )


def _expert(
    draw: random.Random,
    number: int,
    supporters: tuple[Supporter, ...],
    specialty: str,
    quarters: int,
) -> Expert:
    start = draw.randrange(max(1, quarters - 1))
    end = min(quarters, start + draw.choices(*SENDING_SPANS)[0])
    title = draw.choices((0, 1, 2), (0.4, 0.4, 0.2))[0]
    return Expert(
        id=f"X{number:05d}",
        supporter=draw.choice(supporters).id,
        specialty=specialty,
        title=title,
        can_lead=title >= 1 and draw.random() < 0.08,
        altitude_ok=draw.random() < 0.7,
        from_month=3 * start,
        to_month=3 * end + 1,
        max_tours=2 if end - start >= 6 and draw.random() < 0.6 else 1,
        max_months=draw.choices(*LONGEST_TOURS)[0],
        flexible_ok=draw.random() < 0.25,
    )


def _posts(
    draw: random.Random,
    recipient: Recipient,
    specialties: list[str],
    demand: list[float],
    quarters: int,
    before: int,
) -> list[Post]:
    """Eight to eleven specialties at a recipient, and a leader where it wants a team."""
    burden = draw.lognormvariate(0, 0.5)
    wanted: list[str] = []
    while len(wanted) < min(draw.randint(8, 11), len(specialties)):
        specialty = draw.choices(specialties, demand)[0]
        if specialty not in wanted:
            wanted.append(specialty)
    posts = []
    for number, specialty in enumerate(wanted):
        core = recipient.wants_team and number < CORE_POSTS
        flexible = not core and draw.random() < 0.2
        if core:
            span = quarters
        else:
            span = draw.randint(1, 3) if flexible else draw.choices(*POST_SPANS)[0]
        span = min(span, quarters)
        start = draw.randint(0, quarters - span)
        mentored = not flexible and span >= 4 and draw.random() < 0.25
        posts.append(
            Post(
                id=f"P{before + number:05d}",
                recipient=recipient.id,
                specialty=specialty,
                leader=False,
                core=core,
                flexible=flexible,
                from_month=3 * start,
                to_month=3 * (start + span),
                min_months=1 if flexible else draw.choices((6, 12), (0.6, 0.4))[0],
                min_title=draw.choices((0, 1), (0.7, 0.3))[0],
                mentor_months=12 if mentored else 0,
                capacity=2 if not flexible and draw.random() < 0.05 else 1,
                weight=round(burden * draw.lognormvariate(0, 0.6) / 3, 4),
            )
        )
    if recipient.wants_team:
        posts.append(
            Post(
                id=f"P{before + len(wanted):05d}",
                recipient=recipient.id,
                specialty="",
                leader=True,
                core=False,
                flexible=False,
                from_month=0,
                to_month=3 * quarters,
                min_months=12,
                min_title=1,
                mentor_months=0,
                capacity=1,
                weight=round(burden * 1.5 / 3, 4),
            )
        )
    return posts
