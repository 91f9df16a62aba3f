"""The menu: offers, wishes, answers, and an offer never given more often than it says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jiedui.accounts.permissions import viewer_of
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed
from jiedui.core.identifiers import new_id
from jiedui.programmes import access, actions
from jiedui.programmes.models import Offer, Wish
from tests.lasting import lasting
from tests.ledger_cast import account
from tests.rooms.programmes.dispatch_cast import AUGUST, MARCH, Dispatch, set_dispatch

pytestmark = pytest.mark.django_db


the_cast, cast = lasting(set_dispatch)


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"kind": "x"}, "code-unknown", "kind"),
        ({"specialty": "99.99"}, "code-unknown", "specialty"),
        ({"title": " "}, "text-missing", "title"),
        ({"title": "长" * 201}, "text-too-long", "title"),
        ({"capacity": 0}, "number-out-of-range", "capacity"),
        ({"valid_from": AUGUST, "valid_to": MARCH}, "dates-out-of-order", "valid_to"),
    ],
)
def test_what_is_wrong_with_an_offer_is_told_at_its_field(
    cast: Dispatch, said: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        cast.offer(**said)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not Offer.objects.exists()


def test_a_wish_goes_its_way_with_the_time_of_its_answer(cast: Dispatch) -> None:
    offer = cast.offer(capacity=1)
    wish = cast.wish(offer=offer, title="")
    assert (wish.giver, wish.title) == (cast.stage.giver, "卒中救治培训")
    with pytest.raises(NotAllowed):
        actions.accept_wish(by=cast.stage.manager, wish=wish)
    accepted = actions.accept_wish(by=cast.supporter, wish=wish, answer="可以安排")
    assert accepted.answered_by == cast.supporter.id
    assert accepted.answered_at is not None
    assert accepted.answered_at >= wish.asked_at
    with pytest.raises(NotAllowed):
        actions.schedule_wish(by=cast.stage.manager, wish=wish, scheduled_from=today())
    with pytest.raises(InvalidInput) as refused:
        actions.schedule_wish(
            by=cast.supporter, wish=wish, scheduled_from=today(),
            scheduled_to=today() - timedelta(days=1),
        )  # fmt: skip
    assert refused.value.field == "scheduled_to"
    actions.schedule_wish(by=cast.supporter, wish=wish, scheduled_from=today() + timedelta(days=3))
    with pytest.raises(InvalidState) as early:
        actions.complete_wish(by=cast.stage.manager, wish=wish, rating=5)
    assert early.value.code == "wish-not-given-yet"
    actions.schedule_wish(by=cast.supporter, wish=wish, scheduled_from=today())
    with pytest.raises(NotAllowed):
        actions.complete_wish(by=cast.supporter, wish=wish, rating=5)
    with pytest.raises(InvalidInput) as wrong:
        actions.complete_wish(by=cast.stage.manager, wish=wish, rating=6)
    assert wrong.value.field == "rating"
    done = actions.complete_wish(by=cast.stage.manager, wish=wish, rating=4, note="很实用")
    assert (done.state, done.rating, done.rating_note) == ("done", 4, "很实用")
    with pytest.raises(InvalidState):
        actions.withdraw_wish(by=cast.stage.manager, wish=wish, reason="x")


def test_a_wish_refused_says_why(cast: Dispatch) -> None:
    wish = cast.wish(giver=cast.stage.giver)
    with pytest.raises(InvalidInput) as refused:
        actions.refuse_wish(by=cast.supporter, wish=wish, answer=" ")
    assert refused.value.field == "answer"
    assert actions.refuse_wish(by=cast.supporter, wish=wish, answer="暂无师资").state == "refused"


def test_an_offer_is_given_no_more_often_than_it_says(cast: Dispatch) -> None:
    offer = cast.offer(capacity=2)
    wishes = [cast.wish(offer=offer, title=f"第{n}次") for n in range(3)]
    for wish in wishes[:2]:
        actions.accept_wish(by=cast.supporter, wish=wish)
    with pytest.raises(InvalidInput) as refused:
        actions.accept_wish(by=cast.supporter, wish=wishes[2])
    assert (refused.value.code, refused.value.field) == ("offer-exhausted", "offer")
    with pytest.raises(InvalidInput) as another:
        cast.wish(offer=offer)
    assert another.value.code == "offer-exhausted"
    # A place that is given back is free again.
    actions.withdraw_wish(by=cast.stage.manager, wish=wishes[0], reason="时间冲突")
    assert actions.accept_wish(by=cast.supporter, wish=wishes[2]).state == "accepted"


def test_what_has_ended_or_is_anothers_is_not_ordered(cast: Dispatch) -> None:
    offer = cast.offer(valid_from=MARCH)
    for on, field in ((MARCH - timedelta(days=1), "on"),):
        with pytest.raises(InvalidInput) as early:
            actions.end_offer(by=cast.supporter, offer=offer, on=on)
        assert early.value.field == field
    with pytest.raises(InvalidInput) as elsewhere:
        cast.wish(offer=offer, giver=cast.stage.other_giver)
    assert elsewhere.value.code == "offer-elsewhere"
    actions.end_offer(by=cast.supporter, offer=offer, on=today() - timedelta(days=1))
    with pytest.raises(InvalidInput) as ended:
        cast.wish(offer=offer)
    assert (ended.value.code, ended.value.field) == ("offer-ended", "offer")
    with pytest.raises(InvalidState):
        actions.end_offer(by=cast.supporter, offer=offer, on=today())


def test_a_wish_that_names_nobody_is_taken_up_by_whoever_is_paired(cast: Dispatch) -> None:
    wish = cast.wish()
    assert access.get_wish(viewer_of(cast.supporter), wish.id) == wish
    assert not access.visible_wishes(viewer_of(cast.stage.outsider)).exists()
    with pytest.raises(InvalidInput) as refused:
        actions.accept_wish(by=cast.supporter, wish=wish)
    assert (refused.value.code, refused.value.field) == ("giver-missing", "giver")
    with pytest.raises(NotAllowed):
        actions.accept_wish(by=cast.supporter, wish=wish, giver=cast.stage.other_giver)
    taken = actions.accept_wish(by=cast.supporter, wish=wish, giver=cast.stage.giver)
    assert taken.giver == cast.stage.giver


def test_a_wish_of_one_supporter_is_not_seen_by_another(cast: Dispatch) -> None:
    actions.pair(
        by=None, programme=cast.stage.programme, kind="hospital_hospital",
        giver=cast.stage.other_giver, receiver=cast.stage.receiver,
    )  # fmt: skip
    other = account("other", "另支庚", "supporter_manager", cast.stage.other_giver)
    cast.wish(giver=cast.stage.giver)
    assert not access.visible_wishes(viewer_of(other)).exists()
    cast.wish(title="不指名")
    assert access.visible_wishes(viewer_of(other)).get().title == "不指名"


def test_the_same_id_is_one_wish(cast: Dispatch) -> None:
    same = new_id()
    assert cast.wish(id=same) == cast.wish(id=same)
    with pytest.raises(InvalidState):
        cast.wish(id=same, title="另一件")
    assert Wish.objects.count() == 1
