"""What the actions on departments and hospitals share: one creation, who helped, whose staff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Model

from jiedui.core.errors import InvalidInput
from jiedui.core.identifiers import new_id
from jiedui.directory.actions.guards import first_answer
from jiedui.directory.queries import ancestors_of, staff_of

if TYPE_CHECKING:
    from jiedui.directory.models import Created, Department, Organisation, Person
    from jiedui.programmes.models import Pairing

C = TypeVar("C", bound="Created")


def created(
    model: type[C], id: UUID | None, content: str, refused: InvalidInput, **values: Any
) -> tuple[C, bool]:
    """The new row, or the first answer to the same id; ``refused`` where a constraint says no."""
    if found := first_answer(model, id, content):
        return found, False
    row = model(id=id or new_id(), content=content, **values)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as fault:
        # Somebody used the id meanwhile: the same again is the first answer again.
        if found := first_answer(model, id, content):
            return found, False
        raise refused from fault
    return row, True


def helped_by(organisation_id: UUID, pairing: Pairing, field: str = "pairing") -> Pairing:
    """A pairing of which the organisation receives; ``pairing-of-others`` at the field."""
    above = ancestors_of(organisation_id) if pairing.passes_down else {organisation_id}
    if pairing.receiver_id not in above:
        raise InvalidInput(
            "pairing-of-others",
            "This help went to another organisation.",
            field=field,
        )
    return pairing


def own_department(
    organisation: Organisation, department: Department | None, field: str = "department"
) -> None:
    """A department is of the organisation: ``department-elsewhere`` at the field."""
    if department is not None and department.organisation_id != organisation.id:
        raise InvalidInput(
            "department-elsewhere",
            "%(department)s is not a department of %(organisation)s.",
            field=field, department=department.name, organisation=organisation.name,
        )  # fmt: skip


def own_staff(organisation: Organisation, person: Person | None, field: str = "owner") -> None:
    """Somebody who works at the organisation, or did: ``owner-elsewhere`` at the field."""
    if person is None:
        return
    if person.id not in {id for _name, id, _from, _to in staff_of([organisation.id])}:
        raise InvalidInput(
            "owner-elsewhere",
            "%(person)s does not work at %(organisation)s.",
            field=field, person=person.name, organisation=organisation.name,
        )  # fmt: skip


def altered(row: Model, values: Mapping[str, Any]) -> list[str]:
    """Set the values that differ and name them; the caller saves."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return changed
