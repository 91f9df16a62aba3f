"""The referee: checks every hard rule of a plan and counts what it is worth.

Plain on purpose: it knows nothing of columns, programmes or solvers, and it
scores a plan that breaks rules as well, so that the two can be seen together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from jiedui.planning.domain.dispatch.problem import Problem, Tour
from jiedui.planning.domain.dispatch.rules import Rule, clash, tour_faults


@dataclass(frozen=True, slots=True)
class Broken:
    """A broken rule and the tours that break it; ``times`` as the rule counts them."""

    rule: Rule
    tours: tuple[Tour, ...]
    times: int
    where: str = ""
    """The person or the post, where the rule is about one."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a plan is worth, what it costs and which rules it breaks."""

    fairness: float
    """Concave value of covered need."""
    quality: float
    teams: float
    mentoring: float
    cost: float
    budget: float
    tours: int
    team_months: int
    mentored: tuple[str, ...]
    """Posts whose apprentice has a mentor for long enough on end."""
    shares: dict[str, float]
    """Covered share of the need of every recipient with posts."""
    broken: tuple[Broken, ...]

    @property
    def objective(self) -> float:
        """The sum of the parts."""
        return self.fairness + self.quality + self.teams + self.mentoring

    @property
    def feasible(self) -> bool:
        """Whether no rule is broken."""
        return not self.broken

    @property
    def with_nothing(self) -> tuple[str, ...]:
        """Recipients to whom nobody goes."""
        return tuple(name for name, share in self.shares.items() if share == 0)

    @property
    def smallest_share(self) -> float | None:
        """Coverage of the worst-off; None without recipients."""
        return min(self.shares.values(), default=None)

    def share_below(self, part: float) -> float | None:
        """Coverage that this part of the recipients does not exceed."""
        shares = sorted(self.shares.values())
        return shares[int(part * len(shares))] if shares else None

    def times_broken(self) -> dict[str, int]:
        """How often each rule is broken."""
        times: Counter[str] = Counter()
        for each in self.broken:
            times[each.rule] += each.times
        return dict(times)


Cover = dict[str, list[int]]


def judge(problem: Problem, tours: Iterable[Tour]) -> Verdict:
    """Check and count a plan."""
    plan = list(tours)
    broken: list[Broken] = []
    known = []
    for tour in plan:
        faults = tour_faults(problem, tour)
        broken.extend(Broken(rule, (tour,), 1) for rule in faults)
        if Rule.UNKNOWN not in faults:
            known.append(tour)
    cover = coverage(problem, known)
    cost = problem.total_cost(known)
    broken += _of_experts(problem, known)
    broken += _of_posts(problem, known, cover)
    if cost > problem.settings.budget * (1 + 1e-9):
        broken.append(Broken(Rule.BUDGET, (), 1))

    covered: dict[str, float] = defaultdict(float)
    quality = 0.0
    for tour in known:
        post = problem.post[tour.post]
        worth = post.weight * tour.months
        covered[post.recipient] += worth
        quality += worth * problem.quality(problem.expert[tour.expert], post)
    fairness = sum(problem.value(name, covered[name]) for name in problem.posts_of)
    shares = {}
    for name in problem.posts_of:
        need = problem.need(name)
        shares[name] = covered[name] / need if need else 1.0
    standing = team_months(problem, cover)
    teams = sum(len(months) * problem.team_worth(name) for name, months in standing.items())
    mentored = tuple(
        post.id for post in problem.posts if is_mentored(post.mentor_months, cover[post.id])
    )
    return Verdict(
        fairness=fairness,
        quality=quality,
        teams=teams,
        mentoring=sum(problem.mentor_worth(problem.post[post]) for post in mentored),
        cost=cost,
        budget=problem.settings.budget,
        tours=len(plan),
        team_months=sum(map(len, standing.values())),
        mentored=mentored,
        shares=shares,
        broken=tuple(broken),
    )


def coverage(problem: Problem, tours: Iterable[Tour]) -> Cover:
    """How many people are at every post in every month."""
    horizon = problem.settings.months
    cover = {post.id: [0] * horizon for post in problem.posts}
    for tour in tours:
        for month in range(max(tour.start, 0), min(tour.end, horizon)):
            cover[tour.post][month] += 1
    return cover


def team_months(problem: Problem, cover: Cover) -> dict[str, tuple[int, ...]]:
    """Months in which each recipient that wants a team has one."""
    found = {}
    for name, own in problem.posts_of.items():
        if not problem.recipient[name].wants_team:
            continue
        leading = [post.id for post in own if post.leader]
        core = [post.id for post in own if post.core]
        found[name] = tuple(
            month
            for month in range(problem.settings.months)
            if any(cover[post][month] for post in leading)
            and sum(cover[post][month] > 0 for post in core) >= problem.settings.team_core
        )
    return found


def longest_run(filled: Iterable[int]) -> int:
    """Most months on end with somebody there."""
    run = best = 0
    for people in filled:
        run = run + 1 if people else 0
        best = max(best, run)
    return best


def is_mentored(months: int, filled: Iterable[int]) -> bool:
    """Whether an apprentice who needs so many months on end has them."""
    return months > 0 and longest_run(filled) >= months


def _of_experts(problem: Problem, tours: list[Tour]) -> list[Broken]:
    own: dict[str, list[Tour]] = defaultdict(list)
    for tour in tours:
        own[tour.expert].append(tour)
    broken = []
    for name, stays in own.items():
        stays.sort(key=lambda tour: (tour.start, tour.end))
        over = len(stays) - problem.expert[name].max_tours
        if over > 0:
            broken.append(Broken(Rule.MAX_TOURS, tuple(stays), over, name))
        broken.extend(
            Broken(Rule.TWO_PLACES, (one, other), 1, name)
            for one, other in pairwise(stays)
            if clash(problem, one, other)
        )
    return broken


def _of_posts(problem: Problem, tours: list[Tour], cover: Cover) -> list[Broken]:
    at: dict[str, list[Tour]] = defaultdict(list)
    for tour in tours:
        at[tour.post].append(tour)
    broken = []
    for name, there in at.items():
        full = problem.post[name].capacity
        over = [month for month, people in enumerate(cover[name]) if people > full]
        if over:
            guilty = tuple(t for t in there if any(t.start <= month < t.end for month in over))
            broken.append(Broken(Rule.CAPACITY, guilty, len(over), name))
    return broken
