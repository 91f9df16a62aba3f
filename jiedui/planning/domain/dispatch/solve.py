"""Plan a dispatch problem: the best tours that can be found, and how much better any could be.

The steps, each in a module of its own: all tours that the rules allow
(``columns``), the integer programme over them (``model``), prices and a proven
bound from its relaxation (``relaxation``), and from these the plan, block by
block (``blocks``, ``improve``). Work is counted in blocks, so that a run with the
same seed and work limit makes the same plan whatever the clock.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from jiedui.planning.domain.dispatch import columns as all_columns
from jiedui.planning.domain.dispatch import model as programme
from jiedui.planning.domain.dispatch.columns import Columns
from jiedui.planning.domain.dispatch.crew import Crew
from jiedui.planning.domain.dispatch.districts import Context
from jiedui.planning.domain.dispatch.draft import Draft
from jiedui.planning.domain.dispatch.floor import Floor, highest, smallest
from jiedui.planning.domain.dispatch.greedy import spreadsheet_plan
from jiedui.planning.domain.dispatch.improve import Search
from jiedui.planning.domain.dispatch.problem import Problem, Tour
from jiedui.planning.domain.dispatch.programme import Ints
from jiedui.planning.domain.dispatch.relaxation import Relaxed, relax
from jiedui.planning.domain.dispatch.standing import Standing
from jiedui.planning.domain.runs import Progress, Run, proven_gap

SMALL = 1500
"""Tours up to which processes of their own would cost more than they bring."""
WORKERS = 2
POOR = 0.1
"""A plan further from its bound than this is held against the spreadsheet's."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Tours, what they are worth, and what no plan can exceed."""

    tours: tuple[Tour, ...]
    objective: float
    bound: float
    work: int
    reachable: frozenset[str] = field(repr=False)
    """Posts to which somebody could be sent."""
    money_price: float
    """What the last unit of budget brings, in the relaxation."""
    relaxed_bound: float
    """What the relaxation alone proves, at that price."""
    expert_prices: dict[str, float] = field(repr=False)
    """What an expert's (one more) tour brings beyond its cost, in the relaxation; 0 left out."""
    floor: float | None = None
    """Smallest covered share among the recipients that can be reached, where asked for."""
    floor_bound: float | None = None
    crowded_out: frozenset[str] = frozenset()
    """Recipients within reach for whom what is pinned leaves nobody, no place or no money."""

    @property
    def gap(self) -> float | None:
        """Proven distance to the best, as a share of the bound."""
        return proven_gap(self.objective, self.bound)


def plan(
    problem: Problem,
    run: Run,
    *,
    seed: int = 0,
    floor: bool | None = None,
    pinned: Collection[Tour] = (),
    forbidden: Collection[Tour] = (),
    start: Collection[Tour] = (),
) -> Plan:
    """The best plan that the run finds; ``pinned`` tours stay, ``forbidden`` ones never come in.

    The pinned tours must keep the rules among themselves; of ``start``, a plan to
    begin with, what no longer keeps them is left aside.
    """
    run.tell(Progress("Listing the tours that the rules allow", run.work))
    columns = all_columns.build(problem, forbidden)
    reachable = frozenset(columns.posts[p].id for p in np.unique(columns.post))
    within = np.unique(columns.recipient)
    columns = all_columns.around(columns, pinned)
    crowded_out = np.setdiff1d(within, columns.recipient)
    fixed = [j for j in columns.places(pinned) if j is not None]
    begin = _begun(problem, pinned, start, columns)
    lowest = _floor(columns, fixed, run) if floor else None
    if lowest and smallest(columns, begin) < lowest.share:
        begin = lowest.tours
    share = lowest.share if lowest else None
    context = Context(columns, programme.build(columns, fixed, share))
    draft = Draft(columns, begin)
    with _crew(context) as crew:
        relaxed = relax(context, crew, run, draft)
        search = Search(context, relaxed, draft, seed)
        # Without a single tour the empty plan is the best, whatever little was solved.
        bound = relaxed.bound if len(columns) else draft.objective
        for solved in search.rounds(crew, run):
            if solved.whole:
                bound = min(bound, max(solved.bound, search.draft.objective))
            run.tell(Progress("Planning block by block", run.work, search.draft.objective, bound))
    full = search.filled()
    if lowest is None and (proven_gap(full.objective, bound) or 0.0) > POOR:
        # ended long before its time: what somebody with a spreadsheet does may be better
        plain = [*start, *spreadsheet_plan(problem)]
        other = Draft(columns, _begun(problem, pinned, plain, columns))
        full = max(full, other, key=lambda draft: draft.objective)
    bound = max(bound, full.objective)
    run.tell(Progress("The plan is made", run.work, full.objective, bound))
    return Plan(
        tours=tuple(sorted(columns.tours(np.flatnonzero(full.chosen)))),
        objective=full.objective,
        bound=bound,
        work=run.work,
        reachable=reachable,
        money_price=relaxed.money,
        relaxed_bound=relaxed.bound if len(columns) else bound,
        expert_prices=_expert_prices(context, relaxed),
        floor=smallest(columns, np.flatnonzero(full.chosen)) if lowest else None,
        floor_bound=lowest.bound if lowest else None,
        crowded_out=frozenset(columns.recipients[r] for r in crowded_out),
    )


def _crew(context: Context) -> Crew:
    return Crew(context, WORKERS if len(context.columns) > SMALL else 0)


def _floor(columns: Columns, fixed: Collection[int], run: Run) -> Floor | None:
    context = Context(columns, programme.build(columns, fixed, 0.0))
    with _crew(context) as crew:
        return highest(columns, fixed, crew, run)


def _begun(
    problem: Problem, pinned: Collection[Tour], start: Collection[Tour], columns: Columns
) -> Ints:
    """The pinned tours, and those to start with that fit beside them and each other."""
    standing = Standing(problem, pinned)
    rest = sorted(set(start) - set(pinned))
    able = [tour for tour, j in zip(rest, columns.places(rest), strict=True) if j is not None]
    for tour in able:
        if not standing.hindrances(tour):
            standing.add(tour)
    places = [j for j in columns.places(standing.tours) if j is not None]
    return np.array(places, dtype=np.int64)


def _expert_prices(context: Context, relaxed: Relaxed) -> dict[str, float]:
    columns = context.columns
    first = 1  # the budget's row; then one row an expert, in order
    who = np.unique(columns.expert)
    prices = relaxed.prices[first : first + len(who)]
    experts = columns.problem.experts
    return {
        experts[e].id: round(float(price), 6)
        for e, price in zip(who, prices, strict=True)
        if price > 1e-6
    }
