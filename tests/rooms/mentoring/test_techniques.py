"""Techniques: proposed, approved, and moved by who led their cases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed
from jiedui.mentoring.actions._advancing import after_case
from jiedui.mentoring.actions.techniques import (
    approve_technique,
    correct_technique,
    withdraw_technique,
)
from jiedui.mentoring.models import Technique
from tests.posting_cast import BEGIN, Scene, day, scene
from tests.rooms.mentoring.technique_cast import CODE, approved, done, laid, proposed, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def set_scene() -> Scene:
    return scene()


def test_a_technique_is_proposed_approved_and_moved_up_by_who_led(set_scene: Scene) -> None:
    technique = proposed(set_scene)
    assert (technique.state, technique.codes.get().code) == ("proposed", CODE)
    technique = done(technique, day(1), "expert", set_scene.surgeon)
    assert (technique.state, technique.cases) == ("proposed", 1)
    technique = approve_technique(
        by=set_scene.stage.manager, technique=technique, on=day(2), licence_on=day(2)
    )
    assert (technique.state, technique.approved_on) == ("expert", day(2))
    for number, lead in ((3, "joint"), (4, "supervised"), (5, "independent")):
        technique = done(technique, day(number), lead, set_scene.stage.nurse)
        assert (technique.state, technique.state_on) == (lead, day(number))
    # Never down by a case.
    technique = done(technique, day(6), "expert", set_scene.surgeon)
    assert technique.state == "independent"
    assert (technique.cases, technique.local_cases) == (5, 2)
    assert (technique.first_case_on, technique.first_local_on, technique.last_case_on) == (
        day(1), day(4), day(6),
    )  # fmt: skip
    steps = list(technique.steps.order_by("number").values_list("verb", "state"))
    assert steps == [
        ("propose", "proposed"), ("approve", "approved"), ("expert", "expert"),
        ("joint", "joint"), ("supervised", "supervised"), ("independent", "independent"),
    ]  # fmt: skip


def test_a_case_may_skip_rungs_and_one_taken_back_lowers_it_again(set_scene: Scene) -> None:
    technique = approved(set_scene)
    done(technique, day(1), "expert", set_scene.surgeon)
    case = laid(technique, day(2), "independent", set_scene.second)
    technique = after_case(by=None, technique=technique)
    assert technique.state == "independent"
    case.state = "recorded"
    case.save()
    technique = after_case(by=None, technique=technique)
    assert (technique.state, technique.state_on, technique.cases) == ("expert", day(1), 1)
    assert technique.steps.order_by("number").last().verb == "take_back"
    # A second reading of the same changes nothing.
    steps = technique.steps.count()
    assert after_case(by=None, technique=technique).steps.count() == steps
