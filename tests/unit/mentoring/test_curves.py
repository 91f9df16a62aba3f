"""Curves of cases: weights, crossings, restarts, and where somebody stands."""

from __future__ import annotations

import random
from datetime import date, timedelta
from math import log

import pytest

from jiedui.core.errors import InvalidInput
from jiedui.mentoring.domain.curves import (
    ALARM,
    INSUFFICIENT,
    LEARNING,
    MINIMUM,
    MISSED,
    MONITORING,
    REACHED,
    STATISTIC,
    Criterion,
    Outcome,
    Rates,
    Restart,
    curve_of,
    lc_cusum,
    least_cases,
    monitoring,
    sprt,
)
from tests.unit.mentoring.curve_twin import naive_lc

DAY = date(2026, 1, 1)
RATES = Rates(0.10, 0.20)
STAT = Criterion(STATISTIC, RATES, 60, 0, 2.0, 3.0)
COUNT = Criterion(MINIMUM, RATES, 30, 10, None, 2.0)


def series(text: str, start: date = DAY) -> list[Outcome]:
    """Cases a day apart: ``+`` a success, ``-`` a failure."""
    return [Outcome(start + timedelta(days=n), mark == "+") for n, mark in enumerate(text)]


def test_weights_are_those_of_the_paper() -> None:
    assert RATES.success == pytest.approx(log(0.9 / 0.8))
    assert RATES.failure == pytest.approx(log(2))
    assert lc_cusum([True, True], RATES, 9).values == pytest.approx(
        (log(0.9 / 0.8), 2 * log(0.9 / 0.8))
    )
    assert lc_cusum([True, False], RATES, 9).values[1] == 0.0
    assert monitoring([False, True], RATES, 9).values == pytest.approx(
        (log(2), log(2) - log(0.9 / 0.8))
    )


@pytest.mark.parametrize("seed", range(20))
def test_lc_cusum_agrees_with_its_slow_twin(seed: int) -> None:
    chance = random.Random(seed)
    pa = chance.uniform(0.02, 0.3)
    pu = chance.uniform(pa + 0.02, 0.7)
    outcomes = [chance.random() > pa for _ in range(60)]
    found = lc_cusum(outcomes, Rates(pa, pu), 2.0)
    values, crossed = naive_lc(outcomes, pa, pu, 2.0)
    assert found.values == pytest.approx(values)
    assert (found.crossed or 0) == crossed


# Steps and limits as papers print them with α = β = 0.1.
@pytest.mark.parametrize(
    ("p0", "p1", "s", "h"),
    [
        (0.05, 0.10, 0.0724, 2.94),
        (0.05, 0.15, 0.0919, 1.82),
        (0.10, 0.20, 0.1452, 2.71),
        (0.10, 0.25, 0.166, 2.00),
        (0.15, 0.30, 0.2188, 2.48),
    ],
)
def test_sprt_values_are_those_printed(p0: float, p1: float, s: float, h: float) -> None:
    found = sprt([], Rates(p0, p1))
    assert found.step == pytest.approx(s, abs=5e-5 if s != 0.166 else 5e-4)
    assert found.upper == pytest.approx(h, abs=6e-3)
    assert found.lower == pytest.approx(found.upper)


def test_sprt_decides_by_its_limits_and_the_pair_may_turn_the_result() -> None:
    good = sprt([True] * 60, Rates(0.10, 0.20))
    assert (good.decision, good.decided) == ("adequate", 19)
    bad = sprt([False] * 5, Rates(0.10, 0.20))
    assert (bad.decision, bad.decided) == ("inadequate", 4)
    # One series by two published pairs, 0.10/0.20 and 0.04/0.08: 8 failures of 80.
    mixed = [n % 10 != 4 for n in range(80)]
    assert sprt(mixed, Rates(0.10, 0.20)).decision == "adequate"
    assert sprt(mixed, Rates(0.04, 0.08)).decision == "inadequate"


def test_nobody_is_adequate_before_the_series_shows_it() -> None:
    found = curve_of(series("+" * 16), STAT)
    assert (found.standing, found.wanting, found.left) == (LEARNING, 1, 44)
    found = curve_of(series("+" * 17), STAT)
    assert found.standing == REACHED
    assert found.reached is not None
    assert (found.reached.number, found.reached.on) == (17, DAY + timedelta(days=16))
    # A failure takes back what six successes gave.
    assert curve_of(series("++++++-" + "+" * 16), STAT).standing == LEARNING


