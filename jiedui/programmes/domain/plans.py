"""A work plan as a tree of goals, actions and indicators, and how far it has come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

GOAL, ACTION, INDICATOR = "goal", "action", "indicator"
# What each level hangs below.
BELOW = {GOAL: "", ACTION: GOAL, INDICATOR: ACTION}


class Item(NamedTuple):
    """A goal, action or indicator of a plan."""

    id: UUID
    parent: UUID | None
    level: str
    position: int
    due_on: date | None = None
    done_on: date | None = None


class Branch(NamedTuple):
    """An item with what hangs below it, and how many of its actions are done and late."""

    id: UUID
    level: str
    depth: int
    actions: int
    done: int
    overdue: int


def overdue(item: Item, day: date) -> bool:
    """Whether an action should have been done before the day and is not."""
    return (
        item.level == ACTION
        and item.done_on is None
        and item.due_on is not None
        and item.due_on < day
    )


def laid_out(items: Iterable[Item], day: date) -> list[Branch]:
    """The plan as lines of a tree, each goal and action before what hangs below it."""
    below: dict[UUID | None, list[Item]] = {}
    for item in items:
        below.setdefault(item.parent, []).append(item)
    for rows in below.values():
        rows.sort(key=lambda item: (item.position, item.id))

    def lines(item: Item, depth: int) -> list[Branch]:
        under = [line for child in below.get(item.id, ()) for line in lines(child, depth + 1)]
        own = [line for line in under if line.depth == depth + 1]
        acts = int(item.level == ACTION)
        return [
            Branch(
                item.id,
                item.level,
                depth,
                acts + sum(line.actions for line in own),
                int(acts and item.done_on is not None) + sum(line.done for line in own),
                int(overdue(item, day)) + sum(line.overdue for line in own),
            ),
            *under,
        ]

    return [line for goal in below.get(None, ()) for line in lines(goal, 0)]
