"""Begin and end programmes and pairings."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.identifiers import new_id
from jiedui.programmes.access import must_edit
from jiedui.programmes.actions._creating import first_answer, hash_of, in_order, term
from jiedui.programmes.models import Pairing, Programme

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation


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


@transaction.atomic
def pair(
    *,
    by: User | None,
    id: UUID | None = None,
    programme: Programme,
    kind: str,
    giver: Organisation,
    receiver: Organisation,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Pairing:
    """Tie a giver to a receiver in a programme, for a time.

    Raises InvalidInput ``pairing-overlaps`` where the same tie already holds on
    one of the days, ``pairing-with-itself``, ``pairing-mixes-example`` where real
    and invented meet.
    """
    must_edit(by, giver.id, receiver.id)
    Programme.objects.select_for_update().get(pk=programme.pk)
    content = hash_of(
        programme=programme, kind=kind, giver=giver, receiver=receiver,
        start=valid_from, end=valid_to,
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
    for other in Pairing.objects.filter(
        programme=programme, kind=kind, giver=giver, receiver=receiver
    ):
        if (other.valid_to is None or valid_from is None or valid_from <= other.valid_to) and (
            valid_to is None or other.valid_from is None or other.valid_from <= valid_to
        ):
            raise InvalidInput(
                "pairing-overlaps",
                "%(giver)s and %(receiver)s are already paired in this way on some of these days.",
                field="valid_from",
                giver=giver.name,
                receiver=receiver.name,
            )
    pairing = Pairing.objects.create(
        id=id or new_id(), content=content, programme=programme, kind=kind, giver=giver,
        receiver=receiver, valid_from=valid_from, valid_to=valid_to,
    )  # fmt: skip
    record(
        by=by, action="programmes.pair", object_kind="pairing", object_id=pairing.id,
        programme=str(programme.id), giver=str(giver.id), receiver=str(receiver.id), kind=kind,
    )  # fmt: skip
    return pairing


@transaction.atomic
def end_pairing(*, by: User | None, pairing: Pairing, on: date) -> Pairing:
    """Say the last day of a pairing. Raises InvalidState ``pairing-ended`` if it has one."""
    must_edit(by, pairing.giver_id, pairing.receiver_id)
    held = Pairing.objects.select_for_update().get(pk=pairing.pk)
    if held.valid_to == on:
        return held
    if held.valid_to is not None:
        raise InvalidState(
            "pairing-ended", "This pairing already ended on %(day)s.", day=held.valid_to
        )
    in_order(held.valid_from, on)
    held.valid_to = on
    held.save(update_fields=["valid_to"])
    record(
        by=by, action="programmes.end-pairing", object_kind="pairing", object_id=held.id,
        on=on.isoformat(),
    )  # fmt: skip
    return held
