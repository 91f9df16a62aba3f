"""Figures that published statements give: reads the ledger and the directory, asks the engine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from jiedui.core.clock import today
from jiedui.directory import queries as directory
from jiedui.directory.domain.lineage import LineageRow
from jiedui.indicators.domain import statement_figure as engine
from jiedui.indicators.domain.question import Question
from jiedui.indicators.domain.statement_figure import StatementFigure
from jiedui.indicators.domain.statements import Bodies, known
from jiedui.ledger import queries as ledger
from jiedui.ledger.domain.statements import StatementRow

_kept: tuple[Sequence[LineageRow], date, Bodies] | None = None


def bodies() -> Bodies:
    """The lineage of all organisations as it is today, kept until the directory changes."""
    global _kept
    rows, day = directory.lineage(), today()
    if _kept is None or _kept[0] is not rows or _kept[1] != day:
        _kept = rows, day, Bodies(rows, day)
    return _kept[2]


def statement_figure(question: Question) -> StatementFigure:
    """What statements alone answer to a question about a measure."""
    return engine.statement_figure(statement_rows(question), question, bodies())


def statement_rows(question: Question) -> list[StatementRow]:
    """The statements of the programme asked for, or of all; the engine leaves the example out."""
    chosen = {question.programme} if question.programme else None
    return ledger.statements(chosen, question.sequence)


def statement_counts(question: Question) -> dict[str, int]:
    """How many statements each measure has; repeated claims count nothing."""
    counts: dict[str, int] = {}
    for row in known(statement_rows(question), question):
        counts[row.measure] = counts.get(row.measure, 0) + 1
    return dict(sorted(counts.items()))
