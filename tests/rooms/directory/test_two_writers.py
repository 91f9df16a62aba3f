"""Two people change the trees at the same moment: one of them is refused, no ring arises."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiedui.directory import actions
from jiedui.directory.models import Place, PlaceEdge
from tests.racing import processes_at_once, shared_database

pytestmark = pytest.mark.django_db(transaction=True)


def attach(place: str, parent: str) -> str:
    """Attach one place to another, in a process of its own."""
    actions.attach_place(
        by=None,
        tree="administrative",
        place=Place.objects.get(id=place),
        parent=Place.objects.get(id=parent),
    )
    return "done"


def test_no_ring_arises_from_two_halves(tmp_path: Path) -> None:
    with shared_database(tmp_path):
        upper, lower = (actions.create_place(by=None, name=name) for name in ("示例甲", "示例乙"))
        said = processes_at_once(
            (attach, upper.id, lower.id),
            (attach, lower.id, upper.id),
        )
        assert [word.split()[0] for word in sorted(said)] == ["done", "tree-would-close"]
        assert PlaceEdge.objects.count() == 1
