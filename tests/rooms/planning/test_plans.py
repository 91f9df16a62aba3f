"""A dispatch plan from its first month to the postings it opens."""

from __future__ import annotations

from datetime import date

import pytest

from jiedui.accounts.models import AuditRow
from jiedui.accounts.permissions import viewer_of
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed
from jiedui.planning import actions, queries
from jiedui.planning.models import Consent, DispatchPlan, Scenario
from jiedui.planning.sources import documents
from jiedui.programmes import actions as programmes
from jiedui.programmes.models import Posting
from tests.lasting import lasting
from tests.rooms.planning.plan_cast import RULES, START, Cast, set_cast, two_pairs

the_cast, cast = lasting(set_cast)


def test_a_plan_keeps_the_rules_of_the_pack_and_its_own(cast: Cast) -> None:
    plan = cast.plan(starts_on=date(2027, 1, 20))
    assert (plan.starts_on, plan.months, plan.state) == (START, 12, "draft")
    rules = plan.settings["rules"]
    assert rules["tour_months"] == "3 6 12"
    assert rules["handover_months"] == "1"
    assert plan.settings["own"] == sorted(RULES)
    assert AuditRow.objects.filter(action="planning.create-plan").count() == 1


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"name": " "}, "text-missing", "name"),
        ({"months": 0}, "number-out-of-range", "months"),
        ({"months": 121}, "number-out-of-range", "months"),
        ({"starts_on": date(1900, 1, 1)}, "day-out-of-range", "starts_on"),
        ({"settings": {"no_such": 1}}, "rule-unknown", "no_such"),
        ({"settings": {"start_step": "often"}}, "rule-unreadable", "start_step"),
        ({"settings": {"start_step": 0}}, "rule-unreadable", "start_step"),
        ({"settings": {"start_step": 1.5}}, "rule-unreadable", "start_step"),
        ({"settings": {"tour_months": "3 x"}}, "rule-unreadable", "tour_months"),
        ({"settings": {"title_quality": "1 1"}}, "rule-unreadable", "title_quality"),
        ({"settings": {"fairness": "0.5:1 0.5:2"}}, "rule-unreadable", "fairness"),
        ({"settings": {"fairness": "0.5:1"}}, "rule-unreadable", "fairness"),
        ({"settings": {"fairness": "nonsense"}}, "rule-unreadable", "fairness"),
        ({"settings": {"monthly_cost": "nan"}}, "rule-unreadable", "monthly_cost"),
    ],
)
def test_a_plan_is_refused_at_its_field(cast: Cast, changes, code, field) -> None:
    with pytest.raises(InvalidInput) as refused:
        cast.plan(**changes)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not DispatchPlan.objects.exists()


def test_only_who_plans_over_the_area_makes_a_plan(cast: Cast) -> None:
    for user in (cast.sender, cast.stage.manager, cast.officer, cast.stage.expert):
        with pytest.raises(NotAllowed):
            actions.create_dispatch_plan(
                by=user, programme=cast.stage.programme, area=cast.stage.receiver, name="x",
                starts_on=START, months=12,
            )  # fmt: skip
    assert not DispatchPlan.objects.exists()


def test_a_run_fills_the_posts_and_keeps_what_it_was_asked(cast: Cast) -> None:
    plan = two_pairs(cast)
    scenario = cast.planned(plan)
    assert scenario.tours.count() == 4
    assert {(t.candidate.giver_id, t.post.receiver_id) for t in scenario.tours.all()} == {
        (cast.stage.giver.id, cast.stage.receiver.id),
        (cast.stage.other_giver.id, cast.stage.other_receiver.id),
    }
    result = scenario.result
    assert result["tours"] == 4
    assert result["coverage"] == pytest.approx(1.0)
    kept = documents.read(scenario.problem)
    assert len(kept["experts"]) == 4
    assert "示例" not in str(kept)


def test_the_way_to_adoption(cast: Cast) -> None:
    scenario = cast.planned(two_pairs(cast))
    plan = cast.submitted(scenario)
    assert (plan.state, plan.chosen_id) == ("submitted", scenario.id)
    sides = {(c.organisation_id, c.side) for c in Consent.objects.all()}
    assert sides == {
        (cast.stage.giver.id, "giver"), (cast.stage.receiver.id, "receiver"),
        (cast.stage.other_giver.id, "giver"), (cast.stage.other_receiver.id, "receiver"),
    }  # fmt: skip
    by = {
        cast.stage.giver.id: cast.sender, cast.stage.receiver.id: cast.stage.manager,
        cast.stage.other_giver.id: cast.other_sender,
        cast.stage.other_receiver.id: cast.other_host,
    }  # fmt: skip
    for number, consent in enumerate(Consent.objects.order_by("id"), 1):
        plan = actions.give_consent(by=by[consent.organisation_id], consent=consent)
        assert plan.state == ("approved" if number == 4 else "submitted")
    adoption = actions.adopt_plan(by=cast.stage.coordinator, plan=plan)
    assert (adoption.opened, adoption.standing, adoption.refused) == (4, 0, ())
    posting = Posting.objects.filter(post__isnull=False, receiver=cast.stage.receiver).first()
    assert posting is not None
    assert (posting.state, posting.kind) == ("nominated", "planned")
    assert (posting.planned_from, posting.planned_to) == (START, date(2027, 12, 31))
    again = actions.adopt_plan(by=cast.stage.coordinator, plan=plan)
    assert (again.opened, again.standing) == (0, 4)
    assert Posting.objects.count() == 4
    assert DispatchPlan.objects.get().state == "adopted"


