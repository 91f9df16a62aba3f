"""Agreements: sign, correct, renew, end early; the pairings and files they cover."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, in_order, term, whole, words
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.files import media_type, store
from jiedui.core.identifiers import new_id
from jiedui.core.periods import meant
from jiedui.core.sheets import safe_name
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.programmes.access import must_edit, must_edit_agreement
from jiedui.programmes.actions._checking import same_world
from jiedui.programmes.actions._outlasting import none_outside_agreement
from jiedui.programmes.domain.agreements import LONGEST_WARNING
from jiedui.programmes.models import (
    Agreement,
    AgreementFile,
    AgreementParty,
    Pairing,
    Programme,
)

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation

HEAD = 16


class Party(NamedTuple):
    """A body that signs, in its role, on its day."""

    organisation: Organisation
    role: str
    signed_on: date | None = None


def _right_parties(programme: Programme, parties: Sequence[Party]) -> None:
    for party in parties:
        term("party_roles", party.role, "parties")
        same_world(programme, party.organisation, "parties")
    if len({(party.organisation.id, party.role) for party in parties}) < len(parties):
        raise InvalidInput(
            "party-twice", "A party stands here twice in the same role.", field="parties"
        )
    if len({party.organisation.id for party in parties}) < 2:
        raise InvalidInput(
            "parties-too-few", "An agreement is between two parties at least.", field="parties"
        )


def _right_pairings(programme: Programme, pairings: Sequence[Pairing]) -> None:
    if any(pairing.programme_id != programme.id for pairing in pairings):
        raise InvalidInput(
            "pairing-of-other-programme",
            "A pairing here belongs to another programme.",
            field="pairings",
        )


def _free_number(programme: Programme, number: str, but: UUID | None = None) -> None:
    """The programme is locked, so that two writers do not take one number."""
    taken = Agreement.objects.filter(programme=programme, number=number)
    if but is not None:
        taken = taken.exclude(pk=but)
    if number and taken.exists():
        raise InvalidInput(
            "agreement-number-taken",
            "The number “%(value)s” is already another agreement's.",
            field="number",
            value=number,
        )


def _renewable(programme: Programme, renews: Agreement, start: date | None) -> None:
    old = Agreement.objects.get(pk=renews.pk)
    if old.programme_id != programme.id:
        raise InvalidInput(
            "renewal-of-other-programme",
            "The agreement to renew belongs to another programme.",
            field="renews",
        )
    if Agreement.objects.filter(renews=old).exists():
        raise InvalidState("agreement-renewed", "This agreement was already renewed.")
    if start is None or (old.valid_from is not None and start <= old.valid_from):
        raise InvalidInput(
            "renewal-before-old",
            "A renewal begins after the agreement that it renews.",
            field="valid_from",
        )


@days_meant
@transaction.atomic
def create_agreement(
    *,
    by: User | None,
    id: UUID | None = None,
    programme: Programme,
    kind: str,
    title: str,
    parties: Sequence[Party],
    number: str = "",
    scope: str = "",
    signed_on: date | None = None,
    warn_days: int = 90,
    pairings: Sequence[Pairing] = (),
    renews: Agreement | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Agreement:
    """Record what the parties agreed for a term; ``renews`` names the agreement it follows.

    Raises InvalidInput ``parties-too-few``, ``party-twice``, ``agreement-number-taken``,
    ``pairing-of-other-programme``, ``renewal-before-old``; InvalidState
    ``agreement-renewed`` where the old one is renewed already.
    """
    must_edit(by, *(party.organisation.id for party in parties))
    if renews is not None:
        must_edit_agreement(by, renews)
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    for party in parties:
        if party.signed_on is not None:
            meant(party.signed_on, "parties")
    content = hash_of(
        programme=programme, kind=kind, title=title, number=number, scope=scope,
        signed_on=signed_on, warn_days=warn_days, renews=renews, start=valid_from, end=valid_to,
        parties=sorted((str(p.organisation.id), p.role, str(p.signed_on)) for p in parties),
        pairings=sorted(str(pairing.id) for pairing in pairings),
    )  # fmt: skip
    if found := first_answer(Agreement, id, content):
        return found
    in_order(valid_from, valid_to)
    term("agreement_kinds", kind)
    whole(warn_days, "warn_days", 0, LONGEST_WARNING)
    _right_parties(programme, parties)
    _right_pairings(programme, pairings)
    number = words(number, "number", 64)
    _free_number(programme, number)
    if renews is not None:
        _renewable(programme, renews, valid_from)
    agreement = Agreement.objects.create(
        id=id or new_id(), content=content, programme=programme, kind=kind,
        title=words(title, "title", 200, required=True), number=number, scope=scope.strip(),
        signed_on=signed_on, warn_days=warn_days, renews=renews, valid_from=valid_from,
        valid_to=valid_to,
    )  # fmt: skip
    AgreementParty.objects.bulk_create(
        AgreementParty(
            agreement=agreement, organisation=party.organisation, role=party.role,
            signed_on=party.signed_on,
        )
        for party in parties
    )  # fmt: skip
    agreement.pairings.set(pairings)
    record(
        by=by, action="programmes.renew-agreement" if renews else "programmes.create-agreement",
        object_kind="agreement", object_id=agreement.id, programme=str(programme.id), kind=kind,
        number=number, parties=[str(party.organisation.id) for party in parties],
        renews=str(renews.id) if renews else "",
    )  # fmt: skip
    return agreement


def _held(by: User | None, agreement: Agreement) -> Agreement:
    """The agreement as it stands, its programme locked, if it is ``by``'s to change."""
    must_edit_agreement(by, agreement)
    Programme.objects.select_for_update(no_key=True).get(pk=agreement.programme_id)
    return Agreement.objects.select_related("programme").get(pk=agreement.pk)


