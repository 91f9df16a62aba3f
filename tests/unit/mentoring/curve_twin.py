"""Slow and obvious twins of the curves: sums written out, and exact chances by values reached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import log

import numpy as np

SLACK = 1e-9


def naive_lc(outcomes: Sequence[bool], pa: float, pu: float, h: float) -> tuple[list[float], int]:
    """LC-CUSUM by the largest sum of weights of any run of cases that ends here."""
    weights = [log((1 - pa) / (1 - pu)) if good else log(pa / pu) for good in outcomes]
    values = [
        max([0.0, *(sum(weights[first : last + 1]) for first in range(last + 1))])
        for last in range(len(weights))
    ]
    crossed = next((n for n, value in enumerate(values, 1) if value >= h - SLACK), 0)
    return values, crossed


def signed_off(pa: float, pu: float, h: float, failing: float, cases: int) -> list[float]:
    """The exact chance to have crossed the limit by each case.

    The value after a case depends on the successes and failures since it was last 0, so that
    every value is a pair of counts: each pair's chance is moved on, case by case.
    """
    up, down = log((1 - pa) / (1 - pu)), log(pu / pa)
    now: dict[tuple[int, int], float] = {(0, 0): 1.0}
    crossed, told = 0.0, []
    for _case in range(cases):
        after: dict[tuple[int, int], float] = defaultdict(float)
        for (good, bad), chance in now.items():
            for pair, share in (((good + 1, bad), 1 - failing), ((good, bad + 1), failing)):
                value = pair[0] * up - pair[1] * down
                if value >= h - SLACK:
                    crossed += chance * share
                elif value <= SLACK:
                    after[(0, 0)] += chance * share
                else:
                    after[pair] += chance * share
        now = after
        told.append(crossed)
    return told


def run_length(pa: float, pu: float, h: float, failing: float, longest: int) -> float:
    """The mean number of cases to the alarm, cut off: each pair of counts knows its next two.

    More than 60 failures without the value having been 0 or at its limit do not come about.
    """
    up, down = log(pu / pa), log((1 - pa) / (1 - pu))
    pairs = [(0, 0)] + [
        (bad, good)
        for bad in range(1, 61)
        for good in range(int(bad * up / down) + 1)
        if SLACK < bad * up - good * down < h - SLACK
    ]
    place = {pair: number for number, pair in enumerate(pairs)}
    alarm = len(pairs)

    def after(bad: int, good: int) -> int:
        value = bad * up - good * down
        return 0 if value <= SLACK else place.get((bad, good), alarm)

    failed = np.array([after(bad + 1, good) for bad, good in pairs])
    worked = np.array([after(bad, good + 1) for bad, good in pairs])
    now, total = np.zeros(alarm), 0.0
    now[0] = 1.0
    for _case in range(longest):
        total += now.sum()
        now = (
            np.bincount(failed, failing * now, alarm + 1)
            + np.bincount(worked, (1 - failing) * now, alarm + 1)
        )[:alarm]
    return float(total)
