"""Rounds of mobile clinics read from folders of CSV files, and their day sheets written.

docs/planning-files.md describes the files for the people who write them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from jiedui.core.dates import read_date
from jiedui.core.errors import InvalidInput
from jiedui.core.sheets.writing import write_csv
from jiedui.planning.domain.tours.problem import Times
from jiedui.planning.domain.tours.rounds import (
    DAY,
    Hours,
    Round,
    Township,
    Vehicle,
    make_round,
    minutes_by_road,
)
from jiedui.planning.domain.tours.schedule import Plan
from jiedui.planning.sources.faults import Faults
from jiedui.planning.sources.tables import Line, out_of_range, read_table, read_text

PLACES = ("place", "minutes", "weight", "every_days", "last_visit")
PLACES_TOO = ("latitude", "longitude", "road", "vehicles")
WINDOWS = ("place", "day", "opens", "closes")
VEHICLES = ("vehicle", "day", "leaves", "back", "depot")
ROADS = ("road", "kmh")
TRAVEL = ("from", "to", "minutes")
PLAN = ("day", "vehicle", "number", "place", "arrives", "starts", "leaves", "pinned")
MOST = 1_000
"""Places of a round: travel times are held for each pair."""
MOST_SHIFTS = 400
_CLOCK = re.compile(r"([01]?\d|2[0-4])[:：]([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Settings:
    """How ways and priorities are reckoned."""

    detour: float = 1.4
    """Kilometres by road for one as the crow flies."""
    ceiling: float = 3.0
    """The most by which an overdue visit outweighs one that is just due."""


LEAST = {"detour": 1.0, "ceiling": 0.1}
"""The least that each setting may be; 10 is the most."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A visit of an earlier plan."""

    place: str
    vehicle: str
    day: date
    pinned: bool


def read_round(folder: Path, pins: Sequence[Kept] = ()) -> Round:
    """The round in a folder; InvalidInput ``planning-files-malformed`` tells every fault."""
    faults = Faults()
    if not folder.is_dir():
        faults.add(InvalidInput("folder-missing", "There is no such folder."), str(folder))
        faults.refuse()
    settings = _settings(folder / "settings.json", faults)
    places = read_table(folder / "places.csv", PLACES, faults, optional=PLACES_TOO)
    _once(places, "place", MOST)
    names = [line.cells["place"] for line in places]
    hours = _hours(folder / "windows.csv", set(names), faults)
    days = _days(folder / "days.csv", faults)
    vehicles = _vehicles(folder / "vehicles.csv", set(names), days, faults)
    known = {vehicle.key for vehicle in vehicles}
    townships = [_township(line, hours.get(line.cells["place"], ()), known) for line in places]
    faults.stop()
    travel = _travel(folder, places, settings.detour, faults)
    faults.stop()
    kept = [(one.place, one.vehicle, one.day) for one in pins if one.pinned]
    return make_round(townships, vehicles, travel, ceiling=settings.ceiling, pins=kept)


def read_plan(path: Path, folder: Path) -> list[Kept]:
    """The visits of a day sheet; each must name a place, a vehicle and a day of the round."""
    faults = Faults()
    today = read_round(folder)
    sites = {township.key for township in today.places}
    shifts = {(vehicle.key, vehicle.day) for vehicle in today.vehicles}
    kept = []
    lines = read_table(path, ("day", "vehicle", "place"), faults, optional=("pinned",))
    for line in lines:
        day = _date(line, "day")
        place, vehicle = line.text("place"), line.text("vehicle")
        pinned = "pinned" not in line.cells or line.flag("pinned")
        if day is None or not place or not vehicle:
            continue
        if pinned and place not in sites:
            line.fault("place", _unknown(place))
        if pinned and (vehicle, day) not in shifts:
            line.fault("vehicle", _unknown(f"{vehicle} {day}"))
        kept.append(Kept(place, vehicle, day, pinned))
    _once([line for line in lines if line.cells.get("place")], "place", MOST)
    faults.stop()
    return kept


def write_plan(path: Path, round_: Round, plan: Plan) -> None:
    """Day sheets as one table; read back by ``read_plan``."""
    try:
        with path.open("wb") as file:
            write_csv(file, PLAN, day_rows(round_, plan), encoding="utf-8")
    except OSError as broken:
        raise InvalidInput(
            "file-unwritable", "The file cannot be written: %(reason)s.", reason=broken.strerror
        ) from broken


