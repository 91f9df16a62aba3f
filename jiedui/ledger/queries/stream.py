"""The ledger's streams for the rooms above: confirmed facts and published statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import starmap
from typing import Any
from uuid import UUID

from django.db.models import Max

from jiedui.ledger.domain.facts import FIELDS, FactRow
from jiedui.ledger.domain.statements import StatementRow
from jiedui.ledger.models import Fact, Placing, Publication, Statement


def facts(after: int, limit: int | None = None) -> Iterator[FactRow]:
    """Facts numbered higher than ``after``, in order of sequence; at most ``limit``."""
    rows = Fact.objects.filter(sequence__gt=after).order_by("sequence")
    plain = rows.values_list(*FIELDS)
    if limit is not None:
        plain = plain[:limit]
    return starmap(FactRow, plain.iterator(chunk_size=5000))


def newest_fact() -> int:
    """The highest number in the stream; 0 while it is empty."""
    return Fact.objects.aggregate(newest=Max("sequence"))["newest"] or 0


def has_facts(programme_ids: Collection[UUID] | None, beside: Collection[UUID] = ()) -> bool:
    """Whether any output of the programmes (None: of all but ``beside``) was ever confirmed."""
    rows = Fact.objects.exclude(programme_id__in=beside)
    if programme_ids is not None:
        rows = rows.filter(programme_id__in=programme_ids)
    return rows.exists()


def statements(
    programme_ids: Iterable[UUID] | None = None, sequence: int | None = None
) -> list[StatementRow]:
    """Statements with their newest placing, by day of publication and claim.

    ``programme_ids`` None is all programmes. With ``sequence`` the list is as it
    stood when the stream had that number: later statements and placings are
    left out.
    """
    rows = Statement.objects.order_by("publication__published_on", "claim")
    placings = Placing.objects.order_by("number")
    if programme_ids is not None:
        wanted = list(programme_ids)
        rows = rows.filter(publication__programme_id__in=wanted)
        placings = placings.filter(statement__publication__programme_id__in=wanted)
    if sequence is not None:
        rows = rows.filter(sequence__lte=sequence)
        placings = placings.filter(sequence__lte=sequence)
    # Plain values and no model instances: the list is read whole for every figure.
    newest = {
        statement: (placing, number)
        for statement, placing, number in placings.values_list("statement_id", "id", "sequence")
    }
    held = {placing for placing, _ in newest.values()}
    givers = _sides(Placing.givers.through, held)
    receivers = _sides(Placing.receivers.through, held)
    publications: dict[UUID, list[Any]] = {
        id: rest
        for id, *rest in Publication.objects.values_list(
            "id", "code", "publisher", "published_on", "programme_id", "programme__example"
        )
    }
    found: list[StatementRow] = []
    for id, publication, claim, part_of, same_as, own, *rest in rows.values_list(*_OWN, *_SAME):
        report, publisher, published_on, programme_id, example = publications[publication]
        placing, number = newest.get(id, (None, own))
        found.append(
            StatementRow(
                id=id,
                claim=claim,
                report=report,
                publisher=publisher,
                published_on=published_on,
                programme_id=programme_id,
                example=example,
                givers=givers.get(placing, _NOBODY) if placing else _NOBODY,
                receivers=receivers.get(placing, _NOBODY) if placing else _NOBODY,
                part_of=part_of,
                same_as=same_as,
                placed=placing is not None,
                sequence=number,
                **dict[str, Any](zip(_FIELDS, rest, strict=True)),
            )
        )
    return found


def published_bodies() -> frozenset[UUID]:
    """Organisations that a published figure was ever placed with: reports name them to all."""
    sides = (Placing.givers.through, Placing.receivers.through)
    return frozenset(
        id
        for through in sides
        for id in through._default_manager.values_list("organisation_id", flat=True).distinct()
    )


_NOBODY: frozenset[UUID] = frozenset()
_OWN = ("id", "publication_id", "claim", "part_of__claim", "same_as__claim", "sequence")
# Columns of a statement, and the fields of its row that they fill.
_SAME = (
    "measure",
    "item",
    "value",
    "high",
    "precision",
    "unit",
    "unit_class",
    "kind",
    "giver_text",
    "receiver_text",
    "period_start",
    "period_end",
    "start_text",
    "end_text",
    "period_text",
    "note",
)
_FIELDS = tuple({"period_start": "start", "period_end": "end"}.get(n, n) for n in _SAME)


def _sides(through: type, placings: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Organisations by placing, of one side."""
    found: defaultdict[UUID, frozenset[UUID]] = defaultdict(frozenset)
    manager = through._default_manager  # type: ignore[attr-defined]
    rows = manager.values_list("placing_id", "organisation_id")
    if len(placings) <= 5000:
        rows = rows.filter(placing_id__in=placings)
    for placing_id, organisation_id in rows:
        found[placing_id] |= {organisation_id}
    return found
