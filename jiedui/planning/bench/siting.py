"""Siting: the OR-Library's p-medians, larger ones of their make, and invented coverings.

Every plan has been before the referee when the planner gives it back. The OR-Library's
instances lie in ``pmedian`` of the folder, their optima in ``optimum.csv`` there.
"""

from __future__ import annotations

import csv
from functools import partial
from pathlib import Path
from typing import Any

from jiedui.core.errors import InvalidInput
from jiedui.planning.bench.measure import Instance, Result, Target, Tell
from jiedui.planning.bench.siting_problems import Size, invent_graph, write_cover
from jiedui.planning.domain.runs import Run
from jiedui.planning.domain.siting.cover_plan import solve as solve_cover
from jiedui.planning.domain.siting.pmedian import Medians, PMedian
from jiedui.planning.domain.siting.pmedian import solve as solve_pmedian
from jiedui.planning.sources.pmedian_files import read_pmedian
from jiedui.planning.sources.siting_files import read_cover

LIBRARY = "pmedian"
MANY_SECONDS, FEW_SECONDS, COVER_SECONDS = 10.0, 60.0, 30.0
FEW_GAP, COVER_GAP = 0.005, 1e-4
LARGE = ((800, 5, 1), (800, 5, 2), (800, 10, 3), (900, 5, 4))
"""Vertices, sites and seed; as the OR-Library's largest with few sites."""


def library(many: bool, folder: Path, tell: Tell) -> Result:
    """The OR-Library's instances with at least a tenth of the vertices as sites, or with fewer."""
    limit = MANY_SECONDS if many else FEW_SECONDS
    done: dict[str, Medians] = {}
    longest = 0.0
    for name, optimum in _optima(folder).items():
        run = Run(seconds=limit)
        problem = read_pmedian(folder / LIBRARY / f"{name}.txt")
        if (10 * problem.p >= problem.cost.shape[0]) != many:
            continue
        found = solve_pmedian(problem, run)
        longest = max(longest, run.elapsed)
        done[name] = found
        tell(f"{name}: {found.objective:g} of {optimum}, {run.elapsed:.1f} s, {_state(found)}")
        if found.objective < optimum or (found.proven and found.objective > optimum):
            raise RuntimeError(f"{name}: {found.objective} cannot be, {optimum} is the best")
    proven = sum(found.proven for found in done.values()) / len(done) if done else None
    gaps = [1.0 if found.gap is None else found.gap for found in done.values()]
    values = {"instances": list(done), "longest_seconds": round(longest, 2), "proven": proven}
    if many:
        return Result(
            values,
            (
                Target("share proven optimal", proven, at_least=1),
                Target("longest, s", longest, at_most=MANY_SECONDS),
            ),
        )
    return Result(values, (Target("largest gap", max(gaps, default=None), at_most=FEW_GAP),))


def large_graph(size: int, p: int, seed: int, folder: Path, tell: Tell) -> Result:
    """A larger graph with few sites, reading its ways included."""
    run = Run(seconds=FEW_SECONDS)
    problem: PMedian = invent_graph(size, p, seed)
    tell(f"{run.elapsed:.1f} s for the shortest ways")
    found = solve_pmedian(problem, run)
    tell(f"{found.objective:g} in {run.elapsed:.1f} s, {_state(found)}")
    values = {
        "objective": found.objective,
        "bound": found.bound,
        "proven": found.proven,
        "work": found.work,
        "planning_seconds": round(run.elapsed, 2),
    }
    return Result(values, (Target("gap", found.gap, at_most=FEW_GAP),))


def covering(size: Size, seed: int, folder: Path, tell: Tell) -> Result:
    """An invented covering problem read from its folder."""
    path = folder / "siting" / f"cover-{size.places}-{size.sites}-{seed}"
    if not (path / "settings.json").exists():
        write_cover(path, size, seed)
    run = Run(seconds=COVER_SECONDS)
    plan = solve_cover(read_cover(path), run)
    tell(f"{plan.objective:g} of at most {plan.bound:g} in {run.elapsed:.1f} s")
    values: dict[str, Any] = {
        "objective": plan.objective,
        "bound": plan.bound,
        "share_reached": plan.objective / plan.people,
        "greedy_share": plan.greedy / plan.bound,
        "work": plan.work,
        "planning_seconds": round(run.elapsed, 2),
    }
    return Result(values, (Target("gap", plan.gap, at_most=COVER_GAP),))


def _state(found: Medians) -> str:
    if found.proven:
        return "proven"
    return "no bound" if found.gap is None else f"gap {100 * found.gap:.3f} %"


def _optima(folder: Path) -> dict[str, int]:
    path = folder / LIBRARY / "optimum.csv"
    if not path.exists():
        raise InvalidInput(
            "bench-data-missing", "“%(file)s” is missing in the folder of the bench.",
            file=f"{LIBRARY}/{path.name}",
        )  # fmt: skip
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["instance"]: int(row["optimum"]) for row in csv.DictReader(file)}


INSTANCES: dict[str, Instance] = {
    "siting-pmedian-many": partial(library, True),
    "siting-pmedian-few": partial(library, False),
    **{
        f"siting-pmedian-{size}-{p}-{seed}": partial(large_graph, size, p, seed)
        for size, p, seed in LARGE
    },
    **{f"siting-cover-{seed}": partial(covering, Size(), seed) for seed in (1, 2, 3)},
}
