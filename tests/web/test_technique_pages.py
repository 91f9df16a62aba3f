"""Pages of techniques: who sees them, what they cost, what they do and refuse."""

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
from jiedui.core.clock import today
from jiedui.directory.models import Affiliation
from jiedui.mentoring.actions._advancing import after_case
from jiedui.mentoring.actions.novelty import review_novelty
from jiedui.mentoring.actions.technique_plans import Stretch, need_platform, plan_taper
from jiedui.mentoring.models import NoveltyReview, PlatformNeed, TaperStep, Technique
from tests.lasting import lasting
from tests.learning_cast import with_account
from tests.posting_cast import BEGIN, Scene, day
from tests.posting_cast import scene as set_scene
from tests.rooms.mentoring.technique_cast import CODE, approved, done, laid, proposed, tallied

pytestmark = pytest.mark.django_db
At = Callable[[User], Client]


the_cast, scene = lasting(set_scene)


@pytest.fixture
def at() -> At:
    def log_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in


def url(name: str, *args: object) -> str:
    return reverse(f"mentoring:{name}", args=args)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def form(scene: Scene, **changes: Any) -> dict[str, Any]:
    """The proposal as a browser posts it."""
    return {
        "programme": str(scene.stage.programme.id), "receiver": scene.stage.receiver.name,
        "department": "普外科", "name": "经皮肾镜碎石", "category": "new_technique",
        "specialty": "04.01", "introduced_by": scene.surgeon.name,
        "proposed_on": BEGIN.isoformat(), "grade": "3", "codes": "55.0400，56.04001",
        "expected_cases": "24", "scope": "institution", "claim": "本院此前未开展", "evidence": "",
    } | changes  # fmt: skip


def test_a_technique_is_proposed_on_the_page_and_every_refusal_stands_at_its_field(
    scene: Scene, at: At
) -> None:
    client = at(scene.sender)
    answer = client.post(url("technique-new"), form(scene))
    assert answer.status_code == 422
    assert "56.04001" in text(answer)
    answer = client.post(url("technique-new"), form(scene, codes="55.0400", claim=""))
    assert answer.status_code == 422
    assert 'id="id_claim_error"' in text(answer) or "claim" in text(answer)
    assert not Technique.objects.exists()
    answer = client.post(url("technique-new"), form(scene, codes="55.0400 55.0401"))
    technique = Technique.objects.get()
    assert answer["Location"] == url("technique", technique.id)
    assert (technique.giver, technique.department) == (scene.stage.giver, scene.ward)
    assert technique.codes.count() == 2
    again = client.post(url("technique-new"), form(scene, codes="55.0400"))
    assert again.status_code == 422


def test_who_hosts_names_the_expert_who_came(scene: Scene, at: At) -> None:
    client = at(scene.stage.manager)
    asked = form(scene, codes="55.0400")
    assert client.post(url("technique-new"), asked).status_code == 422
    posting = scene.arrived(department=scene.ward)
    assert client.post(url("technique-new"), asked).status_code == 302
    assert Technique.objects.get().posting_id == posting.id


def test_the_page_tells_the_curve_the_steps_and_what_is_missing(scene: Scene, at: At) -> None:
    technique = approved(scene)
    for number in range(3):
        done(technique, day(5 + number), "expert", scene.surgeon)
    case = laid(technique, day(40), "independent", scene.stage.nurse)
    tallied(technique)
    after_case(by=None, technique=technique)
    need_platform(by=scene.stage.manager, technique=technique, platform="icu", due_on=day(10))
    plan_taper(
        by=scene.stage.manager, technique=technique, stretches=[Stretch(BEGIN, day(60), 20, 90)]
    )
    page = text(at(scene.stage.manager).get(url("technique", technique.id)))
    for word in ("重症医学科", technique.name, scene.stage.nurse.name, "90%"):
        assert word in page
    assert url("technique-step", technique.id, "rest") in page
    listed = text(at(scene.stage.manager).get(url("techniques")))
    assert technique.name in listed
    cases = text(at(scene.stage.manager).get(url("technique-cases", technique.id)))
    assert scene.stage.nurse.name in cases
    file = at(scene.stage.manager).get(url("techniques"), {"export": "csv"})
    assert technique.name in b"".join(file.streaming_content).decode("utf-8-sig")
    assert case.technique_id == technique.id


@pytest.mark.parametrize("name", ["technique", "technique-cases"])
def test_the_number_of_reads_does_not_grow_with_the_cases(scene: Scene, at: At, name: str) -> None:
    technique = approved(scene)
    done(technique, day(1), "expert", scene.surgeon)
    client, page = at(scene.stage.manager), url(name, technique.id)
    client.get(page)

    def reads() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(page).status_code == 200
        return len(caught)

    before = reads()
    for number in range(60):
        laid(technique, day(number), "independent", scene.stage.nurse)
    tallied(technique)
    after_case(by=None, technique=technique)
    assert reads() <= before + 1
    assert before <= 45


def test_the_lists_reads_do_not_grow_with_the_techniques(scene: Scene, at: At) -> None:
    approved(scene)
    client = at(scene.stage.coordinator)
    client.get(url("techniques"))

    def reads() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(url("techniques")).status_code == 200
        return len(caught)

    before = reads()
    for number in range(15):
        approved(scene, name=f"技术{number}")
    assert reads() == before
    assert before <= 25


