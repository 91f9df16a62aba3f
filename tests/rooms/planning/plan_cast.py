"""The cast of dispatch plans: two pairs of hospitals, their posts, and who could be sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from jiedui.accounts.models import User
from jiedui.directory.actions import add_person
from jiedui.directory.models import Person
from jiedui.planning import actions
from jiedui.planning.models import Candidate, Consent, DispatchPlan, Scenario
from jiedui.programmes import actions as programmes
from jiedui.programmes.models import Post
from tests.ledger_cast import SINCE, Stage, account
from tests.ledger_cast import stage as set_stage

START = date(2027, 1, 1)
# Short tours, so that a year is enough: rules as a plan says them otherwise than the pack.
RULES = {"tour_months": "3 6 12", "team_core": "2", "mentor_months": "6"}


@dataclass
class Cast:
    """Both sides of two pairings, posts agreed, and candidates."""

    stage: Stage
    sender: User
    other_sender: User
    other_host: User
    officer: User
    people: list[Person]
    strangers: list[Person]

    def post(self, **changes: Any) -> Post:
        """An agreed post of a cardiologist for the year."""
        said: dict[str, Any] = {
            "programme": self.stage.programme, "receiver": self.stage.receiver,
            "specialty": "03.04", "category": "clinical", "mode": "resident", "months": 6,
            "needed_from": START,
        }  # fmt: skip
        post = programmes.request_post(by=None, **said | changes)
        return programmes.agree_post(by=None, post=post)

    def candidate(self, number: int = 0, **changes: Any) -> Candidate:
        """A cardiologist of the giver for the year and a little more."""
        said: dict[str, Any] = {
            "programme": self.stage.programme, "person": self.people[number],
            "giver": self.stage.giver, "specialty": "03.04", "category": "clinical",
            "available_from": START, "available_to": date(2028, 6, 30),
        }  # fmt: skip
        return actions.add_candidate(by=None, **said | changes)

    def stranger(self, number: int = 0, **changes: Any) -> Candidate:
        """A cardiologist of the other giver."""
        said = {"person": self.strangers[number], "giver": self.stage.other_giver}
        return self.candidate(**said | changes)

    def plan(self, **changes: Any) -> DispatchPlan:
        """A year over everything."""
        said: dict[str, Any] = {
            "programme": self.stage.programme, "name": "2027年派驻", "starts_on": START,
            "months": 12, "settings": RULES,
        }  # fmt: skip
        return actions.create_dispatch_plan(by=self.stage.coordinator, **said | changes)

    def scenario(self, plan: DispatchPlan, **changes: Any) -> Scenario:
        """With money for everybody, and more time than so few people take."""
        said: dict[str, Any] = {"plan": plan, "name": "甲方案", "budget": 1_000_000, "seconds": 120}
        return actions.create_scenario(by=self.stage.coordinator, **said | changes)

    def planned(self, plan: DispatchPlan, **changes: Any) -> Scenario:
        """A scenario with its run behind it."""
        return self.run(self.scenario(plan, **changes))

    def run(self, scenario: Scenario, *, fresh: bool = False) -> Scenario:
        """What the worker does, here."""
        actions.ask_run(by=self.stage.coordinator, scenario=scenario, fresh=fresh)
        done = actions.run_scenario(by=None, scenario_id=scenario.id)
        assert done.state == "done", done.progress
        return done

    def submitted(self, scenario: Scenario) -> DispatchPlan:
        """Handed in."""
        return actions.submit_plan(by=self.stage.coordinator, plan=scenario.plan, scenario=scenario)

    def approved(self, scenario: Scenario) -> DispatchPlan:
        """Handed in, and everybody agreed."""
        plan = self.submitted(scenario)
        for consent in Consent.objects.filter(scenario=scenario):
            plan = actions.give_consent(by=None, consent=consent)
        return plan


def set_cast(stage: Stage | None = None) -> Cast:
    """Set the stage once, or add the cast to one that stands."""
    stage = stage or set_stage()

    def person(name: str, at: Any) -> Person:
        return add_person(
            by=None, name=name, organisation=at, title="associate_chief_physician",
            valid_from=SINCE, example=True,
        )  # fmt: skip

    return Cast(
        stage,
        account("sender", "支援己", "supporter_manager", stage.giver),
        account("other_sender", "支援庚", "supporter_manager", stage.other_giver),
        account("other_host", "院办辛", "recipient_manager", stage.other_receiver),
        account("officer", "专员壬", "project_officer", None),
        [person(f"示例甲{n}", stage.giver) for n in "一二三四"],
        [person(f"示例乙{n}", stage.other_giver) for n in "一二"],
    )


def two_pairs(cast: Cast) -> DispatchPlan:
    """A plan for both recipients, two posts and two candidates each."""
    for receiver in (cast.stage.receiver, cast.stage.other_receiver):
        cast.post(receiver=receiver)
        cast.post(receiver=receiver, specialty="04.01", priority=2, reason="缺人")
    for n, specialty in enumerate(("03.04", "04.01")):
        cast.candidate(n, specialty=specialty)
        cast.stranger(n, specialty=specialty)
    return cast.plan()
