"""Pages of the menu: what supporters offer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jiedui.core.clock import today
from jiedui.programmes import access, actions
from jiedui.programmes.forms.menu import (
    EndOfferForm,
    OfferForm,
)
from jiedui.programmes.models import Offer, Programme, Wish
from jiedui.programmes.queries import posts as queries
from jiedui.programmes.views import words
from jiedui.programmes.views.posts import crumbs_of, menu_tabs, specialties_in, terms_of
from jiedui.programmes.views.structure import Request
from jiedui.web.pages import Crumb, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named, period


def offer_url(offer: Offer) -> str:
    """The page of an offer."""
    return reverse("programmes:offer", args=[offer.id])


def wish_url(wish: Wish) -> str:
    """The page of a wish."""
    return reverse("programmes:wish", args=[wish.id])


def _dates(row: Any) -> str:
    return period(row.valid_from, row.valid_to) if row.valid_from or row.valid_to else ""


@dataclass(frozen=True)
class ListPage:
    """Offers or wishes of a programme."""

    title: str
    crumbs: Sequence[Crumb]
    programme: Programme
    table: Table
    new_url: str
    new_label: str
    example: bool
    lead: str
    menu: Sequence[tuple[Any, str, bool]]


def _with_taken(rows: list[Any]) -> Iterable[Any]:
    taken = queries.taken(row.id for row in rows)
    for row in rows:
        row.taken = taken.get(row.id, 0)
    return rows


def _holds(rows: Any, value: str) -> Any:
    """Offers that can be ordered today, or those that have ended."""
    ended = {"valid_to__lt": today()}
    return rows.filter(**ended) if value == "ended" else rows.exclude(**ended)


@require_GET
def offer_list(request: Request, id: UUID) -> HttpResponseBase:
    """What can be ordered, of whom, and how much of it is left?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    programme = access.get_programme(viewer, id)
    may = viewer.may("programmes.send") or viewer.may("programmes.edit")
    new_url = reverse("programmes:offer-new", args=[programme.id]) if may else ""
    rows = queries.offers_of(viewer, programme)
    table = Table(
        request,
        rows,
        [
            Column("title", _("What is offered"), sort="title", url=offer_url),
            Column("giver", _("Supporter"), value=lambda row: named(row.giver),
                   sort="giver__name"),
            Column("kind", _("Kind"), kind="term", table="offer_kinds", sort="kind"),
            Column("specialty", _("Specialty"), kind="term", table="specialties",
                   sort="specialty"),
            Column("days", _("Days"), value=_dates, sort="valid_to"),
            Column("capacity", _("How many times"), kind="number", sort="capacity"),
            Column("taken", _("Taken"), kind="number"),
            Column("left", _("Left"), kind="number",
                   value=lambda row: None if row.capacity is None
                   else max(0, row.capacity - row.taken)),
            Column("details", _("Details"), shown=False),
        ],
        filters=[
            Filter("q", _("What is offered"), paths=("title", "details")),
            Filter("giver", _("Supporter"), paths=("giver__name", "giver__name_en")),
            Filter("kind", _("Kind"), kind="choice", choices=terms_of("offer_kinds")),
            Filter("specialty", _("Specialty"), kind="choice", choices=specialties_in(rows)),
            Filter("now", _("Can be ordered"), kind="choice", apply=_holds,
                   choices=[("open", _("now")), ("ended", _("no longer"))]),
        ],
        default_sort="title",
        title=_("Menu of offers"),
        prepare=_with_taken,
        empty=Empty(
            _("Nothing is on the menu yet"),
            _("Supporters say here what they can give; recipients order from it."),
            new_url, _("Offer something"),
        ),
    )  # fmt: skip
    page = ListPage(
        _("Menu of offers"), crumbs_of(programme, Crumb(_("Menu of offers"))), programme, table,
        new_url, _("Offer something"), programme.example, "", menu_tabs(programme, "offers"),
    )  # fmt: skip
    return render(request, "programmes/menu.html", page)


