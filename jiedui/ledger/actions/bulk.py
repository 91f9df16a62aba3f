"""Many entries at once: imports, and the replay of a history that is invented."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.clock import now, today, zone
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed, Refused
from jiedui.core.identifiers import new_id
from jiedui.core.packs import vocabulary
from jiedui.ledger.actions._insert import (
    fact_rows,
    insert,
    insert_facts,
    insert_versions,
)
from jiedui.ledger.actions._known import Known
from jiedui.ledger.domain.bulk import PastEntry, PastVersion, Recorded, RowRefusal
from jiedui.ledger.domain.content import Content, EntryInput, check_entry
from jiedui.ledger.domain.states import CONFIRMED, DRAFT, RETURNED, SUBMITTED, SUPERSEDED, WITHDRAWN
from jiedui.ledger.models import (
    Entry,
    EntryEvidence,
    EntryReturn,
    EntryVersion,
    EvidenceFile,
    RefusedWrite,
)

# Rows to a transaction: every batch writes anew the pages of all indexes that it
# touches, and holds up other writers for as long as it takes.
BATCH = 5000
ENTRY = ("id", "programme_id", "created_at", "created_by")
T = TypeVar("T")


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        yield batch


# A version as a tuple in the order of VERSION, and what it says.
Line = tuple[tuple[Any, ...], Content]
# The day on which facts came to be, the order on that day, and the facts.
Event = tuple[date, int, list[tuple[Any, ...]]]


def _save_all(lines: list[Line]) -> None:
    """Write versions with their lines, a batch to a statement."""
    insert_versions(lines)
    hashes = {one for _, content in lines for one in content.evidence}
    named = EvidenceFile.objects.in_bulk(list(hashes)) if hashes else {}
    EntryEvidence.objects.bulk_create(
        EntryEvidence(version_id=version[0], file_id=one, name=named[one].name)
        for version, content in lines
        for one in content.evidence
    )


def record_many(
    *,
    by: User | None,
    rows: Iterable[EntryInput],
    state: str = SUBMITTED,
    dry_run: bool = False,
    source: str = "",
    progress: Callable[[int], None] | None = None,
) -> Recorded:
    """Record rows as drafts or submitted entries; faulty rows are named, the rest is kept.

    Rows go in by batches, each in its own transaction with its own audit row of
    count and content hash: what was taken stays taken and told if the machine
    stops, and the same rows (with ids) given again are found there. ``dry_run``
    checks and writes nothing. ``progress`` hears how many rows are done.
    """
    if state not in (DRAFT, SUBMITTED):
        raise InvalidInput("state-not-recordable", "Rows are recorded as drafts or submitted.")
    known, outcome, digest, index = Known(by), Recorded(), hashlib.sha256(), 0
    words, day = vocabulary(), today()
    for batch in _batches(rows):
        checked: list[tuple[int, EntryInput, Content, UUID, UUID | None]] = []
        for offset, row in enumerate(batch):
            try:
                content, side, pairing = known.check(check_entry(row, words, day))
            except Refused as refused:
                outcome.refused.append(RowRefusal(index + offset, refused))
                continue
            checked.append((index + offset, row, content, side, pairing))
        index += len(batch)
        if dry_run:
            outcome.recorded += len(checked)
        else:
            _record_batch(by, checked, state, day, outcome, digest.update, source)
        if progress:
            progress(index)
    outcome.content_hash = digest.hexdigest()
    outcome.refused.sort(key=lambda one: one.index)
    return outcome


@transaction.atomic
def _record_batch(
    by: User | None,
    checked: list[tuple[int, EntryInput, Content, UUID, UUID | None]],
    state: str,
    day: date,
    outcome: Recorded,
    digest: Callable[[bytes], object],
    source: str,
) -> None:
    actor, moment = by.id if by else None, now()
    given = {row.id for _, row, *_ in checked if row.id}
    if given:
        # Made in the database first, so that of two writers of one id one waits here.
        held = {
            row.id: (row.id, content.programme, moment, actor)
            for _, row, content, *_ in checked
            if row.id
        }
        insert(Entry, ENTRY, [held[one] for one in sorted(held)], skip_known=True)
        if connection.features.has_select_for_update:
            locked = (
                Entry.objects.select_for_update(no_key=True).filter(id__in=given).order_by("id")
            )
            list(locked.values_list("id"))
    taken: dict[UUID, str] = dict(
        EntryVersion.objects.filter(entry_id__in=given, number=1).values_list(
            "entry_id", "content_hash"
        )
        if given
        else ()
    )
    entries: list[tuple[UUID, UUID, datetime, UUID | None]] = []
    refused: list[RefusedWrite] = []
    lines: list[Line] = []
    sent = (moment, actor) if state == SUBMITTED else (None, None)
    for index, row, content, side, pairing in checked:
        entry_id, digest_of = row.id or new_id(), content.hash()
        if entry_id in taken:
            if taken[entry_id] == digest_of:
                outcome.repeated += 1
                continue
            refused.append(
                RefusedWrite(
                    object_id=entry_id,
                    content_hash=digest_of,
                    content=content.plain(),
                    by=actor,
                )
            )
            outcome.refused.append(
                RowRefusal(
                    index,
                    InvalidState(
                        "id-taken",
                        "This id already holds another content; both are kept.",
                        field="id",
                    ),
                )
            )
            continue
        taken[entry_id] = digest_of
        if row.id is None:
            entries.append((entry_id, content.programme, moment, actor))
        head = _head(entry_id, 1, content, pairing, state, "", day, moment, actor, side)
        lines.append(((*head, *sent, None, None, None, None, None, digest_of), content))
        digest(digest_of.encode())
    insert(Entry, ENTRY, entries)
    _save_all(lines)
    RefusedWrite.objects.bulk_create(refused, ignore_conflicts=True)
    outcome.recorded += len(lines)
    if lines:
        hashes = "".join(version[-1] for version, _ in lines)
        content_hash = hashlib.sha256(hashes.encode()).hexdigest()
        record(
            by=by,
            action="ledger.record-many",
            object_kind="import",
            object_id=content_hash,
            count=len(lines),
            state=state,
            source=source,
            content_hash=content_hash,
        )


def _head(
    entry_id: UUID,
    number: int,
    content: Content,
    pairing: UUID | None,
    state: str,
    reason: str,
    recorded_on: date,
    recorded_at: datetime,
    recorded_by: UUID | None,
    side: UUID,
) -> tuple[Any, ...]:
    """The columns of VERSION up to the side that records."""
    return (
        new_id(),
        entry_id,
        number,
        content.kind,
        content.happened_from,
        content.happened_to,
        content.giver,
        content.receiver,
        pairing,
        content.place,
        content.department,
        content.narrative,
        state,
        reason,
        recorded_on,
        recorded_at,
        recorded_by,
        side,
    )


@lru_cache(maxsize=4096)
def _noon(day: date) -> datetime:
    """A moment of a day in the past of which only the day is known."""
    return datetime.combine(day, time(12), tzinfo=zone()).astimezone(UTC)


def replay_entries(*, by: User | None, entries: Iterable[PastEntry], source: str = "") -> Recorded:
    """Write entries with their past, as it went: only the house may, for an invented example.

    Every version is checked as on the day it was recorded. Entries that are
    there already are left as they are. One audit row at the end tells count and
    hash: it marks the history as whole, so a replay that was cut off is given again.
    """
    if by is not None:
        raise NotAllowed("house-only", "Only the house itself replays a history.")
    known, outcome, digest = Known(None), Recorded(), hashlib.sha256()
    for batch in _batches(entries):
        with transaction.atomic():
            _replay_batch(known, batch, outcome, digest.update)
    outcome.content_hash = digest.hexdigest()
    if outcome.recorded or outcome.repeated:
        with transaction.atomic():
            record(
                by=None,
                action="ledger.replay",
                object_kind="import",
                object_id=outcome.content_hash,
                count=outcome.recorded,
                source=source,
                content_hash=outcome.content_hash,
            )
    return outcome


def _replay_batch(
    known: Known,
    batch: list[PastEntry],
    outcome: Recorded,
    digest: Callable[[bytes], object],
) -> None:
    words = vocabulary()
    there = set(
        Entry.objects.filter(id__in=[past.id for past in batch]).values_list("id", flat=True)
    )
    entries: list[tuple[UUID, UUID, datetime, UUID | None]] = []
    lines: list[Line] = []
    events: list[Event] = []
    returns: list[EntryReturn] = []
    for past in batch:
        if past.id in there:
            outcome.repeated += 1
            continue
        _check_past(past)
        first = past.versions[0]
        entries.append(
            (past.id, first.content.programme, _noon(first.recorded_on), first.recorded_by)
        )
        for number, one in enumerate(past.versions, 1):
            content, side, pairing = known.check(check_entry(one.content, words, one.recorded_on))
            version = _past_version(past.id, number, one, content, side, pairing)
            lines.append((version, content))
            events += _past_facts(version, one, content)
            if one.state == RETURNED:
                # Which day it came back is not told; it was that of the record at the earliest.
                back = EntryReturn(version_id=version[0], reason=one.reason)
                back.at = _noon(one.recorded_on)
                returns.append(back)
            digest(version[-1].encode())
        outcome.recorded += 1
    insert(Entry, ENTRY, entries)
    _save_all(lines)
    EntryReturn.objects.bulk_create(returns)
    events.sort(key=lambda event: event[:2])
    insert_facts([fact for _, _, facts in events for fact in facts])


def _check_past(past: PastEntry) -> None:
    """The history must be one that could have happened."""
    last = date.min
    for number, one in enumerate(past.versions, 1):
        is_last = number == len(past.versions)
        ended = one.state in (SUPERSEDED, WITHDRAWN)
        possible = (
            one.recorded_on >= last
            and (one.confirmed_on is None or one.confirmed_on >= one.recorded_on)
            and (one.confirmed_on is not None) >= (one.state in (CONFIRMED, SUPERSEDED))
            and ended == (one.ended_on is not None)
            and (one.ended_on is None or one.ended_on >= one.recorded_on)
            and (not is_last or one.state != SUPERSEDED)
            and (
                one.state != SUPERSEDED
                or is_last
                or one.ended_on == past.versions[number].recorded_on
            )
        )
        if not possible:
            raise InvalidInput(
                "history-impossible",
                "Version %(number)s of entry %(entry)s has dates or states that cannot be.",
                number=number,
                entry=str(past.id),
            )
        last = one.recorded_on


def _past_version(
    entry_id: UUID,
    number: int,
    one: PastVersion,
    content: Content,
    side: UUID,
    pairing: UUID | None,
) -> tuple[Any, ...]:
    recorded = _noon(one.recorded_on)
    head = _head(
        entry_id,
        number,
        content,
        pairing,
        one.state,
        one.reason,
        one.recorded_on,
        recorded,
        one.recorded_by,
        side,
    )
    sent = (None, None) if one.state == DRAFT else (recorded, one.recorded_by)
    confirmed = (_noon(one.confirmed_on), one.confirmed_by) if one.confirmed_on else (None, None)
    ended = (one.ended_on, _noon(one.ended_on), None) if one.ended_on else (None, None, None)
    return (*head, *sent, *confirmed, *ended, content.hash())


def _past_facts(version: tuple[Any, ...], one: PastVersion, content: Content) -> list[Event]:
    """Facts of a version with the day on which each came to be, old ones taken back first."""
    if one.confirmed_on is None:
        return []
    id, entry_id, number = version[:3]

    def rows(sign: int, known_from: date) -> list[tuple[Any, ...]]:
        return fact_rows(
            id,
            entry_id,
            number,
            content,
            sign=sign,
            known_from=known_from,
            confirmed_by=one.confirmed_by,
        )

    found = [(one.confirmed_on, number * 2, rows(1, one.recorded_on))]
    if one.ended_on:
        found.append((max(one.ended_on, one.confirmed_on), number * 2 + 1, rows(-1, one.ended_on)))
    return found
