"""Plans for the p-median by greedy choice, interchange, and shaking.

The interchange of Teitz and Bart (1968) in the fast form of Whitaker (1983) and
Resende and Werneck (2007): the profit of every pair of a site that leaves and one
that comes is known from two sums over the clients.
"""

from __future__ import annotations

import heapq

import numpy as np

from jiedui.planning.domain.runs import Run
from jiedui.planning.domain.siting.graph import Matrix
from jiedui.planning.domain.siting.pmedian_state import Numbers, State

SHAKES = 12
"""Rounds of shaking without a better plan before the search gives up."""


def greedy(cost: Matrix, p: int) -> Numbers:
    """Sites one by one, each the one that saves most; a saving never grows, so few are counted."""
    columns = np.ascontiguousarray(cost.T)
    first = int(columns.sum(axis=1).argmin())
    nearest = columns[first].copy()
    savings = np.maximum(nearest - columns, 0.0).sum(axis=1)
    heap = [(-float(saved), site) for site, saved in enumerate(savings) if site != first]
    heapq.heapify(heap)
    chosen = [first]
    while len(chosen) < p:
        _, site = heapq.heappop(heap)
        saved = float(np.maximum(nearest - columns[site], 0.0).sum())
        if heap and (-saved, site) > heap[0]:
            heapq.heappush(heap, (-saved, site))
            continue
        chosen.append(site)
        np.minimum(nearest, columns[site], out=nearest)
    return np.sort(np.array(chosen))


def interchange(state: State, run: Run, start: Numbers | None = None) -> None:
    """Exchange one site for another, the best pair each time, until no pair saves anything."""
    sites = state.best if start is None else start
    if start is not None and not _new(state, sites):
        return
    state.offer(sites)
    while not run.over():
        better = _best_exchange(state, sites)
        run.done()
        if better is None or (start is not None and not _new(state, better)):
            return
        sites = better
        state.offer(sites)


def shake(state: State, run: Run, rounds: np.random.Generator) -> None:
    """Exchange some sites of the best plan at random and improve what comes of it."""
    since, strength = 0, 1
    most = max(2, min(state.p, 10))
    while since < SHAKES and not run.over():
        outside = np.setdiff1d(state.alive, state.best)
        count = min(strength, state.p, outside.size)
        if count == 0:
            return
        leave = rounds.choice(state.p, size=count, replace=False)
        come = rounds.choice(outside, size=count, replace=False)
        value = state.value
        interchange(state, run, np.sort(np.concatenate([np.delete(state.best, leave), come])))
        since, strength = (0, 1) if state.value < value else (since + 1, strength % most + 1)


def _new(state: State, sites: Numbers) -> bool:
    """Whether these sites were not looked at before; notes them."""
    key = sites.tobytes()
    if key in state.tried:
        return False
    state.tried.add(key)
    return True


def _best_exchange(state: State, sites: Numbers) -> Numbers | None:
    """The sites after the best exchange for one alive; None where none saves anything."""
    candidates = np.setdiff1d(state.alive, sites, assume_unique=True)
    if candidates.size == 0:
        return None
    ways = state.cost[:, sites]
    serving = ways.argmin(axis=1)
    order = np.argsort(serving, kind="stable")
    serving = serving[order]
    if sites.size > 1:
        two = np.partition(ways[order], 1, axis=1)
        first, second = two[:, 0], two[:, 1]
    else:
        first, second = ways[order, 0], np.full(order.size, np.inf)
    costs = state.cost[np.ix_(order, candidates)]
    change = np.zeros((sites.size, candidates.size))
    starts = np.flatnonzero(np.diff(serving, prepend=-1))
    kept = np.clip(costs, first[:, None], second[:, None])
    kept -= first[:, None]
    change[serving[starts]] = np.add.reduceat(kept, starts, axis=0)
    change -= np.maximum(first[:, None] - costs, 0.0).sum(axis=0)
    best = int(change.argmin())
    leave, come = divmod(best, candidates.size)
    if change[leave, come] >= -1e-9 * max(1.0, state.value):
        return None
    return np.sort(np.append(np.delete(sites, leave), candidates[come]))
