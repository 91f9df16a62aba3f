"""A round as people describe it (days, hours, last visits) made into a problem.

Ticks are minutes on one axis: the first day begins at 0, the next at 1440. The team
must be gone when a place closes, so that a window from 9:00 to 12:00 with a visit
of two hours lets it start from 9:00 to 10:00.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jiedui.planning.domain.tours.problem import (
    Pin,
    Problem,
    Shift,
    Site,
    Times,
    priority,
    road_times,
)

DAY = 24 * 60
POINTS = 100
"""Points in one unit of priority."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When a place is open: minutes from midnight, on one day or (None) on every day."""

    opens: int
    closes: int
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Township:
    """A place of the round; one without ``visit`` is only a depot."""

    key: str
    minutes: int
    weight: float
    last_visit: date | None
    interval: float
    """Days after which a visit is due again."""
    hours: tuple[Hours, ...] = ()
    """None at all is any hour of any day."""
    vehicles: frozenset[str] | None = None
    """The vehicles that may go there; None is all."""
    visit: bool = True


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle and its crew on one day."""

    key: str
    day: date
    leaves: int
    back: int
    depart: str
    home: str


@dataclass(frozen=True, slots=True)
class Round:
    """The problem, and how its numbers are read back."""

    problem: Problem
    places: tuple[Township, ...]
    """By site number."""
    vehicles: tuple[Vehicle, ...]
    """By shift number."""
    first: date


def make_round(
    townships: Sequence[Township],
    vehicles: Sequence[Vehicle],
    travel: Times,
    *,
    ceiling: float = 3.0,
    pins: Sequence[tuple[str, str, date]] = (),
) -> Round:
    """The problem of a round; ``travel`` are minutes between the townships in their order.

    ``pins`` name a place, a vehicle and a day; one whose place, vehicle or day is not
    of this round raises KeyError.
    """
    driven = sorted(vehicles, key=lambda vehicle: (vehicle.day, vehicle.key))
    first = driven[0].day if driven else date.min
    place = {township.key: at for at, township in enumerate(townships)}
    visited = [township for township in townships if township.visit]
    days = sorted({vehicle.day for vehicle in driven})
    sites = tuple(
        Site(
            key=township.key,
            place=place[township.key],
            service=township.minutes,
            profit=round(POINTS * _worth(township, first, ceiling)),
            windows=_windows(township, days, first),
            shifts=None
            if township.vehicles is None
            else frozenset(
                number for number, vehicle in enumerate(driven) if vehicle.key in township.vehicles
            ),
        )
        for township in visited
    )
    shifts = tuple(
        Shift(
            key=f"{vehicle.day.isoformat()} {vehicle.key}",
            start=_offset(vehicle.day, first) + vehicle.leaves,
            end=_offset(vehicle.day, first) + vehicle.back,
            depart=place[vehicle.depart],
            home=place[vehicle.home],
        )
        for vehicle in driven
    )
    site_of = {site.key: number for number, site in enumerate(sites)}
    shift_of = {(vehicle.key, vehicle.day): at for at, vehicle in enumerate(driven)}
    pinned = tuple(Pin(site_of[site], shift_of[vehicle, day]) for site, vehicle, day in pins)
    problem = Problem(sites, shifts, (travel,), pinned, ticks=1, points=POINTS)
    return Round(problem, tuple(visited), tuple(driven), first)


def minutes_by_road(
    points: Sequence[tuple[float, float]], speeds: Sequence[float], detour: float
) -> Times:
    """Minutes between places from latitudes and longitudes: see ``road_times``."""
    return road_times(points, speeds, detour, 60)


def _worth(township: Township, first: date, ceiling: float) -> float:
    days = None if township.last_visit is None else float((first - township.last_visit).days)
    return priority(township.weight, days, township.interval, ceiling)


def _offset(day: date, first: date) -> int:
    return (day - first).days * DAY


def _windows(township: Township, days: Sequence[date], first: date) -> tuple[tuple[int, int], ...]:
    """Earliest and latest start on the one axis, in order and without doubles."""
    if not township.hours:
        # One window over all days: the shifts keep each visit within its day.
        return ((0, _offset(days[-1], first) + DAY - township.minutes),) if days else ()
    return tuple(
        sorted(
            {
                (
                    _offset(day, first) + open_.opens,
                    _offset(day, first) + open_.closes - township.minutes,
                )
                for open_ in township.hours
                for day in ([open_.day] if open_.day is not None else days)
            }
        )
    )
