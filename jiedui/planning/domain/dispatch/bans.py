"""Bans written out as the tours that they forbid."""

from __future__ import annotations

from collections.abc import Iterable

from jiedui.planning.domain.dispatch.problem import Ban, Problem, Tour
from jiedui.planning.domain.dispatch.reasons import Pools
from jiedui.planning.domain.dispatch.rules import possible_tours


class Banned:
    """Bans by whom and what they name, so that a tour is held only against its own."""

    def __init__(self, bans: Iterable[Ban]) -> None:
        self.of: dict[tuple[str, str], list[Ban]] = {}
        for ban in bans:
            self.of.setdefault((ban.expert, ban.post), []).append(ban)

    def forbids(self, tour: Tour) -> bool:
        """Whether one of the bans forbids the tour."""
        keys = ((tour.expert, tour.post), (tour.expert, ""), ("", tour.post), ("", ""))
        return any(ban.forbids(tour) for key in keys for ban in self.of.get(key, ()))


def forbidden_tours(problem: Problem, bans: Iterable[Ban]) -> list[Tour]:
    """Every tour that would be possible and is forbidden."""
    pools = Pools(problem)
    found: set[Tour] = set()
    for (whom, where), own in Banned(set(bans)).of.items():
        for post in [problem.post[where]] if where else problem.posts:
            for expert in [problem.expert[whom]] if whom else pools.pool(post):
                found.update(
                    tour
                    for tour in possible_tours(problem, expert, post)
                    if any(ban.forbids(tour) for ban in own)
                )
    return sorted(found)
