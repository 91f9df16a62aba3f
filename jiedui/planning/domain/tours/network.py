"""A problem laid out for the searches: what each kind of vehicle-day can reach, in arrays.

An *option* is one window of one site. Vehicle-days with the same shift, depots,
roads and allowed sites are one *kind*, so that they share their arrays, their
bound and their routes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from jiedui.planning.domain.tours.problem import Problem

Array = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """Vehicle-days that are alike; times count from the shift's start."""

    shifts: tuple[int, ...]
    length: int
    """The shift's length."""
    site: Array
    window: Array
    opens: Array
    closes: Array
    """Latest start of service from which the shift's end is still reached, by any way."""
    first: Array
    """Start of service where it is the first stop."""
    last: Array
    """Latest start of service where it is the last stop."""
    service: Array
    worth: Array
    out: Array
    """From the depot, by any way."""
    step: Array
    """Service at the row, then travel to the column; LONG where that cannot be."""

    @property
    def size(self) -> int:
        """Number of options."""
        return len(self.site)


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """All kinds of a problem, and what a site is worth to the search."""

    problem: Problem
    kinds: tuple[Kind, ...]
    worth: Array
    """By site: its profit, for a pinned one more than all profits together."""
    bonus: int
    pinned: dict[int, int] = field(default_factory=dict)

    def options(self) -> list[tuple[int, int]]:
        """Site and window of all options, once and in order."""
        pairs = (zip(kind.site.tolist(), kind.window.tolist(), strict=True) for kind in self.kinds)
        return sorted({option for kind in pairs for option in kind})

    def kind_of(self) -> dict[int, int]:
        """The kind of each shift."""
        return {shift: at for at, kind in enumerate(self.kinds) for shift in kind.shifts}


LONG = 1 << 40


def allowed(problem: Problem) -> list[frozenset[int]]:
    """The sites each shift may visit, pins and restrictions heeded."""
    pinned = {pin.site: pin.shift for pin in problem.pins}
    return [
        frozenset(
            at
            for at, site in enumerate(problem.sites)
            if (site.shifts is None or number in site.shifts) and pinned.get(at, number) == number
        )
        for number in range(len(problem.shifts))
    ]


def lay_out(problem: Problem) -> Network:
    """The arrays of a problem."""
    bonus = sum(site.profit for site in problem.sites) + 1 if problem.pins else 0
    pinned = {pin.site: pin.shift for pin in problem.pins}
    worth = np.array(
        [site.profit + (bonus if at in pinned else 0) for at, site in enumerate(problem.sites)],
        dtype=np.int64,
    )
    alike: dict[tuple[object, ...], list[int]] = {}
    for number, sites in enumerate(allowed(problem)):
        shift = problem.shifts[number]
        key = (shift.start, shift.end, shift.depart, shift.home, shift.roads, sites)
        alike.setdefault(key, []).append(number)
    kinds = tuple(
        _kind(problem, worth, tuple(numbers), key[-1])  # type: ignore[arg-type]
        for key, numbers in alike.items()
    )
    return Network(problem, kinds, worth, bonus, pinned)


def _kind(problem: Problem, worth: Array, shifts: tuple[int, ...], sites: frozenset[int]) -> Kind:
    shift = problem.shifts[shifts[0]]
    travel = problem.travel[shift.roads]
    ways = shortest(travel)
    length = shift.end - shift.start
    rows = []
    for at in sorted(sites):
        site = problem.sites[at]
        out, direct = int(ways[shift.depart, site.place]), int(travel[shift.depart, site.place])
        home = length - site.service - int(ways[site.place, shift.home])
        straight = length - site.service - int(travel[site.place, shift.home])
        for number, (early, late) in enumerate(site.windows):
            opens, closes = max(early - shift.start, out), min(late - shift.start, home)
            if early <= late and opens <= closes:
                first, last = max(opens, direct), min(closes, straight)
                worth_ = worth[at]
                rows.append((at, number, opens, closes, first, last, site.service, worth_, out))
    names = ("site", "window", "opens", "closes", "first", "last", "service", "worth", "out")
    table = np.array(rows, dtype=np.int64).reshape(len(rows), len(names)).T.copy()
    columns = dict(zip(names, table, strict=True))
    places = np.array([problem.sites[row[0]].place for row in rows], dtype=np.int64)
    step = travel[np.ix_(places, places)].astype(np.int64) + columns["service"][:, None]
    never = columns["opens"][:, None] + step > columns["closes"][None, :]
    never |= columns["site"][:, None] == columns["site"][None, :]
    step[never] = LONG
    return Kind(shifts, length, step=step, **columns)


def shortest(travel: Array) -> Array:
    """Least times over any way: given times, and truncated ones, may be longer than a detour."""
    least = travel.copy()
    for middle in range(len(least)):
        np.minimum(least, least[:, middle][:, None] + least[middle][None, :], out=least)
    return least
