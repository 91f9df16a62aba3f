"""Whether a tour that somebody wishes can be: what stands against it, without writing anything."""

from __future__ import annotations

from uuid import UUID

from jiedui.planning.domain.dispatch.bans import Banned
from jiedui.planning.domain.dispatch.problem import Problem, Tour
from jiedui.planning.domain.dispatch.referee import judge
from jiedui.planning.domain.dispatch.rules import Rule, tour_faults
from jiedui.planning.domain.framing import placed, post_of
from jiedui.planning.domain.reasons import Reason, of_rule
from jiedui.planning.models import Scenario, ScenarioTour
from jiedui.planning.queries.framing import question


def wish_faults(
    scenario: Scenario,
    candidate_id: UUID,
    post_id: UUID,
    start: int,
    months: int,
    besides: ScenarioTour | None = None,
) -> tuple[Reason, ...]:
    """The rules that a tour would break, by itself or with what is fixed by hand; none: it can be.

    ``besides`` is a tour that is being moved: fixed or not, it is no hindrance to itself.
    """
    asked, _found = question(scenario, fresh=True)
    problem = asked.problem
    wish = Tour(str(candidate_id), str(post_id), start, months)
    if wish.expert not in problem.expert:
        return (of_rule(Rule.UNKNOWN),)
    own = None
    if besides is not None:
        own = (str(besides.candidate_id), str(besides.post_id), besides.start, besides.months)
    fixed = [
        tour
        for tour in asked.pins
        if (tour.expert, post_of(tour.post), tour.start, tour.months) != own
    ]
    house = [Tour(t.expert, post_of(t.post), t.start, t.months) for t in fixed]
    *_others, there = placed(problem, [*house, wish])
    faults = _alone(problem, there, wish)
    if faults:
        return tuple(map(of_rule, faults))
    if Banned(asked.all_bans).forbids(there):
        return (of_rule(Rule.FORBIDDEN),)
    broken = {each.rule for each in judge(problem, [*fixed, there]).broken}
    return tuple(of_rule(rule) for rule in Rule if rule in broken)


def _alone(problem: Problem, there: Tour, wish: Tour) -> tuple[Rule, ...]:
    """What the tour breaks by itself, at the set of places where it breaks the least."""
    parts = [post.id for post in problem.posts if post_of(post.id) == wish.post]
    if not parts:
        return (Rule.UNKNOWN,)
    if there.post in parts and not tour_faults(problem, there):
        return ()
    options = [tour_faults(problem, Tour(wish.expert, id, wish.start, wish.months)) for id in parts]
    # Every set of places that it fits is full.
    return min(options, key=len) or (Rule.CAPACITY,)
