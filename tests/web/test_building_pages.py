"""Pages of departments and hospitals: what they show, do, refuse at which field, and cost."""

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
from jiedui.directory import actions as directory
from jiedui.mentoring.actions import departments, procedures, research, standards
from jiedui.mentoring.models import (
    AccreditationRoad,
    Checklist,
    KeySpecialty,
    ManagementProcedure,
    ResearchProject,
    SpecialClinic,
    StageStep,
)
from tests.lasting import lasting
from tests.ledger_cast import account
from tests.rooms.mentoring.building_cast import Scene, ago, built, scene

pytestmark = pytest.mark.django_db
At = Callable[[User], Client]


the_cast, here = lasting(scene)


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


def test_a_stage_is_reached_on_the_page_by_its_criteria(here: Scene, at: At) -> None:
    client, page = at(here.stage.manager), url("department", here.ward.id)
    stage = {"stage": "begun", "on": ago(1).isoformat()}
    answer = client.post(url("department-stage", here.ward.id), stage)
    assert answer.status_code == 422
    assert "还有 3 条标准未认定为达到" in text(answer)
    for code in ("begun_licensed", "begun_head", "begun_rooms"):
        form = url("department-criterion", here.ward.id, code)
        wrong = client.post(form, {"met": "yes", "on": ago(2).isoformat(), "evidence": ""})
        assert (wrong.status_code, "此项必填" in text(wrong)) == (422, True)
        said = {"met": "yes", "on": ago(2).isoformat(), "evidence": "院发〔2024〕1号"}
        assert client.post(form, said)["Location"] == page
    assert client.post(url("department-stage", here.ward.id), stage)["Location"] == page
    shown = text(client.get(page))
    assert "建科起步" in shown
    assert "院发〔2024〕1号" in shown
    assert "标准已达到" not in shown
    client.post(url("department-fall", here.ward.id), {"on": ago(0).isoformat(), "reason": "停诊"})
    assert StageStep.objects.count() == 2
    assert client.get(url("department-criterion", here.ward.id, "nothing")).status_code == 404


def test_a_level_names_who_helped(here: Scene, at: At) -> None:
    client, form = at(here.stage.manager), url("department-level", here.ward.id, "county")
    said = {"pairing": str(here.pairing.id), "reached_on": ago(3).isoformat()}
    answer = client.post(form, said)
    assert (answer.status_code, "此项必填" in text(answer)) == (422, True)
    other = here.stage.programme.pairings.get(receiver=here.stage.other_receiver)
    answer = client.post(form, said | {"pairing": str(other.id), "evidence": "批文"})
    assert answer.status_code == 422
    assert client.post(form, said | {"evidence": "批文"}).status_code == 302
    assert KeySpecialty.objects.get().giver == here.stage.giver
    assert "批文" in text(client.get(form))


def test_a_checklist_from_beginning_to_gap(here: Scene, at: At) -> None:
    client = at(here.stage.manager)
    new = url("department-standard-new", here.ward.id)
    assert "三级甲等医院评审" not in text(client.get(new))
    client.post(new, {"standard": "stroke_centre", "begun_on": ago(9).isoformat()})
    checklist = Checklist.objects.get()
    item = url("checklist-item", checklist.id, "stroke_centre_03")
    said = {"answer": "not_met", "on": ago(8).isoformat(), "due_on": ago(2).isoformat(),
            "owner": "甲一"}  # fmt: skip
    answer = client.post(item, said)
    assert (answer.status_code, "没有" in text(answer)) == (422, True)
    assert client.post(item, said | {"owner": "乙二"}).status_code == 302
    page = text(client.get(url("checklist", checklist.id)))
    assert "不符合 1" in page
    assert "逾期 1 项" in page
    assert "尚未认定 6" in page
    assert "%" not in page.split("<main", 1)[1].split("</main>", 1)[0].replace("%2", "")
    rows = client.get(url("checklist", checklist.id) + "?answer=overdue&export=csv")
    body = b"".join(rows.streaming_content).decode("utf-8-sig")
    assert "乙二" in body
    assert len(body.strip().splitlines()) == 2
    assert client.get(url("checklist-item", checklist.id, "tertiary_a_01")).status_code == 404


