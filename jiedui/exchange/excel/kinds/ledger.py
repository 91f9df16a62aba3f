"""Ledger entries from a sheet: a row an event, or an event over several rows by its number."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from jiedui.core.dates import read_days
from jiedui.core.errors import InvalidInput, Refused
from jiedui.core.numbers import Stated, read_number
from jiedui.core.packs import vocabulary
from jiedui.core.periods import Period
from jiedui.exchange.excel.declare import ImportKind, Record, Tally, Task, fault_of
from jiedui.exchange.excel.kinds.ledger_columns import COLUMNS, SUFFIXES
from jiedui.exchange.excel.lookups import Lookups
from jiedui.ledger.actions import EntryInput, ParticipantInput, QuantityInput, record_many

_ = str  # marks message ids for the catalogue

# Ids of entries come from what the row says, so that the same file again adds nothing.
_IDS = UUID("6c0a4b1e-52d3-5f0e-9a53-7f3f6d1f2b10")
# The columns of what a row names; its few combinations are looked up once.
_BODIES = ("programme", "kind", "giver", "receiver", "place")
_PERSON = re.compile(r"\s*([^()（）]+?)\s*(?:[（(]([^()（）]+)[)）])?\s*")


class _Bodies(NamedTuple):
    """What a row names beside its day, people and quantities."""

    programme: UUID
    kind: str
    giver: Any
    receiver: Any
    place: UUID | None
    # All of these as one text, of which a row's identity is made.
    said: str


class _Head(NamedTuple):
    """What an event says beside its quantities."""

    bodies: _Bodies
    start: date
    end: date
    department: UUID | None
    people: tuple[ParticipantInput, ...]
    narrative: str


@dataclass
class _Event:
    """An event as it is put together: its rows, and where each quantity stands."""

    records: list[Record]
    head: _Head | None = None
    quantities: list[QuantityInput] = field(default_factory=list)
    lines: list[tuple[int, str]] = field(default_factory=list)
    broken: bool = False


class _Origin(NamedTuple):
    """Where an entry came from: the sheet, its columns, its first row, each quantity's row."""

    sheet: str
    places: Mapping[str, int]
    row: int
    lines: tuple[tuple[int, str], ...]


@lru_cache(maxsize=8192)
def _days(text: str) -> Period:
    return read_days(text)


def _day_span(record: Record, code: str) -> Period:
    value = record.values.get(code)
    if value is None:
        raise InvalidInput("cell-blank", "This cell must be filled.")
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return Period(value, value)
    return _days(record.text(code))


