"""Limits of the learning statistic, found by simulated trainees, and what they are worth.

The longer a series, the more likely somebody who is not adequate crosses a limit by luck: a
limit is for a number of planned cases. Trainees are simulated with a fixed seed, so that the
same parameters give the same limit on every machine with the same numpy; the limits in use
stand in the pack (procedure_limits.csv), and a test computes them again, and once more
exactly by another way.
"""

from __future__ import annotations

from functools import cache
from math import floor, sqrt

import numpy as np

from jiedui.mentoring.domain.curves import SLACK, Rates, SignOff, Watch, least_cases

SEED = 20100310
TRAINEES = 40_000
# Cases after which a run without an alarm is cut off.
LONGEST = 4_000
RUNS = 4_000
# How far the simulated rate stays below the limit asked for, in standard errors.
ERRORS = 3.0
# Limits are told to four decimals, rounded down to below the value that reaches them: rounded
# up, the longest series without a failure might just not.
DECIMALS = 10_000


def _paths(up: float, down: float, chance: float, cases: int, runs: int, seed: int) -> np.ndarray:
    """The highest value so far, after each case (rows), of every run (columns).

    ``up`` is added with the chance, ``down`` taken away without it, never below 0.
    """
    random = np.random.default_rng(seed)
    value, peak = np.zeros(runs), np.zeros(runs)
    peaks = np.empty((cases, runs))
    for case in range(cases):
        value = np.maximum(0.0, value + np.where(random.random(runs) < chance, up, -down))
        np.maximum(peak, value, out=peak)
        peaks[case] = peak
    return peaks


def _learning(rates: Rates, failing: float, cases: int) -> np.ndarray:
    return _paths(rates.success, rates.failure, 1 - failing, cases, TRAINEES, SEED)


@cache
def calibrated(rates: Rates, planned: int, false_limit: float) -> float | None:
    """The lowest limit whose false sign-off rate within the planned cases stays below the given.

    None where even a series without a failure would not keep to it.
    """
    last = np.sort(_learning(rates, rates.unacceptable, planned)[-1])
    allowed = false_limit - ERRORS * sqrt(false_limit * (1 - false_limit) / TRAINEES)
    values = np.unique(last)
    over = 1 - np.searchsorted(last, values - SLACK) / TRAINEES
    fit = values[over <= allowed]
    if len(fit):
        limit = floor(float(fit[0]) * DECIMALS + SLACK) / DECIMALS
    else:
        # Nobody simulated stayed out: only a value above all of them could do.
        limit = float(last[-1]) + 1 / DECIMALS
    return limit if least_cases(rates, limit) <= planned else None


@cache
def sign_off(rates: Rates, limit: float, planned: int) -> SignOff:
    """What the limit is worth within the planned cases."""
    wrong = _learning(rates, rates.unacceptable, planned) >= limit - SLACK
    right = _learning(rates, rates.acceptable, planned) >= limit - SLACK
    shares = right.mean(axis=1)
    half = np.flatnonzero(shares >= 0.5)
    return SignOff(
        limit, planned, float(wrong[-1].mean()), float(shares[-1]),
        int(half[0]) + 1 if len(half) else None, least_cases(rates, limit),
    )  # fmt: skip


@cache
def sign_off_minimum(rates: Rates, monitor_limit: float, minimum: int) -> SignOff:
    """What a minimum number of cases without an alarm is worth: how many come through.

    It proves little, and the page says so: most alarms come later than the minimum.
    """
    through = [
        float(
            (
                _paths(rates.failure, rates.success, failing, minimum, TRAINEES, SEED)[-1]
                < monitor_limit - SLACK
            ).mean()
        )
        for failing in (rates.unacceptable, rates.acceptable)
    ]
    median = minimum if through[1] >= 0.5 else None
    return SignOff(monitor_limit, minimum, through[0], through[1], median, minimum)


@cache
def watch(rates: Rates, limit: float) -> Watch:
    """How long monitoring at this limit runs until its alarm (average run lengths)."""
    return Watch(
        limit, _run_length(rates, limit, rates.acceptable),
        _run_length(rates, limit, rates.unacceptable),
    )  # fmt: skip


def _run_length(rates: Rates, limit: float, failing: float) -> float:
    random = np.random.default_rng(SEED)
    value, total = np.zeros(RUNS), 0
    for _case in range(LONGEST):
        total += len(value)
        bad = random.random(len(value)) < failing
        value = np.maximum(0.0, value + np.where(bad, rates.failure, -rates.success))
        value = value[value < limit - SLACK]
        if not len(value):
            break
    return total / RUNS
