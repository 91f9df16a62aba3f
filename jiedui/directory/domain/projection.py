"""Points of the globe on a flat picture: equirectangular, true to scale at the middle parallel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

# Size of the picture in its own units; the page scales it.
WIDTH, HEIGHT, EDGE = 720.0, 480.0, 40.0
# How much larger than the picture the labels are on a phone (directory.css).
NARROW = 2
# Between a point and its name, and half of a point.
GAP, MARK = 8.0, 5.0
STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30)


@dataclass(frozen=True)
class Point:
    """A place on the picture; the label stands ``left`` of the point where it has room only there.

    ``labelled`` where the name has room, ``narrow`` where it has on a phone too.
    """

    id: str
    name: str
    x: float
    y: float
    rank: str
    left: bool
    labelled: bool
    narrow: bool


@dataclass(frozen=True)
class Line:
    """A meridian or parallel with its degrees."""

    at: float
    label: str


@dataclass(frozen=True)
class Globe:
    """The picture: points, meridians (by x) and parallels (by y)."""

    points: tuple[Point, ...]
    meridians: tuple[Line, ...]
    parallels: tuple[Line, ...]
    width: float = WIDTH
    height: float = HEIGHT


def project(places: Sequence[tuple[str, str, float, float, str]]) -> Globe:
    """Place ``(id, name, latitude, longitude, rank)`` on the picture, both scales alike."""
    if not places:
        return Globe((), (), ())
    south, north = min(p[2] for p in places), max(p[2] for p in places)
    west, east = min(p[3] for p in places), max(p[3] for p in places)
    middle, centre = (south + north) / 2, (west + east) / 2
    shrink = max(math.cos(math.radians(middle)), 0.05)
    wide = max((east - west) * shrink, 0.5)
    high = max(north - south, 0.5)
    scale = min((WIDTH - 2 * EDGE) / wide, (HEIGHT - 2 * EDGE) / high)

    def x(longitude: float) -> float:
        return round(WIDTH / 2 + (longitude - centre) * shrink * scale, 1)

    def y(latitude: float) -> float:
        return round(HEIGHT / 2 - (latitude - middle) * scale, 1)

    spots = [(x(place[3]), y(place[2])) for place in places]
    wide_labels, narrow_labels = _Labels(1, spots), _Labels(NARROW, spots)
    points = []
    for id, name, latitude, longitude, rank in sorted(places, key=lambda p: (p[4] or "9", p[1])):
        at, down = x(longitude), y(latitude)
        right = wide_labels.takes(name, at, down, left=False)
        labelled = right or wide_labels.takes(name, at, down, left=True)
        narrow = labelled and narrow_labels.takes(name, at, down, left=not right)
        left = labelled and not right
        points.append(Point(id, name, at, down, rank, left, labelled, narrow))
    half_wide, half_high = WIDTH / 2 / scale / shrink, HEIGHT / 2 / scale
    step = next((s for s in STEPS if half_high / s <= 3), STEPS[-1])
    return Globe(
        tuple(points),
        tuple(
            Line(x(d), _degrees(d, "E", "W"))
            for d in _between(centre, half_wide, step)
            if 40 < x(d) < WIDTH - 44
        ),
        tuple(
            Line(y(d), _degrees(d, "N", "S"))
            for d in _between(middle, half_high, step)
            if 14 < y(d) < HEIGHT - 24
        ),
    )


class _Labels:
    """Names of one size, none over another or over a point, nor beyond the edge."""

    def __init__(self, size: float, points: Sequence[tuple[float, float]]) -> None:
        self._size = size
        self._points = points
        self._taken: list[tuple[float, float, float, float]] = []

    def takes(self, name: str, x: float, y: float, *, left: bool) -> bool:
        """Whether the name has room on that side of its point, and then it takes that."""
        length = GAP + self._size * sum(13 if ord(sign) > 0x2E80 else 7 for sign in name)
        half = 9 * self._size
        west, east = (x - length, x - MARK) if left else (x + MARK, x + length)
        free = (
            west >= 0
            and east <= WIDTH
            and all(
                east < t[0] or west > t[2] or y + half < t[1] or y - half > t[3]
                for t in self._taken
            )
            and not any(
                west - MARK < at < east + MARK and abs(down - y) < half for at, down in self._points
            )
        )
        if free:
            self._taken.append((west, y - half, east, y + half))
        return free


def _between(middle: float, half: float, step: float) -> list[float]:
    first = math.ceil((middle - half) / step)
    last = math.floor((middle + half) / step)
    return [round(n * step, 1) for n in range(first, last + 1)]


def _degrees(value: float, positive: str, negative: str) -> str:
    side = positive if value > 0 else negative if value < 0 else ""
    return f"{abs(value):g}°{side}"
