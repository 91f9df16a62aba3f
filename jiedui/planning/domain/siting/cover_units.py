"""A siting problem as one matrix, and what can be left out of it.

A unit is a kit that could be bought for a site; a row is the people of a place who
want a service. Left out without loss: rows that a standing kit serves or no unit
can, units too dear, units whose people a cheaper one serves all (dominated), and
of rows that the same units serve all but one, which takes their people.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from jiedui.planning.domain.siting.cover import CoverProblem

Floats = NDArray[np.float64]
Numbers = NDArray[np.intp]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False, slots=True)
class Units:
    """All units of a problem against all rows that no standing kit serves; money in whole parts."""

    site: Numbers
    kind: Numbers
    cost: Ints
    budget: int
    part: Decimal
    """What one part of the money is."""
    available: Ints
    """By kind; as many as there are sites where nothing is said."""
    required: Numbers
    """Units that must be bought, as far as the money goes."""
    too_dear: Numbers
    """Units that must be bought and for which the money does not suffice."""
    place: Numbers
    service: Numbers
    weight: Floats
    covers: Bools
    """Units × rows."""
    base: float
    """What the standing kits reach."""
    limited: Bools
    """By kind: whether its number is limited."""


def units_of(problem: CoverProblem) -> Units:
    """The units and rows of a problem."""
    exponent = max((-int(each.as_tuple().exponent) for each in _money(problem)), default=0)
    part = Decimal(1).scaleb(-max(0, exponent))
    codes = {kind.code: number for number, kind in enumerate(problem.kinds)}
    within = [problem.within(kind) for kind in problem.kinds]
    people = np.array([place.people for place in problem.places], dtype=float)
    site: list[int] = []
    kind: list[int] = []
    required: list[int] = []
    standing = {service: np.zeros(people.size, dtype=bool) for service in problem.services}
    for number, each in enumerate(problem.sites):
        for code, which in codes.items():
            if code in each.existing:
                standing[problem.kinds[which].service] |= within[which][number]
            elif each.kinds is None or code in each.kinds or code in each.required:
                if code in each.required:
                    required.append(len(site))
                site.append(number)
                kind.append(which)
    base = 0.0
    wanted: list[tuple[int, Numbers, Floats]] = []
    for number, service in enumerate(problem.services):
        worth = people * problem.weight(service)
        base += float(worth[standing[service]].sum())
        rest = np.flatnonzero(~standing[service] & (worth > 0))
        wanted.append((number, rest, worth[rest]))
    sites, kinds = np.array(site, dtype=np.intp), np.array(kind, dtype=np.intp)
    blocks = []
    for number, rest, _ in wanted:
        block = np.zeros((sites.size, rest.size), dtype=bool)
        for which, one in enumerate(problem.kinds):
            if problem.services[number] == one.service:
                mine = np.flatnonzero(kinds == which)
                block[mine] = within[which][np.ix_(sites[mine], rest)]
        blocks.append(block)
    cost = np.array([int(problem.kinds[which].cost / part) for which in kind], dtype=np.int64)
    budget = int(problem.budget / part)
    many = len(problem.sites)
    available = np.array(
        [many if one.available is None else one.available for one in problem.kinds],
        dtype=np.int64,
    )
    bought, dear = _affordable(required, cost, kinds, budget, available)
    return Units(
        sites,
        kinds,
        cost,
        budget,
        part,
        available,
        bought,
        dear,
        np.concatenate([rest for _, rest, _ in wanted]) if wanted else np.empty(0, np.intp),
        np.concatenate([np.full(rest.size, number) for number, rest, _ in wanted])
        if wanted
        else np.empty(0, np.intp),
        np.concatenate([worth for _, _, worth in wanted]) if wanted else np.empty(0),
        np.concatenate(blocks, axis=1) if blocks else np.zeros((sites.size, 0), dtype=bool),
        base,
        available < many,
    )


def _money(problem: CoverProblem) -> list[Decimal]:
    return [problem.budget, *(kind.cost for kind in problem.kinds)]


def _affordable(
    required: list[int], cost: Ints, kinds: Numbers, budget: int, available: Ints
) -> tuple[Numbers, Numbers]:
    """Of the units that must be bought, in their order, those the money and the stock allow."""
    bought: list[int] = []
    dear: list[int] = []
    left = available.copy()
    for unit in required:
        if cost[unit] <= budget and left[kinds[unit]] > 0:
            budget -= int(cost[unit])
            left[kinds[unit]] -= 1
            bought.append(unit)
        else:
            dear.append(unit)
    return np.array(bought, dtype=np.intp), np.array(dear, dtype=np.intp)


@dataclass(frozen=True, eq=False, slots=True)
class Core:
    """What is left to decide: some units, the rows they serve, the money not yet spent."""

    units: Numbers
    """Their numbers among all units."""
    forced: Numbers
    """Units bought already, by all units' numbers."""
    cost: Ints
    kind: Numbers
    budget: int
    available: Ints
    covers: Bools
    weight: Floats
    base: float
    """What is reached by what stands or is bought already."""
    group: Numbers
    """For every row of the problem the one here that took it in; -1: served, or out of reach."""

    def worth_of(self, units: Units, rows: Floats) -> Floats:
        """What prices of the rows here make each unit of the problem worth."""
        inside = self.group >= 0
        price = units.weight.copy()
        price[units.covers[self.forced].any(axis=0)] = 0.0
        here = self.group[inside]
        price[inside] *= rows[here] / self.weight[here]
        return np.asarray(units.covers @ price)