@dataclass(frozen=True)
class WishLine:
    """A wish in a list of an offer's page."""

    title: str
    url: str
    receiver: str
    asked: Any
    state: Any
    tone: str


@dataclass(frozen=True)
class OfferPage:
    """An offer: what, for whom, how much of it is left, who ordered it."""

    title: str
    crumbs: Sequence[Crumb]
    programme: Programme
    example: bool
    offer: Offer
    ended: bool
    left: int | None
    taken: int
    wishes: Sequence[WishLine]
    order_url: str
    end_url: str


@require_GET
def offer_page(request: Request, id: UUID) -> HttpResponseBase:
    """What is offered, and how much of it is left?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    offer = access.get_offer(viewer, id)
    taken = queries.taken([offer.id]).get(offer.id, 0)
    left = None if offer.capacity is None else max(0, offer.capacity - taken)
    ended = offer.valid_to is not None and offer.valid_to < today()
    may_ask = viewer.may("programmes.host") or viewer.may("programmes.edit")
    orders = reverse("programmes:wish-new", args=[offer.programme_id])
    wishes = queries.wishes_of(viewer, offer.programme).filter(offer=offer).order_by("-asked_at")
    back = reverse("programmes:offers", args=[offer.programme_id])
    page = OfferPage(
        title=offer.title,
        crumbs=crumbs_of(
            offer.programme, Crumb(_("Menu of offers"), back), Crumb(offer.title)
        ),
        programme=offer.programme,
        example=offer.programme.example,
        offer=offer,
        ended=ended,
        left=left,
        taken=taken,
        wishes=[
            WishLine(
                row.title, wish_url(row), named(row.receiver), row.asked_at,
                words.WISH_STATES[row.state], words.WISH_TONES[row.state],
            )
            for row in wishes[:50]
        ],
        order_url=f"{orders}?offer={offer.id}" if may_ask and not ended and left != 0 else "",
        end_url=reverse("programmes:offer-end", args=[offer.id])
        if not ended and access.may_act(viewer, "giver", offer.giver_id, None) else "",
    )  # fmt: skip
    return render(request, "programmes/offer.html", page)


@require_http_methods(["GET", "POST"])
def offer_new(request: Request, id: UUID) -> HttpResponseBase:
    """Put something on the menu."""
    viewer = request.viewer
    programme = access.get_programme(viewer, id)
    if not viewer.may("programmes.edit"):
        viewer.must("programmes.send")
    back = reverse("programmes:offers", args=[programme.id])
    form = OfferForm(viewer, programme, request.POST or None, initial={"valid_from": today()})

    def act(data: dict[str, Any]) -> str:
        return offer_url(actions.create_offer(by=viewer.user, programme=programme, **data))

    return submitted(
        request, form, act,
        title=_("Offer something"), submit=_("Offer"), done=_("It is on the menu now."),
        cancel_url=back,
        crumbs=crumbs_of(programme, Crumb(_("Menu of offers"), back),
                         Crumb(_("Offer something"))),
        example=programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def offer_end(request: Request, id: UUID) -> HttpResponseBase:
    """Say the last day on which it can be ordered."""
    viewer = request.viewer
    offer = access.get_offer(viewer, id)
    access.must_side(viewer, "giver", offer.giver_id, None)
    back = reverse("programmes:offers", args=[offer.programme_id])

    def act(data: dict[str, Any]) -> str:
        return offer_url(actions.end_offer(by=viewer.user, offer=offer, on=data["on"]))

    return submitted(
        request, EndOfferForm(request.POST or None, initial={"on": today()}), act,
        title=_("End the offer"), submit=_("End it"), done=_("The offer was ended."),
        intro=_("What was accepted stays; nobody can order it after this day."),
        cancel_url=offer_url(offer), tone="wrong", example=offer.programme.example,
        crumbs=crumbs_of(offer.programme, Crumb(_("Menu of offers"), back),
                         Crumb(offer.title, offer_url(offer)), Crumb(_("End the offer"))),
    )  # fmt: skip
