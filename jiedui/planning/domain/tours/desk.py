"""What the first process does beside PyVRP: bounds, and routes by labels under them.

All of it is steps that never look at the clock; the caller runs as many as a round
allows and takes what they found only when the round is whole.
"""

from __future__ import annotations

from collections.abc import Iterator
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
FIRST = ((12, 300), (12, 300))
NEXT = (1, 300)
"""The same where several vehicle-days share the sites: narrow searches under many prices."""
KEEP = 100
"""Routes a label search hands to the pool."""
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
        cost = 4 * sum(kind.size**2 for kind in network.kinds)
        best = price_at(network, np.zeros_like(network.worth), coarse)
        for moves, width in PHASES if single else chain(FIRST, repeat(NEXT)):
            for prices in islice(
                descend(network, lambda: self.worth, coarse, start=best.price), moves
            ):
                self._bound(prices)
                if prices.total < best.total:
                    best = prices
                yield cost * CELLS
            asked = best.price
            if self.asked is not None:
                asked, self.asked = (best.price + self.asked) // 2, None
            now = price_at(network, asked, fine if single else coarse)
            self._bound(now)
            yield cost * (FINE if single else CELLS)
            complete = True
            for number in range(len(network.kinds)):
                found = Found()
                yield from self._labels(number, now, width, found, single)
                complete &= found.complete
            if complete and single:
                self.proven = True
                return

    def _labels(
        self, number: int, prices: Prices, width: int, found: Found, single: bool
    ) -> Iterator[int]:
        """Routes of one kind for the pool; of a single vehicle-day only better plans."""
        kind, tail = self.network.kinds[number], prices.tails[number]
        labels = Labels(kind, gains_under(kind, prices.price), tail)
        threshold = tail.best - (prices.total - (self.worth + 1) * SCALE)
        spare = int(prices.price.sum()) if single else None
        for pairs in labels.run(threshold, width, KEEP, found, spare=spare):
            yield pairs * PAIR
        self.routes += [
            (number, tuple(int(kind.site[option]) for option in options))
            for _, options in found.routes
        ]
        if single and found.routes:
            self.worth = max(self.worth, found.routes[0][0] // SCALE)

    def _bound(self, prices: Prices) -> None:
        if prices.bound < self.bound:
            self.bound, self.bound_by = prices.bound, "priced-routes"
