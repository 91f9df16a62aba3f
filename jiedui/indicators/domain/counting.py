"""Which of the two counts: the ledger's own entries, or what a report has stated.

Entries that were confirmed, each with its record, count wherever there is one
in the scope and period asked for; a published statement of the same scope then
stands beside, with the entries of its own period set against it. Only where
there is no entry does the statement count. The two are never added. See
docs/adr/ on entries and statements.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from jiedui.core.periods import Period
from jiedui.core.quantities import FigureKind, Precision
from jiedui.indicators.domain.question import Beside, Figure, Question

ENTRIES = "entries"
STATEMENTS = "statements"

# Why a stated value stands beside the entries.
AGREES = "statement-agrees"
DIFFERS = "statement-differs"
NO_ENTRIES = "statement-without-entries"
NOT_COMPARED = "statement-not-compared"

# 近, 约: the number is rounded, and nobody says how far; a tenth is allowed.
ABOUT = Decimal("0.1")


@dataclass(frozen=True)
class Counted:
    """What daily entries make: a sum, how many records it has, and the days they span."""

    value: Decimal
    unit: str
    unit_class: str
    records: int
    period: Period
    precision: str = Precision.EXACT.value
    high: Decimal | None = None


def agrees(counted: Decimal, value: Decimal, precision: str, high: Decimal | None = None) -> bool:
    """Whether a count can be true together with a stated value of its precision."""
    if precision == Precision.AT_LEAST:
        return counted >= value
    if precision == Precision.RANGE:
        return value <= counted <= (high if high is not None else value)
    if precision == Precision.ABOUT:
        return abs(counted - value) <= abs(value) * ABOUT
    return counted == value


def compare(within: Counted | None, stated: Beside, high: Decimal | None = None) -> str:
    """Why a statement stands beside entries: what the entries of its own scope say of it.

    ``within`` are the entries of the statement's own giver, receiver and period.
    """
    if within is None or not within.records or within.unit_class != stated.unit_class:
        return NO_ENTRIES
    return AGREES if agrees(within.value, stated.value, stated.precision, high) else DIFFERS


def unify(
    question: Question,
    entries: Counted | None,
    stated: Figure,
    compared: tuple[Beside, ...] = (),
    *,
    same_scope: bool = False,
) -> Figure:
    """One figure out of both.

    ``stated`` is the figure that the statements alone give, ``compared`` the
    statements that stand in it, each with its reason by ``compare``. Where
    entries count, the figure is contested if it is about the very scope of a
    statement (``same_scope``) and the two cannot both be true.
    """
    if entries is None:
        return stated
    return Figure(
        measure=question.measure or question.indicator,
        value=entries.value,
        high=entries.high,
        precision=entries.precision,
        unit=entries.unit,
        unit_class=entries.unit_class,
        kind=FigureKind.FLOW.value,
        period=entries.period,
        as_of=question.as_of,
        records=entries.records,
        contested=same_scope and any(line.reason == DIFFERS for line in compared),
        counts=ENTRIES,
        beside=(*compared, *stated.beside),
        parts=stated.parts,
        item=question.item or "",
    )
