"""What the actions on posts, offers, batches and teams refuse at a field."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.states import StateTable, Transition
from jiedui.directory.queries import ancestors_of
from jiedui.programmes.models import Pairing, Programme

if TYPE_CHECKING:
    from jiedui.directory.models import Department, Organisation


def words(value: str, field: str, limit: int, *, required: bool = False) -> str:
    """A text without blanks around it; ``text-missing`` or ``text-too-long`` at the field."""
    value = value.strip()
    if required and not value:
        raise InvalidInput("text-missing", "This field is required.", field=field)
    if len(value) > limit:
        raise InvalidInput(
            "text-too-long", "At most %(limit)s characters.", field=field, limit=limit
        )
    return value


def whole(value: int, field: str, low: int, high: int) -> int:
    """A whole number between two; ``number-out-of-range`` at the field."""
    if not low <= value <= high:
        raise InvalidInput(
            "number-out-of-range",
            "Give a number from %(low)s to %(high)s.",
            field=field,
            low=low,
            high=high,
        )
    return value


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


def taken(table: StateTable, state: str, verb: str) -> Transition:
    """The step of a verb; InvalidState ``step-not-possible`` says what is not possible."""
    try:
        return table.step(state, verb)
    except InvalidState as refused:
        raise InvalidState(
            "step-not-possible",
            "This can no longer be done; somebody may have acted meanwhile.",
        ) from refused
