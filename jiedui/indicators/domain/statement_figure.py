"""The figure that published statements alone give, contradictions included."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jiedui.indicators.domain.contradictions import Contradiction, find
from jiedui.indicators.domain.counting import STATEMENTS
from jiedui.indicators.domain.question import Beside, Figure, Question
from jiedui.indicators.domain.statements.bodies import Bodies
from jiedui.indicators.domain.statements.covering import scope
from jiedui.indicators.domain.statements.standing import Aside, Standing, known, stand
from jiedui.indicators.domain.statements.stated import period
from jiedui.ledger.domain.statements import StatementRow


@dataclass(frozen=True)
class StatementFigure:
    """What stands, what it contradicts, and the same as a figure."""

    question: Question
    standing: Standing
    contradictions: tuple[Contradiction, ...]
    contested: bool

    @property
    def figure(self) -> Figure:
        """As pages and commands show it; ``value`` None where no statement answers."""
        standing = self.standing
        return Figure(
            measure=self.question.measure,
            value=standing.value,
            high=standing.high,
            precision=standing.precision,
            unit=standing.unit,
            unit_class=standing.unit_class,
            kind=standing.kind,
            period=standing.period,
            as_of=self.question.as_of,
            records=len(standing.rows),
            contested=self.contested,
            counts=STATEMENTS,
            beside=tuple(_line(aside) for aside in standing.beside),
            parts=tuple(_line(aside) for aside in standing.parts),
            unexplained=standing.unexplained,
            item=standing.item,
        )


def line(row: StatementRow, reason: str = "") -> Beside:
    """A statement as one line: what it says, who published it, and why it stands there."""
    return Beside(
        reason=reason,
        claim=row.claim,
        report=row.report,
        published_on=row.published_on,
        value=row.value,
        precision=row.precision,
        unit=row.unit,
        period=period(row),
        unit_class=row.unit_class,
        kind=row.kind,
        item=row.item,
        giver=row.giver_text,
        receiver=row.receiver_text,
    )


def statement_figure(
    rows: Iterable[StatementRow], question: Question, bodies: Bodies
) -> StatementFigure:
    """The figure of a measure; contested where a value that stands is contradicted.

    Contradictions are sought among everything known then, whatever the period
    and the bodies asked for.
    """
    rows = list(rows)
    standing = stand(rows, question, bodies)
    near = _near(known(rows, question), standing.rows)
    findings = find(near, remarks=False)
    claims = {row.claim for row in standing.rows}
    return StatementFigure(
        question, standing, findings.about(claims), bool(claims & findings.contested)
    )


def _line(aside: Aside) -> Beside:
    return line(aside.row, aside.reason)


def _near(rows: Iterable[StatementRow], standing: Iterable[StatementRow]) -> list[StatementRow]:
    """All that may contradict what stands: its own scopes, its lines, its whole and their lines."""
    standing = list(standing)
    scopes = {scope(row) for row in standing}
    measures = {row.measure for row in standing}
    wholes = {row.claim for row in standing} | {row.part_of for row in standing if row.part_of}
    return [
        row
        for row in rows
        if row.claim in wholes
        or row.part_of in wholes
        or (row.measure in measures and scope(row) in scopes)
    ]
