"""When a vehicle is where: the times of a sequence of sites on one shift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jiedui.planning.domain.tours.problem import Problem


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit."""

    site: int
    window: int
    arrival: int
    start: int
    leave: int


@dataclass(frozen=True, slots=True)
class Route:
    """One vehicle-day as it will be driven."""

    shift: int
    depart: int
    stops: tuple[Stop, ...]
    back: int


@dataclass(frozen=True, slots=True)
class Unserved:
    """A site left out, and why; ``instead`` would have to go if it were visited."""

    site: int
    reason: str
    instead: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What was decided, how good it is, and the work by which it can be had again."""

    routes: tuple[Route, ...]
    profit: int
    bound: int | None
    """No plan (that keeps the same pinned stops) has more profit than this."""
    bound_by: str
    unserved: tuple[Unserved, ...]
    broken_pins: tuple[int, ...]
    """Numbers of pins that could not be kept beside the others."""
    work: int
    seconds: float


def drive(problem: Problem, shift: int, sites: Sequence[int]) -> Route | None:
    """The earliest times of this order, leaving the depot no sooner than needed.

    None when a window or the shift's end is missed. A later start never helps a
    later stop, so the first window that can still be kept is always the right one.
    """
    day = problem.shifts[shift]
    travel = problem.travel[day.roads]
    stops: list[Stop] = []
    now, here = day.start, day.depart
    for at in sites:
        site = problem.sites[at]
        arrival = now + int(travel[here, site.place])
        usable = [
            (max(early, arrival), number)
            for number, (early, late) in enumerate(site.windows)
            if early <= late and arrival <= late
        ]
        if not usable:
            return None
        start, number = min(usable)
        stops.append(Stop(at, number, arrival, start, start + site.service))
        now, here = start + site.service, site.place
    back = now + int(travel[here, day.home])
    if back > day.end:
        return None
    if not stops:
        return Route(shift, day.start, (), back)
    wait = stops[0].start - stops[0].arrival
    first = stops[0]
    stops[0] = Stop(first.site, first.window, first.start, first.start, first.leave)
    return Route(shift, day.start + wait, tuple(stops), back)
