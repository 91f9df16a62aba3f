"""The integer programme of a dispatch problem: tours, and what they do to each other.

Variables
    x_j   tour j takes place (0 or 1)
    c_pk  people at post p during its k-th stretch: months between two moments at which
          a tour may begin or end, so that nothing changes inside a stretch
    s_rk  covered need of recipient r that falls into the k-th step of the fairness value
    m_pi  the apprentice at post p has a mentor from stretch i for long enough on end
    t_ri  the team of recipient r stands during stretch i
    z_rip core post p is one of those that the team of stretch i counts on

Rows
    budget   Σ cost_j x_j ≤ budget
    expert   Σ x_j ≤ tours the expert may do, and ≤ 1 over tours that need the expert
             at the same moment (one row for each maximal set of such tours)
    post     Σ x_j over tours during stretch k  =  c_pk ≤ capacity
    floor    Σ worth_j x_j ≥ floor · need of each recipient, where a floor is kept
    value    Σ s_rk ≤ Σ worth_j x_j, s_rk at most its share of the need
    mentor   Σ_i m_pi ≤ 1, Σ m_pi over runs i through stretch k ≤ c_pk
    team     t_ri ≤ Σ c_pk of leaders, z_rip ≤ c_pk, z_rip ≤ t_ri, Σ_p z_rip ≥ core · t_ri

The z make the team's part as tight as it can be: it is the convex hull of "t = 1
only with enough core posts filled", which Σ_p c ≥ core · t alone is far from.
Fairness needs no integers, since its values never rise.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from jiedui.planning.domain.dispatch.columns import Columns
from jiedui.planning.domain.dispatch.problem import Post
from jiedui.planning.domain.dispatch.programme import Floats, Ints, Programme, spread

BUDGET, EXPERT = -1, -2
"""What ``Model.row_of`` holds for a row that is no recipient's."""


@dataclass(frozen=True, slots=True)
class Model:
    """The programme, and whose each of its columns and rows is."""

    programme: Programme
    tours: int
    """The first so many columns are the tours, as in ``Columns``."""
    of: Ints
    """Recipient of each column."""
    row_of: Ints
    """Recipient of each row, BUDGET or EXPERT."""
    floor: Ints
    """Row of each recipient's smallest covered need; empty without a floor."""


def build(columns: Columns, fixed: Collection[int] = (), floor: float | None = None) -> Model:
    """The programme over all these tours, of which the ``fixed`` must take place.

    With a ``floor`` every recipient to whom anybody can be sent has at least that
    share of its need covered.
    """
    problem = columns.problem
    writer = _Writer(columns)
    budget = writer.rows(1, BUDGET, -np.inf, problem.settings.budget)
    writer.enter(np.full(len(columns), budget), np.arange(len(columns)), columns.cost)
    _experts(writer, columns)
    bounds = np.searchsorted(columns.post, np.arange(len(columns.posts) + 1))
    timelines: dict[str, _Timeline] = {}
    place = {name: i for i, name in enumerate(columns.recipients)}
    for p, post in enumerate(columns.posts):
        own = slice(int(bounds[p]), int(bounds[p + 1]))
        if own.start < own.stop:
            timelines[post.id] = _post(writer, columns, post, own, place[post.recipient])
    first = np.searchsorted(columns.recipient, np.arange(len(columns.recipients) + 1))
    for r, name in enumerate(columns.recipients):
        own = slice(int(first[r]), int(first[r + 1]))
        _value(writer, columns, name, own, r)
        if problem.recipient[name].wants_team:
            _team(writer, columns, name, timelines, r)
    if floor is not None:
        _floor(writer, columns, first, floor)
    model = writer.model(len(columns))
    model.programme.lower[list(fixed)] = 1.0
    return model


@dataclass(frozen=True, slots=True)
class _Timeline:
    """The moments at which something may change at a post, and the cover between them."""

    moments: Ints
    cover: Ints | None
    """Column of c_pk for each stretch, where somebody asks for it."""

    def during(self, month: int) -> int | None:
        """Column of the cover in a month; None outside."""
        k = int(np.searchsorted(self.moments, month, side="right")) - 1
        if self.cover is None or k < 0 or k >= len(self.moments) - 1:
            return None
        return int(self.cover[k])


