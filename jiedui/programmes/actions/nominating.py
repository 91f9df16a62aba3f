"""Nominate people for postings, one by one or a list at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, in_order, not_ahead, term, whole
from jiedui.core.clock import now, today
from jiedui.core.errors import InvalidInput, Refused
from jiedui.core.identifiers import new_id
from jiedui.core.periods import meant
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.directory.queries import hold_person
from jiedui.programmes.access import must_act
from jiedui.programmes.actions import _placing as placing
from jiedui.programmes.domain.states import GIVER
from jiedui.programmes.models import Agreement, Batch, Post, Posting, PostingStep, Programme, Team
from jiedui.programmes.queries.posts import fitting_post

if TYPE_CHECKING:
    from jiedui.directory.models import Department, Organisation, Person


@dataclass(frozen=True)
class Nomination:
    """Who is to go where, as what and when: what ``nominate`` takes, for lists of them."""

    programme: Programme
    person: Person
    giver: Organisation
    receiver: Organisation
    specialty: str
    kind: str
    category: str
    planned_from: date
    planned_to: date
    department: Department | None = None
    post: Post | None = None
    batch: Batch | None = None
    team: Team | None = None
    team_role: str = ""
    agreement: Agreement | None = None
    title: str = ""
    workload: int = 100
    # The day of the nomination; by default today, or the first day where that has passed.
    on: date | None = None
    id: UUID | None = None


@days_meant
@transaction.atomic
def nominate(
    *,
    by: User | None,
    id: UUID | None = None,
    programme: Programme,
    person: Person,
    giver: Organisation,
    receiver: Organisation,
    specialty: str,
    kind: str,
    category: str,
    planned_from: date,
    planned_to: date,
    department: Department | None = None,
    post: Post | None = None,
    batch: Batch | None = None,
    team: Team | None = None,
    team_role: str = "",
    agreement: Agreement | None = None,
    title: str = "",
    workload: int = 100,
    on: date | None = None,
) -> Posting:
    """Nominate a person of the giver for a time at the receiver.

    A blank title takes the one held on the first day; without an agreement one that
    covers is taken if there is one. Raises InvalidInput at the field: ``posting-overlaps``,
    ``posting-outside-agreement``, ``not-paired``, ``title-not-held``, ``person-elsewhere`` …
    """
    must_act(by, GIVER, giver.id, receiver.id)
    said = Nomination(
        programme, person, giver, receiver, specialty, kind, category, planned_from, planned_to,
        department, post, batch, team, team_role, agreement, title, workload, on, id,
    )  # fmt: skip
    posting, is_new = _nominate(by, said)
    if is_new:
        record(
            by=by, action="programmes.nominate", object_kind="posting", object_id=posting.id,
            programme=str(programme.id), person=str(person.id), giver=str(giver.id),
            receiver=str(receiver.id), planned_from=planned_from.isoformat(),
            planned_to=planned_to.isoformat(),
        )  # fmt: skip
    return posting


@transaction.atomic
def nominate_many(
    *, by: User | None, rows: Iterable[Nomination], dry_run: bool = False, source: str = ""
) -> list[Posting | Refused]:
    """Nominate a list; each row's posting, or why it was refused. One audit row for all.

    A row that names no post takes the one that it fits, so that a post asked for is not told
    empty beside who came for it. ``dry_run`` checks the rows, those before them taken into
    account, and writes nothing.
    """
    answers: list[Posting | Refused] = []
    allowed: set[tuple[UUID, UUID]] = set()
    hashes = []
    for row in rows:
        try:
            if (row.giver.id, row.receiver.id) not in allowed:
                must_act(by, GIVER, row.giver.id, row.receiver.id)
                allowed.add((row.giver.id, row.receiver.id))
            with transaction.atomic():
                posting, is_new = _nominate(by, row, find_post=True)
        except Refused as refused:
            answers.append(refused)
            continue
        answers.append(posting)
        if is_new:
            hashes.append(posting.content)
    if dry_run:
        transaction.set_rollback(True)
    elif hashes:
        record(
            by=by, action="programmes.nominate-many", object_kind="import", object_id=new_id(),
            count=len(hashes), content=hash_of(rows=hashes), source=source,
        )  # fmt: skip
    return answers


def _nominate(by: User | None, row: Nomination, *, find_post: bool = False) -> tuple[Posting, bool]:
    """The posting, and whether it is new; everything is checked under the person's lock.

    Ties and agreements do not end meanwhile: the programme is held too.
    """
    hold_person(row.person.id)
    placing.hold_days(row.programme.id)
    content = hash_of(**{each.name: getattr(row, each.name) for each in fields(row)})
    if found := first_answer(Posting, row.id, content):
        return found, False
    first, last = row.planned_from, row.planned_to
    # A list brings its rows past the action's own look at its days.
    meant(first, "planned_from")
    meant(last, "planned_to")
    in_order(first, last, "planned_to")
    term("posting_kinds", row.kind, "kind")
    term("expert_categories", row.category, "category")
    term("specialties", row.specialty, "specialty")
    whole(row.workload, "workload", 1, 100)
    on = meant(row.on or min(today(), first), "on")
    not_ahead(on)
    placing.of_one_world(row.programme, giver=row.giver, receiver=row.receiver, person=row.person)
    if row.giver.id == row.receiver.id:
        raise InvalidInput("posting-at-home", "Giver and receiver are the same.", field="receiver")
    placing.at_home(row.person, row.giver, first)
    title = placing.held_title(row.person, first, row.title)
    wanted = row.post
    if wanted is None and find_post:
        wanted = fitting_post(
            row.programme.id, row.receiver.id, row.specialty, row.category,
            row.department.id if row.department else None, first, last,
        )  # fmt: skip
    post = placing.open_post(wanted, row.programme, row.receiver)
    department = row.department or (post.department if post else None)
    placing.department_at(row.receiver, department, first, last)
    batch = placing.company(
        row.programme, row.giver, row.receiver, first,
        batch=row.batch, team=row.team, team_role=row.team_role,
    )  # fmt: skip
    placing.free(row.person, first, last, "planned_from")
    posting = Posting.objects.create(
        id=row.id or new_id(), content=content, programme=row.programme, person=row.person,
        giver=row.giver, receiver=row.receiver, department=department, specialty=row.specialty,
        kind=row.kind, category=row.category, post=post, batch=batch, team=row.team,
        team_role=row.team_role,
        pairing=placing.paired_over(row.programme.id, row.giver, row.receiver, first, last),
        agreement=placing.agreed_over(
            row.programme.id, row.giver, row.receiver, first, last, chosen=row.agreement
        ),
        title=title, workload=row.workload, planned_from=first, planned_to=last,
        starts_on=first, ends_on=last,
    )  # fmt: skip
    PostingStep.objects.create(
        posting=posting, number=1, verb="nominate", state=posting.state, on=on, at=now(),
        by=by.id if by else None,
    )  # fmt: skip
    return posting, True
