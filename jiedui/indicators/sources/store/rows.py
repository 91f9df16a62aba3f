"""Facts as columns: from the plain rows of the stream to Arrow, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import pyarrow as pa

from jiedui.indicators.domain.facts import STREAMS, FactRow
from jiedui.indicators.domain.layout import NAMES, PRECISIONS, TYPES

_ARROW = {
    "int64": pa.int64(),
    "int32": pa.int32(),
    "int16": pa.int16(),
    "int8": pa.int8(),
    "date": pa.date32(),
    "decimal(18, 2)": pa.decimal128(18, 2),
    "binary": pa.binary(),
}
SCHEMA = pa.schema([(name, _ARROW[kind]) for name, kind in TYPES.items()])
_STREAM = {name: number for number, name in enumerate(STREAMS)}
_PRECISION = {name: number for number, name in enumerate(PRECISIONS)}


class Codes:
    """Whole numbers for texts and ids, in the order in which they were first met; 0 is none."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self.values: list[str] = list(values) or [""]
        self._of: dict[str, int] = {value: code for code, value in enumerate(self.values)}
        self._of_id: dict[UUID | None, int] = {None: 0}
        self._ids: dict[int, UUID] = {}

    def __len__(self) -> int:
        return len(self.values)

    def find(self, value: str | UUID | None) -> int:
        """The code of a value; -1 where no fact has ever borne it."""
        return self._of.get("" if value is None else str(value), -1)

    def of(self, value: str) -> int:
        """The code of a text; a new one where it was never met."""
        code = self._of.get(value)
        if code is None:
            code = self._of[value] = len(self.values)
            self.values.append(value)
        return code

    def of_id(self, value: UUID | None) -> int:
        """The code of an id."""
        code = self._of_id.get(value)
        if code is None:
            code = self._of_id[value] = self.of(str(value))
        return code

    def text(self, code: int) -> str:
        """The value of a code."""
        return self.values[code]

    def id(self, code: int) -> UUID | None:
        """The id of a code, None for 0."""
        if not code:
            return None
        found = self._ids.get(code)
        if found is None:
            found = self._ids[code] = UUID(self.values[code])
        return found


def batch(rows: Sequence[FactRow], codes: Codes) -> pa.Table:
    """Facts as one Arrow table of the store's layout; new texts get codes."""
    of, of_id = codes.of, codes.of_id
    columns: Mapping[str, list[Any]] = {
        "sequence": [row.sequence for row in rows],
        "sign": [row.sign for row in rows],
        "stream": [_STREAM[row.stream] for row in rows],
        "measure": [of(row.measure) for row in rows],
        "unit_class": [of(row.unit_class) for row in rows],
        "month": [row.happened_from.year * 100 + row.happened_from.month for row in rows],
        "receiver": [of_id(row.receiver_id) for row in rows],
        "giver": [of_id(row.giver_id) for row in rows],
        "kind": [of(row.kind) for row in rows],
        "output_class": [of(row.output_class) for row in rows],
        "place": [of_id(row.place_id) for row in rows],
        "programme": [of_id(row.programme_id) for row in rows],
        "item": [of(row.item) for row in rows],
        "person": [of_id(row.person_id) for row in rows],
        "unit": [of(row.unit) for row in rows],
        "precision": [_PRECISION[row.precision] for row in rows],
        "happened_from": [row.happened_from for row in rows],
        "happened_to": [row.happened_to for row in rows],
        "known_from": [row.known_from for row in rows],
        "amount": [row.sign * row.value for row in rows],
        "high_amount": [None if row.high is None else row.sign * row.high for row in rows],
        "line": [row.line for row in rows],
        "number": [row.number for row in rows],
        "entry": [row.entry_id.bytes for row in rows],
        "version": [row.version_id.bytes for row in rows],
        "confirmed_by": [of_id(row.confirmed_by) for row in rows],
    }
    return pa.table([pa.array(columns[name], SCHEMA.field(name).type) for name in NAMES], SCHEMA)


def fact(row: Mapping[str, Any], codes: Codes) -> FactRow:
    """A row of the store as the plain row it was made from."""
    sign = row["sign"]
    programme, giver, receiver = (
        UUID(codes.text(row[name])) for name in ("programme", "giver", "receiver")
    )
    high: Decimal | None = row["high_amount"]
    return FactRow(
        sequence=row["sequence"],
        sign=sign,
        entry_id=UUID(bytes=bytes(row["entry"])),
        version_id=UUID(bytes=bytes(row["version"])),
        number=row["number"],
        line=row["line"],
        programme_id=programme,
        kind=codes.text(row["kind"]),
        output_class=codes.text(row["output_class"]),
        giver_id=giver,
        receiver_id=receiver,
        place_id=codes.id(row["place"]),
        happened_from=row["happened_from"],
        happened_to=row["happened_to"],
        known_from=row["known_from"],
        confirmed_by=codes.id(row["confirmed_by"]),
        measure=codes.text(row["measure"]),
        item=codes.text(row["item"]),
        value=sign * row["amount"],
        high=None if high is None else sign * high,
        precision=PRECISIONS[row["precision"]],
        unit=codes.text(row["unit"]),
        unit_class=codes.text(row["unit_class"]),
        person_id=codes.id(row["person"]),
        stream=STREAMS[row["stream"]],
    )
