"""Pages of alliances and consortia: the list, one with its members, a new one, its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jiedui.core.clock import today
from jiedui.core.errors import NotVisible
from jiedui.core.packs import vocabulary
from jiedui.directory import access as directory
from jiedui.programmes import access, actions
from jiedui.programmes.forms.structure import EndForm, NetworkForm
from jiedui.programmes.models import Network, Programme
from jiedui.programmes.views.posts import crumbs_of
from jiedui.programmes.views.structure import Request, pairing_url
from jiedui.programmes.views.ties import ListPage, days, on_day, tabs
from jiedui.web.pages import Crumb, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named, term


@require_GET
def network_list(request: Request, id: UUID) -> HttpResponseBase:
    """Which alliances and consortia are there?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    programme = access.get_programme(viewer, id)
    may = viewer.may("programmes.edit")
    new_url = reverse("programmes:network-new", args=[programme.id]) if may else ""
    table = Table(
        request,
        access.visible_networks(viewer).filter(programme=programme).select_related("lead"),
        [
            Column("name", pgettext("thing", "Name"), sort="name",
                   url=lambda row: reverse("programmes:network", args=[row.id])),
            Column("kind", _("Kind"), kind="term", table="pairing_kinds", sort="kind"),
            Column("lead", _("Lead"), value=lambda row: named(row.lead), sort="lead__name"),
            Column("about", _("Specialty or disease"), value=network_about),
            Column("days", _("Days"), value=days, sort="valid_from"),
        ],
        filters=[
            Filter("q", pgettext("thing", "Name"), paths=("name", "lead__name")),
            Filter("kind", _("Kind"), kind="choice", choices=_network_kinds),
        ],
        default_sort="name",
        title=_("Alliances and consortia"),
        empty=Empty(
            _("No alliance or consortium yet"),
            _("An alliance of a specialty or disease, or a consortium, has a lead; its members"
              " are tied to it by pairings of its kind."),
            new_url, _("New alliance or consortium"),
        ),
    )  # fmt: skip
    page = ListPage(
        _("Alliances and consortia"), crumbs_of(programme, Crumb(_("Alliances and consortia"))),
        programme, table, tabs(programme, "networks"), new_url, _("New alliance or consortium"),
        programme.example,
    )  # fmt: skip
    return render(request, "programmes/ties.html", page)


def _network_kinds() -> list[tuple[str, str]]:
    language = get_language() or "zh-hans"
    terms = vocabulary().table("pairing_kinds").values()
    return [(t.code, t.label(language)) for t in terms if t.extra.get("network")]


def network_about(network: Network) -> str:
    """Of which specialty or disease it is."""
    return term(network.disease, "alliance_diseases") or term(network.specialty, "specialties")


@dataclass(frozen=True)
class NetworkPage:
    """An alliance or consortium: its lead and its ties on a day."""

    title: str
    crumbs: Sequence[Crumb]
    programme: Programme
    example: bool
    network: Network
    about: str
    days: str
    lead_url: str
    table: Table
    end_url: str


@require_GET
def network_page(request: Request, id: UUID) -> HttpResponseBase:
    """Who belongs to this alliance or consortium?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    network = access.get_network(viewer, id)
    programme = network.programme
    table = Table(
        request,
        access.visible_pairings(viewer).filter(network=network).select_related("giver", "receiver"),
        [
            Column("receiver", _("Member"), value=lambda row: named(row.receiver),
                   sort="receiver__name", url=pairing_url),
            Column("giver", _("Giver"), value=lambda row: named(row.giver), sort="giver__name"),
            Column("days", _("Days"), value=days, sort="valid_from"),
        ],
        filters=[
            Filter("q", _("Member or giver"), paths=("receiver__name", "giver__name")),
            Filter("on", pgettext("as it was", "On the day"), kind="day",
                   default=today().isoformat(), apply=on_day),
        ],
        default_sort="receiver",
        title=network.name,
        empty=Empty(
            _("No member on that day"),
            _("A member is tied by a pairing of this kind that names it."),
        ),
    )  # fmt: skip
    may = access.may_edit(viewer, network.lead_id)
    page = NetworkPage(
        title=network.name,
        crumbs=crumbs_of(
            programme,
            Crumb(_("Alliances and consortia"),
                  reverse("programmes:networks", args=[programme.id])),
            Crumb(network.name),
        ),
        programme=programme,
        example=programme.example,
        network=network,
        about=network_about(network),
        days=days(network),
        lead_url=reverse("directory:organisation", args=[network.lead_id])
        if directory.reach(viewer).covers(network.lead_id) else "",
        table=table,
        end_url=reverse("programmes:network-end", args=[network.id])
        if may and network.valid_to is None else "",
    )  # fmt: skip
    return render(request, "programmes/network.html", page)


@require_http_methods(["GET", "POST"])
def network_new(request: Request, id: UUID) -> HttpResponseBase:
    """Found an alliance or consortium."""
    viewer = request.viewer
    viewer.must("programmes.edit")
    programme = access.get_programme(viewer, id)
    back = reverse("programmes:networks", args=[programme.id])

    def act(data: dict[str, Any]) -> str:
        made = actions.create_network(by=viewer.user, programme=programme, **data)
        return reverse("programmes:network", args=[made.id])

    return submitted(
        request, NetworkForm(viewer, programme, request.POST or None), act,
        title=_("New alliance or consortium"), submit=_("Create"), done=_("It was created."),
        intro=_("Members join by pairings of this kind that name it."), cancel_url=back,
        crumbs=crumbs_of(programme, Crumb(_("Alliances and consortia"), back),
                         Crumb(_("New alliance or consortium"))),
        example=programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def network_end(request: Request, id: UUID) -> HttpResponseBase:
    """Say the last day of an alliance or consortium."""
    viewer = request.viewer
    network = access.get_network(viewer, id)
    if not access.may_edit(viewer, network.lead_id):
        raise NotVisible("not-visible", "This page does not exist or is not open to you.")
    back = reverse("programmes:network", args=[network.id])

    def act(data: dict[str, Any]) -> str:
        actions.end_network(by=viewer.user, network=network, on=data["on"])
        return back

    return submitted(
        request, EndForm(request.POST or None, initial={"on": today()}), act,
        title=_("End the alliance or consortium"), submit=_("End it"), done=_("It was ended."),
        intro=_("Ties of %(name)s that go on end with it.") % {"name": network.name},
        cancel_url=back,
        crumbs=crumbs_of(network.programme, Crumb(network.name, back), Crumb(_("End it"))),
        tone="wrong", example=network.programme.example,
    )  # fmt: skip
