"""Scenarios and what is settled by hand in them; runs asked for, cancelled, repeated."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jiedui.accounts.permissions import viewer_of
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed, Refused
from jiedui.planning import actions, queries
from jiedui.planning.actions import _runs, running
from jiedui.planning.domain.frozen import from_plain, to_plain
from jiedui.planning.domain.runs import Run
from jiedui.planning.domain.solving import solve
from jiedui.planning.models import Candidate, DispatchPlan, Ruling, Scenario
from jiedui.planning.sources import documents
from jiedui.programmes import actions as programmes
from tests.lasting import lasting
from tests.rooms.planning.plan_cast import START, Cast, set_cast, two_pairs

the_cast, cast = lasting(set_cast)


def code_of(refused: Any) -> tuple[str, str | None]:
    return refused.value.code, refused.value.field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"), ({"budget": -1}, "budget"), ({"budget": "viel"}, "budget"),
        ({"budget": "NaN"}, "budget"), ({"budget": "1e15"}, "budget"), ({"seed": -1}, "seed"),
        ({"seconds": 0}, "seconds"), ({"seconds": 100_000}, "seconds"),
        ({"note": "x" * 401}, "note"),
    ],
)  # fmt: skip
def test_a_scenario_is_refused_at_its_field(cast: Cast, changes, field) -> None:
    plan = cast.plan()
    with pytest.raises(InvalidInput) as refused:
        cast.scenario(plan, **changes)
    assert refused.value.field == field
    scenario = cast.scenario(plan)
    said = {"name": "甲", "budget": 5, "floor": False, "seed": 0, "seconds": 2, "note": ""}
    with pytest.raises(InvalidInput) as refused:
        actions.edit_scenario(by=None, scenario=scenario, **said | changes)
    assert refused.value.field == field
    with pytest.raises(InvalidInput) as refused:
        cast.scenario(plan)
    assert refused.value.code == "scenario-name-taken"


def test_nothing_but_a_draft_can_be_changed(cast: Cast) -> None:
    scenario = cast.planned(two_pairs(cast))
    plan, tour = scenario.plan, scenario.tours.all()[0]
    ruling = actions.forbid(by=None, scenario=scenario, candidate=tour.candidate)
    actions.lift(by=None, ruling=ruling)
    held = Ruling.objects.create(scenario=scenario, verb="forbid", post=tour.post)
    scenario = cast.run(scenario)
    cast.submitted(scenario)
    for act in (
        lambda: cast.scenario(plan, name="新"),
        lambda: actions.edit_scenario(by=None, scenario=scenario, name="x", budget=1),
        lambda: actions.copy_scenario(by=None, scenario=scenario, name="x"),
        lambda: actions.drop_scenario(by=None, scenario=scenario),
        lambda: actions.ask_run(by=None, scenario=scenario),
        lambda: actions.forbid(by=None, scenario=scenario, candidate=tour.candidate),
        lambda: actions.pin(by=None, scenario=scenario, candidate=tour.candidate,
                            post=tour.post, start=0, months=6),
        lambda: actions.lift(by=None, ruling=held),
        lambda: actions.edit_dispatch_plan(by=None, plan=plan, name="x", starts_on=START,
                                           months=3),
        lambda: actions.submit_plan(by=None, plan=plan, scenario=scenario),
        lambda: actions.abandon_plan(by=None, plan=plan, reason="x"),
    ):  # fmt: skip
        with pytest.raises(InvalidState):
            act()
    plan = actions.recall_plan(by=None, plan=plan, reason="要改")
    assert (plan.state, plan.reason) == ("draft", "要改")
    plan = actions.abandon_plan(by=None, plan=plan, reason="项目调整")
    assert plan.state == "abandoned"
    with pytest.raises(InvalidState):
        actions.recall_plan(by=None, plan=plan)


def test_only_who_plans_changes_anything(cast: Cast) -> None:
    scenario = cast.planned(two_pairs(cast))
    tour = scenario.tours.all()[0]
    for user in (cast.sender, cast.stage.manager, cast.officer, cast.stage.expert):
        for act in (
            lambda: actions.create_scenario(by=user, plan=scenario.plan, name="x", budget=1),  # noqa: B023
            lambda: actions.ask_run(by=user, scenario=scenario),  # noqa: B023
            lambda: actions.cancel_run(by=user, scenario=scenario),  # noqa: B023
            lambda: actions.copy_scenario(by=user, scenario=scenario, name="x"),  # noqa: B023
            lambda: actions.drop_scenario(by=user, scenario=scenario),  # noqa: B023
            lambda: actions.forbid(by=user, scenario=scenario, post=tour.post),  # noqa: B023
            lambda: actions.submit_plan(by=user, plan=scenario.plan, scenario=scenario),  # noqa: B023
            lambda: actions.abandon_plan(by=user, plan=scenario.plan, reason="x"),  # noqa: B023
        ):
            with pytest.raises(NotAllowed):
                act()
    assert (Scenario.objects.count(), Ruling.objects.count()) == (1, 0)


def test_what_is_fixed_stays_and_what_is_excluded_does_not_come(cast: Cast) -> None:
    post = cast.post()
    first, second = cast.candidate(0), cast.candidate(1)
    plan = cast.plan()
    scenario = cast.scenario(plan)
    ruling = actions.pin(
        by=cast.stage.coordinator, scenario=scenario, candidate=second, post=post, start=3,
        months=6, reason="须由其主刀",
    )  # fmt: skip
    scenario = cast.run(scenario)
    held = {(t.candidate_id, t.start, t.months) for t in scenario.tours.all()}
    assert (second.id, 3, 6) in held
    with pytest.raises(InvalidInput) as refused:
        actions.forbid(by=None, scenario=scenario, candidate=second)
    assert code_of(refused) == ("ruling-against-pin", "candidate")
    actions.lift(by=None, ruling=ruling)
    actions.forbid(by=None, scenario=scenario, candidate=second, reason="另有任务")
    assert queries.plan_overview(viewer_of(cast.stage.coordinator), plan).scenarios[0].stale
    with pytest.raises(InvalidState) as stale:
        cast.submitted(scenario)
    assert stale.value.code == "scenario-stale"
    scenario = cast.run(scenario)
    assert {t.candidate_id for t in scenario.tours.all()} == {first.id}
    kinds = {change["kind"] for change in scenario.result["changes"]}
    assert "dropped" in kinds


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"start": 1}, "start-step", "start"), ({"months": 5}, "length", "months"),
        ({"start": 9}, "window", "start"), ({"months": 3}, "post-minimum", "months"),
        ({"person": 1}, "specialty", "candidate"), ({"start": 12}, "number-out-of-range", "start"),
        ({"months": 0}, "number-out-of-range", "months"), ({"person": 2}, "available", "start"),
        ({"person": 3}, "region", "candidate"),
    ],
)  # fmt: skip
def test_a_tour_that_breaks_a_rule_is_not_fixed(cast: Cast, changes, code, field) -> None:
    post = cast.post()
    cast.post(receiver=cast.stage.other_receiver)
    people = [
        cast.candidate(0), cast.candidate(1, specialty="07"),
        cast.candidate(2, available_to=date(2027, 6, 30)), cast.stranger(),
    ]  # fmt: skip
    scenario = cast.scenario(cast.plan())
    said = {"start": 0, "months": 6, "person": 0} | changes
    person = people[said.pop("person")]
    with pytest.raises(InvalidInput) as refused:
        actions.pin(by=None, scenario=scenario, candidate=person, post=post, **said)
    assert code_of(refused) == (code, field)
    assert not Ruling.objects.exists()


def test_two_fixed_tours_keep_the_rules_together(cast: Cast) -> None:
    post = cast.post()
    first, second = cast.candidate(0), cast.candidate(1)
    scenario = cast.scenario(cast.plan())

    def pin(candidate: Candidate, start: int) -> Ruling:
        return actions.pin(
            by=None, scenario=scenario, candidate=candidate, post=post, start=start, months=6
        )

    assert pin(first, 0) == pin(first, 0)
    with pytest.raises(InvalidInput) as refused:
        pin(second, 3)
    assert code_of(refused) == ("capacity", "start")
    with pytest.raises(InvalidInput) as refused:
        pin(first, 6)
    assert refused.value.code in ("max-tours", "two-places")
    pin(second, 6)
    actions.edit_scenario(by=None, scenario=scenario, name="穷", budget=1000)
    actions.ask_run(by=None, scenario=scenario)
    failed = actions.run_scenario(by=None, scenario_id=scenario.id)
    assert (failed.state, failed.progress["error"]["code"]) == ("failed", "pins-impossible")


def test_a_tour_is_dragged(cast: Cast) -> None:
    post = cast.post()
    cast.candidate(0, max_months=6)
    scenario = cast.planned(cast.plan())
    [tour] = scenario.tours.all()
    viewer = viewer_of(cast.stage.coordinator)
    new = 6 if tour.start != 6 else 3
    ask = (tour.candidate_id, post.id, new, 6)
    answer = queries.wished(viewer, scenario, *ask, besides=tour)
    assert answer is not None
    assert [(way.start, way.months) for way in answer.ways] == [(new, 6)]
    assert queries.wished(viewer_of(cast.sender), scenario, *ask) is None
    ruling = actions.move_tour(
        by=cast.stage.coordinator, scenario=scenario, tour=tour, post=post, start=new, months=6
    )
    again = actions.move_tour(
        by=cast.stage.coordinator, scenario=scenario, tour=tour, post=post, start=new, months=6
    )
    assert (ruling, Ruling.objects.count()) == (again, 1)
    shown = queries.timeline(viewer, Scenario.objects.get())
    [row] = shown.rows
    assert sorted((bar.tour_id is None, bar.start) for bar in row.bars) == [
        (False, tour.start), (True, new),
    ]  # fmt: skip
    scenario = cast.run(scenario)
    assert [(t.start, t.months) for t in scenario.tours.all()] == [(new, 6)]
    [change] = queries.scenario_changes(viewer, scenario)
    assert change.kind == "moved"


def test_a_copy_stays_near_when_somebody_drops_out(cast: Cast) -> None:
    scenario = cast.planned(two_pairs(cast))
    copied = actions.copy_scenario(by=None, scenario=scenario, name="甲方案之二")
    assert copied.tours.count() == scenario.tours.count()
    lost = Candidate.objects.get(person=cast.people[0])
    spare = cast.candidate(2)
    actions.withdraw_candidate(by=cast.sender, candidate=lost, reason="生病")
    with pytest.raises(InvalidState) as refused:
        cast.submitted(scenario)
    assert refused.value.code == "scenario-outdated"
    copied = cast.run(copied)
    there = {t.candidate_id for t in copied.tours.all()}
    assert lost.id not in there
    assert spare.id in there
    told = queries.scenario_summary(viewer_of(cast.stage.coordinator), copied)
    assert {(c.kind, c.person) for c in told.changes} == {
        ("dropped", "示例甲一"), ("added", "示例甲三"),
    }  # fmt: skip
    assert told.card.based_on == scenario.name
    assert {c.kind: [why.code for why in c.why] for c in told.changes} == {
        "dropped": ["unknown"], "added": ["room-freed"],
    }  # fmt: skip
    actions.forbid(by=None, scenario=copied, candidate=spare)
    [dropped] = queries.scenario_changes(viewer_of(cast.stage.coordinator), cast.run(copied))
    assert [why.code for why in dropped.why] == ["by-hand"]
    # What is proven of a plan around three tours says so.
    assert told.card.result is not None
    assert (told.card.result.kept, copied.result["kept"]) == (3, 3)
    assert copied.result["gap_kept"] == pytest.approx(0, abs=1e-6)
    assert [each.code for each in told.card.result.gap_among] == ["kept-best"]
    assert scenario.tours.count() == 4


def test_a_run_can_be_repeated_from_its_document(cast: Cast) -> None:
    scenario = cast.planned(two_pairs(cast))
    asked = from_plain(documents.read(scenario.problem))
    assert documents.keep(to_plain(asked)) == scenario.problem
    again = solve(asked, Run(work_limit=scenario.result["work"]))
    assert sorted((t.expert, t.post, t.start, t.months) for t in again.tours) == sorted(
        (str(t.candidate_id), str(t.post_id), t.start, t.months) for t in scenario.tours.all()
    )


def test_a_run_is_repeated_and_replaces_nothing(cast: Cast) -> None:
    plan = two_pairs(cast)
    with pytest.raises(InvalidState):
        actions.ask_run(by=None, scenario=cast.scenario(plan, name="空"), repeat=True)
    scenario = cast.planned(plan)
    viewer = viewer_of(cast.stage.coordinator)
    before = list(scenario.tours.order_by("id").values_list("id", flat=True))
    # What was settled since is another question, and is not asked.
    actions.forbid(by=None, scenario=scenario, candidate=scenario.tours.all()[0].candidate)
    asked = actions.ask_run(by=None, scenario=scenario, repeat=True)
    told = queries.run_progress(viewer, asked)
    assert told.work_limit == scenario.result["work"]
    done = actions.run_scenario(by=None, scenario_id=scenario.id)
    assert (done.state, done.result["repeated"]["same"]) == ("done", True)
    assert list(done.tours.order_by("id").values_list("id", flat=True)) == before
    card = queries.scenario_summary(viewer, done).card
    assert card.stale
    assert card.result is not None
    assert (card.result.same, card.result.cut) == (True, False)


def test_as_many_steps_from_the_same_number_find_the_same_plan(cast: Cast) -> None:
    plan = two_pairs(cast)
    first = cast.planned(plan)
    steps, other = first.result["work"], cast.scenario(plan, name="按步数", seed=5, seconds=1)
    with pytest.raises(InvalidInput):
        actions.ask_run(by=None, scenario=other, steps=0)
    asked = actions.ask_run(by=None, scenario=other, fresh=True, steps=steps, seed=first.seed)
    limit = queries.run_progress(viewer_of(cast.stage.coordinator), asked).work_limit
    assert (limit, asked.seed) == (steps, first.seed)
    other = actions.run_scenario(by=None, scenario_id=other.id)
    # It is a plan of its own, not a comparison with one.
    assert (other.state, other.result["work"], "repeated" in other.result) == ("done", steps, False)
    names = ("candidate_id", "post_id", "start", "months")
    assert set(other.tours.values_list(*names)) == set(first.tours.values_list(*names))


def test_pins_that_exclude_each_other_say_which(cast: Cast) -> None:
    """The room of a post shrinks under two pinned tours: rule and tours are named."""
    post = cast.post(headcount=2)
    mine, other = cast.candidate(0), cast.candidate(1)
    scenario = cast.scenario(cast.plan())
    for who in (mine, other):
        actions.pin(by=None, scenario=scenario, candidate=who, post=post, start=0, months=6)
    viewer = viewer_of(cast.stage.coordinator)
    assert queries.pin_conflicts(viewer, scenario) == ()
    post.headcount = 1
    post.save(update_fields=["headcount"])
    [group] = queries.pin_conflicts(viewer, scenario, "en")
    said = [each.message % each.details for each in group]
    assert sorted(each.code for each in group) == ["rule-capacity", "rule-pinned", "rule-pinned"]
    assert any("示例甲一" in each and "2027.01–2027.06" in each for each in said)
    assert queries.pin_conflicts(viewer_of(cast.sender), scenario) == ()
    # Who is no candidate any more is told as that.
    actions.withdraw_candidate(by=None, candidate=mine, reason="生病")
    [group] = queries.pin_conflicts(viewer, scenario)
    assert [each.code for each in group] == ["rule-pinned", "unknown"]


def test_a_wish_is_answered_by_ways_or_by_what_stands_against_it(cast: Cast) -> None:
    post, high = cast.post(), cast.post(specialty="04.01")
    mine, other = cast.candidate(0, max_months=3), cast.candidate(1)
    scenario = cast.scenario(cast.plan())
    viewer = viewer_of(cast.stage.coordinator)

    def codes(*ask: Any) -> list[list[str]]:
        answer = queries.wished(viewer, scenario, *ask)
        assert answer is not None
        assert not answer.ways
        return [[each.code for each in group] for group in answer.groups]

    # The post asks for half a year, this person stays for a quarter.
    assert codes(mine.id, post.id) == [["rule-post-minimum", "rule-expert-maximum"]]
    assert ["specialty"] in codes(other.id, high.id)
    answer = queries.wished(viewer, scenario, other.id, post.id)
    assert answer is not None
    assert {way.months for way in answer.ways} == {6, 12}
    actions.pin(by=None, scenario=scenario, candidate=other, post=post, start=0, months=12)
    assert codes(other.id, post.id, 0, 12) == [["pinned-already"]]
    spare = cast.candidate(2)
    [group] = codes(spare.id, post.id)
    assert sorted(group) == ["rule-capacity", "rule-pinned"]
    actions.lift(by=None, ruling=scenario.rulings.get())
    actions.forbid(by=None, scenario=scenario, candidate=spare)
    assert codes(spare.id, post.id) == [["rule-forbidden"]]
    assert codes(cast.stranger().id, post.id) == [["candidate-not-paired"]]


def test_a_run_is_cancelled_before_and_while_it_works(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = two_pairs(cast)
    scenario = cast.scenario(plan)
    with pytest.raises(InvalidState):
        actions.cancel_run(by=None, scenario=scenario)
    actions.ask_run(by=None, scenario=scenario)
    for act in (
        lambda: actions.edit_scenario(by=None, scenario=scenario, name="x", budget=1),
        lambda: actions.drop_scenario(by=None, scenario=scenario),
        lambda: actions.abandon_plan(by=None, plan=plan, reason="x"),
    ):
        with pytest.raises(InvalidState, match="planned"):
            act()
    assert actions.cancel_run(by=None, scenario=scenario).state == "cancelled"
    assert actions.run_scenario(by=None, scenario_id=scenario.id).state == "cancelled"
    actions.ask_run(by=None, scenario=scenario)
    assert actions.ask_run(by=None, scenario=scenario).state == "waiting"

    answer = running.answering.answer

    def stopped_meanwhile(held: Scenario, run: Run, *, fresh: bool) -> Any:
        found = answer(held, run, fresh=fresh)
        assert actions.cancel_run(by=None, scenario=held).state == "running"
        monkeypatch.setattr(_runs, "SECONDS", 0)
        assert run.cancelled()
        return type(found)(found.tours, found.problem, found.result, run.cancelled())

    monkeypatch.setattr(running.answering, "answer", stopped_meanwhile)
    done = actions.run_scenario(by=None, scenario_id=scenario.id)
    assert (done.state, done.stopping, done.tours.count()) == ("cancelled", False, 4)
    assert cast.submitted(done).state == "submitted"


def test_a_fault_of_the_planner_leaves_what_stood(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = cast.planned(two_pairs(cast))

    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("a fault")

    with monkeypatch.context() as patch:
        patch.setattr(running.answering, "solve", broken)
        actions.ask_run(by=None, scenario=scenario)
        failed = actions.run_scenario(by=None, scenario_id=scenario.id)
    assert (failed.state, failed.tours.count()) == ("failed", 4)
    told = queries.run_progress(viewer_of(cast.stage.coordinator), failed)
    assert told.error is not None
    assert told.error.code == "run-broke-off"
    with pytest.raises(InvalidState) as refused:
        cast.submitted(failed)
    assert refused.value.code == "scenario-not-planned"
    assert cast.run(failed).state == "done"


def test_a_plan_for_nobody_is_empty_with_its_reasons(cast: Cast) -> None:
    cast.post()
    scenario = cast.planned(cast.plan())
    assert (scenario.tours.count(), scenario.result["tours"]) == (0, 0)
    with pytest.raises(InvalidState) as refused:
        cast.submitted(scenario)
    assert refused.value.code == "scenario-empty"
    cast.candidate()
    poor = cast.planned(scenario.plan, name="无预算", budget=0)
    assert poor.tours.count() == 0
    told = queries.scenario_summary(viewer_of(cast.stage.coordinator), poor)
    assert [line.state for line in told.posts] == ["empty"]
    assert told.posts[0].reason is not None


def test_a_scenario_is_dropped_with_all_that_is_its_own(cast: Cast) -> None:
    scenario = cast.planned(two_pairs(cast))
    plan = cast.submitted(scenario)
    actions.recall_plan(by=None, plan=plan)
    copied = actions.copy_scenario(by=None, scenario=scenario, name="之二")
    actions.drop_scenario(by=None, scenario=scenario)
    assert [each.id for each in Scenario.objects.all()] == [copied.id]
    assert DispatchPlan.objects.get().chosen is None


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"specialty": "xx"}, "code-unknown", "specialty"),
        ({"category": "xx"}, "code-unknown", "category"),
        ({"available_to": date(2026, 1, 1)}, "dates-out-of-order", "available_to"),
        ({"available_from": date(1900, 1, 1)}, "day-out-of-range", "available_from"),
        ({"max_tours": 0}, "number-out-of-range", "max_tours"),
        ({"max_months": 61}, "number-out-of-range", "max_months"),
        ({"note": "x" * 401}, "text-too-long", "note"),
    ],
)
def test_a_candidate_is_refused_at_its_field(cast: Cast, changes, code, field) -> None:
    with pytest.raises(InvalidInput) as refused:
        cast.candidate(**changes)
    assert code_of(refused) == (code, field)


def test_a_candidate_is_of_the_home_organisation_and_once_at_a_time(cast: Cast) -> None:
    first = cast.candidate()
    for changes, code in (
        ({}, "candidate-again"),
        ({"available_from": date(2028, 6, 30), "available_to": date(2029, 1, 1)},
         "candidate-again"),
        ({"giver": cast.stage.other_giver}, "person-elsewhere"),
        ({"giver": cast.stage.receiver}, "organisation-not-in-programme"),
    ):  # fmt: skip
        with pytest.raises(InvalidInput) as refused:
            cast.candidate(**changes)
        assert refused.value.code == code
    later = cast.candidate(available_from=date(2028, 7, 1), available_to=date(2029, 6, 30))
    for user in (cast.other_sender, cast.stage.manager, cast.officer):
        with pytest.raises(NotAllowed):
            actions.withdraw_candidate(by=user, candidate=first, reason="x")
    said = {
        "specialty": "05", "category": "clinical", "available_from": START,
        "available_to": date(2028, 8, 31),
    }  # fmt: skip
    with pytest.raises(InvalidInput) as refused:
        actions.edit_candidate(by=cast.sender, candidate=first, **said)
    assert refused.value.code == "candidate-again"
    actions.withdraw_candidate(by=cast.sender, candidate=later, reason="改期")
    assert actions.edit_candidate(by=cast.sender, candidate=first, **said).specialty == "05"
    with pytest.raises(Refused) as gone:
        actions.edit_candidate(by=cast.sender, candidate=later, **said)
    assert gone.value.code == "candidate-withdrawn"


def test_months_already_held_are_not_planned_again(cast: Cast) -> None:
    post = cast.post(headcount=2)
    for number in (0, 1):
        programmes.nominate(
            by=None, programme=cast.stage.programme, person=cast.people[number],
            giver=cast.stage.giver, receiver=cast.stage.receiver, specialty="03.04",
            kind="planned", category="clinical", post=post, planned_from=START,
            planned_to=date(2027, 6 if number else 12, 30),
        )  # fmt: skip
        cast.candidate(number)
    cast.candidate(2)
    scenario = cast.planned(cast.plan())
    assert {(t.start, t.months) for t in scenario.tours.all()} == {(6, 6)}
    # Both places are one post; whoever is there until the end of the year is no candidate.
    told = queries.scenario_summary(viewer_of(cast.stage.coordinator), scenario)
    [line] = told.posts
    assert (line.months_covered, line.months_needed, line.state) == (6, 6, "filled")
