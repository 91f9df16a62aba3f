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

MOST = 2_000


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
    """The problem of a file for ``routes`` vehicles; vertex numbers are the sites' keys."""
    points = _points(path)
    if decimals is None:
        decimals = decimals_of(path.name)
    ticks = 10**decimals
    depot, *rest = points
    size = len(points)
    travel = np.zeros((size, size), dtype=np.int64)
    for one, first in enumerate(points):
        for two in range(one):
            away = truncated(first.x - points[two].x, first.y - points[two].y, ticks)
            travel[one, two] = travel[two, one] = away
    fraction = max((-_exponent(point.profit) for point in rest), default=0)
    worth = 10 ** max(0, fraction)
    sites = tuple(
        Site(
            key=str(point.number),
            place=at,
            service=_whole(point.service * ticks, up=True),
            profit=int(point.profit * worth),
            windows=((_whole(point.opens * ticks, up=True), _whole(point.closes * ticks)),),
        )
        for at, point in enumerate(rest, 1)
    )
    start, end = _whole(depot.opens * ticks, up=True), _whole(depot.closes * ticks)
    shifts = tuple(Shift(str(number + 1), start, end, 0, 0) for number in range(routes))
    return Problem(sites, shifts, (travel,), ticks=ticks, points=worth)


def decimals_of(name: str) -> int:
    """One decimal, as Solomon's instances (c101 … rc208) want; two for Cordeau's ``pr…``."""
    return 2 if name.lower().startswith("pr") else 1


def truncated(dx: Decimal, dy: Decimal, ticks: int) -> int:
    """The Euclidean distance × ticks, rounded down, by whole-number root: exact."""
    square = (dx * dx + dy * dy) * ticks * ticks
    return isqrt(int(square // 1))


def _whole(value: Decimal, *, up: bool = False) -> int:
    """Whole ticks on the safe side: a service and an opening up, a closing down."""
    return int(-(-value // 1)) if up else int(value // 1)


def _exponent(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _points(path: Path) -> list[Point]:
    lines = text_of(path).splitlines()
    rows = [(at, line.split()) for at, line in enumerate(lines, 1) if line.strip()]
    if not rows:
        raise InvalidInput("planning.instance-empty", "The file is empty.", field=path.name)
    at, head = rows[0]
    if len(head) < 3:
        raise _fault(path, at, 1, "The first line must hold at least three numbers.")
    told = _number(path, at, 3, head[2])
    body = rows[2:]
    points = [_point(path, line, words) for line, words in body]
    numbers = {point.number for point in points}
    if len(numbers) < len(points):
        raise _fault(path, body[-1][0], 1, "A vertex number occurs twice.")
    if not points:
        raise _fault(path, rows[-1][0], 1, "The line of the depot is missing.")
    if len(points) > MOST:
        raise _fault(path, body[MOST][0], 1, "The file holds too many points.")
    if len(points) != int(told) + 1:
        raise InvalidInput(
            "planning.instance-count",
            "The first line promises %(told)s sites; the file holds %(found)s.",
            field=f"{path.name}:{at}:3",
            told=int(told),
            found=len(points) - 1,
        )
    return points


def _point(path: Path, line: int, words: list[str]) -> Point:
    if len(words) < 8:
        raise _fault(path, line, len(words), "A point needs at least eight numbers.")
    values = [_number(path, line, column, word) for column, word in enumerate(words, 1)]
    number, x, y, service, profit, _, length = values[:7]
    if number != int(number):
        raise _fault(path, line, 1, "A vertex number must be whole.")
    if service < 0 or profit < 0:
        column = 4 if service < 0 else 5
        raise _fault(path, line, column, "Service time and profit must not be negative.")
    # Many depots' lines leave out the list's length; the windows are always the last two.
    if len(words) not in (9, 9 + int(length) if length >= 0 else 9, 10):
        raise _fault(path, line, len(words), "The line has too few or too many numbers.")
    return Point(int(number), x, y, service, profit, values[-2], values[-1])


def _number(path: Path, line: int, column: int, word: str) -> Decimal:
    try:
        value = Decimal(word)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) > 10**9:
        raise InvalidInput(
            "planning.instance-number",
            "“%(word)s” is not a number.",
            field=f"{path.name}:{line}:{column}",
            word=word[:40],
        )
    return value


def _fault(path: Path, line: int, column: int, message: str) -> InvalidInput:
    return InvalidInput("planning.instance-line", message, field=f"{path.name}:{line}:{column}")


def text_of(path: Path) -> str:
    """A text file in UTF-8 (with or without its mark) or GB18030."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InvalidInput(
            "planning.file-unreadable", "The file cannot be read.", field=path.name
        ) from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidInput(
        "planning.file-encoding", "The file is neither UTF-8 nor GB18030.", field=path.name
    )
