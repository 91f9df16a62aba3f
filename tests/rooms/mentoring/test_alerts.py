"""What of learning presses upon whom: each kind is found, by few questions, and by no one else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext

from jiedui.accounts.models import User
from jiedui.accounts.permissions import viewer_of
from jiedui.core.clock import today
from jiedui.home.queries.learning import KINDS, from_learning
from jiedui.mentoring.actions.apprenticeships import propose_apprenticeship
from jiedui.mentoring.models import Apprenticeship, Attachment, SafetyReview, Technique
from jiedui.mentoring.queries import alerts as source
from jiedui.mentoring.queries.alerts import alerts
from tests.lasting import lasting
from tests.ledger_cast import account
from tests.programmes_cast import ago
from tests.staying_cast import OTHER, PROCEDURE, Ward, ward

pytestmark = pytest.mark.django_db


the_cast, cast = lasting(ward)


def kinds(user: User) -> dict[str, int]:
    found: dict[str, int] = {}
    for alert in alerts(viewer_of(user)):
        found[alert.kind] = found.get(alert.kind, 0) + alert.count
    return found


def test_where_nothing_waits_nothing_is_told(cast):
    stage = cast.scene.stage
    for user in (stage.manager, stage.coordinator, stage.expert, stage.outsider):
        assert kinds(user) == {}


def everything(cast: Ward) -> None:
    """One of each kind that a manager of the receiver sees to."""
    there = cast.posting("甲一", 100, -30)
    learner = cast.person("乙三")
    tie = cast.apprenticeship(there, learner, ends_on=ago(-200))
    cast.apprenticeship(there, cast.person("乙四"), state="proposed", signed_receiver_on=None)
    certificate = cast.certificate(learner, 700, tie)
    certificate.refreshers.create(lapsed_since=ago(120), months=3, due_on=ago(2))
    SafetyReview.objects.create(
        **cast.sides, person=learner, code=OTHER, reason="alarm", opened_on=ago(9)
    )
    technique = cast.technique(there, "要睡的", expected_cases=12)
    Technique.objects.filter(pk=technique.pk).update(last_case_on=ago(300))
    cast.technique(there, "要批的", state="proposed", first_case_on=None, last_case_on=None)
    mentor = there.person
    cast.case(technique, mentor=None, leader=learner, lead="independent", recorded_by=None)
    cast.case(technique, mentor=mentor, state="returned", learner=learner, leader=learner)
    gone = cast.posting("甲二", 600, 240)
    assert gone.departed_on
    for back in range(20, 7, -1):
        cast.cases(back, expert=9)
    only = cast.person("乙五", until=ago(-20))
    cast.skill(only, level=4, last_case_on=ago(10))
    cast.skill(learner, OTHER, level=5, last_case_on=ago(10))


MANAGER = {
    source.TO_SIGN: 1, source.MENTOR_LEAVES: 1, source.REFRESHERS: 1, source.EXPIRING: 1,
    source.SAFETY: 1, source.DORMANT: 1, source.TO_APPROVE: 1, source.CASES: 1,
    source.COLLAPSE: 1, source.LEAVES: 1,
}  # fmt: skip


def test_each_kind_is_found_by_few_questions(cast):
    everything(cast)
    stage = cast.scene.stage
    assert kinds(stage.manager) == MANAGER
    assert kinds(stage.outsider) == {}
    viewer = viewer_of(stage.manager)
    with CaptureQueriesContext(connection) as asked:
        alerts(viewer)
    own = [each for each in asked if "mentoring_" in each["sql"] or "affiliation" in each["sql"]]
    assert len(own) <= 7, [each["sql"][:160] for each in own]


def test_who_takes_part_is_told_of_the_own(cast):
    everything(cast)
    learner = cast.staff["乙三"]
    user = account("learner", "乙三", "local_clinician", cast.scene.stage.receiver)
    learner.user_id = user.id
    learner.save()
    found = kinds(user)
    assert found[source.CASES_RETURNED] == 1
    assert found[source.REFRESHERS] == 1
    assert source.SAFETY not in found


def test_a_reader_is_asked_nothing(cast):
    everything(cast)
    reader = account("reader", "读者", "viewer", cast.scene.stage.receiver)
    with CaptureQueriesContext(connection) as asked:
        assert kinds(reader) == {}
    assert not [each for each in asked if "mentoring_" in each["sql"]]


def test_a_successor_takes_the_warning_away(cast):
    there = cast.posting("甲一", 100, -30)
    tie = cast.apprenticeship(there, cast.person("乙三"), ends_on=ago(-200))
    assert kinds(cast.scene.stage.manager)[source.MENTOR_LEAVES] == 1
    later = cast.scene.posting("甲三", 5, -300)
    tie.mentors.create(person=later.person, posting=later, lead=False, first_day=ago(5))
    assert source.MENTOR_LEAVES not in kinds(cast.scene.stage.manager)


def test_a_second_who_can_takes_the_warning_away(cast):
    only, other = cast.person("乙五", until=ago(-20)), cast.person("乙六")
    cast.skill(only, level=4, last_case_on=ago(10))
    assert kinds(cast.scene.stage.manager) == {source.LEAVES: 1}
    skill = cast.skill(other, level=3, certified_to=today() + timedelta(days=9), cases=40)
    assert kinds(cast.scene.stage.manager) == {source.LEAVES: 1}
    skill.last_case_on = ago(4)
    skill.save()
    assert kinds(cast.scene.stage.manager) == {}


def test_a_person_who_moves_within_the_hospital_does_not_leave(cast):
    only = cast.person("乙五", until=ago(-20))
    only.affiliations.create(
        organisation=cast.scene.stage.receiver, valid_from=ago(-21), valid_to=None
    )
    cast.skill(only, level=4, last_case_on=ago(10))
    assert kinds(cast.scene.stage.manager) == {}


def test_who_is_posted_in_the_days_of_an_attachment_is_told_of(cast):
    there = cast.posting("甲一", 100, -30)
    away = Attachment.objects.create(
        **cast.sides, person=there.person, kind="clinical", state="accepted", accepted_on=ago(9),
        planned_from=ago(-20), planned_to=ago(-50), starts_on=ago(-20), ends_on=ago(-50),
    )  # fmt: skip
    manager = cast.scene.stage.manager
    assert kinds(manager) == {source.POSTED: 1}
    client = Client()
    client.force_login(manager)
    page = client.get(reverse("mentoring:attachment", args=[away.id])).content.decode()
    assert "派驻期间" in page
    Attachment.objects.update(starts_on=ago(-31))
    assert kinds(manager) == {}
    page = client.get(reverse("mentoring:attachment", args=[away.id])).content.decode()
    assert "派驻期间" not in page


def test_a_change_of_a_plan_waits_for_the_other_side(cast):
    stage = cast.scene.stage
    sender = account("sender", "派出己", "supporter_manager", stage.giver)
    tie = cast.apprenticeship(cast.posting("甲一", 100, -30), cast.person("乙三"), ends_on=ago(-20))
    change = tie.plan_changes.create(
        goals=[], reason="加一项。", side="giver", proposed_on=ago(3)
    )  # fmt: skip
    assert kinds(stage.manager)[source.CHANGES] == 1
    assert source.CHANGES not in kinds(sender)
    waiting, _late = from_learning(viewer_of(stage.manager))
    assert any(str(change.id) in item.url for item in waiting)
    tie.plan_changes.update(side="receiver")
    assert kinds(sender)[source.CHANGES] == 1
    assert source.CHANGES not in kinds(stage.manager)
    tie.plan_changes.update(answered_on=today(), accepted=True)
    assert source.CHANGES not in kinds(sender)


def test_a_draft_that_came_back_waits_until_it_is_laid_before_the_other_side_again(cast):
    stage = cast.scene.stage
    sender = account("sender", "派出己", "supporter_manager", stage.giver)
    tie = cast.apprenticeship(
        cast.posting("甲一", 100, -30), cast.person("乙三"), state="draft", ends_on=ago(-20),
        signed_giver_on=None, signed_receiver_on=None,
    )  # fmt: skip
    tie.goals.create(kind="procedure", code=PROCEDURE, due_on=ago(-20), cases=9, level=4)
    assert source.SENT_BACK not in kinds(stage.manager)
    Apprenticeship.objects.update(reason="请先写明基线")
    assert kinds(stage.manager)[source.SENT_BACK] == kinds(sender)[source.SENT_BACK] == 1
    assert kinds(stage.outsider) == {}
    again = propose_apprenticeship(by=stage.manager, apprenticeship=tie)
    assert (again.reason, source.SENT_BACK in kinds(stage.manager)) == ("", False)


@pytest.mark.parametrize("kind", [kind for kind, told in KINDS.items() if told.query])
def test_the_list_behind_a_kind_is_narrowed_to_it(cast, kind):
    client = Client()
    client.force_login(cast.scene.stage.manager)
    told = KINDS[kind]
    page = client.get(reverse(f"mentoring:{told.every}"), dict(told.query)).content.decode()
    for _key, value in told.query:
        assert f'value="{value}" selected' in page


def test_every_kind_is_told_with_its_place(cast):
    everything(cast)
    waiting, late = from_learning(viewer_of(cast.scene.stage.manager))
    assert {item.kind for item in (*waiting, *late)} == set(MANAGER)
    assert all(item.title and item.action for item in (*waiting, *late))
    collapse = next(item for item in late if item.kind == source.COLLAPSE)
    assert "/learning/staying/after/" in collapse.url
    assert "示例东州医院" in collapse.detail
    assert set(KINDS) >= set(MANAGER)
    # By the name that its pages have.
    for kind in (source.TO_ANSWER, source.TO_BEGIN):
        assert "双向评价" in gettext(KINDS[kind].title)