def test_after_sign_off_failures_bring_an_alarm_and_a_review_starts_anew() -> None:
    cases = series("+" * 17 + "+--+---")
    found = curve_of(cases, STAT)
    assert found.standing == ALARM
    assert found.alarm is not None
    assert (found.alarm.number, found.alarm.phase) == (24, MONITORING)
    reviewed = cases[-1].on
    after = curve_of(cases, STAT, [Restart(reviewed, MONITORING)])
    assert (after.standing, after.value, after.alarm) == (REACHED, 0.0, None)
    again = curve_of(cases, STAT, [Restart(reviewed, LEARNING)])
    assert (again.standing, again.counted, again.reached) == (LEARNING, 0, None)
    # Cases after it count for the new series alone; one told later but done before does not.
    more = series("+" * 17, reviewed + timedelta(days=1))
    assert curve_of([*cases, *more], STAT, [Restart(reviewed, LEARNING)]).standing == REACHED
    late = sorted([*cases, Outcome(reviewed, False)], key=lambda each: each.on)
    assert curve_of(late, STAT, [Restart(reviewed, MONITORING)]).standing == REACHED
    assert [p.number for p in after.points if p.restarted] == []
    followed = curve_of([*cases, *more], STAT, [Restart(reviewed, MONITORING)])
    assert [p.number for p in followed.points if p.restarted] == [25]
    # Each time that learning begins is another chance; with no case before it, it was none.
    assert (found.series, after.series, again.series) == (1, 1, 2)
    twice = [Restart(cases[0].on - timedelta(days=9), LEARNING), Restart(reviewed, LEARNING)]
    assert curve_of(cases, STAT, twice).series == 2
    assert curve_of([*cases, *more], STAT, [Restart(reviewed, LEARNING)]).series == 2


def test_a_limit_is_for_the_planned_cases_only() -> None:
    # 60 planned; enough failures that 17 successes on end come too late.
    text = "+++-" * 12
    found = curve_of(series(text), STAT)
    assert (found.standing, found.wanting) == (MISSED, None)
    assert curve_of(series(text + "+" * 40), STAT).standing == MISSED
    assert curve_of(series(text + "+" * 40), STAT).reached is None


def test_where_no_limit_can_be_reached_it_is_said() -> None:
    none = Criterion(STATISTIC, RATES, 8, 0, None, 3.0)
    assert curve_of(series("+" * 8), none).standing == INSUFFICIENT
    assert curve_of([], none).standing == INSUFFICIENT
    far = Criterion(STATISTIC, RATES, 10, 0, 2.0, 3.0)
    assert not far.reachable
    assert curve_of(series("+" * 200), far).standing == INSUFFICIENT
    assert not Criterion(MINIMUM, RATES, 10, 20, None, 2.0).reachable


def test_a_minimum_is_watched_from_its_first_case() -> None:
    assert curve_of(series("+" * 9), COUNT).standing == LEARNING
    assert curve_of(series("+" * 10), COUNT).standing == REACHED
    alarmed = curve_of(series("+---+++++++"), COUNT)
    assert alarmed.standing == ALARM
    assert alarmed.reached is None
    assert alarmed.wanting is None
    cases = series("+---+++++++")
    back = curve_of(cases, COUNT, [Restart(cases[-1].on, LEARNING)])
    assert (back.standing, back.wanting) == (LEARNING, 10)


def test_cases_of_before_an_alarm_count_for_no_minimum() -> None:
    # A minimum number with no alarm: where monitoring alone starts anew, the count does too.
    cases, more = series("+++++---"), series("+" * 10, DAY + timedelta(days=40))
    again = [Restart(cases[-1].on, MONITORING)]
    early = curve_of([*cases, *more[:9]], COUNT, again)
    assert (early.standing, early.counted, early.wanting) == (LEARNING, 9, 1)
    assert early.series == 2
    assert curve_of([*cases, *more], COUNT, again).standing == REACHED
    # What was reached before its alarm stays reached.
    late = [*series("+" * 10 + "---"), *more]
    assert curve_of(late, COUNT, [Restart(late[12].on, MONITORING)]).counted == 23


def test_a_case_that_reaches_the_minimum_and_alarms_is_an_alarm() -> None:
    found = curve_of(series("+++++++---"), COUNT)
    assert found.standing == ALARM
    assert found.reached is None


def test_every_case_stands_on_the_curve_with_what_it_brought() -> None:
    found = curve_of(series("+" * 17 + "-+"), STAT)
    assert [p.number for p in found.points] == list(range(1, 20))
    assert [p.event for p in found.points if p.event] == [REACHED]
    assert found.points[17].value == pytest.approx(RATES.failure)
    assert (found.counted, found.failed) == (19, 1)


@pytest.mark.parametrize(("pa", "pu"), [(0, 0.1), (0.2, 0.1), (0.1, 0.1), (0.1, 1)])
def test_rates_that_cannot_be_used_are_refused(pa: float, pu: float) -> None:
    with pytest.raises(InvalidInput) as refused:
        Rates(pa, pu)
    assert refused.value.code == "rates-unusable"


def test_error_rates_that_cannot_be_used_are_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        sprt([], RATES, 0.6, 0.6)
    assert refused.value.code == "errors-unusable"


def test_least_cases_do_not_count_what_is_there() -> None:
    assert least_cases(RATES, 2.0) == 17
    assert least_cases(RATES, 2.0, 2.0) == 0
    assert least_cases(RATES, 2.0, 1.0) == 9
