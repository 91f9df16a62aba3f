"""The doors that the rooms above rely on."""

from __future__ import annotations

from datetime import date

import pytest

from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.identifiers import new_id
from jiedui.directory import actions, queries
from jiedui.directory.models import Organisation

pytestmark = pytest.mark.django_db


def region(name, parent=None, tree="administrative", **dates):
    place = actions.create_place(by=None, name=name)
    if parent:
        actions.attach_place(by=None, tree=tree, place=place, parent=parent, **dates)
    body = actions.create_organisation(by=None, name=name, kind="region", stands_for=place)
    return place, body


def test_a_hospital_lies_in_the_regions_above_its_seat():
    province, province_body = region("示例东省")
    county, county_body = region("示例甲县", province, valid_from=date(2020, 1, 1))
    hospital = actions.create_organisation(
        by=None, name="示例东州第一医院", kind="hospital", seat=county
    )
    rows = {(r.descendant, r.ancestor): r for r in queries.lineage()}
    assert rows[hospital.id, county_body.id].valid_from is None
    assert rows[hospital.id, province_body.id].valid_from == date(2020, 1, 1)
    assert queries.parts_of(province_body.id, date(2021, 1, 1)) == {
        province_body.id,
        county_body.id,
        hospital.id,
    }
    assert queries.parts_of(province_body.id, date(2019, 1, 1)) == {province_body.id}


def test_the_same_id_and_content_is_one_creation():
    id = new_id()
    first = actions.create_place(by=None, id=id, name="示例甲县")
    assert actions.create_place(by=None, id=id, name="示例甲县") == first
    with pytest.raises(InvalidState) as refused:
        actions.create_place(by=None, id=id, name="示例乙县")
    assert refused.value.code == "id-taken"


def test_a_name_is_found_exactly_or_not_at_all():
    body = actions.create_organisation(
        by=None, name="示例东州第一医院", name_en="Sample First", kind="hospital",
        other_names=["示例一院"],
    )  # fmt: skip
    for name in ("示例东州第一医院", " 示例一院 ", "sample FIRST", "Ｓample  First"):
        assert queries.find_organisation(name) == body
    assert queries.find_organisation("示例东州") is None
    # No action makes a second bearer; rows that were loaded otherwise may.
    Organisation.objects.create(name="示例东州第一医院", kind="hospital")
    assert queries.find_organisation("示例东州第一医院") is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " 示例东州第一医院 "}, "name"),
        ({"name": "示例一院"}, "name"),
        ({"name": "示例新院", "name_en": "SAMPLE first"}, "name_en"),
        ({"name": "示例新院", "other_names": ["Sample  First"]}, "other_names"),
    ],
)
@pytest.mark.parametrize("example", [False, True])
def test_nobody_is_created_under_a_name_that_another_bears(given, field, example):
    actions.create_organisation(
        by=None, name="示例东州第一医院", name_en="Sample First", kind="hospital",
        other_names=["示例一院"],
    )  # fmt: skip
    with pytest.raises(InvalidInput) as refused:
        actions.create_organisation(by=None, kind="hospital", example=example, **given)
    assert (refused.value.code, refused.value.field) == ("name-taken", field)
    assert Organisation.objects.count() == 1


def test_a_creation_told_again_is_answered_and_not_refused_for_its_own_name():
    said = {"id": new_id(), "name": "示例甲院", "kind": "hospital", "other_names": ["示例甲院"]}
    first = actions.create_organisation(by=None, **said)
    assert actions.create_organisation(by=None, **said) == first


def test_no_place_lies_in_itself():
    upper, lower = region("示例甲县")[0], region("示例乙乡")[0]
    actions.attach_place(
        by=None, tree="administrative", place=lower, parent=upper, valid_from=date(2020, 1, 1)
    )
    with pytest.raises(InvalidInput) as refused:
        actions.attach_place(by=None, tree="administrative", place=upper, parent=lower)
    assert refused.value.code == "tree-would-close"
    actions.attach_place(
        by=None, tree="administrative", place=upper, parent=lower, valid_to=date(2019, 12, 31)
    )
    assert queries.lineage()
