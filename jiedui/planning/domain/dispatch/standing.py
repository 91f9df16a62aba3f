"""A plan as it stands, and what a small change of it would gain.

What a plan is worth is the sum over its recipients, so that a change is counted
by looking at the recipients it touches alone. Explanations and re-planning ask
thousands of such questions; the referee has the last word on a whole plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from jiedui.planning.domain.dispatch.problem import Problem, Tour
from jiedui.planning.domain.dispatch.referee import is_mentored
from jiedui.planning.domain.dispatch.rules import Rule, clash


@dataclass(frozen=True, slots=True)
class Worth:
    """The parts of the objective."""

    fairness: float = 0.0
    quality: float = 0.0
    teams: float = 0.0
    mentoring: float = 0.0

    @property
    def total(self) -> float:
        """Their sum."""
        return self.fairness + self.quality + self.teams + self.mentoring

    def __sub__(self, other: Worth) -> Worth:
        return Worth(
            self.fairness - other.fairness,
            self.quality - other.quality,
            self.teams - other.teams,
            self.mentoring - other.mentoring,
        )

    def __add__(self, other: Worth) -> Worth:
        return self - Worth(-other.fairness, -other.quality, -other.teams, -other.mentoring)


def worth_at(problem: Problem, recipient: str, tours: Iterable[Tour]) -> Worth:
    """What the tours at a recipient are worth together."""
    horizon = problem.settings.months
    own = problem.posts_of.get(recipient, ())
    cover = {post.id: [0] * horizon for post in own}
    covered = quality = 0.0
    for tour in tours:
        post = problem.post[tour.post]
        worth = post.weight * tour.months
        covered += worth
        quality += worth * problem.quality(problem.expert[tour.expert], post)
        filled = cover[tour.post]
        for month in range(max(tour.start, 0), min(tour.end, horizon)):
            filled[month] += 1
    standing = 0
    if problem.recipient[recipient].wants_team:
        leading = [cover[post.id] for post in own if post.leader]
        core = [cover[post.id] for post in own if post.core]
        standing = sum(
            any(filled[month] for filled in leading)
            and sum(filled[month] > 0 for filled in core) >= problem.settings.team_core
            for month in range(horizon)
        )
    return Worth(
        fairness=problem.value(recipient, covered),
        quality=quality,
        teams=standing * problem.team_worth(recipient) if standing else 0.0,
        mentoring=sum(
            problem.mentor_worth(post)
            for post in own
            if post.mentor_months and is_mentored(post.mentor_months, cover[post.id])
        ),
    )


class Standing:
    """A plan with its tours by place and by person; tours may be added and taken away."""

    def __init__(self, problem: Problem, tours: Iterable[Tour] = ()) -> None:
        self.problem = problem
        self.at: dict[str, list[Tour]] = defaultdict(list)
        """By recipient."""
        self.of: dict[str, list[Tour]] = defaultdict(list)
        """By expert."""
        self.cost = 0.0
        self._worth: dict[str, Worth] = {}
        for tour in tours:
            self.add(tour)

    @property
    def tours(self) -> list[Tour]:
        """The whole plan, ordered."""
        return sorted(tour for own in self.of.values() for tour in own)

    @property
    def left(self) -> float:
        """Money that is left."""
        return self.problem.settings.budget - self.cost

    def add(self, tour: Tour) -> None:
        """Put a tour in."""
        self._move(tour, 1)

    def remove(self, tour: Tour) -> None:
        """Take a tour out."""
        self._move(tour, -1)

    def _move(self, tour: Tour, sign: int) -> None:
        recipient = self.problem.post[tour.post].recipient
        for own in (self.at[recipient], self.of[tour.expert]):
            if sign > 0:
                own.append(tour)
            else:
                own.remove(tour)
        self.cost += sign * self.problem.tour_cost(tour)
        self._worth.pop(recipient, None)

    def worth(self, recipient: str) -> Worth:
        """What the plan is worth at a recipient."""
        found = self._worth.get(recipient)
        if found is None:
            found = worth_at(self.problem, recipient, self.at[recipient])
            self._worth[recipient] = found
        return found

    def change(self, add: Collection[Tour] = (), remove: Collection[Tour] = ()) -> Worth:
        """What the plan would gain (or, below zero, lose)."""
        touched = {self.problem.post[tour.post].recipient for tour in (*add, *remove)}
        total = Worth()
        for recipient in sorted(touched):
            after = list(self.at[recipient])
            for tour in remove:
                if self.problem.post[tour.post].recipient == recipient:
                    after.remove(tour)
            after += [tour for tour in add if self.problem.post[tour.post].recipient == recipient]
            total = total + worth_at(self.problem, recipient, after) - self.worth(recipient)
        return total

    def in_the_way(self, tour: Tour) -> list[Tour]:
        """Tours of the same person that exclude this one in time."""
        return [other for other in self.of[tour.expert] if clash(self.problem, tour, other)]

    def hindrances(self, tour: Tour, *, without: Collection[Tour] = ()) -> tuple[Rule, ...]:
        """Rules of the whole plan that adding the tour would break, some tours taken out."""
        problem = self.problem
        expert, post = problem.expert[tour.expert], problem.post[tour.post]
        own = [other for other in self.of[tour.expert] if other not in without]
        there = [
            other
            for other in self.at[post.recipient]
            if other.post == tour.post and other not in without
        ]
        cost = (
            self.cost
            + problem.cost(expert, post, tour.months)
            - sum(problem.tour_cost(other) for other in without)
        )
        full = any(
            sum(other.start <= month < other.end for other in there) >= post.capacity
            for month in range(tour.start, tour.end)
        )
        broken = {
            Rule.MAX_TOURS: len(own) >= expert.max_tours,
            Rule.TWO_PLACES: any(clash(problem, tour, other) for other in own),
            Rule.CAPACITY: full,
            Rule.BUDGET: cost > problem.settings.budget * (1 + 1e-9),
        }
        return tuple(rule for rule, holds in broken.items() if holds)
