"""What must hold of people: whose staff they are on a day, and that worlds do not mix."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from jiedui.core.errors import InvalidInput
from jiedui.directory.queries import ancestors_of, homes_of

if TYPE_CHECKING:
    from jiedui.directory.models import Department, Organisation, Person
    from jiedui.programmes.models import Programme


def is_staff(person: Person, body: Organisation, day: date) -> bool:
    """Whether the person belongs to the body, or to a part of it, on the day."""
    homes = {
        home
        for home, start, end in homes_of(person.id)
        if (start or date.min) <= day <= (end or date.max)
    }
    return any(body.id in ancestors_of(home, day) for home in homes)


def must_be_staff(person: Person, body: Organisation, day: date, field: str) -> None:
    """InvalidInput ``person-elsewhere`` at the field unless the person belongs to the body."""
    if not is_staff(person, body, day):
        raise InvalidInput(
            "person-elsewhere",
            "%(person)s does not belong to %(giver)s on %(day)s.",
            field=field, person=person.name, giver=body.name, day=day,
        )  # fmt: skip


def of_one_world(programme: Programme, **rows: Organisation | Person | None) -> None:
    """InvalidInput ``learning-mixes-example`` at the field where real and invented meet."""
    for field, row in rows.items():
        if row is not None and row.example != programme.example:
            raise InvalidInput(
                "learning-mixes-example",
                "An invented example and what is real never meet in what is learned.",
                field=field,
            )


def department_at(
    receiver: Organisation, department: Department | None, field: str = "department"
) -> None:
    """InvalidInput ``department-elsewhere`` at the field."""
    if department is not None and department.organisation_id != receiver.id:
        raise InvalidInput(
            "department-elsewhere",
            "%(department)s is not a department of %(organisation)s.",
            field=field, department=department.name, organisation=receiver.name,
        )  # fmt: skip
