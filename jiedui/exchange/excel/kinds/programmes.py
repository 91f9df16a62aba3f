"""Nominations from a list: a row a person who is to go."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from jiedui.core.errors import InvalidInput, Refused
from jiedui.core.numbers import read_plain
from jiedui.core.packs import vocabulary
from jiedui.directory.queries import department_named, people_with
from jiedui.exchange.excel.declare import ImportKind, Record, Tally, Task
from jiedui.exchange.excel.kinds.programmes_columns import COLUMNS
from jiedui.exchange.excel.kinds.staff import Staff, days, is_yes, must
from jiedui.exchange.excel.lookups import Lookups, plain_name
from jiedui.programmes import queries
from jiedui.programmes.actions import Nomination, nominate_many, nominate_newcomer

_ = str  # marks message ids for the catalogue

# The one role that a team has once (see programmes.domain.postings.LEADER).
LEADER = "leader"
# What an action calls a thing, and the column that says it.
COLUMN_OF = {
    "person": "name", "organisation": "giver", "pairing": "receiver", "post": "department",
    "id": "name", "on": "planned_from",
}  # fmt: skip


@dataclass
class Line:
    """A row that can be read: whom it names, what it says, the id that comes of it."""

    record: Record
    id: UUID
    name: str
    staff_number: str
    # None where the person is to be added.
    person_id: UUID | None
    said: dict[str, Any]


class NominationSheet:
    """Turns the rows of one file into nominations."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.known = Lookups(task.by)
        self.staff = Staff()
        self.programmes: dict[UUID, Any] = {}
        # Leaders and newcomers of this file: each once.
        self.leaders: dict[UUID, int] = {}
        self.newcomers: dict[tuple[UUID, str], int] = {}
        self.rows: dict[UUID, int] = {}

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
        receiver = attempt("receiver", lambda: self.known.organisation(must(record, "receiver")))
        first = attempt("planned_from", lambda: days(record, "planned_from").start)
        last = attempt("planned_to", lambda: days(record, "planned_to").end)
        title = attempt("title", lambda: self.term("titles", text("title")))
        kind = attempt("kind", lambda: self.term("posting_kinds", must(record, "kind")))
        category = attempt(
            "category", lambda: self.term("expert_categories", must(record, "category"))
        )
        role = attempt("team_role", lambda: self.term("team_roles", text("team_role")))
        workload = attempt("workload", lambda: _percent(record))
        if wrong or receiver is None or giver is None or programme is None:
            return None
        department = attempt("department", lambda: _department(receiver, text("department")))
        specialty = ""
        if text("specialty") or not wrong:
            specialty = attempt("specialty", lambda: self.specialty(text("specialty"), department))
        batch = attempt("batch", lambda: _batch(programme.id, giver.id, text("batch")))
        team = attempt("team", lambda: _team(programme.id, receiver.id, text("team")))
        agreement = attempt("agreement", lambda: _agreement(programme.id, text("agreement")))
        if wrong:
            return None
        number = text("staff_number")
        try:
            person = self.staff.person(name, number, giver, first, is_yes(text("create")))
        except Refused as refused:
            self.task.refuse(record, "staff_number" if refused.field else "name", refused)
            return None
        said = {
            "programme": programme, "giver": giver, "receiver": receiver,
            "specialty": specialty, "kind": kind, "category": category, "planned_from": first,
            "planned_to": last, "department": department, "batch": batch, "team": team,
            "team_role": role, "agreement": agreement, "title": title, "workload": workload,
        }  # fmt: skip
        id = _identity(number or plain_name(name), said)
        line = Line(record, id, name, number, person, said)
        return line if self.once(line) else None

    def once(self, line: Line) -> bool:
        """Whether no row before says the same, leads the same team or adds the same person."""
        record, said = line.record, line.said
        before = self.rows.setdefault(line.id, record.row)
        if before != record.row:
            return self.again(record, "name", before)
        if said["team"] is not None and said["team_role"] == LEADER:
            before = self.leaders.setdefault(said["team"].id, record.row)
            if before != record.row:
                return self.again(record, "team_role", before)
        if line.person_id is None:
            key = said["giver"].id, line.staff_number or plain_name(line.name)
            before = self.newcomers.setdefault(key, record.row)
            if before != record.row:
                return self.again(record, "name", before)
        return True

    def again(self, record: Record, code: str, before: int) -> bool:
        """Report that a row before has it already."""
        self.task.refuse(
            record,
            code,
            InvalidInput("row-again", "Row %(row)s already says this.", row=before),
        )
        return False

    def programme(self, text: str) -> Any:
        """The programme that the row, or the whole file, belongs to."""
        text = text or self.task.options.programme
        if not text:
            raise InvalidInput("programme-missing", "Say to which programme the entries belong.")
        id = self.known.programme(text)
        if id not in self.programmes:
            self.programmes[id] = queries.programme_with(id)
        return self.programmes[id]

    def term(self, table: str, text: str) -> str:
        """A code by code or name, quotation marks aside; the one name that begins so counts too."""
        if not text:
            return ""
        try:
            return self.known.code(table, text)
        except InvalidInput:
            asked = _unquoted(text)
            terms = vocabulary().tables.get(table, {}).items()
            names = {code: _unquoted(term.name) for code, term in terms}
            same = [code for code, name in names.items() if name == asked]
            found = same or [code for code, name in names.items() if name.startswith(asked)]
            if len(found) == 1:
                return found[0]
            raise

    def specialty(self, text: str, department: Any) -> str:
        """The specialty, or that of the department where it is left blank."""
        if not text and department is not None:
            return str(department.specialty)
        if not text:
            raise InvalidInput("cell-blank", "This cell must be filled.")
        return self.term("specialties", text)


