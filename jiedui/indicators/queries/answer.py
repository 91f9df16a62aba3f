"""A figure together with the statements that make it and what contradicts them."""

from __future__ import annotations

from dataclasses import replace

from jiedui.indicators.domain.counting import STATEMENTS
from jiedui.indicators.domain.facts import STREAMS
from jiedui.indicators.domain.question import Figure, Question
from jiedui.indicators.domain.statement_figure import StatementFigure, statement_figure
from jiedui.indicators.queries import engine
from jiedui.indicators.queries.figure import figure, known_statements, measure_of, moment
from jiedui.indicators.queries.statements import bodies, statement_rows
from jiedui.indicators.queries.stream import has_facts
from jiedui.programmes.queries import example_programmes


def answer(question: Question) -> tuple[Figure, StatementFigure | None]:
    """What the house knows; the second is None where entries count, or nothing does.

    The store of entries is opened only where there is an entry that could count.
    """
    measure = measure_of(question, engine.definition_of(None, question))
    asked = replace(question, measure=measure, indicator="")
    if measure and not has_entries(question):
        stated = statement_figure(statement_rows(asked), asked, bodies())
        return stated.figure, stated
    with moment():
        found = figure(None, question)
        if found.counts != STATEMENTS or not measure:
            return found, None
        return found, statement_figure(known_statements(asked), asked, bodies())


def has_entries(question: Question) -> bool:
    """Whether any entry could count: a row of the programme, or of a real one."""
    if not question.measure and not question.indicator:
        return any(_has_rows(question, stream) for stream in STREAMS)
    sides = engine.definition_of(None, question).sides.values()
    return any(_has_rows(question, stream) for stream in {side.stream for side in sides})


def _has_rows(question: Question, stream: str) -> bool:
    if question.programme is not None:
        return has_facts(stream, {question.programme})
    return has_facts(stream, None, beside=example_programmes())
