"""Breakdowns and courses as charts and lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiedui.accounts.permissions import Viewer
from jiedui.indicators.domain.question import Figure, Question
from jiedui.indicators.domain.statements.standing import SAME_SCOPE
from jiedui.indicators.forms import QuestionForm
from jiedui.indicators.queries import figure_evidence as evidence
from jiedui.indicators.queries.figure_evidence import Cut, Divided
from jiedui.indicators.views import words
from jiedui.indicators.views.ask import Links
from jiedui.ledger.domain.statements import StatementRow
from jiedui.web.charts import ChartData, Series
from jiedui.web.tables import Column, Table
from jiedui.web.templatetags.jiedui import day

BARS = 24
TONES = {"giver": "giver", "receiver": "receiver"}


@dataclass(slots=True)
class CutLine:
    """One line of a breakdown, named; linked to the figure that it is when it is drawn.

    A breakdown may have ten thousand lines, of which a page shows a few.
    """

    code: str
    label: str
    value: Decimal | None
    records: int | None
    cut: Cut
    to: Links

    @property
    def url(self) -> str:
        """The figure that the line is."""
        asks = self.cut.asks if self.value is not None else None
        return self.to.of(asks) if asks else ""

    @property
    def withheld(self) -> str:
        """What is said in place of a small number."""
        return "" if self.value is not None else gettext("under 10, withheld")


@dataclass(frozen=True)
class Cuts:
    """A breakdown: its chart, its list, and what was withheld."""

    title: str
    unit: str
    rows: Sequence[CutLine]
    chart: ChartData | None
    table: Table
    note: str


def divided(
    request: HttpRequest, viewer: Viewer, form: QuestionForm, by: str, unit: str, to: Links
) -> Cuts:
    """The breakdown that the page shows, with its list."""
    question = form.question
    found = parts(viewer, question, by)
    rows = [_line(cut, by, to) for cut in found.cuts]
    title = words.dimensions(question)[by]
    note = gettext("Counts of patients from 1 to 9 are withheld.") if found.withheld else ""
    return Cuts(
        title,
        unit,
        rows,
        _bars(title, unit, by, rows),
        _table(request, title, by, rows, unit, found),
        note,
    )


def parts(viewer: Viewer, question: Question, by: str) -> Divided:
    """The breakdown by a dimension or by time."""
    if by == "time":
        return evidence.months(viewer, question)
    return evidence.divided(viewer, question, by, words.language())


def by_time(found: Divided, unit: str) -> ChartData | None:
    """The course of the figure, every month from the first to the last."""
    if not found.cuts:
        return None
    values = {cut.code: cut.value for cut in found.cuts}
    months = list(_every_month(found.cuts[0].code, found.cuts[-1].code))
    return ChartData(
        title=gettext("By the month in which it began"),
        category=gettext("Month"),
        categories=months,
        series=[Series(gettext("Amount"), [values.get(m, Decimal(0)) for m in months], "jade")],
        kind="bar" if len(months) < 4 else "line",
        unit=unit,
    )


def as_stated(found: Figure, standing: Sequence[StatementRow], unit: str) -> ChartData | None:
    """What reports have said of the very same scope, by the end of their period."""
    points: set[tuple[date | None, Decimal]] = {
        (row.end or row.published_on, row.value) for row in standing
    }
    points |= {
        (row.period.end or row.published_on, row.value)
        for row in found.beside
        if row.reason == SAME_SCOPE
    }
    ordered = sorted((end, value) for end, value in points if end is not None)
    if len(standing) != 1 or len(ordered) < 2:
        return None
    return ChartData(
        title=gettext("As reports have stated it, by the end of their period"),
        category=gettext("Until"),
        categories=[day(end) for end, _value in ordered],
        series=[Series(gettext("Amount"), [value for _end, value in ordered], "ink")],
        kind="bar",
        unit=unit,
    )


def _every_month(first: str, last: str) -> Sequence[str]:
    year, month = (int(part) for part in first.split("-"))
    found = []
    while (at := f"{year:04d}-{month:02d}") <= last:
        found.append(at)
        year, month = year + month // 12, month % 12 + 1
    return found


def _line(cut: Cut, by: str, to: Links) -> CutLine:
    label = cut.label
    if by == "kind":
        label = words.term(words.kind_table(cut.question), cut.code)
    elif by == "item":
        label = words.item(cut.question, cut.code)
    if not label:
        label = cut.code or gettext("not stated")
    return CutLine(cut.code, label, cut.value, cut.records, cut, to)


def _bars(title: str, unit: str, by: str, rows: Sequence[CutLine]) -> ChartData | None:
    """The greatest first; a chart of one bar says nothing."""
    if len(rows) < 2 or by == "time":
        return None
    shown = list(rows)[:BARS]
    return ChartData(
        title=title,
        category=title,
        categories=[row.label for row in shown],
        series=[Series(gettext("Amount"), [row.value for row in shown], TONES.get(by, "jade"))],
        kind="bar",
        unit=unit,
        tabled=False,
    )


def _table(
    request: HttpRequest, label: str, by: str, rows: Sequence[CutLine], unit: str, found: Divided
) -> Table:
    columns = [
        Column("label", label, sort="code" if by == "time" else "label", url=lambda row: row.url),
        Column("value", _("Amount"), sort="value", kind="number", unit=unit),
        Column("records", _("Records"), sort="records", kind="number"),
    ]
    if found.withheld:
        columns.append(Column("withheld", _("Remark")))
    return Table(
        request,
        rows,
        columns,
        default_sort="label" if by == "time" else "-value",
        key=lambda row: f"{row.label} {row.code}",
        name="cut",
        title=label,
        size=20,
    )
