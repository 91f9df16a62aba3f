"""Pages of skills, decisions, reviews of safety, certificates, refreshers, criteria."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jiedui.accounts.models import User
from jiedui.core.clock import today
from jiedui.core.identifiers import new_id
from jiedui.mentoring.actions.cases import confirm_case, correct_case
from jiedui.mentoring.actions.certificates import issue_certificate, revoke_certificate
from jiedui.mentoring.actions.refreshers import owe_refreshers
from jiedui.mentoring.domain.rules import procedure
from jiedui.mentoring.models import Certificate, CodeTry, Decision, Refresher, SafetyReview, Skill
from jiedui.mentoring.queries.curves import curve_told
from jiedui.web.templatetags.jiedui import day as told_day
from tests.lasting import lasting
from tests.learning_cast import PROCEDURE
from tests.rooms.mentoring.certificate_cast import ENOUGH, Room, room

pytestmark = pytest.mark.django_db


the_cast, cast = lasting(room)


def at(name: str, *args: Any) -> str:
    return reverse(f"mentoring:{name}", args=args)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def told(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return str(answer.content.decode())


@pytest.fixture
def manager(cast: Room) -> Client:
    return client_of(cast.manager)


# -- looking -----------------------------------------------------------------


def test_lists_show_who_can_do_what(cast: Room, manager: Client) -> None:
    issue_certificate(by=cast.manager, skill=cast.ready())
    name = cast.school.learner.name
    for path in ("skills", "certificates", "decisions"):
        page = told(manager, at(path))
        assert name in page, path
        # The way there stays marked in the navigation.
        assert f'<li><a href="{at("skills")}" aria-current="page">' in page, path
    assert "已达标" in told(manager, at("skills"))
    assert name not in told(manager, at("skills") + "?standing=alarm")
    assert name in told(manager, at("skills") + "?certificate=valid")
    assert name not in told(manager, at("skills") + "?certificate=none")
    assert name not in told(manager, at("certificates") + "?state=revoked")
    export = manager.get(at("skills") + "?export=csv")
    assert name in b"".join(export.streaming_content).decode("utf-8-sig")


def test_a_curve_says_what_it_says(cast: Room, manager: Client) -> None:
    skill = cast.cases("++-+++")
    assert skill is not None
    page = told(manager, at("skill", skill.id))
    assert "6" in page
    assert "计划" in page
    assert "data-chart" in page
    cast.cases("+" * ENOUGH)
    page = told(manager, at("skill", skill.id))
    assert "已达标" in page
    # Learning ends with the case that met it; monitoring has a chart of its own. Each case has
    # a mark; a limit to be reached is not told in the colour of what is wrong.
    assert page.count("data-chart-plot") == 2
    assert page.count('"marked": true') == 2
    assert ('"ink"]' in page, page.count('"vermilion"]')) == (True, 1)


def test_a_page_says_that_cases_are_insufficient(cast: Room, manager: Client) -> None:
    skill = cast.cases("+" * 8, procedure="postpartum_haemorrhage")
    assert skill is not None
    for path in (at("skill", skill.id), at("skill-certify", skill.id)):
        assert "例数不足" in told(manager, path)
    assert "例数不足" in told(manager, at("criterion", "postpartum_haemorrhage"))


def test_each_condition_is_shown_met_or_missing(cast: Room, manager: Client) -> None:
    skill = cast.cases("+" * ENOUGH)
    assert skill is not None
    page = told(manager, at("skill-certify", skill.id))
    assert page.count("badge-wrong") == 1
    assert '<button class="button button-primary">' not in page
    refused = manager.post(at("skill-certify", skill.id))
    assert refused.status_code == 409
    assert not Certificate.objects.exists()
    cast.decision()
    cast.decision(cast.second_assessor)
    assert "badge-wrong" not in told(manager, at("skill-certify", skill.id))
    answer = manager.post(at("skill-certify", skill.id))
    made = Certificate.objects.get()
    assert answer.headers["Location"] == at("certificate", made.id)
    # It is renewed near its end: until then the page says from when, and offers no button.
    page = told(manager, at("skill-certify", skill.id))
    assert '<button class="button button-primary">' not in page
    assert told_day(made.valid_to - timedelta(days=90)) in page
    Certificate.objects.update(valid_to=today() + timedelta(days=30))
    page = told(manager, at("skill-certify", skill.id))
    assert '<button class="button button-primary">' in page


def test_criteria_show_their_worth_and_their_source(cast: Room, manager: Client) -> None:
    assert "腹腔镜胆囊切除术" in told(manager, at("criteria"))
    page = told(manager, at("criterion", "colonoscopy"))
    assert "Gut 2014" in page
    assert "83" in page
    told(manager, at("criterion", "nothing"), 404)
    User.objects.filter(id=cast.manager.id).update(language="en")
    assert "Colonoscopy" in told(client_of(cast.manager), at("criteria"))


# -- doing -------------------------------------------------------------------


def test_a_decision_is_entered_and_withdrawn_on_pages(cast: Room, manager: Client) -> None:
    skill = cast.cases("+++")
    assert skill is not None
    form = {"code": PROCEDURE, "assessor": cast.school.mentor.name, "on": today().isoformat(),
            "level": "4", "note": "观摩三例"}  # fmt: skip
    wrong = manager.post(at("skill-decide", skill.id), form | {"assessor": "无此人"})
    assert wrong.status_code == 422
    assert manager.post(at("skill-decide", skill.id), form).status_code == 302
    decision = Decision.objects.get()
    assert (decision.assessor, decision.level) == (cast.school.mentor, 4)
    assert "观摩三例" in told(manager, at("skill", skill.id))
    assert manager.post(at("decision-withdraw", decision.id), {"reason": ""}).status_code == 422
    assert manager.post(at("decision-withdraw", decision.id), {"reason": "误"}).status_code == 302
    decision.refresh_from_db()
    assert decision.withdrawn_on == today()


def test_who_teaches_enters_the_own_decision_of_an_apprentice(cast: Room) -> None:
    apprentice = cast.school.apprenticeship.apprentices.get()
    mentor = client_of(cast.school.mentor_user)
    form = {"code": "epa_ward_round", "on": today().isoformat(), "level": "3", "note": ""}
    assert mentor.post(at("apprentice-decide", apprentice.id), form).status_code == 302
    assert Decision.objects.get().assessor == cast.school.mentor
    learner = client_of(cast.school.learner_user)
    assert learner.get(at("apprentice-decide", apprentice.id)).status_code == 404


def test_a_question_of_safety_is_opened_and_closed_on_pages(cast: Room, manager: Client) -> None:
    skill = cast.ready()
    form = {"reason": "event", "on": today().isoformat(), "note": "术后出血一例"}
    assert manager.post(at("skill-question", skill.id), form | {"note": ""}).status_code == 422
    opened = manager.post(at("skill-question", skill.id), form, follow=True)
    assert "安全问题已提出" in opened.content.decode()
    review = SafetyReview.objects.get()
    assert "术后出血一例" in told(manager, at("safety-review", review.id))
    assert cast.school.learner.name in told(manager, at("safety-reviews") + "?state=open")
    conclusion = {"conclusion": "与操作无关", "restarts": "", "on": today().isoformat()}
    assert manager.post(at("safety-close", review.id), conclusion).status_code == 302
    assert "与操作无关" in told(manager, at("safety-review", review.id))


def test_an_alarm_is_closed_only_by_saying_what_starts_anew(cast: Room, manager: Client) -> None:
    cast.cases("+" * ENOUGH + "---")
    review = SafetyReview.objects.get()
    form = {"conclusion": "已分析", "restarts": "", "on": today().isoformat()}
    assert manager.post(at("safety-close", review.id), form).status_code == 422
    form["restarts"] = "monitoring"
    assert manager.post(at("safety-close", review.id), form).status_code == 302
    assert cast.skill().standing == "reached"


def test_a_certificate_is_shown_printed_and_revoked(cast: Room, manager: Client) -> None:
    made = issue_certificate(by=cast.manager, skill=cast.ready())
    page = told(manager, at("certificate", made.id))
    assert cast.school.mentor.name in page
    printed = told(manager, at("certificate-print", made.id))
    assert "独立作业证书" in printed
    assert "Certificate of Independence" in printed
    assert "Laparoscopic cholecystectomy" in printed
    assert manager.post(at("certificate-revoke", made.id), {"reason": "离岗"}).status_code == 302
    assert "离岗" in told(manager, at("certificate", made.id))
    assert "已撤销" in told(manager, at("certificate-print", made.id))


def test_a_certificate_warns_of_what_came_after_it(cast: Room, manager: Client) -> None:
    made = issue_certificate(by=cast.manager, skill=cast.ready())
    cast.cases("---", last=today(), apart=0)
    assert SafetyReview.objects.filter(closed_on__isnull=True).exists()
    assert "note-wait" in told(manager, at("certificate", made.id))


def test_refreshers_are_listed_and_noted(cast: Room, manager: Client) -> None:
    made = issue_certificate(by=cast.manager, skill=cast.ready())
    back = today() - timedelta(days=100)
    Certificate.objects.update(issued_on=back - timedelta(days=5))
    Skill.objects.update(last_case_on=back)
    owe_refreshers()
    row = Refresher.objects.get()
    assert cast.school.learner.name in told(manager, at("refreshers"))
    form = {"mode": "simulator", "on": today().isoformat(), "note": "合格"}
    assert manager.post(at("refresher-done", row.id), form).status_code == 302
    assert cast.school.learner.name not in told(manager, at("refreshers"))
    assert "模拟训练" in told(manager, at("certificate", made.id))


# -- who may look ------------------------------------------------------------


def everything(cast: Room) -> dict[str, str]:
    """Every page about one person's independence."""
    skill = cast.ready()
    made = issue_certificate(by=cast.manager, skill=skill)
    cast.cases("---", last=today(), apart=0)
    row = Refresher.objects.create(certificate=made, lapsed_since=today(), months=3, due_on=today())
    review, decision = SafetyReview.objects.get(), Decision.objects.first()
    assert decision is not None
    return {
        "skill": at("skill", skill.id),
        "skill-certify": at("skill-certify", skill.id),
        "skill-decide": at("skill-decide", skill.id),
        "skill-question": at("skill-question", skill.id),
        "decision-withdraw": at("decision-withdraw", decision.id),
        "safety-review": at("safety-review", review.id),
        "safety-close": at("safety-close", review.id),
        "certificate": at("certificate", made.id),
        "certificate-print": at("certificate-print", made.id),
        "certificate-revoke": at("certificate-revoke", made.id),
        "refresher-done": at("refresher-done", row.id),
    }