def _unquoted(text: str) -> str:
    return re.sub(r"[“”\"'「」]", "", plain_name(text))


def _percent(record: Record) -> int:
    text = record.text("workload").removesuffix("%").strip()
    if not text:
        return 100
    if not text.isdigit():
        raise InvalidInput(
            "workload-unreadable", "“%(text)s” is not a whole number up to 100.", text=text
        )
    return int(text[:9])


def _department(receiver: Any, text: str) -> Any:
    if not text:
        return None
    found = department_named(receiver.id, text)
    if found is None:
        raise InvalidInput(
            "department-unknown-here",
            "%(receiver)s has no open department called “%(name)s”.",
            receiver=receiver.name,
            name=text,
        )
    return found


def _batch(programme_id: UUID, giver_id: UUID, text: str) -> Any:
    if not text:
        return None
    said = re.sub(r"^第|批次?$|号$", "", plain_name(text))
    number = read_plain(said)
    whole = number is not None and number == int(number) and 0 < number < 10_000
    found = (
        queries.batch_numbered(programme_id, giver_id, int(number)) if whole and number else None
    )
    if found is None:
        raise InvalidInput(
            "batch-unknown",
            "The sender has no batch “%(text)s” in this programme; open it first.",
            text=text,
        )
    return found


def _team(programme_id: UUID, receiver_id: UUID, text: str) -> Any:
    if not text:
        return None
    found = queries.team_named(programme_id, receiver_id, text)
    if found is None:
        raise InvalidInput(
            "team-unknown", "The recipient has no team called “%(name)s”; form it first.", name=text
        )
    return found


def _agreement(programme_id: UUID, text: str) -> Any:
    if not text:
        return None
    found = queries.agreement_numbered(programme_id, text)
    if found is None:
        raise InvalidInput(
            "agreement-unknown", "The programme has no agreement “%(number)s”.", number=text
        )
    return found


def _identity(person: str, said: dict[str, Any]) -> UUID:
    """An id from what the row says, so that the same file again adds nothing."""
    plain = [person] + [str(getattr(value, "pk", value)) for value in said.values()]
    return UUID(bytes=hashlib.sha256("\n".join(plain).encode()).digest()[:16], version=5)


def _newcomer(task: Task, line: Line) -> None:
    """Add and nominate one person; in a dry run, take both back."""
    with transaction.atomic():
        nominate_newcomer(
            by=task.by, id=line.id, name=line.name, staff_number=line.staff_number, **line.said
        )
        if not task.commit:
            transaction.set_rollback(True)


def _refuse(task: Task, line: Line, refused: Refused) -> None:
    code = refused.field or "name"
    task.refuse(line.record, COLUMN_OF.get(code, code), refused)


def import_nominations(task: Task) -> Tally:
    """Nominate everybody whose row is right; those unknown and marked are added first."""
    sheet = NominationSheet(task)
    lines = [
        line
        for record in task.records
        if not record.broken and (line := sheet.line(record)) is not None
    ]
    before = queries.nominated(line.id for line in lines)
    fresh = [line for line in lines if line.id not in before]
    people = people_with(line.person_id for line in fresh if line.person_id is not None)
    listed = [line for line in fresh if line.person_id is not None]
    answers = nominate_many(
        by=task.by,
        rows=[Nomination(person=people[line.person_id], id=line.id, **line.said)
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


NOMINATIONS = ImportKind(
    code="nominations",
    title=_("Nominations"),
    intro=_(
        "Who is to go: a row a person. Everybody is checked as of the first day – home post,"
        " title, tie, agreement – and then waits to be screened."
    ),
    permission="programmes.send",
    columns=COLUMNS,
    work=import_nominations,
    needs_programme=True,
)
