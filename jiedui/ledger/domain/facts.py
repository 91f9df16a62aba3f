"""Confirmed outputs as plain rows: what the figures take in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID


class FactRow(NamedTuple):
    """One row of the stream; the fields are those of the model ``Fact``, in this order.

    The figure of any day is the sum of ``sign`` × ``value`` over rows with
    ``known_from`` no later than that day.
    """

    sequence: int
    sign: int
    entry_id: UUID
    version_id: UUID
    number: int
    line: int
    programme_id: UUID
    kind: str
    output_class: str
    giver_id: UUID
    receiver_id: UUID
    place_id: UUID | None
    happened_from: date
    happened_to: date
    known_from: date
    confirmed_by: UUID | None
    measure: str
    item: str
    value: Decimal
    high: Decimal | None
    precision: str
    unit: str
    unit_class: str
