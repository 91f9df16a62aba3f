"""Take in the pairings and batches that published reports state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.db import transaction

from jiedui.accounts.models import User
from jiedui.core.errors import InvalidInput
from jiedui.programmes.actions._checking import takes_part
from jiedui.programmes.actions.batches import create_batch
from jiedui.programmes.actions.structure import pair
from jiedui.programmes.domain.states import GIVER
from jiedui.programmes.models import Batch, Pairing, Programme
from jiedui.programmes.queries.history import StatedBatch, StatedTie

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation

# The same row of the same list is the same tie on every machine.
_LIST = UUID("0199c2d0-5b0e-7a3c-8f61-2d4e7b9a1c35")


@transaction.atomic
def import_ties(
    *,
    by: User | None,
    ties: Iterable[StatedTie],
    batches: Iterable[StatedBatch],
    programmes: Mapping[str, Programme],
    find: Callable[[str], Organisation | None],
) -> tuple[int, int]:
    """Pair and number as the rows say; how many pairings and batches were not there before.

    ``programmes`` are those of the reports; a row of another report is left out, and a
    batch whose sender only another report pairs waits for that report.
    Safe to repeat. Raises InvalidInput ``tie-body-unknown`` at the row's name,
    and what ``pair`` and ``create_batch`` refuse; then nothing is taken in.
    """

    def body(name: str, row: str) -> Organisation:
        found = find(name)
        if found is None:
            raise InvalidInput(
                "tie-body-unknown",
                "%(row)s names “%(name)s”, whom the directory does not know.",
                field=row,
                row=row,
                name=name,
            )
        return found

    before = (Pairing.objects.count(), Batch.objects.count())
    for tie in ties:
        if (programme := programmes.get(tie.report)) is not None:
            pair(
                by=by, id=uuid5(_LIST, tie.name), programme=programme, kind=tie.kind,
                giver=body(tie.giver, tie.name), receiver=body(tie.receiver, tie.name),
                source=tie.source, valid_from=tie.valid_from, valid_to=tie.valid_to,
            )  # fmt: skip
    for batch in batches:
        if (programme := programmes.get(batch.report)) is not None:
            sender = body(batch.sender, batch.name)
            if not takes_part(programme, sender, GIVER):
                continue
            create_batch(
                by=by, id=uuid5(_LIST, batch.name), programme=programme, sender=sender,
                number=batch.number, name=batch.title, valid_from=batch.valid_from,
                valid_to=batch.valid_to, stated_people=batch.people, source=batch.source,
            )  # fmt: skip
    return Pairing.objects.count() - before[0], Batch.objects.count() - before[1]
