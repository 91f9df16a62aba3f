"""Pages of dispatch plans: the list, one plan on a screen, its forms and its steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from jiedui.core.clock import today
from jiedui.planning import access, actions, queries
from jiedui.planning.forms.candidates import ReasonForm
from jiedui.planning.forms.plans import UNITS, PlanForm
from jiedui.planning.views import words
from jiedui.planning.views.base import (
    Request,
    not_visible,
    outside,
    plan_tabs,
    plan_way,
    url,
)
from jiedui.planning.views.comparison import ComparisonTable, compared
from jiedui.planning.views.parts import Part, part_of
from jiedui.planning.views.results import ResultPanel, panel_of
from jiedui.planning.views.scenarios import RunPanel, run_panel
from jiedui.programmes.access import visible_programmes
from jiedui.web.pages import Crumb, Tab, form_page, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named

if TYPE_CHECKING:
    from jiedui.planning.models import DispatchPlan
    from jiedui.planning.queries import PlanOverview, RuleLine, ScenarioCard


@dataclass(frozen=True)
class ListPage:
    """The plans in sight."""

    title: str
    lead: str
    table: Table
    new_url: str
    crumbs: Sequence[Crumb] = ()


def _months(row: Any) -> str:
    return words.span(row.starts_on, 0, row.months)


def _programmes(request: Request) -> list[tuple[str, str]]:
    rows = visible_programmes(request.viewer).order_by("name", "id")
    return [(str(row.id), named(row)) for row in rows]


@require_GET
def plan_list(request: Request) -> HttpResponseBase:
    """Which plans are there, and what waits for whom?"""
    viewer = request.viewer
    viewer.must("planning.read")
    new_url = url("plan-new") if access.may_make_plans(viewer) else ""
    table = Table(
        request,
        queries.plans_of(viewer),
        [
            Column("name", pgettext("dispatch plan", "Plan"), sort="name",
                   url=lambda row: url("plan", row.id)),
            Column("programme", _("Programme"), value=lambda row: named(row.programme),
                   sort="programme__name"),
            Column("area", _("For the recipients of"), value=lambda row: named(row.area)
                   if row.area else _("the whole programme")),
            Column("starts_on", _("Months planned"), value=_months, sort="starts_on"),
            Column("scenarios", _("Scenarios"), kind="number", value="scenario_count"),
            Column("consents", _("Consents"), value=lambda row: f"{row.given} / {row.asked}"
                   if row.asked else ""),
            Column("state", _("State"), kind="badge", sort="state",
                   value=lambda row: words.PLAN_STATES[row.state],
                   tone=lambda row: words.PLAN_TONES.get(row.state, "plain")),
            Column("reason", _("Reason"), shown=False),
        ],
        filters=[
            Filter("q", pgettext("dispatch plan", "Plan"), paths=("name",)),
            Filter("programme", _("Programme"), "choice", ["programme_id"],
                   lambda: _programmes(request)),
            Filter("state", _("State"), "choice", choices=list(words.PLAN_STATES.items())),
            Filter("from", _("First month"), "dates", ("starts_on",)),
        ],
        default_sort="-starts_on",
        title=_("Dispatch plans"),
        empty=Empty(
            _("No dispatch plan yet"),
            _("A plan says for some months who goes to which post. It is worked out from the"
              " posts that recipients ask for and the candidates of the supporters."),
            new_url, _("New plan"),
        )
        if new_url
        else Empty(
            _("No dispatch plan yet"),
            _("Once a coordinator hands in a plan with people from or to you, it stands here"
              " for your consent."),
        ),
    )  # fmt: skip
    page = ListPage(
        _("Dispatch plans"),
        _("Who goes where, when and for how long – and what stays uncovered, why, and at what"
          " cost."),
        table, new_url,
    )  # fmt: skip
    return render(request, "planning/plans.html", page)


def _form_page(
    request: Request, form: PlanForm, act: Any, title: str, done: str, back: str, crumbs: Any
) -> HttpResponseBase:
    """The form of a plan, its rules in a fold."""
    if request.method == "POST":
        answer = submitted(
            request, form, act, title=title, submit=_("Save"), done=done, cancel_url=back
        )
        if not form.errors:
            return answer
    return form_page(
        request, title=title, form=form, submit=_("Save"), cancel_url=back, crumbs=crumbs,
        intro=_("Posts, pairings and candidates are taken as they stand when a scenario is"
                " computed."),
        template="planning/plan_form.html",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def plan_new(request: Request) -> HttpResponseBase:
    """Begin a plan."""
    viewer = request.viewer
    viewer.must("planning.edit")
    first = words.month_at(today(), 1)
    form = PlanForm(
        viewer, request.POST or None,
        initial={"programme": request.GET.get("programme", ""), "starts_on": first},
    )  # fmt: skip

    def act(data: dict[str, Any]) -> str:
        return url("plan", actions.create_dispatch_plan(by=viewer.user, **data).id)

    title = _("New plan")
    return _form_page(
        request, form, act, title, _("The plan was begun. Now make a first scenario."),
        url("plans"), (Crumb(_("Dispatch plans"), url("plans")), Crumb(title)),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def plan_edit(request: Request, id: UUID) -> HttpResponseBase:
    """Change a draft's name, months and rules."""
    viewer = request.viewer
    plan = access.get_dispatch_plan(viewer, id)
    if not access.may_edit_plan(viewer, plan):
        raise not_visible()
    known = {"name": plan.name, "starts_on": plan.starts_on, "months": plan.months}
    known |= queries.own_rules(plan)
    known["requested"] = queries.counts_requested(plan)
    form = PlanForm(viewer, request.POST or None, plan=plan, initial=known)

    def act(data: dict[str, Any]) -> str:
        actions.edit_dispatch_plan(by=viewer.user, plan=plan, **data)
        return url("plan", plan.id)

    return _form_page(
        request, form, act, _("Change the plan"), _("It was saved."), url("plan", plan.id),
        plan_way(plan, _("Change the plan")),
    )  # fmt: skip


