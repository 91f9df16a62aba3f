"""Research projects: applied for, funded, closed, three counts that are never added."""

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
from jiedui.mentoring.actions import research as actions
from jiedui.mentoring.domain.departments import research_state
from jiedui.mentoring.forms.departments import ResearchForm, ResearchStepForm
from jiedui.mentoring.models import ResearchProject
from jiedui.mentoring.queries import departments as queries
from jiedui.mentoring.views.base import Request, not_visible, url
from jiedui.mentoring.views.hospitals import kept_hospital
from jiedui.mentoring.views.standing_words import hospital_way, list_tabs, terms_of, where_recorded
from jiedui.web.pages import Crumb, Tab, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named, term

TONES = {"applied": "wait", "refused": "plain", "funded": "ok", "closed": "ok"}


def state_of(row: ResearchProject) -> tuple[str, str]:
    """What a project is now, and the tone of it."""
    state = research_state(row.refused_on, row.funded_on, row.closed_on)
    words = {
        "applied": pgettext("research", "Applied for"),
        "refused": pgettext("research", "Refused"),
        "funded": pgettext("research", "Funded"),
        "closed": pgettext("research", "Closed"),
    }
    return words[state], TONES[state]


def _in_state(rows: Any, value: str) -> Any:
    if value == "applied":
        return rows.filter(refused_on=None, funded_on=None, closed_on=None)
    if value == "funded":
        return rows.filter(funded_on__isnull=False, closed_on=None)
    return rows.filter(**{f"{value}_on__isnull": False})


@dataclass(frozen=True)
class ResearchListPage:
    """The projects, and their three counts."""

    title: str
    table: Table
    tabs: Sequence[Tab]
    counts: queries.ResearchCount
    lead: str = ""
    example: bool = False


@require_GET
def research_list(request: Request) -> HttpResponseBase:
    """Which projects were applied for, funded, closed?"""
    viewer = request.viewer
    viewer.must(READ)
    rows = access.visible_research(viewer)
    table = Table(
        request,
        rows.select_related("organisation", "department", "giver"),
        [
            Column("title", pgettext("document", "Title"), sort="title",
                   url=lambda row: url("research-project", row.id)),
            Column("level", _("Grade"), kind="term", table="research_levels", sort="level"),
            Column("hospital", _("Hospital"), value=lambda row: named(row.organisation),
                   sort="organisation__name", url=lambda row: url("hospital", row.organisation_id)),
            Column("state", _("State"), kind="badge", value=lambda row: state_of(row)[0],
                   tone=lambda row: state_of(row)[1]),
            Column("applied_on", _("Applied on"), kind="day", sort="applied_on"),
            Column("funded_on", _("Funded on"), kind="day", sort="funded_on"),
            Column("amount", _("Amount granted"), kind="number", unit=pgettext("unit", "yuan"),
                   sort="amount"),
            Column("closed_on", pgettext("research", "Closed on"), kind="day", sort="closed_on"),
            Column("giver", _("Helped by"), value=lambda row: named(row.giver)),
        ],
        filters=[
            Filter("q", _("Title or hospital"),
                   paths=("title", "organisation__name", "organisation__name_en")),
            Filter("level", _("Grade"), kind="choice", choices=terms_of("research_levels")),
            Filter("state", _("State"), kind="choice", apply=_in_state,
                   choices=[("applied", pgettext("research", "Applied for")),
                            ("refused", pgettext("research", "Refused")),
                            ("funded", pgettext("research", "Funded")),
                            ("closed", pgettext("research", "Closed"))]),
            Filter("applied", _("Applied on"), kind="dates", paths=("applied_on",)),
        ],
        default_sort="-applied_on",
        title=_("Research"),
        empty=Empty(
            _("No research project yet"),
            _("A project is recorded on a hospital's page when it is applied for."),
            url("departments"), _("Department building"),
        ),
    )  # fmt: skip
    page = ResearchListPage(
        _("Research"),
        table,
        list_tabs("research"),
        queries.research_counts(rows),
        where_recorded(viewer),
    )
    return render(request, "mentoring/departments_research_list.html", page)


@dataclass(frozen=True)
class ResearchPage:
    """One project."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    project: ResearchProject
    level: str
    giver: str
    state: str
    tone: str
    may: bool


def way_to(row: ResearchProject, *labels: str) -> tuple[Crumb, ...]:
    """The way back to a project, and to what follows it."""
    own = Crumb(row.title, url("research-project", row.id) if labels else "")
    return hospital_way(row.organisation, own, *(Crumb(each) for each in labels))


@require_GET
def research_page(request: Request, id: UUID) -> HttpResponseBase:
    """What became of the project?"""
    viewer = request.viewer
    viewer.must(READ)
    row = access.get_research(viewer, id)
    state, tone = state_of(row)
    page = ResearchPage(
        title=row.title,
        crumbs=way_to(row),
        example=row.organisation.example,
        project=row,
        level=term(row.level, "research_levels"),
        giver=named(row.giver),
        state=state,
        tone=tone,
        may=access.may_keep(viewer, row.organisation_id),
    )
    return render(request, "mentoring/departments_research.html", page)


@require_http_methods(["GET", "POST"])
def research_new(request: Request, id: UUID) -> HttpResponseBase:
    """Record a project that was applied for."""
    body = kept_hospital(request, id)
    back = url("hospital", body.id)

    def act(data: dict[str, Any]) -> str:
        made = actions.apply_research(by=request.viewer.user, organisation=body, **data)
        return url("research-project", made.id)

    return submitted(
        request,
        ResearchForm(request.viewer, body, request.POST or None, initial={"applied_on": today()}),
        act, title=_("New research project"), submit=pgettext("verb", "Record"),
        done=_("It was recorded."), cancel_url=back,
        crumbs=hospital_way(body, Crumb(_("New research project"))), example=body.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def research_edit(request: Request, id: UUID) -> HttpResponseBase:
    """Say what became of a project."""
    request.viewer.must(READ)
    row = access.get_research(request.viewer, id)
    if not access.may_keep(request.viewer, row.organisation_id):
        raise not_visible()
    back = url("research-project", row.id)
    names = (
        "applied_on", "refused_on", "funded_on", "amount", "funder", "closed_on", "outcome"
    )  # fmt: skip

    def act(data: dict[str, Any]) -> str:
        actions.update_research(by=request.viewer.user, project=row, **data)
        return back

    return submitted(
        request,
        ResearchStepForm(
            request.POST or None, initial={name: getattr(row, name) for name in names}
        ),
        act, title=_("How it went on"), submit=_("Save"), done=_("It was saved."),
        intro=_("Applied for, funded and closed are counted apart and never added."),
        cancel_url=back, crumbs=way_to(row, _("How it went on")),
        example=row.organisation.example,
    )  # fmt: skip
