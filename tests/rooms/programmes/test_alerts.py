"""What presses: told to the side that can act, and to nobody else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from jiedui.accounts.permissions import viewer_of
from jiedui.core.clock import now, today
from jiedui.directory import actions as directory
from jiedui.programmes.models import (
    Agreement,
    AgreementParty,
    AgreementReview,
    Credential,
    Handover,
    PlanItem,
    Posting,
    SelfEvaluation,
    Task,
    WelfareItem,
    Wish,
    WorkPlan,
)
from jiedui.programmes.queries import alerts as queries
from jiedui.programmes.queries.alerts import alerts
from jiedui.programmes.queries.batches import asked_core
from tests.lasting import lasting
from tests.ledger_cast import account
from tests.programmes_cast import Scene, ago, scene

pytestmark = pytest.mark.django_db


the_cast, cast = lasting(scene)


@pytest.fixture
def sender(cast: Scene):
    return account("sender", "派出己", "supporter_manager", cast.stage.giver)


def kinds(user) -> dict[str, object]:
    return {alert.kind: alert for alert in alerts(viewer_of(user))}


def test_a_post_falls_empty_unless_somebody_follows(cast, sender):
    post = cast.post(100, None)
    cast.posting("甲一", 100, -20, post=post)
    for user in (cast.stage.manager, cast.stage.coordinator, sender):
        found = kinds(user)[queries.FALLS_EMPTY]
        assert (found.id, found.day, found.body_id) == (post.id, ago(-20), cast.stage.receiver.id)
    later = cast.posting("甲二", -25, -90, post=post)
    assert queries.FALLS_EMPTY in kinds(cast.stage.manager)
    Posting.objects.filter(pk=later.pk).update(starts_on=ago(-21))
    assert queries.FALLS_EMPTY not in kinds(cast.stage.manager)
    assert not alerts(viewer_of(cast.stage.outsider))


def test_an_end_far_off_or_of_a_post_that_ends_with_it_presses_not(cast):
    cast.posting("甲一", 100, -61, post=cast.post(100, None))
    cast.posting("甲二", 100, -20, post=cast.post(100, -20))
    assert queries.FALLS_EMPTY not in kinds(cast.stage.manager)


def test_of_two_people_wanted_the_first_that_goes_is_told(cast):
    post = cast.post(100, None, headcount=2)
    cast.posting("甲一", 100, -20, post=post)
    cast.posting("甲二", 100, -200, post=post)
    assert kinds(cast.stage.manager)[queries.FALLS_EMPTY].day == ago(-20)


def test_a_post_with_nobody_stands_empty(cast):
    post = cast.post(30, None)
    assert kinds(cast.stage.manager)[queries.STANDS_EMPTY].id == post.id
    assert kinds(cast.stage.manager)[queries.STANDS_EMPTY].day == ago(30)
    cast.posting("甲二", 25, 11, post=post)
    assert kinds(cast.stage.manager)[queries.STANDS_EMPTY].day == ago(10)
    cast.posting("甲一", -3, -90, post=post)
    assert queries.STANDS_EMPTY not in kinds(cast.stage.manager)


def test_many_of_a_kind_end_in_a_number(cast):
    for number in range(7):
        cast.post(30 + number, None)
    found = [a for a in alerts(viewer_of(cast.stage.manager)) if a.kind == queries.STANDS_EMPTY]
    assert [alert.count for alert in found] == [None, None, None, None, 3]
    assert found[0].day == ago(36)


def test_a_team_below_its_core(cast):
    team = cast.team(core=2)
    cast.posting("甲一", 50, -50, team=team)
    found = kinds(cast.stage.manager)[queries.BELOW_CORE]
    assert (found.count, found.wanted, found.subject) == (1, 2, "示例医疗队")
    cast.posting("甲二", 50, -50, team=team)
    assert queries.BELOW_CORE not in kinds(cast.stage.manager)


def test_a_team_that_says_nothing_takes_the_packs_number(cast):
    team = cast.team()
    cast.posting("甲一", 50, -50, team=team)
    # A few people sent together are no group-style team; one who is sent so makes it one.
    assert queries.BELOW_CORE not in kinds(cast.stage.manager)
    assert asked_core(team, today()) is None
    cast.posting("甲二", 50, -50, team=team, kind="team")
    assert kinds(cast.stage.manager)[queries.BELOW_CORE].wanted == 5
    assert asked_core(team, today()) == 5


def test_a_licence_that_ends_and_nothing_renews(cast, sender):
    posting = cast.posting("甲一", 50, -50)
    Credential.objects.create(person=posting.person, kind="licence", valid_to=ago(-30))
    assert kinds(sender)[queries.LICENCE_ENDS].subject == "甲一"
    me = account("me", "本人", "expert", cast.stage.giver)
    assert queries.LICENCE_ENDS not in kinds(me)
    posting.person.user_id = me.id
    posting.person.save()
    assert queries.LICENCE_ENDS in kinds(me)
    Credential.objects.create(person=posting.person, kind="licence", valid_to=ago(-400))
    assert queries.LICENCE_ENDS not in kinds(sender)


def test_an_agreement_is_told_from_its_own_day_on(cast, sender):
    found = Agreement.objects.create(
        programme=cast.stage.programme, kind="pairing", title="示例协议", valid_to=ago(-80),
        warn_days=90,
    )  # fmt: skip
    AgreementParty.objects.create(
        agreement=found, organisation=cast.stage.giver, role="giver"
    )  # fmt: skip
    assert kinds(sender)[queries.AGREEMENT_ENDS].id == found.id
    assert queries.AGREEMENT_ENDS not in kinds(cast.stage.manager)
    Agreement.objects.update(warn_days=79)
    assert queries.AGREEMENT_ENDS not in kinds(sender)


def test_handovers_tasks_and_steps_that_are_due(cast, sender):
    outgoing = cast.posting("甲一", 90, 10)
    Handover.objects.create(outgoing=outgoing, due_on=ago(3))
    Task.objects.create(
        programme=cast.stage.programme, title="报送清单", owner=cast.stage.receiver,
        due_on=ago(1),
    )  # fmt: skip
    plain = {"arrived_on": None, "approved_on": None, "departed_on": None}
    cast.posting("甲二", -10, -90, state="nominated", **plain)
    cast.posting("甲三", -10, -90, state="screened", **plain)
    cast.posting("甲四", 2, -90, state="travelling", arrived_on=None)
    cast.posting("甲五", 90, -3)
    Posting.objects.filter(person__name="甲五").update(ends_on=ago(1))
    Wish.objects.create(
        programme=cast.stage.programme, receiver=cast.stage.receiver, giver=cast.stage.giver,
        title="示例需求", asked_at=now() - timedelta(days=4),
    )  # fmt: skip
    manager = kinds(cast.stage.manager)
    assert {
        queries.HANDOVER_LATE, queries.TASK_LATE, queries.TO_APPROVE, queries.ARRIVAL_DUE,
        queries.DEPARTURE_DUE,
    } <= manager.keys()  # fmt: skip
    assert queries.TO_SCREEN not in manager
    assert queries.TO_ANSWER not in manager
    assert kinds(cast.stage.coordinator)[queries.TO_SCREEN].count == 1
    assert kinds(sender)[queries.TO_ANSWER].day == today() - timedelta(days=4)
    assert queries.TASK_LATE not in kinds(sender)


def test_reviews_actions_and_issues_that_nobody_saw_to(cast, sender):
    stage = cast.stage
    agreement = Agreement.objects.create(
        programme=stage.programme, kind="pairing", title="示例协议"
    )  # fmt: skip
    AgreementParty.objects.create(agreement=agreement, organisation=stage.giver, role="giver")
    review = AgreementReview.objects.create(agreement=agreement, due_on=ago(2))
    AgreementReview.objects.create(agreement=agreement, due_on=today())
    plan = WorkPlan.objects.create(
        programme=stage.programme, title="示例计划", owner=stage.receiver
    )  # fmt: skip
    goal = PlanItem.objects.create(plan=plan, level="goal", title="目标")
    act = PlanItem.objects.create(
        plan=plan, parent=goal, level="action", title="建卒中绿道", due_on=ago(4)
    )  # fmt: skip
    posting = cast.posting("甲一", 50, -50)
    item = WelfareItem.objects.create(
        posting=posting, item="housing", issue="停水", raised_on=ago(6)
    )  # fmt: skip

    manager, coordinator, sends = kinds(stage.manager), kinds(stage.coordinator), kinds(sender)
    assert sends[queries.REVIEW_LATE] == coordinator[queries.REVIEW_LATE]
    late = sends[queries.REVIEW_LATE]
    assert (late.id, late.day, late.subject) == (agreement.id, ago(2), "示例协议")
    assert queries.REVIEW_LATE not in manager
    late = manager[queries.ACTION_LATE]
    assert (late.id, late.day, late.body_id) == (plan.id, ago(4), stage.receiver.id)
    assert queries.ACTION_LATE not in sends
    for found in (manager, sends, coordinator):
        issue = found[queries.WELFARE_OPEN]
        assert (issue.id, issue.day, issue.specialty) == (posting.id, ago(6), "housing")
    assert alerts(viewer_of(stage.outsider)) == []

    PlanItem.objects.filter(pk=act.pk).update(owner=stage.giver)
    assert queries.ACTION_LATE not in kinds(stage.manager)
    assert queries.ACTION_LATE in kinds(sender)
    type(review).objects.filter(pk=review.pk).update(held_on=ago(1))
    PlanItem.objects.filter(pk=act.pk).update(done_on=ago(1))
    type(item).objects.filter(pk=item.pk).update(resolved_on=ago(1))
    told = {queries.REVIEW_LATE, queries.ACTION_LATE, queries.WELFARE_OPEN}
    assert not told & kinds(stage.coordinator).keys()


def missing(user) -> bool:
    return queries.HANDOVER_MISSING in kinds(user)


@pytest.mark.parametrize(
    ("begun", "left", "wanted"),
    [(100, 5, True), (100, -14, True), (100, -15, False), (400, 181, False), (400, 180, True),
     (33, 5, False), (34, 5, True)],
)  # fmt: skip
def test_a_handover_that_nobody_began_is_told_by_the_rule_of_the_pack(cast, begun, left, wanted):
    outgoing = cast.posting("甲一", begun, left, post=cast.post(500, None))
    assert missing(cast.stage.manager) is wanted
    if wanted:
        found = kinds(cast.stage.manager)[queries.HANDOVER_MISSING]
        assert (found.id, found.day) == (outgoing.id, ago(left))
        Handover.objects.create(outgoing=outgoing, due_on=ago(left))
        assert not missing(cast.stage.manager)


def test_a_handover_is_missed_only_where_somebody_follows(cast, sender):
    outgoing = cast.posting("甲一", 100, 5)
    assert not missing(cast.stage.manager)
    cast.posting("甲二", 3, -90)
    for user in (cast.stage.manager, cast.stage.coordinator, sender):
        assert missing(user)
    assert not missing(cast.stage.outsider)
    expert = account("posted", "甲一", "expert", cast.stage.giver)
    assert not missing(expert)
    type(outgoing.person).objects.filter(pk=outgoing.person_id).update(user_id=expert.id)
    assert missing(expert)


def test_a_post_waits_for_the_coordinator_and_then_for_a_nomination(cast, sender):
    post = cast.post(30, None)
    type(post).objects.filter(pk=post.pk).update(state="requested", agreed_on=None)
    assert kinds(cast.stage.coordinator)[queries.TO_AGREE].count == 1
    assert queries.TO_AGREE not in kinds(cast.stage.manager)
    assert queries.TO_FILL not in kinds(sender)
    type(post).objects.filter(pk=post.pk).update(state="agreed", agreed_on=ago(9))
    assert queries.TO_AGREE not in kinds(cast.stage.coordinator)
    found = kinds(sender)[queries.TO_FILL]
    assert (found.count, found.day) == (1, ago(9))
    assert queries.TO_FILL not in kinds(cast.stage.manager)
    assert queries.TO_FILL not in kinds(cast.stage.outsider)
    cast.posting("甲一", -3, -90, post=post)
    assert queries.TO_FILL not in kinds(sender)


def test_an_expert_is_told_what_is_the_own(cast):
    gone = cast.posting("甲一", 100, 10)
    expert = account("posted", "甲一", "expert", cast.stage.giver)
    assert alerts(viewer_of(expert)) == []
    type(gone.person).objects.filter(pk=gone.person_id).update(user_id=expert.id)
    assert kinds(expert)[queries.TO_EVALUATE].id == gone.id
    handover = Handover.objects.create(outgoing=gone, due_on=ago(3))
    assert kinds(expert)[queries.HANDOVER_LATE].id == handover.id
    SelfEvaluation.objects.create(posting=gone)
    assert queries.TO_EVALUATE not in kinds(expert)


def test_who_only_reads_is_pressed_by_nothing(cast):
    cast.post(30, None)
    reader = account("reader", "读者", "viewer", cast.stage.receiver)
    assert alerts(viewer_of(reader)) == []


def test_a_title_corrected_afterwards_is_told_and_set_right(cast, sender):
    posting = cast.posting("甲一", 50, -50)
    person = posting.person
    users = (sender, cast.stage.manager, cast.stage.coordinator)
    assert not any(queries.OTHER_TITLE in kinds(user) for user in users)
    directory.give_title(by=None, person=person, title="chief_physician", valid_from=ago(60))
    for user in users:
        found = kinds(user)[queries.OTHER_TITLE]
        assert (found.id, found.subject) == (posting.id, "甲一")
    assert queries.OTHER_TITLE not in kinds(cast.stage.outsider)
    # Of a year gone by it is found in the list, and presses no more.
    Posting.objects.filter(pk=posting.pk).update(
        state="departed", departed_on=ago(1), ends_on=ago(1)
    )
    later = alerts(viewer_of(sender), date(ago(1).year + 1, 1, 1))
    assert queries.OTHER_TITLE not in {alert.kind for alert in later}
    client = Client()
    client.force_login(sender, backend="django.contrib.auth.backends.ModelBackend")
    listed = f"/programmes/{cast.stage.programme.id}/postings/?titled=other"
    page = f"/programmes/postings/{posting.id}/"
    assert "甲一" in client.get(listed).content.decode()
    assert "人员档案载明首日职称为“主任医师”" in client.get(page).content.decode()
    asked = client.get(f"{page}title/").content.decode()
    assert "本派驻记为“副主任医师”" in asked
    client.post(f"{page}title/", {"yes": "1"})
    posting.refresh_from_db()
    assert posting.title == "chief_physician"
    assert "职称待核" not in client.get(page).content.decode()
    assert "甲一" not in client.get(listed).content.decode().split("<main")[1]
    assert client.get(f"{page}title/").status_code == 404


def test_the_questions_are_as_many_whatever_there_is(cast, django_assert_max_num_queries):
    for number in range(8):
        cast.posting(f"甲{number}", 100, -20, post=cast.post(100, None))
    viewer = viewer_of(cast.stage.manager)
    with django_assert_max_num_queries(29):
        assert alerts(viewer)
