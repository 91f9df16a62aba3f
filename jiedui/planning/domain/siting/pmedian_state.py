"""What is known so far of one p-median: the best plan, the bound, and the sites still of use."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jiedui.planning.domain.siting.graph import Matrix

Numbers = NDArray[np.intp]
CLOSE = 1e-9
"""Where costs are not whole numbers, plans this near to each other (as a share) are the same."""


class State:
    """The best plan and the bound of one run; both only ever get better."""

    def __init__(self, cost: Matrix, p: int, start: Numbers) -> None:
        self.cost = np.ascontiguousarray(cost)
        self.p = p
        self.whole = bool(np.all(cost == np.round(cost)))
        self.best = start
        self.value = self.value_of(start)
        self.bound = float(cost.min(axis=1).sum())
        self.alive = np.arange(cost.shape[1])
        """Sites that a better plan may use, ascending."""
        self.forced = np.zeros(cost.shape[1], dtype=bool)
        """Sites that every better plan uses."""
        self.tried: set[bytes] = set()
        self.multipliers = self.cost.min(axis=1)

    @property
    def beyond(self) -> float:
        """A plan proven to cost more than this is no better than the best one."""
        if self.whole:
            return self.value - 1 + 1e-3
        return self.value * (1 - CLOSE)

    @property
    def proven(self) -> bool:
        """Whether no plan is better than the best one."""
        return self.bound >= self.value or self.bound > self.beyond

    def value_of(self, sites: Numbers) -> float:
        """What it costs to serve every client from the nearest of these sites."""
        return float(self.cost[:, sites].min(axis=1).sum())

    def offer(self, sites: Numbers) -> bool:
        """Take a plan if it is the best so far."""
        value = self.value_of(sites)
        if value >= self.value:
            return False
        self.best, self.value = np.sort(sites), value
        return True

    def raise_bound(self, bound: float) -> None:
        """Take a proven bound of all plans that may still be better than the best one."""
        self.bound = max(self.bound, min(bound, self.value))

    def relaxed(self, multipliers: NDArray[np.float64]) -> NDArray[np.float64]:
        """What each site alive saves at these prices of the clients' service (never positive)."""
        saved = self.cost[:, self.alive]
        saved -= multipliers[:, None]
        np.minimum(saved, 0.0, out=saved)
        return np.asarray(saved.sum(axis=0))

    def learn(self, multipliers: NDArray[np.float64]) -> float:
        """The bound of these prices; raises the bound and drops and forces sites by it.

        Valid for any prices whatever, so that no solver's tolerance can make it wrong.
        """
        saved = self.relaxed(multipliers)
        forced = self.forced[self.alive]
        bound, out, inside = lagrangian(float(multipliers.sum()), saved, forced, self.p)
        if bound > self.bound:
            self.multipliers = multipliers.copy()
        self.raise_bound(bound)
        self.drop(out > self.beyond, inside > self.beyond)
        return bound

    def drop(self, out: NDArray[np.bool_], inside: NDArray[np.bool_]) -> None:
        """Of the sites alive, forget those ``out`` and force those ``inside``."""
        self.forced[self.alive[inside]] = True
        self.alive = self.alive[~out | inside]


def lagrangian(
    total: float, saved: NDArray[np.float64], forced: NDArray[np.bool_], p: int
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """Bound of the plans with p sites, those forced among them.

    Beside it, for every site, the bound of the plans that use it (where it is not
    in the cheapest choice) and of those that do not (where it is); else -inf.
    """
    use = np.full(saved.size, -np.inf)
    leave = np.full(saved.size, -np.inf)
    free = np.flatnonzero(~forced)
    wanted = p - int(forced.sum())
    if wanted < 0 or wanted > free.size:
        return np.inf, use, leave
    order = free[np.argsort(saved[free], kind="stable")]
    chosen, others = order[:wanted], order[wanted:]
    bound = total + float(saved[forced].sum()) + float(saved[chosen].sum())
    if wanted:
        use[others] = bound + saved[others] - saved[chosen[-1]]
    else:
        use[others] = np.inf
    leave[chosen] = bound - saved[chosen] + saved[others[0]] if others.size else np.inf
    return bound, use, leave
