"""Whom a person may name: the own side, and the other side of its pairings."""

from __future__ import annotations

from datetime import date

import pytest

from jiedui.accounts.permissions import viewer_of
from jiedui.directory import actions as directory
from jiedui.programmes import actions, queries
from tests.ledger_cast import account

pytestmark = pytest.mark.django_db


def test_a_pairing_of_regions_lets_their_hospitals_name_one_another() -> None:
    bodies = {}
    for name in ("示例东省", "示例甲县", "示例丁县"):
        place = directory.create_place(by=None, name=name)
        bodies[name] = directory.create_organisation(
            by=None, name=name, kind="region", stands_for=place
        )
        for hospital in (f"{name}一院", f"{name}二院"):
            bodies[hospital] = directory.create_organisation(
                by=None, name=hospital, kind="hospital", seat=place
            )
    programme = actions.create_programme(
        by=None, code="sample", name="示例对口支援", kind="paired_assistance"
    )
    # The pairing is over: what was done in its days may still be recorded.
    actions.pair(
        by=None, programme=programme, kind="region_region", giver=bodies["示例东省"],
        receiver=bodies["示例甲县"], valid_from=date(2020, 1, 1), valid_to=date(2021, 1, 1),
    )  # fmt: skip
    viewer = viewer_of(account("expert", "专家甲", "expert", bodies["示例东省一院"]))
    named = {name for name, body in bodies.items() if queries.may_name(viewer, body.id)}
    assert named == {"示例东省一院", "示例甲县", "示例甲县一院", "示例甲县二院"}
    everything = viewer_of(account("reader", "读者乙", "viewer", None))
    assert all(queries.may_name(everything, body.id) for body in bodies.values())
