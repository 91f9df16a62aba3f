"""What an entry says: given by people or files, checked against the vocabulary.

Pure: the day of today and the vocabulary come in as arguments.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from uuid import UUID

from jiedui.core.errors import InvalidInput
from jiedui.core.packs import Vocabulary
from jiedui.core.quantities import OutputClass, Precision, UnitClass

# The widest number that a column of 18 digits with 2 decimals holds.
LARGEST = Decimal("9999999999999999.99")
CENT = Decimal("0.01")
PRECISIONS = frozenset(one.value for one in Precision)
UNIT_CLASSES = frozenset(one.value for one in UnitClass)
OUTPUT_CLASSES = frozenset(one.value for one in OutputClass)
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True)
class QuantityInput:
    """So many of a measure; what is left blank comes from the measures table.

    ``value`` may be text; ``high`` ends a range; ``unit_class`` is needed only
    where a unit may count two things.
    """

    measure: str
    value: Decimal | int | str
    unit: str = ""
    unit_class: str = ""
    precision: str = "exact"
    high: Decimal | int | str | None = None
    item: str = ""
    output_class: str = ""


@dataclass(frozen=True)
class ParticipantInput:
    """A person in the event; a blank organisation is the person's own on that day."""

    person: UUID
    organisation: UUID | None = None
    role: str = ""


@dataclass(frozen=True)
class EntryInput:
    """One event, as a row of an import or a form gives it; ids of what exists already."""

    programme: UUID
    kind: str
    happened_from: date
    happened_to: date
    giver: UUID
    receiver: UUID
    quantities: Sequence[QuantityInput]
    place: UUID | None = None
    department: UUID | None = None
    participants: Sequence[ParticipantInput] = ()
    narrative: str = ""
    evidence: Sequence[str] = ()
    id: UUID | None = None


@dataclass(frozen=True)
class Output:
    """A checked quantity, as it is stored."""

    measure: str
    item: str
    value: Decimal
    high: Decimal | None
    precision: str
    unit: str
    unit_class: str
    output_class: str


@dataclass(frozen=True)
class Content:
    """A checked entry: what is hashed, compared and stored."""

    programme: UUID
    kind: str
    happened_from: date
    happened_to: date
    giver: UUID
    receiver: UUID
    place: UUID | None
    department: UUID | None
    outputs: tuple[Output, ...]
    participants: tuple[ParticipantInput, ...]
    narrative: str
    evidence: tuple[str, ...] = field(default=())

    def plain(self) -> dict[str, object]:
        """Plain JSON values in a fixed order."""
        return {
            "programme": str(self.programme),
            "kind": self.kind,
            "happened": [self.happened_from.isoformat(), self.happened_to.isoformat()],
            "giver": str(self.giver),
            "receiver": str(self.receiver),
            "place": str(self.place or ""),
            "department": str(self.department or ""),
            "outputs": [
                [
                    o.measure,
                    o.item,
                    str(o.value),
                    str(o.high) if o.high is not None else "",
                    o.precision,
                    o.unit,
                    o.unit_class,
                    o.output_class,
                ]
                for o in self.outputs
            ],
            "participants": sorted(
                [str(p.person), str(p.organisation or ""), p.role] for p in self.participants
            ),
            "narrative": self.narrative,
            "evidence": sorted(self.evidence),
        }

    def hash(self) -> str:
        """SHA-256 of the plain values: the same content, the same hash."""
        return plain_hash(self.plain())


def plain_hash(plain: Mapping[str, object]) -> str:
    """SHA-256 over canonical JSON."""
    return hashlib.sha256(_CANONICAL.encode(plain).encode()).hexdigest()


def read_number(value: Decimal | int | str, where: str) -> Decimal:
    """A number no less than zero with at most two decimals; thousands commas are taken.

    InvalidInput ``number-unreadable``, ``number-negative`` or ``number-too-large``
    at the field ``where``.
    """
    try:
        number = (
            value
            if isinstance(value, Decimal)
            else Decimal(str(value).strip().replace(",", "").replace("，", ""))
        )
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise InvalidInput(
            "number-unreadable", "“%(text)s” is not a number.", field=where, text=value
        )
    if number < 0:
        raise InvalidInput(
            "number-negative", "A count cannot be negative (%(text)s).", field=where, text=value
        )
    if number > LARGEST:
        raise InvalidInput(
            "number-too-large", "%(text)s is too large a number.", field=where, text=value
        )
    rounded = number.quantize(CENT)
    if rounded != number:
        raise InvalidInput(
            "number-too-fine", "%(text)s has more than two decimals.", field=where, text=value
        )
    return rounded


