"""Lineage for the rooms above: who is part of whom, and when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from jiedui.directory.access.bodies import Bodies
from jiedui.directory.access.graph import Tree, tree
from jiedui.directory.domain.lineage import LineageRow


def lineage() -> list[LineageRow]:
    """Every pair of organisations of which the first lies in the second, dated.

    A pair may stand in several rows (trees, spans of days): a reader takes each
    descendant once. Kept until the directory changes; do not alter the list.
    """
    return tree().rows


def wholes_of(organisation_ids: Iterable[UUID]) -> frozenset[UUID]:
    """The organisations and all that any of them lies in on some day, by the lineage."""
    now = tree()
    if not isinstance(organisation_ids, Bodies):
        return _wholes(now, frozenset(organisation_ids))
    return now.once(("wholes", organisation_ids), lambda: Bodies(_wholes(now, organisation_ids)))


def _wholes(now: Tree, ids: frozenset[UUID]) -> frozenset[UUID]:
    return ids.union(*(now.wholes.get(id, frozenset()) for id in ids))


def parts_of(organisation_id: UUID, day: date | None = None) -> frozenset[UUID]:
    """The organisation and all below it, on a day or (None) at any time."""
    return parts_of_each([organisation_id], day)[organisation_id]


def parts_of_each(
    organisation_ids: Iterable[UUID], day: date | None = None
) -> dict[UUID, frozenset[UUID]]:
    """Each organisation with all below it: the tree is asked for once, however many they are."""
    now = tree()
    return {
        id: frozenset(now.graph.below([id], day) & now.organisations) | {id}
        for id in organisation_ids
    }


def parts_of_all(organisation_ids: Iterable[UUID], day: date | None = None) -> frozenset[UUID]:
    """The organisations and all below any of them, on a day or (None) at any time."""
    now = tree()
    ids = frozenset(organisation_ids)
    return frozenset(now.graph.below(ids, day) & now.organisations) | ids


def ancestors_of(organisation_id: UUID, day: date | None = None) -> frozenset[UUID]:
    """The organisation and all that it lies in, on a day or (None) at any time."""
    now = tree()
    return frozenset(now.graph.above([organisation_id], day) & now.organisations) | {
        organisation_id
    }


def organisations_in(place_id: UUID, day: date | None = None) -> frozenset[UUID]:
    """All organisations in or below a place in any tree, and the bodies that stand there."""
    now = tree()
    return frozenset(now.graph.below([now.node(place_id)], day) & now.organisations)


def ancestors_of_all(organisation_ids: Iterable[UUID], day: date | None = None) -> frozenset[UUID]:
    """The organisations and all that any of them lies in, on a day or (None) at any time."""
    now = tree()
    ids = frozenset(organisation_ids)
    if not isinstance(organisation_ids, Bodies):
        return _above(now, ids, day)
    return now.once(("above", organisation_ids, day), lambda: Bodies(_above(now, ids, day)))


def _above(now: Tree, ids: frozenset[UUID], day: date | None) -> frozenset[UUID]:
    return frozenset(now.graph.above(ids, day) & now.organisations) | ids
