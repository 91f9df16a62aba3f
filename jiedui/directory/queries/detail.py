"""What the page of one organisation, place or person shows, in a few queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.directory.access import visible_organisations, visible_places
from jiedui.directory.models import (
    Affiliation,
    Department,
    Organisation,
    OrganisationEdge,
    OrganisationSeat,
    Person,
    Place,
    PlaceChange,
    PlaceEdge,
)
from jiedui.directory.queries.people import on_day, titles_on


@dataclass(frozen=True)
class Post:
    """A member of staff as a list shows them."""

    person: Person
    organisation: Organisation
    department: str
    title: str
    valid_from: date | None
    valid_to: date | None


def seats_today(bodies: Iterable[Organisation], day: date) -> dict[UUID, Place]:
    """Where each organisation lies on the day: its seat, or the place it stands for."""
    found = {b.id: b.stands_for for b in bodies if b.stands_for_id and b.stands_for}
    rows = OrganisationSeat.objects.filter(on_day(day), organisation__in=[b.id for b in bodies])
    for seat in rows.select_related("place"):
        found.setdefault(seat.organisation_id, seat.place)
    return found


def seat_tiers(organisation_ids: Iterable[UUID], day: date) -> dict[UUID, str]:
    """The tier of the place in which each organisation is seated on the day; others left out."""
    rows = OrganisationSeat.objects.filter(on_day(day), organisation_id__in=list(organisation_ids))
    return dict(rows.order_by("valid_from", "id").values_list("organisation_id", "place__tier"))


def seats(organisation: Organisation) -> list[OrganisationSeat]:
    """All seats, the latest first."""
    rows = organisation.seats.select_related("place")
    return sorted(rows, key=lambda row: row.valid_from or date.min, reverse=True)


def wholes(organisation: Organisation) -> list[OrganisationEdge]:
    """What the organisation is or was part of, the latest first."""
    rows = organisation.part_of.select_related("whole")
    return sorted(rows, key=lambda row: row.valid_from or date.min, reverse=True)


def parts(organisation: Organisation, day: date) -> list[Organisation]:
    """Its direct parts on the day."""
    rows = organisation.parts.filter(on_day(day)).select_related("organisation")
    return sorted((row.organisation for row in rows), key=lambda body: body.name)


def departments(organisation: Organisation) -> QuerySet[Department]:
    """Its departments, open ones first."""
    return organisation.departments.order_by("valid_to", "specialty", "name")


def staff(organisation: Organisation, day: date, limit: int = 50) -> tuple[list[Post], int]:
    """Who has the home post here on the day, by department; how many there are."""
    rows = Affiliation.objects.filter(on_day(day), organisation=organisation)
    shown = list(
        rows.select_related("person", "department").order_by(
            "department__specialty", "person__name"
        )[:limit]
    )
    titles = titles_on([row.person_id for row in shown], day)
    posts = [
        Post(
            row.person,
            organisation,
            row.department.name if row.department else "",
            titles.get(row.person_id, ""),
            row.valid_from,
            row.valid_to,
        )
        for row in shown
    ]
    return posts, len(shown) if len(shown) < limit else rows.count()


def parents_over_time(place: Place) -> list[PlaceEdge]:
    """Every parent that the place has or had, by tree, the latest first."""
    rows = PlaceEdge.objects.filter(place=place).select_related("parent")
    return sorted(rows, key=lambda row: (row.tree, -(row.valid_from or date.min).toordinal()))


def children_on(viewer: Viewer, place: Place, day: date) -> list[PlaceEdge]:
    """What lies directly below the place on the day, in any tree, as far as the viewer sees."""
    rows = PlaceEdge.objects.filter(
        on_day(day), parent=place, place__in=visible_places(viewer)
    ).select_related("place")
    return sorted(rows, key=lambda row: (row.tree, row.place.code or "~", row.place.name))


def places_below(place_id: UUID, day: date) -> frozenset[UUID]:
    """The places below a place in any tree on the day, itself not among them."""
    edges: dict[UUID, set[UUID]] = {}
    rows = PlaceEdge.objects.filter(on_day(day))
    for parent, child in rows.values_list("parent_id", "place_id"):
        edges.setdefault(parent, set()).add(child)
    found: set[UUID] = set()
    waiting = [place_id]
    while waiting:
        new = edges.get(waiting.pop(), set()) - found
        found |= new
        waiting.extend(new)
    return frozenset(found - {place_id})


def changes_of(place: Place) -> list[PlaceChange]:
    """Merges, splits and moves in which the place had a part, the latest first."""
    into = PlaceChange.objects.filter(after=place)
    away = PlaceChange.objects.filter(before=place)
    rows = (into | away).distinct().prefetch_related("before", "after")
    return sorted(rows, key=lambda row: (row.on, row.id), reverse=True)


def seated_on(viewer: Viewer, place: Place, day: date) -> list[Organisation]:
    """Organisations that lie directly in the place on the day, as far as the viewer sees."""
    rows = OrganisationSeat.objects.filter(on_day(day), place=place)
    return list(
        visible_organisations(viewer)
        .filter(id__in=rows.values("organisation_id"))
        .order_by("name")[:200]
    )
