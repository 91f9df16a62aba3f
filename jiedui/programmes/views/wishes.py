"""Pages of what recipients order: the list, one wish with its answer, and each step of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from jiedui.programmes import access, actions
from jiedui.programmes.domain.states import WISH_STATES
from jiedui.programmes.forms.menu import (
    AcceptForm,
    CompleteForm,
    RefuseWishForm,
    ScheduleForm,
    WishForm,
)
from jiedui.programmes.forms.posts import ReasonForm
from jiedui.programmes.models import Offer, Programme, Wish
from jiedui.programmes.queries import posts as queries
from jiedui.programmes.views import words
from jiedui.programmes.views.menu import ListPage, offer_url, wish_url
from jiedui.programmes.views.posts import crumbs_of, menu_tabs, states
from jiedui.programmes.views.structure import Request
from jiedui.web.pages import Crumb, Moment, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import day, named


@require_GET
def wish_list(request: Request, id: UUID) -> HttpResponseBase:
    """What do recipients wish for, and how soon is it answered?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    programme = access.get_programme(viewer, id)
    may = viewer.may("programmes.host") or viewer.may("programmes.edit")
    new_url = reverse("programmes:wish-new", args=[programme.id]) if may else ""
    rows = queries.wishes_of(viewer, programme)
    table = Table(
        request,
        rows,
        [
            Column("title", _("What is asked for"), sort="title", url=wish_url),
            Column("receiver", _("Recipient"), value=lambda row: named(row.receiver),
                   sort="receiver__name"),
            Column("giver", _("Of whom"),
                   value=lambda row: named(row.giver) if row.giver else _("whoever can")),
            Column("offer", _("From the menu"), kind="short",
                   value=lambda row: _("Yes") if row.offer_id else _("No")),
            Column("asked", _("Asked on"), kind="day", value="asked_at", sort="asked_at"),
            Column("answered", _("Answered after"), kind="short",
                   value=lambda row: words.lasted(
                       row.answered_at - row.asked_at if row.answered_at else None)),
            Column("scheduled", _("Scheduled"), kind="day", value="scheduled_from",
                   sort="scheduled_from"),
            Column("rating", _("Rating"), kind="number", sort="rating"),
            Column("details", _("Details"), shown=False),
            Column("answer", pgettext("to a wish", "Answer"), shown=False),
            Column("state", _("State"), kind="badge", sort="state",
                   value=lambda row: words.WISH_STATES[row.state],
                   tone=lambda row: words.WISH_TONES[row.state]),
        ],
        filters=[
            Filter("q", _("What is asked for"), paths=("title", "details")),
            Filter("receiver", _("Recipient"), paths=("receiver__name", "receiver__name_en")),
            Filter("giver", _("Supporter"), paths=("giver__name", "giver__name_en")),
            Filter("state", _("State"), kind="choice", choices=states(words.WISH_STATES)),
            Filter("asked", _("Asked on"), kind="dates", paths=("asked_at",)),
        ],
        default_sort="-asked",
        title=_("Wishes"),
        empty=Empty(
            _("No wish yet"),
            _("A recipient orders from the menu or asks for something beside it."),
            new_url, _("Ask for something"),
        ),
    )  # fmt: skip
    waited = queries.median_answer(table.filtered)
    lead = ""
    if waited is not None:
        lead = _("Half of the answers came within %(time)s.") % {"time": words.lasted(waited)}
    page = ListPage(
        _("Wishes"), crumbs_of(programme, Crumb(_("Wishes"))), programme, table, new_url,
        _("Ask for something"), programme.example, lead, menu_tabs(programme, "wishes"),
    )  # fmt: skip
    return render(request, "programmes/menu.html", page)


@dataclass(frozen=True)
class WishPage:
    """A wish: what, of whom, its answer, and what can be done."""

    title: str
    crumbs: Sequence[Crumb]
    programme: Programme
    example: bool
    wish: Wish
    state: Any
    tone: str
    waited: str
    moments: Sequence[Moment]
    verbs: frozenset[str]
    offer_url: str


def _verbs(request: Request, wish: Wish) -> frozenset[str]:
    """What the viewer may do; a wish that names nobody may be taken by any supporter."""
    verbs = access.open_verbs(
        request.viewer, WISH_STATES, wish.state, wish.giver_id, wish.receiver_id
    )
    if wish.giver_id is None and wish.state == "asked" and request.viewer.may("programmes.send"):
        verbs |= {"accept"}
    return verbs


@require_GET
def wish_page(request: Request, id: UUID) -> HttpResponseBase:
    """What is wished for, what was answered, and what comes next?"""
    request.viewer.must("programmes.read")
    wish = access.get_wish(request.viewer, id)
    page = WishPage(
        title=wish.title,
        crumbs=_way(wish),
        programme=wish.programme,
        example=wish.programme.example,
        wish=wish,
        state=words.WISH_STATES[wish.state],
        tone=words.WISH_TONES[wish.state],
        waited=words.lasted(wish.answered_at - wish.asked_at if wish.answered_at else None),
        moments=_moments(wish),
        verbs=_verbs(request, wish),
        offer_url=offer_url(wish.offer) if wish.offer else "",
    )
    return render(request, "programmes/wish.html", page)


