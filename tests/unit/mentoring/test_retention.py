"""What is retained after a departure, what is not yet known, and how long techniques live."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiedui.mentoring.domain.months import after, between, month_of
from jiedui.mentoring.domain.retention import (
    KEPT,
    LOST,
    NO_DEMAND,
    OPEN,
    THERE,
    Kept,
    Technique,
    Trainee,
    after_departure,
    asked,
    counted,
    departed_before,
    judged,
    known_from,
    life,
    retained,
    trainee_judged,
    window,
)
from jiedui.mentoring.domain.survival import Life

LEFT = date(2025, 1, 20)
SHARE, LEAST = 0.5, 2


def days_of(months: Iterable[int]) -> list[date]:
    """A day in each of these months after the departure."""
    return [after(date(2025, 1, 1), month) for month in months]


def technique(*months: int, expected: int = 12, **changes: object) -> Technique:
    """With one local-led case in each of these months after the departure."""
    followed = after_departure(LEFT, days_of(months))
    return Technique(**{"departed": LEFT, "expected": expected, "followed": followed} | changes)


def said(subject: Technique, ends: int, day: date) -> str:
    return judged(subject, ends, day, SHARE, LEAST)


@pytest.mark.parametrize(
    ("expected", "k"), [(0, 2), (4, 2), (12, 3), (13, 4), (20, 5), (100, 25)]
)  # fmt: skip
def test_k_comes_from_the_expected_demand(expected, k):
    assert asked(expected, SHARE, LEAST) == k


def test_the_half_years_follow_the_month_of_the_departure():
    assert window(LEFT, 6) == window(date(2025, 1, 1), 6)
    assert (window(LEFT, 6).first, window(LEFT, 6).last) == (date(2025, 2, 1), date(2025, 7, 1))
    assert (window(LEFT, 12).first, window(LEFT, 12).last) == (date(2025, 8, 1), date(2026, 1, 1))


def test_a_window_that_is_not_over_is_not_yet_known():
    kept = technique(1, 2, 3, 8)
    assert said(kept, 6, date(2025, 7, 31)) == OPEN
    assert said(kept, 6, date(2025, 8, 1)) == KEPT
    assert said(kept, 12, date(2026, 1, 31)) == OPEN
    assert said(kept, 12, date(2026, 2, 1)) == LOST


def test_cases_in_the_first_half_year_do_not_keep_a_technique_for_a_year():
    assert said(technique(1, 1, 2, 2, 3), 12, date(2026, 3, 1)) == LOST
    assert said(technique(7, 9, 12), 12, date(2026, 3, 1)) == KEPT
    assert said(technique(0, 0, 0, 13, 13), 6, date(2026, 3, 1)) == LOST


def test_without_patients_it_is_neither_kept_nor_lost():
    rested = technique(1, no_demand_on=date(2025, 6, 3))
    assert said(rested, 6, date(2026, 3, 1)) == NO_DEMAND
    later = technique(1, 2, 3, no_demand_on=date(2025, 9, 3))
    assert said(later, 6, date(2026, 3, 1)) == KEPT
    assert said(later, 12, date(2026, 3, 1)) == NO_DEMAND


def test_while_an_expert_is_there_nothing_is_said():
    there = technique(1, 2, 3, departed=None)
    assert said(there, 6, date(2026, 3, 1)) == THERE
    assert life(there, date(2026, 3, 1)) is None
    assert after_departure(None, days_of([1, 2])) == (0, 0, None)


@given(st.dates(date(2024, 1, 1), date(2026, 12, 31)), st.sampled_from([6, 12]))
def test_who_left_before_the_day_has_the_half_year_behind(left, ends):
    for day in (known_from(left, ends), known_from(left, ends) - timedelta(days=1)):
        assert (left < departed_before(day, ends)) == (day >= known_from(left, ends))


def test_the_ratio_is_of_what_is_known():
    found = counted([KEPT, KEPT, LOST, OPEN, NO_DEMAND])
    assert found == Kept(2, 1, 1, 1, 0)
    assert (found.known, found.all, found.share) == (3, 5, 2 / 3)
    assert counted([OPEN]).share is None
    assert counted([]).share is None


def test_a_life_ends_when_six_months_on_end_had_no_case():
    day = date(2026, 6, 1)
    assert life(technique(), day) == Life(6, ended=True)
    assert life(technique(1, 2), day) == Life(8, ended=True)
    assert life(technique(1, 6, 11, 16), day) == Life(16, ended=False)
    assert life(technique(1), date(2025, 5, 2)) == Life(3, ended=False)
    assert life(technique(), date(2025, 2, 27)) is None
    assert life(technique(1, no_demand_on=date(2025, 4, 9)), day) == Life(2, ended=False)


def twin(months: list[int], day: date) -> Life | None:
    """Every month asked whether it closes six empty ones."""
    over = between(LEFT, day) - 1
    if over < 1:
        return None
    for ends in range(6, over + 1):
        if not any(month in months for month in range(ends - 5, ends + 1)):
            return Life(ends, ended=True)
    return Life(over, ended=False)


@given(st.lists(st.integers(1, 30), max_size=12), st.dates(LEFT, date(2027, 12, 31)))
def test_lives_are_what_the_slow_way_says(months, day):
    assert life(technique(*months), day) == twin(months, day)


@given(st.lists(st.integers(-3, 20), max_size=12), st.dates(LEFT, date(2027, 12, 31)))
def test_a_window_counts_the_cases_of_its_months(months, day):
    for ends in (6, 12):
        led = sum(1 for month in months if ends - 6 < month <= ends)
        over = month_of(day) > after(date(2025, 1, 1), ends)
        want = OPEN if not over else KEPT if led >= asked(12, SHARE, LEAST) else LOST
        assert said(technique(*months), ends, day) == want


def test_trainees_are_retained_who_are_there_and_still_do_it():
    day, certified = date(2026, 6, 1), date(2025, 1, 31)
    half = certified + timedelta(days=182)
    there = Trainee(certified, in_post=True, last_case=half)
    assert trainee_judged(there, day) == KEPT
    assert trainee_judged(there, date(2026, 1, 30)) == OPEN
    assert trainee_judged(there, date(2026, 1, 31)) == KEPT
    gone = Trainee(certified, in_post=False, last_case=date(2026, 5, 1))
    idle = Trainee(certified, in_post=True, last_case=half - timedelta(days=1))
    never = Trainee(certified, in_post=True, last_case=None)
    assert [trainee_judged(each, day) for each in (gone, idle, never)] == [LOST] * 3
    assert retained([there, gone, idle, never], day).share == 1 / 4
