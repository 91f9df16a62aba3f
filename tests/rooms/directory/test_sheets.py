"""The directory as sheets: out, in again, and what is refused where."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from jiedui.accounts.audit import AuditRow
from jiedui.directory import actions, queries
from jiedui.directory.domain.sheets import SHEETS, Said, read, say
from jiedui.directory.models import (
    Affiliation,
    Department,
    Organisation,
    OrganisationEdge,
    OrganisationIdentifier,
    OrganisationName,
    OrganisationSeat,
    Person,
    PersonSpecialty,
    PersonTitle,
    Place,
    PlaceChange,
    PlaceEdge,
)

pytestmark = pytest.mark.django_db

# The code that GB 32100-2015 itself gives as its example.
USCC = "uscc=91350100M000100Y43"


def everything():
    return {sheet: list(queries.export_rows(None, sheet)) for sheet in SHEETS}


def empty():
    for model in (
        PersonTitle, PersonSpecialty, Affiliation, Person, Department, OrganisationName,
        OrganisationIdentifier, OrganisationSeat, OrganisationEdge, Organisation, PlaceChange,
        PlaceEdge, Place,
    ):  # fmt: skip
        model.objects.all().delete()


def blank(sheet, **cells):
    return {column.code: "" for column in queries.sheet_columns(sheet)} | cells


@pytest.fixture
def directory():
    bodies = queries.known_bodies(Path(settings.PACKS_FOLDER) / "history" / "organisations.csv")
    actions.create_bodies(by=None, rows=bodies)
    upper = actions.create_place(
        by=None, name="示例甲县", code_scheme="gbt2260", code="990101", latitude=Decimal("39.5"),
        longitude=Decimal("75.9"), altitude_m=1290,
    )  # fmt: skip
    lower = [
        actions.create_place(by=None, name="同名乡", valid_from=date(2001, 1, 1)) for _ in "ab"
    ]
    for place in lower:
        actions.attach_place(by=None, tree="administrative", place=place, parent=upper)
        actions.attach_place(by=None, tree="health", place=place, parent=upper)
    hospital = actions.create_organisation(
        by=None, name="示例甲县医院", kind="hospital", tier="grade_2a", seat=lower[0],
        identifiers=[("uscc", "91350100M000100Y43")], other_names=["示例县院"],
    )  # fmt: skip
    actions.move_place(
        by=None, place=lower[1], tree="administrative", to=lower[0], on=date(2020, 5, 1)
    )
    actions.make_part(
        by=None, organisation=hospital, whole=queries.find_organisation("浙江大学"),
        valid_from=date(2019, 1, 1), valid_to=date(2022, 12, 31),
    )  # fmt: skip
    ward = actions.add_department(by=None, organisation=hospital, specialty="03", name="内一科")
    person = actions.add_person(
        by=None, name="甲一", organisation=hospital, department=ward, title="chief_physician",
        specialties=["03"], valid_from=date(2020, 1, 1),
    )  # fmt: skip
    return hospital, person


def test_what_goes_out_comes_in_again(directory):
    before = everything()
    lineage = set(queries.lineage())
    assert len(before["organisations"]) == 29
    for sheet in SHEETS:
        again = actions.import_rows(by=None, sheet=sheet, rows=before[sheet])
        assert (list(again), again.added, again.unchanged) == ([], 0, len(before[sheet]))
    empty()
    for sheet in SHEETS:
        found = actions.import_rows(by=None, sheet=sheet, rows=before[sheet][::-1])
        assert (list(found), found.added) == ([], len(before[sheet]))
    assert everything() == before
    assert set(queries.lineage()) == lineage


def test_a_dry_run_writes_nothing_and_says_the_same():
    rows = [blank("places", name="示例甲县"), blank("places", name="", code="1")]
    audits = AuditRow.objects.count()
    dry = actions.import_rows(by=None, sheet="places", rows=rows, dry_run=True)
    assert [(e.row, e.column, e.code) for e in dry] == [(1, "name", "text-missing")]
    assert dry.added == 1
    assert not Place.objects.exists()
    assert AuditRow.objects.count() == audits
    assert list(actions.import_rows(by=None, sheet="places", rows=rows)) == list(dry)
    assert Place.objects.count() == 1
    again = actions.import_rows(by=None, sheet="places", rows=rows)
    assert (again.added, again.unchanged, len(again)) == (0, 1, 1)
    assert AuditRow.objects.filter(action="directory.import").count() == 1


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"tier": "nowhere"}, "tier", "choice-unknown"),
        ({"code": "12345", "code_scheme": "gbt2260"}, "code", "code-malformed"),
        ({"code": "123456"}, "code_scheme", "scheme-missing"),
        ({"valid_from": "2020-13-01"}, "valid_from", "date-unreadable"),
        ({"valid_from": "2020", "valid_to": "2019"}, "valid_to", "dates-out-of-order"),
        ({"latitude": "north", "longitude": "1"}, "latitude", "number-unreadable"),
        ({"latitude": "39"}, "longitude", "coordinates-incomplete"),
        ({"latitude": "99", "longitude": "1"}, "latitude", "coordinates-impossible"),
        ({"parent_corps": "示例无县"}, "parent_corps", "place-unknown"),
        ({"parent_corps": "示例乙县"}, "parent_corps", "place-unknown"),
        ({"example": "maybe"}, "example", "flag-unreadable"),
        ({"id": "7"}, "id", "id-malformed"),
    ],
)
def test_a_fault_stands_at_its_column_and_leaves_nothing_of_its_row(cells, column, code):
    rows = [blank("places", name="示例丙县"), blank("places", name="示例乙县", **cells)]
    faults = actions.import_rows(by=None, sheet="places", rows=rows)
    assert [(e.row, e.column, e.code) for e in faults] == [(1, column, code)]
    assert [p.name for p in Place.objects.all()] == ["示例丙县"]
    assert not PlaceEdge.objects.exists()


def test_identifiers_are_checked_and_stand_once():
    good = blank("organisations", name="示例一院", kind="医院", identifiers=USCC)
    rows = [
        good,
        blank("organisations", name="示例二院", kind="hospital", identifiers=USCC[:-1] + "4"),
        blank("organisations", name="示例三院", kind="hospital", identifiers=USCC),
        blank("organisations", name="示例四院", kind="hospital", identifiers="institution=12"),
        blank("organisations", name="示例五院", kind="hospital", seats="示例无县"),
        good,
    ]  # fmt: skip
    faults = actions.import_rows(by=None, sheet="organisations", rows=rows)
    assert [(e.row, e.column, e.code) for e in faults] == [
        (1, "identifiers", "check-digit-wrong"),
        (2, "identifiers", "identifier-taken"),
        (3, "identifiers", "code-malformed"),
        (4, "seats", "place-unknown"),
        (5, "id", "row-repeated"),
    ]
    assert [b.name for b in Organisation.objects.all()] == ["示例一院"]


def test_a_row_whose_name_another_bears_is_refused_at_its_cell():
    actions.create_organisation(
        by=None, name="示例一院", name_en="Sample One", kind="hospital", other_names=["示例老院"]
    )
    rows = [
        blank("organisations", name="示例一院", kind="hospital"),
        blank("organisations", name="示例二院", name_en="sample one", kind="hospital"),
        blank("organisations", name="示例三院", other_names="示例老院", kind="hospital"),
        blank("organisations", name="示例四院", kind="hospital"),
        blank("organisations", name="示例四院", kind="hospital", tier="grade_2a"),
        blank("organisations", name="示例五院", kind="hospital", part_of="SAMPLE ONE"),
    ]
    faults = actions.import_rows(by=None, sheet="organisations", rows=rows)
    assert [(e.row, e.column, e.code) for e in faults] == [
        (0, "name", "name-taken"),
        (1, "name_en", "name-taken"),
        (2, "other_names", "name-taken"),
        (4, "name", "name-taken"),
    ]
    assert sorted(Organisation.objects.values_list("name", flat=True)) == [
        "示例一院", "示例五院", "示例四院",
    ]  # fmt: skip


def test_a_known_row_that_says_other_things_is_refused(directory):
    row = next(queries.export_rows(None, "people")) | {"titles": "associate_chief_physician"}
    faults = actions.import_rows(by=None, sheet="people", rows=[row])
    assert [(e.column, e.code) for e in faults] == [("titles", "row-differs")]


def test_rows_in_a_ring_are_refused():
    rows = [
        blank("places", name="示例甲", parent_administrative="示例乙"),
        blank("places", name="示例乙", parent_administrative="示例甲"),
    ]
    faults = actions.import_rows(by=None, sheet="places", rows=rows)
    assert {e.code for e in faults} == {"place-unknown"}
    assert not Place.objects.exists()


def test_dated_values_read_as_they_are_written():
    said = [Said("a/b", None, date(2020, 1, 1)), Said("c", date(2020, 1, 2), None), Said("d")]
    assert sorted(read(say(said), "x"), key=str) == sorted(said, key=str)
    assert read("650000 @2019..2020-06", "x") == [
        Said("650000", date(2019, 1, 1), date(2020, 6, 30))
    ]
