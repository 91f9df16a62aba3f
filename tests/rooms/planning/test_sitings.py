"""Siting proposals: planned in the background, planned again, and kept from others."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from jiedui.accounts.models import AuditRow
from jiedui.accounts.permissions import viewer_of
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed, NotVisible
from jiedui.core.identifiers import new_id
from jiedui.planning.access import sitings as access
from jiedui.planning.actions import sitings as actions
from jiedui.planning.models import SitingProposal
from jiedui.planning.queries import sitings as queries
from tests.lasting import lasting
from tests.ledger_cast import Stage
from tests.ledger_cast import stage as set_stage
from tests.rooms.planning.siting_cast import begin, computed, siting_files

pytestmark = pytest.mark.django_db


the_cast, stage = lasting(set_stage)


def test_a_proposal_tells_whom_it_reaches_and_whom_not(stage: Stage) -> None:
    siting = computed(stage, begin(stage))
    overview = queries.siting_overview(viewer_of(stage.coordinator), siting)
    result = siting.result
    # Two kits of 15 km for 28 reach three places each at best, or three and two at the end.
    assert result["cost"] == "28.00"
    assert result["served"] + sum(line.people for line in overview.missed) == result["people"]
    assert result["people"] == 5200
    assert result["missed"] == len(overview.missed) > 0
    assert result["gap"] == 0
    assert {line.kind for line in overview.kits} == {"示例巡诊包"}
    assert all(each.nearest in {kit.site for kit in overview.kits} for each in overview.missed)
    line = overview.missed[0]
    assert line.people == max(each.people for each in overview.missed)
    assert line.nearest.startswith("示例第")
    assert line.cheapest_cost is not None
    assert {each.site for each in overview.kits} | {each.site for each in overview.left} == {
        f"示例第{n}卫生院" for n in range(4)
    }
    states = [state for *_, state in overview.points]
    assert states.count("chosen") == result["sites"]
    assert states.count("missed") == result["missed"]
    assert overview.next["first_useful"] is not None


def test_another_budget_is_planned_and_compared_with_the_run_before(stage: Stage) -> None:
    siting = computed(stage, begin(stage))
    before = siting.result
    again = computed(stage, siting, budget=Decimal(100))
    assert again.result["before"]["served"] == before["served"] < again.result["served"]
    assert again.result["before"]["cost"] == before["cost"]
    assert (again.budget, again.result["budget"]) == (Decimal(100), "100.00")
    actions.ask_siting_run(by=None, siting=again, repeat=True)
    same = actions.run_siting(by=None, siting_id=again.id)
    kept = ("served", "cost", "work", "before", "budget")
    assert same.state == "done"
    assert [same.result[key] for key in kept] == [again.result[key] for key in kept]
    nothing = computed(stage, again, budget=Decimal(0))
    assert nothing.result["served"] == 0
    overview = queries.siting_overview(viewer_of(stage.coordinator), nothing)
    assert [message for message, _ in overview.reasons] == [
        "There is no budget, so that nothing can be bought."
    ]


def test_without_files_it_is_the_worked_example(stage: Stage) -> None:
    siting = begin(stage, files=None)
    overview = queries.siting_overview(viewer_of(stage.coordinator), siting)
    assert overview.worked
    assert not overview.kits
    assert siting.budget == 200
    assert len(queries.files_of(siting)["demand.csv"].splitlines()) == 498


def test_the_worked_example_comes_into_no_real_programme(stage: Stage) -> None:
    stage.programme.example = False
    with pytest.raises(InvalidInput) as refused:
        begin(stage, files=None, owner=None)
    assert (refused.value.code, refused.value.field) == ("example-and-real", "programme")
    assert not SitingProposal.objects.exists()


def test_the_same_creation_twice_is_one(stage: Stage) -> None:
    id = new_id()
    assert begin(stage, id=id) == begin(stage, id=id)
    with pytest.raises(InvalidState):
        begin(stage, id=id, name="另一个")
    assert AuditRow.objects.filter(action="planning.create-siting").count() == 1


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"name": " "}, "text-missing", "name"),
        ({"seconds": 0}, "number-out-of-range", "seconds"),
        ({"budget": Decimal("1.234")}, "budget-unusable", "budget"),
        ({"budget": Decimal(-1)}, "planning-files-malformed", "file"),
        ({"source": "字" * 401}, "text-too-long", "source"),
        ({"files": siting_files(settings="{}")}, "planning-files-malformed", "file"),
        ({"files": siting_files(demand="place\n")}, "planning-files-malformed", "file"),
    ],
)
def test_a_proposal_that_cannot_be_is_refused_at_its_field(
    stage: Stage, change: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        begin(stage, **change)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not SitingProposal.objects.exists()


def test_a_run_that_broke_off_is_told_and_one_that_waits_goes_on(stage: Stage) -> None:
    siting = begin(stage)
    SitingProposal.objects.filter(pk=siting.pk).update(state="running")
    assert actions.end_broken_sitings(by=None) == []
    siting.refresh_from_db()
    assert (siting.state, siting.progress["error"]["code"]) == ("failed", "run-broke-off")
    actions.ask_siting_run(by=stage.coordinator, siting=siting)
    assert actions.end_broken_sitings(by=None) == [siting.id]
    actions.cancel_siting_run(by=stage.coordinator, siting=siting)
    assert actions.run_siting(by=None, siting_id=siting.id).state == "cancelled"
    with pytest.raises(InvalidState):
        actions.cancel_siting_run(by=stage.coordinator, siting=siting)


def test_a_manager_sees_the_own_and_others_nothing(stage: Stage) -> None:
    own, of_all = begin(stage), begin(stage, owner=None, name="全项目")
    manager, coordinator = viewer_of(stage.manager), viewer_of(stage.coordinator)
    assert access.get_siting(manager, own.id) == own
    assert not access.may_make_siting(manager, own.owner_id)
    assert set(access.visible_sitings(coordinator)) == {own, of_all}
    for user, hidden in (
        (stage.manager, of_all), (stage.outsider, own), (stage.expert, own), (stage.expert, of_all)
    ):  # fmt: skip
        with pytest.raises(NotVisible):
            access.get_siting(viewer_of(user), hidden.id)
    for act in (
        lambda: actions.ask_siting_run(by=stage.manager, siting=own),
        lambda: actions.edit_siting(by=stage.outsider, siting=own, name="改"),
        lambda: actions.create_siting(
            by=stage.manager, programme=stage.programme, owner=stage.receiver, name="新",
            files=siting_files(),
        ),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            act()