class LedgerSheet:
    """Turns the rows of one file into entries."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.known = Lookups(task.by)
        self.events: dict[UUID, int] = {}
        self.alike: dict[bytes, int] = {}
        # Rows repeat the same few bodies all the time.
        self.bodies: dict[tuple[str, ...], _Bodies] = {}

    def faults_of(self, record: Record, code: str, refused: Refused) -> None:
        """Report at a column."""
        self.task.refuse(record, code, refused)

    def bodies_of(self, record: Record) -> _Bodies | None:
        """Programme, activity, both sides and place; None if one of them is wrong."""
        key = tuple(map(record.text, _BODIES))
        if (kept := self.bodies.get(key)) is not None:
            return kept
        wrong: list[str] = []

        def attempt(code: str, find: Callable[[], Any]) -> Any:
            try:
                return find()
            except Refused as refused:
                self.faults_of(record, code, refused)
                wrong.append(code)
                return None

        known = self.known
        programme = attempt(
            "programme", lambda: _programme(known, key[0] or self.task.options.programme)
        )
        kind = attempt("kind", lambda: known.code("activity_kinds", _must(record, "kind")))
        receiver = attempt("receiver", lambda: known.organisation(_must(record, "receiver")))
        giver = receiver
        if key[2] or not _is_local(kind):
            giver = attempt("giver", lambda: known.organisation(_must(record, "giver")))
        place = attempt("place", lambda: known.place(key[4])) if key[4] else None
        if wrong:
            return None
        said = f"{programme}|{kind}|{giver.id}|{receiver.id}|{place}"
        found = self.bodies[key] = _Bodies(programme, kind, giver, receiver, place, said)
        return found

    def head_of(self, record: Record) -> _Head | None:
        """What a row says beside its quantities; None if something in it is wrong."""
        bodies = self.bodies_of(record)
        code = "happened_from"
        try:
            span = _day_span(record, code)
            start, end = span.start, span.end
            if "happened_to" in record.values:
                code = "happened_to"
                end = _day_span(record, code).end
        except Refused as refused:
            self.faults_of(record, code, refused)
            return None
        if bodies is None or start is None or end is None:
            return None
        department: UUID | None = None
        people: tuple[ParticipantInput, ...] = ()
        sides = bodies.giver, bodies.receiver
        try:
            if name := record.text("department"):
                code = "department"
                department = self.known.department(name, *reversed(sides))
            if names := record.text("people"):
                code = "people"
                people = self.people(names, start, *sides)
        except Refused as refused:
            self.faults_of(record, code, refused)
            return None
        return _Head(bodies, start, end, department, people, record.text("narrative"))

    def people(
        self, text: str, day: date, giver: object, receiver: object
    ) -> tuple[ParticipantInput, ...]:
        """The people named in a cell."""
        found = []
        for one in re.split(r"[、,，;；\n/]+", text):
            if not one.strip():
                continue
            match = _PERSON.fullmatch(one)
            if match is None:
                raise InvalidInput("people-unreadable", "“%(text)s” names nobody.", text=one)
            name, home = match.groups()
            if home:
                body = self.known.organisation(home)
                found.append(ParticipantInput(self.known.person(name, day, body), body.id))
            else:
                found.append(ParticipantInput(self.known.person(name, day, giver, receiver)))
        return tuple(found)

    def quantities(
        self, record: Record, kind: str | None
    ) -> list[tuple[QuantityInput, str]] | None:
        """The quantities of a row with the suffix of their columns; None if one is wrong."""
        found: list[tuple[QuantityInput, str]] = []
        wrong = False
        for suffix in SUFFIXES:
            code = f"value{suffix}"
            if code not in record.values:
                if suffix and code not in record.places:
                    continue
                others = [c for c in (f"measure{suffix}", f"unit{suffix}") if c in record.values]
                if suffix == "" or others:
                    self.faults_of(
                        record, code, InvalidInput("cell-blank", "This cell must be filled.")
                    )
                    wrong = True
                continue
            try:
                where = code
                stated = _stated(record, code)
                unit = record.text(f"unit{suffix}")
                where = f"unit{suffix}"
                if unit and stated.unit and unit != stated.unit:
                    raise InvalidInput(
                        "unit-differs",
                        "The value is in “%(one)s”, the unit column says “%(other)s”.",
                        one=stated.unit,
                        other=unit,
                    )
                where = f"measure{suffix}"
                measure = self.measure(record.text(where), kind, suffix)
                where = "output_class"
                output_class = record.text(where) if suffix == "" else ""
                if output_class:
                    output_class = self.known.code("output_classes", output_class)
            except Refused as refused:
                self.faults_of(record, where, refused)
                wrong = True
                continue
            quantity = QuantityInput(
                measure=measure,
                value=stated.value,
                unit=unit or stated.unit,
                precision=stated.precision.value,
                high=stated.high,
                item=record.text("item") if suffix == "" else "",
                output_class=output_class,
            )
            found.append((quantity, suffix))
        return None if wrong else found

    def measure(self, text: str, kind: str | None, suffix: str) -> str:
        """The measure named, or the only output of the kind."""
        if text:
            return self.known.code("measures", text)
        if kind is None:
            return ""  # the row is refused for its kind already
        outputs = vocabulary().term("activity_kinds", kind).extra.get("outputs", "").split()
        if suffix == "" and len(outputs) == 1:
            return outputs[0]
        raise InvalidInput("cell-blank", "This cell must be filled.")

    def events_in(self) -> Iterator[_Event]:
        """Events in the order of the file, those with a fault left out."""
        event: _Event | None = None
        key = ""
        for record in self.task.records:
            number = record.text("event_id")
            if event is not None and number and f"{record.sheet}|{number}" == key:
                self.add(event, record, again=True)
                continue
            if event is not None and not event.broken:
                yield event
            key = f"{record.sheet}|{number}" if number else ""
            event = _Event([])
            self.add(event, record, again=False)
        if event is not None and not event.broken:
            yield event

    def add(self, event: _Event, record: Record, *, again: bool) -> None:
        """Take a row into an event; any fault breaks the whole event."""
        event.records.append(record)
        if record.broken:
            event.broken = True
            return
        if again and event.head is not None:
            self.same(event, record)
        elif (head := self.head_of(record)) is not None:
            event.head = head
        else:
            event.broken = True
        lines = self.quantities(record, event.head.bodies.kind if event.head else None)
        if lines is None:
            event.broken = True
            return
        for quantity, suffix in lines:
            event.quantities.append(quantity)
            event.lines.append((record.row, suffix))

    def same(self, event: _Event, record: Record) -> None:
        """A further row of an event repeats what the first says, or leaves it blank."""
        first = event.records[0]
        for column in COLUMNS[1:9]:
            text = record.text(column.code)
            if text and text != first.text(column.code):
                self.faults_of(
                    record,
                    column.code,
                    InvalidInput(
                        "event-differs",
                        "The event's first row (%(row)s) says “%(text)s” here.",
                        row=first.row,
                        text=first.text(column.code),
                    ),
                )
                event.broken = True

    def entry(self, event: _Event) -> EntryInput | None:
        """The entry with its id; None if its number was used before in the file."""
        if event.head is None:
            return None
        bodies, start, end, department, people, narrative = event.head
        first = event.records[0]
        if number := first.text("event_id"):
            id = uuid5(_IDS, f"{bodies.programme}|{bodies.giver.id}|{bodies.receiver.id}|{number}")
            before = self.events.setdefault(id, first.row)
            if before != first.row:
                self.faults_of(
                    first,
                    "event_id",
                    InvalidInput(
                        "event-apart",
                        "Event %(number)s stands in row %(row)s already; put its rows together.",
                        number=number,
                        row=before,
                    ),
                )
                return None
        else:
            id = self.identity(event.head, event.quantities)
        return EntryInput(
            programme=bodies.programme,
            kind=bodies.kind,
            happened_from=start,
            happened_to=end,
            giver=bodies.giver.id,
            receiver=bodies.receiver.id,
            quantities=tuple(event.quantities),
            place=bodies.place,
            department=department,
            participants=people,
            narrative=narrative,
            id=id,
        )

    def identity(self, head: _Head, quantities: list[QuantityInput]) -> UUID:
        """An id from what the row says; rows alike are told apart by their order."""
        bodies, start, end, department, people, narrative = head
        said = [f"{bodies.said}|{start}|{end}|{department}|{narrative}"]
        said += [
            f"{q.measure}|{q.value}|{q.high}|{q.precision}|{q.unit}|{q.item}|{q.output_class}"
            for q in quantities
        ]
        said += sorted(f"{p.person}|{p.organisation}" for p in people)
        digest = hashlib.sha256("\n".join(said).encode()).digest()[:16]
        count = self.alike[digest] = self.alike.get(digest, 0) + 1
        if count == 1:
            return UUID(bytes=digest, version=5)
        return uuid5(_IDS, f"{digest.hex()}|{count}")


def _must(record: Record, code: str) -> str:
    text = record.text(code)
    if not text:
        raise InvalidInput("cell-blank", "This cell must be filled.")
    return text


def _is_local(kind: str | None) -> bool:
    """Whether the activity is the receiver's own work, which has no giver."""
    if not kind:
        return False
    return vocabulary().term("activity_kinds", kind).extra.get("local") == "1"


