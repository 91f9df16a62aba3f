"""Who is part of whom, ready to be asked many times."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol
from uuid import UUID


class Lies(Protocol):
    """A row of the directory's lineage: the descendant lies in the ancestor for a time."""

    @property
    def descendant(self) -> UUID: ...  # noqa: D102
    @property
    def ancestor(self) -> UUID: ...  # noqa: D102
    @property
    def valid_from(self) -> date | None: ...  # noqa: D102
    @property
    def valid_to(self) -> date | None: ...  # noqa: D102


class Bodies:
    """The lineage of organisations on a day; None takes a tie that held at any time."""

    def __init__(self, rows: Iterable[Lies] = (), day: date | None = None) -> None:
        self._rows = rows = list(rows)
        self._ties: dict[tuple[UUID, UUID], list[Lies]] | None = None
        self._above: dict[UUID, set[UUID]] = {}
        self._below: dict[UUID, set[UUID]] = {}
        for row in rows:
            if day is not None and not _holds(row, day):
                continue
            self._above.setdefault(row.descendant, set()).add(row.ancestor)
            self._below.setdefault(row.ancestor, set()).add(row.descendant)

    def above(self, body: UUID) -> frozenset[UUID]:
        """The body and all that it is part of."""
        return frozenset(self._above.get(body, ())) | {body}

    def below(self, body: UUID) -> frozenset[UUID]:
        """The body and all its parts."""
        return frozenset(self._below.get(body, ())) | {body}

    def is_part(self, child: UUID, parent: UUID) -> bool:
        """Whether the child is the parent or lies in it."""
        return child == parent or parent in self._above.get(child, ())

    def was_part(self, child: UUID, parent: UUID, day: date) -> bool:
        """Whether the child was the parent or lay in it on a day: the tree as it was then."""
        if self._ties is None:
            self._ties = {}
            for row in self._rows:
                self._ties.setdefault((row.descendant, row.ancestor), []).append(row)
        ties = self._ties.get((child, parent), ())
        return child == parent or any(_holds(row, day) for row in ties)

    def all_in(self, children: Iterable[UUID], parents: Iterable[UUID]) -> bool:
        """Whether every child lies in one of the parents."""
        wholes = tuple(parents)
        return all(any(self.is_part(child, whole) for whole in wholes) for child in children)

    def spread(self, bodies: Iterable[UUID]) -> frozenset[UUID]:
        """All bodies and all their parts."""
        return frozenset().union(*(self.below(body) for body in bodies))

    def disjoint(self, left: Iterable[UUID], right: Iterable[UUID]) -> bool:
        """Whether no body is part of both; two regions of different trees may share one."""
        return not (self.spread(left) & self.spread(right))


def _holds(row: Lies, day: date) -> bool:
    return not (
        (row.valid_from is not None and row.valid_from > day)
        or (row.valid_to is not None and row.valid_to < day)
    )