def test_a_clinic_a_road_a_procedure_and_a_project_go_their_way(here: Scene, at: At) -> None:
    client, body = at(here.stage.manager), here.stage.receiver
    pairing = str(here.pairing.id)
    client.post(url("clinic-new", here.ward.id), {
        "name": "房颤门诊", "kind": "disease", "valid_from": ago(90).isoformat(),
        "hours": ["2 morning"],
    })  # fmt: skip
    clinic = SpecialClinic.objects.get()
    month = {"month": ago(40).isoformat(), "sessions": "4", "visits": "61"}
    assert client.post(url("clinic-month", clinic.id), month).status_code == 302
    assert "61" in text(client.get(url("clinic", clinic.id)))
    assert client.post(url("clinic-hours", clinic.id), {"hours": "x"}).status_code == 422
    assert "周二上午" in text(client.get(url("department", here.ward.id)))
    later = (today() + timedelta(days=300)).isoformat()
    client.post(url("road-new", body.id), {
        "target": "tertiary_a", "pairing": pairing, "begun_on": ago(9).isoformat(),
        "target_on": later,
    })  # fmt: skip
    road = AccreditationRoad.objects.get()
    client.post(url("milestone-new", road.id), {"title": "全院自评", "due_on": ago(1).isoformat()})
    page = text(client.get(url("road", road.id)))
    assert "全院自评" in page
    assert "对照表尚未建立" in page
    client.post(url("hospital-standard-new", body.id), {
        "standard": "tertiary_a", "begun_on": ago(9).isoformat()
    })  # fmt: skip
    assert "18项核心制度全院执行并有督查" in text(client.get(url("road", road.id)))
    wrong = {"target_on": later, "reviewed_on": ago(1).isoformat()}
    assert client.post(url("road-steps", road.id), wrong).status_code == 422
    client.post(url("milestone-done", road.milestones.get().id), {"on": ago(0).isoformat()})
    assert road.milestones.get().done_on == today()
    client.post(url("procedure-new", body.id), {
        "title": "急诊分诊流程", "kind": "workflow", "pairing": pairing,
        "adopted_on": ago(60).isoformat(), "next_audit_on": ago(5).isoformat(),
    })  # fmt: skip
    procedure = ManagementProcedure.objects.get()
    assert "督查逾期" in text(client.get(url("procedure", procedure.id)))
    assert client.get(url("procedures") + "?state=overdue").context["page"].table.counted == 1
    audit = {"on": ago(1).isoformat(), "result": "partly", "findings": "夜班未执行"}
    client.post(url("procedure-audit", procedure.id), audit)
    assert "夜班未执行" in text(client.get(url("procedure", procedure.id)))
    client.post(url("procedure-edit", procedure.id), {
        "adopted_on": ago(60).isoformat(), "retired_on": ago(0).isoformat(), "reason": "并入",
    })  # fmt: skip
    client.post(url("research-new", body.id), {
        "title": "房颤筛查", "level": "province", "pairing": pairing,
        "applied_on": ago(60).isoformat(),
    })  # fmt: skip
    project = ResearchProject.objects.get()
    said = {"applied_on": ago(60).isoformat(), "funded_on": ago(30).isoformat()}
    answer = client.post(url("research-edit", project.id), said)
    assert (answer.status_code, "须同时填写" in text(answer)) == (422, True)
    client.post(url("research-edit", project.id), said | {"amount": "80000", "funder": "科技厅"})
    assert "80,000" in text(client.get(url("research-project", project.id)))
    assert "80,000" in text(client.get(url("research")))
    # In English one project is one: no "1 projects".
    User.objects.filter(pk=client.session["_auth_user_id"]).update(language="en")
    told = text(client.get(url("research")))
    User.objects.filter(pk=client.session["_auth_user_id"]).update(language="zh-hans")
    assert '1 <span class="unit">project</span>' in told
    assert '0 <span class="unit">projects</span>' in told
    assert "80,000" in text(client.get(url("hospital", body.id)))
    client.post(url("clinic-close", clinic.id), {"on": ago(0).isoformat(), "reason": "合并"})
    assert SpecialClinic.objects.get().valid_to == today()


