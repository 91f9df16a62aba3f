"""Why a person goes where the plan says, or stays at home."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from jiedui.planning.domain.dispatch.exchanges import Exchange, Losses, exchange
from jiedui.planning.domain.dispatch.explain import LOOKED_AT, Case, of_swap, told_tour
from jiedui.planning.domain.dispatch.problem import Expert, Tour
from jiedui.planning.domain.dispatch.reasons import MESSAGE_POSTS, Reason
from jiedui.planning.domain.dispatch.rules import Rule, pair_faults, possible_tours
from jiedui.planning.domain.dispatch.standing import Standing, Worth

_ = str  # marks message ids for the catalogue


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """Who or what would have come next; ``less`` is what the plan would lose by it."""

    tour: Tour
    less: float
    cost: float
    remove: tuple[Tour, ...]


@dataclass(frozen=True, slots=True)
class Stay:
    """Why a person goes on a tour."""

    tour: Tour
    worth: Worth
    """What the plan would lose without it."""
    cost: float
    runner_up: RunnerUp | None
    """The next best for the same post and months."""
    elsewhere: RunnerUp | None
    """The next best for the same person."""
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Where a person goes and why, or why nowhere."""

    expert: str
    stays: tuple[Stay, ...]
    possible_posts: int
    """Posts to which this person could ever go."""
    best: Exchange | None
    reasons: tuple[Reason, ...]


def why_person(case: Case, expert_id: str) -> Person:
    """Why a person goes where the plan says, or why nowhere."""
    problem, expert = case.problem, case.problem.expert[expert_id]
    standing, losses = case.standing, case.losses
    own = sorted(standing.of[expert_id], key=lambda tour: tour.start)
    options = [
        tour
        for post in problem.posts
        if not pair_faults(problem, expert, post)
        for tour in case.free(possible_tours(problem, expert, post))
        if tour not in own
    ]
    stays = tuple(_stay(case, standing, tour, options) for tour in own)
    posts = len({tour.post for tour in (*options, *own)})
    if own:
        return Person(expert_id, stays, posts, None, ())
    told, best = _why_home(case, standing, losses, expert, options)
    return Person(expert_id, (), posts, best, tuple(told))


def _stay(case: Case, standing: Standing, tour: Tour, options: list[Tour]) -> Stay:
    problem = case.problem
    worth = Worth() - standing.change(remove=(tour,))
    post = problem.post[tour.post]
    told = []
    if tour in case.pinned:
        told.append(Reason("pinned", _("It was fixed by hand.")))
    others = []
    for other in case.pools.pool(post):
        instead = Tour(other.id, tour.post, tour.start, tour.months)
        if other.id != tour.expert and instead in case.free(possible_tours(problem, other, post)):
            others.append(instead)
    runner_up = _next_best(standing, tour, others)
    elsewhere = _next_best(standing, tour, options)
    if runner_up is None:
        told.append(Reason("nobody-else", _("Nobody else may be sent here in these months.")))
    elif runner_up.less >= 0:
        told.append(
            Reason(
                "runner-up",
                _("The next best here is %(tour)s; the plan would be worth %(less)s less."),
                {**told_tour(runner_up.tour), "less": f"{runner_up.less:.2f}"},
            )
        )
    if elsewhere is not None and elsewhere.less >= 0:
        told.append(
            Reason(
                "elsewhere",
                _("The next best for this person is %(tour)s: worth %(less)s less."),
                {**told_tour(elsewhere.tour), "less": f"{elsewhere.less:.2f}"},
            )
        )
    return Stay(tour, worth, problem.tour_cost(tour), runner_up, elsewhere, tuple(told))


def _next_best(standing: Standing, tour: Tour, others: list[Tour]) -> RunnerUp | None:
    """The other tour that would lose least in this one's stead, money and rules permitting."""
    problem, best = standing.problem, None
    for other in others:
        leave = [tour, *(each for each in standing.in_the_way(other) if each != tour)]
        if standing.hindrances(other, without=leave):
            continue
        less = -standing.change((other,), leave).total
        found = RunnerUp(other, less, problem.tour_cost(other), tuple(leave))
        if best is None or (less, other) < (best.less, best.tour):
            best = found
    return best


def _why_home(
    case: Case, standing: Standing, losses: Losses, expert: Expert, options: list[Tour]
) -> tuple[list[Reason], Exchange | None]:
    problem = case.problem
    if expert.max_tours < 1:
        return [Reason("not-to-be-sent", _("This person may not be sent at all."))], None
    if not options:
        removed: Counter[Rule] = Counter()
        for post in problem.posts:
            faults = pair_faults(problem, expert, post)
            removed[faults[0] if faults else Rule.AVAILABLE] += 1
        told = [Reason("no-post", _("By the rules there is no post for this person."))]
        told += [
            Reason(f"removed-{rule}", MESSAGE_POSTS[rule], {"count": count})
            for rule, count in removed.most_common()
        ]
        return told, None
    open_ = [tour for tour in options if Rule.CAPACITY not in standing.hindrances(tour)]
    if not open_:
        return [
            Reason("posts-full", _("Every post where this person could go is filled then."))
        ], None
    gains = sorted((-standing.change((tour,)).total, tour) for tour in open_)
    swaps = [exchange(standing, losses, tour) for _gain, tour in gains[:LOOKED_AT]]
    found = [swap for swap in swaps if swap is not None]
    kept = [swap for swap in found if not case.against_floor(swap)]
    if found and not kept:
        first = max(found, key=lambda swap: (swap.gain, swap.add))
        return [of_swap(first, lifts_floor=True)], None
    best = max(kept, key=lambda swap: (swap.gain, swap.add), default=None)
    return ([of_swap(best)] if best is not None else []), best