def check_code(vocabulary: Vocabulary, table: str, code: str, where: str) -> None:
    """InvalidInput ``code-unknown`` at the field unless the table has the code."""
    if code not in vocabulary.tables.get(table, {}):
        raise InvalidInput(
            "code-unknown",
            "“%(code)s” is not a code of the table “%(table)s”.",
            field=where,
            code=code,
            table=table,
        )


def unit_and_class(
    vocabulary: Vocabulary, measure: str, unit: str, unit_class: str, where: str
) -> tuple[str, str]:
    """The unit and what it counts for a measure; blanks are filled from the tables.

    A measure's first unit counts what the measure counts by default; another
    unit counts what the table of units says. InvalidInput ``unit-wrong`` or
    ``unit-class-wrong``.
    """
    term = vocabulary.table("measures")[measure]
    units = term.extra.get("units", "").split()
    usual = term.extra.get("unit_class", "")
    unit = unit.strip() or (units[0] if units else "")
    if unit not in units:
        raise InvalidInput(
            "unit-wrong",
            "%(measure)s is not counted in “%(unit)s”; use %(units)s.",
            field=f"{where}.unit",
            measure=term.name,
            unit=unit,
            units="、".join(units),
        )
    unit_term = vocabulary.tables.get("units", {}).get(unit)
    of_unit = unit_term.extra.get("unit_class", "") if unit_term else ""
    chosen = unit_class or (usual if unit == units[0] or not of_unit else of_unit)
    if chosen not in {usual, of_unit} or chosen not in UNIT_CLASSES:
        raise InvalidInput(
            "unit-class-wrong",
            "%(measure)s in “%(unit)s” cannot count “%(unit_class)s”.",
            field=f"{where}.unit_class",
            measure=term.name,
            unit=unit,
            unit_class=chosen,
        )
    return unit, chosen


def check_span(
    value: Decimal, high: Decimal | None, precision: str, where: str
) -> tuple[Decimal, Decimal | None]:
    """A range has its high end, above the low one; nothing else has."""
    if precision not in PRECISIONS:
        raise InvalidInput(
            "code-unknown",
            "“%(code)s” is not a code of the table “%(table)s”.",
            field=f"{where}.precision",
            code=precision,
            table="precisions",
        )
    if (precision == Precision.RANGE) != (high is not None):
        raise InvalidInput(
            "range-incomplete",
            "A range needs a high end, and only a range has one.",
            field=f"{where}.high",
        )
    if high is not None and high <= value:
        raise InvalidInput(
            "range-reversed",
            "The range ends (%(high)s) no higher than it starts (%(low)s).",
            field=f"{where}.high",
            high=high,
            low=value,
        )
    return value, high


@lru_cache(maxsize=4096)
def _counted_in(
    vocabulary: Vocabulary,
    kind: str,
    measure: str,
    unit: str,
    unit_class: str,
    output_class: str,
    where: str,
) -> tuple[str, str, str]:
    """Unit, unit class and output class of a measure in a kind: a file has few of them."""
    check_code(vocabulary, "measures", measure, f"{where}.measure")
    unit, unit_class = unit_and_class(vocabulary, measure, unit, unit_class, where)
    of_unit = vocabulary.tables.get("units", {}).get(unit)
    if of_unit is not None and of_unit.extra.get("unit_class") == "share":
        raise InvalidInput(
            "share-not-countable",
            "%(measure)s is a share; an entry holds counts, from which shares are made.",
            field=f"{where}.measure",
            measure=vocabulary.table("measures")[measure].name,
        )
    term = vocabulary.table("activity_kinds")[kind]
    # A kind with one output lends it its class; in an event with several (a
    # teaching free clinic) each output has the class of its measure.
    alone = len(term.extra.get("outputs", "").split()) == 1
    of_measure = vocabulary.table("measures")[measure].extra.get("output_class", "")
    output_class = output_class or (term.extra.get("output_class", "") if alone else of_measure)
    if output_class not in OUTPUT_CLASSES:
        raise InvalidInput(
            "code-unknown",
            "“%(code)s” is not a code of the table “%(table)s”.",
            field=f"{where}.output_class",
            code=output_class,
            table="output_classes",
        )
    return unit, unit_class, output_class


