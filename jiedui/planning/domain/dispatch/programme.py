"""Linear and integer programmes as arrays, their parts, and HiGHS behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Programme:
    """Maximise objective · x with row_lower ≤ A x ≤ row_upper, lower ≤ x ≤ upper; A by columns."""

    objective: Floats
    lower: Floats
    upper: Floats
    integral: Flags
    row_lower: Floats
    row_upper: Floats
    first: Ints
    """Where each column's entries begin; one more than there are columns."""
    row: Ints
    entry: Floats

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.objective)

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.row_lower)

    def times(self, x: Floats) -> Floats:
        """A x."""
        filled = np.repeat(x, np.diff(self.first)) * self.entry
        sums: Floats = np.bincount(self.row, filled, minlength=self.height).astype(float)
        return sums

    def priced(self, prices: Floats) -> Floats:
        """Objective − prices · A: what each column is worth beyond what it takes up."""
        sums = np.concatenate(([0.0], np.cumsum(prices[self.row] * self.entry)))
        reduced: Floats = self.objective - (sums[self.first[1:]] - sums[self.first[:-1]])
        return reduced

    def sound(self, prices: Floats) -> Floats:
        """The prices with those of the wrong sign at 0: dual feasible for any numbers."""
        return np.where(
            np.isinf(self.row_upper),
            np.minimum(prices, 0.0),
            np.where(np.isinf(self.row_lower), np.maximum(prices, 0.0), prices),
        )

    def part(self, columns: Ints, rows: Ints) -> Programme:
        """Only these columns and rows."""
        counts = self.first[columns + 1] - self.first[columns]
        begins = np.cumsum(counts) - counts
        at = np.arange(counts.sum()) + np.repeat(self.first[columns] - begins, counts)
        renamed = np.full(self.height, -1, dtype=np.int32)
        renamed[rows] = np.arange(len(rows), dtype=np.int32)
        row = renamed[self.row[at]]
        kept = row >= 0
        column = np.repeat(np.arange(len(columns)), counts)[kept]
        first = np.concatenate(([0], np.cumsum(np.bincount(column, minlength=len(columns)))))
        return Programme(
            self.objective[columns], self.lower[columns], self.upper[columns],
            self.integral[columns], self.row_lower[rows], self.row_upper[rows],
            first, row[kept], self.entry[at][kept],
        )  # fmt: skip


def spread(begins: Ints, lengths: Ints) -> tuple[Ints, Ints]:
    """begin, begin + 1, … of each run, and which run each belongs to."""
    run = np.repeat(np.arange(len(lengths)), lengths)
    skipped = np.cumsum(lengths) - lengths
    return np.arange(len(run)) - skipped[run] + np.asarray(begins)[run], run


def highs(programme: Programme, *, integers: bool, **options: Any) -> Any:
    """A HiGHS with the programme in it, one thread, silent."""
    import highspy  # takes a while, and most commands plan nothing

    lp: Any = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = programme.width, programme.height
    lp.col_cost_ = programme.objective
    lp.col_lower_, lp.col_upper_ = programme.lower, programme.upper
    lp.row_lower_, lp.row_upper_ = programme.row_lower, programme.row_upper
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = programme.first
    lp.a_matrix_.index_ = programme.row
    lp.a_matrix_.value_ = programme.entry
    if integers:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(flag)] for flag in programme.integral]
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    for name, value in options.items():
        solver.setOptionValue(name, value)
    solver.passModel(lp)
    return solver
