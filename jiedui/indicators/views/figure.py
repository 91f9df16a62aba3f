"""A figure's page, its records, its breakdown and its file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.indicators.access import sight
from jiedui.indicators.domain.counting import STATEMENTS
from jiedui.indicators.domain.question import Figure, Question
from jiedui.indicators.forms import QuestionForm
from jiedui.indicators.queries import figure_evidence as evidence
from jiedui.indicators.queries import figure_records
from jiedui.indicators.queries.figure import figure, moment, stream_end
from jiedui.indicators.queries.figure_records import Record
from jiedui.indicators.views import words
from jiedui.indicators.views.answer import (
    Answer,
    BesideLine,
    RecordLine,
    answer,
    beside,
    record_lines,
)
from jiedui.indicators.views.ask import Ask, Links, ask, links
from jiedui.indicators.views.cuts import Cuts, as_stated, by_time, divided
from jiedui.indicators.views.files import figure_data, records_file
from jiedui.web.charts import ChartData
from jiedui.web.downloads import EXPORTS
from jiedui.web.pages import Crumb, Tab, render
from jiedui.web.tables.paging import Cursor

FEW = 10
PAGE = 50


@dataclass(frozen=True)
class ReportLine:
    """A receiver that has or has not reported, in words."""

    name: str
    state: str
    tone: str
    url: str


@dataclass
class FigurePage:
    """The page; ``answer`` is None where the question cannot be read."""

    title: str
    crumbs: Sequence[Crumb]
    form: QuestionForm
    ask: Ask
    example: bool
    real: bool
    answer: Answer | None = None
    beside: Sequence[BesideLine] = ()
    parts: Sequence[BesideLine] = ()
    unexplained: Decimal | None = None
    unexplained_label: Any = ""
    series: ChartData | None = None
    cuts: Cuts | None = None
    tabs: Sequence[Tab] = ()
    tabs_label: Any = ""
    trees: Sequence[Tab] = ()
    kept: Sequence[tuple[str, str]] = ()
    as_of: date | None = None
    now_url: str = ""
    one_programme: bool = False
    coverage: Sequence[ReportLine] = ()
    records: Sequence[RecordLine] = ()
    share_url: str = ""
    json_url: str = ""


def crumbs(form: QuestionForm, to: Links, last: str = "") -> list[Crumb]:
    """The way back to the list of figures of the programme."""
    chosen = form.programme_chosen
    home = reverse("indicators:home")
    found = [Crumb(gettext("Figures"), home)]
    if chosen:
        found.append(Crumb(chosen.label(words.language()), f"{home}?programme={chosen.code}"))
    title = words.measure(form.question) or gettext("A figure")
    return [*found, Crumb(title, to()), Crumb(last)] if last else [*found, Crumb(title)]


def read(request: HttpRequest) -> tuple[QuestionForm, bool]:
    """The question of the address and whether it could be read."""
    sight(request.viewer)  # type: ignore[attr-defined]
    form = QuestionForm(request.GET, viewer=request.viewer)  # type: ignore[attr-defined]
    return form, form.is_valid()


@require_safe
def show(request: HttpRequest) -> HttpResponseBase:
    """How much, by which definition, how do you know."""
    form, valid = read(request)
    to = links(form)
    by = words.dimension(form.question, request.GET.get("by", "")) if valid else "receiver"
    if valid and _untidy(request):
        return HttpResponseRedirect(to(extra={"by": by if "by" in request.GET else ""}))
    chosen = form.programme_chosen
    page = FigurePage(
        title=words.measure(form.question) if valid else gettext("A figure"),
        crumbs=crumbs(form, to),
        form=form,
        ask=ask(form),
        example=bool(chosen and chosen.example),
        real=not (chosen and chosen.example),
    )
    if not valid:
        return render(request, "indicators/figure.html", page, status=422)
    with moment():
        _fill(request, page, to, by)
    return render(request, "indicators/figure.html", page)


def _untidy(request: HttpRequest) -> bool:
    """Whether the address has blanks, or names where ids belong: it is then written anew."""
    if any(not value for value in request.GET.values()):
        return True
    names = ("giver", "receiver", "place")
    return any(len(request.GET.get(name, "0" * 36)) != 36 for name in names)


def _fill(request: HttpRequest, page: FigurePage, to: Links, by: str) -> None:
    """Put the figure and its evidence on the page."""
    viewer = request.viewer  # type: ignore[attr-defined]
    question = page.form.question
    found = figure(viewer, question)
    page.answer = answer(viewer, page.form, found)
    page.beside = beside(found.beside)
    page.parts = beside(found.parts)
    page.unexplained = found.unexplained
    page.unexplained_label = _("What the parts leave unexplained")
    if found.counts == STATEMENTS:
        page.series = as_stated(found, figure_records.statements(question), page.answer.unit)
    else:
        page.series = by_time(evidence.months(viewer, question), page.answer.unit)
    page.cuts = divided(request, viewer, page.form, by, page.answer.unit, to)
    page.tabs_label = _("Divided by")
    page.tabs = [
        Tab(label, to(extra={"by": code}) + "#cuts", current=code == by)
        for code, label in words.dimensions(question).items()
    ]
    page.trees = [
        Tab(str(label), to(tree=code, extra={"by": by}) + "#cuts", current=code == question.tree)
        for code, label in words.TREES.items()
    ]
    page.kept = [
        (name, value)
        for name, value in request.GET.dict().items()
        if name not in ("as_of", "sequence", "at", "sort", "size")
    ]
    page.as_of = question.as_of
    page.now_url = to(as_of=None, sequence=None, extra={"by": by})
    page.one_programme = question.programme is not None
    page.coverage = [
        ReportLine(
            row.name,
            gettext("reported") if row.reported else gettext("not reported"),
            "ok" if row.reported else "wait",
            to(receiver=row.body),
        )
        for row in page.answer.coverage.reports
    ]
    rows, _next = figure_records.records(viewer, question, found, words.language(), limit=FEW)
    page.records = record_lines(rows)
    page.share_url = to(
        as_of=question.as_of or today(),
        sequence=question.sequence if question.sequence is not None else stream_end(question),
        extra={"by": by},
    )
    page.json_url = to("json")


@dataclass
class RecordsPage:
    """All records behind a figure, a page at a time."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    real: bool
    figure: Figure
    unit: str
    label: str
    figure_url: str
    total: str
    rows: Sequence[RecordLine]
    first_url: str
    next_url: str
    exports: Sequence[tuple[str, str]]


