"""What pages of plans are told: to who plans everything, to others their own part alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiedui.accounts.models import User
from jiedui.accounts.permissions import Viewer, viewer_of
from jiedui.core.errors import NotVisible
from jiedui.planning import access, actions, queries
from jiedui.planning.models import Consent, DispatchPlan, Ruling, Scenario, ScenarioTour
from jiedui.planning.views.timeline import strip_of, uncovered
from jiedui.programmes import actions as programmes
from tests.lasting import lasting
from tests.ledger_cast import SINCE, account
from tests.rooms.planning.plan_cast import START, Cast, set_cast, two_pairs

the_cast, cast = lasting(set_cast)


def seen_by(user: User) -> Viewer:
    return viewer_of(user).keeping()


def outsiders(cast: Cast) -> list[User]:
    return [
        cast.stage.expert,
        account("clinician", "医生癸", "local_clinician", cast.stage.receiver),
        account("analyst", "分析子", "analyst", None),
        account("viewer", "查看丑", "viewer", None),
        account("system", "系统寅", "system_administrator", None),
    ]


def test_a_draft_is_for_who_plans(cast: Cast) -> None:
    scenario = cast.planned(two_pairs(cast))
    coordinator = seen_by(cast.stage.coordinator)
    assert access.get_scenario(coordinator, scenario.id) == scenario
    for user in (cast.sender, cast.stage.manager, cast.officer, *outsiders(cast)):
        viewer = seen_by(user)
        assert not access.visible_plans(viewer).exists()
        for ask, id in (
            (access.get_dispatch_plan, scenario.plan_id),
            (access.get_scenario, scenario.id),
            (access.get_tour, scenario.tours.all()[0].id),
        ):
            with pytest.raises(NotVisible):
                ask(viewer, id)


def test_of_a_plan_handed_in_each_side_sees_its_own_part(cast: Cast) -> None:
    scenario = cast.planned(two_pairs(cast))
    other = cast.scenario(scenario.plan, name="乙方案")
    cast.submitted(scenario)
    for user, own in (
        (cast.sender, "示例甲"), (cast.stage.manager, "示例甲"),
        (cast.other_sender, "示例乙"), (cast.other_host, "示例乙"),
    ):  # fmt: skip
        viewer = seen_by(user)
        plan = access.get_dispatch_plan(viewer, scenario.plan_id)
        with pytest.raises(NotVisible):
            access.get_scenario(viewer, other.id)
        told = queries.scenario_summary(viewer, access.get_scenario(viewer, scenario.id))
        assert (told.whole, told.others, len(told.tours)) == (False, 2, 2)
        assert all(tour.person.startswith(own) for tour in told.tours)
        assert told.card.result is not None
        assert told.card.result.tours == 4
        receiver = cast.stage.receiver if own == "示例甲" else cast.stage.other_receiver
        asked = {line.recipient_id for line in (*told.posts, *told.tours)}
        assert asked == {receiver.id}
        compared = queries.comparison(viewer, plan, [scenario, other])
        assert [card.id for card in compared.scenarios] == [scenario.id]
        assert {line.id for line in compared.recipients} <= {
            cast.stage.receiver.id if own == "示例甲" else cast.stage.other_receiver.id
        }
        overview = queries.plan_overview(viewer, plan)
        assert len(overview.consents) == 1
        assert overview.consents[0].may_answer
        assert (overview.asked, overview.given, overview.verbs) == (4, 0, frozenset())
        assert [card.id for card in overview.scenarios] == [scenario.id]
        shown = queries.timeline(viewer, access.get_scenario(viewer, scenario.id))
        assert {row.recipient_id for row in shown.rows} == {receiver.id}
        assert (shown.editable, shown.candidates, shown.hidden) == (False, (), 2)
        assert all(row.others == () for row in shown.rows)
        others = {"示例甲": "示例乙", "示例乙": "示例甲"}[own]
        assert not any(f"{others}{n}" in str((told, shown, overview)) for n in "一二")
    officer = seen_by(cast.officer)
    assert queries.scenario_summary(officer, scenario).whole
    for user in outsiders(cast):
        with pytest.raises(NotVisible):
            access.get_dispatch_plan(seen_by(user), scenario.plan_id)
        assert queries.alerts(seen_by(user)) == []


def test_what_others_send_to_a_post_is_no_gap_to_who_may_not_see_it(cast: Cast) -> None:
    """Two hospitals share a post: each sees the own tour, and that somebody else is there."""
    cast.post(headcount=2, needed_to=date(2027, 6, 30))
    cast.candidate()
    programmes.pair(
        by=None, programme=cast.stage.programme, kind="hospital_hospital",
        giver=cast.stage.other_giver,
        receiver=cast.stage.receiver, valid_from=SINCE,
    )  # fmt: skip
    cast.stranger()
    scenario = cast.planned(cast.plan())
    cast.submitted(scenario)
    for user in (cast.sender, cast.other_sender):
        [row] = queries.timeline(seen_by(user), scenario).rows
        assert ([(bar.start, bar.months) for bar in row.bars], row.others) == ([(0, 6)], ((0, 6),))
        assert uncovered(row, START) == []
        text = str(strip_of(row, scenario, editable=False))
        assert "其他单位" in text or "another organisation" in text
    [row] = queries.timeline(seen_by(cast.stage.coordinator), scenario).rows
    assert row.others == ()


def test_candidates_are_for_their_supporter_and_who_plans(cast: Cast) -> None:
    mine, other = cast.candidate(), cast.stranger()

    def seen(user: User) -> set[Any]:
        return set(queries.candidates_of(seen_by(user), cast.stage.programme.id))

    assert seen(cast.stage.coordinator) == {mine, other}
    assert seen(cast.sender) == {mine}
    assert seen(cast.other_sender) == {other}
    assert seen(cast.stage.manager) == seen(cast.officer) == set()
    for user in outsiders(cast):
        assert seen(user) == set()
        with pytest.raises(NotVisible):
            access.get_candidate(seen_by(user), mine.id)
    # Over the area of a plan one sees everybody who can be sent in its programme.
    area = account("area", "区协卯", "programme_coordinator", cast.stage.other_receiver)
    assert seen(area) == set()
    actions.create_dispatch_plan(
        by=area, programme=cast.stage.programme, area=cast.stage.other_receiver, name="本院",
        starts_on=START, months=12,
    )  # fmt: skip
    assert seen(area) == {mine, other}


def test_an_empty_post_says_why(cast: Cast) -> None:
    cast.post()
    cast.post(specialty="07")
    cast.candidate()
    scenario = cast.planned(cast.plan())
    told = queries.scenario_summary(seen_by(cast.stage.coordinator), scenario, "en")
    empty, filled = told.posts
    assert (empty.state, empty.specialty, filled.state) == ("empty", "07", "filled")
    assert empty.reason is not None
    assert empty.reason.message % empty.reason.details
    [recipient] = told.recipients
    assert (recipient.posts, recipient.filled, recipient.months_covered) == (2, 1, 12)


def test_what_was_left_out_is_told(cast: Cast) -> None:
    cast.post()
    cast.candidate()
    cast.stranger()
    cast.candidate(1, available_from=date(2027, 2, 10), available_to=date(2027, 3, 20))
    scenario = cast.planned(cast.plan())
    told = queries.plan_overview(seen_by(cast.stage.coordinator), scenario.plan)
    assert {reason.code: reason.details["count"] for reason in told.remarks} == {
        "candidate-not-available": 1, "candidate-not-paired": 1,
    }  # fmt: skip


def test_a_recipient_out_of_reach_is_told_with_its_reasons(cast: Cast) -> None:
    """One asks for what nobody is, one has no supporter among the candidates: both get nobody."""
    cast.post()
    cast.post(receiver=cast.stage.other_receiver)
    cast.candidate()
    scenario = cast.planned(cast.plan(), floor=True)
    told = queries.scenario_summary(seen_by(cast.stage.coordinator), scenario)
    assert told.card.result is not None
    assert (told.card.result.with_nothing, told.card.result.smallest) == (1, 0.0)
    [lone] = told.out_of_reach
    assert lone.id == cast.stage.other_receiver.id
    assert [why.code for _post, whys in lone.posts for why in whys] == ["post-not-paired"]
    cast.stranger(specialty="07")
    scenario = cast.run(scenario)
    told = queries.scenario_summary(seen_by(cast.stage.coordinator), scenario)
    [lone] = told.out_of_reach
    assert "nobody-eligible" in [why.code for _post, whys in lone.posts for why in whys]


def test_what_more_money_buys_and_what_fills_a_post_is_told(cast: Cast) -> None:
    for receiver in (cast.stage.receiver, cast.stage.other_receiver):
        cast.post(receiver=receiver, needed_to=date(2027, 6, 30))
    cast.candidate()
    cast.stranger()
    plan = cast.plan()
    rich = cast.planned(plan)
    # So little less than all costs that a hundredth more pays for what is missing.
    scenario = cast.planned(plan, name="乙方案", budget=rich.result["cost"] * 0.995)
    viewer = seen_by(cast.stage.coordinator)
    told = queries.scenario_summary(viewer, scenario)
    assert told.more is not None
    assert told.more.gain is not None
    assert told.more.most is not None
    assert 0 < told.more.gain <= told.more.most
    [tour] = told.more.tours
    assert tour.person.startswith("示例")
    prices = [row.price for row in told.posts if row.state != "filled"]
    assert prices
    assert all(price is not None and price.money is not None for price in prices)
    cast.submitted(scenario)
    seen = [queries.scenario_summary(seen_by(user), scenario).more
            for user in (cast.sender, cast.other_sender)]  # fmt: skip
    assert sorted((len(each.tours), each.others) for each in seen if each) == [(0, 1), (1, 0)]


def test_scenarios_side_by_side(cast: Cast) -> None:
    plan = two_pairs(cast)
    rich, poor = cast.planned(plan), cast.planned(plan, name="乙方案", budget=110_000)
    idle = cast.scenario(plan, name="丙方案")
    told = queries.comparison(seen_by(cast.stage.coordinator), plan, [rich, poor, idle])
    by_code = {each.code: each for each in told.measures}
    assert by_code["coverage"].best == {0}
    assert by_code["cost"].best == {1}
    assert by_code["tours"].values[2] is None
    assert all(len(line.shares) == 3 and line.shares[2] is None for line in told.recipients)


def test_a_scenario_never_run_can_be_looked_at(cast: Cast) -> None:
    scenario = cast.scenario(two_pairs(cast))
    viewer = seen_by(cast.stage.coordinator)
    told = queries.scenario_summary(viewer, scenario)
    assert (told.card.result, told.tours, told.posts, told.changes) == (None, (), (), ())
    shown = queries.timeline(viewer, scenario)
    assert len(shown.rows) == 4
    assert all((row.start, row.end, row.step) == (0, 12, 3) for row in shown.rows)
    assert {choice.person for choice in shown.candidates} == {
        "示例甲一", "示例甲二", "示例乙一", "示例乙二",
    }  # fmt: skip
    assert queries.run_progress(viewer, scenario).running is False
    assert queries.candidates_of(viewer).count() == 4


def test_who_is_at_a_post_already_is_on_the_timeline(cast: Cast) -> None:
    post = cast.post()
    cast.candidate(1)
    programmes.nominate(
        by=None, programme=cast.stage.programme, person=cast.people[0], giver=cast.stage.giver,
        receiver=cast.stage.receiver, specialty="03.04", kind="planned", category="clinical",
        post=post, planned_from=START, planned_to=date(2027, 6, 30),
    )  # fmt: skip
    scenario = cast.planned(cast.plan())
    [row] = queries.timeline(seen_by(cast.stage.coordinator), scenario).rows
    assert [held.name for held in row.held] == ["示例甲一"]
    assert (row.start, row.end) == (6, 12)
    assert [(bar.person, bar.start, bar.months) for bar in row.bars] == [("示例甲二", 6, 6)]


@pytest.mark.parametrize("page", ["overview", "summary", "timeline", "comparison", "list"])
def test_queries_do_not_grow_with_the_plan(cast: Cast, page: str) -> None:
    plan = two_pairs(cast)
    scenario = cast.planned(plan)

    def count() -> int:
        viewer = seen_by(cast.stage.coordinator)
        own = access.get_scenario(viewer, scenario.id)
        with CaptureQueriesContext(connection) as captured:
            if page == "overview":
                queries.plan_overview(viewer, own.plan)
            elif page == "summary":
                queries.scenario_summary(viewer, own)
            elif page == "timeline":
                queries.timeline(viewer, own)
            elif page == "comparison":
                queries.comparison(viewer, own.plan, list(Scenario.objects.all()))
            else:
                list(queries.plans_of(viewer))
        return len(captured)

    before = count()
    for n, specialty in ((2, "05"), (3, "07")):
        cast.post(specialty=specialty)
        cast.candidate(n, specialty=specialty)
    cast.run(scenario)
    cast.planned(cast.plan(name="另一计划"))
    cast.scenario(plan, name="又一方案")
    assert scenario.tours.count() == 6
    # What a second run has changed takes two more.
    assert count() <= before + 2 <= 30


def test_alerts(cast: Cast) -> None:
    plan = two_pairs(cast)
    scenario = cast.planned(plan)
    [run] = queries.alerts(seen_by(cast.stage.coordinator))
    assert (run.kind, run.scenario_id, run.subject) == ("run-finished", scenario.id, plan.name)
    cast.submitted(scenario)
    [mine] = queries.alerts(seen_by(cast.sender))
    assert (mine.kind, mine.body) == ("consent-waits", "示例甲省医院")
    [all_] = queries.alerts(seen_by(cast.stage.coordinator))
    assert (all_.kind, all_.count) == ("consents-open", 4)
    consent = Consent.objects.get(pk=mine.consent_id)
    actions.refuse_consent(by=cast.sender, consent=consent, reason="人手不足")
    kinds = [each.kind for each in queries.alerts(seen_by(cast.stage.coordinator))]
    assert kinds == ["refused", "run-finished"]
    assert queries.alerts(seen_by(cast.sender)) == []


def test_nothing_of_rulings_for_others(cast: Cast) -> None:
    scenario = cast.planned(two_pairs(cast))
    tour = scenario.tours.all()[0]
    ruling = actions.forbid(by=None, scenario=scenario, candidate=tour.candidate)
    assert access.get_ruling(seen_by(cast.stage.coordinator), ruling.id) == ruling
    actions.lift(by=None, ruling=ruling)
    cast.submitted(scenario)
    held = Ruling.objects.create(scenario=scenario, verb="forbid", candidate=tour.candidate)
    for user in (cast.sender, cast.stage.manager):
        with pytest.raises(NotVisible):
            access.get_ruling(seen_by(user), held.id)
    assert queries.why_this_person(seen_by(cast.sender), tour) == ()


def test_why_somebody_goes_where(cast: Cast) -> None:
    cast.post()
    cast.candidate(0)
    cast.candidate(1)
    cast.candidate(2, available_to=date(2027, 7, 31))
    scenario = cast.planned(cast.plan())
    viewer = seen_by(cast.stage.coordinator)
    tour = access.get_tour(viewer, ScenarioTour.objects.all()[0].id)
    told = queries.why_this_person(viewer, tour)
    assert told
    assert all(each.message % each.details for each in told)
    home = set(cast.stage.programme.candidates.values_list("id", flat=True))
    home -= set(scenario.tours.values_list("candidate_id", flat=True))
    why = queries.why_at_home(viewer, scenario, home.pop())
    assert why.reasons
    assert queries.why_at_home(seen_by(cast.sender), scenario, tour.candidate_id).reasons == ()
    assert DispatchPlan.objects.count() == 1
