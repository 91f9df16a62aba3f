"""Published figures: the list, a publication, and placing by a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from jiedui.ledger import actions, queries
from jiedui.ledger.access import get_publication, get_statement, may_place, must_place
from jiedui.ledger.forms import PlaceForm, terms
from jiedui.ledger.models import Publication, Statement
from jiedui.ledger.views.words import label, number, user_in, viewer_in
from jiedui.web.pages import Crumb, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named


@dataclass
class StatementsPage:
    """A list of published figures, perhaps of one publication."""

    title: str
    lead: str
    table: Table
    crumbs: Sequence[Crumb] = ()
    publication: Publication | None = None
    programme: str = ""
    example: bool = False
    real: bool = False


def _period(row: Statement) -> str:
    if row.start_text and row.end_text:
        return f"{row.start_text} – {row.end_text}"
    if row.end_text:
        return gettext("until %(end)s") % {"end": row.end_text}
    if row.start_text:
        return gettext("from %(start)s on") % {"start": row.start_text}
    return row.period_text


def _hangs(row: Statement) -> str:
    if row.part_of:
        return gettext("part of %(claim)s") % {"claim": row.part_of.claim}
    if row.same_as:
        return gettext("repeats %(claim)s") % {"claim": row.same_as.claim}
    return ""


def _placed(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(placed=value == "yes")


def _table(request: HttpRequest, rows: QuerySet[Any], *, one_report: bool) -> Table:
    viewer = viewer_in(request)
    placer = may_place(viewer)
    columns = [
        Column(
            "claim",
            _("Claim"),
            sort="claim",
            kind="short",
            url=(lambda row: reverse("ledger:place", args=[row.id])) if placer else None,
        ),
        Column(
            "report",
            _("Report"),
            lambda row: row.publication.code,
            url=lambda row: reverse("ledger:publication", args=[row.publication.code]),
            shown=not one_report,
        ),
        Column("publisher", _("Publisher"), "publication__publisher", shown=not one_report),
        Column(
            "published_on",
            _("Published on"),
            "publication__published_on",
            sort="publication__published_on",
            kind="day",
            shown=not one_report,
        ),
        Column("measure", _("Measure"), lambda row: label("measures", row.measure)),
        Column("item", _("Item"), kind="term", table="items"),
        Column(
            "shown",
            _("Number"),
            lambda row: f"{number(row)} {row.unit}",
            sort="value",
            kind="short",
        ),
        Column("value", _("Value"), kind="number", shown=False),
        Column("precision", _("Precision"), kind="term", table="precisions", shown=False),
        Column("unit_class", _("Unit class"), kind="term", table="unit_classes", shown=False),
        Column("kind", _("Kind of figure"), kind="term", table="figure_kinds"),
        Column("giver_text", pgettext_lazy("side", "Supporter")),
        Column("receiver_text", pgettext_lazy("side", "Recipient")),
        Column("period", _("Period"), _period),
        Column("hangs", _("Relation"), _hangs),
        Column(
            "placed",
            _("Placing"),
            lambda row: gettext("placed") if row.placed else gettext("to be placed"),
            kind="badge",
            tone=lambda row: "ok" if row.placed else "wait",
        ),
        Column("note", _("Note"), shown=False),
    ]
    filters = [
        Filter(
            "name",
            _("Supporter or recipient"),
            apply=lambda rows, text: rows.filter(
                Q(giver_text__icontains=text) | Q(receiver_text__icontains=text)
            ),
        ),
        Filter("measure", _("Measure"), "choice", choices=lambda: terms("measures")),
        Filter("kind", _("Kind of figure"), "choice", choices=lambda: terms("figure_kinds")),
        Filter(
            "placed",
            _("Placing"),
            "choice",
            choices=[("yes", _("placed")), ("no", _("to be placed"))],
            apply=_placed,
        ),
    ]
    return Table(
        request,
        rows,
        columns,
        filters=filters,
        default_sort="claim",
        title=gettext("Published figures"),
        empty=Empty(
            _("No published figures yet"),
            _("Figures that reports state are imported with “jiedui import history FILE.csv”."),
        ),
    )


@require_safe
def statements(request: HttpRequest) -> HttpResponseBase:
    """What reports state, figure by figure."""
    viewer = viewer_in(request)
    viewer.must("ledger.read")
    page = StatementsPage(
        title=gettext("Published figures"),
        lead=gettext("What reports state. They are compared, never added to the daily entries."),
        table=_table(request, queries.statement_list(viewer), one_report=False),
    )
    return render(request, "ledger/statements.html", page)


@require_safe
def publication(request: HttpRequest, code: str) -> HttpResponseBase:
    """One report with everything that it states."""
    viewer = viewer_in(request)
    held = get_publication(viewer, code)
    rows = queries.statement_list(viewer).filter(publication=held)
    title = gettext("Report %(code)s") % {"code": held.code}
    page = StatementsPage(
        title=title,
        lead="",
        table=_table(request, rows, one_report=True),
        crumbs=[
            Crumb(gettext("Published figures"), reverse("ledger:statements")),
            Crumb(title),
        ],
        publication=held,
        # The report is public; that a programme goes by this name need not be.
        programme=named(held.programme) if queries.sees_programme(viewer, held) else "",
        example=held.programme.example,
        real=not held.programme.example,
    )
    return render(request, "ledger/statements.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """Assign givers and receivers to a published figure."""
    viewer = viewer_in(request)
    held = get_statement(viewer, id)
    must_place(viewer)
    givers, receivers = queries.placed_names(held)
    form = PlaceForm(
        request.POST or None,
        initial={"givers": "\n".join(givers), "receivers": "\n".join(receivers)},
    )
    title = gettext("Place claim %(claim)s") % {"claim": held.claim}

    def act(given: dict[str, Any]) -> str:
        actions.place_statement(by=user_in(request), statement=held, **given)
        return reverse("ledger:publication", args=[held.publication.code])

    said = gettext(
        "Report %(report)s states: %(measure)s %(number)s %(unit)s,"
        " supporter “%(giver)s”, recipient “%(receiver)s”, period “%(period)s”."
    ) % {
        "report": held.publication.code,
        "measure": label("measures", held.measure),
        "number": number(held),
        "unit": held.unit,
        "giver": held.giver_text or "—",
        "receiver": held.receiver_text or "—",
        "period": _period(held) or "—",
    }
    return submitted(
        request,
        form,
        act,
        title=title,
        submit=gettext("Assign the bodies"),
        done=gettext("Placed."),
        intro=said,
        cancel_url=reverse("ledger:publication", args=[held.publication.code]),
        crumbs=[
            Crumb(gettext("Published figures"), reverse("ledger:statements")),
            Crumb(title),
        ],
        example=held.publication.programme.example,
    )
