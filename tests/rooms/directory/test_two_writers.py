"""Two people change the trees at the same moment: one of them is refused, no ring arises."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections

from jiedui.core.errors import InvalidInput
from jiedui.directory import actions
from jiedui.directory.models import PlaceEdge

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_ring_arises_from_two_halves():
    upper, lower = (actions.create_place(by=None, name=name) for name in ("示例甲", "示例乙"))
    start, said = threading.Barrier(2), []

    def attach(place, parent):
        start.wait()
        try:
            actions.attach_place(by=None, tree="administrative", place=place, parent=parent)
            said.append("done")
        except InvalidInput as refused:
            said.append(refused.code)
        finally:
            connections.close_all()

    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("the database in memory has one connection only")
    threads = [
        threading.Thread(target=attach, args=pair) for pair in ((upper, lower), (lower, upper))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["done", "tree-would-close"]
    assert PlaceEdge.objects.count() == 1
