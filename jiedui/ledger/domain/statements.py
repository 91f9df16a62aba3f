"""A published figure as a plain row, for the engine that weighs statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True)
class StatementRow:
    """One statement of a report with its newest placing.

    ``start`` and ``end`` are days (a month or year is whole); None is unknown.
    ``part_of`` and ``same_as`` are claims, and claims are unique over all
    publications. ``placed`` is False until givers and receivers are assigned; an
    empty set in a placed statement is a side that the report leaves blank.
    ``sequence`` is the number of the newest placing, or of the statement itself
    while it is unplaced.
    """

    id: UUID
    claim: str
    report: str
    publisher: str
    published_on: date
    programme_id: UUID
    example: bool
    measure: str
    item: str
    value: Decimal
    high: Decimal | None
    precision: str
    unit: str
    unit_class: str
    kind: str
    givers: frozenset[UUID]
    receivers: frozenset[UUID]
    giver_text: str
    receiver_text: str
    start: date | None
    end: date | None
    start_text: str
    end_text: str
    period_text: str
    part_of: str | None
    same_as: str | None
    note: str
    placed: bool
    sequence: int
