"""Teaching sessions: planned, signed in to, held, tested, answered, and counted once."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from jiedui.accounts.models import AuditRow
from jiedui.core.clock import stopped_at, today
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed
from jiedui.core.identifiers import new_id
from jiedui.ledger import actions as ledger
from jiedui.mentoring.access import teaching as access
from jiedui.mentoring.actions import session_results, sessions, signing_in
from jiedui.mentoring.actions.sessions import DayInput
from jiedui.mentoring.models import (
    Attendance,
    CodeTry,
    LearningFact,
    ReactionCount,
    TeachingSession,
)
from jiedui.mentoring.queries import sessions as queries
from tests.lasting import lasting
from tests.ledger_cast import account
from tests.rooms.mentoring.teaching_cast import ADDRESS, PROCEDURE, Class, ago, at, classroom

pytestmark = pytest.mark.django_db


the_cast, room = lasting(classroom)


def told(session: TeachingSession) -> dict[str, Decimal]:
    """What the figures count of a session now."""
    found: dict[str, Decimal] = {}
    for row in LearningFact.objects.filter(record_id=session.id):
        found[row.measure] = found.get(row.measure, Decimal(0)) + row.sign * row.value
    return {code: value for code, value in found.items() if value}


def refused(because: str, at_field: str | None, act: Any, /, **said: Any) -> None:
    before = AuditRow.objects.count()
    with pytest.raises((InvalidInput, InvalidState)) as caught:
        act(**said)
    assert (caught.value.code, caught.value.field) == (because, at_field)
    assert AuditRow.objects.count() == before


def test_a_session_counts_persons_once_and_attendances_day_by_day(room: Class) -> None:
    session = room.planned(ago(4), ago(3), kind="course")
    one, two = session.days.order_by("on")
    by = room.manager
    assert signing_in.sign_in_by_hand(by=by, session=session, day=one, people=room.learners) == 3
    assert signing_in.sign_in_by_hand(by=by, session=session, day=one, people=room.learners) == 0
    signing_in.sign_in_by_hand(by=by, session=session, day=two, people=room.learners[:2])
    signing_in.count_unnamed(by=by, session=session, day=two, count=7)
    assert told(session) == {}
    sessions.hold_session(by=by, session=session)
    numbers = queries.numbers_of([session.id])[session.id]
    assert (numbers.persons, numbers.attendances, numbers.unnamed) == (3, 12, 7)
    assert told(session) == {
        "training_sessions": 1, "trainees": 12, "teaching_hours": 4, "learners_named": 3,
    }  # fmt: skip
    people = LearningFact.objects.filter(record_id=session.id, measure="learners_named", sign=1)
    assert set(people.values_list("person_id", flat=True)) == {one.id for one in room.learners}


def test_what_is_told_later_replaces_what_was_told(room: Class) -> None:
    session = room.held(learners=2)
    assert told(session)["learners_named"] == 2
    attendance = Attendance.objects.filter(session=session).order_by("id")[0]
    signing_in.take_out(by=room.manager, attendance=attendance, reason="名单重复")
    assert told(session) == {
        "lectures": 1, "lecture_attendances": 1, "teaching_hours": 2, "learners_named": 1,
    }  # fmt: skip
    sessions.cancel_session(by=room.manager, session=session, reason="误报")
    assert told(session) == {}


def test_signing_in_by_code_without_an_account(room: Class) -> None:
    session = room.planned()
    with stopped_at(at(today(), 8, 45)):
        done = signing_in.sign_in(
            by=None, code=f" {session.sign_in_code[:3]} {session.sign_in_code[3:]} ",
            address=ADDRESS, name="乙三", staff_number="S1",
        )  # fmt: skip
        again = signing_in.sign_in(
            by=None, code=session.sign_in_code, address=ADDRESS, name="乙三", staff_number="S1"
        )
    assert (done.again, again.again) == (False, True)
    assert done.attendance == again.attendance
    assert done.attendance.way == "code"
    assert Attendance.objects.count() == 1


@pytest.mark.parametrize(
    ("hour", "minute", "code"),
    [(8, 29, "sign-in-not-yet"), (11, 31, "sign-in-over"), (23, 0, "sign-in-over")],
)
def test_outside_its_time_a_code_opens_nothing(
    room: Class, hour: int, minute: int, code: str
) -> None:
    session = room.planned()
    with stopped_at(at(today(), hour, minute)):
        refused(code, None, signing_in.sign_in, by=None, code=session.sign_in_code,
                address=ADDRESS, name="乙三", staff_number="S1")  # fmt: skip
    assert not Attendance.objects.exists()


def test_wrong_codes_and_names_are_remembered_and_stopped(room: Class) -> None:
    session = room.planned()
    wrong = "000000" if session.sign_in_code != "000000" else "111111"
    said = {"by": None, "address": ADDRESS, "name": "乙三", "staff_number": "S1"}
    with stopped_at(at(today(), 9)):
        refused("code-wrong", "code", signing_in.sign_in, code=wrong, **said)
        refused("code-wrong", "code", signing_in.sign_in, code="", **said)
        unknown = said | {"staff_number": "S2"}
        refused("learner-unknown", "name", signing_in.sign_in,
                code=session.sign_in_code, **unknown)  # fmt: skip
        assert CodeTry.objects.filter(address=ADDRESS).count() == 3
        for _number in range(27):
            refused("code-wrong", "code", signing_in.sign_in, code=wrong, **said)
        # Closed even to the right code, from this address and no other.
        refused("too-many-tries", None, signing_in.sign_in, code=session.sign_in_code, **said)
        elsewhere = said | {"address": "192.0.2.8"}
        assert signing_in.sign_in(code=session.sign_in_code, **elsewhere).attendance
    with stopped_at(at(today(), 9, 20)):
        assert signing_in.sign_in(code=session.sign_in_code, **said).again


def test_many_addresses_together_are_stopped_too(room: Class) -> None:
    session = room.planned()
    with stopped_at(at(today(), 9)):
        CodeTry.objects.bulk_create(
            [CodeTry(purpose="sign-in", address=f"198.51.100.{n % 250}", at=at(today(), 9))
             for n in range(500)]
        )  # fmt: skip
        refused("too-many-tries", None, signing_in.sign_in, by=None, code=session.sign_in_code,
                address=ADDRESS, name="乙三", staff_number="S1")  # fmt: skip


def test_staff_of_other_hospitals_and_teachers_do_not_sign_in(room: Class) -> None:
    from jiedui.directory.actions import add_person

    session = room.planned()
    stage = room.scene.stage
    add_person(by=None, name="丙一", staff_number="T1", organisation=stage.other_receiver,
               example=True)  # fmt: skip
    with stopped_at(at(today(), 9)):
        refused("learner-unknown", "name", signing_in.sign_in, by=None, address=ADDRESS,
                code=session.sign_in_code, name="丙一", staff_number="T1")  # fmt: skip
    refused("teacher-is-learner", "name", signing_in.sign_in_by_hand, by=None, session=session,
            day=session.days.get(), people=[room.scene.surgeon])  # fmt: skip


def test_the_code_goes_with_the_holding(room: Class) -> None:
    session = room.planned()
    code = session.sign_in_code
    with stopped_at(at(today(), 10)):
        sessions.hold_session(by=room.manager, session=session)
        refused("code-wrong", "code", signing_in.sign_in, by=None, code=code, address=ADDRESS,
                name="乙三", staff_number="S1")  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"kind": "party"}, "code-unknown", "kind"),
        ({"direction": "sideways"}, "code-unknown", "direction"),
        ({"specialty": "99"}, "code-unknown", "specialty"),
        ({"procedure": "magic"}, "code-unknown", "procedure"),
        ({"topic": "  "}, "text-missing", "topic"),
        ({"days": []}, "days-missing", "days"),
        ({"days": [DayInput(ago(1), time(9), Decimal(25))]}, "hours-of-a-day", "days"),
        ({"days": [DayInput(ago(1), time(9), Decimal("NaN"))]}, "hours-of-a-day", "days"),
        ({"days": [DayInput(ago(1), time(9), Decimal(1))] * 2}, "day-twice", "days"),
        ({"cme_number": "示例1"}, "credits-missing", "cme_credits"),
        ({"spent": Decimal(-1)}, "number-out-of-range", "spent"),
    ],
)
def test_a_session_that_cannot_be_is_refused_at_its_field(
    room: Class, changes: dict[str, Any], code: str, field: str
) -> None:
    stage = room.scene.stage
    refused(code, field, sessions.create_session, by=room.manager, programme=stage.programme,
            giver=stage.giver, receiver=stage.receiver,
            said=replace(room.said(), **changes))  # fmt: skip
    assert not TeachingSession.objects.exists()


def test_two_that_are_not_paired_teach_nothing_together(room: Class) -> None:
    stage = room.scene.stage
    said = {"by": None, "programme": stage.programme, "giver": stage.giver, "said": room.said()}
    refused(
        "not-paired",
        "receiver",
        sessions.create_session,
        receiver=stage.other_receiver,
        **said | {"said": room.said(department=None)},
    )
    refused("giver-is-receiver", "giver", sessions.create_session, receiver=stage.giver,
            **said | {"said": room.said(department=None)})  # fmt: skip
    refused("department-elsewhere", "department", sessions.create_session,
            receiver=stage.other_receiver, **said)  # fmt: skip


def test_the_same_creation_again_is_the_first_answer(room: Class) -> None:
    stage, id = room.scene.stage, new_id()
    said = {"by": room.manager, "id": id, "programme": stage.programme, "giver": stage.giver,
            "receiver": stage.receiver}  # fmt: skip
    one = sessions.create_session(said=room.said(), **said)
    assert sessions.create_session(said=room.said(), **said) == one
    with pytest.raises(InvalidState) as caught:
        sessions.create_session(said=room.said(topic="另一讲"), **said)
    assert caught.value.code == "id-taken"


def test_others_do_nothing_to_a_session(room: Class) -> None:
    session = room.planned(ago(1))
    outsider = room.scene.stage.outsider
    day = session.days.get()
    for act, said in (
        (sessions.hold_session, {"session": session}),
        (sessions.cancel_session, {"session": session, "reason": "x"}),
        (sessions.edit_session, {"session": session, "said": room.said(ago(1))}),
        (sessions.draft_entry, {"session": session}),
        (sessions.untie_entry, {"session": session}),
        (sessions.tie_entry, {"session": session, "entry": new_id()}),
        (signing_in.sign_in_by_hand, {"session": session, "day": day, "people": []}),
        (signing_in.count_unnamed, {"session": session, "day": day, "count": 3}),
        (session_results.count_reactions, {"session": session, "counts": {}}),
        (session_results.record_scores,
         {"session": session, "phase": "pre", "full_marks": Decimal(100), "scores": {}}),
    ):  # fmt: skip
        with pytest.raises(NotAllowed) as caught:
            act(by=outsider, **said)
        assert caught.value.code == "session-of-others", act
    viewer = account("reads", "只读", "viewer", room.scene.stage.receiver)
    with pytest.raises(NotAllowed):
        sessions.hold_session(by=viewer, session=session)


def test_a_day_with_learners_does_not_vanish(room: Class) -> None:
    session = room.planned(ago(4), ago(3))
    first = session.days.order_by("on")[0]
    signing_in.sign_in_by_hand(by=None, session=session, day=first, people=room.learners[:1])
    refused("day-has-learners", "days", sessions.edit_session, by=room.manager, session=session,
            said=room.said(ago(3)))  # fmt: skip
    sessions.edit_session(by=room.manager, session=session, said=room.said(ago(4)))
    assert session.days.count() == 1


def test_what_lies_ahead_was_not_held(room: Class) -> None:
    session = room.planned(today() + timedelta(days=2))
    refused("day-in-the-future", "days", sessions.hold_session, by=room.manager, session=session)
    refused("day-in-the-future", "day", signing_in.sign_in_by_hand, by=room.manager,
            session=session, day=session.days.get(), people=room.learners)  # fmt: skip


def test_marks_belong_to_learners_and_lie_within_the_full_marks(room: Class) -> None:
    session = room.held(learners=2)
    one, two, three = (person.id for person in room.learners)
    said = {"by": room.manager, "session": session, "phase": "pre", "full_marks": Decimal(50)}
    record = session_results.record_scores
    refused("not-a-learner", "scores", record, scores={three: Decimal(1)}, **said)
    refused("marks-out-of-range", "scores", record, scores={one: Decimal(51)}, **said)
    refused("marks-out-of-range", "scores", record, scores={one: Decimal("NaN")}, **said)
    refused("number-out-of-range", "full_marks", record, scores={},
            **said | {"full_marks": Decimal(0)})  # fmt: skip
    record(scores={one: Decimal(20), two: Decimal(40)}, **said)
    record(scores={one: Decimal(90)}, **said | {"phase": "post", "full_marks": Decimal(100)})
    refused("full-marks-too-low", "full_marks", record, scores={one: Decimal(5)},
            **said | {"full_marks": Decimal(30)})  # fmt: skip
    change = queries.change_of(session)
    assert change is not None
    assert (change.pairs, change.higher, change.only_before) == (1, 1, 1)
    assert (change.median_before, change.median_after) == (40, 90)
    record(scores={one: None}, **said)
    assert queries.marks_of(session)["pre"] == {two: Decimal(40)}


ANSWERS = {"useful": 5, "understood": 4, "will_use": 5}


def test_answers_are_counted_once_and_without_a_name(room: Class) -> None:
    session = room.held()
    one, two, _three = room.learners
    session_results.react(by=None, session=session, person=one, answers=ANSWERS)
    refused("already-answered", None, session_results.react, by=None, session=session, person=one,
            answers=ANSWERS)  # fmt: skip
    session_results.react(by=None, session=session, person=two, answers=ANSWERS | {"useful": 1})
    refused("answer-missing", "understood", session_results.react, by=None, session=session,
            person=two, answers={"useful": 3})  # fmt: skip
    refused("number-out-of-range", "useful", session_results.react, by=None, session=session,
            person=two, answers=ANSWERS | {"useful": 6})  # fmt: skip
    session_results.count_reactions(
        by=room.manager, session=session, counts={"useful": {5: 10, 3: 2}}
    )
    session_results.count_reactions(by=room.manager, session=session, counts={"useful": {5: 4}})
    found = queries.reactions_of(session)
    assert dict(found["useful"]) == {5: 5, 1: 1}
    assert dict(found["will_use"]) == {5: 2}
    fields = {field.name for field in ReactionCount._meta.get_fields()}
    assert not fields & {"person", "at", "by"}


def test_the_ledger_counts_the_event_in_the_sessions_place(room: Class) -> None:
    session = room.held()
    stage = room.scene.stage
    version = sessions.draft_entry(by=room.sender, session=session)
    said = {row.measure: row.value for row in version.quantities.all()}
    assert said == {"lectures": 1, "lecture_attendances": 3}
    assert [one.person for one in version.participants.all()] == [room.scene.surgeon]
    assert told(session) == {"teaching_hours": 2, "learners_named": 3}
    refused("entry-tied", None, sessions.draft_entry, by=room.sender, session=session)
    refused("entry-stands", None, sessions.untie_entry, by=room.sender, session=session)
    refused("session-in-ledger", None, sessions.cancel_session, by=room.sender, session=session,
            reason="x")  # fmt: skip
    ledger.withdraw_entry(by=room.sender, entry=version.entry_id, reason="重复")
    sessions.untie_entry(by=room.sender, session=session)
    assert told(session)["lectures"] == 1
    assert stage.programme.entries.count() == 1


def test_an_entry_of_the_same_event_is_tied_and_no_other(room: Class) -> None:
    session, second = room.held(ago(3)), room.held(ago(3), topic="另一讲")
    stage = room.scene.stage
    said = stage.event(kind="lecture", happened_from=ago(3), happened_to=ago(3),
                       quantities=[ledger.QuantityInput("lectures", 1)])  # fmt: skip
    same = ledger.record_entry(by=stage.expert, **said)
    other = ledger.record_entry(
        by=stage.expert, **said | {"happened_from": ago(9), "happened_to": ago(8)}
    )
    refused("entry-of-another-event", "entry", sessions.tie_entry, by=room.sender,
            session=session, entry=other.entry_id)  # fmt: skip
    sessions.tie_entry(by=room.sender, session=session, entry=same.entry_id)
    refused("entry-of-another-session", "entry", sessions.tie_entry, by=room.sender,
            session=second, entry=same.entry_id)  # fmt: skip
    assert told(session) == {"teaching_hours": 2, "learners_named": 3}


def test_who_sees_what(room: Class) -> None:
    from jiedui.accounts.permissions import viewer_of

    session = room.held()
    stage = room.scene.stage
    seen = {
        user.username: (
            access.visible_sessions(viewer_of(user)).exists(),
            access.sees_learners(viewer_of(user), session),
        )
        for user in (
            room.manager, room.sender, stage.outsider,
            account("reads", "只读", "viewer", stage.receiver),
        )
    }  # fmt: skip
    assert seen == {
        "manager": (True, True), "sender": (True, True), "outsider": (False, False),
        "reads": (True, False),
    }  # fmt: skip


def test_a_sessions_numbers_take_the_same_queries_however_many(
    room: Class, django_assert_num_queries: Any
) -> None:
    ids = [room.held(ago(number), topic=f"讲{number}").id for number in range(1, 6)]
    with django_assert_num_queries(3):
        queries.numbers_of(ids[:1])
    with django_assert_num_queries(3):
        queries.numbers_of(ids)


def test_credits_are_for_who_was_there_on_all_days(room: Class) -> None:
    session = room.planned(ago(2), ago(1), kind="cme", cme_credits=Decimal(2),
                           cme_class="provincial")  # fmt: skip
    one, two = session.days.order_by("on")
    by = room.manager
    signing_in.sign_in_by_hand(by=by, session=session, day=one, people=room.learners[:2])
    signing_in.sign_in_by_hand(by=by, session=session, day=two, people=room.learners[:1])
    sessions.hold_session(by=by, session=session)
    year = session.ends_on.year
    assert queries.credits_of(room.learners[0].id, year).credits == 2
    assert queries.credits_of(room.learners[1].id, year).credits == 0


def test_levels_three_and_four_rest_on_confirmed_cases(room: Class) -> None:
    from jiedui.mentoring.models import CaseTally

    held = room.held(ago(150))
    judged = queries.judged(held)
    assert [level.state for level in judged.levels] == ["unknown"] * 4
    CaseTally.objects.create(
        id=new_id(), programme=held.programme, giver=held.giver, receiver=held.receiver,
        department=held.department, procedure=PROCEDURE, month=ago(60).replace(day=1),
        expert=2, supervised=1, independent=3,
    )  # fmt: skip
    judged = queries.judged(held)
    known = judged.known
    assert (known.cases_before, known.cases_after, known.local_after) == (0, 6, 4)
    assert [level.state for level in judged.levels][2:] == ["open", "open"]
