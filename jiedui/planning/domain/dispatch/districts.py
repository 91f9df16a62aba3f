"""How a large problem falls into parts: districts to plan in, and ties between them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from jiedui.planning.domain.dispatch.columns import Columns
from jiedui.planning.domain.dispatch.model import Model
from jiedui.planning.domain.dispatch.programme import Ints, Programme

LARGEST = 80
"""Recipients in one district, at most."""


class Context(NamedTuple):
    """What every worker holds."""

    columns: Columns
    model: Model


def districts(columns: Columns) -> list[Ints]:
    """Recipients by region; a large region in equal parts, a small problem in one piece."""
    problem = columns.problem
    of: dict[str, list[int]] = {}
    reached = np.unique(columns.recipient)
    if len(reached) <= LARGEST:
        return [reached] if len(reached) else []
    for r in reached:
        of.setdefault(problem.recipient[columns.recipients[r]].region, []).append(int(r))
    found: list[Ints] = []
    for own in of.values():
        parts = -(-len(own) // LARGEST)
        found += [np.array(part) for part in np.array_split(own, parts)]
    return found


def ties(columns: Columns) -> list[Ints]:
    """Recipients that share experts, directly or by way of others, the largest group first."""
    label = np.arange(len(columns.recipients))
    pairs = np.unique(np.stack((columns.expert, columns.recipient)), axis=1)
    experts = len(columns.problem.experts)
    while True:
        least = np.full(experts, len(label))
        np.minimum.at(least, pairs[0], label[pairs[1]])
        lower = label.copy()
        np.minimum.at(lower, pairs[1], least[pairs[0]])
        if (lower == label).all():
            break
        label = lower
    reached = np.unique(columns.recipient)
    found: list[Ints] = [reached[label[reached] == one] for one in np.unique(label[reached])]
    return sorted(found, key=lambda own: (-len(own), int(own[0])))


def rows_touched(programme: Programme, columns: Ints) -> Ints:
    """Rows with an entry in one of the columns."""
    mine = np.zeros(programme.width, dtype=bool)
    mine[columns] = True
    touched = np.zeros(programme.height, dtype=bool)
    touched[programme.row[np.repeat(mine, np.diff(programme.first))]] = True
    return np.flatnonzero(touched)
