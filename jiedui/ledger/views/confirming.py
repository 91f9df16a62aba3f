"""What waits to be confirmed: many at once, chosen or all that a filter leaves, and returned."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from jiedui.core.clock import now
from jiedui.core.errors import Refused
from jiedui.ledger import actions, queries
from jiedui.ledger.forms import ReturnForm, terms
from jiedui.ledger.models import EntryVersion
from jiedui.ledger.views.lists import all_example, columns, of_department, of_side
from jiedui.ledger.views.words import joined, label, user_in, viewer_in
from jiedui.web.forms import sentence
from jiedui.web.pages import Crumb, form_page, render
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named
from jiedui.web.templatetags.jiedui import period as in_words

# What one touch confirms or returns at most; the rest is a second touch.
AT_ONCE = 500


@dataclass(frozen=True)
class Part:
    """A giver's or a month's part of what waits, to be looked at by itself."""

    label: str
    count: int
    url: str


@dataclass
class ConfirmPage:
    """What waits for the receiving side, and what may be done with it at once."""

    title: str
    lead: str
    table: Table
    givers: Sequence[Part]
    months: Sequence[Part]
    # Nothing that came after the page was drawn is confirmed by it.
    until: str
    example: bool = False

    @property
    def all_of_it(self) -> str:
        """What the button says that confirms everything the filters leave; blank for none."""
        count = min(self.table.counted, AT_ONCE)
        if not self.table.is_filtered or not self.table.counted or self.table.errors:
            return ""
        if self.table.counted > AT_ONCE:
            return gettext("Confirm the first %(n)s of this list") % {"n": count}
        said = ngettext("Confirm the %(n)s of this list", "Confirm all %(n)s of this list", count)
        return said % {"n": count}


def _table(request: HttpRequest, waiting: QuerySet[EntryVersion]) -> Table:
    back = Column(
        "send_back",
        _("Return"),
        lambda row: f"{reverse('ledger:return-chosen')}?version={row.id}",
        template="ledger/_return_cell.html",
        export=False,
    )
    return Table(
        request,
        waiting,
        [*(c for c in columns() if c.code != "state"), back],
        filters=[
            Filter("kind", _("Activity"), "choice", choices=lambda: terms("activity_kinds")),
            Filter("giver", pgettext_lazy("side", "Supporter"), apply=of_side("giver")),
            Filter("receiver", pgettext_lazy("side", "Recipient"), apply=of_side("receiver")),
            Filter("department", _("Department"), apply=of_department),
            Filter("happened", _("Date"), "dates", ["happened_from"]),
        ],
        default_sort="happened_from",
        title=gettext("To confirm"),
        empty=Empty(
            _("No entries wait for you"),
            _("Entries that the supporters submit for your organisation come here."),
        ),
        row_url=lambda row: reverse("ledger:version", args=[row.id]),
        prepare=queries.with_quantities,
        select="version",
        select_form="confirm-chosen",
        above="ledger/_confirm_work.html",
    )


def _month(first: date) -> Mapping[str, str]:
    last = first.replace(day=monthrange(first.year, first.month)[1])
    return {"happened_from": first.isoformat(), "happened_to": last.isoformat()}


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_list(request: HttpRequest) -> HttpResponseBase:
    """What waits for the receiving side; many are confirmed at once."""
    viewer = viewer_in(request)
    viewer.must("ledger.confirm")
    if request.method == "POST":
        return _confirm(request)
    waiting = queries.to_confirm(viewer)
    here = reverse("ledger:confirm")
    page = ConfirmPage(
        title=gettext("To confirm"),
        lead=gettext(
            "Open an entry to see it whole. Confirm what is right, and return the rest saying why."
        ),
        table=_table(request, waiting),
        givers=[
            Part(named(body), count, f"{here}?{urlencode({'giver': body.name})}")
            for body, count in queries.waiting_by_giver(waiting)
        ],
        months=[
            Part(
                date_format(first, "YEAR_MONTH_FORMAT"), count, f"{here}?{urlencode(_month(first))}"
            )
            for first, count in queries.waiting_by_month(waiting)
        ],
        until=now().isoformat(),
        example=all_example(request),
    )
    return render(request, "ledger/confirm.html", page)


def _chosen(texts: Sequence[str]) -> list[UUID]:
    chosen: list[UUID] = []
    for text in texts[:AT_ONCE]:
        try:
            chosen.append(UUID(text))
        except ValueError:
            continue
    return list(dict.fromkeys(chosen))


def _left_by_filters(request: HttpRequest) -> list[UUID]:
    """What the filters of the page leave, as far as it waited when the page was drawn."""
    table = _table(request, queries.to_confirm(viewer_in(request)))
    rows, until = table.filtered, parse_datetime(request.POST.get("until", ""))
    # A filter that could not be read was left out: that would be more than was seen.
    if table.errors or not table.is_filtered or until is None or until.tzinfo is None:
        return []
    rows = rows.filter(submitted_at__lte=until).order_by("happened_from", "id")
    return list(rows.values_list("id", flat=True)[:AT_ONCE])


def _tell(
    request: HttpRequest, results: Mapping[UUID, EntryVersion | Refused], done: str
) -> HttpResponseBase:
    """Say how many were done and why the others were not; back to the list."""
    refused = [one for one in results.values() if isinstance(one, Refused)]
    if len(results) > len(refused):
        messages.success(request, done)
    for text in dict.fromkeys(sentence(one) for one in refused):
        messages.error(request, text)
    if not results:
        messages.error(request, gettext("Choose at least one entry."))
    return redirect("ledger:confirm")


def _done(results: Mapping[UUID, EntryVersion | Refused]) -> int:
    return sum(not isinstance(one, Refused) for one in results.values())


def _confirm(request: HttpRequest) -> HttpResponseBase:
    whole = "all" in request.POST
    chosen = _left_by_filters(request) if whole else _chosen(request.POST.getlist("version"))
    results = actions.confirm_many(by=user_in(request), versions=chosen)
    n = _done(results)
    return _tell(
        request,
        results,
        ngettext("%(n)s entry confirmed.", "%(n)s entries confirmed.", n) % {"n": n},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def return_chosen(request: HttpRequest) -> HttpResponseBase:
    """Return one or many from the list, with one reason: a page, or a dialog over the list."""
    viewer = viewer_in(request)
    viewer.must("ledger.confirm")
    asked = request.POST if request.method == "POST" else request.GET
    chosen = _chosen(asked.getlist("version"))
    rows = list(queries.to_confirm(viewer).filter(id__in=chosen).order_by("happened_from", "id"))
    form = ReturnForm([row.id for row in rows], request.POST if "reason" in request.POST else None)
    if rows and request.method == "POST" and form.is_valid():
        results = actions.return_many(
            by=user_in(request),
            versions=[row.id for row in rows],
            reason=form.cleaned_data["reason"],
        )
        n = _done(results)
        done = ngettext("%(n)s entry returned.", "%(n)s entries returned.", n) % {"n": n}
        return _tell(request, results, done)
    within = request.headers.get("HX-Request") == "true"
    if not rows and not within:
        return _tell(request, {}, "")
    title = ngettext("Return %(n)s entry", "Return %(n)s entries", len(rows)) % {"n": len(rows)}
    said = joined(
        f"{in_words(row.happened_from, row.happened_to)} {label('activity_kinds', row.kind)}"
        f" {named(row.giver)}"
        for row in rows[:3]
    )
    intro = gettext("The side that recorded it sees the reason and can edit and submit again.")
    return form_page(
        request,
        title=title,
        form=form,
        submit=gettext("Return"),
        intro=f"{said}{'…' if len(rows) > 3 else ''} — {intro}" if rows else "",
        cancel_url="" if within else reverse("ledger:confirm"),
        crumbs=[Crumb(gettext("To confirm"), reverse("ledger:confirm")), Crumb(title)],
        example=all_example(request),
        template="ledger/_return.html" if within else "web/form_page.html",
    )
