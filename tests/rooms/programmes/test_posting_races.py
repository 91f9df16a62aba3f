"""Two processes with one person: one posting stands, one stay is open, whichever came first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from jiedui.programmes.models import Posting, ProgrammeFact, Stay
from tests.posting_cast import END, Scene, day
from tests.posting_cast import scene as set_scene
from tests.racing import processes_at_once, shared_database

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(transactional_db: None, tmp_path: Path) -> Iterator[Scene]:
    with shared_database(tmp_path):
        yield set_scene()


def nominate_again(like: str, first: str, last: str) -> str:
    """Another posting of the same person, for other days."""
    from datetime import date

    from jiedui.programmes import actions

    one = Posting.objects.select_related("programme", "person", "giver", "receiver").get(pk=like)
    actions.nominate(
        by=None, programme=one.programme, person=one.person, giver=one.giver,
        receiver=one.receiver, specialty=one.specialty, kind=one.kind, category=one.category,
        planned_from=date.fromisoformat(first), planned_to=date.fromisoformat(last),
    )  # fmt: skip
    return "done"


def step_of(posting: str, verb: str, on: str) -> str:
    """A step of a posting on a day."""
    from datetime import date

    from jiedui.programmes import actions

    held = Posting.objects.get(pk=posting)
    getattr(actions, verb)(by=None, posting=held, on=date.fromisoformat(on))
    return "done"


def test_two_nominations_of_one_person_at_once(scene: Scene) -> None:
    like = scene.nominated()
    first, last = END + timedelta(days=1), END + timedelta(days=30)
    answers = processes_at_once(
        (nominate_again, like.pk, first, last),
        (nominate_again, like.pk, first + timedelta(days=29), last + timedelta(days=9)),
    )
    assert sorted(answers) == ["done", "posting-overlaps planned_from"]
    assert Posting.objects.count() == 2


def test_two_arrivals_of_one_posting_at_once(scene: Scene) -> None:
    posting = scene.approved()
    answers = processes_at_once(
        (step_of, posting.pk, "arrive", day(1)), (step_of, posting.pk, "arrive", day(2))
    )
    assert sorted(answers) == ["done", "step-not-possible"]
    assert Stay.objects.count() == 1
    assert ProgrammeFact.objects.filter(measure="expert_person_times").count() == 1


def test_arrivals_of_one_person_at_two_places_at_once(scene: Scene) -> None:
    """One stays beyond the plan of the first posting while the second begins."""
    first = scene.approved(planned_from=day(0), planned_to=day(20))
    second = scene.approved(planned_from=day(21), planned_to=day(60))
    answers = processes_at_once(
        (step_of, first.pk, "arrive", day(10)), (step_of, second.pk, "arrive", day(30))
    )
    assert sorted(answers) == ["done", "person-on-site-elsewhere on"]
    assert Stay.objects.filter(last_day__isnull=True).count() == 1
