"""The cast of posts, menu, batches and teams: the ledger's, a supporter and some people more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from jiedui.accounts.models import User
from jiedui.core.identifiers import new_id
from jiedui.directory.actions import add_department, add_person
from jiedui.directory.models import Department, Person
from jiedui.programmes import actions
from jiedui.programmes.models import Batch, Offer, Post, Posting, Stay, Team, Wish
from tests.ledger_cast import Stage, account
from tests.ledger_cast import stage as set_stage

MARCH, AUGUST = date(2026, 3, 1), date(2026, 8, 31)


@dataclass
class Dispatch:
    """Who asks, who sends, and what they have."""

    stage: Stage
    supporter: User
    ward: Department
    other_ward: Department
    people: list[Person]

    def post(self, **changes: Any) -> Post:
        """A cardiologist for half a year, asked by the recipient's manager."""
        said: dict[str, Any] = {
            "programme": self.stage.programme, "receiver": self.stage.receiver,
            "department": self.ward, "specialty": "03.04", "title": "associate_chief_physician",
            "category": "clinical", "mode": "resident", "months": 6, "needed_from": MARCH,
            "needed_to": AUGUST,
        }  # fmt: skip
        return actions.request_post(by=self.stage.manager, **said | changes)

    def offer(self, **changes: Any) -> Offer:
        """A course of the supporter's menu."""
        said: dict[str, Any] = {
            "programme": self.stage.programme, "giver": self.stage.giver, "kind": "teaching",
            "title": "卒中救治培训",
        }  # fmt: skip
        return actions.create_offer(by=self.supporter, **said | changes)

    def wish(self, **changes: Any) -> Wish:
        """What the recipient asks for beside the menu."""
        said: dict[str, Any] = {
            "programme": self.stage.programme, "receiver": self.stage.receiver,
            "title": "产科急救演练",
        }  # fmt: skip
        return actions.ask_wish(by=self.stage.manager, **said | changes)

    def batch(self, **changes: Any) -> Batch:
        """The supporter's first batch."""
        said: dict[str, Any] = {
            "programme": self.stage.programme, "sender": self.stage.giver, "number": 1,
            "valid_from": MARCH, "valid_to": AUGUST,
        }  # fmt: skip
        return actions.create_batch(by=self.supporter, **said | changes)

    def team(self, **changes: Any) -> Team:
        """A team for the recipient."""
        said: dict[str, Any] = {
            "programme": self.stage.programme, "sender": self.stage.giver,
            "receiver": self.stage.receiver, "name": "示例医疗队",
        }  # fmt: skip
        return actions.create_team(by=self.supporter, **said | changes)

    def posting(self, person: int = 0, **changes: Any) -> Posting:
        """A posting as it stands in the database: these tests are not of how it came there."""
        said: dict[str, Any] = {
            "programme": self.stage.programme, "person": self.people[person],
            "giver": self.stage.giver, "receiver": self.stage.receiver, "specialty": "03.04",
            "kind": "team", "category": "clinical", "planned_from": MARCH, "planned_to": AUGUST,
            "starts_on": MARCH, "ends_on": AUGUST, "id": new_id(),
        }  # fmt: skip
        said |= changes
        if said.get("state", "nominated") in ("on_site", "on_leave", "departed"):
            said = {"approved_on": MARCH, "arrived_on": said["starts_on"]} | said
        return Posting.objects.create(**said)

    def stay(self, posting: Posting, first: date, last: date | None = None) -> Stay:
        """Days on site of a posting."""
        return Stay.objects.create(
            posting=posting, person=posting.person, receiver=posting.receiver, first_day=first,
            last_day=last,
        )  # fmt: skip


def set_dispatch() -> Dispatch:
    """Set the stage once."""
    stage = set_stage()
    since = date(2024, 1, 1)
    people = [stage.surgeon] + [
        add_person(
            by=None, name=name, staff_number=f"A{n}", organisation=stage.giver,
            title="associate_chief_physician", valid_from=since, example=True,
        )
        for n, name in enumerate(("丙三", "丁四", "戊五"), 1)
    ]  # fmt: skip
    return Dispatch(
        stage,
        account("supporter", "支援己", "supporter_manager", stage.giver),
        add_department(by=None, organisation=stage.receiver, specialty="03.04", name="心血管内科"),
        add_department(by=None, organisation=stage.other_receiver, specialty="03", name="示例内科"),
        people,
    )
