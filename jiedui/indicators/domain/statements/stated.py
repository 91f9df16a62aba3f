"""One statement by itself: what its number can mean, its period, its rank among others."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from jiedui.core.periods import Period
from jiedui.core.quantities import Precision
from jiedui.indicators.domain.counting import ABOUT
from jiedui.ledger.domain.statements import StatementRow

# How rounded a number is: an exact one stands before these.
ROUNDNESS: dict[str, int] = {
    Precision.EXACT.value: 0,
    Precision.RANGE.value: 1,
    Precision.ABOUT.value: 2,
    Precision.AT_LEAST.value: 2,
}

Rank = tuple[bool, int, int, int, str]
_EXACT = Precision.EXACT.value


def bounds(value: Decimal, high: Decimal | None, precision: str) -> tuple[Decimal, Decimal]:
    """The lowest and the highest number that the stated one can mean."""
    if precision == _EXACT:
        return value, value
    if precision == Precision.AT_LEAST:
        return value, Decimal("Infinity")
    if precision == Precision.ABOUT:
        return value - abs(value) * ABOUT, value + abs(value) * ABOUT
    if precision == Precision.RANGE and high is not None:
        return value, high
    return value, value


def low(row: StatementRow) -> Decimal:
    """The lowest number that the statement can mean."""
    return bounds(row.value, row.high, row.precision)[0]


def high(row: StatementRow) -> Decimal:
    """The highest number that the statement can mean; infinite for “at least”."""
    return bounds(row.value, row.high, row.precision)[1]


def period(row: StatementRow) -> Period:
    """The period as far as it is known."""
    return Period(row.start, row.end)


def last_day(row: StatementRow) -> date:
    """The end, or the day of publication: nobody counts what is done after that."""
    return row.end or row.published_on


def alike(row: StatementRow) -> tuple[date | None, date, bool]:
    """Statements with equal keys are alike in period; an unknown start equals only another."""
    return row.start, last_day(row), row.start is None and row.end is None


def rank(row: StatementRow) -> Rank:
    """Smallest stands: dated, of the widest period, published last, exact, first in the report."""
    first = row.start.toordinal() if row.start else 0
    width = last_day(row).toordinal() - first
    return (
        row.start is None,
        -width,
        -row.published_on.toordinal(),
        ROUNDNESS[row.precision],
        row.claim,
    )


def precision_of_sum(rows: Iterable[StatementRow]) -> Precision:
    """A sum is as rounded as its most rounded part; a floor makes the sum a floor."""
    found = {Precision(row.precision) for row in rows}
    for each in (Precision.AT_LEAST, Precision.ABOUT, Precision.RANGE):
        if each in found:
            return each
    return Precision.EXACT
