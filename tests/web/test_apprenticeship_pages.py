"""Pages of apprenticeships, the logbook and studios: they show, they keep, in few statements."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiedui.accounts.models import User
from jiedui.core.clock import today
from jiedui.core.identifiers import new_id
from jiedui.mentoring import actions
from jiedui.mentoring.actions import GoalInput
from jiedui.mentoring.models import Apprenticeship, Case, PlanChange, Studio, Technique
from jiedui.web.templatetags.jiedui import day as told_day
from tests.lasting import lasting
from tests.learning_cast import (
    ACTIVITY,
    BEGIN,
    END,
    OTHER_PROCEDURE,
    PROCEDURE,
    School,
    day,
    school,
)

pytestmark = pytest.mark.django_db


the_cast, held = lasting(school)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"mentoring:{name}", args=args)


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_every_page_shows(held: School) -> None:
    stage, tie = held.scene.stage, held.apprenticeship
    case = held.confirmed()
    held.recorded(happened_on=day(11), procedure=OTHER_PROCEDURE)
    draft = held.drafted()
    change = actions.propose_plan_change(
        by=held.scene.sender, apprenticeship=tie, reason="加一项。",
        goals=[GoalInput("procedure", PROCEDURE, END, 20, 4),
               GoalInput("activity", ACTIVITY, END, 0, 4)],
    )  # fmt: skip
    studio = actions.open_studio(
        by=stage.manager, programme=stage.programme, giver=stage.giver, receiver=stage.receiver,
        name="示例工作室", leader=held.mentor, valid_from=BEGIN,
    )  # fmt: skip
    planned = actions.plan_day(by=stage.manager, studio=studio, on=today(), topic="复盘")
    mentor, learner = tie.mentors.get(), tie.apprentices.get()
    pairing = stage.programme.pairings.get(receiver=stage.receiver)
    pages = [
        ("apprenticeships",), ("apprenticeship-new",), ("apprenticeship", tie.id),
        ("apprenticeship", draft.id), ("apprenticeship-edit", draft.id),
        ("learning-plan", draft.id), ("learning-plan", tie.id), ("apprentice-join", tie.id),
        ("mentor-add", tie.id), ("mentor-succeed", mentor.id), ("mentor-end", mentor.id),
        ("apprentice-leave", learner.id), ("apprentice-baseline", learner.id),
        ("plan-change", change.id), ("pairing-panel", pairing.id), ("studios",),
        ("studio-new",), ("studio", studio.id), ("studio-day-new", studio.id),
        ("studio-output-new", studio.id), ("studio-member-new", studio.id),
        ("studio-close", studio.id), ("studio-day", planned.id), ("cases",), ("case-new",),
        ("cases-waiting",), ("case", case.id), ("case-correct", case.id),
        *(("apprenticeship-step", tie.id, verb) for verb in ("extend", "complete", "end")),
        *(("apprenticeship-step", draft.id, verb) for verb in ("propose", "withdraw")),
    ]  # fmt: skip
    client = client_of(stage.manager)
    for name, *args in pages:
        assert client.get(url(name, *args)).status_code == 200, name
    # A button says what it does, in the words of where it stands.
    assert "下一步</button>" in text_of(client.get(url("apprenticeship-new")))
    ways = f"{stage.programme.id}:{stage.giver.id}:{stage.receiver.id}"
    assert "下一步</button>" in text_of(client.get(url("studio-new")))
    assert "设立</button>" in text_of(client.get(f"{url('studio-new')}?pair={ways}"))
    # A label means what it does here: no job title, no member organisation, no medical team.
    for form, label, never in (
        (url("studio-output-new", studio.id), "名称", "职称"),
        (url("studio-member-new", studio.id), "成员", "成员单位"),
        (f"{url('apprenticeship-new')}?pair={ways}", "团队", "医疗队"),
    ):
        shown = text_of(client.get(form))
        assert re.search(f"<label[^>]*>\\s*{label}", shown), form
        assert not re.search(f"<label[^>]*>\\s*{never}", shown), form
    # The two sides have one name each in English too, in the lists and above the page.
    User.objects.filter(pk=stage.manager.pk).update(language="en")
    english = [text_of(client.get(url(*each))) for each in (("studio", studio.id), ("techniques",))]
    User.objects.filter(pk=stage.manager.pk).update(language="zh-hans")
    for shown in english:
        assert "Recipient" in shown
        assert not re.search(r">\s*(Giver|Receiver)\s*<", shown)
    with CaptureQueriesContext(connection) as asked:
        listed = client.get(url("studios")).context["page"].table.slice.rows
    assert [(row.held, row.came) for row in listed] == [(0, studio.outputs.count())]
    # Days and outcomes are counted of the page's studios, not of every studio in the country.
    lists = [each["sql"] for each in asked if '"mentoring_studio"."name"' in each["sql"]]
    assert lists
    assert not any("GROUP BY" in sql for sql in lists)
    fragment = client.get(url("pairing-panel", pairing.id), headers={"HX-Request": "true"})
    assert "甲四 → 乙七" in text_of(fragment)
    assert "<html" not in text_of(fragment)
    for export in ("apprenticeships", "cases", "studios"):
        answer = client.get(f"{url(export)}?export=csv")
        assert b"".join(answer.streaming_content).count(b"\n") >= 2
    page = text_of(client.get(url("apprenticeship", tie.id)))
    assert "1 / 30" in page
    assert "3级" in page


def test_an_apprenticeship_from_draft_to_signature(held: School) -> None:
    stage, client = held.scene.stage, client_of(held.scene.stage.manager)
    chosen = client.get(url("apprenticeship-new"))
    pair = f"{stage.programme.id}:{stage.giver.id}:{stage.receiver.id}"
    assert pair in text_of(chosen)
    address = f"{url('apprenticeship-new')}?pair={pair}"
    said = {
        "form": "one_to_one", "specialty": "04.01", "department": str(held.ward.id),
        "postings": [str(held.posting.id)], "apprentices": held.second.name,
        "starts_on": BEGIN.isoformat(), "ends_on": END.isoformat(), "least_months": "3",
    }  # fmt: skip
    wrong = client.post(address, said | {"apprentices": held.mentor.name})
    assert wrong.status_code == 422
    answer = client.post(address, said)
    draft = Apprenticeship.objects.get(state="draft")
    assert answer.headers["Location"] == url("learning-plan", draft.id)
    plan = {
        "form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0",
        "form-0-goal": f"procedure:{PROCEDURE}", "form-0-cases": "30", "form-0-level": "4",
        "form-0-due_on": END.isoformat(), "form-1-goal": "", "form-1-level": "4",
    }  # fmt: skip
    empty = text_of(client.get(url("apprenticeship", draft.id)))
    assert "学习计划尚未填写" in empty
    late = plan | {"form-0-due_on": (END + timedelta(days=5)).isoformat()}
    assert client.post(url("learning-plan", draft.id), late).status_code == 422
    # What is wrong stands at its own line, blank ones counted, in the form's words.
    third = {"form-TOTAL_FORMS": "3", "form-2-level": "4", "form-2-cases": "5",
             "form-2-goal": f"procedure:{OTHER_PROCEDURE}"}  # fmt: skip
    for wrong, field in (
        ({"form-2-due_on": (END + timedelta(days=5)).isoformat()}, "due_on"),
        ({"form-2-due_on": END.isoformat(), "form-2-goal": plan["form-0-goal"]}, "goal"),
    ):
        answer = client.post(url("learning-plan", draft.id), plan | third | wrong)
        assert answer.status_code == 422
        lines = answer.context["page"].lines
        assert [list(each.errors) for each in lines] == [[], [], [field]]
    assert client.post(url("learning-plan", draft.id), plan).status_code == 302
    step = url("apprenticeship-step", draft.id, "propose")
    assert client.post(step, {"on": today().isoformat()}).status_code == 302
    giver = client_of(held.scene.sender)
    assert url("apprenticeship-step", draft.id, "sign") in text_of(
        giver.get(url("apprenticeship", draft.id))
    )
    sign = url("apprenticeship-step", draft.id, "sign")
    assert giver.post(sign, {"on": today().isoformat()}).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "active"
    # A change of the signed plan is a proposal until the other side has signed it too.
    more = plan | {"form-0-cases": "40", "reason": "病例充足。"}
    assert client.post(url("learning-plan", draft.id), more).status_code == 302
    change = PlanChange.objects.get()
    assert told_day(END) in text_of(giver.get(url("plan-change", change.id)))
    assert draft.goals.get().cases == 30
    assert giver.post(url("plan-change", change.id), {"accept": "yes"}).status_code == 302
    assert draft.goals.get().cases == 40


def test_a_supporter_names_who_learns(held: School) -> None:
    stage, client = held.scene.stage, client_of(held.scene.sender)
    pair = f"{stage.programme.id}:{stage.giver.id}:{stage.receiver.id}"
    said = {
        "form": "one_to_one", "specialty": "04.01", "postings": [str(held.posting.id)],
        "apprentices": held.second.name, "starts_on": BEGIN.isoformat(),
        "ends_on": END.isoformat(), "least_months": "3",
    }  # fmt: skip
    address = f"{url('apprenticeship-new')}?pair={pair}"
    unknown = client.post(address, said | {"apprentices": "无此人"})
    assert "请写全称" in text_of(unknown)
    assert client.post(address, said).status_code == 302
    draft = Apprenticeship.objects.get(state="draft")
    assert draft.apprentices.get().person == held.second
    # The recipient names one who teaches from home just so.
    hosts = client_of(stage.manager)
    beside = {"person": held.scene.second.name, "on": day(30).isoformat()}
    assert hosts.post(url("mentor-add", held.apprenticeship.id), beside).status_code == 302


def test_who_is_posted_drafts_and_managers_sign(held: School) -> None:
    stage, client = held.scene.stage, client_of(held.mentor_user)
    assert url("apprenticeship-new") in text_of(client.get(url("apprenticeships")))
    pair = f"{stage.programme.id}:{stage.giver.id}:{stage.receiver.id}"
    address = f"{url('apprenticeship-new')}?pair={pair}"
    assert pair in text_of(client.get(url("apprenticeship-new")))
    # The own posting is chosen already.
    assert re.search(rf'value="{held.posting.id}"[^>]* checked', text_of(client.get(address)))
    said = {
        "form": "one_to_one", "specialty": "04.01", "apprentices": held.second.name,
        "starts_on": BEGIN.isoformat(), "ends_on": END.isoformat(), "least_months": "3",
    }  # fmt: skip
    others = client.post(address, said | {"mentor": held.scene.second.name})
    assert (others.status_code, "本人" in text_of(others)) == (422, True)
    assert client.post(address, said | {"postings": [str(held.posting.id)]}).status_code == 302
    draft = Apprenticeship.objects.get(state="draft")
    assert url("apprenticeship-step", draft.id, "propose") not in text_of(
        client.get(url("apprenticeship", draft.id))
    )
    learner = client_of(held.learner_user)
    assert url("apprenticeship-new") not in text_of(learner.get(url("apprenticeships")))
    assert learner.get(url("apprenticeship-new")).status_code == 403


def test_from_an_apprenticeship_to_its_curves_and_decisions(held: School) -> None:
    tie, learner = held.apprenticeship, held.apprenticeship.apprentices.get()
    decide = url("apprentice-decide", learner.id)
    for user, may in ((held.mentor_user, True), (held.learner_user, False)):
        page = text_of(client_of(user).get(url("apprenticeship", tie.id)))
        assert f"{url('skills')}?q=" in page
        assert (decide in page) == may
    mentor = client_of(held.mentor_user)
    page = text_of(mentor.get(decide))
    # What stands in the plan comes first.
    codes = re.findall(r'<option value="(\w+)"', page)
    assert codes[:2] == [PROCEDURE, ACTIVITY]
    said = {"code": ACTIVITY, "on": today().isoformat(), "level": "3"}
    assert mentor.post(decide, said).status_code == 302
    page = text_of(mentor.get(url("apprenticeship", tie.id)))
    assert "3级" in page


def test_a_techniques_case_of_others_is_refused_at_its_field(held: School) -> None:
    technique = Technique.objects.create(
        programme=held.scene.stage.programme, giver=held.scene.stage.giver,
        receiver=held.scene.stage.receiver, department=held.ward, specialty="04.01",
        name="示例技术", category="new_technique", procedure=PROCEDURE, state="approved",
        introduced_by=held.mentor, proposed_on=day(0), state_on=day(0), approved_on=day(0),
    )  # fmt: skip
    address = f"{url('case-new')}?technique={technique.id}"
    client = client_of(held.second_user)
    said = {
        "id": str(new_id()), "procedure": PROCEDURE, "success": "yes", "difficulty": "routine",
        "leader": str(held.learner.id), "role": "first_operator", "supervision": "in_room",
        "mentor": str(held.mentor.id), "happened_on": day(20).isoformat(),
    }  # fmt: skip
    answer = client.post(address, said)
    assert answer.status_code == 422
    assert answer.context["page"].form.errors["leader"]
    assert client.post(address, said | {"leader": str(held.second.id)}).status_code == 302


def test_a_case_on_the_phone(held: School) -> None:
    client = client_of(held.learner_user)
    held.confirmed(procedure=OTHER_PROCEDURE, role="assistant")
    page = text_of(client.get(url("case-new")))
    # The last used procedure stands first and chosen, with its own criterion's words.
    cards = re.findall(r'name="procedure" value="(\w+)"', page)
    assert cards[:2] == [OTHER_PROCEDURE, PROCEDURE]
    assert "无中转开腹" in page
    id = re.search(r'name="id" value="([0-9a-f-]+)"', page)
    assert id is not None
    said = {
        "id": id[1], "procedure": PROCEDURE, "role": "first_operator", "supervision": "in_room",
        "difficulty": "routine", "mentor": str(held.mentor.id), "happened_on": day(20).isoformat(),
    }  # fmt: skip
    early = client.post(
        url("case-new"), said | {"success": "yes", "happened_on": day(-9).isoformat()}
    )
    # Days within a refusal are told as everywhere else.
    assert (early.status_code, told_day(BEGIN) in text_of(early)) == (422, True)
    assert BEGIN.isoformat() not in re.sub(r'value="[^"]*"', "", text_of(early))
    missing = client.post(url("case-new"), said)
    assert missing.status_code == 422
    assert Case.objects.count() == 1
    for _ in range(2):
        assert client.post(url("case-new"), said | {"success": "yes"}).status_code == 302
    case = Case.objects.get(happened_on=day(20))
    assert (case.learner, case.success, str(case.id)) == (held.learner, True, id[1])
    mentor = client_of(held.mentor_user)
    waiting = text_of(mentor.get(url("cases-waiting")))
    assert f'name="level-{case.id}"' in waiting
    # A level with its number and its prospective words.
    assert "<b>3</b> 下次可以动手" in waiting
    assert mentor.post(url("cases-waiting"), {f"level-{case.id}": "3"}).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.entrustment) == ("confirmed", 3)
    own = client_of(held.learner_user)
    assert f"level-{case.id}" not in text_of(own.get(url("cases-waiting")))


def test_lists_take_few_statements(held: School, django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        held.recorded(happened_on=day(number))
    client = client_of(held.scene.stage.manager)
    addresses = {
        url("apprenticeships"): 24, url("apprenticeship", held.apprenticeship.id): 40,
        url("cases"): 24, url("studios"): 20,
    }  # fmt: skip
    for address, most in addresses.items():
        client.get(address)
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200
    mentor = client_of(held.mentor_user)
    with django_assert_max_num_queries(20):
        assert mentor.get(url("cases-waiting")).status_code == 200
    learner = client_of(held.learner_user)
    with django_assert_max_num_queries(26):
        assert learner.get(url("case-new")).status_code == 200
    assert not Studio.objects.exists()


def test_who_is_posted_begins_with_the_own_post_and_names_the_local_staff(held: School) -> None:
    stage, client = held.scene.stage, client_of(held.mentor_user)
    for name in ("session-new", "technique-new"):
        first = client.get(url(name)).context["page"].form.initial
        assert (first["receiver"], first["department"]) == (stage.receiver, held.ward.name), name
    assert first["introduced_by"] == held.mentor
    assert "receiver" not in client_of(stage.manager).get(
        url("session-new")
    ).context["page"].form.initial  # fmt: skip
    # Who leads a studio sees no staff of the hospital in the directory, and adds them by name.
    studio = actions.open_studio(
        by=stage.manager, programme=stage.programme, giver=stage.giver, receiver=stage.receiver,
        name="示例工作室", leader=held.mentor, valid_from=BEGIN,
    )  # fmt: skip
    said = {"person": held.second.name, "on": f"{today():%Y-%m-%d}"}
    assert client.post(url("studio-member-new", studio.id), said).status_code == 302
    assert studio.members.filter(person=held.second).exists()


def test_who_teaches_too_few_is_told_where_they_are_chosen(held: School) -> None:
    stage, client = held.scene.stage, client_of(held.scene.stage.manager)
    pair = f"{stage.programme.id}:{stage.giver.id}:{stage.receiver.id}"
    said = {
        "form": "team_to_team", "team": "卒中团队", "specialty": "04.01",
        "postings": str(held.posting.id), "apprentices": f"{held.learner.name}\n{held.second.name}",
        "starts_on": f"{BEGIN:%Y-%m-%d}", "ends_on": f"{END:%Y-%m-%d}", "least_months": "3",
    }  # fmt: skip
    answer = client.post(f"{url('apprenticeship-new')}?pair={pair}", said)
    assert answer.status_code == 422
    assert answer.context["form"].errors["postings"] == ["此带教形式在此应为 2–12 人。"]
    one = client.post(f"{url('apprenticeship-new')}?pair={pair}", said | {"form": "one_to_one"})
    assert one.context["form"].errors["apprentices"] == ["此带教形式在此应为 1 人。"]