def day_rows(round_: Round, plan: Plan) -> list[tuple[object, ...]]:
    """One row for each stop: day, vehicle, number, place, times, whether it was pinned."""
    pinned = {pin.site for pin in round_.problem.pins}
    rows: list[tuple[object, ...]] = []
    for route in plan.routes:
        vehicle = round_.vehicles[route.shift]
        for number, stop in enumerate(route.stops, 1):
            times = (clock(stop.arrival), clock(stop.start), clock(stop.leave))
            place = round_.places[stop.site].key
            fixed = int(stop.site in pinned)
            rows.append((vehicle.day.isoformat(), vehicle.key, number, place, *times, fixed))
    return rows


def clock(minute: int) -> str:
    """A time of the day, of minutes on the round's axis."""
    return f"{minute % DAY // 60:02d}:{minute % 60:02d}"


def _unknown(text: str) -> InvalidInput:
    return InvalidInput("id-unknown", "“%(text)s” is not among those of the round.", text=text)


def _once(lines: Sequence[Line], column: str, most: int) -> None:
    seen: set[str] = set()
    for line in lines:
        text = line.text(column)
        if text and text in seen:
            line.fault(column, InvalidInput("id-twice", "“%(text)s” stands twice.", text=text))
        seen.add(text)
        if len(seen) > most:
            line.fault(column, InvalidInput("too-many", "More than %(most)s.", most=most))
            return


def _settings(path: Path, faults: Faults) -> Settings:
    if not path.exists():
        return Settings()
    text = read_text(path, faults)
    if text is None:
        return Settings()
    try:
        told = json.loads(text)
    except ValueError as broken:
        line = getattr(broken, "lineno", 1)
        faults.add(
            InvalidInput("json-broken", "This is not JSON: %(fault)s.", fault=str(broken)),
            path.name,
            line,
        )
        return Settings()
    if not isinstance(told, dict):
        faults.add(InvalidInput("json-not-object", "This is not one object {…}."), path.name, 1)
        return Settings()
    values: dict[str, float] = {}
    for name, value in told.items():
        if name not in LEAST:
            faults.add(_unknown(str(name)), path.name, 1, str(name))
        elif (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not LEAST[name] <= value <= 10
        ):
            faults.add(out_of_range(value, LEAST[name], 10), path.name, 1, name)
        else:
            values[name] = float(value)
    return Settings(**values)


def _date(line: Line, column: str, *, blank: bool = False) -> date | None:
    text = line.text(column, blank=blank)
    if not text:
        return None
    try:
        return read_date(text)
    except InvalidInput as refusal:
        line.fault(column, refusal)
        return None


def _time(line: Line, column: str) -> int:
    text = line.text(column)
    found = _CLOCK.fullmatch(text)
    minutes = int(found[1]) * 60 + int(found[2]) if found else DAY + 1
    if minutes <= DAY:
        return minutes
    if text:
        line.fault(column, InvalidInput("time-unreadable", "“%(text)s” is not a time.", text=text))
    return 0


def _hours(path: Path, places: set[str], faults: Faults) -> dict[str, tuple[Hours, ...]]:
    if not path.exists():
        return {}
    found: dict[str, tuple[Hours, ...]] = {}
    for line in read_table(path, WINDOWS, faults):
        place = line.text("place")
        if place and place not in places:
            line.fault("place", _unknown(place))
        hours = Hours(_time(line, "opens"), _time(line, "closes"), _date(line, "day", blank=True))
        found[place] = (*found.get(place, ()), hours)
    return found


def _days(path: Path, faults: Faults) -> list[date]:
    if not path.exists():
        return []
    days = [_date(line, "day") for line in read_table(path, ("day",), faults)]
    return sorted({day for day in days if day is not None})


