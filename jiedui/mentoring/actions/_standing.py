"""Keeping where a person stands in a procedure or an activity; an alarm opens a review."""

from __future__ import annotations

from uuid import UUID

from jiedui.accounts.models import User
from jiedui.core.clock import today
from jiedui.mentoring.domain.cases import INDEPENDENT
from jiedui.mentoring.domain.curves import ALARM, LEARNING, Curve, Outcome, curve_of
from jiedui.mentoring.domain.rules import is_procedure, procedure
from jiedui.mentoring.models import Certificate, Decision, SafetyReview, Skill
from jiedui.mentoring.queries.curves import led_by, restarts_of


def refresh(*, by: User | None, person_id: UUID, code: str, receiver_id: UUID) -> Skill | None:
    """Recompute one standing from confirmed cases, decisions and certificates.

    Called by every writer of these, inside its transaction and before its audit row: the
    standing's row is the lock under which one writer after the other looks. None where there
    is nothing to tell. Of several at once, the callers go in the order of (person, code).
    """
    skill = lock(person_id=person_id, code=code, receiver_id=receiver_id)
    if skill is None:
        return None
    rows = list(
        led_by(person_id, code, receiver_id).values_list(
            "happened_on", "success", "lead", "entrustment", "department_id", "programme_id",
            "giver_id",
        )
    )  # fmt: skip
    skill.cases, skill.failures = len(rows), sum(not row[1] for row in rows)
    skill.independent = sum(row[2] == INDEPENDENT for row in rows)
    skill.last_case_on = rows[-1][0] if rows else None
    skill.ad_hoc_level = next((row[3] for row in reversed(rows) if row[3]), None)
    if rows:
        skill.department_id, skill.programme_id, skill.giver_id = rows[-1][4:]
    curve = None
    if is_procedure(code):
        curve = curve_of(
            [Outcome(row[0], row[1]) for row in rows],
            procedure(code).criterion,
            restarts_of(person_id, code, receiver_id),
        )
    _told(skill, curve)
    _decided(skill)
    _certified(skill)
    skill.save()
    if skill.standing == ALARM and skill.alarm_on is not None:
        _open_alarm(skill)
    return skill


def lock(*, person_id: UUID, code: str, receiver_id: UUID) -> Skill | None:
    """The standing under its lock, made where there is none yet; None without anything to tell."""
    key = {"person_id": person_id, "code": code, "receiver_id": receiver_id}
    found = Skill.objects.select_for_update(no_key=True).filter(**key).first()
    if found is not None:
        return found
    told = (
        led_by(person_id, code, receiver_id).values("programme_id", "giver_id").last()
        or Decision.objects.filter(**key).order_by("on").values("programme_id", "giver_id").last()
    )
    if told is None:
        return None
    Skill.objects.bulk_create([Skill(**key, **told)], ignore_conflicts=True)
    return Skill.objects.select_for_update(no_key=True).get(**key)


def _told(skill: Skill, curve: Curve | None) -> None:
    skill.standing = curve.standing if curve else LEARNING
    skill.reached_on = curve.reached.on if curve and curve.reached else None
    skill.alarm_on = curve.alarm.on if curve and curve.alarm else None


def _decided(skill: Skill) -> None:
    newest = (
        Decision.objects.filter(
            person_id=skill.person_id, code=skill.code, receiver_id=skill.receiver_id,
            withdrawn_on__isnull=True,
        )
        .order_by("-on", "-id")
        .first()
    )  # fmt: skip
    skill.level = newest.level if newest else None
    skill.level_on = newest.on if newest else None


def _certified(skill: Skill) -> None:
    held = (
        Certificate.objects.filter(
            person_id=skill.person_id, procedure=skill.code, receiver_id=skill.receiver_id,
            revoked_on__isnull=True,
        )
        .order_by("-valid_to", "-id")
        .first()
    )  # fmt: skip
    skill.certified_on = held.issued_on if held else None
    skill.certified_to = held.valid_to if held else None


def _open_alarm(skill: Skill) -> None:
    """One open review an alarm, whoever comes first (alarm_reviewed_once_at_a_time)."""
    SafetyReview.objects.bulk_create(
        [
            SafetyReview(
                programme_id=skill.programme_id, giver_id=skill.giver_id,
                receiver_id=skill.receiver_id, person_id=skill.person_id, code=skill.code,
                reason=ALARM, opened_on=max(today(), skill.alarm_on or today()),
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip
