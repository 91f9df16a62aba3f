"""Special clinics: when are they held, and how many visits do they see?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from jiedui.core.clock import today
from jiedui.mentoring.access import departments as access
from jiedui.mentoring.access.reach import READ
from jiedui.mentoring.actions import standards as actions
from jiedui.mentoring.domain.months import after, month_of
from jiedui.mentoring.forms.departments import ClinicForm, CloseForm, HoursForm, MonthForm
from jiedui.mentoring.models import SpecialClinic
from jiedui.mentoring.views.base import Request, not_visible, url
from jiedui.mentoring.views.departments import kept_department
from jiedui.mentoring.views.standing_words import department_way, hospital_way, week_of
from jiedui.web.charts import ChartData, Series
from jiedui.web.pages import Crumb, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Table
from jiedui.web.templatetags.jiedui import period, term

# Months that the chart shows.
SHOWN = 36


@dataclass(frozen=True)
class ClinicPage:
    """One special clinic."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    clinic: SpecialClinic
    kind: str
    open: str
    week: str
    may: bool
    chart: ChartData | None
    table: Table


def way_to(clinic: SpecialClinic, *labels: str) -> tuple[Crumb, ...]:
    """The way back to a clinic, and to what follows it."""
    place = clinic.department
    return hospital_way(
        place.organisation,
        Crumb(place.name, url("department", place.id)),
        Crumb(clinic.name, url("clinic", clinic.id) if labels else ""),
        *(Crumb(each) for each in labels),
    )


@require_GET
def clinic_page(request: Request, id: UUID) -> HttpResponseBase:
    """When is the clinic held, and how has its volume gone?"""
    viewer = request.viewer
    viewer.must(READ)
    clinic = access.get_clinic(viewer, id)
    may = access.may_keep(viewer, clinic.department.organisation_id) and not clinic.valid_to
    months = list(clinic.months.order_by("-month")[:SHOWN])[::-1]
    new = url("clinic-month", clinic.id) if may else ""
    chart = None
    if months:
        chart = ChartData(
            _("Visits by month"), _("Month"), [f"{row.month:%Y-%m}" for row in months],
            [Series(_("Visits"), [row.visits for row in months], "jade")], kind="bar",
            unit=pgettext("unit", "person-times"), tabled=False,
        )  # fmt: skip
    page = ClinicPage(
        title=clinic.name,
        crumbs=way_to(clinic),
        example=clinic.department.organisation.example,
        clinic=clinic,
        kind=term(clinic.kind, "clinic_kinds"),
        open=period(clinic.valid_from, clinic.valid_to),
        week=week_of(clinic),
        may=may,
        chart=chart,
        table=Table(
            request,
            clinic.months.all(),
            [
                Column("month", _("Month"), value=lambda row: f"{row.month:%Y-%m}", sort="month"),
                Column("sessions", _("Half days held"), kind="number", sort="sessions"),
                Column("visits", _("Visits"), kind="number", sort="visits",
                       unit=pgettext("unit", "person-times")),
            ],
            default_sort="-month",
            title=_("Visits by month"),
            empty=Empty(_("No month told yet"), _("Tell each month when it is over."), new,
                        _("Tell a month")),
        ),
    )  # fmt: skip
    return render(request, "mentoring/departments_clinic.html", page)


@require_http_methods(["GET", "POST"])
def clinic_new(request: Request, id: UUID) -> HttpResponseBase:
    """Open a special clinic."""
    department = kept_department(request, id)
    back = url("department", department.id)

    def act(data: dict[str, Any]) -> str:
        made = actions.open_clinic(by=request.viewer.user, department=department, **data)
        return url("clinic", made.id)

    return submitted(
        request, ClinicForm(request.POST or None, initial={"valid_from": today()}), act,
        title=_("New special clinic"), submit=_("Save"), done=_("The clinic was saved."),
        cancel_url=back, crumbs=department_way(department, _("New special clinic")),
        example=department.organisation.example,
    )  # fmt: skip


def _kept(request: Request, id: UUID) -> SpecialClinic:
    request.viewer.must(READ)
    clinic = access.get_clinic(request.viewer, id)
    if not access.may_keep(request.viewer, clinic.department.organisation_id):
        raise not_visible()
    return clinic


@require_http_methods(["GET", "POST"])
def clinic_hours(request: Request, id: UUID) -> HttpResponseBase:
    """Change a clinic's week."""
    clinic = _kept(request, id)
    back = url("clinic", clinic.id)
    first = [f"{hour.weekday} {hour.part}" for hour in clinic.hours.all()]

    def act(data: dict[str, Any]) -> str:
        actions.set_hours(by=request.viewer.user, clinic=clinic, **data)
        return back

    return submitted(
        request, HoursForm(request.POST or None, initial={"hours": first}), act,
        title=_("Change the week"), submit=_("Save"), done=_("The week was saved."),
        cancel_url=back, crumbs=way_to(clinic, _("Change the week")),
        example=clinic.department.organisation.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def clinic_month(request: Request, id: UUID) -> HttpResponseBase:
    """Tell a month's volume."""
    clinic = _kept(request, id)
    back = url("clinic", clinic.id)

    def act(data: dict[str, Any]) -> str:
        actions.tell_month(by=request.viewer.user, clinic=clinic, **data)
        return back

    # A month is told when it is over.
    first = {"month": after(month_of(today()), -1)}
    return submitted(
        request, MonthForm(request.POST or None, initial=first), act, title=_("Tell a month"),
        submit=_("Save"),
        done=_("The month was saved."), intro=_("A month that was told before is corrected."),
        cancel_url=back, crumbs=way_to(clinic, _("Tell a month")),
        example=clinic.department.organisation.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def clinic_close(request: Request, id: UUID) -> HttpResponseBase:
    """Close a clinic."""
    clinic = _kept(request, id)
    back = url("clinic", clinic.id)

    def act(data: dict[str, Any]) -> str:
        actions.close_clinic(by=request.viewer.user, clinic=clinic, **data)
        return back

    return submitted(
        request, CloseForm(request.POST or None, initial={"on": today()}), act,
        title=_("Close the clinic"), submit=pgettext("clinic", "Close"),
        done=_("The clinic was closed."), tone="wrong",
        cancel_url=back, crumbs=way_to(clinic, _("Close the clinic")),
        example=clinic.department.organisation.example,
    )  # fmt: skip
