"""Which of the two counts: the ledger's own entries, or what a report has stated.

Entries that were confirmed, each with its record, count wherever there is one
in the scope and period asked for; a published statement of the same scope then
stands beside, with the entries of its own period set against it. Only where
there is no entry does the statement count. The two are never added. See
docs/adr/ on entries and statements.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from jiedui.core.periods import Period
from jiedui.core.quantities import Precision
from jiedui.indicators.domain.question import Beside, Figure, Question

ENTRIES = "entries"
STATEMENTS = "statements"

# Why a stated value stands beside the entries.
AGREES = "statement-agrees"
DIFFERS = "statement-differs"
OTHER_PERIOD = "statement-other-period"

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


def agrees(counted: Decimal, value: Decimal, precision: str, high: Decimal | None = None) -> bool:
    """Whether a count can be true together with a stated value of its precision."""
    if precision == Precision.AT_LEAST:
        return counted >= value
    if precision == Precision.RANGE:
        return value <= counted <= (high if high is not None else value)
    if precision == Precision.ABOUT:
        return abs(counted - value) <= abs(value) * ABOUT
    return counted == value


def unify(
    question: Question,
    entries: Counted | None,
    stated: Figure | None,
    within: Counted | None,
    report: Beside | None = None,
) -> Figure | None:
    """One figure out of both; None where there is neither.

    ``stated`` is the figure that the statements alone give, ``report`` the same
    as a line that names its report, ``within`` the entries inside the stated
    period. The result is contested where the statement is, or where the two
    speak of one period and cannot both be true.
    """
    has_entries = entries is not None and entries.records > 0
    has_statement = stated is not None and stated.value is not None
    if not has_entries:
        return stated if has_statement else None
    assert entries is not None  # noqa: S101 - for the type checker: said by has_entries
    figure = Figure(
        measure=question.measure or question.indicator,
        value=entries.value,
        high=None,
        precision=Precision.EXACT.value,
        unit=entries.unit,
        unit_class=entries.unit_class,
        kind=question.kind or "flow",
        period=entries.period,
        as_of=question.as_of,
        records=entries.records,
        contested=False,
        counts=ENTRIES,
    )
    if not has_statement or stated is None or stated.value is None:
        return figure
    if within is None or not within.records or within.unit_class != stated.unit_class:
        reason = OTHER_PERIOD
    elif agrees(within.value, stated.value, stated.precision, stated.high):
        reason = AGREES
    else:
        reason = DIFFERS
    line = report or Beside(
        "", "", "", None, stated.value, stated.precision, stated.unit, stated.period
    )
    return replace(
        figure,
        contested=reason == DIFFERS or (reason == AGREES and stated.contested),
        beside=(replace(line, reason=reason), *stated.beside),
        parts=stated.parts,
        unexplained=stated.unexplained,
    )
