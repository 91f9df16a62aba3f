"""Ledger entries from a sheet: a row an event, or an event over several rows by its number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5

from jiedui.core.dates import read_days
from jiedui.core.errors import InvalidInput, Refused
from jiedui.core.numbers import Stated, read_number
from jiedui.core.packs import vocabulary
from jiedui.core.periods import Period
from jiedui.exchange.excel.declare import Column, ImportKind, Record, Tally, Task
from jiedui.exchange.excel.kinds.choices import names_of, organisations_seen, programmes_seen
from jiedui.exchange.excel.lookups import Lookups
from jiedui.ledger.actions import EntryInput, ParticipantInput, QuantityInput, record_many

_ = str  # marks message ids for the catalogue

# Ids of entries come from what the row says, so that the same file again adds nothing.
_IDS = UUID("6c0a4b1e-52d3-5f0e-9a53-7f3f6d1f2b10")
_SUFFIXES = ("", "_2", "_3")
_PERSON = re.compile(r"\s*([^()（）]+?)\s*(?:[（(]([^()（）]+)[)）])?\s*")


def _more(n: int) -> tuple[Column, ...]:
    return (
        Column(f"measure_{n}", f"指标项目{n}", f"Measure {n}", choices=names_of("measures")),
        Column(f"value_{n}", f"数量{n}", f"Value {n}"),
        Column(f"unit_{n}", f"单位{n}", f"Unit {n}", choices=names_of("units")),
    )


COLUMNS = (
    Column(
        "event_id",
        "事件编号",
        "Event number",
        help=_(
            "Your own number of the event, if it has one. Rows with the same number, one after"
            " another, form one event with several quantities."
        ),
        example="2026-001",
        also=("编号", "序号", "event id"),
        kind="text",
    ),
    Column(
        "happened_from",
        "日期",
        "Date",
        required=True,
        help=_("The day, or the days: 2026-03-05, 2026年3月5日至7日."),
        example="2026-03-05",
        also=("开始日期", "活动日期", "发生日期", "from"),
        kind="day",
    ),
    Column(
        "happened_to",
        "结束日期",
        "Last day",
        help=_("Blank if it was one day."),
        also=("截止日期", "to"),
        kind="day",
    ),
    Column(
        "kind",
        "活动类型",
        "Activity",
        required=True,
        help=_("Its name or code, from the list."),
        example="义诊",
        choices=names_of("activity_kinds"),
    ),
    Column(
        "giver",
        "支援方",
        "Giver",
        required=True,
        help=_("The name of the supporting side, or any other name by which it is known."),
        example="示例东州第一医院",
        also=("支援单位", "支援医院", "派出单位"),
        choices=organisations_seen,
    ),
    Column(
        "receiver",
        "受援方",
        "Receiver",
        required=True,
        help=_("The name of the receiving side, or any other name by which it is known."),
        example="示例西岭县人民医院",
        also=("受援单位", "受援医院"),
        choices=organisations_seen,
    ),
    Column(
        "place",
        "服务地点",
        "Place",
        help=_("Name or code of the place, if not at the receiver."),
        also=("地点",),
    ),
    Column(
        "department",
        "科室",
        "Department",
        help=_("A department of either side."),
        example="心血管内科",
    ),
    Column(
        "people",
        "参加人员",
        "People",
        help=_(
            "Names of staff, with 、 between them; of two with one name, add the organisation in"
            " brackets."
        ),
        example="甲一、乙二",
        also=("参与人员", "人员", "专家"),
    ),
    Column(
        "measure",
        "指标项目",
        "Measure",
        help=_("What was counted; blank if the activity has only one output."),
        example="义诊受益人次",
        also=("指标", "项目指标"),
        choices=names_of("measures"),
    ),
    Column(
        "value",
        "数量",
        "Value",
        required=True,
        help=_("As people write it: 40, 40余, 近40, 40至50, 2.5万."),
        example="40余",
        also=("数值",),
    ),
    Column(
        "unit",
        "单位",
        "Unit",
        help=_("Blank takes the measure's usual unit; 人数 and 人次 are kept apart."),
        example="人次",
        also=("计量单位",),
        choices=names_of("units"),
    ),
    Column(
        "item",
        "细目",
        "Item",
        help=_("What exactly, where one measure covers several things."),
        also=("具体内容",),
    ),
    Column(
        "output_class",
        "产出类别",
        "Class",
        help=_("Do, teach or enable; blank takes that of the activity."),
        also=("类别",),
        choices=names_of("output_classes"),
    ),
    *_more(2),
    *_more(3),
    Column(
        "narrative",
        "说明",
        "Narrative",
        help=_("What happened, in a few sentences. No patients' names."),
        also=("备注", "情况说明"),
    ),
    Column(
        "programme",
        "项目",
        "Programme",
        help=_("Only where the file holds several programmes."),
        also=("所属项目",),
        choices=programmes_seen,
    ),
)


@dataclass
class _Event:
    """An event as it is put together: its rows, and where each quantity stands."""

    id: UUID | None
    given: EntryInput | None
    records: list[Record]
    quantities: list[QuantityInput] = field(default_factory=list)
    lines: list[tuple[Record, str]] = field(default_factory=list)
    broken: bool = False


@lru_cache(maxsize=8192)
def _days(text: str) -> Period:
    return read_days(text)


def _day_span(record: Record, code: str) -> Period:
    value = record.values[code]
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return Period(value, value)
    return _days(record.text(code))


class LedgerSheet:
    """Turns the rows of one file into entries."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.known = Lookups(task.by, "ledger.write")
        self.events: dict[UUID, int] = {}
        self.alike: dict[UUID, int] = {}

    def faults_of(self, record: Record, code: str, refused: Refused) -> None:
        """Report at a column."""
        self.task.refuse(record, code, refused)

    def common(self, record: Record) -> EntryInput | None:
        """What a row says beside its quantities; None if something in it is wrong."""
        wrong: list[str] = []

        def attempt(code: str, find: Callable[[], Any]) -> Any:
            try:
                return find()
            except Refused as refused:
                self.faults_of(record, code, refused)
                wrong.append(code)
                return None

        def must(code: str) -> str:
            text = record.text(code)
            if not text:
                raise InvalidInput("cell-blank", "This cell must be filled.")
            return text

        known = self.known
        programme_text = record.text("programme") or self.task.options.programme
        programme = attempt("programme", lambda: _programme(known, programme_text))
        kind = attempt("kind", lambda: known.code("activity_kinds", must("kind")))
        receiver = attempt("receiver", lambda: known.organisation(must("receiver")))
        local = bool(kind) and vocabulary().term("activity_kinds", kind).extra.get("local") == "1"
        giver = (
            receiver
            if local and not record.text("giver")
            else attempt("giver", lambda: known.organisation(must("giver")))
        )
        span = attempt(
            "happened_from", lambda: must("happened_from") and _day_span(record, "happened_from")
        )
        last = (
            attempt("happened_to", lambda: _day_span(record, "happened_to").end)
            if "happened_to" in record.values
            else span and span.end
        )
        place = department = None
        if text := record.text("place"):
            place = attempt("place", lambda: known.place(text))
        if wrong:
            return None
        if name := record.text("department"):
            department = attempt("department", lambda: known.department(name, receiver, giver))
        people: tuple[ParticipantInput, ...] = ()
        if names := record.text("people"):
            people = attempt("people", lambda: self.people(names, span.start, giver, receiver))
        if wrong:
            return None
        return EntryInput(
            programme=programme,
            kind=kind,
            happened_from=span.start,
            happened_to=last,
            giver=giver.id,
            receiver=receiver.id,
            quantities=(),
            place=place,
            department=department,
            participants=people,
            narrative=record.text("narrative"),
        )

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
        for suffix in _SUFFIXES:
            code = f"value{suffix}"
            if code not in record.values:
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
            event = _Event(None, None, [])
            self.add(event, record, again=False)
        if event is not None and not event.broken:
            yield event

    def add(self, event: _Event, record: Record, *, again: bool) -> None:
        """Take a row into an event; any fault breaks the whole event."""
        event.records.append(record)
        if record.broken:
            event.broken = True
            return
        if again and event.given is not None:
            self.same(event, record)
            kind: str | None = event.given.kind
        else:
            event.given = self.common(record)
            event.broken = event.broken or event.given is None
            kind = event.given.kind if event.given else None
        lines = self.quantities(record, kind)
        if lines is None:
            event.broken = True
            return
        for quantity, suffix in lines:
            event.quantities.append(quantity)
            event.lines.append((record, suffix))

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
        given = event.given
        assert given is not None  # noqa: S101 - events_in leaves out broken events
        first = event.records[0]
        number = first.text("event_id")
        if number:
            id = uuid5(_IDS, f"{given.programme}|{given.giver}|{given.receiver}|{number}")
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
            said = uuid5(_IDS, repr((given, event.quantities)))
            count = self.alike[said] = self.alike.get(said, 0) + 1
            id = said if count == 1 else uuid5(_IDS, f"{said}|{count}")
        return EntryInput(**{**given.__dict__, "quantities": tuple(event.quantities), "id": id})


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


