"""Pages of organisations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jiedui.core.clock import today
from jiedui.core.errors import NotVisible
from jiedui.core.packs import vocabulary
from jiedui.directory import access, actions, queries
from jiedui.directory.forms import organisations as forms
from jiedui.directory.models import (
    Department,
    Organisation,
    OrganisationEdge,
    OrganisationIdentifier,
    OrganisationName,
    OrganisationSeat,
    Place,
)
from jiedui.directory.queries import detail
from jiedui.directory.views.requests import Request
from jiedui.web.pages import Crumb, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named


def terms(table: str, of: str = "") -> list[tuple[str, str]]:
    """The codes of a pack's table with their names in the reader's language."""
    language = get_language() or "zh-hans"
    found = vocabulary().tables.get(table, {}).values()
    return [(t.code, t.label(language)) for t in found if not of or t.extra.get("of") in ("", of)]


@dataclass(frozen=True)
class ListPage:
    """A list with what may be done beside it."""

    title: str
    table: Table
    new_url: str = ""
    new_label: str = ""
    export_url: str = ""
    example: bool = False


def _below(rows: QuerySet[Organisation], text: str) -> QuerySet[Organisation]:
    """Organisations in or below the place of this code or name."""
    place = queries.find_place(text)
    if place is None:
        return rows.none()
    return rows.filter(id__in=queries.organisations_in(place.id, today()))


def _named(rows: QuerySet[Organisation], text: str) -> QuerySet[Organisation]:
    for word in text.split():
        other = OrganisationName.objects.filter(organisation=OuterRef("pk"), name__icontains=word)
        number = OrganisationIdentifier.objects.filter(
            organisation=OuterRef("pk"), value__iexact=word
        )
        rows = rows.filter(
            Q(name__icontains=word) | Q(name_en__icontains=word) | Exists(other) | Exists(number)
        )
    return rows


def _with_seats(rows: list[Any]) -> list[Any]:
    seats = detail.seats_today(rows, today())
    for row in rows:
        row.seat_today = seats.get(row.id)
    return rows


@require_GET
def organisation_list(request: Request) -> HttpResponseBase:
    """Which bodies give and receive?"""
    viewer = request.viewer
    viewer.must("directory.read")
    may = viewer.may("directory.edit")
    new_url = reverse("directory:organisation-new")
    table = Table(
        request,
        access.visible_organisations(viewer).select_related("stands_for"),
        [
            Column("name", pgettext("thing", "Name"), value=named, sort="name", url=_url),
            Column("kind", _("Kind"), kind="term", table="organisation_kinds", sort="kind"),
            Column("tier", _("Grade"), kind="term", table="tiers", sort="tier"),
            Column("seat", _("Lies in"), value=lambda row: named(row.seat_today)),
        ],
        filters=[
            Filter("q", _("Name or identifier"), apply=_named),
            Filter("kind", _("Kind"), kind="choice", choices=lambda: terms("organisation_kinds")),
            Filter("tier", _("Grade"), kind="choice",
                   choices=lambda: terms("tiers", "organisation")),
            Filter("place", _("In the place"), apply=_below),
        ],
        default_sort="name",
        title=_("Organisations"),
        empty=Empty(
            _("No organisations yet"),
            _("Hospitals, regions' health systems, command offices and teams will stand here."),
            new_url if may else "",
            _("New organisation"),
        ),
        prepare=_with_seats,
    )  # fmt: skip
    return render(
        request,
        "directory/organisations.html",
        ListPage(
            _("Organisations"),
            table,
            new_url if may else "",
            _("New organisation"),
            reverse("directory:export"),
        ),
    )


def _url(organisation: Organisation) -> str:
    return reverse("directory:organisation", args=[organisation.id])


@dataclass(frozen=True)
class OrganisationPage:
    """One organisation with all that is dated about it."""

    title: str
    crumbs: tuple[Crumb, ...]
    example: bool
    organisation: Organisation
    names: list[OrganisationName]
    identifiers: list[OrganisationIdentifier]
    seats: list[OrganisationSeat]
    wholes: list[OrganisationEdge]
    parts: list[Organisation]
    departments: list[Department]
    staff: list[detail.Post]
    staff_count: int
    staff_url: str
    pairings_url: str
    may_edit: bool
    linked: frozenset[UUID] = field(default_factory=frozenset)


def _crumbs(organisation: Organisation, *more: str) -> tuple[Crumb, ...]:
    first = Crumb(_("Organisations"), reverse("directory:organisations"))
    if not more:
        return (first, Crumb(named(organisation)))
    return (first, Crumb(named(organisation), _url(organisation)), *(Crumb(m) for m in more))


@require_GET
def organisation_page(request: Request, id: UUID) -> HttpResponseBase:
    """Who is this body, where does it lie, who works there, with whom is it paired?"""
    viewer = request.viewer
    viewer.must("directory.read")
    body = access.get_organisation(viewer, id)
    wholes, parts = detail.wholes(body), detail.parts(body, today())
    staff, count = detail.staff(body, today())
    held = access.reach(viewer)
    linked = {edge.whole_id for edge in wholes} | {part.id for part in parts}
    page = OrganisationPage(
        title=named(body),
        crumbs=_crumbs(body),
        example=body.example,
        organisation=body,
        names=list(body.other_names.order_by("name")),
        identifiers=list(body.identifiers.order_by("scheme")),
        seats=detail.seats(body),
        wholes=wholes,
        parts=parts,
        departments=list(detail.departments(body)),
        staff=staff,
        staff_count=count,
        staff_url=reverse("directory:people") + f"?organisation={body.id}",
        pairings_url=reverse("programmes:organisation-panel", args=[body.id]),
        may_edit=access.may_edit(viewer, body.id),
        linked=frozenset(other for other in linked if held.covers(other)),
    )
    return render(request, "directory/organisation.html", page)


def _editable(request: Request, id: UUID) -> Organisation:
    viewer = request.viewer
    viewer.must("directory.edit")
    body = access.get_organisation(viewer, id)
    if not access.may_edit(viewer, body.id):
        raise NotVisible("not-visible", "This page does not exist or is not open to you.")
    return body


@require_http_methods(["GET", "POST"])
def organisation_new(request: Request) -> HttpResponseBase:
    """Put a new organisation into the directory."""
    request.viewer.must("directory.edit")
    form = forms.NewOrganisationForm(request.viewer, request.POST or None)

    def act(data: dict[str, Any]) -> str:
        uscc = data.pop("uscc")
        try:
            body = actions.create_organisation(
                by=request.viewer.user, identifiers=[("uscc", uscc)] if uscc else [], **data
            )
        except Exception as refused:
            if getattr(refused, "field", "") == "identifiers":
                refused.field = "uscc"  # type: ignore[attr-defined]
            raise
        return _url(body)

    return submitted(
        request, form, act,
        title=_("New organisation"), submit=_("Create"), done=_("The organisation was created."),
        cancel_url=reverse("directory:organisations"),
        crumbs=(Crumb(_("Organisations"), reverse("directory:organisations")),
                Crumb(_("New organisation"))),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def organisation_edit(request: Request, id: UUID) -> HttpResponseBase:
    """Rename it or correct what it is; the former name stays findable."""
    body = _editable(request, id)
    names = ("name", "name_en", "kind", "tier", "valid_from", "valid_to")
    form = forms.OrganisationForm(
        request.POST or None, initial={name: getattr(body, name) for name in names}
    )

    def act(data: dict[str, Any]) -> str:
        return _url(actions.edit_organisation(by=request.viewer.user, organisation=body, **data))

    return submitted(
        request, form, act,
        title=_("Change the organisation"), submit=_("Save"), done=_("The change was saved."),
        intro=_("A former name stays as another name, so that old reports still find it."),
        cancel_url=_url(body), crumbs=_crumbs(body, _("Change")), example=body.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def organisation_name(request: Request, id: UUID) -> HttpResponseBase:
    """Give it another name."""
    body = _editable(request, id)

    def act(data: dict[str, Any]) -> str:
        actions.add_name(by=request.viewer.user, organisation=body, name=data["other_names"])
        return _url(body)

    return submitted(
        request, forms.NameForm(request.POST or None), act,
        title=_("Add another name"), submit=_("Add"), done=_("The name was added."),
        intro=_("Reports and people may call it so; imports will then find it."),
        cancel_url=_url(body), crumbs=_crumbs(body, _("Other name")), example=body.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def organisation_identifier(request: Request, id: UUID) -> HttpResponseBase:
    """Give it an identifier."""
    body = _editable(request, id)

    def act(data: dict[str, Any]) -> str:
        actions.add_identifier(
            by=request.viewer.user,
            organisation=body,
            scheme=data["scheme"],
            value=data["identifiers"],
        )
        return _url(body)

    return submitted(
        request, forms.IdentifierForm(request.POST or None), act,
        title=_("Add an identifier"), submit=_("Add"), done=_("The identifier was added."),
        cancel_url=_url(body), crumbs=_crumbs(body, _("Identifier")), example=body.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def organisation_seat(request: Request, id: UUID) -> HttpResponseBase:
    """Say where it lies from a day on."""
    body = _editable(request, id)

    def act(data: dict[str, Any]) -> str:
        actions.move_organisation(
            by=request.viewer.user, organisation=body, place=data["place"], on=data["on"]
        )
        return _url(body)

    form = forms.SeatForm(request.viewer, request.POST or None, initial={"on": today()})
    return submitted(
        request, form, act,
        title=_("Move to another place"), submit=_("Change the seat"),
        done=_("The seat was changed."),
        intro=_("The seat before ends the day before; figures of earlier days keep it."),
        cancel_url=_url(body), crumbs=_crumbs(body, _("Change the seat")), example=body.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def organisation_part(request: Request, id: UUID) -> HttpResponseBase:
    """Make it part of another organisation."""
    body = _editable(request, id)

    def act(data: dict[str, Any]) -> str:
        actions.make_part(by=request.viewer.user, organisation=body, **data)
        return _url(body)

    form = forms.PartForm(request.viewer, request.POST or None)
    return submitted(
        request, form, act,
        title=_("Make it part of another organisation"), submit=_("Save"),
        done=_("The change was saved."),
        intro=_("What is done for a part is counted for the whole too."),
        cancel_url=_url(body), crumbs=_crumbs(body, _("Part of")), example=body.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def department_new(request: Request, id: UUID) -> HttpResponseBase:
    """Open a department."""
    body = _editable(request, id)

    def act(data: dict[str, Any]) -> str:
        actions.add_department(by=request.viewer.user, organisation=body, **data)
        return _url(body)

    return submitted(
        request, forms.DepartmentForm(request.POST or None), act,
        title=_("New department"), submit=_("Create"), done=_("The department was created."),
        cancel_url=_url(body), crumbs=_crumbs(body, _("New department")), example=body.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def department_close(request: Request, id: UUID, department: UUID) -> HttpResponseBase:
    """Say the last day of a department."""
    body = _editable(request, id)
    row = body.departments.filter(pk=department).first()
    if row is None:
        raise NotVisible("not-visible", "This page does not exist or is not open to you.")

    def act(data: dict[str, Any]) -> str:
        actions.close_department(by=request.viewer.user, department=row, on=data["on"])
        return _url(body)

    form = forms.EndForm(request.POST or None, initial={"on": today()})
    return submitted(
        request, form, act,
        title=_("Close the department %(name)s") % {"name": row.name}, submit=_("Close down"),
        done=_("The department was closed."), cancel_url=_url(body),
        crumbs=_crumbs(body, _("Close a department")), example=body.example, tone="wrong",
    )  # fmt: skip


def place_url(place: Place) -> str:
    """The page of a place."""
    return reverse("directory:place", args=[place.id])
