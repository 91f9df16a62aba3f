"""A stage for certificates: one who has reached the criterion, and two who assess."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from jiedui.core.clock import today
from jiedui.core.identifiers import new_id
from jiedui.directory.models import Person
from jiedui.mentoring.actions._standing import refresh
from jiedui.mentoring.actions.certificates import issue_certificate
from jiedui.mentoring.actions.decisions import decide
from jiedui.mentoring.models import Case, Certificate, Decision, Skill
from tests.learning_cast import PROCEDURE, School, person_with_account, school

# Enough successes on end for the procedure's limit within its planned cases.
ENOUGH = 30


@dataclass
class Room:
    """The school, a second assessor, and what is done to them."""

    school: School
    second_assessor: Person
    second_assessor_user: Any

    @property
    def manager(self) -> Any:
        """Who manages the receiver."""
        return self.school.scene.stage.manager

    def cases(
        self,
        outcomes: str,
        *,
        last: date | None = None,
        procedure: str = PROCEDURE,
        apart: int = 1,
    ) -> Skill | None:
        """Confirmed cases a day apart up to a day (yesterday), ``+`` a success, ``-`` a failure.

        ``apart`` 0 puts all of them on that day.
        """
        held = self.school.apprenticeship
        last = last or today() - timedelta(days=1)
        first = last - timedelta(days=apart * (len(outcomes) - 1))
        Case.objects.bulk_create(
            Case(
                id=new_id(), content="", programme=held.programme, giver=held.giver,
                receiver=held.receiver, department=held.department, procedure=procedure,
                happened_on=first + timedelta(days=apart * place), apprenticeship=held,
                leader=self.school.learner, learner=self.school.learner,
                mentor=self.school.mentor, lead="supervised", role="first_operator",
                supervision="in_room", difficulty="routine", success=mark == "+",
                state="confirmed", confirmed_at="2026-01-01T00:00:00Z",
            )
            for place, mark in enumerate(outcomes)
        )  # fmt: skip
        with transaction.atomic():
            return refresh(
                by=None, person_id=self.school.learner.id, code=procedure,
                receiver_id=held.receiver_id,
            )  # fmt: skip

    def decision(self, assessor: Person | None = None, **changes: Any) -> Decision:
        """A decision of today at level 4, entered by the receiver's manager."""
        held = self.school.apprenticeship
        plain: dict[str, Any] = {
            "by": self.manager, "programme": held.programme, "giver": held.giver,
            "receiver": held.receiver, "person": self.school.learner, "code": PROCEDURE,
            "assessor": assessor or self.school.mentor, "on": today(), "level": 4,
        }  # fmt: skip
        return decide(**(plain | changes))

    def ready(self) -> Skill:
        """Every condition is met."""
        self.cases("+" * ENOUGH)
        self.decision()
        self.decision(self.second_assessor)
        return self.skill()

    def lapsed(self, days: int) -> Certificate:
        """A certificate whose holder did nothing for so many days."""
        made = issue_certificate(by=self.manager, skill=self.ready())
        back = timedelta(days=days)
        Certificate.objects.update(issued_on=today() - back - timedelta(days=5))
        Skill.objects.update(last_case_on=today() - back)
        made.refresh_from_db()
        return made

    def skill(self, code: str = PROCEDURE) -> Skill:
        """Where the learner stands."""
        return Skill.objects.get(person=self.school.learner, code=code)


def room() -> Room:
    """Set it."""
    held = school()
    other, user = person_with_account("甲九", "assessor", "expert", held.scene.stage.giver, None)
    return Room(held, other, user)
