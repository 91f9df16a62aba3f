"""The hard rules of a dispatch plan, each by its name."""

from __future__ import annotations

from enum import StrEnum

from jiedui.planning.domain.dispatch.problem import Expert, Post, Problem, Tour


class Rule(StrEnum):
    """A rule that no plan may break."""

    # of a person and a post
    SPECIALTY = "specialty"
    TITLE = "title"
    ALTITUDE = "altitude"
    REGION = "region"
    FLEXIBLE = "flexible"
    # of a single tour
    LENGTH = "length"
    START_STEP = "start-step"
    WINDOW = "window"
    POST_MINIMUM = "post-minimum"
    EXPERT_MAXIMUM = "expert-maximum"
    AVAILABLE = "available"
    # of the plan as a whole
    MAX_TOURS = "max-tours"
    TWO_PLACES = "two-places"
    CAPACITY = "capacity"
    BUDGET = "budget"
    # of what the planner's people asked for
    PINNED = "pinned"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"


PAIR_RULES = (Rule.SPECIALTY, Rule.TITLE, Rule.ALTITUDE, Rule.REGION, Rule.FLEXIBLE)
TOUR_RULES = (
    Rule.LENGTH,
    Rule.START_STEP,
    Rule.WINDOW,
    Rule.POST_MINIMUM,
    Rule.EXPERT_MAXIMUM,
    Rule.AVAILABLE,
)


def pair_faults(problem: Problem, expert: Expert, post: Post) -> tuple[Rule, ...]:
    """All rules that keep this person from this post, whenever it were."""
    where = problem.recipient[post.recipient]
    region = problem.supporter[expert.supporter].region
    holds = {
        Rule.SPECIALTY: expert.can_lead if post.leader else expert.specialty == post.specialty,
        Rule.TITLE: expert.title >= post.min_title,
        Rule.ALTITUDE: expert.altitude_ok or not where.high_altitude,
        Rule.REGION: (region, where.region) in problem.allowed,
        Rule.FLEXIBLE: expert.flexible_ok or not post.flexible,
    }
    return tuple(rule for rule in PAIR_RULES if not holds[rule])


def time_faults(
    problem: Problem, expert: Expert, post: Post, start: int, months: int
) -> tuple[Rule, ...]:
    """All rules on start and length that such a tour would break."""
    settings, end = problem.settings, start + months
    holds = {
        Rule.LENGTH: months in problem.lengths(post),
        Rule.START_STEP: post.flexible or start % settings.start_step == 0,
        Rule.WINDOW: post.from_month <= start and end <= post.to_month,
        Rule.POST_MINIMUM: months >= post.min_months,
        Rule.EXPERT_MAXIMUM: months <= expert.max_months,
        Rule.AVAILABLE: expert.from_month <= start
        and end + settings.handover_months <= expert.to_month,
    }
    return tuple(rule for rule in TOUR_RULES if not holds[rule])


def tour_faults(problem: Problem, tour: Tour) -> tuple[Rule, ...]:
    """All rules that this tour breaks by itself."""
    expert, post = problem.expert.get(tour.expert), problem.post.get(tour.post)
    if expert is None or post is None:
        return (Rule.UNKNOWN,)
    return pair_faults(problem, expert, post) + time_faults(
        problem, expert, post, tour.start, tour.months
    )


def clash(problem: Problem, one: Tour, other: Tour) -> bool:
    """Whether one person's two tours, each with its handover, meet."""
    hand = problem.settings.handover_months
    first, second = sorted(((one.start, one.end + hand), (other.start, other.end + hand)))
    return first[1] > second[0]


def possible_tours(problem: Problem, expert: Expert, post: Post) -> list[Tour]:
    """Every tour of this person at this post that breaks no rule by itself."""
    if pair_faults(problem, expert, post):
        return []
    first = max(post.from_month, expert.from_month)
    return [
        Tour(expert.id, post.id, start, months)
        for start in range(first, post.to_month)
        for months in sorted(set(problem.lengths(post)))
        if not time_faults(problem, expert, post, start, months)
    ]