def check_quantity(given: QuantityInput, vocabulary: Vocabulary, kind: str, where: str) -> Output:
    """One quantity with all its blanks filled, or InvalidInput at ``where``."""
    unit, unit_class, output_class = _counted_in(
        vocabulary, kind, given.measure, given.unit, given.unit_class, given.output_class, where
    )
    value = read_number(given.value, f"{where}.value")
    high = None
    if given.high is not None and str(given.high).strip():
        high = read_number(given.high, f"{where}.high")
    value, high = check_span(value, high, given.precision, where)
    if len(given.item) > 64:
        raise InvalidInput(
            "text-too-long",
            "This is longer than %(most)s characters.",
            field=f"{where}.item",
            most=64,
        )
    return Output(
        given.measure,
        given.item.strip(),
        value,
        high,
        given.precision,
        unit,
        unit_class,
        output_class,
    )


def is_local(vocabulary: Vocabulary, kind: str) -> bool:
    """Whether the kind is the receiver's own work, so that giver and receiver may be one."""
    return vocabulary.table("activity_kinds")[kind].extra.get("local", "") == "1"


def check_entry(given: EntryInput, vocabulary: Vocabulary, today: date) -> Content:
    """All rules that need nothing but the vocabulary and the day; InvalidInput by field."""
    check_code(vocabulary, "activity_kinds", given.kind, "kind")
    if given.happened_to < given.happened_from:
        raise InvalidInput(
            "period-reversed",
            "The period ends (%(end)s) before it starts (%(start)s).",
            field="happened_to",
            start=given.happened_from,
            end=given.happened_to,
        )
    if given.happened_to > today:
        raise InvalidInput(
            "date-in-future",
            "%(day)s has not come yet; the ledger holds what has happened.",
            field="happened_to" if given.happened_from <= today else "happened_from",
            day=given.happened_to,
        )
    if given.giver == given.receiver and not is_local(vocabulary, given.kind):
        raise InvalidInput(
            "giver-is-receiver", "Supporter and recipient are the same body.", field="receiver"
        )
    if not given.quantities:
        raise InvalidInput("quantity-missing", "State at least one quantity.", field="quantities")
    outputs = tuple(
        check_quantity(quantity, vocabulary, given.kind, f"quantities.{line}")
        for line, quantity in enumerate(given.quantities, 1)
    )
    seen: set[tuple[str, str, str]] = set()
    for line, output in enumerate(outputs, 1):
        key = (output.measure, output.item, output.unit_class)
        if key in seen:
            raise InvalidInput(
                "output-twice",
                "%(measure)s is stated twice in one event; each output counts once.",
                field=f"quantities.{line}.measure",
                measure=vocabulary.table("measures")[output.measure].name,
            )
        seen.add(key)
    people: set[UUID] = set()
    for line, participant in enumerate(given.participants, 1):
        if participant.person in people:
            raise InvalidInput(
                "participant-twice",
                "This person is named twice.",
                field=f"participants.{line}.person",
            )
        people.add(participant.person)
        if participant.role:
            check_code(
                vocabulary, "participant_roles", participant.role, f"participants.{line}.role"
            )
    if len(given.narrative) > 4000:
        raise InvalidInput(
            "text-too-long",
            "This is longer than %(most)s characters.",
            field="narrative",
            most=4000,
        )
    return Content(
        programme=given.programme,
        kind=given.kind,
        happened_from=given.happened_from,
        happened_to=given.happened_to,
        giver=given.giver,
        receiver=given.receiver,
        place=given.place,
        department=given.department,
        outputs=outputs,
        participants=tuple(given.participants),
        narrative=given.narrative.strip(),
        evidence=tuple(dict.fromkeys(given.evidence)),
    )
