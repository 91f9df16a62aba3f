"""Coverage plans by greedy choice, improved by exchanging one kit for others."""

from __future__ import annotations

import numpy as np

from jiedui.planning.domain.runs import Run
from jiedui.planning.domain.siting.cover_units import Bools, Core, Floats, Numbers

PASSES = 8


class Draft:
    """Units of a core chosen so far, and what each other one would add."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self.by_row = np.ascontiguousarray(core.covers.T).astype(np.float32)
        self.chosen = np.zeros(core.units.size, dtype=bool)
        self.times = np.zeros(core.weight.size, dtype=np.int32)
        self.gain: Floats = core.covers @ core.weight if core.units.size else np.empty(0)
        self.left = core.budget
        self.stock = core.available.copy()
        self.value = core.base

    def affordable(self) -> Bools:
        """Units that could be added."""
        return np.asarray(
            ~self.chosen
            & (self.core.cost <= self.left)
            & (self.stock[self.core.kind] > 0)
            & (self.gain > 1e-9)
        )

    def _weigh(self, rows: Numbers) -> Floats:
        return np.asarray(self.core.weight[rows] @ self.by_row[rows])

    def add(self, unit: int) -> None:
        """Choose a unit."""
        mine = np.flatnonzero(self.core.covers[unit])
        fresh = mine[self.times[mine] == 0]
        self.times[mine] += 1
        self.value += float(self.core.weight[fresh].sum())
        self.gain -= self._weigh(fresh)
        self._settle(unit, True)

    def remove(self, unit: int) -> None:
        """Leave a unit out again."""
        mine = np.flatnonzero(self.core.covers[unit])
        self.times[mine] -= 1
        bare = mine[self.times[mine] == 0]
        self.value -= float(self.core.weight[bare].sum())
        self.gain += self._weigh(bare)
        self._settle(unit, False)

    def _settle(self, unit: int, chosen: bool) -> None:
        sign = 1 if chosen else -1
        self.chosen[unit] = chosen
        self.left -= sign * int(self.core.cost[unit])
        self.stock[self.core.kind[unit]] -= sign

    def fill(self, *, by_money: bool = True, first: int | None = None) -> list[int]:
        """Add the unit of most gain (for its money) as long as one can be added."""
        added: list[int] = []
        while True:
            can = self.affordable()
            if not can.any():
                return added
            if first is None:
                worth = self.gain / np.maximum(self.core.cost, 1) if by_money else self.gain
                unit = int(np.where(can, worth, -1.0).argmax())
            elif can[first]:
                unit, first = first, None
            else:
                return added
            self.add(unit)
            added.append(unit)

    def thin(self) -> None:
        """Leave out units without which as many are reached, the dearest first."""
        for unit in np.argsort(-self.core.cost, kind="stable"):
            if self.chosen[unit] and not (self.times[self.core.covers[unit]] == 1).any():
                self.remove(int(unit))

    def loss(self) -> Floats:
        """What each chosen unit alone reaches."""
        alone = np.where(self.times == 1, self.core.weight, 0.0)
        return np.asarray(self.core.covers @ alone)


def greedy(core: Core) -> Draft:
    """The better of the two greedy plans: most people for the money, most people."""
    drafts = [Draft(core), Draft(core)]
    drafts[0].fill(by_money=True)
    drafts[1].fill(by_money=False)
    return max(drafts, key=lambda draft: draft.value)


def improve(draft: Draft, run: Run) -> None:
    """Exchange a chosen unit for better ones until no exchange helps; one exchange is one step."""
    for _ in range(PASSES):
        before = draft.value
        worth = draft.loss() / np.maximum(draft.core.cost, 1)
        for unit in np.argsort(np.where(draft.chosen, worth, np.inf), kind="stable"):
            if run.over():
                return
            if draft.chosen[unit]:
                _exchange(draft, int(unit))
                run.done()
        if draft.value <= before + 1e-9 * max(1.0, before):
            return


def _exchange(draft: Draft, unit: int) -> None:
    """Put others in the place of a unit if they reach more; leave the draft as it was if not."""
    before = draft.value
    draft.remove(unit)
    for by_money in (True, False):
        added = draft.fill(by_money=by_money)
        if draft.value > before + 1e-9 * max(1.0, before):
            return
        for each in reversed(added):
            draft.remove(each)
    draft.add(unit)
