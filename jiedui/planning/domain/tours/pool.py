"""All routes seen, and the best set of them: one MIP over the pool.

Route-based heuristics for vehicle routing as a set packing over what the search
has passed by (Rochat and Taillard 1995; Subramanian, Uchoa and Ochi 2013).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from jiedui.planning.domain.tours.network import Network
from jiedui.planning.domain.tours.schedule import drive

Chosen = list[tuple[int, tuple[int, ...]]]
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

    def pack(self, present: Sequence[tuple[int, tuple[int, ...]]]) -> Chosen:
        """The best set of routes that can be put together, at least as good as ``present``."""
        if not any(self.routes):
            return list(present)
        chosen = self._chosen(present)
        picked = _packing(
            [self.worth(sites) for _, sites in chosen],
            [sorted(sites) for _, sites in chosen],
            [kind for kind, _ in chosen],
            len(self.network.worth),
            [len(kind.shifts) for kind in self.network.kinds],
        )
        best = [(chosen[at][0], self.routes[chosen[at][0]][chosen[at][1]][1]) for at in picked]
        if _total(self, best) > _total(self, present):
            return best
        return list(present)

    def _chosen(
        self, present: Sequence[tuple[int, tuple[int, ...]]]
    ) -> list[tuple[int, frozenset[int]]]:
        """The routes given to the MIP: those of the present plan, and the worthiest."""
        chosen = [(kind, frozenset(order)) for kind, order in present if order]
        inside = set(chosen)
        most = max(50, LIMIT // len(self.routes))
        for kind, routes in enumerate(self.routes):
            ranked = sorted(routes, key=lambda sites: (-self.worth(sites), sorted(sites)))
            chosen += [(kind, sites) for sites in ranked[:most] if (kind, sites) not in inside]
        return chosen


def _total(pool: Pool, routes: Sequence[tuple[int, tuple[int, ...]]]) -> int:
    return sum(pool.worth(order) for _, order in routes)


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
