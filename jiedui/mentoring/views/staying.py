"""What stayed: of a programme on one sheet, of a team, batch or expert; where to begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.mentoring.access.reach import READ, own_person
from jiedui.mentoring.queries.staying.scope import (
    BATCH,
    DEPARTMENT,
    PERSON,
    PROGRAMME,
    TEAM,
    Scope,
    scope_of,
    visible_departments,
    was_posted,
)
from jiedui.mentoring.queries.staying.summary import Summary, summary
from jiedui.mentoring.views import staying_words as words
from jiedui.mentoring.views.base import Request, outside, url
from jiedui.programmes.access import visible_programmes
from jiedui.web.charts import ChartData
from jiedui.web.pages import Crumb, render
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named

PAGES = {
    PROGRAMME: "staying-programme",
    DEPARTMENT: "staying-department",
    PERSON: "staying-person",
    TEAM: "staying-team",
    BATCH: "staying-batch",
}


@dataclass(frozen=True)
class StateLine:
    """How many techniques stand at a state."""

    label: str
    count: int
    url: str


@dataclass(frozen=True)
class StayedPage:
    """The numbers of a scope with their definitions, charts and lists."""

    title: str
    lead: str
    crumbs: Sequence[Crumb]
    example: bool
    day: date
    numbers: Sequence[words.Number]
    sentences: Sequence[str]
    states: Sequence[StateLine]
    led: ChartData | None
    classes: str
    survival: ChartData | None
    survival_words: Sequence[str]
    missing: str
    empty: bool
    techniques_url: str
    certificates_url: str
    departures_url: str
    band_url: str
    back_url: str
    back_label: str


@dataclass(frozen=True)
class HomePage:
    """Where to begin: programmes, the own page of an expert, departments."""

    title: str
    lead: str
    crumbs: Sequence[Crumb]
    programmes: Sequence[tuple[str, str]]
    own_url: str
    table: Table


def title_of(scope: Scope) -> str:
    """The name of what is asked of."""
    if scope.kind == DEPARTMENT:
        return _("%(department)s, %(hospital)s") % {
            "department": scope.of.name,
            "hospital": named(scope.of.organisation),
        }
    if scope.kind == BATCH:
        return _("%(sender)s, batch %(number)s") % {
            "sender": named(scope.of.sender),
            "number": scope.of.number,
        }
    return named(scope.of)


def way(scope: Scope, *labels: str) -> tuple[Crumb, ...]:
    """The way back to the page of a scope, and to what follows it."""
    own = Crumb(title_of(scope), url(PAGES[scope.kind], scope.id) if labels else "")
    return (Crumb(_("What stays"), url("staying")), own, *(Crumb(each) for each in labels))


def back_of(scope: Scope) -> tuple[str, str]:
    """The page of the thing itself, and what it is called on a button."""
    labels = {
        PROGRAMME: _("The programme"), TEAM: _("The team itself"), BATCH: _("The batch"),
        PERSON: _("The person"),
    }  # fmt: skip
    room = "directory" if scope.kind == PERSON else "programmes"
    page = outside(f"{room}:{scope.kind}", scope.id) if scope.kind in labels else ""
    return page, labels.get(scope.kind, "")


def state_lines(scope: Scope, found: Summary) -> list[StateLine]:
    """Techniques by state, in the order in which they go."""
    lists = url("staying-techniques", scope.kind, scope.id)
    return [
        StateLine(str(label), found.states[state], f"{lists}?state={state}")
        for state, label in words.STATES.items()
        if found.states.get(state)
    ]


def stayed_page(request: Request, scope: Scope, title: str) -> StayedPage:
    """The page of a scope."""
    day = today()
    found = summary(scope, day)
    lists = url("staying-techniques", scope.kind, scope.id)
    certificates = url("staying-certificates", scope.kind, scope.id) if scope.names else ""
    back_url, back_label = back_of(scope)
    band = outside("indicators:band") if request.viewer.may("figures.read") else ""
    code = scope.of.code if scope.kind == PROGRAMME else ""
    return StayedPage(
        title=title,
        lead=title_of(scope),
        crumbs=way(scope),
        example=scope.example,
        day=day,
        numbers=words.numbers(found, lists, certificates),
        sentences=words.sentences(found),
        states=state_lines(scope, found),
        led=words.led_chart(found),
        classes=words.classes_told(),
        survival=words.survival_chart(found.survival),
        survival_words=[
            each
            for each in (
                words.median_told(found.survival),
                words.at_risk_told(found.survival),
                words.survival_told(),
            )
            if each
        ],
        missing=str(words.MISSING),
        empty=not (found.states or found.months or found.certified.in_force),
        techniques_url=lists,
        certificates_url=certificates,
        departures_url=url("staying-departures", scope.kind, scope.id),
        band_url=f"{band}?programme={code}&by=year" if band and code else "",
        back_url=back_url,
        back_label=back_label,
    )


@require_GET
def programme(request: Request, id: UUID) -> HttpResponseBase:
    """What has the programme left behind, on one sheet of paper?"""
    scope = scope_of(request.viewer, PROGRAMME, id)
    page = stayed_page(request, scope, _("What stays when the experts have left"))
    return render(request, "mentoring/staying_sheet.html", page)


def _stayed(request: Request, kind: str, id: UUID) -> HttpResponseBase:
    scope = scope_of(request.viewer, kind, id)
    page = stayed_page(request, scope, _("What stayed"))
    return render(request, "mentoring/staying_sheet.html", page)


@require_GET
def person(request: Request, id: UUID) -> HttpResponseBase:
    """What stayed of what this expert brought and taught? Never one expert beside another."""
    return _stayed(request, PERSON, id)


@require_GET
def team(request: Request, id: UUID) -> HttpResponseBase:
    """What stayed of what this team brought and taught?"""
    return _stayed(request, TEAM, id)


@require_GET
def batch(request: Request, id: UUID) -> HttpResponseBase:
    """What stayed of what this batch brought and taught?"""
    return _stayed(request, BATCH, id)


def _departments(request: Request, viewer: Viewer) -> Table:
    return Table(
        request,
        visible_departments(viewer),
        [
            Column(
                "name", _("Department"), sort="name",
                url=lambda row: url("staying-department", row.id),
            ),
            Column(
                "organisation", _("Hospital"), value=lambda row: named(row.organisation),
            ),
            Column("specialty", _("Specialty"), kind="term", table="specialties"),
            Column(
                "matrix", _("Skills"), value=lambda row: _("Skill matrix"), export=False,
                url=lambda row: url("matrix-department", row.id),
            ),
        ],
        filters=[
            Filter(
                "q", _("Hospital or department"),
                apply=lambda rows, text: rows.filter(organisation__name__icontains=text)
                | rows.filter(name__icontains=text),
            ),
        ],
        default_sort="name",
        title=_("Departments"),
        empty=Empty(
            _("No department within your reach"),
            _("Departments are entered with their hospital in the directory."),
            reverse("directory:organisations"),
            _("Organisations"),
        ),
    )  # fmt: skip


@require_GET
def home(request: Request) -> HttpResponseBase:
    """Of which programme, department or expert do I want to know what stayed?"""
    viewer = request.viewer
    viewer.must(READ)
    me = own_person(viewer)
    return render(
        request,
        "mentoring/staying_home.html",
        HomePage(
            title=_("What stays"),
            lead=_("Techniques, people and volumes after the experts have left."),
            crumbs=(),
            programmes=[
                (named(row), reverse("mentoring:staying-programme", args=[row.id]))
                for row in visible_programmes(viewer).order_by("name", "id")[:50]
            ],
            own_url=url("staying-person", me.id)
            if me is not None and was_posted(viewer, me.id)
            else "",
            table=_departments(request, viewer),
        ),
    )
