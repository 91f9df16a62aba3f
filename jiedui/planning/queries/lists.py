"""What a list of candidates brings that is there already."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from jiedui.planning.models import Candidate


def proposed(ids: Iterable[UUID]) -> frozenset[UUID]:
    """Which of these ids are candidates already."""
    return frozenset(Candidate.objects.filter(id__in=list(ids)).values_list("id", flat=True))
