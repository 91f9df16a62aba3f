"""One row of a sheet written: its texts read, its references found, its fields checked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from uuid import UUID

from jiedui.core.errors import InvalidInput, Refused
from jiedui.core.packs import vocabulary
from jiedui.directory.actions.organisations import (
    insert_department,
    insert_identifier,
    insert_name,
    insert_organisation,
    insert_part,
    insert_seat,
)
from jiedui.directory.actions.people import insert_person
from jiedui.directory.actions.places import add_edge, insert_place
from jiedui.directory.domain.sheets import PARENT, day, read
from jiedui.directory.models import (
    Affiliation,
    Department,
    Organisation,
    OrganisationName,
    PersonSpecialty,
    PersonTitle,
    Place,
)
from jiedui.directory.queries.names import normal

Row = Mapping[str, str]

_ = str  # marks message ids for the catalogue


def term_code(table: str, text: str, column: str) -> str:
    """A code of a pack's table, given as the code or as a name; ``choice-unknown``."""
    terms = vocabulary().table(table)
    if not text or text in terms:
        return text
    wanted = normal(text).casefold()
    named = [
        term.code
        for term in terms.values()
        if wanted in (normal(term.name).casefold(), normal(term.name_en).casefold())
    ]
    if len(named) == 1:
        return named[0]
    raise InvalidInput(
        "choice-unknown",
        "“%(text)s” is not known here; take one from the template's lists.",
        field=column,
        text=text,
    )


def _number(text: str, column: str) -> Decimal | None:
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise InvalidInput(
            "number-unreadable", "“%(text)s” is not a number.", field=column, text=text
        )
    return value


def _flag(text: str, column: str) -> bool:
    if text in ("", "0", "否", "no"):
        return False
    if text in ("1", "是", "yes"):
        return True
    raise InvalidInput("flag-unreadable", "Write 1 or leave it blank.", field=column)


class _At:
    """Refusals inside belong to this column of the row."""

    def __init__(self, column: str) -> None:
        self.column = column

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, refused: BaseException | None, trace: object) -> None:
        if isinstance(refused, Refused):
            refused.field = self.column


