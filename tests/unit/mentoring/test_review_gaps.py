"""Gaps of two-sided reviews against slow twins: no mean anywhere, only steps and counts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiedui.mentoring.domain.reviews import (
    ALIKE,
    APART,
    BOTH_LOW,
    ONE_SIDED,
    ORDER,
    SIDES,
    UNANSWERED,
    WIDE,
    Round,
    by_steps,
    changes,
    compare,
    counted,
    gaps,
    last_day_open,
    phase_day,
)
from jiedui.mentoring.domain.states import DRAFT, GIVER, RECEIVER, SUBMITTED

LEVELS = st.one_of(st.none(), st.integers(1, 5))
ANSWERS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 5))


@pytest.mark.parametrize(
    ("giver", "receiver", "kind", "steps", "higher"),
    [
        (5, 2, WIDE, 3, GIVER),
        (1, 3, WIDE, 2, RECEIVER),
        (2, 1, BOTH_LOW, 1, GIVER),
        (2, 2, BOTH_LOW, 0, ""),
        (2, 3, APART, 1, RECEIVER),
        (4, 4, ALIKE, 0, ""),
        (4, None, ONE_SIDED, None, ""),
        (None, None, UNANSWERED, None, ""),
    ],
)
def test_how_two_answers_stand(
    giver: int | None, receiver: int | None, kind: str, steps: int | None, higher: str
) -> None:
    gap = compare("q", giver, receiver, wide=2, low=2)
    assert (gap.kind, gap.steps, gap.higher) == (kind, steps, higher)


def test_the_widest_comes_first_then_what_both_find_low() -> None:
    found = gaps(
        list("abcde"), {"a": 4, "b": 2, "c": 5, "d": 3, "e": 5},
        {"a": 4, "b": 2, "c": 3, "d": 4, "e": 1}, wide=2, low=2,
    )  # fmt: skip
    assert [gap.question for gap in found] == ["e", "c", "b", "d", "a"]
    assert counted(found) == {
        WIDE: 2, BOTH_LOW: 1, APART: 1, ALIKE: 1, ONE_SIDED: 0, UNANSWERED: 0
    }  # fmt: skip
    assert by_steps(found, 5) == [2, 1, 1, 0, 1]


def slow_kind(giver: int | None, receiver: int | None, wide: int, low: int) -> str:
    """The twin: the scale walked step by step."""
    if giver is None and receiver is None:
        return UNANSWERED
    if giver is None or receiver is None:
        return ONE_SIDED
    walked, at = 0, min(giver, receiver)
    while at != max(giver, receiver):
        at, walked = at + 1, walked + 1
    if walked >= wide:
        return WIDE
    if all(answer in range(1, low + 1) for answer in (giver, receiver)):
        return BOTH_LOW
    return ALIKE if walked == 0 else APART


@given(LEVELS, LEVELS, st.integers(1, 4), st.integers(1, 4))
def test_each_gap_is_its_slow_twin(one: int | None, two: int | None, wide: int, low: int) -> None:
    assert compare("q", one, two, wide=wide, low=low).kind == slow_kind(one, two, wide, low)
    mirrored = compare("q", two, one, wide=wide, low=low)
    assert mirrored.kind == slow_kind(one, two, wide, low)


@given(ANSWERS, ANSWERS, st.integers(1, 4), st.integers(1, 4))
def test_every_question_is_told_once_in_order(
    giver: dict[str, int], receiver: dict[str, int], wide: int, low: int
) -> None:
    found = gaps(list("abcdefgh"), giver, receiver, wide=wide, low=low)
    assert sorted(gap.question for gap in found) == list("abcdefgh")
    ranks = [(ORDER.index(gap.kind), -(gap.steps or 0)) for gap in found]
    assert ranks == sorted(ranks)
    assert sum(counted(found).values()) == 8
    assert sum(by_steps(found, 5)) == len(giver.keys() & receiver.keys())


def slow_steps(levels: list[int | None]) -> list[int | None]:
    """The twin: look back for the last answer, one by one."""
    found: list[int | None] = []
    for place, level in enumerate(levels):
        earlier = [each for each in levels[:place] if each is not None]
        found.append(level - earlier[-1] if level is not None and earlier else None)
    return found


@given(st.lists(st.tuples(LEVELS, LEVELS), min_size=1, max_size=6))
def test_change_over_rounds_is_its_slow_twin(rows: list[tuple[int | None, int | None]]) -> None:
    rounds = [
        {side: {"q": level} for side, level in zip(SIDES, row, strict=True) if level is not None}
        for row in rows
    ]
    for place, change in enumerate(changes(["q"], rounds)):
        levels = [row[place] for row in rows]
        assert (list(change.levels), list(change.steps)) == (levels, slow_steps(levels))
        said = [level for level in levels if level is not None]
        assert change.whole == (said[-1] - said[0] if len(said) > 1 else None)


def test_phases_are_counted_from_the_middle_and_the_end() -> None:
    first, last = date(2024, 1, 1), date(2024, 12, 31)
    assert phase_day("middle", 0, first, last) == date(2024, 7, 1)
    assert phase_day("end", 0, first, last) == last
    assert phase_day("end", 12, None, date(2024, 2, 29)) == date(2025, 2, 28)
    assert phase_day("middle", 0, None, last) is None
    assert last_day_open(date(2024, 1, 1), 42) == date(2024, 2, 11)


def round_of(giver: str, receiver: str, closed: date | None = None) -> Round:
    return Round(date(2024, 1, 10), date(2024, 1, 31), closed, giver, receiver)


@given(
    st.sampled_from([DRAFT, SUBMITTED]), st.sampled_from([DRAFT, SUBMITTED]), st.integers(-5, 40),
    st.one_of(st.none(), st.integers(0, 21)),
)  # fmt: skip
def test_nobody_writes_once_the_answers_may_be_read(
    giver: str, receiver: str, after: int, closed: int | None
) -> None:
    opens = date(2024, 1, 10)
    day = opens + timedelta(days=after)
    held = round_of(giver, receiver, None if closed is None else opens + timedelta(days=closed))
    for side in SIDES:
        if held.readable(day):
            assert not held.answering(side, day)
            assert not held.taking_back(side, day)
        if held.answering(side, day):
            assert opens <= day <= held.closes_on
            assert held.state_of(side) == DRAFT
    both = giver == receiver == SUBMITTED
    assert held.readable(day) == (both or closed is not None or day > held.closes_on)
