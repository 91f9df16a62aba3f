"""Limits by simulation agree with exact chances, and with the values worked out beforehand."""

from __future__ import annotations

import random
from datetime import date, timedelta
from math import sqrt

import pytest

from jiedui.mentoring.domain import calibration
from jiedui.mentoring.domain.curves import (
    LEARNING,
    REACHED,
    STATISTIC,
    Criterion,
    Outcome,
    Rates,
    Restart,
    curve_of,
    least_cases,
    over_series,
)
from tests.unit.mentoring.curve_twin import run_length, signed_off

# Worked out apart from this code with 40,000 simulated trainees a row (rounded to whole
# percents): p_a, p_u, h, then signed off at p_u and at p_a within 50 cases, the same within
# 100, the median case of those signed off at p_a, and the case of one without a failure.
TABLE = [
    (0.05, 0.10, 1.25, 32, 72, 64, 97, 37, 24),
    (0.05, 0.10, 2.0, 5, 25, 21, 76, 56, 37),
    (0.05, 0.15, 2.0, 33, 92, 61, 99.8, 24, 18),
    (0.05, 0.15, 2.5, 14, 80, 34, 99, 34, 23),
    (0.10, 0.20, 2.0, 23, 80, 49, 98, 31, 17),
    (0.10, 0.20, 2.5, 9, 64, 25, 94, 41, 22),
    (0.10, 0.25, 2.5, 24, 94, 47, 99.8, 22, 14),
    (0.15, 0.30, 2.5, 19, 88, 39, 99, 26, 13),
]
# Cases to the alarm at h = 3, in and out of control, cut off at 4,000.
LENGTHS = [
    (0.05, 0.10, 1271, 114),
    (0.05, 0.15, 517, 36),
    (0.10, 0.20, 635, 54),
]


def errors(chance: float, of: int = calibration.TRAINEES) -> float:
    """Four standard errors of a simulated share."""
    return 4 * sqrt(max(chance * (1 - chance), 1e-4) / of)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: "/".join(map(str, row[:3])))
def test_the_table_is_reproduced_by_simulation_and_exactly(row: tuple[float, ...]) -> None:
    pa, pu, h, false50, true50, false100, true100, median, least = row
    rates = Rates(pa, pu)
    exact = {rate: signed_off(pa, pu, h, rate, 100) for rate in (pa, pu)}
    for cases, false, true in ((50, false50, true50), (100, false100, true100)):
        found = calibration.sign_off(rates, h, cases)
        for told, simulated, printed in (
            (exact[pu][cases - 1], found.false_rate, false),
            (exact[pa][cases - 1], found.true_rate, true),
        ):
            assert abs(simulated - told) <= errors(told)
            # Printed by another simulation of the same size, in whole percents.
            assert abs(100 * told - printed) <= 0.5 + 100 * errors(told)
        assert found.least == least
    half = exact[pa][-1] / 2
    assert abs(median - next(n for n, p in enumerate(exact[pa], 1) if p >= half)) <= 1


@pytest.mark.parametrize("row", LENGTHS, ids=lambda row: "/".join(map(str, row[:2])))
def test_run_lengths_are_reproduced_by_simulation_and_exactly(row: tuple[float, ...]) -> None:
    pa, pu, well, worse = row
    found = calibration.watch(Rates(pa, pu), 3.0)
    for failing, simulated, printed in ((pa, found.well, well), (pu, found.worse, worse)):
        exact = run_length(pa, pu, 3.0, failing, calibration.LONGEST)
        # A run's length varies about as much as it is long.
        assert abs(simulated - exact) <= 4 * exact / sqrt(calibration.RUNS)
        assert abs(printed - exact) <= 0.03 * exact


