"""What of dispatch plans waits for the viewer or went wrong, as lines of work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from jiedui.accounts.permissions import Viewer
from jiedui.home.queries.links import link
from jiedui.planning.queries import Alert, alerts
from jiedui.web.parts import Tone, WorkItem


@dataclass(frozen=True)
class Told:
    """How a kind is told: the title, the verb, its page, where it stands."""

    title: Any
    action: Any
    page: str
    tone: Tone
    place: Literal["waiting", "late"]


KINDS = {
    "consent-waits": Told(
        _("A dispatch plan waits for consent"), _("Answer"), "consent", "wait", "waiting"
    ),
    "consents-open": Told(
        _("Consents to a dispatch plan are awaited"), _("Look"), "consent", "wait", "waiting"
    ),
    "refused": Told(_("A dispatch plan came back"), _("Look"), "plan", "wrong", "late"),
    "run-finished": Told(_("A scenario was computed"), _("Look"), "scenario", "plain", "waiting"),
    "run-failed": Told(_("Computing a scenario failed"), _("Look"), "scenario", "wrong", "late"),
}


def _page(alert: Alert, told: Told) -> str:
    if told.page == "consent":
        if alert.consent_id is not None and alert.count == 1:
            return link("planning:consent", alert.consent_id)
        return link("planning:consents", alert.plan_id)
    if told.page == "scenario" and alert.scenario_id is not None:
        return link("planning:scenario", alert.scenario_id)
    return link("planning:plan", alert.plan_id)


def from_plans(viewer: Viewer) -> tuple[list[WorkItem], list[WorkItem]]:
    """What waits and what went wrong of plans."""
    sorted_out: dict[str, list[WorkItem]] = {"waiting": [], "late": []}
    for alert in alerts(viewer, get_language() or "zh-hans"):
        told = KINDS[alert.kind]
        detail = " · ".join(part for part in (alert.body, alert.subject, *alert.details) if part)
        sorted_out[told.place].append(
            WorkItem(
                str(told.title), _page(alert, told), alert.day, detail, told.tone,
                str(told.action), alert.count if alert.count > 1 else None, kind=alert.kind,
            )
        )  # fmt: skip
    return sorted_out["waiting"], sorted_out["late"]
