"""The curve of a person's cases of a procedure, told from the cases themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from jiedui.mentoring.domain.cases import LOCAL
from jiedui.mentoring.domain.curves import Curve, Outcome, Restart, curve_of
from jiedui.mentoring.domain.rules import Procedure, is_procedure, procedure
from jiedui.mentoring.domain.states import CONFIRMED, RECORDED
from jiedui.mentoring.models import Case, SafetyReview, Skill


def led_by(person_id: UUID, code: str, receiver_id: UUID) -> QuerySet[Case]:
    """Confirmed cases that the person did as first operator, in the order in which they were.

    Cases in which somebody else led, or only a part was done, say nothing of the person's rate.
    Those of one day stand in the order in which they were recorded: a correction keeps its
    place, and when a case is confirmed moves nothing.
    """
    return Case.objects.filter(
        learner_id=person_id, procedure=code, receiver_id=receiver_id, state=CONFIRMED,
        lead__in=LOCAL,
    ).order_by("happened_on", "recorded_at", "id")  # fmt: skip


def awaited(person_id: UUID, code: str, receiver_id: UUID) -> int:
    """How many such cases still wait for their confirmation, and so do not count yet."""
    return Case.objects.filter(
        learner_id=person_id, procedure=code, receiver_id=receiver_id, state=RECORDED,
        lead__in=LOCAL,
    ).count()  # fmt: skip


def restarts_of(person_id: UUID, code: str, receiver_id: UUID) -> list[Restart]:
    """What closed reviews concluded about the series."""
    rows = SafetyReview.objects.filter(
        person_id=person_id, code=code, receiver_id=receiver_id, closed_on__isnull=False
    ).exclude(restarts="")
    found = rows.order_by("closed_on", "id").values_list("closed_on", "restarts")
    return [Restart(on, phase) for on, phase in found if on is not None]


@dataclass(frozen=True)
class Told:
    """A person's curve, with the procedure by whose criterion it is judged."""

    procedure: Procedure
    curve: Curve
    # The ids of the cases, in the order of the curve's points.
    case_ids: list[UUID]


def curve_told(skill: Skill, until: date | None = None) -> Told | None:
    """The whole curve of a skill (as far as a day); None for an activity, which has none."""
    if not is_procedure(skill.code):
        return None
    rows = led_by(skill.person_id, skill.code, skill.receiver_id)
    if until is not None:
        rows = rows.filter(happened_on__lte=until)
    cases = list(rows.values_list("id", "happened_on", "success"))
    restarts = restarts_of(skill.person_id, skill.code, skill.receiver_id)
    if until is not None:
        restarts = [each for each in restarts if each.on <= until]
    found = procedure(skill.code)
    outcomes = [Outcome(on, success) for _id, on, success in cases]
    return Told(found, curve_of(outcomes, found.criterion, restarts), [row[0] for row in cases])
