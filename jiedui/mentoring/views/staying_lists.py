"""The records behind the numbers: techniques, certificates and departures with their verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jiedui.core.clock import today
from jiedui.mentoring.domain.retention import asked
from jiedui.mentoring.domain.staying_rules import retention
from jiedui.mentoring.queries.staying.kept import followed_trainees, in_force, in_post, judged
from jiedui.mentoring.queries.staying.scope import Scope, scope_of
from jiedui.mentoring.queries.staying.volumes import judged_rows
from jiedui.mentoring.views import staying_words as words
from jiedui.mentoring.views.base import Request, not_visible, outside, url
from jiedui.mentoring.views.staying import way
from jiedui.web.pages import Crumb, render
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named, term


@dataclass(frozen=True)
class ListPage:
    """Records of a scope."""

    title: str
    lead: str
    crumbs: Sequence[Crumb]
    example: bool
    note: str
    table: Table


def _page(request: Request, scope: Scope, note: str, table: Table) -> HttpResponseBase:
    title = str(table.title)
    page = ListPage(title, "", way(scope, title), scope.example, note, table)
    return render(request, "mentoring/staying_list.html", page)


def _verdict(code: str, label: str) -> Column:
    return Column(
        code, label, kind="badge",
        value=lambda row: words.VERDICTS[getattr(row, code)],
        tone=lambda row: words.VERDICT_TONES[getattr(row, code)],
    )  # fmt: skip


def _choice(code: str, label: str, choices: Any) -> Filter:
    return Filter(
        code, label, kind="choice", choices=choices,
        apply=lambda rows, text: rows.filter(**{code: text}),
    )  # fmt: skip


@require_GET
def techniques(request: Request, kind: str, id: UUID) -> HttpResponseBase:
    """Which techniques were retained, which were not, and which are not yet known?"""
    scope = scope_of(request.viewer, kind, id)
    rules = retention()
    rows = judged(scope.techniques, today()).select_related("receiver", "department")
    verdicts = [(code, label) for code, label in words.VERDICTS.items()]
    table = Table(
        request,
        rows,
        [
            Column(
                "name", _("Technique"), sort="name",
                url=lambda row: outside("mentoring:technique", row.id),
            ),
            Column("receiver", _("Hospital"), value=lambda row: named(row.receiver)),
            Column(
                "department", _("Department"),
                value=lambda row: row.department.name if row.department else "",
            ),
            Column(
                "state", _("State"), value=lambda row: words.STATES.get(row.state, row.state)
            ),
            Column("departed_on", _("Last expert left"), kind="day", sort="departed_on"),
            _verdict("kept_6", _("6 months")),
            _verdict("kept_12", _("12 months")),
            Column("local_6", _("Local-led, months 1–6"), kind="number", unit=_("cases")),
            Column("local_12", _("Local-led, months 7–12"), kind="number", unit=_("cases")),
            Column(
                "k", _("Cases needed"), kind="number", unit=_("cases"),
                value=lambda row: asked(row.expected_cases, rules.share, rules.least),
            ),
        ],
        filters=[
            Filter("q", _("Technique"),
                   apply=lambda rows, text: rows.filter(name__icontains=text)),
            _choice("state", _("State"), list(words.STATES.items())),
            _choice("kept_6", _("6 months"), verdicts),
            _choice("kept_12", _("12 months"), verdicts),
        ],
        default_sort="name",
        title=_("Techniques after the departure"),
        empty=Empty(
            _("No technique was performed yet"),
            _("A technique stands here from its first confirmed case on."),
        ),
    )  # fmt: skip
    note = _(
        "Whole months are counted; the month of the departure belongs to neither half year."
        " What is asked for is %(share)s %% of the expected cases of half a year, at least"
        " %(least)s."
    ) % {"share": round(100 * rules.share), "least": rules.least}
    return _page(request, scope, f"{note} {words.MISSING}", table)


@require_GET
def certificates(request: Request, kind: str, id: UUID) -> HttpResponseBase:
    """Who is certified, still in post and still doing it?"""
    scope = scope_of(request.viewer, kind, id)
    if not scope.names:
        raise not_visible()
    day = today()
    rows = (
        followed_trainees(scope.certificates, day)
        .annotate(there=in_post(day))
        .select_related("person", "receiver")
    )
    table = Table(
        request,
        rows,
        [
            Column(
                "person", _("Person"), value=lambda row: row.person.name, sort="person__name",
                url=lambda row: outside("mentoring:certificate", row.id),
            ),
            Column("procedure", _("Procedure"), kind="term", table="procedures"),
            Column("receiver", _("Hospital"), value=lambda row: named(row.receiver)),
            Column("issued_on", _("Certified on"), kind="day", sort="issued_on"),
            Column("valid_to", _("Valid to"), kind="day", sort="valid_to"),
            Column(
                "there", _("In post today"), kind="badge",
                value=lambda row: _("yes") if row.there else _("no"),
                tone=lambda row: "ok" if row.there else "wrong",
            ),
            _verdict("kept", _("After 12 months")),
        ],
        filters=[
            Filter("q", _("Person"),
                   apply=lambda rows, text: rows.filter(person__name__icontains=text)),
            Filter(
                "force", _("In force, holder in post"), kind="choice", choices=[("yes", _("yes"))],
                apply=lambda rows, text: rows.filter(in_force(day), there=True),
            ),
            _choice(
                "kept", _("After 12 months"),
                [(code, words.VERDICTS[code]) for code in ("kept", "lost", "open")],
            ),
        ],
        default_sort="-issued_on",
        title=_("Certified people after 12 months"),
        empty=Empty(
            _("Nobody is certified yet"),
            _("A certificate of independence is issued at the end of an apprenticeship."),
        ),
    )  # fmt: skip
    note = _("First certificates only; a renewal is not counted again.")
    return _page(request, scope, note, table)


@require_GET
def departures(request: Request, kind: str, id: UUID) -> HttpResponseBase:
    """What became of each department after an expert left?"""
    scope = scope_of(request.viewer, kind, id)
    day = today()
    table = Table(
        request,
        scope.departures.select_related("receiver", "department", "person"),
        [
            Column("departed_on", _("Left on"), kind="day", sort="departed_on",
                   url=lambda row: url("staying-after", row.posting.id)),
            Column("receiver", _("Hospital"), value=lambda row: named(row.posting.receiver)),
            Column(
                "department", _("Department"),
                value=lambda row: row.posting.department.name if row.posting.department else "",
            ),
            Column(
                "specialty", _("Specialty"),
                value=lambda row: term(row.posting.specialty, "specialties"),
            ),
            Column(
                "verdict", _("Afterwards"), kind="badge",
                value=lambda row: words.AFTER[row.found.verdict],
                tone=lambda row: words.AFTER_TONES[row.found.verdict],
            ),
            Column("before", _("A month before"), kind="number", unit=_("cases"),
                   value=lambda row: row.rate_before),
            Column("after", _("A month afterwards"), kind="number", unit=_("cases"),
                   value=lambda row: row.rate_after),
        ],
        filters=[
            Filter("q", _("Hospital"),
                   apply=lambda rows, text: rows.filter(receiver__name__icontains=text)),
            Filter("specialty", _("Specialty"),
                   apply=lambda rows, text: rows.filter(specialty__startswith=text)),
        ],
        default_sort="-departed_on",
        prepare=lambda rows: judged_rows(rows, scope.tallies, day),
        title=_("Departments after each departure"),
        empty=Empty(_("Nobody has left yet"), _("Each posting that ended stands here.")),
    )  # fmt: skip
    return _page(request, scope, str(words.MISSING), table)
