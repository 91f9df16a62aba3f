"""Cases: recorded by who took part, confirmed by the mentor, corrected with what they replace."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.accounts.permissions import viewer_of
from jiedui.core.checking import taken, whole, words
from jiedui.core.clock import now
from jiedui.core.errors import InvalidInput, Refused
from jiedui.core.identifiers import new_id
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.directory.queries import hold_person
from jiedui.mentoring.access.cases import must_confirm, must_record
from jiedui.mentoring.access.reach import own_person
from jiedui.mentoring.actions._casing import Said, columns_of
from jiedui.mentoring.actions._settling import hold, settle
from jiedui.mentoring.domain.states import CASE_STATES, CONFIRMED
from jiedui.mentoring.models import Apprenticeship, Case, CaseHistory, Technique

if TYPE_CHECKING:
    from jiedui.directory.models import Department, Person

_KEPT = (
    "procedure", "happened_on", "learner_id", "leader_id", "mentor_id", "posting_id", "lead",
    "department_id", "technique_id", "role", "supervision", "difficulty", "success",
    "outcome_note", "entrustment", "flags", "state", "recorded_by", "confirmed_by",
)  # fmt: skip


@dataclass(frozen=True)
class Pick:
    """A case to confirm, and the mentor's judgement: next time, how much supervision?"""

    case: Case
    entrustment: int | None = None


@transaction.atomic
def record_case(
    *,
    by: User | None,
    id: UUID | None = None,
    apprenticeship: Apprenticeship | None = None,
    technique: Technique | None = None,
    learner: Person | None = None,
    leader: Person | None = None,
    mentor: Person | None = None,
    department: Department | None = None,
    procedure: str,
    happened_on: date,
    role: str = "",
    supervision: str = "",
    difficulty: str = "routine",
    success: bool | None = None,
    outcome_note: str = "",
) -> Case:
    """Record a case of a logbook (with an apprenticeship) or of a technique alone.

    Without a learner it is the recording apprentice's own, or the one apprentice's; without a
    mentor, of who leads the teaching that day. Raises InvalidInput at the field:
    ``outcome-missing``, ``day-in-the-future``, ``case-before-start``, ``case-after-leaving``,
    ``learner-not-apprentice``, ``person-elsewhere``, ``mentor-missing``, ``mentor-elsewhere``,
    ``leader-missing`` …; InvalidState ``id-taken``. What is doubtful is kept with its flag
    (domain.cases.FLAGS).
    """
    learner = learner or _oneself(by, apprenticeship)
    said = Said(
        apprenticeship, technique, learner, leader, mentor, department, procedure, happened_on,
        role, supervision, difficulty, success, outcome_note,
    )  # fmt: skip
    must_record(
        by, apprenticeship=apprenticeship, technique=technique, people=(learner, leader, mentor)
    )
    content = _hash(said)
    if found := first_answer(Case, id, content):
        return found
    columns = columns_of(said)
    hold_person((columns["learner"] or columns["leader"]).id)
    case = Case(
        id=id or new_id(), content=content, recorded_by=by.id if by else None, recorded_at=now(),
        **columns,
    )  # fmt: skip
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError:
        # Somebody used the id meanwhile: the same again is the first answer again.
        if found := first_answer(Case, id, content):
            return found
        raise
    record(
        by=by, action="mentoring.record-case", object_kind="case", object_id=case.id,
        procedure=procedure, on=happened_on.isoformat(), flags=case.flags,
    )  # fmt: skip
    return case


def _oneself(by: User | None, apprenticeship: Apprenticeship | None) -> Person | None:
    """Who records as an apprentice records the own case, where nobody else is said."""
    if by is None or apprenticeship is None:
        return None
    me = own_person(viewer_of(by))
    if me is None or not apprenticeship.apprentices.filter(person=me.id).exists():
        return None
    return me


def _hash(said: Said, **more: Any) -> str:
    return hash_of(**{name: getattr(said, name) for name in Said.__dataclass_fields__}, **more)


@transaction.atomic
def correct_case(
    *,
    by: User | None,
    id: UUID | None = None,
    case: Case,
    learner: Person | None = None,
    leader: Person | None = None,
    mentor: Person | None = None,
    department: Department | None = None,
    procedure: str,
    happened_on: date,
    role: str = "",
    supervision: str = "",
    difficulty: str = "routine",
    success: bool | None = None,
    outcome_note: str = "",
    reason: str = "",
) -> Case:
    """Say a case anew; what it said before is kept, and it awaits confirmation again.

    ``id`` is the correction's own. Of a confirmed case a reason is required.
    """
    held = hold([case.id])[0]
    said = Said(
        held.apprenticeship, held.technique, learner or held.learner, leader, mentor, department,
        procedure, happened_on, role, supervision, difficulty, success, outcome_note,
    )  # fmt: skip
    content = _hash(said, case=held, reason=reason)
    if first_answer(CaseHistory, id, content):
        return held
    must_record(
        by, apprenticeship=held.apprenticeship, technique=held.technique,
        people=(held.learner, held.leader),
    )  # fmt: skip
    step = taken(CASE_STATES, held.state, "correct")
    confirmed = held.state == CONFIRMED
    reason = words(reason, "reason", 400, required=confirmed)
    columns = columns_of(said)
    before = Case.objects.select_related("technique", "apprenticeship").get(pk=held.pk)
    _keep(by, held, "correct", reason, id, content)
    for name, value in columns.items():
        setattr(held, name, value)
    _reopen(held, step.target)
    held.recorded_by = by.id if by else None
    held.reason = ""
    held.save()
    if confirmed:
        settle(by, [(before, -1)])
    record(
        by=by, action="mentoring.correct-case", object_kind="case", object_id=held.id,
        number=held.number, reason=reason, flags=held.flags,
    )  # fmt: skip
    return held


