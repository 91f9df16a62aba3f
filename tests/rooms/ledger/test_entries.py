"""What the ledger takes, what it refuses, and from whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from jiedui.accounts.models import AuditRow
from jiedui.accounts.permissions import viewer_of
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed, NotVisible, Refused
from jiedui.core.identifiers import new_id
from jiedui.ledger import access, actions
from jiedui.ledger.actions import ParticipantInput, QuantityInput
from jiedui.ledger.models import Entry, EntryReturn, EntryVersion, Fact, RefusedWrite
from jiedui.ledger.queries import facts
from tests.ledger_cast import Stage


def refused(code: str, field: str | None, act: Callable[[], Any]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    assert (caught.value.code, caught.value.field) == (code, field)
    str(caught.value)
    return caught.value


def test_an_event_with_two_outputs_is_counted_once_under_each(stage: Stage) -> None:
    version = stage.confirmed()
    rows = list(facts(0))
    assert [(r.measure, r.value, r.unit, r.unit_class, r.output_class) for r in rows] == [
        ("free_clinic_beneficiaries", Decimal(120), "人次", "person_times", "do"),
        ("trainees", Decimal(9), "人次", "person_times", "teach"),
    ]
    assert {r.version_id for r in rows} == {version.id}
    assert rows[1].sequence == rows[0].sequence + 1
    assert rows[0].known_from == version.recorded_on == today()
    assert list(facts(rows[0].sequence)) == rows[1:]
    assert list(facts(0, limit=1)) == rows[:1]


def test_a_joint_rescue_by_people_of_two_hospitals_is_one_event(stage: Stage) -> None:
    version = stage.confirmed(
        kind="joint_rescue",
        quantities=[QuantityInput("critical_rescues", 1)],
        participants=[ParticipantInput(stage.surgeon.id, role="lead")],
    )
    assert version.participants.get().organisation_id == stage.giver.id
    both = actions.record_entry(
        by=None,
        **stage.event(
            kind="joint_rescue",
            quantities=[QuantityInput("critical_rescues", "1", unit="例")],
            participants=[
                ParticipantInput(stage.surgeon.id, role="lead"),
                ParticipantInput(stage.nurse.id, role="assist"),
            ],
        ),
    )
    assert set(both.participants.values_list("organisation_id", flat=True)) == {
        stage.giver.id,
        stage.receiver.id,
    }
    assert both.quantities.get().unit_class == "cases"


@pytest.mark.parametrize(
    ("code", "field", "changes"),
    [
        ("code-unknown", "kind", {"kind": "banquet"}),
        ("period-reversed", "happened_to", {"happened_to": date(2024, 3, 4)}),
        ("date-in-future", "happened_from", {"happened_from": 1, "happened_to": 1}),
        ("giver-is-receiver", "receiver", {"receiver": "giver"}),
        ("not-paired", "receiver", {"receiver": "other_receiver"}),
        ("not-paired", "receiver", {"happened_from": date(2023, 3, 5)}),
        ("field-missing", "giver", {"giver": None}),
        ("quantity-missing", "quantities", {"quantities": []}),
        ("place-unknown", "place", {"place": new_id()}),
        ("department-elsewhere", "department", {"department": new_id()}),
        ("evidence-unknown", "evidence", {"evidence": ["0" * 64]}),
        ("text-too-long", "narrative", {"narrative": "长" * 4001}),
        ("person-unknown", "participants.1.person", {"participants": "nobody"}),
        ("participant-twice", "participants.2.person", {"participants": "twice"}),
    ],
)
def test_bad_entries_are_refused_at_the_field(
    stage: Stage, code: str, field: str, changes: dict[str, Any]
) -> None:
    one = ParticipantInput(stage.surgeon.id)
    words: dict[Any, Any] = {
        1: today() + timedelta(days=1),
        "giver": stage.giver,
        "other_receiver": stage.other_receiver,
        "nobody": [ParticipantInput(new_id())],
        "twice": [one, one],
    }
    given = {
        key: words.get(value, value) if isinstance(value, (int, str)) else value
        for key, value in changes.items()
    }
    refused(code, field, lambda: actions.record_entry(by=stage.expert, **stage.event(**given)))
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("code", "field", "quantity"),
    [
        ("code-unknown", "measure", QuantityInput("smiles", 1)),
        ("unit-wrong", "unit", QuantityInput("trainees", 1, unit="台")),
        ("unit-class-wrong", "unit_class", QuantityInput("trainees", 1, unit_class="money")),
        ("share-not-countable", "measure", QuantityInput("growth_rate", 1)),
        ("number-unreadable", "value", QuantityInput("trainees", "许多")),
        ("number-unreadable", "value", QuantityInput("trainees", "NaN")),
        ("number-negative", "value", QuantityInput("trainees", "-1")),
        ("number-too-large", "value", QuantityInput("trainees", "1e20")),
        ("number-too-fine", "value", QuantityInput("trainees", "1.234")),
        ("range-incomplete", "high", QuantityInput("trainees", 1, precision="range")),
        ("range-incomplete", "high", QuantityInput("trainees", 1, high=2)),
        ("range-reversed", "high", QuantityInput("trainees", 3, precision="range", high=2)),
        ("code-unknown", "precision", QuantityInput("trainees", 1, precision="maybe")),
        ("code-unknown", "output_class", QuantityInput("trainees", 1, output_class="rest")),
        ("text-too-long", "item", QuantityInput("trainees", 1, item="x" * 65)),
    ],
)
def test_bad_quantities_are_refused_at_the_field(
    stage: Stage, code: str, field: str, quantity: QuantityInput
) -> None:
    given = stage.event(quantities=[quantity])
    refused(code, f"quantities.1.{field}", lambda: actions.record_entry(by=stage.expert, **given))


def test_one_output_stated_twice_is_refused(stage: Stage) -> None:
    given = stage.event(quantities=[QuantityInput("trainees", 3), QuantityInput("trainees", 4)])
    refused(
        "output-twice",
        "quantities.2.measure",
        lambda: actions.record_entry(by=stage.expert, **given),
    )


def test_the_same_id_with_the_same_content_is_answered_again(stage: Stage) -> None:
    given = stage.event(id=new_id())
    first = actions.record_entry(by=stage.expert, **given)
    again = actions.record_entry(by=stage.expert, **given)
    assert again.id == first.id
    assert AuditRow.objects.filter(action="ledger.record").count() == 1
    actions.submit_entry(by=stage.expert, version=first)
    assert actions.record_entry(by=stage.expert, **given).state == "submitted"


def test_the_same_id_with_other_content_is_refused_and_both_are_kept(stage: Stage) -> None:
    identifier = new_id()
    actions.record_entry(by=stage.expert, **stage.event(id=identifier))
    other = stage.event(id=identifier, narrative="另一件事")
    for _ in range(2):
        refused("id-taken", "id", lambda: actions.record_entry(by=stage.expert, **other))
    kept = RefusedWrite.objects.get(object_id=identifier)
    assert kept.content["narrative"] == "另一件事"
    assert EntryVersion.objects.get(entry_id=identifier).narrative == ""
    assert AuditRow.objects.filter(action="ledger.refuse-write").count() == 1


def test_returned_then_edited_then_confirmed(stage: Stage) -> None:
    version = actions.record_entry(by=stage.expert, **stage.event())
    actions.submit_entry(by=stage.expert, version=version)
    refused(
        "reason-missing",
        "reason",
        lambda: actions.return_entry(by=stage.manager, version=version, reason=" "),
    )
    actions.return_entry(by=stage.manager, version=version, reason="人数与签到表不符")
    content = {k: v for k, v in stage.event().items() if k != "programme"}
    content["quantities"] = [QuantityInput("trainees", 8)]
    edited = actions.edit_entry(by=stage.expert, version=version, **content)
    assert (edited.id, edited.state) == (version.id, "draft")
    actions.submit_entry(by=stage.expert, version=version)
    actions.confirm_entry(by=stage.manager, version=version)
    assert [(f.measure, f.value) for f in facts(0)] == [("trainees", Decimal(8))]
    refused(
        "state-forbids",
        None,
        lambda: actions.edit_entry(by=stage.expert, version=version, **content),
    )


def test_every_return_stays_told_when_the_entry_is_confirmed_after_all(stage: Stage) -> None:
    version = actions.record_entry(by=stage.expert, **stage.event())
    for reason in ("人数与签到表不符", "仍缺签到表"):
        actions.submit_entry(by=stage.expert, version=version)
        actions.return_entry(by=stage.manager, version=version, reason=reason)
    actions.submit_entry(by=stage.expert, version=version)
    assert actions.confirm_entry(by=stage.deputy, version=version).reason == ""
    kept = EntryReturn.objects.filter(version=version).order_by("at").values_list("reason", "by")
    assert list(kept) == [
        ("人数与签到表不符", stage.manager.id),
        ("仍缺签到表", stage.manager.id),
    ]


def test_many_are_returned_with_one_reason_each_for_itself(stage: Stage) -> None:
    one, two = (actions.record_entry(by=stage.expert, **stage.event()) for _ in "ab")
    actions.submit_entry(by=stage.expert, version=one)
    with pytest.raises(InvalidInput) as missing:
        actions.return_many(by=stage.manager, versions=[one.id], reason=" ")
    assert missing.value.code == "reason-missing"
    results = actions.return_many(by=stage.manager, versions=[one.id, two.id], reason="缺签到表")
    states = [getattr(results[v.id], "state", None) for v in (one, two)]
    assert states == ["returned", None]
    refused = results[two.id]
    assert isinstance(refused, Refused)
    assert refused.code == "not-visible"
    assert EntryReturn.objects.count() == 1


def test_a_correction_stands_beside_until_it_is_confirmed(stage: Stage) -> None:
    version = stage.confirmed()
    content = {k: v for k, v in stage.event().items() if k != "programme"}
    content["quantities"] = [QuantityInput("trainees", 8)]
    entry = version.entry_id
    correction = actions.correct_entry(by=stage.expert, entry=entry, **content)
    refused(
        "correction-in-hand",
        None,
        lambda: actions.correct_entry(by=stage.expert, entry=entry, **content),
    )
    same = actions.correct_entry(by=stage.expert, entry=entry, id=correction.id, **content)
    assert same.id == correction.id
    version.refresh_from_db()
    assert version.state == "confirmed"
    actions.submit_entry(by=stage.expert, version=correction)
    actions.confirm_entry(by=stage.manager, version=correction)
    version.refresh_from_db()
    assert (version.state, version.ended_on) == ("superseded", correction.recorded_on)
    assert [(f.sign, f.number, f.measure) for f in facts(0)] == [
        (1, 1, "free_clinic_beneficiaries"),
        (1, 1, "trainees"),
        (-1, 1, "free_clinic_beneficiaries"),
        (-1, 1, "trainees"),
        (1, 2, "trainees"),
    ]


def test_withdrawn_with_a_reason_and_nothing_deleted(stage: Stage) -> None:
    version = stage.confirmed()
    refused(
        "reason-missing",
        "reason",
        lambda: actions.withdraw_entry(by=stage.expert, entry=version.entry_id, reason=""),
    )
    actions.withdraw_entry(by=stage.expert, entry=version.entry_id, reason="重复登记")
    assert sum(f.sign * f.value for f in facts(0)) == 0
    assert Fact.objects.count() == 4
    refused(
        "state-forbids",
        None,
        lambda: actions.withdraw_entry(by=stage.expert, entry=version.entry_id, reason="再次"),
    )


def test_nobody_confirms_the_own_entry_nor_from_outside(stage: Stage) -> None:
    own = actions.record_entry(by=stage.manager, **stage.event())
    refused("state-forbids", None, lambda: actions.confirm_entry(by=stage.deputy, version=own))
    actions.submit_entry(by=stage.manager, version=own)
    refused("own-entry", None, lambda: actions.confirm_entry(by=stage.manager, version=own))
    refused("not-receiving-side", None, lambda: actions.confirm_entry(by=stage.expert, version=own))
    with pytest.raises(NotVisible):
        actions.confirm_entry(by=stage.outsider, version=own)
    assert actions.confirm_entry(by=stage.deputy, version=own).state == "confirmed"
    with pytest.raises(InvalidState):
        actions.confirm_entry(by=stage.deputy, version=own)


def test_an_outsider_neither_sees_nor_records(stage: Stage) -> None:
    version = stage.confirmed()
    viewer = viewer_of(stage.outsider)
    assert not access.visible_entries(viewer).exists()
    with pytest.raises(NotVisible):
        access.get_entry(viewer, version.entry_id)
    with pytest.raises(NotAllowed):
        actions.record_entry(by=stage.outsider, **stage.event())
    with pytest.raises(NotVisible):
        actions.withdraw_entry(by=stage.outsider, entry=version.entry_id, reason="无")


def test_a_draft_is_seen_by_its_own_side_only(stage: Stage) -> None:
    draft = actions.record_entry(by=stage.expert, **stage.event())
    assert not access.visible_versions(viewer_of(stage.manager)).exists()
    assert access.get_version(viewer_of(stage.expert), draft.id) == draft
    actions.submit_entry(by=stage.expert, version=draft)
    assert access.get_version(viewer_of(stage.manager), draft.id) == draft
    analyst_sees = access.visible_versions(viewer_of(stage.coordinator))
    assert list(analyst_sees) == [draft]


def test_a_disabled_account_records_nothing(stage: Stage) -> None:
    stage.expert.is_active = False
    stage.expert.save()
    with pytest.raises(NotAllowed):
        actions.record_entry(by=stage.expert, **stage.event())


def test_bulk_confirmation_tells_of_each(stage: Stage) -> None:
    good = actions.record_entry(by=stage.expert, **stage.event())
    actions.submit_entry(by=stage.expert, version=good)
    draft = actions.record_entry(by=stage.expert, **stage.event(narrative="未提交"))
    result = actions.confirm_many(by=stage.manager, versions=[good.id, draft.id, new_id()])
    codes = [r.code if isinstance(r, Refused) else r.state for r in result.values()]
    assert codes == ["confirmed", "not-visible", "not-visible"]


def test_invalid_input_is_what_it_says(stage: Stage) -> None:
    with pytest.raises(InvalidInput) as caught:
        actions.record_entry(by=stage.expert, **stage.event(kind="banquet"))
    assert caught.value.status == 422


def test_the_log_says_that_there_was_a_reason_and_the_version_says_which(stage: Stage) -> None:
    version = actions.record_entry(by=stage.expert, **stage.event())
    actions.submit_entry(by=stage.expert, version=version)
    version = actions.return_entry(by=stage.manager, version=version, reason="甲某的名字写错了")
    assert version.reason == "甲某的名字写错了"
    (ended,) = actions.withdraw_entry(by=stage.expert, entry=version.entry_id, reason="甲某未到")
    assert ended.reason == "甲某未到"
    for action in ("ledger.return", "ledger.withdraw"):
        details = AuditRow.objects.get(action=action).details
        assert details["reason_given"] is True
        assert "甲某" not in str(details)
