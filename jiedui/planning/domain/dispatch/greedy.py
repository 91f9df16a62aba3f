"""The plan of somebody with a spreadsheet: the yardstick, and a start when nothing else is there.

Posts by weight; at each the preferred supporters' people first, then the higher
title; the longest tour that fits, one after another, while the money lasts.
"""

from __future__ import annotations

from collections import defaultdict

from jiedui.planning.domain.dispatch.problem import Expert, Post, Problem, Tour


def spreadsheet_plan(problem: Problem) -> list[Tour]:
    """A plan that keeps every rule; what it is worth is for the referee to say."""
    by_specialty: dict[str, list[Expert]] = defaultdict(list)
    leaders = [expert for expert in problem.experts if expert.can_lead]
    for expert in problem.experts:
        by_specialty[expert.specialty].append(expert)
    state = _State(problem)
    for post in sorted(problem.posts, key=lambda post: -post.weight):
        pool = leaders if post.leader else by_specialty[post.specialty]
        for _place in range(post.capacity):
            state.fill(post, pool)
    return state.tours


class _State:
    """What was decided so far."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.tours: list[Tour] = []
        self.stays: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.cost = 0.0

    def fill(self, post: Post, pool: list[Expert]) -> None:
        """Fill one place of a post from its first month on."""
        settings = self.problem.settings
        lengths = sorted(
            (n for n in self.problem.lengths(post) if n >= post.min_months), reverse=True
        )
        candidates = self._candidates(post, pool)
        step = 1 if post.flexible else settings.start_step
        month = -(-post.from_month // step) * step
        while month < post.to_month:
            found = self._first(post, candidates, lengths, month)
            if found is None:
                month += step
                continue
            expert, months = found
            cost = self.problem.cost(expert, post, months)
            if self.cost + cost > settings.budget:
                return
            self.cost += cost
            end = month + months
            self.stays[expert.id].append((month, end + settings.handover_months))
            self.tours.append(Tour(expert.id, post.id, month, months))
            month = -(-end // step) * step

    def _candidates(self, post: Post, pool: list[Expert]) -> list[Expert]:
        problem = self.problem
        where = problem.recipient[post.recipient]
        able = [
            expert
            for expert in pool
            if expert.title >= post.min_title
            and (expert.altitude_ok or not where.high_altitude)
            and (problem.supporter[expert.supporter].region, where.region) in problem.allowed
            and (expert.flexible_ok or not post.flexible)
            and len(self.stays[expert.id]) < expert.max_tours
        ]
        able.sort(
            key=lambda expert: (
                (expert.supporter, post.recipient) not in problem.preferred,
                -expert.title,
            )
        )
        return able

    def _first(
        self, post: Post, candidates: list[Expert], lengths: list[int], month: int
    ) -> tuple[Expert, int] | None:
        """The first candidate who can come now, with the longest tour that fits."""
        hand = self.problem.settings.handover_months
        for expert in candidates:
            stays = self.stays[expert.id]
            if expert.from_month > month or len(stays) >= expert.max_tours:
                continue
            for months in lengths:
                free = month + months + hand
                if (
                    month + months <= post.to_month
                    and months <= expert.max_months
                    and free <= expert.to_month
                    and all(free <= start or month >= end for start, end in stays)
                ):
                    return expert, months
        return None
