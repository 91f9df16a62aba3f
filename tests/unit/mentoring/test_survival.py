"""Kaplan–Meier against published tables, and against a slow twin."""

from __future__ import annotations

from fractions import Fraction
from math import exp, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiedui.mentoring.domain.survival import Life, at, kaplan_meier, median


def lives(ended: list[int], seen: list[int]) -> list[Life]:
    return [Life(t, ended=True) for t in ended] + [Life(t, ended=False) for t in seen]


# Weeks of remission under 6-mercaptopurine: Freireich et al. 1963, printed by Gehan 1965.
SIX_MP = lives([6, 6, 6, 7, 10, 13, 16, 22, 23],
               [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35])  # fmt: skip
PLACEBO = lives([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], [])
# Time, at risk, ended, share, Greenwood's error, interval of ln(−ln S): Cleves, Gould and
# Marchenko; Collett, Modelling Survival Data.
SIX_MP_TABLE = [
    (6, 21, 3, 0.8571, 0.0764, 0.6197, 0.9516),
    (7, 17, 1, 0.8067, 0.0869, 0.5631, 0.9228),
    (10, 15, 1, 0.7529, 0.0963, 0.5032, 0.8894),
    (13, 12, 1, 0.6902, 0.1068, 0.4316, 0.8491),
    (16, 11, 1, 0.6275, 0.1141, 0.3675, 0.8049),
    (22, 7, 1, 0.5378, 0.1282, 0.2678, 0.7468),
    (23, 6, 1, 0.4482, 0.1346, 0.1881, 0.6801),
]
# Weeks of remission of maintained acute myelogenous leukaemia (Miller 1981, page 49).
AML = lives([9, 13, 18, 23, 31, 34, 48], [13, 28, 45, 161])
AML_TABLE = [
    (9, 11, 1, 0.909, 0.0867), (13, 10, 1, 0.818, 0.1163), (18, 8, 1, 0.716, 0.1397),
    (23, 7, 1, 0.614, 0.1526), (31, 5, 1, 0.491, 0.1642), (34, 4, 1, 0.368, 0.1627),
    (48, 2, 1, 0.184, 0.1535),
]  # fmt: skip


def test_the_leukaemia_remissions_of_freireich():
    told = [step for step in kaplan_meier(SIX_MP) if step.ended]
    for step, (time, at_risk, ended, share, error, low, high) in zip(
        told, SIX_MP_TABLE, strict=True
    ):
        assert (step.time, step.at_risk, step.ended) == (time, at_risk, ended)
        assert (step.share, step.error) == pytest.approx((share, error), abs=5.1e-5)
        assert (step.low, step.high) == pytest.approx((low, high), abs=5.1e-5)
    assert median(kaplan_meier(SIX_MP)) == 23
    assert median(kaplan_meier(PLACEBO)) == 8


def test_the_maintained_remissions_of_miller():
    told = [step for step in kaplan_meier(AML) if step.ended]
    for step, (time, at_risk, ended, share, error) in zip(told, AML_TABLE, strict=True):
        assert (step.time, step.at_risk, step.ended) == (time, at_risk, ended)
        assert step.share == pytest.approx(share, abs=6e-4)
        assert step.error == pytest.approx(error, abs=6e-5)
    assert median(kaplan_meier(AML)) == 31


def twin(times: list[Life], z: float) -> list[tuple[int, int, Fraction, Fraction | None]]:
    """By the definition, at every time anew, in whole fractions: share and Greenwood's sum."""
    found = []
    for time in sorted({life.time for life in times}):
        share, spread = Fraction(1), Fraction(0)
        for past in sorted({life.time for life in times if life.time <= time}):
            there = [life for life in times if life.time >= past]
            ends = sum(1 for life in there if life.time == past and life.ended)
            share *= 1 - Fraction(ends, len(there))
            if ends < len(there):
                spread += Fraction(ends, len(there) * (len(there) - ends))
        there = [life for life in times if life.time >= time]
        found.append((time, len(there), share, spread if share else None))
    return found


@given(st.lists(st.builds(Life, st.integers(0, 12), st.booleans()), max_size=30))
def test_the_curve_is_what_its_definition_says(times):
    curve, slow = kaplan_meier(times), twin(times, 1.96)
    assert [(step.time, step.at_risk) for step in curve] == [each[:2] for each in slow]
    for step, (_time, _risk, share, spread) in zip(curve, slow, strict=True):
        assert step.share == pytest.approx(float(share), abs=1e-9)
        if not 0 < share < 1:
            assert (step.low, step.high) == (None, None)
            continue
        width = 1.959963984540054 * sqrt(spread) / abs(log(share))
        assert step.low == pytest.approx(exp(log(share) * exp(width)), abs=1e-9)
        assert step.high == pytest.approx(exp(log(share) * exp(-width)), abs=1e-9)
        assert 0 <= step.low < step.share < step.high <= 1


def test_a_share_is_told_only_as_far_as_anybody_was_followed():
    curve = kaplan_meier(lives([6], [8, 10]))
    assert at(curve, 3).share == 1
    assert at(curve, 6).share == at(curve, 9).share == pytest.approx(2 / 3)
    assert at(curve, 12) is None
    assert at(kaplan_meier(lives([6, 7], [])), 12).share == 0
    assert at([], 6) is None
    assert median(curve) is None
