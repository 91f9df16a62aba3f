"""One tour: why it is here, whether it may move, pin, forbid; and the list of all tours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.planning import access, actions, queries
from jiedui.planning.forms.plans import ForbidForm, MoveForm
from jiedui.planning.views import words
from jiedui.planning.views.base import (
    Request,
    not_visible,
    outside,
    scenario_tabs,
    scenario_way,
    url,
)
from jiedui.planning.views.parts import hidden_told
from jiedui.planning.views.scenarios import back_to, taken
from jiedui.web.forms import sentence
from jiedui.web.pages import Crumb, Tab, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named

if TYPE_CHECKING:
    from jiedui.planning.models import Scenario, ScenarioTour
    from jiedui.planning.queries import TimelineRow


@dataclass(frozen=True)
class Proposal:
    """A move that is looked at: where and when, and what speaks against it."""

    post: UUID
    start: int
    months: int
    same: bool
    told: str
    groups: Sequence[Sequence[str]]
    """Rules that exclude each other; of each group one would have to yield."""


@dataclass(frozen=True)
class TourPage:
    """One person's tour: where, when, why, and what may be done with it."""

    title: str
    lead: str
    crumbs: Sequence[Crumb]
    example: bool
    tour: ScenarioTour
    giver: str
    recipient: str
    post: str
    span: str
    cost: str
    pinned: bool
    pin: Any
    why: Sequence[str]
    person_url: str
    post_url: str
    posting_url: str
    editable: bool
    proposal: Proposal | None
    posts: Sequence[tuple[str, str]]
    starts: Sequence[tuple[int, str]]
    lengths: Sequence[tuple[int, str]]
    back: str


def _proposal(
    request: Request, tour: ScenarioTour, rows: dict[UUID, TimelineRow]
) -> Proposal | None:
    """The move that the address asks about, looked at by the rules."""
    form = MoveForm(request.GET)
    if "post" not in request.GET or not form.is_valid():
        return None
    post, start, months = (form.cleaned_data[name] for name in ("post", "start", "months"))
    row = rows.get(post)
    if row is None:
        return None
    plan = tour.scenario.plan
    told = f"{row.recipient} · {words.post_name(row)} · {words.span(plan.starts_on, start, months)}"
    same = (post, start, months) == (tour.post_id, tour.start, tour.months)
    found = None if same else queries.wished(
        request.viewer, tour.scenario, tour.candidate_id, post, start, months, words.language(),
        besides=tour,
    )  # fmt: skip
    return Proposal(post, start, months, same, told, words.groups(found.groups if found else ()))


@require_GET
def tour_page(request: Request, id: UUID) -> HttpResponseBase:
    """Why does this person go there, and what if they went elsewhere?"""
    viewer = request.viewer
    tour = access.get_tour(viewer, id)
    scenario, plan = tour.scenario, tour.scenario.plan
    found = queries.timeline(viewer, scenario, words.language())
    rows = {row.post_id: row for row in found.rows}
    here = rows.get(tour.post_id)
    mine = next((bar for bar in here.bars if bar.tour_id == tour.id), None) if here else None
    cost = queries.cost_of(scenario, tour)
    proposal = _proposal(request, tour, rows) if found.editable else None
    choice = next((one for one in found.candidates if one.candidate_id == tour.candidate_id), None)
    wanted = {choice.specialty} if choice else set()
    posts = [
        (str(row.post_id), f"{row.recipient} · {words.post_name(row)}")
        for row in found.rows
        if row.post_id == tour.post_id or row.leader or row.specialty in wanted
    ]
    at = rows.get(proposal.post) if proposal else here
    step = at.step if at else 1
    pin = scenario.rulings.filter(
        verb="pin", candidate=tour.candidate_id, post=tour.post_id, start=tour.start
    ).first()
    page = TourPage(
        title=tour.candidate.person.name,
        lead=f"{named(tour.candidate.giver)} → {named(tour.post.receiver)}",
        crumbs=scenario_way(scenario, tour.candidate.person.name),
        example=plan.programme.example,
        tour=tour,
        giver=named(tour.candidate.giver),
        recipient=named(tour.post.receiver),
        post=words.post_name(here) if here else words.specialty_name(tour.post.specialty),
        span=words.span(plan.starts_on, tour.start, tour.months),
        cost=words.money(cost) if cost is not None else "",
        pinned=bool(mine and mine.pinned),
        pin=pin,
        why=[words.said(each)
             for each in queries.why_this_person(viewer, tour, words.language())],
        person_url=outside("directory:person", tour.candidate.person_id),
        post_url=outside("programmes:post", tour.post_id),
        posting_url=outside("programmes:posting", tour.posting_id) if tour.posting_id else "",
        editable=found.editable,
        proposal=proposal,
        posts=sorted(posts, key=lambda pair: pair[1]),
        starts=[
            (count, words.month(words.month_at(plan.starts_on, count)))
            for count in range(0, plan.months, max(1, step))
        ],
        lengths=[(n, words.months_long(n)) for n in (at.lengths if at else (tour.months,))],
        back=url("timeline", scenario.id),
    )  # fmt: skip
    bare = request.headers.get("HX-Request") == "true"
    return render(request, "planning/_tour.html" if bare else "planning/tour.html", page)