@require_safe
def records(request: HttpRequest) -> HttpResponseBase:
    """The records that make the figure, the latest event first; whole as a file."""
    form, valid = read(request)
    to = links(form)
    if not valid:
        return show(request)
    viewer = request.viewer  # type: ignore[attr-defined]
    question = form.question
    cursor = Cursor.read(request.GET.get("at", "")) if request.GET.get("at") else None
    kind = request.GET.get("export", "")
    with moment():
        found = figure(viewer, question)
        if kind in EXPORTS:
            return records_file(viewer, form, found, kind)
        rows, following = _page_of(viewer, question, found, cursor)
    next_url = ""
    if following:
        next_url = to("records", extra={"at": Cursor(*following, back=False).text()})
    chosen = form.programme_chosen
    page = RecordsPage(
        title=gettext("The records of “%(title)s”") % {"title": words.measure(question)},
        crumbs=crumbs(form, to, gettext("Records")),
        example=bool(chosen and chosen.example),
        real=not (chosen and chosen.example),
        figure=found,
        unit=words.unit(found.unit),
        label=words.measure(question),
        figure_url=to(),
        total=words.total_of(found),
        rows=record_lines(rows),
        first_url=to("records") if cursor else "",
        next_url=next_url,
        exports=[(name, to("records", extra={"export": code})) for code, name in FILES],
    )
    return render(request, "indicators/records.html", page)


FILES = (("csv", "CSV"), ("xlsx", "Excel"))


def _page_of(
    viewer: Viewer, question: Question, found: Figure, cursor: Cursor | None
) -> tuple[list[Record], figure_records.Mark | None]:
    """A page of records; a mark that is none begins at the start."""
    after = None
    if cursor and isinstance(cursor.value, date) and isinstance(cursor.key, int):
        after = (cursor.value, cursor.key)
    return figure_records.records(
        viewer, question, found, words.language(), limit=PAGE, after=after
    )


@dataclass
class BreakdownPage:
    """One breakdown as a list of its own, with its files."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    real: bool
    table: Any


@require_safe
def breakdown(request: HttpRequest) -> HttpResponseBase:
    """The figure divided by one dimension, as a list with filter, sort and files."""
    form, valid = read(request)
    if not valid:
        return show(request)
    to = links(form)
    viewer = request.viewer  # type: ignore[attr-defined]
    by = words.dimension(form.question, request.GET.get("by", ""))
    with moment():
        found = figure(viewer, form.question)
        cuts = divided(request, viewer, form, by, words.unit(found.unit), to)
    chosen = form.programme_chosen
    page = BreakdownPage(
        title=f"{words.measure(form.question)} · {words.dimensions(form.question)[by]}",
        crumbs=crumbs(form, to, words.dimensions(form.question)[by]),
        example=bool(chosen and chosen.example),
        real=not (chosen and chosen.example),
        table=cuts.table,
    )
    return render(request, "indicators/breakdown.html", page)


@require_safe
def figure_json(request: HttpRequest) -> JsonResponse:
    """The figure as a machine reads it, with the question that it answers."""
    form, valid = read(request)
    if not valid:
        return JsonResponse({"errors": form.errors.get_json_data()}, status=422)
    viewer = request.viewer  # type: ignore[attr-defined]
    data = figure_data(form, figure(viewer, form.question))
    answer = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = "attachment; filename=figure.json"
    return answer