def test_the_other_side_reads_and_changes_nothing(here: Scene, at: At) -> None:
    things = built(here.stage)
    client = at(here.sender)
    for name, word in (
        ("department", "built-department"), ("checklist", "checklist"), ("clinic", "clinic"),
        ("road", "road"), ("procedure", "procedure"), ("research-project", "project"),
    ):  # fmt: skip
        assert client.get(url(name, things[word])).status_code == 200
    for name, word in (
        ("department-stage", "built-department"), ("department-fall", "built-department"),
        ("department-standard-new", "built-department"), ("clinic-new", "built-department"),
        ("clinic-hours", "clinic"), ("clinic-month", "clinic"), ("clinic-close", "clinic"),
        ("road-steps", "road"), ("milestone-new", "road"), ("milestone-done", "milestone"),
        ("procedure-edit", "procedure"), ("procedure-audit", "procedure"),
        ("research-edit", "project"),
    ):  # fmt: skip
        assert client.get(url(name, things[word])).status_code == 404, name
        assert client.post(url(name, things[word]), {"on": "2024-01-01"}).status_code == 404, name
    # A way to a grade is reviewed by assessors, research is closed in the office's own word.
    for name, word, told in (
        ("road", "road", "评审日期"),
        ("research-project", "project", "结题日期"),
    ):
        assert told in text(client.get(url(name, things[word])))
    for name in ("road-new", "procedure-new", "research-new", "hospital-standard-new"):
        assert client.get(url(name, here.stage.receiver.id)).status_code == 404


def test_the_department_list_filters_sorts_pages_and_exports(here: Scene, at: At) -> None:
    here.criteria("begun")
    departments.reach_stage(by=here.stage.manager, department=here.ward, stage="begun", on=ago(1))
    directory.add_department(
        by=None, organisation=here.stage.receiver, specialty="07", name="儿科", valid_from=ago(5)
    )
    client = at(here.stage.manager)

    def names(query: str) -> list[str]:
        page = client.get(url("departments") + query).context["page"]
        return [row.name for row in page.table.slice.rows]

    assert set(names("")) == {"心内科", "儿科"}
    assert names("?stage=begun") == ["心内科"]
    assert names("?sort=-stage") == ["心内科", "儿科"]
    assert names(f"?opened_from={ago(9)}") == ["儿科"]
    assert names("?state=closed") == []
    for query in ("?sort=hospital", "?sort=level", "?sort=-opened", "?level=county"):
        assert client.get(url("departments") + query).status_code == 200
    export = client.get(url("departments") + "?export=csv")
    assert "建科起步" in b"".join(export.streaming_content).decode("utf-8-sig")


def test_pages_cost_no_more_for_more(here: Scene, at: At) -> None:
    viewer = account("reader", "读者庚", "viewer", here.stage.receiver)
    built(here.stage)
    client = at(viewer)

    def cost(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    pages = [url("departments"), url("department", here.ward.id),
             url("hospital", here.stage.receiver.id), url("procedures"), url("research"),
             url("roads")]  # fmt: skip
    before = [cost(page) for page in pages]
    of = {"by": None, "organisation": here.stage.receiver, "pairing": here.pairing}
    for n in range(6):
        ward = directory.add_department(
            by=None, organisation=here.stage.receiver, specialty="03", name=f"新{n}科"
        )
        departments.answer_criterion(
            by=None, department=here.ward, criterion="begun_head", met=True, on=ago(n),
            evidence="文",
        )  # fmt: skip
        checklist = standards.begin_checklist(
            by=None, organisation=here.stage.receiver, department=ward,
            standard="stroke_centre", begun_on=ago(9),
        )  # fmt: skip
        standards.answer_item(by=None, checklist=checklist, item="stroke_centre_01",
                              answer="not_met", on=ago(1), owner=here.stage.nurse)  # fmt: skip
        standards.open_clinic(by=None, department=here.ward, kind="disease", name=f"门诊{n}",
                              valid_from=ago(90), hours=[(1, "morning")])  # fmt: skip
        procedures.adopt_procedure(**of, kind="workflow", title=f"流程{n}", adopted_on=ago(9))
        research.apply_research(**of, level="province", title=f"课题{n}", applied_on=ago(9))
    assert [cost(page) for page in pages] == pytest.approx(before, abs=1)
    assert max(before) <= 30
    with CaptureQueriesContext(connection) as asked:
        client.get(url("procedures"))
    # Audits are counted of the page's procedures, not of every procedure in the country.
    lists = [
        each["sql"] for each in asked if '"mentoring_managementprocedure"."title"' in each["sql"]
    ]
    assert lists
    assert not any("GROUP BY" in sql for sql in lists)