def own(request: Request, id: UUID) -> ScenarioTour:
    """The tour, for who may change its plan."""
    tour = access.get_tour(request.viewer, id)
    if not access.may_edit_plan(request.viewer, tour.scenario.plan):
        raise not_visible()
    return tour


@require_POST
def tour_move(request: Request, id: UUID) -> HttpResponseBase:
    """Put the tour elsewhere, and pin it there."""
    tour = own(request, id)
    form = MoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say where and when the tour is to be."))
        return back_to(request, url("tour", tour.id))
    rows = queries.timeline(request.viewer, tour.scenario, words.language()).rows
    posts = {row.post_id for row in rows}
    if form.cleaned_data["post"] not in posts:
        raise not_visible()
    post = tour.scenario.plan.programme.posts.get(pk=form.cleaned_data["post"])
    try:
        actions.move_tour(
            by=request.viewer.user, scenario=tour.scenario, tour=tour, post=post,
            start=form.cleaned_data["start"], months=form.cleaned_data["months"],
        )  # fmt: skip
    except (InvalidInput, InvalidState) as refused:
        messages.error(request, sentence(refused))
    else:
        messages.success(request, _("Moved and pinned there. Compute again to plan the rest"
                                    " around it."))  # fmt: skip
    return back_to(request, url("timeline", tour.scenario_id))


@require_POST
def tour_pin(request: Request, id: UUID) -> HttpResponseBase:
    """Keep the tour as it is in every later run."""
    tour = own(request, id)
    taken(
        request,
        lambda: actions.pin(
            by=request.viewer.user, scenario=tour.scenario, candidate=tour.candidate,
            post=tour.post, start=tour.start, months=tour.months,
        ),
        _("Pinned: every later run keeps this tour."),
    )  # fmt: skip
    return back_to(request, url("timeline", tour.scenario_id))


@require_http_methods(["GET", "POST"])
def tour_forbid(request: Request, id: UUID) -> HttpResponseBase:
    """Say that this may not be in any later run."""
    tour = own(request, id)
    scenario = tour.scenario

    def act(data: dict[str, Any]) -> str:
        wide = data["width"]
        exact = wide == "tour"
        actions.forbid(
            by=request.viewer.user, scenario=scenario, reason=data["reason"],
            candidate=None if wide == "post" else tour.candidate,
            post=None if wide == "person" else tour.post,
            start=tour.start if exact else None, months=tour.months if exact else None,
        )  # fmt: skip
        return url("rulings", scenario.id)

    person = tour.candidate.person.name
    title = _("Forbid a tour of %(person)s") % {"person": person}
    return submitted(
        request, ForbidForm(request.POST or None), act,
        title=title, submit=_("Forbid"),
        done=_("Forbidden from the next run on. Compute again to fill the place."),
        intro=_("Now: %(what)s") % {"what": " · ".join(
            (named(tour.post.receiver), words.specialty_name(tour.post.specialty),
             words.span(scenario.plan.starts_on, tour.start, tour.months))
        )},
        cancel_url=url("timeline", scenario.id), crumbs=scenario_way(scenario, title),
        tone="wrong", example=scenario.plan.programme.example,
    )  # fmt: skip