def _vehicles(path: Path, places: set[str], days: Sequence[date], faults: Faults) -> list[Vehicle]:
    vehicles: dict[tuple[str, date], Vehicle] = {}
    for line in read_table(path, VEHICLES, faults, optional=("home",)):
        name, depot = line.text("vehicle"), line.text("depot")
        home = line.text("home", blank=True) or depot
        for column, place in (("depot", depot), ("home", home)):
            if place and place not in places:
                line.fault(column, _unknown(place))
        leaves, back = _time(line, "leaves"), _time(line, "back")
        day = _date(line, "day", blank=True)
        if day is None and not days and not line.cells.get("day"):
            line.fault("day", InvalidInput("days-missing", "Name the day here or in days.csv."))
        for one in days if day is None else [day]:
            if (name, one) in vehicles:
                line.fault(
                    "vehicle",
                    InvalidInput("id-twice", "“%(text)s” stands twice.", text=f"{name} {one}"),
                )
            vehicles[name, one] = Vehicle(name, one, leaves, back, depot, home)
        if len(vehicles) > MOST_SHIFTS:
            line.fault("vehicle", InvalidInput("too-many", "More than %(most)s.", most=MOST_SHIFTS))
            break
    return list(vehicles.values())


def _township(line: Line, hours: tuple[Hours, ...], vehicles: set[str]) -> Township:
    """A place; a blank ``minutes`` makes it a depot only."""
    visit = bool(line.cells.get("minutes"))
    allowed = line.text("vehicles", blank=True).split()
    for name in allowed:
        if name not in vehicles:
            line.fault("vehicles", _unknown(name))
    return Township(
        key=line.text("place"),
        minutes=line.whole("minutes", 0, DAY) if visit else 0,
        weight=_between(line, "weight", 0, 1_000_000) if visit else 0.0,
        last_visit=_date(line, "last_visit", blank=True),
        interval=_between(line, "every_days", 1, 10_000) if visit else 1.0,
        hours=hours,
        vehicles=frozenset(allowed) if allowed else None,
        visit=visit,
    )


def _travel(folder: Path, places: Sequence[Line], detour: float, faults: Faults) -> Times:
    """Minutes between places: from coordinates where all are given, then from travel.csv."""
    size = len(places)
    travel = np.full((size, size), -1, dtype=np.int64)
    np.fill_diagonal(travel, 0)
    listed = folder / "travel.csv"
    if not listed.exists() or (folder / "roads.csv").exists():
        speeds = {
            line.text("road"): _between(line, "kmh", 1, 200)
            for line in read_table(folder / "roads.csv", ROADS, faults)
        }
        points = [_point(line) for line in places]
        rates = [_speed(line, speeds) for line in places]
        if not faults.found:
            travel = minutes_by_road(points, rates, detour)
    if listed.exists():
        _listed(listed, {line.cells["place"]: at for at, line in enumerate(places)}, travel, faults)
    if not faults.found and (travel < 0).any():
        one, two = (int(at[0]) for at in np.nonzero(travel < 0))
        faults.add(
            InvalidInput(
                "way-missing",
                "No time is given from %(one)s to %(two)s.",
                one=places[one].cells["place"],
                two=places[two].cells["place"],
            ),
            listed.name,
        )
    return travel


def _listed(path: Path, place: dict[str, int], travel: Times, faults: Faults) -> None:
    """Times of a table; a way back that is not listed takes as long as the way there."""
    given: set[tuple[int, int]] = set()
    for line in read_table(path, TRAVEL, faults):
        ends = []
        for column in ("from", "to"):
            text = line.text(column)
            if text in place:
                ends.append(place[text])
            elif text:
                line.fault(column, _unknown(text))
        minutes = line.whole("minutes", 0, 100 * DAY)
        if len(ends) == 2:
            there, back = (ends[0], ends[1]), (ends[1], ends[0])
            travel[there] = minutes
            given.add(there)
            if back not in given:
                travel[back] = minutes


def _point(line: Line) -> tuple[float, float]:
    return _between(line, "latitude", -90, 90), _between(line, "longitude", -180, 180)


def _between(line: Line, column: str, low: float, high: float) -> float:
    value = line.number_from(column, low)
    if value > high:
        line.fault(column, out_of_range(line.text(column), low, high))
    return min(value, high)


def _speed(line: Line, speeds: dict[str, float]) -> float:
    road = line.text("road")
    if road and road not in speeds:
        line.fault("road", _unknown(road))
    return speeds.get(road, 1.0)
