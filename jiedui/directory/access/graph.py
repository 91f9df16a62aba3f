"""The directory's graph as plain edges, kept while the directory stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, Q

from jiedui.directory.domain.lineage import Edge, Graph, LineageRow, lineage
from jiedui.directory.models import (
    DirectoryState,
    Organisation,
    OrganisationEdge,
    OrganisationSeat,
    PlaceEdge,
)

# What names a state: the token that every action renews, and the newest row of
# each table, so that rows loaded in bulk are seen too.
State = tuple[Any, ...]
T = TypeVar("T")
# So many answers are kept of a state; a reach over a country is a few hundred kilobytes.
KEPT = 128


@dataclass(frozen=True)
class Tree:
    """The graph of a state of the directory; a place with a body is its body's node."""

    state: State
    graph: Graph
    organisations: frozenset[UUID]
    body_of: dict[UUID, UUID]
    # What was worked out of it, by what was asked.
    kept: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, asked: Hashable, work: Callable[[], T]) -> T:
        """What a question comes to, worked out once while the directory stays as it is."""
        # Several requests share it: what is handed out is never read back after another cleared it.
        found: T | None = self.kept.get(asked)
        if found is None:
            found = work()
            if len(self.kept) >= KEPT:
                self.kept.clear()
            self.kept[asked] = found
        return found

    def node(self, place_id: UUID) -> UUID:
        """The node of a place."""
        return self.body_of.get(place_id, place_id)

    @cached_property
    def rows(self) -> list[LineageRow]:
        """Every pair of organisations, dated."""
        return lineage(self.graph, self.organisations)

    @cached_property
    def wholes(self) -> dict[UUID, frozenset[UUID]]:
        """What each organisation lies in at any time, itself included."""
        found: dict[UUID, set[UUID]] = {}
        for row in self.rows:
            found.setdefault(row.descendant, {row.descendant}).add(row.ancestor)
        return {part: frozenset(wholes) for part, wholes in found.items()}


_kept: dict[str, Tree] = {}


def state() -> State:
    """Names the present state of the directory, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(*_asked(connection.vendor))
        return tuple(cursor.fetchone())


@cache
def _asked(_vendor: str) -> tuple[str, tuple[Any, ...]]:
    """The question: the same every time, and asked several times a page."""
    newest: list[type[Model]] = [Organisation, OrganisationSeat, OrganisationEdge, PlaceEdge]
    sources = [DirectoryState._default_manager.values_list("token")] + [
        model._default_manager.order_by("-id").values_list("id")[:1] for model in newest
    ]
    parts: list[str] = []
    values: list[Any] = []
    for source in sources:
        sql, params = source.query.get_compiler("default").as_sql()
        parts.append(f"({sql})")
        values.extend(params)
    return f"SELECT {', '.join(parts)}", tuple(values)


def tree() -> Tree:
    """The graph as it stands now."""
    now = state()
    kept = _kept.get("tree")
    if kept is None or kept.state != now:
        kept = _kept["tree"] = _read(now)
    return kept


def _read(now: State) -> Tree:
    organisations = list(Organisation.objects.values_list("id", "stands_for_id"))
    body_of = {place: body for body, place in organisations if place}
    bodies = set(body_of.values())
    edges = [
        Edge(body_of.get(place, place), body_of.get(parent, parent), tree, start, end)
        for place, parent, tree, start, end in PlaceEdge.objects.values_list(
            "place_id", "parent_id", "tree", "valid_from", "valid_to"
        )
    ]
    edges += [
        # A body that stands for a place lies where its place lies; its seat is an address.
        Edge(body, body_of.get(place, place), "", start, end)
        for body, place, start, end in OrganisationSeat.objects.values_list(
            "organisation_id", "place_id", "valid_from", "valid_to"
        )
        if body not in bodies
    ]
    edges += [
        Edge(part, whole, "", start, end)
        for part, whole, start, end in OrganisationEdge.objects.values_list(
            "organisation_id", "whole_id", "valid_from", "valid_to"
        )
    ]
    return Tree(now, Graph.of(edges), frozenset(row[0] for row in organisations), body_of)


def upward(places: set[UUID], bodies: set[UUID]) -> Tree:
    """Only what lies above these places and organisations: a few rows of a large directory.

    For the checks of a write, which must not read the whole directory each time.
    """
    edges: list[tuple[UUID, UUID, str, Any, Any]] = []
    body_of: dict[UUID, UUID] = {}
    seen_places: set[UUID] = set()
    seen_bodies: set[UUID] = set()
    while places or bodies:
        seen_places |= places
        seen_bodies |= bodies
        for body, place in Organisation.objects.filter(
            Q(id__in=bodies) | Q(stands_for_id__in=places), stands_for__isnull=False
        ).values_list("id", "stands_for_id"):
            if place is not None:
                body_of[place] = body
        standing = set(body_of.values())
        up = list(
            PlaceEdge.objects.filter(place_id__in=places).values_list(
                "place_id", "parent_id", "tree", "valid_from", "valid_to"
            )
        )
        seats = [
            (body, place, "", start, end)
            for body, place, start, end in OrganisationSeat.objects.filter(
                organisation_id__in=bodies - standing
            ).values_list("organisation_id", "place_id", "valid_from", "valid_to")
        ]
        wholes = [
            (part, whole, "", start, end)
            for part, whole, start, end in OrganisationEdge.objects.filter(
                organisation_id__in=bodies
            ).values_list("organisation_id", "whole_id", "valid_from", "valid_to")
        ]
        edges += [*up, *seats, *wholes]
        places = {e[1] for e in up} | {e[1] for e in seats} | body_of.keys()
        bodies = {e[1] for e in wholes} | standing
        places, bodies = places - seen_places, bodies - seen_bodies
    graph = Graph.of(
        Edge(body_of.get(child, child), body_of.get(parent, parent), tree, start, end)
        for child, parent, tree, start, end in edges
    )
    return Tree((), graph, frozenset(seen_bodies), body_of)
