"""Keep people, with their titles, specialties and home posts as of dates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.accounts.permissions import viewer_of
from jiedui.core.checking import in_order
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed
from jiedui.core.identifiers import new_id
from jiedui.directory.access import must_edit_everything, must_edit_organisation, reach
from jiedui.directory.actions import guards
from jiedui.directory.models import (
    Affiliation,
    Department,
    Organisation,
    Person,
    PersonSpecialty,
    PersonTitle,
)
from jiedui.directory.queries import hold_person, kept_by

_ = str  # marks message ids for the catalogue


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
    in_order(valid_from, valid_to)
    guards.term("titles", title, "title", blank=True)
    person = insert_person(
        id=id, content=content, name=name, staff_number=staff_number, user_id=user_id,
        example=example,
    )  # fmt: skip
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


def insert_person(
    *,
    id: UUID | None,
    content: str,
    name: str,
    staff_number: str,
    user_id: UUID | None,
    example: bool,
) -> Person:
    """Insert a person after all checks of the fields."""
    return guards.insert(
        Person(
            id=id or new_id(),
            content=content,
            name=guards.text(name, "name", 64),
            staff_number=guards.optional(staff_number, "staff_number", 64),
            user_id=user_id,
            example=example,
        ),
        "account-has-person",
        _("This account already belongs to another person."),
        field="user_id",
    )


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


def must_edit_person(by: User | None, person: Person) -> None:
    """A person is kept by who may edit an organisation of the present post, else of the last."""
    if by is None:
        return
    viewer = viewer_of(by)
    viewer.must("directory.edit")
    held = reach(viewer, "directory.edit")
    bodies = kept_by(person.affiliations.all(), viewer.day)
    if not held.everything and not any(held.covers(body) for body in bodies):
        must_edit_everything(by)


@transaction.atomic
def edit_person(*, by: User | None, person: Person, name: str, staff_number: str = "") -> Person:
    """Change a person's name or staff number."""
    must_edit_person(by, person)
    guards.lock(structure=False)
    held = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    held.name = guards.text(name, "name", 64)
    held.staff_number = guards.optional(staff_number, "staff_number", 64)
    held.save()
    record(by=by, action="directory.edit-person", object_kind="person", object_id=held.id)
    return held


@transaction.atomic
def link_account(*, by: User | None, person: Person, user: User | None) -> Person:
    """Say whose log-in an account is, or (None) that the person has none any more.

    What an account may do over the tree it has from its roles; what it may do as this person
    (record and confirm cases, sign a handover) it has from here, so that who gives roles says
    it, never of the own account. Raises NotAllowed ``roles-to-oneself``, InvalidState
    ``account-disabled``, InvalidInput ``account-has-person``.
    """
    guards.lock(structure=False)
    held = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if by is not None:
        viewer_of(by).must("roles.grant")
        if by.id in (held.user_id, user.id if user else None):
            raise NotAllowed("roles-to-oneself", "Nobody says of the own account whose it is.")
    new = user.id if user else None
    if held.user_id == new:
        return held
    if user is not None and not user.is_active:
        raise InvalidState("account-disabled", "The account is disabled; enable it first.")
    if user is not None and Person.objects.filter(user_id=user.id).exists():
        raise InvalidInput(
            "account-has-person", "This account already belongs to another person.", field="user"
        )
    before, held.user_id = held.user_id, new
    held.save(update_fields=["user_id"])
    record(
        by=by, action="directory.link-account", object_kind="person", object_id=held.id,
        account=str(new or ""), before=str(before or ""),
    )  # fmt: skip
    return held


def _succeed(rows: QuerySet[Any], valid_from: date) -> None:
    """Close what is open the day before; a later row stands in the way."""
    for row in rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from)):
        if row.valid_from is not None and row.valid_from >= valid_from:
            raise InvalidInput(
                "change-too-early",
                "On %(day)s there is already a later state; choose a day after it.",
                field="valid_from",
                day=row.valid_from,
            )
        row.valid_to = valid_from - timedelta(days=1)
        row.save(update_fields=["valid_to"])


@transaction.atomic
def give_title(*, by: User | None, person: Person, title: str, valid_from: date) -> PersonTitle:
    """From a day on the person holds this title; the one before ends the day before.

    The person is held: nobody is nominated under a title that ends meanwhile.
    """
    must_edit_person(by, person)
    guards.lock(structure=False)
    hold_person(person.id)
    guards.term("titles", title, "title")
    same = PersonTitle.objects.filter(person=person, title=title, valid_from=valid_from).first()
    if same is not None:
        return same
    _succeed(PersonTitle.objects.filter(person=person), valid_from)
    row = PersonTitle.objects.create(person=person, title=title, valid_from=valid_from)
    record(
        by=by, action="directory.give-title", object_kind="person", object_id=person.id,
        title=title, on=valid_from.isoformat(),
    )  # fmt: skip
    return row


@transaction.atomic
def add_specialty(
    *, by: User | None, person: Person, specialty: str, valid_from: date | None = None
) -> PersonSpecialty:
    """The person practises this specialty from a day on (None: as far back as known)."""
    must_edit_person(by, person)
    guards.lock(structure=False)
    guards.term("specialties", specialty, "specialty")
    same = PersonSpecialty.objects.filter(
        person=person, specialty=specialty, valid_to__isnull=True
    ).first()
    if same is not None:
        return same
    row = PersonSpecialty.objects.create(person=person, specialty=specialty, valid_from=valid_from)
    record(
        by=by, action="directory.add-specialty", object_kind="person", object_id=person.id,
        specialty=specialty,
    )  # fmt: skip
    return row


@transaction.atomic
def post_person(
    *,
    by: User | None,
    person: Person,
    organisation: Organisation,
    department: Department | None = None,
    valid_from: date,
) -> Affiliation:
    """From a day on the home post is here; the one before ends the day before.

    Needs to edit this organisation and each whose post ends by it: NotAllowed
    ``directory-out-of-reach``. InvalidInput ``change-too-early``, ``department-elsewhere``.
    """
    must_edit_organisation(by, organisation.id)
    guards.lock(structure=False)
    hold_person(person.id)
    check_department(organisation, department)
    same = Affiliation.objects.filter(
        person=person, organisation=organisation, department=department, valid_from=valid_from
    ).first()
    if same is not None:
        return same
    before = Affiliation.objects.filter(person=person)
    ending = before.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from))
    must_edit_organisation(by, *ending.values_list("organisation_id", flat=True))
    _succeed(before, valid_from)
    row = Affiliation.objects.create(
        person=person, organisation=organisation, department=department, valid_from=valid_from
    )
    record(
        by=by, action="directory.post-person", object_kind="person", object_id=person.id,
        organisation=str(organisation.id), on=valid_from.isoformat(),
    )  # fmt: skip
    return row
