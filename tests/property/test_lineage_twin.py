"""Lineage against its slow and obvious twin: day by day, step by step."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from jiedui.directory.domain.lineage import Edge, Graph, LineageRow, lineage

DAYS = [date(2020, 1, 1) + timedelta(days=n) for n in range(8)]
NODES = [UUID(int=n + 1) for n in range(7)]
TREES = ["", "administrative", "corps"]


def holds(row: Edge | LineageRow, day: date) -> bool:
    return (row.valid_from is None or row.valid_from <= day) and (
        row.valid_to is None or day <= row.valid_to
    )


def twin_above(edges: list[Edge], node: UUID, tree: str, day: date) -> set[UUID]:
    """All nodes above, by walking the edges of one day again and again."""
    above: set[UUID] = set()
    waiting = [node]
    while waiting:
        here = waiting.pop()
        for edge in edges:
            leads_up = edge.child == here and edge.tree in ("", tree) and holds(edge, day)
            if leads_up and edge.parent not in above and edge.parent != node:
                above.add(edge.parent)
                waiting.append(edge.parent)
    return above


def twin_pairs(edges: list[Edge], bodies: set[UUID], day: date) -> set[tuple[UUID, UUID]]:
    pairs = {(body, body) for body in bodies}
    for body in bodies:
        for tree in TREES:
            pairs |= {(body, a) for a in twin_above(edges, body, tree, day) if a in bodies}
    return pairs


@st.composite
def edge_lists(draw: st.DrawFn) -> list[Edge]:
    edges = []
    for _ in range(draw(st.integers(0, 14))):
        days = sorted(draw(st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS))))
        edges.append(
            Edge(
                draw(st.sampled_from(NODES)),
                draw(st.sampled_from(NODES)),
                draw(st.sampled_from(TREES)),
                draw(st.sampled_from([None, days[0]])),
                draw(st.sampled_from([None, days[1]])),
            )
        )
    return edges


@given(edge_lists(), st.sets(st.sampled_from(NODES), min_size=1))
def test_rows_say_what_the_days_say(edges: list[Edge], bodies: set[UUID]) -> None:
    rows = lineage(Graph.of(edges), bodies)
    for day in DAYS:
        said = {(row.descendant, row.ancestor) for row in rows if holds(row, day)}
        assert said == twin_pairs(edges, bodies, day)


@given(edge_lists(), st.sampled_from(NODES), st.sampled_from(DAYS))
def test_below_and_above_are_the_rows_read_both_ways(
    edges: list[Edge], node: UUID, day: date
) -> None:
    graph = Graph.of(edges)
    pairs = twin_pairs(edges, set(NODES), day)
    assert graph.below([node], day) == {low for low, high in pairs if high == node}
    assert graph.above([node], day) == {high for low, high in pairs if low == node}
    ever = {(row.descendant, row.ancestor) for row in lineage(graph, NODES)}
    both = {low for low, high in ever if high in NODES[:2]}
    assert graph.below(NODES[:2]) == both
    assert graph.below([node]) == {low for low, high in ever if high == node}


@given(edge_lists(), edge_lists())
def test_a_ring_is_foreseen(edges: list[Edge], more: list[Edge]) -> None:
    held: list[Edge] = []
    for edge in [*edges, *more]:
        closes = Graph.of(held).would_close(edge)
        ring = any(
            edge.child == edge.parent or edge.child in twin_above(held, edge.parent, tree, day)
            for tree in ([edge.tree] if edge.tree else TREES)
            for day in DAYS
            if holds(edge, day)
        )
        assert closes == ring or (closes and _outside(edge, held))
        if not closes:
            held.append(edge)


def _outside(edge: Edge, held: list[Edge]) -> bool:
    """Open ends reach beyond the days that the twin walks."""
    early, late = DAYS[0] - timedelta(days=1), DAYS[-1] + timedelta(days=1)
    return any(
        holds(edge, day) and edge.child in twin_above(held, edge.parent, tree, day)
        for tree in TREES
        for day in (early, late)
    )


@given(edge_lists())
def test_spans_of_a_pair_are_few_and_apart(edges: list[Edge]) -> None:
    seen: dict[tuple[UUID, UUID, str], list[LineageRow]] = {}
    for row in lineage(Graph.of(edges), NODES):
        seen.setdefault(row[:3], []).append(row)
    for rows in seen.values():
        rows.sort(key=lambda row: row.valid_from or date.min)
        for earlier, later in pairwise(rows):
            assert earlier.valid_to is not None
            assert later.valid_from is not None
            assert (later.valid_from - earlier.valid_to).days > 1
