"""One block: some recipients planned to the best while the rest of the plan stays.

A block is an integer programme over the tours that pay or nearly pay at the
prices of the relaxation. Where to stop is said in nodes and in the block's own
gap, never in seconds, so that a block gives the same answer on any machine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from jiedui.planning.domain.dispatch.districts import Context, rows_touched
from jiedui.planning.domain.dispatch.model import EXPERT
from jiedui.planning.domain.dispatch.programme import Floats, Ints, Programme, highs


@dataclass(frozen=True, slots=True)
class Block:
    """What is decided anew, and what that must fit."""

    recipients: Ints
    tours: Ints
    """Tours to choose from, ascending."""
    now: Ints
    """Those of them that the plan holds now."""
    elsewhere: Ints
    """Tours of the same people at recipients outside: they stay."""
    money: float
    """Most that the chosen tours may cost."""
    price: float
    """What a unit of money is worth that they leave."""
    gap: float
    nodes: int


@dataclass(frozen=True, slots=True)
class Solved:
    """The tours chosen in a block, and what no choice among them can exceed."""

    block: Block
    chosen: Ints
    bound: float
    """Of the objective less price · cost."""
    whole: bool = False
    """Whether the block held everything that a better plan could."""


def solve(context: Context, block: Block) -> Solved:
    """Choose the best of the block's tours."""
    part, count = _programme(context, block)
    solver = highs(
        part,
        integers=True,
        mip_rel_gap=block.gap,
        mip_abs_gap=0.0,
        mip_max_nodes=block.nodes,
    )
    begin = _completed(part, np.isin(block.tours, block.now).astype(float))
    if begin is not None and len(block.now):
        import highspy

        known = highspy.HighsSolution()
        known.col_value = begin
        solver.setSolution(known)
    solver.run()
    info = solver.getInfo()
    value = solver.getSolution().col_value
    if info.primal_solution_status != 2 or not len(value):  # no feasible choice was found
        return Solved(block, block.now, float("inf"))
    chosen = np.array(value[:count]) > 0.5
    return Solved(block, block.tours[chosen], float(info.mip_dual_bound))


def _programme(context: Context, block: Block) -> tuple[Programme, int]:
    """The block's programme, its tours first, and how many they are."""
    columns, model = context
    mine = np.zeros(len(columns.recipients), dtype=bool)
    mine[block.recipients] = True
    others = model.tours + np.flatnonzero(mine[model.of[model.tours :]])
    ids = np.concatenate((block.tours, others))
    rows = np.union1d(rows_touched(model.programme, ids), [0])
    part = model.programme.part(ids, rows)
    taken = np.zeros(model.programme.width)
    taken[block.elsewhere] = 1.0
    taken = np.where(model.row_of == EXPERT, model.programme.times(taken), 0.0)
    upper = part.row_upper - taken[rows]
    upper[0] = block.money
    objective = part.objective.copy()
    objective[: len(block.tours)] -= block.price * columns.cost[block.tours]
    return replace(part, objective=objective, row_upper=upper), len(block.tours)


def _completed(part: Programme, tours: Floats) -> list[float] | None:
    """The best values of the other columns beside these tours; None where the tours do not fit."""
    lower, upper = part.lower.copy(), part.upper.copy()
    lower[: len(tours)] = upper[: len(tours)] = tours
    solver = highs(replace(part, lower=lower, upper=upper), integers=False)
    solver.run()
    if solver.getInfo().primal_solution_status != 2:
        return None
    values: list[float] = list(solver.getSolution().col_value)
    return values
