"""The room's stream of facts, for the figures."""

from __future__ import annotations

from collections.abc import Iterator

from jiedui.programmes.domain.facts import NAMES, ProgrammeFactRow
from jiedui.programmes.models import ProgrammeFact

CHUNK = 5_000


def facts(after: int, limit: int | None = None) -> Iterator[ProgrammeFactRow]:
    """Rows with a number greater than ``after``, in the order of commit."""
    rows = ProgrammeFact.objects.filter(sequence__gt=after).order_by("sequence").values_list(*NAMES)
    if limit is not None:
        rows = rows[:limit]
    for row in rows.iterator(chunk_size=CHUNK):
        yield ProgrammeFactRow(*row)