class Inserter:
    """Writes rows; keeps what names and codes stand for while an import runs."""

    def __init__(self) -> None:
        self.places: defaultdict[str, set[UUID]] = defaultdict(set)
        self.bodies: defaultdict[str, set[UUID]] = defaultdict(set)
        for id, name, code in Place.objects.values_list("id", "name", "code"):
            self._know_place(id, name, code)
        for id, name, name_en in Organisation.objects.values_list("id", "name", "name_en"):
            self._know_body(id, name, name_en)
        for id, name in OrganisationName.objects.values_list("organisation_id", "name"):
            self._know_body(id, name)

    def _know_place(self, id: UUID, name: str, code: str) -> None:
        for text in filter(None, (str(id), code, normal(name))):
            self.places[text].add(id)

    def _know_body(self, id: UUID, *names: str) -> None:
        self.bodies[str(id)].add(id)
        for name in filter(None, names):
            self.bodies[normal(name).casefold()].add(id)

    def bearers(self, name: str) -> set[UUID]:
        """Who bears a name, in any capitals."""
        return self.bodies.get(normal(name).casefold(), set())

    def place(self, text: str, column: str) -> Place:
        """The one place that this text names; ``place-unknown`` or ``place-ambiguous``."""
        found = self.places.get(normal(text), set())
        if len(found) != 1:
            raise InvalidInput(
                "place-ambiguous" if found else "place-unknown",
                _("More than one place is called “%(text)s”; write its code or id.")
                if found
                else _("No place has the code or name “%(text)s”."),
                field=column,
                text=text,
            )
        return Place.objects.get(pk=next(iter(found)))

    def body(self, text: str, column: str) -> Organisation:
        """The one organisation that bears this name; ``organisation-unknown``, ``…-ambiguous``."""
        found = self.bearers(text)
        if len(found) != 1:
            raise InvalidInput(
                "organisation-ambiguous" if found else "organisation-unknown",
                _("More than one organisation is called “%(text)s”; write its id.")
                if found
                else _("No organisation is called “%(text)s”."),
                field=column,
                text=text,
            )
        return Organisation.objects.get(pk=next(iter(found)))

    def row(self, sheet: str, id: UUID, row: Row) -> None:
        """Write one row of a sheet; InvalidInput at the column."""
        match sheet:
            case "places":
                self._place(id, row)
            case "organisations":
                self._organisation(id, row)
            case "departments":
                self._department(id, row)
            case _:
                self._person(id, row)

    def _place(self, id: UUID, row: Row) -> None:
        altitude = _number(row["altitude_m"], "altitude_m")
        place = insert_place(
            id=id,
            content="",
            name=row["name"],
            name_en=row["name_en"],
            code_scheme=term_code("place_code_schemes", row["code_scheme"], "code_scheme"),
            code=row["code"],
            tier=term_code("tiers", row["tier"], "tier"),
            latitude=_number(row["latitude"], "latitude"),
            longitude=_number(row["longitude"], "longitude"),
            altitude_m=None if altitude is None else int(altitude),
            example=_flag(row["example"], "example"),
            valid_from=day(row["valid_from"], "valid_from"),
            valid_to=day(row["valid_to"], "valid_to", last=True),
        )
        for column, cell in row.items():
            if column.startswith(PARENT) and cell:
                tree = column.removeprefix(PARENT)
                for said in read(cell, column):
                    with _At(column):
                        parent = self.place(said.value, column)
                        add_edge(tree, place, parent, said.valid_from, said.valid_to)
        self._know_place(id, place.name, place.code)

    def _organisation(self, id: UUID, row: Row) -> None:
        stands_for = self.place(row["stands_for"], "stands_for") if row["stands_for"] else None
        body = insert_organisation(
            id=id,
            content="",
            name=row["name"],
            name_en=row["name_en"],
            kind=term_code("organisation_kinds", row["kind"], "kind"),
            tier=term_code("tiers", row["tier"], "tier"),
            stands_for=stands_for,
            example=_flag(row["example"], "example"),
            valid_from=day(row["valid_from"], "valid_from"),
            valid_to=day(row["valid_to"], "valid_to", last=True),
            bearers=self.bearers,
        )
        others = [said.value for said in read(row["other_names"], "other_names")]
        with _At("other_names"):
            for other in others:
                insert_name(body, other, self.bearers)
        with _At("identifiers"):
            for item in read(row["identifiers"], "identifiers"):
                scheme, _, value = item.value.partition("=")
                insert_identifier(body, scheme.strip(), value)
        for said in read(row["seats"], "seats"):
            with _At("seats"):
                seat = self.place(said.value, "seats")
                insert_seat(body, seat, said.valid_from, said.valid_to)
        for said in read(row["part_of"], "part_of"):
            with _At("part_of"):
                whole = self.body(said.value, "part_of")
                insert_part(body, whole, said.valid_from, said.valid_to)
        self._know_body(id, body.name, body.name_en, *others)

    def _department(self, id: UUID, row: Row) -> None:
        insert_department(
            self.body(row["organisation"], "organisation"),
            term_code("specialties", row["specialty"], "specialty"),
            row["name"],
            day(row["valid_from"], "valid_from"),
            day(row["valid_to"], "valid_to", last=True),
            id=id,
        )

    def _person(self, id: UUID, row: Row) -> None:
        person = insert_person(
            id=id,
            content="",
            name=row["name"],
            staff_number=row["staff_number"],
            user_id=None,
            example=_flag(row["example"], "example"),
        )
        for said in read(row["posts"], "posts"):
            name, slash, ward = said.value.partition("/")
            body = self.body(name.strip(), "posts")
            department = None
            if slash:
                department = (
                    Department.objects.filter(organisation=body, name=ward.strip())
                    .order_by("-id")
                    .first()
                )
                if department is None:
                    raise InvalidInput(
                        "department-unknown",
                        "%(organisation)s has no department “%(text)s”.",
                        field="posts",
                        organisation=body.name,
                        text=ward.strip(),
                    )
            Affiliation.objects.create(
                person=person, organisation=body, department=department,
                valid_from=said.valid_from, valid_to=said.valid_to,
            )  # fmt: skip
        for said in read(row["titles"], "titles"):
            PersonTitle.objects.create(
                person=person,
                title=term_code("titles", said.value, "titles"),
                valid_from=said.valid_from,
                valid_to=said.valid_to,
            )
        for said in read(row["specialties"], "specialties"):
            PersonSpecialty.objects.create(
                person=person,
                specialty=term_code("specialties", said.value, "specialties"),
                valid_from=said.valid_from,
                valid_to=said.valid_to,
            )
