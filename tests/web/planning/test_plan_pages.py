"""Pages of dispatch plans: who sees what, from a new plan to its postings."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from jiedui.accounts.models import User
from jiedui.planning import actions
from jiedui.planning.models import Candidate, Consent, DispatchPlan, Ruling, Scenario
from jiedui.planning.queries import Price
from jiedui.planning.views import words
from tests.lasting import lasting
from tests.ledger_cast import account
from tests.rooms.planning.plan_cast import START, Cast, set_cast, two_pairs

pytestmark = pytest.mark.django_db


the_cast, cast = lasting(set_cast)


def at(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"planning:{name}", args=args)


def said(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(body.decode())


def page(user: User, name: str, *args: Any, query: str = "") -> str:
    answer = at(user).get(url(name, *args) + query)
    assert answer.status_code == 200, (name, answer.status_code)
    return said(answer)


def receiver_of(cast: Cast, candidate: Candidate) -> Any:
    """The hospital that is paired with the candidate's."""
    own = candidate.giver_id == cast.stage.giver.id
    return cast.stage.receiver if own else cast.stage.other_receiver


# What a plan shows, one address each.
OF_PLAN = ("plan", "consents")
OF_SCENARIO = ("scenario", "timeline", "tours", "scenario-posts", "changes")


def test_a_plan_is_begun_computed_and_looked_at(cast: Cast) -> None:
    plan = two_pairs(cast)
    coordinator = at(cast.stage.coordinator)
    assert "方案" in page(cast.stage.coordinator, "plan", plan.id)
    new = {"name": "甲方案", "budget": "1000000", "seconds": "2", "seed": "0"}
    answer = coordinator.post(url("scenario-new", plan.id), new)
    scenario = Scenario.objects.get()
    assert answer["Location"] == url("scenario", scenario.id)
    assert "尚未计算" in page(cast.stage.coordinator, "scenario", scenario.id)
    cast.run(scenario)
    text = page(cast.stage.coordinator, "plan", plan.id)
    for word in ("甲方案", "需求覆盖", "覆盖最少的受援单位", "没有人去的岗位及原因", "方案对比"):
        assert word in text, word
    assert not re.search(r"\sstyle=|\son\w+=", text)
    for name in OF_SCENARIO:
        assert "甲方案" in page(cast.stage.coordinator, name, scenario.id), name


def test_the_form_of_a_plan_tells_what_is_wrong_at_its_field(cast: Cast) -> None:
    coordinator = at(cast.stage.coordinator)
    new = {
        "name": "新计划", "programme": str(cast.stage.programme.id), "starts_on": "2027-03-15",
        "months": "12",
    }  # fmt: skip
    for field, value in (("months", "0"), ("starts_on", "x"), ("tour_months", "长"), ("name", "")):
        answer = coordinator.post(url("plan-new"), new | {field: value})
        assert answer.status_code == 422, field
        assert f'id="id_{field}_error"' in said(answer), field
    assert coordinator.post(url("plan-new"), new | {"tour_months": "6 12"}).status_code == 302
    plan = DispatchPlan.objects.get()
    assert (plan.starts_on.day, plan.settings["rules"]["tour_months"]) == (1, "6 12")
    form = page(cast.stage.coordinator, "plan-edit", plan.id)
    assert 'value="6 12"' in form


def test_scenarios_stand_side_by_side_with_their_difference(cast: Cast) -> None:
    plan = two_pairs(cast)
    cast.planned(plan)
    cast.planned(plan, name="省钱方案", budget=60_000)
    shown = at(cast.stage.coordinator).get(url("plan", plan.id)).context["page"]
    assert [head.name for head in shown.comparison.heads] == ["甲方案", "省钱方案"]
    cost = next(cells for label, cells in shown.comparison.rows if "费用" in label)
    assert [cell.leading for cell in cost] == [True, False]
    assert cost[1].difference.startswith("−")
    other = Scenario.objects.get(name="省钱方案")
    query = f"?scenario={other.id}"
    text = page(cast.stage.coordinator, "plan", plan.id, query=query)
    assert f"小字为与“{other.name}”的差值" in text


