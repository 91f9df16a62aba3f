"""A round as the house keeps it, made into what the tours planner is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jiedui.planning.domain.tours.rounds import (
    Hours,
    Round,
    Township,
    Vehicle,
    make_round,
    minutes_by_road,
)

RULES = ("road_speed", "road_detour", "visit_minutes", "visit_interval", "visit_ceiling")
DEPOT = "depot"


@dataclass(frozen=True)
class Stopover:
    """A place that may be visited; ``windows`` are (day or None, opens, closes) in minutes."""

    key: str
    point: tuple[float, float]
    minutes: int
    weight: float
    last_visit: date | None
    windows: tuple[tuple[date | None, int, int], ...]


@dataclass(frozen=True)
class Crew:
    """A vehicle with its hours on its days (none named: every day of the round)."""

    key: str
    leaves: int
    back: int
    days: tuple[date, ...]


def days_between(first: date, last: date) -> list[date]:
    """Every day from the first to the last."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def framed(
    rules: Mapping[str, str],
    first: date,
    last: date,
    depot: tuple[float, float],
    places: Sequence[Stopover],
    crews: Sequence[Crew],
    pins: Sequence[tuple[str, str, date]] = (),
) -> Round:
    """The round for the planner: distances by road from coordinates, every vehicle's days."""
    interval = float(rules["visit_interval"])
    townships = [Township(DEPOT, 0, 0.0, None, interval, visit=False)]
    townships += [
        Township(
            place.key, place.minutes, place.weight, place.last_visit, interval,
            tuple(Hours(opens, closes, day) for day, opens, closes in place.windows),
        )
        for place in places
    ]  # fmt: skip
    every = days_between(first, last)
    vehicles = [
        Vehicle(crew.key, day, crew.leaves, crew.back, DEPOT, DEPOT)
        for crew in crews
        for day in every
        if not crew.days or day in crew.days
    ]
    points = [depot, *(place.point for place in places)]
    speeds = [float(rules["road_speed"])] * len(points)
    travel = minutes_by_road(points, speeds, float(rules["road_detour"]))
    ceiling = float(rules["visit_ceiling"])
    return make_round(townships, vehicles, travel, ceiling=ceiling, pins=pins)
