"""Refreshers: owed after a lapse, noted by others, never for what no longer holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jiedui.core.clock import today
from jiedui.core.errors import Refused
from jiedui.mentoring.actions.certificates import revoke_certificate
from jiedui.mentoring.actions.refreshers import note_refresher, owe_refreshers
from jiedui.mentoring.models import (
    Certificate,
    Refresher,
)
from tests.lasting import lasting
from tests.rooms.mentoring.certificate_cast import Room, room

pytestmark = pytest.mark.django_db


the_cast, cast = lasting(room)


def code_of(call: Any) -> str:
    """By what code a call is refused."""
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.code


@pytest.mark.parametrize(("days", "months"), [(80, []), (100, [3]), (200, [3, 6])])
def test_a_lapse_makes_its_refreshers_once(cast: Room, days: int, months: list[int]) -> None:
    cast.lapsed(days)
    assert owe_refreshers() == len(months)
    assert owe_refreshers() == 0
    found = Refresher.objects.order_by("months")
    assert [each.months for each in found] == months
    assert all(each.due_on > each.lapsed_since for each in found)


def test_a_refresher_done_begins_the_count_anew(cast: Room) -> None:
    cast.lapsed(200)
    owe_refreshers()
    first, second = Refresher.objects.order_by("months")
    mentor = cast.school.mentor_user
    done = note_refresher(by=mentor, refresher=first, mode="tele_proctoring", note="合格")
    assert (done.done_on, done.done_by) == (today(), mentor.id)
    note_refresher(by=cast.manager, refresher=second, mode="simulator")
    assert owe_refreshers() == 0
    assert owe_refreshers(day=today() + timedelta(days=95)) == 1
    call = lambda: note_refresher(by=mentor, refresher=first, mode="on_site")  # noqa: E731
    assert code_of(call) == "refresher-done"


def test_nobody_notes_the_own_refresher_nor_a_strangers(cast: Room) -> None:
    cast.lapsed(100)
    owe_refreshers()
    held = Refresher.objects.get()
    for user in (cast.school.learner_user, cast.school.scene.stage.outsider):
        call = lambda user=user: note_refresher(by=user, refresher=held, mode="on_site")  # noqa: E731
        assert code_of(call) == "refresher-of-others"
    call = lambda: note_refresher(  # noqa: E731
        by=cast.manager, refresher=held, mode="on_site", on=held.lapsed_since
    )
    assert code_of(call) == "refresher-before-lapse"
    call = lambda: note_refresher(by=cast.manager, refresher=held, mode="hope")  # noqa: E731
    assert code_of(call) == "code-unknown"


def test_an_expired_or_revoked_certificate_owes_nothing(cast: Room) -> None:
    made = cast.lapsed(200)
    Certificate.objects.update(valid_to=today() - timedelta(days=1))
    assert owe_refreshers() == 0
    Certificate.objects.update(valid_to=today() + timedelta(days=1))
    revoke_certificate(by=cast.manager, certificate=made, reason="离岗")
    assert owe_refreshers() == 0
