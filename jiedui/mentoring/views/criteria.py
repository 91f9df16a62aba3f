"""Pages of the procedures' criteria: by what a series is judged, and what that is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from jiedui.core.errors import InvalidInput
from jiedui.core.packs import vocabulary
from jiedui.mentoring.access.reach import READ
from jiedui.mentoring.domain.rules import Procedure, procedure, procedures
from jiedui.mentoring.views import skill_words as words
from jiedui.mentoring.views.base import Request, not_visible, url
from jiedui.mentoring.views.skills import ListPage
from jiedui.web.pages import Crumb, render
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import term


def _rates(row: Procedure) -> str:
    rates = row.criterion.rates
    return f"{words.percent(rates.acceptable)} / {words.percent(rates.unacceptable)}"


def _limit(row: Procedure) -> float | None:
    return None if row.criterion.limit is None else round(row.criterion.limit, 2)


def _worth(row: Procedure, what: str) -> str:
    if row.worth is None:
        return ""
    return words.percent(getattr(row.worth, what))


@require_GET
def criterion_list(request: Request) -> HttpResponseBase:
    """By what is each procedure judged, and where can nothing be shown?"""
    viewer = request.viewer
    viewer.must(READ)
    english = words.language().startswith("en")
    rows = list(procedures(vocabulary()).values())
    table = Table(
        request,
        rows,
        [
            Column("name", pgettext("surgical", "Procedure"),
                   value=lambda row: row.term.label(words.language()),
                   sort="term__name_en" if english else "term__name",
                   url=lambda row: url("criterion", row.code)),
            Column("icd", "ICD-9-CM-3", value=lambda row: row.term.extra["icd9cm3"]),
            Column("criterion", _("Criterion"), kind="badge", sort="criterion__kind",
                   value=lambda row: words.CRITERIA[row.criterion.kind]
                   if row.worth else _("Insufficient cases"),
                   tone=lambda row: "plain" if row.worth else "wait"),
            Column("rates", _("Failures: acceptable, unacceptable"), value=_rates),
            Column("planned", _("Planned cases"), kind="number", value="criterion__planned",
                   sort="criterion__planned"),
            Column("limit", _("Limit of learning"), kind="number",
                   value=_limit),
            Column("least", _("Least cases"), kind="number",
                   value=lambda row: row.worth.least if row.worth else None),
            Column("false", _("False sign-off"), value=lambda row: _worth(row, "false_rate")),
            Column("true", _("True sign-off"), value=lambda row: _worth(row, "true_rate")),
        ],
        filters=[
            Filter("q", pgettext("surgical", "Procedure"),
                   paths=("term__name", "term__name_en", "term__code")),
            Filter("specialty", _("Specialty"), "choice", ("term__extra__specialty",),
                   choices=lambda: sorted(
                       {(row.term.extra["specialty"], term(row.term.extra["specialty"],
                                                           "specialties")) for row in rows}
                   )),
        ],
        default_sort="name",
        key=lambda row: row.code,
        title=_("Criteria of procedures"),
        empty=Empty(_("No procedure"), _("Procedures come from the pack in use.")),
    )  # fmt: skip
    lead = _(
        "Where a number is a house default, the programme's experts set their own in the pack."
        " The rates are of one series of cases; each that begins anew adds to them."
    )
    page = ListPage(_("Criteria of procedures"), table, words.tabs(viewer, "criteria"), lead)
    return render(request, "mentoring/skills_list.html", page)


@dataclass(frozen=True)
class CriterionPage:
    """One procedure's criterion."""

    title: str
    crumbs: Sequence[Crumb]
    lead: str
    facts: Sequence[tuple[str, Any]]
    worth: str
    adding_up: str
    weak: str
    insufficient: bool
    monitoring: str
    source: str


@require_GET
def criterion_page(request: Request, code: str) -> HttpResponseBase:
    """What counts as a success, where are the limits, how often do they mislead?"""
    viewer = request.viewer
    viewer.must(READ)
    try:
        found = procedure(code)
    except InvalidInput as wrong:
        raise not_visible() from wrong
    rule, worth = found.criterion, found.worth
    facts: list[tuple[str, Any]] = [
        (_("What counts as a success"), words.outcome_of(found.term)),
        ("ICD-9-CM-3", found.term.extra["icd9cm3"]),
        (_("Specialty"), term(found.term.extra["specialty"], "specialties")),
        (_("Criterion"), words.CRITERIA[rule.kind]),
        (_("Failures: acceptable, unacceptable"), _rates(found)),
        (_("Planned cases"), rule.planned),
        (_("Wrongly signed off at most"), words.percent(found.false_limit)),
    ]
    if rule.kind == "minimum":
        facts.append((_("Least number of cases"), rule.minimum))
    if worth is not None:
        facts += [
            (_("Limit of learning"), f"{rule.limit:.2f}" if rule.limit else "–"),
            (_("Least cases, without a failure"), worth.least),
            (_("Half of the adequate are found by case"), worth.median or "–"),
        ]
    name = found.term.label(words.language())
    page = CriterionPage(
        title=name,
        crumbs=(Crumb(_("Criteria of procedures"), url("criteria")), Crumb(name)),
        lead=_("By what the series of cases of this procedure is judged."),
        facts=facts,
        worth=words.worth_said(found),
        adding_up=words.adding_up(found),
        weak=words.weak(worth),
        insufficient=worth is None,
        monitoring=_(
            "After sign-off the cases are monitored; the alarm stands at %(limit)s. It comes after"
            " %(well)s cases on average where all is well, and after %(worse)s where the failures"
            " have risen to the unacceptable share."
        ) % {
            "limit": f"{found.watch.limit:.2f}", "well": f"{found.watch.well:.0f}",
            "worse": f"{found.watch.worse:.0f}",
        },
        source=found.term.source,
    )  # fmt: skip
    return render(request, "mentoring/skills_criterion.html", page)
