"""Two processes at once: a batch number, the last place of an offer, a team's leader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from jiedui.programmes import actions
from jiedui.programmes.models import Batch, Offer, Posting, Programme, Team, Wish
from tests.racing import processes_at_once, shared_database
from tests.rooms.programmes.dispatch_cast import Dispatch, set_dispatch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None, tmp_path: Path) -> Iterator[Dispatch]:
    with shared_database(tmp_path):
        yield set_dispatch()


def open_batch(programme: str, sender: str, name: str) -> str:
    """In a process of its own."""
    from jiedui.programmes.models.structure import Organisation

    batch = actions.create_batch(
        by=None, programme=Programme.objects.get(pk=programme),
        sender=Organisation.objects.get(pk=sender), number=7, name=name,
    )  # fmt: skip
    return batch.name


def accept(wish: str) -> str:
    """In a process of its own."""
    return actions.accept_wish(by=None, wish=Wish.objects.get(pk=wish)).state


def lead(posting: str, team: str) -> str:
    """In a process of its own."""
    return actions.give_team_role(
        by=None, posting=Posting.objects.get(pk=posting), team=Team.objects.get(pk=team),
        team_role="leader",
    ).team_role  # fmt: skip


def test_a_number_is_given_once(cast: Dispatch) -> None:
    said = cast.stage.programme.id, cast.stage.giver.id
    answers = processes_at_once((open_batch, *said, "甲"), (open_batch, *said, "乙"))
    assert "batch-number-taken number" in answers
    assert [batch.name for batch in Batch.objects.all()] == [
        answer for answer in answers if answer in ("甲", "乙")
    ]


def test_the_last_place_of_an_offer_is_given_once(cast: Dispatch) -> None:
    offer: Offer = cast.offer(capacity=1)
    wishes: list[UUID] = [cast.wish(offer=offer, title=f"第{n}次").id for n in range(2)]
    answers = processes_at_once(*((accept, wish) for wish in wishes))
    assert sorted(answers) == ["accepted", "offer-exhausted offer"]
    assert Wish.objects.filter(offer=offer, state="accepted").count() == 1


def test_two_cannot_become_leader_at_once(cast: Dispatch) -> None:
    team = cast.team()
    answers = processes_at_once(
        *((lead, cast.posting(n, state="on_site").id, team.id) for n in (1, 2))
    )
    assert sorted(answers) == ["leader", "team-has-leader team_role"]
    assert Posting.objects.filter(team=team, team_role="leader").count() == 1
