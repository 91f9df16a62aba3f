"""Of which event an entry tells, for the rooms above that tell of the same one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from jiedui.accounts.permissions import Viewer
from jiedui.ledger.access import visible_versions
from jiedui.ledger.domain.states import LIVE
from jiedui.ledger.models import EntryVersion


@dataclass(frozen=True)
class Event:
    """What an entry says of its event, as it stands."""

    entry_id: UUID
    programme_id: UUID
    kind: str
    giver_id: UUID
    receiver_id: UUID
    first: date
    last: date
    state: str


def _events(rows: Collection[EntryVersion]) -> dict[UUID, Event]:
    return {
        row.entry_id: Event(
            row.entry_id, row.entry.programme_id, row.kind, row.giver_id, row.receiver_id,
            row.happened_from, row.happened_to, row.state,
        )
        for row in rows
    }  # fmt: skip


def event_of(entry_id: UUID) -> Event | None:
    """The event of an entry that is in hand or stands; None of one that was withdrawn."""
    rows = EntryVersion.objects.filter(entry_id=entry_id, state__in=LIVE)
    return _events(rows.select_related("entry").order_by("number")).get(entry_id)


def stands(entry_id: UUID) -> bool:
    """Whether a version of the entry is in hand or confirmed."""
    return event_of(entry_id) is not None


def events_like(
    viewer: Viewer, programme_id: UUID, kind: str, giver_id: UUID, receiver_id: UUID,
    first: date, last: date, most: int = 20,
) -> list[Event]:  # fmt: skip
    """Entries that the viewer sees of this kind, between these two, on some of these days."""
    rows = visible_versions(viewer).filter(
        entry__programme_id=programme_id, kind=kind, giver_id=giver_id, receiver_id=receiver_id,
        happened_from__lte=last, happened_to__gte=first, state__in=LIVE,
    )  # fmt: skip
    return list(
        _events(rows.select_related("entry").order_by("-happened_from", "number")[:most]).values()
    )
