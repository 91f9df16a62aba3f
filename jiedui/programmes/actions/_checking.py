"""What the actions of this room refuse at a field: other worlds, sides and departments."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from jiedui.core.errors import InvalidInput
from jiedui.directory.queries import ancestors_of
from jiedui.programmes.models import Pairing, Programme

if TYPE_CHECKING:
    from jiedui.directory.models import Department, Organisation


def same_world(programme: Programme, body: Organisation, field: str) -> None:
    """Real and invented never meet: ``programme-mixes-example`` at the field."""
    if programme.example != body.example:
        raise InvalidInput(
            "programme-mixes-example",
            "An invented example and real organisations never meet in one programme.",
            field=field,
        )


def department_of(body: Organisation, department: Department | None, field: str) -> None:
    """A department belongs to the organisation: ``department-elsewhere`` at the field."""
    if department is not None and department.organisation_id != body.id:
        raise InvalidInput(
            "department-elsewhere",
            "%(department)s is not a department of %(organisation)s.",
            field=field,
            department=department.name,
            organisation=body.name,
        )


def takes_part(programme: Programme, body: Organisation, side: str) -> bool:
    """Whether the body, or what it lies in, is giver or receiver of a tie of the programme."""
    above = ancestors_of(body.id)
    return Pairing.objects.filter(programme=programme, **{f"{side}_id__in": above}).exists()


def on_side(programme: Programme, body: Organisation, side: str, field: str) -> None:
    """``organisation-not-in-programme`` at the field unless the body takes part on that side."""
    if not takes_part(programme, body, side):
        raise InvalidInput(
            "organisation-not-in-programme",
            "%(organisation)s is not paired in this programme on that side.",
            field=field,
            organisation=body.name,
        )


def within(whole_id: UUID, part_id: UUID) -> bool:
    """Whether the part is the whole or lies in it, on any day."""
    return whole_id in ancestors_of(part_id)
