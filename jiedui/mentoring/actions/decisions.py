"""Formal entrustment decisions: told by an assessor who is somebody else, and withdrawn."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, not_ahead, whole, words
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.identifiers import new_id
from jiedui.core.packs import vocabulary
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.directory.queries import hold_person
from jiedui.mentoring.access.skills import must_decide
from jiedui.mentoring.actions._people import is_staff, must_be_staff, of_one_world
from jiedui.mentoring.actions._standing import refresh
from jiedui.mentoring.domain.rules import ACTIVITIES, PROCEDURES
from jiedui.mentoring.models import Apprentice, Apprenticeship, Decision
from jiedui.programmes.queries.on_site import posted_to

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation, Person
    from jiedui.programmes.models import Programme


def learnable(code: str, field: str = "code") -> str:
    """The code of a procedure or an activity; InvalidInput ``code-unknown`` at the field."""
    tables = vocabulary().tables
    if code not in tables.get(PROCEDURES, {}) and code not in tables.get(ACTIVITIES, {}):
        raise InvalidInput(
            "code-unknown",
            "“%(code)s” is not a code of the table “%(table)s”.",
            field=field, code=code, table=PROCEDURES,
        )  # fmt: skip
    return code


@transaction.atomic
@days_meant
def decide(
    *,
    by: User | None,
    id: UUID | None = None,
    programme: Programme,
    giver: Organisation,
    receiver: Organisation,
    person: Person,
    code: str,
    assessor: Person,
    on: date,
    level: int,
    note: str = "",
    apprenticeship: Apprenticeship | None = None,
) -> Decision:
    """Tell a formal decision: from that day on, how much supervision does this person need?

    Raises NotAllowed ``decision-on-oneself`` or ``decision-of-others``; InvalidInput at the
    field: ``assessor-is-person``, ``assessor-elsewhere``, ``person-elsewhere``,
    ``apprenticeship-elsewhere``, ``number-out-of-range``, ``day-in-the-future``.
    """
    must_decide(by, giver.id, receiver.id, person.id, assessor.id)
    content = hash_of(
        programme=programme, giver=giver, receiver=receiver, person=person, code=code,
        assessor=assessor, on=on, level=level, note=note, apprenticeship=apprenticeship,
    )  # fmt: skip
    hold_person(person.id)
    if found := first_answer(Decision, id, content):
        return found
    not_ahead(on)
    of_one_world(programme, person=person, assessor=assessor, giver=giver, receiver=receiver)
    if assessor.id == person.id:
        raise InvalidInput(
            "assessor-is-person", "Somebody else must decide about a person.", field="assessor"
        )
    must_be_staff(person, receiver, on, "person")
    if not (
        is_staff(assessor, receiver, on)
        or is_staff(assessor, giver, on)
        or posted_to(assessor.id, receiver.id)
    ):
        raise InvalidInput(
            "assessor-elsewhere",
            "%(person)s belongs neither to %(giver)s nor to %(receiver)s on %(day)s.",
            field="assessor", person=assessor.name, giver=giver.name, receiver=receiver.name,
            day=on,
        )  # fmt: skip
    _fits(apprenticeship, person, giver, receiver)
    made = Decision.objects.create(
        id=id or new_id(), content=content, programme=programme, giver=giver, receiver=receiver,
        person=person, code=learnable(code), apprenticeship=apprenticeship, assessor=assessor,
        on=on, level=whole(level, "level", 1, 5), note=words(note, "note", 400),
        told_by=by.id if by else None,
    )  # fmt: skip
    refresh(by=by, person_id=person.id, code=code, receiver_id=receiver.id)
    record(
        by=by, action="mentoring.decide", object_kind="decision", object_id=made.id,
        person=str(person.id), assessor=str(assessor.id), code=code, level=level,
    )  # fmt: skip
    return made


def _fits(
    apprenticeship: Apprenticeship | None,
    person: Person,
    giver: Organisation,
    receiver: Organisation,
) -> None:
    if apprenticeship is None:
        return
    same = (apprenticeship.giver_id, apprenticeship.receiver_id) == (giver.id, receiver.id)
    learns = Apprentice.objects.filter(apprenticeship=apprenticeship, person=person)
    if not same or not learns.exists():
        raise InvalidInput(
            "apprenticeship-elsewhere",
            "%(person)s does not learn in this apprenticeship.",
            field="apprenticeship", person=person.name,
        )  # fmt: skip


@transaction.atomic
def withdraw_decision(*, by: User | None, decision: Decision, reason: str) -> Decision:
    """Take a decision back; it stays on record and counts no more. Done already, nothing changes.

    Certificates that rest on it stay until somebody revokes them; their page says so.
    """
    must_decide(
        by, decision.giver_id, decision.receiver_id, decision.person_id, decision.assessor_id
    )
    reason = words(reason, "reason", 400, required=True)
    hold_person(decision.person_id)
    held = Decision.objects.select_for_update(no_key=True).get(pk=decision.pk)
    if held.withdrawn_on is not None:
        if held.reason == reason:
            return held
        raise InvalidState("decision-withdrawn", "This decision was withdrawn already.")
    held.withdrawn_on, held.withdrawn_by = today(), by.id if by else None
    held.reason = reason
    held.save(update_fields=["withdrawn_on", "withdrawn_by", "reason"])
    refresh(by=by, person_id=held.person_id, code=held.code, receiver_id=held.receiver_id)
    record(
        by=by, action="mentoring.withdraw-decision", object_kind="decision", object_id=held.id,
        reason=reason,
    )  # fmt: skip
    return held
