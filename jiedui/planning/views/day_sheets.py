"""The sheet of one vehicle's day: to be looked at, printed, and fetched by a device."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jiedui.core.periods import read_day
from jiedui.directory.domain.projection import Globe, project
from jiedui.planning.access import rounds as access
from jiedui.planning.queries import rounds as queries
from jiedui.planning.views.base import Request, not_visible
from jiedui.planning.views.rounds import way
from jiedui.web.pages import Crumb, render
from jiedui.web.templatetags.jiedui import day as told_day
from jiedui.web.templatetags.jiedui import named

if TYPE_CHECKING:
    from jiedui.planning.models import Round
    from jiedui.planning.queries.rounds import DaySheet


@dataclass(frozen=True)
class SheetPage:
    """One vehicle's day."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    round: Round
    sheet: DaySheet
    globe: Globe
    ways: Sequence[str]
    fixed: bool


def _sheet(request: Request, id: UUID, day: str, vehicle: UUID) -> tuple[Round, DaySheet]:
    round = access.get_round(request.viewer, id)
    on: date = read_day(day)
    for sheet in queries.day_sheets(round, on):
        if sheet.vehicle_id == vehicle:
            return round, sheet
    raise not_visible()


@require_GET
def day_sheet(request: Request, id: UUID, day: str, vehicle: UUID) -> HttpResponseBase:
    """Where does this vehicle go on this day, and when?"""
    round, sheet = _sheet(request, id, day, vehicle)
    rows = {round.depot_id: round.depot} | {stop.place.id: stop.place for stop in sheet.stops}
    globe = project(
        [
            (str(key), named(place), float(place.latitude), float(place.longitude),
             "1" if key == round.depot_id else "2")
            for key, place in rows.items()
        ]
    )  # fmt: skip
    at = {point.id: f"{point.x} {point.y}" for point in globe.points}
    home = at[str(round.depot_id)]
    path = "M" + "L".join([home, *(at[str(stop.place.id)] for stop in sheet.stops), home])
    title = _("Day sheet %(day)s · %(vehicle)s") % {
        "day": told_day(sheet.day), "vehicle": sheet.vehicle
    }  # fmt: skip
    page = SheetPage(
        title, way(round, title), round.programme.example, round, sheet, globe, [path],
        round.state == "fixed",
    )  # fmt: skip
    return render(request, "planning/day_sheet.html", page)


@require_GET
def day_file(request: Request, id: UUID, day: str, vehicle: UUID) -> HttpResponseBase:
    """The same as a file for a device in the field."""
    round, sheet = _sheet(request, id, day, vehicle)
    answer = JsonResponse(
        queries.field_file(round, sheet), json_dumps_params={"ensure_ascii": False}
    )
    name = f"{sheet.day.isoformat()}-{sheet.vehicle_id}.json"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
