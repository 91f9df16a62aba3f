"""Programme, wall, strips, coverage, compliance and Today, as each side sees them."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from jiedui.accounts.models import User
from jiedui.core.clock import today
from jiedui.directory.actions import (
    create_organisation,
    create_place,
    make_part,
    seat_organisation,
)
from jiedui.programmes import actions
from jiedui.programmes.models import (
    Agreement,
    AgreementParty,
    AgreementReview,
    Batch,
    PlanItem,
    Posting,
    WelfareItem,
    WorkPlan,
)
from tests.lasting import lasting
from tests.ledger_cast import account
from tests.programmes_cast import Scene, ago, scene

pytestmark = pytest.mark.django_db


def staffed() -> Scene:
    """A post with a past, a present and a planned posting, an empty one, a loose posting."""
    made = scene()
    county = create_place(by=None, name="示例东县", tier="county", example=True)
    seat_organisation(by=None, organisation=made.stage.receiver, place=county)
    batch = made.batch(valid_from=ago(100), valid_to=ago(-100))
    post = made.post(150, -150)
    made.posting("甲一", 140, 60, post=post)
    made.posting("甲二", 65, -30, post=post, batch=batch)
    made.posting("甲三", -60, -100, post=post, batch=batch)
    made.post(20, None, specialty="07", department=None)
    made.posting("甲四", 10, -10, specialty="10")
    return made


the_cast, cast = lasting(staffed)


@pytest.fixture
def reader(cast: Scene) -> User:
    return account("reader", "读者", "viewer", cast.stage.receiver)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page_of(cast: Scene, user: User, name: str, query: str = "", *more: object) -> str:
    path = reverse(f"programmes:{name}", args=[cast.stage.programme.id, *more])
    answer = client_of(user).get(f"{path}{query}")
    assert answer.status_code == 200, (name, answer.status_code)
    return str(answer.content.decode())


def test_the_strips_show_who_is_there_who_follows_and_the_gap(cast, reader):
    text = page_of(cast, reader, "presence")
    for said in ("甲一", "甲二", "甲三", "甲四", "心内科", "空岗", "交接", "未设岗位"):
        assert said in text, said
    assert text.count('data-kind="planned"') == 1
    assert not re.search(r"\sstyle=|\son\w+=", text)


def test_a_gap_leads_to_the_nomination_with_its_days_for_who_may_send(cast, reader):
    sender = account("sender", "派出己", "supporter_manager", cast.stage.giver)
    form = reverse("programmes:posting-new", args=[cast.stage.programme.id])
    text = page_of(cast, sender, "presence").replace("&amp;", "&")
    link = f"planned_from={ago(-31).isoformat()}&planned_to={ago(-59).isoformat()}"
    assert re.search(rf'href="{form}\?post=[^"]*{link}"', text)
    # What is past cannot be planned.
    assert ago(150).isoformat() not in re.findall(r"planned_from=([\d-]+)&", text)
    assert form not in page_of(cast, reader, "presence")


@pytest.mark.parametrize(
    "query",
    ["?q=无此地", "?specialty=05", "?span=1999", "?span=x&specialty=zz&after=%00", "?q=%00",
     "?span=²²²²"],
)  # fmt: skip
def test_any_question_gets_an_answer(cast, reader, query):
    page_of(cast, reader, "presence", query)
    page_of(cast, reader, "coverage", query.replace("span", "year"))
    page_of(cast, reader, "compliance", query.replace("span", "year"))


def test_strips_are_narrowed(cast, reader):
    assert "甲二" in page_of(cast, reader, "presence", "?q=东州")
    assert "甲二" not in page_of(cast, reader, "presence", "?q=无此地")
    assert "甲二" not in page_of(cast, reader, "presence", "?specialty=10")
    assert "甲四" in page_of(cast, reader, "presence", "?specialty=10")
    year = str(today().year)
    assert f'value="{year}" selected' in page_of(cast, reader, "presence", f"?span={year}")


def test_who_is_elsewhere_in_the_programme_sees_none_of_it(cast):
    for name in ("programme", "wall", "presence", "coverage", "compliance", "compliance-panel"):
        text = page_of(cast, cast.stage.outsider, name)
        for secret in ("甲一", "甲二", "甲四", cast.stage.receiver.name, "心内科"):
            assert secret not in text, (name, secret)
    path = reverse(
        "programmes:compliance-of", args=[cast.stage.programme.id, cast.stage.receiver.id]
    )
    assert client_of(cast.stage.outsider).get(path).status_code == 404


def test_the_programme_on_one_screen(cast, reader):
    path = reverse("programmes:programme", args=[cast.stage.programme.id])
    page = client_of(reader).get(path).context["page"]
    assert (page.seats.posts, page.seats.asked, page.seats.filled, page.seats.empty) == (2, 2, 1, 1)
    assert (page.on_site.on_site, page.on_site.on_leave, page.on_site.going) == (2, 0, 2)
    assert [(gap.now, gap.plan_url) for gap in page.gaps] == [(True, ""), (False, "")]
    assert [(line.there, line.people, line.share) for line in page.batches] == [(1, 2, "50.0%")]
    (tie,) = page.diagram.ties
    assert (tie.giver, tie.receiver, tie.people) == ("示例甲省医院", "示例东州医院", 2)


def test_two_people_at_a_post_for_one_fill_it_once(cast, reader):
    post = cast.post(150, -150, specialty="05")
    cast.posting("甲五", 50, -50, post=post)
    cast.posting("甲六", 5, -50, post=post)
    path = reverse("programmes:programme", args=[cast.stage.programme.id])
    page = client_of(reader).get(path).context["page"]
    assert (page.seats.asked, page.seats.filled) == (3, 2)


def test_the_wall_is_dark_renews_itself_and_opens_nothing(cast, reader):
    text = page_of(cast, reader, "wall")
    assert 'data-theme="dark"' in text
    assert 'hx-trigger="every 60s"' in text
    assert "甲二" in text
    assert "posting-new" not in text


def test_three_hospitals_at_one_department_are_one_cell(cast, reader):
    for number in (1, 2):
        other = create_organisation(
            by=None, name=f"示例援{number}医院", kind="hospital", example=True
        )
        actions.pair(
            by=None, programme=cast.stage.programme, kind="hospital_hospital", giver=other,
            receiver=cast.stage.receiver,
        )  # fmt: skip
        cast.posting(f"乙{number}", 30, -30, giver=other)
    path = reverse("programmes:coverage", args=[cast.stage.programme.id])
    page = client_of(reader).get(path, {"specialty": "03"}).context["page"]
    ((square,),) = [row.squares for row in page.rows]
    assert square.said in {"5 人·3 家", "4 人·3 家"}  # the planned one may lie in the next year
    assert len(square.steps) == 12


def test_coverage_is_had_as_a_file(cast, reader):
    path = reverse("programmes:coverage", args=[cast.stage.programme.id])
    answer = client_of(reader).get(path, {"export": "csv"})
    text = answer.getvalue().decode("utf-8-sig")
    assert "示例东州医院" in text
    assert "有需求无人在岗" in text
    assert "内科" in text
    outside = client_of(cast.stage.outsider).get(path, {"export": "csv"})
    assert "示例东州医院" not in outside.getvalue().decode("utf-8-sig")


@pytest.mark.parametrize("step", ["month", "quarter", "year"])
def test_coverage_by_each_step(cast, reader, step):
    path = reverse("programmes:coverage", args=[cast.stage.programme.id])
    page = client_of(reader).get(path, {"step": step}).context["page"]
    assert {len(s.steps) for row in page.rows for s in row.squares if s.steps} == {
        {"month": 12, "quarter": 12, "year": 10}[step]
    }


def test_a_batch_that_only_a_report_tells_of_is_not_under_way(cast, reader):
    cast.batch(number=9, valid_from=ago(3000), source="示例日报", stated_people=15)
    page = client_of(reader).get(
        reverse("programmes:programme", args=[cast.stage.programme.id])
    ).context["page"]  # fmt: skip
    assert [(line.there, line.people) for line in page.batches] == [(1, 2)]
    assert "15" in page_of(cast, reader, "batches")


def test_compliance_names_the_rule_its_source_and_what_breaks_it(cast, reader):
    cast.posting("甲五", 400, 300)
    year = ago(300).year
    listed = page_of(cast, reader, "compliance", f"?year={year}")
    assert "示例东州医院" in listed
    assert "每人连续不少于6个月" in listed
    assert "国家卫生健康委2023年新闻发布会" in listed
    text = page_of(cast, reader, "compliance-of", f"?year={year}", cast.stage.receiver.id)
    assert "甲五" in text
    assert "连续在岗 101 天，要求 180 天" in text
    assert "无人在岗" in text


def test_a_countys_rules_judge_no_hospital_that_is_none_of_a_county(cast, reader):
    path = reverse("programmes:compliance", args=[cast.stage.programme.id])

    def judged() -> int:
        page = client_of(reader).get(path).context["page"]
        return len(page.summary.rules)

    assert judged() == 4
    place = cast.stage.receiver.seats.get().place
    place.tier = "prefecture"
    place.save()
    assert judged() == 0
    # It is not silently left out: the list says that no rule judges it, and why.
    listed = page_of(cast, reader, "compliance")
    assert "本年度没有单位适用规则" in listed
    assert "1 个单位（医疗队）不适用任何规则" in listed
    assert "该类单位的规则未涉及这一层级" in listed
    assert "1 个单位（医疗队）不适用任何规则" in page_of(cast, reader, "compliance-panel")
    receiver = cast.stage.receiver
    assert "不适用规则" in page_of(cast, reader, "compliance-of", "", receiver.id)
    receiver.kind = "maternal_child_hospital"
    receiver.save()
    assert "没有针对“妇幼保健院”的规则" in page_of(cast, reader, "compliance", "?state=unjudged")
    receiver.kind = "tcm_hospital"
    receiver.save()
    place.tier = "county"
    place.save()
    assert judged() == 4
    assert "没有针对" not in page_of(cast, reader, "compliance", "?state=unjudged")


def test_a_rule_judges_only_its_kind_of_programme(cast, reader):
    cast.stage.programme.kind = "partnership"
    cast.stage.programme.save()
    path = reverse("programmes:compliance", args=[cast.stage.programme.id])
    page = client_of(reader).get(path).context["page"]
    assert page.summary.rules == []
    assert page.summary.percent is None
    assert page.summary.unjudged == 1
    assert "没有针对此类项目的规则" in page_of(cast, reader, "compliance")


@pytest.mark.parametrize("kind", ["group_deployment", "paired_assistance"])
def test_teams_are_judged_over_their_own_time(cast, reader, kind):
    cast.stage.programme.kind = kind
    cast.stage.programme.save()
    cast.stage.receiver.seats.update(valid_to=ago(2000))
    team = cast.team(valid_from=ago(500), valid_to=ago(100))
    for number in range(5):
        cast.posting(f"乙{number}", 500, 100, team=team, kind="team")
    path = reverse("programmes:compliance", args=[cast.stage.programme.id])
    page = client_of(reader).get(path, {"year": ago(100).year}).context["page"]
    assert (page.summary.kept, page.summary.judged, page.summary.percent) == (1, 1, 100)


def test_an_organisation_seen_from_both_sides(cast, reader):
    path = reverse("programmes:organisation-panel", args=[cast.stage.receiver.id])
    page = client_of(reader).get(path).context["page"]
    receiver, giver = page.sides
    assert [line.title for line in receiver.postings.lines] == ["甲三", "甲四", "甲二"]
    assert len(receiver.posts.lines) == 2
    assert not giver.anything
    since = max(date(today().year, 1, 1), ago(140))
    expected = len(
        {
            day
            for first, last in ((140, 60), (65, 0))
            for day in range(last, first + 1)
            if ago(day) >= since
        }
    )
    assert receiver.year.person_days >= expected


def test_a_region_shows_the_people_of_its_hospitals(cast):
    """As giver and as receiver, with the way to all of them where the panel is cut."""
    stage = cast.stage
    region = create_organisation(by=None, name="示例支援片区", kind="region", example=True)
    make_part(by=None, organisation=stage.giver, whole=region)
    path = reverse("programmes:organisation-panel", args=[region.id])
    client = client_of(stage.coordinator)
    giver = client.get(path).context["page"].sides[1]
    assert [line.title for line in giver.postings.lines] == ["甲三", "甲四", "甲二"]
    assert stage.giver.name in giver.postings.lines[0].detail
    assert giver.year.person_days > 0
    assert giver.postings.every == []
    for number in range(8):
        cast.posting(f"丙{number}", 90, -20)
    page = client.get(path)
    [(name, url)] = page.context["page"].sides[1].postings.every
    assert name in page.content.decode()
    assert url.startswith(reverse("programmes:postings", args=[stage.programme.id]))


def test_lists_asked_for_a_region_hold_its_parts(cast):
    stage = cast.stage
    place = create_place(by=None, name="示例支援省", tier="province", example=True)
    create_organisation(
        by=None, name="示例支援省（卫生系统）", kind="region", stands_for=place, example=True
    )
    seat_organisation(by=None, organisation=stage.giver, place=place)
    team = cast.team()
    for name, query, held in (
        ("postings", "?giver=示例支援省", "甲二"), ("teams", "?sender=示例支援省", team.name),
    ):  # fmt: skip
        assert held in page_of(cast, stage.coordinator, name, query)
        assert held not in page_of(cast, stage.coordinator, name, query + "无")


def test_today_tells_the_side_that_can_act(cast):
    text = client_of(cast.stage.manager).get(reverse("home:today")).content.decode()
    assert "岗位空缺" in text
    assert "岗位即将空缺，尚无接任" in text
    assert (
        "岗位空缺" not in client_of(cast.stage.outsider).get(reverse("home:today")).content.decode()
    )


def test_today_leads_to_what_nobody_saw_to(cast):
    """Reviews, actions and issues: to the thing, and (in the lists) to all of their kind."""
    stage, posting = cast.stage, Posting.objects.get(person__name="甲四")
    agreement = Agreement.objects.create(
        programme=stage.programme, kind="pairing", title="示例协议"
    )  # fmt: skip
    AgreementParty.objects.create(agreement=agreement, organisation=stage.giver, role="giver")
    AgreementReview.objects.create(agreement=agreement, due_on=ago(2))
    plan = WorkPlan.objects.create(
        programme=stage.programme, title="示例计划", owner=stage.receiver
    )  # fmt: skip
    goal = PlanItem.objects.create(plan=plan, level="goal", title="目标")
    PlanItem.objects.create(
        plan=plan, parent=goal, level="action", title="建卒中绿道", due_on=ago(4)
    )  # fmt: skip
    WelfareItem.objects.create(
        posting=posting, item="housing", issue="停水", raised_on=ago(6)
    )  # fmt: skip
    client = client_of(stage.coordinator)
    today_text = client.get(reverse("home:today")).content.decode()
    for path, told in (
        (reverse("programmes:agreement", args=[agreement.id]) + "#reviews", "协议评估逾期"),
        (reverse("programmes:plan", args=[plan.id]), "工作计划行动逾期"),
        (reverse("programmes:posting", args=[posting.id]) + "#welfare", "服务保障问题未解决"),
    ):
        assert f'href="{path}"' in today_text, path
        assert told in today_text
        page, _, part = path.partition("#")
        text = client.get(page).content.decode()
        assert not part or f'id="{part}"' in text
    for name, query, there, gone in (
        ("agreements", "?reviews=overdue", "示例协议", "另一协议"),
        ("plans", "?actions=overdue", "示例计划", "另一计划"),
        ("postings", "?welfare=open", "甲四", "甲二"),
    ):
        Agreement.objects.get_or_create(
            programme=stage.programme, kind="pairing", title="另一协议"
        )  # fmt: skip
        WorkPlan.objects.get_or_create(
            programme=stage.programme, title="另一计划", owner=stage.receiver
        )  # fmt: skip
        text = page_of(cast, stage.coordinator, name, query)
        assert there in text
        assert gone not in text


def test_pages_ask_the_same_however_much_there_is(cast, reader, django_assert_max_num_queries):
    for number in range(12):
        post = cast.post(100, None, specialty="05")
        cast.posting(f"丙{number}", 90, -20, post=post)
    Batch.objects.update(valid_from=ago(10))
    client = client_of(reader)
    most = {
        "programme": 38, "wall": 44, "presence": 23, "coverage": 24, "compliance": 24,
        "compliance-panel": 20,
    }  # fmt: skip
    for name, count in most.items():
        path = reverse(f"programmes:{name}", args=[cast.stage.programme.id])
        client.get(path)
        with django_assert_max_num_queries(count):
            assert client.get(path).status_code == 200
