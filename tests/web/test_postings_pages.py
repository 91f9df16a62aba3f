"""Pages of postings and handovers: who sees them, what they cost, what they do and refuse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiedui.accounts.models import User
from jiedui.directory import actions as directory
from jiedui.directory.models import Person
from jiedui.programmes import actions
from jiedui.programmes.models import Handover, Post, Posting, SelfEvaluation
from tests.lasting import lasting
from tests.ledger_cast import SINCE, account
from tests.posting_cast import BEGIN, END, Scene, day
from tests.posting_cast import scene as set_scene

pytestmark = pytest.mark.django_db
At = Callable[[User], Client]


def with_the_experts_account() -> Scene:
    found = set_scene()
    Person.objects.filter(pk=found.surgeon.pk).update(user_id=found.stage.expert.id)
    return found


the_cast, scene = lasting(with_the_experts_account)


@pytest.fixture
def at() -> At:
    def log_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in


def url(name: str, *args: object) -> str:
    return reverse(f"programmes:{name}", args=args)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def said(scene: Scene, **changes: Any) -> dict[str, Any]:
    """The nomination form as a browser posts it."""
    return {
        "person": scene.surgeon.name, "receiver": scene.stage.receiver.name,
        "department": "普外科", "specialty": "04.01", "kind": "planned", "category": "clinical",
        "planned_from": BEGIN.isoformat(), "planned_to": END.isoformat(), "workload": "100",
    } | changes  # fmt: skip


def test_the_manager_nominates_and_the_sides_take_it_on(scene: Scene, at: At) -> None:
    stage = scene.stage
    new = url("posting-new", stage.programme.id)
    listed = text(at(scene.sender).get(url("postings", stage.programme.id)))
    assert new in listed
    assert reverse("exchange:upload", args=["nominations"]) in listed
    # As the post's page leads to it, the form is offered so that it can be sent: no role is
    # chosen where no team is.
    Post.objects.filter(pk=scene.post.pk).update(team_role="core")
    offered = at(scene.sender).get(new, {"post": str(scene.post.id)}).context["form"]
    assert (offered["post"].value(), offered["team_role"].value()) == (str(scene.post.id), None)
    offered = at(scene.sender).get(new, {"post": scene.post.id, "team": scene.team.id})
    assert offered.context["form"]["team_role"].value() == "core"
    answer = at(scene.sender).post(
        new, said(scene, post=str(scene.post.id), batch=str(scene.batch.id),
                  team=str(scene.team.id), team_role="leader"),
    )  # fmt: skip
    posting = Posting.objects.get()
    assert answer.status_code == 302
    assert (posting.giver, posting.post, posting.team) == (stage.giver, scene.post, scene.team)
    page = at(stage.coordinator).get(answer["Location"])
    assert url("posting-step", posting.id, "screen") in text(page)
    for by, verb, on in (
        (stage.coordinator, "screen", 0), (stage.manager, "approve", 1),
        (scene.sender, "travel", 1), (stage.manager, "arrive", 2),
    ):  # fmt: skip
        step = url("posting-step", posting.id, verb)
        assert at(by).get(step).status_code == 200
        assert at(by).post(step, {"on": day(on).isoformat()}).status_code == 302, verb
    posting.refresh_from_db()
    assert posting.state == "on_site"
    page = text(at(stage.manager).get(url("posting", posting.id)))
    assert url("posting-step", posting.id, "depart") in page
    assert url("posting-step", posting.id, "screen") not in page
    leave = url("posting-step", posting.id, "leave")
    wrong = {"on": day(9).isoformat(), "until": day(3).isoformat()}
    answer = at(stage.manager).post(leave, wrong)
    assert answer.status_code == 422
    assert "field-wrong" in text(answer)


def test_a_licence_that_is_asked_for_and_not_recorded_is_told(scene: Scene, at: At) -> None:
    """Of a doctor and a nurse, as the pack says; before the approval, which it does not forbid."""
    posting = scene.nominated()
    actions.screen(by=scene.stage.coordinator, posting=posting, on=BEGIN)
    pages = [url("posting", posting.id), url("posting-step", posting.id, "approve")]
    client = at(scene.stage.manager)

    def told(name: str) -> list[bool]:
        return [name in text(client.get(page)) for page in pages]

    assert told("医师执业证书") == [True, True]
    assert told("护士执业证书") == [False, False]
    licence = {"by": None, "person": scene.surgeon, "kind": "physician_licence"}
    actions.add_credential(**licence, valid_from=BEGIN + timedelta(days=1))
    assert told("医师执业证书") == [True, True]
    actions.add_credential(**licence, valid_to=BEGIN)
    assert told("未登记") == [False, False]
    Posting.objects.update(category="nursing")
    assert told("护士执业证书") == [True, True]
    Posting.objects.update(category="managerial")
    assert told("未登记") == [False, False]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"person": "无此人"}, "person"),
        ({"planned_to": (BEGIN - timedelta(days=1)).isoformat()}, "planned_to"),
        ({"planned_from": (SINCE - timedelta(days=9)).isoformat()}, "person"),
        ({"department": "无此科"}, "department"),
        ({"title": "chief_physician"}, "title"),
        ({"workload": "0"}, "workload"),
        ({"team_role": "leader"}, "team"),
    ],
)
def test_a_wrong_nomination_is_told_at_its_field(
    scene: Scene, at: At, changes: dict[str, Any], field: str
) -> None:
    answer = at(scene.sender).post(
        url("posting-new", scene.stage.programme.id), said(scene, **changes)
    )
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in text(answer)
    assert not Posting.objects.exists()


def test_the_form_knows_the_post_it_comes_from(scene: Scene, at: At) -> None:
    page = at(scene.sender).get(
        url("posting-new", scene.stage.programme.id), {"post": str(scene.post.id)}
    )
    assert 'value="普外科"' in text(page)
    assert f'value="{scene.stage.receiver.name}"' in text(page)
    scene.post.state = "closed"
    scene.post.save()
    closed = at(scene.sender).post(
        url("posting-new", scene.stage.programme.id), said(scene, post=str(scene.post.id))
    )
    assert closed.status_code == 422
    assert "岗位已关闭" in text(closed)
    hostile = {"post": "x'--", "batch": "<b>", "planned_from": "2024-99-99"}
    assert at(scene.sender).get(
        url("posting-new", scene.stage.programme.id), hostile
    ).status_code == 200  # fmt: skip


def test_an_outsider_finds_nothing(scene: Scene, at: At) -> None:
    posting = scene.arrived()
    one = actions.appoint(by=None, posting=posting, kind="vice_president", valid_from=day(1))
    handover = actions.open_handover(by=None, outgoing=posting)
    item = posting.welfare.get(item="meals")
    client = at(scene.stage.outsider)
    for name, *args in (
        ("posting", posting.id), ("posting-appoint", posting.id), ("posting-evaluate", posting.id),
        ("handover-new", posting.id), ("posting-step", posting.id, "depart"),
        ("appointment-end", one.id), ("welfare-edit", item.id), ("welfare-raise", item.id),
        ("welfare-resolve", item.id), ("handover", handover.id), ("handover-edit", handover.id),
        ("handover-successor", handover.id), ("handover-task", handover.id),
        ("person-panel", posting.person_id),
    ):  # fmt: skip
        assert client.get(url(name, *args)).status_code == 404, name
    sign = url("handover-sign", handover.id, "outgoing")
    assert client.post(sign).status_code == 404
    # Who sees the programme sees of its postings only the own ones.
    for name in ("postings", "handovers"):
        page = client.get(url(name, scene.stage.programme.id))
        assert page.status_code == 200
        assert "甲四" not in text(page), name
    assert "甲四" not in text(client.get(url("own-postings")))


def test_the_form_of_the_other_sides_step_is_not_shown(scene: Scene, at: At) -> None:
    posting = scene.arrived()
    for by, verb in (
        (scene.sender, "arrive"), (scene.sender, "approve"), (scene.sender, "extend"),
        (scene.stage.manager, "travel"), (scene.stage.manager, "screen"),
    ):  # fmt: skip
        step = url("posting-step", posting.id, verb)
        assert at(by).get(step).status_code == 404, verb
        assert at(by).post(step, {"on": day(3).isoformat()}).status_code == 404, verb
    assert at(scene.sender).get(url("posting-step", posting.id, "return_early")).status_code == 200


def test_who_only_reads_takes_no_step(scene: Scene, at: At) -> None:
    posting = scene.arrived()
    actions.evaluate_own(by=scene.stage.expert, posting=posting, achieved="保密的自评")
    reader = at(account("reader", "读者辛", "viewer", scene.stage.receiver))
    page = text(reader.get(url("posting", posting.id)))
    assert "甲四" in page
    assert "保密的自评" not in page
    assert "/step/" not in page
    assert reader.get(url("posting-step", posting.id, "depart")).status_code == 404
    item = posting.welfare.get(item="meals")
    for name in ("edit", "raise", "resolve"):
        assert reader.get(url(f"welfare-{name}", item.id)).status_code == 404
    assert reader.get(url("posting-new", scene.stage.programme.id)).status_code == 403
    assert "保密的自评" in text(at(scene.stage.manager).get(url("posting", posting.id)))


def test_the_expert_keeps_the_own_posting(scene: Scene, at: At) -> None:
    posting = scene.arrived()
    client = at(scene.stage.expert)
    own = text(client.get(url("own-postings")))
    assert scene.stage.receiver.name in own
    page = text(client.get(url("posting", posting.id)))
    assert url("posting-evaluate", posting.id) in page
    item = posting.welfare.get(item="meals")
    client.post(url("welfare-raise", item.id), {"issue": "食堂关门", "on": day(3).isoformat()})
    assert "食堂关门" in text(client.get(url("posting", posting.id)))
    answer = client.post(url("posting-evaluate", posting.id), {"achieved": "", "work": "9"})
    assert answer.status_code == 422
    given = {"achieved": "建成卒中中心", "work": "4", "life": ""}
    assert client.post(url("posting-evaluate", posting.id), given).status_code == 302
    assert SelfEvaluation.objects.get().work == 4
    assert url("posting-evaluate", posting.id) not in text(client.get(url("posting", posting.id)))


def test_the_host_appoints_and_ends_on_pages(scene: Scene, at: At) -> None:
    posting = scene.arrived()
    client = at(scene.stage.manager)
    form = {"kind": "department_head", "department": "普外科", "valid_from": day(2).isoformat()}
    assert client.post(url("posting-appoint", posting.id), form).status_code == 302
    one = posting.appointments.get()
    assert one.department == scene.ward
    assert client.post(
        url("appointment-end", one.id), {"on": day(1).isoformat()}
    ).status_code == 422  # fmt: skip
    assert client.post(
        url("appointment-end", one.id), {"on": day(9).isoformat()}
    ).status_code == 302  # fmt: skip
    item = posting.welfare.get(item="housing")
    edit = {"owner": str(scene.stage.giver.id), "done_on": day(3).isoformat()}
    assert client.post(url("welfare-edit", item.id), edit).status_code == 302
    item.refresh_from_db()
    assert item.owner == scene.stage.giver


def test_a_handover_goes_from_page_to_page(scene: Scene, at: At) -> None:
    out = scene.arrived(planned_from=day(0), planned_to=day(90))
    into = scene.approved(person=scene.second, planned_from=day(80), planned_to=END)
    gone = scene.approved(person=scene.second, planned_from=day(20), planned_to=day(60))
    expert, sender = at(scene.stage.expert), at(scene.sender)
    form = {"due_on": day(90).isoformat(), "patients_of_concern": "3", "techniques": "腹腔镜",
            "incoming": str(into.id)}  # fmt: skip
    new = url("handover-new", out.id)
    # Whoever leaves before the posting ends takes nothing over.
    assert str(into.id) in text(expert.get(new))
    assert str(gone.id) not in text(expert.get(new))
    assert expert.post(new, form | {"patients_of_concern": "甲某"}).status_code == 422
    assert expert.post(new, form).status_code == 302
    one = Handover.objects.get()
    page = url("handover", one.id)
    assert url("handover-sign", one.id, "incoming") not in text(sender.get(page))
    task = {"title": "完成随访表", "owner": str(scene.stage.receiver.id), "due_on": ""}
    assert expert.post(url("handover-task", one.id), task).status_code == 302
    assert "完成随访表" in text(sender.get(page))
    late = text(at(scene.stage.manager).get(url("handovers", out.programme_id) + "?state=overdue"))
    assert "甲四" in late
    assert expert.post(url("handover-sign", one.id, "incoming")).status_code == 404
    assert expert.post(url("handover-sign", one.id, "outgoing")).status_code == 302
    assert expert.get(url("handover-edit", one.id)).status_code == 200
    assert expert.post(url("handover-edit", one.id), form).status_code == 422
    assert sender.post(url("handover-sign", one.id, "incoming")).status_code == 302
    one.refresh_from_db()
    assert one.incoming_signed_by == scene.sender.id
    assert sender.post(url("handover-sign", one.id, "x")).status_code == 404


def test_lists_filter_sort_and_export(scene: Scene, at: At) -> None:
    scene.arrived()
    scene.nominated(person=scene.second, kind="flexible")
    client, page = at(scene.sender), url("postings", scene.stage.programme.id)
    for query, seen in (
        ("state=on_site", ["甲四"]), ("kind=flexible", ["甲五"]), ("q=甲五", ["甲五"]),
        (f"on={day(1)}", ["甲四", "甲五"]), (f"on={BEGIN - timedelta(days=1)}", []),
        ("receiver=东州", ["甲四", "甲五"]), ("giver=乙省", []), ("specialty=03", []),
        ("category=nursing", []), (f"batch={scene.batch.id}", []), ("team=无", []),
    ):  # fmt: skip
        body = text(client.get(f"{page}?{query}"))
        assert [name for name in ("甲四", "甲五") if name in body] == seen, query
    assert "field-errors" in text(client.get(f"{page}?on=昨天"))
    for sort in ("person", "-starts_on", "ends_on", "state", "kind", "specialty"):
        assert client.get(f"{page}?sort={sort}").status_code == 200
    file = client.get(f"{page}?export=csv")
    assert "甲四" in b"".join(file.streaming_content).decode("utf-8-sig")


def many(scene: Scene, count: int) -> None:
    """So many more people on site."""
    for n in range(count):
        person = directory.add_person(
            by=None, name=f"甲{n:03}", organisation=scene.stage.giver, valid_from=SINCE,
            title="attending_physician", example=True,
        )  # fmt: skip
        posting = scene.arrived(person=person, team=scene.team, batch=scene.batch)
        actions.open_handover(by=None, outgoing=posting)


@pytest.mark.parametrize(
    ("name", "most"), [("postings", 17), ("handovers", 17), ("posting", 28), ("own-postings", 12)]
)
def test_pages_cost_the_same_for_many_rows(scene: Scene, at: At, name: str, most: int) -> None:
    posting = scene.arrived()
    actions.open_handover(by=None, outgoing=posting)
    args = {"posting": [posting.id], "own-postings": []}.get(name, [scene.stage.programme.id])
    client = at(scene.stage.expert)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url(name, *args)).status_code == 200
        return len(queries)

    cost()
    few = cost()
    many(scene, 12)
    cost()
    assert cost() <= few
    assert few <= most


def test_the_form_asks_the_same_however_many_are_paired(scene: Scene, at: At) -> None:
    stage, client = scene.stage, at(scene.sender)
    form = url("posting-new", stage.programme.id)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(form).status_code == 200
        return len(queries)

    cost()
    few = cost()
    for number in range(6):
        body = directory.create_organisation(
            by=None, name=f"示例受{number}院", kind="hospital", example=True
        )
        actions.pair(
            by=None, programme=stage.programme, kind="hospital_hospital", giver=stage.giver,
            receiver=body,
        )  # fmt: skip
    assert "示例受5院" in text(client.get(form))
    assert cost() <= few


def test_the_person_page_shows_the_postings(scene: Scene, at: At) -> None:
    posting = scene.arrived()
    client = at(scene.stage.manager)
    page = client.get(reverse("directory:person", args=[posting.person_id]))
    # The receiver does not keep the giver's staff.
    assert page.status_code == 404
    sender = at(scene.sender)
    page = text(sender.get(reverse("directory:person", args=[posting.person_id])))
    panel = url("person-panel", posting.person_id)
    assert panel in page
    fragment = sender.get(panel, headers={"HX-Request": "true"})
    assert url("posting", posting.id) in text(fragment)
    assert "<html" not in text(fragment)
    assert "<html" in text(sender.get(panel))
    # Who keeps the person's licences adds and ends them from here; an approver sees there is none.
    new = url("credential-new", posting.person_id)
    assert new in text(fragment)
    sender.post(new, {"kind": "physician_licence", "valid_from": "2020-01-01"})
    licence = posting.person.credentials.get()
    assert url("credential-end", licence.id) in text(sender.get(panel))
    expert = text(at(scene.stage.expert).get(panel))
    assert new not in expert
    assert url("credential-end", licence.id) not in expert
