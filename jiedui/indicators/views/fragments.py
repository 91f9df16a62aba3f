"""Fragments that other pages load by address: a figure's panel, a programme's band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, NotVisible
from jiedui.core.periods import Period
from jiedui.indicators.access import sight
from jiedui.indicators.domain.question import Figure, Question
from jiedui.indicators.forms import QuestionForm
from jiedui.indicators.queries import figure_evidence as evidence
from jiedui.indicators.queries import figure_records
from jiedui.indicators.queries.figure import figure, moment, seen_by
from jiedui.indicators.queries.figure_scope import open_programmes
from jiedui.indicators.views import words
from jiedui.indicators.views.answer import (
    Answer,
    BesideLine,
    RecordLine,
    answer,
    beside,
    record_lines,
)
from jiedui.indicators.views.ask import links
from jiedui.indicators.views.cuts import Cuts, divided
from jiedui.indicators.views.figure import read
from jiedui.web.pages import render
from jiedui.web.parts import Band, BandRow

FEW = 5
MONTHS = 24
# Years of the compact band.
YEARS = 6


@dataclass
class PanelPage:
    """A figure in a panel: the first screenful, one breakdown, the newest records."""

    title: str
    answer: Answer
    beside: Sequence[BesideLine]
    cuts: Cuts
    records: Sequence[RecordLine]
    figure_url: str
    example: bool
    real: bool


def _readable(request: HttpRequest) -> QuestionForm:
    """The question, or InvalidInput with the field that cannot be read."""
    form, valid = read(request)
    if not valid:
        name, errors = next(iter(form.errors.items()))
        raise InvalidInput(
            "question-unreadable",
            "%(name)s: %(fault)s",
            field=name,
            name=name,
            fault=str(errors[0]),
        )
    return form


@dataclass
class ValuePage:
    """A figure's value in a line of another page: its target stands there."""

    figure: Figure
    unit: str
    url: str
    as_of: date
    partial: bool


@require_safe
def value(request: HttpRequest) -> HttpResponseBase:
    """How much by now: the value alone, which leads to the figure's page."""
    form = _readable(request)
    viewer = request.viewer  # type: ignore[attr-defined]
    with moment():
        found = figure(viewer, form.question)
    page = ValuePage(
        found, words.unit(found.unit), links(form)(), form.question.as_of or today(),
        not seen_by(viewer).everything,
    )  # fmt: skip
    return render(request, "indicators/_value.html", page)


@require_safe
def panel(request: HttpRequest) -> HttpResponseBase:
    """The figure as a fragment; a question that cannot be read is refused with its field."""
    form = _readable(request)
    viewer = request.viewer  # type: ignore[attr-defined]
    to = links(form)
    by = words.dimension(form.question, request.GET.get("by", ""))
    with moment():
        found = figure(viewer, form.question)
        shown = answer(viewer, form, found)
        rows, _next = figure_records.records(
            viewer, form.question, found, words.language(), limit=FEW
        )
        cuts = divided(request, viewer, form, by, shown.unit, to)
    chosen = form.programme_chosen
    page = PanelPage(
        title=words.measure(form.question),
        answer=shown,
        beside=beside(found.beside),
        cuts=cuts,
        records=record_lines(rows),
        figure_url=to(),
        example=bool(chosen and chosen.example),
        real=not (chosen and chosen.example),
    )
    return render(request, "indicators/_panel.html", page)


@dataclass
class BandPage:
    """The do–teach–enable band of a programme."""

    band: Band
    empty: bool


@require_safe
def band(request: HttpRequest) -> HttpResponseBase:
    """How a programme moves from doing to enabling: two years by month, or all of it by year."""
    viewer = request.viewer  # type: ignore[attr-defined]
    sight(viewer)
    asked = request.GET.get("programme", "")
    chosen = next(
        (row for row in open_programmes(viewer) if asked in (row.code, str(row.id))), None
    )
    if chosen is None:
        raise NotVisible("not-visible", "This page does not exist or is not open to you.")
    with moment():
        months = evidence.band(viewer, Question(programme=chosen.id))
    yearly = request.GET.get("by") == "year"
    rows = [
        BandRow(
            label=_year(first) if yearly else _month(first),
            do=counts.get("do", 0),
            teach=counts.get("teach", 0),
            enable=counts.get("enable", 0),
            url=_events_url(chosen.code, f"{first:%Y}" if yearly else f"{first:%Y-%m}"),
        )
        for first, counts in (_by_year(months)[-YEARS:] if yearly else months[-MONTHS:])
    ]
    title = gettext("From doing to enabling")
    page = BandPage(Band(title, rows, gettext("confirmed outputs")), not rows)
    return render(request, "indicators/_band.html", page)


def _by_year(months: Sequence[tuple[date, dict[str, int]]]) -> list[tuple[date, dict[str, int]]]:
    years: dict[date, dict[str, int]] = {}
    for first, counts in months:
        year = years.setdefault(first.replace(month=1), {})
        for code, count in counts.items():
            year[code] = year.get(code, 0) + count
    return list(years.items())


def _year(first: date) -> str:
    return f"{first:%Y}" if words.language().startswith("en") else f"{first.year}年"


def _month(first: date) -> str:
    if words.language().startswith("en"):
        return f"{first:%Y-%m}"
    return f"{first.year}年{first.month}月"


def _events_url(programme: str, span: str) -> str:
    whole = Period.read(span, span)
    return (
        f"{reverse('indicators:figure')}?programme={programme}&indicator=building_share"
        f"&from={whole.start}&to={whole.end}"
    )
