"""Mentoring studios: opened, who belongs, days planned and held, what came of them, closed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, in_order, not_ahead, term, words
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.identifiers import new_id
from jiedui.directory.actions.guards import first_answer, hash_of, insert
from jiedui.mentoring.access.apprenticeships import must_edit_studio
from jiedui.mentoring.access.reach import must_manage
from jiedui.mentoring.actions._facts import Said, tell
from jiedui.mentoring.actions._people import department_at, is_staff, of_one_world
from jiedui.mentoring.domain.states import EITHER
from jiedui.mentoring.models import Studio, StudioDay, StudioMember, StudioOutput
from jiedui.programmes.queries import pairing_for
from jiedui.programmes.queries.on_site import posted_to

if TYPE_CHECKING:
    from jiedui.directory.models import Department, Organisation, Person
    from jiedui.programmes.models import Programme


def _of_sides(studio: Studio, person: Person, day: date, field: str) -> None:
    """InvalidInput ``person-of-neither-side`` at the field."""
    of_one_world(studio.programme, **{field: person})
    if not (
        is_staff(person, studio.giver, day)
        or is_staff(person, studio.receiver, day)
        or posted_to(person.id, studio.receiver_id)
    ):
        raise InvalidInput(
            "person-of-neither-side",
            "%(person)s belongs to neither side and was never posted here.",
            field=field, person=person.name,
        )  # fmt: skip


def _tell(by: User | None, studio: Studio) -> None:
    tell(
        by=by, record_id=studio.id, programme_id=studio.programme_id, kind="studio",
        giver_id=studio.giver_id, receiver_id=studio.receiver_id,
        lines=[Said("studios_open", studio.valid_from, studio.valid_to)]
        if studio.valid_from else [],
    )  # fmt: skip


def _held(studio: Studio) -> Studio:
    rows = Studio.objects.select_for_update(of=("self",), no_key=True).select_related(
        "programme", "giver", "receiver"
    )
    return rows.get(pk=studio.pk)


def _must_be_open(studio: Studio, day: date, field: str) -> None:
    first, last = studio.valid_from or date.min, studio.valid_to or date.max
    if not first <= day <= last:
        raise InvalidInput("studio-not-open", "The studio is not open on this day.", field=field)


@days_meant
@transaction.atomic
def open_studio(
    *,
    by: User | None,
    id: UUID | None = None,
    programme: Programme,
    giver: Organisation,
    receiver: Organisation,
    name: str,
    leader: Person,
    department: Department | None = None,
    valid_from: date,
    valid_to: date | None = None,
) -> Studio:
    """Open a studio of a supporter at a recipient, led by one of its experts.

    Raises InvalidInput ``not-paired``, ``studio-again``, ``person-of-neither-side``.
    """
    must_manage(by, EITHER, giver.id, receiver.id)
    content = hash_of(
        programme=programme, giver=giver, receiver=receiver, name=name, leader=leader,
        department=department, valid_from=valid_from, valid_to=valid_to,
    )  # fmt: skip
    if found := first_answer(Studio, id, content):
        return found
    of_one_world(programme, giver=giver, receiver=receiver)
    in_order(valid_from, valid_to)
    department_at(receiver, department)
    if pairing_for(programme.id, giver.id, receiver.id, valid_from) is None:
        raise InvalidInput(
            "not-paired",
            "%(giver)s and %(receiver)s are not paired in this programme on %(day)s.",
            field="receiver", giver=giver.name, receiver=receiver.name, day=valid_from,
        )  # fmt: skip
    studio = Studio(
        id=id or new_id(), content=content, programme=programme, giver=giver, receiver=receiver,
        name=words(name, "name", 160, required=True), leader=leader, department=department,
        valid_from=valid_from, valid_to=valid_to,
    )  # fmt: skip
    _of_sides(studio, leader, valid_from, "leader")
    insert(studio, "studio-again", "A studio of this name is there already.", field="name")
    StudioMember.objects.create(studio=studio, person=leader, valid_from=valid_from)
    _tell(by, studio)
    record(
        by=by, action="mentoring.open-studio", object_kind="studio", object_id=studio.id,
        name=studio.name, receiver=str(receiver.id),
    )  # fmt: skip
    return studio


@days_meant
@transaction.atomic
def close_studio(*, by: User | None, studio: Studio, on: date) -> Studio:
    """The studio ends on a day; days planned after it are no longer held."""
    held = _held(studio)
    must_manage(by, EITHER, held.giver_id, held.receiver_id)
    if held.valid_to == on:
        return held
    in_order(held.valid_from, on, "on")
    held.valid_to = on
    held.save(update_fields=["valid_to"])
    held.members.filter(valid_to__isnull=True).update(valid_to=on)
    _tell(by, held)
    record(
        by=by, action="mentoring.close-studio", object_kind="studio", object_id=held.id,
        on=on.isoformat(),
    )  # fmt: skip
    return held


@days_meant
@transaction.atomic
def add_member(*, by: User | None, studio: Studio, person: Person, on: date) -> StudioMember:
    """Somebody belongs to the studio from a day on. InvalidInput ``member-again``."""
    held = _held(studio)
    must_edit_studio(by, held)
    _must_be_open(held, on, "on")
    _of_sides(held, person, on, "person")
    row = insert_member(held, person, on)
    record(
        by=by, action="mentoring.add-studio-member", object_kind="studio", object_id=held.id,
        person=str(person.id), on=on.isoformat(),
    )  # fmt: skip
    return row


def insert_member(studio: Studio, person: Person, on: date) -> StudioMember:
    """The member's row; InvalidInput ``member-again`` where the person belongs already."""
    if studio.members.filter(person=person, valid_to__isnull=True).exists():
        raise InvalidInput(
            "member-again", "%(person)s belongs to it already.", field="person",
            person=person.name,
        )  # fmt: skip
    return StudioMember.objects.create(studio=studio, person=person, valid_from=on)


