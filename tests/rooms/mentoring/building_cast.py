"""What hospitals build, and a two-sided review, on the ledger's stage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from jiedui.accounts.models import User
from jiedui.core.clock import today
from jiedui.core.packs import vocabulary
from jiedui.directory import actions as directory
from jiedui.directory.models import Department
from jiedui.mentoring.actions import departments, procedures, research, reviews, roads, standards
from jiedui.mentoring.actions.reviews import Answer, questions_of
from jiedui.mentoring.domain.reviews import SCALE
from jiedui.mentoring.models import ReviewRound
from jiedui.programmes.models import Pairing
from tests.ledger_cast import SINCE, Stage, account
from tests.ledger_cast import stage as set_stage

SECRET = "不外传"


def ago(days: int) -> date:
    """So many days before today."""
    return today() - timedelta(days=days)


@dataclass
class Scene:
    """The stage with a ward of the receiver, their pairing, and somebody who sends."""

    stage: Stage
    ward: Department
    pairing: Pairing
    sender: User

    def criteria(self, *stages: str) -> None:
        """Answer every criterion of these stages as met."""
        for code, term in vocabulary().table("stage_criteria").items():
            if term.extra["stage"] in stages:
                departments.answer_criterion(
                    by=self.stage.manager, department=self.ward, criterion=code, met=True,
                    on=ago(100), evidence="院发〔2024〕1号",
                )  # fmt: skip

    def round(self, **changes: Any) -> ReviewRound:
        """A round that is open today."""
        said: dict[str, Any] = {
            "by": self.stage.coordinator, "programme": self.stage.programme,
            "giver": self.stage.giver, "receiver": self.stage.receiver,
            "pairing": self.pairing, "phase": "middle", "opens_on": ago(3),
            "closes_on": today() + timedelta(days=20),
        }  # fmt: skip
        return reviews.open_round(**said | changes)

    def submit(self, round: ReviewRound, side: str, level: int = 3, **more: Answer) -> None:
        """Hand a side's whole sheet in."""
        by = self.sender if side == "giver" else self.stage.manager
        reviews.submit_answers(
            by=by, round=round, side=side, answers=answers(side, level, SECRET) | more
        )


def answers(side: str, level: int = 3, words: str = "说明") -> dict[str, Answer]:
    """A whole sheet with the same level everywhere."""
    table = vocabulary().table("review_questions")
    return {
        code: Answer(level, words=words) if table[code].extra["kind"] == SCALE
        else Answer(words=words)
        for code in questions_of(side)
    }  # fmt: skip


def scene() -> Scene:
    """Set the scene once."""
    stage = set_stage()
    ward = directory.add_department(
        by=None, organisation=stage.receiver, specialty="03.04", name="心内科", valid_from=SINCE
    )
    pairing = stage.programme.pairings.get(receiver=stage.receiver)
    return Scene(
        stage, ward, pairing, account("sender", "派出己", "supporter_manager", stage.giver)
    )


def built(stage: Stage) -> dict[str, Any]:
    """One of everything that others hold, by the words of the outsiders' table."""
    ward = directory.add_department(
        by=None, organisation=stage.receiver, specialty="03", name="示例密建科"
    )
    pairing = stage.programme.pairings.filter(receiver=stage.receiver, giver=stage.giver).first()
    assert pairing is not None
    of = {"by": None, "organisation": stage.receiver, "pairing": pairing}
    departments.answer_criterion(
        by=None, department=ward, criterion="begun_head", met=True, on=ago(9), evidence=SECRET
    )
    checklist = standards.begin_checklist(
        by=None, organisation=stage.receiver, department=ward, standard="stroke_centre",
        begun_on=ago(9),
    )  # fmt: skip
    standards.answer_item(
        by=None, checklist=checklist, item="stroke_centre_01", answer="met", on=ago(5),
        evidence=SECRET,
    )  # fmt: skip
    clinic = standards.open_clinic(
        by=None, department=ward, kind="disease", name=f"{SECRET}门诊", valid_from=ago(90),
        hours=[(1, "morning")],
    )  # fmt: skip
    road = roads.begin_road(
        **of, target="tertiary_a", begun_on=ago(90), target_on=today() + timedelta(days=900)
    )
    milestone = roads.add_milestone(by=None, road=road, title=f"{SECRET}自评", due_on=ago(1))
    procedure = procedures.adopt_procedure(
        **of, kind="workflow", title=f"{SECRET}流程", adopted_on=ago(60), next_audit_on=ago(2)
    )
    project = research.apply_research(
        **of, level="province", title=f"{SECRET}课题", applied_on=ago(30)
    )
    review = reviews.open_round(
        by=None, programme=stage.programme, giver=stage.giver, receiver=stage.receiver,
        phase="end", opens_on=ago(2), closes_on=today() + timedelta(days=30),
    )  # fmt: skip
    reviews.submit_answers(by=None, round=review, side="giver", answers=answers("giver", 4, SECRET))
    return {
        "built-department": ward.id, "criterion": "begun_head", "key-level": "county",
        "checklist": checklist.id, "item": "stroke_centre_01", "clinic": clinic.id,
        "road": road.id, "milestone": milestone.id, "procedure": procedure.id,
        "project": project.id, "two-sided": review.id,
    }  # fmt: skip
