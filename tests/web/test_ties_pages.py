"""Pages of pairings, agreements, plans and meetings: what they show, cost, do and refuse."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiedui.accounts.models import User
from jiedui.core.clock import today
from jiedui.directory import actions as directory
from jiedui.programmes import actions
from jiedui.programmes.models import (
    Agreement,
    AgreementReview,
    AgreementTarget,
    Duty,
    Meeting,
    Network,
    Pairing,
    PlanItem,
    Task,
    WorkPlan,
)
from tests.lasting import lasting
from tests.ledger_cast import SINCE, Stage, account
from tests.ledger_cast import stage as set_stage
from tests.ties_cast import structured

pytestmark = pytest.mark.django_db
At = Callable[[User], Client]
DAY = "2024-06-30"


the_cast, stage = lasting(set_stage)


@pytest.fixture
def things(stage: Stage) -> dict[str, Any]:
    return structured(stage)


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


def test_a_tie_is_made_on_the_page_and_refused_at_its_field(stage: Stage, at: At) -> None:
    client, new = at(stage.coordinator), url("pairing-new", stage.programme.id)
    ward = directory.add_department(
        by=None, organisation=stage.receiver, specialty="03", name="内科"
    )
    said = {
        "kind": "hospitals_department", "giver": stage.giver.name, "receiver": stage.receiver.name,
        "department": ward.name, "duties": ["clinical", "research"], "valid_from": "2024-01-01",
    }  # fmt: skip
    for wrong, words in (
        ({"department": ""}, "该类结对须写明受援方科室"),
        ({"department": "外科"}, "没有"),
        ({"receiver": stage.giver.name, "department": ""}, "相同"),
        ({"kind": "specialty_alliance", "department": "", "duties": []}, "须写明所属联盟或医联体"),
    ):
        answer = client.post(new, said | wrong)
        assert answer.status_code == 422, wrong
        assert words in text(answer), (wrong, text(answer))
    answer = client.post(new, said)
    made = Pairing.objects.get(kind="hospitals_department")
    assert (answer.status_code, answer["Location"]) == (302, url("pairing", made.id))
    assert set(made.duties.values_list("duty", flat=True)) == {"clinical", "research"}
    page = text(client.get(url("pairing", made.id)))
    assert "科研" in page
    assert ward.name in page
    answer = client.post(url("duty-new", made.id), {"duty": "clinical", "note": "另记"})
    assert answer.status_code == 422
    assert "已由示例甲省医院承担" in text(answer)
    client.post(url("duty-new", made.id), {"duty": "nursing", "note": "每周一"})
    duty = Duty.objects.get(duty="nursing")
    client.post(url("duty-end", duty.id), {"on": DAY})
    duty.refresh_from_db()
    assert duty.valid_to == date(2024, 6, 30)


def test_the_cascade_shows_whom_recipients_help_on_a_day(stage: Stage, at: At) -> None:
    farm = directory.create_organisation(
        by=None, name="示例团场医院", kind="hospital", example=True
    )
    actions.pair(
        by=None, programme=stage.programme, kind="spoke", giver=stage.receiver, receiver=farm,
        valid_from=date(2024, 5, 1),
    )  # fmt: skip
    client, page = at(stage.manager), url("cascade", stage.programme.id)
    now = text(client.get(page))
    assert "branch-1" in now
    assert farm.name in now
    assert "1 家受援单位再帮扶 1 家单位" in now
    # The manager of one recipient sees nothing of the other pair.
    assert stage.other_giver.name not in now
    before = text(client.get(f"{page}?day=2024-04-30"))
    assert farm.name not in before
    assert "不是日期" in text(client.get(f"{page}?day=昨天"))
    only = text(client.get(f"{page}?level=2"))
    assert farm.name in only
    export = client.get(f"{page}?export=csv")
    assert farm.name in b"".join(export.streaming_content).decode("utf-8-sig")
    assert "源头已断" not in now


def test_a_spoke_whose_hub_is_helped_no_longer_is_told_as_cut_off(stage: Stage, at: At) -> None:
    made = [
        directory.create_organisation(by=None, name=name, kind="hospital", example=True)
        for name in ("示例中心医院", "示例团场医院", "示例连队卫生室")
    ]
    hub, farm, clinic = made
    tie = {"by": None, "programme": stage.programme, "valid_from": date(2024, 5, 1)}
    help = actions.pair(**tie, kind="hospital_hospital", giver=stage.giver, receiver=hub)
    first = actions.pair(**tie, kind="spoke", giver=hub, receiver=farm)
    actions.pair(**tie, kind="spoke", giver=farm, receiver=clinic)
    client, page = at(stage.coordinator), url("cascade", stage.programme.id)
    warned = text(client.get(url("pairing-end", help.id)))
    assert f"{hub.name}还在带动其他单位（{farm.name}）" in warned
    assert "源头已断" not in text(client.get(page)) + text(client.get(url("pairing", first.id)))
    client.post(url("pairing-end", help.id), {"on": DAY})
    now = text(client.get(page))
    assert "有 3 家单位源头已断" in now
    assert text(client.get(f"{page}?source=cut")).count(">源头已断<") == 3
    assert "源头已断" not in text(client.get(f"{page}?day={DAY}"))
    assert f"{hub.name}在本项目中已不再受援" in text(client.get(url("pairing", first.id)))
    # Today tells it to who may mend it, of the first spoke alone, and not to others.
    today_page = text(client.get("/"))
    assert "辐射带动源头已断" in today_page
    assert f"{hub.name} · → {farm.name}" in today_page
    assert f"→ {clinic.name}" not in today_page
    assert "辐射带动源头已断" not in text(at(stage.outsider).get("/"))
    # Whom the last hub helps sees no more than that spoke: what lies above is asked for it.
    nurse = account("nurse", "连队长", "recipient_manager", clinic)
    assert "有 2 家单位源头已断" in text(at(nurse).get(page))
    actions.pair(**tie, kind="co_building", giver=stage.other_giver, receiver=hub)
    assert "源头已断" not in text(client.get(page)) + text(at(nurse).get(page))


def test_a_network_is_founded_and_ended(stage: Stage, at: At) -> None:
    client = at(stage.coordinator)
    said = {"kind": "disease_alliance", "name": "示例卒中联盟", "lead": stage.giver.name}
    answer = client.post(url("network-new", stage.programme.id), said)
    assert answer.status_code == 422
    client.post(url("network-new", stage.programme.id), said | {"disease": "stroke"})
    made = Network.objects.get()
    assert "卒中" in text(client.get(url("network", made.id)))
    assert made.name in text(client.get(url("networks", stage.programme.id)))
    client.post(url("network-end", made.id), {"on": DAY})
    made.refresh_from_db()
    assert made.valid_to == date(2024, 6, 30)


def test_an_agreement_is_recorded_judged_reviewed_renewed_and_ended(stage: Stage, at: At) -> None:
    client, programme = at(stage.coordinator), stage.programme
    said = {
        "kind": "paired_assistance", "title": "示例协议", "number": "7", "warn_days": "90",
        "role_giver": stage.giver.name, "role_receiver": "", "valid_from": "2024-01-01",
        "valid_to": (today() + timedelta(days=20)).isoformat(),
    }  # fmt: skip
    new = url("agreement-new", programme.id)
    answer = client.post(new, said)
    assert answer.status_code == 422
    assert "至少应有两方" in text(answer)
    assert client.post(new, said | {"role_receiver": "没有的医院"}).status_code == 422
    said["role_receiver"] = f"{stage.receiver.name}\n{stage.other_receiver.name}"
    assert client.post(new, said).status_code == 302
    made = Agreement.objects.get()
    assert made.parties.count() == 3
    assert "编号“7”已被另一份协议使用" in text(client.post(new, said))
    page = url("agreement", made.id)
    assert "还有 20 天到期" in text(client.get(page))
    client.post(url("target-new", made.id), {"title": "全面提升", "owner": stage.giver.name})
    shown = text(client.get(page))
    for words in ("可实现", "可持续", "可评价", "没有基线值", "责任单位为支援方"):
        assert words in shown, words
    target = AgreementTarget.objects.get()
    client.post(
        url("target-edit", target.id),
        {
            "title": "卒中溶栓", "measure": "surgeries", "unit": "例", "baseline": "12",
            "baseline_on": "2024-01-01", "value": "60", "due_on": today().isoformat(),
            "owner": stage.receiver.name, "source": "登记册", "after_exit": "每季度核对",
        },
    )  # fmt: skip
    assert "可以评价" in text(client.get(page))
    client.post(url("review-new", made.id), {"due_on": "2024-07-01"})
    assert "已逾期" in text(client.get(page))
    review = AgreementReview.objects.get()
    hold = url("review-hold", review.id)
    assert client.post(hold, {"on": "2999-01-01", "findings": "好"}).status_code == 422
    client.post(hold, {"on": "2024-07-02", "findings": "进度正常"})
    assert "进度正常" in text(client.get(page))
    tie = Pairing.objects.get(giver=stage.giver)
    client.post(
        url("agreement-edit", made.id),
        {"title": "示例协议", "number": "7", "warn_days": "30", "pairings": [str(tie.id)]},
    )
    assert list(made.pairings.all()) == [tie]
    renew = url("agreement-renew", made.id)
    assert stage.giver.name in text(client.get(renew))
    # It is offered to begin when the old one ends.
    assert (today() + timedelta(days=21)).isoformat() in text(client.get(renew))
    again = said | {"number": "8", "valid_to": ""}
    assert client.post(renew, again).status_code == 422
    client.post(renew, again | {"valid_from": today().isoformat()})
    newer = Agreement.objects.get(number="8")
    assert (newer.renews, list(newer.pairings.all())) == (made, [tie])
    assert "示例协议" in text(client.get(page))
    end = url("agreement-end", newer.id)
    assert client.post(end, {"on": today().isoformat(), "reason": ""}).status_code == 422
    client.post(end, {"on": today().isoformat(), "reason": "机构合并"})
    assert "机构合并" in text(client.get(url("agreement", newer.id)))


def test_a_paper_is_kept_and_given_back_safely(stage: Stage, things: Any, at: At) -> None:
    client, add = at(stage.coordinator), url("agreement-file-new", things["agreement"])
    wrong = SimpleUploadedFile("a.pdf", b"<script>")
    assert client.post(add, {"file": wrong}).status_code == 422
    assert client.post(add, {}).status_code == 422
    answer = client.post(add, {"file": SimpleUploadedFile("签署本.pdf", b"%PDF-1.7 signed")})
    assert answer.status_code == 302
    paper = Agreement.objects.get(pk=things["agreement"]).files.get(name="签署本.pdf")
    answer = at(stage.manager).get(url("agreement-file", things["agreement"], paper.sha256))
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 signed"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    # A file is found by way of its agreement only.
    other = actions.create_agreement(
        by=None, programme=stage.programme, kind="memorandum", title="另一份",
        parties=[actions.Party(stage.giver, "giver"), actions.Party(stage.receiver, "receiver")],
    )  # fmt: skip
    assert client.get(url("agreement-file", other.id, paper.sha256)).status_code == 404


def test_agreements_are_narrowed_by_party_and_state(stage: Stage, things: Any, at: At) -> None:
    made = Agreement.objects.get()
    client, page = at(stage.coordinator), url("agreements", stage.programme.id)
    for asked, found in (
        ("", True), ("?standing=ending", True), ("?standing=in_force", False),
        ("?standing=expired", False), (f"?party={stage.receiver.name}", True),
        (f"?party={stage.other_receiver.name}", False), ("?kind=memorandum", False),
    ):  # fmt: skip
        assert (made.title in text(client.get(page + asked))) == found, asked
    actions.end_agreement(by=None, agreement=made, on=date(2024, 6, 1), reason="合并")
    assert made.title in text(client.get(f"{page}?standing=ended"))
    export = client.get(f"{page}?export=csv")
    assert made.title in b"".join(export.streaming_content).decode("utf-8-sig")


def test_a_plan_grows_and_its_actions_get_done(stage: Stage, at: At) -> None:
    client = at(stage.coordinator)
    said = {"title": "三年计划", "owner": stage.receiver.name, "valid_from": "2024-01-01"}
    client.post(url("plan-new", stage.programme.id), said)
    plan = WorkPlan.objects.get()
    add = url("plan-item-new", plan.id)
    bad = {"title": "卒中", "evidence_url": "javascript:alert(1)"}
    assert client.post(add, bad).status_code == 422
    client.post(add, {"title": "卒中救治", "evidence": "外转四成", "evidence_url": "/ledger/"})
    client.post(add, {"title": "制度"})
    goal = PlanItem.objects.get(title="卒中救治")
    client.post(f"{add}?below={goal.id}", {"title": "建绿道", "due_on": "2024-03-01"})
    act = PlanItem.objects.get(title="建绿道")
    client.post(f"{add}?below={act.id}", {"title": "给药时间", "baseline": "90", "value": "45"})
    assert PlanItem.objects.get(title="给药时间").parent == act
    shown = text(client.get(url("plan", plan.id)))
    for words in ("外转四成", "已逾期", "缺少需求依据", "90 → 45", "共 1 项举措"):
        assert words in shown, words
    sign = PlanItem.objects.get(title="给药时间")
    assert client.get(f"{add}?below={sign.id}").status_code == 404
    # An indicator may name a measure of the pack, and then leads to its figure.
    assert "目前数值" not in shown
    freely = {"title": "手术", "indicator": "很多手术"}
    assert client.post(f"{add}?below={act.id}", freely).status_code == 422
    client.post(f"{add}?below={act.id}", freely | {"indicator": "surgeries", "value": "60"})
    shown = text(client.get(url("plan", plan.id)))
    [figure] = re.findall(r'href="([^"]*measure=surgeries[^"]*)"', shown)
    answer = client.get(html.unescape(figure), follow=True)
    asked = figure.partition("?")[2]
    assert (answer.status_code, "surgeries" in shown.replace(asked, "")) == (200, False)
    assert f'hx-get="{reverse("indicators:value")}?{asked}"' in shown
    assert stage.receiver.name in text(answer)
    assert client.get(f"{add}?below=x").status_code == 404
    client.post(url("plan-item-done", act.id), {"on": "2024-03-02"})
    act.refresh_from_db()
    assert act.done_on == date(2024, 3, 2)
    assert "三年计划" in text(client.get(url("plans", stage.programme.id)))


def test_a_visit_is_held_minuted_and_followed_up(stage: Stage, at: At) -> None:
    client, new = at(stage.coordinator), url("meeting-new", stage.programme.id)
    said = {
        "kind": "progress", "title": "示例互访", "held_from": "2024-05-06", "delegation": "17",
        "role_host": stage.receiver.name, "role_organiser": stage.giver.name,
    }  # fmt: skip
    answer = client.post(new, said)
    assert answer.status_code == 422
    assert "只有互访交流才填写来访人数" in text(answer)
    client.post(new, said | {"kind": "exchange_visit"})
    meeting = Meeting.objects.get()
    minutes = {"agenda": "座谈", "decisions": "互派\n共建", "outputs": "意向", "delegation": "16"}
    client.post(url("meeting-minutes", meeting.id), minutes)
    task = {"title": "报名单", "owner": stage.receiver.name, "due_on": "2024-06-01"}
    client.post(url("meeting-task", meeting.id), task)
    shown = text(client.get(url("meeting", meeting.id)))
    for words in ("<li>互派</li>", "意向", "16", "报名单", "已逾期"):
        assert words in shown, words
    made = Task.objects.get()
    # Who hosts for the owner may say that it is done, though not edit the meeting.
    manager = at(stage.manager)
    assert url("task-done", made.id) in text(manager.get(url("meeting", meeting.id)))
    assert manager.get(url("meeting-minutes", meeting.id)).status_code == 404
    manager.post(url("task-done", made.id), {"on": "2024-06-02", "note": "已报"})
    made.refresh_from_db()
    assert made.done_note == "已报"
    tasks = url("tasks", stage.programme.id)
    assert "报名单" not in text(client.get(f"{tasks}?state=open"))
    assert "报名单" in text(client.get(f"{tasks}?state=done"))
    launch = said | {"kind": "launch", "title": "示例启动", "delegation": ""}
    client.post(new, launch)
    assert "里程碑，不计服务量" in text(client.get(url("meetings", stage.programme.id)))
    milestone = Meeting.objects.get(kind="launch")
    assert "不计入任何服务量" in text(client.get(url("meeting", milestone.id)))


# Page, what it is of, how many queries it may cost a viewer of the recipient.
PAGES = [
    ("pairings", "programme"), ("pairing", "tie"), ("cascade", "programme"),
    ("networks", "programme"), ("network", "network"), ("agreements", "programme"),
    ("agreement", "agreement"), ("plans", "programme"), ("plan", "plan"),
    ("meetings", "programme"), ("meeting", "meeting"), ("tasks", "programme"),
]  # fmt: skip


def more_of_everything(stage: Stage, things: dict[str, Any]) -> None:
    """Twelve more of all that the pages list."""
    agreement = Agreement.objects.get(pk=things["agreement"])
    plan, meeting = WorkPlan.objects.get(), Meeting.objects.get()
    network = Network.objects.get()
    for n in range(12):
        farm = directory.create_organisation(
            by=None, name=f"示例第{n}团场医院", kind="hospital", example=True
        )
        both = {"by": None, "programme": stage.programme, "receiver": farm, "valid_from": SINCE}
        actions.pair(**both, kind="spoke", giver=stage.receiver)
        actions.pair(**both, kind="specialty_alliance", giver=stage.giver, network=network)
        actions.create_agreement(
            by=None, programme=stage.programme, kind="memorandum", title=f"备忘录{n}",
            parties=[actions.Party(stage.receiver, "giver"), actions.Party(farm, "receiver")],
        )  # fmt: skip
        actions.add_target(by=None, agreement=agreement, title=f"目标{n}", owner=stage.receiver)
        actions.plan_review(by=None, agreement=agreement, due_on=SINCE + timedelta(days=n))
        goal = actions.add_plan_item(by=None, plan=plan, level="goal", title=f"目标{n}")
        actions.add_plan_item(
            by=None, plan=plan, level="action", parent=goal, title="做", owner=farm
        )
        actions.create_plan(
            by=None, programme=stage.programme, title=f"计划{n}", owner=stage.receiver
        )
        held = actions.create_meeting(
            by=None, programme=stage.programme, kind="progress", title=f"推进会{n}",
            held_from=SINCE, bodies=[actions.Attending(stage.receiver, "host")],
        )  # fmt: skip
        for each in (meeting, held):
            actions.add_task(
                by=None, programme=stage.programme, owner=farm, title=f"任务{n}", meeting=each
            )


def test_a_longer_list_costs_no_more_queries(stage: Stage, things: dict[str, Any], at: At) -> None:
    reader = at(account("reader", "只读", "viewer", stage.receiver))
    things["programme"] = stage.programme.id

    def costs() -> dict[str, int]:
        found = {}
        for name, of in PAGES:
            page = url(name, things[of])
            reader.get(page)
            with CaptureQueriesContext(connection) as caught:
                answer = reader.get(page)
            assert answer.status_code == 200, name
            found[name] = len(caught)
        return found

    before = costs()
    more_of_everything(stage, things)
    after = costs()
    assert all(after[name] <= before[name] + 1 for name in before), (before, after)
    assert max(after.values()) <= 40, after
