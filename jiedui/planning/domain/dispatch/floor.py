"""The floor: the largest share of its need that every recipient within reach can have.

No recipient can have more than if all people and all the money were its own, so
the least of these is a bound. A plan that gives that much to everybody is looked
for recipient by recipient, the ones with least choice first; where it is not
found and the problem is a single district, an integer programme with the share
as a variable settles it.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from jiedui.planning.domain.dispatch.columns import Columns
from jiedui.planning.domain.dispatch.crew import Crew
from jiedui.planning.domain.dispatch.districts import Context, districts, rows_touched
from jiedui.planning.domain.dispatch.programme import Ints, highs
from jiedui.planning.domain.dispatch.standing import Standing
from jiedui.planning.domain.runs import Progress, Run

NODES = 2000
SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Floor:
    """A share that a plan gives to every recipient within reach, and the most that any could."""

    share: float
    bound: float
    tours: Ints
    """Of that plan."""


def highest(columns: Columns, fixed: Collection[int], crew: Crew, run: Run) -> Floor | None:
    """The highest floor that is found; None where nobody is within reach."""
    groups = districts(columns)
    if not groups:
        return None
    bound = most(columns, crew, run)
    bound = 1.0 if bound is None else bound
    begin = _fair(columns, fixed, bound)
    found = Floor(smallest(columns, begin), bound, begin)
    if found.share < bound - SAME and len(groups) == 1 and not run.over():
        for better in crew.each(_settled, [found], run):
            run.done()
            found = better
    return found


def most(columns: Columns, crew: Crew, run: Run) -> float | None:
    """What no plan lifts all recipients within reach above; None where the run ends before."""
    bound = None
    for alone in crew.each(_most_alone, districts(columns), run):
        run.done()
        run.tell(Progress("Finding what the worst-off can have", run.work))
        bound = alone if bound is None else min(bound, alone)
        if run.over():
            break
    return bound


def _most_alone(context: Context, recipients: Ints) -> float:
    """The least share among these recipients when each may have everybody and all the money."""
    columns, model = context
    least = 1.0
    for r in recipients:
        need = columns.problem.need(columns.recipients[r])
        if need <= 0:
            continue
        ids = np.flatnonzero(model.of == r)
        part = model.programme.part(ids, rows_touched(model.programme, ids))
        tours = ids[ids < model.tours]
        covered = np.concatenate((columns.worth[tours], np.zeros(len(ids) - len(tours))))
        solver = highs(replace(part, objective=covered), integers=True)
        solver.run()
        least = min(least, float(solver.getInfo().mip_dual_bound) / need)
    return max(0.0, least)


def _fair(columns: Columns, fixed: Collection[int], target: float) -> Ints:
    """A plan that lifts the worst-off, tour by tour, until all have the target or nothing fits."""
    problem = columns.problem
    first = np.searchsorted(columns.recipient, np.arange(len(columns.recipients) + 1))
    chosen = set(fixed)
    standing = Standing(problem, columns.tours(fixed))
    covered = np.zeros(len(columns.recipients))
    np.add.at(covered, columns.recipient[list(fixed)], columns.worth[list(fixed)])
    heap = []
    for r, name in enumerate(columns.recipients):
        need, choice = problem.need(name), int(first[r + 1] - first[r])
        if choice and need > 0:
            heap.append((covered[r] / need, choice, r))
    heapq.heapify(heap)
    while heap:
        share, choice, r = heapq.heappop(heap)
        need = problem.need(columns.recipients[r])
        lacking = (target - share) * need
        if lacking <= SAME * need:
            continue
        own = np.arange(first[r], first[r + 1])
        gain = np.minimum(columns.worth[own], lacking) / columns.cost[own]
        order = own[np.lexsort((columns.cost[own], -gain))]
        for j, tour in zip(order, columns.tours(order), strict=True):
            if j not in chosen and not standing.hindrances(tour):
                standing.add(tour)
                chosen.add(int(j))
                covered[r] += columns.worth[j]
                heapq.heappush(heap, (covered[r] / need, choice, r))
                break
    return np.array(sorted(chosen), dtype=np.int64)


def smallest(columns: Columns, tours: Ints) -> float:
    """Covered share of the worst-off recipient within reach."""
    covered = np.bincount(
        columns.recipient[tours], columns.worth[tours], minlength=len(columns.recipients)
    )
    shares = [
        float(covered[r]) / need
        for r in np.unique(columns.recipient)
        if (need := columns.problem.need(columns.recipients[r])) > 0
    ]
    return min(shares, default=1.0)


def _settled(context: Context, found: Floor) -> Floor:
    """The highest share by an integer programme over the whole."""
    columns, model = context
    nothing = np.zeros(model.programme.width)
    solver = highs(
        replace(model.programme, objective=nothing), integers=True, mip_rel_gap=1e-7,
        mip_max_nodes=NODES,
    )  # fmt: skip
    needs = np.array(
        [columns.problem.need(columns.recipients[r]) for r in model.row_of[model.floor]]
    )
    solver.addCol(
        1.0, 0.0, found.bound, len(needs), model.floor.astype(np.int32), -np.maximum(needs, 0.0)
    )
    solver.run()
    info = solver.getInfo()
    bound = min(found.bound, max(float(info.mip_dual_bound), found.share))
    if info.primal_solution_status != 2:
        return replace(found, bound=bound)
    tours = np.flatnonzero(np.array(solver.getSolution().col_value[: model.tours]) > 0.5)
    share = smallest(columns, tours)
    return Floor(share, bound, tours) if share > found.share else replace(found, bound=bound)
