"""Create places and put them into trees."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import in_order
from jiedui.core.errors import InvalidInput
from jiedui.core.identifiers import new_id
from jiedui.directory.access import must_edit_everything, must_edit_place
from jiedui.directory.access.graph import upward
from jiedui.directory.actions import guards
from jiedui.directory.domain.lineage import Edge
from jiedui.directory.models import Place, PlaceEdge

_ = str  # marks message ids for the catalogue


@transaction.atomic
def create_place(
    *,
    by: User | None,
    id: UUID | None = None,
    name: str,
    name_en: str = "",
    code_scheme: str = "",
    code: str = "",
    tier: str = "",
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
    altitude_m: int | None = None,
    example: bool = False,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Place:
    """Create a place; ``attach_place`` puts it into a tree.

    Raises InvalidInput at the field, InvalidState ``id-taken``, NotAllowed.
    """
    must_edit_everything(by)
    guards.lock()
    content = guards.hash_of(
        name=name, name_en=name_en, scheme=code_scheme, code=code, tier=tier, latitude=latitude,
        longitude=longitude, altitude=altitude_m, example=example, start=valid_from, end=valid_to,
    )  # fmt: skip
    if found := guards.first_answer(Place, id, content):
        return found
    place = insert_place(
        id=id, content=content, name=name, name_en=name_en, code_scheme=code_scheme, code=code,
        tier=tier, latitude=latitude, longitude=longitude, altitude_m=altitude_m,
        example=example, valid_from=valid_from, valid_to=valid_to,
    )  # fmt: skip
    record(
        by=by, action="directory.create-place", object_kind="place", object_id=place.id,
        name=place.name, code=place.code,
    )  # fmt: skip
    return place


def insert_place(
    *,
    id: UUID | None,
    content: str,
    name: str,
    name_en: str,
    code_scheme: str,
    code: str,
    tier: str,
    latitude: Decimal | None,
    longitude: Decimal | None,
    altitude_m: int | None,
    example: bool,
    valid_from: date | None,
    valid_to: date | None,
) -> Place:
    """Insert a place after all checks of its fields."""
    code = check_code(code_scheme, code)
    check_coordinates(latitude, longitude)
    in_order(valid_from, valid_to)
    return guards.insert(
        Place(
            id=id or new_id(),
            content=content,
            name=guards.text(name, "name", 120),
            name_en=guards.optional(name_en, "name_en", 160),
            code_scheme=code_scheme if code else "",
            code=code,
            tier=guards.term("tiers", tier, "tier", blank=True),
            latitude=latitude,
            longitude=longitude,
            altitude_m=altitude_m,
            example=example,
            valid_from=valid_from,
            valid_to=valid_to,
        ),
        "code-taken",
        _("The code %(value)s is already another place's."),
        field="code",
        value=code,
    )


def check_code(scheme: str, code: str) -> str:
    """A place's code in the form of its scheme; a code needs a scheme."""
    code = code.strip()
    if code and not scheme:
        raise InvalidInput(
            "scheme-missing", "Say under which scheme this code stands.", field="code_scheme"
        )
    if code:
        guards.term("place_code_schemes", scheme, "code_scheme")
        guards.pattern("place_code_schemes", scheme, code, "code")
    return code


def check_coordinates(latitude: Decimal | None, longitude: Decimal | None) -> None:
    """Both or neither, in degrees (WGS 84)."""
    if (latitude is None) != (longitude is None):
        raise InvalidInput(
            "coordinates-incomplete",
            "Give latitude and longitude, or neither.",
            field="longitude" if longitude is None else "latitude",
        )
    if latitude is not None and not -90 <= latitude <= 90:
        raise InvalidInput(
            "coordinates-impossible", "A latitude lies between -90 and 90.", field="latitude"
        )
    if longitude is not None and not -180 <= longitude <= 180:
        raise InvalidInput(
            "coordinates-impossible", "A longitude lies between -180 and 180.", field="longitude"
        )


@transaction.atomic
def attach_place(
    *,
    by: User | None,
    id: UUID | None = None,
    tree: str,
    place: Place,
    parent: Place,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> PlaceEdge:
    """Put a place below another in a tree, for a time.

    Raises InvalidInput ``parent-overlaps`` where it already has a parent in that
    tree on one of the days, ``tree-would-close`` where it would lie in itself.
    """
    must_edit_place(by, place.id, parent.id)
    guards.lock()
    content = guards.hash_of(tree=tree, place=place, parent=parent, start=valid_from, end=valid_to)
    if found := guards.first_answer(PlaceEdge, id, content):
        return found
    guards.term("trees", tree, "tree")
    in_order(valid_from, valid_to)
    edge = add_edge(tree, place, parent, valid_from, valid_to, id=id, content=content)
    record(
        by=by, action="directory.attach-place", object_kind="place", object_id=place.id,
        tree=tree, parent=str(parent.id),
    )  # fmt: skip
    return edge


def add_edge(
    tree: str,
    place: Place,
    parent: Place,
    valid_from: date | None,
    valid_to: date | None,
    *,
    id: UUID | None = None,
    content: str = "",
) -> PlaceEdge:
    """Insert an edge after the checks that need the lock: no overlap, no ring."""
    held = PlaceEdge.objects.filter(tree=tree, place=place).select_related("parent")
    other = guards.overlapping(held, valid_from, valid_to)
    if isinstance(other, PlaceEdge):
        raise InvalidInput(
            "parent-overlaps",
            _("%(place)s already lies below %(parent)s in this tree on some of these days."),
            field="parent",
            place=place.name,
            parent=other.parent.name,
        )
    now = upward({parent.id, place.id}, set())
    node, above = now.node(place.id), now.node(parent.id)
    if now.graph.would_close(Edge(node, above, tree, valid_from, valid_to)):
        raise InvalidInput(
            "tree-would-close",
            "%(place)s would lie in itself: %(parent)s lies below it.",
            field="parent",
            place=place.name,
            parent=parent.name,
        )
    return guards.insert(
        PlaceEdge(
            id=id or new_id(),
            content=content,
            tree=tree,
            place=place,
            parent=parent,
            valid_from=valid_from,
            valid_to=valid_to,
        ),
        "parent-overlaps",
        _("%(place)s already lies below %(parent)s in this tree on some of these days."),
        field="parent",
        place=place.name,
        parent=parent.name,
    )
