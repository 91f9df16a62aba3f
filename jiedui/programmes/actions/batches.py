"""Batches numbered by their senders, and the teams in them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, in_order, whole, words
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.identifiers import new_id
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.programmes.access import must_act
from jiedui.programmes.actions import _placing as placing
from jiedui.programmes.actions._checking import department_of, on_side, same_world, within
from jiedui.programmes.actions.facts import Said, tell
from jiedui.programmes.domain.postings import LEADER
from jiedui.programmes.domain.states import GIVER, NEVER, RECEIVER
from jiedui.programmes.models import Batch, Pairing, Posting, Programme, Team
from jiedui.programmes.queries.batches import next_number

if TYPE_CHECKING:
    from jiedui.directory.models import Department, Organisation


@days_meant
@transaction.atomic
def create_batch(
    *,
    by: User | None,
    id: UUID | None = None,
    programme: Programme,
    sender: Organisation,
    number: int,
    name: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    stated_people: int | None = None,
    source: str = "",
) -> Batch:
    """Open a batch under its number in the sender's own series.

    Raises InvalidInput ``batch-number-taken`` at ``number``, with the next one free.
    """
    must_act(by, GIVER, sender.id, None)
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    content = hash_of(
        programme=programme, sender=sender, number=number, name=name, start=valid_from,
        end=valid_to, people=stated_people, source=source,
    )  # fmt: skip
    if found := first_answer(Batch, id, content):
        return found
    same_world(programme, sender, "sender")
    on_side(programme, sender, GIVER, "sender")
    whole(number, "number", 1, 9999)
    fields = _said(name, valid_from, valid_to, stated_people, source)
    try:
        with transaction.atomic():
            batch = Batch.objects.create(
                id=id or new_id(), content=content, programme=programme, sender=sender,
                number=number, **fields,
            )  # fmt: skip
    except IntegrityError as fault:
        raise InvalidInput(
            "batch-number-taken",
            "%(sender)s already has a batch %(number)s; the next number is %(next)s.",
            field="number",
            sender=sender.name,
            number=number,
            next=next_number(programme, sender),
        ) from fault
    _tell(by, batch)
    record(
        by=by, action="programmes.create-batch", object_kind="batch", object_id=batch.id,
        sender=str(sender.id), number=number,
    )  # fmt: skip
    return batch


def _said(
    name: str, start: date | None, end: date | None, people: int | None, source: str
) -> dict[str, Any]:
    in_order(start, end)
    if people is not None:
        whole(people, "stated_people", 1, 9999)
    return {
        "name": words(name, "name", 160), "valid_from": start, "valid_to": end,
        "stated_people": people, "source": words(source, "source", 400),
    }  # fmt: skip


@days_meant
@transaction.atomic
def edit_batch(
    *,
    by: User | None,
    batch: Batch,
    name: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    stated_people: int | None = None,
    source: str = "",
) -> Batch:
    """Change a batch's name, days, stated size and source; sender and number stay."""
    must_act(by, GIVER, batch.sender_id, None)
    rows = Batch.objects.select_for_update(of=("self",), no_key=True)
    held = rows.select_related("programme").get(pk=batch.pk)
    fields = _said(name, valid_from, valid_to, stated_people, source)
    for field, value in fields.items():
        setattr(held, field, value)
    held.save(update_fields=list(fields))
    _tell(by, held)
    record(by=by, action="programmes.edit-batch", object_kind="batch", object_id=held.id)
    return held


def _tell(by: User | None, batch: Batch) -> None:
    """Tell the figures of a batch on its first day; one without is not counted yet.

    Nor is one that a report tells of in a programme known from reports: their own figure ("152
    batches") has it, and would be hidden by the few that they name. A source alone takes no
    batch of a programme that is at work here out of its figure.
    """
    ties = Pairing.objects.filter(programme_id=batch.programme_id, giver_id=batch.sender_id)
    receivers = set(ties.values_list("receiver_id", flat=True).distinct()[:2])
    lines = []
    reported = batch.source and batch.programme.source
    if batch.valid_from is not None and not reported:
        lines.append(Said("dispatch_batches", batch.valid_from, batch.valid_from))
    tell(
        by=by, record_id=batch.id, programme_id=batch.programme_id, kind="batch",
        giver_id=batch.sender_id,
        receiver_id=receivers.pop() if len(receivers) == 1 else batch.sender_id, lines=lines,
    )  # fmt: skip


