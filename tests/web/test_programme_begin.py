"""Pages that the walk of a new house found wanting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jiedui.accounts.models import User
from jiedui.core.clock import today
from jiedui.directory import actions as directory
from jiedui.ledger import actions as ledger
from jiedui.ledger.actions import ParticipantInput
from jiedui.programmes import actions
from jiedui.programmes.models import Posting
from tests.lasting import lasting
from tests.ledger_cast import SINCE
from tests.posting_cast import Scene, day
from tests.posting_cast import scene as set_scene

pytestmark = pytest.mark.django_db


the_cast, scene = lasting(set_scene)


def get(user: User, name: str, *args: Any, query: str = "") -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(reverse(name, args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_namesakes_entries_are_apart(scene: Scene) -> None:
    stage = scene.stage
    namesake = directory.add_person(
        by=None, name=stage.surgeon.name, organisation=stage.giver, valid_from=SINCE, example=True
    )
    for person, told in ((stage.surgeon, "本人的手术"), (namesake, "同名者的手术")):
        ledger.record_entry(
            by=stage.expert,
            **stage.event(narrative=told, participants=[ParticipantInput(person.id)]),
        )
    client = Client()
    client.force_login(stage.coordinator)
    table = client.get(reverse("ledger:entries"), {"who": str(namesake.id)}).context["page"].table
    assert [row.narrative for row in table.filtered] == ["同名者的手术"]
    by_name = client.get(reverse("ledger:entries"), {"person": namesake.name})
    assert len(list(by_name.context["page"].table.filtered)) == 2


def test_a_programme_without_postings_says_how_to_begin(scene: Scene) -> None:
    stage = scene.stage
    programme = stage.programme
    page = get(stage.coordinator, "programmes:programme", programme.id)
    assert reverse("programmes:agreement-new", args=[programme.id]) in page
    assert reverse("programmes:agreement-new", args=[programme.id]) not in get(
        stage.manager, "programmes:programme", programme.id
    )
    scene.nominated()
    assert 'id="begins"' not in get(stage.coordinator, "programmes:programme", programme.id)


def test_the_posting_page_takes_back_its_last_step(scene: Scene) -> None:
    posting = scene.approved()
    address = reverse("programmes:posting-take-back", args=[posting.id])
    assert address in get(scene.stage.manager, "programmes:posting", posting.id)
    assert address not in get(scene.sender, "programmes:posting", posting.id)
    client = Client()
    client.force_login(scene.stage.manager)
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "误批"}).status_code == 302
    assert Posting.objects.get(pk=posting.pk).state == "screened"
    assert "误批" in get(scene.stage.manager, "programmes:posting", posting.id)


def test_a_posting_that_left_without_handing_over_is_listed(scene: Scene) -> None:
    posting = scene.arrived(post=scene.post)
    actions.depart(by=scene.stage.manager, posting=posting, on=day(190))
    programme = scene.stage.programme.id
    begin = reverse("programmes:handover-new", args=[posting.id])
    assert begin in get(scene.stage.manager, "programmes:handovers-missing", programme)
    assert begin not in get(scene.stage.outsider, "programmes:handovers-missing", programme)
    assert reverse("programmes:handovers-missing", args=[programme]) in get(
        scene.stage.manager, "programmes:handovers", programme
    )
    actions.open_handover(by=scene.sender, outgoing=posting)
    assert begin not in get(scene.stage.manager, "programmes:handovers-missing", programme)


def test_a_nomination_by_form_takes_the_post_that_it_fits(scene: Scene) -> None:
    client = Client()
    client.force_login(scene.sender)
    said = {
        "person": scene.surgeon.name, "receiver": scene.stage.receiver.name,
        "department": scene.ward.name, "specialty": "04.01", "kind": "planned",
        "category": "clinical", "planned_from": today().isoformat(),
        "planned_to": (today() + timedelta(days=100)).isoformat(), "workload": 100,
    }  # fmt: skip
    answer = client.post(reverse("programmes:posting-new", args=[scene.stage.programme.id]), said)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    assert Posting.objects.get().post == scene.post
