"""The room's stream of facts, for the figures."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from uuid import UUID

from django.db.models import Max

from jiedui.mentoring.models import LearningFact
from jiedui.programmes.domain.facts import NAMES, ProgrammeFactRow

CHUNK = 5_000


def facts(after: int, limit: int | None = None) -> Iterator[ProgrammeFactRow]:
    """Rows with a number greater than ``after``, in the order of commit."""
    rows = LearningFact.objects.filter(sequence__gt=after).order_by("sequence").values_list(*NAMES)
    if limit is not None:
        rows = rows[:limit]
    for row in rows.iterator(chunk_size=CHUNK):
        yield ProgrammeFactRow(*row)


def newest_fact() -> int:
    """The highest number in the stream; 0 while it is empty."""
    return LearningFact.objects.aggregate(newest=Max("sequence"))["newest"] or 0


def has_facts(programme_ids: Collection[UUID] | None, beside: Collection[UUID] = ()) -> bool:
    """Whether the programmes (None: all but ``beside``) have ever told anything."""
    rows = LearningFact.objects.exclude(programme_id__in=beside)
    if programme_ids is not None:
        rows = rows.filter(programme_id__in=programme_ids)
    return rows.exists()
