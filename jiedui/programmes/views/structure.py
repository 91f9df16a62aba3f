"""Pages of programmes and pairings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.core.errors import NotVisible
from jiedui.core.packs import vocabulary
from jiedui.directory import access as directory
from jiedui.programmes import access, actions, queries
from jiedui.programmes.forms import EndForm, PairingForm, ProgrammeForm
from jiedui.programmes.models import Pairing, Programme
from jiedui.programmes.queries.ties import spokes_of
from jiedui.web.pages import Crumb, render
from jiedui.web.parts import Pair, Side
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named, period, term

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation


class Request(HttpRequest):
    """A request as the middleware hands it on: with its viewer."""

    viewer: Viewer


@dataclass(frozen=True)
class ListPage:
    """The programmes."""

    title: str
    table: Table
    new_url: str
    example: bool = False


def _url(programme: Programme) -> str:
    return reverse("programmes:programme", args=[programme.id])


def _kinds() -> list[tuple[str, str]]:
    language = get_language() or "zh-hans"
    terms = vocabulary().tables.get("programme_kinds", {}).values()
    return [(t.code, t.label(language)) for t in terms]


@require_GET
def programme_list(request: Request) -> HttpResponseBase:
    """Which programmes are there?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    new_url = reverse("programmes:programme-new") if access.may_edit(viewer) else ""
    table = Table(
        request,
        queries.programmes(viewer).annotate(ties=Count("pairings")),
        [
            Column("name", pgettext("thing", "Name"), value=named, sort="name", url=_url),
            Column("kind", _("Kind"), kind="term", table="programme_kinds", sort="kind"),
            Column("days", _("Days"), value=lambda row: period(row.valid_from, row.valid_to)
                   if row.valid_from or row.valid_to else "", sort="valid_from"),
            Column("ties", _("Pairings"), kind="number", sort="ties"),
            Column("example", _("Mark"), kind="badge",
                   value=lambda row: _("Example") if row.example else _("Real"),
                   tone=lambda row: "wait" if row.example else "plain"),
        ],
        filters=[
            Filter("q", pgettext("thing", "Name"), paths=("name", "name_en", "code")),
            Filter("kind", _("Kind"), kind="choice", choices=_kinds),
        ],
        default_sort="name",
        title=_("Programmes"),
        empty=Empty(
            _("No programme yet"),
            _("A programme ties givers to receivers; every entry of the ledger belongs to one."),
            new_url, _("New programme"),
        ),
    )  # fmt: skip
    return render(request, "programmes/programmes.html", ListPage(_("Programmes"), table, new_url))


@dataclass(frozen=True)
class Tie:
    """A pairing as the page shows it."""

    pair: Pair
    end_url: str
    kind: str


def pairing_url(pairing: Pairing) -> str:
    """The page of a pairing."""
    return reverse("programmes:pairing", args=[pairing.id])


def _side(body: Organisation, held: directory.Reach) -> Side:
    url = reverse("directory:organisation", args=[body.id]) if held.covers(body.id) else ""
    return Side(named(body), url, term(body.kind, "organisation_kinds"))


def make_ties(
    viewer: Viewer, pairings: list[Pairing], *, with_programme: bool = False, linked: bool = True
) -> list[Tie]:
    """Pairings as pages show them, each with where to go on and where to end it."""
    held = directory.reach(viewer)
    edit = directory.reach(viewer, "programmes.edit")
    found = []
    for row in pairings:
        may = edit.covers(row.giver_id) or edit.covers(row.receiver_id)
        found.append(
            Tie(
                Pair(
                    _side(row.giver, held),
                    _side(row.receiver, held),
                    term(row.kind, "pairing_kinds"),
                    period(row.valid_from, row.valid_to)
                    if row.valid_from or row.valid_to
                    else _("no dates given"),
                    flows=[
                        *([named(row.programme)] if with_programme else []),
                        *([row.department.name] if row.department else []),
                        *([row.network.name] if row.network else []),
                    ],
                    url=pairing_url(row) if linked else "",
                ),
                reverse("programmes:pairing-end", args=[row.id])
                if may and row.valid_to is None
                else "",
                row.kind,
            )
        )
    return found


@require_http_methods(["GET", "POST"])
def programme_new(request: Request) -> HttpResponseBase:
    """Begin a programme."""
    access.must_edit(request.viewer.user)

    def act(data: dict[str, Any]) -> str:
        return _url(actions.create_programme(by=request.viewer.user, **data))

    back = reverse("programmes:programmes")
    return submitted(
        request, ProgrammeForm(request.POST or None), act,
        title=_("New programme"), submit=_("Create"), done=_("The programme was created."),
        cancel_url=back, crumbs=(Crumb(_("Programmes"), back), Crumb(_("New programme"))),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def pairing_new(request: Request, id: UUID) -> HttpResponseBase:
    """Tie a giver to a receiver."""
    viewer = request.viewer
    viewer.must("programmes.edit")
    programme = access.get_programme(viewer, id)
    form = PairingForm(
        viewer,
        request.POST or None,
        programme=programme,
        initial={"valid_from": today()},
    )

    def act(data: dict[str, Any]) -> str:
        return pairing_url(actions.pair(by=viewer.user, programme=programme, **data))

    return submitted(
        request, form, act,
        title=_("New pairing"), submit=_("Pair"), done=_("The pairing was saved."),
        intro=_("A pairing of regions holds for the hospitals in them too, unless you say no."),
        cancel_url=_url(programme),
        crumbs=(Crumb(_("Programmes"), reverse("programmes:programmes")),
                Crumb(named(programme), _url(programme)), Crumb(_("New pairing"))),
        example=programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def pairing_end(request: Request, id: UUID) -> HttpResponseBase:
    """Say the last day of a pairing."""
    viewer = request.viewer
    viewer.must("programmes.edit")
    pairing = access.get_pairing(viewer, id)
    if not access.may_edit(viewer, pairing.giver_id, pairing.receiver_id):
        raise NotVisible("not-visible", "This page does not exist or is not open to you.")
    back = pairing_url(pairing)

    def act(data: dict[str, Any]) -> str:
        actions.end_pairing(by=viewer.user, pairing=pairing, on=data["on"])
        return back

    intro = _("%(giver)s and %(receiver)s; what was recorded stays.") % {
        "giver": named(pairing.giver), "receiver": named(pairing.receiver),
    }  # fmt: skip
    if spokes := spokes_of(viewer, pairing, today()):
        helped = _(", ").join(named(row.receiver) for row in spokes)
        intro += " " + _(
            "%(receiver)s helps others in turn (%(helped)s): unless another tie helps it, they are"
            " cut off from the source."
        ) % {"receiver": named(pairing.receiver), "helped": helped}
    return submitted(
        request, EndForm(request.POST or None, initial={"on": today()}), act,
        title=_("End the pairing"), submit=_("End it"), done=_("The pairing was ended."),
        intro=intro,
        cancel_url=back,
        crumbs=(Crumb(named(pairing.programme), _url(pairing.programme)),
                Crumb(_("Pairing"), back), Crumb(_("End the pairing"))),
        tone="wrong", example=pairing.programme.example,
    )  # fmt: skip
