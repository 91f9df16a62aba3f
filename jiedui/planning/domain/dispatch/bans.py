"""Bans written out as the tours that they forbid."""

from __future__ import annotations

from collections.abc import Iterable

from jiedui.planning.domain.dispatch.problem import Ban, Problem, Tour
from jiedui.planning.domain.dispatch.reasons import Pools
from jiedui.planning.domain.dispatch.rules import possible_tours


def forbidden_tours(problem: Problem, bans: Iterable[Ban]) -> list[Tour]:
    """Every tour that would be possible and is forbidden."""
    pools = Pools(problem)
    found: set[Tour] = set()
    for ban in set(bans):
        posts = [problem.post[ban.post]] if ban.post else problem.posts
        for post in posts:
            people = [problem.expert[ban.expert]] if ban.expert else pools.pool(post)
            for expert in people:
                found.update(
                    tour for tour in possible_tours(problem, expert, post) if ban.forbids(tour)
                )
    return sorted(found)
