"""A round of mobile clinics: places with windows, vehicle-days with shifts, travel times.

Team orienteering with time windows over several days (TOPTW; Vansteenwegen et al.
2009, *Iterated local search for the team orienteering problem with time windows*).
One time axis serves all days: the reader puts each day after the one before, so
that a place with windows on three days simply has three windows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

import numpy as np
import numpy.typing as npt

Times = npt.NDArray[np.int64]
EARTH_KM = 6371.0088


@dataclass(frozen=True, slots=True)
class Site:
    """A place to be visited at most once."""

    key: str
    place: int
    """Its row and column in the travel times."""
    service: int
    profit: int
    windows: tuple[tuple[int, int], ...]
    """Earliest and latest *start* of service; crossed ones can never be kept."""
    shifts: frozenset[int] | None = None
    """The vehicle-days that may visit it; None is all."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One vehicle on one day."""

    key: str
    start: int
    end: int
    depart: int
    home: int
    roads: int = 0
    """Which of the travel times holds for this vehicle."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A visit that a person has fixed: this place by this vehicle on this day."""

    site: int
    shift: int


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """All times are whole ticks, all profits whole points; both units are printed divided."""

    sites: tuple[Site, ...]
    shifts: tuple[Shift, ...]
    travel: tuple[Times, ...]
    pins: tuple[Pin, ...] = ()
    ticks: int = 1
    """Ticks in the unit of time that people read."""
    points: int = 1
    """Points in the unit of profit that people read."""

    def __post_init__(self) -> None:
        places = {matrix.shape for matrix in self.travel}
        if len(places) > 1 or any(rows != columns for rows, columns in places):
            raise ValueError("travel times are square and of one size")
        size = next(iter(places))[0] if places else 0
        if any(int(matrix.min(initial=0)) < 0 for matrix in self.travel):
            raise ValueError("a travel time is negative")
        for site in self.sites:
            if not 0 <= site.place < size or site.service < 0 or site.profit < 0:
                raise ValueError(f"site {site.key}: place, service or profit out of range")
        for shift in self.shifts:
            if not (0 <= shift.depart < size and 0 <= shift.home < size):
                raise ValueError(f"shift {shift.key}: no such depot")
            if not 0 <= shift.roads < len(self.travel):
                raise ValueError(f"shift {shift.key}: no such travel times")
        if len({pin.site for pin in self.pins}) < len(self.pins):
            raise ValueError("a site is pinned twice")
        for pin in self.pins:
            if not (0 <= pin.site < len(self.sites) and 0 <= pin.shift < len(self.shifts)):
                raise ValueError("a pin names no site or no shift")


def priority(weight: float, days: float | None, interval: float, ceiling: float = 3.0) -> float:
    """How much a visit is worth: ``weight × min(days ÷ interval, ceiling)``.

    A place visited ``interval`` days ago, when the next visit is due, is worth its
    weight; twice as overdue is twice the worth. Never visited (None) counts as the
    ceiling, which keeps one far township from outweighing all the others for ever.
    """
    if interval <= 0 or weight < 0 or ceiling <= 0:
        raise ValueError("interval and ceiling are positive, the weight is not negative")
    if days is None:
        return weight * ceiling
    return weight * min(max(days, 0.0) / interval, ceiling)


def great_circle(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Kilometres between two points given as latitude and longitude in degrees (haversine)."""
    north, south = radians(first[0]), radians(second[0])
    east = radians(second[1] - first[1])
    half = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(east / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def road_times(
    points: Sequence[tuple[float, float]],
    speeds: Sequence[float],
    detour: float,
    ticks_per_hour: int,
) -> Times:
    """Travel times from coordinates: great circle × detour ÷ speed, rounded up to a tick.

    ``speeds`` are the km/h of the road that leads to each place; a leg takes the
    slower of its two ends, because the last kilometres to a township decide.
    """
    if detour < 1 or any(speed <= 0 for speed in speeds):
        raise ValueError("the detour is at least 1 and speeds are positive")
    times = np.zeros((len(points), len(points)), dtype=np.int64)
    for one, first in enumerate(points):
        for two in range(one):
            hours = great_circle(first, points[two]) * detour / min(speeds[one], speeds[two])
            times[one, two] = times[two, one] = int(-(-hours * ticks_per_hour // 1))
    return times
