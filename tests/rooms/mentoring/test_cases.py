"""Cases of a logbook and of a technique: recorded, confirmed, returned, corrected, withdrawn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jiedui.accounts.actions import create_account
from jiedui.accounts.models import AuditRow, User
from jiedui.accounts.permissions import viewer_of
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed, NotVisible, Refused
from jiedui.core.identifiers import new_id
from jiedui.directory import actions as directory
from jiedui.mentoring.access import cases as access
from jiedui.mentoring.actions import apprenticeships, cases
from jiedui.mentoring.actions.cases import Pick
from jiedui.mentoring.actions.mentors import add_mentor
from jiedui.mentoring.models import (
    Attachment,
    Case,
    CaseHistory,
    CaseTally,
    LearningFact,
    Skill,
    Technique,
)
from jiedui.mentoring.queries.cases import awaiting
from jiedui.programmes import actions as programmes
from tests.lasting import lasting
from tests.learning_cast import OTHER_PROCEDURE, PROCEDURE, School, day, school, with_account
from tests.ledger_cast import SINCE

pytestmark = pytest.mark.django_db


the_cast, held = lasting(school)


def technique(held: School, **changes: Any) -> Technique:
    plain: dict[str, Any] = {
        "programme": held.scene.stage.programme, "giver": held.scene.stage.giver,
        "receiver": held.scene.stage.receiver, "department": held.ward, "specialty": "04.01",
        "name": "示例技术", "category": "new_technique", "procedure": PROCEDURE,
        "introduced_by": held.mentor, "proposed_on": day(0), "state": "approved",
        "state_on": day(0), "approved_on": day(0),
    }  # fmt: skip
    return Technique.objects.create(**plain | changes)


def refused(code: str, field: str | None, act: Any) -> None:
    with pytest.raises(Refused) as caught:
        act()
    assert (caught.value.code, caught.value.field) == (code, field)


def test_a_case_is_recorded_and_confirmed(held: School) -> None:
    case = held.recorded()
    assert (case.state, case.lead, case.flags) == ("recorded", "supervised", "")
    assert (case.mentor, case.leader, case.learner) == (held.mentor, held.learner, held.learner)
    assert case.posting_id == held.posting.id
    assert not CaseTally.objects.exists()
    done = cases.confirm_case(by=held.mentor_user, case=case, entrustment=3)
    assert (done.state, done.entrustment, done.confirmed_by) == (
        "confirmed", 3, held.mentor_user.id,
    )  # fmt: skip
    tally = CaseTally.objects.get()
    assert (tally.supervised, tally.failures, tally.month) == (1, 0, day(10).replace(day=1))
    fact = LearningFact.objects.get(record_id=case.id)
    assert (fact.measure, fact.value, fact.item, fact.kind) == (
        "cases_supervised", 1, "04.01", PROCEDURE,
    )  # fmt: skip
    skill = Skill.objects.get(person=held.learner, code=PROCEDURE)
    assert (skill.cases, skill.ad_hoc_level) == (1, 3)


@pytest.mark.parametrize(
    ("role", "supervision", "lead"),
    [
        ("observer", "in_room", "expert"),
        ("assistant", "in_room", "expert"),
        ("shared", "in_room", "joint"),
        ("first_operator", "minutes", "supervised"),
        ("first_operator", "remote", "supervised"),
        ("first_operator", "distant", "independent"),
        ("first_operator", "none", "independent"),
    ],
)
def test_who_led_follows_from_role_and_supervision(
    held: School, role: str, supervision: str, lead: str
) -> None:
    case = held.recorded(role=role, supervision=supervision)
    assert case.lead == lead
    local = lead in ("supervised", "independent")
    assert case.leader == (held.learner if local else held.mentor)


def test_what_cannot_be_is_refused_at_its_field(held: School) -> None:
    stage = held.scene.stage
    stranger = directory.add_person(
        by=None, name="丙九", organisation=stage.other_giver, valid_from=SINCE, example=True
    )
    for changes, code, field in (
        ({"success": None}, "outcome-missing", "success"),
        ({"happened_on": today() + timedelta(days=1)}, "day-in-the-future", "happened_on"),
        ({"happened_on": day(-1)}, "case-before-start", "happened_on"),
        ({"procedure": "no_such"}, "code-unknown", "procedure"),
        ({"role": ""}, "text-missing", "role"),
        ({"supervision": ""}, "text-missing", "supervision"),
        ({"difficulty": "?"}, "code-unknown", "difficulty"),
        ({"mentor": stranger}, "mentor-elsewhere", "mentor"),
        ({"mentor": held.learner}, "mentor-is-learner", "mentor"),
        ({"role": "assistant", "leader": held.learner}, "leader-is-learner", "role"),
        ({"outcome_note": "x" * 201}, "text-too-long", "outcome_note"),
    ):
        refused(code, field, lambda given=changes: held.recorded(**given))
    refused(
        "learner-not-apprentice", "learner",
        lambda: cases.record_case(by=stage.manager, **held.case(learner=held.second)),
    )  # fmt: skip
    assert not Case.objects.exists()


def test_what_an_offices_delay_may_explain_is_flagged(held: School) -> None:
    assert held.recorded(procedure=OTHER_PROCEDURE).flags == "not_in_plan"
    programmes.leave(by=held.scene.stage.manager, posting=held.posting, on=day(20))
    assert held.recorded(happened_on=day(25)).flags == "mentor_away"
    assert held.recorded(happened_on=day(25), supervision="remote").flags == ""
    other = held.recorded(happened_on=day(26), mentor=held.scene.second)
    assert other.flags.split() == ["other_mentor", "mentor_away"]
    # A mentor of the house itself is away while on an attachment.
    Attachment.objects.create(
        programme=held.scene.stage.programme, giver=held.scene.stage.giver,
        receiver=held.scene.stage.receiver, person=held.second, kind="clinical", state="away",
        planned_from=day(30), planned_to=day(40), starts_on=day(30), ends_on=day(40),
        accepted_on=day(29), left_on=day(30),
    )  # fmt: skip
    add_mentor(
        by=held.scene.stage.manager, apprenticeship=held.apprenticeship, person=held.second,
        first_day=day(21),
    )  # fmt: skip
    assert held.recorded(happened_on=day(29), mentor=held.second).flags == ""
    assert held.recorded(happened_on=day(30), mentor=held.second).flags == "mentor_away"


def test_an_apprentice_of_another_hospital_now_is_refused(held: School) -> None:
    directory.post_person(
        by=None, person=held.learner, organisation=held.scene.stage.other_receiver,
        valid_from=day(30),
    )  # fmt: skip
    assert held.recorded(happened_on=day(29)).flags == ""
    refused("person-elsewhere", "learner", lambda: held.recorded(happened_on=day(30)))


def test_cases_after_the_end_go_on_for_who_completed(held: School) -> None:
    stage = held.scene.stage
    row = held.apprenticeship.apprentices.get()
    apprenticeships.complete_apprenticeship(
        by=stage.manager, apprenticeship=held.apprenticeship, on=day(150),
        outcomes={row.id: "partly"},
    )  # fmt: skip
    late = held.recorded(happened_on=day(160), supervision="none")
    assert (late.flags.split(), late.mentor) == (["after_end"], None)
    assert held.recorded(happened_on=day(150)).flags == ""


def test_who_left_early_records_nothing_after(held: School) -> None:
    stage = held.scene.stage
    apprenticeships.end_apprenticeship(
        by=stage.manager, apprenticeship=held.apprenticeship, on=day(50), reason="调离。"
    )
    assert held.recorded(happened_on=day(50)).state == "recorded"
    refused("case-after-leaving", "happened_on", lambda: held.recorded(happened_on=day(51)))


def test_nobody_confirms_an_own_case(held: School) -> None:
    stage = held.scene.stage
    case = held.recorded()
    for who in (held.learner_user, held.second_user, stage.outsider, stage.manager):
        with pytest.raises(NotAllowed):
            cases.confirm_case(by=who, case=case, entrustment=3)
    told = cases.record_case(by=held.mentor_user, **held.case(learner=held.learner))
    with pytest.raises(NotAllowed) as caught:
        cases.confirm_case(by=held.mentor_user, case=told, entrustment=3)
    assert caught.value.code == "own-case"
    # Where the mentor recorded it, no mentor can: the recipient's manager stands in.
    assert access.confirms(viewer_of(stage.manager), told) == "receiver"
    assert cases.confirm_case(by=stage.manager, case=told).state == "confirmed"
    # As long as the mentor can, the manager may not.
    assert access.confirms(viewer_of(stage.manager), case) == ""
    assert set(awaiting(viewer_of(held.mentor_user))) == {case}
    assert not awaiting(viewer_of(stage.manager)).exists()


def test_a_mentor_says_a_level(held: School) -> None:
    case = held.recorded()
    refused(
        "entrustment-missing", "entrustment",
        lambda: cases.confirm_case(by=held.mentor_user, case=case),
    )  # fmt: skip
    refused(
        "number-out-of-range", "entrustment",
        lambda: cases.confirm_case(by=held.mentor_user, case=case, entrustment=6),
    )  # fmt: skip


def test_every_write_is_once_by_its_id(held: School) -> None:
    id, correction = new_id(), new_id()
    one = held.recorded(id=id)
    assert held.recorded(id=id) == one
    refused("id-taken", None, lambda: held.recorded(id=id, success=False))
    cases.confirm_case(by=held.mentor_user, case=one, entrustment=4)
    rows = AuditRow.objects.count()
    cases.confirm_case(by=held.mentor_user, case=one, entrustment=4)
    said = {key: value for key, value in held.case().items() if key != "apprenticeship"}
    again = said | {"success": False, "reason": "填错。"}
    for _ in range(2):
        cases.correct_case(by=held.learner_user, id=correction, case=one, **again)
    refused(
        "id-taken", None,
        lambda: cases.correct_case(by=held.learner_user, id=correction, case=one, **said),
    )  # fmt: skip
    for _ in range(2):
        cases.return_case(by=held.mentor_user, id=held.posting.id, case=one, reason="补充说明。")
    for _ in range(2):
        cases.withdraw_case(by=held.learner_user, id=held.ward.id, case=one, reason="重复。")
    assert AuditRow.objects.count() == rows + 3
    one.refresh_from_db()
    assert (one.state, one.number) == ("withdrawn", 4)
    assert [row.verb for row in CaseHistory.objects.order_by("number")] == [
        "correct", "return", "withdraw",
    ]  # fmt: skip
    first = CaseHistory.objects.get(verb="correct")
    assert (first.said["success"], first.said["entrustment"], first.reason) == (True, 4, "填错。")


def test_a_correction_of_a_confirmed_case_takes_back_what_it_counted(held: School) -> None:
    case = held.confirmed()
    said = {key: value for key, value in held.case().items() if key != "apprenticeship"}
    refused(
        "text-missing", "reason",
        lambda: cases.correct_case(by=held.learner_user, case=case, **said | {"success": False}),
    )  # fmt: skip
    cases.correct_case(
        by=held.learner_user, case=case, reason="误填。", **said | {"supervision": "none"}
    )
    assert CaseTally.objects.get().supervised == 0
    assert sorted(LearningFact.objects.filter(record_id=case.id).values_list("sign", flat=True)) \
        == [-1, 1]  # fmt: skip
    assert Skill.objects.get(person=held.learner, code=PROCEDURE).cases == 0
    case.refresh_from_db()
    cases.confirm_case(by=held.mentor_user, case=case, entrustment=4)
    assert CaseTally.objects.get().independent == 1
    cases.withdraw_case(by=held.mentor_user, case=case, reason="重复登记。")
    assert CaseTally.objects.get().independent == 0


def test_several_are_confirmed_at_once_and_one_refused(held: School) -> None:
    three = [held.recorded(happened_on=day(10 + number)) for number in range(3)]
    answers = cases.confirm_cases(
        by=held.mentor_user, picks=[Pick(three[0], 2), Pick(three[1]), Pick(three[2], 5)]
    )
    assert isinstance(answers[1], InvalidInput)
    assert [row.state for row in Case.objects.order_by("happened_on")] == [
        "confirmed", "recorded", "confirmed",
    ]  # fmt: skip
    assert CaseTally.objects.get().supervised == 2


def test_a_returned_case_comes_again(held: School) -> None:
    case = held.recorded()
    refused(
        "text-missing", "reason",
        lambda: cases.return_case(by=held.mentor_user, case=case, reason=" "),
    )  # fmt: skip
    cases.return_case(by=held.mentor_user, case=case, reason="请写明结局。")
    case.refresh_from_db()
    with pytest.raises(InvalidState):
        cases.confirm_case(by=held.mentor_user, case=case, entrustment=3)
    said = {key: value for key, value in held.case().items() if key != "apprenticeship"}
    back = cases.correct_case(by=held.learner_user, case=case, **said | {"outcome_note": "顺利"})
    assert (back.state, back.number, back.reason) == ("recorded", 3, "")


def test_a_techniques_case_needs_no_apprentice(held: School) -> None:
    stage = held.scene.stage
    found = technique(held)
    led = cases.record_case(
        by=held.mentor_user, technique=found, leader=held.mentor, procedure=PROCEDURE,
        happened_on=day(12), success=True,
    )  # fmt: skip
    assert (led.lead, led.learner, led.posting_id) == ("expert", None, held.posting.id)
    for who in (held.mentor_user, held.learner_user):
        with pytest.raises(NotAllowed):
            cases.confirm_case(by=who, case=led)
    assert cases.confirm_case(by=stage.manager, case=led).state == "confirmed"
    own = cases.record_case(
        by=held.second_user, technique=found, leader=held.second, procedure=PROCEDURE,
        happened_on=day(13), supervision="none", success=True,
    )  # fmt: skip
    assert (own.lead, own.learner) == ("independent", held.second)
    with pytest.raises(NotAllowed):
        cases.confirm_case(by=held.second_user, case=own)
    cases.confirm_case(by=stage.manager, case=own)
    found.refresh_from_db()
    assert (found.cases, found.local_cases) == (2, 1)
    refused(
        "leader-missing", "leader",
        lambda: cases.record_case(
            by=stage.manager, technique=found, procedure=PROCEDURE, happened_on=day(12),
            success=True,
        ),
    )  # fmt: skip
    refused(
        "procedure-of-other-technique", "procedure",
        lambda: cases.record_case(
            by=stage.manager, technique=found, procedure=OTHER_PROCEDURE, happened_on=day(12),
            success=True, leader=held.mentor,
        ),
    )  # fmt: skip


def test_what_was_stopped_takes_no_later_case(held: School) -> None:
    found = technique(held, state="stopped", state_on=day(12), stop_reason="price")
    said = {"by": held.mentor_user, "technique": found, "leader": held.mentor,
            "procedure": PROCEDURE, "success": True}  # fmt: skip
    refused(
        "technique-stopped", "happened_on",
        lambda: cases.record_case(happened_on=day(13), **said),
    )  # fmt: skip
    assert cases.record_case(happened_on=day(12), **said).technique_id == found.id
    assert held.recorded(happened_on=day(13)).technique_id is None
    assert held.recorded(happened_on=day(11)).technique_id == found.id


def test_a_logbooks_case_counts_for_the_departments_technique(held: School) -> None:
    found = technique(held)
    case = held.confirmed()
    assert case.technique_id == found.id
    found.refresh_from_db()
    assert found.cases == 1
    early = technique(held, name="示例未批", procedure=OTHER_PROCEDURE, state="proposed",
                      approved_on=None)  # fmt: skip
    said = cases.record_case(
        by=held.mentor_user, technique=early, leader=held.mentor, procedure=OTHER_PROCEDURE,
        happened_on=day(12), success=True,
    )  # fmt: skip
    assert said.flags == "before_approval"


def test_who_sees_a_case(held: School) -> None:
    stage = held.scene.stage
    case = held.recorded()
    helper = create_account(by=None, username="helper", display_name="甲", password="Zq7-plum-Tea")
    seeing = (
        held.learner_user, held.mentor_user, stage.manager, stage.coordinator, held.scene.sender,
    )  # fmt: skip
    for who in seeing:
        assert access.get_case(viewer_of(who), case.id) == case
    unseeing: tuple[User, ...] = (held.second_user, stage.outsider, stage.expert, helper)
    for who in unseeing:
        with pytest.raises(NotVisible):
            access.get_case(viewer_of(who), case.id)
        with pytest.raises(NotAllowed):
            cases.record_case(by=who, **held.case(learner=held.learner))
        with pytest.raises(NotAllowed):
            cases.withdraw_case(by=who, case=case, reason="无关。")
    # Who manages elsewhere sees the own cases here, and no others.
    guest = held.scene.second
    guest.user_id = stage.outsider.id
    guest.save(update_fields=["user_id"])
    taught = held.recorded(happened_on=day(12), mentor=guest)
    assert set(access.visible_cases(viewer_of(stage.outsider))) == {taught}


def test_a_mentor_without_an_account_is_stood_in_for(held: School) -> None:
    held.mentor.user_id = None
    held.mentor.save()
    case = held.recorded()
    assert set(awaiting(viewer_of(held.scene.stage.manager))) == {case}
    assert cases.confirm_case(by=held.scene.stage.manager, case=case).entrustment is None


def test_a_second_mentors_account_confirms(held: School) -> None:
    user = with_account(held.scene.second, "second-mentor", "expert", held.scene.stage.giver)
    case = held.recorded()
    with pytest.raises(NotAllowed):
        cases.confirm_case(by=user, case=case, entrustment=3)
    add_mentor(
        by=held.scene.sender, apprenticeship=held.apprenticeship, person=held.scene.second,
        first_day=day(0),
    )  # fmt: skip
    assert set(awaiting(viewer_of(user))) == {case}
    assert cases.confirm_case(by=user, case=case, entrustment=3).state == "confirmed"
