"""What a list of nominations names: programme, batch, team, agreement, and what is there."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from jiedui.directory.queries import ancestors_of
from jiedui.programmes.models import Agreement, Batch, Posting, Programme, Team


def programme_with(id: UUID) -> Programme:
    """The programme of a known id."""
    return Programme.objects.get(pk=id)


def batch_numbered(programme_id: UUID, giver_id: UUID, number: int) -> Batch | None:
    """The batch of this number in the giver's own series, else in that of the one above it.

    None where there is none, or where two bodies above the giver have one.
    """
    rows = Batch.objects.filter(programme_id=programme_id, number=number)
    own = rows.filter(sender_id=giver_id).first()
    found = [own] if own else list(rows.filter(sender_id__in=ancestors_of(giver_id))[:2])
    return found[0] if len(found) == 1 else None


def team_named(programme_id: UUID, receiver_id: UUID, name: str) -> Team | None:
    """The one team of this name at the recipient, or None."""
    rows = Team.objects.filter(programme_id=programme_id, receiver_id=receiver_id, name=name)
    found = list(rows[:2])
    return found[0] if len(found) == 1 else None


def agreement_numbered(programme_id: UUID, number: str) -> Agreement | None:
    """The agreement of this number, or None."""
    return Agreement.objects.filter(programme_id=programme_id, number=number).first()


def nominated(ids: Iterable[UUID]) -> frozenset[UUID]:
    """Which of these ids are postings already."""
    return frozenset(Posting.objects.filter(id__in=list(ids)).values_list("id", flat=True))