def test_a_scenario_is_copied_run_stopped_and_removed(cast: Cast) -> None:
    plan = two_pairs(cast)
    scenario = cast.planned(plan)
    coordinator = at(cast.stage.coordinator)
    coordinator.post(url("scenario-copy", scenario.id), {"name": "副本"})
    copy = Scenario.objects.get(name="副本")
    assert copy.based_on == scenario
    back = url("timeline", copy.id)
    answer = coordinator.post(url("scenario-run", copy.id), {"next": back})
    assert answer["Location"] == back
    assert Scenario.objects.get(pk=copy.pk).state == "waiting"
    progress = coordinator.get(url("scenario-progress", copy.id))
    assert 'hx-trigger="every 1s"' in said(progress)
    assert 'id="run-state" hx-swap-oob="true"' in said(progress)
    # The whole page has the badge once.
    assert page(cast.stage.coordinator, "scenario", copy.id).count('id="run-state"') == 1
    coordinator.post(url("scenario-cancel", copy.id))
    assert Scenario.objects.get(pk=copy.pk).state == "cancelled"
    ended = coordinator.get(url("scenario-progress", copy.id))
    assert ended["HX-Refresh"] == "true"
    # Nobody is led to another host.
    answer = coordinator.post(url("scenario-run", copy.id), {"next": "//example.org/"})
    assert answer["Location"] == url("scenario", copy.id)
    coordinator.post(url("scenario-cancel", copy.id))
    assert coordinator.post(url("scenario-drop", copy.id)).status_code == 302
    assert not Scenario.objects.filter(pk=copy.pk).exists()


def test_a_tour_is_explained_moved_pinned_and_forbidden(cast: Cast) -> None:
    plan = two_pairs(cast)
    scenario = cast.planned(plan)
    coordinator = at(cast.stage.coordinator)
    tour = scenario.tours.filter(post__specialty="03.04", months=6).first()
    tour = tour or scenario.tours.filter(post__specialty="03.04").first()
    text = page(cast.stage.coordinator, "tour", tour.id)
    assert "为什么派此人" in text
    # Another post of the wrong specialty: the reason stands there, and nothing to press.
    wrong = scenario.tours.filter(post__specialty="04.01").first().post_id
    asked = f"?post={wrong}&start={tour.start}&months={tour.months}"
    text = page(cast.stage.coordinator, "tour", tour.id, query=asked)
    assert "不符合规则" in text
    assert url("tour-move", tour.id) not in text
    move = {"post": str(wrong), "start": tour.start, "months": tour.months}
    coordinator.post(url("tour-move", tour.id), move)
    assert not Ruling.objects.exists()
    # A shorter stay at the same place.
    shorter = {"post": str(tour.post_id), "start": tour.start, "months": 3}
    cast_post = tour.post
    cast_post.months = 3
    cast_post.save(update_fields=["months"])
    asked = "?" + "&".join(f"{key}={value}" for key, value in shorter.items())
    fragment = coordinator.get(url("tour", tour.id) + asked, headers={"HX-Request": "true"})
    assert "<html" not in said(fragment)
    assert "不违反任何规则" in said(fragment)
    coordinator.post(url("tour-move", tour.id), shorter)
    pin = Ruling.objects.get(verb="pin")
    assert (pin.months, pin.candidate_id) == (3, tour.candidate_id)
    assert "待计算" in page(cast.stage.coordinator, "timeline", scenario.id)
    assert "固定" in page(cast.stage.coordinator, "rulings", scenario.id)
    coordinator.post(url("ruling-lift", pin.id))
    assert not Ruling.objects.exists()
    answer = coordinator.post(url("tour-forbid", tour.id), {"width": "person", "reason": "出国"})
    assert answer["Location"] == url("rulings", scenario.id)
    assert "出国" in page(cast.stage.coordinator, "rulings", scenario.id)


