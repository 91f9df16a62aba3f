"""Contradictions among all statements that were known on a day."""

from __future__ import annotations

from django.utils.translation import gettext

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.core.periods import Period
from jiedui.indicators.domain.contradictions import DIFFERS, Contradiction, Side, find
from jiedui.indicators.domain.question import Question
from jiedui.indicators.domain.statements import Bodies, known
from jiedui.indicators.queries.answer import has_entries
from jiedui.indicators.queries.figure import Differs, differences, moment
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


def ledger_contradictions(viewer: Viewer | None, question: Question) -> tuple[Contradiction, ...]:
    """Statements that the confirmed entries of their own scope and period contradict.

    ``viewer`` None is the house itself. The later side is the ledger, without claims.
    """
    if not has_entries(question):
        return ()
    with moment():
        found = differences(viewer, question)
    return tuple(_of_ledger(each, question) for each in found)


def _of_ledger(each: Differs, question: Question) -> Contradiction:
    row, entries = each.row, each.entries
    period = Period(row.start, row.end)
    stated = Side(
        claims=(row.claim,),
        measure=row.measure,
        report=row.report,
        publisher=row.publisher,
        published_on=row.published_on,
        value=row.value,
        high=row.high,
        precision=row.precision,
        unit=row.unit,
        period=period,
    )
    counted = Side(
        claims=(),
        measure=row.measure,
        report="",
        publisher=gettext("Ledger, confirmed entries"),
        published_on=question.as_of or today(),
        value=entries.value,
        high=entries.high,
        precision=entries.precision,
        unit=entries.unit,
        period=period,
    )
    return Contradiction(
        kind=DIFFERS,
        measure=row.measure,
        item=row.item,
        unit_class=row.unit_class,
        givers=row.givers,
        receivers=row.receivers,
        receiver_text=row.receiver_text,
        earlier=stated,
        later=counted,
        question=(
            "The entries of the same supporter, recipient and period do not make the published "
            "number. Ask the publisher for the list, and the recipient for what is not recorded."
        ),
    )


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