def _experts(writer: _Writer, columns: Columns) -> None:
    order = np.argsort(columns.expert, kind="stable")
    who, first = np.unique(columns.expert[order], return_index=True)
    limit = np.array([one.max_tours for one in columns.problem.experts], dtype=float)
    row = writer.rows(len(who), EXPERT, -np.inf, limit[who])
    at = np.repeat(np.arange(len(who)), np.diff(np.append(first, len(order))))
    writer.enter(row + at, order, np.ones(len(order)))
    for own in np.split(order, first[1:]) if len(who) else []:
        if limit[columns.expert[own[0]]] < 2:
            continue
        start, until = columns.start[own], columns.busy_until[own]
        moments = np.unique(start)
        for moment, following in zip(moments, [*moments[1:], None], strict=True):
            busy = (start <= moment) & (until > moment)
            if following is not None and not (until[busy] <= following).any():
                continue  # the next moment needs all of these, and more
            if busy.sum() > 1:
                row = writer.rows(1, EXPERT, -np.inf, 1.0)
                writer.enter(np.full(busy.sum(), row), own[busy], np.ones(busy.sum()))


def _post(writer: _Writer, columns: Columns, post: Post, own: slice, r: int) -> _Timeline:
    start, end = columns.start[own], columns.end[own]
    moments = np.unique(np.concatenate((start, end)))
    stretches = len(moments) - 1
    begins, ends = np.searchsorted(moments, start), np.searchsorted(moments, end)
    during, tour = spread(begins, ends - begins)
    watched = post.leader or post.core or post.mentor_months > 0
    row = writer.rows(stretches, r, 0.0 if watched else -np.inf, 0.0 if watched else post.capacity)
    writer.enter(row + during, own.start + tour, np.ones(len(tour)))
    if not watched:
        return _Timeline(moments, None)
    cover = writer.columns(stretches, r, upper=post.capacity)
    writer.enter(row + np.arange(stretches), cover, np.full(stretches, -1.0))
    if post.mentor_months > 0:
        _mentor(writer, columns, post, moments, cover, r)
    return _Timeline(moments, cover)


def _mentor(
    writer: _Writer, columns: Columns, post: Post, moments: Ints, cover: Ints, r: int
) -> None:
    last = np.searchsorted(moments, moments[:-1] + post.mentor_months)
    begins = np.flatnonzero(last < len(moments))
    if not len(begins):
        return
    runs = writer.columns(len(begins), r, worth=columns.problem.mentor_worth(post))
    once = writer.rows(1, r, -np.inf, 1.0)
    writer.enter(np.full(len(runs), once), runs, np.ones(len(runs)))
    through, run = spread(begins, last[begins] - begins)
    row = writer.rows(len(cover), r, -np.inf, 0.0)
    writer.enter(row + through, runs[run], np.ones(len(run)))
    writer.enter(row + np.arange(len(cover)), cover, np.full(len(cover), -1.0))


def _value(writer: _Writer, columns: Columns, name: str, own: slice, r: int) -> None:
    need = columns.problem.need(name)
    row = writer.rows(1, r, -np.inf, 0.0)
    writer.enter(
        np.full(own.stop - own.start, row), np.arange(own.start, own.stop), -columns.worth[own]
    )
    for share, slope in columns.problem.settings.fairness:
        width = share * need
        step = writer.columns(1, r, worth=slope, lower=min(0.0, width), upper=width)
        writer.enter(np.array([row]), step, np.ones(1))


def _floor(writer: _Writer, columns: Columns, first: Ints, floor: float) -> None:
    for r, name in enumerate(columns.recipients):
        own = np.arange(first[r], first[r + 1])
        if len(own):
            row = writer.rows(1, r, floor * columns.problem.need(name), np.inf)
            writer.enter(np.full(len(own), row), own, columns.worth[own])
            writer.floor.append(row)


