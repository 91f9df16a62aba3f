"""Invented siting problems of any size, drawn from one seed.

Nothing in them describes a real place. Graphs are drawn as the OR-Library's are: a
way through all vertices, then random edges up to a fiftieth of the square of their
number, lengths from 1 to 100.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jiedui.planning.domain.siting.cover import CoverProblem, Kind, Place, Site
from jiedui.planning.domain.siting.graph import great_circles, shortest_paths
from jiedui.planning.domain.siting.pmedian import PMedian
from jiedui.planning.sources.writing import write_rows

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


@dataclass(frozen=True, eq=False, slots=True)
class Country:
    """Places by latitude, longitude and people; sites by the numbers of their places."""

    where: NDArray[np.float64]
    people: list[int]
    sites: list[int]
    budget: Decimal


def invent_country(size: Size, seed: int) -> Country:
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
        [
            (round(38.0 + north * degree, 5), round(76.0 + east * degree / 0.77, 5))
            for east, north in points
        ]
    )
    budget = Decimal(str(round(size.budget_share * size.sites * float(KINDS[-1].cost), 1)))
    return Country(where, people, chosen, budget)


def invent_cover(size: Size, seed: int) -> CoverProblem:
    """The covering problem of a country."""
    made = invent_country(size, seed)
    return CoverProblem(
        tuple(Place(f"P{number:05d}", count) for number, count in enumerate(made.people)),
        tuple(Site(f"S{number:04d}") for number in range(size.sites)),
        KINDS,
        made.budget,
        great_circles(made.where[made.sites], made.where),
    )


def write_cover(folder: Path, size: Size, seed: int) -> None:
    """Write a country as a folder that ``jiedui plan siting cover`` reads."""
    made = invent_country(size, seed)
    folder.mkdir(parents=True, exist_ok=True)
    where = [(str(north), str(east)) for north, east in made.where.tolist()]
    write_rows(
        folder / "demand.csv",
        ("place", "latitude", "longitude", "people"),
        [(f"P{n:05d}", *where[n], count) for n, count in enumerate(made.people)],
    )
    write_rows(
        folder / "sites.csv",
        ("site", "latitude", "longitude"),
        [(f"S{n:04d}", *where[place]) for n, place in enumerate(made.sites)],
    )
    write_rows(
        folder / "kinds.csv",
        ("kind", "cost", "reach_km"),
        [(kind.code, kind.cost, kind.reach) for kind in KINDS],
    )
    (folder / "settings.json").write_text(f'{{"budget": {made.budget}}}\n', "utf-8")


def invent_graph(size: int, p: int, seed: int) -> PMedian:
    """A random graph of this many vertices."""
    draw = random.Random(seed)  # noqa: S311 - nothing secret
    edges = [(one, one + 1, draw.randint(1, 100)) for one in range(size - 1)]
    while len(edges) < size * size // 50:
        one, other = draw.randrange(size), draw.randrange(size)
        if one != other:
            edges.append((one, other, draw.randint(1, 100)))
    return PMedian(shortest_paths(size, edges), p)
