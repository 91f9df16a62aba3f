"""Points of the globe on a flat picture: equirectangular, true to scale at the middle parallel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

# Size of the picture in its own units; the page scales it.
WIDTH, HEIGHT, EDGE = 720.0, 480.0, 40.0
STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30)


@dataclass(frozen=True)
class Point:
    """A place on the picture; the label stands left of the point near the right edge."""

    id: str
    name: str
    x: float
    y: float
    rank: str
    left: bool
    labelled: bool


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

    taken: list[tuple[float, float, float, float]] = []
    points = []
    for id, name, latitude, longitude, rank in sorted(places, key=lambda p: (p[4] or "9", p[1])):
        at, down = x(longitude), y(latitude)
        length = 8 + sum(13 if ord(sign) > 0x2E80 else 7 for sign in name)
        left = at + length > WIDTH - 4
        box = (at - length if left else at, down - 9, at if left else at + length, down + 9)
        free = all(box[2] < t[0] or box[0] > t[2] or box[3] < t[1] or box[1] > t[3] for t in taken)
        if free:
            taken.append(box)
        points.append(Point(id, name, at, down, rank, left, free))
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


def _between(middle: float, half: float, step: float) -> list[float]:
    first = math.ceil((middle - half) / step)
    last = math.floor((middle + half) / step)
    return [round(n * step, 1) for n in range(first, last + 1)]


def _degrees(value: float, positive: str, negative: str) -> str:
    side = positive if value > 0 else negative if value < 0 else ""
    return f"{abs(value):g}°{side}"
