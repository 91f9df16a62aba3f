"""Who lies in whom, and when: dated edges in, dated pairs of descendant and ancestor out.

Edges of trees (places) and edges that belong to no tree (seats, parts of
organisations) make one graph. A pair holds on a day when a path of edges that
all hold on that day leads from one to the other, and all tree edges of the path
are of one tree: what a county is in the administrative tree says nothing about
what lies in the health network.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

# Days as ordinals; an open end lies beyond every date that Python knows.
FIRST, LAST = 0, 10_000_000
Span = tuple[int, int]
Ancestors = dict[UUID, list[Span]]


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
    up: Mapping[str, Mapping[UUID, list[tuple[UUID, Span]]]]
    down: Mapping[str, Mapping[UUID, list[tuple[UUID, Span]]]] = field(repr=False)

    @classmethod
    def of(cls, edges: Iterable[Edge]) -> Graph:
        """Sort the edges by tree; an edge from a node to itself says nothing."""
        up: dict[str, dict[UUID, list[tuple[UUID, Span]]]] = {"": {}}
        down: dict[str, dict[UUID, list[tuple[UUID, Span]]]] = {"": {}}
        for edge in edges:
            if edge.child == edge.parent:
                continue
            days = span(edge.valid_from, edge.valid_to)
            up.setdefault(edge.tree, {}).setdefault(edge.child, []).append((edge.parent, days))
            down.setdefault(edge.tree, {}).setdefault(edge.parent, []).append((edge.child, days))
        return cls(tuple(sorted(t for t in up if t)), up, down)

    def _steps(self, tree: str) -> dict[UUID, list[tuple[UUID, Span]]]:
        """Upward steps that hold in a tree: its own and those of no tree."""
        steps = dict(self.up[""])
        if tree:
            for node, parents in self.up.get(tree, {}).items():
                steps[node] = [*steps[node], *parents] if node in steps else parents
        return steps

    def ancestors(self, tree: str) -> dict[UUID, Ancestors]:
        """For every node with a parent: its ancestors (itself left out) with their days."""
        steps = self._steps(tree)
        order, tangled = _parents_first(steps)
        found: dict[UUID, Ancestors] = {}
        changed = True
        while changed:
            changed = False
            for node in order:
                above = _above(node, steps[node], found)
                if found.get(node) != above:
                    found[node] = above
                    changed = tangled
        return found

    def below(self, nodes: Iterable[UUID], day: date | None = None) -> set[UUID]:
        """The nodes and all that lies in them on a day, or at any time where day is None."""
        return self._reached(nodes, day, self.down)

    def above(self, nodes: Iterable[UUID], day: date | None = None) -> set[UUID]:
        """The nodes and all that they lie in on a day, or at any time where day is None."""
        return self._reached(nodes, day, self.up)

    def _reached(
        self,
        nodes: Iterable[UUID],
        day: date | None,
        steps: Mapping[str, Mapping[UUID, list[tuple[UUID, Span]]]],
    ) -> set[UUID]:
        start = set(nodes)
        days = (FIRST, LAST) if day is None else (day.toordinal(), day.toordinal())
        everything = set(start)
        for tree in self.trees or ("",):
            layers = [steps[""], *([steps[tree]] if tree else [])]
            if day is not None:
                everything |= set(_walk({node: [days] for node in start}, layers))
            else:
                for node in start:
                    everything |= set(_walk({node: [days]}, layers))
        return everything

    def would_close(self, edge: Edge) -> bool:
        """Whether the edge, added, makes a node lie in itself on some day.

        An edge of no tree (a seat, a part) lies in the paths of every tree.
        """
        days = span(edge.valid_from, edge.valid_to)
        if edge.child == edge.parent:
            return True
        for tree in [edge.tree] if edge.tree else ["", *self.trees]:
            layers = [self.up[""], *([self.up[tree]] if tree and tree in self.up else [])]
            if edge.child in _walk({edge.parent: [days]}, layers):
                return True
        return False


def _walk(
    reached: dict[UUID, list[Span]], layers: list[Mapping[UUID, list[tuple[UUID, Span]]]]
) -> dict[UUID, list[Span]]:
    """Every node that steps lead to, with the days on which the whole way holds."""
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
    return [(max(a, first), min(b, last)) for a, b in spans if max(a, first) <= min(b, last)]


def _above(
    node: UUID, parents: list[tuple[UUID, Span]], found: Mapping[UUID, Ancestors]
) -> Ancestors:
    """A node's ancestors from those of its parents."""
    gathered: defaultdict[UUID, list[Span]] = defaultdict(list)
    for parent, days in parents:
        gathered[parent].append(days)
        first, last = days
        for ancestor, spans in found.get(parent, {}).items():
            for a, b in spans:
                low, high = (a if a > first else first), (b if b < last else last)
                if low <= high:
                    gathered[ancestor].append((low, high))
    gathered.pop(node, None)
    return {
        ancestor: spans if len(spans) == 1 else join(spans) for ancestor, spans in gathered.items()
    }


def _parents_first(steps: Mapping[UUID, list[tuple[UUID, Span]]]) -> tuple[list[UUID], bool]:
    """The nodes, parents before children, and whether edges of different days form a ring.

    Two places that changed their order over the years are such a ring; on no
    single day is there one.
    """
    order: list[UUID] = []
    done: dict[UUID, bool] = {}
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


def lineage(graph: Graph, organisations: Iterable[UUID]) -> list[LineageRow]:
    """All pairs of organisations of which the first lies in the second, with their days.

    Every organisation lies in itself. Pairs that hold without a tree are given
    once, under the blank tree; a tree's rows are given where they say more.
    """
    bodies = set(organisations)
    rows = [LineageRow(body, body, "", None, None) for body in bodies]
    plain: dict[UUID, Ancestors] = {}
    day_of: dict[int, date | None] = {FIRST: None, LAST: None}
    for tree in ("", *graph.trees):
        found = graph.ancestors(tree)
        if not tree:
            plain = found
        for descendant, above in found.items():
            if descendant not in bodies:
                continue
            said = plain.get(descendant, {}) if tree else {}
            for ancestor, spans in above.items():
                if ancestor not in bodies or (said and said.get(ancestor) == spans):
                    continue
                for first, last in spans:
                    if first not in day_of:
                        day_of[first] = date.fromordinal(first)
                    if last not in day_of:
                        day_of[last] = date.fromordinal(last)
                    rows.append(LineageRow(descendant, ancestor, tree, day_of[first], day_of[last]))
    return rows
