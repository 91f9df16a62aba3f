"""Greedy insertion: what an experienced dispatcher does with a list and a map.

Insert, again and again, the visit with the largest worth² ÷ added time
(Vansteenwegen et al. 2009). It starts the search, fills gaps at the end, and is
the baseline in the bench.
"""

from __future__ import annotations

from collections.abc import Sequence

from jiedui.planning.domain.tours.network import Network
from jiedui.planning.domain.tours.problem import Problem


def insertion(network: Network, orders: Sequence[Sequence[int]] | None = None) -> list[list[int]]:
    """Orders of sites by shift, filled from ``orders`` (or from nothing) until nothing fits."""
    problem = network.problem
    filled = [list(order) for order in orders] if orders else [[] for _ in problem.shifts]
    may = [set(network.kinds[kind].site.tolist()) for _, kind in sorted(network.kind_of().items())]
    open_ = set().union(*may) if may else set()
    open_ -= {site for order in filled for site in order}
    open_ -= {site for site in open_ if network.worth[site] <= 0}
    spots: dict[tuple[int, int], tuple[int, int] | None] = {}
    while open_:
        best: tuple[float, int, int, int] | None = None
        for site in sorted(open_):
            for shift, order in enumerate(filled):
                if site not in may[shift]:
                    continue
                if (site, shift) not in spots:
                    spots[site, shift] = cheapest(problem, shift, order, site)
                spot = spots[site, shift]
                if spot is None:
                    continue
                rate = int(network.worth[site]) ** 2 / max(spot[0], 1)
                if best is None or rate > best[0]:
                    best = (rate, site, shift, spot[1])
        if best is None:
            return filled
        _, site, shift, position = best
        filled[shift].insert(position, site)
        open_.discard(site)
        spots = {key: spot for key, spot in spots.items() if key[1] != shift}
    return filled


def cheapest(
    problem: Problem, shift: int, order: Sequence[int], site: int
) -> tuple[int, int] | None:
    """Added time and position of the best insertion that keeps all windows; None if none does."""
    day = problem.shifts[shift]
    travel = problem.travel[day.roads]
    new = problem.sites[site]
    latest = latest_starts(problem, shift, order)
    now, here = day.start, day.depart
    best: tuple[int, int] | None = None
    for position in range(len(order) + 1):
        start = _start(new.windows, now + int(travel[here, new.place]))
        if start is None:
            break
        leave = start + new.service
        if position == len(order):
            back = leave + int(travel[new.place, day.home])
            added = back - now - int(travel[here, day.home])
            if back <= day.end and (best is None or added < best[0]):
                best = (added, position)
            break
        follow = problem.sites[order[position]]
        then = _start(follow.windows, leave + int(travel[new.place, follow.place]))
        direct = _start(follow.windows, now + int(travel[here, follow.place]))
        if direct is None:
            break
        if then is not None and then <= latest[position]:
            added = then - direct
            if best is None or added < best[0]:
                best = (added, position)
        now, here = direct + follow.service, follow.place
    return best


def latest_starts(problem: Problem, shift: int, order: Sequence[int]) -> list[int]:
    """The latest start of each stop from which all later ones can still be kept."""
    day = problem.shifts[shift]
    travel = problem.travel[day.roads]
    latest: list[int] = []
    limit, then = day.end, day.home
    for at in reversed(order):
        site = problem.sites[at]
        limit = limit - int(travel[site.place, then]) - site.service
        fits = [min(late, limit) for early, late in site.windows if early <= min(late, limit)]
        limit = max(fits, default=-1)
        latest.append(limit)
        then = site.place
    return latest[::-1]


def _start(windows: Sequence[tuple[int, int]], arrival: int) -> int | None:
    starts = [max(early, arrival) for early, late in windows if early <= late and arrival <= late]
    return min(starts, default=None)
