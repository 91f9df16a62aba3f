"""Judges a plan by the rules alone: no array, no solver, no schedule of ours is trusted."""

from __future__ import annotations

from collections.abc import Sequence

from jiedui.planning.domain.tours.problem import Problem
from jiedui.planning.domain.tours.schedule import Route


def faults(problem: Problem, routes: Sequence[Route]) -> list[str]:
    """Every rule that the routes break, in words; empty is what we want."""
    found: list[str] = []
    seen: set[int] = set()
    used: set[int] = set()
    for route in routes:
        shift = problem.shifts[route.shift]
        if route.shift in used:
            found.append(f"{shift.key}: driven twice")
        used.add(route.shift)
        if route.depart < shift.start:
            found.append(f"{shift.key}: leaves before the shift")
        clock, place = route.depart, shift.depart
        for stop in route.stops:
            site = problem.sites[stop.site]
            clock += int(problem.travel[shift.roads][place][site.place])
            name = f"{shift.key}/{site.key}"
            if stop.site in seen:
                found.append(f"{name}: visited twice")
            seen.add(stop.site)
            if site.shifts is not None and route.shift not in site.shifts:
                found.append(f"{name}: not allowed to this vehicle or day")
            if stop.arrival != clock:
                found.append(f"{name}: arrives at {clock}, not {stop.arrival}")
            if stop.start < clock:
                found.append(f"{name}: starts before it arrives")
            early, late = site.windows[stop.window]
            if not early <= stop.start <= late:
                found.append(f"{name}: starts outside its window")
            if stop.leave != stop.start + site.service:
                found.append(f"{name}: leaves before or after its service")
            clock, place = stop.leave, site.place
        clock += int(problem.travel[shift.roads][place][shift.home])
        if route.back != clock:
            found.append(f"{shift.key}: is back at {clock}, not {route.back}")
        if clock > shift.end:
            found.append(f"{shift.key}: back after the shift's end")
    return found


def profit(problem: Problem, routes: Sequence[Route]) -> int:
    """What the routes collect, each site counted once."""
    visited = {stop.site for route in routes for stop in route.stops}
    return sum(problem.sites[site].profit for site in visited)


def broken_pins(problem: Problem, routes: Sequence[Route]) -> tuple[int, ...]:
    """Numbers of the pins that these routes do not keep."""
    kept = {(stop.site, route.shift) for route in routes for stop in route.stops}
    return tuple(
        number for number, pin in enumerate(problem.pins) if (pin.site, pin.shift) not in kept
    )