@days_meant
@transaction.atomic
def edit_agreement(
    *,
    by: User | None,
    agreement: Agreement,
    title: str,
    number: str = "",
    scope: str = "",
    signed_on: date | None = None,
    warn_days: int = 90,
    pairings: Sequence[Pairing] | None = None,
) -> Agreement:
    """Correct what is said of an agreement; its parties and its term stay.

    Another term is a renewal or an early end. ``pairings`` None leaves them as they are.
    InvalidInput ``posting-left-outside`` where a posting rests on one that is left out.
    """
    held = _held(by, agreement)
    whole(warn_days, "warn_days", 0, LONGEST_WARNING)
    number = words(number, "number", 64)
    _free_number(held.programme, number, but=held.pk)
    if pairings is not None:
        _right_pairings(held.programme, pairings)
        lost = list(held.pairings.exclude(pk__in=[pairing.pk for pairing in pairings]))
        held.pairings.set(pairings)
        if lost:
            none_outside_agreement(held, date.min, held.valid_to, "pairings", lost)
    held.title = words(title, "title", 200, required=True)
    held.number, held.scope = number, scope.strip()
    held.signed_on, held.warn_days = signed_on, warn_days
    held.save(update_fields=["title", "number", "scope", "signed_on", "warn_days"])
    record(
        by=by, action="programmes.edit-agreement", object_kind="agreement", object_id=held.id,
        title=held.title, number=number, signed_on=signed_on, warn_days=warn_days,
        pairings=None if pairings is None else [str(pairing.id) for pairing in pairings],
    )  # fmt: skip
    return held


@days_meant
@transaction.atomic
def end_agreement(*, by: User | None, agreement: Agreement, on: date, reason: str) -> Agreement:
    """End an agreement before its term, with the reason.

    Raises InvalidState ``agreement-ended`` where it has ended on that day or before,
    InvalidInput ``posting-left-outside`` where a posting under it lasts beyond the day and no
    other agreement covers it.
    """
    held = _held(by, agreement)
    reason = words(reason, "reason", 400, required=True)
    if (held.valid_to, held.ended_reason) == (on, reason):
        return held
    if held.ended_reason or (held.valid_to is not None and held.valid_to <= on):
        raise InvalidState(
            "agreement-ended",
            "This agreement already ends on %(day)s.",
            day=held.valid_to,
        )
    in_order(held.valid_from, on, "on")
    until, held.valid_to, held.ended_reason = held.valid_to, on, reason
    held.save(update_fields=["valid_to", "ended_reason"])
    moved = none_outside_agreement(held, on, until, "on")
    record(
        by=by, action="programmes.end-agreement", object_kind="agreement", object_id=held.id,
        on=on.isoformat(), reason=reason, postings=moved,
    )  # fmt: skip
    return held


def attach_agreement_file(
    *, by: User | None, agreement: Agreement, name: str, file: Any
) -> AgreementFile:
    """Keep an uploaded paper (anything with ``chunks()``) with the agreement; safe to repeat.

    InvalidInput ``evidence-type-refused``, ``file-too-large``, ``file-empty``.
    """
    must_edit_agreement(by, agreement)
    name = safe_name(name, otherwise="file")
    chunks = iter(file.chunks())
    first = next(chunks, b"")
    if not first:
        raise InvalidInput("file-empty", "The file is empty.", field="file")
    kind = media_type(name, first[:HEAD])
    sha256, size = store(settings.FILES, chain([first], chunks), settings.UPLOAD_LIMIT)
    with transaction.atomic():
        held = _held(by, agreement)
        AgreementFile.objects.bulk_create(
            [AgreementFile(sha256=sha256, name=name, media_type=kind, size=size,
                           added_by=by.id if by else None)],
            ignore_conflicts=True,
        )  # fmt: skip
        kept = AgreementFile.objects.get(sha256=sha256)
        if not held.files.filter(sha256=sha256).exists():
            held.files.add(kept)
            record(
                by=by, action="programmes.attach-agreement-file", object_kind="agreement",
                object_id=held.id, file=sha256, name=name, size=size,
            )  # fmt: skip
    return kept
