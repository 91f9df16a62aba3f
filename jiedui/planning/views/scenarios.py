"""Pages of a scenario: its screen, its run with progress, its forms, handing it in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.planning import access, actions, queries, tasks
from jiedui.planning.forms.plans import CopyForm, ScenarioForm, StepsForm
from jiedui.planning.views import words
from jiedui.planning.views.adoption import ConfirmPage
from jiedui.planning.views.base import (
    Request,
    not_visible,
    plan_way,
    scenario_tabs,
    scenario_way,
    url,
)
from jiedui.planning.views.results import ResultPanel, panel_of
from jiedui.web.forms import sentence
from jiedui.web.pages import Crumb, Tab, render
from jiedui.web.submitting import submitted

if TYPE_CHECKING:
    from jiedui.planning.models import Scenario
    from jiedui.planning.queries import RunProgress, ScenarioCard


@dataclass(frozen=True)
class RunPanel:
    """How far the computing is, for the fragment that asks for itself again."""

    id: UUID
    name: str
    state: str
    stage: str
    gap: str
    time: str
    share: float
    running: bool
    error: str
    may_cancel: bool
    tone: str = ""
    """Of the badge above, where the fragment alone is asked for and has to bring it."""


@dataclass(frozen=True)
class ScenarioPage:
    """A scenario on one screen."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    scenario: Scenario
    card: ScenarioCard
    state: Any
    tone: str
    about: str
    panel: ResultPanel | None
    run: RunPanel
    tabs: Sequence[Tab]
    may_edit: bool
    changes: int
    conflicts: Sequence[Sequence[str]]
    """Of what is pinned, where a run failed for it."""


def run_panel(scenario: Scenario, found: RunProgress, *, may_cancel: bool) -> RunPanel:
    """The run in words."""
    return RunPanel(
        scenario.id,
        scenario.name,
        str(words.RUN_STATES[found.state]),
        _(found.stage) if found.stage else "",
        words.at_most(found.gap, found.kept)
        if found.gap is not None else _("no plan yet to measure"),
        _("%(seconds)s of %(limit)s s")
        % {"seconds": f"{found.seconds or 0:.0f}", "limit": f"{found.limit or 0:.0f}"}
        if found.work_limit is None
        else _("%(work)s of %(limit)s steps") % {"work": found.work, "limit": found.work_limit},
        found.share,
        found.running,
        words.said(found.error),
        may_cancel and found.running and not scenario.stopping,
    )  # fmt: skip


def about(card: ScenarioCard) -> str:
    """What a scenario asks, in a line."""
    told = [_("Budget %(budget)s") % {"budget": words.money(card.budget)}]
    if card.floor:
        told.append(_("the worst-off recipients first"))
    if card.based_on:
        told.append(_("copied from %(name)s") % {"name": card.based_on})
    return " · ".join(told)


@require_GET
def scenario_page(request: Request, id: UUID) -> HttpResponseBase:
    """What does this scenario cover, what not, why, and at what cost?"""
    viewer = request.viewer
    scenario = access.get_scenario(viewer, id)
    summary = queries.scenario_summary(viewer, scenario, words.language())
    may = access.may_edit_plan(viewer, scenario.plan) and scenario.plan.state == "draft"
    progress = queries.run_progress(viewer, scenario)
    conflicts: tuple[tuple[queries.Reason, ...], ...] = ()
    if may and progress.error is not None and progress.error.code == "pins-impossible":
        conflicts = queries.pin_conflicts(viewer, scenario, words.language())
    page = ScenarioPage(
        title=scenario.name,
        crumbs=scenario_way(scenario),
        example=scenario.plan.programme.example,
        scenario=scenario,
        card=summary.card,
        state=words.RUN_STATES[scenario.state],
        tone=words.RUN_TONES.get(scenario.state, "plain"),
        about=about(summary.card),
        panel=panel_of(summary, may_repeat=may and bool(scenario.problem)),
        run=run_panel(scenario, progress, may_cancel=may),
        tabs=scenario_tabs(viewer, scenario, "scenario"),
        may_edit=may,
        changes=len(summary.changes),
        conflicts=words.groups(conflicts),
    )
    return render(request, "planning/scenario.html", page)


