"""Contradictions among all statements that were known on a day."""

from __future__ import annotations

from jiedui.indicators.domain.contradictions import Contradiction, find
from jiedui.indicators.domain.question import Question
from jiedui.indicators.domain.statements import Bodies, known
from jiedui.indicators.queries.statements import bodies, statement_rows


def contradictions(question: Question, *, remarks: bool = False) -> tuple[Contradiction, ...]:
    """What cannot both be true; with ``remarks`` also what is possible and strange.

    A blank measure asks for all; giver and receiver include their parts. Real
    programmes only, unless one programme is asked for.
    """
    findings = find(known(statement_rows(question), question))
    found = findings.contradictions + (findings.remarks if remarks else ())
    lineage = bodies()
    return tuple(each for each in found if _asked(each, question, lineage))


def _asked(found: Contradiction, question: Question, lineage: Bodies) -> bool:
    if question.measure and question.measure not in (found.earlier.measure, found.later.measure):
        return False
    if question.receiver and not any(
        lineage.is_part(body, question.receiver) for body in found.receivers
    ):
        return False
    return question.giver is None or any(
        lineage.is_part(body, question.giver) for body in found.givers
    )