def _reopen(held: Case, state: str) -> None:
    held.state, held.number = state, held.number + 1
    held.entrustment = held.confirmed_at = held.confirmed_by = None


def _keep(
    by: User | None, held: Case, verb: str, reason: str, id: UUID | None, content: str
) -> None:
    """What the case said until now, as a row that never changes."""
    said = {name: getattr(held, name) for name in _KEPT}
    plain = {
        name: value if value is None or isinstance(value, bool | int) else str(value)
        for name, value in said.items()
    }
    CaseHistory.objects.create(
        id=id or new_id(), content=content, case=held, number=held.number, verb=verb, said=plain,
        reason=reason, at=now(), by=by.id if by else None,
    )  # fmt: skip


def confirm_case(*, by: User | None, case: Case, entrustment: int | None = None) -> Case:
    """The mentor confirms a case and says how much supervision the next one needs.

    Raises InvalidInput ``entrustment-missing``; NotAllowed ``own-case``,
    ``case-for-its-mentor``; InvalidState ``step-not-possible``. The same again is no clash.
    """
    answer = confirm_cases(by=by, picks=[Pick(case, entrustment)])[0]
    if isinstance(answer, Refused):
        raise answer
    return answer


@transaction.atomic
def confirm_cases(*, by: User | None, picks: Iterable[Pick]) -> list[Case | Refused]:
    """Confirm several, each with its level; each one's case, or why it was refused."""
    picked = list(picks)
    held = {case.id: case for case in hold(pick.case.id for pick in picked)}
    answers: list[Case | Refused] = []
    changed: list[Case] = []
    for pick in picked:
        case = held[pick.case.id]
        try:
            if _confirm(by, case, pick.entrustment):
                changed.append(case)
        except Refused as refused:
            answers.append(refused)
            continue
        answers.append(case)
    for case in changed:
        case.save()
    settle(by, [(case, 1) for case in changed])
    for case in changed:
        record(
            by=by, action="mentoring.confirm-case", object_kind="case", object_id=case.id,
            number=case.number, entrustment=case.entrustment, flags=case.flags,
        )  # fmt: skip
    return answers


def _confirm(by: User | None, case: Case, entrustment: int | None) -> bool:
    """Whether anything changes; the level is required of a mentor of an apprentice."""
    mine = case.confirmed_by == (by.id if by else None)
    if case.state == CONFIRMED and mine and case.entrustment == entrustment:
        return False
    said_by = must_confirm(by, case)
    step = taken(CASE_STATES, case.state, "confirm")
    if case.learner_id is None:
        entrustment = None
    elif entrustment is not None:
        whole(entrustment, "entrustment", 1, 5)
    elif case.apprenticeship_id is not None and case.mentor_id is not None and said_by == "mentor":
        raise InvalidInput(
            "entrustment-missing",
            "Say how much supervision the next case of this kind needs.",
            field="entrustment",
        )
    case.state, case.entrustment = step.target, entrustment
    case.confirmed_at, case.confirmed_by = now(), by.id if by else None
    return True


@transaction.atomic
def return_case(*, by: User | None, id: UUID | None = None, case: Case, reason: str) -> Case:
    """Who would confirm gives the case back, and says what is to be put right."""
    held = hold([case.id])[0]
    content = hash_of(case=held, verb="return", reason=reason)
    if first_answer(CaseHistory, id, content):
        return held
    must_confirm(by, held)
    step = taken(CASE_STATES, held.state, "return")
    reason = words(reason, "reason", 400, required=True)
    _keep(by, held, "return", reason, id, content)
    _reopen(held, step.target)
    held.reason = reason
    held.save()
    record(
        by=by, action="mentoring.return-case", object_kind="case", object_id=held.id,
        reason=reason,
    )  # fmt: skip
    return held


@transaction.atomic
def withdraw_case(*, by: User | None, id: UUID | None = None, case: Case, reason: str) -> Case:
    """Take a case back: who recorded it before it is confirmed, who confirms it afterwards."""
    held = hold([case.id])[0]
    content = hash_of(case=held, verb="withdraw", reason=reason)
    if first_answer(CaseHistory, id, content):
        return held
    if held.state == CONFIRMED:
        must_confirm(by, held)
    else:
        must_record(
            by, apprenticeship=held.apprenticeship, technique=held.technique,
            people=(held.learner, held.leader),
        )  # fmt: skip
    step = taken(CASE_STATES, held.state, "withdraw")
    reason = words(reason, "reason", 400, required=True)
    confirmed = held.state == CONFIRMED
    _keep(by, held, "withdraw", reason, id, content)
    held.state, held.number, held.reason = step.target, held.number + 1, reason
    held.save(update_fields=["state", "number", "reason"])
    if confirmed:
        settle(by, [(held, -1)])
    record(
        by=by, action="mentoring.withdraw-case", object_kind="case", object_id=held.id,
        reason=reason,
    )  # fmt: skip
    return held


__all__ = [
    "Pick",
    "confirm_case",
    "confirm_cases",
    "correct_case",
    "record_case",
    "return_case",
    "withdraw_case",
]
