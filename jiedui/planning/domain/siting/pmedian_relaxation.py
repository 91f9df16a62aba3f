"""The linear relaxation of the p-median by Benders cuts, one warm HiGHS model.

One variable a site, one a client (what its service costs). For any radius R,

    cost of client i  >=  R - sum over sites j nearer than R of (R - d_ij) y_j

holds; the sharpest R at a point y is the distance at which the sites nearer make
up one whole site, so that cuts are found by sorting (Duran-Mateluna, Ales and
Elloumi, "An efficient Benders decomposition for the p-median problem", EJOR 308,
2023; the radius formulation goes back to Cornuejols, Nemhauser and Wolsey 1980).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiedui.planning.domain.runs import Run
from jiedui.planning.domain.siting.highs import quiet
from jiedui.planning.domain.siting.pmedian_state import Numbers, State

Floats = NDArray[np.float64]
VIOLATED = 1e-5
WHOLE = 1e-6


class Relaxation:
    """The model over the sites alive when it was made; cuts stay valid in the whole tree."""

    def __init__(self, state: State, run: Run, clients: Numbers, radii: Floats) -> None:
        self.alive = state.alive.copy()
        self.p = state.p
        self.cost = np.ascontiguousarray(state.cost[:, self.alive])
        self.order = np.argsort(self.cost, axis=1, kind="stable")
        self.sorted = np.take_along_axis(self.cost, self.order, axis=1)
        self.nearest = self.sorted[:, 0]
        self.clients = np.empty(0, dtype=np.intp)
        self.radii = np.empty(0)
        self.model = quiet(run)
        sites, rows = self.alive.size, self.nearest.size
        none: Any = np.empty(0, dtype=np.int32)
        self.model.addCols(
            sites + rows,
            np.concatenate([np.zeros(sites), np.ones(rows)]),
            np.concatenate([np.zeros(sites), self.nearest]),
            np.concatenate([np.ones(sites), np.full(rows, np.inf)]),
            0,
            none,
            none,
            np.empty(0),
        )
        self.model.addRow(self.p, self.p, sites, np.arange(sites, dtype=np.int32), np.ones(sites))
        self.add(clients, radii)

    def add(self, clients: Numbers, radii: Floats) -> None:
        """Add the cuts of these clients at these radii."""
        if clients.size == 0:
            return
        sites = self.alive.size
        inside = radii[:, None] - self.cost[clients]
        rows, columns = np.nonzero(inside > 0)
        counts = np.bincount(rows, minlength=clients.size)
        ends = np.cumsum(counts + 1)
        starts = ends - counts - 1
        index = np.empty(int(ends[-1]), dtype=np.int32)
        value = np.empty(int(ends[-1]))
        head = np.zeros(index.size, dtype=bool)
        head[starts] = True
        index[head], value[head] = sites + clients, 1.0
        index[~head], value[~head] = columns, inside[rows, columns]
        self.model.addRows(
            clients.size,
            radii.astype(float),
            np.full(clients.size, np.inf),
            index.size,
            starts.astype(np.int32),
            index,
            value,
        )
        self.clients = np.concatenate([self.clients, clients])
        self.radii = np.concatenate([self.radii, radii])

    def fix(self, zeros: Numbers, ones: Numbers) -> None:
        """Let only these sites (places in ``alive``) be shut and open from the start."""
        low, high = np.zeros(self.alive.size), np.ones(self.alive.size)
        high[zeros] = 0.0
        low[ones] = 1.0
        self.model.changeColsBounds(
            self.alive.size, np.arange(self.alive.size, dtype=np.int32), low, high
        )

    def solve(self) -> tuple[Floats, Floats, Floats] | None:
        """Sites' shares, clients' costs and prices at the optimum; None where there is none."""
        import highspy

        self.model.run()
        if self.model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        found = self.model.getSolution()
        values, duals = np.array(found.col_value), np.array(found.row_dual)[1:]
        sites = self.alive.size
        weights = np.maximum(duals, 0.0)
        total = np.bincount(self.clients, weights, minlength=self.nearest.size)
        prices: Floats = np.bincount(
            self.clients, weights * self.radii, minlength=self.nearest.size
        ).astype(float)
        prices += (1.0 - np.minimum(total, 1.0)) * self.nearest
        prices /= np.maximum(total, 1.0)
        return values[:sites], values[sites:], prices

    def cut_short(self) -> bool:
        """Whether the last run was stopped from outside."""
        import highspy

        return bool(self.model.getModelStatus() == highspy.HighsModelStatus.kInterrupt)

    def violated(self, shares: Floats, costs: Floats) -> tuple[Numbers, Floats]:
        """The sharpest cut of every client whose cost is too low at this point."""
        whole = np.cumsum(shares[self.order], axis=1) >= 1.0 - WHOLE
        whole[:, -1] = True
        radii = self.sorted[np.arange(costs.size), whole.argmax(axis=1)]
        owed = radii - np.maximum(radii[:, None] - self.cost, 0.0) @ shares
        short = np.flatnonzero(owed - costs > VIOLATED * np.maximum(1.0, owed))
        return short, radii[short]

    def binding(self) -> tuple[Numbers, Floats]:
        """Clients and radii of the cuts that hold with equality."""
        found = self.model.getSolution()
        slack = np.array(found.row_value)[1:] - self.radii
        kept = np.flatnonzero(slack < 1e-7 * np.maximum(1.0, self.radii))
        return self.clients[kept], self.radii[kept]
