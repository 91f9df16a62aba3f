"""Working out lineage grows with the directory and not with its square."""

from __future__ import annotations

import random
import time
from datetime import date
from uuid import UUID

from jiedui.directory.domain.lineage import Edge, Graph, lineage


def directory(size: int) -> tuple[list[Edge], list[UUID]]:
    """So many organisations, a tenth of them regions, five edges to each, with moves."""
    chance = random.Random(4)
    places = [UUID(int=n) for n in range(1, size // 2 + 1)]
    hospitals = [UUID(int=n) for n in range(100_001, 100_001 + size * 9 // 10)]
    before, after = date(2019, 12, 31), date(2020, 1, 1)
    edges = []
    for tree in ("administrative", "corps", "health"):
        for at, place in enumerate(places[1:], 1):
            edges.append(Edge(place, places[at // 9], tree, None, before))
            edges.append(Edge(place, places[(at - 1) // 8], tree, after, None))
    for body in hospitals:
        edges.append(Edge(body, chance.choice(places), "", None, before))
        edges.append(Edge(body, chance.choice(places), "", after, None))
    edges.extend(
        Edge(hospitals[at], hospitals[at // 7], "", date(2021, 1, 1), None)
        for at in range(1, size * 5 + 1 - len(edges))
    )
    return edges, places[: size // 10] + hospitals


def seconds_for(size: int) -> float:
    """Processor time for a directory of this size, the best of three."""
    edges, bodies = directory(size)
    assert len(edges) >= size * 5
    took = []
    for _ in range(3):
        began = time.process_time()
        rows = lineage(Graph.of(edges), bodies)
        took.append(time.process_time() - began)
    assert len(rows) > len(bodies)
    return min(took)


def test_ten_times_the_organisations_do_not_take_a_hundred_times_as_long() -> None:
    # Some fifteen times as long, and a hundred were it quadratic.
    assert seconds_for(10_000) < 40 * seconds_for(1_000)
