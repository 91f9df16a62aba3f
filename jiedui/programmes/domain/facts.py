"""What the figures count of this room, as plain rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

# The last day of what has not ended.
LASTS = date(9999, 12, 31)
# The first day of what nobody says since when it holds.
LONG_AGO = date(1900, 1, 1)


class ProgrammeFactRow(NamedTuple):
    """One row of the stream; the fields are those of the model ``ProgrammeFact``.

    ``happened_to`` is LASTS while what it tells of goes on: a figure of a period
    counts the days of the row that lie in the period.
    """

    sequence: int
    sign: int
    record_id: UUID
    version_id: UUID
    number: int
    line: int
    programme_id: UUID
    kind: str
    giver_id: UUID
    receiver_id: UUID
    person_id: UUID | None
    happened_from: date
    happened_to: date
    known_from: date
    confirmed_by: UUID | None
    measure: str
    item: str
    value: Decimal
    unit: str
    unit_class: str


NAMES = ProgrammeFactRow._fields