def _programme(known: Lookups, text: str) -> UUID:
    if not text:
        raise InvalidInput("programme-missing", "Say to which programme the entries belong.")
    return known.programme(text)


def _stated(record: Record, code: str) -> Stated:
    value = record.values[code]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Stated(Decimal(str(value)))
    if isinstance(value, str):
        return read_number(value.strip())
    raise InvalidInput(
        "number-unreadable",
        "“%(text)s” is not a number; write 40, 40余, 2.5万 or 40至50.",
        text=str(value),
    )


def _place_of(origin: _Origin, where: str) -> tuple[int, str]:
    """The row and column that a field of an entry came from."""
    parts = where.split(".")
    if parts[0] == "quantities":
        if len(parts) < 2 or not parts[1].isdigit() or int(parts[1]) > len(origin.lines):
            return origin.row, "value"
        row, suffix = origin.lines[int(parts[1]) - 1]
        name = parts[2] if len(parts) > 2 else "value"
        name = {"high": "value", "precision": "value", "unit_class": "unit"}.get(name, name)
        return row, f"{name}{suffix}" if name in {"measure", "value", "unit"} else name
    return origin.row, {"participants": "people", "id": "event_id"}.get(parts[0], parts[0])


def import_entries(task: Task) -> Tally:
    """Read entries from the rows and hand them to the ledger, as submitted for confirmation."""
    sheet = LedgerSheet(task)
    origins: list[_Origin] = []

    def rows() -> Iterator[EntryInput]:
        for event in sheet.events_in():
            entry = sheet.entry(event)
            if entry is not None:
                first = event.records[0]
                origins.append(_Origin(first.sheet, first.places, first.row, tuple(event.lines)))
                yield entry

    done = record_many(by=task.by, rows=rows(), dry_run=not task.commit, source=task.source)
    for refusal in done.refused:
        origin = origins[refusal.index]
        row, code = _place_of(origin, refusal.refused.field or "")
        column = origin.places.get(code, 0)
        task.report(fault_of(refusal.refused, origin.sheet, row, column))
    return Tally(done.recorded, done.repeated)


LEDGER = ImportKind(
    code="ledger",
    title=_("Ledger entries"),
    intro=_(
        "What was done: a row an event, or several rows with one event number."
        " Imported entries wait for the receiving side to confirm them."
    ),
    permission="ledger.import",
    columns=COLUMNS,
    work=import_entries,
    needs_programme=True,
)
