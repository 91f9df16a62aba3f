"""Names and choices around a question: programmes, bodies, places, definitions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from jiedui.accounts.permissions import Viewer
from jiedui.directory.access import visible_organisations, visible_places
from jiedui.directory.queries import ancestors_of_all, find_organisation, find_place, names
from jiedui.indicators.queries.catalogue import definitions
from jiedui.ledger.queries import published_bodies
from jiedui.programmes.queries import may_name, programmes


@dataclass(frozen=True)
class ProgrammeChoice:
    """A programme as a page offers it."""

    id: UUID
    code: str
    name: str
    name_en: str
    example: bool

    def label(self, language: str) -> str:
        """The name in a language, Chinese first."""
        return self.name_en if language.startswith("en") and self.name_en else self.name


def open_programmes(viewer: Viewer) -> tuple[ProgrammeChoice, ...]:
    """The programmes that are open to the viewer, real ones first, by name."""
    rows = [
        ProgrammeChoice(row.id, row.code, row.name, row.name_en, row.example)
        for row in programmes(viewer)
    ]
    return tuple(sorted(rows, key=lambda row: (row.example, row.name)))


def body_named(viewer: Viewer | None, text: str, language: str) -> tuple[UUID, str] | None:
    """An organisation by id or any of its names; None where there is none, or two.

    Also None for one that the viewer may not name, so that nobody learns here whom the
    directory holds. Whom published figures name, and what holds those, everybody may name.
    """
    try:
        id = UUID(text)
    except ValueError:
        found = find_organisation(text)
        if found is None:
            return None
        id = found.id
    if viewer is not None and not (
        may_name(viewer, id) or id in ancestors_of_all(published_bodies())
    ):
        return None
    return next(iter(names([id], language).items()), None)


def place_named(viewer: Viewer, text: str, language: str) -> tuple[UUID, str] | None:
    """A place by id, code or name; None where there is none, or two."""
    try:
        id = UUID(text)
    except ValueError:
        found = find_place(text)
        if found is None:
            return None
        id = found.id
    return next(iter(place_names(viewer, [id], language).items()), None)


def place_names(viewer: Viewer | None, ids: Iterable[UUID], language: str) -> dict[UUID, str]:
    """Names of the places that the viewer may see."""
    if viewer is None:
        return {}
    english = language.startswith("en")
    rows = visible_places(viewer).filter(id__in=set(ids)).values_list("id", "name", "name_en")
    return {id: (en if english and en else zh) for id, zh, en in rows}


def names_to_offer(viewer: Viewer, language: str, limit: int = 500) -> Sequence[str]:
    """Names of organisations for the fields of giver and receiver, a bounded list."""
    english = language.startswith("en")
    rows = visible_organisations(viewer).order_by("name").values_list("name", "name_en")[:limit]
    return [en if english and en else zh for zh, en in rows]


def known_indicators() -> frozenset[str]:
    """The codes of all indicators that have a definition file."""
    return frozenset(definitions())
