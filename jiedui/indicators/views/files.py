"""Figures and their records as files."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse
from django.utils.translation import gettext, pgettext

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import now
from jiedui.indicators.domain.question import Beside, Figure
from jiedui.indicators.forms import QuestionForm
from jiedui.indicators.queries import figure_records
from jiedui.indicators.views import words
from jiedui.indicators.views.answer import source_of
from jiedui.indicators.views.ask import links
from jiedui.web.downloads import list_file


def figure_data(form: QuestionForm, found: Figure) -> dict[str, Any]:
    """A figure as plain values; ``question`` is the query that asks for it again."""
    question = form.question
    to = links(form)
    return {
        "question": to.query(question),
        "asked_at": now().isoformat(),
        "measure": found.measure,
        "label": words.measure(question),
        "value": _number(found.value),
        "high": _number(found.high),
        "precision": found.precision,
        "unit": found.unit,
        "unit_class": found.unit_class,
        "kind": found.kind,
        "period": _period(found),
        "as_of": question.as_of.isoformat() if question.as_of else None,
        "records": found.records,
        "contested": found.contested,
        "counts": found.counts,
        "beside": [_line(row) for row in found.beside],
        "parts": [_line(row) for row in found.parts],
        "unexplained": _number(found.unexplained),
    }


def _number(value: Any) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _period(has: Figure | Beside) -> dict[str, str | None]:
    ends = {"start": has.period.start, "end": has.period.end}
    return {name: day.isoformat() if day else None for name, day in ends.items()}


def _line(row: Beside) -> dict[str, Any]:
    return {
        "reason": row.reason,
        "claim": row.claim,
        "report": row.report,
        "published_on": row.published_on.isoformat() if row.published_on else None,
        "value": _number(row.value),
        "precision": row.precision,
        "unit": row.unit,
        "period": _period(row),
    }


def records_file(viewer: Viewer, form: QuestionForm, found: Figure, kind: str) -> FileResponse:
    """All records of a figure as CSV or workbook."""
    rows, _next = figure_records.records(viewer, form.question, found, words.language())
    heads = [
        gettext("From"),
        gettext("To"),
        pgettext("side", "Supporter"),
        pgettext("side", "Recipient"),
        gettext("What"),
        gettext("Amount"),
        gettext("Upper end"),
        gettext("Precision"),
        gettext("Unit"),
        gettext("Known since"),
        gettext("Source"),
        gettext("Entry"),
    ]
    lines = (
        [
            row.happened_from,
            row.happened_to,
            row.giver,
            row.receiver,
            words.term(row.table, row.what),
            row.value,
            row.high,
            words.term("precisions", row.precision),
            words.unit(row.unit),
            row.known_from,
            source_of(row),
            str(row.entry or ""),
        ]
        for row in rows
    )
    title = words.measure(form.question)
    return list_file(kind, title, heads, lines)
