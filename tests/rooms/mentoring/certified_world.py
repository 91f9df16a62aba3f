"""One certificate of others, with everything about it, for the tests of outsiders."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from jiedui.core.clock import today
from jiedui.directory import actions as directory
from jiedui.mentoring.models import (
    Apprentice,
    Apprenticeship,
    Certificate,
    Decision,
    Refresher,
    SafetyReview,
    Skill,
)
from tests.ledger_cast import SINCE, Stage

PROCEDURE, CODE = "lap_cholecystectomy", "0123456789AB"


def certified(stage: Stage) -> dict[str, Any]:
    """Somebody of the receiver who holds one; ids by the words of the table of addresses."""
    day = today() - timedelta(days=200)
    person = directory.add_person(
        by=None, name="乙二", organisation=stage.receiver, valid_from=SINCE, example=True
    )
    of = {"programme": stage.programme, "giver": stage.giver, "receiver": stage.receiver}
    tie = Apprenticeship.objects.create(
        **of, form="one_to_one", specialty="04.01", starts_on=day, ends_on=today()
    )
    apprentice = Apprentice.objects.create(apprenticeship=tie, person=person, joined_on=day)
    skill = Skill.objects.create(
        **of, person=person, code=PROCEDURE, cases=30, standing="reached", last_case_on=day
    )
    decision = Decision.objects.create(
        **of, person=person, code=PROCEDURE, assessor=stage.surgeon, on=day, level=4, note="不外传"
    )
    review = SafetyReview.objects.create(
        **of, person=person, code=PROCEDURE, reason="event", opened_on=day, note="不外传"
    )
    certificate = Certificate.objects.create(
        **of, person=person, procedure=PROCEDURE, issued_on=day, code=CODE,
        valid_to=today() + timedelta(days=300),
        basis={
            "criterion": "statistic", "acceptable": 0.05, "unacceptable": 0.15, "planned": 60,
            "minimum": 0, "limit": 3.0167, "monitor_limit": 3.0, "false_rate": 0.09,
            "true_rate": 0.8, "cases": 30, "failures": 0, "reached_case": 28, "value": 0.0,
            "reached_on": day.isoformat(), "decisions": [],
        },
    )  # fmt: skip
    refresher = Refresher.objects.create(
        certificate=certificate, lapsed_since=day, months=3, due_on=today()
    )
    return {
        "skill": skill.id, "decision": decision.id, "safety-review": review.id,
        "certificate": certificate.id, "refresher": refresher.id,
        "certified-apprentice": apprentice.id, "learned-procedure": PROCEDURE, "no-code": "Z" * 12,
    }  # fmt: skip