@days_meant
@transaction.atomic
def create_team(
    *,
    by: User | None,
    id: UUID | None = None,
    programme: Programme,
    batch: Batch | None = None,
    sender: Organisation,
    receiver: Organisation,
    name: str,
    core: int | None = None,
    partner_department: Department | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Team:
    """Form a team for a recipient, within a batch or beside any.

    Raises InvalidInput ``batch-elsewhere``, ``department-elsewhere``, ``giver-is-receiver``.
    """
    must_act(by, GIVER, sender.id, receiver.id)
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    content = hash_of(
        programme=programme, batch=batch, sender=sender, receiver=receiver, name=name, core=core,
        partner=partner_department, start=valid_from, end=valid_to,
    )  # fmt: skip
    if found := first_answer(Team, id, content):
        return found
    same_world(programme, sender, "sender")
    same_world(programme, receiver, "receiver")
    if sender.id == receiver.id:
        raise InvalidInput(
            "giver-is-receiver", "Giver and receiver are the same.", field="receiver"
        )
    on_side(programme, sender, GIVER, "sender")
    on_side(programme, receiver, RECEIVER, "receiver")
    if batch is not None and (
        batch.programme_id != programme.id or not _of_sender(batch.sender_id, sender.id)
    ):
        raise InvalidInput(
            "batch-elsewhere", "This batch is another programme's or sender's.", field="batch"
        )
    team = Team.objects.create(
        id=id or new_id(), content=content, programme=programme, batch=batch, sender=sender,
        receiver=receiver,
        **_team_said(receiver, name, core, partner_department, valid_from, valid_to),
    )  # fmt: skip
    record(
        by=by, action="programmes.create-team", object_kind="team", object_id=team.id,
        sender=str(sender.id), receiver=str(receiver.id), name=team.name,
    )  # fmt: skip
    return team


def _of_sender(sender_id: UUID, body_id: UUID) -> bool:
    """Whether who sends is the body, or holds it (a province sends its hospitals' people)."""
    return within(sender_id, body_id)


def _team_said(
    receiver: Organisation,
    name: str,
    core: int | None,
    partner: Department | None,
    start: date | None,
    end: date | None,
) -> dict[str, Any]:
    in_order(start, end)
    if core is not None:
        whole(core, "core", 1, 999)
    department_of(receiver, partner, "partner_department")
    return {
        "name": words(name, "name", 160, required=True), "core": core,
        "partner_department": partner, "valid_from": start, "valid_to": end,
    }  # fmt: skip


@days_meant
@transaction.atomic
def edit_team(
    *,
    by: User | None,
    team: Team,
    name: str,
    core: int | None = None,
    partner_department: Department | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Team:
    """Change a team's name, core, partner department and days."""
    must_act(by, GIVER, team.sender_id, team.receiver_id)
    held = (
        Team.objects.select_for_update(of=("self",), no_key=True)
        .select_related("receiver")
        .get(pk=team.pk)
    )
    fields = _team_said(held.receiver, name, core, partner_department, valid_from, valid_to)
    for field, value in fields.items():
        setattr(held, field, value)
    held.save(update_fields=list(fields))
    record(by=by, action="programmes.edit-team", object_kind="team", object_id=held.id)
    return held


@transaction.atomic
def give_team_role(
    *, by: User | None, posting: Posting, team: Team | None, team_role: str = ""
) -> Posting:
    """Put a posting into a team in a role, or take it out (a lone posting).

    Raises InvalidInput ``team-elsewhere``, ``team-has-leader``, ``role-without-team``;
    InvalidState ``posting-ended`` of one declined or withdrawn.
    """
    if team is not None:
        team = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    rows = Posting.objects.select_for_update(of=("self",), no_key=True)
    held = rows.select_related("programme", "giver", "receiver", "batch").get(pk=posting.pk)
    must_act(by, GIVER, held.giver_id, held.receiver_id)
    if held.state in NEVER:
        raise InvalidState("posting-ended", "This posting never came about.")
    batch = placing.company(
        held.programme, held.giver, held.receiver, held.starts_on, batch=held.batch, team=team,
        team_role="" if team_role == LEADER else team_role,
    )  # fmt: skip
    if team_role == LEADER:
        if team is None:
            raise InvalidInput(
                "role-without-team", "A role is held in a team; name the team.", field="team"
            )
        placing.led_by_one(team.id, held.id)
    held.team, held.team_role = team, team_role
    held.batch = batch
    held.save(update_fields=["team", "team_role", "batch"])
    record(
        by=by, action="programmes.give-team-role", object_kind="posting", object_id=held.id,
        team=str(team.id) if team else "", role=team_role,
    )  # fmt: skip
    return held
