"""An apprenticeship, cases and a studio of others, for the tests of outsiders."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from jiedui.core.clock import today
from jiedui.directory import actions as directory
from jiedui.mentoring import actions
from jiedui.mentoring.actions import ApprenticeInput, GoalInput, MentorInput
from tests.ledger_cast import SINCE, Stage

PROCEDURE = "lap_cholecystectomy"


def apprenticed(stage: Stage) -> dict[str, Any]:
    """Somebody of the receiver who learns from the giver; ids by the words of the table."""
    day, end = today() - timedelta(days=100), today() + timedelta(days=200)
    learner = directory.add_person(
        by=None, name="乙二", organisation=stage.receiver, valid_from=SINCE, example=True
    )
    held = actions.create_apprenticeship(
        by=None, programme=stage.programme, form="one_to_one", giver=stage.giver,
        receiver=stage.receiver, specialty="04.01", starts_on=day, ends_on=end, aim="不外传",
        mentors=[MentorInput(stage.surgeon)], apprentices=[ApprenticeInput(learner, "不外传")],
        goals=[GoalInput("procedure", PROCEDURE, end, 20, 4)],
    )  # fmt: skip
    actions.propose_apprenticeship(by=None, apprenticeship=held, side="giver", on=day)
    actions.sign_apprenticeship(by=None, apprenticeship=held, on=day)
    change = actions.propose_plan_change(
        by=None, apprenticeship=held, side="giver", reason="不外传",
        goals=[GoalInput("procedure", PROCEDURE, end, 30, 4)],
    )  # fmt: skip
    case = actions.record_case(
        by=None, apprenticeship=held, procedure=PROCEDURE, happened_on=day, success=False,
        role="first_operator", supervision="in_room", outcome_note="不外传",
    )  # fmt: skip
    studio = actions.open_studio(
        by=None, programme=stage.programme, giver=stage.giver, receiver=stage.receiver,
        name="不外传的工作室", leader=stage.surgeon, valid_from=day,
    )  # fmt: skip
    planned = actions.plan_day(by=None, studio=studio, on=today(), topic="不外传")
    return {
        "apprenticeship": held.id, "verb-of-apprenticeship": "end",
        "learner-of-it": held.apprentices.get().id, "mentor-of-it": held.mentors.get().id,
        "plan-change": change.id, "case": case.id, "studio": studio.id,
        "studio-day": planned.id,
    }  # fmt: skip
