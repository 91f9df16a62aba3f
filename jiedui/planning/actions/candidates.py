"""Candidates: whom a supporter can send, proposed one by one or as a list, edited, withdrawn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import span, term, whole, words
from jiedui.core.clock import now
from jiedui.core.errors import InvalidInput, InvalidState, Refused
from jiedui.core.identifiers import new_id
from jiedui.directory.actions import add_person
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.directory.queries import ancestors_of, hold_person, homes_of
from jiedui.planning.access import must_propose
from jiedui.planning.models import Candidate
from jiedui.programmes.queries.planning import sends_in

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation, Person
    from jiedui.programmes.models import Programme


@dataclass(frozen=True)
class Proposal:
    """Whom a supporter can send, as what, when and how long: a row of a list."""

    programme: Programme
    person: Person
    giver: Organisation
    specialty: str
    category: str
    available_from: date
    available_to: date
    can_lead: bool = False
    altitude_ok: bool = False
    flexible_ok: bool = False
    max_tours: int = 1
    max_months: int = 12
    note: str = ""
    id: UUID | None = None


@transaction.atomic
def add_candidate(
    *,
    by: User | None,
    id: UUID | None = None,
    programme: Programme,
    person: Person,
    giver: Organisation,
    specialty: str,
    category: str,
    available_from: date,
    available_to: date,
    can_lead: bool = False,
    altitude_ok: bool = False,
    flexible_ok: bool = False,
    max_tours: int = 1,
    max_months: int = 12,
    note: str = "",
) -> Candidate:
    """Say that the giver can send a person at some time; nothing is promised by it.

    Raises InvalidInput at the field: ``person-elsewhere``, ``candidate-again`` where the
    person is a candidate of the programme on one of the days already …
    """
    must_propose(by, giver.id)
    candidate, is_new = _add(
        Proposal(
            programme, person, giver, specialty, category, available_from, available_to, can_lead,
            altitude_ok, flexible_ok, max_tours, max_months, note, id,
        )
    )  # fmt: skip
    if is_new:
        record(
            by=by, action="planning.add-candidate", object_kind="candidate",
            object_id=candidate.id, programme=str(programme.id), person=str(person.id),
            giver=str(giver.id),
        )  # fmt: skip
    return candidate


@transaction.atomic
def add_newcomer(
    *, by: User | None, name: str, staff_number: str = "", title: str = "", **candidate: Any
) -> Candidate:
    """Add a person to the giver's staff and propose them; both or neither.

    ``candidate`` is what ``add_candidate`` takes beside the person.
    """
    giver = candidate["giver"]
    person = add_person(
        by=by, name=name, staff_number=staff_number, organisation=giver, title=title,
        specialties=(candidate["specialty"],), example=giver.example,
    )  # fmt: skip
    return add_candidate(by=by, person=person, **candidate)


@transaction.atomic
def add_candidates(
    *, by: User | None, rows: Iterable[Proposal], dry_run: bool = False, source: str = ""
) -> list[Candidate | Refused]:
    """Propose a list; each row's candidate, or why it was refused. One audit row for all.

    ``dry_run`` checks the rows, those before them taken into account, and writes nothing.
    """
    answers: list[Candidate | Refused] = []
    hashes = []
    for row in rows:
        try:
            must_propose(by, row.giver.id)
            with transaction.atomic():
                candidate, is_new = _add(row)
        except Refused as refused:
            answers.append(refused)
            continue
        answers.append(candidate)
        if is_new:
            hashes.append(candidate.content)
    if dry_run:
        transaction.set_rollback(True)
    elif hashes:
        record(
            by=by, action="planning.add-candidates", object_kind="import", object_id=new_id(),
            count=len(hashes), content=hash_of(rows="\n".join(hashes)), source=source,
        )  # fmt: skip
    return answers


def _add(row: Proposal) -> tuple[Candidate, bool]:
    """The candidate, and whether it is new; checked under the person's lock."""
    hold_person(row.person.id)
    content = hash_of(**{each.name: getattr(row, each.name) for each in fields(row)})
    if found := first_answer(Candidate, row.id, content):
        return found, False
    said = _checked(row)
    for name, body in (("giver", row.giver), ("person", row.person)):
        if body.example != row.programme.example:
            raise InvalidInput(
                "posting-mixes-example",
                "An invented example and what is real never meet in a posting.",
                field=name,
            )
    if not sends_in(row.programme.id, row.giver.id):
        raise InvalidInput(
            "organisation-not-in-programme",
            "%(organisation)s is not paired in this programme on that side.",
            field="giver", organisation=row.giver.name,
        )  # fmt: skip
    _at_home(row)
    _once(row.programme.id, row.person, row.available_from, row.available_to)
    candidate = Candidate.objects.create(
        id=row.id or new_id(), content=content, programme=row.programme, person=row.person,
        giver=row.giver, **said,
    )  # fmt: skip
    return candidate, True


