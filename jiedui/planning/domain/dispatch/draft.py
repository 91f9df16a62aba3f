"""A plan under way: which tours it holds, what each recipient's are worth, what money is left."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from jiedui.planning.domain.dispatch.columns import Columns
from jiedui.planning.domain.dispatch.programme import Flags, Floats, Ints
from jiedui.planning.domain.dispatch.standing import Standing, worth_at

TRIES = 20_000
"""Tours that ``filled`` looks at, at most."""


class Draft:
    """Tours as places in the columns."""

    def __init__(self, columns: Columns, tours: Iterable[int] = ()) -> None:
        self.columns = columns
        self.chosen: Flags = np.zeros(len(columns), dtype=bool)
        self.chosen[list(tours)] = True
        self.value: Floats = np.zeros(len(columns.recipients))
        self.first = np.searchsorted(columns.recipient, np.arange(len(columns.recipients) + 1))
        self._count(np.arange(len(columns.recipients)))

    @property
    def objective(self) -> float:
        """What the plan is worth."""
        return float(self.value.sum())

    @property
    def left(self) -> float:
        """Money that is left."""
        return self.columns.problem.settings.budget - float(self.columns.cost[self.chosen].sum())

    def at(self, recipients: Ints) -> Ints:
        """The chosen tours at some recipients."""
        mine = np.zeros(len(self.value), dtype=bool)
        mine[recipients] = True
        return np.flatnonzero(self.chosen & mine[self.columns.recipient])

    def put(self, recipients: Ints, tours: Ints) -> None:
        """Replace what is chosen at some recipients."""
        self.chosen[self.at(recipients)] = False
        self.chosen[tours] = True
        self._count(recipients)

    def copy(self) -> Draft:
        """Another plan that begins as this one."""
        other = object.__new__(Draft)
        other.columns, other.first = self.columns, self.first
        other.chosen, other.value = self.chosen.copy(), self.value.copy()
        return other

    def filled(self, keen: Floats) -> Draft:
        """The plan with what the money left can still add, the keenest tours first."""
        columns, problem = self.columns, self.columns.problem
        full = self.copy()
        busy = np.bincount(columns.expert[self.chosen], minlength=len(problem.experts))
        spare = busy < np.array([one.max_tours for one in problem.experts])
        able = np.flatnonzero(
            ~self.chosen & spare[columns.expert] & (columns.cost <= self.left) & (columns.worth > 0)
        )
        if not len(able):
            return full
        able = able[np.argsort(-keen[able], kind="stable")[:TRIES]]
        standing = Standing(problem, columns.tours(np.flatnonzero(self.chosen)))
        touched = set()
        cheapest = columns.cost[able].min()
        for j, tour in zip(able, columns.tours(able), strict=True):
            if standing.left < cheapest:
                break
            if not standing.hindrances(tour) and standing.change((tour,)).total > 0:
                standing.add(tour)
                full.chosen[j] = True
                touched.add(int(columns.recipient[j]))
        full._count(np.array(sorted(touched), dtype=np.int64))
        return full

    def _count(self, recipients: Ints) -> None:
        columns = self.columns
        for r in recipients:
            own = slice(self.first[r], self.first[r + 1])
            tours = own.start + np.flatnonzero(self.chosen[own])
            name = columns.recipients[r]
            self.value[r] = worth_at(columns.problem, name, columns.tours(tours)).total