def test_for_an_outsider_it_does_not_exist(cast: Room) -> None:
    pages = everything(cast)
    outsider = client_of(cast.school.scene.stage.outsider)
    for name, path in pages.items():
        assert outsider.get(path).status_code == 404, name
    for path in ("skills", "certificates", "decisions", "safety-reviews", "refreshers"):
        assert cast.school.learner.name not in told(outsider, at(path)), path


def test_one_sees_what_is_about_oneself_and_does_nothing_to_it(cast: Room) -> None:
    pages = everything(cast)
    learner = client_of(cast.school.learner_user)
    for name in ("skill", "skill-certify", "certificate", "certificate-print", "safety-review"):
        assert learner.get(pages[name]).status_code == 200, name
    for name in ("skill-decide", "skill-question", "decision-withdraw", "safety-close",
                 "certificate-revoke", "refresher-done"):  # fmt: skip
        assert learner.get(pages[name]).status_code == 404, name
    assert learner.post(pages["skill-certify"]).status_code == 404
    second = client_of(cast.school.second_user)
    for name, path in pages.items():
        assert second.get(path).status_code == 404, name


def test_who_teaches_sees_the_apprentice_and_does_not_certify(cast: Room) -> None:
    pages = everything(cast)
    mentor = client_of(cast.school.mentor_user)
    for name in ("skill", "skill-certify", "skill-decide", "skill-question", "certificate",
                 "refresher-done"):  # fmt: skip
        assert mentor.get(pages[name]).status_code == 200, name
    assert mentor.post(pages["skill-certify"]).status_code == 404
    assert mentor.get(pages["certificate-revoke"]).status_code == 404


