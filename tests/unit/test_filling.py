"""How many people of a post were there when: the spans against a count of every day."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from jiedui.programmes.domain.filling import Filled, Presence, filled

START = date(2026, 1, 1)


def day(number: int) -> date:
    return START + timedelta(days=number)


def test_a_change_of_persons_alone_makes_no_new_span() -> None:
    stays = [Presence("甲一", day(0), day(9)), Presence("乙二", day(10), day(19))]
    assert filled(stays, 1) == [Filled(day(0), day(19), 1)]


def test_a_handover_fills_no_second_seat_of_one() -> None:
    stays = [Presence("甲一", day(0), day(12)), Presence("乙二", day(10), None)]
    assert filled(stays, 1) == [Filled(day(0), None, 1)]
    assert filled(stays, 2) == [
        Filled(day(0), day(9), 1),
        Filled(day(10), day(12), 2),
        Filled(day(13), None, 1),
    ]


def test_nothing_counts_after_the_post_has_closed() -> None:
    stays = [Presence("甲一", day(0), None), Presence("乙二", day(30), None)]
    assert filled(stays, 2, until=day(20)) == [Filled(day(0), day(20), 1)]


def test_a_leave_leaves_a_gap() -> None:
    stays = [Presence("甲一", day(0), day(4)), Presence("甲一", day(8), day(9))]
    assert filled(stays, 1) == [Filled(day(0), day(4), 1), Filled(day(8), day(9), 1)]


@st.composite
def some_stays(draw: st.DrawFn) -> list[Presence]:
    rows = []
    for _each in range(draw(st.integers(0, 6))):
        first = draw(st.integers(0, 20))
        length = draw(st.one_of(st.none(), st.integers(0, 10)))
        last = None if length is None else day(first + length)
        rows.append(Presence(draw(st.sampled_from("甲乙丙")), day(first), last))
    return rows


@given(some_stays(), st.integers(1, 3), st.one_of(st.none(), st.integers(0, 25)))
def test_every_day_counts_as_a_slow_twin_counts_it(
    stays: list[Presence], seats: int, closed: int | None
) -> None:
    until = None if closed is None else day(closed)
    spans = filled(stays, seats, until)
    for number in range(40):
        at = day(number)
        there = {who for who, first, last in stays if first <= at and (last is None or at <= last)}
        expected = min(len(there), seats) if until is None or at <= until else 0
        counted = [
            span.people
            for span in spans
            if span.first_day <= at and (span.last_day is None or at <= span.last_day)
        ]
        assert sum(counted) == expected
        assert len(counted) <= 1
    for one, two in pairwise(spans):
        assert one.last_day is not None
        assert one.last_day < two.first_day
        assert one.people != two.people or one.last_day + timedelta(days=1) < two.first_day
