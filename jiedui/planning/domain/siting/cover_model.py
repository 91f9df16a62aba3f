"""The covering problem as a linear and an integer programme (HiGHS)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from jiedui.planning.domain.runs import Run
from jiedui.planning.domain.siting.cover_units import Bools, Core, Floats
from jiedui.planning.domain.siting.highs import quiet


@dataclass(frozen=True, eq=False, slots=True)
class Prices:
    """What the linear relaxation says things are worth; any such numbers give a valid bound."""

    rows: Floats
    """By row, between nothing and its weight."""
    money: float
    """Of one part of the money."""
    stock: Floats
    """By kind, of one more of it."""
    worth: Floats
    """By unit: its rows' prices less its cost."""
    bound: float


def priced(core: Core, rows: Floats, money: float, stock: Floats) -> Prices:
    """Prices made valid, and the bound they prove (Lagrange: budget and rows relaxed)."""
    rows = np.clip(rows, 0.0, core.weight)
    money, stock = max(0.0, money), np.maximum(stock, 0.0)
    worth = core.covers @ rows - money * core.cost - stock[core.kind]
    bound = (
        core.base
        + float((core.weight - rows).sum())
        + money * core.budget
        + float(stock @ core.available)
        + float(np.maximum(worth, 0.0).sum())
    )
    return Prices(rows, money, stock, worth, bound)


def relax(core: Core, run: Run) -> tuple[Prices, Floats] | None:
    """Prices at the optimum of the linear relaxation, and the units' shares there.

    By the interior point method without crossover: many times faster here than the
    simplex, and its last digits do not matter, for ``priced`` proves the bound.
    None where the run was over first.
    """
    import highspy

    model, scale = _model(core, run, whole=False)
    model.setOptionValue("solver", "ipm")
    model.setOptionValue("run_crossover", "off")
    model.run()
    if model.getModelStatus() == highspy.HighsModelStatus.kInterrupt:
        return None
    found = model.getSolution()
    duals, shares = np.abs(np.array(found.row_dual)), np.array(found.col_value)
    if not (np.isfinite(duals).all() and np.isfinite(shares).all()):
        return None
    rows = core.weight.size
    prices = priced(core, duals[:rows], float(duals[rows]) / scale, duals[rows + 1 :])
    return prices, shares[: core.units.size]


def settle(core: Core, prices: Prices, value: float) -> tuple[Bools, Bools]:
    """Units of the core that no plan better than ``value`` uses, and those that all use."""
    near = 1e-7 * max(1.0, value)
    out = (prices.worth < 0) & (prices.bound + prices.worth <= value - near)
    inside = (prices.worth > 0) & (prices.bound - prices.worth <= value - near)
    return out, inside


def decide(
    core: Core,
    start: Bools,
    gap: float,
    run: Run,
    offer: Callable[[Bools], None],
    tell: Callable[[float], None],
) -> float | None:
    """The integer programme from a start: every better plan is offered as one step of work.

    Plans come in an order that does not depend on the clock, so that a run cut
    short is repeated by the number of its steps. Returns the proven bound, which a
    run cut short has too; None where not even one was found.
    """
    import highspy

    model, _ = _model(core, run, whole=True)
    model.setOptionValue("mip_rel_gap", gap)
    model.setOptionValue("mip_abs_gap", 1e-6)
    units = core.units.size
    solution = highspy.HighsSolution()
    reached = core.covers[start].any(axis=0)
    solution.col_value = [*start.astype(float), *reached.astype(float)]
    model.setSolution(solution)

    def better(event: Any) -> None:
        if run.over():
            return
        offer(np.array(event.data_out.mip_solution[:units]) > 0.5)
        run.done()

    told = np.inf

    def watch(event: Any) -> None:
        nonlocal told
        bound = float(event.data_out.mip_dual_bound)
        if bound < told:
            told = bound
            tell(bound)
        if run.spent():
            event.interrupt()

    model.cbMipImprovingSolution += better
    model.cbMipInterrupt += watch
    model.run()
    status, info = model.getModelStatus(), model.getInfo()
    if status == highspy.HighsModelStatus.kOptimal and not run.over():
        offer(np.array(model.getSolution().col_value[:units]) > 0.5)
        run.done()
    bound = float(info.mip_dual_bound)
    return bound if np.isfinite(bound) else None


def _model(core: Core, run: Run, *, whole: bool) -> tuple[Any, float]:
    """Variables: units, then rows. Constraints: rows, the budget, kinds of limited number.

    The budget's row is divided by the dearest unit; that number comes back.
    """
    import highspy

    units, rows = core.units.size, core.weight.size
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = units + rows, rows + 1 + core.available.size
    program.sense_ = highspy.ObjSense.kMaximize
    program.offset_ = core.base
    program.col_cost_ = np.concatenate([np.zeros(units), core.weight])
    program.col_lower_ = np.zeros(units + rows)
    program.col_upper_ = np.ones(units + rows)
    scale = float(core.cost.max(initial=1)) or 1.0
    program.row_lower_ = np.full(rows + 1 + core.available.size, -highspy.kHighsInf)
    program.row_upper_ = np.concatenate(
        [np.zeros(rows), [core.budget / scale], core.available.astype(float)]
    )
    who, which = np.nonzero(core.covers.T)
    row = np.concatenate([np.arange(rows), who, np.full(units, rows), rows + 1 + core.kind])
    column = np.concatenate([units + np.arange(rows), which, np.arange(units), np.arange(units)])
    value = np.concatenate([np.ones(rows), -np.ones(who.size), core.cost / scale, np.ones(units)])
    order = np.argsort(row, kind="stable")
    counts = np.bincount(row, minlength=program.num_row_)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    program.a_matrix_.index_ = column[order].astype(np.int32)
    program.a_matrix_.value_ = value[order]
    if whole:
        kind = highspy.HighsVarType
        program.integrality_ = [kind.kInteger] * units + [kind.kContinuous] * rows
    model = quiet(run)
    model.passModel(program)
    return model, scale
