"""All routes seen, and the best set of them.

Route-based heuristics for vehicle routing put together what the search has passed by
(Rochat and Taillard 1995; Subramanian, Uchoa and Ochi 2013). Two vehicle-days at a
time are filled anew from the pool, the best pair of routes that leaves the others
alone; now and then a MIP chooses all of them at once. The LP behind it prices the sites.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jiedui.planning.domain.tours.network import Array, Network
from jiedui.planning.domain.tours.packing import packing
from jiedui.planning.domain.tours.schedule import drive

Chosen = list[tuple[int, tuple[int, ...]]]
MOST = 8_000
"""Routes of a kind that are kept."""
COLUMNS = 1_500
"""Routes given to the LP; the MIP gets those of the least loss."""
MIP, NODES = 300, 30
MANY_NODES = 300
"""Branching nodes: counts and not a clock, so that it repeats."""
PAIRS = 2_000
"""Routes of a kind compared with each other for two vehicle-days."""
TURNS = 10
"""Pairs of vehicle-days looked at in one round."""


@dataclass(slots=True)
class _Known:
    """A route of the pool."""

    order: tuple[int, ...]
    back: int
    worth: int
    bits: npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """A plan at least as good as the one before."""

    plan: Chosen
    price: Array
    """What the LP pays for the sites, scaled."""
    proven: bool
    """No plan of the routes looked at is better."""


class Pool:
    """Routes by kind and set of sites: for each set the order that is back first."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.routes: list[dict[frozenset[int], _Known]] = [{} for _ in network.kinds]
        self.words = max(1, -(-len(network.worth) // 64))
        self.turn = 0

    def __len__(self) -> int:
        return sum(len(routes) for routes in self.routes)

    def worth(self, chosen: Sequence[tuple[int, Sequence[int]]]) -> int:
        """What these routes collect."""
        return sum(int(self.network.worth[site]) for _, order in chosen for site in order)

    def add(self, kind: int, sites: Sequence[int]) -> bool:
        """Keep a route if it can be driven; False if it cannot."""
        seen = frozenset(sites)
        if len(seen) < len(sites):
            return False
        driven = drive(self.network.problem, self.network.kinds[kind].shifts[0], sites)
        if driven is None:
            return False
        known = self.routes[kind].get(seen)
        if known is None:
            worth = self.worth([(kind, sites)])
            self.routes[kind][seen] = _Known(tuple(sites), driven.back, worth, self._bits(seen))
            if len(self.routes[kind]) > 2 * MOST:
                self._forget(kind)
        elif driven.back < known.back:
            known.order, known.back = tuple(sites), driven.back
        return True

    def _forget(self, kind: int) -> None:
        ranked = sorted(self.routes[kind].items(), key=lambda item: (-item[1].worth, item[1].order))
        self.routes[kind] = dict(ranked[:MOST])

    def _bits(self, sites: frozenset[int]) -> npt.NDArray[np.uint64]:
        flags = np.zeros(self.words * 64, dtype=bool)
        flags[list(sites)] = True
        bits: npt.NDArray[np.uint64] = np.packbits(flags, bitorder="little").view(np.uint64)
        return bits

    def pairs(self, present: Chosen) -> Chosen:
        """``present`` with some pairs of vehicle-days filled anew, if that is better."""
        slots = self._slots(present)
        table = [self._table(kind) for kind in range(len(self.routes))]
        every = [(one, two) for two in range(len(slots)) for one in range(two)] or [(0, 0)]
        for _ in range(min(TURNS, len(every))):
            one, two = every[self.turn % len(every)]
            self.turn += 1
            self._refill(slots, one, two, table)
        return [(kind, known.order) for kind, known in slots if known is not None]

    def _slots(self, present: Chosen) -> list[tuple[int, _Known | None]]:
        free = [len(kind.shifts) for kind in self.network.kinds]
        slots: list[tuple[int, _Known | None]] = []
        for kind, order in present:
            free[kind] -= 1
            seen = frozenset(order)
            known = self.routes[kind].get(seen)
            if known is None:
                known = _Known(order, 0, self.worth([(kind, order)]), self._bits(seen))
            slots.append((kind, known))
        return slots + [(kind, None) for kind, count in enumerate(free) for _ in range(count)]

    def _table(self, kind: int) -> tuple[list[_Known], npt.NDArray[np.uint64]]:
        ranked = sorted(self.routes[kind].values(), key=lambda known: (-known.worth, known.back))
        bits = np.array([known.bits for known in ranked], dtype=np.uint64)
        return ranked, bits.reshape(len(ranked), self.words)

    def _refill(
        self,
        slots: list[tuple[int, _Known | None]],
        one: int,
        two: int,
        table: Sequence[tuple[list[_Known], npt.NDArray[np.uint64]]],
    ) -> None:
        """The best two routes (perhaps one) for two slots beside all the others."""
        others = np.zeros(self.words, dtype=np.uint64)
        for at, (_, known) in enumerate(slots):
            if known is not None and at not in (one, two):
                others |= known.bits
        sides = []
        for at in {one: None, two: None}:
            ranked, bits = table[slots[at][0]]
            fits = np.flatnonzero(((bits & others) == 0).all(axis=1))[:PAIRS]
            worth = np.array([ranked[row].worth for row in fits] + [0], dtype=np.int64)
            empty = np.zeros((1, self.words), dtype=np.uint64)
            sides.append((ranked, fits, worth, np.concatenate([bits[fits], empty])))
        total: Array = sides[0][2][:, None]
        if len(sides) == 2:
            total = total + sides[1][2][None, :]
            for word in range(self.words):
                both = sides[0][3][:, word][:, None] & sides[1][3][:, word][None, :]
                total = np.where(both != 0, -1, total)
        best = int(total.argmax())
        before = sum(known.worth for at in {one, two} if (known := slots[at][1]) is not None)
        if total.flat[best] <= before:
            return
        for at, row, (ranked, fits, _, _) in zip(
            (one, two), divmod(best, total.shape[1]), sides, strict=False
        ):
            slots[at] = (slots[at][0], ranked[fits[row]] if row < len(fits) else None)

    def master(self, present: Chosen, left: float) -> Choice | None:
        """A MIP over the best routes; None if it took longer than ``left`` seconds."""
        most = max(100, COLUMNS // max(1, len(self.routes)))
        columns = [*present]
        for kind, routes in enumerate(self.routes):
            ranked = sorted(routes.values(), key=lambda known: (-known.worth, known.order))
            columns += [(kind, known.order) for known in ranked[:most]]
        return self._choose(present, columns, left, MIP, NODES)

    def exact(self, present: Chosen, every: Chosen, left: float) -> Choice | None:
        """The best plan of the routes ``every``; None if it took longer than ``left`` seconds."""
        return self._choose(present, [*present, *every], left, len(every), MANY_NODES)

    def _choose(
        self, present: Chosen, columns: Chosen, left: float, most: int, nodes: int
    ) -> Choice | None:
        once = list(
            {(kind, frozenset(order)): (kind, order) for kind, order in reversed(columns)}.values()
        )
        once.reverse()
        packed = packing(
            [self.worth([route]) for route in once],
            [sorted(order) for _, order in once],
            [kind for kind, _ in once],
            len(self.network.worth),
            [len(kind.shifts) for kind in self.network.kinds],
            len(present),
            most=most,
            nodes=nodes,
            seconds=left,
        )
        if packed is None:
            return None
        found = [once[at] for at in packed.picked]
        better = found if self.worth(found) > self.worth(present) else present
        return Choice(better, packed.price, packed.proven)