def _moments(wish: Wish) -> list[Moment]:
    found = [Moment(wish.asked_at, _("Asked for"), wish.details, named(wish.receiver), "wait")]
    if wish.answered_at is not None:
        refused = wish.state == "refused"
        found.append(
            Moment(
                wish.answered_at, _("Refused") if refused else _("Accepted"), wish.answer,
                named(wish.giver), "wrong" if refused else "ok",
            )
        )  # fmt: skip
    return found[::-1]


def _way(wish: Wish, label: str = "") -> tuple[Crumb, ...]:
    wishes = Crumb(_("Wishes"), reverse("programmes:wishes", args=[wish.programme_id]))
    if not label:
        return crumbs_of(wish.programme, wishes, Crumb(wish.title))
    return crumbs_of(wish.programme, wishes, Crumb(wish.title, wish_url(wish)), Crumb(label))


@require_http_methods(["GET", "POST"])
def wish_new(request: Request, id: UUID) -> HttpResponseBase:
    """Order from the menu, or ask for something beside it."""
    viewer = request.viewer
    programme = access.get_programme(viewer, id)
    if not viewer.may("programmes.edit"):
        viewer.must("programmes.host")
    offer = _asked_offer(request)
    back = offer_url(offer) if offer else reverse("programmes:wishes", args=[programme.id])
    form = WishForm(viewer, programme, request.POST or None, offer=offer)

    def act(data: dict[str, Any]) -> str:
        return wish_url(actions.ask_wish(by=viewer.user, programme=programme, offer=offer, **data))

    intro = ""
    if offer is not None:
        intro = _("From the menu of %(giver)s: %(title)s") % {
            "giver": named(offer.giver), "title": offer.title,
        }  # fmt: skip
    title = _("Order from the menu") if offer else _("Ask for something")
    return submitted(
        request, form, act,
        title=title, submit=_("Ask"), done=_("Asked; the answer is shown on the wish's page."),
        intro=intro, cancel_url=back,
        crumbs=crumbs_of(programme, Crumb(_("Wishes"), back), Crumb(title)),
        example=programme.example,
    )  # fmt: skip


def _asked_offer(request: Request) -> Offer | None:
    """The offer that the address names, as far as the viewer sees it."""
    try:
        return access.get_offer(request.viewer, UUID(request.GET.get("offer", "")))
    except ValueError:
        return None


def _to_step(request: Request, id: UUID, verb: str) -> Wish:
    wish = access.get_wish(request.viewer, id)
    if verb != "accept" or wish.giver_id is not None or not request.viewer.may("programmes.send"):
        access.must_step(request.viewer, WISH_STATES, verb, wish.giver_id, wish.receiver_id)
    return wish


def _step(
    request: Request, wish: Wish, form: Any, act: Any, *, title: str, submit: str, done: str,
    intro: str = "", tone: str = "",
) -> HttpResponseBase:  # fmt: skip
    def step(data: dict[str, Any]) -> str:
        return wish_url(act(by=request.viewer.user, wish=wish, **data))

    return submitted(
        request, form, step, title=title, submit=submit, done=done, intro=intro, tone=tone,
        cancel_url=wish_url(wish), crumbs=_way(wish, title), example=wish.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def wish_accept(request: Request, id: UUID) -> HttpResponseBase:
    """Say yes."""
    wish = _to_step(request, id, "accept")
    form = AcceptForm(
        request.viewer, wish.programme, request.POST or None, named=wish.giver_id is not None
    )
    return _step(
        request, wish, form, actions.accept_wish, title=_("Accept the wish"), submit=_("Accept"),
        done=_("The wish was accepted."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def wish_refuse(request: Request, id: UUID) -> HttpResponseBase:
    """Say no, and why."""
    wish = _to_step(request, id, "refuse")
    return _step(
        request, wish, RefuseWishForm(request.POST or None), actions.refuse_wish,
        title=_("Refuse the wish"), submit=_("Refuse"), done=_("The wish was refused."),
        tone="wrong",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def wish_schedule(request: Request, id: UUID) -> HttpResponseBase:
    """Say when it will be given."""
    wish = _to_step(request, id, "schedule")
    initial = {
        "scheduled_from": wish.scheduled_from or wish.wanted_from,
        "scheduled_to": wish.scheduled_to or wish.wanted_to,
    }
    return _step(
        request, wish, ScheduleForm(request.POST or None, initial=initial),
        actions.schedule_wish, title=_("Schedule the wish"), submit=_("Schedule"),
        done=_("The days were saved."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def wish_complete(request: Request, id: UUID) -> HttpResponseBase:
    """Say that it was given, and how it was."""
    wish = _to_step(request, id, "done")
    return _step(
        request, wish, CompleteForm(request.POST or None), actions.complete_wish,
        title=_("It was given"), submit=_("Save"), done=_("The wish is done."),
        intro=_("Scheduled for %(day)s.") % {"day": day(wish.scheduled_from)}
        if wish.scheduled_from else "",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def wish_withdraw(request: Request, id: UUID) -> HttpResponseBase:
    """Take it back, and say why."""
    wish = _to_step(request, id, "withdraw")
    return _step(
        request, wish, ReasonForm(request.POST or None), actions.withdraw_wish,
        title=_("Withdraw the wish"), submit=pgettext("wish", "Withdraw"),
        done=_("The wish was withdrawn."),
        tone="wrong",
    )  # fmt: skip
