"""Who was at a recipient from when to when, for the rooms above."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import F

from jiedui.programmes.domain.states import PRESENT
from jiedui.programmes.models import Posting, Stay


class There(NamedTuple):
    """A person's unbroken days at a recipient; ``last`` is None while the posting holds."""

    person_id: UUID
    first: date
    last: date | None


def days_at(receiver_id: UUID, person_ids: Collection[UUID]) -> list[There]:
    """The days of these people at the recipient, in order; who is on leave has not left for good.

    A posting that holds gives one open row from its arrival beside its stays.
    """
    at = {"receiver_id": receiver_id, "person_id__in": person_ids}
    stays = Stay.objects.filter(**at).values_list("person_id", "first_day", "last_day")
    held = (
        Posting.objects.filter(state__in=PRESENT, arrived_on__isnull=False, **at)
        .annotate(first=F("arrived_on"))
        .values_list("person_id", "first")
    )
    rows = [There(*stay) for stay in stays] + [There(who, day, None) for who, day in held]
    return sorted(rows, key=lambda row: (row.first, row.last or date.max, str(row.person_id)))
