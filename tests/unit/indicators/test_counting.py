"""Which of the two counts: entries or a published statement."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from jiedui.core.periods import Period
from jiedui.indicators.domain.counting import Counted, agrees, unify
from jiedui.indicators.domain.question import Beside, Figure, Question

YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))
QUESTION = Question(measure="surgeries")


def counted(value: int, *, records: int = 3, unit_class: str = "cases") -> Counted:
    return Counted(Decimal(value), "台次", unit_class, records, YEAR)


def stated(value: int, precision: str = "exact", *, contested: bool = False) -> Figure:
    beside = (Beside("earlier", "9-1", "9", None, Decimal(1), "exact", "台次", Period(None, None)),)
    return Figure(
        "surgeries",
        Decimal(value),
        None,
        precision,
        "台次",
        "cases",
        "flow",
        YEAR,
        None,
        1,
        contested,
        "statements",
        beside,
    )


@pytest.mark.parametrize(
    ("count", "value", "precision", "high", "expected"),
    [
        (40, 40, "exact", None, True),
        (41, 40, "exact", None, False),
        (40, 40, "at_least", None, True),
        (39, 40, "at_least", None, False),
        (95, 100, "about", None, True),
        (89, 100, "about", None, False),
        (45, 40, "range", 50, True),
        (51, 40, "range", 50, False),
        (41, 40, "range", None, False),
    ],
)
def test_a_count_agrees_with_a_stated_value_by_its_precision(
    count: int, value: int, precision: str, high: int | None, expected: bool
) -> None:
    top = Decimal(high) if high is not None else None
    assert agrees(Decimal(count), Decimal(value), precision, top) is expected


def test_neither_is_no_figure() -> None:
    assert unify(QUESTION, None, None, None) is None
    assert unify(QUESTION, counted(0, records=0), None, None) is None


def test_a_statement_alone_counts_as_it_stands() -> None:
    alone = stated(887)
    assert unify(QUESTION, None, alone, None) is alone


def test_entries_alone_are_exact_and_say_their_days() -> None:
    figure = unify(QUESTION, counted(12), None, None)
    assert figure is not None
    assert (figure.value, figure.precision, figure.counts) == (Decimal(12), "exact", "entries")
    assert (figure.records, figure.period, figure.contested) == (3, YEAR, False)
    assert figure.beside == ()


def test_both_of_one_period_are_compared_and_never_added() -> None:
    figure = unify(QUESTION, counted(900), stated(887), counted(887))
    assert figure is not None
    assert (figure.value, figure.counts, figure.contested) == (Decimal(900), "entries", False)
    assert [line.reason for line in figure.beside] == ["statement-agrees", "earlier"]


def test_both_of_one_period_that_cannot_both_be_true_are_contested() -> None:
    figure = unify(QUESTION, counted(900), stated(887), counted(880))
    assert figure is not None
    assert figure.contested
    assert (figure.beside[0].reason, figure.beside[0].value) == ("statement-differs", Decimal(887))


def test_a_contested_statement_that_agrees_leaves_the_figure_contested() -> None:
    figure = unify(QUESTION, counted(887), stated(887, contested=True), counted(887))
    assert figure is not None
    assert figure.contested


@pytest.mark.parametrize(
    "within", [None, counted(0, records=0), counted(887, unit_class="person_times")]
)
def test_a_statement_without_entries_of_its_period_and_class_is_not_compared(
    within: Counted | None,
) -> None:
    figure = unify(QUESTION, counted(12), stated(887), within)
    assert figure is not None
    assert not figure.contested
    assert figure.beside[0].reason == "statement-other-period"
