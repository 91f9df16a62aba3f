"""Places of a round: the list, adding, changing, taking out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiedui.core.errors import InvalidState
from jiedui.directory.queries import places_below
from jiedui.planning.access import rounds as access
from jiedui.planning.actions import rounds as actions
from jiedui.planning.forms.rounds import PlaceForm, PlacesForm, WindowsField, located_places
from jiedui.planning.views.base import Request, url
from jiedui.planning.views.rounds import editable, tabs, way
from jiedui.web.forms import sentence
from jiedui.web.pages import Crumb, Tab, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named

if TYPE_CHECKING:
    from jiedui.planning.models import Round


@dataclass(frozen=True)
class PlacesPage:
    """The places that may be visited."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    round: Round
    table: Table
    tabs: Sequence[Tab]
    may_edit: bool


@require_GET
def place_list(request: Request, id: UUID) -> HttpResponseBase:
    """Which places may be visited, and what do we know of them?"""
    round = editable(request, id)
    may = round.state == "draft"
    add = url("round-places-add", round.id)
    columns = [
        Column("place", _("Place"), value=lambda row: named(row.place), sort="place__name",
               url=lambda row: url("round-place", row.id) if may else ""),
        Column("minutes", _("Minutes at the place"), kind="number", sort="minutes"),
        Column("priority", _("Priority"), kind="number", sort="priority"),
        Column("last", _("Last visit"), kind="day", value="last_visited_on",
               sort="last_visited_on"),
        Column("people", _("People who live there"), kind="number", sort="people"),
        Column("windows", _("Open at"),
               value=lambda row: WindowsField().prepare_value(row.windows).replace("\n", "；")),
    ]  # fmt: skip
    if may:
        columns.append(
            Column("drop", _("Take out"), value="id", template="planning/_drop_place.html",
                   export=False)
        )  # fmt: skip
    table = Table(
        request,
        round.places.select_related("place"),
        columns,
        filters=[
            Filter("q", _("Place"), paths=("place__name", "place__name_en", "place__code")),
            Filter("priority", _("Priority"), "choice", ["priority"],
                   [(str(n), str(n)) for n in range(1, 6)]),
        ],
        default_sort="place",
        title=pgettext("round", "Places"),
        empty=Empty(
            _("No places yet"),
            _("Add the townships and villages that may be visited; not all have to be."),
            add if may else "", _("Add places"),
        ),
    )  # fmt: skip
    title = pgettext("round", "Places")
    page = PlacesPage(
        title, way(round, title), round.programme.example, round, table,
        tabs(round, "round-places"), may,
    )  # fmt: skip
    return render(request, "planning/round_places.html", page)


@require_http_methods(["GET", "POST"])
def places_add(request: Request, id: UUID) -> HttpResponseBase:
    """Add places to be visited."""
    viewer = request.viewer
    round = editable(request, id)

    def act(data: dict[str, Any]) -> str:
        places = {place.id: place for place in data["places"]}
        if data["below"]:
            below = places_below(data["below"].id, round.starts_on)
            places |= {row.id: row for row in located_places(viewer).filter(id__in=below)}
        count = actions.add_round_places(by=viewer.user, round=round, places=places.values())
        told = ngettext("%(n)s place was added.", "%(n)s places were added.", count)
        messages.info(request, told % {"n": count})
        return url("round-places", round.id)

    title = _("Add places")
    return submitted(
        request, PlacesForm(viewer, request.POST or None), act, title=title, submit=title,
        done=_("It was saved."), cancel_url=url("round-places", round.id),
        crumbs=way(round, title), example=round.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def place_edit(request: Request, id: UUID) -> HttpResponseBase:
    """Say more of a place."""
    place = access.get_round_place(request.viewer, id)

    def act(data: dict[str, Any]) -> str:
        actions.edit_round_place(by=request.viewer.user, place=place, **data)
        return url("round-places", place.round_id)

    return submitted(
        request, PlaceForm(request.POST or None, initial=PlaceForm.of(place)), act,
        title=named(place.place), submit=_("Save"), done=_("It was saved."),
        cancel_url=url("round-places", place.round_id),
        crumbs=way(place.round, named(place.place)),
    )  # fmt: skip


@require_POST
def place_drop(request: Request, id: UUID) -> HttpResponseBase:
    """Take a place out."""
    place = access.get_round_place(request.viewer, id)
    try:
        actions.drop_round_place(by=request.viewer.user, place=place)
    except InvalidState as refused:
        messages.error(request, sentence(refused))
    return redirect(url("round-places", place.round_id))