def test_who_stays_at_home_is_explained_and_can_be_pinned_or_forbidden(cast: Cast) -> None:
    """A candidate and an empty post that the plan leaves aside: why, what if, pin, forbid."""
    plan = two_pairs(cast)
    scenario = cast.planned(plan, budget=110_000)
    coordinator = at(cast.stage.coordinator)
    sent = set(scenario.tours.values_list("candidate_id", flat=True))
    idle = Candidate.objects.exclude(id__in=sent)[0]
    post = plan.programme.posts.filter(
        receiver=receiver_of(cast, idle), specialty=idle.specialty
    ).get()
    text = page(cast.stage.coordinator, "at-home", scenario.id)
    assert idle.person.name in text
    assert url("scenario-person", scenario.id, idle.id) in text
    text = page(cast.stage.coordinator, "scenario-person", scenario.id, idle.id)
    assert "为什么此人没有派出" in text
    assert "损失最小的办法" in text
    assert url("scenario-pin", scenario.id) in text
    asked = f"?other={post.id}&start=&months=6"
    text = page(cast.stage.coordinator, "scenario-person", scenario.id, idle.id, query=asked)
    assert "可以安排" in text
    asked = f"?other={post.id}&start=1&months=6"
    text = page(cast.stage.coordinator, "scenario-person", scenario.id, idle.id, query=asked)
    assert "无法安排" in text
    assert "每 3 个月开始一批" in text
    # The same from the post's side, with the price at which it would be filled.
    text = page(cast.stage.coordinator, "scenario-post", scenario.id, post.id)
    assert "谁可以来" in text
    assert "增加经费" in text
    asked = f"?other={idle.id}&start=0&months="
    text = page(cast.stage.coordinator, "scenario-post", scenario.id, post.id, query=asked)
    assert "可以安排" in text
    listed = page(cast.stage.coordinator, "scenario-posts", scenario.id)
    assert "补足条件" in listed
    assert "增加经费" in listed
    tour = {"candidate": idle.id, "post": post.id, "start": 0, "months": 6}
    coordinator.post(url("scenario-pin", scenario.id), tour)
    pin = Ruling.objects.get()
    assert (pin.verb, pin.candidate_id, pin.start, pin.months) == ("pin", idle.id, 0, 6)
    assert "手工固定（1 项）" not in page(cast.stage.coordinator, "scenario", scenario.id)
    cast.run(scenario)
    assert scenario.tours.filter(candidate=idle, post=post, start=0, months=6).exists()
    assert "手工固定（1 项）" in page(cast.stage.coordinator, "scenario", scenario.id)
    coordinator.post(url("ruling-lift", pin.id))
    for name, about, who, where in (
        ("person-forbid", idle.id, idle.id, None), ("post-forbid", post.id, None, post.id),
    ):  # fmt: skip
        assert coordinator.get(url(name, scenario.id, about)).status_code == 200
        coordinator.post(url(name, scenario.id, about), {"other": "", "reason": "停派"})
        made = Ruling.objects.get(reason="停派")
        assert (made.verb, made.candidate_id, made.post_id) == ("forbid", who, where)
        made.delete()
    for user in (cast.sender, cast.stage.manager, cast.officer):
        for name, args in (
            ("at-home", ()), ("scenario-person", (idle.id,)), ("person-forbid", (idle.id,)),
            ("post-forbid", (post.id,)),
        ):  # fmt: skip
            assert at(user).get(url(name, scenario.id, *args)).status_code == 404
        assert at(user).post(url("scenario-pin", scenario.id), tour).status_code == 404


def test_recipients_out_of_reach_are_listed_and_more_money_names_its_tours(cast: Cast) -> None:
    """Nobody claims that every recipient gets somebody; what a hundredth more buys is named."""
    cast.post(needed_to=date(2027, 6, 30))
    cast.post(specialty="04.01", needed_to=date(2027, 6, 30))
    cast.post(receiver=cast.stage.other_receiver)
    cast.candidate(0)
    cast.candidate(1, specialty="04.01")
    plan = cast.plan()
    rich = cast.planned(plan, floor=True)
    text = page(cast.stage.coordinator, "scenario", rich.id)
    assert "任何方案都派不到人" in text
    assert "每家受援单位都有人去" not in text
    assert "1 家受援单位没有人去" in text
    assert "最低者最高只能到" in text
    poor = cast.planned(plan, name="乙方案", budget=rich.result["cost"] * 0.995)
    text = page(cast.stage.coordinator, "scenario", poor.id)
    assert "方案价值至少因此增加" in text
    assert "价值比本方案最多高" in text
    assert re.search("示例甲[一二]（[^）]+）→", text)
    assert "原有" not in text
    poor = cast.run(poor)
    assert "在保留它们的方案中，没有更好的" in page(cast.stage.coordinator, "scenario", poor.id)


def test_what_would_fill_a_post_is_never_told_as_too_little() -> None:
    with override("zh-hans"):
        assert words.price(Price(55_200.0, None, None)) == "增加经费 5.6 万元"
        assert words.price(Price(50_000.0, 2, 1.5)) == "增加经费 5 万元 或 优先级提到 2"
        assert (words.percent_down(0.1669), words.percent_up(0.1661)) == ("16.6%", "16.7%")
    with override("en"):
        assert words.price(Price(55_200.4, None, None)) == "55,201 yuan more budget"
        assert words.price(Price(None, None, 9.5)) == "a need of 9.5 a month"


def test_a_failed_run_names_the_pins_that_exclude_each_other(cast: Cast) -> None:
    post = cast.post(headcount=2)
    scenario = cast.scenario(cast.plan())
    for number in (0, 1):
        actions.pin(
            by=None, scenario=scenario, candidate=cast.candidate(number), post=post, start=0,
            months=6,
        )  # fmt: skip
    post.headcount = 1
    post.save(update_fields=["headcount"])
    actions.ask_run(by=None, scenario=scenario)
    assert actions.run_scenario(by=None, scenario_id=scenario.id).state == "failed"
    text = page(cast.stage.coordinator, "scenario", scenario.id)
    assert "须放弃其中一项" in text
    assert "手工固定：示例甲一" in text


