"""Programmes, pairings and who they cover."""

from __future__ import annotations

from datetime import date

import pytest

from jiedui.core.errors import InvalidInput
from jiedui.directory import actions as directory
from jiedui.programmes import actions, queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    sides = []
    for name in ("示例东省", "示例甲县"):
        place = directory.create_place(by=None, name=name)
        body = directory.create_organisation(by=None, name=name, kind="region", stands_for=place)
        hospital = directory.create_organisation(
            by=None, name=f"{name}医院", kind="hospital", seat=place
        )
        sides.append((body, hospital))
    programme = actions.create_programme(
        by=None, code="sample", name="示例对口支援", kind="paired_assistance"
    )
    return programme, sides


def test_a_pairing_of_regions_covers_their_hospitals(pair):
    programme, ((east, east_hospital), (county, county_hospital)) = pair
    tie = actions.pair(
        by=None, programme=programme, kind="region_region", giver=east, receiver=county,
        valid_from=date(2020, 1, 1),
    )  # fmt: skip
    day = date(2021, 1, 1)
    found = queries.pairing_for(programme.id, east_hospital.id, county_hospital.id, day)
    assert found == tie
    assert (
        queries.pairing_for(programme.id, east_hospital.id, county_hospital.id, date(2019, 1, 1))
        is None
    )
    nearer = actions.pair(
        by=None, programme=programme, kind="hospital_hospital", giver=east_hospital,
        receiver=county_hospital,
    )  # fmt: skip
    found = queries.pairing_for(programme.id, east_hospital.id, county_hospital.id, day)
    assert found == nearer


def test_the_same_tie_does_not_hold_twice(pair):
    programme, ((east, _), (county, _)) = pair
    tie = actions.pair(
        by=None, programme=programme, kind="region_region", giver=east, receiver=county,
        valid_from=date(2020, 1, 1),
    )  # fmt: skip
    with pytest.raises(InvalidInput) as refused:
        actions.pair(
            by=None, programme=programme, kind="region_region", giver=east, receiver=county
        )
    assert refused.value.code == "pairing-overlaps"
    actions.end_pairing(by=None, pairing=tie, on=date(2020, 12, 31))
    actions.pair(
        by=None, programme=programme, kind="region_region", giver=east, receiver=county,
        valid_from=date(2021, 1, 1),
    )  # fmt: skip
