"""The skill matrix: who can do it alone, what hangs by one person or by none."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from jiedui.mentoring.domain.matrix import (
    CERTIFIED,
    ENTRUSTED,
    LAPSED,
    LEARNING,
    Mark,
    matrix,
)

DAY = date(2026, 5, 1)


def test_a_mark_is_what_the_paper_says_on_the_day():
    assert Mark(certified_to=DAY).state(DAY) == CERTIFIED
    assert Mark(certified_to=date(2026, 4, 30)).state(DAY) == LAPSED
    assert Mark(level=4, certified_to=date(2026, 4, 30)).state(DAY) == ENTRUSTED
    assert Mark(level=3).state(DAY) == LEARNING
    assert Mark().state(DAY) == LEARNING


def test_what_hangs_by_one_person_is_named_and_what_nobody_can_do():
    marks = [
        ("甲一", "ercp", Mark(level=4)), ("乙二", "ercp", Mark(level=3)),
        ("甲一", "pci", Mark(level=5)), ("乙二", "pci", Mark(certified_to=DAY)),
        ("甲一", "old", Mark(level=5)), ("走三", "port", Mark(level=5)),
    ]  # fmt: skip
    found = matrix(marks, ["甲一", "乙二"], ["ercp", "pci", "port"], DAY)
    assert [(line.code, line.single) for line in found.singles] == [("ercp", "甲一")]
    assert [line.code for line in found.without] == ["port"]
    assert [line.code for line in found.lines] == ["port", "ercp", "pci", "old"]
    assert "走三" not in found.people
    # Not in use: not exposed, however few can do it.
    assert not found.lines[-1].exposed


def test_a_department_without_anybody_has_lines_and_no_people():
    found = matrix([], [], ["ercp"], DAY)
    assert (found.people, [line.nobody for line in found.lines]) == ([], [True])
    assert matrix([], [], [], DAY).lines == []


MARKS = st.builds(
    Mark, st.none() | st.integers(1, 5), st.none() | st.dates(date(2026, 1, 1), date(2026, 9, 1))
)


@given(st.dictionaries(st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz")), MARKS),
       st.sets(st.sampled_from("abcd")), st.sets(st.sampled_from("xyz")))  # fmt: skip
def test_the_able_are_counted_one_by_one(marks, there, used):
    found = matrix([(p, c, m) for (p, c), m in marks.items()], there, used, DAY)
    for line in found.lines:
        able = [
            p for (p, c), m in marks.items()
            if c == line.code and p in there
            and ((m.level or 0) >= 4 or (m.certified_to or date.min) >= DAY)
        ]  # fmt: skip
        assert sorted(line.able) == sorted(able)
        assert (line.single is not None) == (line.code in used and len(able) == 1)
        assert line.nobody == (line.code in used and not able)
    assert {line.code for line in found.lines} >= used
