"""When places were last visited by a round."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Max

from jiedui.planning.domain.states import FIXED
from jiedui.planning.models import RoundStop


def last_visits(place_ids: Iterable[UUID], before: date) -> dict[UUID, date]:
    """The last day before this one on which a fixed round stopped at a place."""
    rows = RoundStop.objects.filter(
        place__place_id__in=list(place_ids), round__state=FIXED, day__lt=before
    )
    found = rows.values_list("place__place_id").annotate(last=Max("day"))
    return dict(found)
