"""Circular spokes against a slow twin: day by day, who reaches whom."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from jiedui.programmes.domain.cascade import Tie, cascade, ring

DAYS = [date(2024, 1, 1) + timedelta(days=n) for n in range(6)]
BODIES = [UUID(int=n + 1) for n in range(5)]


@st.composite
def ties(draw: st.DrawFn) -> Tie:
    giver, receiver = draw(st.lists(st.sampled_from(BODIES), min_size=2, max_size=2, unique=True))
    first, last = sorted(draw(st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS))))
    return Tie(
        UUID(int=draw(st.integers(10, 99))), giver, receiver, draw(st.booleans()),
        draw(st.sampled_from([None, first])), draw(st.sampled_from([None, last])),
        draw(st.booleans()),
    )  # fmt: skip


def holds(tie: Tie, day: date) -> bool:
    return (tie.valid_from or day) <= day <= (tie.valid_to or day)


def reached(edges: list[Tie], body: UUID) -> set[UUID]:
    """The body and all that its help goes on to, by walking the ties again and again."""
    found = {body}
    for _ in BODIES:
        found |= {edge.receiver for edge in edges if edge.giver in found}
    return found


def twin(every: list[Tie], new: Tie) -> bool:
    """Whether on some day giver and receiver lie in one ring that has a spoke."""
    for day in DAYS:
        if not holds(new, day):
            continue
        held = [tie for tie in every if holds(tie, day)]
        if new.giver not in reached(held, new.receiver):
            continue
        held.append(new)
        together = {
            body for body in BODIES
            if body in reached(held, new.giver) and new.giver in reached(held, body)
        }  # fmt: skip
        if any(t.spoke for t in held if t.giver in together and t.receiver in together):
            return True
    return False


@given(st.lists(ties(), max_size=9), ties())
def test_the_same_rings_as_the_twin(every: list[Tie], new: Tie) -> None:
    bodies = ring(every, new)
    assert bool(bodies) == twin(every, new)
    if bodies:
        assert bodies[0] == bodies[-1] == new.giver
        steps = {(tie.giver, tie.receiver) for tie in [*every, new]}
        assert set(pairwise(bodies)) <= steps


@given(st.lists(ties(), max_size=9))
def test_every_body_stands_in_the_cascade_and_its_help_once(every: list[Tie]) -> None:
    held = [tie for tie in every if holds(tie, DAYS[2])]
    lines = cascade(held, {}, {})
    whole = [line.body for line in lines if not line.repeated]
    assert len(whole) == len(set(whole))
    assert set(whole) >= {t.receiver for t in held} | {t.giver for t in held if t.spoke}
    for above, below in pairwise(lines):
        assert below.depth <= above.depth + 1
