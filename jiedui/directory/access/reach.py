"""The part of the tree that a viewer's roles hold over."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from jiedui.accounts.models import User
from jiedui.accounts.permissions import Grant, Viewer, viewer_of
from jiedui.core.errors import NotAllowed
from jiedui.directory.access.bodies import Bodies
from jiedui.directory.access.graph import Tree, tree


@dataclass(frozen=True)
class Reach:
    """Everything, or the organisations (and places) within the viewer's scopes today."""

    everything: bool
    organisation_ids: Bodies
    place_ids: frozenset[UUID] = frozenset()

    def covers(self, organisation_id: UUID) -> bool:
        """Whether the organisation lies within."""
        return self.everything or organisation_id in self.organisation_ids

    def covers_place(self, place_id: UUID) -> bool:
        """Whether the place lies within (scopes over an organisation hold over no place)."""
        return self.everything or place_id in self.place_ids


NOTHING = Reach(False, Bodies())


def reach(viewer: Viewer, permission: str = "directory.read") -> Reach:
    """How far the permission reaches on the viewer's day.

    A scope over an organisation holds over it and its parts; one over a place
    over the place, all places below it in any tree, the organisations in them
    and the bodies that stand for them.
    """
    # Permissions over the same scopes reach as far: asked for once.
    scopes = sorted({(grant.scope, str(grant.scope_id)) for grant in viewer.scopes(permission)})
    return viewer.once(("directory", str(scopes)), lambda: _reach(viewer, permission))


def _reach(viewer: Viewer, permission: str) -> Reach:
    scopes = viewer.scopes(permission)
    if any(scope.scope == "all" for scope in scopes):
        return Reach(True, Bodies())
    if not scopes:
        return NOTHING
    now = tree()
    return now.once((scopes, viewer.day), lambda: _held(now, scopes, viewer.day))


def _held(now: Tree, scopes: Collection[Grant], day: date) -> Reach:
    bodies = {s.scope_id for s in scopes if s.scope == "organisation" and s.scope_id}
    places = {now.node(s.scope_id) for s in scopes if s.scope == "place" and s.scope_id}
    within = now.graph.below(places, day)
    place_of = {body: place for place, body in now.body_of.items()}
    return Reach(
        False,
        Bodies((now.graph.below(bodies, day) | within) & now.organisations),
        frozenset(place_of.get(node, node) for node in within)
        - (now.organisations - place_of.keys()),
    )


def may_edit(viewer: Viewer, organisation_id: UUID) -> bool:
    """Whether the viewer may keep this organisation's entry."""
    return reach(viewer, "directory.edit").covers(organisation_id)


def _refuse() -> NotAllowed:
    return NotAllowed("directory-out-of-reach", "This part of the directory is not yours to edit.")


def must_edit_everything(by: User | None) -> None:
    """Trees and places outside a scope: only who may edit the whole directory (or the house)."""
    if by is not None:
        viewer = viewer_of(by)
        viewer.must("directory.edit")
        if not reach(viewer, "directory.edit").everything:
            raise _refuse()


def must_edit_place(by: User | None, *place_ids: UUID) -> None:
    """All these places lie where ``by`` may edit; the house (None) may everywhere."""
    if by is not None:
        viewer = viewer_of(by)
        viewer.must("directory.edit")
        held = reach(viewer, "directory.edit")
        if not all(held.covers_place(place) for place in place_ids):
            raise _refuse()


def must_edit_organisation(by: User | None, *organisation_ids: UUID) -> None:
    """All these organisations are ``by``'s to edit; the house (None) may everywhere."""
    if by is not None:
        viewer = viewer_of(by)
        viewer.must("directory.edit")
        held = reach(viewer, "directory.edit")
        if not all(held.covers(body) for body in organisation_ids):
            raise _refuse()
