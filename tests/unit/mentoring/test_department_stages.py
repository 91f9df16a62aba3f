"""Stages by their criteria and checklists by their counts, against slow twins."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jiedui.mentoring.domain.departments import (
    MET,
    NOT_APPLICABLE,
    NOT_MET,
    PARTLY,
    UNANSWERED,
    Answer,
    Item,
    Stage,
    allowed,
    complete,
    earliest,
    lacking,
    research_state,
    road_state,
    tally,
)

LADDER = [
    Stage("two", 2, ("c", "d")), Stage("one", 1, ("a", "b")), Stage("three", 3, ("e",))
]  # fmt: skip
DAY = date(2024, 5, 1)
ANSWERS = st.dictionaries(
    st.sampled_from("abcde"),
    st.builds(Answer, st.booleans(), st.integers(0, 90).map(lambda n: DAY + timedelta(days=n))),
)


@given(ANSWERS)
def test_a_stage_is_allowed_by_its_criteria_and_all_below(answers: dict[str, Answer]) -> None:
    needs = {1: "ab", 2: "abcd", 3: "abcde"}
    met = {code for code, answer in answers.items() if answer.met}
    for rank, codes in needs.items():
        assert lacking(LADDER, rank, answers) == [code for code in codes if code not in met]
        days = [answers[code].on for code in codes] if set(codes) <= met else []
        assert earliest(LADDER, rank, answers) == (max(days) if days else None)
    reached = [rank for rank, codes in needs.items() if set(codes) <= met]
    assert allowed(LADDER, answers) == max(reached, default=0)


KINDS = st.sampled_from([MET, PARTLY, NOT_MET, NOT_APPLICABLE, UNANSWERED])


@given(st.lists(KINDS))
def test_a_checklist_is_told_in_counts(kinds: list[str]) -> None:
    items = [Item(str(place), kind) for place, kind in enumerate(kinds)]
    counts = tally(items)
    assert all(counts[kind] == kinds.count(kind) for kind in counts)
    assert sum(counts.values()) == len(kinds)
    lacks = any(kind in (PARTLY, NOT_MET, UNANSWERED) for kind in kinds)
    assert complete(items) == (MET in kinds and not lacks)


def test_only_what_lacks_is_overdue() -> None:
    for kind, late in ((NOT_MET, True), (PARTLY, True), (MET, False), (UNANSWERED, False)):
        assert Item("a", kind, DAY).overdue(DAY + timedelta(days=1)) is late
        assert not Item("a", kind, DAY).overdue(DAY)
    assert not Item("a", NOT_MET).overdue(DAY)


def test_roads_and_projects_by_their_days() -> None:
    assert road_state(None, None, "") == "preparing"
    assert road_state(DAY, None, "") == "applied"
    assert road_state(DAY, DAY, "") == "reviewed"
    assert road_state(DAY, DAY, "passed") == "decided"
    assert research_state(None, None, None) == "applied"
    assert research_state(DAY, None, None) == "refused"
    assert research_state(None, DAY, None) == "funded"
    assert research_state(None, DAY, DAY) == "closed"
