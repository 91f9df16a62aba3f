"""What is met and what is missing for a certificate, from what the house knows on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from jiedui.mentoring.domain.certificates import (
    Asked,
    Condition,
    Told,
    conditions,
    counted_decisions,
    met,
)
from jiedui.mentoring.domain.rules import numbers, whole
from jiedui.mentoring.models import (
    Apprentice,
    Apprenticeship,
    Certificate,
    Decision,
    LearningGoal,
    Refresher,
    SafetyReview,
    Skill,
)
from jiedui.mentoring.queries.curves import Told as CurveTold
from jiedui.mentoring.queries.curves import curve_told


@dataclass(frozen=True)
class Certifying:
    """Every condition with its answer, and what each rests on."""

    told: CurveTold
    conditions: Sequence[Condition]
    # The decisions that count, the newest first.
    decisions: Sequence[Decision]
    apprenticeship: Apprenticeship | None
    # The certificate that holds on the day, if any.
    held: Certificate | None

    @property
    def met(self) -> bool:
        """Whether all of them are."""
        return met(self.conditions)


def asked() -> Asked:
    """What the pack asks of every certificate."""
    return Asked(
        whole("certificate_assessors"), whole("certificate_level"), whole("decision_months"),
        min(numbers("lapse_months")),
    )  # fmt: skip


def certifying(skill: Skill, day: date) -> Certifying | None:
    """What is met and missing on the day; None for an activity, which is not certified."""
    told = curve_told(skill, day)
    if told is None:
        return None
    key = {"person_id": skill.person_id, "receiver_id": skill.receiver_id}
    rows = list(
        Decision.objects.filter(
            Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=day), code=skill.code, on__lte=day,
            **key,
        )
        .select_related("assessor")
        .order_by("-on", "-id")
    )  # fmt: skip
    wanted = asked()
    counted = counted_decisions(
        [Told(row.id, row.assessor_id, row.on, row.level) for row in rows], wanted, day
    )
    by_id = {row.id: row for row in rows}
    reviews = SafetyReview.objects.filter(
        reviews_about(skill.person_id, skill.code, skill.receiver_id),
        Q(closed_on__isnull=True) | Q(closed_on__gt=day), opened_on__lte=day,
    )  # fmt: skip
    held = held_certificate(skill, day)
    refreshers = Refresher.objects.filter(
        certificate__procedure=skill.code, certificate__person_id=skill.person_id,
        certificate__receiver_id=skill.receiver_id, certificate__revoked_on__isnull=True,
    )  # fmt: skip
    practised = told.curve.points[-1].on if told.curve.points else None
    dones = [on for on in refreshers.values_list("done_on", flat=True) if on and on <= day]
    joined, apprenticeship = _apprenticeship(skill)
    found = conditions(
        told.curve,
        [Told(row.id, row.assessor_id, row.on, row.level) for row in rows],
        wanted,
        open_reviews=reviews.count(),
        open_refreshers=refreshers.filter(done_on__isnull=True).count(),
        joined_on=joined,
        least_months=apprenticeship.least_months if apprenticeship else 0,
        last_practice=max([*dones, *([practised] if practised else [])], default=None),
        day=day,
    )
    return Certifying(told, found, [by_id[each.id] for each in counted], apprenticeship, held)


def reviews_about(person_id: UUID, code: str, receiver_id: UUID) -> Q:
    """Questions of safety of the person's cases, and of a technique of the procedure here."""
    of_person = Q(person_id=person_id) & (Q(code=code) | Q(code=""))
    of_technique = Q(person__isnull=True, technique__procedure=code)
    return (of_person | of_technique) & Q(receiver_id=receiver_id)


def held_certificate(skill: Skill, day: date) -> Certificate | None:
    """The certificate of this person and procedure here that holds on the day, if any."""
    rows = Certificate.objects.filter(
        person_id=skill.person_id, procedure=skill.code, receiver_id=skill.receiver_id,
        revoked_on__isnull=True, valid_to__gte=day, issued_on__lte=day,
    )  # fmt: skip
    return rows.order_by("-valid_to", "-id").first()


def _apprenticeship(skill: Skill) -> tuple[date | None, Apprenticeship | None]:
    """The apprenticeship in which it is learned, and when it began for this person."""
    rows = (
        Apprentice.objects.filter(
            person_id=skill.person_id, apprenticeship__receiver_id=skill.receiver_id,
            apprenticeship__state__in=("active", "completed", "ended"),
        )
        .select_related("apprenticeship")
        .order_by("-joined_on", "-id")
    )  # fmt: skip
    found = list(rows)
    if not found:
        return None, None
    planned = set(
        LearningGoal.objects.filter(
            apprenticeship_id__in=[row.apprenticeship_id for row in found], code=skill.code
        ).values_list("apprenticeship_id", flat=True)
    )
    row = next((each for each in found if each.apprenticeship_id in planned), found[0])
    return row.joined_on, row.apprenticeship
