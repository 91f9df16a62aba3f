"""Meetings, ceremonies and exchange visits, and the tasks that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, in_order, not_ahead, term, whole, words
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.identifiers import new_id
from jiedui.core.packs import vocabulary
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.programmes.access import must_do_task, must_edit, must_edit_meeting
from jiedui.programmes.actions._checking import same_world
from jiedui.programmes.models import Handover, Meeting, MeetingBody, Programme, Task

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation

MOST = 2_000
LONGEST = 8_000


class Attending(NamedTuple):
    """A body at a meeting, in its role."""

    organisation: Organisation
    role: str


def _delegation(kind: str, delegation: int | None) -> int | None:
    """How many came: only a visit has a delegation."""
    if delegation is None:
        return None
    if not vocabulary().term("meeting_kinds", kind).extra.get("visit"):
        raise InvalidInput(
            "delegation-refused", "Only an exchange visit has a delegation.", field="delegation"
        )
    return whole(delegation, "delegation", 1, MOST)


@days_meant
@transaction.atomic
def create_meeting(
    *,
    by: User | None,
    id: UUID | None = None,
    programme: Programme,
    kind: str,
    title: str,
    held_from: date,
    held_to: date | None = None,
    bodies: Sequence[Attending],
    place: str = "",
    agenda: str = "",
    decisions: str = "",
    delegation: int | None = None,
    outputs: str = "",
) -> Meeting:
    """Record a meeting, survey, ceremony or visit; none of them is ever counted as service.

    Raises InvalidInput ``bodies-missing``, ``body-twice``, ``delegation-refused``.
    """
    must_edit(by, *(body.organisation.id for body in bodies))
    held_to = held_to or held_from
    content = hash_of(
        programme=programme, kind=kind, title=title, held_from=held_from, held_to=held_to,
        place=place, agenda=agenda, decisions=decisions, delegation=delegation, outputs=outputs,
        bodies=sorted((str(body.organisation.id), body.role) for body in bodies),
    )  # fmt: skip
    if found := first_answer(Meeting, id, content):
        return found
    in_order(held_from, held_to, "held_to")
    term("meeting_kinds", kind)
    if not bodies:
        raise InvalidInput(
            "bodies-missing", "Name at least one organisation that took part.", field="bodies"
        )
    for body in bodies:
        term("party_roles", body.role, "bodies")
        same_world(programme, body.organisation, "bodies")
    if len({(body.organisation.id, body.role) for body in bodies}) < len(bodies):
        raise InvalidInput(
            "body-twice", "An organisation stands here twice in the same role.", field="bodies"
        )
    meeting = Meeting.objects.create(
        id=id or new_id(), content=content, programme=programme, kind=kind,
        title=words(title, "title", 200, required=True), held_from=held_from, held_to=held_to,
        place=words(place, "place", 160), agenda=words(agenda, "agenda", LONGEST),
        decisions=words(decisions, "decisions", LONGEST),
        delegation=_delegation(kind, delegation), outputs=words(outputs, "outputs", LONGEST),
    )  # fmt: skip
    MeetingBody.objects.bulk_create(
        MeetingBody(meeting=meeting, organisation=body.organisation, role=body.role)
        for body in bodies
    )
    record(
        by=by, action="programmes.create-meeting", object_kind="meeting", object_id=meeting.id,
        programme=str(programme.id), kind=kind, held_from=held_from, title=meeting.title,
    )  # fmt: skip
    return meeting


@transaction.atomic
def minute_meeting(
    *,
    by: User | None,
    meeting: Meeting,
    agenda: str = "",
    decisions: str = "",
    outputs: str = "",
    delegation: int | None = None,
) -> Meeting:
    """Write what was on the agenda, what was decided, and what came of a visit."""
    must_edit_meeting(by, meeting)
    held = Meeting.objects.select_for_update(no_key=True).get(pk=meeting.pk)
    held.delegation = _delegation(held.kind, delegation)
    held.agenda = words(agenda, "agenda", LONGEST)
    held.decisions = words(decisions, "decisions", LONGEST)
    held.outputs = words(outputs, "outputs", LONGEST)
    held.save(update_fields=["agenda", "decisions", "outputs", "delegation"])
    record(
        by=by, action="programmes.minute-meeting", object_kind="meeting", object_id=held.id,
        decisions=len(held.decisions.splitlines()),
    )  # fmt: skip
    return held


@days_meant
@transaction.atomic
def add_task(
    *,
    by: User | None,
    id: UUID | None = None,
    programme: Programme,
    title: str,
    owner: Organisation,
    due_on: date | None = None,
    meeting: Meeting | None = None,
    handover: Handover | None = None,
) -> Task:
    """Give a body something to do by a day; whoever may edit the meeting or the body may.

    Raises InvalidInput ``task-of-other-programme``.
    """
    if meeting is not None:
        must_edit_meeting(by, meeting)
    else:
        must_edit(by, owner.id)
    content = hash_of(
        programme=programme, title=title, owner=owner, due_on=due_on, meeting=meeting,
        handover=handover,
    )  # fmt: skip
    if found := first_answer(Task, id, content):
        return found
    same_world(programme, owner, "owner")
    if meeting is not None and meeting.programme_id != programme.id:
        raise InvalidInput(
            "task-of-other-programme", "The meeting is of another programme.", field="meeting"
        )
    task = Task.objects.create(
        id=id or new_id(), content=content, programme=programme, owner=owner, due_on=due_on,
        title=words(title, "title", 200, required=True), meeting=meeting, handover=handover,
    )  # fmt: skip
    record(
        by=by, action="programmes.add-task", object_kind="task", object_id=task.id,
        programme=str(programme.id), owner=str(owner.id), title=task.title,
        meeting=str(meeting.id) if meeting else "",
    )  # fmt: skip
    return task


@days_meant
@transaction.atomic
def finish_task(*, by: User | None, task: Task, on: date, note: str = "") -> Task:
    """Say that a task was done, on which day and how; who answers for its owner may.

    Raises InvalidInput ``day-in-the-future``; InvalidState ``task-done`` where it was done before.
    """
    must_do_task(by, task)
    held = Task.objects.select_for_update(no_key=True).get(pk=task.pk)
    note = words(note, "note", 400)
    if (held.done_on, held.done_note) == (on, note):
        return held
    if held.done_on is not None:
        raise InvalidState("task-done", "This task was done on %(day)s.", day=held.done_on)
    not_ahead(on)
    held.done_on, held.done_note = on, note
    held.save(update_fields=["done_on", "done_note"])
    record(
        by=by, action="programmes.finish-task", object_kind="task", object_id=held.id,
        on=on.isoformat(), note=note,
    )  # fmt: skip
    return held
