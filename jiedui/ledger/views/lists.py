"""The ledger as a list, and its totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from jiedui.directory.queries import departments_called, organisations_called
from jiedui.ledger import queries
from jiedui.ledger.access import may_record
from jiedui.ledger.domain.states import CONFIRMED
from jiedui.ledger.forms import terms
from jiedui.ledger.models import EntryVersion
from jiedui.ledger.views.words import (
    STATES,
    outputs,
    state_tone,
    state_word,
    viewer_in,
)
from jiedui.web.pages import render
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named


@dataclass
class ListPage:
    """A list of entries with what may be done from it."""

    title: str
    lead: str
    table: Table
    totals_url: str = ""
    record_url: str = ""
    example: bool = False


@dataclass
class TotalsPage:
    """The sums of a filtered list, by measure and unit class."""

    totals: Sequence[queries.Total]
    state: Any


def of_side(side: str) -> Any:
    """Keeps rows whose giver or receiver has the text in its name."""

    def narrow(rows: QuerySet[EntryVersion], text: str) -> QuerySet[EntryVersion]:
        return rows.filter(**{f"{side}_id__in": organisations_called(text)})

    return narrow


def of_department(rows: QuerySet[EntryVersion], text: str) -> QuerySet[EntryVersion]:
    """Rows of departments with the text in their name."""
    return rows.filter(department_id__in=departments_called(text))


def columns(states: bool = True) -> list[Column]:
    """The columns that people know from their own ledgers."""
    return [
        Column("happened_from", _("Date"), sort="happened_from", kind="day"),
        Column("happened_to", _("Happened to"), kind="day", shown=False),
        Column("kind", _("Activity"), kind="term", table="activity_kinds", sort="kind"),
        Column("giver", pgettext_lazy("side", "Supporter"), lambda row: named(row.giver)),
        Column("receiver", pgettext_lazy("side", "Recipient"), lambda row: named(row.receiver)),
        Column(
            "department", _("Department"), lambda row: row.department.name if row.department else ""
        ),
        Column("outputs", _("Outputs"), lambda row: outputs(row.quantities.all())),
        Column(
            "state",
            _("State"),
            lambda row: str(state_word(row)),
            kind="badge",
            tone=state_tone,
        ),
        Column("programme", _("Programme"), lambda row: named(row.entry.programme), shown=False),
        Column("narrative", _("Narrative"), shown=False),
        Column("recorded_on", _("Recorded on"), sort="recorded_on", kind="day"),
        Column("number", _("Version"), kind="number", shown=False),
        Column("entry_id", _("Entry number"), shown=False),
    ]


def _of_person(request: HttpRequest) -> Filter:
    """By name; by the very person where the page that led here says who."""
    who = request.GET.get("who", "")
    if not who:
        return Filter("person", _("Person"), apply=queries.of_person)
    choices = queries.name_in_entries(viewer_in(request), who)
    return Filter("who", _("Person"), "choice", choices=choices, apply=queries.of_one_person)


def entry_table(request: HttpRequest) -> Table:
    """The filtered list that was asked for."""
    viewer = viewer_in(request)
    rows = queries.entry_list(viewer)
    if request.GET.get("state", "") not in ("superseded", "withdrawn"):
        rows = queries.live(rows)
    programmes = [(str(p.id), named(p)) for p in queries.programme_choices(viewer)]
    return Table(
        request,
        rows,
        columns(),
        filters=[
            Filter("programme", _("Programme"), "choice", ["entry__programme_id"], programmes),
            Filter("kind", _("Activity"), "choice", choices=lambda: terms("activity_kinds")),
            Filter(
                "class",
                _("Class"),
                "choice",
                choices=lambda: terms("output_classes"),
                apply=queries.of_class,
            ),
            Filter("giver", pgettext_lazy("side", "Supporter"), apply=of_side("giver")),
            Filter("receiver", pgettext_lazy("side", "Recipient"), apply=of_side("receiver")),
            Filter("department", _("Department"), apply=of_department),
            _of_person(request),
            Filter("state", _("State"), "choice", choices=list(STATES.items())),
            Filter("happened", _("Date"), "dates", ["happened_from"]),
        ],
        default_sort="-happened_from",
        title=gettext("Ledger"),
        empty=Empty(
            _("No entries yet"),
            _("What is done in a programme is recorded here, entry by entry."),
            reverse("ledger:record") if may_record(viewer) else "",
            _("Record an entry"),
        ),
        row_url=lambda row: reverse("ledger:version", args=[row.id]),
        prepare=queries.with_quantities,
    )


def all_example(request: HttpRequest) -> bool:
    """Whether everything that the reader sees here is invented."""
    held = queries.programme_choices(viewer_in(request))
    return bool(held) and all(one.example for one in held)


@require_safe
def entries(request: HttpRequest) -> HttpResponseBase:
    """The ledger: what was done."""
    viewer = viewer_in(request)
    viewer.must("ledger.read")
    query = request.GET.copy()
    query.pop("at", None)
    page = ListPage(
        title=gettext("Ledger"),
        lead=gettext("What was done, by whom for whom. A confirmed entry counts in the figures."),
        table=entry_table(request),
        totals_url=f"{reverse('ledger:totals')}?{query.urlencode()}",
        record_url=reverse("ledger:record") if may_record(viewer) else "",
        example=all_example(request),
    )
    return render(request, "ledger/entries.html", page)


@require_safe
def totals(request: HttpRequest) -> HttpResponseBase:
    """The sums of the list as it is filtered, of one state; drawn when asked for."""
    viewer_in(request).must("ledger.read")
    table = entry_table(request)
    state = table.values.get("state") or "confirmed"
    if state not in STATES:
        state = "confirmed"
    whole = (
        state == CONFIRMED
        and not table.is_filtered
        and queries.sees_all_confirmed(viewer_in(request))
    )
    page = TotalsPage(queries.totals(table.filtered, state, whole=whole), STATES[state])
    template = "ledger/_totals.html" if request.headers.get("HX-Request") else "ledger/totals.html"
    return render(request, template, page)