def _checked(row: Any) -> dict[str, Any]:
    """What is said of a candidate, each field checked; the columns of the row."""
    term("specialties", row.specialty, "specialty")
    term("expert_categories", row.category, "category")
    span(row.available_from, row.available_to, "available_from", "available_to")
    whole(row.max_tours, "max_tours", 1, 10)
    whole(row.max_months, "max_months", 1, 60)
    return {
        "specialty": row.specialty, "category": row.category,
        "can_lead": row.can_lead, "altitude_ok": row.altitude_ok, "flexible_ok": row.flexible_ok,
        "available_from": row.available_from, "available_to": row.available_to,
        "max_tours": row.max_tours, "max_months": row.max_months,
        "note": words(row.note, "note", 400),
    }  # fmt: skip


def _at_home(row: Proposal) -> None:
    day = row.available_from
    homes = {
        body
        for body, start, end in homes_of(row.person.id)
        if (start or date.min) <= day <= (end or date.max)
    }
    if not any(row.giver.id in ancestors_of(body, day) for body in homes):
        raise InvalidInput(
            "person-elsewhere",
            "%(person)s does not belong to %(giver)s on %(day)s.",
            field="person", person=row.person.name, giver=row.giver.name, day=day,
        )  # fmt: skip


def _once(
    programme_id: UUID, person: Person, first: date, last: date, besides: UUID | None = None
) -> None:
    """InvalidInput ``candidate-again`` where the person is a candidate on one of the days."""
    others = Candidate.objects.filter(
        programme_id=programme_id, person=person, withdrawn_at__isnull=True,
        available_from__lte=last, available_to__gte=first,
    )  # fmt: skip
    other = others.exclude(pk__in=[besides] if besides else []).first()
    if other is not None:
        raise InvalidInput(
            "candidate-again",
            "%(person)s is a candidate from %(start)s to %(end)s already.",
            field="available_from", person=person.name, start=other.available_from,
            end=other.available_to,
        )  # fmt: skip


def _held(candidate: Candidate) -> Candidate:
    hold_person(candidate.person_id)
    rows = Candidate.objects.select_for_update(of=("self",), no_key=True).select_related(
        "programme", "person", "giver"
    )
    held = rows.get(pk=candidate.pk)
    if held.withdrawn_at is not None:
        raise InvalidState(
            "candidate-withdrawn", "This candidate was withdrawn; propose the person anew."
        )
    return held


@transaction.atomic
def edit_candidate(
    *,
    by: User | None,
    candidate: Candidate,
    specialty: str,
    category: str,
    available_from: date,
    available_to: date,
    can_lead: bool = False,
    altitude_ok: bool = False,
    flexible_ok: bool = False,
    max_tours: int = 1,
    max_months: int = 12,
    note: str = "",
) -> Candidate:
    """Say otherwise when and for what somebody can be sent; plans made before stay as they are."""
    must_propose(by, candidate.giver_id)
    held = _held(candidate)
    row = Proposal(
        held.programme, held.person, held.giver, specialty, category, available_from,
        available_to, can_lead, altitude_ok, flexible_ok, max_tours, max_months, note,
    )  # fmt: skip
    said = _checked(row)
    _at_home(row)
    _once(held.programme_id, held.person, available_from, available_to, held.pk)
    for name, value in said.items():
        setattr(held, name, value)
    held.save(update_fields=list(said))
    record(by=by, action="planning.edit-candidate", object_kind="candidate", object_id=held.id)
    return held


@transaction.atomic
def withdraw_candidate(*, by: User | None, candidate: Candidate, reason: str) -> Candidate:
    """Take a candidate back, saying why: no plan counts on them from now on."""
    must_propose(by, candidate.giver_id)
    held = _held(candidate)
    held.withdrawn_reason = words(reason, "reason", 400, required=True)
    held.withdrawn_at = now()
    held.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    record(by=by, action="planning.withdraw-candidate", object_kind="candidate", object_id=held.id)
    return held
