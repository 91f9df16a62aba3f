"""What a viewer may see of the directory, as querysets and single objects."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.core.errors import NotVisible
from jiedui.directory.access.graph import tree
from jiedui.directory.access.reach import reach
from jiedui.directory.models import Affiliation, Organisation, OrganisationSeat, Person, Place

M = TypeVar("M", bound=Model)


def not_visible() -> NotVisible:
    """The one answer for what does not exist and for what is not open to the viewer."""
    return NotVisible("not-visible", "This page does not exist or is not open to you.")


def visible_organisations(viewer: Viewer) -> QuerySet[Organisation]:
    """Organisations within the viewer's scopes."""
    held = reach(viewer)
    if held.everything:
        return Organisation.objects.all()
    return Organisation.objects.filter(id__in=held.organisation_ids)


def visible_places(viewer: Viewer) -> QuerySet[Place]:
    """Places within the scopes, those where visible organisations lie, and all above them."""
    held = reach(viewer)
    if held.everything:
        return Place.objects.all()
    if not held.organisation_ids and not held.place_ids:
        return Place.objects.none()
    now = tree()
    seats = OrganisationSeat.objects.filter(organisation_id__in=held.organisation_ids)
    known = set(held.place_ids) | set(seats.values_list("place_id", flat=True))
    nodes = {now.node(place) for place in known}
    nodes |= held.organisation_ids & set(now.body_of.values())
    seen = now.graph.above(nodes)
    return Place.objects.filter(Q(id__in=seen) | Q(body__id__in=seen))


def served_places(viewer: Viewer) -> QuerySet[Place]:
    """Visible places, and all below the seats of the viewer's organisations: whom they serve."""
    held = reach(viewer)
    if held.everything:
        return Place.objects.all()
    now = tree()
    seats = OrganisationSeat.objects.filter(organisation_id__in=held.organisation_ids)
    nodes = {now.node(place) for place in seats.values_list("place_id", flat=True)}
    below = now.graph.below(nodes)
    seen = visible_places(viewer).values("id")
    return Place.objects.filter(Q(id__in=seen) | Q(id__in=below) | Q(body__id__in=below))


def visible_people(viewer: Viewer) -> QuerySet[Person]:
    """People who are or were affiliated with a visible organisation."""
    held = reach(viewer)
    if held.everything:
        return Person.objects.all()
    staff = Affiliation.objects.filter(organisation_id__in=held.organisation_ids)
    return Person.objects.filter(id__in=staff.values("person_id"))


def _one(rows: QuerySet[M], id: UUID) -> M:
    found = rows.filter(pk=id).first()
    if found is None:
        raise not_visible()
    return found


def get_organisation(viewer: Viewer, id: UUID) -> Organisation:
    """The organisation, or NotVisible."""
    return _one(visible_organisations(viewer), id)


def get_place(viewer: Viewer, id: UUID) -> Place:
    """The place, or NotVisible."""
    return _one(visible_places(viewer), id)


def get_person(viewer: Viewer, id: UUID) -> Person:
    """The person, or NotVisible."""
    return _one(visible_people(viewer), id)
