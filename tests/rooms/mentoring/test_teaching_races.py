"""Two at once: one person signs in twice, two sign in, two accept, two ask for one person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jiedui.mentoring.models import Attachment, Attendance, LearningFact
from tests.racing import processes_at_once, shared_database
from tests.rooms.mentoring.teaching_cast import Class, ago, classroom

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room(transactional_db: None, tmp_path: Path) -> Iterator[Class]:
    with shared_database(tmp_path):
        yield classroom()


def sign_in_at_ten(code: str, name: str, number: str) -> str:
    """Sign in by code today at ten."""
    from jiedui.core.clock import stopped_at, today
    from jiedui.mentoring.actions.signing_in import sign_in
    from tests.rooms.mentoring.teaching_cast import at

    with stopped_at(at(today(), 10)):
        done = sign_in(by=None, code=code, address="192.0.2.1", name=name, staff_number=number)
    return "again" if done.again else "new"


def accept(attachment: str, on: str) -> str:
    """The host accepts."""
    from datetime import date

    from jiedui.mentoring.actions.attachments import accept_attachment

    accept_attachment(
        by=None, attachment=Attachment.objects.get(pk=attachment), on=date.fromisoformat(on)
    )
    return "accepted"


def ask(like: str, first: str, last: str) -> str:
    """Another attachment of the same person."""
    from datetime import date

    from jiedui.mentoring.actions.attachments import ask_attachment

    one = Attachment.objects.select_related("programme", "giver", "receiver", "person").get(pk=like)
    ask_attachment(
        by=None, programme=one.programme, giver=one.giver, receiver=one.receiver,
        person=one.person, kind=one.kind, planned_from=date.fromisoformat(first),
        planned_to=date.fromisoformat(last),
    )  # fmt: skip
    return "asked"


def test_the_same_person_signing_in_twice_at_once_is_counted_once(room: Class) -> None:
    code = room.planned().sign_in_code
    answers = processes_at_once(
        (sign_in_at_ten, code, "乙三", "S1"), (sign_in_at_ten, code, "乙三", "S1")
    )
    assert sorted(answers) == ["again", "new"]
    assert Attendance.objects.count() == 1


def test_two_people_signing_in_at_once_are_two(room: Class) -> None:
    code = room.planned().sign_in_code
    answers = processes_at_once(
        (sign_in_at_ten, code, "乙三", "S1"), (sign_in_at_ten, code, "乙四", "S2")
    )
    assert answers == ["new", "new"]
    assert Attendance.objects.count() == 2


def test_two_hosts_people_accept_at_once(room: Class) -> None:
    row = room.asked()
    answers = processes_at_once((accept, row.id, ago(300)), (accept, row.id, ago(300)))
    assert sorted(answers) == ["accepted", "step-not-possible"]
    assert LearningFact.objects.filter(record_id=row.id).count() == 1
    assert row.steps.filter(verb="accept").count() == 1


def test_one_person_is_asked_for_twice_at_once(room: Class) -> None:
    row = room.asked()
    answers = processes_at_once((ask, row.id, ago(100), ago(50)), (ask, row.id, ago(60), ago(20)))
    assert sorted(answers) == ["asked", "attachment-overlaps planned_from"]
