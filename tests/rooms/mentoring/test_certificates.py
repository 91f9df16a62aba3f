"""Standings, decisions, reviews of safety and certificates."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jiedui.accounts.models import AuditRow
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed, Refused
from jiedui.core.identifiers import new_id
from jiedui.mentoring.actions._standing import refresh
from jiedui.mentoring.actions.certificates import issue_certificate, revoke_certificate
from jiedui.mentoring.actions.decisions import withdraw_decision
from jiedui.mentoring.actions.safety import close_review, open_review
from jiedui.mentoring.domain.certificates import state_of
from jiedui.mentoring.models import (
    Case,
    Certificate,
    LearningFact,
    SafetyReview,
    Skill,
    Technique,
)
from jiedui.mentoring.queries.certifying import certifying
from tests.lasting import lasting
from tests.learning_cast import ACTIVITY, PROCEDURE
from tests.rooms.mentoring.certificate_cast import ENOUGH, Room, room

pytestmark = pytest.mark.django_db


the_cast, cast = lasting(room)


def code_of(call: Any) -> str:
    """By what code a call is refused."""
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.code


def missing(skill: Skill) -> list[str]:
    """The conditions that are not met today."""
    seen = certifying(skill, today())
    assert seen is not None
    return [each.code for each in seen.conditions if not each.met]


# -- where somebody stands ---------------------------------------------------


def test_a_standing_is_kept_from_confirmed_cases_led(cast: Room) -> None:
    skill = cast.cases("+++-+")
    assert skill is not None
    assert (skill.cases, skill.failures, skill.standing) == (5, 1, "learning")
    assert skill.last_case_on == today() - timedelta(days=1)
    assert skill.reached_on is None
    skill = cast.cases("+" * ENOUGH)
    assert skill is not None
    assert skill.standing == "reached"
    assert skill.reached_on is not None


def test_a_case_of_somebody_elses_hands_or_unconfirmed_does_not_count(cast: Room) -> None:
    cast.cases("++")
    case = cast.school.confirmed(role="assistant", leader=cast.school.mentor)
    assert case.lead == "expert"
    cast.school.recorded()
    assert cast.skill().cases == 2
    cast.school.confirmed()
    assert cast.skill().cases == 3


def test_without_anything_to_tell_there_is_no_standing(cast: Room) -> None:
    held = cast.school.apprenticeship
    found = refresh(
        by=None, person_id=cast.school.second.id, code=PROCEDURE, receiver_id=held.receiver_id
    )
    assert found is None
    assert not Skill.objects.filter(person=cast.school.second).exists()


def test_an_alarm_opens_one_review_and_no_second(cast: Room) -> None:
    skill = cast.cases("+" * ENOUGH + "---")
    assert skill is not None
    assert skill.standing == "alarm"
    refresh(by=None, person_id=skill.person_id, code=PROCEDURE, receiver_id=skill.receiver_id)
    review = SafetyReview.objects.get(person=skill.person_id)
    assert (review.reason, review.closed_on, review.opened_on) == ("alarm", None, today())


def test_an_alarm_is_closed_by_saying_what_starts_anew(cast: Room) -> None:
    cast.cases("+" * ENOUGH + "---")
    review = SafetyReview.objects.get()
    close = {"by": cast.manager, "review": review, "conclusion": "器械问题，已更换"}
    assert code_of(lambda: close_review(**close)) == "restart-missing"
    assert code_of(lambda: close_review(**close, restarts="all")) == "restart-unknown"
    closed = close_review(**close, restarts="monitoring")
    assert (closed.closed_on, closed.closed_by) == (today(), cast.manager.id)
    assert cast.skill().standing == "reached"
    # The same again is the first answer; something else is refused.
    assert close_review(**close, restarts="monitoring").closed_on == today()
    assert code_of(lambda: close_review(**close, restarts="learning")) == "review-closed"


def test_learning_anew_takes_the_certificate_back(cast: Room) -> None:
    certificate = issue_certificate(by=cast.manager, skill=cast.ready())
    held = cast.school.apprenticeship
    review = open_review(
        by=cast.manager, programme=held.programme, giver=held.giver, receiver=held.receiver,
        person=cast.school.learner, code=PROCEDURE, reason="event", note="术后出血",
    )  # fmt: skip
    close_review(by=cast.manager, review=review, conclusion="须重新学习", restarts="learning")
    certificate.refresh_from_db()
    assert (certificate.revoked_on, certificate.reason) == (today(), "须重新学习")
    skill = cast.skill()
    assert (skill.standing, skill.certified_to) == ("learning", None)


# -- decisions ---------------------------------------------------------------


def test_a_decision_is_kept_apart_from_ad_hoc_judgements(cast: Room) -> None:
    cast.cases("+")
    cast.school.confirmed(level=2)
    cast.decision(level=4)
    skill = cast.skill()
    assert (skill.level, skill.level_on, skill.ad_hoc_level) == (4, today(), 2)


def test_an_activity_has_decisions_and_no_certificate(cast: Room) -> None:
    cast.decision(code=ACTIVITY, level=5)
    skill = cast.skill(ACTIVITY)
    assert (skill.level, skill.cases, skill.standing) == (5, 0, "learning")
    assert certifying(skill, today()) is None
    call = lambda: issue_certificate(by=cast.manager, skill=skill)  # noqa: E731
    assert code_of(call) == "certificate-of-activity"


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"level": 6}, "number-out-of-range", "level"),
        ({"level": 0}, "number-out-of-range", "level"),
        ({"code": "nothing"}, "code-unknown", "code"),
        ({"on": today() + timedelta(days=1)}, "day-in-the-future", "on"),
        ({"note": "字" * 401}, "text-too-long", "note"),
    ],
)
def test_a_decision_that_cannot_be_is_refused_at_its_field(
    cast: Room, changes: dict[str, Any], refusal: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        cast.decision(**changes)
    assert (refused.value.code, refused.value.field) == (refusal, field)
    assert not Skill.objects.exists()


def test_nobody_decides_about_themselves(cast: Room) -> None:
    learner = cast.school.learner
    assert code_of(lambda: cast.decision(learner)) == "assessor-is-person"
    by = cast.school.learner_user
    assert code_of(lambda: cast.decision(by=by)) == "decision-on-oneself"


def test_an_assessor_enters_the_own_decision_only(cast: Room) -> None:
    mentor = cast.school.mentor_user
    assert cast.decision(by=mentor).told_by == mentor.id
    call = lambda: cast.decision(cast.second_assessor, by=mentor)  # noqa: E731
    assert code_of(call) == "decision-of-others"
    outsider = cast.school.scene.stage.outsider
    assert code_of(lambda: cast.decision(by=outsider)) == "decision-of-others"


def test_an_assessor_belongs_to_a_side(cast: Room) -> None:
    stage = cast.school.scene.stage
    from jiedui.directory import actions as directory
    from tests.ledger_cast import SINCE

    stranger = directory.add_person(
        by=None, name="丙一", organisation=stage.other_receiver, valid_from=SINCE, example=True
    )
    assert code_of(lambda: cast.decision(stranger)) == "assessor-elsewhere"


def test_a_decision_given_twice_is_one(cast: Room) -> None:
    id = new_id()
    assert cast.decision(id=id).id == cast.decision(id=id).id
    assert code_of(lambda: cast.decision(id=id, level=5)) == "id-taken"


def test_a_withdrawn_decision_counts_no_more(cast: Room) -> None:
    skill = cast.ready()
    assert missing(skill) == []
    held = cast.decision(cast.second_assessor, level=5)
    withdraw_decision(by=cast.manager, decision=held, reason="录入有误")
    assert cast.skill().level == 4
    for each in skill.person.decisions.filter(assessor=cast.second_assessor):
        withdraw_decision(by=cast.manager, decision=each, reason="录入有误")
    assert missing(cast.skill()) == ["assessors"]
    assert code_of(lambda: withdraw_decision(by=cast.manager, decision=held, reason="别的")) == (
        "decision-withdrawn"
    )


# -- certificates ------------------------------------------------------------


def test_every_condition_together_and_none_alone(cast: Room) -> None:
    skill = cast.cases("+" * ENOUGH)
    assert skill is not None
    # The statistic alone certifies nobody.
    assert missing(skill) == ["assessors"]
    assert code_of(lambda: issue_certificate(by=cast.manager, skill=skill)) == (
        "certificate-conditions"
    )
    cast.decision()
    cast.decision(cast.second_assessor, level=3)
    assert missing(skill) == ["assessors"]
    cast.decision()  # the same assessor again is one assessor
    assert missing(skill) == ["assessors"]
    cast.decision(cast.second_assessor)
    assert missing(skill) == []


def test_two_assessors_alone_certify_nobody_either(cast: Room) -> None:
    cast.cases("+++")
    cast.decision()
    cast.decision(cast.second_assessor)
    assert missing(cast.skill()) == ["criterion"]


def test_an_open_review_of_the_procedure_or_of_the_person_blocks(cast: Room) -> None:
    skill = cast.ready()
    held = cast.school.apprenticeship
    for code in (PROCEDURE, ""):
        review = open_review(
            by=cast.manager, programme=held.programme, giver=held.giver,
            receiver=held.receiver, person=cast.school.learner, code=code, reason="colleague",
            note="待查",
        )  # fmt: skip
        assert missing(skill) == ["safety"]
        close_review(by=cast.manager, review=review, conclusion="无异常")
        assert missing(skill) == []
    # So does one of the technique here, whoever led its cases.
    ways = {"first_case_on": today(), "last_case_on": today()}
    technique = Technique.objects.create(
        programme=held.programme, giver=held.giver, receiver=held.receiver, name="示例技术",
        category="new_technique", specialty="04.01", procedure=PROCEDURE, state="expert",
        introduced_by=cast.school.mentor, proposed_on=today(), state_on=today(),
        approved_on=today(), **ways,
    )  # fmt: skip
    review = open_review(
        by=cast.manager, programme=held.programme, giver=held.giver, receiver=held.receiver,
        technique=technique, reason="event", note="器械故障",
    )  # fmt: skip
    assert missing(skill) == ["safety"]
    close_review(by=cast.manager, review=review, conclusion="已更换器械")
    assert missing(skill) == []


def test_the_least_time_of_the_apprenticeship_is_waited_for(cast: Room) -> None:
    skill = cast.ready()
    held = cast.school.apprenticeship
    held.least_months = 240
    held.save(update_fields=["least_months"])
    assert missing(skill) == ["months"]


def test_a_lapse_is_no_independence(cast: Room) -> None:
    cast.cases("+" * ENOUGH, last=today() - timedelta(days=130))
    cast.decision()
    cast.decision(cast.second_assessor)
    assert missing(cast.skill()) == ["practice"]


def test_where_no_limit_can_be_reached_nobody_is_certified(cast: Room) -> None:
    code = "postpartum_haemorrhage"
    skill = cast.cases("+" * 40, procedure=code)
    assert skill is not None
    assert skill.standing == "insufficient"
    cast.decision(code=code)
    cast.decision(cast.second_assessor, code=code)
    assert code_of(lambda: issue_certificate(by=cast.manager, skill=skill)) == (
        "certificate-insufficient"
    )
    assert not Certificate.objects.exists()


def test_a_minimum_of_cases_certifies_where_the_pack_says_so(cast: Room) -> None:
    code = "lap_partial_nephrectomy"
    skill = cast.cases("+" * 19, procedure=code)
    assert skill is not None
    cast.decision(code=code)
    cast.decision(cast.second_assessor, code=code)
    assert missing(skill) == ["criterion"]
    Case.objects.all().delete()
    skill = cast.cases("+" * 20, procedure=code)
    assert skill is not None
    made = issue_certificate(by=cast.manager, skill=skill)
    assert made.basis["criterion"] == "minimum"


def test_a_certificate_says_what_it_rests_on(cast: Room) -> None:
    made = issue_certificate(by=cast.manager, skill=cast.ready())
    assert made.valid_to.year == today().year + 2
    assert made.basis["cases"] == ENOUGH
    assert made.basis["limit"] == 3.0167
    assert made.basis["reached_case"] == 28
    assert made.decisions.count() == 2
    assert len(made.code) == 12
    skill = cast.skill()
    assert (skill.certified_on, skill.certified_to) == (today(), made.valid_to)
    fact = LearningFact.objects.get(measure="certificates_issued")
    assert (fact.person_id, fact.happened_from, fact.sign) == (made.person_id, today(), 1)
    assert AuditRow.objects.filter(action="mentoring.issue-certificate").count() == 1


def test_a_certificate_is_issued_once_and_renewed_near_its_end(cast: Room) -> None:
    skill = cast.ready()
    id = new_id()
    made = issue_certificate(by=cast.manager, skill=skill, id=id)
    assert issue_certificate(by=cast.manager, skill=skill, id=id).id == made.id
    assert code_of(lambda: issue_certificate(by=cast.manager, skill=skill)) == "certificate-held"
    Certificate.objects.update(
        issued_on=today() - timedelta(days=660), valid_to=today() + timedelta(days=70)
    )
    renewed = issue_certificate(by=cast.manager, skill=skill)
    assert renewed.renews_id == made.id
    assert cast.skill().certified_to == renewed.valid_to
    told = LearningFact.objects.filter(measure="certificates_issued")
    assert sum(told.values_list("sign", flat=True)) == 1


def test_a_certificate_is_revoked_with_a_reason(cast: Room) -> None:
    made = issue_certificate(by=cast.manager, skill=cast.ready())
    assert code_of(lambda: revoke_certificate(by=cast.manager, certificate=made, reason=" ")) == (
        "text-missing"
    )
    revoked = revoke_certificate(by=cast.manager, certificate=made, reason="严重不良事件")
    assert state_of(revoked.valid_to, revoked.revoked_on, today()) == "revoked"
    assert cast.skill().certified_to is None
    call = lambda: revoke_certificate(by=cast.manager, certificate=made, reason="别的")  # noqa: E731
    assert code_of(call) == "certificate-revoked"


def test_who_may_certify(cast: Room) -> None:
    skill = cast.ready()
    stage = cast.school.scene.stage
    for user in (cast.school.learner_user, cast.school.mentor_user, stage.outsider):
        with pytest.raises(NotAllowed):
            issue_certificate(by=user, skill=skill)
    made = issue_certificate(by=stage.coordinator, skill=skill)
    for user in (cast.school.learner_user, cast.school.mentor_user, stage.outsider):
        with pytest.raises(NotAllowed):
            revoke_certificate(by=user, certificate=made, reason="别的")


def test_a_taken_back_case_is_seen_when_a_certificate_is_asked_for(cast: Room) -> None:
    skill = cast.ready()
    Case.objects.filter(happened_on__gte=today() - timedelta(days=10)).update(state="withdrawn")
    with pytest.raises(InvalidState) as refused:
        issue_certificate(by=cast.manager, skill=skill)
    assert refused.value.details["missing"] == "criterion"
