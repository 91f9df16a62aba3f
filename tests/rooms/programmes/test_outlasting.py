"""What ends leaves no posting outside of it: agreements, pairings, networks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from jiedui.accounts.models import AuditRow
from jiedui.core.errors import Refused
from jiedui.programmes import actions
from jiedui.programmes.models import Pairing
from tests.lasting import lasting
from tests.ledger_cast import SINCE
from tests.posting_cast import BEGIN, END, Scene, day
from tests.posting_cast import scene as set_scene

pytestmark = pytest.mark.django_db

the_cast, scene = lasting(set_scene)
OUTSIDE = ("posting-left-outside", "on")


def refused(act: Callable[..., Any], **said: Any) -> tuple[str, str | None]:
    with pytest.raises(Refused) as caught, transaction.atomic():
        act(**said)
    assert str(caught.value)
    return caught.value.code, caught.value.field


def the_tie(scene: Scene) -> Pairing:
    return scene.stage.programme.pairings.get(giver=scene.stage.giver)


def test_an_agreement_does_not_end_before_its_postings(scene: Scene) -> None:
    by = scene.stage.coordinator
    agreed = scene.agreement(SINCE, END + timedelta(days=90))
    posting = scene.arrived()
    assert posting.agreement == agreed
    end = actions.end_agreement
    said = {"by": by, "agreement": agreed, "reason": "并入"}
    assert refused(end, **said, on=day(30)) == OUTSIDE
    # Who has left was there until then all the same.
    actions.return_early(by=by, posting=posting, on=day(60), reason="家事")
    assert refused(end, **said, on=day(59)) == OUTSIDE
    second = scene.nominated(person=scene.second, planned_from=day(70))
    assert refused(end, **said, on=day(60)) == OUTSIDE
    actions.withdraw(by=scene.sender, posting=second, reason="改派")
    assert end(**said, on=day(60)).valid_to == day(60)


def test_another_agreement_takes_the_postings_over(scene: Scene) -> None:
    by = scene.stage.coordinator
    agreed = scene.agreement(SINCE, END)
    posting = scene.nominated()
    later = scene.agreement(day(31), END)
    actions.end_agreement(by=by, agreement=agreed, on=day(30), reason="续签")
    posting.refresh_from_db()
    # The two follow one another: the posting bears the first.
    assert posting.agreement == agreed
    assert (
        refused(actions.end_agreement, by=by, agreement=later, on=day(40), reason="止") == OUTSIDE
    )
    wide = scene.agreement(SINCE, END)
    actions.end_agreement(by=by, agreement=later, on=day(40), reason="止")
    posting.refresh_from_db()
    assert posting.agreement == wide
    row = AuditRow.objects.filter(action="programmes.end-agreement").latest("sequence")
    assert row.details["postings"] == 1


def test_an_agreement_keeps_the_tie_on_which_a_posting_rests(scene: Scene) -> None:
    stage = scene.stage
    agreed = scene.agreement(SINCE, END, stage.other_giver, stage.other_receiver)
    said = {"by": stage.coordinator, "agreement": agreed, "title": agreed.title}
    actions.edit_agreement(**said, pairings=[the_tie(scene)])
    posting = scene.nominated()
    assert posting.agreement == agreed
    left = refused(actions.edit_agreement, **said, pairings=[])
    assert left == ("posting-left-outside", "pairings")
    actions.withdraw(by=scene.sender, posting=posting, reason="改派")
    actions.edit_agreement(**said, pairings=[])


def test_a_pairing_does_not_end_before_its_postings(scene: Scene) -> None:
    by, tie = scene.stage.coordinator, the_tie(scene)
    posting = scene.nominated()
    assert posting.pairing == tie
    assert refused(actions.end_pairing, by=by, pairing=tie, on=day(10)) == OUTSIDE
    other = actions.pair(
        by=by, programme=scene.stage.programme, kind="co_building", giver=scene.stage.giver,
        receiver=scene.stage.receiver, valid_from=BEGIN, valid_to=day(20),
    )  # fmt: skip
    # The other one ends too soon; one that goes on takes the posting over.
    assert refused(actions.end_pairing, by=by, pairing=tie, on=day(10)) == OUTSIDE
    wide = actions.pair(
        by=by, programme=scene.stage.programme, kind="trusteeship", giver=scene.stage.giver,
        receiver=scene.stage.receiver, valid_from=day(21),
    )  # fmt: skip
    actions.end_pairing(by=by, pairing=tie, on=BEGIN - timedelta(days=1))
    posting.refresh_from_db()
    assert posting.pairing == other
    assert refused(actions.end_pairing, by=by, pairing=wide, on=END - timedelta(days=1)) == OUTSIDE
    actions.end_pairing(by=by, pairing=wide, on=END)


def test_a_network_does_not_end_before_the_postings_of_its_ties(scene: Scene) -> None:
    by, stage = scene.stage.coordinator, scene.stage
    said = {"by": by, "programme": stage.programme, "valid_from": SINCE}
    network = actions.create_network(
        **said, kind="consortium", name="示例医联体", lead=stage.other_giver
    )
    actions.pair(
        **said, kind="consortium", giver=stage.giver, receiver=stage.other_receiver,
        network=network,
    )  # fmt: skip
    scene.nominated(receiver=stage.other_receiver)
    assert refused(actions.end_network, by=by, network=network, on=day(5)) == OUTSIDE
    actions.end_network(by=by, network=network, on=END)
