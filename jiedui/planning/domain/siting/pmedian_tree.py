"""Branch and bound over the Benders relaxation, the node of the lowest bound first.

Every node's bound is worked out anew from the prices by ``lagrangian``: the linear
programme's own objective, with its tolerances, proves nothing here.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

import numpy as np

from jiedui.planning.domain.runs import Progress, Run
from jiedui.planning.domain.siting import stages
from jiedui.planning.domain.siting.pmedian_relaxation import Floats, Relaxation
from jiedui.planning.domain.siting.pmedian_search import interchange
from jiedui.planning.domain.siting.pmedian_state import Numbers, State, lagrangian

FRACTION = 1e-5
SLOW = 2e-5
"""Where three rounds of cuts raise a bound by less than this share, a node is split."""


@dataclass(order=True, frozen=True)
class Node:
    """Plans without the sites ``zeros`` and with the sites ``ones`` (numbers of columns)."""

    bound: float
    number: int
    zeros: Numbers = field(compare=False)
    ones: Numbers = field(compare=False)


def branch(state: State, run: Run) -> None:
    """Prove the best plan or find a better one, until the run is over."""
    relaxation = _root(state, run)
    if relaxation is None:
        return
    nothing = np.empty(0, dtype=np.intp)
    nodes = [Node(state.bound, 0, nothing, nothing)]
    made = 1
    while nodes and not run.over():
        node = heapq.heappop(nodes)
        if node.bound > state.beyond:
            nodes.append(node)
            break
        found = _solve(state, relaxation, run, node)
        if found is None:
            heapq.heappush(nodes, node)
            break
        bound, shares, zeros, ones = found
        if bound <= state.beyond and shares is not None:
            site = _fractional(relaxation, shares)
            more = np.array([relaxation.alive[site]])
            for out, inside in ((zeros, np.append(ones, more)), (np.append(zeros, more), ones)):
                heapq.heappush(nodes, Node(bound, made, out, inside))
                made += 1
        state.raise_bound(min((each.bound for each in nodes), default=state.value))
        run.tell(Progress(stages.PROVE, run.work, state.value, state.bound, least=True))
        if state.proven:
            return
    state.raise_bound(min((each.bound for each in nodes), default=state.value))


def _root(state: State, run: Run) -> Relaxation | None:
    """The relaxation of the whole problem cut as far as it goes; None where that settles it."""
    relaxation = Relaxation(state, run, *_first_cuts(state))
    nothing = np.empty(0, dtype=np.intp)
    seen: list[float] = []
    while not run.over():
        size = state.alive.size
        solved = relaxation.solve()
        if solved is None:
            return None
        shares, costs, prices = solved
        run.done()
        seen.append(state.learn(prices))
        _round(state, relaxation, run, shares)
        run.tell(Progress(stages.PROVE, run.work, state.value, state.bound, least=True))
        if state.proven:
            return None
        clients, radii = relaxation.violated(shares, costs)
        if clients.size == 0 or _slow(seen, 6):
            break
        if state.alive.size < 0.7 * relaxation.alive.size or len(relaxation.radii) > 6 * len(costs):
            kept, at = relaxation.binding()
            relaxation = Relaxation(
                state, run, np.concatenate([kept, clients]), np.concatenate([at, radii])
            )
        else:
            relaxation.add(clients, radii)
            if state.alive.size < size:
                shut = np.setdiff1d(relaxation.alive, state.alive, assume_unique=True)
                relaxation.fix(np.searchsorted(relaxation.alive, shut), nothing)
    kept, at = relaxation.binding()
    return Relaxation(state, run, kept, at)


def _first_cuts(state: State) -> tuple[Numbers, Floats]:
    """Cuts at the distances next to the best prices known, below and above."""
    ways = np.sort(state.cost[:, state.alive], axis=1)
    above = (ways <= state.multipliers[:, None]).sum(axis=1)
    clients = np.arange(ways.shape[0])
    radii = [ways[clients, np.clip(above + n, 0, ways.shape[1] - 1)] for n in (-1, 0)]
    return np.concatenate([clients, clients]), np.concatenate(radii)


def _solve(
    state: State, relaxation: Relaxation, run: Run, node: Node
) -> tuple[float, Floats | None, Numbers, Numbers] | None:
    """A node's bound, and its shares where it must be split; None where the run was over first.

    The sites that are settled below the node come back with it.
    """
    zeros, ones = node.zeros, node.ones
    bound = node.bound
    seen: list[float] = []
    while True:
        shut = np.union1d(zeros, np.setdiff1d(relaxation.alive, state.alive))
        open_ = np.union1d(ones, np.flatnonzero(state.forced))
        if np.intersect1d(shut, open_).size or open_.size > state.p:
            return np.inf, None, zeros, ones
        relaxation.fix(
            np.searchsorted(relaxation.alive, shut), np.searchsorted(relaxation.alive, open_)
        )
        solved = relaxation.solve()
        if solved is None:
            if relaxation.cut_short():
                return None
            return np.inf, None, zeros, ones
        run.done()
        shares, costs, prices = solved
        left = np.setdiff1d(relaxation.alive, shut, assume_unique=True)
        forced = np.isin(left, open_)
        saved = np.minimum(state.cost[:, left] - prices[:, None], 0.0).sum(axis=0)
        safe, out, inside = lagrangian(float(prices.sum()), saved, forced, state.p)
        bound = max(bound, safe)
        seen.append(safe)
        _round(state, relaxation, run, shares)
        if bound > state.beyond:
            return bound, None, zeros, ones
        zeros = np.union1d(shut, left[out > state.beyond])
        ones = np.union1d(open_, left[inside > state.beyond])
        clients, radii = relaxation.violated(shares, costs)
        relaxation.add(clients, radii)
        fractional = np.abs(shares - np.round(shares)).max() > FRACTION
        if clients.size == 0 and not fractional:
            # The plan was offered by _round: nothing below the node is better.
            return state.value, None, zeros, ones
        if fractional and (clients.size == 0 or _slow(seen, 3)):
            return bound, shares, zeros, ones
        if run.over():
            return None


def _round(state: State, relaxation: Relaxation, run: Run, shares: Floats) -> None:
    """Offer the sites of the largest shares, and improve them if they were not looked at yet."""
    largest = np.argsort(-shares, kind="stable")[: state.p]
    interchange(state, run, np.sort(relaxation.alive[largest]))


def _fractional(relaxation: Relaxation, shares: Floats) -> int:
    """The site whose share is farthest from shut and open."""
    return int(np.minimum(shares, 1.0 - shares).argmax())


def _slow(seen: list[float], rounds: int) -> bool:
    """Whether the last rounds of cuts brought next to nothing."""
    if len(seen) <= rounds:
        return False
    return max(seen[-rounds:]) - max(seen[:-rounds]) < SLOW * abs(seen[-1])
