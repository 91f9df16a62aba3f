"""Pages of work plans: the list, the tree of goals, actions and indicators, its forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from jiedui.core.clock import today
from jiedui.core.errors import NotVisible
from jiedui.core.packs import vocabulary
from jiedui.programmes import access, actions
from jiedui.programmes.domain.plans import ACTION, BELOW, GOAL, INDICATOR
from jiedui.programmes.forms.plans import DoneForm, PlanForm, PlanItemForm
from jiedui.programmes.models import PlanItem, Programme, WorkPlan
from jiedui.programmes.queries import plans as queries
from jiedui.programmes.views.posts import crumbs_of
from jiedui.programmes.views.structure import Request
from jiedui.programmes.views.ties import days
from jiedui.web.pages import Crumb, Tab, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named, term

LEVELS = {
    GOAL: pgettext_lazy("plan", "Goal"),
    ACTION: pgettext_lazy("plan", "Action"),
    INDICATOR: pgettext_lazy("plan", "Indicator"),
}


def work_tabs(programme: Programme, current: str) -> list[Tab]:
    """Plans, meetings and tasks of one programme."""
    return [
        Tab(label, reverse(f"programmes:{name}", args=[programme.id]), name == current)
        for name, label in (
            ("plans", _("Work plans")),
            ("meetings", _("Meetings and visits")),
            ("tasks", _("Tasks")),
        )
    ]


@dataclass(frozen=True)
class ListPage:
    """A list of the programme's work, with its views."""

    title: str
    crumbs: Sequence[Crumb]
    programme: Programme
    table: Table
    tabs: Sequence[Tab]
    new_url: str
    new_label: str
    example: bool


def plan_url(plan: WorkPlan) -> str:
    """The page of a plan."""
    return reverse("programmes:plan", args=[plan.id])


@require_GET
def plan_list(request: Request, id: UUID) -> HttpResponseBase:
    """Which plans are there, and how far have they come?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    programme = access.get_programme(viewer, id)
    may = viewer.may("programmes.edit")
    new_url = reverse("programmes:plan-new", args=[programme.id]) if may else ""
    rows = access.visible_plans(viewer).filter(programme=programme).select_related("owner")
    table = Table(
        request,
        queries.with_progress(rows, today()),
        [
            Column("title", _("Work plan"), sort="title", url=plan_url),
            Column("owner", _("Whose plan it is"), value=lambda row: named(row.owner),
                   sort="owner__name"),
            Column("days", _("Days"), value=days, sort="valid_from"),
            Column("acts", pgettext("plan", "Actions"), kind="number", sort="acts"),
            Column("done", _("Done"), kind="number", sort="done"),
            Column("late", _("Overdue"), kind="number", sort="late"),
        ],
        filters=[
            Filter("q", pgettext("document", "Title"), paths=("title",)),
            Filter("owner", _("Whose plan it is"), paths=("owner__name", "owner__name_en")),
            Filter("actions", pgettext("plan", "Actions"), kind="choice",
                   choices=[("overdue", _("Overdue"))],
                   apply=lambda rows, _value: rows.filter(late__gt=0)),
        ],
        default_sort="title",
        title=_("Work plans"),
        empty=Empty(
            _("No work plan yet"),
            _("A plan says by which actions its goals are reached, and which need each goal"
              " answers."),
            new_url, _("New work plan"),
        ),
    )  # fmt: skip
    page = ListPage(
        _("Work plans"), crumbs_of(programme, Crumb(_("Work plans"))), programme, table,
        work_tabs(programme, "plans"), new_url, _("New work plan"), programme.example,
    )  # fmt: skip
    return render(request, "programmes/work.html", page)


@dataclass(frozen=True)
class Line:
    """An item of the plan as the page shows it."""

    item: PlanItem
    depth: int
    level: Any
    owner: str
    progress: str
    overdue: bool
    unproved: bool
    below_url: str
    below: str
    done_url: str
    # An indicator's measure by name, and what is asked of the figures for its value now.
    measure: str
    figure: str


@dataclass(frozen=True)
class PlanPage:
    """A plan as a tree."""

    title: str
    crumbs: Sequence[Crumb]
    programme: Programme
    example: bool
    plan: WorkPlan
    days: str
    lines: Sequence[Line]
    lead: str
    goal_url: str


def _below(level: str) -> str:
    return next((code for code, above in BELOW.items() if above == level), "")


def _line(
    plan: WorkPlan, found: queries.PlanLine, day: date, *, may: bool, reads_figures: bool
) -> Line:
    item, branch = found.item, found.branch
    below = _below(item.level)
    new = reverse("programmes:plan-item-new", args=[item.plan_id])
    return Line(
        item,
        branch.depth,
        LEVELS[item.level],
        named(item.owner),
        _("%(done)s of %(all)s done") % {"done": branch.done, "all": branch.actions}
        if item.level == GOAL
        else "",
        item.level == ACTION and bool(branch.overdue),
        item.level == GOAL and not item.evidence,
        f"{new}?below={item.id}" if may and below else "",
        pgettext("plan", "Add an action") if item.level == GOAL
        else pgettext("plan", "Add an indicator"),
        reverse("programmes:plan-item-done", args=[item.id])
        if may and item.level == ACTION
        else "",
        term(item.indicator, "measures") if item.indicator else "",
        _figure(plan, item.indicator) if reads_figures else "",
    )  # fmt: skip


def _figure(plan: WorkPlan, measure: str) -> str:
    """The question for an indicator's value: of its measure, at whose plan it is, since it began.

    Blank where the indicator is told in words of its own.
    """
    if measure not in vocabulary().tables.get("measures", {}):
        return ""
    asked = {
        "measure": measure,
        "receiver": plan.owner.name,
        "programme": plan.programme.code,
        "from": plan.valid_from.isoformat() if plan.valid_from else "",
    }
    return urlencode({key: value for key, value in asked.items() if value})


@require_GET
def plan_page(request: Request, id: UUID) -> HttpResponseBase:
    """Which goals, by which actions, and how far?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    plan = access.get_plan(viewer, id)
    may, day = access.may_edit(viewer, plan.owner_id), today()
    reads = viewer.may("figures.read")
    found = queries.plan_lines(plan, day)
    goals = [line.branch for line in found if line.branch.depth == 0]
    late = sum(goal.overdue for goal in goals)
    page = PlanPage(
        title=plan.title,
        crumbs=_way(plan),
        programme=plan.programme,
        example=plan.programme.example,
        plan=plan,
        days=days(plan),
        lines=[_line(plan, each, day, may=may, reads_figures=reads) for each in found],
        lead=_("%(done)s of %(all)s actions are done, %(late)s are overdue.")
        % {
            "done": sum(goal.done for goal in goals),
            "all": sum(goal.actions for goal in goals),
            "late": late,
        }
        if found
        else "",
        goal_url=reverse("programmes:plan-item-new", args=[plan.id]) if may else "",
    )
    return render(request, "programmes/plan.html", page)


