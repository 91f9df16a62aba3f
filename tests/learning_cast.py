"""A stage for learning: an expert on site who teaches, two local clinicians, a plan, cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from jiedui.accounts.models import User
from jiedui.core.clock import today
from jiedui.directory import actions as directory
from jiedui.directory.models import Department, Person
from jiedui.mentoring.actions import apprenticeships, drafting
from jiedui.mentoring.actions.cases import confirm_case, record_case
from jiedui.mentoring.actions.drafting import ApprenticeInput, GoalInput, MentorInput
from jiedui.mentoring.models import Apprenticeship, Case
from jiedui.programmes.models import Posting
from tests.ledger_cast import SINCE, account
from tests.posting_cast import BEGIN, END, Scene, day
from tests.posting_cast import scene as set_scene

PROCEDURE, OTHER_PROCEDURE, ACTIVITY = "lap_cholecystectomy", "lap_appendectomy", "epa_ward_round"

__all__ = ["BEGIN", "END", "day"]


@dataclass
class School:
    """The postings' scene, and who teaches and learns in it.

    ``scene.stage`` is the ledger's stage: coordinator, manager and deputy of the receiver,
    outsider (who manages another receiver); ``scene.sender`` manages the giver.
    """

    scene: Scene
    posting: Posting
    mentor: Person
    mentor_user: User
    learner: Person
    learner_user: User
    second: Person
    second_user: User
    ward: Department
    apprenticeship: Apprenticeship

    def drafted(self, **changes: Any) -> Apprenticeship:
        """Another draft by the receiver's manager: the second clinician with the same mentor."""
        return drafting.create_apprenticeship(by=self.scene.stage.manager, **self.said(**changes))

    def said(self, **changes: Any) -> dict[str, Any]:
        """A plain apprenticeship of the second clinician as keyword arguments."""
        return _said(self.scene, self.posting, self.second) | changes

    def case(self, **changes: Any) -> dict[str, Any]:
        """A plain case of the first apprentice as keyword arguments of record_case."""
        plain: dict[str, Any] = {
            "apprenticeship": self.apprenticeship, "procedure": PROCEDURE,
            "happened_on": day(10), "role": "first_operator", "supervision": "in_room",
            "difficulty": "routine", "success": True,
        }  # fmt: skip
        return plain | changes

    def recorded(self, **changes: Any) -> Case:
        """A case recorded by the apprentice."""
        return record_case(by=self.learner_user, **self.case(**changes))

    def confirmed(self, level: int = 3, **changes: Any) -> Case:
        """A case recorded by the apprentice and confirmed by the mentor."""
        case = self.recorded(**changes)
        return confirm_case(by=self.mentor_user, case=case, entrustment=level)


def _said(scene: Scene, posting: Posting, learner: Person) -> dict[str, Any]:
    return {
        "programme": scene.stage.programme, "form": "one_to_one", "giver": scene.stage.giver,
        "receiver": scene.stage.receiver, "department": scene.ward, "specialty": "04.01",
        "starts_on": BEGIN, "ends_on": END, "least_months": 3,
        "mentors": [MentorInput(posting.person, posting)],
        "apprentices": [
            ApprenticeInput(
                learner, "科室业务骨干", "可做助手", {"licensed": True, "basic_skills": True},
                {PROCEDURE: (1, 5)},
            )
        ],
        "goals": [
            GoalInput("procedure", PROCEDURE, END, 30, 4),
            GoalInput("activity", ACTIVITY, END, 0, 4),
        ],
    }  # fmt: skip


def person_with_account(
    name: str, username: str, role: str, home: Any, ward: Department | None = None
) -> tuple[Person, User]:
    """Somebody of a house's staff who has an account there."""
    person = directory.add_person(
        by=None, name=name, organisation=home, department=ward, valid_from=SINCE, example=True
    )
    return person, with_account(person, username, role, home)


def with_account(person: Person, username: str, role: str, home: Any) -> User:
    """An account of somebody already in the directory."""
    user = account(username, person.name, role, home)
    person.user_id = user.id
    person.save(update_fields=["user_id"])
    return user


def school() -> School:
    """Set it: an expert on site for 200 days, an apprenticeship that both sides signed."""
    scene = set_scene()
    posting = scene.arrived(department=scene.ward, batch=scene.batch)
    home = scene.stage.receiver
    learner, learner_user = person_with_account(
        "乙七", "learner", "local_clinician", home, scene.ward
    )
    second, second_user = person_with_account("乙八", "second", "local_clinician", home, scene.ward)
    mentor_user = with_account(scene.surgeon, "mentor", "expert", scene.stage.giver)
    held = drafting.create_apprenticeship(by=scene.stage.manager, **_said(scene, posting, learner))
    apprenticeships.propose_apprenticeship(by=scene.stage.manager, apprenticeship=held, on=BEGIN)
    held = apprenticeships.sign_apprenticeship(by=scene.sender, apprenticeship=held, on=BEGIN)
    return School(
        scene, posting, scene.surgeon, mentor_user, learner, learner_user, second, second_user,
        scene.ward, held,
    )  # fmt: skip


def days_after(first: date, *numbers: int) -> list[date]:
    """Days so many days after the first, none later than today."""
    return [min(first + timedelta(days=number), today()) for number in numbers]