@require_GET
def scenario_progress(request: Request, id: UUID) -> HttpResponseBase:
    """How far the run is; when it ends the whole page is asked for again."""
    viewer = request.viewer
    scenario = access.get_scenario(viewer, id)
    found = queries.run_progress(viewer, scenario)
    if not found.running:
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    panel = run_panel(
        scenario, found, may_cancel=access.may_edit_plan(viewer, scenario.plan)
    )  # fmt: skip
    return render(
        request, "planning/_run.html", replace(panel, tone=words.RUN_TONES[found.state])
    )  # fmt: skip


def editable(request: Request, id: UUID) -> Scenario:
    """The scenario, for who may change its plan."""
    scenario = access.get_scenario(request.viewer, id)
    if not access.may_edit_plan(request.viewer, scenario.plan):
        raise not_visible()
    return scenario


def taken(request: Request, act: Callable[[], object], done: str) -> None:
    """Do it, and say what came of it."""
    try:
        act()
    except (InvalidState, InvalidInput) as refused:
        messages.error(request, sentence(refused))
    else:
        if done:
            messages.success(request, done)


def back_to(request: Request, fallback: str) -> HttpResponseBase:
    """To the page of this plan that the form names, or to the fallback."""
    asked = request.POST.get("next", "")
    inside = asked.startswith("/planning/") and "\\" not in asked and len(asked) < 400
    return redirect(asked if inside else fallback)


@require_POST
def scenario_run(request: Request, id: UUID) -> HttpResponseBase:
    """Have it computed in the background."""
    scenario = editable(request, id)
    fresh, repeat = (request.POST.get(name) == "1" for name in ("fresh", "repeat"))
    taken(
        request,
        lambda: tasks.start(by=request.viewer.user, scenario=scenario, fresh=fresh, repeat=repeat),
        _("Computing has begun; you can go on working meanwhile."),
    )
    return back_to(request, url("scenario", scenario.id))


@require_http_methods(["GET", "POST"])
def scenario_steps(request: Request, id: UUID) -> HttpResponseBase:
    """Have it computed with so many steps of work: who has a plan's steps finds it again."""
    scenario = editable(request, id)

    def act(data: dict[str, Any]) -> str:
        tasks.start(by=request.viewer.user, scenario=scenario, **data)
        return url("scenario", scenario.id)

    title = _("Compute with given steps")
    return submitted(
        request, StepsForm(request.POST or None, initial=StepsForm.of(scenario)), act,
        title=title, submit=_("Compute"),
        done=_("Computing has begun; you can go on working meanwhile."),
        intro=_("The clock does not end this search. The same data, the same starting number and"
                " as many steps find the same plan on any machine."),
        cancel_url=url("scenario", scenario.id), crumbs=scenario_way(scenario, title),
        example=scenario.plan.programme.example,
    )  # fmt: skip


@require_POST
def scenario_cancel(request: Request, id: UUID) -> HttpResponseBase:
    """Stop the run; the best plan so far stays."""
    scenario = editable(request, id)
    taken(
        request,
        lambda: actions.cancel_run(by=request.viewer.user, scenario=scenario),
        _("It stops at the next step and keeps the best plan so far."),
    )
    return back_to(request, url("scenario", scenario.id))