@dataclass(frozen=True)
class Advice:
    """What to do next, for who has never planned before."""

    text: str
    url: str = ""
    action: str = ""


@dataclass(frozen=True)
class PlanPage:
    """A plan: what its leading scenario does, the scenarios side by side, what comes next."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    plan: DispatchPlan
    state: Any
    tone: str
    about: str
    overview: PlanOverview
    panel: ResultPanel | None
    leading: ScenarioCard | None
    leading_url: str
    comparison: ComparisonTable | None
    runs: Sequence[RunPanel]
    tabs: Sequence[Tab]
    remarks: Sequence[str]
    rules: Sequence[tuple[RuleLine, Any]]
    advice: Advice | None
    part: Part | None

    @property
    def table(self) -> Table | None:
        """The list of the part, so that it can be had as a file."""
        return self.part.table if self.part else None


def _leading(overview: PlanOverview, asked: str) -> ScenarioCard | None:
    """The scenario to show: the one asked for, the chosen one, else the best computed."""
    with_plan = [(card, card.result) for card in overview.scenarios if card.result is not None]
    for card, _result in with_plan:
        if str(card.id) == asked:
            return card
    chosen = [card for card, _result in with_plan if card.chosen]
    best = sorted(with_plan, key=lambda pair: pair[1].coverage or 0, reverse=True)
    return next(iter([*chosen, *(card for card, _result in best)]), None)


def _about(plan: DispatchPlan, overview: PlanOverview) -> str:
    return " · ".join(
        (
            named(plan.programme),
            overview.area or _("the whole programme"),
            words.span(plan.starts_on, 0, plan.months),
            ngettext("%(n)s post", "%(n)s posts", overview.posts) % {"n": overview.posts},
            ngettext("%(n)s candidate", "%(n)s candidates", overview.candidates)
            % {"n": overview.candidates},
        )
    )


def _advice(
    plan: DispatchPlan, overview: PlanOverview, leading: ScenarioCard | None
) -> Advice | None:
    """The one thing to do next."""
    if not overview.may_edit:
        return None
    waiting = sum(line.answer == "asked" for line in overview.consents)
    if plan.state == "submitted":
        told = ngettext(
            "%(n)s consent is still waited for.", "%(n)s consents are still waited for.", waiting
        ) % {"n": waiting}
        return Advice(told, url("consents", plan.id), _("See who has not answered"))
    if plan.state == "approved":
        return Advice(_("All have consented. Adopt the plan to open the nominations."))
    if plan.state == "adopted" and overview.unopened:
        told = ngettext(
            "%(n)s tour could not be opened.",
            "%(n)s tours could not be opened.",
            len(overview.unopened),
        ) % {"n": len(overview.unopened)}
        return Advice(told, url("adoption", plan.id), _("See why"))
    if plan.state != "draft":
        return None
    if not overview.posts:
        return Advice(
            _("No agreed post lies in these months. Agree posts first, or let those asked for"
              " count."),
            outside("programmes:posts", plan.programme_id), _("Posts of the programme"),
        )  # fmt: skip
    if not overview.candidates:
        return Advice(
            _("Nobody can be sent yet. Ask the supporters to enter their candidates."),
            url("candidates"), _("Candidates"),
        )  # fmt: skip
    if overview.scenarios and leading is None and not any(c.running for c in overview.scenarios):
        return Advice(
            _("Open a scenario and compute it: then it stands here what is covered and what is"
              " not."),
            url("scenario", overview.scenarios[0].id), _("Open the scenario"),
        )  # fmt: skip
    if leading is not None:
        return Advice(
            _("Look at the timeline, pin or forbid what you know better, copy a scenario to try"
              " something else. Hand in the one that is to be done."),
        )  # fmt: skip
    return None


@require_GET
def plan_page(request: Request, id: UUID) -> HttpResponseBase:
    """What is covered, what is not, why, at what cost?"""
    viewer = request.viewer
    plan = access.get_dispatch_plan(viewer, id)
    overview = queries.plan_overview(viewer, plan, words.language())
    whole = access.sees_whole(viewer, plan)
    leading = _leading(overview, request.GET.get("scenario", ""))
    shown = leading.id if leading else plan.chosen_id
    panel, part = None, None
    if shown is not None:
        scenario = access.get_scenario(viewer, shown)
        summary = queries.scenario_summary(viewer, scenario, words.language())
        if whole:
            panel = panel_of(summary)
        else:
            part = part_of(request, overview.consents, summary)
    page = PlanPage(
        title=plan.name,
        crumbs=plan_way(plan),
        example=plan.programme.example,
        plan=plan,
        state=words.PLAN_STATES[plan.state],
        tone=words.PLAN_TONES.get(plan.state, "plain"),
        about=_about(plan, overview),
        overview=overview,
        panel=panel,
        leading=leading,
        leading_url=url("scenario", leading.id) if leading else "",
        comparison=compared(viewer, plan, overview, leading) if whole else None,
        runs=_runs(request, plan, overview) if whole else (),
        tabs=plan_tabs(plan, "plan", whole=whole),
        remarks=[words.remark(each) for each in overview.remarks],
        rules=[(rule, UNITS.get(rule.unit, "")) for rule in overview.rules] if whole else (),
        advice=_advice(plan, overview, leading),
        part=part,
    )
    return render(request, "planning/plan.html", page)


def _runs(request: Request, plan: DispatchPlan, overview: PlanOverview) -> list[RunPanel]:
    """What is being computed now."""
    going = {card.id for card in overview.scenarios if card.running}
    return (
        [
            run_panel(row, queries.run_progress(request.viewer, row), may_cancel=overview.may_edit)
            for row in plan.scenarios.filter(id__in=going)
        ]
        if going
        else []
    )


STEPS = ("recall", "abandon")


@require_http_methods(["GET", "POST"])
def plan_step(request: Request, id: UUID, verb: str) -> HttpResponseBase:
    """Take a plan back, or abandon it."""
    viewer = request.viewer
    plan = access.get_dispatch_plan(viewer, id)
    if verb not in STEPS or not access.may_edit_plan(viewer, plan):
        raise not_visible()
    act = {"recall": actions.recall_plan, "abandon": actions.abandon_plan}[verb]

    def take(data: dict[str, Any]) -> str:
        act(by=viewer.user, plan=plan, reason=data["reason"])
        return url("plan", plan.id)

    recalls = verb == "recall"
    title = _("Take the plan back") if recalls else _("Abandon the plan")
    return submitted(
        request, ReasonForm(request.POST or None, needed=not recalls), take, title=title,
        submit=_("Take back") if recalls else _("Abandon"),
        done=_("The plan is a draft again.") if recalls else _("The plan was abandoned."),
        intro=_("Consents given so far fall away; they are asked for anew when the plan is handed"
                " in again.") if recalls
        else _("It stays to be read and can no longer be changed or handed in."),
        cancel_url=url("plan", plan.id), crumbs=plan_way(plan, title),
        tone="" if recalls else "wrong", example=plan.programme.example,
    )  # fmt: skip
