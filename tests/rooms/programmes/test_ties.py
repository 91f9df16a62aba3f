"""Every kind of tie: departments, duties, networks, spokes; and what it says to the figures."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from jiedui.accounts.models import AuditRow
from jiedui.accounts.permissions import viewer_of
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed, Refused
from jiedui.core.identifiers import new_id
from jiedui.core.packs import vocabulary
from jiedui.directory import actions as directory
from jiedui.directory.models import Department, Organisation
from jiedui.programmes import access, actions, queries
from jiedui.programmes.domain.facts import LASTS
from jiedui.programmes.models import Duty, Pairing, ProgrammeFact
from tests.lasting import lasting
from tests.ledger_cast import SINCE, Stage, account
from tests.ledger_cast import stage as set_stage

pytestmark = pytest.mark.django_db
DAY = date(2024, 6, 1)


the_cast, stage = lasting(set_stage)


@pytest.fixture
def ward(stage: Stage) -> Department:
    return directory.add_department(
        by=None, organisation=stage.receiver, specialty="03.04", name="心内科"
    )


def tie(stage: Stage, **changes: Any) -> Pairing:
    said: dict[str, Any] = {
        "by": stage.coordinator, "programme": stage.programme, "kind": "co_building",
        "giver": stage.giver, "receiver": stage.receiver, "valid_from": SINCE,
    }  # fmt: skip
    return actions.pair(**said | changes)


def refused(act: Any, *args: Any, **more: Any) -> tuple[str, str | None]:
    with pytest.raises(Refused) as caught:
        act(*args, **more)
    assert str(caught.value)
    return caught.value.code, caught.value.field


def body(name: str, **more: Any) -> Organisation:
    return directory.create_organisation(by=None, name=name, kind="hospital", example=True, **more)


def test_a_department_is_named_where_the_kind_is_with_one(stage: Stage, ward: Department) -> None:
    for kind in ("hospital_department", "hospitals_department"):
        assert refused(tie, stage, kind=kind) == ("department-needed", "department")
    assert refused(tie, stage, department=ward) == ("department-refused", "department")
    other = directory.add_department(
        by=None, organisation=stage.other_receiver, specialty="03", name="内科"
    )
    found = refused(tie, stage, kind="hospital_department", department=other)
    assert found == ("department-elsewhere", "department")
    made = tie(stage, kind="hospital_department", department=ward)
    assert made.department == ward
    assert not made.passes_down


def test_one_hospital_is_in_charge_of_a_department(stage: Stage, ward: Department) -> None:
    first = tie(stage, kind="hospital_department", department=ward)
    again = {"kind": "hospital_department", "department": ward, "giver": stage.other_giver}
    assert refused(tie, stage, **again) == ("department-in-charge", "department")
    actions.end_pairing(by=stage.coordinator, pairing=first, on=DAY)
    tie(stage, **again, valid_from=date(2024, 6, 2))


def test_several_hospitals_split_the_duties_of_a_department(stage: Stage, ward: Department) -> None:
    kind = {"kind": "hospitals_department", "department": ward}
    one = tie(stage, **kind, duties=["clinical", "teaching"])
    two = tie(stage, **kind, giver=stage.other_giver, duties=["research"])
    third = body("示例丙省医院")
    assert refused(tie, stage, **kind, giver=third, duties=["nursing", "teaching"]) == (
        "duty-taken",
        "duties",
    )
    assert not Pairing.objects.filter(giver=third).exists()
    by = stage.coordinator
    declare = actions.declare_duty
    assert refused(declare, by=by, pairing=two, duty="clinical") == ("duty-taken", "duty")
    assert refused(declare, by=by, pairing=two, duty="吟诗") == ("code-unknown", "duty")
    kept = declare(by=by, pairing=two, duty="remote", note="每周二")
    assert declare(by=by, pairing=two, duty="remote", note="每周二") == kept
    assert (kept.valid_from, kept.valid_to) == (SINCE, None)
    teaching = Duty.objects.get(pairing=one, duty="teaching")
    actions.end_duty(by=by, duty=teaching, on=DAY)
    assert refused(actions.end_duty, by=by, duty=teaching, on=date(2025, 1, 1))[0] == "duty-ended"
    declare(by=by, pairing=two, duty="teaching", valid_from=date(2024, 6, 2))
    outside = refused(declare, by=by, pairing=two, duty="nursing", valid_from=date(2023, 1, 1))
    assert outside == ("duty-outside-pairing", "valid_from")


def test_the_database_refuses_a_duty_twice_and_a_tie_with_itself(
    stage: Stage, ward: Department
) -> None:
    one = tie(stage, kind="hospitals_department", department=ward, duties=["clinical"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.create(pairing=one, department=ward, duty="clinical")
    with pytest.raises(IntegrityError), transaction.atomic():
        Pairing.objects.create(
            programme=stage.programme, kind="other", giver=stage.giver, receiver=stage.giver
        )
    assert refused(tie, stage, receiver=stage.giver) == ("pairing-with-itself", "receiver")


def test_duties_end_with_their_tie(stage: Stage, ward: Department) -> None:
    one = tie(stage, kind="hospitals_department", department=ward, duties=["clinical"])
    actions.declare_duty(by=None, pairing=one, duty="teaching", valid_from=date(2025, 1, 1))
    actions.end_pairing(by=stage.coordinator, pairing=one, on=DAY)
    assert list(Duty.objects.values_list("duty", "valid_to")) == [("clinical", DAY)]
    plain = tie(stage)
    found = refused(actions.declare_duty, by=None, pairing=plain, duty="clinical")
    assert found == ("duty-without-department", "duty")


def test_every_kind_of_the_pack_is_made_by_its_own_rule(stage: Stage, ward: Department) -> None:
    """Each names what its row asks for and nothing else, and passes down where the row says so."""
    network = {"by": None, "programme": stage.programme, "lead": stage.giver, "valid_from": SINCE}
    about = {"specialty": {"specialty": "07"}, "disease": {"disease": "stroke"}, "1": {}}
    kinds = vocabulary().table("pairing_kinds")
    for kind, row in kinds.items():
        said: dict[str, Any] = {"kind": kind, "giver": stage.other_giver}
        if row.extra["department"]:
            assert refused(tie, stage, **said) == ("department-needed", "department")
            said["department"] = ward
        else:
            odd = said | {"department": ward}
            assert refused(tie, stage, **odd) == ("department-refused", "department")
        if asked := row.extra["network"]:
            assert refused(tie, stage, **said) == ("network-needed", "network")
            said["network"] = actions.create_network(
                **network, kind=kind, name=f"示例{row.name}", **about[asked]
            )
        if row.extra["spoke"]:
            farm = body("示例团场医院")
            assert refused(tie, stage, **said | {"giver": farm})[0] == "spoke-without-hub"
            said |= {"giver": stage.receiver, "receiver": farm}
        made = tie(stage, **said)
        assert made.passes_down == bool(row.extra["passes_down"]), kind
    assert set(Pairing.objects.values_list("kind", flat=True)) == set(kinds)


def test_an_alliance_has_its_ties(stage: Stage) -> None:
    by = stage.coordinator
    found = actions.create_network
    said = {"by": by, "programme": stage.programme, "lead": stage.giver, "name": "示例儿科联盟"}
    assert refused(found, **said, kind="co_building") == ("network-kind", "kind")
    assert refused(found, **said, kind="specialty_alliance") == ("text-missing", "specialty")
    assert refused(found, **said, kind="disease_alliance") == ("text-missing", "disease")
    assert refused(found, **said, kind="disease_alliance", disease="x") == (
        "code-unknown",
        "disease",
    )
    alliance = found(**said, kind="specialty_alliance", specialty="07", valid_from=SINCE)
    assert refused(found, **said, kind="consortium") == ("network-name-taken", "name")
    assert refused(tie, stage, kind="specialty_alliance") == ("network-needed", "network")
    assert refused(tie, stage, network=alliance) == ("network-of-other-kind", "network")
    member = tie(stage, kind="specialty_alliance", network=alliance)
    assert list(alliance.ties.all()) == [member]
    assert refused(actions.end_network, by=by, network=alliance, on=date(2023, 1, 1)) == (
        "dates-out-of-order",
        "on",
    )
    actions.end_network(by=by, network=alliance, on=DAY)
    member.refresh_from_db()
    assert member.valid_to == DAY
    assert refused(actions.end_network, by=by, network=alliance, on=SINCE)[0] == "network-ended"
    alliance.refresh_from_db()
    later = {"kind": "specialty_alliance", "network": alliance, "giver": stage.other_giver}
    assert refused(tie, stage, **later, valid_from=date(2025, 1, 1)) == (
        "network-not-then",
        "network",
    )


def test_a_spoke_begins_at_who_is_helped_and_never_leads_back(stage: Stage) -> None:
    farm, village = body("示例团场医院"), body("示例连队卫生室")
    spoke = {"kind": "spoke", "giver": stage.receiver, "receiver": farm}
    early = {"valid_from": date(2023, 1, 1), "valid_to": date(2023, 12, 31)}
    assert refused(tie, stage, **spoke | early) == ("spoke-without-hub", "giver")
    assert refused(tie, stage, kind="spoke", giver=village, receiver=farm) == (
        "spoke-without-hub",
        "giver",
    )
    tie(stage, **spoke)
    tie(stage, kind="spoke", giver=farm, receiver=village)
    assert refused(tie, stage, kind="spoke", giver=village, receiver=farm) == (
        "pairing-circular",
        "receiver",
    )
    with pytest.raises(InvalidInput) as caught:
        tie(stage, giver=village, receiver=stage.giver)
    assert caught.value.details["ring"] == (
        "示例连队卫生室 → 示例甲省医院 → 示例东州医院 → 示例团场医院 → 示例连队卫生室"
    )
    # Before the spokes began nothing led back.
    tie(stage, giver=village, receiver=stage.giver, **early)
    # An exchange between equals is no spoke.
    tie(stage, giver=stage.other_receiver, receiver=stage.other_giver)


def test_a_hub_may_be_helped_through_its_region(stage: Stage) -> None:
    place = directory.create_place(by=None, name="示例乙州", example=True)
    region = directory.create_organisation(
        by=None, name="示例乙州", kind="region", stands_for=place, example=True
    )
    hub, farm = body("示例乙州医院", seat=place), body("示例丁团医院")
    said = {"kind": "spoke", "giver": hub, "receiver": farm}
    alone = tie(stage, kind="region_region", receiver=region, passes_down=False)
    assert refused(tie, stage, **said)[0] == "spoke-without-hub"
    actions.end_pairing(by=None, pairing=alone, on=SINCE)
    tie(stage, kind="region_region", receiver=region, valid_from=date(2024, 1, 2))
    assert tie(stage, **said, valid_from=date(2024, 1, 2)).giver == hub


def test_a_tie_that_does_not_pass_down_is_of_the_two_alone(stage: Stage) -> None:
    place = directory.create_place(by=None, name="示例丙州", example=True)
    region = directory.create_organisation(
        by=None, name="示例丙州", kind="region", stands_for=place, example=True
    )
    inside = body("示例丙州医院", seat=place)
    made = tie(stage, kind="region_region", receiver=region, passes_down=False)
    asked = (stage.programme.id, stage.giver.id)
    assert queries.pairing_for(*asked, inside.id, DAY) is None
    assert queries.pairing_for(*asked, region.id, DAY) == made
    reader = viewer_of(account("inside", "丙州", "viewer", inside))
    assert not access.visible_pairings(reader).exists()
    assert not access.reach(reader).sees(stage.giver.id)
    assert not queries.may_name(reader, stage.giver.id)
    assert queries.pairings_of(viewer_of(stage.coordinator), inside.id) == []
    actions.end_pairing(by=None, pairing=made, on=SINCE)
    passing = tie(stage, kind="region_region", receiver=region, valid_from=DAY)
    assert passing.passes_down
    assert queries.pairing_for(*asked, inside.id, DAY) == passing
    assert access.reach(reader).sees(stage.giver.id)
    assert queries.may_name(reader, stage.giver.id)


def test_a_tie_says_to_the_figures_from_when_to_when(stage: Stage) -> None:
    made = tie(stage)
    row = ProgrammeFact.objects.get(record_id=made.id)
    assert (row.measure, row.kind, row.value) == ("pairings", "co_building", 1)
    assert (row.happened_from, row.happened_to) == (SINCE, LASTS)
    actions.end_pairing(by=stage.coordinator, pairing=made, on=DAY)
    rows = ProgrammeFact.objects.filter(record_id=made.id).order_by("sequence")
    assert [(r.sign, r.happened_to) for r in rows] == [(1, LASTS), (-1, LASTS), (1, DAY)]
    actions.end_pairing(by=stage.coordinator, pairing=made, on=DAY)
    assert rows.count() == 3
    with pytest.raises(InvalidState):
        actions.end_pairing(by=stage.coordinator, pairing=made, on=SINCE)


def test_the_same_id_twice_is_one_tie(stage: Stage, ward: Department) -> None:
    said = {
        "id": new_id(), "kind": "hospitals_department", "department": ward,
        "duties": ["clinical", "nursing"],
    }  # fmt: skip
    first = tie(stage, **said)
    assert tie(stage, **said | {"duties": ["nursing", "clinical"]}) == first
    assert Duty.objects.count() == 2
    assert refused(tie, stage, **said | {"duties": ["clinical"]}) == ("id-taken", None)
    assert AuditRow.objects.filter(object_id=str(first.id)).count() == 1


def test_only_who_edits_a_side_may(stage: Stage, ward: Department) -> None:
    one = tie(stage, kind="hospitals_department", department=ward, duties=["clinical"])
    duty = Duty.objects.get()
    for act in (
        lambda: tie(stage, by=stage.manager),
        lambda: actions.declare_duty(by=stage.manager, pairing=one, duty="nursing"),
        lambda: actions.end_duty(by=stage.manager, duty=duty, on=DAY),
        lambda: actions.create_network(
            by=stage.manager, programme=stage.programme, kind="consortium", name="示例医联体",
            lead=stage.receiver,
        ),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            act()
