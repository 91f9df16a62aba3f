"""A figure together with the statements that make it and what contradicts them."""

from __future__ import annotations

from dataclasses import replace

from jiedui.indicators.domain.counting import STATEMENTS
from jiedui.indicators.domain.question import Figure, Question
from jiedui.indicators.domain.statement_figure import StatementFigure, statement_figure
from jiedui.indicators.queries import engine
from jiedui.indicators.queries.figure import figure, known_statements, measure_of, moment
from jiedui.indicators.queries.statements import bodies


def answer(question: Question) -> tuple[Figure, StatementFigure | None]:
    """What the house knows; the second is None where entries count, or nothing does."""
    with moment():
        found = figure(None, question)
        measure = measure_of(question, engine.definition_of(None, question))
        if found.counts != STATEMENTS or not measure:
            return found, None
        asked = replace(question, measure=measure, indicator="")
        return found, statement_figure(known_statements(asked), asked, bodies())