@require_POST
def ruling_lift(request: Request, id: UUID) -> HttpResponseBase:
    """Take a pin or a ban away."""
    ruling = access.get_ruling(request.viewer, id)
    back = url("rulings", ruling.scenario_id)
    taken(
        request, lambda: actions.lift(by=request.viewer.user, ruling=ruling),
        _("Lifted; the next run is free of it."),
    )  # fmt: skip
    return back_to(request, back)


@dataclass(frozen=True)
class ListPage:
    """A list of a scenario, with the scenario's other views."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    scenario: Scenario
    tabs: Sequence[Tab]
    table: Table
    lead: str = ""
    may_edit: bool = False


def list_page(
    request: Request,
    scenario: Scenario,
    name: str,
    label: str,
    table: Table,
    lead: str = "",
    *,
    may_edit: bool = False,
) -> HttpResponseBase:
    """A list of a scenario."""
    page = ListPage(
        scenario.name, scenario_way(scenario, label), scenario.plan.programme.example, scenario,
        scenario_tabs(request.viewer, scenario, name), table, lead, may_edit,
    )  # fmt: skip
    return render(request, "planning/scenario_list.html", page)


@require_GET
def tour_list(request: Request, id: UUID) -> HttpResponseBase:
    """Who goes where, when, at what cost?"""
    viewer = request.viewer
    scenario = access.get_scenario(viewer, id)
    summary = queries.scenario_summary(viewer, scenario, words.language())
    held = sorted({row.specialty for row in summary.tours})
    table = Table(
        request,
        summary.tours,
        [
            Column("person", _("Expert"), sort="person", url=lambda row: url("tour", row.id)),
            Column("giver", _("Sends"), sort="giver"),
            Column("recipient", _("Recipient"), sort="recipient"),
            Column("specialty", _("Specialty"), sort="specialty",
                   value=lambda row: words.specialty_name(row.specialty)),
            Column("first_day", _("First day"), kind="day", sort="first_day"),
            Column("last_day", _("Last day, handover included"), kind="day", sort="last_day"),
            Column("months", _("Length"), kind="number", sort="months", unit=_("months")),
            Column("cost", _("Cost"), kind="number", sort="cost", unit=_("yuan")),
            Column("pinned", pgettext("tour", "Settled"), kind="badge",
                   value=lambda row: words.RULINGS["pin"] if row.pinned else "",
                   tone=lambda row: "plain"),
        ],
        filters=[
            Filter("q", _("Expert"), paths=("person",)),
            Filter("giver", _("Sends"), paths=("giver",)),
            Filter("recipient", _("Recipient"), paths=("recipient",)),
            Filter("specialty", _("Specialty"), "choice",
                   choices=[(code, words.specialty_name(code)) for code in held if code]),
            Filter("first_day", _("First day"), "dates"),
        ],
        default_sort="recipient",
        key=lambda row: row.id,
        title=pgettext("scenario", "Who goes where"),
        empty=Empty(
            _("No tour yet"),
            _("Compute the scenario: the people whom it sends stand here.")
            if summary.card.result is None
            else _("Nobody can be sent under these rules; the list of posts says why."),
        ),
    )  # fmt: skip
    return list_page(
        request,
        scenario,
        "tours",
        pgettext("scenario", "Who goes where"),
        table,
        hidden_told(summary.others),
    )
