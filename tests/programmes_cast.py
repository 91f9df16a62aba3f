"""A year of postings at one recipient, laid straight into the database, for what only reads.

Days are counted from today, so that what is past, present and planned stays so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from jiedui.core.clock import today
from jiedui.core.identifiers import new_id
from jiedui.directory import actions as directory
from jiedui.directory.models import Department, Organisation, Person
from jiedui.programmes.models import Batch, Post, Posting, Stay, Team
from tests.ledger_cast import SINCE, Stage
from tests.ledger_cast import stage as set_stage


def ago(days: int) -> date:
    """So many days before today; a negative number lies ahead."""
    return today() - timedelta(days=days)


@dataclass
class Scene:
    """The ledger's stage, a ward of the receiver, and makers of posts and postings."""

    stage: Stage
    ward: Department
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, name: str, home: Organisation | None = None) -> Person:
        """A senior physician of the giver, made once a name."""
        if name not in self.people:
            self.people[name] = directory.add_person(
                by=None, name=name, organisation=home or self.stage.giver, valid_from=SINCE,
                title="associate_chief_physician", example=True,
            )  # fmt: skip
        return self.people[name]

    def post(self, first: int, last: int | None = None, **changes: Any) -> Post:
        """An agreed post of the receiver, needed from so many days ago."""
        said: dict[str, Any] = {
            "programme": self.stage.programme, "receiver": self.stage.receiver,
            "department": self.ward, "specialty": "03.04", "category": "clinical",
            "mode": "resident", "months": 12, "needed_from": ago(first),
            "needed_to": None if last is None else ago(last), "state": "agreed",
            "agreed_on": ago(first),
        }  # fmt: skip
        return Post.objects.create(**said | changes)

    def posting(self, name: str, first: int, last: int, **changes: Any) -> Posting:
        """A posting over those days, in the state that they ask for, with its one stay."""
        begins, ends = ago(first), ago(last)
        state = "departed" if ends < today() else "on_site" if begins <= today() else "approved"
        giver = changes.get("giver", self.stage.giver)
        said: dict[str, Any] = {
            "id": new_id(), "programme": self.stage.programme, "person": self.person(name, giver),
            "giver": giver, "receiver": self.stage.receiver, "specialty": "03.04",
            "kind": "planned", "category": "clinical", "title": "associate_chief_physician",
            "planned_from": begins, "planned_to": ends, "starts_on": begins, "ends_on": ends,
            "state": state, "approved_on": begins if begins <= today() else today(),
        }  # fmt: skip
        arrived = changes.get("state", state) in ("on_site", "on_leave", "departed",
                                                  "returned_early")  # fmt: skip
        if arrived:
            said["arrived_on"] = begins
            said["departed_on"] = None if state == "on_site" else ends
        made = Posting.objects.create(**said | changes)
        if arrived:
            Stay.objects.create(
                posting=made, person=made.person, receiver=made.receiver, first_day=begins,
                last_day=made.departed_on,
            )  # fmt: skip
        return made

    def batch(self, number: int = 1, **changes: Any) -> Batch:
        """A batch of the giver."""
        said = {"programme": self.stage.programme, "sender": self.stage.giver, "number": number}
        return Batch.objects.create(**said | changes)

    def team(self, name: str = "示例医疗队", **changes: Any) -> Team:
        """A team of the giver at the receiver."""
        said = {
            "programme": self.stage.programme, "sender": self.stage.giver,
            "receiver": self.stage.receiver, "name": name, "valid_from": ago(100),
        }  # fmt: skip
        return Team.objects.create(**said | changes)


def scene() -> Scene:
    """Set the scene."""
    stage = set_stage()
    ward = directory.add_department(
        by=None, organisation=stage.receiver, specialty="03.04", name="心内科"
    )
    return Scene(stage, ward)
