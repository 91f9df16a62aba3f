"""The Lagrangian dual of the p-median, by subgradients (Beasley 1993).

Every client's demand to be served gets a price; at given prices the best p sites
are found by sorting. Any prices bound every plan from below, and tell which sites
no plan better than the best one can use.
"""

from __future__ import annotations

import numpy as np

from jiedui.planning.domain.runs import Progress, Run
from jiedui.planning.domain.siting import stages
from jiedui.planning.domain.siting.pmedian_search import interchange
from jiedui.planning.domain.siting.pmedian_state import State, lagrangian

ROUNDS = 900
PATIENCE = 20
"""Rounds without a better bound before the steps are halved."""
SMALLEST = 0.01
"""Where steps have shrunk to this, the dual has nothing more to give."""
TRY_EVERY = 15
"""In every so manieth round the sites chosen at the prices are improved to a plan."""


def ascend(state: State, run: Run) -> None:
    """Raise the bound, find plans on the way, and drop the sites that are of no more use."""
    ways = np.sort(state.cost[:, state.best], axis=1)
    prices = ways[:, : min(2, state.p)].mean(axis=1)
    best = -np.inf
    step, since = 1.5, 0
    direction = np.zeros(prices.size)
    for number in range(ROUNDS):
        if run.over() or state.proven or step < SMALLEST:
            return
        cost = state.cost[:, state.alive]
        cost -= prices[:, None]
        below = cost < 0
        np.minimum(cost, 0.0, out=cost)
        saved = cost.sum(axis=0)
        forced = state.forced[state.alive]
        bound, out, inside = lagrangian(float(prices.sum()), saved, forced, state.p)
        picked = forced.copy()
        free = np.flatnonzero(~forced)
        wanted = state.p - int(forced.sum())
        picked[free[np.argsort(saved[free], kind="stable")[:wanted]]] = True
        slack = 1.0 - below[:, picked].sum(axis=1)
        if bound > best:
            best, since = bound, 0
            state.multipliers = prices.copy()
            state.raise_bound(bound)
        else:
            since += 1
            if since >= PATIENCE:
                step, since = step / 2, 0
                prices = state.multipliers.copy()
                direction[:] = 0.0
        chosen = state.alive[picked]
        state.drop(out > state.beyond, inside > state.beyond)
        run.done()
        if number % TRY_EVERY == 0:
            run.tell(Progress(stages.NARROW, run.work, state.value, best, least=True))
            if chosen.size == state.p:
                interchange(state, run, chosen)
        direction = slack + 0.3 * direction
        norm = float(direction @ direction)
        if norm == 0.0:
            return
        prices = prices + step * max(state.value - bound, 1e-9) / norm * direction
