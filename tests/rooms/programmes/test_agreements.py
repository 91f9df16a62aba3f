"""Agreements: parties, term, renewal, end, files, targets, reviews; and what they cover."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from jiedui.accounts.models import AuditRow
from jiedui.accounts.permissions import Viewer, viewer_of
from jiedui.core.clock import today
from jiedui.core.errors import NotAllowed, NotVisible, Refused
from jiedui.core.identifiers import new_id
from jiedui.directory import actions as directory
from jiedui.directory.models import Organisation
from jiedui.programmes import access, actions, queries
from jiedui.programmes.actions import Party
from jiedui.programmes.models import Agreement
from jiedui.programmes.queries import overview
from jiedui.programmes.queries.planning import papers_between
from tests.lasting import lasting
from tests.ledger_cast import SINCE, Stage, account
from tests.ledger_cast import stage as set_stage

pytestmark = pytest.mark.django_db
ENDS = date(2026, 12, 31)


the_cast, stage = lasting(set_stage)


def agree(stage: Stage, **changes: Any) -> Agreement:
    said: dict[str, Any] = {
        "by": stage.coordinator, "programme": stage.programme, "kind": "paired_assistance",
        "title": "示例对口支援协议",
        "parties": [Party(stage.giver, "giver"), Party(stage.receiver, "receiver")],
        "number": "示援〔2024〕1号", "valid_from": SINCE, "valid_to": ENDS,
    }  # fmt: skip
    return actions.create_agreement(**said | changes)


def refused(act: Any, *args: Any, **more: Any) -> tuple[str, str | None]:
    with pytest.raises(Refused) as caught:
        act(*args, **more)
    assert str(caught.value)
    return caught.value.code, caught.value.field


def test_it_is_between_two_parties_in_their_roles(stage: Stage) -> None:
    giver, receiver = Party(stage.giver, "giver"), Party(stage.receiver, "receiver")
    alone = [giver, Party(stage.giver, "sponsor")]
    assert refused(agree, stage, parties=alone) == ("parties-too-few", "parties")
    assert refused(agree, stage, parties=[giver, receiver, giver]) == ("party-twice", "parties")
    assert refused(agree, stage, parties=[giver, Party(stage.receiver, "王")]) == (
        "code-unknown",
        "parties",
    )
    real = directory.create_organisation(by=None, name="真医院", kind="hospital")
    assert refused(agree, stage, parties=[giver, Party(real, "host")]) == (
        "programme-mixes-example",
        "parties",
    )
    assert refused(agree, stage, valid_to=date(2023, 1, 1)) == ("dates-out-of-order", "valid_to")
    assert refused(agree, stage, title=" ") == ("text-missing", "title")
    assert refused(agree, stage, warn_days=9000) == ("number-out-of-range", "warn_days")
    several = [giver, receiver, Party(stage.other_giver, "co_organiser", SINCE)]
    made = agree(stage, parties=several)
    assert made.parties.count() == 3
    assert refused(agree, stage) == ("agreement-number-taken", "number")
    agree(stage, number="")
    agree(stage, number="")


def test_the_same_id_twice_is_one_agreement(stage: Stage) -> None:
    same = new_id()
    made = agree(stage, id=same)
    assert agree(stage, id=same) == made
    assert refused(agree, stage, id=same, title="另一份") == ("id-taken", None)
    assert AuditRow.objects.filter(action="programmes.create-agreement").count() == 1


def test_a_renewal_names_what_it_renews(stage: Stage) -> None:
    old = agree(stage)
    more = {"renews": old, "number": "2", "valid_to": None}
    assert refused(agree, stage, **more, valid_from=SINCE) == ("renewal-before-old", "valid_from")
    new = agree(stage, **more, valid_from=ENDS + timedelta(days=1))
    assert old.renewed_by == new
    third = more | {"number": "3"}
    assert refused(agree, stage, **third, valid_from=ENDS)[0] == "agreement-renewed"
    row = AuditRow.objects.get(object_id=str(new.id))
    assert (row.action, row.details["renews"]) == ("programmes.renew-agreement", str(old.id))


def test_an_early_end_has_its_reason(stage: Stage) -> None:
    made = agree(stage)
    end = actions.end_agreement
    day = date(2025, 6, 30)
    said = {"by": stage.coordinator, "agreement": made}
    assert refused(end, **said, on=day, reason=" ") == ("text-missing", "reason")
    assert refused(end, **said, on=ENDS, reason="期满")[0] == "agreement-ended"
    assert refused(end, **said, on=date(2023, 1, 1), reason="早")[0] == "dates-out-of-order"
    end(**said, on=day, reason="机构合并")
    end(**said, on=day, reason="机构合并")
    made.refresh_from_db()
    assert (made.valid_to, made.ended_reason) == (day, "机构合并")
    assert refused(end, **said, on=SINCE, reason="再早")[0] == "agreement-ended"
    assert AuditRow.objects.filter(action="programmes.end-agreement").count() == 1


def test_what_is_said_of_it_is_corrected(stage: Stage) -> None:
    made = agree(stage)
    other = agree(stage, number="2")
    tie = stage.programme.pairings.get(giver=stage.giver)
    edit = actions.edit_agreement
    said = {"by": stage.coordinator, "agreement": made, "title": "更正后的协议"}
    assert refused(edit, **said, number="2") == ("agreement-number-taken", "number")
    edit(**said, number=made.number, pairings=[tie], warn_days=30)
    made.refresh_from_db()
    assert (made.title, made.warn_days, list(made.pairings.all())) == ("更正后的协议", 30, [tie])
    edit(**said, number=made.number)
    assert list(made.pairings.all()) == [tie]
    second = actions.create_programme(
        by=None, code="second", name="示例第二结对", kind="paired_assistance", example=True
    )
    foreign = actions.pair(
        by=None, programme=second, kind="other", giver=stage.giver, receiver=stage.receiver
    )
    assert refused(edit, by=None, agreement=other, title="甲", pairings=[foreign]) == (
        "pairing-of-other-programme",
        "pairings",
    )


def test_a_file_is_kept_with_it_once(stage: Stage) -> None:
    made, other = agree(stage), agree(stage, number="2")

    def attach(agreement: Agreement, content: bytes, name: str = "协议.pdf") -> Any:
        return actions.attach_agreement_file(
            by=stage.coordinator, agreement=agreement, name=name,
            file=SimpleUploadedFile("x", content),
        )  # fmt: skip

    kept = attach(made, b"%PDF-1.7 a")
    assert attach(made, b"%PDF-1.7 a") == kept
    assert attach(other, b"%PDF-1.7 a") == kept
    assert refused(attach, made, b"") == ("file-empty", "file")
    assert refused(attach, made, b"MZ") == ("evidence-type-refused", "file")
    assert refused(attach, made, b"<html>", "a.html") == ("evidence-type-refused", "file")
    assert AuditRow.objects.filter(action="programmes.attach-agreement-file").count() == 2
    reader = viewer_of(stage.coordinator)
    assert access.get_agreement_file(reader, made.id, kept.sha256) == kept
    with pytest.raises(NotVisible):
        access.get_agreement_file(viewer_of(stage.outsider), made.id, kept.sha256)


def test_a_target_tells_what_it_lacks(stage: Stage) -> None:
    made = agree(stage)
    add = actions.add_target
    said: dict[str, Any] = {"by": stage.coordinator, "agreement": made, "title": "手术量增长"}
    assert refused(add, **said, measure="surgeries", unit="斤") == ("unit-of-other-measure", "unit")
    assert refused(add, **said, owner=stage.other_giver) == ("owner-no-party", "owner")
    vague = add(**said, owner=stage.giver)
    whole = Agreement.objects.prefetch_related("parties").get(pk=made.pk)
    codes = {each.code for each in queries.agreements.failings_of(whole, vague)}
    assert {"no-measure", "no-value", "no-baseline", "owner-leaves", "no-after-exit"} <= codes
    full = {
        "title": "手术量增长", "measure": "surgeries", "unit": "例", "baseline": Decimal(40),
        "baseline_on": SINCE, "value": Decimal(60), "due_on": date(2026, 6, 30),
        "owner": stage.receiver, "source": "手术登记", "after_exit": "撤出后看本院登记",
    }  # fmt: skip
    better = actions.edit_target(by=stage.coordinator, target=vague, **full)
    assert queries.agreements.failings_of(whole, better) == []


def test_a_review_is_planned_and_held_once(stage: Stage) -> None:
    made = agree(stage)
    by, due = stage.coordinator, today() - timedelta(days=3)
    early = refused(actions.plan_review, by=by, agreement=made, due_on=date(2020, 1, 1))
    assert early == ("review-before-term", "due_on")
    review = actions.plan_review(by=by, agreement=made, due_on=due)
    again = refused(actions.plan_review, by=by, agreement=made, due_on=due)
    assert again == ("review-planned", "due_on")
    overdue, every = queries.agreements.reviews_overdue, Agreement.objects.all()
    assert list(overdue(every, today())) == [review]
    assert not overdue(every, due).exists()
    assert not overdue(Agreement.objects.none(), today()).exists()
    hold = actions.hold_review
    late = today() + timedelta(days=1)
    future = refused(hold, by=by, review=review, on=late, findings="好")
    assert future == ("day-in-the-future", "on")
    assert refused(hold, by=by, review=review, on=due, findings="")[0] == "text-missing"
    hold(by=by, review=review, on=due, findings="进度正常")
    hold(by=by, review=review, on=due, findings="进度正常")
    assert refused(hold, by=by, review=review, on=due, findings="改口")[0] == "review-held"
    assert not overdue(every, today()).exists()


def test_its_end_is_warned_of_until_it_is_renewed(stage: Stage) -> None:
    viewer, day = viewer_of(stage.coordinator), today()
    near = agree(stage, valid_to=day + timedelta(days=60))
    agree(stage, number="2", valid_to=day + timedelta(days=60), warn_days=30)
    agree(stage, number="3", valid_to=day - timedelta(days=1))
    agree(stage, number="4", valid_to=None)

    def ending(viewer: Viewer) -> list[Agreement]:
        return overview.agreements_ending(viewer, stage.programme, day)

    assert ending(viewer) == [near]
    assert ending(viewer_of(stage.outsider)) == []
    agree(stage, number="5", renews=near, valid_from=near.valid_to, valid_to=None)
    assert ending(viewer) == []


def covering(stage: Stage, giver: Organisation, receiver: Organisation, **more: Any) -> Any:
    first, last = more.pop("days", (date(2024, 3, 1), date(2024, 8, 31)))
    return queries.agreements.covering(
        stage.programme.id, giver.id, receiver.id, first, last, **more
    )


def test_it_covers_what_its_parties_do_within_its_term(stage: Stage) -> None:
    made = agree(stage)
    assert covering(stage, stage.giver, stage.receiver) == made
    # Not the other way about, not other bodies, not beyond the term, not without end.
    assert covering(stage, stage.receiver, stage.giver) is None
    assert covering(stage, stage.other_giver, stage.receiver) is None
    assert covering(stage, stage.giver, stage.receiver, days=(ENDS, ENDS)) == made
    late = (ENDS, ENDS + timedelta(days=1))
    assert covering(stage, stage.giver, stage.receiver, days=late) is None
    assert covering(stage, stage.giver, stage.receiver, days=(SINCE, None)) is None
    assert covering(stage, stage.giver, stage.receiver, agreement_id=made.id) == made
    assert covering(stage, stage.giver, stage.receiver, agreement_id=new_id()) is None
    actions.end_agreement(by=None, agreement=made, on=date(2024, 6, 30), reason="机构合并")
    assert covering(stage, stage.giver, stage.receiver) is None


def test_a_region_that_signs_covers_its_hospitals(stage: Stage) -> None:
    place = directory.create_place(by=None, name="示例甲省", example=True)
    region = directory.create_organisation(
        by=None, name="示例甲省", kind="region", stands_for=place, example=True
    )
    for body in (stage.giver, stage.receiver):
        directory.seat_organisation(by=None, organisation=body, place=place)
    # The region holds both: it does not agree with itself.
    agree(stage, parties=[Party(region, "organiser"), Party(stage.other_giver, "giver")])
    assert covering(stage, stage.giver, stage.receiver) is None
    made = agree(
        stage, number="2", parties=[Party(region, "giver"), Party(stage.receiver, "receiver")]
    )
    assert covering(stage, stage.giver, stage.receiver) == made
    reader = account("inside", "省院", "viewer", stage.giver)
    assert access.get_agreement(viewer_of(reader), made.id) == made


def test_a_sponsor_signs_nothing_for_its_other_hospitals(stage: Stage) -> None:
    place = directory.create_place(by=None, name="示例甲省", example=True)
    region = directory.create_organisation(
        by=None, name="示例甲省", kind="region", stands_for=place, example=True
    )
    for body in (stage.giver, stage.other_giver):
        directory.seat_organisation(by=None, organisation=body, place=place)
    receiver, day = Party(stage.receiver, "receiver"), date(2024, 3, 1)
    pairs = [(body.id, stage.receiver.id) for body in (stage.giver, stage.other_giver, region)]

    def covered() -> list[bool]:
        papers = {tie[:2] for tie in papers_between(stage.programme.id, pairs, day)}
        found = [
            queries.agreements.covering(stage.programme.id, *pair, day, day) is not None
            for pair in pairs
        ]
        assert found == [pair in papers for pair in pairs]
        return found

    made = agree(stage, parties=[Party(stage.giver, "giver"), Party(region, "sponsor"), receiver])
    # It stands for itself all the same.
    assert covered() == [True, False, True]
    made.delete()
    # Where nobody else signs on its side it stands for all that lie in it.
    agree(stage, number="2", parties=[Party(region, "sponsor"), receiver])
    assert covered() == [True, True, True]


def test_a_covered_pairing_covers_its_two_sides(stage: Stage) -> None:
    office = directory.create_organisation(
        by=None, name="示例援建指挥部", kind="command_office", example=True
    )
    tie = stage.programme.pairings.get(giver=stage.giver)
    signed = [Party(office, "organiser"), Party(stage.other_giver, "sponsor")]
    plain = agree(stage)
    made = agree(stage, number="2", parties=signed, pairings=[tie])
    assert covering(stage, stage.giver, stage.receiver) == made
    assert covering(stage, stage.giver, stage.receiver, agreement_id=plain.id) == plain
    assert access.get_agreement(viewer_of(stage.manager), made.id) == made


def test_only_parties_see_it_and_only_their_coordinators_change_it(stage: Stage) -> None:
    made = agree(stage)
    with pytest.raises(NotVisible):
        access.get_agreement(viewer_of(stage.outsider), made.id)
    assert access.get_agreement(viewer_of(stage.manager), made.id) == made
    local = account("local", "协调员", "programme_coordinator", stage.receiver)
    actions.edit_agreement(by=local, agreement=made, title="本地更正")
    elsewhere = account("far", "外协调", "programme_coordinator", stage.other_receiver)
    for by in (stage.manager, stage.outsider, elsewhere):
        for act in (
            lambda by=by: agree(stage, by=by, number="9"),
            lambda by=by: actions.edit_agreement(by=by, agreement=made, title="改"),
            lambda by=by: actions.end_agreement(by=by, agreement=made, on=SINCE, reason="改"),
            lambda by=by: actions.add_target(by=by, agreement=made, title="改"),
            lambda by=by: actions.plan_review(by=by, agreement=made, due_on=ENDS),
            lambda by=by: actions.attach_agreement_file(
                by=by, agreement=made, name="a.pdf", file=SimpleUploadedFile("a", b"%PDF-1")
            ),
        ):
            with pytest.raises(NotAllowed):
                act()
