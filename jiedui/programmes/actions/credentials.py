"""Licences and certificates of people, with their end; titles of postings set right."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.accounts.permissions import viewer_of
from jiedui.core.checking import days_meant, in_order, term, words
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed
from jiedui.core.identifiers import new_id
from jiedui.directory.queries import hold_person, title_on
from jiedui.programmes.access import keeps, must_act
from jiedui.programmes.domain.states import EITHER
from jiedui.programmes.models import Credential, Posting

if TYPE_CHECKING:
    from jiedui.directory.models import Person


def _must_keep(by: User | None, person_id: UUID) -> None:
    """Whoever sends for the person's home post of today, else of the last one, keeps them."""
    if by is None:
        return
    if not keeps(viewer_of(by), person_id):
        raise NotAllowed("step-of-other-side", "This step is for the other side to take.")


@days_meant
@transaction.atomic
def add_credential(
    *,
    by: User | None,
    id: UUID | None = None,
    person: Person,
    kind: str,
    number: str = "",
    issuer: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Credential:
    """Record a licence or certificate. Raises InvalidInput ``credential-taken`` at ``number``."""
    _must_keep(by, person.id)
    term("credential_kinds", kind)
    in_order(valid_from, valid_to)
    said = {
        "person_id": person.id, "kind": kind, "number": words(number, "number", 64),
        "issuer": words(issuer, "issuer", 160), "valid_from": valid_from, "valid_to": valid_to,
    }  # fmt: skip
    same = Credential.objects.filter(**said).first()
    if same is not None and (id is None or same.id == id):
        return same
    try:
        with transaction.atomic():
            credential = Credential.objects.create(id=id or new_id(), **said)
    except IntegrityError as fault:
        raise InvalidInput(
            "credential-taken",
            "A certificate of this kind with the number %(number)s is recorded already.",
            field="number",
            number=number,
        ) from fault
    record(
        by=by, action="programmes.add-credential", object_kind="person", object_id=person.id,
        kind=kind, ends=valid_to.isoformat() if valid_to else "",
    )  # fmt: skip
    return credential


@days_meant
@transaction.atomic
def end_credential(*, by: User | None, credential: Credential, on: date) -> Credential:
    """Say the last day of a licence or certificate. InvalidState ``credential-ended``."""
    _must_keep(by, credential.person_id)
    held = Credential.objects.select_for_update(no_key=True).get(pk=credential.pk)
    if held.valid_to == on:
        return held
    if held.valid_to is not None and held.valid_to < today():
        raise InvalidState(
            "credential-ended", "This certificate already ended on %(day)s.", day=held.valid_to
        )
    in_order(held.valid_from, on, "on")
    held.valid_to = on
    held.save(update_fields=["valid_to"])
    record(
        by=by, action="programmes.end-credential", object_kind="person",
        object_id=held.person_id, kind=held.kind, ends=on.isoformat(),
    )  # fmt: skip
    return held


@transaction.atomic
def correct_title(*, by: User | None, posting: Posting) -> Posting:
    """The posting takes the title that the person, by the register of today, held on its first day.

    Either side says so. InvalidState ``title-unknown`` where the register tells none of that day.
    """
    hold_person(posting.person_id)
    rows = Posting.objects.select_for_update(of=("self",), no_key=True).select_related("person")
    held = rows.get(pk=posting.pk)
    must_act(by, EITHER, held.giver_id, held.receiver_id)
    title = title_on(held.person, held.starts_on)
    if not title:
        raise InvalidState(
            "title-unknown",
            "No title of %(person)s is recorded for %(day)s.",
            person=held.person.name, day=held.starts_on,
        )  # fmt: skip
    if title == held.title:
        return held
    before, held.title = held.title, title
    held.save(update_fields=["title"])
    record(
        by=by, action="programmes.correct-title", object_kind="posting", object_id=held.id,
        title=title, before=before,
    )  # fmt: skip
    return held