def test_a_search_is_repeated_from_its_page(cast: Cast) -> None:
    scenario = cast.planned(two_pairs(cast))
    assert "复算核对" in page(cast.stage.coordinator, "scenario", scenario.id)
    at(cast.stage.coordinator).post(url("scenario-run", scenario.id), {"repeat": "1"})
    actions.run_scenario(by=None, scenario_id=scenario.id)
    assert "方案一致" in page(cast.stage.coordinator, "scenario", scenario.id)
    # Or so many steps are asked for, with the number to start from.
    form = page(cast.stage.coordinator, "scenario-steps", scenario.id)
    assert f'name="steps" value="{scenario.result["work"]}"' in form
    coordinator = at(cast.stage.coordinator)
    wrong = coordinator.post(url("scenario-steps", scenario.id), {"steps": "0", "seed": "7"})
    assert wrong.status_code == 422
    coordinator.post(url("scenario-steps", scenario.id), {"steps": "9", "seed": "7", "fresh": "on"})
    scenario.refresh_from_db()
    assert (scenario.state, scenario.seed) == ("waiting", 7)
    assert scenario.progress == {"fresh": True, "work_limit": 9}


def test_each_side_sees_its_own_part_and_answers(cast: Cast) -> None:
    plan = two_pairs(cast)
    scenario = cast.planned(plan)
    draft = [cast.sender, cast.stage.manager, cast.other_host]
    for user in draft:
        assert at(user).get(url("plan", plan.id)).status_code == 404
        for name in OF_SCENARIO:
            assert at(user).get(url(name, scenario.id)).status_code == 404, name
    at(cast.stage.coordinator).post(url("scenario-submit", scenario.id))
    theirs = [person.name for person in cast.strangers]
    for name, thing in [*((n, plan.id) for n in OF_PLAN), *((n, scenario.id) for n in OF_SCENARIO)]:
        for query in ("", "?export=csv"):
            text = page(cast.sender, name, thing, query=query)
            for secret in (*theirs, "示例西州医院", "示例乙省医院"):
                assert secret not in text, (name, query, secret)
    text = page(cast.sender, "plan", plan.id)
    assert "示例甲一" in text
    assert "其他单位之间另有" in text
    assert at(cast.sender).get(url("rulings", scenario.id)).status_code == 404
    assert url("rulings", scenario.id) not in page(cast.sender, "scenario", scenario.id)
    consent = Consent.objects.get(organisation=cast.stage.giver)
    foreign = Consent.objects.get(organisation=cast.stage.other_giver)
    for name in ("consent", "consent-give", "consent-refuse"):
        assert at(cast.sender).get(url(name, foreign.id)).status_code in (404, 405)
    assert at(cast.sender).post(url("consent-give", foreign.id)).status_code == 404
    assert at(cast.stage.manager).post(url("consent-give", consent.id)).status_code == 404
    at(cast.sender).post(url("consent-give", consent.id))
    consent.refresh_from_db()
    assert consent.answer == "given"
    refusal = url("consent-refuse", foreign.id)
    assert at(cast.other_sender).post(refusal, {"reason": ""}).status_code == 422
    at(cast.other_sender).post(refusal, {"reason": "人手不足"})
    plan.refresh_from_db()
    assert plan.state == "draft"
    assert "人手不足" in page(cast.stage.coordinator, "plan", plan.id)


def test_an_approved_plan_is_adopted_once_and_told(cast: Cast) -> None:
    plan = two_pairs(cast)
    scenario = cast.planned(plan)
    coordinator = at(cast.stage.coordinator)
    # What cannot be done yet is not offered to be confirmed.
    assert coordinator.get(url("plan-adopt", plan.id))["Location"] == url("plan", plan.id)
    cast.approved(scenario)
    assert "采用计划" in page(cast.stage.coordinator, "plan-adopt", plan.id)
    for _again in range(2):
        answer = coordinator.post(url("plan-adopt", plan.id))
        assert answer["Location"] == url("adoption", plan.id)
    done = coordinator.get(url("plan-adopt", plan.id))
    assert done["Location"] == url("adoption", plan.id)
    tours = scenario.tours.count()
    assert scenario.tours.exclude(posting=None).count() == tours
    text = page(cast.stage.coordinator, "adoption", plan.id)
    assert f"共 {tours} 人次，已建立推荐 {tours} 人次" in text
    assert "示例甲一" in page(cast.sender, "adoption", plan.id)
    assert "示例乙一" not in page(cast.sender, "adoption", plan.id)


