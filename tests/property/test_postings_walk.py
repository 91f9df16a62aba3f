"""Random walks of a posting: its days keep their order; a day-by-day twin finds the same stays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiedui.core.errors import Refused
from jiedui.programmes.domain.postings import Course, Span, begun, days_on_site, step
from jiedui.programmes.domain.states import ENDED, POSTING_STATES, PRESENT

FIRST, TODAY = date(2024, 1, 1), date(2024, 12, 31)
VERBS = sorted({each.verb for each in POSTING_STATES.transitions})
Taken = tuple[str, date]


@st.composite
def walks(draw: st.DrawFn) -> tuple[Course, list[tuple[str, date, date | None]]]:
    """A plan and steps on random days, mostly onward."""
    start = FIRST + timedelta(days=draw(st.integers(0, 60)))
    course = begun(start, start + timedelta(days=draw(st.integers(0, 200))), FIRST)
    steps, day = [], FIRST
    hopeful = ["screen", "approve", "arrive"] if draw(st.booleans()) else []
    more = draw(st.lists(st.sampled_from(VERBS), max_size=12))
    for verb in [*hopeful, *more]:
        day += timedelta(days=draw(st.integers(-3, 40)))
        until = day + timedelta(days=draw(st.integers(-5, 300))) if draw(st.booleans()) else None
        steps.append((verb, day, until))
    return course, steps


def walk(course: Course, steps: list[tuple[str, date, date | None]]) -> tuple[Course, list[Taken]]:
    """The course after all steps that were not refused, and those steps."""
    taken = []
    for verb, day, until in steps:
        try:
            course = step(course, verb, day, today=TODAY, until=until)
        except Refused:
            continue
        taken.append((verb, day))
    return course, taken


def days_by_days(taken: list[Taken]) -> set[date]:
    """The slow twin: each day looked at, whether the last step up to it says on site."""
    found, day = set(), FIRST - timedelta(days=9)
    while day <= TODAY:
        before = [verb for verb, on in taken if on < day and verb not in ("extend",)]
        today = [verb for verb, on in taken if on == day]
        was_there = bool(before) and before[-1] in ("arrive", "return")
        if was_there or "arrive" in today or "return" in today:
            found.add(day)
        day += timedelta(days=1)
    return found


@given(walks())
def test_a_walk_keeps_the_days_in_order(given_walk: tuple[Course, list]) -> None:
    course, taken = walk(*given_walk)
    assert course.starts_on <= course.ends_on
    assert (course.arrived_on is None) == (not course.stays)
    assert course.approved_on is None or FIRST <= course.approved_on <= TODAY
    if course.arrived_on:
        assert course.approved_on is not None
        assert course.approved_on <= course.arrived_on == course.starts_on == course.stays[0].first
    if course.departed_on:
        assert course.arrived_on is not None
        assert course.arrived_on <= course.departed_on == course.ends_on
    open_stays = [stay for stay in course.stays if stay.last is None]
    assert len(open_stays) == (course.state == "on_site")
    assert open_stays in ([], [course.stays[-1]] if course.stays else [])
    for stay in course.stays:
        assert stay.last is None or stay.first <= stay.last
        assert course.starts_on <= stay.first <= course.ends_on
        assert stay.last is None or stay.last <= course.ends_on
    for one, other in zip(course.stays, course.stays[1:], strict=False):
        assert one.last is not None
        assert one.last < other.first
    assert (course.departed_on is not None) == (course.state in ENDED)
    assert bool(course.stays) == (course.state in (*PRESENT, *ENDED))
    assert [on for _verb, on in taken] == sorted(on for _verb, on in taken)


@given(walks())
def test_the_stays_are_those_of_the_day_by_day_twin(given_walk: tuple[Course, list]) -> None:
    course, taken = walk(*given_walk)
    slow = days_by_days(taken)
    fast = {
        stay.first + timedelta(days=n)
        for stay in course.stays
        for n in range(stay.length(TODAY))
    }  # fmt: skip
    assert fast == slow
    assert days_on_site(course.stays, TODAY) == len(slow)


@given(walks())
def test_a_refused_step_changes_nothing(given_walk: tuple[Course, list]) -> None:
    course, steps = given_walk
    after, taken = walk(course, steps)
    again, _all = walk(course, [(verb, day, until) for verb, day, until in steps])
    assert after == again
    for verb in VERBS:
        possible = {each.verb for each in POSTING_STATES.verbs(after.state)}
        if verb not in possible:
            with pytest.raises(Refused):
                step(after, verb, TODAY, today=TODAY)
    assert len(taken) <= len(steps)


def test_lengths_count_both_days() -> None:
    stay = Span(date(2024, 2, 28), date(2024, 3, 1))
    assert stay.length(TODAY) == 3
    assert Span(TODAY, None).length(TODAY) == 1
    assert Span(TODAY + timedelta(days=1), None).length(TODAY) == 0
