"""All tours that the hard rules allow, as columns of numpy arrays.

Every rule that concerns one tour alone (specialty, title, altitude, region,
length, start, window, availability with the handover) is applied here, so that
the model of ``model.py`` has rows only for what tours do to each other. The
handover needs no row at all: a tour keeps its expert busy for the handover too,
while the post is free for the next one, who therefore overlaps in person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from jiedui.planning.domain.dispatch.problem import Post, Problem, Tour
from jiedui.planning.domain.dispatch.programme import Flags, Floats, Ints


@dataclass(frozen=True, slots=True)
class Columns:
    """One entry a tour; tours of one recipient, and of one post, stand together."""

    problem: Problem
    recipients: tuple[str, ...]
    """Recipients with posts, in the order of their columns."""
    posts: tuple[Post, ...]
    """Posts in the order of their columns."""
    expert: Ints
    """Place in ``problem.experts``."""
    post: Ints
    """Place in ``posts``."""
    recipient: Ints
    """Place in ``recipients``."""
    start: Ints
    end: Ints
    busy_until: Ints
    """The expert is free again from this month on: the end with the handover."""
    cost: Floats
    worth: Floats
    """Weighted need that the tour covers."""
    quality: Floats
    """Addition for title and preferred pair."""

    def __len__(self) -> int:
        return len(self.expert)

    def tours(self, chosen: Iterable[int]) -> list[Tour]:
        """The tours at these places."""
        experts, posts = self.problem.experts, self.posts
        return [
            Tour(
                experts[self.expert[j]].id,
                posts[self.post[j]].id,
                int(self.start[j]),
                int(self.end[j] - self.start[j]),
            )
            for j in chosen
        ]

    def places(self, tours: Iterable[Tour]) -> list[int | None]:
        """Where these tours stand; None for one that breaks a rule by itself."""
        experts = {one.id: i for i, one in enumerate(self.problem.experts)}
        posts = {one.id: i for i, one in enumerate(self.posts)}
        found: list[int | None] = []
        for tour in tours:
            post = posts.get(tour.post, len(self.posts))
            first, last = np.searchsorted(self.post, [post, post + 1])
            own = slice(int(first), int(last))
            match = np.flatnonzero(
                (self.expert[own] == experts.get(tour.expert, -1))
                & (self.start[own] == tour.start)
                & (self.end[own] == tour.end)
            )
            found.append(int(first + match[0]) if len(match) else None)
        return found


def build(problem: Problem, forbidden: Iterable[Tour] = ()) -> Columns:
    """All tours allowed one by one, less the forbidden ones."""
    settings = problem.settings
    recipients = tuple(problem.posts_of)
    posts = tuple(post for own in problem.posts_of.values() for post in own)
    people = _People(problem)
    place = {name: i for i, name in enumerate(recipients)}
    parts: list[tuple[Ints, Ints, Ints]] = []
    sizes: list[int] = []
    for post in posts:
        part = people.tours(post)
        parts.append(part)
        sizes.append(len(part[0]))
    count = np.array(sizes, dtype=np.int32)
    expert, start, months = (
        np.concatenate([part[k] for part in parts] or [np.zeros(0, np.int32)]) for k in range(3)
    )
    at = np.repeat(np.arange(len(posts), dtype=np.int32), count)
    of = np.array([place[post.recipient] for post in posts], dtype=np.int32)[at]
    worth = np.array([post.weight for post in posts], dtype=float)[at] * months
    high = np.array([problem.recipient[name].high_altitude for name in recipients], dtype=float)
    region = np.array([people.region[problem.recipient[name].region] for name in recipients])
    crossing = people.home[expert] != region[of] if len(expert) else np.zeros(0, dtype=bool)
    cost = (
        months * settings.monthly_cost * (1 + settings.altitude_surcharge * high[of])
        + settings.travel_cost
        + settings.cross_region_cost * crossing
    )
    quality = worth * (
        np.array(settings.title_quality)[people.title[expert]]
        - 1.0
        + settings.preferred_bonus * people.preferred(expert, of, recipients)
    )
    columns = Columns(
        problem, recipients, posts, expert, at, of, start, start + months,
        start + months + settings.handover_months, cost, worth, quality,
    )  # fmt: skip
    refused = {j for j in columns.places(forbidden) if j is not None}
    if not refused:
        return columns
    return keep(columns, np.setdiff1d(np.arange(len(columns)), list(refused)))


def keep(columns: Columns, chosen: Ints) -> Columns:
    """Only these tours."""
    at = chosen
    return Columns(
        columns.problem, columns.recipients, columns.posts, columns.expert[at], columns.post[at],
        columns.recipient[at], columns.start[at], columns.end[at], columns.busy_until[at],
        columns.cost[at], columns.worth[at], columns.quality[at],
    )  # fmt: skip


def around(columns: Columns, pinned: Iterable[Tour]) -> Columns:
    """The pinned tours, and the others that fit beside all of them."""
    fixed = [j for j in columns.places(pinned) if j is not None]
    if not fixed:
        return columns
    problem = columns.problem
    # As the referee reads the budget: what sums round to must not shut out a tour that just fits.
    budget = problem.settings.budget * (1 + 1e-9)
    fits = columns.cost <= budget - columns.cost[fixed].sum()
    busy = np.bincount(columns.expert[fixed], minlength=len(problem.experts))
    often = np.array([one.max_tours for one in problem.experts])
    fits &= (busy < often)[columns.expert]
    people = np.zeros((len(columns.posts), problem.settings.months), dtype=np.int32)
    for j in fixed:
        same = columns.expert == columns.expert[j]
        same &= (columns.start < columns.busy_until[j]) & (columns.busy_until > columns.start[j])
        fits &= ~same
        people[columns.post[j], columns.start[j] : columns.end[j]] += 1
    full = people >= np.array([post.capacity for post in columns.posts])[:, None]
    until = np.concatenate((np.zeros((len(full), 1), np.int32), np.cumsum(full, axis=1)), axis=1)
    fits &= until[columns.post, columns.end] == until[columns.post, columns.start]
    fits[fixed] = True
    return keep(columns, np.flatnonzero(fits))


class _People:
    """The experts as arrays, and by what they can be sent for."""

    def __init__(self, problem: Problem) -> None:
        experts = problem.experts
        regions = {one.region for one in problem.supporters} | {
            one.region for one in problem.recipients
        }
        self.problem = problem
        self.region = {name: i for i, name in enumerate(sorted(regions))}
        self.title = np.array([one.title for one in experts], dtype=np.int32)
        self.altitude = np.array([one.altitude_ok for one in experts], dtype=bool)
        self.flexible = np.array([one.flexible_ok for one in experts], dtype=bool)
        self.home = np.array(
            [self.region[problem.supporter[one.supporter].region] for one in experts],
            dtype=np.int32,
        )
        self.from_month = np.array([one.from_month for one in experts], dtype=np.int32)
        self.to_month = np.array([one.to_month for one in experts], dtype=np.int32)
        self.longest = np.array([one.max_months for one in experts], dtype=np.int32)
        able: dict[str | None, list[int]] = {}
        for i, one in enumerate(experts):
            if one.max_tours < 1:
                continue
            able.setdefault(one.specialty, []).append(i)
            if one.can_lead:
                able.setdefault(None, []).append(i)
        self.able = {key: np.array(own, dtype=np.int32) for key, own in able.items()}
        self.paired = np.zeros((len(regions), len(regions)), dtype=bool)
        for home, away in problem.allowed:
            if home in self.region and away in self.region:
                self.paired[self.region[home], self.region[away]] = True

    def tours(self, post: Post) -> tuple[Ints, Ints, Ints]:
        """Expert, start and months of every tour allowed at a post."""
        settings, where = self.problem.settings, self.problem.recipient[post.recipient]
        able = self.able.get(None if post.leader else post.specialty, np.zeros(0, np.int32))
        fit = (self.title[able] >= post.min_title) & self.paired[
            self.home[able], self.region[where.region]
        ]
        if where.high_altitude:
            fit &= self.altitude[able]
        if post.flexible:
            fit &= self.flexible[able]
        able = able[fit]
        step = 1 if post.flexible else settings.start_step
        first = max(0, post.from_month)
        first += -first % step
        options = np.array(
            [
                (start, months)
                for start in range(first, post.to_month, step)
                for months in sorted(set(self.problem.lengths(post)))
                if post.min_months <= months <= post.to_month - start
            ],
            dtype=np.int32,
        ).reshape(-1, 2)
        start, months = options[:, 0], options[:, 1]
        fits = (
            (self.from_month[able, None] <= start)
            & (start + months + settings.handover_months <= self.to_month[able, None])
            & (months <= self.longest[able, None])
        )
        who, when = np.nonzero(fits)
        return able[who], start[when], months[when]

    def preferred(self, expert: Ints, of: Ints, recipients: tuple[str, ...]) -> Flags:
        """Whether expert and recipient belong to a preferred pair of hospitals."""
        supporter = {one.id: i for i, one in enumerate(self.problem.supporters)}
        recipient = {name: i for i, name in enumerate(recipients)}
        pairs = np.array(
            sorted(
                supporter[a] * len(recipients) + recipient[b]
                for a, b in self.problem.preferred
                if a in supporter and b in recipient
            ),
            dtype=np.int64,
        )
        sends = np.array([supporter[one.supporter] for one in self.problem.experts], dtype=np.int64)
        if not len(expert):
            return np.zeros(0, dtype=bool)
        found: Flags = np.isin(sends[expert] * len(recipients) + of, pairs)
        return found
