"""How rounds are told: states, why a place is left out, the picture of the ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.directory.domain.projection import Globe, project
from jiedui.web.templatetags.jiedui import named

if TYPE_CHECKING:
    from jiedui.planning.models import Round
    from jiedui.planning.queries.rounds import RoundOverview

ROUND_STATES: dict[str, Any] = {
    "draft": pgettext_lazy("round", "Being planned"),
    "fixed": pgettext_lazy("round", "Fixed for the crews"),
}
ROUND_TONES = {"fixed": "ok"}
LEFT_OUT: dict[str, Any] = {
    "no-window": _("It is open on no day of the round long enough for a visit."),
    "no-vehicle": _("No vehicle may go there."),
    "no-worth": _("It was visited so lately that another visit is worth nothing now."),
    "shift-too-short": _("The way there and back with the visit is longer than any vehicle's day."),
    "too-early": _("It closes before a vehicle can be there."),
    "too-late": _("It opens too late to be back in time."),
    "gives-way": _("There is no time for all; what is visited instead is worth more."),
}


def map_of(round: Round, overview: RoundOverview) -> tuple[Globe, list[str]]:
    """The depot and the places as points, and every vehicle-day as the path of a line."""
    visited = {stop.place.id for sheet in overview.sheets for stop in sheet.stops}
    rows = {round.depot_id: (round.depot, "1")}
    for each in overview.places:
        rows.setdefault(each.place_id, (each.place, "2" if each.place_id in visited else "3"))
    globe = project(
        [
            (str(id), named(place), float(place.latitude or 0), float(place.longitude or 0), rank)
            for id, (place, rank) in rows.items()
        ]
    )
    at = {point.id: f"{point.x} {point.y}" for point in globe.points}
    home = at[str(round.depot_id)]
    ways = [
        "M" + "L".join([home, *(at[str(stop.place.id)] for stop in sheet.stops), home])
        for sheet in overview.sheets
    ]
    return globe, ways
