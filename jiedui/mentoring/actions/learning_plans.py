"""Changes of a plan that both sides signed: proposed by one, in force once the other signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, words
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed
from jiedui.core.identifiers import new_id
from jiedui.core.periods import read_day
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.mentoring.access.apprenticeships import acting_side
from jiedui.mentoring.access.reach import must_manage
from jiedui.mentoring.actions._apprenticing import (
    GoalInput,
    checked_goals,
    hold_apprenticeship,
    must_be_active,
    write_goals,
)
from jiedui.mentoring.domain.states import GIVER, RECEIVER
from jiedui.mentoring.models import Apprenticeship, LearningGoal, PlanChange

_COLUMNS = ("kind", "code", "cases", "level", "due_on", "position", "of_team")


def _plain(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "due_on": row["due_on"].isoformat()} for row in rows]


def _now(held: Apprenticeship) -> list[dict[str, Any]]:
    rows = LearningGoal.objects.filter(apprenticeship=held).order_by("position", "id")
    return _plain(list(rows.values(*_COLUMNS)))


@days_meant
@transaction.atomic
def propose_plan_change(
    *,
    by: User | None,
    id: UUID | None = None,
    apprenticeship: Apprenticeship,
    goals: Sequence[GoalInput],
    reason: str,
    side: str = "",
) -> PlanChange:
    """Propose another plan for an apprenticeship that runs; the old one holds until both signed.

    Raises InvalidInput ``plan-unchanged``, ``goal-outside-dates`` …; InvalidState
    ``plan-change-open``.
    """
    held = hold_apprenticeship(apprenticeship)
    content = hash_of(
        apprenticeship=held, reason=reason, side=side,
        goals=[(g.kind, g.code, g.cases, g.level, g.due_on, g.of_team) for g in goals],
    )  # fmt: skip
    own = acting_side(by, side, held.giver_id, held.receiver_id)
    if found := first_answer(PlanChange, id, content):
        return found
    must_be_active(held)
    if held.plan_changes.filter(answered_on__isnull=True).exists():
        raise InvalidState(
            "plan-change-open", "A change of the plan waits for an answer; answer it first."
        )
    rows = _plain(checked_goals(held, goals))
    if not rows:
        raise InvalidInput("plan-missing", "Say first what is to be learned.", field="goals")
    if rows == _now(held):
        raise InvalidInput("plan-unchanged", "This is the plan as it stands.", field="goals")
    change = PlanChange.objects.create(
        id=id or new_id(), content=content, apprenticeship=held, goals=rows,
        reason=words(reason, "reason", 400, required=True), side=own, proposed_on=today(),
        proposed_by=by.id if by else None,
    )  # fmt: skip
    record(
        by=by, action="mentoring.propose-plan-change", object_kind="plan-change",
        object_id=change.id, apprenticeship=str(held.id), side=own, reason=change.reason,
    )  # fmt: skip
    return change


@transaction.atomic
def answer_plan_change(
    *, by: User | None, change: PlanChange, accept: bool, answer: str = ""
) -> PlanChange:
    """The other side signs the change, and the plan is as it says; or refuses, and says why.

    Who proposed it may only take it back (refuse). Raises NotAllowed ``both-sides-by-one``,
    InvalidState ``plan-change-answered``.
    """
    held = hold_apprenticeship(change.apprenticeship)
    row = PlanChange.objects.get(pk=change.pk)
    if row.answered_on is not None:
        if row.accepted == accept and row.answered_by == (by.id if by else None):
            return row
        raise InvalidState("plan-change-answered", "This change was answered already.")
    own_again = by is not None and row.proposed_by == by.id
    if own_again and accept:
        raise NotAllowed("both-sides-by-one", "Nobody signs for both sides.")
    if not own_again:
        other = RECEIVER if row.side == GIVER else GIVER
        must_manage(by, other, held.giver_id, held.receiver_id)
    must_be_active(held)
    row.answer = words(answer, "answer", 400, required=not accept)
    row.accepted, row.answered_on, row.answered_by = accept, today(), by.id if by else None
    if accept:
        row.before = _now(held)
        write_goals(held, checked_goals(held, [_goal(each) for each in row.goals]))
    row.save()
    record(
        by=by, action="mentoring.answer-plan-change", object_kind="plan-change",
        object_id=row.id, apprenticeship=str(held.id), accepted=accept, answer=row.answer,
    )  # fmt: skip
    return row


def _goal(row: Mapping[str, Any]) -> GoalInput:
    return GoalInput(
        row["kind"], row["code"], read_day(row["due_on"]), row["cases"], row["level"],
        row["of_team"],
    )  # fmt: skip
