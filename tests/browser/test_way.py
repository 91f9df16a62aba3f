"""The way of a new user in the browser: a programme is begun; in one that has its pair, a post is
asked for, filled, left and looked back upon, each step by the side that takes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from jiedui.core.clock import today
from jiedui.programmes.models import Post, Posting, Programme, SelfEvaluation
from tests.browser.conftest import page_faults
from tests.ledger_cast import account
from tests.posting_cast import Scene
from tests.posting_cast import scene as set_scene

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene() -> Scene:
    found = set_scene()
    Post.objects.all().delete()
    return found


def send(page: Any, **said: Any) -> None:
    """Fill the page's form as a person does, and send it; its refusals would be told."""
    for name, value in said.items():
        field = page.locator(f"form.form [name={name}]").first
        if field.evaluate("it => it.tagName") == "SELECT":
            field.select_option(str(value))
        else:
            field.fill(str(value))
    page.click("form.form .form-actions button")
    page.wait_for_load_state()
    assert page.locator(".field-errors, .form-errors").all_inner_texts() == []


def step(page: Any, posting: Posting, verb: str, **said: Any) -> None:
    """Take a step from the posting's page."""
    page.goto(reverse("programmes:posting", args=[posting.id]))
    page.click(f'a.button[href$="/step/{verb}/"]')
    send(page, **said)


def test_from_the_programme_to_the_evaluation(scene: Scene, open_page: Callable[..., Any]) -> None:
    stage, begins = scene.stage, today() - timedelta(days=40)
    programme = stage.programme
    guest = account("guest", "专家庚", "expert", stage.giver)
    scene.surgeon.user_id = guest.id
    scene.surgeon.save(update_fields=["user_id"])
    coordinates = open_page(account("office", "协调辛", "programme_coordinator", None))
    hosts, sends = open_page(stage.manager), open_page(scene.sender)

    coordinates.goto(reverse("programmes:programme-new"))
    send(coordinates, code="new-way", name="新的对口支援", kind="paired_assistance")
    assert coordinates.inner_text("h1") == "新的对口支援"
    assert coordinates.locator("#begins").count() == 1
    assert Programme.objects.filter(code="new-way").exists()

    hosts.goto(reverse("programmes:post-new", args=[programme.id]))
    send(hosts, receiver=stage.receiver.name, department=scene.ward.name, specialty="04.01",
         category="clinical", mode="resident", months=6, headcount=1,
         needed_from=begins.isoformat())  # fmt: skip
    post = Post.objects.get()
    coordinates.goto(reverse("programmes:post", args=[post.id]))
    coordinates.click('form[action$="/agree/"] button')

    sends.goto(f"{reverse('programmes:posting-new', args=[programme.id])}?post={post.id}")
    send(sends, person=scene.surgeon.name, kind="planned", category="clinical",
         planned_from=begins.isoformat(),
         planned_to=(today() + timedelta(days=60)).isoformat())  # fmt: skip
    posting = Posting.objects.get()
    assert posting.post == post

    step(coordinates, posting, "screen", on=begins.isoformat())
    step(hosts, posting, "approve", on=begins.isoformat())
    step(hosts, posting, "arrive", on=begins.isoformat())
    hosts.goto(reverse("programmes:presence", args=[programme.id]))
    assert scene.surgeon.name in hosts.inner_text(".strips")
    step(hosts, posting, "return_early", on=today().isoformat(), reason="任务完成")

    mine = open_page(guest, width=360)
    mine.goto("/")
    mine.click(f'a[href="{reverse("programmes:posting-evaluate", args=[posting.id])}"]')
    send(mine, achieved="带出一人", work=4, life=4)
    assert SelfEvaluation.objects.get().work == 4
    assert [page_faults(page) for page in (coordinates, hosts, sends, mine)] == [[], [], [], []]
