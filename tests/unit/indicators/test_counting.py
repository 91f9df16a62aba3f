"""Which of the two counts: entries or a published statement."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from jiedui.core.periods import Period
from jiedui.indicators.domain.counting import Counted, agrees, compare, unify
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


def nothing() -> Figure:
    return replace(stated(1), value=None, records=0, beside=())


def line(value: int, reason: str = "") -> Beside:
    return Beside(
        reason, "9-2", "9", None, Decimal(value), "exact", "台次", YEAR, unit_class="cases"
    )


def test_a_statement_counts_as_it_stands_where_there_is_no_entry() -> None:
    alone = stated(887)
    assert unify(QUESTION, None, alone) is alone


def test_neither_has_no_value() -> None:
    assert unify(QUESTION, None, nothing()).value is None


def test_entries_alone_are_exact_and_say_their_days() -> None:
    figure = unify(QUESTION, counted(12), nothing())
    assert (figure.value, figure.precision, figure.counts) == (Decimal(12), "exact", "entries")
    assert (figure.records, figure.period, figure.contested) == (3, YEAR, False)
    assert figure.beside == ()


def test_rounded_entries_stay_rounded() -> None:
    rounded = replace(counted(12), precision="range", high=Decimal(15))
    figure = unify(QUESTION, rounded, nothing())
    assert (figure.precision, figure.high) == ("range", Decimal(15))


@pytest.mark.parametrize(
    ("within", "reason"),
    [
        (counted(887), "statement-agrees"),
        (counted(880), "statement-differs"),
        (counted(0, records=0), "statement-without-entries"),
        (counted(887, unit_class="person_times"), "statement-without-entries"),
        (None, "statement-without-entries"),
    ],
)
def test_a_statement_is_compared_with_the_entries_of_its_own_scope_and_class(
    within: Counted | None, reason: str
) -> None:
    assert compare(within, line(887)) == reason


def test_both_are_never_added_and_the_statement_stands_first_beside() -> None:
    figure = unify(QUESTION, counted(900), stated(887), (line(887, "statement-agrees"),))
    assert (figure.value, figure.counts, figure.contested) == (Decimal(900), "entries", False)
    assert [each.reason for each in figure.beside] == ["statement-agrees", "earlier"]


@pytest.mark.parametrize("same_scope", [True, False])
def test_only_the_very_scope_of_a_statement_can_contest_the_figure(same_scope: bool) -> None:
    compared = (line(887, "statement-differs"),)
    figure = unify(QUESTION, counted(900), stated(887), compared, same_scope=same_scope)
    assert figure.contested is same_scope
