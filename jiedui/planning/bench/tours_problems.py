"""Invented instances of many sites, in the literature's format.

After Cordeau, Laporte and Mercier (2001, *A unified tabu search heuristic for vehicle
routing problems with time windows*): sites gather around a few centres, services
and profits of 1 to 25, windows of 90 to 180 minutes that open in the first half of a
day of 1,000. Those instances have 48 to 288 sites and several depots; these have one.
"""

from __future__ import annotations

import math
import random
from pathlib import Path

DAY = 1000
CENTRES = 4


def points(sites: int, seed: int) -> list[tuple[int, float, float, int, int, int, int]]:
    """Number, x, y, service, profit, opening and closing of the depot and the sites."""
    chance = random.Random(seed)  # noqa: S311 - a test problem
    centres = [(chance.uniform(-50, 50), chance.uniform(-50, 50)) for _ in range(CENTRES)]
    rows = [(0, 0.0, 0.0, 0, 0, 0, DAY)]
    while len(rows) <= sites:
        x, y = chance.uniform(-100, 100), chance.uniform(-100, 100)
        near = sum(math.exp(-0.05 * math.dist((x, y), centre)) for centre in centres)
        if chance.random() > near:
            continue
        opens = chance.randint(60, 480)
        closes = opens + chance.randint(90, 180)
        service, profit = chance.randint(1, 25), chance.randint(1, 25)
        rows.append((len(rows), round(x, 3), round(y, 3), service, profit, opens, closes))
    return rows


def write(path: Path, sites: int, seed: int) -> None:
    """Write an instance; a name that begins with ``pr`` has distances of two decimals."""
    lines = [f"4 1 {sites} 1", f"{DAY} 0"]
    for number, x, y, service, profit, opens, closes in points(sites, seed):
        unused = "0 0" if number == 0 else "1 1 1"
        lines.append(f"{number} {x:.3f} {y:.3f} {service} {profit} {unused} {opens} {closes}")
    path.write_text("\n".join(lines) + "\n", "ascii")
