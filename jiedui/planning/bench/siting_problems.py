"""Invented siting problems of any size, drawn from one seed.

Nothing in them describes a real place. Graphs are drawn as the OR-Library's are: a
way through all vertices, then random edges up to a fiftieth of the square of their
number, lengths from 1 to 100.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from jiedui.planning.domain.siting.cover import CoverProblem, Kind, Place, Site
from jiedui.planning.domain.siting.graph import great_circles, shortest_paths
from jiedui.planning.domain.siting.pmedian import PMedian

KINDS = (
    Kind("terminal", Decimal("1.2"), 6.0),
    Kind("rounds_kit", Decimal("2.6"), 14.0),
    Kind("ambulance", Decimal("9.8"), 30.0),
)


@dataclass(frozen=True, slots=True)
class Size:
    """How large a covering problem is; the budget as a share of the dearest kit everywhere."""

    places: int = 5_000
    sites: int = 500
    towns: int = 120
    kilometres: float = 500.0
    """Edge of the square they lie in."""
    budget_share: float = 0.05


def invent_cover(size: Size, seed: int) -> CoverProblem:
    """Villages around towns, most of them small; sites at places, larger ones more often."""
    draw = random.Random(seed)  # noqa: S311 - nothing secret
    towns = [
        (draw.random(), draw.random(), draw.gammavariate(1.5, 0.03)) for _ in range(size.towns)
    ]
    points, people = [], []
    for _ in range(size.places):
        east, north, wide = draw.choice(towns)
        if draw.random() < 0.25:
            east, north, wide = draw.random(), draw.random(), 0.0
        points.append((east + draw.gauss(0, wide), north + draw.gauss(0, wide)))
        people.append(max(20, round(draw.lognormvariate(6.2, 1.1))))
    chosen = sorted(
        range(size.places), key=lambda place: -(people[place] ** 0.5) * draw.expovariate(1.0)
    )[: size.sites]
    degree = size.kilometres / 111.2
    where = np.array(
        [(38.0 + north * degree, 76.0 + east * degree / 0.77) for east, north in points]
    )
    budget = Decimal(round(size.budget_share * size.sites * float(KINDS[-1].cost), 1))
    return CoverProblem(
        tuple(Place(f"P{number:05d}", count) for number, count in enumerate(people)),
        tuple(Site(f"S{number:04d}") for number in range(size.sites)),
        KINDS,
        budget.quantize(Decimal("0.1")),
        great_circles(where[chosen], where),
    )


def invent_graph(size: int, p: int, seed: int) -> PMedian:
    """A random graph of this many vertices."""
    draw = random.Random(seed)  # noqa: S311 - nothing secret
    edges = [(one, one + 1, draw.randint(1, 100)) for one in range(size - 1)]
    while len(edges) < size * size // 50:
        one, other = draw.randrange(size), draw.randrange(size)
        if one != other:
            edges.append((one, other, draw.randint(1, 100)))
    return PMedian(shortest_paths(size, edges), p)
