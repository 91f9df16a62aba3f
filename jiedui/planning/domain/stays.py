"""From a tour of a plan to the days of a posting."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from jiedui.planning.domain.months import day_of, last_day_of


class Stay(NamedTuple):
    """From a first to a last day, of which so many months at the end are the handover."""

    first: date
    last: date
    handover: int


def stay(start: date, month: int, months: int, hand: int, followed: Collection[int]) -> Stay:
    """The days of a tour: it ends with the handover where somebody follows, else with itself.

    ``followed`` are the months in which a tour begins at the same post.
    """
    end = month + months
    kept = hand if end in followed else 0
    return Stay(day_of(start, month), last_day_of(start, end + kept), kept)
