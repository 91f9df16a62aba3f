"""Pages of places: trees as of a day, one place, its changes, the map."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.db import transaction
from django.db.models import Prefetch
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, NotVisible
from jiedui.core.packs import vocabulary
from jiedui.core.periods import read_day
from jiedui.directory import access, actions
from jiedui.directory.domain.projection import Globe, project
from jiedui.directory.forms import places as forms
from jiedui.directory.models import Organisation, Place, PlaceEdge
from jiedui.directory.queries import detail
from jiedui.directory.queries.tree import Grown, grow
from jiedui.directory.views.organisations import place_url, terms
from jiedui.directory.views.requests import Request
from jiedui.web.pages import Crumb, Moment, Tab, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named, term


@dataclass(frozen=True)
class TreePage:
    """A tree as it was on a day."""

    title: str
    tabs: list[Tab]
    tree: str
    day: date
    grown: Grown
    form: Any
    fault: str
    new_url: str
    export_url: str
    example: bool = False


@require_GET
def place_tree(request: Request) -> HttpResponseBase:
    """What lay below what on this day?"""
    viewer = request.viewer
    viewer.must("directory.read")
    codes = [code for code, _label in terms("trees")]
    tree = request.GET.get("tree", "")
    tree = tree if tree in codes else codes[0]
    day, fault = today(), ""
    if asked := request.GET.get("day", "").strip():
        try:
            day = read_day(asked, last=True)
        except InvalidInput:
            fault = _("“%(text)s” is not a date; write 2026-03-05, 2026-03 or 2026.") % {
                "text": asked[:40]
            }
    try:
        at = UUID(request.GET.get("at", ""))
    except ValueError:
        at = None
    here = reverse("directory:places")
    page = TreePage(
        title=_("Places"),
        tabs=[
            Tab(label, f"{here}?tree={code}&day={day.isoformat()}", code == tree)
            for code, label in terms("trees")
        ],
        tree=tree,
        day=day,
        grown=grow(viewer, tree, day, at),
        form=None,
        fault=fault,
        new_url=reverse("directory:place-new") if _everywhere(request) else "",
        export_url=reverse("directory:export"),
    )
    return render(request, "directory/places.html", page)


def _everywhere(request: Request) -> bool:
    viewer = request.viewer
    return viewer.may("directory.edit") and access.reach(viewer, "directory.edit").everything


@dataclass(frozen=True)
class PlacePage:
    """One place with its parents over time, its changes and what lies in it."""

    title: str
    crumbs: tuple[Crumb, ...]
    example: bool
    place: Place
    body: Organisation | None
    parents: list[PlaceEdge]
    children: list[PlaceEdge]
    organisations: list[Organisation]
    moments: list[Moment]
    may_edit: bool
    linked: frozenset[UUID]


def _crumbs(place: Place, *more: str) -> tuple[Crumb, ...]:
    first = Crumb(_("Places"), reverse("directory:places"))
    if not more:
        return (first, Crumb(named(place)))
    return (first, Crumb(named(place), place_url(place)), *(Crumb(m) for m in more))


def _moments(place: Place) -> list[Moment]:
    titles = {"merge": _("Merged"), "split": _("Split"), "move": _("Moved")}
    found = []
    for change in detail.changes_of(place):
        before = _(", ").join(named(p) for p in change.before.all())
        after = _(", ").join(named(p) for p in change.after.all())
        text = before if change.kind == "move" else f"{before} → {after}"
        if change.tree:
            text = f"{text} · {term(change.tree, 'trees')}"
        found.append(Moment(change.on, titles[change.kind], text, change.note))
    return found


@require_GET
def place_page(request: Request, id: UUID) -> HttpResponseBase:
    """Where does this place lie, what became of it, what lies in it?"""
    viewer = request.viewer
    viewer.must("directory.read")
    place = access.get_place(viewer, id)
    body = access.visible_organisations(viewer).filter(stands_for=place).first()
    parents = detail.parents_over_time(place)
    above = [edge.parent_id for edge in parents]
    linked = access.visible_places(viewer).filter(id__in=above).values_list("id", flat=True)
    page = PlacePage(
        title=named(place),
        crumbs=_crumbs(place),
        example=place.example,
        place=place,
        body=body,
        parents=parents,
        children=detail.children_on(viewer, place, today()),
        organisations=detail.seated_on(viewer, place, today()),
        moments=_moments(place),
        may_edit=viewer.may("directory.edit")
        and access.reach(viewer, "directory.edit").covers_place(place.id),
        linked=frozenset(linked),
    )
    return render(request, "directory/place.html", page)


@require_http_methods(["GET", "POST"])
def place_new(request: Request) -> HttpResponseBase:
    """Put a new place into the directory."""
    access.must_edit_everything(request.viewer.user)
    form = forms.NewPlaceForm(request.viewer, request.POST or None)

    def act(data: dict[str, Any]) -> str:
        tree, parent = data.pop("tree"), data.pop("parent")
        with transaction.atomic():
            place = actions.create_place(by=request.viewer.user, **data)
            if parent is not None:
                actions.attach_place(
                    by=request.viewer.user, tree=tree, place=place, parent=parent,
                    valid_from=data["valid_from"], valid_to=data["valid_to"],
                )  # fmt: skip
        return place_url(place)

    return submitted(
        request, form, act,
        title=_("New place"), submit=_("Create"), done=_("The place was created."),
        cancel_url=reverse("directory:places"),
        crumbs=(Crumb(_("Places"), reverse("directory:places")), Crumb(_("New place"))),
    )  # fmt: skip


def _editable(request: Request, id: UUID) -> Place:
    viewer = request.viewer
    viewer.must("directory.edit")
    place = access.get_place(viewer, id)
    if not access.reach(viewer, "directory.edit").covers_place(place.id):
        raise NotVisible("not-visible", "This page does not exist or is not open to you.")
    return place


def _change(
    request: Request,
    place: Place,
    form: django_forms.Form,
    act: Callable[[dict[str, Any]], object],
    title: str,
    submit: str,
    intro: str = "",
) -> HttpResponseBase:
    def run(data: dict[str, Any]) -> str:
        act(data)
        return place_url(place)

    return submitted(
        request, form, run, title=title, submit=submit, done=_("The change was saved."),
        intro=intro, cancel_url=place_url(place), crumbs=_crumbs(place, submit),
        example=place.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def place_edit(request: Request, id: UUID) -> HttpResponseBase:
    """Correct its name, code or position."""
    place = _editable(request, id)
    names = (
        "name", "name_en", "code_scheme", "code", "tier", "latitude", "longitude", "altitude_m",
        "valid_from", "valid_to",
    )  # fmt: skip
    form = forms.PlaceForm(
        request.POST or None, initial={name: getattr(place, name) for name in names}
    )
    return _change(
        request, place, form,
        lambda data: actions.edit_place(by=request.viewer.user, place=place, **data),
        _("Change the place"), _("Save"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def place_move(request: Request, id: UUID) -> HttpResponseBase:
    """Put it below another place from a day on."""
    place = _editable(request, id)
    form = forms.MoveForm(request.viewer, request.POST or None, initial={"on": today()})
    return _change(
        request, place, form,
        lambda data: actions.move_place(
            by=request.viewer.user, place=place, tree=data["tree"], to=data["parent"],
            on=data["on"], note=data["note"],
        ),
        _("Move the place in a tree"), _("Move"),
        _("The parent before ends the day before; figures of earlier days keep it. In the other"
          " trees the place stays where it lies and counts there as well; move it there too if"
          " it moved there."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def place_merge(request: Request, id: UUID) -> HttpResponseBase:
    """Make one place of this one and others."""
    place = _editable(request, id)
    form = forms.MergeForm(request.viewer, request.POST or None, initial={"on": today()})
    return _change(
        request, place, form,
        lambda data: actions.merge_places(
            by=request.viewer.user, before=[place, *data["before"]], into=data["into"],
            on=data["on"], note=data["note"],
        ),
        _("Merge places"), _("Merge"),
        _("What lies below or in the merged places will lie in the new one; codes are kept."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def place_split(request: Request, id: UUID) -> HttpResponseBase:
    """Make several places of this one."""
    place = _editable(request, id)
    form = forms.SplitForm(request.viewer, request.POST or None, initial={"on": today()})
    return _change(
        request, place, form,
        lambda data: actions.split_place(
            by=request.viewer.user, place=place, into=data["into"], on=data["on"], note=data["note"]
        ),
        _("Split the place"), _("Split"),
        _("The parts lie where the place lay. What lies in it stays until you move it."),
    )  # fmt: skip


@dataclass(frozen=True)
class MapPage:
    """Places that have coordinates, as points between meridians and parallels."""

    title: str
    lead: str
    globe: Globe
    table: Table
    example: bool = False


@require_GET
def place_map(request: Request) -> HttpResponseBase:
    """Where do they lie?"""
    viewer = request.viewer
    viewer.must("directory.read")
    bodies = access.visible_organisations(viewer)
    rows = (
        access.visible_places(viewer)
        .filter(latitude__isnull=False, longitude__isnull=False)
        .prefetch_related(Prefetch("body", queryset=bodies))
    )
    table = Table(
        request,
        rows,
        [
            Column("name", pgettext("thing", "Name"), value=named, sort="name", url=place_url),
            Column("tier", _("Tier"), kind="term", table="tiers", sort="tier"),
            Column("latitude", _("Latitude"), kind="number", unit="°", sort="latitude"),
            Column("longitude", _("Longitude"), kind="number", unit="°", sort="longitude"),
            Column("altitude_m", _("Altitude"), kind="number", unit=_("m"), sort="altitude_m"),
        ],
        filters=[
            Filter("q", _("Name or code"), paths=("name", "name_en", "code")),
            Filter("tier", _("Tier"), kind="choice", choices=lambda: terms("tiers", "place")),
        ],
        default_sort="name",
        title=_("Places with coordinates"),
        empty=Empty(
            _("No place has coordinates yet"),
            _("Give latitude and longitude on a place's page or import them with the places."),
            reverse("directory:places"),
            _("To the places"),
        ),
    )
    points = list(table.filtered.order_by("id")[:1000])
    ranks = vocabulary().tables.get("tiers", {})
    globe = project(
        [
            (
                str(place.id),
                named(place),
                float(place.latitude or Decimal(0)),
                float(place.longitude or Decimal(0)),
                ranks[place.tier].extra.get("rank", "") if place.tier in ranks else "",
            )
            for place in points
        ]
    )
    page = MapPage(
        _("Map"),
        _("Points only: no boundaries are drawn and nothing is loaded from elsewhere."),
        globe,
        table,
    )
    return render(request, "directory/map.html", page)
