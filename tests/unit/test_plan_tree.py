"""A work plan as lines of a tree, with what is done and late."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from jiedui.programmes.domain.plans import ACTION, GOAL, INDICATOR, Item, laid_out

DAY = date(2025, 6, 1)
GOAL_1, GOAL_2, ONE, TWO, SIGN = (UUID(int=n) for n in range(1, 6))


def test_goals_are_reached_by_their_actions() -> None:
    lines = laid_out(
        [
            Item(TWO, GOAL_1, ACTION, 2, due_on=date(2025, 5, 31)),
            Item(GOAL_2, None, GOAL, 2),
            Item(SIGN, ONE, INDICATOR, 1),
            Item(ONE, GOAL_1, ACTION, 1, due_on=date(2025, 1, 1), done_on=date(2025, 2, 1)),
            Item(GOAL_1, None, GOAL, 1),
        ],
        DAY,
    )
    assert [(line.id, line.depth) for line in lines] == [
        (GOAL_1, 0), (ONE, 1), (SIGN, 2), (TWO, 1), (GOAL_2, 0),
    ]  # fmt: skip
    by_id = {line.id: line for line in lines}
    goal = by_id[GOAL_1]
    assert (goal.actions, goal.done, goal.overdue) == (2, 1, 1)
    assert (by_id[ONE].actions, by_id[ONE].done, by_id[ONE].overdue) == (1, 1, 0)
    assert (by_id[GOAL_2].actions, by_id[SIGN].actions) == (0, 0)


def test_what_is_due_today_is_not_late() -> None:
    lines = laid_out([Item(GOAL_1, None, GOAL, 1), Item(ONE, GOAL_1, ACTION, 1, due_on=DAY)], DAY)
    assert [line.overdue for line in lines] == [0, 0]