def _way(plan: WorkPlan, *more: str) -> tuple[Crumb, ...]:
    return crumbs_of(
        plan.programme,
        Crumb(_("Work plans"), reverse("programmes:plans", args=[plan.programme_id])),
        Crumb(plan.title, plan_url(plan) if more else ""),
        *(Crumb(each) for each in more),
    )


def not_visible() -> NotVisible:
    """For who may not change it the page does not exist."""
    return NotVisible("not-visible", "This page does not exist or is not open to you.")


@require_http_methods(["GET", "POST"])
def plan_new(request: Request, id: UUID) -> HttpResponseBase:
    """Begin a work plan."""
    viewer = request.viewer
    viewer.must("programmes.edit")
    programme = access.get_programme(viewer, id)
    back = reverse("programmes:plans", args=[programme.id])

    def act(data: dict[str, Any]) -> str:
        return plan_url(actions.create_plan(by=viewer.user, programme=programme, **data))

    return submitted(
        request, PlanForm(viewer, programme, request.POST or None), act,
        title=_("New work plan"), submit=_("Begin"), done=_("The plan was begun."),
        intro=_("Goals come first, then the actions that reach them."), cancel_url=back,
        crumbs=crumbs_of(programme, Crumb(_("Work plans"), back), Crumb(_("New work plan"))),
        example=programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def plan_item_new(request: Request, id: UUID) -> HttpResponseBase:
    """Add a goal, or what stands below the item that ``below`` names."""
    viewer = request.viewer
    plan = access.get_plan(viewer, id)
    if not access.may_edit(viewer, plan.owner_id):
        raise not_visible()
    parent, level = None, GOAL
    if named_below := request.GET.get("below", ""):
        try:
            parent = access.get_plan_item(viewer, UUID(named_below))
        except ValueError:
            raise not_visible() from None
        level = _below(parent.level)
        if parent.plan_id != plan.id or not level:
            raise not_visible()
    title = _("Add to the plan: %(level)s") % {"level": str(LEVELS[level])}

    def act(data: dict[str, Any]) -> str:
        actions.add_plan_item(by=viewer.user, plan=plan, level=level, parent=parent, **data)
        return plan_url(plan)

    return submitted(
        request, PlanItemForm(viewer, plan.programme, level, request.POST or None), act,
        title=title, submit=_("Add"), done=_("It was added."),
        intro=parent.title if parent else _("A goal names the need that it answers."),
        cancel_url=plan_url(plan), crumbs=_way(plan, title), example=plan.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def plan_item_done(request: Request, id: UUID) -> HttpResponseBase:
    """Say whether and when an action was done."""
    viewer = request.viewer
    item = access.get_plan_item(viewer, id)
    bodies = [body for body in (item.plan.owner_id, item.owner_id) if body]
    if not access.may_edit(viewer, *bodies):
        raise not_visible()

    def act(data: dict[str, Any]) -> str:
        actions.finish_plan_item(by=viewer.user, item=item, on=data["on"])
        return plan_url(item.plan)

    return submitted(
        request, DoneForm(request.POST or None, initial={"on": item.done_on or today()}), act,
        title=_("Is it done?"), submit=_("Save"), done=_("It was saved."), intro=item.title,
        cancel_url=plan_url(item.plan), crumbs=_way(item.plan, item.title),
        example=item.plan.programme.example,
    )  # fmt: skip
