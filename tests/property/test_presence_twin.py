"""Presence against its slow and obvious twin, which looks at every day by itself."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from jiedui.programmes.domain.presence import (
    Days,
    Stay,
    expected,
    gaps,
    lanes,
    length,
    overlaps,
    told,
    union,
    within,
)

START = date(2023, 12, 20)
EVERY = [START + timedelta(days=n) for n in range(40)]
DAY = st.sampled_from(EVERY)


@st.composite
def spans(draw: st.DrawFn) -> Days:
    first, last = sorted((draw(DAY), draw(DAY)))
    return Days(first, last)


@st.composite
def stays(draw: st.DrawFn) -> Stay:
    first, last = draw(spans())
    posting = draw(st.integers(0, 5))
    # Postings 2k and 2k+1 are of one person; the share of full time is the posting's.
    return Stay(
        posting, posting // 2, (20, 50, 100)[posting % 3], first,
        draw(st.sampled_from([last, None])),
    )  # fmt: skip


def there(stay: Stay, day: date) -> bool:
    return stay.first <= day and (stay.last is None or day <= stay.last)


def days_of(found: list[Days]) -> set[date]:
    return {day for day in EVERY if any(s.first <= day <= s.last for s in found)}


@given(st.lists(spans(), max_size=8), spans())
def test_union_and_cut_against_single_days(rows: list[Days], period: Days) -> None:
    cut = within(rows, period)
    assert days_of(cut) == {
        day for day in EVERY
        if period.first <= day <= period.last and any(r.first <= day <= r.last for r in rows)
    }  # fmt: skip
    joined = union(cut)
    assert days_of(joined) == days_of(cut)
    assert length(joined) == len(days_of(cut))
    assert all(a.last + timedelta(days=1) < b.first for a, b in itertools.pairwise(joined))


@given(st.lists(spans(), max_size=8), spans(), st.integers(1, 4))
def test_gaps_against_single_days(rows: list[Days], period: Days, needed: int) -> None:
    found = gaps(rows, period, needed)
    slow = {}
    for day in EVERY:
        if period.first <= day <= period.last:
            missing = needed - sum(r.first <= day <= r.last for r in rows)
            if missing > 0:
                slow[day] = missing
    fast = {
        day: gap.missing for gap in found for day in EVERY if gap.first <= day <= gap.last
    }  # fmt: skip
    assert fast == slow
    assert sum((gap.last - gap.first).days + 1 for gap in found) == len(slow)
    # Neighbours differ in what is missing: a gap is told once.
    assert all(
        a.missing != b.missing or a.last + timedelta(days=1) < b.first
        for a, b in itertools.pairwise(found)
    )


@given(st.lists(spans(), max_size=8))
def test_overlaps_and_lanes_against_single_days(rows: list[Days]) -> None:
    twice = {day for day in EVERY if sum(r.first <= day <= r.last for r in rows) > 1}
    assert days_of(overlaps(rows)) == twice
    drawn = lanes(rows)
    for day in EVERY:
        here = [lane for lane, r in zip(drawn, rows, strict=True) if r.first <= day <= r.last]
        assert len(here) == len(set(here))
    most = max((sum(r.first <= day <= r.last for r in rows) for day in EVERY), default=0)
    assert len(set(drawn)) == most


@given(st.lists(stays(), max_size=10), spans())
def test_what_is_told_against_single_days(rows: list[Stay], period: Days) -> None:
    inside = [day for day in EVERY if period.first <= day <= period.last]
    found = told(rows, period)
    persons_at = [{r.person for r in rows if there(r, day)} for day in inside]
    assert found.person_days == sum(map(len, persons_at))
    assert found.days_with_somebody == sum(bool(each) for each in persons_at)
    assert found.persons == len(set().union(*persons_at))
    share = {r.posting: r.workload for r in rows}
    weighed = sum(share[p] for day in inside for p in {r.posting for r in rows if there(r, day)})
    assert found.full_time == Fraction(weighed, 100 * len(inside))
    arrivals = {p: min(r.first for r in rows if r.posting == p) for p in share}
    assert found.person_times == sum(day in inside for day in arrivals.values())


@given(st.booleans(), st.booleans(), spans(), DAY)
def test_a_plan_fills_only_days_to_come(
    arrived: bool, ended: bool, span: Days, today: date
) -> None:
    found = expected(
        arrived=arrived, ended=ended, starts_on=span.first, ends_on=span.last, today=today
    )
    for day in EVERY:
        filled = found is not None and found.first <= day <= found.last
        planned = span.first <= day <= span.last
        if not arrived:
            assert filled == (planned and day >= today)
        elif ended:
            assert filled == planned
        else:
            assert filled == (planned or span.first <= day <= today)
