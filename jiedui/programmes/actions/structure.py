"""Begin and end programmes and pairings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, in_order, term, words
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.identifiers import new_id
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.programmes.access import must_edit
from jiedui.programmes.actions._outlasting import none_outside_ties
from jiedui.programmes.actions._tying import (
    cut_duties,
    hub_is_helped,
    kind_needs,
    no_ring,
    not_twice,
    right_department,
    right_network,
    take_duty,
    tell_pairing,
)
from jiedui.programmes.models import Network, Pairing, Programme

if TYPE_CHECKING:
    from jiedui.directory.models import Department, Organisation


@days_meant
@transaction.atomic
def create_programme(
    *,
    by: User | None,
    id: UUID | None = None,
    code: str,
    name: str,
    name_en: str = "",
    kind: str,
    source: str = "",
    example: bool = False,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Programme:
    """Create a programme. Raises InvalidInput at the field (``programme-code-taken``)."""
    must_edit(by)
    content = hash_of(
        code=code, name=name, name_en=name_en, kind=kind, source=source, example=example,
        start=valid_from, end=valid_to,
    )  # fmt: skip
    if found := first_answer(Programme, id, content):
        return found
    in_order(valid_from, valid_to)
    for field, value in (("code", code), ("name", name)):
        if not value.strip():
            raise InvalidInput("text-missing", "This field is required.", field=field)
    try:
        with transaction.atomic():
            programme = Programme.objects.create(
                id=id or new_id(), content=content, code=code.strip(), name=name.strip(),
                name_en=name_en.strip(), kind=term("programme_kinds", kind),
                source=source.strip(), example=example, valid_from=valid_from, valid_to=valid_to,
            )  # fmt: skip
    except IntegrityError as fault:
        if found := first_answer(Programme, id, content):
            return found
        raise InvalidInput(
            "programme-code-taken",
            "The code “%(value)s” is already another programme's.",
            field="code",
            value=code,
        ) from fault
    record(
        by=by, action="programmes.create", object_kind="programme", object_id=programme.id,
        code=programme.code, name=programme.name,
    )  # fmt: skip
    return programme


@days_meant
@transaction.atomic
def pair(
    *,
    by: User | None,
    id: UUID | None = None,
    programme: Programme,
    kind: str,
    giver: Organisation,
    receiver: Organisation,
    department: Department | None = None,
    network: Network | None = None,
    passes_down: bool | None = None,
    duties: Iterable[str] = (),
    source: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Pairing:
    """Tie a giver to a receiver, or to one of its departments, in a programme for a time.

    ``passes_down`` None is what the pack says of the kind. ``duties`` of a department
    hold as long as the tie.

    Raises InvalidInput ``pairing-overlaps`` where the same tie already holds on
    one of the days, ``department-in-charge`` where another giver has the department
    alone, ``duty-taken``, ``pairing-with-itself``, ``pairing-circular`` where a spoke
    would lead back to its helper, ``spoke-without-hub``, ``department-needed``,
    ``department-refused``, ``department-elsewhere``, ``network-needed``,
    ``network-of-other-kind``, ``network-not-then``, ``pairing-mixes-example`` where
    real and invented meet.
    """
    must_edit(by, giver.id, receiver.id)
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    wanted = tuple(dict.fromkeys(duties))
    # What is not said leaves the hash as it was before it could be said.
    more = {"department": department, "network": network, "passes_down": passes_down,
            "duties": " ".join(sorted(wanted)) or None, "source": source or None}  # fmt: skip
    content = hash_of(
        programme=programme, kind=kind, giver=giver, receiver=receiver,
        start=valid_from, end=valid_to, **{k: v for k, v in more.items() if v is not None},
    )  # fmt: skip
    if found := first_answer(Pairing, id, content):
        return found
    in_order(valid_from, valid_to)
    if giver.id == receiver.id:
        raise InvalidInput(
            "pairing-with-itself", "Giver and receiver are the same.", field="receiver"
        )
    if not (programme.example == giver.example == receiver.example):
        raise InvalidInput(
            "pairing-mixes-example",
            "An invented example and real organisations are never paired.",
            field="receiver",
        )
    term("pairing_kinds", kind)
    right_department(kind, receiver, department)
    right_network(programme, kind, network, valid_from, valid_to)
    not_twice(programme, kind, giver, receiver, department, valid_from, valid_to)
    if passes_down is None:
        passes_down = bool(kind_needs(kind, "passes_down"))
    no_ring(programme, kind, giver, receiver, valid_from, valid_to, passes_down)
    hub_is_helped(programme, kind, giver, valid_from, valid_to)
    pairing = Pairing.objects.create(
        id=id or new_id(), content=content, programme=programme, kind=kind, giver=giver,
        receiver=receiver, department=department, network=network, passes_down=passes_down,
        source=words(source, "source", 400), valid_from=valid_from, valid_to=valid_to,
    )  # fmt: skip
    for duty in wanted:
        take_duty(pairing, duty, valid_from, valid_to, field="duties")
    tell_pairing(by, pairing)
    record(
        by=by, action="programmes.pair", object_kind="pairing", object_id=pairing.id,
        name=f"{giver.name} → {receiver.name}",
        programme=str(programme.id), giver=str(giver.id), receiver=str(receiver.id), kind=kind,
        department=str(department.id) if department else "", passes_down=passes_down,
        network=str(network.id) if network else "", duties=list(wanted),
    )  # fmt: skip
    return pairing


@days_meant
@transaction.atomic
def end_pairing(*, by: User | None, pairing: Pairing, on: date) -> Pairing:
    """Say the last day of a pairing; its duties end with it.

    Raises InvalidState ``pairing-ended`` if it has one, InvalidInput ``posting-left-outside``
    where a posting lasts beyond the day and no other tie covers it.
    """
    must_edit(by, pairing.giver_id, pairing.receiver_id)
    Programme.objects.select_for_update(no_key=True).get(pk=pairing.programme_id)
    held = Pairing.objects.select_related("programme", "giver", "receiver").get(pk=pairing.pk)
    if held.valid_to == on:
        return held
    if held.valid_to is not None:
        raise InvalidState(
            "pairing-ended", "This pairing already ended on %(day)s.", day=held.valid_to
        )
    in_order(held.valid_from, on, "on")
    held.valid_to = on
    held.save(update_fields=["valid_to"])
    moved = none_outside_ties([held], on, None)
    cut = cut_duties(held, on)
    tell_pairing(by, held)
    record(
        by=by, action="programmes.end-pairing", object_kind="pairing", object_id=held.id,
        name=f"{held.giver.name} → {held.receiver.name}", on=on.isoformat(), duties=cut,
        postings=moved,
    )  # fmt: skip
    return held
