"""Reasons as data: a code, a sentence to be translated, and what fills its places.

Nothing here is finished text: pages and commands say a reason in the language
of whoever reads it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jiedui.planning.domain.dispatch.problem import Expert, Post, Problem, Tour
from jiedui.planning.domain.dispatch.rules import (
    PAIR_RULES,
    Rule,
    pair_faults,
    possible_tours,
)

_ = str  # marks message ids for the catalogue


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence: ``message`` is an English message id with places for ``values``."""

    code: str
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message % self.values if self.values else self.message

    def plain(self) -> dict[str, Any]:
        """The reason for a machine."""
        return {"code": self.code, "values": dict(self.values)}


# What a rule says when it keeps somebody from a post.
RULES = {
    Rule.SPECIALTY: _("another specialty, or may not lead"),
    Rule.TITLE: _("title too low"),
    Rule.ALTITUDE: _("not fit for altitude"),
    Rule.REGION: _("regions not paired"),
    Rule.FLEXIBLE: _("takes no flexible postings"),
    Rule.LENGTH: _("length not allowed"),
    Rule.START_STEP: _("start between two start dates"),
    Rule.WINDOW: _("outside the post's window"),
    Rule.POST_MINIMUM: _("shorter than the post's minimum"),
    Rule.EXPERT_MAXIMUM: _("longer than this person can stay"),
    Rule.AVAILABLE: _("not available then, handover included"),
    Rule.MAX_TOURS: _("has all the tours allowed already"),
    Rule.TWO_PLACES: _("is elsewhere at that time"),
    Rule.CAPACITY: _("the post is full"),
    Rule.BUDGET: _("the budget does not hold it"),
    Rule.PINNED: _("fixed by hand"),
    Rule.FORBIDDEN: _("forbidden by hand"),
    Rule.UNKNOWN: _("not known"),
}


@dataclass(frozen=True, slots=True)
class Funnel:
    """How the rules, one after another, leave nobody or a few for a post."""

    post: str
    people: int
    """How many there are at all."""
    removed: tuple[tuple[Rule, int], ...]
    """How many each rule takes away of those whom the rules before it left."""
    left: tuple[str, ...]
    """Who remains: people with at least one possible tour."""
    alone: tuple[tuple[Rule, int], ...]
    """For how many a single rule is all that stands against them."""


class Pools:
    """People by what they can be sent for, so that a post looks only at its own."""

    def __init__(self, problem: Problem) -> None:
        self.leaders = [expert for expert in problem.experts if expert.can_lead]
        self.of: dict[str, list[Expert]] = {}
        for expert in problem.experts:
            self.of.setdefault(expert.specialty, []).append(expert)

    def pool(self, post: Post) -> list[Expert]:
        """Everybody of the post's specialty, or who may lead."""
        return self.leaders if post.leader else self.of.get(post.specialty, [])


def funnel(
    problem: Problem,
    post: Post,
    forbidden: Collection[Tour] = (),
    *,
    pools: Pools | None = None,
) -> Funnel:
    """Who could be sent to a post, and what removes the others.

    Times are looked at last and together: whoever passes every other rule and
    has no tour in the post's window is not available, or cannot stay so long.
    """
    pool = (pools or Pools(problem)).pool(post)
    removed: Counter[Rule] = Counter({Rule.SPECIALTY: len(problem.experts) - len(pool)})
    alone: Counter[Rule] = Counter()
    left = []
    for expert in pool:
        faults = pair_faults(problem, expert, post)
        if expert.max_tours < 1:
            faults = (*faults, Rule.MAX_TOURS)
        if faults:
            removed[faults[0]] += 1
            if len(faults) == 1 and _has_time(problem, expert, post):
                alone[faults[0]] += 1
            continue
        tours = possible_tours(problem, expert, post)
        if not tours:
            removed[_time_fault(problem, expert, post)] += 1
        elif forbidden and all(tour in forbidden for tour in tours):
            removed[Rule.FORBIDDEN] += 1
            alone[Rule.FORBIDDEN] += 1
        else:
            left.append(expert.id)
    order = [*PAIR_RULES, *(rule for rule in Rule if rule not in PAIR_RULES)]
    return Funnel(
        post.id,
        len(problem.experts),
        tuple((rule, removed[rule]) for rule in order if removed[rule]),
        tuple(left),
        tuple((rule, alone[rule]) for rule in order if alone[rule]),
    )


