"""Merge, split and move keep the history."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from jiedui.core.errors import InvalidInput
from jiedui.directory import actions, queries
from jiedui.directory.models import PlaceChange, PlaceEdge

pytestmark = pytest.mark.django_db

ON = date(2021, 7, 1)
EVE = ON - timedelta(days=1)


@pytest.fixture
def land():
    """Province over two counties, each with its body and a hospital."""
    place = {name: actions.create_place(by=None, name=name) for name in "省甲乙丙"}
    for name in "甲乙":
        actions.attach_place(by=None, tree="administrative", place=place[name], parent=place["省"])
    body = {
        name: actions.create_organisation(
            by=None, name=f"示例{name}", kind="region", stands_for=place[name]
        )
        for name in "省甲乙丙"
    }
    hospital = {
        name: actions.create_organisation(
            by=None, name=f"示例{name}医院", kind="hospital", seat=place[name]
        )
        for name in "甲乙"
    }
    return place, body, hospital


def test_a_move_closes_the_edge_the_day_before(land):
    place, body, hospital = land
    actions.move_place(
        by=None, place=place["乙"], tree="administrative", to=place["甲"], on=ON, note="划归"
    )
    assert hospital["乙"].id not in queries.parts_of(body["甲"].id, EVE)
    assert hospital["乙"].id in queries.parts_of(body["甲"].id, ON)
    edges = PlaceEdge.objects.filter(place=place["乙"]).order_by("valid_to")
    assert {(e.valid_from, e.valid_to) for e in edges} == {(None, EVE), (ON, None)}
    again = actions.move_place(
        by=None, place=place["乙"], tree="administrative", to=place["甲"], on=ON
    )
    assert again is None
    assert PlaceChange.objects.count() == 1


def test_a_merge_gives_the_new_place_all_and_keeps_the_old_ones_facts(land):
    place, body, hospital = land
    actions.attach_place(
        by=None, tree="administrative", place=place["丙"], parent=place["省"], valid_from=ON
    )
    actions.merge_places(by=None, before=[place["甲"], place["乙"]], into=place["丙"], on=ON)
    place["甲"].refresh_from_db()
    assert place["甲"].valid_to == EVE
    now = queries.parts_of(body["丙"].id, ON)
    assert {hospital["甲"].id, hospital["乙"].id, body["甲"].id, body["乙"].id} <= now
    assert queries.parts_of(body["丙"].id, EVE) == {body["丙"].id}
    assert hospital["甲"].id in queries.parts_of(body["甲"].id, EVE)
    assert hospital["甲"].id not in queries.parts_of(body["甲"].id, ON)
    assert hospital["甲"].id in queries.parts_of(body["省"].id, EVE)
    assert hospital["甲"].id in queries.parts_of(body["省"].id, ON)


def test_one_place_takes_over_another(land):
    place, body, hospital = land
    actions.merge_places(by=None, before=[place["乙"]], into=place["甲"], on=ON)
    assert hospital["乙"].id in queries.parts_of(body["甲"].id, ON)
    assert body["乙"].id in queries.parts_of(body["甲"].id, ON)
    with pytest.raises(InvalidInput) as refused:
        actions.merge_places(by=None, before=[place["省"]], into=place["甲"], on=ON)
    assert refused.value.code == "merge-into-own-part"
    place["省"].refresh_from_db()
    assert place["省"].valid_to is None


def test_a_split_puts_the_parts_where_the_place_lay(land):
    place, body, hospital = land
    part = actions.create_place(by=None, name="丁")
    actions.split_place(
        by=None,
        place=place["甲"],
        into=[place["丙"], part],
        on=ON,
        assign={hospital["甲"].id: place["丙"]},
    )
    assert body["丙"].id in queries.parts_of(body["省"].id, ON)
    assert hospital["甲"].id in queries.parts_of(body["丙"].id, ON)
    assert hospital["甲"].id in queries.parts_of(body["甲"].id, EVE)
    # The facts of the old county's body still count for the province.
    assert body["甲"].id in queries.parts_of(body["省"].id, ON)
    change = PlaceChange.objects.get()
    assert set(change.after.all()) == {place["丙"], part}


def test_a_change_before_the_state_began_is_refused(land):
    place, _, _ = land
    actions.move_place(by=None, place=place["乙"], tree="administrative", to=place["甲"], on=ON)
    with pytest.raises(InvalidInput) as refused:
        actions.move_place(by=None, place=place["乙"], tree="administrative", to=place["省"], on=ON)
    assert refused.value.code == "change-too-early"


def test_a_second_parent_on_the_same_days_is_refused(land):
    place, _, _ = land
    with pytest.raises(InvalidInput) as refused:
        actions.attach_place(
            by=None, tree="administrative", place=place["甲"], parent=place["丙"],
            valid_from=ON, valid_to=ON,
        )  # fmt: skip
    assert refused.value.code == "parent-overlaps"
    actions.attach_place(by=None, tree="health", place=place["甲"], parent=place["丙"])


def test_a_renamed_organisation_is_found_by_its_former_name(land):
    _, _, hospital = land
    body = actions.edit_organisation(
        by=None, organisation=hospital["甲"], name="示例甲人民医院", kind="hospital"
    )
    assert queries.find_organisation("示例甲医院") == body
    assert queries.find_organisation("示例甲人民医院") == body


def test_an_organisation_takes_no_name_of_another(land):
    _, _, hospital = land
    actions.add_name(by=None, organisation=hospital["乙"], name="示例乙院")
    for field, name in (
        ("name", "示例乙医院"),
        ("name", "示例乙院"),
        ("name", " 示例乙院\u3000"),
        ("name_en", "示例乙医院"),
    ):
        words = {"name": "示例甲医院", field: name}
        with pytest.raises(InvalidInput) as refused:
            actions.edit_organisation(
                by=None, organisation=hospital["甲"], kind="hospital", **words
            )
        assert (refused.value.code, refused.value.field) == ("name-taken", field)
    with pytest.raises(InvalidInput) as refused:
        actions.add_name(by=None, organisation=hospital["甲"], name="示例乙医院")
    assert refused.value.code == "name-taken"
    assert queries.find_organisation("示例乙医院") == hospital["乙"]
    # What it is called already it may keep, and take a former name of its own again.
    for name in ("示例甲人民医院", "示例甲医院"):
        actions.edit_organisation(by=None, organisation=hospital["甲"], name=name, kind="hospital")
    assert queries.find_organisation("示例甲医院") == hospital["甲"]
