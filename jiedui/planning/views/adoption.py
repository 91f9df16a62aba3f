"""Adopting a plan: what it will open, what was opened, and what could not be and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from jiedui.core.checking import taken
from jiedui.core.errors import InvalidState
from jiedui.planning import access, actions, queries
from jiedui.planning.domain.states import ADOPTED, PLAN_STATES
from jiedui.planning.views import words
from jiedui.planning.views.base import (
    Request,
    not_visible,
    outside,
    plan_tabs,
    plan_way,
    url,
)
from jiedui.web.forms import sentence
from jiedui.web.pages import Crumb, Tab, render
from jiedui.web.tables import Column, Empty, Filter, Table

if TYPE_CHECKING:
    from jiedui.planning.models import DispatchPlan


@dataclass(frozen=True)
class ConfirmPage:
    """A step that is only confirmed: what will happen, and the verb."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    intro: Sequence[str]
    submit: str
    cancel_url: str


@require_http_methods(["GET", "POST"])
def plan_adopt(request: Request, id: UUID) -> HttpResponseBase:
    """Open the postings of a plan to which all have consented."""
    viewer = request.viewer
    plan = access.get_dispatch_plan(viewer, id)
    if not access.may_edit_plan(viewer, plan):
        raise not_visible()
    if request.method == "POST":
        return _adopt(request, plan)
    tours = plan.chosen.tours.filter(posting=None).count() if plan.chosen else 0
    if plan.state == ADOPTED and not tours:
        return redirect("planning:adoption", id=plan.id)
    if plan.state != ADOPTED:
        try:
            taken(PLAN_STATES, plan.state, "adopt")
        except InvalidState as refused:
            messages.error(request, sentence(refused))
            return redirect("planning:plan", id=plan.id)
    page = ConfirmPage(
        _("Adopt the plan"), plan_way(plan, _("Adopt the plan")), plan.programme.example,
        (
            ngettext(
                "A nomination is opened for %(n)s tour.",
                "A nomination is opened for each of %(n)s tours.",
                tours,
            ) % {"n": tours},
            _("From there they go their usual way: screened, approved, arrived. What cannot be"
              " opened is listed with its reason and can be tried again; nothing is opened"
              " twice."),
        ),
        _("Adopt"), url("plan", plan.id),
    )  # fmt: skip
    return render(request, "planning/confirm.html", page)


def _adopt(request: Request, plan: DispatchPlan) -> HttpResponseBase:
    try:
        done = actions.adopt_plan(by=request.viewer.user, plan=plan)
    except InvalidState as refused:
        messages.error(request, sentence(refused))
        return redirect("planning:plan", id=plan.id)
    said = _("Opened: %(opened)s, already there: %(standing)s, not possible: %(refused)s.")
    messages.success(
        request,
        said % {"opened": done.opened, "standing": done.standing, "refused": len(done.refused)},
    )
    return redirect("planning:adoption", id=plan.id)


@dataclass(frozen=True)
class AdoptionPage:
    """Each tour of an adopted plan with its posting, or why there is none."""

    title: str
    lead: str
    crumbs: Sequence[Crumb]
    example: bool
    plan: DispatchPlan
    table: Table
    tabs: Sequence[Tab]
    retry: bool


def _state(row: Any) -> str:
    return "opened" if row.posting_id else "refused"


OPENED: dict[str, Any] = {
    "opened": pgettext_lazy("tour", "Opened"),
    "refused": pgettext_lazy("tour", "Not opened"),
}


@require_GET
def adoption(request: Request, id: UUID) -> HttpResponseBase:
    """Which tours became postings, and which could not?"""
    viewer = request.viewer
    plan = access.get_dispatch_plan(viewer, id)
    if plan.state != "adopted" or plan.chosen is None:
        raise not_visible()
    scenario = access.get_scenario(viewer, plan.chosen.id)
    summary = queries.scenario_summary(viewer, scenario, words.language())
    overview = queries.plan_overview(viewer, plan, words.language())
    why = {each.tour_id: words.said(each.reason) for each in overview.unopened}
    left = sum(row.posting_id is None for row in summary.tours)
    opened = len(summary.tours) - left
    table = Table(
        request,
        summary.tours,
        [
            Column("person", _("Expert"), sort="person",
                   url=lambda row: outside("programmes:posting", row.posting_id)
                   if row.posting_id else ""),
            Column("giver", _("Sends"), sort="giver"),
            Column("recipient", _("Recipient"), sort="recipient"),
            Column("specialty", _("Specialty"),
                   value=lambda row: words.specialty_name(row.specialty)),
            Column("first_day", _("First day"), kind="day", sort="first_day"),
            Column("last_day", _("Last day"), kind="day"),
            Column("state", _("State"), kind="badge", value=lambda row: OPENED[_state(row)],
                   tone=lambda row: "ok" if row.posting_id else "wrong"),
            Column("why", _("Why not"),
                   value=lambda row: why.get(row.id) or words.said(row.refusal)),
        ],
        filters=[
            Filter("q", _("Expert, supporter or recipient"),
                   paths=("person", "giver", "recipient")),
            Filter("state", _("State"), "choice",
                   choices=list(OPENED.items()),
                   apply=lambda rows, code: [row for row in rows if _state(row) == code]),
        ],
        default_sort="first_day",
        key=lambda row: row.id,
        title=_("Postings opened"),
        empty=Empty(_("This plan holds no tour"), _("Nobody was to be sent.")),
    )  # fmt: skip
    page = AdoptionPage(
        _("Postings opened"),
        _("%(opened)s of %(all)s tours are open as nominations; %(left)s could not be opened.")
        % {"opened": opened, "all": len(summary.tours), "left": left},
        plan_way(plan, _("Postings opened")), plan.programme.example, plan, table,
        plan_tabs(plan, "adoption", whole=summary.whole),
        bool(left) and "retry" in overview.verbs,
    )  # fmt: skip
    return render(request, "planning/adoption.html", page)
