"""Rows of versions and facts, built in one place for single and bulk writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from jiedui.accounts.audit import number_facts
from jiedui.core.identifiers import new_id
from jiedui.ledger.actions._known import row_id
from jiedui.ledger.domain.content import Content
from jiedui.ledger.models import (
    EntryEvidence,
    EntryQuantity,
    EntryVersion,
    EvidenceFile,
    Fact,
    Participant,
)


def build_version(
    content: Content,
    *,
    entry_id: UUID,
    number: int,
    state: str,
    at: datetime,
    recorded_on: date,
    by: UUID | None,
    side: UUID,
    pairing: UUID | None,
    id: UUID | None = None,
) -> EntryVersion:
    """An unsaved version with this content."""
    return EntryVersion(
        id=id or new_id(),
        entry_id=entry_id,
        number=number,
        kind=content.kind,
        happened_from=content.happened_from,
        happened_to=content.happened_to,
        giver_id=content.giver,
        receiver_id=content.receiver,
        pairing_id=pairing,
        place_id=content.place,
        department_id=content.department,
        narrative=content.narrative,
        state=state,
        recorded_on=recorded_on,
        recorded_at=at,
        recorded_by=by,
        recorded_for_id=side,
        content_hash=content.hash(),
    )


def build_quantities(version_id: UUID, content: Content) -> list[EntryQuantity]:
    """The version's outputs, numbered from 1."""
    return [
        EntryQuantity(
            version_id=version_id,
            line=line,
            measure=output.measure,
            item=output.item,
            value=output.value,
            high=output.high,
            precision=output.precision,
            unit=output.unit,
            unit_class=output.unit_class,
            output_class=output.output_class,
        )
        for line, output in enumerate(content.outputs, 1)
    ]


def build_participants(version_id: UUID, content: Content) -> list[Participant]:
    """The version's people."""
    return [
        Participant(
            version_id=version_id,
            person_id=one.person,
            organisation_id=row_id(one.organisation),
            role=one.role,
        )
        for one in content.participants
    ]


def save_lines(version: EntryVersion, content: Content) -> None:
    """Write quantities, people and evidence of one version."""
    EntryQuantity.objects.bulk_create(build_quantities(version.id, content))
    Participant.objects.bulk_create(build_participants(version.id, content))
    named = EvidenceFile.objects.in_bulk(list(content.evidence))
    EntryEvidence.objects.bulk_create(
        EntryEvidence(version_id=version.id, file_id=one, name=named[one].name)
        for one in content.evidence
    )


def build_facts(
    version: EntryVersion,
    quantities: Iterable[EntryQuantity],
    programme_id: UUID,
    *,
    sign: int,
    known_from: date,
) -> list[Fact]:
    """Fact rows of a version, not yet numbered."""
    return [
        Fact(
            sequence=0,
            sign=sign,
            entry_id=version.entry_id,
            version_id=version.id,
            number=version.number,
            line=one.line,
            programme_id=programme_id,
            kind=version.kind,
            output_class=one.output_class,
            giver_id=version.giver_id,
            receiver_id=version.receiver_id,
            place_id=version.place_id,
            happened_from=version.happened_from,
            happened_to=version.happened_to,
            known_from=known_from,
            confirmed_by=version.confirmed_by,
            measure=one.measure,
            item=one.item,
            value=one.value,
            high=one.high,
            precision=one.precision,
            unit=one.unit,
            unit_class=one.unit_class,
        )
        for one in quantities
    ]


def append_facts(facts: Sequence[Fact]) -> None:
    """Number and write fact rows; takes the house's last lock."""
    if not facts:
        return
    first = number_facts(len(facts))
    for offset, fact in enumerate(facts):
        fact.sequence = first + offset
    Fact.objects.bulk_create(facts, batch_size=2000)
