"""All routes seen, and the best set of them: one MIP over the pool.

Route-based heuristics for vehicle routing as a set packing over what the search
has passed by (Rochat and Taillard 1995; Subramanian, Uchoa and Ochi 2013).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from jiedui.planning.domain.tours.network import Network
from jiedui.planning.domain.tours.schedule import drive

LIMIT = 4000
"""Routes given to the MIP at once."""
NODES = 400
"""Branching nodes of the MIP: a count and not a clock, so that it repeats."""


class Pool:
    """Routes by kind and set of sites: for each set the order that is back first."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.routes: list[dict[frozenset[int], tuple[int, tuple[int, ...]]]] = [
            {} for _ in network.kinds
        ]

    def add(self, kind: int, sites: Sequence[int]) -> bool:
        """Keep a route if it can be driven and is new or back sooner; False if it cannot."""
        seen = frozenset(sites)
        if len(seen) < len(sites):
            return False
        driven = drive(self.network.problem, self.network.kinds[kind].shifts[0], sites)
        if driven is None:
            return False
        known = self.routes[kind].get(seen)
        if known is None or driven.back < known[0]:
            self.routes[kind][seen] = (driven.back, tuple(sites))
        return True

    def __len__(self) -> int:
        return sum(len(routes) for routes in self.routes)

    def worth(self, sites: frozenset[int] | Sequence[int]) -> int:
        """What a route collects."""
        return int(sum(int(self.network.worth[site]) for site in sites))

    def pack(
        self, price: Sequence[float], present: Sequence[tuple[int, tuple[int, ...]]]
    ) -> list[tuple[int, tuple[int, ...]]]:
        """The best set of routes that can be put together, at least as good as ``present``.

        ``price`` (by site) chooses which routes are looked at when the pool is large.
        """
        network = self.network
        chosen: list[tuple[int, frozenset[int]]] = []
        for kind, routes in enumerate(self.routes):
            gain = {
                sites: self.worth(sites) - sum(price[site] for site in sites) for sites in routes
            }
            ranked = sorted(routes, key=lambda sites: (-gain[sites], sorted(sites)))
            chosen += [(kind, sites) for sites in ranked[: max(50, LIMIT // len(self.routes))]]
        inside = set(chosen)
        for kind, order in present:
            if order and (kind, frozenset(order)) not in inside:
                chosen.append((kind, frozenset(order)))
        if not chosen:
            return []
        counts = [len(kind.shifts) for kind in network.kinds]
        picked = _packing(
            [self.worth(sites) for _, sites in chosen],
            [sorted(sites) for _, sites in chosen],
            [kind for kind, _ in chosen],
            len(network.worth),
            counts,
        )
        best = [(chosen[at][0], self.routes[chosen[at][0]][chosen[at][1]][1]) for at in picked]
        if sum(self.worth(order) for _, order in best) > sum(
            self.worth(order) for _, order in present
        ):
            return best
        return list(present)


def _packing(
    worth: list[int], sites: list[list[int]], kind: list[int], rows: int, counts: list[int]
) -> list[int]:
    """Numbers of the routes of an optimal (or best found) packing."""
    import highspy

    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("mip_max_nodes", NODES)
    highs.setOptionValue("mip_rel_gap", 0.0)
    model = highspy.HighsLp()
    columns = len(worth)
    model.num_col_, model.num_row_ = columns, rows + len(counts)
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = np.array(worth, dtype=np.float64)
    model.col_lower_ = np.zeros(columns)
    model.col_upper_ = np.ones(columns)
    model.row_lower_ = np.full(rows + len(counts), -highspy.kHighsInf)
    model.row_upper_ = np.array([1.0] * rows + [float(count) for count in counts])
    starts = np.zeros(columns + 1, dtype=np.int32)
    starts[1:] = np.cumsum([len(visited) + 1 for visited in sites])
    index = np.concatenate([[*visited, rows + of] for visited, of in zip(sites, kind, strict=True)])
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = starts
    model.a_matrix_.index_ = index.astype(np.int32)
    model.a_matrix_.value_ = np.ones(len(index))
    model.integrality_ = [highspy.HighsVarType.kInteger] * columns
    highs.passModel(model)
    highs.run()
    values = highs.getSolution().col_value
    return [at for at, value in enumerate(values) if value > 0.5]
