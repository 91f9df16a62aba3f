"""The p-median: p sites, so that the way of all to their nearest site is shortest together.

In three stages, each of which may prove the optimum: a greedy start improved by
interchange (``pmedian_search``), the Lagrangian dual, which drops the sites that
no better plan can use (``pmedian_dual``), and a tree over the linear relaxation
by Benders cuts (``pmedian_tree``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jiedui.planning.domain.runs import Progress, Run, proven_gap
from jiedui.planning.domain.siting import referee, stages
from jiedui.planning.domain.siting.graph import Matrix
from jiedui.planning.domain.siting.pmedian_dual import ascend
from jiedui.planning.domain.siting.pmedian_search import greedy, interchange, shake
from jiedui.planning.domain.siting.pmedian_state import Numbers, State
from jiedui.planning.domain.siting.pmedian_tree import branch

_ = str  # marks message ids for the catalogue

# Why a plan is not whole.
NO_SITES = _("No site may be chosen, so that nobody is served.")
CUT_OFF = _("%(count)s places have no way to any of the sites that could be chosen.")
TOO_FEW = _("%(count)s places stay without a way to a site: %(sites)s sites are too few.")


@dataclass(frozen=True, eq=False, slots=True)
class PMedian:
    """How far each client is from each site (inf: no way), and how many sites to choose."""

    cost: Matrix
    p: int


@dataclass(frozen=True, slots=True)
class Medians:
    """Sites chosen, as columns of the costs in ascending order, and what is proven of them."""

    sites: tuple[int, ...]
    objective: float
    """Way of all clients that have one to their nearest site."""
    bound: float | None
    """No choice is shorter; unknown while clients without a way are not proven to be such."""
    proven: bool
    unserved: tuple[int, ...]
    """Clients without a way to any of the sites chosen."""
    reasons: tuple[tuple[str, dict[str, int]], ...]
    work: int
    seconds: float

    @property
    def gap(self) -> float | None:
        """Proven distance to the best, as a share of the bound."""
        return proven_gap(-self.objective, None if self.bound is None else -self.bound)


def solve(problem: PMedian, run: Run, *, seed: int = 0) -> Medians:
    """The best sites found until the run is over; the greedy ones at least.

    Fewest clients without a way come first: a missing way costs more than all
    ways together.
    """
    clients, sites = problem.cost.shape
    p = min(problem.p, sites)
    if p <= 0 or clients == 0:
        return _empty(problem, run)
    reachable = np.isfinite(problem.cost)
    missing = 1.0 + clients * float(problem.cost[reachable].max(initial=0.0))
    cost = problem.cost if reachable.all() else np.where(reachable, problem.cost, missing)
    state = State(cost, p, greedy(cost, p))
    if p == sites:
        state.raise_bound(state.value)
    rounds = np.random.default_rng(seed)
    _stage(state, run, stages.EXCHANGE)
    interchange(state, run)
    _stage(state, run, stages.NARROW)
    ascend(state, run)
    if not state.proven:
        shake(state, run, rounds)
        _stage(state, run, stages.PROVE)
        branch(state, run)
    found = _result(problem, state, reachable, run)
    referee.check_medians(problem, found)
    return found


def _stage(state: State, run: Run, name: str) -> None:
    run.tell(Progress(name, run.work, state.value, state.bound, least=True))


def _result(problem: PMedian, state: State, reachable: NDArray[np.bool_], run: Run) -> Medians:
    chosen: Numbers = np.sort(state.best)
    ways = np.where(reachable[:, chosen], problem.cost[:, chosen], np.inf).min(axis=1)
    unserved = np.flatnonzero(~np.isfinite(ways))
    objective = float(ways[np.isfinite(ways)].sum())
    if unserved.size == 0:
        bound: float | None = min(state.bound, objective)
    else:
        bound = objective if state.proven else None
    reasons: list[tuple[str, dict[str, int]]] = []
    nowhere = int((~reachable.any(axis=1)).sum())
    if nowhere:
        reasons.append((CUT_OFF, {"count": nowhere}))
    if unserved.size > nowhere:
        reasons.append((TOO_FEW, {"count": int(unserved.size) - nowhere, "sites": chosen.size}))
    return Medians(
        tuple(int(site) for site in chosen),
        objective,
        objective if state.proven else bound,
        state.proven,
        tuple(int(client) for client in unserved),
        tuple(reasons),
        run.work,
        run.elapsed,
    )


def _empty(problem: PMedian, run: Run) -> Medians:
    clients, sites = problem.cost.shape
    reasons: tuple[tuple[str, dict[str, int]], ...] = (
        ((NO_SITES, {}),) if clients and (problem.p <= 0 or not sites) else ()
    )
    unserved = tuple(range(clients))
    return Medians((), 0.0, 0.0, True, unserved, reasons, run.work, run.elapsed)
