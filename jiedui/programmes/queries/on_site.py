"""Who was on site on a day, and who takes a posting over: for the rooms above."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from jiedui.programmes.domain.states import COMING, NEVER, PRESENT
from jiedui.programmes.models import Handover, Posting, Stay


def stay_on(person_id: UUID, receiver_id: UUID, day: date) -> UUID | None:
    """The posting in which the person was on site at the receiver on the day, if any."""
    rows = Stay.objects.filter(
        Q(last_day__isnull=True) | Q(last_day__gte=day),
        person_id=person_id,
        receiver_id=receiver_id,
        first_day__lte=day,
    )
    return rows.values_list("posting_id", flat=True).first()


def posted_to(person_id: UUID, receiver_id: UUID) -> bool:
    """Whether the person was ever posted to the receiver, or is to be."""
    rows = Posting.objects.filter(person_id=person_id, receiver_id=receiver_id)
    return rows.exclude(state__in=NEVER).exists()


def postings_there(receiver_id: UUID, giver_id: UUID | None = None) -> QuerySet[Posting]:
    """Postings at the receiver that last or are to come, the earliest first."""
    rows = Posting.objects.filter(receiver_id=receiver_id, state__in=(*COMING, *PRESENT))
    if giver_id is not None:
        rows = rows.filter(giver_id=giver_id)
    return rows.select_related("person", "giver").order_by("starts_on", "id")


def postings_of(person_id: UUID) -> QuerySet[Posting]:
    """The person's postings that last."""
    return Posting.objects.filter(person_id=person_id, state__in=PRESENT)


def postings_with(ids: Iterable[UUID]) -> dict[UUID, Posting]:
    """Postings by their ids, with the person."""
    return {row.id: row for row in Posting.objects.filter(pk__in=set(ids)).select_related("person")}


def takers_over(posting_ids: Iterable[UUID]) -> dict[UUID, Posting]:
    """Of each posting with a handover that names a successor, the successor's posting."""
    rows = Handover.objects.filter(outgoing_id__in=set(posting_ids), incoming__isnull=False)
    return {
        row.outgoing_id: row.incoming
        for row in rows.select_related("incoming__person")
        if row.incoming is not None
    }
