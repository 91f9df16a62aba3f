"""What all pages of plans share: the request, the way back, the tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jiedui.accounts.permissions import Viewer
from jiedui.core.errors import NotVisible
from jiedui.planning import access
from jiedui.web.pages import Crumb, Tab

if TYPE_CHECKING:
    from jiedui.planning.models import DispatchPlan, Scenario


class Request(HttpRequest):
    """A request as the middleware hands it on: with its viewer."""

    viewer: Viewer


def url(name: str, *args: object) -> str:
    """The address of a page of plans."""
    return reverse(f"planning:{name}", args=args)


def outside(name: str, *args: object) -> str:
    """The address of a page of another room, or blank where there is none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def not_visible() -> NotVisible:
    """For who may not do it the page does not exist."""
    return NotVisible("not-visible", "This page does not exist or is not open to you.")


def plan_way(plan: DispatchPlan, *labels: str) -> tuple[Crumb, ...]:
    """The way back to the plan, and to what follows it."""
    own = Crumb(plan.name, url("plan", plan.id) if labels else "")
    return (Crumb(_("Dispatch plans"), url("plans")), own, *(Crumb(each) for each in labels))


def scenario_way(scenario: Scenario, *labels: str) -> tuple[Crumb, ...]:
    """The way back to the scenario, and to what follows it."""
    plan = scenario.plan
    own = Crumb(scenario.name, url("scenario", scenario.id) if labels else "")
    return (
        Crumb(_("Dispatch plans"), url("plans")),
        Crumb(plan.name, url("plan", plan.id)),
        own,
        *(Crumb(each) for each in labels),
    )


def tabs_of(id: UUID, current: str, names: list[tuple[str, str, int | None]]) -> list[Tab]:
    """Views of one thing as tabs."""
    return [Tab(label, url(name, id), name == current, count) for name, label, count in names]


def scenario_tabs(viewer: Viewer, scenario: Scenario, current: str) -> list[Tab]:
    """The views of a scenario."""
    names: list[tuple[str, str, int | None]] = [
        ("scenario", pgettext("scenario", "Overview"), None),
        ("timeline", _("Timeline"), None),
        ("tours", pgettext("scenario", "Who goes where"), None),
        ("scenario-posts", pgettext("scenario", "Posts"), None),
    ]
    if access.may_edit_plan(viewer, scenario.plan):
        names.append(("at-home", pgettext("scenario", "Who stays at home"), None))
        names.append(("rulings", pgettext("scenario", "Pinned and forbidden"), None))
    if scenario.based_on_id or scenario.result.get("changes"):
        names.append(("changes", pgettext("scenario", "Changes"), None))
    return tabs_of(scenario.id, current, names)


def plan_tabs(plan: DispatchPlan, current: str, *, whole: bool) -> list[Tab]:
    """The views of a plan."""
    names = [("plan", pgettext("dispatch plan", "Plan"))]
    if plan.state in ("submitted", "approved", "adopted"):
        names.append(("consents", _("Consents")))
    if plan.state in ("approved", "adopted"):
        names.append(("letters", _("Letters")))
    if plan.state == "adopted" and whole:
        names.append(("adoption", _("Postings opened")))
    return [Tab(label, url(name, plan.id), name == current) for name, label in names]
