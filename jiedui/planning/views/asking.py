"""Asking about a scenario: who stays at home and why, what could be pinned, what forbids it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiedui.planning import access, actions, queries
from jiedui.planning.domain.house_rules import tour_lengths
from jiedui.planning.forms.plans import ExcludeForm, PinForm, WishForm
from jiedui.planning.views import words
from jiedui.planning.views.base import Request, not_visible, outside, scenario_way, url
from jiedui.planning.views.scenarios import back_to, editable, taken
from jiedui.planning.views.tours import list_page
from jiedui.web.pages import Crumb, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named, term

if TYPE_CHECKING:
    from jiedui.planning.models import Candidate, Scenario
    from jiedui.planning.queries import Suggested
    from jiedui.programmes.models import Post


@dataclass(frozen=True)
class PinOffer:
    """A tour that a button pins."""

    candidate: UUID
    post: UUID
    start: int
    months: int
    told: str


@dataclass(frozen=True)
class WishPanel:
    """A wish that is put together, and the answer to it."""

    url: str
    pin_url: str
    label: str
    choices: Sequence[tuple[str, str]]
    chosen: str
    starts: Sequence[tuple[int, str]]
    start: int | None
    lengths: Sequence[tuple[int, str]]
    months: int | None
    asked: bool
    ways: Sequence[PinOffer]
    more: str
    groups: Sequence[Sequence[str]]


def wish_panel(
    request: Request,
    scenario: Scenario,
    *,
    candidate: Candidate | None = None,
    post: Post | None = None,
    posts: Sequence[tuple[str, str]] = (),
) -> WishPanel | None:
    """Where this candidate, or who at this post: the form, and the answer to what it says.

    ``posts`` are those to which the candidate could go.
    """
    viewer, plan = request.viewer, scenario.plan
    if not access.may_edit_plan(viewer, plan) or plan.state != "draft":
        return None
    choices: Sequence[tuple[str, str]]
    if candidate is not None:
        choices = posts
        label, here = _("Post"), url("scenario-person", scenario.id, candidate.id)
    elif post is not None:
        choices = queries.fitting_people(viewer, scenario, post, words.language())
        label, here = _("Candidate"), url("scenario-post", scenario.id, post.id)
    else:
        return None
    form = WishForm(request.GET)
    asked = "other" in request.GET and form.is_valid()
    data: dict[str, Any] = form.cleaned_data if asked else {}
    start, months, other = data.get("start"), data.get("months"), str(data.get("other", ""))
    found, ways = None, []
    if other in {id for id, _label in choices}:
        who = candidate.id if candidate else UUID(other)
        where = post.id if post else UUID(other)
        found = queries.wished(viewer, scenario, who, where, start, months, words.language())
        ways = [
            PinOffer(
                who, where, way.start, way.months, words.span(plan.starts_on, way.start, way.months)
            )
            for way in (found.ways if found else ())
        ]
    return WishPanel(
        here, url("scenario-pin", scenario.id), label, choices, other,
        [(n, words.month(words.month_at(plan.starts_on, n))) for n in range(plan.months)], start,
        [(n, words.months_long(n)) for n in tour_lengths(plan.settings["rules"])], months,
        found is not None, ways,
        ngettext("and %(n)s further way", "and %(n)s further ways", found.more)
        % {"n": found.more} if found and found.more else "",
        words.groups(found.groups if found else ()),
    )  # fmt: skip


def offer(scenario: Scenario, best: Suggested | None, told: str) -> PinOffer | None:
    """The tour that would lose least, to be pinned."""
    if best is None or scenario.plan.state != "draft":
        return None
    return PinOffer(best.candidate_id, best.post_id, best.start, best.months, told)


@require_GET
def at_home(request: Request, id: UUID) -> HttpResponseBase:
    """Whom does the scenario send nowhere?"""
    viewer = request.viewer
    scenario = access.get_scenario(viewer, id)
    if not access.may_edit_plan(viewer, scenario.plan):
        raise not_visible()
    rows = queries.at_home(viewer, scenario, words.language())
    held = sorted({row.specialty for row in rows})
    table = Table(
        request,
        rows,
        [
            Column("person", _("Expert"), sort="person",
                   url=lambda row: url("scenario-person", scenario.id, row.candidate_id)),
            Column("giver", _("Sends"), sort="giver"),
            Column("specialty", _("Specialty"), sort="specialty",
                   value=lambda row: words.specialty_name(row.specialty)),
            Column("title", _("Title"), value=lambda row: term(row.title, "titles")
                   if row.title else ""),
            Column("first", _("Available from"), kind="day", sort="first"),
            Column("last", _("to the end of"), kind="day", sort="last"),
            Column("left", _("Could not be sent at all"), value=lambda row: words.said(row.left)),
        ],
        filters=[
            Filter("q", _("Expert"), paths=("person",)),
            Filter("giver", _("Sends"), paths=("giver",)),
            Filter("specialty", _("Specialty"), "choice",
                   choices=[(code, words.specialty_name(code)) for code in held]),
        ],
        default_sort="giver",
        key=lambda row: row.candidate_id,
        title=pgettext("scenario", "Who stays at home"),
        empty=Empty(_("Nobody stays at home"), _("Every candidate of these months is sent.")),
    )  # fmt: skip
    return list_page(
        request, scenario, "at-home", pgettext("scenario", "Who stays at home"), table,
        _("Open a person to read why, to see where they could go, and to pin or forbid it."),
        may_edit=True,
    )  # fmt: skip


@dataclass(frozen=True)
class PersonPage:
    """A candidate in a scenario: why nowhere, and where they could be put."""

    title: str
    lead: str
    crumbs: Sequence[Crumb]
    example: bool
    tours: Sequence[tuple[str, str, str]]
    why: Sequence[str]
    best: PinOffer | None
    wish: WishPanel | None
    exclude_url: str
    person_url: str


@require_GET
def scenario_person(request: Request, id: UUID, candidate: UUID) -> HttpResponseBase:
    """Why does this person stay at home, and where could they go?"""
    viewer = request.viewer
    scenario, who = asked_of(request, id, candidate)
    language, first = words.language(), scenario.plan.starts_on
    own = scenario.tours.filter(candidate=who).select_related("post__receiver").order_by("start")
    tours = [
        (f"{named(each.post.receiver)} · {words.specialty_name(each.post.specialty)}",
         words.span(first, each.start, each.months), url("tour", each.id))
        for each in own
    ]  # fmt: skip
    why = queries.Why(()) if tours else queries.why_at_home(viewer, scenario, who.id, language)
    posts, told = queries.fitting_posts(viewer, scenario, who, language), ""
    if why.best is not None:
        told = dict(posts).get(str(why.best.post_id), "")
        told += " · " + words.span(first, why.best.start, why.best.months)
    draft = scenario.plan.state == "draft"
    page = PersonPage(
        title=who.person.name,
        lead=f"{named(who.giver)} · {words.specialty_name(who.specialty)}",
        crumbs=scenario_way(scenario, who.person.name),
        example=scenario.plan.programme.example,
        tours=tours,
        why=[words.said(each) for each in why.reasons],
        best=offer(scenario, why.best, told),
        wish=wish_panel(request, scenario, candidate=who, posts=posts),
        exclude_url=url("person-forbid", scenario.id, who.id) if draft else "",
        person_url=outside("directory:person", who.person_id),
    )
    return render(request, "planning/person.html", page)


def asked_of(request: Request, id: UUID, candidate: UUID) -> tuple[Scenario, Candidate]:
    """Scenario and candidate, for who plans here."""
    scenario = editable(request, id)
    who = access.get_candidate(request.viewer, candidate)
    if who.programme_id != scenario.plan.programme_id:
        raise not_visible()
    return scenario, who


@require_POST
def scenario_pin(request: Request, id: UUID) -> HttpResponseBase:
    """Pin a tour that the scenario does not hold: the next run does."""
    scenario = editable(request, id)
    form = PinForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say where and when the tour is to be."))
        return back_to(request, url("rulings", scenario.id))
    data = form.cleaned_data
    who = access.get_candidate(request.viewer, data["candidate"])
    post = scenario.plan.programme.posts.filter(pk=data["post"]).first()
    if post is None:
        raise not_visible()
    taken(
        request,
        lambda: actions.pin(
            by=request.viewer.user, scenario=scenario, candidate=who, post=post,
            start=data["start"], months=data["months"],
        ),
        _("Pinned. Compute again to plan the rest around it."),
    )  # fmt: skip
    return back_to(request, url("rulings", scenario.id))


@require_http_methods(["GET", "POST"])
def person_forbid(request: Request, id: UUID, candidate: UUID) -> HttpResponseBase:
    """Say that a candidate may not be sent, anywhere or to one post."""
    scenario, who = asked_of(request, id, candidate)
    posts = queries.fitting_posts(request.viewer, scenario, who, words.language())

    def act(data: dict[str, Any]) -> str:
        post = scenario.plan.programme.posts.get(pk=data["other"]) if data["other"] else None
        actions.forbid(
            by=request.viewer.user, scenario=scenario, candidate=who, post=post,
            reason=data["reason"],
        )  # fmt: skip
        return url("rulings", scenario.id)

    form = ExcludeForm(
        request.POST or None, label=_("Where"), choices=[("", _("anywhere in the plan")), *posts]
    )
    title = _("Do not send %(person)s") % {"person": who.person.name}
    return _excluded(request, scenario, form, act, title, "scenario-person", who.id)


@require_http_methods(["GET", "POST"])
def post_forbid(request: Request, id: UUID, post: UUID) -> HttpResponseBase:
    """Say that a post is not to be filled, by anybody or by one candidate."""
    scenario = editable(request, id)
    row = scenario.plan.programme.posts.select_related("receiver").filter(pk=post).first()
    if row is None:
        raise not_visible()
    people = queries.fitting_people(request.viewer, scenario, row, words.language())

    def act(data: dict[str, Any]) -> str:
        who = access.get_candidate(request.viewer, UUID(data["other"])) if data["other"] else None
        actions.forbid(
            by=request.viewer.user, scenario=scenario, candidate=who, post=row,
            reason=data["reason"],
        )  # fmt: skip
        return url("rulings", scenario.id)

    form = ExcludeForm(
        request.POST or None, label=_("By whom"), choices=[("", _("by anybody")), *people]
    )
    title = _("Do not fill %(post)s") % {
        "post": f"{named(row.receiver)} · {words.specialty_name(row.specialty)}"
    }
    return _excluded(request, scenario, form, act, title, "scenario-post", row.id)


def _excluded(
    request: Request,
    scenario: Scenario,
    form: ExcludeForm,
    act: Any,
    title: str,
    back: str,
    about: UUID,
) -> HttpResponseBase:
    return submitted(
        request, form, act, title=title, submit=_("Forbid"),
        done=_("Forbidden from the next run on."),
        cancel_url=url(back, scenario.id, about), crumbs=scenario_way(scenario, title),
        tone="wrong", example=scenario.plan.programme.example,
    )  # fmt: skip
