"""Names: of ids for pages, and of bodies as reports and people write them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from jiedui.directory.access.bodies import Bodies
from jiedui.directory.access.graph import State, state
from jiedui.directory.models import Organisation, OrganisationName, Place
from jiedui.directory.queries.lineage import parts_of_all

_index: tuple[State, dict[str, set[UUID]]] | None = None


def normal(name: str) -> str:
    """A name as it is compared: NFKC, trimmed, inner white space as one blank."""
    return " ".join(unicodedata.normalize("NFKC", name).split())


def _all_bearers() -> dict[str, set[UUID]]:
    bearers: dict[str, set[UUID]] = {}
    for id, chinese, english in Organisation.objects.values_list("id", "name", "name_en"):
        for each in (chinese, english):
            if each:
                bearers.setdefault(normal(each).casefold(), set()).add(id)
    for id, other in OrganisationName.objects.values_list("organisation_id", "name"):
        bearers.setdefault(normal(other).casefold(), set()).add(id)
    return bearers


def bearers_of(name: str) -> frozenset[UUID]:
    """Organisations that bear this name, in any capitals: read anew, for checks of a write.

    A write asks under a token that its own changes will bear too, so nothing is kept here.
    """
    return frozenset(_all_bearers().get(normal(name).casefold(), ()))


def find_organisation(name: str) -> Organisation | None:
    """The one organisation that bears this name (name, English name or other name).

    Capitals do not matter. None where there is none or more than one: a name is never guessed.
    """
    global _index
    now = state()
    if _index is None or _index[0] != now:
        _index = (now, _all_bearers())
    found = _index[1].get(normal(name).casefold(), set())
    return Organisation.objects.get(id=next(iter(found))) if len(found) == 1 else None


def find_place(text: str) -> Place | None:
    """The one place with this code or name; None where there is none or more than one."""
    text = normal(text)
    by_code = list(Place.objects.filter(code=text)[:2]) if text else []
    found = by_code or list(Place.objects.filter(name=text)[:2])
    return found[0] if len(found) == 1 else None


def names(ids: Iterable[UUID], language: str = "zh-hans") -> dict[UUID, str]:
    """Names of organisations by id in a language (the Chinese one where there is no other)."""
    wanted = set(ids)
    rows = Organisation.objects.values_list("id", "name", "name_en")
    if len(wanted) <= 5000:
        rows = rows.filter(id__in=wanted)
    english = language.startswith("en")
    return {id: (en if english and en else zh) for id, zh, en in rows if id in wanted}


def bodies_with(ids: Iterable[UUID]) -> dict[UUID, Organisation]:
    """Organisations by their ids."""
    return Organisation.objects.in_bulk(list(ids))


def organisations_called(text: str, *, with_parts: bool = False) -> QuerySet[Organisation, Any]:
    """Ids of organisations with this in their Chinese name, to narrow a list by.

    ``with_parts`` finds by the English name too, and all that ever lay in a region of the name.
    """
    called = Q(name__icontains=text)
    if with_parts:
        called |= Q(name_en__icontains=text)
        regions = Organisation.objects.filter(called, stands_for__isnull=False)
        called |= Q(id__in=Bodies(parts_of_all(regions.values_list("id", flat=True))))
    return Organisation.objects.filter(called).values("id")


def place_exists(place_id: UUID) -> bool:
    """Whether there is such a place."""
    return Place.objects.filter(id=place_id).exists()


def place_names(ids: Iterable[UUID], language: str = "zh-hans") -> dict[UUID, str]:
    """Names of places by id in a language."""
    rows = Place.objects.filter(id__in=set(ids)).values_list("id", "name", "name_en")
    english = language.startswith("en")
    return {id: (en if english and en else zh) for id, zh, en in rows}


def nameable(*, example: bool) -> QuerySet[Organisation]:
    """Organisations that may be named as a side of a pairing: real ones, or invented ones."""
    return Organisation.objects.filter(example=example)
