"""Rounds: planned in the background, settled by hand, fixed, and kept from others."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from jiedui.accounts.permissions import viewer_of
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed, NotVisible
from jiedui.directory.models import Place, PlaceEdge
from jiedui.directory.queries import places_below
from jiedui.planning.access import rounds as access
from jiedui.planning.actions import rounds as actions
from jiedui.planning.actions import touring
from jiedui.planning.models import Round, RoundStop
from jiedui.planning.queries import rounds as queries
from tests.lasting import lasting
from tests.rooms.planning.round_cast import FIRST, LAST, RoundCast, place, set_cast

pytestmark = pytest.mark.django_db


the_cast, cast = lasting(set_cast)


def test_a_round_is_planned_within_its_hours_and_says_what_is_left_out(cast: RoundCast) -> None:
    round = cast.planned(cast.begin())
    sheets = queries.day_sheets(round)
    assert {sheet.day for sheet in sheets} == {FIRST, LAST}
    stops = [stop for sheet in sheets for stop in sheet.stops]
    seen = [stop.place.id for stop in stops]
    assert len(seen) == len(set(seen))
    for sheet in sheets:
        assert 480 <= sheet.leaves < sheet.back <= 1020
        assert [stop.number for stop in sheet.stops] == list(range(1, len(sheet.stops) + 1))
        for stop, after in zip(sheet.stops, sheet.stops[1:], strict=False):
            assert stop.leaves - stop.starts == 120
            assert after.arrives >= stop.leaves
    overview = queries.round_overview(viewer_of(cast.stage.manager), round)
    # At most three visits of two hours fit into nine hours with the ways between them.
    assert 4 <= overview.visited <= 6
    assert overview.visited + len(overview.left_out) == 8
    assert {each.reason for each in overview.left_out} <= {"gives-way", "too-late"}
    assert overview.gap is not None


def test_a_fixed_stop_stays_and_the_day_may_be_opened_only_at_some_hours(cast: RoundCast) -> None:
    round = cast.begin()
    far = round.places.get(place=cast.townships[7])
    actions.edit_round_place(
        by=cast.stage.manager, place=far, minutes=60, priority=5,
        windows=[(LAST, 600, 720)], last_visited_on=FIRST - timedelta(days=10),
    )  # fmt: skip
    cast.planned(round)
    vehicle = round.vehicles.get()
    RoundStop.objects.filter(place=far).delete()
    stop = RoundStop.objects.create(
        round=round, vehicle=vehicle, place=far, day=LAST, number=99,
        arrives=600, starts=600, leaves=660,
    )  # fmt: skip
    actions.pin_stop(by=cast.stage.manager, stop=stop)
    again = cast.planned(Round.objects.get(pk=round.pk))
    kept = RoundStop.objects.get(round=round, place=far)
    assert (kept.day, kept.pinned) == (LAST, True)
    assert 600 <= kept.starts <= 660
    assert again.result["broken_pins"] == []


def test_a_round_stopped_by_the_clock_is_repeated_by_its_steps(cast: RoundCast) -> None:
    round = cast.planned(cast.begin(seconds=1))
    asked = ("day", "vehicle_id", "number", "place_id", "arrives")
    before = list(round.stops.order_by("day", "number").values_list(*asked))
    touring.ask_round_run(by=cast.stage.manager, round=round, repeat=True)
    waiting = Round.objects.get(pk=round.pk)
    assert waiting.progress["work_limit"] == round.result["work"]
    again = touring.run_round(by=None, round_id=round.id)
    assert (again.run, again.result["work"]) == ("done", round.result["work"])
    assert again.result["cut"] is False
    assert list(again.stops.order_by("day", "number").values_list(*asked)) == before


def test_what_is_changed_makes_the_plan_stale_and_a_stale_one_is_not_fixed(
    cast: RoundCast,
) -> None:
    round = cast.begin()
    with pytest.raises(InvalidState) as refused:
        actions.fix_round(by=cast.stage.manager, round=round)
    assert refused.value.code == "round-empty"
    cast.planned(round)
    actions.drop_round_place(by=cast.stage.manager, place=round.places.all()[0])
    with pytest.raises(InvalidState) as refused:
        actions.fix_round(by=cast.stage.manager, round=round)
    assert refused.value.code == "round-stale"
    cast.planned(Round.objects.get(pk=round.pk))
    fixed = actions.fix_round(by=cast.stage.manager, round=round)
    assert fixed.state == "fixed"
    with pytest.raises(InvalidState) as refused:
        actions.put_vehicle(
            by=cast.stage.manager, round=round, name="二号车", leaves_at=480, back_by=900
        )
    assert refused.value.code == "round-fixed"
    actions.reopen_round(by=cast.stage.manager, round=round, reason="道路中断")
    assert Round.objects.get(pk=round.pk).state == "draft"


def test_the_last_visit_comes_from_a_fixed_round_before(cast: RoundCast) -> None:
    round = cast.planned(cast.begin())
    actions.fix_round(by=cast.stage.manager, round=round)
    later = cast.begin(name="六月", starts_on=date(2027, 6, 1), ends_on=date(2027, 6, 2))
    known = {
        row.place_id: row.last_visited_on for row in later.places.exclude(last_visited_on=None)
    }
    assert known == {stop.place.place_id: stop.day for stop in round.stops.all()}


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"name": " "}, "text-missing", "name"),
        ({"ends_on": date(2027, 2, 1)}, "dates-out-of-order", "ends_on"),
        ({"ends_on": date(2027, 9, 1)}, "round-too-long", "ends_on"),
        ({"starts_on": date(1, 1, 1)}, None, "starts_on"),
        ({"seconds": 0}, "number-out-of-range", "seconds"),
        ({"rules": {"road_speed": "快"}}, "rule-unreadable", "road_speed"),
        ({"rules": {"road_detour": "0.5"}}, "rule-unreadable", "road_detour"),
    ],
)
def test_a_round_that_cannot_be_is_refused_at_its_field(
    cast: RoundCast, change: dict[str, Any], code: str | None, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        cast.begin(**change)
    assert refused.value.field == field
    assert code in (None, refused.value.code)
    assert not Round.objects.exists()


def test_places_need_coordinates_and_windows_must_hold_a_visit(cast: RoundCast) -> None:
    round = cast.begin()
    nowhere = place("示例无名乡", None, None)
    with pytest.raises(InvalidInput) as refused:
        actions.add_round_places(by=cast.stage.manager, round=round, places=[nowhere])
    assert refused.value.code == "place-without-coordinates"
    mine = round.places.all()[0]
    for window, code in (
        ((None, 600, 660), "window-too-short"),
        ((None, 700, 600), "hours-out-of-order"),
        ((date(2030, 1, 1), 480, 900), "day-outside-round"),
    ):
        with pytest.raises(InvalidInput) as refused:
            actions.edit_round_place(
                by=cast.stage.manager, place=mine, minutes=120, priority=1, windows=[window]
            )
        assert (refused.value.code, refused.value.field) == (code, "windows")
    with pytest.raises(InvalidInput) as refused:
        actions.put_vehicle(
            by=cast.stage.manager, round=round, name="一号车", leaves_at=1, back_by=9
        )
    assert refused.value.code == "vehicle-twice"


def test_a_run_that_broke_off_is_told_and_one_that_waits_goes_on(cast: RoundCast) -> None:
    round = cast.begin()
    Round.objects.filter(pk=round.pk).update(run="running")
    assert touring.end_broken_rounds(by=None) == []
    round.refresh_from_db()
    assert round.run == "failed"
    assert round.progress["error"]["code"] == "run-broke-off"
    touring.ask_round_run(by=cast.stage.manager, round=round)
    assert touring.end_broken_rounds(by=None) == [round.id]
    touring.cancel_round_run(by=cast.stage.manager, round=round)
    round.refresh_from_db()
    assert round.run == "cancelled"


def test_others_neither_see_nor_change_a_round(cast: RoundCast) -> None:
    round = cast.planned(cast.begin())
    outsider, expert = viewer_of(cast.stage.outsider), viewer_of(cast.stage.expert)
    for viewer in (outsider, expert):
        with pytest.raises(NotVisible):
            access.get_round(viewer, round.id)
        with pytest.raises(NotVisible):
            access.get_round_stop(viewer, round.stops.all()[0].id)
    for act in (
        lambda: actions.fix_round(by=cast.stage.outsider, round=round),
        lambda: touring.ask_round_run(by=cast.stage.expert, round=round),
        lambda: actions.drop_vehicle(by=cast.stage.outsider, vehicle=round.vehicles.get()),
        lambda: cast.begin(organiser=cast.stage.other_receiver),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_the_file_for_a_device_has_the_stops_in_order_and_no_more(cast: RoundCast) -> None:
    round = cast.planned(cast.begin())
    sheet = queries.day_sheets(round)[0]
    told = queries.field_file(round, sheet)
    assert [stop["number"] for stop in told["stops"]] == list(range(1, len(sheet.stops) + 1))
    assert told["depot"]["name"] == "示例县城"
    assert set(told["stops"][0]) == {"id", "number", "place", "arrives", "starts", "leaves"}


def test_places_below_follow_the_trees_of_the_day(cast: RoundCast) -> None:
    top, middle, leaf = (Place.objects.create(name=f"示例{n}", example=True) for n in "省县乡")
    PlaceEdge.objects.create(tree="administrative", place=middle, parent=top)
    PlaceEdge.objects.create(
        tree="administrative", place=leaf, parent=middle, valid_to=date(2026, 12, 31)
    )
    assert places_below(top.id, date(2026, 6, 1)) == {middle.id, leaf.id}
    assert places_below(top.id, date(2027, 6, 1)) == {middle.id}
