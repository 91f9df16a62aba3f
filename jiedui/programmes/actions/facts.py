"""Writing a room's stream of facts: what a record says now replaces what it said before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from jiedui.accounts.audit import number_facts
from jiedui.accounts.models import User
from jiedui.core.clock import today
from jiedui.core.identifiers import new_id
from jiedui.core.packs import vocabulary
from jiedui.programmes.domain.facts import LASTS
from jiedui.programmes.models import CountedFact, ProgrammeFact


@dataclass(frozen=True)
class Said:
    """One line of what a record says: how much of which measure held from when to when."""

    measure: str
    happened_from: date
    happened_to: date | None = None
    value: Decimal = Decimal(1)
    item: str = ""
    person_id: UUID | None = None


def _standing(stream: type[CountedFact], record_id: UUID) -> list[CountedFact]:
    """The rows of a record that no later row has taken back."""
    rows: dict[tuple[UUID, int], CountedFact] = {}
    for row in stream._default_manager.filter(record_id=record_id).order_by("sequence"):
        key = (row.version_id, row.line)
        if row.sign > 0:
            rows[key] = row
        else:
            rows.pop(key, None)
    return list(rows.values())


def _same(row: CountedFact, said: Said, kind: str, giver: UUID, receiver: UUID) -> bool:
    return (
        (row.kind, row.giver_id, row.receiver_id, row.measure)
        == (kind, giver, receiver, said.measure)
        and (row.person_id, row.value, row.item) == (said.person_id, said.value, said.item)
        and (row.happened_from, row.happened_to) == (said.happened_from, said.happened_to or LASTS)
    )


def tell(
    *,
    by: User | None,
    record_id: UUID,
    programme_id: UUID,
    kind: str,
    giver_id: UUID,
    receiver_id: UUID,
    lines: Iterable[Said],
    known_from: date | None = None,
    stream: type[CountedFact] = ProgrammeFact,
) -> None:
    """Say what the figures count of a record from now on; nothing if that is nothing new.

    Call it inside the action's transaction, just before the audit row: it takes
    the house's write lock. Rows that hold no more are taken back with sign -1.
    """
    said = list(lines)
    before = _standing(stream, record_id)
    kept = [
        row for row in before if any(_same(row, each, kind, giver_id, receiver_id) for each in said)
    ]
    fresh = [
        each for each in said
        if not any(_same(row, each, kind, giver_id, receiver_id) for row in kept)
    ]  # fmt: skip
    gone = [row for row in before if row not in kept]
    if not fresh and not gone:
        return
    known = known_from or today()
    measures = vocabulary().table("measures")
    sequence = number_facts(len(fresh) + len(gone))
    rows = []
    for row in gone:
        row.sequence, row.sign = sequence, -1
        row.known_from = max(known, row.known_from)
        sequence += 1
        rows.append(row)
    number = 1 + max((row.number for row in before), default=0)
    version = new_id()
    for line, each in enumerate(fresh, 1):
        unit = measures[each.measure].extra["units"].split()[0]
        rows.append(
            stream(
                sequence=sequence, sign=1, record_id=record_id, version_id=version, number=number,
                line=line, programme_id=programme_id, kind=kind, giver_id=giver_id,
                receiver_id=receiver_id, person_id=each.person_id,
                happened_from=each.happened_from, happened_to=each.happened_to or LASTS,
                known_from=known, confirmed_by=by.id if by else None, measure=each.measure,
                item=each.item, value=each.value, unit=unit,
                unit_class=measures[each.measure].extra["unit_class"],
            )
        )  # fmt: skip
        sequence += 1
    stream._default_manager.bulk_create(rows)
