"""Papers of agreements, experts' own evaluations and exports, asked for by every role elsewhere.

An account of another pair of the same programme finds none of them, whatever its role; one
that only reads on a side finds the posting and not what its expert wrote.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jiedui.accounts.actions import grant_role
from jiedui.accounts.domain.roles import ROLES
from jiedui.accounts.models import User
from jiedui.core.clock import today
from jiedui.programmes import actions
from jiedui.programmes.models import Posting
from tests.lasting import lasting
from tests.ledger_cast import account
from tests.posting_cast import Scene, day
from tests.posting_cast import scene as set_scene
from tests.ties_cast import SECRET, structured

pytestmark = pytest.mark.django_db

SCOPED = [code for code, role in ROLES.items() if role.scoped]
WRITTEN = "密而不传的自评"


@dataclass
class World:
    """A posting with its evaluation and handover, and an agreement with its paper."""

    scene: Scene
    posting: Posting
    things: dict[str, Any]

    def addresses(self) -> dict[str, str]:
        """Pages and files that are of this pair alone."""
        agreement, paper = self.things["agreement"], self.things["paper"]
        one = [self.posting.id]
        handover = [self.posting.handover.id]
        return {
            "agreement": reverse("programmes:agreement", args=[agreement]),
            "paper": reverse("programmes:agreement-file", args=[agreement, paper]),
            "posting": reverse("programmes:posting", args=one),
            "evaluate": reverse("programmes:posting-evaluate", args=one),
            "take back": reverse("programmes:posting-take-back", args=one),
            "handover": reverse("programmes:handover", args=handover),
        }

    def exports(self) -> list[str]:
        """Lists as files."""
        names = ("pairings", "agreements", "posts", "batches", "teams", "postings", "handovers",
                 "handovers-missing", "coverage")  # fmt: skip
        programme = self.scene.stage.programme.id
        return [
            f"{reverse(f'programmes:{name}', args=[programme])}?export={file}"
            for name in names
            for file in ("csv", "xlsx")
        ]


def departed() -> World:
    scene = set_scene()
    stage = scene.stage
    things = structured(stage)
    end = day(150)
    posting = scene.arrived(post=scene.post, planned_from=day(120), planned_to=end)
    type(posting.person).objects.filter(pk=posting.person_id).update(user_id=stage.expert.id)
    posting.person.refresh_from_db()
    actions.open_handover(by=scene.sender, outgoing=posting)
    actions.depart(by=stage.manager, posting=posting, on=min(end, today()))
    posting.refresh_from_db()
    actions.evaluate_own(by=stage.expert, posting=posting, achieved=WRITTEN, work=4, life=4)
    found = World(scene, posting, things)
    return found


the_cast, world = lasting(departed)


def reader(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_with_all_roles_in_another_pair_nothing_is_found(world: World) -> None:
    """Roles only add: what is closed to all of them together is closed to each."""
    stage = world.scene.stage
    for number, home in enumerate((stage.other_giver, stage.other_receiver)):
        user = account(f"outside-{number}", "外人", SCOPED[0], home)
        for role in SCOPED[1:]:
            grant_role(
                by=None, user=user, role=role, scope="organisation", scope_id=home.id,
                valid_from=date(2020, 1, 1),
            )  # fmt: skip
        client = reader(user)
        for name, address in world.addresses().items():
            assert client.get(address).status_code in (403, 404), name
        for address in world.exports():
            answer = client.get(address)
            assert answer.status_code == 200, address
            for secret in (SECRET, WRITTEN, world.posting.person.name):
                assert secret.encode() not in body(answer), address


def test_who_only_reads_on_a_side_reads_no_evaluation(world: World) -> None:
    stage = world.scene.stage
    page = world.addresses()["posting"]
    for username, role, home in (
        ("reads-1", "viewer", stage.receiver), ("reads-2", "analyst", stage.giver),
        ("reads-3", "viewer", None),
    ):  # fmt: skip
        client = reader(account(username, "读者", role, home))
        answer = client.get(page)
        assert answer.status_code == 200, role
        assert WRITTEN not in answer.content.decode(), role
        for name in ("evaluate", "take back"):
            assert client.get(world.addresses()[name]).status_code in (403, 404), (role, name)
            assert client.post(world.addresses()[name], {"reason": "x"}).status_code in (403, 404)
    for user in (stage.manager, world.scene.sender, stage.expert):
        assert WRITTEN in reader(user).get(page).content.decode()
    world.posting.refresh_from_db()
    assert world.posting.state == "departed"