def core_of(units: Units, alive: Bools, forced: Numbers) -> Core:
    """Reduce a problem to the units alive, those forced being bought."""
    budget = units.budget - int(units.cost[forced].sum())
    available = units.available - np.bincount(units.kind[forced], minlength=units.available.size)
    served = units.covers[forced].any(axis=0)
    base = units.base + float(units.weight[served].sum())
    alive = alive & (units.cost <= budget) & (available[units.kind] > 0)
    alive[forced] = False
    candidates = np.flatnonzero(alive)
    rows = np.flatnonzero(~served)
    covers = units.covers[np.ix_(candidates, rows)]
    useful = covers.any(axis=1)
    candidates, covers = candidates[useful], covers[useful]
    kept = ~_dominated(
        covers, units.cost[candidates], units.kind[candidates], units.limited, units.weight[rows]
    )
    candidates, covers = candidates[kept], covers[kept]
    reachable = covers.any(axis=0)
    rows = rows[reachable]
    covers, weight, merged = _merged(covers[:, reachable], units.weight[rows])
    group = np.full(units.weight.size, -1, dtype=np.intp)
    group[rows] = merged
    return Core(
        candidates,
        forced,
        units.cost[candidates],
        units.kind[candidates],
        budget,
        available,
        covers,
        weight,
        base,
        group,
    )


def _dominated(covers: Bools, cost: Ints, kind: Numbers, limited: Bools, weight: Floats) -> Bools:
    """Units for which another one serves all their rows and more, or the same ones, for no more.

    Only a kind that can be had without limit stands in for another.
    """
    count = cost.size
    lost = np.zeros(count, dtype=bool)
    if count == 0 or covers.shape[1] == 0:
        return lost
    plain = covers.astype(np.float32)
    size = plain.sum(axis=1)
    for first in range(0, count, 512):
        part = slice(first, min(first + 512, count))
        inside = plain[part] @ plain.T >= size[part, None] - 0.5
        cheaper = cost[None, :] <= cost[part, None]
        instead = (kind[None, :] == kind[part, None]) | ~limited[kind][None, :]
        same = (size[None, :] == size[part, None]) & (cost[None, :] == cost[part, None])
        same &= limited[kind][None, :] == limited[kind][part, None]
        earlier = np.arange(count)[None, :] < np.arange(count)[part, None]
        lost[part] = (inside & cheaper & instead & (~same | earlier)).any(axis=1)
    return lost


def _merged(covers: Bools, weight: Floats) -> tuple[Bools, Floats, Numbers]:
    """Rows that the same units serve made one; beside them which row went where."""
    if covers.shape[1] == 0 or covers.shape[0] == 0:
        return covers, weight, np.arange(covers.shape[1])
    packed = np.ascontiguousarray(np.packbits(covers, axis=0).T)
    keys = packed.view([("", np.void, packed.shape[1])]).ravel()
    _, first, group = np.unique(keys, return_index=True, return_inverse=True)
    group = group.ravel()
    return np.ascontiguousarray(covers[:, first]), np.bincount(group, weight).astype(float), group
