"""A stage for postings: the ledger's cast, surgeons with titles, a batch, a team, a post."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from jiedui.accounts.models import User
from jiedui.core.clock import today
from jiedui.directory import actions as directory
from jiedui.directory.models import Department, Person
from jiedui.programmes import actions
from jiedui.programmes.models import Agreement, AgreementParty, Batch, Post, Posting, Team
from tests.ledger_cast import SINCE, Stage, account
from tests.ledger_cast import stage as set_stage

# Days before today, so that what is told has happened.
BEGIN = today() - timedelta(days=200)
END = today() + timedelta(days=160)


def day(number: int) -> date:
    """The day so many days after the planned beginning."""
    return BEGIN + timedelta(days=number)


@dataclass
class Scene:
    """The ledger's stage and what a posting needs beside it."""

    stage: Stage
    sender: User
    ward: Department
    surgeon: Person
    second: Person
    post: Post
    batch: Batch
    team: Team

    def said(self, **changes: Any) -> dict[str, Any]:
        """A plain nomination as keyword arguments."""
        plain: dict[str, Any] = {
            "programme": self.stage.programme, "person": self.surgeon,
            "giver": self.stage.giver, "receiver": self.stage.receiver,
            "specialty": "04.01", "kind": "planned", "category": "clinical",
            "planned_from": BEGIN, "planned_to": END,
        }  # fmt: skip
        return plain | changes

    def nominated(self, **changes: Any) -> Posting:
        """Nominated by the giver's manager."""
        return actions.nominate(by=self.sender, **self.said(**changes))

    def approved(self, **changes: Any) -> Posting:
        """Nominated, screened and approved on the first day."""
        posting = self.nominated(**changes)
        on = min(posting.planned_from, today())
        actions.screen(by=self.stage.coordinator, posting=posting, on=on)
        return actions.approve(by=self.stage.manager, posting=posting, on=on)

    def arrived(self, **changes: Any) -> Posting:
        """On site since the planned first day."""
        posting = self.approved(**changes)
        return actions.arrive(by=self.stage.manager, posting=posting, on=posting.planned_from)

    def agreement(self, first: date | None, last: date | None, *bodies: Any) -> Agreement:
        """An agreement of these bodies (both sides by default)."""
        found = Agreement.objects.create(
            programme=self.stage.programme, kind="pairing", title="示例协议", valid_from=first,
            valid_to=last,
        )  # fmt: skip
        for body, role in zip(
            bodies or (self.stage.giver, self.stage.receiver), ("giver", "receiver"), strict=False
        ):
            AgreementParty.objects.create(agreement=found, organisation=body, role=role)
        return found


def scene() -> Scene:
    """Set the scene through the doors of the rooms."""
    stage = set_stage()
    ward = directory.add_department(
        by=None, organisation=stage.receiver, specialty="04.01", name="普外科"
    )
    people = [
        directory.add_person(
            by=None, name=name, organisation=stage.giver, title="associate_chief_physician",
            valid_from=SINCE, example=True,
        )
        for name in ("甲四", "甲五")
    ]  # fmt: skip
    post = Post.objects.create(
        programme=stage.programme, receiver=stage.receiver, department=ward, specialty="04.01",
        category="clinical", mode="resident", months=12, needed_from=BEGIN, state="agreed",
        agreed_on=BEGIN,
    )  # fmt: skip
    batch = Batch.objects.create(programme=stage.programme, sender=stage.giver, number=1)
    team = Team.objects.create(
        programme=stage.programme, batch=batch, sender=stage.giver, receiver=stage.receiver,
        name="示例医疗队",
    )  # fmt: skip
    return Scene(
        stage, account("sender", "派出己", "supporter_manager", stage.giver), ward, *people, post,
        batch, team,
    )  # fmt: skip