@pytest.mark.parametrize(("pa", "pu"), [(0.05, 0.10), (0.05, 0.15), (0.10, 0.20), (0.10, 0.25)])
@pytest.mark.parametrize("planned", [30, 60])
@pytest.mark.parametrize("allowed", [0.05, 0.10])
def test_a_calibrated_limit_keeps_to_the_allowed_rate(
    pa: float, pu: float, planned: int, allowed: float
) -> None:
    rates = Rates(pa, pu)
    limit = calibration.calibrated(rates, planned, allowed)
    if limit is None:
        # Then even a series without a failure is too likely at the unacceptable rate.
        assert (1 - pu) ** planned > allowed - errors(allowed)
        return
    assert signed_off(pa, pu, limit, pu, planned)[-1] <= allowed
    # And it is not far stricter than it must be: two successes less would break the rule.
    laxer = limit - 2 * rates.success
    assert laxer <= 0 or signed_off(pa, pu, laxer, pu, planned)[-1] > allowed - errors(allowed)


def test_too_few_planned_cases_have_no_limit() -> None:
    assert calibration.calibrated(Rates(0.05, 0.10), 20, 0.10) is None
    assert calibration.calibrated(Rates(0.05, 0.15), 12, 0.10) is None
    assert calibration.calibrated(Rates(0.10, 0.25), 6, 0.10) is None
    found = calibration.calibrated(Rates(0.10, 0.25), 15, 0.10)
    assert found is not None
    assert least_cases(Rates(0.10, 0.25), found) <= 15


def test_the_same_parameters_give_the_same_limit_again() -> None:
    first = calibration.calibrated(Rates(0.05, 0.15), 60, 0.10)
    calibration.calibrated.cache_clear()
    assert calibration.calibrated(Rates(0.05, 0.15), 60, 0.10) == first


@pytest.mark.parametrize("series", [1, 2, 3])
def test_series_that_begin_anew_add_to_the_false_rate(series: int) -> None:
    """Simulated trainees whose learning begins anew each time that the planned cases are over."""
    rates, planned, trainees = Rates(0.10, 0.25), 25, 1500
    limit = calibration.calibrated(rates, planned, 0.10)
    assert limit is not None
    rule = Criterion(STATISTIC, rates, planned, 0, limit, 99.0)
    chance, first = random.Random(20100310 + series), date(2026, 1, 1)
    days = [first + timedelta(days=n) for n in range(planned * series)]
    anew = [Restart(days[planned * n - 1], LEARNING) for n in range(1, series)]
    wrong = 0
    for _trainee in range(trainees):
        cases = [Outcome(on, chance.random() >= rates.unacceptable) for on in days]
        found = curve_of(cases, rule, anew)
        assert found.series == series
        wrong += any(each.event == REACHED for each in found.points)
    one = signed_off(0.10, 0.25, limit, 0.25, planned)[-1]
    assert abs(wrong / trainees - over_series(one, series)) <= errors(
        over_series(one, series), trainees
    )
    # The mean of one series is far from what several come to.
    assert series == 1 or over_series(one, series) - one > errors(one, trainees)


def test_the_limit_of_another_package_holds_for_monitoring() -> None:
    """R's cusum 0.4.1 (Hubig) prints 2.696 for p 0.05, odds doubled, 100 cases, 5 % alarms."""
    pu = 2 * 0.05 / 0.95 / (1 + 2 * 0.05 / 0.95)
    # With failures and successes changing places, an alarm is a sign-off.
    within = signed_off(1 - pu, 1 - 0.05, 2.696187, 1 - 0.05, 100)[-1]
    # Its 1,000 runs know the share to within 0.7 points.
    assert abs(within - 0.05) <= 3 * sqrt(0.05 * 0.95 / 1000)


def test_a_minimum_without_an_alarm_is_worth_what_it_is() -> None:
    pa, pu, h, minimum = 0.10, 0.25, 2.0, 20
    found = calibration.sign_off_minimum(Rates(pa, pu), h, minimum)
    for failing, simulated in ((pu, found.false_rate), (pa, found.true_rate)):
        exact = 1 - signed_off(1 - pu, 1 - pa, h, 1 - failing, minimum)[-1]
        assert abs(simulated - exact) <= errors(exact)
