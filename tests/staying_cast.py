"""A department that experts came to and left, laid straight into the database for what only reads.

Days are counted from today; volumes are tallies of months before this one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from jiedui.core.clock import now, today
from jiedui.core.identifiers import new_id
from jiedui.directory import actions as directory
from jiedui.directory.models import Person
from jiedui.mentoring.domain.months import after, month_of
from jiedui.mentoring.domain.retention import after_departure
from jiedui.mentoring.models import (
    Apprentice,
    Apprenticeship,
    Case,
    CaseTally,
    Certificate,
    Mentor,
    Skill,
    Technique,
)
from jiedui.programmes.models import Posting
from tests.ledger_cast import SINCE
from tests.programmes_cast import Scene, ago
from tests.programmes_cast import scene as set_scene

PROCEDURE, OTHER, ACTIVITY = "lap_cholecystectomy", "lap_appendectomy", "epa_ward_round"


def month(back: int) -> date:
    """The first day of the month so many months ago."""
    return after(month_of(today()), -back)


@dataclass
class Ward:
    """The programmes' scene and makers of what stays."""

    scene: Scene
    staff: dict[str, Person] = field(default_factory=dict)

    @property
    def sides(self) -> dict[str, Any]:
        """Programme, giver and receiver."""
        stage = self.scene.stage
        return {"programme": stage.programme, "giver": stage.giver, "receiver": stage.receiver}

    def person(self, name: str, until: date | None = None) -> Person:
        """Somebody of the department's staff, made once a name."""
        if name not in self.staff:
            self.staff[name] = directory.add_person(
                by=None, name=name, organisation=self.scene.stage.receiver, example=True,
                department=self.scene.ward, valid_from=SINCE,
            )  # fmt: skip
            if until is not None:
                self.staff[name].affiliations.update(valid_to=until)
        return self.staff[name]

    def posting(self, name: str, first: int, last: int, **changes: Any) -> Posting:
        """An expert's stay at the department, over those days before today."""
        return self.scene.posting(name, first, last, department=self.scene.ward, **changes)

    def technique(self, posting: Posting, name: str = "示例技术", **changes: Any) -> Technique:
        """A technique that the expert brought, led locally today."""
        departed = posting.departed_on
        local = changes.pop("local", [])
        followed = after_departure(departed, local)
        said = {
            **self.sides, "department": self.scene.ward, "specialty": "03.04", "name": name,
            "category": "new_technique", "procedure": PROCEDURE,
            "introduced_by": posting.person, "posting": posting,
            "proposed_on": posting.starts_on, "state": "independent", "state_on": today(),
            "departed_on": departed, "cases": 20 + len(local), "local_cases": len(local),
            "first_case_on": posting.starts_on, "last_case_on": max(local, default=departed),
            "local_6": followed.first_half, "local_12": followed.second_half,
            "idle_on": followed.idle_on,
        }  # fmt: skip
        return Technique.objects.create(**said | changes)

    def cases(self, back: int, **changes: Any) -> CaseTally:
        """The confirmed cases of a month, so many months ago."""
        said = {
            "id": new_id(), **self.sides, "department": self.scene.ward, "procedure": PROCEDURE,
            "month": month(back),
        }  # fmt: skip
        return CaseTally.objects.create(**said | changes)

    def apprenticeship(self, posting: Posting, learner: Person, **changes: Any) -> Apprenticeship:
        """One to one, signed by both."""
        said = {
            **self.sides, "department": self.scene.ward, "form": "one_to_one",
            "specialty": "03.04", "starts_on": posting.starts_on, "ends_on": posting.ends_on,
            "state": "active", "signed_giver_on": posting.starts_on,
            "signed_receiver_on": posting.starts_on,
        }  # fmt: skip
        made = Apprenticeship.objects.create(**said | changes)
        Mentor.objects.create(
            apprenticeship=made, person=posting.person, posting=posting,
            first_day=posting.starts_on,
        )  # fmt: skip
        Apprentice.objects.create(apprenticeship=made, person=learner, joined_on=posting.starts_on)
        return made

    def certificate(
        self, person: Person, issued: int, apprenticeship: Apprenticeship | None = None,
        **changes: Any,
    ) -> Certificate:  # fmt: skip
        """A certificate issued so many days ago, valid for two years."""
        said = {
            **self.sides, "department": self.scene.ward, "person": person,
            "procedure": PROCEDURE, "apprenticeship": apprenticeship, "issued_on": ago(issued),
            "valid_to": ago(issued - 730), "code": f"C{new_id().hex[:16]}", "basis": {},
        }  # fmt: skip
        return Certificate.objects.create(**said | changes)

    def skill(self, person: Person, code: str = PROCEDURE, **changes: Any) -> Skill:
        """Where somebody stands."""
        said = {**self.sides, "department": self.scene.ward, "person": person, "code": code}
        return Skill.objects.create(**said | changes)

    def case(self, technique: Technique, **changes: Any) -> Case:
        """A case of a technique, straight into the table."""
        said = {
            **self.sides, "department": self.scene.ward, "procedure": PROCEDURE,
            "technique": technique, "happened_on": ago(3), "lead": "expert",
            "leader": technique.introduced_by, "difficulty": "routine", "success": True,
            "recorded_at": now(),
        }  # fmt: skip
        return Case.objects.create(**said | changes)


def ward() -> Ward:
    """Set it."""
    return Ward(set_scene())


def days_of(departed: date, *months: int) -> list[date]:
    """A day in each of these months after a departure."""
    return [after(month_of(departed), each) + timedelta(days=9) for each in months]
