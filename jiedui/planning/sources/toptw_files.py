"""The literature's instances of team orienteering with time windows.

One depot in the first line of points, then the sites; times are distances. Solomon's
instances truncate distances to one decimal, those of Cordeau et al. to two (Righini
and Salani 2009; Vansteenwegen et al. 2009): ``decimals`` says how many, and all
times are scaled by it to whole numbers, so that nothing is ever rounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from math import isqrt
from pathlib import Path

import numpy as np

from jiedui.core.errors import InvalidInput
from jiedui.planning.domain.tours.problem import Problem, Shift, Site
from jiedui.planning.sources.faults import Faults
from jiedui.planning.sources.tables import out_of_range, read_text

MOST = 1_000
"""Sites of an instance."""
LARGEST = 10**7


@dataclass(frozen=True, slots=True)
class Point:
    """A line of points."""

    number: int
    x: Decimal
    y: Decimal
    service: Decimal
    profit: Decimal
    opens: Decimal
    closes: Decimal


def read_instance(path: Path, routes: int, decimals: int | None = None) -> Problem:
    """The problem of a file for ``routes`` vehicles; vertex numbers are the sites' keys.

    InvalidInput ``planning-files-malformed`` tells every fault with line and column
    (the number of the word in its line).
    """
    depot, *rest = _points(path)
    if decimals is None:
        decimals = decimals_of(path.name)
    ticks = 10**decimals
    travel = _distances([depot, *rest], ticks)
    fraction = max((_decimals(point.profit) for point in rest), default=0)
    sites = tuple(
        Site(
            key=str(point.number),
            place=at,
            service=_whole(point.service * ticks, up=True),
            profit=int(point.profit * 10**fraction),
            windows=((_whole(point.opens * ticks, up=True), _whole(point.closes * ticks)),),
        )
        for at, point in enumerate(rest, 1)
    )
    start, end = _whole(depot.opens * ticks, up=True), _whole(depot.closes * ticks)
    shifts = tuple(Shift(str(number + 1), start, end, 0, 0) for number in range(routes))
    return Problem(sites, shifts, (travel,), ticks=ticks, points=10**fraction)


def decimals_of(name: str) -> int:
    """Two decimals for the instances of Cordeau et al., named ``pr…``; one for all others."""
    return 2 if name.lower().startswith("pr") else 1


def truncated(dx: Decimal, dy: Decimal, ticks: int) -> int:
    """The Euclidean distance × ticks, rounded down, by a whole-number root: exact."""
    return isqrt(int((dx * dx + dy * dy) * ticks * ticks))


def _distances(points: list[Point], ticks: int) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    travel = np.zeros((len(points), len(points)), dtype=np.int64)
    for one, first in enumerate(points):
        for two, second in enumerate(points[:one]):
            away = truncated(first.x - second.x, first.y - second.y, ticks)
            travel[one, two] = travel[two, one] = away
    return travel


def _whole(value: Decimal, *, up: bool = False) -> int:
    """Whole ticks on the safe side: a service and an opening up, a closing down."""
    return int(-(-value // 1)) if up else int(value // 1)


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _points(path: Path) -> list[Point]:
    faults = Faults()
    text = read_text(path, faults)
    faults.stop()
    rows = [(at, line.split()) for at, line in enumerate((text or "").splitlines(), 1)]
    rows = [(at, words) for at, words in rows if words]
    if len(rows) < 3:
        refusal = InvalidInput("instance-short", "The file ends before the line of the depot.")
        faults.add(refusal, path.name, rows[-1][0] if rows else 1)
        faults.refuse()
    reader = _Reader(path.name, faults)
    at, head = rows[0]
    told = reader.number(at, head, 3, most=MOST)
    points: list[Point] = []
    seen: set[int] = set()
    for line, words in rows[2:]:
        point = reader.point(line, words)
        if point is None:
            continue
        if point.number in seen:
            reader.fault(
                line,
                1,
                InvalidInput(
                    "vertex-twice", "Vertex %(number)s stands twice.", number=point.number
                ),
            )
        seen.add(point.number)
        points.append(point)
    faults.stop()
    if told is not None and len(points) != int(told) + 1:
        reader.fault(
            at,
            3,
            InvalidInput(
                "instance-count",
                "%(told)s sites are announced, %(found)s are there.",
                told=int(told),
                found=len(points) - 1,
            ),
        )
    faults.stop()
    return points


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads numbers of lines; a fault is noted and gives None."""

    file: str
    faults: Faults

    def fault(self, line: int, column: int, refusal: InvalidInput) -> None:
        self.faults.add(refusal, self.file, line, str(column))

    def number(
        self, line: int, words: list[str], column: int, low: int = 0, most: int = LARGEST
    ) -> Decimal | None:
        """The number in a column (from 1), between two bounds."""
        if len(words) < column:
            self.fault(line, column, InvalidInput("cell-blank", "This cell must be filled."))
            return None
        word = words[column - 1]
        try:
            value = Decimal(word)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite():
            self.fault(
                line, column, InvalidInput("not-a-number", "“%(text)s” is not a number.", text=word)
            )
            return None
        if not low <= value <= most:
            self.fault(line, column, out_of_range(word, low, most))
            return None
        return value

    def point(self, line: int, words: list[str]) -> Point | None:
        """A vertex: number, x, y, service, profit, two unused, a list, opening, closing."""
        if len(words) < 9:
            self.fault(
                line,
                len(words) + 1,
                InvalidInput("vertex-short", "A vertex needs at least nine numbers."),
            )
            return None
        found = [
            self.number(line, words, 1, most=MOST),
            self.number(line, words, 2, -LARGEST),
            self.number(line, words, 3, -LARGEST),
            *(self.number(line, words, column) for column in (4, 5, len(words) - 1, len(words))),
        ]
        number, *values = (value for value in found if value is not None)
        if len(values) < 6:
            return None
        if number != int(number):
            self.fault(
                line,
                1,
                InvalidInput(
                    "number-not-whole", "“%(text)s” is not a whole number.", text=words[0]
                ),
            )
            return None
        return Point(int(number), *values)
