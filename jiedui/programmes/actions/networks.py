"""Alliances and consortia, and what each giver answers for at a department."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, in_order, term, words
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.identifiers import new_id
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.programmes.access import must_edit
from jiedui.programmes.actions._checking import same_world
from jiedui.programmes.actions._outlasting import none_outside_ties
from jiedui.programmes.actions._tying import cut_duties, kind_needs, take_duty, tell_pairing
from jiedui.programmes.models import Duty, Network, Pairing, Programme

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation


@days_meant
@transaction.atomic
def create_network(
    *,
    by: User | None,
    id: UUID | None = None,
    programme: Programme,
    kind: str,
    name: str,
    lead: Organisation,
    specialty: str = "",
    disease: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Network:
    """Found an alliance or consortium under its lead; ties of its kind then name it.

    Raises InvalidInput ``network-kind``, ``network-name-taken``, ``text-missing`` where an
    alliance of a specialty or disease does not say of which.
    """
    must_edit(by, lead.id)
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    content = hash_of(
        programme=programme, kind=kind, name=name, lead=lead, specialty=specialty,
        disease=disease, start=valid_from, end=valid_to,
    )  # fmt: skip
    if found := first_answer(Network, id, content):
        return found
    in_order(valid_from, valid_to)
    same_world(programme, lead, "lead")
    term("pairing_kinds", kind)
    about = kind_needs(kind, "network")
    if not about:
        raise InvalidInput(
            "network-kind", "Ties of this kind form no alliance or consortium.", field="kind"
        )
    name = words(name, "name", 160, required=True)
    for what, table, code in (
        ("specialty", "specialties", specialty),
        ("disease", "alliance_diseases", disease),
    ):
        if code:
            term(table, code, what)
        elif about == what:
            raise InvalidInput("text-missing", "This field is required.", field=what)
    if Network.objects.filter(programme=programme, name=name).exists():
        raise InvalidInput(
            "network-name-taken",
            "An alliance or consortium of the programme is already called “%(value)s”.",
            field="name",
            value=name,
        )
    network = Network.objects.create(
        id=id or new_id(), content=content, programme=programme, kind=kind, name=name, lead=lead,
        specialty=specialty, disease=disease, valid_from=valid_from, valid_to=valid_to,
    )  # fmt: skip
    record(
        by=by, action="programmes.create-network", object_kind="network", object_id=network.id,
        programme=str(programme.id), lead=str(lead.id), kind=kind, name=name,
    )  # fmt: skip
    return network


@days_meant
@transaction.atomic
def end_network(*, by: User | None, network: Network, on: date) -> Network:
    """Say the last day of an alliance or consortium; ties that go on end with it.

    Raises InvalidState ``network-ended`` if it has one, InvalidInput ``network-ties-later``, and
    ``posting-left-outside`` where a posting lasts beyond the day and no other tie covers it.
    """
    must_edit(by, network.lead_id)
    Programme.objects.select_for_update(no_key=True).get(pk=network.programme_id)
    held = Network.objects.get(pk=network.pk)
    if held.valid_to == on:
        return held
    if held.valid_to is not None:
        raise InvalidState("network-ended", "It already ended on %(day)s.", day=held.valid_to)
    in_order(held.valid_from, on, "on")
    going_on = list(
        Pairing.objects.select_related("programme", "giver", "receiver").filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=on), network=held
        )
    )
    ends = [tie.valid_to for tie in going_on]
    until = None if None in ends else max((day for day in ends if day), default=None)
    for tie in going_on:
        if tie.valid_from and tie.valid_from > on:
            raise InvalidInput(
                "network-ties-later",
                "A tie of it begins on %(day)s: end it on that day or later.",
                field="on",
                day=tie.valid_from,
            )
    held.valid_to = on
    held.save(update_fields=["valid_to"])
    for tie in going_on:
        tie.valid_to = on
        tie.save(update_fields=["valid_to"])
    moved = none_outside_ties(going_on, on, until)
    for tie in going_on:
        cut_duties(tie, on)
        tell_pairing(by, tie)
    record(
        by=by, action="programmes.end-network", object_kind="network", object_id=held.id,
        on=on.isoformat(), ties=len(going_on), postings=moved,
    )  # fmt: skip
    return held


@days_meant
@transaction.atomic
def declare_duty(
    *,
    by: User | None,
    pairing: Pairing,
    duty: str,
    note: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Duty:
    """Say what the giver of a tie with a department answers for there; once, however often asked.

    Days left blank are those of the tie. Raises InvalidInput ``duty-taken``,
    ``duty-without-department``, ``duty-outside-pairing``.
    """
    must_edit(by, pairing.giver_id, pairing.receiver_id)
    Programme.objects.select_for_update(no_key=True).get(pk=pairing.programme_id)
    held = Pairing.objects.get(pk=pairing.pk)
    start, end = valid_from or held.valid_from, valid_to or held.valid_to
    in_order(start, end)
    for field, day, outside in (
        ("valid_from", start, bool(start and held.valid_from and start < held.valid_from)),
        ("valid_to", end, bool(end and held.valid_to and end > held.valid_to)),
    ):
        if outside:
            raise InvalidInput(
                "duty-outside-pairing",
                "%(day)s lies outside the days of the pairing.",
                field=field,
                day=day,
            )
    note = words(note, "note", 400)
    same = Duty.objects.filter(
        pairing=held, duty=duty, note=note, valid_from=start, valid_to=end
    ).first()
    if same is not None:
        return same
    found = take_duty(held, duty, start, end, note=note)
    record(
        by=by, action="programmes.declare-duty", object_kind="pairing", object_id=held.id,
        name=f"{held.giver.name} → {held.receiver.name}", duty=duty, start=start, end=end,
    )  # fmt: skip
    return found


@days_meant
@transaction.atomic
def end_duty(*, by: User | None, duty: Duty, on: date) -> Duty:
    """Say the last day of a duty, so that another giver can take it after.

    Raises InvalidInput ``dates-out-of-order``, InvalidState ``duty-ended`` if it ended before.
    """
    pairing = Pairing.objects.get(pk=duty.pairing_id)
    must_edit(by, pairing.giver_id, pairing.receiver_id)
    Programme.objects.select_for_update(no_key=True).get(pk=pairing.programme_id)
    held = Duty.objects.get(pk=duty.pk)
    if held.valid_to == on:
        return held
    if held.valid_to is not None and held.valid_to < on:
        raise InvalidState("duty-ended", "This duty already ended on %(day)s.", day=held.valid_to)
    in_order(held.valid_from, on, "on")
    held.valid_to = on
    held.save(update_fields=["valid_to"])
    record(
        by=by, action="programmes.end-duty", object_kind="pairing", object_id=pairing.id,
        name=f"{pairing.giver.name} → {pairing.receiver.name}", duty=held.duty, on=on.isoformat(),
    )  # fmt: skip
    return held
