"""Tours: the literature's instances for one and two routes, and invented ones of 250 sites.

One route is held against proven optima, two routes and the large instances against
the best that ten minutes find and against greedy insertion. What ten minutes found
is kept in ``plans`` and not looked for again; a short run that finds more replaces it.
"""

from __future__ import annotations

import csv
import json
from functools import partial
from pathlib import Path
from typing import Any

from jiedui.core.errors import InvalidInput
from jiedui.planning.bench.measure import Instance, Result, Target, Tell
from jiedui.planning.bench.tours_problems import write
from jiedui.planning.domain.runs import Progress, Run, proven_gap
from jiedui.planning.domain.tours import referee
from jiedui.planning.domain.tours.greedy import insertion
from jiedui.planning.domain.tours.network import lay_out
from jiedui.planning.domain.tours.problem import Problem
from jiedui.planning.domain.tours.schedule import Plan
from jiedui.planning.domain.tours.solve import solve
from jiedui.planning.sources.toptw_files import read_instance

SOLOMON = "toptw_solomon"
ONE_SECONDS, TWO_SECONDS, LARGE_SECONDS, LONG_SECONDS = 5.0, 10.0, 30.0, 600.0
TWO = ("c102", "c104", "r102", "r104", "r108", "r112", "rc102", "rc104", "rc108")
LARGE = ((1, 2), (2, 2), (3, 4))
"""Seed and number of routes."""
SITES = 250


def planned(problem: Problem, seconds: float, tell: Tell) -> tuple[Plan, Run]:
    """A plan within some seconds, seen by the referee."""
    run = Run(seconds=seconds)

    def line(progress: Progress) -> None:
        if run.work % 20 == 0:
            tell(f"{run.elapsed:7.1f} s  {progress.objective} of {progress.bound}")

    run.tell = line
    plan = solve(problem, run)
    wrong = referee.faults(problem, plan.routes)
    if wrong or referee.profit(problem, plan.routes) != plan.profit:
        raise RuntimeError(f"the referee sees it otherwise: {wrong[:3]}")
    return plan, run


def one_route(folder: Path, tell: Tell) -> Result:
    """All instances with a proven optimum, five seconds each."""
    optima = _optima(folder)
    missed, proven, longest = [], 0, 0.0
    for name, optimum in optima.items():
        problem = read_instance(folder / SOLOMON / f"{name}.txt", 1)
        plan, run = planned(problem, ONE_SECONDS, lambda text: None)
        proven += plan.bound == plan.profit
        longest = max(longest, run.elapsed)
        tell(f"{name}: {plan.profit} of {optimum} in {run.elapsed:.1f} s, at most {plan.bound}")
        if plan.profit > optimum:
            raise RuntimeError(f"{name}: {plan.profit} is more than the proven {optimum}")
        if plan.profit < optimum:
            missed.append(name)
    share = 1 - len(missed) / len(optima)
    values = {"missed": missed, "proven_here": proven, "longest_seconds": round(longest, 2)}
    return Result(values, (Target("share of the optima", share, at_least=0.9),))


def two_routes(name: str, folder: Path, tell: Tell) -> Result:
    """An instance of 100 sites for two routes: ten seconds against ten minutes."""
    problem = read_instance(_there(folder / SOLOMON / f"{name}.txt"), 2)
    return _against_long(folder, f"tours-two-{name}", problem, TWO_SECONDS, 0.01, tell)


def large(seed: int, routes: int, folder: Path, tell: Tell) -> Result:
    """An invented instance of 250 sites: thirty seconds against ten minutes."""
    path = folder / "tours" / f"pr{SITES}-{seed}.txt"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, SITES, seed)
    problem = read_instance(path, routes)
    name = f"tours-{SITES}-{seed}-routes-{routes}"
    return _against_long(folder, name, problem, LARGE_SECONDS, 0.03, tell)


def _against_long(
    folder: Path, name: str, problem: Problem, seconds: float, gap: float, tell: Tell
) -> Result:
    plan, run = planned(problem, seconds, tell)
    greedy = sum(
        problem.sites[site].profit for order in insertion(lay_out(problem)) for site in order
    )
    path = folder / "plans" / f"{name}.json"
    best = json.loads(path.read_text("utf-8")) if path.exists() else None
    if best is None:
        best = _kept(*planned(problem, LONG_SECONDS, tell), problem)
    if plan.profit > best["profit"]:
        best = _kept(plan, run, problem)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(best) + "\n", "utf-8")
    short = (best["profit"] - plan.profit) / best["profit"]
    values = {
        "profit": plan.profit,
        "bound": plan.bound,
        "gap": proven_gap(plan.profit, plan.bound),
        "work": plan.work,
        "planning_seconds": round(run.elapsed, 2),
        "greedy": greedy,
        "best_known": best["profit"],
    }
    return Result(
        values,
        (
            Target("below ten minutes' best", short, at_most=gap),
            Target("profit / greedy's", plan.profit / greedy, at_least=1.05),
        ),
    )


def _kept(plan: Plan, run: Run, problem: Problem) -> dict[str, Any]:
    routes = [[int(problem.sites[stop.site].key) for stop in route.stops] for route in plan.routes]
    return {
        "profit": plan.profit,
        "bound": plan.bound,
        "routes": routes,
        "work": plan.work,
        "seconds": round(run.elapsed, 1),
    }


def _optima(folder: Path) -> dict[str, int]:
    path = _there(folder / SOLOMON / "optimum_one_route.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return {row["instance"]: int(row["optimum"]) for row in csv.DictReader(file)}


def _there(path: Path) -> Path:
    if not path.exists():
        raise InvalidInput("file-not-there", "The file is missing.", field=str(path))
    return path


INSTANCES: dict[str, Instance] = {
    "tours-one-route": one_route,
    **{
        f"tours-{SITES}-{seed}-routes-{routes}": partial(large, seed, routes)
        for seed, routes in LARGE
    },
    **{f"tours-two-{name}": partial(two_routes, name) for name in TWO},
}
