"""Reads of rounds: the round on one screen, a day's sheet, the file for the field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.planning.access.rounds import may_make_round, visible_rounds
from jiedui.planning.domain.runs import proven_gap
from jiedui.planning.domain.tours.problem import great_circle
from jiedui.planning.models import Round, RoundPlace, RoundStop, RoundVehicle


@dataclass(frozen=True)
class StopLine:
    """One visit of a day's sheet; minutes from midnight."""

    id: UUID
    number: int
    place_id: UUID
    place: Any
    people: int
    priority: int
    arrives: int
    starts: int
    leaves: int
    pinned: bool
    kilometres: float
    """By road as the rules reckon it, from the stop before."""


@dataclass(frozen=True)
class DaySheet:
    """What one vehicle does on one day."""

    day: date
    vehicle_id: UUID
    vehicle: str
    leaves: int
    back: int
    stops: tuple[StopLine, ...]
    kilometres: float
    """The whole way, home included."""

    @property
    def people(self) -> int:
        """How many people live where it stops."""
        return sum(stop.people for stop in self.stops)


@dataclass(frozen=True)
class LeftOut:
    """A place not visited, and why: a word of ``domain.tours.reasons``."""

    place: RoundPlace
    reason: str
    instead: tuple[Any, ...]


@dataclass(frozen=True)
class RoundOverview:
    """A round on one screen."""

    round: Round
    may_edit: bool
    vehicles: tuple[RoundVehicle, ...]
    places: tuple[RoundPlace, ...]
    sheets: tuple[DaySheet, ...]
    left_out: tuple[LeftOut, ...]
    broken_pins: tuple[Any, ...]
    gap: float | None
    """Share of the bound by which a better plan could be worth more at most."""

    @property
    def visited(self) -> int:
        """Places visited."""
        return sum(len(sheet.stops) for sheet in self.sheets)

    @property
    def people(self) -> int:
        """People who live where it stops."""
        return sum(sheet.people for sheet in self.sheets)

    @property
    def kilometres(self) -> float:
        """All ways together."""
        return sum(sheet.kilometres for sheet in self.sheets)


def rounds_of(viewer: Viewer) -> QuerySet[Round]:
    """The rounds in sight with how many places they have and visit, for a table."""
    rows = visible_rounds(viewer).select_related("programme", "organiser")
    return rows.annotate(
        place_count=Count("places", distinct=True), stop_count=Count("stops", distinct=True)
    )


def round_overview(viewer: Viewer, round: Round) -> RoundOverview:
    """The round with its vehicles, places, sheets and what is left out."""
    places = tuple(round.places.select_related("place").order_by("place__name", "id"))
    by_key = {str(each.id): each for each in places}
    result = round.result
    return RoundOverview(
        round=round,
        may_edit=may_make_round(viewer, round.organiser_id),
        vehicles=tuple(round.vehicles.order_by("name")),
        places=places,
        sheets=day_sheets(round),
        left_out=tuple(
            LeftOut(
                by_key[each["place"]], each["reason"],
                tuple(by_key[key].place for key in each["instead"] if key in by_key),
            )
            for each in result.get("left_out", ())
            if each["place"] in by_key
        ),
        broken_pins=tuple(
            by_key[key].place for key in result.get("broken_pins", ()) if key in by_key
        ),
        gap=proven_gap(result.get("worth"), result.get("bound")),
    )  # fmt: skip


def day_sheets(round: Round, day: date | None = None) -> tuple[DaySheet, ...]:
    """The sheets of a round (of one day), by day and vehicle."""
    rows = RoundStop.objects.filter(round=round).select_related("vehicle", "place__place")
    if day is not None:
        rows = rows.filter(day=day)
    driven: dict[tuple[date, str, UUID], list[RoundStop]] = {}
    for stop in rows.order_by("day", "vehicle__name", "number"):
        driven.setdefault((stop.day, stop.vehicle.name, stop.vehicle_id), []).append(stop)
    hours = {
        (each["vehicle"], each["day"]): (each["leaves"], each["back"])
        for each in round.result.get("drives", ())
    }
    return tuple(
        _sheet(round, day, name, id, stops, hours.get((str(id), day.isoformat())))
        for (day, name, id), stops in driven.items()
    )


def _sheet(
    round: Round,
    day: date,
    name: str,
    id: UUID,
    stops: Sequence[RoundStop],
    hours: tuple[int, int] | None,
) -> DaySheet:
    detour = float(round.settings["road_detour"])
    points = [_point(round.depot), *(_point(stop.place.place) for stop in stops)]
    legs = [
        great_circle(one, two) * detour
        for one, two in zip(points, [*points[1:], points[0]], strict=True)
    ]
    leaves, back = hours or (stops[0].vehicle.leaves_at, stops[0].vehicle.back_by)
    lines = tuple(
        StopLine(
            stop.id, stop.number, stop.place_id, stop.place.place, stop.place.people,
            stop.place.priority, stop.arrives, stop.starts, stop.leaves, stop.pinned, leg,
        )
        for stop, leg in zip(stops, legs, strict=False)
    )  # fmt: skip
    return DaySheet(day, id, name, leaves, back, lines, sum(legs))


def _point(place: Any) -> tuple[float, float]:
    return float(place.latitude), float(place.longitude)


def field_file(round: Round, sheet: DaySheet) -> dict[str, Any]:
    """A day's sheet for a device in the field: JSON values, times as minutes from midnight."""
    return {
        "format": "jiedui-day-sheet",
        "version": 1,
        "round": str(round.id),
        "name": round.name,
        "day": sheet.day.isoformat(),
        "vehicle": {"id": str(sheet.vehicle_id), "name": sheet.vehicle},
        "depot": _told(round.depot),
        "leaves": sheet.leaves,
        "back": sheet.back,
        "stops": [
            {
                "id": str(stop.id),
                "number": stop.number,
                "place": _told(stop.place),
                "arrives": stop.arrives,
                "starts": stop.starts,
                "leaves": stop.leaves,
            }
            for stop in sheet.stops
        ],
    }


def _told(place: Any) -> dict[str, Any]:
    latitude, longitude = _point(place)
    return {
        "id": str(place.id), "name": place.name, "latitude": latitude, "longitude": longitude
    }  # fmt: skip