def _code_of(event: _Event, where: str) -> tuple[Record, str]:
    """The row and column that a field of an entry came from."""
    first = event.records[0]
    parts = where.split(".")
    if parts[0] == "quantities":
        if len(parts) < 2 or not parts[1].isdigit() or int(parts[1]) > len(event.lines):
            return first, "value"
        record, suffix = event.lines[int(parts[1]) - 1]
        name = parts[2] if len(parts) > 2 else "value"
        name = {"high": "value", "precision": "value", "unit_class": "unit"}.get(name, name)
        return record, f"{name}{suffix}" if name in {"measure", "value", "unit"} else name
    name = {"participants": "people", "id": "event_id"}.get(parts[0], parts[0])
    return first, name


def import_entries(task: Task) -> Tally:
    """Read entries from the rows and hand them to the ledger, as submitted for confirmation."""
    sheet = LedgerSheet(task)
    events: list[_Event] = []

    def rows() -> Iterator[EntryInput]:
        for event in sheet.events_in():
            entry = sheet.entry(event)
            if entry is not None:
                event.given, event.quantities = None, []
                events.append(event)
                yield entry

    done = record_many(by=task.by, rows=rows(), dry_run=not task.commit, source=task.source)
    for refusal in done.refused:
        event = events[refusal.index]
        record, code = _code_of(event, refusal.refused.field or "")
        task.refuse(record, code, refusal.refused)
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
