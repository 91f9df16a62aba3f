"""The audit log, for the audit administrator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from jiedui.accounts import actions
from jiedui.accounts.access import visible_audit_rows
from jiedui.accounts.domain.sentences import KINDS, SENTENCES
from jiedui.accounts.permissions import Viewer
from jiedui.web.pages import render
from jiedui.web.tables import Column, Filter, Table
from jiedui.web.tables.table import Empty


@dataclass(frozen=True)
class LogPage:
    """The log and its search."""

    title: str
    lead: str
    table: Table


def sentence_of(row: Any) -> str:
    """What was done, in the reader's language; an action without a sentence by its code."""
    return _(SENTENCES[row.action]) if row.action in SENTENCES else str(row.action)


def actor_of(row: Any) -> str:
    """Who did it; commands and tasks act as the house."""
    return str(row.actor) if row.actor_id else _("the house")


def object_of(row: Any) -> str:
    """What it was done to: its kind, and its name where the details have one."""
    kind = _(KINDS[row.object_kind]) if row.object_kind in KINDS else row.object_kind
    details = row.details if isinstance(row.details, dict) else {}
    name = details.get("username") or details.get("name") or details.get("code")
    return f"{kind} {name or row.object_id[-12:]}"


def details_of(row: Any) -> str:
    """The rest of the details as plain text."""
    details = row.details if isinstance(row.details, dict) else {}
    return "; ".join(
        f"{name}: {value}" for name, value in details.items() if value not in (None, "")
    )


def _choices() -> Sequence[tuple[str, str]]:
    return [(action, _(words)) for action, words in SENTENCES.items()]


@require_safe
def audit_log(request: HttpRequest) -> HttpResponseBase:
    """Who did what, when, to what; each search is itself a row."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    viewer.must("audit.read")
    table = Table(
        request,
        visible_audit_rows(viewer),
        columns=[
            Column("sequence", pgettext("log", "No."), kind="number", sort="sequence"),
            Column("at", pgettext("log", "When"), kind="moment", sort="at"),
            Column("actor", pgettext("log", "Who"), value=actor_of, sort="actor"),
            Column("what", pgettext("log", "What"), value=sentence_of),
            Column("object", pgettext("log", "On what"), value=object_of),
            Column("details", _("Details"), value=details_of, template="accounts/_details.html"),
            Column("action", _("Action code"), shown=False),
            Column("object_id", _("Id of the object"), shown=False),
            Column("hash", _("Hash"), shown=False),
        ],
        filters=[
            Filter("who", pgettext("log", "Who"), paths=("actor",)),
            Filter("action", pgettext("log", "What"), kind="choice", choices=_choices),
            Filter(
                "object",
                pgettext("log", "On what"),
                paths=("object_id", "details__username", "details__name", "details__code"),
            ),
            Filter("at", pgettext("log", "When"), kind="dates"),
        ],
        default_sort="-sequence",
        key=lambda row: row.sequence,
        title=_("Audit log"),
        empty=Empty(text=_("Every act is written here by itself.")),
    )
    exported = "export" in request.GET
    if exported or "at" not in request.GET:
        actions.note_audit_search(by=viewer.user, filters=table.values, exported=exported)
    lead = _(
        "Every act stands here as one row, chained to the row before. Searching is an act too."
    )
    return render(request, "accounts/audit_log.html", LogPage(_("Audit log"), lead, table))
