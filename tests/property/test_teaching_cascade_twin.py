"""The cascade against a slow twin that walks every chain, and paired marks against counting."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from jiedui.mentoring.domain.cascade import Link, cascade, tree
from jiedui.mentoring.domain.kirkpatrick import band_of, paired

PEOPLE = st.sampled_from("abcdef")
LINKS = st.lists(
    st.builds(
        Link, PEOPLE, PEOPLE, st.integers(0, 8).map(lambda n: date(2026, 1, 1) + timedelta(n)),
        st.sampled_from(["apprenticeship", "session"]),
    ),
    max_size=14,
)  # fmt: skip


def slow(links: list[Link[str]], roots: set[str], most: int) -> dict[str, int]:
    """Every chain of links that time allows, one after the other."""
    shortest: dict[str, int] = {}

    def walk(person: str, known: date | None, length: int) -> None:
        if length == most:
            return
        for one in links:
            if one.teacher != person or one.learner == person or one.learner in roots:
                continue
            if known is not None and one.since <= known:
                continue
            shortest[one.learner] = min(shortest.get(one.learner, most + 1), length + 1)
            walk(one.learner, one.since, length + 1)

    for root in roots:
        walk(root, None, 0)
    return shortest


@given(LINKS, st.sets(PEOPLE, min_size=1, max_size=2), st.integers(1, 4))
def test_generations_are_those_of_the_shortest_chain(
    links: list[Link[str]], roots: set[str], most: int
) -> None:
    found = cascade(links, roots, most)
    assert {who: one.generation for who, one in found.items()} == slow(links, roots, most)


@given(LINKS, st.sets(PEOPLE, min_size=1, max_size=2))
def test_the_tree_names_everybody_once_and_teachers_before_learners(
    links: list[Link[str]], roots: set[str]
) -> None:
    found = cascade(links, roots, 4)
    lines = [branch.reached.person for branch in tree(found)]
    assert sorted(lines) == sorted(found)
    for place, person in enumerate(lines):
        teacher = found[person].teacher
        assert teacher in roots or teacher in lines[:place]


MARKS = st.dictionaries(PEOPLE, st.integers(0, 100).map(Decimal))


@given(MARKS, MARKS)
def test_pairs_and_missing_ones_make_everybody(
    before: dict[str, Decimal], after: dict[str, Decimal]
) -> None:
    told: Any = paired(before, after, frozenset("abcdef"))
    both = [who for who in "abcdef" if who in before and who in after]
    assert told.pairs == len(both) == told.higher + told.same + told.lower == sum(told.bands)
    assert told.pairs + told.only_before + told.only_after + told.neither == 6
    changes = sorted(after[who] - before[who] for who in both)
    for place, count in enumerate(told.bands):
        assert count == sum(band_of(change) == place for change in changes)
    if changes:
        middle = (changes[(len(changes) - 1) // 2] + changes[len(changes) // 2]) / 2
        assert told.median_change == middle
