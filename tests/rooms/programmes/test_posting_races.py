"""Two processes with one person: one posting stands, one stay is open, whichever came first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from jiedui.accounts.models import AuditRow
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
    return nominate_as(like, first, last, "")


def nominate_as(like: str, first: str, last: str, title: str) -> str:
    """Another posting of the same person, for other days, with a title."""
    from datetime import date

    from jiedui.programmes import actions

    one = Posting.objects.select_related("programme", "person", "giver", "receiver").get(pk=like)
    actions.nominate(
        by=None, programme=one.programme, person=one.person, giver=one.giver,
        receiver=one.receiver, specialty=one.specialty, kind=one.kind, category=one.category,
        planned_from=date.fromisoformat(first), planned_to=date.fromisoformat(last), title=title,
    )  # fmt: skip
    return "done"


def step_of(posting: str, verb: str, on: str) -> str:
    """A step of a posting on a day."""
    from datetime import date

    from jiedui.programmes import actions

    held = Posting.objects.get(pk=posting)
    getattr(actions, verb)(by=None, posting=held, on=date.fromisoformat(on))
    return "done"


def end_of(what: str, id: str, on: str) -> str:
    """The end of an agreement or pairing on a day."""
    from datetime import date

    from jiedui.programmes import actions
    from jiedui.programmes.models import Agreement, Pairing

    day = date.fromisoformat(on)
    if what == "agreement":
        agreement = Agreement.objects.get(pk=id)
        actions.end_agreement(by=None, agreement=agreement, on=day, reason="止")
    else:
        actions.end_pairing(by=None, pairing=Pairing.objects.get(pk=id), on=day)
    return "ended"


def extended(posting: str, until: str) -> str:
    """An extension of a posting."""
    from datetime import date

    from jiedui.programmes import actions

    held = Posting.objects.get(pk=posting)
    actions.extend(by=None, posting=held, until=date.fromisoformat(until))
    return "done"


def titled(person: str, title: str, since: str) -> str:
    """Another title of a person from a day on."""
    from datetime import date

    from jiedui.directory import actions
    from jiedui.directory.models import Person

    held = Person.objects.get(pk=person)
    actions.give_title(by=None, person=held, title=title, valid_from=date.fromisoformat(since))
    return "titled"


def test_a_posting_and_the_end_of_what_it_rests_on(scene: Scene) -> None:
    """Whichever comes first, no posting stands outside its agreement or tie."""
    agreed = scene.agreement(None, END + timedelta(days=60))
    like = scene.nominated(planned_to=day(20))
    answers = processes_at_once(
        (nominate_again, like.pk, day(21), END), (end_of, "agreement", agreed.pk, day(20))
    )
    assert answers in (["done", "posting-left-outside on"], ["done", "ended"])
    agreed.refresh_from_db()
    second = Posting.objects.exclude(pk=like.pk).get()
    if answers[1] == "ended":
        # Nominated after the end: a posting without a paper, not one outside its paper.
        assert second.agreement is None
    else:
        assert (second.agreement, agreed.valid_to) == (agreed, END + timedelta(days=60))


def test_an_extension_and_the_end_of_the_agreement(scene: Scene) -> None:
    agreed = scene.agreement(None, END + timedelta(days=60))
    posting = scene.arrived()
    answers = processes_at_once(
        (extended, posting.pk, END + timedelta(days=30)), (end_of, "agreement", agreed.pk, END)
    )
    assert answers in (
        ["done", "posting-left-outside on"], ["posting-outside-agreement until", "ended"],
    )  # fmt: skip


def test_a_posting_and_the_end_of_the_tie(scene: Scene) -> None:
    like = scene.nominated(planned_to=day(20))
    tie = scene.stage.programme.pairings.get(giver=scene.stage.giver)
    answers = processes_at_once(
        (nominate_again, like.pk, day(21), END), (end_of, "pairing", tie.pk, day(20))
    )
    assert answers in (["done", "posting-left-outside on"], ["not-paired receiver", "ended"])


def test_a_nomination_with_a_title_and_another_title(scene: Scene) -> None:
    """A title that was not held when the nomination was written is refused."""
    like = scene.nominated(planned_to=day(20))
    answers = processes_at_once(
        (nominate_as, like.pk, day(21), END, "associate_chief_physician"),
        (titled, scene.surgeon.pk, "chief_physician", day(15)),
    )
    assert answers in (["done", "titled"], ["title-not-held title", "titled"])
    number = {
        row.action: row.sequence
        for row in AuditRow.objects.filter(
            action__in=["programmes.nominate", "directory.give-title"]
        ).order_by("sequence")
    }
    if answers[0] == "done":
        assert number["programmes.nominate"] < number["directory.give-title"]
    else:
        assert Posting.objects.count() == 1


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
