"""A place moved in one of two trees: which regions its hospital counts for."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from jiedui.directory.domain.lineage import Edge, Graph, lineage
from jiedui.indicators.domain.layout import FIRST_DAY, LAST_DAY
from jiedui.indicators.domain.regions import NOW, THEN, Span, Ties, assign, parts

OLD, NEW, PREFECTURE, HOSPITAL = (UUID(int=n) for n in range(1, 5))
MOVED = date(2024, 1, 1)
BEFORE = MOVED - timedelta(days=1)
TODAY = date(2025, 1, 1)
SEAT = Edge(HOSPITAL, PREFECTURE, "", None, None)
ADMINISTRATIVE = [
    Edge(PREFECTURE, OLD, "administrative", None, BEFORE),
    Edge(PREFECTURE, NEW, "administrative", MOVED, None),
]
STAYING = [Edge(PREFECTURE, OLD, "health", None, None)]
FOLLOWING = [
    Edge(PREFECTURE, OLD, "health", None, BEFORE),
    Edge(PREFECTURE, NEW, "health", MOVED, None),
]


def ties(edges: list[Edge]) -> Ties:
    return Ties.of(lineage(Graph.of([SEAT, *edges]), {OLD, NEW, HOSPITAL}))


def test_moved_in_one_tree_it_counts_for_both_and_once_in_a_breakdown() -> None:
    both = ties(ADMINISTRATIVE + STAYING)
    for region in (OLD, NEW):
        assert {span.body for span in parts(both, region, NOW, TODAY)} == {region, HOSPITAL}
    assert Span(HOSPITAL, OLD, FIRST_DAY, LAST_DAY) in parts(both, OLD, THEN, TODAY)
    assert Span(HOSPITAL, NEW, MOVED, LAST_DAY) in parts(both, NEW, THEN, TODAY)
    for tree in (NOW, THEN):
        days = [s for s in assign(both, [OLD, NEW], tree, TODAY) if s.body == HOSPITAL]
        assert all(one.last < two.first for one, two in pairwise(days))


def test_moved_in_both_trees_it_leaves_the_old_region() -> None:
    moved = ties(ADMINISTRATIVE + FOLLOWING)
    assert {span.body for span in parts(moved, OLD, NOW, TODAY)} == {OLD}
    assert {span.body for span in parts(moved, NEW, NOW, TODAY)} == {NEW, HOSPITAL}
    assert Span(HOSPITAL, OLD, FIRST_DAY, BEFORE) in parts(moved, OLD, THEN, TODAY)