def test_an_outsider_finds_no_page_of_a_technique(scene: Scene, at: At) -> None:
    technique = approved(scene)
    client = at(scene.stage.outsider)
    for name in (
        "technique", "technique-cases", "technique-correct", "technique-claim",
        "technique-review", "technique-need", "technique-taper",
    ):  # fmt: skip
        assert client.get(url(name, technique.id)).status_code == 404, name
    assert client.get(url("technique-step", technique.id, "rest")).status_code == 404
    need = need_platform(by=None, technique=technique, platform="icu")
    assert client.post(url("technique-need-drop", need.id)).status_code == 404
    assert PlatformNeed.objects.count() == 1
    assert technique.name not in text(client.get(url("techniques")))


def test_the_giver_sees_and_does_not_take_the_receivers_steps(scene: Scene, at: At) -> None:
    technique = proposed(scene)
    page = at(scene.sender).get(url("technique", technique.id))
    assert url("technique-step", technique.id, "approve") not in text(page)
    answer = at(scene.sender).post(
        url("technique-step", technique.id, "approve"), {"on": day(1).isoformat()}
    )
    assert answer.status_code == 403
    technique.refresh_from_db()
    assert technique.state == "proposed"


def test_a_step_is_taken_on_its_page(scene: Scene, at: At) -> None:
    technique = proposed(scene)
    client = at(scene.stage.manager)
    page = url("technique-step", technique.id, "approve")
    refused = client.post(page, {"on": day(1).isoformat(), "licence_on": ""})
    assert refused.status_code == 422
    answer = client.post(page, {"on": day(1).isoformat(), "licence_on": day(1).isoformat()})
    assert answer["Location"] == url("technique", technique.id)
    done(technique, day(3), "independent", scene.stage.nurse)
    rest = url("technique-step", technique.id, "rest")
    assert client.post(rest, {"on": day(9).isoformat(), "reason": ""}).status_code == 422
    client.post(rest, {"on": day(9).isoformat(), "reason": "kit_broken", "note": "主机故障"})
    technique.refresh_from_db()
    assert (technique.state, technique.stop_reason) == ("dormant", "kit_broken")
    assert "主机故障" in text(client.get(url("technique", technique.id)))
    client.post(url("technique-step", technique.id, "resume_locally"), {"on": day(20).isoformat()})
    technique.refresh_from_db()
    assert (technique.state, technique.stop_reason) == ("independent", "")
    assert client.get(url("technique-step", technique.id, "sustain")).status_code == 404


def test_whoever_may_record_finds_the_way_and_none_once_it_was_stopped(
    scene: Scene, at: At
) -> None:
    technique = approved(scene)
    nurse = with_account(scene.stage.nurse, "nurse-local", "local_clinician", scene.stage.receiver)
    Affiliation.objects.filter(person=scene.stage.nurse).update(
        organisation=scene.stage.receiver, department=scene.ward
    )
    new, page = f"{url('case-new')}?technique={technique.id}", url("technique", technique.id)
    for user in (nurse, scene.sender, scene.stage.manager):
        assert new in text(at(user).get(page)), user
        assert at(user).get(new).status_code == 200, user
    assert new not in text(at(scene.stage.expert).get(page))
    done(technique, day(3), "independent", scene.stage.nurse)
    stop = url("technique-step", technique.id, "stop")
    at(scene.stage.manager).post(stop, {"on": day(9).isoformat(), "reason": "no_demand"})
    shown = text(at(nurse).get(page))
    assert "登记病例</a>" not in shown
    assert "补登停止前的病例" in shown
    assert technique.name not in text(at(nurse).get(url("case-new")))


def test_a_claim_is_reviewed_with_the_contradiction_before_ones_eyes(scene: Scene, at: At) -> None:
    technique = approved(scene)
    other = approved(scene, name="腹腔镜胆囊切除", department=None)
    client = at(scene.stage.manager)
    page = text(client.get(url("technique-review", technique.id)))
    assert other.name in page
    assert "矛盾" in page
    said = {"scope": "institution", "on": day(2).isoformat(), "seen": "0"}
    client.post(url("technique-review", technique.id), said)
    technique.refresh_from_db()
    assert (technique.scope_confirmed, technique.reviewed_on) == ("institution", day(2))
    # The form of before: somebody reviewed meanwhile.
    answer = client.post(url("technique-review", technique.id), said)
    assert answer.status_code == 422
    assert NoveltyReview.objects.count() == 1
    assert at(scene.sender).get(url("technique-review", technique.id)).status_code == 403


def test_a_taper_plan_is_written_line_by_line(scene: Scene, at: At) -> None:
    technique = approved(scene)
    client, page = at(scene.stage.manager), url("technique-taper", technique.id)
    assert client.post(page, {"stretches": "2026-01 2026-03"}).status_code == 422
    assert client.post(page, {"stretches": "2026-01 2026-03 x 40"}).status_code == 422
    assert (
        client.post(page, {"stretches": "2026-01 2026-06 10 40\n2026-06 2026-09 5 60"}).status_code
        == 422
    )
    assert not TaperStep.objects.exists()
    client.post(page, {"stretches": "2026-01 2026-06 10 40\n2026-07 2026-12 4 70%"})
    assert TaperStep.objects.count() == 2
    assert "2026-07 2026-12 4 70" in text(client.get(page))


def test_asleep_is_told_with_where_demand_comes_from(scene: Scene, at: At) -> None:
    technique = approved(scene, on=BEGIN)
    done(technique, BEGIN + timedelta(days=2), "independent", scene.stage.nurse)
    Technique.objects.filter(pk=technique.pk).update(last_case_on=today() - timedelta(days=250))
    page = text(at(scene.stage.manager).get(url("technique", technique.id)))
    assert "尚无出院数据" in page or "no discharge data" in page
    listed = text(at(scene.stage.manager).get(url("techniques"), {"flag": "asleep"}))
    assert technique.name in listed
    assert review_novelty is not None
    assert CODE in page
