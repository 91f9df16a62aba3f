"""What the first process does beside PyVRP: bounds, and routes by labels under them.

All of it is steps that never look at the clock; the caller runs as many as a round
allows and takes what they found only when the round is whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from jiedui.planning.domain.tours.labels import Found, Labels
from jiedui.planning.domain.tours.network import Network
from jiedui.planning.domain.tours.relax import (
    SCALE,
    Prices,
    descend,
    gains_under,
    grid_of,
    knapsack,
    price_at,
)

STEPS = 40
"""Price steps before the first labels."""
CELLS = 400
"""Cells of the time grid while prices move; the labels get a finer one."""
FINE = 1600
WIDTHS = (1_000, 5_000, 20_000, 80_000, 320_000)
KEEP = 400
"""Routes a label search hands to the pool."""


@dataclass(slots=True, eq=False)
class Desk:
    """Finds ``bound`` and ``routes``; ``worth`` is the caller's best plan so far."""

    network: Network
    worth: int
    routes: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    bound: int = 0
    bound_by: str = "time-budget"
    proven: bool = False
    """No plan is worth more than the caller's best and the routes found here."""

    def run(self) -> Iterator[int]:
        """Steps; each yields a rough count of elementary operations."""
        network = self.network
        self.bound = min(int(network.worth.sum()), knapsack(network))
        grids = [grid_of(kind, CELLS) if kind.size else 1 for kind in network.kinds]
        if any(grid is None for grid in grids) or not network.kinds:
            return
        coarse = [grid or 1 for grid in grids]
        fine = [grid_of(kind, FINE) or 1 if kind.size else 1 for kind in network.kinds]
        cost = sum(kind.size**2 * CELLS for kind in network.kinds)
        best: Prices | None = None
        for turn, prices in enumerate(descend(network, lambda: self.worth, coarse, cycles=True)):
            self._bound(prices)
            if best is None or prices.total < best.total:
                best = prices
            yield cost * 4
            if turn >= STEPS:
                break
        if best is None:
            return
        best = price_at(network, best.price, fine, cycles=True)
        self._bound(best)
        yield cost * 4 * FINE // CELLS
        single = sum(len(kind.shifts) for kind in network.kinds) == 1
        for width in WIDTHS:
            complete = True
            for number, kind in enumerate(network.kinds):
                gains = gains_under(kind, best.price)
                labels = Labels(kind, gains, best.tails[number], len(network.worth))
                found = Found()
                gap = best.total - (self.worth + 1) * SCALE
                threshold = best.tails[number].best - gap
                spare = int(best.price.sum()) if single else None
                yield from labels.run(threshold, width, KEEP, found, spare=spare)
                complete &= found.complete and len(found.routes) < KEEP
                self.routes += [
                    (number, tuple(int(kind.site[option]) for option in options))
                    for _, options in found.routes
                ]
            if complete and single:
                self.proven = True
                return

    def _bound(self, prices: Prices) -> None:
        if prices.bound < self.bound:
            self.bound, self.bound_by = prices.bound, "priced-routes"
