"""Plans a round: PyVRP in one process, bounds and labels in the other, a pool over both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from jiedui.planning.domain.runs import Progress, Run
from jiedui.planning.domain.tours import referee
from jiedui.planning.domain.tours.desk import Desk
from jiedui.planning.domain.tours.greedy import insertion
from jiedui.planning.domain.tours.network import Network, lay_out
from jiedui.planning.domain.tours.pool import Choice, Pool
from jiedui.planning.domain.tours.problem import Problem
from jiedui.planning.domain.tours.reasons import unserved
from jiedui.planning.domain.tours.schedule import Plan, Route, drive
from jiedui.planning.domain.tours.worker import Apart, Here, Start

Chosen = list[tuple[int, tuple[int, ...]]]
PORTION = 90_000
"""PyVRP iterations of a round × options."""
FEW, MANY = 50, 800
"""The fewest and most iterations of a round."""
ALONE = 200
"""The most for a single vehicle-day, where the labels are better at it."""
QUOTA = 60_000_000
"""Elementary operations of a round beside them."""
MASTER = 4
"""Rounds from one LP and MIP over the pool to the next."""
JOIN = 3
"""Rounds before PyVRP has a part: by then its process stands."""


def solve(problem: Problem, run: Run, *, seed: int = 0, processes: int = 2) -> Plan:
    """The best plan found until ``run`` is over, with a bound on every plan.

    A round of work is one portion of PyVRP and one quota of bounds and labels, side
    by side; what they find counts only when the round is whole, so that the same seed
    and the same number of rounds give the same plan on any machine.
    """
    network = lay_out(problem)
    pool = Pool(network)
    best = _greedy(network, pool)
    desk = Desk(network, _worth(network, best))
    bound, bound_by = desk.bound, desk.bound_by
    options = len(network.options())
    if options and _worth(network, best) < bound and not run.over():
        steps = desk.run()
        helper = Apart(problem, seed) if processes > 1 else Here(network, seed)
        start: Start | None = _start(network, best)
        portion = min(MANY if len(problem.shifts) > 1 else ALONE, max(FEW, PORTION // options))
        try:
            while _round(desk, steps, helper, run, portion, start, pool):
                choice = _choice(pool, desk, best, run)
                if choice is None:
                    break
                better = choice.plan
                start = None
                if _worth(network, better) > _worth(network, best):
                    best = better
                    start = _start(network, best)
                bound, bound_by = desk.bound, desk.bound_by
                desk.worth = _worth(network, best)
                if desk.proven and desk.worth < bound:
                    bound, bound_by = desk.worth, "all-routes"
                run.done()
                run.tell(Progress("Searching for tours", run.work, desk.worth, bound))
                if desk.worth >= bound or run.over():
                    break
        finally:
            helper.close()
    return _plan(network, best, bound, bound_by, run)


def _round(
    desk: Desk,
    steps: Iterator[int],
    helper: Apart | Here,
    run: Run,
    iterations: int,
    start: Start | None,
    pool: Pool,
) -> bool:
    """One round: its routes into the pool; False if the run was over before its end."""
    joined = run.work >= JOIN
    if joined:
        helper.post(iterations, start)
    done = 0
    while done < QUOTA and not desk.proven:
        if run.over():
            return False
        done += next(steps, QUOTA)
    if joined:
        told = helper.collect(run.over)
        if told is None:
            return False
        for kind, order in told:
            pool.add(kind, order)
    for kind, order in desk.routes:
        pool.add(kind, order)
    desk.routes.clear()
    return True


def _choice(pool: Pool, desk: Desk, best: Chosen, run: Run) -> Choice | None:
    """The best plan to be had after a round; None if the clock cut it short."""
    plan = pool.pairs(best)
    if desk.every is not None:
        choice = pool.exact(plan, desk.every, run.left)
        desk.every = None
        desk.proven = choice is not None and choice.proven
        return choice
    if run.work % MASTER == MASTER - 1 and len(pool.network.problem.shifts) > 1:
        choice = pool.master(plan, run.left)
        desk.asked = None if choice is None else choice.price
        return choice
    return Choice(plan, np.zeros_like(pool.network.worth), proven=False)


def _worth(network: Network, chosen: Chosen) -> int:
    return sum(int(network.worth[site]) for _, order in chosen for site in order)


def _greedy(network: Network, pool: Pool) -> Chosen:
    """Greedy insertion as the first plan."""
    kind_of = network.kind_of()
    chosen: Chosen = []
    for shift, order in enumerate(insertion(network)):
        if order:
            pool.add(kind_of[shift], order)
            chosen.append((kind_of[shift], tuple(order)))
    return chosen


def _start(network: Network, chosen: Chosen) -> Start:
    """A plan as PyVRP reads it: the window of each stop named."""
    routes = []
    for kind, order in chosen:
        route = drive(network.problem, network.kinds[kind].shifts[0], order)
        if route is not None:
            routes.append((kind, [(stop.site, stop.window) for stop in route.stops]))
    return routes


def _orders(network: Network, chosen: Chosen) -> list[list[int]]:
    """Orders by shift: alike vehicle-days are filled in their order."""
    orders: list[list[int]] = [[] for _ in network.problem.shifts]
    free = [list(kind.shifts) for kind in network.kinds]
    for kind, order in sorted(chosen):
        orders[free[kind].pop(0)] = list(order)
    return orders


def _plan(network: Network, chosen: Chosen, bound: int, bound_by: str, run: Run) -> Plan:
    """Times, reasons and figures of the chosen routes; checked by the referee."""
    problem = network.problem
    orders = insertion(network, _orders(network, chosen))
    routes = _drive_all(problem, orders)
    wrong = referee.faults(problem, routes)
    if wrong:
        raise RuntimeError(f"the plan breaks its rules: {wrong[:3]}")
    broken = referee.broken_pins(problem, routes)
    profit = referee.profit(problem, routes)
    limit = bound - network.bonus * (len(problem.pins) - len(broken))
    return Plan(
        routes=routes,
        profit=profit,
        bound=max(limit, profit),
        bound_by=bound_by,
        unserved=unserved(problem, orders),
        broken_pins=broken,
        work=run.work,
        seconds=run.elapsed,
    )


def _drive_all(problem: Problem, orders: Sequence[Sequence[int]]) -> tuple[Route, ...]:
    driven = []
    for shift, order in enumerate(orders):
        route = drive(problem, shift, order) if order else None
        if route is not None:
            driven.append(route)
    return tuple(driven)
