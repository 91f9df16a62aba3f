"""A figure together with the statements that make it and what contradicts them."""

from __future__ import annotations

from dataclasses import replace

from jiedui.indicators.domain.counting import STATEMENTS
from jiedui.indicators.domain.question import Figure, Question
from jiedui.indicators.domain.statement_figure import StatementFigure, statement_figure
from jiedui.indicators.queries import engine
from jiedui.indicators.queries.figure import figure, known_statements, measure_of, moment
from jiedui.indicators.queries.statements import bodies, statement_rows
from jiedui.ledger.queries.stream import has_facts
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
    """Whether any entry could count: an output of the programme, or of a real one."""
    if question.programme is not None:
        return has_facts({question.programme})
    return has_facts(None, beside=example_programmes())