def test_a_refusal_takes_the_plan_back_with_its_reason(cast: Cast) -> None:
    plan = cast.submitted(cast.planned(two_pairs(cast)))
    consent = Consent.objects.get(organisation=cast.stage.giver)
    with pytest.raises(InvalidInput, match="required"):
        actions.refuse_consent(by=cast.sender, consent=consent, reason=" ")
    plan = actions.refuse_consent(by=cast.sender, consent=consent, reason="人手不足")
    assert (plan.state, plan.reason) == ("draft", "人手不足")
    other = Consent.objects.get(organisation=cast.stage.receiver)
    with pytest.raises(InvalidState):
        actions.give_consent(by=cast.stage.manager, consent=other)
    # Handed in again, everybody is asked anew.
    plan = cast.submitted(Scenario.objects.get())
    assert set(Consent.objects.values_list("answer", flat=True)) == {"asked"}
    assert plan.reason == ""


def test_nobody_answers_for_others(cast: Cast) -> None:
    cast.submitted(cast.planned(two_pairs(cast)))
    consent = Consent.objects.get(organisation=cast.stage.giver)
    for user in (cast.other_sender, cast.stage.manager, cast.officer, cast.stage.expert):
        with pytest.raises(NotAllowed):
            actions.give_consent(by=user, consent=consent)
    assert Consent.objects.get(pk=consent.pk).answer == "asked"


def test_what_cannot_be_opened_is_told_and_can_be_tried_again(cast: Cast) -> None:
    plan = cast.approved(cast.planned(two_pairs(cast)))
    away = programmes.nominate(
        by=None, programme=cast.stage.programme, person=cast.people[0], giver=cast.stage.giver,
        receiver=cast.stage.receiver, specialty="03.04", kind="planned", category="clinical",
        planned_from=date(2027, 3, 1), planned_to=date(2027, 4, 30),
    )  # fmt: skip
    adoption = actions.adopt_plan(by=cast.stage.coordinator, plan=plan)
    assert adoption.opened == 3
    [(tour, refused)] = adoption.refused
    assert (tour.candidate.person, refused.code) == (cast.people[0], "posting-overlaps")
    scenario = Scenario.objects.get()
    assert scenario.result["unopened"][str(tour.id)]["code"] == "posting-overlaps"
    programmes.withdraw(by=None, posting=away, reason="改派")
    again = actions.adopt_plan(by=cast.stage.coordinator, plan=plan)
    assert (again.opened, again.standing, again.refused) == (1, 3, ())
    assert Scenario.objects.get().result["unopened"] == {}


def agreed_until_august(cast: Cast) -> None:
    programmes.create_agreement(
        by=None, programme=cast.stage.programme, kind="signing", title="示例协议",
        parties=[programmes.Party(cast.stage.giver, "giver"),
                 programmes.Party(cast.stage.receiver, "receiver")],
        valid_from=date(2026, 1, 1), valid_to=date(2027, 8, 31),
    )  # fmt: skip


def beyond_august(cast: Cast, scenario: Scenario) -> int:
    tours = scenario.tours.filter(post__receiver=cast.stage.receiver)
    return sum(tour.start < 8 < tour.start + tour.months for tour in tours)


def test_no_tour_outlasts_the_agreement_of_its_hospitals(cast: Cast) -> None:
    agreed_until_august(cast)
    scenario = cast.planned(two_pairs(cast))
    assert scenario.tours.filter(post__receiver=cast.stage.receiver).exists()
    assert beyond_august(cast, scenario) == 0
    told = queries.plan_overview(viewer_of(cast.stage.coordinator), scenario.plan).remarks
    assert "agreements-end" not in {each.code for each in told}
    assert actions.adopt_plan(by=None, plan=cast.approved(scenario)).refused == ()


def test_tours_beyond_an_agreement_made_since_are_refused(cast: Cast) -> None:
    scenario = cast.planned(two_pairs(cast))
    beyond = beyond_august(cast, scenario)
    agreed_until_august(cast)
    adoption = actions.adopt_plan(by=None, plan=cast.approved(scenario))
    assert len(adoption.refused) == beyond > 0
    assert {refused.code for _tour, refused in adoption.refused} == {"posting-outside-agreement"}


def test_posts_only_requested_are_planned_for_where_asked_and_opened_once_agreed(
    cast: Cast,
) -> None:
    cast.candidate()
    post = programmes.request_post(
        by=None, programme=cast.stage.programme, receiver=cast.stage.receiver,
        specialty="03.04", category="clinical", mode="resident", months=6, needed_from=START,
    )  # fmt: skip
    assert cast.planned(cast.plan()).tours.count() == 0
    plan = cast.approved(cast.planned(cast.plan(name="含拟设岗位", requested=True)))
    adoption = actions.adopt_plan(by=cast.stage.coordinator, plan=plan)
    assert [refused.code for _tour, refused in adoption.refused] == ["post-not-agreed"]
    programmes.agree_post(by=None, post=post)
    assert actions.adopt_plan(by=cast.stage.coordinator, plan=plan).opened == 1


@pytest.mark.parametrize("state", ["draft", "submitted", "adopted", "abandoned"])
def test_only_an_approved_plan_is_adopted(cast: Cast, state: str) -> None:
    scenario = cast.planned(two_pairs(cast))
    plan = cast.approved(scenario)
    DispatchPlan.objects.filter(pk=plan.pk).update(state=state)
    if state == "adopted":
        assert actions.adopt_plan(by=None, plan=plan).opened == 4
        return
    with pytest.raises(InvalidState):
        actions.adopt_plan(by=None, plan=plan)
    assert not Posting.objects.exists()
