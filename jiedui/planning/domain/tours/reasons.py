"""Why a site is left out, in a word that docs/planning-files.md explains.

no-window, no-vehicle, no-worth, shift-too-short, too-early, too-late, gives-way.
"""

from __future__ import annotations

from collections.abc import Sequence

from jiedui.planning.domain.tours.greedy import cheapest
from jiedui.planning.domain.tours.network import allowed
from jiedui.planning.domain.tours.problem import Problem
from jiedui.planning.domain.tours.schedule import Unserved, drive


def unserved(problem: Problem, orders: Sequence[Sequence[int]]) -> tuple[Unserved, ...]:
    """Every site not visited, with its reason."""
    visited = {site for order in orders for site in order}
    may = allowed(problem)
    found = []
    for at in range(len(problem.sites)):
        if at in visited:
            continue
        reason = why(problem, at, [shift for shift, sites in enumerate(may) if at in sites])
        instead = _instead(problem, at, orders, may) if reason == "gives-way" else ()
        found.append(Unserved(at, reason, instead))
    return tuple(found)


def why(problem: Problem, at: int, shifts: Sequence[int]) -> str:
    """The reason for one site, given the vehicle-days that may visit it."""
    site = problem.sites[at]
    windows = [(early, late) for early, late in site.windows if early <= late]
    if not windows:
        return "no-window"
    if not shifts:
        return "no-vehicle"
    if any(drive(problem, shift, [at]) for shift in shifts):
        return "gives-way" if site.profit > 0 else "no-worth"
    fits = reached = False
    for number in shifts:
        shift = problem.shifts[number]
        travel = problem.travel[shift.roads]
        out = int(travel[shift.depart, site.place])
        home = int(travel[site.place, shift.home])
        fits |= out + site.service + home <= shift.end - shift.start
        # A window wholly after the shift is the next day's; it is "too late" only on the last.
        reached |= any(shift.start + out <= late for _, late in windows)
    if not fits:
        return "shift-too-short"
    return "too-late" if reached else "too-early"


def _instead(
    problem: Problem, at: int, orders: Sequence[Sequence[int]], may: Sequence[frozenset[int]]
) -> tuple[int, ...]:
    """The least worthy one stop that would have to go; empty when one is not enough."""
    best: tuple[int, int] | None = None
    for shift, order in enumerate(orders):
        if at not in may[shift]:
            continue
        for position, site in enumerate(order):
            rest = [*order[:position], *order[position + 1 :]]
            worth = problem.sites[site].profit
            if best is not None and worth >= best[0]:
                continue
            if cheapest(problem, shift, rest, at) is not None:
                best = (worth, site)
    return () if best is None else (best[1],)
