"""The set packing of routes by HiGHS: its LP for prices, its MIP over the best columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from jiedui.planning.domain.tours.network import Array
from jiedui.planning.domain.tours.relax import SCALE


@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """What HiGHS found."""

    picked: list[int]
    """Numbers of the routes."""
    price: Array
    """The LP's scaled prices of the sites."""
    proven: bool
    """No packing of all the routes is worth more."""


def packing(
    worth: Sequence[int],
    sites: Sequence[Sequence[int]],
    kind: Sequence[int],
    rows: int,
    counts: Sequence[int],
    present: int,
    *,
    most: int,
    nodes: int,
    seconds: float,
) -> Packed | None:
    """A good packing of routes, found among ``most`` of them by ``nodes`` of branching.

    The first ``present`` routes are a packing already and always among the columns.
    None where it took longer than ``seconds``: what it had by then would be chance.
    """
    if not worth:
        return Packed([], np.zeros(rows, dtype=np.int64), True)
    relaxed = _run(worth, sites, kind, rows, counts, seconds)
    if not _ended(relaxed):
        return None
    duals = np.array(relaxed.getSolution().row_dual)
    price = np.maximum(0.0, duals)
    reduced = [
        gain - price[list(visited)].sum() - price[rows + of]
        for gain, visited, of in zip(worth, sites, kind, strict=True)
    ]
    ranked = sorted(range(present, len(worth)), key=lambda at: (-reduced[at], at))
    columns = [*range(present), *ranked[:most]]
    solver = _run(
        [worth[at] for at in columns],
        [sites[at] for at in columns],
        [kind[at] for at in columns],
        rows,
        counts,
        seconds,
        nodes=nodes,
    )
    if not _ended(solver):
        return None
    values = solver.getSolution().col_value
    picked = [columns[at] for at, value in enumerate(values) if value > 0.5]
    optimal = _status(solver) == "Optimal"
    scaled = np.rint(price[:rows] * SCALE).astype(np.int64)
    return Packed(picked, scaled, optimal and len(columns) == len(worth))


def _status(solver: Any) -> str:
    told: str = solver.modelStatusToString(solver.getModelStatus())
    return told


def _ended(solver: Any) -> bool:
    """Whether its own rules ended it, not the clock."""
    return _status(solver) != "Time limit reached"


def _run(
    worth: Sequence[int],
    sites: Sequence[Sequence[int]],
    kind: Sequence[int],
    rows: int,
    counts: Sequence[int],
    seconds: float,
    *,
    nodes: int = 0,
) -> Any:
    """The solved model: with ``nodes`` of whole routes, otherwise of fractions."""
    import highspy

    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("mip_max_nodes", nodes),
        ("time_limit", seconds),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.99),
    ):
        solver.setOptionValue(option, value)
    model: Any = highspy.HighsLp()
    columns = len(worth)
    model.num_col_, model.num_row_ = columns, rows + len(counts)
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = np.array(worth, dtype=np.float64)
    model.col_lower_ = np.zeros(columns)
    model.col_upper_ = np.ones(columns)
    model.row_lower_ = np.full(rows + len(counts), -highspy.kHighsInf)
    model.row_upper_ = np.array([1.0] * rows + [float(count) for count in counts])
    index = [at for visited, of in zip(sites, kind, strict=True) for at in (*visited, rows + of)]
    lengths = [len(visited) + 1 for visited in sites]
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    model.a_matrix_.index_ = np.array(index, dtype=np.int32)
    model.a_matrix_.value_ = np.ones(len(index))
    if nodes:
        model.integrality_ = [highspy.HighsVarType.kInteger] * columns
    solver.passModel(model)
    solver.run()
    return solver
