"""What of learning waits for the viewer or is late, as lines of work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.directory.queries import names
from jiedui.home.queries.links import link
from jiedui.mentoring.queries import alerts as source
from jiedui.mentoring.queries.alerts import Alert, alerts
from jiedui.web.parts import Tone, WorkItem
from jiedui.web.templatetags.jiedui import day as told_day
from jiedui.web.templatetags.jiedui import term


@dataclass(frozen=True)
class Told:
    """How a kind is told: title, verb, the page of one, the list of all, where it stands."""

    title: Any
    action: Any
    one: str
    every: str
    tone: Tone
    place: Literal["waiting", "late"]
    query: tuple[tuple[str, str], ...] = ()
    # The day lies ahead: it is due on it, not waiting since.
    ahead: bool = False


KINDS = {
    source.CASES: Told(
        _("Cases to confirm"), _("Confirm"), "case", "cases-waiting", "wait", "waiting"
    ),
    source.CASES_RETURNED: Told(
        _("Cases came back"), _("Correct"), "case", "cases", "wait", "waiting",
        (("state", "returned"),),
    ),
    source.TO_SIGN: Told(
        _("Apprenticeships to sign"), _("Sign"), "apprenticeship", "apprenticeships", "wait",
        "waiting", (("state", "proposed"),),
    ),
    source.SENT_BACK: Told(
        _("Drafts of apprenticeships came back"), _("Correct"), "apprenticeship",
        "apprenticeships", "wait", "waiting", (("state", "draft"),),
    ),
    source.CHANGES: Told(
        _("Changes of a learning plan to sign"), _("Sign"), "plan-change", "apprenticeships",
        "wait", "waiting", (("mentor", "changes"),),
    ),
    source.MENTOR_LEAVES: Told(
        _("A mentor leaves with nobody to follow"), _("Name a successor"), "apprenticeship",
        "apprenticeships", "wait", "waiting", (("mentor", "leaving"),), ahead=True,
    ),
    source.UNMENTORED: Told(
        _("Apprentices without a mentor"), _("Name a successor"), "apprenticeship",
        "apprenticeships", "wrong", "late", (("mentor", "lacking"),),
    ),
    source.REFRESHERS: Told(
        _("Practice is owed"), _("Arrange"), "", "refreshers", "wait", "waiting", (), ahead=True
    ),
    source.EXPIRING: Told(
        _("Certificates end"), _("Renew"), "certificate", "certificates", "wait", "waiting", (),
        ahead=True,
    ),
    source.SAFETY: Told(
        _("Safety reviews are open"), _("Answer"), "safety-review", "safety-reviews", "wrong",
        "late",
    ),
    source.FOLLOW_UPS: Told(
        _("Ask after people back from an attachment"), _("Answer"), "", "attachments", "wait",
        "waiting", (("asked", "owed"),),
    ),
    source.ASKED: Told(
        _("Attachments for the host to accept"), _("Answer"), "attachment", "attachments", "wait",
        "waiting", (("state", "planned"),), ahead=True,
    ),
    source.POSTED: Told(
        _("Posted while away on an attachment"), _("Look"), "attachment", "attachments", "wrong",
        "waiting", (), ahead=True,
    ),
    source.TO_APPROVE: Told(
        _("Techniques to approve"), pgettext_lazy("technique", "Approve"), "technique",
        "techniques", "wait", "waiting",
        (("state", "proposed"),),
    ),
    source.DORMANT: Told(
        _("A technique sleeps"), _("Look"), "technique", "techniques", "wait", "waiting",
        (("flag", "asleep"),),
    ),
    source.PLATFORM: Told(
        _("A platform department is late for a technique"), _("Look"), "technique", "techniques",
        "wrong", "late", (("flag", "late"),),
    ),
    source.TO_REVIEW: Told(
        _("Claims to be new, to review"), _("Review"), "technique", "techniques", "wait",
        "waiting", (("flag", "review"),),
    ),
    source.AUDITS: Told(
        _("Audits of procedures are overdue"), _("Audit"), "procedure", "procedures", "wrong",
        "late", (("state", "overdue"),),
    ),
    source.TO_ANSWER: Told(
        _("Reviews to answer"), _("Answer"), "review", "reviews", "wait", "waiting"
    ),
    source.TO_BEGIN: Told(
        _("Reviews to begin"), _("Begin"), "", "reviews", "wait", "waiting"
    ),
    source.COLLAPSE: Told(
        _("A department collapsed after a departure"), _("Look"), "staying-after", "staying",
        "wrong", "late",
    ),
    source.LEAVES: Told(
        _("The only one who can do it leaves"), _("Look"), "skill", "staying", "wrong", "waiting",
        (), ahead=True,
    ),
}  # fmt: skip


def _detail(alert: Alert, told: Told, named: Callable[[UUID], str]) -> str:
    parts = [named(alert.receiver_id)] if alert.receiver_id else []
    if alert.subject:
        parts.append(alert.subject)
    if alert.code:
        label = term(alert.code, "procedures")
        parts.append(label if label != alert.code else term(alert.code, "entrustable_activities"))
    if alert.kind == source.COLLAPSE and alert.since:
        parts.append(gettext("an expert left on %(day)s") % {"day": told_day(alert.since)})
    if told.ahead and alert.since:
        word = gettext("the first was due on %(day)s")
        if alert.since >= today():
            word = gettext("the first on %(day)s")
        parts.append(word % {"day": told_day(alert.since)})
    return " · ".join(part for part in parts if part)


def _item(alert: Alert, named: Callable[[UUID], str]) -> WorkItem:
    told = KINDS[alert.kind]
    every = link(f"mentoring:{told.every}", **dict(told.query))
    page = link(f"mentoring:{told.one}", alert.id) if told.one and alert.id else ""
    late = told.ahead and alert.since is not None and alert.since < today()
    return WorkItem(
        str(told.title), page or every, None if told.ahead else alert.since,
        _detail(alert, told, named), "wrong" if late else told.tone, str(told.action),
        alert.count if alert.count > 1 else None, kind=alert.kind,
    )  # fmt: skip


def from_learning(viewer: Viewer) -> tuple[list[WorkItem], list[WorkItem]]:
    """What waits and what is late of apprentices, techniques, certificates and reviews."""
    found = alerts(viewer)
    bodies = names(
        {alert.receiver_id for alert in found if alert.receiver_id}, get_language() or "zh-hans"
    )
    sorted_out: dict[str, list[WorkItem]] = {"waiting": [], "late": []}
    for alert in found:
        sorted_out[KINDS[alert.kind].place].append(_item(alert, lambda id: bodies.get(id, "")))
    return sorted_out["waiting"], sorted_out["late"]
