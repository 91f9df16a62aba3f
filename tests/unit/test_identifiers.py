"""Ids: version 7, of now, in the order of their making."""

from __future__ import annotations

import time
import uuid

from jiedui.core.identifiers import new_id


def test_ids_are_of_version_7_and_of_this_moment() -> None:
    before = time.time_ns() // 1_000_000
    made = new_id()
    after = time.time_ns() // 1_000_000
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert before <= made.int >> 80 <= after + 1


def test_ids_of_one_process_keep_their_order() -> None:
    made = [new_id() for _ in range(20_000)]
    assert made == sorted(set(made))
