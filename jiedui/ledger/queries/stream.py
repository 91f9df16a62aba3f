"""The ledger's streams for the rooms above: confirmed facts and published statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from uuid import UUID

from django.db.models import Max

from jiedui.ledger.domain.facts import FactRow
from jiedui.ledger.domain.statements import StatementRow
from jiedui.ledger.models import Fact, Placing, Statement


def facts(after: int, limit: int | None = None) -> Iterator[FactRow]:
    """Facts numbered higher than ``after``, in order of sequence; at most ``limit``."""
    rows = Fact.objects.filter(sequence__gt=after).order_by("sequence")
    plain = rows.values_list(*FactRow._fields)
    if limit is not None:
        plain = plain[:limit]
    return map(FactRow._make, plain.iterator(chunk_size=5000))


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
    rows = Statement.objects.select_related("publication__programme", "part_of", "same_as")
    placings = Placing.objects.order_by("number")
    if programme_ids is not None:
        wanted = list(programme_ids)
        rows = rows.filter(publication__programme_id__in=wanted)
        placings = placings.filter(statement__publication__programme_id__in=wanted)
    if sequence is not None:
        rows = rows.filter(sequence__lte=sequence)
        placings = placings.filter(sequence__lte=sequence)
    newest = {p.statement_id: p for p in placings}
    givers = _sides(Placing.givers.through, newest)
    receivers = _sides(Placing.receivers.through, newest)
    return [
        StatementRow(
            id=row.id,
            claim=row.claim,
            report=row.publication.code,
            publisher=row.publication.publisher,
            published_on=row.publication.published_on,
            programme_id=row.publication.programme_id,
            example=row.publication.programme.example,
            measure=row.measure,
            item=row.item,
            value=row.value,
            high=row.high,
            precision=row.precision,
            unit=row.unit,
            unit_class=row.unit_class,
            kind=row.kind,
            givers=givers[newest[row.id].id] if row.id in newest else frozenset(),
            receivers=receivers[newest[row.id].id] if row.id in newest else frozenset(),
            giver_text=row.giver_text,
            receiver_text=row.receiver_text,
            start=row.period_start,
            end=row.period_end,
            start_text=row.start_text,
            end_text=row.end_text,
            period_text=row.period_text,
            part_of=row.part_of.claim if row.part_of else None,
            same_as=row.same_as.claim if row.same_as else None,
            note=row.note,
            placed=row.id in newest,
            sequence=newest[row.id].sequence if row.id in newest else row.sequence,
        )
        for row in rows.order_by("publication__published_on", "claim")
    ]


def _sides(through: type, newest: dict[UUID, Placing]) -> defaultdict[UUID, frozenset[UUID]]:
    """Organisations by placing, of one side."""
    found: defaultdict[UUID, frozenset[UUID]] = defaultdict(frozenset)
    manager = through._default_manager  # type: ignore[attr-defined]
    rows = manager.values_list("placing_id", "organisation_id")
    if len(newest) <= 5000:
        rows = rows.filter(placing_id__in=[placing.id for placing in newest.values()])
    for placing_id, organisation_id in rows:
        found[placing_id] |= {organisation_id}
    return found
