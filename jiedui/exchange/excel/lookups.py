"""Names that people write in a sheet, found once and kept for the rest of the file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from jiedui.accounts.models import User
from jiedui.accounts.permissions import Viewer, viewer_of
from jiedui.core.errors import InvalidInput
from jiedui.core.packs import Term, vocabulary
from jiedui.directory.queries import (
    find_organisation,
    find_place,
    open_departments,
    parts_of,
    staff_of,
)
from jiedui.programmes.queries import find_programme, may_name, programmes

T = TypeVar("T")
Span = tuple[UUID, date | None, date | None]


def plain_name(text: str) -> str:
    """A name as it is compared: width, case and spaces aside."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def terms_by_name(terms: Mapping[str, Term]) -> dict[str, str]:
    """Codes of a table by code, name and English name; a name that two bear is left out."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    for code, term in terms.items():
        for name in {plain_name(term.name), plain_name(term.name_en)} - {""}:
            if found.setdefault(name, code) != code:
                twice.add(name)
    for name in twice:
        del found[name]
    found.update({plain_name(code): code for code in terms})
    return found


class Lookups:
    """What one person may name, each name looked up once."""

    def __init__(self, by: User | None) -> None:
        self.by = by
        self.viewer: Viewer | None = viewer_of(by) if by else None
        self._kept: dict[tuple[str, object], Any] = {}
        self._tables: dict[str, dict[str, str]] = {}

    def _once(self, what: str, key: object, find: Callable[[], T]) -> T:
        try:
            found: T = self._kept[what, key]
        except KeyError:
            found = self._kept[what, key] = find()
        return found

    def code(self, table: str, text: str) -> str:
        """The code of a term by code or name; InvalidInput ``choice-unknown``."""
        names = self._tables.get(table)
        if names is None:
            names = self._tables[table] = terms_by_name(vocabulary().tables.get(table, {}))
        code = self._once(table, text, lambda: names.get(plain_name(text)))
        if code is None:
            raise InvalidInput(
                "choice-unknown",
                "“%(text)s” is not known here; take one from the template's lists.",
                text=text,
            )
        return code

    def organisation(self, name: str) -> Any:
        """The one body of that name within sight; InvalidInput ``organisation-unknown``."""
        found = self._once("organisation", name, lambda: self._nameable(name))
        if found is None:
            raise InvalidInput(
                "organisation-name-unknown",
                "No organisation, or more than one, is called “%(name)s”.",
                name=name,
            )
        return found

    def _nameable(self, name: str) -> Any:
        found = find_organisation(name)
        seen = found is not None and (self.viewer is None or may_name(self.viewer, found.id))
        return found if seen else None

    def place(self, text: str) -> UUID:
        """The one place of that code or name; InvalidInput ``place-name-unknown``."""
        found = self._once("place", text, lambda: find_place(text))
        if found is None:
            raise InvalidInput(
                "place-name-unknown", "No place, or more than one, is called “%(name)s”.", name=text
            )
        identifier: UUID = found.id
        return identifier

    def programme(self, text: str) -> UUID:
        """The programme of that code or name within sight; InvalidInput ``programme-unknown``."""

        def find() -> UUID | None:
            found = find_programme(text)
            if found is None or (
                self.viewer is not None and not programmes(self.viewer).filter(id=found.id).exists()
            ):
                return None
            identifier: UUID = found.id
            return identifier

        identifier = self._once("programme", text, find)
        if identifier is None:
            raise InvalidInput("programme-unknown", "There is no programme “%(name)s”.", name=text)
        return identifier

    def department(self, name: str, *organisations: Any) -> UUID:
        """An open department of the first of these bodies that has one of that name."""
        for organisation in organisations:
            if found := self._departments(organisation).get(plain_name(name)):
                return found
        raise InvalidInput(
            "department-unknown",
            "Neither side has a department called “%(name)s”.",
            name=name,
        )

    def _departments(self, organisation: Any) -> dict[str, UUID]:
        def find() -> dict[str, UUID]:
            return {plain_name(name): id for name, id in open_departments(organisation.id)}

        return self._once("departments", organisation.id, find)

    def _staff(self, organisation: Any) -> dict[str, list[Span]]:
        def find() -> dict[str, list[Span]]:
            found: dict[str, list[Span]] = {}
            for name, id, start, end in staff_of(parts_of(organisation.id)):
                found.setdefault(plain_name(name), []).append((id, start, end))
            return found

        return self._once("staff", organisation.id, find)

    def person(self, name: str, day: date, *organisations: Any) -> UUID:
        """The one person of that name in these bodies on the day.

        InvalidInput ``person-name-unknown`` or ``person-name-shared``.
        """
        found = {
            id
            for organisation in organisations
            for id, start, end in self._staff(organisation).get(plain_name(name), ())
            if (start is None or start <= day) and (end is None or day <= end)
        }
        if not found:
            raise InvalidInput(
                "person-name-unknown",
                "On that day nobody called “%(name)s” belonged to either side.",
                name=name,
            )
        if len(found) > 1:
            raise InvalidInput(
                "person-name-shared",
                "Several people are called “%(name)s”; write the organisation in brackets.",
                name=name,
            )
        return found.pop()
