"""Merge, split and move places; the history stays and so does every code.

A place that ended keeps its way up, so that what was recorded for its body is
still counted above: after a merge it lies in the place that took it over, after
a split where it lay before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.directory.access import must_edit_place
from jiedui.directory.actions import guards
from jiedui.directory.actions.places import add_edge
from jiedui.directory.models import OrganisationSeat, Place, PlaceChange, PlaceEdge


def _open_on(day: date) -> Q:
    """Rows that have not ended before the day."""
    return Q(valid_to__isnull=True) | Q(valid_to__gte=day)


def _close(edge: PlaceEdge | OrganisationSeat, on: date) -> date | None:
    """End a row the day before; its former end. InvalidInput ``change-too-early``."""
    if edge.valid_from is not None and edge.valid_from >= on:
        raise InvalidInput(
            "change-too-early",
            "On %(day)s there is already a later state; choose a day after it.",
            field="on",
            day=edge.valid_from,
        )
    former = edge.valid_to
    edge.valid_to = on - timedelta(days=1)
    edge.save(update_fields=["valid_to"])
    return former


def _end(place: Place, on: date) -> None:
    if place.valid_to is not None and place.valid_to < on:
        raise InvalidState(
            "place-ended",
            "%(place)s already ended on %(day)s.",
            place=place.name,
            day=place.valid_to,
        )
    if place.valid_from is not None and place.valid_from >= on:
        raise InvalidInput(
            "change-too-early",
            "On %(day)s there is already a later state; choose a day after it.",
            field="on",
            day=place.valid_from,
        )
    place.valid_to = on - timedelta(days=1)
    place.save(update_fields=["valid_to"])


def _note(
    kind: str, on: date, tree: str, before: Sequence[Place], after: Sequence[Place], note: str
) -> PlaceChange:
    change = PlaceChange.objects.create(
        kind=kind, on=on, tree=tree, note=guards.optional(note, "note", 400)
    )
    change.before.set(before)
    change.after.set(after)
    return change


def _relocate(edge: PlaceEdge, to: Place, on: date) -> None:
    """From a day on, the edge's place lies below another."""
    until = _close(edge, on)
    add_edge(edge.tree, edge.place, to, on, until)


@transaction.atomic
def move_place(
    *, by: User | None, place: Place, tree: str, to: Place | None, on: date, note: str = ""
) -> PlaceChange | None:
    """From ``on`` the place lies below ``to`` in the tree (None: it is a root).

    The edge that held is closed the day before. None if nothing changes, so that
    a repeated call is harmless. Raises InvalidInput ``tree-would-close``,
    ``change-too-early``.
    """
    must_edit_place(by, place.id, *([to.id] if to else []))
    guards.lock()
    guards.term("trees", tree, "tree")
    held = PlaceEdge.objects.filter(_open_on(on), tree=tree, place=place)
    edge = held.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=on)).first()
    if edge is None and to is None:
        return None
    if edge is not None and to is not None and edge.parent_id == to.id:
        return None
    before = [edge.parent] if edge else []
    until = _close(edge, on) if edge else None
    if to is not None:
        if edge is None:
            later = held.order_by("valid_from").first()
            until = later.valid_from - timedelta(days=1) if later and later.valid_from else None
        add_edge(tree, place, to, on, until)
    change = _note(PlaceChange.Kind.MOVE, on, tree, [place], [place], note)
    record(
        by=by, action="directory.move-place", object_kind="place", object_id=place.id, tree=tree,
        on=on.isoformat(), before=[str(p.id) for p in before], to=str(to.id) if to else "",
    )  # fmt: skip
    return change


@transaction.atomic
def merge_places(
    *, by: User | None, before: Sequence[Place], into: Place, on: date, note: str = ""
) -> PlaceChange:
    """From ``on`` the places are ``into``, which may be one of them or a new place.

    What lay below or in them lies below or in ``into``. Raises InvalidInput
    ``merge-into-own-part``, ``change-too-early``, InvalidState ``place-ended``.
    """
    must_edit_place(by, into.id, *(place.id for place in before))
    guards.lock()
    ending = [place for place in before if place.id != into.id]
    if not ending:
        raise InvalidInput("merge-of-nothing", "Choose the places to be merged.", field="before")
    gone = {place.id for place in ending}
    for place in ending:
        _end(place, on)
    above_into = PlaceEdge.objects.filter(_open_on(on), place=into, parent_id__in=gone)
    if above_into.exists():
        raise InvalidInput(
            "merge-into-own-part",
            "%(into)s lies below a place that is merged into it; move it first.",
            field="into",
            into=into.name,
        )
    for place in ending:
        trees = set()
        for edge in PlaceEdge.objects.filter(_open_on(on), place=place):
            trees.add(edge.tree)
            _close(edge, on)
        for edge in PlaceEdge.objects.filter(_open_on(on), parent=place).select_related("place"):
            if edge.place_id in gone:
                continue
            _relocate(edge, into, on)
        trees |= set(PlaceEdge.objects.filter(place=into).values_list("tree", flat=True))
        for tree in sorted(trees):
            add_edge(tree, place, into, on, None)
        for seat in OrganisationSeat.objects.filter(_open_on(on), place=place):
            _reseat(seat, into, on)
    change = _note(PlaceChange.Kind.MERGE, on, "", before, [into], note)
    record(
        by=by, action="directory.merge-places", object_kind="place", object_id=into.id,
        on=on.isoformat(), before=[str(place.id) for place in before],
    )  # fmt: skip
    return change


def _reseat(seat: OrganisationSeat, place: Place, on: date) -> None:
    until = _close(seat, on)
    OrganisationSeat.objects.create(
        organisation_id=seat.organisation_id, place=place, valid_from=on, valid_to=until
    )


@transaction.atomic
def split_place(
    *,
    by: User | None,
    place: Place,
    into: Sequence[Place],
    on: date,
    assign: Mapping[UUID, Place] | None = None,
    note: str = "",
) -> PlaceChange:
    """From ``on`` the place is several, of which it may itself be one.

    New parts are put where the place lay, in every tree. ``assign`` says to which
    part a place below it or an organisation in it goes; what is not assigned
    stays with the place until a person moves it. Raises as ``merge_places`` does.
    """
    must_edit_place(by, place.id)
    guards.lock()
    if len({part.id for part in into}) < 2:
        raise InvalidInput(
            "split-into-one", "A split needs two places or more to split into.", field="into"
        )
    if all(part.id != place.id for part in into):
        _end(place, on)
    for edge in PlaceEdge.objects.filter(_open_on(on), place=place).select_related("parent"):
        for part in into:
            held = PlaceEdge.objects.filter(_open_on(on), tree=edge.tree, place=part)
            if part.id != place.id and not held.exists():
                start = max(edge.valid_from, on) if edge.valid_from else on
                add_edge(edge.tree, part, edge.parent, start, edge.valid_to)
    targets = {part.id for part in into}
    for id, part in (assign or {}).items():
        if part.id not in targets:
            raise InvalidInput(
                "split-elsewhere", "Assign to one of the new places.", field="assign"
            )
        if part.id == place.id:
            continue
        for edge in PlaceEdge.objects.filter(_open_on(on), parent=place, place_id=id):
            _relocate(edge, part, on)
        for seat in OrganisationSeat.objects.filter(_open_on(on), place=place, organisation_id=id):
            _reseat(seat, part, on)
    change = _note(PlaceChange.Kind.SPLIT, on, "", [place], into, note)
    record(
        by=by, action="directory.split-place", object_kind="place", object_id=place.id,
        on=on.isoformat(), into=[str(part.id) for part in into],
    )  # fmt: skip
    return change
