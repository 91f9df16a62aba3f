"""Batches in their senders' series, teams and their roles, credentials."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from jiedui.accounts.permissions import viewer_of
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed
from jiedui.core.identifiers import new_id
from jiedui.programmes import actions, queries
from jiedui.programmes.models import Batch, Credential, ProgrammeFact
from jiedui.programmes.queries.batches import next_number
from tests.lasting import lasting
from tests.rooms.programmes.dispatch_cast import AUGUST, MARCH, Dispatch, set_dispatch

pytestmark = pytest.mark.django_db


the_cast, cast = lasting(set_dispatch)


def test_each_sender_counts_its_own_series(cast: Dispatch) -> None:
    assert next_number(cast.stage.programme, cast.stage.giver) == 1
    cast.batch(number=11)
    other = actions.create_batch(
        by=None, programme=cast.stage.programme, sender=cast.stage.other_giver, number=11
    )
    assert other.number == 11
    with pytest.raises(InvalidInput) as refused:
        cast.batch(number=11, name="又一批")
    assert (refused.value.code, refused.value.field) == ("batch-number-taken", "number")
    assert refused.value.details["next"] == 12
    assert next_number(cast.stage.programme, cast.stage.giver) == 12
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.create(programme=cast.stage.programme, sender=cast.stage.giver, number=11)


def test_a_source_takes_no_batch_of_a_live_programme_out_of_its_figure(cast: Dispatch) -> None:
    """In a programme known from reports their own number has the batches that they name."""

    def told(batch: Batch) -> int:
        rows = ProgrammeFact.objects.filter(record_id=batch.id, measure="dispatch_batches")
        return sum(row.sign for row in rows)

    programme = cast.stage.programme
    assert not programme.source
    live = cast.batch(number=1, valid_from=MARCH, source="示例选派文件")
    assert told(live) == 1
    programme.source = "示例日报"
    programme.save()
    assert told(cast.batch(number=2, valid_from=MARCH, source="示例日报")) == 0
    own = cast.batch(number=3, valid_from=MARCH)
    assert told(own) == 1
    actions.edit_batch(by=None, batch=own, valid_from=MARCH, source="示例日报")
    assert told(own) == 0


def test_a_sender_has_a_series_in_each_programme(cast: Dispatch) -> None:
    """The eleventh batch to one place and the third to another may both be a province's."""
    stage = cast.stage
    cast.batch(number=3)
    other = actions.create_programme(
        by=None, code="second", name="示例第二结对", kind="paired_assistance", example=True
    )
    both = {"giver": stage.giver, "receiver": stage.other_receiver}
    actions.pair(by=None, programme=other, kind="hospital_hospital", **both)
    again = {"by": None, "programme": other, "sender": stage.giver, "number": 3}
    assert actions.create_batch(**again).number == 3
    with pytest.raises(InvalidInput) as refused:
        actions.create_batch(**again, name="又一批")
    assert refused.value.code == "batch-number-taken"


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"number": 0}, "number-out-of-range", "number"),
        ({"valid_to": MARCH - timedelta(days=1)}, "dates-out-of-order", "valid_to"),
        ({"stated_people": 0}, "number-out-of-range", "stated_people"),
        ({"name": "长" * 161}, "text-too-long", "name"),
    ],
)
def test_what_is_wrong_with_a_batch_is_told_at_its_field(
    cast: Dispatch, said: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        cast.batch(**said)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_only_the_sender_opens_its_batch(cast: Dispatch) -> None:
    with pytest.raises(NotAllowed):
        actions.create_batch(
            by=cast.stage.manager, programme=cast.stage.programme, sender=cast.stage.giver, number=1
        )
    with pytest.raises(InvalidInput) as refused:
        actions.create_batch(
            by=None, programme=cast.stage.programme, sender=cast.stage.receiver, number=1
        )
    assert (refused.value.code, refused.value.field) == (
        "organisation-not-in-programme",
        "sender",
    )


def test_a_batch_counts_once_on_its_first_day(cast: Dispatch) -> None:
    batch = cast.batch(valid_from=None, valid_to=None)
    before = max((f.sequence for f in queries.facts(0)), default=0)
    actions.edit_batch(by=cast.supporter, batch=batch, name="首批", valid_from=MARCH)
    (fact,) = queries.facts(before)
    assert (fact.measure, fact.kind, fact.happened_from, fact.happened_to, fact.value) == (
        "dispatch_batches", "batch", MARCH, MARCH, 1,
    )  # fmt: skip
    assert (fact.giver_id, fact.receiver_id) == (cast.stage.giver.id, cast.stage.receiver.id)
    later = date(2026, 4, 1)
    actions.edit_batch(by=cast.supporter, batch=batch, name="首批", valid_from=later)
    assert [(f.sign, f.happened_from) for f in queries.facts(fact.sequence)] == [
        (-1, MARCH),
        (1, later),
    ]


def test_the_same_id_is_one_batch(cast: Dispatch) -> None:
    same = new_id()
    assert cast.batch(id=same) == cast.batch(id=same)
    with pytest.raises(InvalidState):
        cast.batch(id=same, number=2)


def test_a_team_belongs_to_its_batch_and_recipient(cast: Dispatch) -> None:
    batch = cast.batch()
    other = actions.create_batch(
        by=None, programme=cast.stage.programme, sender=cast.stage.other_giver, number=1
    )
    for said, code, field in (
        ({"batch": other}, "batch-elsewhere", "batch"),
        ({"partner_department": cast.other_ward}, "department-elsewhere", "partner_department"),
        ({"core": 0}, "number-out-of-range", "core"),
        ({"name": ""}, "text-missing", "name"),
        ({"receiver": cast.stage.giver}, "giver-is-receiver", "receiver"),
        ({"valid_from": AUGUST, "valid_to": MARCH}, "dates-out-of-order", "valid_to"),
    ):
        with pytest.raises(InvalidInput) as refused:
            cast.team(**said)
        assert (refused.value.code, refused.value.field) == (code, field)
    team = cast.team(batch=batch, core=2, partner_department=cast.ward)
    assert team.partner_department == cast.ward
    edited = actions.edit_team(by=cast.supporter, team=team, name="示例二队", core=3)
    assert (edited.name, edited.core, edited.partner_department) == ("示例二队", 3, None)


def test_a_team_has_one_leader_at_a_time(cast: Dispatch) -> None:
    team = cast.team(batch=cast.batch())
    one, two = (cast.posting(n, state="on_site") for n in (1, 2))
    actions.give_team_role(by=cast.supporter, posting=one, team=team, team_role="leader")
    one.refresh_from_db()
    assert (one.team, one.batch) == (team, team.batch)
    assert (
        actions.give_team_role(
            by=cast.supporter, posting=one, team=team, team_role="leader"
        ).team_role
        == "leader"
    )
    with pytest.raises(InvalidInput) as refused:
        actions.give_team_role(by=cast.supporter, posting=two, team=team, team_role="leader")
    assert (refused.value.code, refused.value.field) == ("team-has-leader", "team_role")
    with pytest.raises(InvalidInput) as unknown:
        actions.give_team_role(by=cast.supporter, posting=two, team=team, team_role="king")
    assert unknown.value.field == "team_role"
    with pytest.raises(InvalidInput) as alone:
        actions.give_team_role(by=cast.supporter, posting=two, team=None, team_role="core")
    assert (alone.value.code, alone.value.field) == ("role-without-team", "team")
    actions.give_team_role(by=cast.supporter, posting=one, team=team, team_role="core")
    actions.give_team_role(by=cast.supporter, posting=two, team=team, team_role="leader")
    with pytest.raises(NotAllowed):
        actions.give_team_role(by=cast.stage.manager, posting=two, team=None)
    assert actions.give_team_role(by=cast.supporter, posting=two, team=None).team is None


def test_a_posting_joins_no_team_of_another_recipient(cast: Dispatch) -> None:
    actions.pair(
        by=None, programme=cast.stage.programme, kind="hospital_hospital", giver=cast.stage.giver,
        receiver=cast.stage.other_receiver,
    )  # fmt: skip
    team = cast.team(receiver=cast.stage.other_receiver)
    with pytest.raises(InvalidInput) as refused:
        actions.give_team_role(by=None, posting=cast.posting(1), team=team)
    assert (refused.value.code, refused.value.field) == ("team-elsewhere", "team")


def test_a_licence_is_kept_by_who_sends_and_ends_once(cast: Dispatch) -> None:
    said: dict[str, Any] = {
        "person": cast.people[1], "kind": "physician_licence", "number": "示证001",
        "valid_from": date(2020, 1, 1), "valid_to": None,
    }  # fmt: skip
    for who in (cast.stage.manager, cast.stage.expert, cast.stage.outsider):
        with pytest.raises(NotAllowed):
            actions.add_credential(by=who, **said)
    licence = actions.add_credential(by=cast.supporter, **said)
    assert actions.add_credential(by=cast.supporter, **said) == licence
    for changes, code, field in (
        ({"kind": "x"}, "code-unknown", "kind"),
        ({"valid_to": date(2019, 1, 1)}, "dates-out-of-order", "valid_to"),
        ({"person": cast.people[2]}, "credential-taken", "number"),
    ):
        with pytest.raises(InvalidInput) as refused:
            actions.add_credential(by=cast.supporter, **said | changes)
        assert (refused.value.code, refused.value.field) == (code, field)
    with pytest.raises(InvalidInput) as early:
        actions.end_credential(by=cast.supporter, credential=licence, on=date(2019, 1, 1))
    assert early.value.field == "on"
    yesterday = today() - timedelta(days=1)
    actions.end_credential(by=cast.supporter, credential=licence, on=yesterday)
    with pytest.raises(InvalidState):
        actions.end_credential(by=cast.supporter, credential=licence, on=today())
    assert Credential.objects.get().valid_to == yesterday


def test_licences_that_end_are_found_for_who_is_posted(cast: Dispatch) -> None:
    soon, late = today() + timedelta(days=30), today() + timedelta(days=90)
    for n, end in ((1, soon), (2, late), (3, soon)):
        actions.add_credential(
            by=None, person=cast.people[n], kind="physician_licence", number=f"示证{n}",
            valid_to=end,
        )  # fmt: skip
    cast.posting(1, state="on_site")
    cast.posting(2, state="on_site")

    def told(who: Any) -> list[str]:
        return [row.number for row in queries.credentials.ending(viewer_of(who), 60)]

    assert told(cast.supporter) == told(cast.stage.manager) == ["示证1"]
    assert told(cast.stage.outsider) == []
    # A newer licence of the same kind stands in for the old one.
    actions.add_credential(by=None, person=cast.people[1], kind="physician_licence", valid_to=late)
    assert told(cast.supporter) == []
