"""What of posts, teams and postings waits for the viewer or is late, as lines of work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import get_language, gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.directory.queries import names
from jiedui.home.queries.links import link
from jiedui.programmes.queries import alerts as source
from jiedui.programmes.queries.alerts import Alert, alerts
from jiedui.web.parts import Tone, WorkItem
from jiedui.web.templatetags.jiedui import day as told_day
from jiedui.web.templatetags.jiedui import term


@dataclass(frozen=True)
class Told:
    """How a kind is told: the title, the verb, its page, the list of all, where it stands."""

    title: Any
    action: Any
    page: str
    every: str
    tone: Tone
    place: Literal["waiting", "late"]
    query: tuple[tuple[str, str], ...] = ()
    # The part of its page that tells it.
    part: str = ""


KINDS = {
    source.STANDS_EMPTY: Told(
        _("A post stands empty"), _("Fill"), "post", "presence", "wrong", "late"
    ),
    source.FALLS_EMPTY: Told(
        _("A post falls empty with nobody to follow"), _("Plan"), "post", "presence", "wait",
        "waiting",
    ),
    source.BELOW_CORE: Told(
        _("A team is below its core"), _("Look"), "team", "batches", "wrong", "late"
    ),
    source.LICENCE_ENDS: Told(
        _("A licence ends"), _("Look"), "posting", "postings", "wait", "waiting"
    ),
    source.AGREEMENT_ENDS: Told(
        _("An agreement ends"), _("Renew"), "agreement", "agreements", "wait", "waiting"
    ),
    source.HANDOVER_LATE: Told(
        _("A handover is overdue"), _("Hand over"), "handover", "handovers", "wrong", "late"
    ),
    source.HANDOVER_MISSING: Told(
        _("A handover was not begun"), _("Hand over"), "posting", "handovers-missing", "wait",
        "waiting",
    ),
    source.REVIEW_LATE: Told(
        _("An agreement's review is overdue"), _("Look"), "agreement", "agreements", "wrong",
        "late", (("reviews", "overdue"),), "#reviews",
    ),
    source.ACTION_LATE: Told(
        _("An action of a work plan is overdue"), _("Look"), "plan", "plans", "wrong", "late",
        (("actions", "overdue"),),
    ),
    source.WELFARE_OPEN: Told(
        _("An issue of welfare is open"), _("Look"), "posting", "postings", "wait", "waiting",
        (("welfare", "open"),), "#welfare",
    ),
    source.OTHER_TITLE: Told(
        _("A posting under a title not held on its first day"), _("Look"), "posting", "postings",
        "wrong", "late", (("titled", "other"),),
    ),
    source.SPOKE_CUT_OFF: Told(
        _("A spoke is cut off: who helps is helped no longer"), _("Look"), "pairing", "cascade",
        "wrong", "late", (("source", "cut"),),
    ),
    source.TASK_LATE: Told(_("A task is overdue"), _("Look"), "", "tasks", "wrong", "late"),
    source.TO_SCREEN: Told(
        _("Nominations to screen"), _("Screen"), "", "postings", "wait", "waiting",
        (("state", "nominated"),),
    ),
    source.TO_APPROVE: Told(
        _("Nominations to approve"), _("Approve"), "", "postings", "wait", "waiting",
        (("state", "screened"),),
    ),
    source.ARRIVAL_DUE: Told(
        _("Arrivals to record"), pgettext_lazy("verb", "Record"), "", "postings", "wait", "waiting",
        (("state", "approved"),),
    ),
    source.DEPARTURE_DUE: Told(
        _("Departures to record"), pgettext_lazy("verb", "Record"), "", "postings", "wait",
        "waiting", (("state", "on_site"),),
    ),
    source.TO_EVALUATE: Told(
        _("Evaluate your posting"), _("Evaluate"), "posting-evaluate", "own-postings", "wait",
        "waiting",
    ),
    source.TO_AGREE: Told(
        _("Posts to agree to"), _("Look"), "", "posts", "wait", "waiting",
        (("state", "requested"),),
    ),
    source.TO_FILL: Told(
        _("Posts that wait for a nomination"), _("Nominate"), "", "posts", "wait", "waiting",
        (("state", "agreed"),),
    ),
    source.TO_ANSWER: Told(
        _("Wishes to answer"), _("Answer"), "", "wishes", "wait", "waiting",
        (("state", "asked"),),
    ),
}  # fmt: skip
# Kinds whose day lies ahead: they are due on it, not waiting since.
_AHEAD = (
    source.FALLS_EMPTY, source.LICENCE_ENDS, source.AGREEMENT_ENDS, source.HANDOVER_MISSING,
)  # fmt: skip
# What the code of an alert is of, where it is no specialty.
_TABLES = {source.LICENCE_ENDS: "credential_kinds", source.WELFARE_OPEN: "welfare_items"}


def _detail(alert: Alert, named: Callable[[Any], str]) -> str:
    parts = [named(alert.body_id)] if alert.body_id else []
    table = _TABLES.get(alert.kind, "specialties")
    parts += [alert.subject, term(alert.specialty, table) if alert.specialty else ""]
    if alert.wanted is not None:
        parts.append(
            gettext("%(there)s of %(wanted)s on site")
            % {"there": alert.count, "wanted": alert.wanted}
        )
    if alert.kind in _AHEAD and alert.day:
        word = gettext("ended on %(day)s") if alert.day < today() else gettext("ends on %(day)s")
        parts.append(word % {"day": told_day(alert.day)})
    return " · ".join(part for part in parts if part)


def _item(alert: Alert, told: Told, named: Callable[[Any], str]) -> WorkItem:
    every = link(f"programmes:{told.every}", alert.programme_id, **dict(told.query))
    if alert.id is None and alert.day is None:
        more = ngettext("%(n)s more like this", "%(n)s more like this", alert.count or 0)
        return WorkItem(
            str(told.title), every, None, more % {"n": alert.count}, told.tone,
            gettext("Look"), alert.count, kind=alert.kind,
        )  # fmt: skip
    page = link(f"programmes:{told.page}", alert.id) if told.page else ""
    page += told.part if page else ""
    late = alert.day is not None and alert.day < today() and alert.kind in _AHEAD
    return WorkItem(
        str(told.title), page or every, None if alert.kind in _AHEAD else alert.day,
        _detail(alert, named), "wrong" if late else told.tone, str(told.action),
        alert.count if alert.id is None else None, kind=alert.kind,
    )  # fmt: skip


def from_postings(viewer: Viewer) -> tuple[list[WorkItem], list[WorkItem]]:
    """What waits and what is late of posts, teams, postings and agreements."""
    found = alerts(viewer)
    bodies = names({alert.body_id for alert in found if alert.body_id}, get_language() or "zh-hans")
    sorted_out: dict[str, list[WorkItem]] = {"waiting": [], "late": []}
    for alert in found:
        told = KINDS[alert.kind]
        sorted_out[told.place].append(_item(alert, told, lambda id: bodies.get(id, "")))
    return sorted_out["waiting"], sorted_out["late"]
