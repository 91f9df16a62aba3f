"""Lists of a siting proposal: sites chosen, places not reached, sites not chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from jiedui.planning.access import sitings as access
from jiedui.planning.queries import sitings as queries
from jiedui.planning.views.base import Request
from jiedui.planning.views.siting_words import told, way_of
from jiedui.planning.views.sitings import tabs, way
from jiedui.web.pages import Crumb, Tab, render
from jiedui.web.tables import Column, Empty, Filter, Table


@dataclass(frozen=True)
class TablePage:
    """One list of a proposal."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    lead: str
    worked: bool
    table: Table
    tabs: Sequence[Tab]


def _page(
    request: Request, overview: queries.SitingOverview, name: str, lead: str, table: Table
) -> HttpResponseBase:
    siting = overview.siting
    page = TablePage(
        str(table.title), way(siting, str(table.title)), siting.programme.example, lead,
        overview.worked, table, tabs(overview, name),
    )  # fmt: skip
    return render(request, "planning/siting_list.html", page)


def _overview(request: Request, id: UUID) -> queries.SitingOverview:
    return queries.siting_overview(request.viewer, access.get_siting(request.viewer, id))


def _choices(values: Sequence[str]) -> list[tuple[str, str]]:
    return [(value, value) for value in sorted({value for value in values if value})]


def _none() -> Empty:
    return Empty(_("Nothing here"), _("This fills once the proposal is computed."))


@require_GET
def kit_list(request: Request, id: UUID) -> HttpResponseBase:
    """Which sites get which kit?"""
    overview = _overview(request, id)
    standing = [("yes", _("Stands already")), ("no", _("New"))]
    table = Table(
        request,
        overview.kits,
        [
            Column("site", _("Site"), sort="site"),
            Column("code", _("Code of the site"), sort="code", shown=False),
            Column("kind", _("Kit"), sort="kind"),
            Column("cost", _("Cost"), kind="number", sort="cost"),
            Column("existing", _("Standing"), kind="badge",
                   value=lambda row: dict(standing)["yes" if row.existing else "no"]),
            Column("people", _("People it reaches"), kind="number", sort="people"),
            Column("alone", _("Reached by it alone"), kind="number", sort="alone"),
        ],
        filters=[
            Filter("q", _("Site"), paths=("site", "code")),
            Filter("kind", _("Kit"), "choice", ["kind"],
                   _choices([each.kind for each in overview.kits])),
            Filter("existing", _("Standing"), "choice", choices=standing,
                   apply=lambda rows, value: [r for r in rows if r.existing == (value == "yes")]),
        ],
        default_sort="-people",
        key=lambda row: row.key,
        title=_("Sites chosen"),
        empty=_none(),
    )  # fmt: skip
    lead = _("Which sites get which kit, and whom each reaches.")
    return _page(request, overview, "siting-kits", lead, table)


@require_GET
def missed_list(request: Request, id: UUID) -> HttpResponseBase:
    """Who is not reached, and what would reach them?"""
    overview = _overview(request, id)
    services = _choices([each.service for each in overview.missed])
    columns = [
        Column("place", pgettext("siting", "Place"), sort="place"),
        Column("code", _("Code of the place"), sort="code", shown=False),
        Column("people", pgettext("siting", "People"), kind="number", sort="people"),
        Column("nearest", _("Nearest site with a kit"), sort="nearest"),
        Column("distance", _("Kilometres to it"), kind="number", sort="distance"),
        Column("way", _("Cheapest way to reach them"), value=way_of),
        Column("cost", _("Cost of it"), kind="number", value="cheapest_cost",
               sort="cheapest_cost"),
    ]  # fmt: skip
    filters = [
        Filter("q", pgettext("siting", "Place"), paths=("place", "code", "nearest")),
        Filter("can", _("Can be reached"), "choice",
               choices=[("yes", _("By a kit")), ("no", _("By no kit"))],
               apply=lambda rows, value: [
                   r for r in rows if bool(r.cheapest_site) == (value == "yes")
               ]),
        Filter("kind", _("Cheapest kit"), "choice", ["cheapest_kind"],
               _choices([each.cheapest_kind for each in overview.missed])),
    ]  # fmt: skip
    if services:
        columns.insert(2, Column("service", _("Service"), sort="service"))
        filters.append(Filter("service", _("Service"), "choice", ["service"], services))
    empty = Empty(_("Everybody is reached"), "") if overview.siting.outcome else _none()
    table = Table(
        request, overview.missed, columns, filters=filters, default_sort="-people",
        key=lambda row: row.key, title=_("Not reached"), empty=empty,
    )  # fmt: skip
    lead = _("Who stays out of reach in this proposal, most people first.")
    return _page(request, overview, "siting-missed", lead, table)


@require_GET
def left_list(request: Request, id: UUID) -> HttpResponseBase:
    """Why has a site no new kit?"""
    overview = _overview(request, id)

    def why(row: Any) -> str:
        return told(row.reason, row.details)

    reasons = {row.reason: told(row.reason, dict.fromkeys(row.details, "…"))
               for row in overview.left}  # fmt: skip
    codes = {str(number): reason for number, reason in enumerate(reasons)}
    table = Table(
        request,
        overview.left,
        [
            Column("site", _("Site"), sort="site"),
            Column("code", _("Code of the site"), sort="code", shown=False),
            Column("kind", _("Most promising kit"), sort="kind"),
            Column("gain", _("People it would add"), kind="number", sort="gain"),
            Column("why", _("Why it was not chosen"), value=why),
            Column("price", _("Worth it at a cost of"), kind="number", sort="price"),
        ],
        filters=[
            Filter("q", _("Site"), paths=("site", "code")),
            Filter("why", _("Why it was not chosen"), "choice",
                   choices=[(code, reasons[reason]) for code, reason in codes.items()],
                   apply=lambda rows, value: [
                       r for r in rows if r.reason == codes.get(value)
                   ]),
        ],
        default_sort="-gain",
        key=lambda row: row.key,
        title=_("Sites not chosen"),
        empty=_none(),
    )  # fmt: skip
    lead = _("Why each of the other sites has no new kit.")
    return _page(request, overview, "siting-left", lead, table)
