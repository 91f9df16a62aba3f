"""Lists of a scenario: its posts with why they stay empty, what was settled, what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from jiedui.planning import access, queries
from jiedui.planning.views import words
from jiedui.planning.views.asking import PinOffer, WishPanel, offer, wish_panel
from jiedui.planning.views.base import Request, not_visible, outside, scenario_way, url
from jiedui.planning.views.tours import list_page
from jiedui.web.pages import Crumb, render
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import amount, period


def _of_recipient(rows: Any, text: str) -> Any:
    """By id, as the pages link it, or by words of the name."""
    by_id = [row for row in rows if str(row.recipient_id) == text]
    return by_id or [row for row in rows if text.casefold() in row.recipient.casefold()]


def _needed(row: Any) -> str:
    first, last = words.month(row.first_day), words.month(row.last_day)
    return first if first == last else f"{first} – {last}"


def _why(row: Any) -> str:
    said = [words.said(each) for each in row.reasons or (row.reason,) if each is not None]
    return "\n".join(said[:3])


def _mentor(row: Any) -> str:
    if not row.mentor:
        return ""
    return (
        pgettext("mentoring in a plan", "yes")
        if row.mentored
        else pgettext("mentoring in a plan", "not long enough on end")
    )


@require_GET
def scenario_posts(request: Request, id: UUID) -> HttpResponseBase:
    """Which posts are covered, which stay empty, and what would fill them?"""
    viewer = request.viewer
    scenario = access.get_scenario(viewer, id)
    summary = queries.scenario_summary(viewer, scenario, words.language())
    held = sorted({row.specialty for row in summary.posts if row.specialty})
    table = Table(
        request,
        summary.posts,
        [
            Column("recipient", _("Recipient"), sort="recipient"),
            Column("post", _("Post"), value=words.post_name, sort="specialty",
                   url=lambda row: url("scenario-post", scenario.id, row.id)),
            Column("days", _("Needed"), value=_needed, sort="first_day"),
            Column("covered", _("Covered"), kind="number", value="months_covered",
                   sort="months_covered", unit=_("months")),
            Column("needed", pgettext("months", "Needed"), kind="number", value="months_needed",
                   sort="months_needed", unit=_("months")),
            Column("state", _("State"), kind="badge", sort="state",
                   value=lambda row: words.POST_STATES[row.state],
                   tone=lambda row: words.POST_TONES[row.state]),
            Column("mentor", _("Apprentice has a mentor"), value=_mentor),
            Column("why", _("Why, and what would fill it"), value=_why,
                   template="planning/_why.html"),
            Column("price", _("Filled by"), value=lambda row: words.price(row.price)),
        ],
        filters=[
            Filter("recipient", _("Recipient"), apply=_of_recipient),
            Filter("specialty", _("Specialty"), "choice",
                   choices=[(code, words.specialty_name(code)) for code in held]),
            Filter("state", _("State"), "choice", choices=list(words.POST_STATES.items())),
        ],
        default_sort="recipient",
        key=lambda row: row.id,
        title=pgettext("scenario", "Posts"),
        empty=Empty(
            _("No post to fill"),
            _("Posts come from what the recipients ask for. Agreed posts whose time lies in the"
              " plan's months stand here once the scenario is computed."),
        ),
    )  # fmt: skip
    return list_page(request, scenario, "scenario-posts", pgettext("scenario", "Posts"), table)


def _kept(row: Any) -> str:
    return _("kept to") if row.kept else _("from the next run on")


@dataclass(frozen=True)
class PostPage:
    """A post in a scenario: who comes, and why it stays empty as far as it does."""

    title: str
    lead: str
    crumbs: Sequence[Crumb]
    example: bool
    state: Any
    tone: str
    needed: str
    mentor: str
    tours: Sequence[tuple[str, str, str]]
    why: Sequence[str]
    price: str
    best: PinOffer | None
    wish: WishPanel | None
    exclude_url: str
    post_url: str


@require_GET
def scenario_post(request: Request, id: UUID, post: UUID) -> HttpResponseBase:
    """Why does this post stay empty, and what would fill it?"""
    viewer = request.viewer
    scenario = access.get_scenario(viewer, id)
    summary = queries.scenario_summary(viewer, scenario, words.language())
    row = next((each for each in summary.posts if each.id == post), None)
    if row is None:
        raise not_visible()
    found = queries.why_this_post(viewer, scenario, post, words.language())
    first = scenario.plan.starts_on
    told = ""
    if found.best is not None:
        told = f"{found.best.person} · "
        told += words.span(first, found.best.start, found.best.months)
    may = access.may_edit_plan(viewer, scenario.plan) and scenario.plan.state == "draft"
    itself = scenario.plan.programme.posts.filter(pk=post).first() if may else None
    name = words.post_name(row)
    page = PostPage(
        title=f"{row.recipient} · {name}",
        lead=_("%(covered)s of %(needed)s months") % {
            "covered": amount(row.months_covered), "needed": amount(row.months_needed),
        },
        crumbs=scenario_way(scenario, name),
        example=scenario.plan.programme.example,
        state=words.POST_STATES[row.state],
        tone=words.POST_TONES[row.state],
        needed=_needed(row),
        mentor=_mentor(row),
        tours=[
            (f"{each.person} · {each.giver}", words.span(first, each.start, each.months),
             url("tour", each.id))
            for each in summary.tours if each.post_id == post
        ],
        why=[words.said(each) for each in found.reasons or row.reasons],
        price=words.price(row.price),
        best=offer(scenario, found.best, told),
        wish=wish_panel(request, scenario, post=itself) if itself else None,
        exclude_url=url("post-forbid", scenario.id, post) if may else "",
        post_url=outside("programmes:post", post),
    )  # fmt: skip
    return render(request, "planning/post.html", page)


def _ruling_months(scenario: Any, row: Any) -> str:
    if row.start is None:
        return pgettext("ruling", "at any time")
    first = scenario.plan.starts_on
    if row.months is None:
        return words.month(words.month_at(first, row.start))
    return words.span(first, row.start, row.months)


@require_GET
def rulings(request: Request, id: UUID) -> HttpResponseBase:
    """What was settled by hand?"""
    viewer = request.viewer
    scenario = access.get_scenario(viewer, id)
    if not access.may_edit_plan(viewer, scenario.plan):
        raise not_visible()
    summary = queries.scenario_summary(viewer, scenario, words.language())
    may = scenario.plan.state == "draft"
    columns = [
        Column("verb", pgettext("ruling", "What"), kind="badge", sort="verb",
               value=lambda row: words.RULINGS[row.verb],
               tone=lambda row: "ok" if row.verb == "pin" else "wrong"),
        Column("person", _("Expert"), sort="person",
               value=lambda row: row.person or pgettext("ruling", "anybody")),
        Column("recipient", _("Recipient"), sort="recipient",
               value=lambda row: row.recipient or pgettext("ruling", "anywhere")),
        Column("specialty", _("Post"), value=lambda row: words.specialty_name(row.specialty)
               if row.recipient else ""),
        Column("months", _("Months"), value=lambda row: _ruling_months(scenario, row)),
        Column("kept", _("In the plan as computed"), kind="badge", value=_kept,
               tone=lambda row: "ok" if row.kept else "wait"),
        Column("reason", _("Reason")),
    ]  # fmt: skip
    if may:
        columns.append(
            Column("lift", _("Lift"), value="id", template="planning/_lift.html", export=False)
        )
    table = Table(
        request,
        summary.rulings,
        columns,
        filters=[
            Filter("q", _("Expert or recipient"), paths=("person", "recipient")),
            Filter("verb", pgettext("ruling", "What"), "choice",
                   choices=list(words.RULINGS.items())),
        ],
        default_sort="recipient",
        key=lambda row: row.id,
        title=pgettext("scenario", "Pinned and forbidden"),
        empty=Empty(
            _("Nothing is settled by hand"),
            _("On the timeline a tour can be moved and pinned, or forbidden. Every later run keeps"
              " to it."),
            url("timeline", scenario.id), _("Timeline"),
        ),
    )  # fmt: skip
    return list_page(
        request, scenario, "rulings", pgettext("scenario", "Pinned and forbidden"), table,
        may_edit=may,
    )  # fmt: skip


def _days(span: Any) -> str:
    return period(*span) if span else ""


@require_GET
def changes(request: Request, id: UUID) -> HttpResponseBase:
    """What is other than in the scenario it was copied from?"""
    viewer = request.viewer
    scenario = access.get_scenario(viewer, id)
    rows = queries.scenario_changes(viewer, scenario, words.language())
    numbered = [{"place": place, "row": row} for place, row in enumerate(rows)]
    table = Table(
        request,
        numbered,
        [
            Column("kind", pgettext("tour", "Change"), kind="badge",
                   value=lambda one: words.CHANGES[one["row"].kind],
                   tone=lambda one: words.CHANGE_TONES[one["row"].kind]),
            Column("person", _("Expert"), value="row__person", sort="row__person"),
            Column("giver", _("Sends"), value="row__giver", sort="row__giver"),
            Column("recipient", _("Recipient"), value="row__recipient", sort="row__recipient"),
            Column("specialty", _("Specialty"),
                   value=lambda one: words.specialty_name(one["row"].specialty)),
            Column("before", _("Before"), value=lambda one: _days(one["row"].before)),
            Column("after", pgettext("tour", "Now"), value=lambda one: _days(one["row"].after)),
            Column("why", _("Why"), template="planning/_why.html",
                   value=lambda one: "\n".join(map(words.said, one["row"].why))),
        ],
        filters=[
            Filter("q", _("Expert, supporter or recipient"),
                   paths=("row__person", "row__giver", "row__recipient")),
            Filter("kind", pgettext("tour", "Change"), "choice", ("row__kind",),
                   choices=list(words.CHANGES.items())),
        ],
        default_sort="recipient",
        key=lambda one: f"{one['place']:06}",
        title=pgettext("scenario", "Changes"),
        empty=Empty(
            _("Nothing changed"), _("All tours are as they were before the last run."),
        ),
    )  # fmt: skip
    lead = _("Compared with the tours that stood before the last run.")
    if scenario.based_on is not None:
        lead = _("Compared with the tours that stood before the last run; copied from “%(name)s”.")
        lead %= {"name": scenario.based_on.name}
    return list_page(request, scenario, "changes", pgettext("scenario", "Changes"), table, lead)
