"""What is counted, as plain rows: outputs of the ledger, and what the programmes tell.

Both rooms keep a stream of their own; one head row numbers them (ADR 3), so that
together they are one stream in the order of commit.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

LEDGER = "ledger"
PROGRAMMES = "programmes"
# In the order of their codes in the store.
STREAMS = (LEDGER, PROGRAMMES)


class FactRow(NamedTuple):
    """One row of the joined stream; the first fields are those of the ledger's rows.

    ``entry_id`` is the entry, or the pairing, batch, post or posting. ``person_id``
    is whom the row is about, where persons are counted apart from person-times.
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
    person_id: UUID | None = None
    stream: str = LEDGER

    def days_within(self, first: date, last: date) -> int:
        """How many of its days lie in a period, both ends included."""
        return max((min(self.happened_to, last) - max(self.happened_from, first)).days + 1, 0)
