"""A bound on every plan: prices on the sites, and the best relaxed route under them.

With a price λ ≥ 0 on each site, no plan is worth more than Σλ + Σ (over vehicle-days)
of the best route under worth − λ. The best route is found over a relaxation in which
a site may be visited again, but not at once before or after the same neighbour
(2-cycle elimination: Houck, Picard, Queyranne and Vemuganti 1980), on a time grid
whose travel times are rounded down. Each of these only lets more routes in, so the
value is a bound whatever the prices. The prices are moved by subgradient steps.

The same table bounds what a *partial* route can still collect; the label search
(labels.py) throws away by it (completion bounds, as in Righini and Salani 2009,
*Decremental state space relaxation strategies … for the orienteering problem with
time windows*).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jiedui.planning.domain.tours.network import LONG, Array, Kind, Network

SCALE = 64
"""Prices are kept in this part of a point: whole numbers, so that bounds are exact."""
NEVER = -(1 << 60)
Table = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Tail:
    """For each option and grid time: the most that can follow a service started then."""

    grid: int
    first: Table
    """The most that can follow."""
    best: int
    """The best whole route; 0 is to stay at home."""
    route: tuple[int, ...]
    """Options of one best relaxed route, some perhaps twice."""

    def after(self, option: Array, time: Array) -> Table:
        """Bound on what follows a service of ``option`` started at ``time``."""
        found: Table = self.first[option, time // self.grid]
        return found


def grid_of(kind: Kind, cells: int) -> int | None:
    """Width of a grid cell for about ``cells`` cells; None where moves take no time."""
    real = kind.step[kind.step < LONG]
    shortest = int(real.min()) if real.size else kind.length
    if shortest < 1:
        return None
    return max(1, min(shortest, -(-int(kind.closes.max(initial=0) + 1) // cells)))


def tail(kind: Kind, gains: Array, grid: int, *, cycles: bool = True) -> Tail:
    """Solve the relaxation backwards in time; ``gains`` are scaled, by option.

    Without ``cycles`` two neighbours may alternate: weaker, and four times as fast.
    """
    size = kind.size
    if size == 0:
        return Tail(grid, np.zeros((0, 1), np.int64), 0, ())
    opens, closes = kind.opens // grid, kind.closes // grid
    end = int(closes.max()) + 1
    steps = np.minimum(kind.step // grid, end)
    block = max(1, int(steps.min()))
    width = 2 * end + block
    came = np.full((size, width), NEVER, dtype=np.int64)
    came_other = came.copy()
    following = np.full((size, width), -1, dtype=np.int16)
    first = np.zeros((size, end), dtype=np.int64)
    first_next = np.full((size, end), -1, dtype=np.int16)
    base = (np.arange(size)[None, :] * width + steps).astype(np.int64)
    rows = np.arange(size)
    flat, flat_other, flat_next = came.ravel(), came_other.ravel(), following.ravel()
    for high in range(end, 0, -block):
        low = max(0, high - block)
        times = np.arange(low, high)
        active = np.flatnonzero((opens < high) & (closes >= low))
        if active.size:
            spots = base[active][:, :, None] + times[None, None, :]
            value = flat.take(spots)
            if cycles:
                turned = flat_next.take(spots) == active[:, None, None].astype(np.int16)
                np.copyto(value, flat_other.take(spots), where=turned)
            pick = value.argmax(axis=1)
            most = np.take_along_axis(value, pick[:, None, :], axis=1)[:, 0, :]
            go = most > 0
            first[active, low:high] = np.where(go, most, 0)
            first_next[active, low:high] = np.where(go, pick, -1)
            if cycles:
                np.put_along_axis(value, pick[:, None, :], NEVER, axis=1)
                second = np.maximum(value.max(axis=1), 0)
        for at, one in enumerate(active):
            start, stop = max(low, int(opens[one])), min(high, int(closes[one]) + 1)
            if start >= stop:
                continue
            came[one, start:stop] = gains[one] + first[one, start:stop]
            following[one, start:stop] = first_next[one, start:stop]
            if cycles:
                came_other[one, start:stop] = gains[one] + second[at, start - low : stop - low]
            if start == opens[one] and start > 0:
                came[one, :start] = came[one, start]
                came_other[one, :start] = came_other[one, start]
                following[one, :start] = following[one, start]
    starts = came[rows, opens]
    head = int(starts.argmax())
    best = int(starts[head])
    if best <= 0:
        return Tail(grid, first, 0, ())
    route = _follow(head, int(opens[head]), opens, steps, came, came_other, following, cycles)
    return Tail(grid, first, best, route)


def _follow(
    head: int,
    time: int,
    opens: Array,
    steps: Array,
    came: Table,
    came_other: Table,
    following: npt.NDArray[np.int16],
    cycles: bool,
) -> tuple[int, ...]:
    """Read one best relaxed route off the tables."""
    route, before, here = [head], -1, head
    while True:
        then = time + steps[here]
        value = came[np.arange(len(opens)), then]
        if cycles:
            turned = following[np.arange(len(opens)), then] == here
            value = np.where(turned, came_other[np.arange(len(opens)), then], value)
            if before >= 0:
                value[before] = NEVER
        onward = int(value.argmax())
        if value[onward] <= 0:
            return tuple(route)
        time = max(int(then[onward]), int(opens[onward]))
        before, here = here, onward
        route.append(here)


@dataclass(slots=True, eq=False)
class Prices:
    """Prices on sites, the tails under them, and the bound they prove."""

    price: Array
    """Scaled, by site."""
    tails: tuple[Tail, ...]
    total: int
    """Scaled bound on the worth of every plan."""

    @property
    def bound(self) -> int:
        """The same in points; worths are whole, so rounding down is right."""
        return self.total // SCALE


def gains_under(kind: Kind, price: Array) -> Array:
    """Scaled worth less price, by option."""
    gains: Array = kind.worth * SCALE - price[kind.site]
    return gains


def price_at(network: Network, price: Array, grids: list[int], *, cycles: bool = True) -> Prices:
    """The bound under given prices."""
    tails = tuple(
        tail(kind, gains_under(kind, price), grid, cycles=cycles)
        for kind, grid in zip(network.kinds, grids, strict=True)
    )
    total = int(price.sum()) + sum(
        len(kind.shifts) * found.best for kind, found in zip(network.kinds, tails, strict=True)
    )
    return Prices(price, tails, total)


def knapsack(network: Network) -> int:
    """A plain bound on the worth: all sites by worth per least time, cut at all shifts' time.

    Each visit takes its service and at least the shortest way to it; a fraction of
    the last site may be counted. Valid always, good only for days that are full.
    """
    least: dict[int, int] = {}
    room = 0
    for kind in network.kinds:
        room += kind.length * len(kind.shifts)
        for at in range(kind.size):
            ways = kind.step[:, at] - kind.service
            way = min(int(kind.out[at]), int(ways.min(initial=LONG)))
            site, need = int(kind.site[at]), way + int(kind.service[at])
            least[site] = min(need, least.get(site, need))
    total = 0
    worthy = [site for site in least if network.worth[site] > 0]
    by_rate = sorted(worthy, key=lambda site: least[site] / int(network.worth[site]))
    for site in by_rate:
        need, worth = least[site], int(network.worth[site])
        if need > room:
            return total + (worth * room // need if need else worth)
        total, room = total + worth, room - need
    return total


def descend(
    network: Network,
    target: Callable[[], int],
    grids: list[int],
    *,
    start: Array | None = None,
    cycles: bool = True,
) -> Iterator[Prices]:
    """Move the prices down towards ``target`` (a worth in points); yields each step's prices.

    Polyak's step along a smoothed direction, aimed half way between target and best
    bound; when it has not helped three times, it is halved and starts again from the
    best prices (Held, Wolfe and Crowder 1974).
    """
    price = np.zeros_like(network.worth) if start is None else start
    best = now = price_at(network, price, grids, cycles=cycles)
    factor, idle = 1.0, 0
    smooth = np.zeros(len(best.price))
    while True:
        yield now
        if now.total < best.total:
            best, idle = now, 0
        else:
            idle += 1
        if idle > 2:
            now, factor, idle = best, factor / 2, 0
            smooth[:] = 0.0
        visits = np.zeros(len(best.price))
        for kind, found in zip(network.kinds, now.tails, strict=True):
            np.add.at(visits, kind.site[list(found.route)], len(kind.shifts))
        slope = 1.0 - visits
        slope[(now.price == 0) & (slope > 0)] = 0.0
        smooth = 0.65 * smooth + slope
        size = float((smooth**2).sum())
        if size < 1e-9 or factor < 1e-3:
            return
        goal = (target() * SCALE + best.total) / 2
        step = factor * max(now.total - goal, SCALE) / size
        price = np.maximum(0, np.rint(now.price - step * smooth)).astype(np.int64)
        now = price_at(network, price, grids, cycles=cycles)
