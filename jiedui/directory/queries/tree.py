"""A tree of places as it was on a day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from jiedui.accounts.permissions import Viewer
from jiedui.directory.access import visible_places
from jiedui.directory.models import Place, PlaceEdge
from jiedui.directory.queries.people import on_day

# How many places a page shows at once; deeper ones are a click away.
SHOWN = 400
DEPTH = 3


@dataclass
class Branch:
    """A place with the places below it; ``more`` of them are not shown here."""

    place: Place
    ended: bool = False
    children: list[Branch] = field(default_factory=list)
    more: int = 0


@dataclass(frozen=True)
class Grown:
    """What of a tree is shown: from ``at`` or from its roots, with the way up to ``at``."""

    branches: list[Branch]
    way: list[Place]
    total: int
    cut: bool


def grow(viewer: Viewer, tree: str, day: date, at: UUID | None = None) -> Grown:
    """The tree as it was on the day, as far as the viewer sees it.

    Roots are places without a parent in this tree that have places below them,
    and places that stand in no tree at all. A place that ended is shown only
    where something still lies below it.
    """
    places = {place.id: place for place in visible_places(viewer)}
    children: dict[UUID, list[UUID]] = {}
    parent_of: dict[UUID, UUID] = {}
    elsewhere: set[UUID] = set()
    for place, parent, of_tree in PlaceEdge.objects.filter(on_day(day)).values_list(
        "place_id", "parent_id", "tree"
    ):
        if of_tree != tree:
            elsewhere |= {place, parent}
        elif place in places and parent in places:
            children.setdefault(parent, []).append(place)
            parent_of[place] = parent

    def holds(place: Place) -> bool:
        return (place.valid_from is None or place.valid_from <= day) and (
            place.valid_to is None or place.valid_to >= day
        )

    def name(id: UUID) -> tuple[str, str]:
        return places[id].code or "~", places[id].name

    if at is not None and at in places:
        roots = [at]
    else:
        at = None
        roots = [
            id
            for id in places
            if id not in parent_of
            and (id in children or (id not in elsewhere and holds(places[id])))
        ]
    shown = 0
    cut = False

    def branch(id: UUID, depth: int) -> Branch | None:
        nonlocal shown, cut
        below = sorted(children.get(id, ()), key=name)
        ended = not holds(places[id])
        if ended and not below:
            return None
        shown += 1
        found = Branch(places[id], ended)
        if depth >= DEPTH or shown >= SHOWN:
            found.more = len(below)
            cut = cut or bool(below)
            return found
        for child in below:
            inner = branch(child, depth + 1)
            if inner is not None:
                found.children.append(inner)
        return found

    branches = [b for b in (branch(id, 1) for id in sorted(roots, key=name)[:SHOWN]) if b]
    way = []
    step = parent_of.get(at) if at else None
    while step is not None:
        way.append(places[step])
        step = parent_of.get(step)
    return Grown(branches, way[::-1], len(parent_of.keys() | children.keys()), cut)
