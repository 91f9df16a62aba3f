"""What belongs to a posting on site: appointments, welfare, the own evaluation, the handover."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from jiedui.accounts.permissions import viewer_of
from jiedui.core.clock import now, today
from jiedui.core.errors import NotAllowed, NotVisible, Refused
from jiedui.core.identifiers import new_id
from jiedui.directory.actions import create_organisation
from jiedui.directory.models import Person
from jiedui.programmes import access, actions, queries
from jiedui.programmes.models import Appointment, Handover, Posting, SelfEvaluation
from tests.lasting import lasting
from tests.ledger_cast import account
from tests.posting_cast import END, Scene, day
from tests.posting_cast import scene as set_scene

pytestmark = pytest.mark.django_db


def set_it() -> Scene:
    found = set_scene()
    Person.objects.filter(pk=found.surgeon.pk).update(user_id=found.stage.expert.id)
    return found


the_cast, scene = lasting(set_it)


def refused(act: Callable[[], Any]) -> tuple[str, str | None]:
    with pytest.raises(Refused) as caught, transaction.atomic():
        act()
    return caught.value.code, caught.value.field


def test_the_host_appoints_and_the_departure_ends_it(scene: Scene) -> None:
    stage, posting = scene.stage, scene.arrived()
    one = actions.appoint(
        by=stage.manager, posting=posting, kind="department_head", department=scene.ward,
        valid_from=day(10), document="示例任命文件", authority="科室行政与业务管理",
    )  # fmt: skip
    again = {"by": stage.manager, "posting": posting, "kind": "department_head"}
    assert refused(lambda: actions.appoint(**again, department=scene.ward, valid_from=day(20))) == (
        "appointment-overlaps",
        "valid_from",
    )
    assert refused(lambda: actions.appoint(**again, valid_from=day(-1))) == (
        "outside-posting", "valid_from",
    )  # fmt: skip
    assert refused(
        lambda: actions.appoint(**again, valid_from=day(1), valid_to=END + timedelta(days=1))
    ) == ("outside-posting", "valid_to")
    assert refused(lambda: actions.appoint(**{**again, "kind": "x"}, valid_from=day(1))) == (
        "code-unknown", "kind",
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        actions.appoint(**{**again, "by": scene.sender}, valid_from=day(1))
    coming = actions.appoint(by=stage.manager, posting=posting, kind="vice_president",
                             valid_from=END)  # fmt: skip
    actions.depart(by=stage.manager, posting=posting, on=today())
    one.refresh_from_db()
    assert one.valid_to == today()
    assert not Appointment.objects.filter(pk=coming.pk).exists()
    assert refused(lambda: actions.appoint(**again, valid_from=day(1))) == (
        "appointment-out-of-time", None,
    )  # fmt: skip


def test_an_appointment_is_ended_by_the_host(scene: Scene) -> None:
    posting = scene.arrived()
    one = actions.appoint(by=None, posting=posting, kind="vice_president", valid_from=day(5))
    assert refused(lambda: actions.end_appointment(by=None, appointment=one, on=day(4))) == (
        "dates-out-of-order", "on",
    )  # fmt: skip
    actions.end_appointment(by=scene.stage.manager, appointment=one, on=day(50))
    assert refused(lambda: actions.end_appointment(by=None, appointment=one, on=day(51))) == (
        "appointment-ended", None,
    )  # fmt: skip
    actions.appoint(by=None, posting=posting, kind="vice_president", valid_from=day(51))


def test_welfare_has_an_owner_and_its_issues_are_raised_and_resolved(scene: Scene) -> None:
    stage, posting = scene.stage, scene.arrived()
    item = posting.welfare.get(item="housing")
    assert item.owner == stage.receiver
    assert refused(lambda: actions.raise_welfare(by=stage.expert, item=item, issue=" ")) == (
        "text-missing", "issue",
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        actions.raise_welfare(by=stage.outsider, item=item, issue="试")
    actions.raise_welfare(by=stage.expert, item=item, issue="暖气不热", on=day(3))
    assert refused(lambda: actions.raise_welfare(by=None, item=item, issue="再")) == (
        "issue-open", None,
    )  # fmt: skip
    assert refused(lambda: actions.resolve_welfare(by=None, item=item, on=day(2))) == (
        "dates-out-of-order", "on",
    )  # fmt: skip
    actions.resolve_welfare(by=stage.manager, item=item, on=day(4))
    assert refused(lambda: actions.resolve_welfare(by=None, item=item)) == ("no-issue", None)
    done = actions.see_to_welfare(by=stage.manager, item=item, owner=stage.giver, done_on=day(5))
    assert (done.owner, done.done_on, done.resolved_on) == (stage.giver, day(5), day(4))
    assert refused(lambda: actions.see_to_welfare(by=None, item=item, owner=stage.other_giver)) == (
        "owner-elsewhere",
        "owner",
    )


def test_only_the_expert_evaluates_the_own_posting_once(scene: Scene) -> None:
    stage, coming = scene.stage, scene.approved()
    said = {"achieved": "带教三名医师", "work": 4, "life": 5}
    assert refused(lambda: actions.evaluate_own(by=stage.expert, posting=coming, **said)) == (
        "posting-not-begun", None,
    )  # fmt: skip
    posting = actions.arrive(by=None, posting=coming, on=day(0))
    for by in (stage.manager, stage.coordinator, scene.sender):
        with pytest.raises(NotAllowed):
            actions.evaluate_own(by=by, posting=posting, **said)
    assert refused(
        lambda: actions.evaluate_own(by=stage.expert, posting=posting, achieved="好", work=6)
    ) == ("number-out-of-range", "work")
    assert refused(lambda: actions.evaluate_own(by=stage.expert, posting=posting)) == (
        "text-missing", "achieved",
    )  # fmt: skip
    actions.evaluate_own(by=stage.expert, posting=posting, **said)
    assert refused(lambda: actions.evaluate_own(by=stage.expert, posting=posting, **said)) == (
        "evaluation-given", None,
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        SelfEvaluation.objects.update(life=6)
    assert access.may_read_evaluation(viewer_of(stage.expert), posting)
    assert access.may_read_evaluation(viewer_of(stage.manager), posting)
    assert not access.may_read_evaluation(viewer_of(stage.outsider), posting)


def two(scene: Scene) -> tuple[Any, Any]:
    """Who leaves after three months, and the colleague who follows."""
    out = scene.arrived(planned_from=day(0), planned_to=day(90))
    into = scene.approved(person=scene.second, planned_from=day(80), planned_to=END)
    return out, into


def test_a_handover_is_seen_from_either_posting(scene: Scene) -> None:
    stage = scene.stage
    out, into = two(scene)
    handover = actions.open_handover(by=stage.expert, outgoing=out)
    actions.name_successor(by=stage.expert, handover=handover, incoming=into)
    other, far = (
        create_organisation(by=None, name=name, kind="hospital", example=True)
        for name in ("示例接任医院", "示例远方医院")
    )
    Posting.objects.filter(pk=into.pk).update(giver=other)
    follows = account("follows", "接任己", "expert", far)
    Person.objects.filter(pk=scene.second.pk).update(user_id=follows.id)
    sends = account("sends", "派出庚", "supporter_manager", other)
    for user in (stage.manager, scene.sender, sends, follows, stage.expert):
        viewer = viewer_of(user)
        assert [one.id for one in access.visible_handovers(viewer)] == [handover.id], user
        assert [
            one.id for one in queries.handovers.handovers_of(viewer, stage.programme.id)
        ] == [handover.id]  # fmt: skip
        assert access.get_handover(viewer, handover.id) == handover
        assert not access.visible_handovers(viewer, new_id()).exists()
    stranger = viewer_of(stage.outsider)
    assert not access.visible_handovers(stranger).exists()
    with pytest.raises(NotVisible):
        access.get_handover(stranger, handover.id)
    # Who is nobody's person is not looked for among all people.
    assert "directory_person" not in str(access.visible_postings(stranger).query)


def test_a_handover_is_signed_by_both_in_order(scene: Scene) -> None:
    stage = scene.stage
    out, into = two(scene)
    handover = actions.open_handover(by=stage.expert, outgoing=out, patients_of_concern=3,
                                     techniques="腹腔镜胆囊切除")  # fmt: skip
    assert handover.due_on == out.ends_on
    overdue = queries.handovers.overdue(viewer_of(stage.manager), today())
    assert [one.id for one in overdue] == [handover.id]
    assert not list(queries.handovers.overdue(viewer_of(stage.outsider), today()))
    assert not list(queries.handovers.overdue(viewer_of(stage.manager), out.ends_on))
    sign = actions.sign_incoming
    assert refused(lambda: sign(by=scene.sender, handover=handover)) == ("successor-unknown", None)
    assert refused(
        lambda: actions.name_successor(by=stage.expert, handover=handover, incoming=out)
    ) == ("successor-unfit", "incoming")
    actions.name_successor(by=stage.expert, handover=handover, incoming=into)
    assert refused(lambda: sign(by=scene.sender, handover=handover)) == (
        "outgoing-signs-first", None,
    )  # fmt: skip
    for by in (stage.manager, stage.outsider):
        with pytest.raises(NotAllowed):
            actions.sign_outgoing(by=by, handover=handover)
    actions.sign_outgoing(by=stage.expert, handover=handover)
    assert refused(
        lambda: actions.edit_handover(by=stage.expert, handover=handover, due_on=day(95))
    ) == ("handover-signed", None)
    # The expert who leaves does not sign for who comes.
    with pytest.raises(NotAllowed):
        sign(by=stage.expert, handover=handover)
    done = sign(by=scene.sender, handover=handover)
    assert done.incoming_signed_by == scene.sender.id
    assert refused(lambda: sign(by=scene.sender, handover=handover)) == (
        "handover-signed-already", None,
    )  # fmt: skip
    assert not list(queries.handovers.overdue(viewer_of(stage.manager), today()))


def test_a_handover_is_opened_once_and_by_its_sides(scene: Scene) -> None:
    out, into = two(scene)
    id = new_id()
    first = actions.open_handover(by=scene.stage.manager, id=id, outgoing=out, incoming=into)
    assert actions.open_handover(by=None, id=id, outgoing=out, incoming=into) == first
    assert refused(lambda: actions.open_handover(by=None, outgoing=out)) == ("handover-open", None)
    assert refused(lambda: actions.open_handover(by=None, outgoing=into)) == (
        "posting-not-begun", None,
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        actions.open_handover(by=scene.stage.outsider, outgoing=out)
    assert refused(
        lambda: actions.edit_handover(by=None, handover=first, due_on=day(9),
                                      patients_of_concern=10000)
    ) == ("number-out-of-range", "patients_of_concern")  # fmt: skip
    edited = actions.edit_handover(
        by=scene.stage.expert, handover=first, incoming=into, due_on=day(95),
        patients_of_concern=2, contacts="医务科",
    )  # fmt: skip
    assert (edited.due_on, edited.contacts) == (day(95), "医务科")


def test_a_task_is_handed_over_to_one_of_the_two_sides(scene: Scene) -> None:
    out, into = two(scene)
    one = actions.open_handover(by=None, outgoing=out, incoming=into)
    task = {"handover": one, "title": "完成随访表"}
    owed = actions.hand_over_task(by=scene.stage.expert, owner=scene.stage.receiver, **task)
    assert owed.handover == one
    assert refused(
        lambda: actions.hand_over_task(by=None, owner=scene.stage.other_giver, **task)
    ) == ("owner-elsewhere", "owner")
    with pytest.raises(NotAllowed):
        actions.hand_over_task(by=scene.stage.outsider, owner=scene.stage.receiver, **task)
    actions.sign_outgoing(by=None, handover=one)
    actions.sign_incoming(by=None, handover=one)
    assert refused(lambda: actions.hand_over_task(by=None, owner=scene.stage.giver, **task)) == (
        "handover-done",
        None,
    )


def test_the_database_holds_the_order_of_signatures(scene: Scene) -> None:
    out, into = two(scene)
    handover = actions.open_handover(by=None, outgoing=out, incoming=into)
    for changes in ({"incoming_signed_at": now()}, {"incoming": out}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Handover.objects.filter(pk=handover.pk).update(**changes)
