"""The words and tones of states on the room's pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import ngettext, pgettext_lazy

POST_STATES: Mapping[str, Any] = {
    "requested": pgettext_lazy("post", "Requested"),
    "agreed": pgettext_lazy("post", "Agreed, open"),
    "filled": pgettext_lazy("post", "Filled"),
    "closed": pgettext_lazy("post", "Closed"),
}
POST_TONES = {"requested": "wait", "agreed": "wait", "filled": "ok", "closed": "plain"}

WISH_STATES: Mapping[str, Any] = {
    "asked": pgettext_lazy("wish", "Asked"),
    "accepted": pgettext_lazy("wish", "Accepted"),
    "scheduled": pgettext_lazy("wish", "Scheduled"),
    "done": pgettext_lazy("wish", "Done"),
    "refused": pgettext_lazy("wish", "Refused"),
    "withdrawn": pgettext_lazy("wish", "Withdrawn"),
}
WISH_TONES = {
    "asked": "wait", "accepted": "wait", "scheduled": "wait", "done": "ok", "refused": "wrong",
    "withdrawn": "plain",
}  # fmt: skip

POSTING_STATES: Mapping[str, Any] = {
    "nominated": pgettext_lazy("posting", "Nominated"),
    "screened": pgettext_lazy("posting", "Screened"),
    "approved": pgettext_lazy("posting", "Approved"),
    "travelling": pgettext_lazy("posting", "Travelling"),
    "on_site": pgettext_lazy("posting", "On site"),
    "on_leave": pgettext_lazy("posting", "On leave"),
    "departed": pgettext_lazy("posting", "Departed"),
    "returned_early": pgettext_lazy("posting", "Returned early"),
    "declined": pgettext_lazy("posting", "Declined"),
    "withdrawn": pgettext_lazy("posting", "Withdrawn"),
}
POSTING_TONES = {
    "nominated": "wait", "screened": "wait", "approved": "wait", "travelling": "wait",
    "on_site": "ok", "on_leave": "wait", "departed": "plain", "returned_early": "wrong",
    "declined": "plain", "withdrawn": "plain",
}  # fmt: skip


def lasted(span: timedelta | None) -> str:
    """A time in days, or in hours where it is less than one."""
    if span is None:
        return ""
    days = round(span.total_seconds() / 86400)
    if days:
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    hours = max(1, round(span.total_seconds() / 3600))
    return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
