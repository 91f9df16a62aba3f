"""Keep people, with their titles, specialties and home posts as of dates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.errors import InvalidInput
from jiedui.core.identifiers import new_id
from jiedui.directory.access import must_edit_everything, must_edit_organisation
from jiedui.directory.actions import guards
from jiedui.directory.models import (
    Affiliation,
    Department,
    Organisation,
    Person,
    PersonSpecialty,
    PersonTitle,
)


@transaction.atomic
def add_person(
    *,
    by: User | None,
    id: UUID | None = None,
    name: str,
    staff_number: str = "",
    organisation: Organisation | None = None,
    department: Department | None = None,
    title: str = "",
    specialties: Iterable[str] = (),
    user_id: UUID | None = None,
    example: bool = False,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Person:
    """Add a person with the home post, title and specialties held from ``valid_from``.

    Raises InvalidInput at the field, InvalidState ``id-taken``, NotAllowed.
    """
    if organisation is not None:
        must_edit_organisation(by, organisation.id)
    else:
        must_edit_everything(by)
    guards.lock(structure=False)
    fields = list(dict.fromkeys(specialties))
    content = guards.hash_of(
        name=name, staff_number=staff_number, organisation=organisation, department=department,
        title=title, specialties=fields, user=user_id, example=example,
        start=valid_from, end=valid_to,
    )  # fmt: skip
    if found := guards.first_answer(Person, id, content):
        return found
    guards.in_order(valid_from, valid_to)
    guards.term("titles", title, "title", blank=True)
    person = guards.insert(
        Person(
            id=id or new_id(),
            content=content,
            name=guards.text(name, "name", 64),
            staff_number=guards.optional(staff_number, "staff_number", 64),
            user_id=user_id,
            example=example,
        ),
        "account-has-person",
        "This account already belongs to another person.",
        field="user_id",
    )
    if organisation is not None:
        check_department(organisation, department)
        Affiliation.objects.create(
            person=person, organisation=organisation, department=department,
            valid_from=valid_from, valid_to=valid_to,
        )  # fmt: skip
    if title:
        PersonTitle.objects.create(person=person, title=title, valid_from=valid_from)
    for code in fields:
        PersonSpecialty.objects.create(
            person=person,
            specialty=guards.term("specialties", code, "specialties"),
            valid_from=valid_from,
        )
    record(
        by=by, action="directory.add-person", object_kind="person", object_id=person.id,
        organisation=str(organisation.id) if organisation else "",
    )  # fmt: skip
    return person


def check_department(organisation: Organisation, department: Department | None) -> None:
    """A department belongs to the organisation of the post: ``department-elsewhere``."""
    if department is not None and department.organisation_id != organisation.id:
        raise InvalidInput(
            "department-elsewhere",
            "%(department)s is not a department of %(organisation)s.",
            field="department",
            department=department.name,
            organisation=organisation.name,
        )
