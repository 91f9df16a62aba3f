"""The whole directory as sheets of text: what an export writes and an import reads back."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from jiedui.accounts.permissions import Viewer
from jiedui.core.packs import vocabulary
from jiedui.directory.access import visible_organisations, visible_people, visible_places
from jiedui.directory.domain import sheets
from jiedui.directory.domain.sheets import PARENT, Said, SheetColumn, say
from jiedui.directory.models import (
    Affiliation,
    Department,
    Organisation,
    OrganisationEdge,
    OrganisationIdentifier,
    OrganisationName,
    OrganisationSeat,
    Person,
    PersonSpecialty,
    PersonTitle,
    Place,
    PlaceEdge,
)
from jiedui.directory.queries.names import normal


def sheet_columns(sheet: str) -> tuple[SheetColumn, ...]:
    """The columns of a sheet, with one parent column for each tree of the packs."""
    trees = [(t.code, t.name, t.name_en) for t in vocabulary().table("trees").values()]
    return sheets.columns(sheet, trees)


def place_labels() -> dict[UUID, str]:
    """How a sheet refers to each place: by its code, by its name if no other bears it, or by id."""
    rows = list(Place.objects.values_list("id", "code", "name"))
    names = Counter(normal(name) for _, _, name in rows)
    codes = Counter(code for _, code, _ in rows if code)
    return {
        id: code
        if code and codes[code] == 1 and code not in names
        else (name if names[normal(name)] == 1 and ";" not in name else str(id))
        for id, code, name in rows
    }


def organisation_labels() -> dict[UUID, str]:
    """How a sheet refers to each organisation: by its name if no other bears it, or by id."""
    rows = list(Organisation.objects.values_list("id", "name"))
    names = Counter(normal(name) for _, name in rows)
    plain = {";", "；", "@", "/"}
    return {
        id: name if names[normal(name)] == 1 and not plain & set(name) else str(id)
        for id, name in rows
    }


def export_rows(viewer: Viewer | None, sheet: str) -> Iterator[dict[str, str]]:
    """Every row of a sheet that the viewer sees (None: the house sees all), cells as text."""
    if sheet == "places":
        yield from _places(viewer)
    elif sheet == "organisations":
        yield from _organisations(viewer)
    elif sheet == "departments":
        yield from _departments(viewer)
    elif sheet == "people":
        yield from _people(viewer)
    else:
        sheet_columns(sheet)  # refuses


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""


def _text(value: Any) -> str:
    return "" if value is None else format(value, "f") if hasattr(value, "as_tuple") else str(value)


def _gather(rows: Any) -> defaultdict[UUID, list[Said]]:
    """Rows of (owner, value, from, to) by owner."""
    found: defaultdict[UUID, list[Said]] = defaultdict(list)
    for owner, value, start, end in rows:
        found[owner].append(Said(value, start, end))
    return found


def _places(viewer: Viewer | None) -> Iterator[dict[str, str]]:
    labels = place_labels()
    parents: dict[str, defaultdict[UUID, list[Said]]] = {}
    for edge in PlaceEdge.objects.all():
        of_tree = parents.setdefault(edge.tree, defaultdict(list))
        of_tree[edge.place_id].append(Said(labels[edge.parent_id], edge.valid_from, edge.valid_to))
    seen = Place.objects.all() if viewer is None else visible_places(viewer)
    trees = vocabulary().table("trees")
    for place in seen.order_by("id"):
        yield {
            "id": str(place.id),
            "name": place.name,
            "name_en": place.name_en,
            "code_scheme": place.code_scheme,
            "code": place.code,
            "tier": place.tier,
            "latitude": _text(place.latitude),
            "longitude": _text(place.longitude),
            "altitude_m": _text(place.altitude_m),
            **{
                PARENT + tree: say(parents[tree][place.id] if tree in parents else [])
                for tree in trees
            },
            "valid_from": _day(place.valid_from),
            "valid_to": _day(place.valid_to),
            "example": "1" if place.example else "",
        }


def _organisations(viewer: Viewer | None) -> Iterator[dict[str, str]]:
    places, bodies = place_labels(), organisation_labels()
    dated = ("valid_from", "valid_to")
    seats = _gather(
        (body, places[place], start, end)
        for body, place, start, end in OrganisationSeat.objects.values_list(
            "organisation_id", "place_id", *dated
        )
    )
    wholes = _gather(
        (body, bodies[whole], start, end)
        for body, whole, start, end in OrganisationEdge.objects.values_list(
            "organisation_id", "whole_id", *dated
        )
    )
    names: defaultdict[UUID, list[str]] = defaultdict(list)
    for body, name in OrganisationName.objects.values_list("organisation_id", "name"):
        names[body].append(name)
    numbers: defaultdict[UUID, list[str]] = defaultdict(list)
    for body, scheme, value in OrganisationIdentifier.objects.values_list(
        "organisation_id", "scheme", "value"
    ):
        numbers[body].append(f"{scheme}={value}")
    seen = Organisation.objects.all() if viewer is None else visible_organisations(viewer)
    for row in seen.order_by("id"):
        yield {
            "id": str(row.id),
            "name": row.name,
            "name_en": row.name_en,
            "kind": row.kind,
            "tier": row.tier,
            "other_names": "; ".join(sorted(names[row.id])),
            "identifiers": "; ".join(sorted(numbers[row.id])),
            "stands_for": places[row.stands_for_id] if row.stands_for_id else "",
            "seats": say(seats[row.id]),
            "part_of": say(wholes[row.id]),
            "valid_from": _day(row.valid_from),
            "valid_to": _day(row.valid_to),
            "example": "1" if row.example else "",
        }


def _departments(viewer: Viewer | None) -> Iterator[dict[str, str]]:
    bodies = organisation_labels()
    rows = Department.objects.all()
    if viewer is not None:
        rows = rows.filter(organisation__in=visible_organisations(viewer))
    for row in rows.order_by("id"):
        yield {
            "id": str(row.id),
            "organisation": bodies[row.organisation_id],
            "name": row.name,
            "specialty": row.specialty,
            "valid_from": _day(row.valid_from),
            "valid_to": _day(row.valid_to),
        }


def _people(viewer: Viewer | None) -> Iterator[dict[str, str]]:
    bodies = organisation_labels()
    posts = _gather(
        (person, bodies[body] + (f" / {ward}" if ward else ""), start, end)
        for person, body, ward, start, end in Affiliation.objects.values_list(
            "person_id", "organisation_id", "department__name", "valid_from", "valid_to"
        )
    )
    dated = ("valid_from", "valid_to")
    titles = _gather(PersonTitle.objects.values_list("person_id", "title", *dated))
    fields = _gather(PersonSpecialty.objects.values_list("person_id", "specialty", *dated))
    seen = Person.objects.all() if viewer is None else visible_people(viewer)
    for row in seen.order_by("id"):
        yield {
            "id": str(row.id),
            "name": row.name,
            "staff_number": row.staff_number,
            "posts": say(posts[row.id]),
            "titles": say(titles[row.id]),
            "specialties": say(fields[row.id]),
            "example": "1" if row.example else "",
        }