@days_meant
@transaction.atomic
def plan_day(
    *, by: User | None, id: UUID | None = None, studio: Studio, on: date, topic: str
) -> StudioDay:
    """Put a day with its topic into the studio's calendar."""
    held = _held(studio)
    must_edit_studio(by, held)
    content = hash_of(studio=held, on=on, topic=topic)
    if found := first_answer(StudioDay, id, content):
        return found
    _must_be_open(held, on, "on")
    row = StudioDay(
        id=id or new_id(), content=content, studio=held, on=on,
        topic=words(topic, "topic", 200, required=True),
    )  # fmt: skip
    insert(row, "studio-day-again", "This stands in the calendar already.", field="topic")
    record(
        by=by, action="mentoring.plan-studio-day", object_kind="studio-day", object_id=row.id,
        studio=str(held.id), on=on.isoformat(),
    )  # fmt: skip
    return row


@transaction.atomic
def tell_day(*, by: User | None, day: StudioDay, held: bool, note: str = "") -> StudioDay:
    """Say that a day of the calendar was held, or why it was not.

    Raises InvalidInput ``day-in-the-future``; InvalidState ``studio-day-told``.
    """
    studio = _held(day.studio)
    must_edit_studio(by, studio)
    row = StudioDay.objects.get(pk=day.pk)
    note = words(note, "note", 400, required=not held)
    if (row.held, row.note) == (held, note):
        return row
    if row.held is not None:
        raise InvalidState("studio-day-told", "It was said already how this day went.")
    if held:
        not_ahead(row.on)
    row.held, row.note = held, note
    row.save(update_fields=["held", "note"])
    record(
        by=by, action="mentoring.tell-studio-day", object_kind="studio-day", object_id=row.id,
        studio=str(studio.id), held=held,
    )  # fmt: skip
    return row


@days_meant
@transaction.atomic
def add_output(
    *,
    by: User | None,
    id: UUID | None = None,
    studio: Studio,
    kind: str,
    title: str,
    on: date,
    note: str = "",
) -> StudioOutput:
    """Say what came of a studio."""
    held = _held(studio)
    must_edit_studio(by, held)
    content = hash_of(studio=held, kind=kind, title=title, on=on, note=note)
    if found := first_answer(StudioOutput, id, content):
        return found
    term("studio_outputs", kind, "kind")
    not_ahead(on)
    if held.valid_from and on < held.valid_from:
        raise InvalidInput("studio-not-open", "The studio is not open on this day.", field="on")
    row = StudioOutput.objects.create(
        id=id or new_id(), content=content, studio=held, kind=kind, on=on,
        title=words(title, "title", 200, required=True), note=words(note, "note", 400),
    )  # fmt: skip
    record(
        by=by, action="mentoring.add-studio-output", object_kind="studio-output",
        object_id=row.id, studio=str(held.id), kind=kind,
    )  # fmt: skip
    return row
