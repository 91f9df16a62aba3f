"""Pages of techniques: the register, and one technique with its curve, cases and steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from jiedui.core.clock import today
from jiedui.directory.queries import organisations_called
from jiedui.mentoring.access import techniques as access
from jiedui.mentoring.access.cases import visible_cases
from jiedui.mentoring.access.reach import READ
from jiedui.mentoring.models import Case, Technique
from jiedui.mentoring.queries import techniques as queries
from jiedui.mentoring.views import technique_words as words
from jiedui.mentoring.views.base import Request, outside, url
from jiedui.mentoring.views.standing_words import terms_of
from jiedui.mentoring.views.technique_parts import TechniquePage, case_new_url, technique_parts
from jiedui.programmes.access import visible_programmes
from jiedui.web.pages import Crumb, render
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named, term


@dataclass(frozen=True)
class ListPage:
    """The register of techniques."""

    title: str
    table: Table
    new_url: str
    confirmed: Sequence[tuple[str, int]]
    example: bool = False


def _of_side(side: str) -> Any:
    return lambda rows, text: rows.filter(**{f"{side}_id__in": organisations_called(text)})


def _flagged(rows: QuerySet[Technique], value: str) -> QuerySet[Technique]:
    if value == "platform":
        return rows.filter(queries.platform_missing())
    if value == "asleep":
        return queries.asleep(rows, today())
    if value == "late":
        return rows.filter(id__in=queries.platform_late(rows.order_by(), today()).values("id"))
    if value == "departed":
        return rows.filter(departed_on__isnull=False)
    return rows.filter(departed_on__isnull=True)


def _scoped(rows: QuerySet[Technique], value: str) -> QuerySet[Technique]:
    kind, _colon, scope = value.partition(":")
    field = "scope_claimed" if kind == "claimed" else "scope_confirmed"
    found = rows.filter(**{field: scope})
    return found.filter(reviewed_on__isnull=True) if kind == "claimed" else found


def _scopes() -> list[tuple[str, str]]:
    found = []
    for code, label in terms_of("novelty_scopes")():
        found.append((f"confirmed:{code}", _("Confirmed: %(scope)s") % {"scope": label}))
    for code, label in terms_of("novelty_scopes")():
        found.append((f"claimed:{code}", _("Claimed, not reviewed: %(scope)s") % {"scope": label}))
    return found


def _flag(row: Any) -> str:
    if queries.is_asleep(row, today()):
        return _("No case for months")
    return _("Platform not ready") if row.platform_missing else ""


def _share(row: Technique) -> int | None:
    """Led locally, of a hundred; blank without a case."""
    return round(100 * row.local_cases / row.cases) if row.cases else None


@require_GET
def technique_list(request: Request) -> HttpResponseBase:
    """Which techniques were brought, how far has each come, which fell asleep?"""
    viewer = request.viewer
    viewer.must(READ)

    def flagged(rows: QuerySet[Technique], value: str) -> QuerySet[Technique]:
        if value == "review":
            return rows.filter(id__in=queries.to_review(viewer).values("id"))
        return _flagged(rows, value)

    def programmes() -> list[tuple[str, str]]:
        rows = visible_programmes(viewer).order_by("name", "id")[:300]
        return [(str(row.id), named(row)) for row in rows]

    new_url = url("technique-new") if access.may_propose(viewer) else ""
    table = Table(
        request,
        queries.techniques_listed(viewer),
        [
            Column("name", _("Technique"), url=lambda row: url("technique", row.id), sort="name"),
            Column("state", _("State"), kind="badge", sort="state",
                   value=lambda row: words.STATES[row.state],
                   tone=lambda row: words.TONES[row.state]),
            Column("state_on", pgettext("technique", "Since"), kind="day", sort="state_on"),
            Column("receiver", _("Recipient"), value=lambda row: named(row.receiver)),
            Column("department", pgettext("clinical", "Department"), value=words.where),
            Column("specialty", _("Specialty"), kind="term", table="specialties",
                   sort="specialty", shown=False),
            Column("category", _("Category"), kind="term", table="technique_categories",
                   sort="category", shown=False),
            Column("grade", _("Grade of surgery"), kind="term", table="technique_grades",
                   value=lambda row: str(row.grade or ""), shown=False),
            Column("introduced_by", _("Brought by"), value="introduced_by__name", shown=False),
            Column("giver", _("Supporter"), value=lambda row: named(row.giver), shown=False),
            Column("cases", _("Cases"), kind="number", sort="cases"),
            Column("local_cases", _("Led locally"), kind="number", sort="local_cases",
                   shown=False),
            Column("share", _("Local-lead share"), kind="number", unit="%", value=_share),
            Column("first_local_on", _("First local-led case"), kind="day",
                   sort="first_local_on", shown=False),
            Column("last_case_on", _("Last case"), kind="day", sort="last_case_on"),
            Column("departed_on", _("Last day of an expert"), kind="day", sort="departed_on"),
            Column("scope_confirmed", _("Confirmed as new"), kind="term", table="novelty_scopes",
                   shown=False),
            Column("flag", _("To see to"), kind="badge", value=_flag, tone=lambda row: "wrong"),
            Column("proposed_on", _("Proposed on"), kind="day", sort="proposed_on", shown=False),
            Column("programme", _("Programme"), value=lambda row: named(row.programme),
                   shown=False),
        ],
        filters=[
            Filter("q", _("Technique"), paths=("name",)),
            Filter("state", _("State"), "choice", choices=list(words.STATES.items())),
            Filter("receiver", _("Recipient"), apply=_of_side("receiver")),
            Filter("department", pgettext("clinical", "Department"),
                   paths=("department__name",)),
            Filter("specialty", _("Specialty"), "choice", choices=terms_of("specialties")),
            Filter("category", _("Category"), "choice", choices=terms_of("technique_categories")),
            Filter("scope", _("Novelty"), "choice", choices=_scopes, apply=_scoped),
            Filter("flag", _("To see to"), "choice", apply=flagged, choices=[
                ("asleep", _("No case for months")), ("platform", _("Platform not ready")),
                ("late", _("Platform past its day")), ("review", _("Claim to review")),
                ("departed", _("Experts have left")), ("present", _("An expert is there")),
            ]),
            Filter("giver", _("Supporter"), apply=_of_side("giver")),
            Filter("programme", _("Programme"), "choice", ["programme_id"], programmes),
        ],
        default_sort="-state_on",
        title=_("Techniques"),
        empty=Empty(
            _("No technique yet"),
            _("Here stands what experts bring: who leads it, and whether it stays when they have"
              " left. Propose the first one."),
            new_url, _("Propose a technique"),
        ),
    )  # fmt: skip
    confirmed = [
        (term(row.scope, "novelty_scopes"), row.count)
        for row in queries.confirmed_novelties(access.visible_techniques(viewer))
    ]
    page = ListPage(_("Techniques"), table, new_url, confirmed)
    return render(request, "mentoring/techniques_list.html", page)


@require_GET
def technique_page(request: Request, id: UUID) -> HttpResponseBase:
    """Who leads this technique, what does it rest on, and will it stay?"""
    viewer = request.viewer
    viewer.must(READ)
    technique = access.get_technique(viewer, id)
    page: TechniquePage = technique_parts(viewer, technique)
    return render(request, "mentoring/techniques_page.html", page)


@dataclass(frozen=True)
class CasesPage:
    """The cases of a technique."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    table: Table
    new_url: str
    note: str