# -- the check of a printed one ----------------------------------------------


def test_a_code_tells_what_stands_on_the_paper_and_no_more(cast: Room) -> None:
    made = issue_certificate(by=cast.manager, skill=cast.ready())
    anybody = Client()
    typed = f" {made.code[:4].lower()}-{made.code[4:8]} {made.code[8:]} "
    answer = anybody.post(at("verify"), {"code": typed})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert 'name="robots"' in page
    for shown in (cast.school.learner.name, "腹腔镜胆囊切除术", made.receiver.name, "有效"):
        assert shown in page
    for hidden in (cast.school.mentor.name, made.giver.name, str(made.id), str(made.person_id)):
        assert hidden not in page
    revoke_certificate(by=cast.manager, certificate=made, reason="不外传的原因")
    page = told(anybody, at("verified", made.code))
    assert "已撤销" in page
    assert "不外传的原因" not in page
    Certificate.objects.update(
        revoked_on=None, issued_on=today() - timedelta(days=9), valid_to=today() - timedelta(days=1)
    )
    assert "已过期" in told(anybody, at("verified", made.code))


@pytest.mark.parametrize("code", ["0000-0000-0000", "short", "%", "'", "甲" * 12, "A" * 400])
def test_a_wrong_code_tells_nothing(cast: Room, code: str) -> None:
    issue_certificate(by=cast.manager, skill=cast.ready())
    answer = Client().get(at("verified", code))
    assert answer.status_code == 404
    assert cast.school.learner.name not in answer.content.decode()
    assert CodeTry.objects.filter(purpose="certificate").count() == 1


