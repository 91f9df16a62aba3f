"""Work plans, meetings, visits and tasks."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from jiedui.accounts.permissions import viewer_of
from jiedui.core.clock import today
from jiedui.core.errors import NotAllowed, NotVisible, Refused
from jiedui.core.identifiers import new_id
from jiedui.programmes import access, actions, queries
from jiedui.programmes.actions import Attending
from jiedui.programmes.models import Meeting, PlanItem, ProgrammeFact, Task, WorkPlan
from tests.lasting import lasting
from tests.ledger_cast import SINCE, Stage, account
from tests.ledger_cast import stage as set_stage

pytestmark = pytest.mark.django_db
ENDS = date(2026, 12, 31)


the_cast, stage = lasting(set_stage)


@pytest.fixture
def plan(stage: Stage) -> WorkPlan:
    return actions.create_plan(
        by=stage.coordinator, programme=stage.programme, title="示例三年工作计划",
        owner=stage.receiver, valid_from=SINCE, valid_to=ENDS,
    )  # fmt: skip


def refused(act: Any, *args: Any, **more: Any) -> tuple[str, str | None]:
    with pytest.raises(Refused) as caught:
        act(*args, **more)
    assert str(caught.value)
    return caught.value.code, caught.value.field


def test_goals_actions_and_indicators_stand_in_their_order(stage: Stage, plan: WorkPlan) -> None:
    add = actions.add_plan_item
    said: dict[str, Any] = {"by": stage.coordinator, "plan": plan}
    goal = add(
        **said, level="goal", title="卒中救治不出县", evidence="2023年外转卒中患者占四成",
        evidence_url="/ledger/",
    )  # fmt: skip
    assert refused(add, **said, level="goal", title="甲", parent=goal)[0] == "plan-goal-below"
    assert refused(add, **said, level="action", title="甲") == ("plan-parent-wrong", "parent")
    assert refused(add, **said, level="indicator", title="甲", parent=goal)[0] == (
        "plan-parent-wrong"
    )
    assert refused(add, **said, level="wish", title="甲") == ("plan-level-unknown", "level")
    act = add(**said, level="action", title="建卒中绿道", parent=goal, due_on=date(2024, 6, 1))
    later = add(**said, level="action", title="培训溶栓", parent=goal, owner=stage.receiver)
    sign = add(
        **said, level="indicator", title="到院至给药时间", parent=act, indicator="door_to_needle",
        baseline=Decimal(90), value=Decimal(45),
    )  # fmt: skip
    other = actions.create_plan(
        by=None, programme=stage.programme, title="另一计划", owner=stage.receiver
    )
    foreign = refused(add, by=None, plan=other, level="action", title="甲", parent=goal)
    assert foreign[0] == "plan-parent-wrong"
    for link in ("javascript:alert(1)", "//x.example/a", "data:text/html,x"):
        found = refused(add, **said, level="goal", title="乙", evidence_url=link)
        assert found == ("link-refused", "evidence_url")
    outside = refused(add, **said, level="action", title="乙", parent=goal, due_on=date(2027, 1, 1))
    assert outside == ("due-outside-plan", "due_on")
    lines = queries.plans.plan_lines(plan, today())
    assert [line.item for line in lines] == [goal, act, sign, later]
    assert (lines[0].branch.actions, lines[0].branch.overdue) == (2, 1)
    assert list(queries.plans.actions_overdue(today())) == [act]
    finish = actions.finish_plan_item
    assert refused(finish, by=None, item=goal, on=SINCE)[0] == "plan-item-no-action"
    future = refused(finish, by=None, item=act, on=today() + timedelta(days=1))
    assert future == ("day-in-the-future", "on")
    finish(by=stage.coordinator, item=act, on=date(2024, 7, 1))
    row = queries.plans.with_progress(WorkPlan.objects.filter(pk=plan.pk), today()).get()
    assert (row.acts, row.done, row.late) == (2, 1, 0)
    finish(by=stage.coordinator, item=act, on=None)
    assert PlanItem.objects.get(pk=act.pk).done_on is None


def test_the_same_id_twice_is_one_item(stage: Stage, plan: WorkPlan) -> None:
    said = {"by": None, "id": new_id(), "plan": plan, "level": "goal", "title": "目标"}
    made = actions.add_plan_item(**said)
    assert actions.add_plan_item(**said) == made
    assert refused(actions.add_plan_item, **said | {"title": "别的"})[0] == "id-taken"


def meet(stage: Stage, **changes: Any) -> Meeting:
    said: dict[str, Any] = {
        "by": stage.coordinator, "programme": stage.programme, "kind": "progress",
        "title": "示例推进会", "held_from": date(2024, 5, 6),
        "bodies": [Attending(stage.giver, "organiser"), Attending(stage.receiver, "host")],
    }  # fmt: skip
    return actions.create_meeting(**said | changes)


def test_a_visit_has_a_delegation_and_a_ceremony_is_never_counted(stage: Stage) -> None:
    before = ProgrammeFact.objects.count()
    visit = meet(
        stage, kind="exchange_visit", title="来访", delegation=17, agenda="座谈、查房",
        outputs="签订意向", held_to=date(2024, 5, 8),
    )  # fmt: skip
    launch = meet(stage, kind="launch", title="启动仪式")
    assert (visit.delegation, launch.held_to) == (17, launch.held_from)
    assert refused(meet, stage, delegation=5) == ("delegation-refused", "delegation")
    assert refused(meet, stage, kind="exchange_visit", delegation=0) == (
        "number-out-of-range",
        "delegation",
    )
    assert refused(meet, stage, held_to=date(2024, 5, 1)) == ("dates-out-of-order", "held_to")
    assert refused(meet, stage, bodies=[], by=None) == ("bodies-missing", "bodies")
    twice = [Attending(stage.giver, "host")] * 2
    assert refused(meet, stage, bodies=twice) == ("body-twice", "bodies")
    assert refused(meet, stage, kind="宴会") == ("code-unknown", "kind")
    assert ProgrammeFact.objects.count() == before


def test_decisions_become_tasks_and_tasks_get_done(stage: Stage) -> None:
    meeting = meet(stage)
    actions.minute_meeting(
        by=stage.coordinator,
        meeting=meeting,
        agenda="半年小结",
        decisions="一、建卒中中心\n二、补编",
    )
    meeting.refresh_from_db()
    assert meeting.decisions.startswith("一、")
    yesterday = today() - timedelta(days=1)
    said = {"by": stage.coordinator, "programme": stage.programme, "owner": stage.receiver}
    late = actions.add_task(**said, title="报送编制", due_on=yesterday, meeting=meeting)
    actions.add_task(**said, title="不急")
    soon = actions.add_task(**said, title="今日事", due_on=today())
    manager = viewer_of(stage.manager)
    assert [t.title for t in queries.plans.open_tasks(manager)] == ["报送编制", "今日事", "不急"]
    assert list(queries.plans.open_tasks(viewer_of(stage.outsider))) == []
    # An expert records the own work and answers for no task of the house.
    assert list(queries.plans.open_tasks(viewer_of(stage.expert))) == []
    with pytest.raises(NotAllowed):
        actions.finish_task(by=stage.outsider, task=late, on=today())
    future = today() + timedelta(days=1)
    assert refused(actions.finish_task, by=stage.manager, task=late, on=future)[0] == (
        "day-in-the-future"
    )
    actions.finish_task(by=stage.manager, task=late, on=today(), note="已报县编办")
    actions.finish_task(by=stage.manager, task=late, on=today(), note="已报县编办")
    assert refused(actions.finish_task, by=stage.manager, task=late, on=yesterday)[0] == "task-done"
    assert [t.title for t in queries.plans.tasks_of(meeting.id)] == ["报送编制"]
    assert Task.objects.get(pk=late.pk).done_note == "已报县编办"
    assert queries.plans.open_tasks(manager).first() == soon


def test_who_sees_and_who_changes(stage: Stage, plan: WorkPlan) -> None:
    meeting = meet(stage)
    task = actions.add_task(
        by=None, programme=stage.programme, owner=stage.giver, title="选派", meeting=meeting
    )
    outsider, manager = viewer_of(stage.outsider), viewer_of(stage.manager)
    giver = viewer_of(account("giving", "支援方", "viewer", stage.giver))
    for get, thing in (
        (access.get_plan, plan), (access.get_meeting, meeting), (access.get_task, task),
    ):  # fmt: skip
        assert get(manager, thing.id) == thing
        assert get(giver, thing.id) == thing
        with pytest.raises(NotVisible):
            get(outsider, thing.id)
    for act in (
        lambda: actions.create_plan(
            by=stage.manager, programme=stage.programme, title="甲", owner=stage.receiver
        ),
        lambda: actions.add_plan_item(by=stage.manager, plan=plan, level="goal", title="甲"),
        lambda: meet(stage, by=stage.manager),
        lambda: actions.minute_meeting(by=stage.manager, meeting=meeting, decisions="甲"),
        lambda: actions.add_task(
            by=stage.manager, programme=stage.programme, owner=stage.receiver, title="甲"
        ),
        lambda: actions.finish_task(by=stage.manager, task=task, on=today()),
    ):
        with pytest.raises(NotAllowed):
            act()
