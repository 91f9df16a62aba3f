"""What is said after a departure: the exact test, seasons, tiny volumes, early days."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiedui.mentoring.domain.months import Span, after, month_of
from jiedui.mentoring.domain.staying import (
    COLLAPSED,
    FALLEN,
    HOLDS,
    TOO_EARLY,
    TOO_FEW,
    Compared,
    Departure,
    Led,
    Rules,
    added,
    aftermath,
    chance_of_so_few,
    within,
)

LEFT = date(2025, 1, 20)
YEAR_THERE = Departure(date(2024, 1, 1), LEFT)
RULES = Rules()


def twin(before: int, before_months: int, later: int, later_months: int) -> Fraction:
    """The binomial sum in whole fractions."""
    whole, share = before + later, Fraction(later_months, later_months + before_months)
    return sum(
        (comb(whole, k) * share**k * (1 - share) ** (whole - k) for k in range(later + 1)),
        Fraction(0),
    )


@given(st.integers(0, 60), st.integers(1, 12), st.integers(0, 60), st.integers(1, 12))
def test_the_chance_is_the_binomial_sum(before, before_months, later, later_months):
    fast = chance_of_so_few(before, before_months, later, later_months)
    assert fast == pytest.approx(float(twin(before, before_months, later, later_months)), rel=1e-9)


def test_the_lung_cancers_of_fredericia():
    """Andersen 1977: 11 in 800 person-years aged 55 to 59, 21 in 3,011 of three other towns.

    The manual of R's poisson.test prints the 95 % limits of the ratio, 0.8584264 and
    4.2772659: the ratios at which so many, or so few, have a chance of 2.5 %.
    """
    assert chance_of_so_few(21, 3011, 11, 800, ratio=4.2772659) == pytest.approx(0.025, abs=1e-6)
    so_many = 1 - chance_of_so_few(22, 3011, 10, 800, ratio=0.8584264)
    assert so_many == pytest.approx(0.025, abs=1e-6)


def test_of_equal_times_nought_against_five_is_the_first_fall_below_5_percent():
    assert chance_of_so_few(4, 1, 0, 1) == pytest.approx(1 / 16)
    assert chance_of_so_few(5, 1, 0, 1) == pytest.approx(1 / 32)


def steady(first: date, months: int, cases: int) -> dict[date, int]:
    return {after(first, n): cases for n in range(months)}


def said(months: dict[date, int], day: date, departure: Departure = YEAR_THERE) -> str:
    return aftermath(months, departure, day, RULES).verdict


def test_a_department_that_goes_on_holds():
    months = steady(date(2023, 1, 1), 40, 8)
    assert said(months, date(2025, 8, 5)) == HOLDS


def test_a_department_that_stops_has_collapsed_after_three_months():
    months = steady(date(2023, 1, 1), 25, 8)
    assert said(months, date(2025, 4, 30)) == TOO_EARLY
    assert said(months, date(2025, 5, 1)) == COLLAPSED


def test_a_department_that_had_nothing_before_the_expert_can_collapse():
    """The year before tells nothing of a season where the work came with the expert."""
    months = steady(date(2024, 8, 1), 5, 6)
    found = aftermath(months, Departure(date(2024, 8, 1), LEFT), date(2025, 6, 3), RULES)
    assert found.verdict == COLLAPSED
    assert found.season is None
    assert (found.volume.before, found.volume.before_months) == (30, 5)


def test_a_season_is_not_taken_for_a_collapse():
    """Frostbite is seen from October to March, each year anew; the expert left in March."""
    winters = {
        date(year, month, 1): 12 for year in (2023, 2024, 2025, 2026) for month in (1, 2, 3, 10,
                                                                                  11, 12)
    }  # fmt: skip
    one_winter = Departure(date(2024, 10, 1), date(2025, 3, 28))
    found = aftermath(winters, one_winter, date(2025, 8, 1), RULES)
    assert found.volume.fell(RULES)
    assert found.season.before == found.season.after == 0
    assert found.verdict == HOLDS
    whole_year = Departure(date(2024, 4, 1), date(2025, 3, 28))
    assert said(winters, date(2025, 8, 1), whole_year) == HOLDS
    assert said(winters, date(2026, 4, 2), whole_year) == HOLDS


def test_tiny_volumes_are_too_few_to_say_anything():
    assert said({date(2024, 5, 1): 2, date(2024, 9, 1): 1}, date(2026, 3, 1)) == TOO_FEW
    assert said({}, date(2026, 3, 1)) == TOO_FEW


def test_a_fall_that_chance_makes_is_none():
    # 12 in the year before, 1 in three months after: 3 were to be expected.
    months = steady(date(2024, 1, 1), 12, 1) | {date(2025, 3, 1): 1}
    assert said(months, date(2025, 5, 1)) == HOLDS


def test_a_clear_fall_by_less_than_half_is_told_as_a_fall():
    months = steady(date(2023, 1, 1), 25, 40) | steady(date(2025, 2, 1), 12, 28)
    assert said(months, date(2026, 2, 1)) == FALLEN


@pytest.mark.parametrize("days", [0, 5, 27])
def test_a_visit_of_days_is_not_judged(days):
    visit = Departure(LEFT - timedelta(days=days), LEFT)
    assert said(steady(date(2023, 1, 1), 25, 8), date(2026, 3, 1), visit) == TOO_EARLY


@given(
    st.dictionaries(
        st.dates(date(2022, 1, 1), date(2026, 6, 1)).map(month_of), st.integers(0, 30)
    ),
    st.dates(date(2023, 1, 1), date(2026, 1, 1)), st.integers(0, 800), st.integers(0, 500),
)  # fmt: skip
def test_whatever_was_counted_something_is_said(months, left, stayed, later):
    departure = Departure(left - timedelta(days=stayed), left)
    found = aftermath(months, departure, left + timedelta(days=later), RULES)
    assert found.verdict in (HOLDS, FALLEN, COLLAPSED, TOO_EARLY, TOO_FEW)
    if found.volume is not None:
        counted = sum(months.get(m, 0) for m in found.during)
        assert found.volume.before == counted
        assert found.volume.after == sum(
            cases for month, cases in months.items() if month in found.later
        )
        assert departure.arrived <= found.during.first
        assert found.during.last < month_of(left) < found.later.first
        assert found.later.last < month_of(left + timedelta(days=later))
    if found.verdict == COLLAPSED:
        # Never where as many came as in the same months of the year before, once these tell.
        assert found.season is None or found.volume.after < found.season.before
        assert found.volume.before >= RULES.cases


def test_shares_without_cases_are_none():
    assert Led().share is None
    assert Compared(0, 3, 4, 3).ratio is None
    led = added([Led(expert=1, joint=1), Led(supervised=1, independent=3, failures=1)])
    assert (led.all, led.local, led.share, led.failures) == (6, 4, 4 / 6, 1)
    span = Span(date(2025, 1, 1), date(2025, 2, 1))
    assert within({date(2025, 2, 1): led, date(2025, 3, 1): led}, span) == led
