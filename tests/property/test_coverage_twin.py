"""The coverage matrix against its slow and obvious twin, which looks at every day by itself."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jiedui.programmes.domain.coverage import NONE, Asked, Cell, Served, matrix, steps

START = date(2024, 1, 20)
EVERY = [START + timedelta(days=n) for n in range(50)]
DAY = st.sampled_from(EVERY)


@st.composite
def served(draw: st.DrawFn) -> Served:
    first, last = sorted((draw(DAY), draw(DAY)))
    return Served(
        draw(st.sampled_from("AB")), draw(st.sampled_from(["03", "04"])), draw(st.integers(1, 3)),
        draw(st.sampled_from("xyz")), first, last, draw(st.booleans()),
    )  # fmt: skip


@st.composite
def asked(draw: st.DrawFn) -> Asked:
    first, last = sorted((draw(DAY), draw(DAY)))
    return Asked(
        draw(st.sampled_from("AB")), draw(st.sampled_from(["03", "04"])), first,
        draw(st.sampled_from([last, None])),
    )  # fmt: skip


@given(
    st.lists(served(), max_size=8),
    st.lists(asked(), max_size=5),
    st.sampled_from(["month", "quarter"]),
)
def test_every_cell_against_single_days(rows: list[Served], asks: list[Asked], step: str) -> None:
    periods = steps(EVERY[0], EVERY[-1], step)
    found = matrix(rows, asks, periods)
    for receiver in "AB":
        for specialty in ("03", "04"):
            cells = []
            for period in periods:
                days = [
                    period.first + timedelta(days=n)
                    for n in range((period.last - period.first).days + 1)
                ]
                mine = [r for r in rows if (r.receiver, r.specialty) == (receiver, specialty)]
                at = {d: [r for r in mine if r.first <= d <= r.last] for d in days}
                wanted = {
                    d for d in days for a in asks
                    if (a.receiver, a.specialty) == (receiver, specialty)
                    and a.first <= d and (a.last is None or d <= a.last)
                }  # fmt: skip
                here = [r for each in at.values() for r in each]
                real = sum(any(not r.planned for r in each) for each in at.values())
                cells.append(
                    Cell(
                        len({r.person for r in here}), len({r.giver for r in here}), real,
                        sum(bool(each) for each in at.values()) - real,
                        sum(not at[d] for d in wanted),
                    )
                )  # fmt: skip
            if all(cell.state == NONE for cell in cells):
                assert (receiver, specialty) not in found
            else:
                assert found[receiver, specialty] == cells


@given(DAY, DAY, st.sampled_from(["month", "quarter", "year"]))
def test_steps_are_whole_and_touch(one: date, two: date, step: str) -> None:
    first, last = sorted((one, two))
    found = steps(first, last, step)
    assert found[0].first <= first <= found[0].last
    assert found[-1].first <= last <= found[-1].last
    assert all(b.first - a.last == timedelta(days=1) for a, b in itertools.pairwise(found))
    assert all(each.first.day == 1 for each in found)
