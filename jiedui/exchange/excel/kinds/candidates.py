"""Candidates from a supporter's list: a row a person who can be sent."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from jiedui.core.errors import InvalidInput, Refused
from jiedui.directory.queries import people_with
from jiedui.exchange.excel.declare import ImportKind, Record, Tally, Task
from jiedui.exchange.excel.kinds.candidates_columns import COLUMNS
from jiedui.exchange.excel.kinds.staff import Staff, days, is_yes, must
from jiedui.exchange.excel.lookups import Lookups, plain_name
from jiedui.planning.actions import Proposal, add_candidates, add_newcomer
from jiedui.planning.queries.lists import proposed
from jiedui.programmes import queries

_ = str  # marks message ids for the catalogue

NO = {"", "否", "no", "n", "0", "false"}
# What an action calls a thing, and the column that says it.
COLUMN_OF = {"person": "name", "organisation": "giver", "id": "name"}


@dataclass
class Line:
    """A row that can be read: whom it names, what it says, the id that comes of it."""

    record: Record
    id: UUID
    name: str
    staff_number: str
    title: str
    # None where the person is to be added.
    person_id: UUID | None
    said: dict[str, Any]


class CandidateSheet:
    """Turns the rows of one file into candidates."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.known = Lookups(task.by)
        self.staff = Staff()
        self.programmes: dict[UUID, Any] = {}
        # Rows and newcomers of this file: each once.
        self.rows: dict[UUID, int] = {}
        self.newcomers: dict[tuple[UUID, str], int] = {}

    def line(self, record: Record) -> Line | None:
        """What a row says; None where something in it is wrong, which is reported."""
        wrong: list[str] = []

        def attempt(code: str, find: Callable[[], Any]) -> Any:
            try:
                return find()
            except Refused as refused:
                self.task.refuse(record, code, refused)
                wrong.append(code)
                return None

        text = record.text
        name = attempt("name", lambda: must(record, "name"))
        programme = attempt("programme", lambda: self.programme(text("programme")))
        giver = attempt("giver", lambda: self.known.organisation(must(record, "giver")))
        first = attempt("available_from", lambda: days(record, "available_from").start)
        said = {
            "specialty": attempt(
                "specialty", lambda: self.term(record, "specialty", "specialties")
            ),
            "category": attempt(
                "category", lambda: self.term(record, "category", "expert_categories")
            ),
            "available_from": first,
            "available_to": attempt("available_to", lambda: days(record, "available_to").end),
            "max_tours": attempt("max_tours", lambda: _number(record, "max_tours", 1)),
            "max_months": attempt("max_months", lambda: _number(record, "max_months", 12)),
            "note": text("note"),
        }
        for flag in ("can_lead", "altitude_ok", "flexible_ok"):
            said[flag] = attempt(flag, partial(_flag, record, flag))
        title = attempt("title", lambda: self.title(text("title")))
        if wrong or giver is None or programme is None or first is None:
            return None
        number = text("staff_number")
        try:
            person = self.staff.person(name, number, giver, first, is_yes(text("create")))
        except Refused as refused:
            self.task.refuse(record, "staff_number" if refused.field else "name", refused)
            return None
        said |= {"programme": programme, "giver": giver}
        id = _identity(number or plain_name(name), said)
        line = Line(record, id, name, number, title, person, said)
        return line if self.once(line) else None

    def once(self, line: Line) -> bool:
        """Whether no row before says the same or adds the same person."""
        record = line.record
        before = self.rows.setdefault(line.id, record.row)
        if before == record.row and line.person_id is None:
            key = line.said["giver"].id, line.staff_number or plain_name(line.name)
            before = self.newcomers.setdefault(key, record.row)
        if before != record.row:
            self.task.refuse(
                record, "name",
                InvalidInput("row-again", "Row %(row)s already says this.", row=before),
            )  # fmt: skip
        return before == record.row

    def programme(self, text: str) -> Any:
        """The programme that the row, or the whole file, belongs to."""
        text = text or self.task.options.programme
        if not text:
            raise InvalidInput("programme-missing", "Say to which programme the entries belong.")
        id = self.known.programme(text)
        if id not in self.programmes:
            self.programmes[id] = queries.programme_with(id)
        return self.programmes[id]

    def term(self, record: Record, column: str, table: str) -> str:
        """The code of a term that must be said."""
        return self.known.code(table, must(record, column))

    def title(self, text: str) -> str:
        """The code of a title, or blank."""
        return self.known.code("titles", text) if text else ""


def _flag(record: Record, code: str) -> bool:
    text = plain_name(record.text(code))
    if text in NO:
        return False
    if is_yes(text):
        return True
    raise InvalidInput(
        "yes-no-unreadable", "Write 是 or 否 here, not “%(text)s”.", text=record.text(code)
    )


def _number(record: Record, code: str, blank: int) -> int:
    text = record.text(code)
    if not text:
        return blank
    if not text.isdecimal():
        raise InvalidInput("number-unreadable", "“%(text)s” is not a whole number.", text=text)
    return int(text[:9])


def _identity(person: str, said: dict[str, Any]) -> UUID:
    """An id from what the row says, so that the same file again adds nothing."""
    plain = [person] + [str(getattr(value, "pk", value)) for value in said.values()]
    return UUID(bytes=hashlib.sha256("\n".join(plain).encode()).digest()[:16], version=5)


def _newcomer(task: Task, line: Line) -> None:
    """Add and propose one person; in a dry run, take both back."""
    with transaction.atomic():
        add_newcomer(
            by=task.by, id=line.id, name=line.name, staff_number=line.staff_number,
            title=line.title, **line.said,
        )  # fmt: skip
        if not task.commit:
            transaction.set_rollback(True)


def _refuse(task: Task, line: Line, refused: Refused) -> None:
    code = refused.field or "name"
    task.refuse(line.record, COLUMN_OF.get(code, code), refused)


def import_candidates(task: Task) -> Tally:
    """Propose everybody whose row is right; those unknown and marked are added first."""
    sheet = CandidateSheet(task)
    lines = [
        line
        for record in task.records
        if not record.broken and (line := sheet.line(record)) is not None
    ]
    before = proposed(line.id for line in lines)
    fresh = [line for line in lines if line.id not in before]
    people = people_with(line.person_id for line in fresh if line.person_id is not None)
    listed = [line for line in fresh if line.person_id is not None]
    answers = add_candidates(
        by=task.by,
        rows=[Proposal(person=people[line.person_id], id=line.id, **line.said)
              for line in listed if line.person_id is not None],
        dry_run=not task.commit,
        source=task.source,
    )  # fmt: skip
    added = 0
    for line, answer in zip(listed, answers, strict=True):
        if isinstance(answer, Refused):
            _refuse(task, line, answer)
        else:
            added += 1
    for line in (line for line in fresh if line.person_id is None):
        try:
            _newcomer(task, line)
        except Refused as refused:
            _refuse(task, line, refused)
        else:
            added += 1
    return Tally(added, len(before))


CANDIDATES = ImportKind(
    code="candidates",
    title=_("Candidates"),
    intro=_(
        "Who could be sent, when and for how long: a row a person. Nothing is promised by it;"
        " the dispatch plan chooses among them."
    ),
    permission="programmes.send",
    columns=COLUMNS,
    work=import_candidates,
    needs_programme=True,
)
