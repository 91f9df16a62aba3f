"""Who teaches and who learns: successors, who lacks a mentor, who leaves and joins; studios."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jiedui.accounts.permissions import viewer_of
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, NotAllowed, Refused
from jiedui.mentoring.access import apprenticeships as access
from jiedui.mentoring.actions import apprenticeships as course
from jiedui.mentoring.actions import cases, drafting, mentors, studios
from jiedui.mentoring.actions.drafting import ApprenticeInput
from jiedui.mentoring.models import Apprenticeship, LearningFact, Mentor
from jiedui.mentoring.queries import apprenticeships as queries
from jiedui.mentoring.queries.cases import awaiting
from jiedui.programmes import actions as programmes
from tests.lasting import lasting
from tests.learning_cast import (
    BEGIN,
    END,
    PROCEDURE,
    School,
    day,
    school,
)

pytestmark = pytest.mark.django_db


the_cast, held = lasting(school)


def refused(code: str, field: str | None, act: Any) -> None:
    with pytest.raises(Refused) as caught:
        act()
    assert (caught.value.code, caught.value.field) == (code, field)


def facts(record: Apprenticeship, measure: str) -> list[tuple[int, Any, Any]]:
    rows = LearningFact.objects.filter(record_id=record.id, measure=measure)
    return list(rows.order_by("sequence").values_list("sign", "happened_from", "happened_to"))


def test_a_mentor_is_succeeded_as_the_handover_says(held: School) -> None:
    stage, tie = held.scene.stage, held.apprenticeship
    coming = held.scene.nominated(
        person=held.scene.second, planned_from=END + timedelta(days=1),
        planned_to=END + timedelta(days=200),
    )  # fmt: skip
    programmes.open_handover(by=stage.manager, outgoing=held.posting, incoming=coming)
    mentor = Mentor.objects.get(apprenticeship=tie)
    found = queries.successors(tie, mentor)
    assert [(each.posting.id, each.from_handover) for each in found] == [(coming.id, True)]
    course.extend_apprenticeship(
        by=stage.manager, apprenticeship=tie, until=END + timedelta(days=90), reason="续学。"
    )
    new = mentors.succeed_mentor(
        by=held.scene.sender, mentor=mentor, person=coming.person, posting=coming,
        on=END + timedelta(days=1),
    )  # fmt: skip
    mentor.refresh_from_db()
    assert (mentor.last_day, new.lead, new.took_over_from_id) == (END, True, mentor.id)
    assert mentors.succeed_mentor(
        by=held.scene.sender, mentor=mentor, person=coming.person, posting=coming,
        on=END + timedelta(days=1),
    ) == new  # fmt: skip
    refused(
        "mentor-succeeded", None,
        lambda: mentors.succeed_mentor(
            by=held.scene.sender, mentor=mentor, person=stage.surgeon, on=today()
        ),
    )  # fmt: skip
    assert len([row for row in facts(tie, "apprentice_pairs") if row[0] > 0]) == 3


def test_who_is_to_be_succeeded_teaches_to_the_last_day(held: School) -> None:
    stage, tie = held.scene.stage, held.apprenticeship
    later = today() + timedelta(days=9)
    mentors.succeed_mentor(
        by=stage.manager, mentor=tie.mentors.get(), person=held.scene.second, on=later
    )
    viewer = viewer_of(held.mentor_user)
    found = access.get_apprenticeship(viewer, tie.id)
    assert queries.names_of(found.mentors.order_by("first_day")) == [held.mentor.name]
    assert access.is_mentor(viewer, found)
    assert queries.own_logbooks(viewer) == [found]
    case = held.recorded(happened_on=today(), mentor=held.scene.second)
    assert set(awaiting(viewer)) == {case}
    assert cases.confirm_case(by=held.mentor_user, case=case, entrustment=3).entrustment == 3
    # The day after it is the successor's.
    tie.mentors.filter(person=held.mentor).update(last_day=today() - timedelta(days=1))
    tie.mentors.filter(person=held.scene.second).update(first_day=today())
    assert not access.is_mentor(viewer, found)
    assert queries.own_logbooks(viewer) == []
    assert queries.names_of(found.mentors.order_by("first_day")) == [held.scene.second.name]


def test_nobody_is_left_without_a_mentor_unseen(held: School) -> None:
    stage, tie = held.scene.stage, held.apprenticeship
    viewer = viewer_of(stage.manager)
    assert not queries.unmentored(viewer).exists()
    assert not queries.mentor_leaving(viewer, END - timedelta(days=90)).exists()
    course.extend_apprenticeship(
        by=stage.manager, apprenticeship=tie, until=END + timedelta(days=90), reason="续学。"
    )
    assert list(queries.mentor_leaving(viewer, END - timedelta(days=10))) == [tie]
    programmes.return_early(
        by=stage.manager, posting=held.posting, reason="家中有事。", on=day(190)
    )
    assert list(queries.unmentored(viewer)) == [tie]
    assert not queries.unmentored(viewer_of(stage.outsider)).exists()
    mentors.add_mentor(by=stage.manager, apprenticeship=tie, person=stage.surgeon)
    assert not queries.unmentored(viewer).exists()
    for row in tie.mentors.all():
        mentors.end_mentor(by=stage.manager, mentor=row)
    assert list(queries.unmentored(viewer)) == [tie]
    held_row = queries.apprenticeships_of(viewer).get(pk=tie.pk)
    assert queries.mentoring_of(held_row, today()) == "nobody"


def test_one_of_several_leaves_and_another_joins(held: School) -> None:
    stage = held.scene.stage
    tie = drafting.create_apprenticeship(
        by=stage.manager,
        **held.said(
            form="one_to_many",
            apprentices=[ApprenticeInput(held.second), ApprenticeInput(stage.nurse)],
        ),
    )
    course.propose_apprenticeship(by=stage.manager, apprenticeship=tie, on=BEGIN)
    tie = course.sign_apprenticeship(by=held.scene.sender, apprenticeship=tie, on=BEGIN)
    row = tie.apprentices.get(person=stage.nurse)
    refused(
        "outcome-unfit", "outcome",
        lambda: course.apprentice_leaves(by=stage.manager, apprentice=row, outcome="independent"),
    )  # fmt: skip
    course.apprentice_leaves(by=stage.manager, apprentice=row, outcome="left_hospital", on=day(50))
    last = tie.apprentices.get(person=held.second)
    refused(
        "last-apprentice", None,
        lambda: course.apprentice_leaves(by=stage.manager, apprentice=last, outcome="gave_up"),
    )  # fmt: skip
    joined = course.join_apprentice(
        by=stage.manager, apprenticeship=tie,
        apprentice=ApprenticeInput(held.learner, joined_on=day(60)),
    )  # fmt: skip
    assert joined.joined_on == day(60)
    drafting.say_baseline(
        by=stage.manager, apprentice=joined, before={PROCEDURE: (2, 4)}, criteria={"licensed": True}
    )
    assert joined.baselines.get().level == 2
    ended = course.end_apprenticeship(
        by=held.scene.sender, apprenticeship=tie, reason="导师提前返回。", on=day(100)
    )
    assert ended.state == "ended"
    assert set(tie.apprentices.values_list("outcome", "left_on")) == {
        ("left_hospital", day(50)), ("ended", day(100)),
    }  # fmt: skip


def test_a_studio_has_members_days_and_outputs(held: School) -> None:
    stage = held.scene.stage
    said: dict[str, Any] = {
        "programme": stage.programme, "giver": stage.giver, "receiver": stage.receiver,
        "name": "示例工作室", "leader": held.mentor, "department": held.ward, "valid_from": BEGIN,
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        studios.open_studio(by=stage.outsider, **said)
    studio = studios.open_studio(by=held.scene.sender, **said)
    refused("studio-again", "name", lambda: studios.open_studio(by=stage.manager, **said))
    fact = LearningFact.objects.get(record_id=studio.id)
    assert (fact.measure, fact.happened_from) == ("studios_open", BEGIN)
    studios.add_member(by=held.mentor_user, studio=studio, person=held.learner, on=day(1))
    refused(
        "member-again", "person",
        lambda: studios.add_member(by=stage.manager, studio=studio, person=held.learner, on=day(2)),
    )  # fmt: skip
    refused(
        "studio-not-open", "on",
        lambda: studios.plan_day(by=stage.manager, studio=studio, on=BEGIN - timedelta(days=1),
                                 topic="早"),
    )  # fmt: skip
    first = studios.plan_day(by=held.mentor_user, studio=studio, on=day(7), topic="病例复盘")
    later = studios.plan_day(
        by=held.mentor_user, studio=studio, on=today() + timedelta(days=3), topic="模拟训练"
    )
    refused(
        "day-in-the-future", "on",
        lambda: studios.tell_day(by=held.mentor_user, day=later, held=True),
    )  # fmt: skip
    refused(
        "text-missing", "note",
        lambda: studios.tell_day(by=held.mentor_user, day=first, held=False),
    )  # fmt: skip
    assert studios.tell_day(by=held.mentor_user, day=first, held=True).held is True
    with pytest.raises(NotAllowed):
        studios.add_output(by=held.second_user, studio=studio, kind="course", title="班", on=day(8))
    with pytest.raises(InvalidInput):
        studios.add_output(by=held.mentor_user, studio=studio, kind="?", title="班", on=day(8))
    studios.add_output(by=held.mentor_user, studio=studio, kind="course", title="班", on=day(8))
    closed = studios.close_studio(by=stage.manager, studio=studio, on=today())
    assert closed.valid_to == today()
    assert set(studio.members.values_list("valid_to", flat=True)) == {today()}
