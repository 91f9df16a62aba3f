"""What the first process does beside PyVRP: bounds, and routes by labels under them.

All of it is steps that never look at the clock; the caller runs as many as a round
allows and takes what they found only when the round is whole.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice, repeat

import numpy as np

from jiedui.planning.domain.tours.labels import Found, Labels
from jiedui.planning.domain.tours.network import Array, Network
from jiedui.planning.domain.tours.relax import (
    SCALE,
    Prices,
    descend,
    gains_under,
    grid_of,
    knapsack,
    price_at,
)

CELLS = 400
"""Cells of the time grid while prices move; the labels get a finer one."""
FINE = 1600
PHASES = ((10, 1_000), (15, 4_000), (20, 16_000), (20, 64_000), (20, 256_000))
"""Price steps, then a label search of a width; the last again and again."""
FIRST, NEXT = (12, 300), (1, 300)
"""The same where several vehicle-days share the sites: narrow searches under many prices."""
EVERY = {2: 2_000, 12: 10_000, 32: 50_000}
"""After so many of these, and with this width, all routes that a better plan could have."""
ALL = 5_000
KEEP = 100
"""Routes a label search hands to the pool."""
LEAST = 1_000_000
"""What any step costs at least, so that a round of a small problem ends."""
PAIR = 30
"""What a pair of label and option costs against a cell of the bound's table."""


@dataclass(slots=True, eq=False)
class Desk:
    """Finds ``bound`` and ``routes``; ``worth`` is the caller's best plan so far."""

    network: Network
    worth: int
    routes: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    bound: int = field(init=False)
    bound_by: str = field(init=False)
    asked: Array | None = None
    """Prices that the caller's pool puts on the sites, to be looked at next."""
    every: list[tuple[int, tuple[int, ...]]] | None = None
    """All the routes that a better plan could have, once they are known."""
    proven: bool = False
    """No plan is worth more than the caller's best and the routes found here."""

    def __post_init__(self) -> None:
        every, fitting = int(self.network.worth.sum()), knapsack(self.network)
        self.bound, self.bound_by = min((every, "all-sites"), (fitting, "time-budget"))

    def run(self) -> Iterator[int]:
        """Steps; each yields a rough count of the elementary operations that it took."""
        network = self.network
        grids = [grid_of(kind, CELLS) if kind.size else 1 for kind in network.kinds]
        if any(grid is None for grid in grids) or not network.kinds:
            return
        coarse = [grid or 1 for grid in grids]
        fine = [grid_of(kind, FINE) or 1 if kind.size else 1 for kind in network.kinds]
        single = sum(len(kind.shifts) for kind in network.kinds) == 1
        phases = PHASES if single else chain((FIRST, FIRST), repeat(NEXT))
        cost = 4 * sum(kind.size**2 for kind in network.kinds)
        best = price_at(network, np.zeros_like(network.worth), coarse)
        for turn, (moves, width) in enumerate(phases):
            for prices in islice(
                descend(network, lambda: self.worth, coarse, start=best.price), moves
            ):
                self._bound(prices)
                if prices.total < best.total:
                    best = prices
                yield max(cost * CELLS, LEAST)
            if single or turn in EVERY:
                now = price_at(network, best.price, fine)
                self._bound(now)
                yield max(cost * FINE, LEAST)
                if (yield from self._all(now, EVERY.get(turn, width), single)):
                    return
                continue
            asked = best.price
            if self.asked is not None:
                asked, self.asked = (best.price + self.asked) // 2, None
            now = price_at(network, asked, coarse)
            self._bound(now)
            yield max(cost * CELLS, LEAST)
            for number in range(len(network.kinds)):
                yield from self._labels(number, now, width, Found(), KEEP)

    def _all(self, prices: Prices, width: int, single: bool) -> Generator[int, None, bool]:
        """All the routes that a better plan could have; False if they are too many.

        Of a single vehicle-day the best will do.
        """
        before, complete = len(self.routes), True
        for number in range(len(self.network.kinds)):
            found = Found()
            yield from self._labels(number, prices, width, found, ALL, every=True, single=single)
            complete &= found.complete
            if not complete and not single:
                del self.routes[before:]
                return False
        self.proven = complete and single
        if complete and not single:
            self.every = self.routes[before:]
        return complete

    def _labels(
        self,
        number: int,
        prices: Prices,
        width: int,
        found: Found,
        keep: int,
        *,
        every: bool = False,
        single: bool = False,
    ) -> Iterator[int]:
        """Routes of one kind for the pool; of a single vehicle-day only better plans."""
        kind, tail = self.network.kinds[number], prices.tails[number]
        if not kind.size:
            return
        labels = Labels(kind, gains_under(kind, prices.price), tail)
        threshold = tail.best - (prices.total - (self.worth + 1) * SCALE)
        spare = int(prices.price.sum()) if single else None
        for pairs in labels.run(
            threshold, width, keep, found, spare=spare, every=every and not single
        ):
            yield max(pairs * PAIR, LEAST)
        self.routes += [
            (number, tuple(int(kind.site[option]) for option in options))
            for _, options in found.routes
        ]
        if single and found.routes:
            self.worth = max(self.worth, found.routes[0][0] // SCALE)

    def _bound(self, prices: Prices) -> None:
        if prices.bound < self.bound:
            self.bound, self.bound_by = prices.bound, "priced-routes"