@require_http_methods(["GET", "POST"])
def scenario_new(request: Request, id: UUID) -> HttpResponseBase:
    """Make a scenario of a plan."""
    viewer = request.viewer
    plan = access.get_dispatch_plan(viewer, id)
    if not access.may_edit_plan(viewer, plan):
        raise not_visible()
    count = plan.scenarios.count()
    first = _("Scenario %(n)s") % {"n": count + 1}

    def act(data: dict[str, Any]) -> str:
        made = actions.create_scenario(by=viewer.user, plan=plan, **data)
        if request.POST.get("run") == "1":
            tasks.start(by=viewer.user, scenario=made)
        return url("scenario", made.id)

    return submitted(
        request, ScenarioForm(request.POST or None, initial={"name": first}), act,
        title=_("New scenario"), submit=_("Make"),
        done=_("The scenario was made. Compute it to see what it covers."),
        intro=_("Make several with different budgets and compare them side by side."),
        cancel_url=url("plan", plan.id), crumbs=plan_way(plan, _("New scenario")),
        example=plan.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def scenario_edit(request: Request, id: UUID) -> HttpResponseBase:
    """Change budget, search and name."""
    scenario = editable(request, id)

    def act(data: dict[str, Any]) -> str:
        actions.edit_scenario(by=request.viewer.user, scenario=scenario, **data)
        return url("scenario", scenario.id)

    return submitted(
        request, ScenarioForm(request.POST or None, initial=ScenarioForm.of(scenario)), act,
        title=_("Change the scenario"), submit=_("Save"), done=_("It was saved."),
        intro=_("What was computed before stays until it is computed anew."),
        cancel_url=url("scenario", scenario.id),
        crumbs=scenario_way(scenario, _("Change the scenario")),
        example=scenario.plan.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def scenario_copy(request: Request, id: UUID) -> HttpResponseBase:
    """Copy a scenario, to change the copy."""
    scenario = editable(request, id)

    def act(data: dict[str, Any]) -> str:
        made = actions.copy_scenario(by=request.viewer.user, scenario=scenario, **data)
        return url("scenario", made.id)

    name = pgettext("scenario", "%(name)s, copy") % {"name": scenario.name[:100]}
    return submitted(
        request, CopyForm(request.POST or None, initial={"name": name}), act,
        title=_("Copy the scenario"), submit=_("Copy"), done=_("The copy was made."),
        intro=_("What is pinned and forbidden goes along. Computed anew, the copy keeps as many"
                " tours as it can and lists what changed."),
        cancel_url=url("scenario", scenario.id),
        crumbs=scenario_way(scenario, _("Copy the scenario")),
        example=scenario.plan.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def scenario_submit(request: Request, id: UUID) -> HttpResponseBase:
    """Hand the plan in with this scenario: every organisation of it is asked."""
    scenario = editable(request, id)
    plan = scenario.plan
    if request.method == "POST":
        try:
            actions.submit_plan(by=request.viewer.user, plan=plan, scenario=scenario)
        except (InvalidState, InvalidInput) as refused:
            messages.error(request, sentence(refused))
            return redirect("planning:scenario", id=scenario.id)
        messages.success(request, _("The plan was handed in; consents are asked for."))
        return redirect("planning:consents", id=plan.id)
    rows = scenario.tours.values_list("candidate__giver_id", "post__receiver_id")
    bodies = {(side, id) for pair in rows for side, id in zip("gr", pair, strict=True)}
    title = _("Hand the plan in")
    page = ConfirmPage(
        title, scenario_way(scenario, title), plan.programme.example,
        (
            _("The plan is handed in with “%(scenario)s”.") % {"scenario": scenario.name},
            ngettext(
                "%(n)s consent is asked for: of every organisation that sends or receives, each"
                " for its own part. Each sees only what concerns it.",
                "%(n)s consents are asked for: of every organisation that sends or receives, each"
                " for its own part. Each sees only what concerns it.",
                len(bodies),
            ) % {"n": len(bodies)},
            _("Until all have answered it can be taken back; a refusal makes it a draft again."),
        ),
        _("Hand in"), url("scenario", scenario.id),
    )  # fmt: skip
    return render(request, "planning/confirm.html", page)


@require_http_methods(["GET", "POST"])
def scenario_drop(request: Request, id: UUID) -> HttpResponseBase:
    """Remove a scenario that nobody needs."""
    scenario = editable(request, id)
    plan = scenario.plan
    if request.method == "POST":
        try:
            actions.drop_scenario(by=request.viewer.user, scenario=scenario)
        except (InvalidState, InvalidInput) as refused:
            messages.error(request, sentence(refused))
            return redirect("planning:scenario", id=scenario.id)
        messages.success(request, _("The scenario was removed."))
        return redirect("planning:plan", id=plan.id)
    title = _("Remove the scenario")
    page = ConfirmPage(
        title, scenario_way(scenario, title), plan.programme.example,
        (_("“%(name)s” is removed with its tours and everything pinned in it. The plan and its"
           " other scenarios stay.") % {"name": scenario.name},),
        _("Remove"), url("scenario", scenario.id),
    )  # fmt: skip
    return render(request, "planning/confirm.html", page)
