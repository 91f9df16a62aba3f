"""Pages of teaching: planning, signing in on a phone, marks in a grid, attachments, the cascade."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jiedui.core.clock import stopped_at, today
from jiedui.mentoring.actions import session_results, sessions, signing_in
from jiedui.mentoring.models import (
    Attachment,
    Attendance,
    EducationSite,
    ReactionCount,
    TeachingSession,
)
from jiedui.mentoring.models import (
    TestScore as Score,
)
from jiedui.mentoring.queries import cascade
from tests.lasting import lasting
from tests.learning_cast import with_account
from tests.ledger_cast import account
from tests.rooms.mentoring.teaching_cast import Class, ago, at, classroom

pytestmark = pytest.mark.django_db


the_cast, room = lasting(classroom)


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(name: str, *args: object) -> str:
    return reverse(f"mentoring:{name}", args=args)


def said(room: Class, **changes: str) -> dict[str, str]:
    """What the form of a session sends."""
    return {
        "programme": "示例结对", "giver": "示例甲省医院", "receiver": "示例东州医院",
        "kind": "course", "direction": "in", "topic": "示例培训班", "specialty": "04.01",
        "procedure": "lap_cholecystectomy", "department": "普外科",
        "days": f"{ago(3)} 09:00 3\n{ago(2)}，14：00，2.5", "teachers": "甲四",
    } | changes  # fmt: skip


def test_a_session_is_planned_held_and_entered_in_the_ledger(room: Class) -> None:
    client = client_of(room.manager)
    answer = client.post(url("session-new"), said(room))
    session = TeachingSession.objects.get()
    assert answer.headers["Location"] == url("session", session.id)
    assert [str(day.hours) for day in session.days.order_by("on")] == ["3.00", "2.50"]
    assert session.department == room.scene.ward
    page = client.get(url("session", session.id)).content.decode()
    assert session.sign_in_code in page
    client.post(
        url("session-learners", session.id),
        {"day": ago(3).isoformat(), "people": "乙三\nS2\t乙四\n", "unnamed": "5"},
    )
    assert Attendance.objects.count() == 2
    assert client.post(url("session-hold", session.id)).status_code == 302
    assert client.post(url("session-entry", session.id), {"entry": ""}).status_code == 302
    session.refresh_from_db()
    assert session.state == "held"
    assert session.entry is not None
    page = client.get(url("session", session.id)).content.decode()
    assert "乙三" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"days": "昨天 09:00 2"}, ("第 1 行", "Line 1")),
        ({"days": "2026-03-05 09:00"}, ("第 1 行", "Line 1")),
        ({"giver": "查无此院"}, ("查无此院",)),
        ({"department": "心外科"}, ("没有", "no open department")),
        ({"teachers": "查无此人"}, ("查无此人",)),
    ],
)
def test_a_form_that_cannot_be_says_why_at_its_field(
    room: Class, changes: dict[str, str], words: tuple[str, ...]
) -> None:
    answer = client_of(room.manager).post(url("session-new"), said(room, **changes))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert any(word in text for word in words)
    assert not TeachingSession.objects.exists()


def test_learners_that_nobody_knows_are_named_by_their_line(room: Class) -> None:
    session = room.planned(ago(1))
    answer = client_of(room.manager).post(
        url("session-learners", session.id), {"day": ago(1).isoformat(), "people": "乙三\n查无此人"}
    )
    assert answer.status_code == 422
    assert re.search("第 2 行|Line 2", answer.content.decode())
    assert not Attendance.objects.exists()


def test_signing_in_and_answering_without_an_account(room: Class) -> None:
    session = room.planned()
    phone = Client()
    with stopped_at(at(today(), 9)):
        assert phone.get(url("sign-in")).status_code == 200
        form = {"code": session.sign_in_code, "name": "乙三", "staff_number": "S1"}
        wrong = phone.post(url("sign-in"), form | {"name": "乙四"})
        assert wrong.status_code == 422
        # The page tells nothing of the session before the sign-in.
        assert session.topic not in wrong.content.decode()
        there = phone.post(url("sign-in"), form).headers["Location"]
        page = phone.get(there).content.decode()
        assert session.topic in page
        answers = {"useful": "5", "understood": "4", "will_use": "5"}
        assert phone.post(there, {"useful": "5"}).status_code == 422
        assert phone.post(there, answers).status_code == 302
        phone.post(there, answers)
    assert sum(ReactionCount.objects.values_list("count", flat=True)) == 3
    assert phone.get(url("signed-in", "forged")).status_code == 404
    # One answer would tell whose it is; three on paper beside it do not.
    sessions.hold_session(by=None, session=session)
    manager = client_of(room.manager)
    alone = manager.get(url("session", session.id)).content.decode()
    assert "满 3 份答卷后显示分布" in alone
    assert 'class="rows answers"' not in alone
    session_results.count_reactions(by=None, session=session, counts={"useful": {4: 3}})
    page = manager.get(url("session", session.id)).content.decode()
    assert page.count('class="rows answers"') == 1
    assert "满 3 份答卷后显示分布" not in page


def test_somebody_with_an_account_needs_only_the_code(room: Class) -> None:
    from tests.learning_cast import with_account

    session = room.planned()
    user = with_account(room.learners[1], "own", "local_clinician", room.scene.stage.receiver)
    with stopped_at(at(today(), 9)):
        client = client_of(user)
        assert client.post(url("sign-in"), {"code": session.sign_in_code}).status_code == 302
    assert Attendance.objects.get().person == room.learners[1]


def test_marks_from_the_grid_and_from_pasted_lines(room: Class) -> None:
    session = room.held(learners=2)
    client, address = client_of(room.manager), url("session-scores", session.id, "pre")
    cell = f"marks-{room.learners[0].id}"
    bad = client.post(address, {"full_marks": "100", cell: "101", "pasted": "乙九 5\n乙四 很好"})
    text = bad.content.decode()
    assert bad.status_code == 422
    assert re.search("第 1 行|Line 1", text)
    assert re.search("第 2 行|Line 2", text)
    assert not Score.objects.exists()
    good = client.post(address, {"full_marks": "100", cell: "55.5", "pasted": "S2，88"})
    assert good.status_code == 302
    assert sorted(Score.objects.values_list("marks", flat=True)) == [55.5, 88]
    assert client.get(url("session-scores", session.id, "never")).status_code == 404


def test_an_attachment_from_asking_to_the_answer(room: Class) -> None:
    home, host = client_of(room.manager), client_of(room.sender)
    asked = home.post(url("attachment-new"), {
        "programme": "示例结对", "receiver": "示例东州医院", "person": "乙三",
        "giver": "示例甲省医院", "kind": "clinical", "planned_from": ago(300).isoformat(),
        "planned_to": ago(210).isoformat(), "goals": ["lap_cholecystectomy"],
    })  # fmt: skip
    row = Attachment.objects.get()
    assert asked.headers["Location"] == url("attachment", row.id)
    # The host's step does not exist for the home.
    assert home.get(url("attachment-step", row.id, "accept")).status_code == 404
    for client, verb, on in ((host, "accept", 300), (home, "leave", 300), (home, "return", 210)):
        answer = client.post(url("attachment-step", row.id, verb), {"on": ago(on).isoformat()})
        assert answer.status_code == 302, verb
    question = row.follow_ups.get(months=6)
    answers = {"in_post": "yes", "using": "no", "independent": "yes"}
    assert home.post(url("follow-up", question.id), answers).status_code == 422
    assert host.get(url("follow-up", question.id)).status_code == 404
    home.post(url("follow-up", question.id), answers | {"using": "yes"})
    row.refresh_from_db()
    assert row.independent_on == today()
    assert "100%" in home.get(url("attachments")).content.decode()


def test_a_reader_sees_counts_and_no_names(room: Class) -> None:
    session = room.held()
    room.asked()
    reader = client_of(account("reads", "只读", "viewer", room.scene.stage.receiver))
    page = reader.get(url("session", session.id)).content.decode()
    assert "乙三" not in page
    assert reader.get(url("session-scores", session.id, "pre")).status_code == 404
    room.returned(person=room.learners[1])
    listed = reader.get(url("attachments")).content.decode()
    assert "乙三" not in listed
    assert "乙四" not in listed
    assert re.search(r"占已接收的 ?0 ?%", listed)
    assert reader.get(url("cascade")).status_code == 403
    export = reader.get(url("sessions"), {"export": "csv"})
    assert "乙三" not in b"".join(export.streaming_content).decode()  # type: ignore[attr-defined]


def test_a_learner_reads_the_own_credits_of_the_year(room: Class) -> None:
    stage = room.scene.stage
    learner = with_account(room.learners[0], "learner", "local_clinician", stage.receiver)
    session = room.planned(today(), kind="cme", cme_credits=Decimal("2.5"), cme_class="provincial")
    assert "本人" not in client_of(learner).get(url("sessions")).content.decode()
    signing_in.sign_in_by_hand(
        by=None, session=session, day=session.days.get(), people=room.learners[:1]
    )
    sessions.hold_session(by=None, session=session)
    page = client_of(learner).get(url("sessions")).content.decode()
    assert f"本人{today().year}年继续教育学分" in page
    assert ">2.5<" in page
    assert "本人" not in client_of(room.manager).get(url("sessions")).content.decode()


def test_the_cascade_shows_both_generations(room: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    room.held(ago(90))
    stage = room.scene.stage
    second = room.planned(ago(30), topic="第二代")
    sessions.edit_session(
        by=None, session=second, said=room.said(ago(30), topic="第二代"),
        teachers=[room.learners[0]],
    )  # fmt: skip
    signing_in.sign_in_by_hand(by=None, session=second, day=second.days.get(), people=[stage.nurse])
    sessions.hold_session(by=None, session=second)
    client = client_of(room.manager)
    listed = client.get(url("cascade"), {"export": "csv"})
    rows = b"".join(listed.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    surgeon = next(row for row in rows if room.scene.surgeon.name in row)
    assert surgeon.endswith("3,1")
    # Where links are left out, the numbers are told as the least there are.
    monkeypatch.setattr(cascade, "MOST", 2)
    assert "≥ 3" in client.get(url("cascade")).content.decode()
    monkeypatch.undo()
    page = client.get(url("cascade-of", room.scene.surgeon.id)).content.decode()
    assert "cascade-2" in page
    assert stage.nurse.name in page


def test_sites_and_awards_are_registered(room: Class) -> None:
    client = client_of(room.manager)
    client.post(url("site-new"), {
        "organisation": "示例东州医院", "kind": "residency_base", "name": "示例基地",
        "standing": "accredited", "standing_on": ago(400).isoformat(),
    })  # fmt: skip
    site = EducationSite.objects.get()
    year = today().year - 1
    wrong = client.post(url("site-year", site.id), {"year": year, "examined": 2, "passed": 3})
    assert wrong.status_code == 422
    client.post(url("site-year", site.id), {"year": year, "examined": 4, "passed": 3})
    assert "75%" in client.get(url("site", site.id)).content.decode()
    assert "姓名" not in client.get(url("sites")).content.decode()
    client.post(url("award-new"), {
        "programme": "示例结对", "organisation": "示例东州医院", "name": "示例竞赛",
        "level": "provincial", "given_by": "示例组委会", "on": ago(5).isoformat(), "team": "示例队",
    })  # fmt: skip
    assert "示例竞赛" in client.get(url("awards")).content.decode()


@pytest.mark.parametrize(("name", "most"), [("sessions", 30), ("attachments", 30), ("cascade", 40)])
def test_a_list_takes_the_same_queries_however_long(
    room: Class, name: str, most: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(1, 4):
        room.held(ago(number * 3), topic=f"讲{number}")
        room.asked(person=room.learners[number - 1])
    client = client_of(room.manager)
    client.get(url(name))
    with django_assert_max_num_queries(most):
        assert client.get(url(name)).status_code == 200