def test_who_tries_codes_is_stopped(cast: Room) -> None:
    made = issue_certificate(by=cast.manager, skill=cast.ready())
    anybody = Client()
    for _try in range(30):
        assert anybody.get(at("verified", "0" * 12)).status_code == 404
    stopped = anybody.get(at("verified", made.code))
    assert stopped.status_code == 429
    assert cast.school.learner.name not in stopped.content.decode()


# -- how much is asked of the database ---------------------------------------

BOUNDS = {"skills": 16, "certificates": 16, "decisions": 16, "safety-reviews": 16,
          "refreshers": 16, "criteria": 10}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BOUNDS))
def test_lists_ask_a_bounded_number_of_questions(
    cast: Room, manager: Client, name: str, django_assert_max_num_queries: Any
) -> None:
    everything(cast)
    told(manager, at(name))
    with django_assert_max_num_queries(BOUNDS[name]):
        told(manager, at(name))


def test_a_skills_page_asks_as_much_for_many_cases_as_for_few(
    cast: Room, manager: Client, django_assert_max_num_queries: Any
) -> None:
    skill = cast.cases("+" * 40)
    assert skill is not None
    for name in ("skill", "skill-certify"):
        told(manager, at(name, skill.id))
        with django_assert_max_num_queries(30):
            told(manager, at(name, skill.id))


def test_a_curve_says_what_counts_and_what_several_series_are_worth(
    cast: Room, manager: Client
) -> None:
    skill = cast.cases("+-+")
    assert skill is not None
    page = told(manager, at("skill", skill.id))
    assert "目前没有待确认的" in page
    assert "同一天的按录入先后" in page
    assert "个序列" not in page
    cast.school.recorded()
    cast.school.recorded(role="assistant", leader=cast.school.mentor)
    page = told(manager, at("skill", skill.id))
    link = f"{at('cases')}?learner="
    assert "另有1例待确认" in page
    listed = page[page.index(link) :].split('"')[0].replace("&amp;", "&")
    assert "共 1 行" in told(manager, listed)
    # Learning that begins anew: the page tells what both series come to, and how.
    review = SafetyReview.objects.create(
        programme=skill.programme, giver=skill.giver, receiver=skill.receiver,
        person=skill.person, code=PROCEDURE, reason="event", note="示例",
        opened_on=today() - timedelta(days=2),
    )  # fmt: skip
    worth = procedure(PROCEDURE).worth
    assert worth is not None
    rate = worth.false_rate
    both = f"1 − (1 − {100 * rate:.1f}%)² = {100 * (1 - (1 - rate) ** 2):.1f}%"
    assert both in told(manager, at("safety-close", review.id))
    SafetyReview.objects.filter(pk=review.pk).update(
        closed_on=today() - timedelta(days=1), restarts="learning", conclusion="重新学习"
    )
    for path in (at("skill", skill.id), at("skill-certify", skill.id)):
        assert both in told(manager, path), path
    page = told(manager, at("criterion", PROCEDURE))
    assert f"两个序列为{100 * (1 - (1 - rate) ** 2):.1f}%，三个为" in page


def test_cases_of_a_day_stand_in_the_order_recorded(cast: Room, manager: Client) -> None:
    """Whoever confirms first, and whatever ids there are: the curve stays the same."""
    first, second = new_id(), new_id()
    on = today() - timedelta(days=1)
    # The later id is recorded first.
    failed = cast.school.recorded(id=second, happened_on=on, success=False)
    worked = cast.school.recorded(id=first, happened_on=on)
    skill = None
    for case in (worked, failed):
        confirm_case(by=cast.school.mentor_user, case=case, entrustment=3)
        skill = cast.skill()
    assert skill is not None
    found = curve_told(skill)
    assert found is not None
    assert found.case_ids == [second, first]
    assert found.curve.value > 0
    said = cast.school.case(happened_on=on, success=False, outcome_note="出血")
    del said["apprenticeship"]
    corrected = correct_case(by=cast.school.learner_user, case=failed, reason="补充", **said)
    confirm_case(by=cast.school.mentor_user, case=corrected, entrustment=3)
    found = curve_told(cast.skill())
    assert found is not None
    assert found.case_ids == [second, first]
