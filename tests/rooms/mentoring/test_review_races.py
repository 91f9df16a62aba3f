"""Two processes at one review at once: both sides in, one sheet once, never read and changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jiedui.mentoring.actions import departments, reviews
from jiedui.mentoring.models import ReviewAnswer, ReviewRound, ReviewSide, StageStep
from tests.racing import processes_at_once, shared_database
from tests.rooms.mentoring.building_cast import Scene, ago, answers, scene

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def here(transactional_db: None, tmp_path: Path) -> Iterator[Scene]:
    with shared_database(tmp_path):
        yield scene()


def submit(round: str, side: str, level: str) -> str:
    """Hand a side's sheet in."""
    reviews.submit_answers(
        by=None, round=ReviewRound.objects.get(pk=round), side=side,
        answers=answers(side, int(level)),
    )  # fmt: skip
    return "done"


def back(round: str, side: str) -> str:
    """Take a side's sheet back."""
    reviews.take_back(by=None, round=ReviewRound.objects.get(pk=round), side=side)
    return "back"


def reach(department: str) -> str:
    """Say that a department reached its first stage."""
    from jiedui.directory.models import Department

    departments.reach_stage(
        by=None, department=Department.objects.get(pk=department), stage="begun", on=ago(1)
    )
    return "done"


def test_both_sides_hand_in_at_once(here: Scene) -> None:
    round = here.round()
    answered = processes_at_once((submit, round.id, "giver", 2), (submit, round.id, "receiver", 4))
    assert answered == ["done", "done"]
    assert set(ReviewSide.objects.values_list("state", flat=True)) == {"submitted"}


def test_two_of_one_side_hand_in_at_once(here: Scene) -> None:
    round = here.round()
    answered = processes_at_once((submit, round.id, "giver", 2), (submit, round.id, "giver", 4))
    assert sorted(answered) == ["done", "review-not-answered-now"]
    levels = ReviewAnswer.objects.filter(level__isnull=False).values_list("level", flat=True)
    assert set(levels) == {2 if answered[0] == "done" else 4}


def test_one_side_takes_back_while_the_other_hands_in(here: Scene) -> None:
    round = here.round()
    submit(str(round.id), "giver", "2")
    answered = processes_at_once((back, round.id, "giver"), (submit, round.id, "receiver", 4))
    states = dict(ReviewSide.objects.values_list("side", "state"))
    assert answered[1] == "done"
    # Either it was taken back first and nobody reads, or both are in and nothing is taken back.
    taken = answered[0] == "back"
    assert answered[0] in ("back", "review-not-taken-back")
    assert states == {"giver": "draft" if taken else "submitted", "receiver": "submitted"}


def test_a_stage_is_reached_once(here: Scene) -> None:
    here.criteria("begun")
    answered = processes_at_once((reach, here.ward.id), (reach, here.ward.id))
    assert sorted(answered) == ["done", "stage-not-higher"]
    assert StageStep.objects.count() == 1
