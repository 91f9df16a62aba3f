"""How far a department has come: criteria answered, stages reached or lost, the ladder."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, not_ahead, term, text, words
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.packs import vocabulary
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.directory.queries import hold_department
from jiedui.mentoring.access.departments import must_keep_hospital
from jiedui.mentoring.actions._facts import Said, tell
from jiedui.mentoring.actions._keeping import altered, created, helped_by
from jiedui.mentoring.domain.departments import earliest, lacking
from jiedui.mentoring.models import DepartmentStanding, KeySpecialty, StageAnswer, StageStep
from jiedui.mentoring.queries.departments import answers_now, stages

if TYPE_CHECKING:
    from jiedui.directory.models import Department
    from jiedui.programmes.models import Pairing

TAKEN = ("taken-meanwhile", "Somebody said something else of this meanwhile; look again.")


def _standing(department: Department) -> DepartmentStanding:
    found, _made = DepartmentStanding.objects.get_or_create(department=department)
    return found


@days_meant
@transaction.atomic
def answer_criterion(
    *,
    by: User | None,
    id: UUID | None = None,
    department: Department,
    criterion: str,
    met: bool,
    on: date,
    evidence: str,
) -> StageAnswer:
    """Say whether a criterion of a maturity stage is met on a day, and what shows it.

    Raises InvalidInput at the field: ``code-unknown``, ``text-missing``, ``day-in-the-future``.
    """
    must_keep_hospital(by, department.organisation_id)
    content = hash_of(
        department=department, criterion=criterion, met=met, on=on, evidence=evidence
    )  # fmt: skip
    if found := first_answer(StageAnswer, id, content):
        return found
    term("stage_criteria", criterion, "criterion")
    not_ahead(on)
    hold_department(department.id)
    answer, fresh = created(
        StageAnswer, id, content, InvalidInput(*TAKEN), department=department,
        criterion=criterion, met=met, on=on,
        evidence=words(evidence, "evidence", 400, required=True), by=by.id if by else None,
    )  # fmt: skip
    if fresh:
        record(
            by=by, action="mentoring.answer-criterion", object_kind="department",
            object_id=department.id, criterion=criterion, met=met, on=on.isoformat(),
        )  # fmt: skip
    return answer


def _step(
    by: User | None, id: UUID | None, department: Department, code: str, on: date, reason: str
) -> StageStep:
    """Take a step to a stage (blank: below the first), up by its criteria or down for a reason."""
    must_keep_hospital(by, department.organisation_id)
    content = hash_of(department=department, stage=code, on=on, reason=reason)
    if found := first_answer(StageStep, id, content):
        return found
    if code:
        term("maturity_stages", code, "stage")
    not_ahead(on)
    hold_department(department.id)
    standing, ladder = _standing(department), stages()
    rank = next((stage.rank for stage in ladder if stage.code == code), 0)
    if standing.stage_on and on < standing.stage_on:
        raise InvalidInput(
            "step-before-last",
            "The last step was taken on %(day)s; this one cannot lie before it.",
            field="on", day=standing.stage_on,
        )  # fmt: skip
    if reason:
        if rank >= standing.stage_rank:
            raise InvalidState("stage-not-lower", "A department falls back to a lower stage only.")
    else:
        _reachable(department, standing, rank, on)
    number = 1 + StageStep.objects.filter(department=department).count()
    step, fresh = created(
        StageStep, id, content, InvalidInput(*TAKEN), department=department, number=number,
        stage=code, fell=bool(reason), on=on, reason=reason, by=by.id if by else None,
    )  # fmt: skip
    if fresh:
        standing.stage, standing.stage_rank, standing.stage_on = code, rank, on
        standing.save(update_fields=["stage", "stage_rank", "stage_on"])
        record(
            by=by, action="mentoring.lose-stage" if reason else "mentoring.reach-stage",
            object_kind="department", object_id=department.id, stage=code, on=on.isoformat(),
        )  # fmt: skip
    return step


def _reachable(department: Department, held: DepartmentStanding, rank: int, on: date) -> None:
    if rank <= held.stage_rank:
        raise InvalidState(
            "stage-not-higher", "The department already stands at this stage or a higher one."
        )
    ladder, answers = stages(), answers_now([department.id]).get(department.id, {})
    missing = lacking(ladder, rank, answers)
    if missing:
        criteria = vocabulary().table("stage_criteria")
        raise InvalidInput(
            "criteria-missing",
            "%(count)s criteria are not answered as met, the first: %(first)s",
            field="stage", count=len(missing), first=criteria[missing[0]].name,
        )  # fmt: skip
    first = earliest(ladder, rank, answers)
    if first is not None and on < first:
        raise InvalidInput(
            "stage-before-criteria",
            "The last of its criteria was met on %(day)s.",
            field="on", day=first,
        )  # fmt: skip


@days_meant
@transaction.atomic
def reach_stage(
    *, by: User | None, id: UUID | None = None, department: Department, stage: str, on: date
) -> StageStep:
    """Say that a department reached a stage: its criteria and all below are answered as met.

    Raises InvalidInput ``criteria-missing``, ``stage-before-criteria``, ``step-before-last``;
    InvalidState ``stage-not-higher``.
    """
    term("maturity_stages", stage, "stage")
    return _step(by, id, department, stage, on, "")


@days_meant
@transaction.atomic
def lose_stage(
    *,
    by: User | None,
    id: UUID | None = None,
    department: Department,
    stage: str = "",
    on: date,
    reason: str,
) -> StageStep:
    """Say that a department fell back to a lower stage (blank: below the first), and why.

    Raises InvalidInput ``text-missing``, ``step-before-last``; InvalidState ``stage-not-lower``.
    """
    return _step(by, id, department, stage, on, words(text(reason, "reason"), "reason", 400))


@days_meant
@transaction.atomic
def set_level(
    *,
    by: User | None,
    department: Department,
    level: str,
    pairing: Pairing,
    target_on: date | None = None,
    reached_on: date | None = None,
    evidence: str = "",
    lost_on: date | None = None,
    reason: str = "",
) -> KeySpecialty:
    """Say by when a level of the ladder is aimed at, since when it is held, or that it was lost.

    The same again changes nothing. Raises InvalidInput at the field: ``code-unknown``,
    ``pairing-of-others``, ``level-without-day``, ``text-missing``, ``dates-out-of-order``.
    """
    must_keep_hospital(by, department.organisation_id)
    term("key_specialty_levels", level, "level")
    helped_by(department.organisation_id, pairing)
    for field, day in (("reached_on", reached_on), ("lost_on", lost_on)):
        not_ahead(day, field)
    if target_on is None and reached_on is None:
        raise InvalidInput(
            "level-without-day",
            "Say by when it is aimed at, or since when it is held.",
            field="target_on",
        )
    if lost_on is not None and (reached_on is None or lost_on < reached_on):
        raise InvalidInput(
            "level-lost-before-held", "It cannot be lost before it was reached.", field="lost_on"
        )
    values = {
        "programme_id": pairing.programme_id, "giver_id": pairing.giver_id,
        "target_on": target_on, "reached_on": reached_on, "lost_on": lost_on,
        "evidence": words(evidence, "evidence", 400, required=reached_on is not None),
        "reason": words(reason, "reason", 400, required=lost_on is not None),
    }  # fmt: skip
    hold_department(department.id)
    held = KeySpecialty.objects.filter(department=department, level=level).first()
    if held is None:
        held = KeySpecialty.objects.create(department=department, level=level, **values)
    elif altered(held, values):
        held.save()
    else:
        return held
    standing = _standing(department)
    standing.level, standing.level_rank = _highest(department)
    standing.save(update_fields=["level", "level_rank"])
    told = held.reached_on is not None
    tell(
        by=by, record_id=held.id, programme_id=held.programme_id, kind=level,
        giver_id=held.giver_id, receiver_id=department.organisation_id,
        lines=[
            Said("key_specialties_reached", held.reached_on, held.reached_on,
                 item=department.specialty)
        ] if told and held.reached_on else [],
    )  # fmt: skip
    record(
        by=by, action="mentoring.set-level", object_kind="department", object_id=department.id,
        level=level, target_on=str(target_on or ""), reached_on=str(reached_on or ""),
        lost_on=str(lost_on or ""),
    )  # fmt: skip
    return held


def _highest(department: Department) -> tuple[str, int]:
    """The highest level that the department holds, with its rank."""
    ranks = {c: int(t.extra["rank"]) for c, t in vocabulary().table("key_specialty_levels").items()}
    rows = KeySpecialty.objects.filter(
        department=department, reached_on__isnull=False, lost_on__isnull=True
    )
    held = sorted(rows.values_list("level", flat=True), key=lambda each: ranks.get(each, 0))
    return (held[-1], ranks.get(held[-1], 0)) if held else ("", 0)
