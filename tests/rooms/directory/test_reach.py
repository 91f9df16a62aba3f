"""How far a role reaches, and that what is kept of the trees is never stale."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from jiedui.accounts.models import User
from jiedui.accounts.permissions import viewer_of
from jiedui.core.errors import NotAllowed
from jiedui.core.identifiers import new_id
from jiedui.directory import access, actions, queries
from jiedui.directory.access.graph import Tree
from jiedui.directory.domain.lineage import Graph
from jiedui.directory.models import Organisation, OrganisationSeat
from jiedui.programmes import access as programmes
from tests.directory_cast import make_cast, user
from tests.lasting import lasting

pytestmark = pytest.mark.django_db

DAY = date(2024, 6, 1)


the_cast, cast = lasting(make_cast)


def viewer(name, day=DAY):
    return viewer_of(User.objects.get(username=name), day)


def test_a_role_over_everything_reaches_everything(cast):
    held = access.reach(viewer("coordinator"))
    assert held.everything
    assert held.covers(cast.giver.id)


def test_a_role_over_a_place_reaches_what_lies_in_it_and_its_body(cast):
    held = access.reach(viewer("county"))
    assert held.organisation_ids == {cast.county_body.id, cast.hospital.id}
    assert held.place_ids == {cast.county.id, cast.township.id}
    assert not held.covers(cast.province_body.id)


def test_a_role_over_an_organisation_reaches_it_and_its_parts(cast):
    wing = actions.create_organisation(by=None, name="示例分院", kind="hospital")
    actions.make_part(by=None, organisation=wing, whole=cast.hospital, valid_to=date(2024, 12, 31))
    assert access.reach(viewer("manager")).organisation_ids == {cast.hospital.id, wing.id}
    later = access.reach(viewer("manager", date(2025, 1, 1)))
    assert later.organisation_ids == {cast.hospital.id}


def test_a_reach_is_worked_out_once_while_the_directory_stays_as_it_is(cast):
    held = access.reach(viewer("county"))
    assert access.reach(viewer("county")) is held
    assert access.reach(viewer("county", date(2030, 1, 1))) is not held
    above = queries.ancestors_of_all(held.organisation_ids)
    assert queries.ancestors_of_all(held.organisation_ids) is above
    assert above == queries.ancestors_of_all(list(held.organisation_ids))
    wing = actions.create_organisation(by=None, name="示例分院", kind="hospital")
    actions.make_part(by=None, organisation=wing, whole=cast.hospital)
    assert access.reach(viewer("county")).organisation_ids == held.organisation_ids | {wing.id}


def test_an_answer_is_had_though_another_request_clears_what_is_kept():
    class Cleared(dict):
        def __setitem__(self, asked, answer):
            """Gone before whoever put it there looks again."""

    tree = Tree((), Graph.of([]), frozenset(), {}, Cleared())

    assert tree.once("asked", lambda: 7) == 7


def test_no_role_reaches_nothing(cast):
    for name in ("system", "audit"):
        assert access.reach(viewer(name)).organisation_ids == frozenset()
        assert not access.visible_organisations(viewer(name)).exists()
        assert not access.visible_people(viewer(name)).exists()
        assert not access.visible_places(viewer(name)).exists()


def test_permissions_over_the_same_places_are_asked_for_once(cast):
    asks = viewer("manager").keeping()
    assert access.reach(asks) is access.reach(asks, "programmes.read")
    assert access.reach(asks, "accounts.read") is not access.reach(asks)


def test_many_bodies_are_one_parameter_and_mean_the_same(cast):
    ids = [cast.giver.id, cast.hospital.id, cast.county_body.id]
    few, many = access.Bodies(ids), access.Bodies([*ids, *(new_id() for _ in range(20))])
    rows, seats = Organisation.objects.order_by("id"), OrganisationSeat.objects.order_by("id")
    assert len(seats.filter(organisation__in=ids)) > 0
    for bodies in (few, many):
        plain = frozenset(bodies)
        for named, meant in (
            (rows.filter(id__in=bodies), rows.filter(id__in=plain)),
            (rows.exclude(id__in=bodies), rows.exclude(id__in=plain)),
            (rows.filter(Q(id__in=bodies) | Q(name="无")), rows.filter(id__in=plain)),
            (seats.filter(organisation_id__in=bodies), seats.filter(organisation__in=plain)),
            (rows.filter(Exists(seats.filter(organisation=OuterRef("pk"), pk__isnull=False,
                                             organisation_id__in=bodies))),
             rows.filter(seats__in=seats.filter(organisation__in=plain)).distinct()),
        ):  # fmt: skip
            assert list(named) == list(meant)
    assert len(rows.filter(id__in=few).query.sql_with_params()[1]) == 3
    assert len(rows.filter(id__in=many).query.sql_with_params()[1]) == 1
    assert len(rows.filter(id__in=few | many).query.sql_with_params()[1]) == 1
    assert not rows.filter(id__in=access.Bodies()).exists()


def test_places_above_are_seen_but_not_edited(cast):
    seen = set(access.visible_places(viewer("viewer")))
    assert seen == {cast.county, cast.province}
    with pytest.raises(NotAllowed):
        actions.edit_place(
            by=User.objects.get(username="manager"), place=cast.county, name="示例改名县"
        )
    with pytest.raises(NotAllowed):
        actions.create_place(by=User.objects.get(username="county"), name="示例新县")


def test_a_manager_keeps_the_own_organisation_only(cast):
    manager = User.objects.get(username="manager")
    actions.add_department(by=manager, organisation=cast.hospital, specialty="04", name="外科")
    with pytest.raises(NotAllowed):
        actions.add_department(by=manager, organisation=cast.giver, specialty="04", name="外科")
    with pytest.raises(NotAllowed):
        actions.import_rows(by=manager, sheet="places", rows=[])


def test_the_other_side_of_a_pairing_is_seen(cast):
    held = programmes.reach(viewer("manager"))
    assert held.own == {cast.hospital.id}
    assert held.seen == {cast.hospital.id, cast.giver.id}
    assert held.sees(cast.giver.id)
    assert not held.covers(cast.giver.id)


def test_lineage_follows_every_change_and_no_undone_one(cast):
    before = set(queries.lineage())

    with transaction.atomic():
        actions.move_organisation(by=None, organisation=cast.hospital, place=cast.township, on=DAY)
        assert set(queries.lineage()) != before
        transaction.set_rollback(True)
    assert set(queries.lineage()) == before
    # Rows loaded in bulk, past the actions, are seen too.
    OrganisationSeat.objects.create(organisation=cast.giver, place=cast.county)
    assert cast.giver.id in queries.parts_of(cast.county_body.id)


def test_a_title_is_that_of_the_day(cast):
    actions.give_title(
        by=None, person=cast.person, title="associate_chief_physician", valid_from=DAY
    )
    assert queries.title_on(cast.person, date(2024, 5, 31)) == "chief_physician"
    assert queries.title_on(cast.person, DAY) == "associate_chief_physician"
    assert queries.title_on(cast.person, date(2019, 1, 1)) == ""


def test_nobody_takes_a_person_from_an_organisation_that_is_not_theirs(cast):
    user("taker", "supporter_manager", "organisation", cast.giver)
    taker, on = User.objects.get(username="taker"), date(2024, 7, 1)
    with pytest.raises(NotAllowed) as refused:
        actions.post_person(by=taker, person=cast.person, organisation=cast.giver, valid_from=on)
    assert refused.value.code == "directory-out-of-reach"
    assert cast.person.affiliations.get().valid_to is None
    coordinator = User.objects.get(username="coordinator")
    actions.post_person(by=coordinator, person=cast.person, organisation=cast.giver, valid_from=on)
    assert cast.person.affiliations.get(organisation=cast.hospital).valid_to == date(2024, 6, 30)


def test_a_person_is_kept_where_the_present_or_else_the_last_post_is(cast):
    manager, person = User.objects.get(username="manager"), cast.person
    post = person.affiliations.get()
    post.valid_to = date(2024, 6, 30)
    post.save()
    actions.edit_person(by=manager, person=person, name="甲一")  # the last post
    actions.post_person(
        by=None, person=person, organisation=cast.giver, valid_from=date(2024, 7, 1)
    )
    with pytest.raises(NotAllowed) as refused:
        actions.edit_person(by=manager, person=person, name="甲二")
    assert refused.value.code == "directory-out-of-reach"
    user("taker", "supporter_manager", "organisation", cast.giver)
    actions.edit_person(by=User.objects.get(username="taker"), person=person, name="甲三")


def test_a_request_that_reads_asks_for_a_reach_once(cast, django_assert_num_queries):
    plain = viewer("manager")
    reading = plain.keeping()
    assert reading == plain
    assert (access.reach(reading), programmes.reach(reading)) == (
        access.reach(plain), programmes.reach(plain),
    )  # fmt: skip
    with django_assert_num_queries(0):
        access.reach(reading)
        programmes.reach(reading)
    # Another permission is another reach, and who writes is asked anew.
    assert access.reach(reading, "directory.edit") == access.reach(plain, "directory.edit")
    with django_assert_num_queries(1):
        access.reach(plain)


def test_wholes_are_the_ancestors_of_the_lineage(cast):
    rows = queries.lineage()
    for bodies in ([cast.hospital.id], [cast.giver.id, cast.hospital.id], []):
        told = {row.ancestor for row in rows if row.descendant in bodies}
        assert queries.wholes_of(bodies) == told | set(bodies)
