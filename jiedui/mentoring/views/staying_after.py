"""A department before and after a departure: the numbers, the test, the chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from jiedui.core.clock import today
from jiedui.mentoring.domain.months import Span, after
from jiedui.mentoring.domain.staying import TOO_EARLY, Led
from jiedui.mentoring.domain.staying_rules import collapse
from jiedui.mentoring.queries.staying.scope import (
    DEPARTMENT,
    get_department,
    get_departure,
    scope_of,
)
from jiedui.mentoring.queries.staying.volumes import After, Mix, after_departure
from jiedui.mentoring.views import staying_words as words
from jiedui.mentoring.views.base import Request, outside, url
from jiedui.mentoring.views.staying import title_of, way
from jiedui.web.charts import ChartData, Series
from jiedui.web.pages import Crumb, render
from jiedui.web.templatetags.jiedui import day as told_day
from jiedui.web.templatetags.jiedui import period


@dataclass(frozen=True)
class Comparison:
    """One row of before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class AfterPage:
    """A department before and after a departure."""

    title: str
    lead: str
    crumbs: Sequence[Crumb]
    example: bool
    verdict: str
    tone: str
    explained: str
    rows: Sequence[Comparison]
    before_span: str
    after_span: str
    chart: ChartData | None
    missing: str
    posting_url: str
    cases_url: str


def _explained(found: After) -> str:
    """Why the verdict is what it is."""
    said, volume = found.found, found.found.volume
    if volume is None:
        return _("The stay had no whole month, or no month after the departure is over.")
    rules = collapse()
    if said.verdict == TOO_EARLY:
        return _("It is judged once %(n)s months after the departure are over.") % {
            "n": rules.months
        }
    if volume.before < rules.cases:
        return ngettext(
            "With the expert there was %(n)s case; at least %(least)s are needed to judge.",
            "With the expert there were %(n)s cases; at least %(least)s are needed to judge.",
            volume.before,
        ) % {"n": volume.before, "least": rules.cases}
    text = _(
        "%(before)s cases in %(months)s months with the expert, %(after)s in %(later)s months"
        " afterwards. So few would come by chance with a probability of %(chance)s."
    ) % {
        "before": volume.before, "months": volume.before_months, "after": volume.after,
        "later": volume.after_months, "chance": _chance(volume.chance),
    }  # fmt: skip
    if said.season is not None:
        text += " " + _(
            "In the same months of the year before there were %(before)s (probability %(chance)s)."
        ) % {"before": said.season.before, "chance": _chance(said.season.chance)}
    return text


def _chance(value: float) -> str:
    return "< 0.0001" if value < 0.0001 else f"{value:.4f}"


def _explained_test() -> str:
    rules = collapse()
    return _(
        "Collapsed: at most %(ratio)s %% of the monthly cases are left and so few come by chance"
        " with a probability of at most %(alpha)s, both against the months with the expert"
        " and, where it can tell, against the same months of the year before. Exact conditional"
        " test of two Poisson counts (Przyborowski and Wilenski 1940), one-sided."
    ) % {"ratio": round(100 * rules.ratio), "alpha": rules.alpha}


def _rate(led: Led, span: Span | None) -> str:
    if span is None:
        return "–"
    return _("%(n)s (%(rate)s a month)") % {"n": led.all, "rate": round(led.all / span.count, 1)}


def _part(part: int, whole: int) -> str:
    if not whole:
        return _("insufficient")
    return _("%(part)s of %(whole)s") % {"part": part, "whole": whole}


def _cases_of(department: Any) -> str:
    """The logbook of the department alone."""
    asked = {"receiver": department.organisation.name, "department": department.name}
    return f"{url('cases')}?{urlencode(asked)}"


def _compared(found: After) -> list[Comparison]:
    def row(label: str, told: Any) -> Comparison:
        return Comparison(label, told(found.before), told(found.after))

    def volume(mix: Mix) -> str:
        return _rate(mix.led, found.found.during if mix is found.before else found.found.later)

    return [
        row(_("Confirmed cases"), volume),
        row(_("Led by local people"), lambda mix: _part(mix.led.local, mix.led.all)),
        row(_("Procedures done"), lambda mix: str(mix.procedures)),
        row(_("Grades three and four, of cases with a grade"),
            lambda mix: _part(mix.high, mix.graded)),
        row(_("Outcome by the procedure's own criterion not met"),
            lambda mix: _part(mix.led.failures, mix.led.all)),
        Comparison(_("Sent out to other hospitals (outflow)"), _("not known"), _("not known")),
    ]  # fmt: skip


def _span(span: Span | None) -> str:
    if span is None:
        return ""
    end = date.fromordinal(after(span.last, 1).toordinal() - 1)
    return period(span.first, end)


def _after_chart(found: After) -> ChartData | None:
    if not found.months:
        return None
    first = min(found.months)
    later = found.found.later
    last = max(max(found.months), later.last if later else first)
    months = list(Span(first, last))
    labels = [words.month_told(month) for month in months]
    bands = []
    during = found.found.during
    if during is not None and during.last >= first:
        shown = Span(max(first, during.first), during.last)
        # The bars would hide its word; the note beneath says what the shade is.
        bands.append((words.month_told(shown.first), words.month_told(shown.last), ""))
    return ChartData(
        title=_("Confirmed cases before and after the departure"),
        category=_("Month"),
        categories=labels,
        series=[
            Series(
                str(label),
                [getattr(found.months.get(month, Led()), each) for month in months],
                words.TONES[each],
            )
            for each, label in words.LEADS.items()
        ],
        kind="stacked",
        unit=_("confirmed cases"),
        bands=bands,
    )


@require_GET
def after_a_departure(request: Request, id: UUID) -> HttpResponseBase:
    """What became of the department after this expert left?"""
    viewer = request.viewer
    posting = get_departure(viewer, id)
    scope = scope_of(viewer, DEPARTMENT, get_department(viewer, posting.department_id or id).id)
    found = after_departure(posting, scope.tallies, today())
    left = told_day(posting.departed_on)
    return render(
        request,
        "mentoring/staying_after.html",
        AfterPage(
            title=_("After the departure of %(day)s") % {"day": left},
            lead=title_of(scope),
            crumbs=way(scope, _("After the departure of %(day)s") % {"day": left}),
            example=scope.example,
            verdict=str(words.AFTER[found.found.verdict]),
            tone=words.AFTER_TONES[found.found.verdict],
            explained=f"{_explained(found)} {_explained_test()}",
            rows=_compared(found),
            before_span=_span(found.found.during),
            after_span=_span(found.found.later),
            chart=_after_chart(found),
            missing=str(words.MISSING),
            posting_url=outside("programmes:posting", posting.id),
            cases_url=_cases_of(scope.of),
        ),
    )