def _case_url(row: Case) -> str:
    return outside("mentoring:case", row.id)


@require_GET
def technique_cases(request: Request, id: UUID) -> HttpResponseBase:
    """Every case of this technique: when, who led, how it went."""
    viewer = request.viewer
    viewer.must(READ)
    technique = access.get_technique(viewer, id)
    rows = visible_cases(viewer).filter(technique=technique)
    new_url = case_new_url(viewer, technique)
    table = Table(
        request,
        rows.select_related("leader", "mentor", "learner"),
        [
            Column("happened_on", pgettext("case", "Day"), kind="day", sort="happened_on",
                   url=_case_url),
            Column("lead", _("Led"), kind="text", sort="lead",
                   value=lambda row: words.LEADS[row.lead]),
            Column("leader", _("First operator"), value="leader__name"),
            Column("mentor", _("Taught by"), value="mentor__name"),
            Column("role", _("Role"), kind="term", table="case_roles", shown=False),
            Column("supervision", _("Supervision"), kind="term", table="supervision_levels",
                   shown=False),
            Column("difficulty", _("Difficulty"), kind="term", table="case_difficulties"),
            Column("success", _("Outcome"), kind="badge",
                   value=lambda row: _("Met the criterion") if row.success
                   else _("Did not meet it"),
                   tone=lambda row: "ok" if row.success else "wrong"),
            Column("outcome_note", _("What happened"), shown=False),
            Column("state", _("State"), kind="badge",
                   value=lambda row: words.CASE_STATES[row.state],
                   tone=lambda row: words.CASE_TONES[row.state]),
        ],
        filters=[
            Filter("lead", _("Led"), "choice", choices=list(words.LEADS.items())),
            Filter("state", _("State"), "choice", choices=list(words.CASE_STATES.items())),
            Filter("success", _("Outcome"), "choice", apply=_by_outcome, choices=[
                ("yes", _("Met the criterion")), ("no", _("Did not meet it"))]),
            Filter("happened_on", pgettext("case", "Day"), kind="dates"),
        ],
        default_sort="-happened_on",
        title=_("Cases"),
        empty=Empty(
            _("No case that you may see"),
            _("Cases of named people are open to who manages a side or took part in them."),
            new_url, _("Record a case"),
        ),
    )  # fmt: skip
    page = CasesPage(
        _("Cases of %(name)s") % {"name": technique.name},
        words.way(technique, _("Cases")),
        technique.programme.example,
        table,
        new_url,
        _("Confirmed: %(all)s, of which led locally: %(local)s.")
        % {"all": technique.cases, "local": technique.local_cases},
    )
    return render(request, "mentoring/techniques_cases.html", page)


def _by_outcome(rows: QuerySet[Case], value: str) -> QuerySet[Case]:
    return rows.filter(success=value == "yes")