def _spans(problem: Problem, post: Post) -> list[tuple[int, int]]:
    """Starts and lengths that the post itself allows."""
    step = 1 if post.flexible else problem.settings.start_step
    first = -(-post.from_month // step) * step
    return [
        (start, months)
        for start in range(first, post.to_month, step)
        for months in problem.lengths(post)
        if post.min_months <= months <= post.to_month - start
    ]


def _has_time(problem: Problem, expert: Expert, post: Post) -> bool:
    hand = problem.settings.handover_months
    return any(
        months <= expert.max_months
        and expert.from_month <= start
        and start + months + hand <= expert.to_month
        for start, months in _spans(problem, post)
    )


def _time_fault(problem: Problem, expert: Expert, post: Post) -> Rule:
    """What keeps somebody from all tours that the post allows."""
    spans = _spans(problem, post)
    if not spans:
        return Rule.WINDOW
    if all(months > expert.max_months for _start, months in spans):
        return Rule.EXPERT_MAXIMUM
    return Rule.AVAILABLE


def of_post(
    problem: Problem,
    post: Post,
    forbidden: Collection[Tour] = (),
    *,
    pools: Pools | None = None,
    found: Funnel | None = None,
) -> tuple[Reason, ...]:
    """Why nobody can ever be sent to a post; nothing where somebody can.

    ``found`` is its funnel, where that is known already.
    """
    if post.capacity < 1:
        return (Reason("post-closed", _("The post takes nobody: its capacity is 0.")),)
    if post.from_month >= post.to_month:
        return (
            Reason(
                "window-empty",
                _("The post's window ends (month %(end)s) before it begins (month %(start)s)."),
                {"start": post.from_month, "end": post.to_month},
            ),
        )
    if not _spans(problem, post):
        return (
            Reason(
                "window-too-short",
                _(
                    "No tour fits the post's window of %(window)s months:"
                    " it asks for %(least)s months at least."
                ),
                {
                    "window": post.to_month - post.from_month,
                    "least": _least_length(problem, post),
                },
            ),
        )
    found = found or funnel(problem, post, forbidden, pools=pools)
    if found.left:
        return ()
    if not found.people:
        return (Reason("nobody-listed", _("There are no people to send.")),)
    reasons = [
        Reason(
            "nobody-eligible",
            _("None of %(people)s people may be sent here."),
            {"people": found.people},
        )
    ]
    reasons += [
        Reason(f"removed-{rule}", MESSAGE_REMOVED[rule], {"count": count})
        for rule, count in found.removed
    ]
    reasons += [
        Reason(f"alone-{rule}", MESSAGE_ALONE[rule], {"count": count})
        for rule, count in found.alone
    ]
    return tuple(reasons)


def _least_length(problem: Problem, post: Post) -> int:
    allowed = [months for months in problem.lengths(post) if months >= post.min_months]
    return min(allowed, default=post.min_months)


MESSAGE_REMOVED = {
    Rule.SPECIALTY: _("%(count)s are of another specialty, or may not lead."),
    Rule.TITLE: _("%(count)s more have too low a title."),
    Rule.ALTITUDE: _("%(count)s more are not fit for altitude."),
    Rule.REGION: _("%(count)s more come from regions that are not paired with this one."),
    Rule.FLEXIBLE: _("%(count)s more take no flexible postings."),
    Rule.WINDOW: _("%(count)s more find no allowed tour in the post's window."),
    Rule.EXPERT_MAXIMUM: _("%(count)s more cannot stay as long as the post asks."),
    Rule.AVAILABLE: _("%(count)s more are not free for a whole tour in the post's window."),
    Rule.MAX_TOURS: _("%(count)s more may not be sent at all."),
    Rule.FORBIDDEN: _("%(count)s more are forbidden by hand."),
}
MESSAGE_ALONE = {
    Rule.TITLE: _("For %(count)s of them the title is all that is missing."),
    Rule.ALTITUDE: _("For %(count)s of them altitude is all that stands against it."),
    Rule.REGION: _("For %(count)s of them the pairing of regions is all that is missing."),
    Rule.FLEXIBLE: _("For %(count)s of them it is only that they take no flexible postings."),
    Rule.MAX_TOURS: _("For %(count)s of them it is only that they may not be sent at all."),
    Rule.FORBIDDEN: _("For %(count)s of them it is only that it was forbidden by hand."),
}
# What removes posts for one person.
MESSAGE_POSTS = {
    Rule.SPECIALTY: _("%(count)s posts are of another specialty."),
    Rule.TITLE: _("%(count)s more ask for a higher title."),
    Rule.ALTITUDE: _("%(count)s more lie too high."),
    Rule.REGION: _("%(count)s more are in regions that are not paired."),
    Rule.FLEXIBLE: _("%(count)s more are flexible postings."),
    Rule.AVAILABLE: _("%(count)s more have no tour in this person's time."),
}


@dataclass(frozen=True, slots=True)
class OutOfReach:
    """A recipient that no plan can help, with the reasons for each of its posts."""

    recipient: str
    posts: tuple[tuple[str, tuple[Reason, ...]], ...]


def out_of_reach(problem: Problem, reachable: Collection[str]) -> tuple[OutOfReach, ...]:
    """Recipients none of whose posts is among the reachable ones, with why."""
    found = []
    pools = Pools(problem)
    for name, own in problem.posts_of.items():
        if not any(post.id in reachable for post in own):
            why = tuple((post.id, of_post(problem, post, pools=pools)) for post in own)
            found.append(OutOfReach(name, why))
    return tuple(found)


def crowded_out(problem: Problem, recipients: Collection[str]) -> tuple[OutOfReach, ...]:
    """Recipients for which what is kept or fixed by hand leaves nothing."""
    reason = Reason(
        "crowded-out", _("What is kept or fixed by hand leaves no person, place or money for it.")
    )
    return tuple(
        OutOfReach(name, tuple((post.id, (reason,)) for post in problem.posts_of[name]))
        for name in problem.posts_of
        if name in recipients
    )


def of_plan(problem: Problem, reachable: Collection[str], tours: Iterable[Tour]) -> list[Reason]:
    """Why a plan is empty or leaves posts that nobody could ever fill."""
    reasons = []
    if not problem.posts:
        return [Reason("no-posts", _("There are no posts to fill."))]
    if not problem.experts:
        return [Reason("nobody-listed", _("There are no people to send."))]
    unreachable = [post for post in problem.posts if post.id not in reachable]
    crossed = [post for post in unreachable if post.from_month >= post.to_month]
    if crossed:
        reasons.append(
            Reason(
                "windows-empty",
                _("The windows of %(count)s posts end before they begin, first %(first)s."),
                {"count": len(crossed), "first": crossed[0].id},
            )
        )
    others = len(unreachable) - len(crossed)
    if len(unreachable) == len(problem.posts):
        reasons.append(Reason("no-tour-possible", _("No tour at all is possible by the rules.")))
    elif others:
        reasons.append(
            Reason(
                "posts-unreachable",
                _("Nobody may be sent to %(count)s of %(posts)s posts."),
                {"count": others, "posts": len(problem.posts)},
            )
        )
    if not any(True for _tour in tours) and len(unreachable) < len(problem.posts):
        reasons.append(
            Reason(
                "budget-nothing",
                _("The budget of %(budget)s does not hold a single tour that is worth anything."),
                {"budget": f"{problem.settings.budget:g}"},
            )
        )
    return reasons
