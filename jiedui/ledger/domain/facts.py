"""What is counted, as plain rows: the one row type of all streams that the figures take in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

LEDGER = "ledger"


class FactRow(NamedTuple):
    """One row of a stream; up to ``unit_class`` the fields are the model ``Fact``'s, in order.

    The figure of any day is the sum of ``sign`` × ``value`` over rows with
    ``known_from`` no later than that day. In the ledger's own rows the last two fields
    are as given here; of another stream, ``entry_id`` is the record that the row is of (a
    pairing, batch, post or posting), and ``person_id`` whom it is about, where persons
    are counted apart from person-times.
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


# The fields that the ledger's rows are read with.
FIELDS = FactRow._fields[: FactRow._fields.index("unit_class") + 1]
