"""Apprenticeships: drafted, signed by both, planned, completed, ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from jiedui.accounts.permissions import viewer_of
from jiedui.core.clock import today
from jiedui.core.errors import InvalidState, NotAllowed, NotVisible, Refused
from jiedui.core.identifiers import new_id
from jiedui.mentoring.access import apprenticeships as access
from jiedui.mentoring.actions import apprenticeships as course
from jiedui.mentoring.actions import decisions, drafting, learning_plans
from jiedui.mentoring.actions.drafting import ApprenticeInput, GoalInput, MentorInput
from jiedui.mentoring.models import Apprenticeship, Decision, LearningFact, LearningGoal
from jiedui.mentoring.queries import apprenticeships as queries
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


def refused(code: str, field: str | None, act: Any) -> None:
    with pytest.raises(Refused) as caught:
        act()
    assert (caught.value.code, caught.value.field) == (code, field)


def facts(record: Apprenticeship, measure: str) -> list[tuple[int, Any, Any]]:
    rows = LearningFact.objects.filter(record_id=record.id, measure=measure)
    return list(rows.order_by("sequence").values_list("sign", "happened_from", "happened_to"))


def test_it_is_signed_by_both(held: School) -> None:
    stage = held.scene.stage
    draft = held.drafted()
    assert draft.state == "draft"
    # Nothing of a plan can be late before both have signed it, however long ago it should begin.
    stands = {line.stands for each in queries.progress(draft, today()) for line in each.lines}
    assert stands == {"not_begun"}
    refused(
        "step-of-other-side", None,
        lambda: course.propose_apprenticeship(by=stage.outsider, apprenticeship=draft),
    )  # fmt: skip
    proposed = course.propose_apprenticeship(by=stage.manager, apprenticeship=draft)
    assert (proposed.state, proposed.signed_receiver_on) == ("proposed", today())
    assert proposed.signed_giver_on is None
    for who in (stage.manager, stage.deputy, stage.outsider):
        with pytest.raises(NotAllowed):
            course.sign_apprenticeship(by=who, apprenticeship=draft)
    signed = course.sign_apprenticeship(by=held.scene.sender, apprenticeship=draft)
    assert (signed.state, signed.signed_giver_by) == ("active", held.scene.sender.id)
    again = course.sign_apprenticeship(by=held.scene.sender, apprenticeship=draft)
    assert again.state == "active"
    assert len(facts(signed, "apprentices")) == len(facts(signed, "apprentice_pairs")) == 1


def test_a_coordinator_says_for_which_side_and_signs_one_only(held: School) -> None:
    coordinator = held.scene.stage.coordinator
    draft = held.drafted()
    refused(
        "side-unnamed", None,
        lambda: course.propose_apprenticeship(by=coordinator, apprenticeship=draft),
    )  # fmt: skip
    course.propose_apprenticeship(by=coordinator, apprenticeship=draft, side="giver")
    refused(
        "both-sides-by-one", None,
        lambda: course.sign_apprenticeship(by=coordinator, apprenticeship=draft),
    )  # fmt: skip
    assert course.sign_apprenticeship(
        by=held.scene.stage.manager, apprenticeship=draft
    ).state == "active"  # fmt: skip


def test_it_is_sent_back_and_changed(held: School) -> None:
    draft = held.drafted()
    course.propose_apprenticeship(by=held.scene.stage.manager, apprenticeship=draft)
    said = {key: value for key, value in held.said().items()
            if key not in ("programme", "giver", "receiver", "goals")}  # fmt: skip
    refused(
        "apprenticeship-signed", None,
        lambda: drafting.edit_apprenticeship(
            by=held.scene.sender, apprenticeship=draft, **said
        ),
    )  # fmt: skip
    course.send_back_apprenticeship(
        by=held.scene.sender, apprenticeship=draft, reason="请补充夜班安排。"
    )
    back = drafting.edit_apprenticeship(
        by=held.scene.sender, apprenticeship=draft, **said | {"aim": "夜班可独立处置"}
    )
    assert (back.state, back.aim, back.signed_receiver_on) == ("draft", "夜班可独立处置", None)
    row = back.apprentices.get()
    assert row.baselines.get().level == 1
    assert row.answers.filter(met=True).count() == 2
    gone = course.withdraw_apprenticeship(
        by=held.scene.sender, apprenticeship=draft, reason="改为团队带教。"
    )
    assert gone.state == "withdrawn"


def test_what_cannot_be_drafted(held: School) -> None:
    stage = held.scene.stage
    mentor = MentorInput(held.mentor, held.posting)
    one = ApprenticeInput(held.second)
    for changes, code, field in (
        ({"form": "nonsense"}, "code-unknown", "form"),
        ({"form": "one_to_many"}, "apprentices-unfit", "apprentices"),
        ({"form": "team_to_team", "team": "卒中团队"}, "mentors-unfit", "mentors"),
        ({"form": "team_to_team"}, "text-missing", "team"),
        ({"mentors": []}, "mentors-unfit", "mentors"),
        ({"mentors": [MentorInput(stage.surgeon, held.posting)]}, "posting-of-other", "mentors"),
        ({"mentors": [replace(mentor, lead=False)]}, "lead-mentor-one", "mentors"),
        ({"mentors": [mentor, mentor]}, "lead-mentor-one", "mentors"),
        ({"mentors": [MentorInput(held.second)]}, "mentor-is-learner", "mentors"),
        ({"apprentices": [one, one]}, "apprentices-unfit", "apprentices"),
        ({"apprentices": [ApprenticeInput(held.mentor)]}, "person-elsewhere", "apprentices"),
        ({"starts_on": END, "ends_on": BEGIN}, "dates-out-of-order", "ends_on"),
        ({"least_months": 40}, "least-time-too-long", "least_months"),
        ({"giver": stage.other_giver}, "not-paired", "receiver"),
        ({"goals": [GoalInput("procedure", PROCEDURE, END + timedelta(days=1))]},
         "goal-outside-dates", "due_on"),
        ({"goals": [GoalInput("procedure", PROCEDURE, END)] * 2}, "goal-twice", "code"),
        ({"goals": [GoalInput("activity", PROCEDURE, END)]}, "code-unknown", "code"),
        ({"goals": [GoalInput("procedure", PROCEDURE, END, level=6)]},
         "number-out-of-range", "level"),
        ({"specialty": "99x"}, "code-unknown", "specialty"),
    ):  # fmt: skip
        refused(
            code, field,
            lambda given=changes: drafting.create_apprenticeship(
                by=None, **held.said(**given)
            ),
        )  # fmt: skip
    assert Apprenticeship.objects.count() == 1


def test_a_creation_is_once_by_its_id(held: School) -> None:
    id = new_id()
    assert held.drafted(id=id) == held.drafted(id=id)
    refused("id-taken", None, lambda: held.drafted(id=id, aim="别的"))


def test_a_mentor_drafts_and_a_manager_signs(held: School) -> None:
    draft = drafting.create_apprenticeship(by=held.mentor_user, **held.said())
    drafting.set_plan(
        by=held.mentor_user, apprenticeship=draft,
        goals=[GoalInput("procedure", OTHER_PROCEDURE, END, 20, 3)],
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        course.propose_apprenticeship(by=held.mentor_user, apprenticeship=draft)
    with pytest.raises(NotAllowed):
        drafting.create_apprenticeship(by=held.second_user, **held.said())
    drafting.set_plan(by=None, apprenticeship=draft, goals=[])
    refused(
        "plan-missing", "goals",
        lambda: course.propose_apprenticeship(by=held.scene.sender, apprenticeship=draft),
    )  # fmt: skip


def test_a_signed_plan_changes_with_both_signatures(held: School) -> None:
    stage, tie = held.scene.stage, held.apprenticeship
    goals = [GoalInput("procedure", PROCEDURE, END, 20, 4),
             GoalInput("procedure", OTHER_PROCEDURE, END, 10, 3)]  # fmt: skip
    refused(
        "apprenticeship-signed", None,
        lambda: drafting.set_plan(by=stage.manager, apprenticeship=tie, goals=goals),
    )  # fmt: skip
    change = learning_plans.propose_plan_change(
        by=stage.manager, apprenticeship=tie, goals=goals, reason="病例不足，改学阑尾。"
    )
    assert LearningGoal.objects.get(apprenticeship=tie, code=PROCEDURE).cases == 30
    refused(
        "plan-change-open", None,
        lambda: learning_plans.propose_plan_change(
            by=held.scene.sender, apprenticeship=tie, goals=goals, reason="再改。"
        ),
    )  # fmt: skip
    for who in (stage.manager, stage.deputy, stage.outsider, held.mentor_user):
        with pytest.raises(NotAllowed):
            learning_plans.answer_plan_change(by=who, change=change, accept=True)
    signed = learning_plans.answer_plan_change(by=held.scene.sender, change=change, accept=True)
    assert [row["code"] for row in signed.before or []] == [PROCEDURE, ACTIVITY]
    assert list(tie.goals.order_by("position").values_list("code", "cases")) == [
        (PROCEDURE, 20), (OTHER_PROCEDURE, 10),
    ]  # fmt: skip
    assert tie.apprentices.get().baselines.get().goal.code == PROCEDURE
    refused(
        "plan-unchanged", "goals",
        lambda: learning_plans.propose_plan_change(
            by=stage.manager, apprenticeship=tie, goals=goals, reason="同样。"
        ),
    )  # fmt: skip


def test_a_change_is_not_taken_or_taken_back(held: School) -> None:
    tie, goals = held.apprenticeship, [GoalInput("procedure", OTHER_PROCEDURE, END, 10, 3)]
    change = learning_plans.propose_plan_change(
        by=held.scene.stage.manager, apprenticeship=tie, goals=goals, reason="改。"
    )
    refused(
        "text-missing", "answer",
        lambda: learning_plans.answer_plan_change(
            by=held.scene.sender, change=change, accept=False
        ),
    )  # fmt: skip
    learning_plans.answer_plan_change(
        by=held.scene.stage.manager, change=change, accept=False, answer="收回。"
    )
    assert tie.goals.count() == 2
    refused(
        "plan-change-answered", None,
        lambda: learning_plans.answer_plan_change(
            by=held.scene.sender, change=change, accept=True
        ),
    )  # fmt: skip


def decided(held: School, code: str, on: date, level: int = 4) -> Decision:
    stage = held.scene.stage
    return decisions.decide(
        by=None, programme=stage.programme, giver=stage.giver, receiver=stage.receiver,
        person=held.learner, code=code, assessor=held.mentor, on=on, level=level,
    )  # fmt: skip


def test_it_is_completed_after_its_least_time(held: School) -> None:
    stage, tie = held.scene.stage, held.apprenticeship
    row = tie.apprentices.get()
    refused(
        "least-time-not-over", "on",
        lambda: course.complete_apprenticeship(
            by=stage.manager, apprenticeship=tie, outcomes={row.id: "independent"}, on=day(60)
        ),
    )  # fmt: skip
    refused(
        "outcomes-missing", "outcomes",
        lambda: course.complete_apprenticeship(by=stage.manager, apprenticeship=tie, outcomes={}),
    )  # fmt: skip
    refused(
        "outcome-unfit", "outcomes",
        lambda: course.complete_apprenticeship(
            by=stage.manager, apprenticeship=tie, outcomes={row.id: "gave_up"}
        ),
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        course.complete_apprenticeship(
            by=held.scene.sender, apprenticeship=tie, outcomes={row.id: "independent"}
        )
    finish = partial(
        course.complete_apprenticeship,
        by=stage.manager, apprenticeship=tie, outcomes={row.id: "independent"}, on=day(120),
    )  # fmt: skip
    refused("independence-unproven", "outcomes", finish)
    *lines, last = tie.goals.all()
    for goal in lines:
        decided(held, goal.code, day(100))
    decided(held, last.code, day(100), level=3)
    too_late = decided(held, last.code, day(121))
    refused("independence-unproven", "outcomes", finish)
    withdrawn = decided(held, last.code, day(110))
    decisions.withdraw_decision(by=None, decision=withdrawn, reason="记错了人")
    assert too_late.withdrawn_on is None
    refused("independence-unproven", "outcomes", finish)
    decided(held, last.code, day(115))
    done = finish()
    assert (done.state, done.ended_on) == ("completed", day(120))
    assert tie.mentors.get().last_day == day(120)
    assert facts(tie, "apprentices_independent") == [(1, day(120), day(120))]
    assert [sign for sign, *_ in facts(tie, "apprentices")] == [1, -1, 1]
    with pytest.raises(InvalidState):
        course.extend_apprenticeship(
            by=stage.manager, apprenticeship=tie, until=END + timedelta(days=9), reason="晚。"
        )


def test_progress_compares_and_never_averages(held: School) -> None:
    for number, level in enumerate((2, 3, 2)):
        held.confirmed(level=level, happened_on=day(5 + number))
    held.recorded(happened_on=day(9))
    # One more was watched, which is not one done.
    held.confirmed(role="observer", happened_on=day(10))
    line = queries.progress(held.apprenticeship, today())[0].lines[0]
    assert (line.cases, line.level, line.formal, line.stands) == (3, 2, False, "behind")
    assert line.before is not None
    assert (line.before.level, line.before.cases_before) == (1, 5)


def test_who_sees_an_apprenticeship(held: School) -> None:
    stage = held.scene.stage
    seeing = (
        held.learner_user, held.mentor_user, stage.manager, stage.coordinator, held.scene.sender,
    )  # fmt: skip
    for who in seeing:
        found = access.get_apprenticeship(viewer_of(who), held.apprenticeship.id)
        assert found == held.apprenticeship
    for who in (held.second_user, stage.outsider, stage.expert):
        with pytest.raises(NotVisible):
            access.get_apprenticeship(viewer_of(who), held.apprenticeship.id)
