"""Management procedures brought in: which were adopted, are they followed, which audit is late?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from jiedui.core.clock import today
from jiedui.core.packs import vocabulary
from jiedui.mentoring.access import departments as access
from jiedui.mentoring.access.reach import READ
from jiedui.mentoring.actions import procedures as actions
from jiedui.mentoring.forms.departments import AuditForm, ProcedureEditForm, ProcedureForm
from jiedui.mentoring.models import ManagementProcedure
from jiedui.mentoring.queries import departments as queries
from jiedui.mentoring.views.base import Request, not_visible, url
from jiedui.mentoring.views.departments import ListPage
from jiedui.mentoring.views.hospitals import kept_hospital
from jiedui.mentoring.views.standing_words import (
    hospital_way,
    list_tabs,
    terms_of,
    where_recorded,
)
from jiedui.web.pages import Crumb, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named, term


def state_of(row: ManagementProcedure, day: date) -> tuple[str, str]:
    """In force, given up, or to be audited, and the tone of it."""
    if row.retired_on:
        return _("Given up"), "plain"
    if row.next_audit_on and row.next_audit_on < day:
        return _("Audit overdue"), "wrong"
    return _("In force"), "ok"


def _in_state(rows: Any, value: str) -> Any:
    if value == "retired":
        return rows.filter(retired_on__isnull=False)
    if value == "overdue":
        return queries.audit_overdue(rows, today())
    return rows.filter(retired_on__isnull=True)


@require_GET
def procedure_list(request: Request) -> HttpResponseBase:
    """Which procedures were adopted, and which audit is late?"""
    viewer = request.viewer
    viewer.must(READ)
    day = today()
    table = Table(
        request,
        access.visible_procedures(viewer).select_related("organisation", "department", "giver"),
        [
            Column("title", pgettext("document", "Title"), sort="title",
                   url=lambda row: url("procedure", row.id)),
            Column("kind", _("Kind"), kind="term", table="management_kinds", sort="kind"),
            Column("hospital", _("Hospital"), value=lambda row: named(row.organisation),
                   sort="organisation__name", url=lambda row: url("hospital", row.organisation_id)),
            Column("department", pgettext("clinical", "Department"),
                   value=lambda row: (
                       row.department.name if row.department else _("Whole hospital")
                   )),
            Column("adopted_on", _("Adopted on"), kind="day", sort="adopted_on"),
            Column("audited", _("Audits"), kind="number"),
            Column("next_audit_on", _("Next audit by"), kind="day", sort="next_audit_on"),
            Column("state", _("State"), kind="badge", value=lambda row: state_of(row, day)[0],
                   tone=lambda row: state_of(row, day)[1]),
            Column("giver", _("Helped by"), value=lambda row: named(row.giver)),
        ],
        filters=[
            Filter("q", _("Title or hospital"),
                   paths=("title", "organisation__name", "organisation__name_en")),
            Filter("kind", _("Kind"), kind="choice", choices=terms_of("management_kinds")),
            Filter("state", _("State"), kind="choice", apply=_in_state,
                   choices=[("held", _("In force")), ("overdue", _("Audit overdue")),
                            ("retired", _("Given up"))]),
            Filter("adopted", _("Adopted on"), kind="dates", paths=("adopted_on",)),
        ],
        default_sort="-adopted_on",
        title=_("Management procedures"),
        empty=Empty(
            _("No procedure adopted yet"),
            _("Procedures that were brought in stand here with their audits; a new one is"
              " recorded on a hospital's page."),
            url("departments"), _("Department building"),
        ),
        prepare=queries.audited,
    )  # fmt: skip
    page = ListPage(
        _("Management procedures"), table, list_tabs("procedures"), where_recorded(viewer)
    )
    return render(request, "mentoring/departments_list.html", page)


@dataclass(frozen=True)
class AuditLine:
    """An audit as the page shows it."""

    on: date
    result: str
    tone: str
    findings: str


@dataclass(frozen=True)
class ProcedurePage:
    """One procedure."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    procedure: ManagementProcedure
    kind: str
    giver: str
    state: str
    tone: str
    audits: Sequence[AuditLine]
    may: bool