def _team(
    writer: _Writer, columns: Columns, name: str, timelines: dict[str, _Timeline], r: int
) -> None:
    problem = columns.problem
    present = [post for post in problem.posts_of[name] if post.id in timelines]
    leaders = [timelines[post.id] for post in present if post.leader]
    core = [timelines[post.id] for post in present if post.core]
    enough = problem.settings.team_core
    if not leaders or len(core) < enough:
        return
    moments = np.unique(np.concatenate([one.moments for one in (*leaders, *core)]))
    for begin, end in pairwise(moments):
        lead = [c for one in leaders if (c := one.during(begin)) is not None]
        filled = [c for one in core if (c := one.during(begin)) is not None]
        if not lead or len(filled) < enough:
            continue
        stands = writer.columns(
            1, r, worth=problem.team_worth(name) * float(end - begin), integral=True
        )
        row = writer.rows(1, r, -np.inf, 0.0)
        writer.enter(
            np.full(len(lead) + 1, row),
            np.array([*stands, *lead]),
            np.array([1.0, *[-1.0] * len(lead)]),
        )
        if len(filled) == enough:
            counted = np.repeat(stands, len(filled))
        else:
            counted = writer.columns(len(filled), r)
            row = writer.rows(1, r, 0.0, np.inf)
            writer.enter(
                np.full(len(filled) + 1, row),
                np.array([*counted, *stands]),
                np.array([*[1.0] * len(filled), -float(enough)]),
            )
            row = writer.rows(len(filled), r, -np.inf, 0.0)
            writer.enter(row + np.arange(len(filled)), counted, np.ones(len(filled)))
            writer.enter(
                row + np.arange(len(filled)),
                np.repeat(stands, len(filled)),
                np.full(len(filled), -1.0),
            )
        row = writer.rows(len(filled), r, -np.inf, 0.0)
        writer.enter(row + np.arange(len(filled)), counted, np.ones(len(filled)))
        writer.enter(row + np.arange(len(filled)), np.array(filled), np.full(len(filled), -1.0))


class _Writer:
    """Collects columns, rows and entries; sorts the entries by column at the end."""

    def __init__(self, columns: Columns) -> None:
        tours = len(columns)
        self.width = tours
        self.height = 0
        self.column_parts: list[tuple[npt.NDArray[Any], ...]] = [
            (columns.quality, np.zeros(tours), np.ones(tours), np.ones(tours), columns.recipient)
        ]
        self.row_parts: list[tuple[npt.NDArray[Any], ...]] = []
        self.floor: list[int] = []
        self.entries: list[tuple[Ints, Ints, Floats]] = []

    def columns(
        self,
        count: int,
        of: int,
        *,
        worth: float = 0.0,
        lower: float = 0.0,
        upper: float = 1.0,
        integral: bool = False,
    ) -> Ints:
        """New columns of a recipient; their places."""
        parts = (worth, lower, upper, float(integral), of)
        self.column_parts.append(tuple(np.full(count, part) for part in parts))
        self.width += count
        return np.arange(self.width - count, self.width)

    def rows(self, count: int, of: int, lower: float, upper: float | Floats) -> int:
        """New rows of a recipient, or BUDGET or EXPERT; the place of the first."""
        self.row_parts.append(
            (np.full(count, lower), np.full(count, upper, dtype=float), np.full(count, of))
        )
        self.height += count
        return self.height - count

    def enter(self, row: Ints, column: Ints, entry: Floats) -> None:
        """Entries of the matrix."""
        self.entries.append((row, column, entry))

    def model(self, tours: int) -> Model:
        """All of it, by columns."""
        objective, lower, upper, integral, of = (
            np.concatenate(parts) for parts in zip(*self.column_parts, strict=True)
        )
        row_lower, row_upper, row_of = (
            np.concatenate(parts) for parts in zip(*self.row_parts, strict=True)
        )
        row, column, entry = (np.concatenate(parts) for parts in zip(*self.entries, strict=True))
        order = np.argsort(column, kind="stable")
        first = np.concatenate(([0], np.cumsum(np.bincount(column, minlength=self.width))))
        return Model(
            Programme(
                objective, lower, upper, integral > 0, row_lower, row_upper,
                first, row[order].astype(np.int32), entry[order],
            ),
            tours, of.astype(np.int32), row_of.astype(np.int32),
            np.array(self.floor, dtype=np.int64),
        )  # fmt: skip
