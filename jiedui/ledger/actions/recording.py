"""Record, rewrite and correct: what an entry says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.clock import now, today
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed
from jiedui.core.identifiers import new_id
from jiedui.core.packs import vocabulary
from jiedui.ledger.access import may_correct, not_visible, visible_versions
from jiedui.ledger.actions._guards import locked, must_record
from jiedui.ledger.actions._known import Known, id_of, row_id
from jiedui.ledger.actions._rows import build_version, save_lines
from jiedui.ledger.domain.content import (
    Content,
    EntryInput,
    ParticipantInput,
    QuantityInput,
    check_entry,
)
from jiedui.ledger.domain.states import CONFIRMED, DRAFT, ENTRY_STATES, IN_HAND
from jiedui.ledger.models import Entry, EntryVersion, RefusedWrite


def _input(
    *,
    programme: Any,
    kind: str,
    happened_from: date,
    happened_to: date | None,
    giver: Any,
    receiver: Any,
    place: Any,
    department: Any,
    quantities: Sequence[QuantityInput],
    participants: Sequence[ParticipantInput],
    narrative: str,
    evidence: Sequence[str],
) -> EntryInput:
    ids = {"programme": programme, "giver": giver, "receiver": receiver}
    for field, given in ids.items():
        if given is None:
            raise InvalidInput("field-missing", "This is needed.", field=field)
    return EntryInput(
        programme=getattr(programme, "id", programme),
        kind=kind,
        happened_from=happened_from,
        happened_to=happened_to or happened_from,
        giver=getattr(giver, "id", giver),
        receiver=getattr(receiver, "id", receiver),
        place=id_of(place),
        department=id_of(department),
        quantities=quantities,
        participants=participants,
        narrative=narrative,
        evidence=evidence,
    )


def _taken(by: User | None, object_id: UUID, content: Content) -> InvalidState:
    """Keep the refused content beside the one that stands, and make the refusal."""
    with transaction.atomic():
        kept, new = RefusedWrite.objects.get_or_create(
            object_id=object_id,
            content_hash=content.hash(),
            defaults={"content": content.plain(), "by": by.id if by else None},
        )
        if new:
            record(
                by=by,
                action="ledger.refuse-write",
                object_kind="entry",
                object_id=object_id,
                content_hash=kept.content_hash,
            )
    return InvalidState(
        "id-taken", "This id already holds another content; both are kept.", field="id"
    )


def record_entry(
    *,
    by: User | None,
    programme: Any,
    kind: str,
    happened_from: date,
    giver: Any,
    receiver: Any,
    quantities: Sequence[QuantityInput],
    happened_to: date | None = None,
    id: UUID | None = None,
    place: Any = None,
    department: Any = None,
    participants: Sequence[ParticipantInput] = (),
    narrative: str = "",
    evidence: Sequence[str] = (),
) -> EntryVersion:
    """Record an event as a draft; repeated with the same id and content, the first answer.

    Bodies, places and people are given as rows or ids. InvalidInput names the
    field; InvalidState ``id-taken`` if the id holds another content.
    """
    known = Known(by)
    given = _input(
        programme=programme,
        kind=kind,
        happened_from=happened_from,
        happened_to=happened_to,
        giver=giver,
        receiver=receiver,
        place=place,
        department=department,
        quantities=quantities,
        participants=participants,
        narrative=narrative,
        evidence=evidence,
    )
    content, side, pairing = known.check(check_entry(given, vocabulary(), today()))
    entry_id = id or new_id()
    with transaction.atomic():
        Entry.objects.bulk_create(
            [Entry(id=entry_id, programme_id=content.programme, created_by=by.id if by else None)],
            ignore_conflicts=True,
        )
        Entry.objects.select_for_update(no_key=True).get(id=entry_id)
        first = EntryVersion.objects.filter(entry_id=entry_id, number=1).first()
        if first is None:
            version = build_version(
                content,
                entry_id=entry_id,
                number=1,
                state=DRAFT,
                at=now(),
                recorded_on=today(),
                by=by.id if by else None,
                side=side,
                pairing=pairing,
            )
            version.save(force_insert=True)
            save_lines(version, content)
            record(
                by=by,
                action="ledger.record",
                object_kind="entry",
                object_id=entry_id,
                content_hash=version.content_hash,
            )
            return version
    if first.content_hash == content.hash():
        return first
    raise _taken(by, entry_id, content)


@transaction.atomic
def edit_entry(
    *,
    by: User | None,
    version: EntryVersion | UUID,
    kind: str,
    happened_from: date,
    giver: Any,
    receiver: Any,
    quantities: Sequence[QuantityInput],
    happened_to: date | None = None,
    place: Any = None,
    department: Any = None,
    participants: Sequence[ParticipantInput] = (),
    narrative: str = "",
    evidence: Sequence[str] = (),
) -> EntryVersion:
    """Rewrite a draft or a returned version; it is a draft again, known from today."""
    viewer, held = locked(by, version)
    must_record(viewer, held)
    state = ENTRY_STATES.after(held.state, "edit")
    given = _input(
        programme=held.entry.programme_id,
        kind=kind,
        happened_from=happened_from,
        happened_to=happened_to,
        giver=giver,
        receiver=receiver,
        place=place,
        department=department,
        quantities=quantities,
        participants=participants,
        narrative=narrative,
        evidence=evidence,
    )
    content, side, pairing = Known(by).check(check_entry(given, vocabulary(), today()))
    edited = build_version(
        content,
        entry_id=held.entry_id,
        number=held.number,
        state=state,
        at=now(),
        recorded_on=max(today(), held.recorded_on),
        by=by.id if by else held.recorded_by,
        side=side,
        pairing=pairing,
        id=held.id,
    )
    # The hash stays that of the first content: a phone that repeats its write is answered.
    edited.content_hash, edited.reason = held.content_hash, held.reason
    edited.save(force_update=True)
    held.quantities.all().delete()
    held.participants.all().delete()
    held.evidence.all().delete()
    save_lines(edited, content)
    record(
        by=by,
        action="ledger.edit",
        object_kind="entry",
        object_id=held.entry_id,
        version=held.number,
        content_hash=content.hash(),
    )
    return edited


def correct_entry(
    *,
    by: User | None,
    entry: Entry | UUID,
    kind: str,
    happened_from: date,
    giver: Any,
    receiver: Any,
    quantities: Sequence[QuantityInput],
    happened_to: date | None = None,
    id: UUID | None = None,
    place: Any = None,
    department: Any = None,
    participants: Sequence[ParticipantInput] = (),
    narrative: str = "",
    evidence: Sequence[str] = (),
) -> EntryVersion:
    """Draft a version that will supersede the confirmed one, which stands until then.

    ``id`` is the version's. InvalidState ``nothing-to-correct`` if no version is
    confirmed, ``correction-in-hand`` if another correction is under way.
    """
    known = Known(by)
    version_id = id or new_id()
    with transaction.atomic():
        held = Entry.objects.select_for_update(no_key=True).filter(id=row_id(entry)).first()
        standing = EntryVersion.objects.filter(entry_id=row_id(entry), state=CONFIRMED).first()
        if held is None:
            raise not_visible()
        if known.viewer is not None:
            seen = visible_versions(known.viewer).filter(entry_id=held.id)
            if not seen.exists():
                raise not_visible()
            if standing is not None and not may_correct(known.viewer, standing):
                raise NotAllowed(
                    "not-recording-side", "Only the side that recorded the entry may do this."
                )
        given = _input(
            programme=held.programme_id,
            kind=kind,
            happened_from=happened_from,
            happened_to=happened_to,
            giver=giver,
            receiver=receiver,
            place=place,
            department=department,
            quantities=quantities,
            participants=participants,
            narrative=narrative,
            evidence=evidence,
        )
        content, side, pairing = known.check(check_entry(given, vocabulary(), today()))
        same = EntryVersion.objects.filter(id=version_id).first()
        if same is None:
            if standing is None:
                raise InvalidState(
                    "nothing-to-correct", "Only a confirmed entry is corrected; edit the draft."
                )
            if EntryVersion.objects.filter(entry_id=held.id, state__in=IN_HAND).exists():
                raise InvalidState("correction-in-hand", "Another correction is under way.")
            newest = EntryVersion.objects.filter(entry_id=held.id).order_by("-number").first()
            assert newest is not None  # noqa: S101 - the standing one is among them
            version = build_version(
                content,
                entry_id=held.id,
                number=newest.number + 1,
                state=DRAFT,
                at=now(),
                recorded_on=max(today(), standing.recorded_on),
                by=by.id if by else None,
                side=side,
                pairing=pairing,
                id=version_id,
            )
            version.save(force_insert=True)
            save_lines(version, content)
            record(
                by=by,
                action="ledger.correct",
                object_kind="entry",
                object_id=held.id,
                version=version.number,
                content_hash=version.content_hash,
            )
            return version
    if same.entry_id == held.id and same.content_hash == content.hash():
        return same
    raise _taken(by, version_id, content)