def way_to(row: ManagementProcedure, *labels: str) -> tuple[Crumb, ...]:
    """The way back to a procedure, and to what follows it."""
    own = Crumb(row.title, url("procedure", row.id) if labels else "")
    return hospital_way(row.organisation, own, *(Crumb(each) for each in labels))


@require_GET
def procedure_page(request: Request, id: UUID) -> HttpResponseBase:
    """Since when does the procedure hold, and is it followed?"""
    viewer = request.viewer
    viewer.must(READ)
    row = access.get_procedure(viewer, id)
    results = vocabulary().table("audit_results")
    state, tone = state_of(row, today())
    page = ProcedurePage(
        title=row.title,
        crumbs=way_to(row),
        example=row.organisation.example,
        procedure=row,
        kind=term(row.kind, "management_kinds"),
        giver=named(row.giver),
        state=state,
        tone=tone,
        audits=[
            AuditLine(each.on, term(each.result, "audit_results"),
                      results[each.result].extra["tone"], each.findings)
            for each in row.audits.order_by("-on", "-id")
        ],
        may=access.may_keep(viewer, row.organisation_id),
    )  # fmt: skip
    return render(request, "mentoring/departments_procedure.html", page)


@require_http_methods(["GET", "POST"])
def procedure_new(request: Request, id: UUID) -> HttpResponseBase:
    """Record a procedure that was adopted."""
    body = kept_hospital(request, id)
    back = url("hospital", body.id)

    def act(data: dict[str, Any]) -> str:
        made = actions.adopt_procedure(by=request.viewer.user, organisation=body, **data)
        return url("procedure", made.id)

    return submitted(
        request,
        ProcedureForm(request.viewer, body, request.POST or None, initial={"adopted_on": today()}),
        act, title=_("New management procedure"), submit=pgettext("verb", "Record"),
        done=_("It was recorded."), cancel_url=back,
        crumbs=hospital_way(body, Crumb(_("New management procedure"))), example=body.example,
    )  # fmt: skip


def _kept(request: Request, id: UUID) -> ManagementProcedure:
    request.viewer.must(READ)
    row = access.get_procedure(request.viewer, id)
    if not access.may_keep(request.viewer, row.organisation_id):
        raise not_visible()
    return row


@require_http_methods(["GET", "POST"])
def procedure_edit(request: Request, id: UUID) -> HttpResponseBase:
    """Correct a procedure's days, or give it up."""
    row = _kept(request, id)
    back = url("procedure", row.id)
    names = ("adopted_on", "next_audit_on", "retired_on", "reason")

    def act(data: dict[str, Any]) -> str:
        actions.update_procedure(by=request.viewer.user, procedure=row, **data)
        return back

    return submitted(
        request,
        ProcedureEditForm(
            request.POST or None, initial={name: getattr(row, name) for name in names}
        ),
        act, title=_("Correct, or give up"), submit=_("Save"), done=_("It was saved."),
        cancel_url=back, crumbs=way_to(row, _("Correct, or give up")),
        example=row.organisation.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def procedure_audit(request: Request, id: UUID) -> HttpResponseBase:
    """Record an audit."""
    row = _kept(request, id)
    back = url("procedure", row.id)

    def act(data: dict[str, Any]) -> str:
        actions.audit_procedure(by=request.viewer.user, procedure=row, **data)
        return back

    return submitted(
        request, AuditForm(request.POST or None, initial={"on": today()}), act,
        title=_("New audit"), submit=pgettext("verb", "Record"), done=_("The audit was recorded."),
        intro=row.title, cancel_url=back, crumbs=way_to(row, _("New audit")),
        example=row.organisation.example,
    )  # fmt: skip