@pytest.mark.parametrize("role", ["expert", "viewer", "analyst", "local_clinician"])
def test_plans_are_nothing_to_who_does_not_plan_or_answer(cast: Cast, role: str) -> None:
    plan = two_pairs(cast)
    user = account("nobody", "无关者", role, cast.stage.giver)
    for name in ("plans", "candidates", "plan-new", "candidate-new"):
        assert at(user).get(url(name)).status_code == 403, name
    assert at(user).get(url("plan", plan.id)).status_code == 404
    assert "派驻计划" not in said(at(user).get(reverse("home:today")))


def test_today_tells_who_is_asked_and_who_plans(cast: Cast) -> None:
    scenario = cast.planned(two_pairs(cast))
    today = reverse("home:today")
    assert "方案已计算完成" in said(at(cast.stage.coordinator).get(today))
    cast.submitted(scenario)
    text = said(at(cast.sender).get(today))
    assert "派驻计划等待本单位意见" in text
    assert url("consent", Consent.objects.get(organisation=cast.stage.giver).id) in text
    assert "等待本单位意见" not in said(at(cast.officer).get(today))


CANDIDATE = {
    "specialty": "03.04", "category": "clinical", "available_from": START.isoformat(),
    "available_to": "2028-06-30", "max_tours": "1", "max_months": "6",
}  # fmt: skip


def test_a_candidate_is_proposed_changed_and_withdrawn(cast: Cast) -> None:
    sender = at(cast.sender)
    new = CANDIDATE | {"programme": str(cast.stage.programme.id), "person": "示例甲一"}
    wrong = sender.post(url("candidate-new"), new | {"newcomer": "示例甲九"})
    assert 'id="id_person_error"' in said(wrong)
    assert sender.post(url("candidate-new"), new).status_code == 302
    candidate = Candidate.objects.get()
    assert candidate.giver == cast.stage.giver
    newcomer = new | {"person": "", "newcomer": "示例甲九", "giver": "示例甲省医院"}
    assert sender.post(url("candidate-new"), newcomer).status_code == 302
    assert Candidate.objects.filter(person__name="示例甲九").exists()
    assert "示例甲一" not in page(cast.other_sender, "candidates")
    assert at(cast.other_sender).get(url("candidate", candidate.id)).status_code == 404
    late = sender.post(url("candidate", candidate.id), CANDIDATE | {"available_to": "2026-01-01"})
    assert late.status_code == 422
    sender.post(url("candidate", candidate.id), CANDIDATE | {"max_months": "12"})
    candidate.refresh_from_db()
    assert candidate.max_months == 12
    sender.post(url("candidate-withdraw", candidate.id), {"reason": "调离"})
    assert "示例甲一" not in page(cast.sender, "candidates")
    assert "示例甲一" in page(cast.sender, "candidates", query="?state=withdrawn")
    assert "示例甲九" in page(cast.sender, "candidates", query="?state=open&export=csv")


@pytest.mark.parametrize("query", ["?q=%00", "?page=²²", "?specialty=zz&only=x", "?page=99"])
def test_any_question_of_a_timeline_gets_an_answer(cast: Cast, query: str) -> None:
    scenario = cast.scenario(two_pairs(cast))
    page(cast.stage.coordinator, "timeline", scenario.id, query=query)


def test_pages_ask_the_same_however_much_there_is(cast: Cast) -> None:
    plan = two_pairs(cast)
    scenario = cast.planned(plan)
    names = [("plans",), ("candidates",), ("plan", plan.id)]
    names += [(name, scenario.id) for name in (*OF_SCENARIO, "rulings", "at-home")]
    names.append(("scenario-person", scenario.id, Candidate.objects.all()[0].id))
    names.append(("scenario-post", scenario.id, plan.programme.posts.all()[0].id))
    client = at(cast.stage.coordinator)

    def cost(name: str, *args: Any) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(name, *args)).status_code == 200
        return len(queries)

    def grow(number: int) -> None:
        """One more candidate, three more posts, another plan, and a run that sees them."""
        cast.candidate(number, specialty="04.01")
        for _n in range(3):
            cast.post(specialty="04.01")
        cast.plan(name=f"另一计划{number}")
        cast.run(scenario)

    grow(2)
    for name, *args in names:
        cost(name, *args)
    few = {name: cost(name, *args) for name, *args in names}
    grow(3)
    for name, *args in names:
        cost(name, *args)
        assert cost(name, *args) <= few[name], name
    assert max(few.values()) <= 45, few
