"""Who lies in whom, and when: dated edges in, dated pairs of descendant and ancestor out.

Edges of trees (places) and edges that belong to no tree (seats, parts of
organisations) make one graph. A pair holds on a day when a path of edges that
all hold on that day leads from one to the other, and all tree edges of the path
are of one tree: what a county is in the administrative tree says nothing about
what lies in the health network.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

# Days as ordinals; an open end lies beyond every date that Python knows.
FIRST, LAST = 0, 10_000_000
Span = tuple[int, int]
# A node is a small number inside: numbers are compared many times faster than UUIDs.
Steps = dict[int, list[tuple[int, Span]]]
Ancestors = dict[int, list[Span]]


class Edge(NamedTuple):
    """``child`` lies in ``parent`` for a time; ``tree`` is blank for seats and parts."""

    child: UUID
    parent: UUID
    tree: str
    valid_from: date | None
    valid_to: date | None


class LineageRow(NamedTuple):
    """``descendant`` lies in ``ancestor``; days included, None is open.

    ``tree`` is blank where no tree is climbed (an organisation itself, its
    seat's body, its whole). A pair may hold in several trees at once: a reader
    that asks for membership takes each descendant once.
    """

    descendant: UUID
    ancestor: UUID
    tree: str
    valid_from: date | None
    valid_to: date | None


def span(valid_from: date | None, valid_to: date | None) -> Span:
    """Dates as ordinals, open ends beyond all dates."""
    return (
        valid_from.toordinal() if valid_from else FIRST,
        valid_to.toordinal() if valid_to else LAST,
    )


def dates(days: Span) -> tuple[date | None, date | None]:
    """The reverse of ``span``."""
    first, last = days
    return (
        date.fromordinal(first) if first > FIRST else None,
        date.fromordinal(last) if last < LAST else None,
    )


def join(spans: Iterable[Span]) -> list[Span]:
    """The same days as few spans, in order; adjoining ones become one."""
    joined: list[Span] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + 1:
            if last > joined[-1][1]:
                joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


@dataclass(frozen=True)
class Graph:
    """The edges of a directory, ready to be climbed in either direction."""

    trees: tuple[str, ...]
    numbers: dict[UUID, int] = field(repr=False)
    ids: list[UUID] = field(repr=False)
    up: Mapping[str, Steps] = field(repr=False)
    down: Mapping[str, Steps] = field(repr=False)

    @classmethod
    def of(cls, edges: Iterable[Edge]) -> Graph:
        """Sort the edges by tree; an edge from a node to itself says nothing."""
        numbers: dict[UUID, int] = {}
        up: dict[str, Steps] = {"": {}}
        down: dict[str, Steps] = {"": {}}
        for edge in edges:
            if edge.child == edge.parent:
                continue
            child = numbers.setdefault(edge.child, len(numbers))
            parent = numbers.setdefault(edge.parent, len(numbers))
            days = span(edge.valid_from, edge.valid_to)
            up.setdefault(edge.tree, {}).setdefault(child, []).append((parent, days))
            down.setdefault(edge.tree, {}).setdefault(parent, []).append((child, days))
        return cls(tuple(sorted(t for t in up if t)), numbers, list(numbers), up, down)

    def ancestors(self, tree: str, wanted: Set[int]) -> dict[int, Ancestors]:
        """For every node with a parent: its wanted ancestors (itself left out), with their days.

        The steps of a tree are its own and those of no tree.
        """
        steps = dict(self.up[""])
        for node, parents in self.up[tree].items() if tree else ():
            steps[node] = [*steps[node], *parents] if node in steps else parents
        order, tangled = _parents_first(steps)
        found: dict[int, Ancestors] = {}
        changed = True
        while changed:
            changed = False
            for node in order:
                above = _above(node, steps[node], found, wanted)
                if tangled and found.get(node) != above:
                    changed = True
                found[node] = above
        return found

    def below(self, nodes: Iterable[UUID], day: date | None = None) -> set[UUID]:
        """The nodes and all that lies in them on a day, or at any time where day is None."""
        return self._reached(nodes, day, self.down)

    def above(self, nodes: Iterable[UUID], day: date | None = None) -> set[UUID]:
        """The nodes and all that they lie in on a day, or at any time where day is None."""
        return self._reached(nodes, day, self.up)

    def _reached(
        self, nodes: Iterable[UUID], day: date | None, steps: Mapping[str, Steps]
    ) -> set[UUID]:
        asked = set(nodes)
        start = [self.numbers[node] for node in asked if node in self.numbers]
        days = (FIRST, LAST) if day is None else (day.toordinal(), day.toordinal())
        reached: set[int] = set()
        for tree in self.trees or ("",):
            layers = [steps[""], *([steps[tree]] if tree else [])]
            reached |= _walk({node: [days] for node in start}, layers).keys()
        return asked | {self.ids[node] for node in reached}

    def would_close(self, edge: Edge) -> bool:
        """Whether the edge, added, makes a node lie in itself on some day.

        An edge of no tree (a seat, a part) lies in the paths of every tree.
        """
        if edge.child == edge.parent:
            return True
        child, parent = self.numbers.get(edge.child), self.numbers.get(edge.parent)
        if child is None or parent is None:
            return False
        days = span(edge.valid_from, edge.valid_to)
        for tree in [edge.tree] if edge.tree else ["", *self.trees]:
            layers = [self.up[""], *([self.up[tree]] if tree and tree in self.up else [])]
            if child in _walk({parent: [days]}, layers):
                return True
        return False


def _walk(reached: dict[int, list[Span]], layers: list[Steps]) -> dict[int, list[Span]]:
    """Every node that steps lead to, with the days on which the whole way holds.

    A walk from several nodes reaches what the walks from each of them reach; the
    days are then those of any of them.
    """
    waiting = list(reached)
    while waiting:
        node = waiting.pop()
        here = reached[node]
        for layer in layers:
            for following, held in layer.get(node, ()):
                before = reached.get(following, [])
                after = join([*before, *_common(here, held)])
                if after != before:
                    reached[following] = after
                    waiting.append(following)
    return reached


def _common(spans: Iterable[Span], days: Span) -> list[Span]:
    """Those parts of the spans that lie in ``days``."""
    first, last = days
    return [
        (a if a > first else first, b if b < last else last)
        for a, b in spans
        if a <= last and first <= b
    ]


def _above(
    node: int,
    parents: list[tuple[int, Span]],
    found: Mapping[int, Ancestors],
    wanted: Set[int],
) -> Ancestors:
    """A node's wanted ancestors from those of its parents.

    Lists of spans are shared between nodes where they are alike, and never altered.
    """
    gathered: Ancestors = {}
    for parent, days in parents:
        first, last = days
        if parent in wanted:
            before = gathered.get(parent)
            gathered[parent] = [days] if before is None else _both(before, [days])
        for ancestor, spans in found.get(parent, {}).items():
            if spans[0][0] < first or last < spans[-1][1]:
                spans = _common(spans, days)
                if not spans:
                    continue
            before = gathered.get(ancestor)
            gathered[ancestor] = spans if before is None else _both(before, spans)
    gathered.pop(node, None)
    return gathered


def _both(earlier: list[Span], later: list[Span]) -> list[Span]:
    """The days of both; quick where one follows the other, as after a move."""
    gap = later[0][0] - earlier[-1][1]
    if gap == 1:
        return [*earlier[:-1], (earlier[-1][0], later[0][1]), *later[1:]]
    return [*earlier, *later] if gap > 1 else join([*earlier, *later])


def _parents_first(steps: Steps) -> tuple[list[int], bool]:
    """The nodes, parents before children, and whether edges of different days form a ring.

    Two places that changed their order over the years are such a ring; on no
    single day is there one.
    """
    order: list[int] = []
    done: dict[int, bool] = {}
    tangled = False
    for root in steps:
        if root in done:
            continue
        done[root] = False
        stack = [(root, iter(steps[root]))]
        while stack:
            node, rest = stack[-1]
            for parent, _ in rest:
                if parent not in steps:
                    continue
                if parent not in done:
                    done[parent] = False
                    stack.append((parent, iter(steps[parent])))
                    break
                tangled = tangled or not done[parent]
            else:
                done[node] = True
                order.append(node)
                stack.pop()
    return order, tangled


@contextmanager
def _without_collector() -> Iterator[None]:
    """Hundreds of thousands of small rows and no rings among them: nothing to look for."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def lineage(graph: Graph, organisations: Iterable[UUID]) -> list[LineageRow]:
    """All pairs of organisations of which the first lies in the second, with their days.

    Every organisation lies in itself. Pairs that hold without a tree are given
    once, under the blank tree; a tree's rows are given where they say more.
    """
    with _without_collector():
        return _rows(graph, set(organisations))


def _rows(graph: Graph, bodies: set[UUID]) -> list[LineageRow]:
    rows = [LineageRow(body, body, "", None, None) for body in bodies]
    wanted = {graph.numbers[body] for body in bodies if body in graph.numbers}
    plain: dict[int, Ancestors] = {}
    dates_of: dict[Span, tuple[date | None, date | None]] = {}
    ids = graph.ids
    for tree in ("", *graph.trees):
        found = graph.ancestors(tree, wanted)
        if not tree:
            plain = found
        for descendant, above in found.items():
            if descendant not in wanted:
                continue
            said = plain.get(descendant, {}) if tree else {}
            low = ids[descendant]
            for ancestor, spans in above.items():
                if said and said.get(ancestor) == spans:
                    continue
                for days in spans:
                    ends = dates_of.get(days)
                    if ends is None:
                        ends = dates_of[days] = dates(days)
                    rows.append(LineageRow(low, ids[ancestor], tree, *ends))
    return rows
