"""Solving a covering problem: reduce, greedy, exchange, prices, reduce again, decide, explain."""

from __future__ import annotations

import numpy as np

from jiedui.planning.domain.runs import Progress, Run
from jiedui.planning.domain.siting import referee, stages
from jiedui.planning.domain.siting.cover import CoverPlan, CoverProblem
from jiedui.planning.domain.siting.cover_model import Prices, decide, priced, relax, settle
from jiedui.planning.domain.siting.cover_reasons import explained
from jiedui.planning.domain.siting.cover_search import Draft, greedy, improve
from jiedui.planning.domain.siting.cover_units import (
    Bools,
    Core,
    Floats,
    Numbers,
    Units,
    core_of,
    units_of,
)

GAP = 1e-4
"""A plan proven to be this near to the best is good enough unless another share is asked for."""
GUESSES = (3e-4, 2e-3)
"""How far below the bound, as a share, the best plan is guessed to lie."""
HALF = 0.4
"""Units of at least this share in the linear relaxation are rounded up."""


class _Best:
    """The best plan and the bound so far."""

    def __init__(self, units: Units, first: Numbers, value: float, bound: float) -> None:
        self.units = units
        self.chosen = first
        self.value = value
        self.bound = bound
        self.whole = bool(np.all(units.weight == np.round(units.weight)))

    def offer(self, chosen: Numbers) -> None:
        """Take a plan if it keeps the budget and the stock and reaches more."""
        units = self.units
        used = np.bincount(units.kind[chosen], minlength=units.available.size)
        if int(units.cost[chosen].sum()) > units.budget or (used > units.available).any():
            return
        value = units.base + float(units.weight[units.covers[chosen].any(axis=0)].sum())
        if value > self.value:
            self.chosen, self.value = np.sort(chosen), value

    def tidy(self, core: Core) -> None:
        """Buy nothing that adds nothing, and spend what is left."""
        draft = _draft(core, self.chosen)
        while True:
            draft.thin()
            if not draft.fill():
                break
        self.chosen, self.value = _chosen(draft), max(self.value, draft.value)

    def lower(self, bound: float) -> None:
        """Take a proven bound; people are whole where their numbers are."""
        if self.whole:
            bound = self.units.base + float(np.floor(bound - self.units.base + 1e-4))
        self.bound = max(self.value, min(self.bound, bound))


def solve(problem: CoverProblem, run: Run, *, gap: float = GAP) -> CoverPlan:
    """The best plan found until the run is over or it is proven to be within ``gap``."""
    units = units_of(problem)
    everything = np.ones(units.site.size, dtype=bool)
    core = core_of(units, everything, units.required)
    draft = greedy(core)
    start = draft.value
    best = _Best(units, _chosen(draft), start, core.base + float(core.weight.sum()))
    _tell(run, stages.EXCHANGE, best)
    improve(draft, run)
    best.offer(_chosen(draft))
    prices = priced(core, np.zeros(core.weight.size), 0.0, np.zeros(core.available.size))
    if not run.over() and core.units.size and best.value < best.bound:
        _tell(run, stages.PRICE, best)
        relaxed = relax(core, run)
        if relaxed is not None:
            run.done()
            prices, shares = relaxed
            best.lower(prices.bound)
            rounded = _draft(core, core.units[shares > HALF], shares)
            best.offer(_chosen(rounded))
            improve(rounded, run)
            best.offer(_chosen(rounded))
            _prove(core, prices, best, gap, run)
    best.tidy(core)
    plan = explained(problem, units, core, prices, best.chosen, best.bound, start, run)
    referee.check_cover(problem, plan)
    return plan


def _tell(run: Run, stage: str, best: _Best, bound: float = np.inf) -> None:
    run.tell(Progress(stage, run.work, best.value, min(bound, best.bound)))


def _prove(core: Core, prices: Prices, best: _Best, gap: float, run: Run) -> None:
    """Decide among the units that a plan as near to the bound as guessed could use.

    The best plan mostly lies next to the bound, and then few units are left to
    decide on. What was left out reaches no more than the guess: a guess that was
    too high is followed by a lower one, at last by what the best plan reaches.
    """
    for share in (*GUESSES, 1.0):
        if run.over() or best.value >= best.bound * (1 - gap):
            return
        guess = max(best.value, prices.bound * (1 - share))
        bound = _decided(core, prices, guess, best, gap, run)
        if bound is not None:
            best.lower(max(bound, guess, best.value))


def _decided(
    core: Core, prices: Prices, guess: float, best: _Best, gap: float, run: Run
) -> float | None:
    """What no plan of the units left reaches more than; better plans go to ``best``."""
    units = best.units
    out, inside = settle(core, prices, guess)
    alive = np.zeros(units.site.size, dtype=bool)
    alive[core.units[~out]] = True
    small = core_of(units, alive, np.concatenate([core.forced, core.units[inside]]))
    if small.budget < 0 or (small.available < 0).any():
        return guess
    if small.units.size == 0:
        best.offer(small.forced)
        return small.base
    start = _draft(small, best.chosen)
    best.offer(_chosen(start))
    _tell(run, stages.DECIDE, best)

    def offer(chosen: Bools) -> None:
        best.offer(np.concatenate([small.units[chosen], small.forced]))

    return decide(
        small,
        start.chosen,
        gap / 2,
        run,
        offer,
        lambda bound: _tell(run, stages.DECIDE, best, bound),
    )


def _draft(core: Core, chosen: Numbers, shares: Floats | None = None) -> Draft:
    """A plan of the units that are in a core, by shares if there are, and what else can be had."""
    draft = Draft(core)
    mine = np.flatnonzero(np.isin(core.units, chosen))
    if shares is not None:
        mine = mine[np.argsort(-shares[mine], kind="stable")]
    for unit in mine:
        if core.cost[unit] <= draft.left and draft.stock[core.kind[unit]] > 0:
            draft.add(int(unit))
    draft.fill()
    return draft


def _chosen(draft: Draft) -> Numbers:
    return np.sort(np.concatenate([draft.core.units[draft.chosen], draft.core.forced]))
