"""Certificates, reviews and refreshers asked for at the same moment by two processes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from time import sleep
from uuid import UUID

import pytest

from jiedui.accounts.models import User
from jiedui.mentoring.actions import certificates
from jiedui.mentoring.actions.certificates import issue_certificate
from jiedui.mentoring.actions.refreshers import owe_refreshers
from jiedui.mentoring.actions.safety import open_review
from jiedui.mentoring.models import (
    Certificate,
    LearningFact,
    Refresher,
    SafetyReview,
    Skill,
    Technique,
)
from tests.learning_cast import PROCEDURE
from tests.racing import processes_at_once, shared_database
from tests.rooms.mentoring.certificate_cast import room
from tests.rooms.mentoring.technique_cast import approved


def race_issue(skill_id: str, user_id: str) -> str:
    """One asks for the certificate."""
    skill = Skill.objects.get(pk=UUID(skill_id))
    made = issue_certificate(by=User.objects.get(pk=UUID(user_id)), skill=skill)
    return str(made.id)


def race_review(skill_id: str, user_id: str) -> str:
    """One opens a question of safety."""
    skill = Skill.objects.select_related("programme", "giver", "receiver", "person").get(
        pk=UUID(skill_id)
    )
    made = open_review(
        by=User.objects.get(pk=UUID(user_id)), programme=skill.programme, giver=skill.giver,
        receiver=skill.receiver, person=skill.person, code=skill.code, reason="event",
        note="同时",
    )  # fmt: skip
    return f"opened {made.id}"


def race_owe(day: str) -> str:
    """One looks for lapses."""
    return f"made {owe_refreshers()}"


@pytest.mark.django_db(transaction=True)
def test_two_who_issue_at_once_make_one_certificate(tmp_path: Path) -> None:
    cast = room()
    skill = cast.ready()
    with shared_database(tmp_path):
        answers = processes_at_once(
            (race_issue, skill.id, cast.manager.id), (race_issue, skill.id, cast.manager.id)
        )
        assert Certificate.objects.count() == 1
        told = LearningFact.objects.filter(measure="certificates_issued")
        assert sum(told.values_list("sign", flat=True)) == 1
    assert sorted(answer == "certificate-held" for answer in answers) == [False, True]


@pytest.mark.django_db(transaction=True)
def test_a_review_that_opens_comes_before_a_certificate_or_after(tmp_path: Path) -> None:
    cast = room()
    skill = cast.ready()
    with shared_database(tmp_path):
        answers = processes_at_once(
            (race_issue, skill.id, cast.manager.id), (race_review, skill.id, cast.manager.id)
        )
        issued = Certificate.objects.count()
        assert SafetyReview.objects.count() == 1
    assert answers[1].startswith("opened")
    assert (answers[0] == "certificate-conditions") == (issued == 0)


def race_issue_slowly(skill_id: str, user_id: str) -> str:
    """One asks for the certificate, and takes long between looking and writing."""
    look = certificates.certifying

    def looks(skill: Skill, day: date) -> object:
        seen = look(skill, day)
        sleep(1.5)
        return seen

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(certificates, "certifying", looks)
        return race_issue(skill_id, user_id)


def race_technique_review(technique_id: str, user_id: str) -> str:
    """Meanwhile one opens a question about the technique, and tells what certificates it sees."""
    sleep(0.5)
    found = Technique.objects.select_related("programme", "giver", "receiver").get(
        pk=UUID(technique_id)
    )
    open_review(
        by=User.objects.get(pk=UUID(user_id)), programme=found.programme, giver=found.giver,
        receiver=found.receiver, technique=found, reason="event", note="同时",
    )  # fmt: skip
    return f"opened beside {Certificate.objects.count()}"


@pytest.mark.django_db(transaction=True)
def test_a_question_about_the_technique_waits_for_a_certificate_that_is_being_written(
    tmp_path: Path,
) -> None:
    cast = room()
    skill = cast.ready()
    scene = cast.school.scene
    found = approved(scene, procedure=PROCEDURE)
    with shared_database(tmp_path):
        answers = processes_at_once(
            (race_issue_slowly, skill.id, cast.manager.id),
            (race_technique_review, found.id, scene.stage.manager.id),
        )
        assert answers == [str(Certificate.objects.get().id), "opened beside 1"]


@pytest.mark.django_db(transaction=True)
def test_two_who_look_for_lapses_at_once_make_each_task_once(tmp_path: Path) -> None:
    cast = room()
    cast.lapsed(200)
    with shared_database(tmp_path):
        processes_at_once((race_owe, "x"), (race_owe, "x"))
        assert Refresher.objects.count() == 2
