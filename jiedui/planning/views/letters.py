"""The letters of a plan: of invitation and of dispatch, as Word files."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jiedui.planning import access, letters
from jiedui.planning.views import words
from jiedui.planning.views.base import Request, not_visible, plan_tabs, plan_way, url
from jiedui.planning.views.consents import ListPage
from jiedui.web.pages import render
from jiedui.web.tables import Column, Empty, Filter, Table

KINDS: dict[str, Callable[[], str]] = {
    "invitation": lambda: _("Letter of invitation"),
    "dispatch": lambda: _("Letter of dispatch"),
}


@require_GET
def letter_list(request: Request, id: UUID) -> HttpResponseBase:
    """The letters of a plan, to be taken one by one or by organisation."""
    viewer = request.viewer
    plan = access.get_dispatch_plan(viewer, id)
    rows = letters.letter_rows(viewer, plan, words.language())
    table = Table(
        request,
        rows,
        [
            Column("person", _("Expert"), sort="person"),
            Column("giver", _("Sends"), sort="giver"),
            Column("recipient", _("Recipient"), sort="recipient"),
            Column("first_day", _("First day"), kind="day", sort="first_day"),
            Column("last_day", _("Last day, handover included"), kind="day", sort="last_day"),
            Column("letters", _("Letters"), value="tour_id", template="planning/_letters.html",
                   export=False),
        ],
        filters=[
            Filter("q", _("Expert"), paths=("person",)),
            Filter("giver", _("Sends"), paths=("giver",)),
            Filter("recipient", _("Recipient"), paths=("recipient",)),
        ],
        default_sort="person",
        key=lambda row: row.tour_id,
        title=_("Letters"),
        empty=Empty(
            _("No letter yet"), _("Letters are written once all organisations have consented.")
        ),
    )  # fmt: skip
    held = {
        (row.giver, row.giver_id, kind) if kind == "dispatch"
        else (row.recipient, row.recipient_id, kind)
        for row in rows
        for kind in row.kinds
    }  # fmt: skip
    packets = sorted(held, key=lambda each: (each[0], each[2]))
    page = ListPage(
        plan.name,
        _("As Word files: of invitation by the recipient, of dispatch by the supporter."),
        plan_way(plan, _("Letters")), plan.programme.example, plan, table,
        plan_tabs(plan, "letters", whole=access.sees_whole(viewer, plan)),
        [
            (f"{name} · {KINDS[kind]()}", url("letters-of", plan.id, body, kind))
            for name, body, kind in packets
        ],
    )  # fmt: skip
    return render(request, "planning/plan_list.html", page)


def _file(made: letters.Letter) -> HttpResponse:
    answer = HttpResponse(made.content, content_type=made.media_type)
    answer["Content-Disposition"] = content_disposition_header(True, made.name) or "attachment"
    return answer


@require_GET
def letter_of(request: Request, id: UUID, kind: str) -> HttpResponseBase:
    """One letter as a Word file."""
    if kind not in KINDS:
        raise not_visible()
    tour = access.get_tour(request.viewer, id)
    return _file(letters.letter(request.viewer, tour, kind))


@require_GET
def letters_of(request: Request, id: UUID, organisation: UUID, kind: str) -> HttpResponseBase:
    """All letters of one kind of an organisation, in one file."""
    if kind not in KINDS:
        raise not_visible()
    plan = access.get_dispatch_plan(request.viewer, id)
    made = letters.letters_of(request.viewer, plan, organisation, kind)
    return _file(made)
