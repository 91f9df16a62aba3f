"""Why a wish cannot be fulfilled: small sets of rules that exclude each other.

A wish is a tour, or part of one: this person at that post, whenever; somebody
at that post from month 6 on. What stands against it are the hard rules, tours
fixed by hand and bans. A conflict is *irreducible*: with any single member of
it lifted, what remains can be kept. It is found by leaving members out one
after another and keeping out each without which there still is a conflict (the
deletion filter of Chinneck and Dravnieks, 1991). Further conflicts are looked
for with the rules of those already found lifted: something of each must yield.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from jiedui.planning.domain.dispatch.problem import Ban, Expert, Post, Problem, Tour
from jiedui.planning.domain.dispatch.reasons import Pools
from jiedui.planning.domain.dispatch.referee import judge
from jiedui.planning.domain.dispatch.rules import (
    PAIR_RULES,
    TOUR_RULES,
    Rule,
    clash,
    pair_faults,
    time_faults,
    tour_faults,
)

# Wishes that leave much open are tried in this many ways at most before they count as possible.
MOST_TRIES = 200_000


@dataclass(frozen=True, slots=True, order=True)
class Wish:
    """What somebody would like; an empty id or None leaves it open."""

    expert: str = ""
    post: str = ""
    start: int | None = None
    months: int | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A rule of a conflict, and about whom or what."""

    rule: Rule
    tour: Tour | Wish | Ban | None = None
    """The wish that the rule is held against, the tour fixed by hand, the ban."""
    expert: str = ""
    post: str = ""


Conflict = tuple[Member, ...]

_OF_TOUR = (*PAIR_RULES, *TOUR_RULES)


def conflicts(
    problem: Problem,
    wishes: Sequence[Wish],
    *,
    pinned: Collection[Tour] = (),
    bans: Collection[Ban] = (),
) -> tuple[Conflict, ...]:
    """Irreducible conflicts that make the wishes impossible; none where they are possible.

    Without wishes: those among the tours fixed by hand.
    """
    if not wishes:
        return _of_pins(problem, pinned, bans)
    return _found(problem, wishes, pinned, bans)


def _of_pins(
    problem: Problem, pinned: Collection[Tour], bans: Collection[Ban]
) -> tuple[Conflict, ...]:
    """The referee finds what is broken; each conflict is then made irreducible by itself."""
    verdict = judge(problem, pinned)
    groups = [each.tours for each in verdict.broken if each.rule != Rule.BUDGET]
    groups += [(tour,) for tour in pinned if any(ban.forbids(tour) for ban in bans)]
    found: dict[Conflict, None] = {}
    for tours in groups:
        near = [ban for ban in bans if any(ban.forbids(tour) for tour in tours)]
        free = replace(problem, settings=replace(problem.settings, budget=verdict.cost + 1))
        found.update(dict.fromkeys(_found(free, (), tours, near)))
    if any(each.rule == Rule.BUDGET for each in verdict.broken):
        found[(Member(Rule.BUDGET),)] = None
    return tuple(found)


def _found(
    problem: Problem, wishes: Sequence[Wish], pinned: Collection[Tour], bans: Collection[Ban]
) -> tuple[Conflict, ...]:
    case = _Case(problem, wishes, pinned, bans)
    active = set(case.members)
    found: list[Conflict] = []
    while not case.possible(active):
        conflict = set(active)
        for member in case.members:
            if member in conflict and not case.possible(conflict - {member}):
                conflict.discard(member)
        found.append(tuple(member for member in case.members if member in conflict))
        if not conflict:
            break
        active -= {member for member in conflict if member.rule != Rule.PINNED}
    return tuple(found)


class _Case:
    """The wishes with everything that could stand against them."""

    def __init__(
        self,
        problem: Problem,
        wishes: Sequence[Wish],
        pinned: Collection[Tour],
        bans: Collection[Ban],
    ) -> None:
        self.problem = problem
        self.wishes = [wish for wish in wishes if not _same(wish, pinned)]
        self.near = sorted(tour for tour in pinned if not self.wishes or self._touches(tour))
        self.far_cost = problem.total_cost(set(pinned) - set(self.near))
        self.bans = sorted(bans, key=repr)
        self.pools = Pools(problem)
        self.members = self._members()

    def _touches(self, tour: Tour) -> bool:
        """Whether a tour fixed by hand could stand in a wish's way: same post or same person."""
        who = self.problem.expert[tour.expert]
        for wish in self.wishes:
            where = self.problem.post[wish.post] if wish.post else None
            same = wish.expert == tour.expert or wish.post in ("", tour.post)
            might = not wish.expert and where and not pair_faults(self.problem, who, where)
            if same or might:
                return True
        return False

    def _members(self) -> list[Member]:
        """Tried for leaving out in this order: what is hardest to change last."""
        members = [Member(Rule.PINNED, tour) for tour in self.near]
        members += [Member(Rule.FORBIDDEN, ban) for ban in self.bans]
        members.append(Member(Rule.BUDGET))
        experts = {tour.expert for tour in self.near} | {wish.expert for wish in self.wishes}
        posts = {tour.post for tour in self.near} | {wish.post for wish in self.wishes}
        members += [Member(Rule.CAPACITY, post=name) for name in sorted(posts)]
        members += [
            Member(rule, expert=name)
            for name in sorted(experts)
            for rule in (Rule.MAX_TOURS, Rule.TWO_PLACES)
        ]
        for tour in self.near:
            members += [Member(rule, tour) for rule in _OF_TOUR]
        for wish in self.wishes:
            members += [Member(rule, wish) for rule in _OF_TOUR]
        return members

    def possible(self, active: Collection[Member]) -> bool:
        """Whether the wishes can all be kept with only these rules in force."""
        chosen = [
            member.tour
            for member in active
            if member.rule == Rule.PINNED and isinstance(member.tour, Tour)
        ]
        if any(self._pin_broken(tour, active) or self._banned(tour, active) for tour in chosen):
            return False
        if self._plan_broken(chosen, active):
            return False
        tries = iter(range(MOST_TRIES))
        order = sorted(self.wishes, key=lambda wish: (_open(wish), wish.expert, wish.post))
        return self._place(order, sorted(chosen), active, tries)

    def _place(
        self,
        wishes: Sequence[Wish],
        chosen: list[Tour],
        active: Collection[Member],
        tries: Iterator[int],
    ) -> bool:
        if not wishes:
            return True
        wish, *others = wishes
        for tour in self._ways(wish, active):
            if next(tries, None) is None:
                return True
            if tour in chosen or self._plan_broken([*chosen, tour], active):
                continue
            if self._place(others, [*chosen, tour], active, tries):
                return True
        return False

    def _ways(self, wish: Wish, active: Collection[Member]) -> Iterator[Tour]:
        """Tours that would fulfil a wish and break none of its active rules."""
        problem = self.problem
        held = _held(wish, active)
        posts = [problem.post[wish.post]] if wish.post else problem.posts
        for post in posts:
            lengths = problem.lengths(post) if wish.months is None else (wish.months,)
            starts = range(problem.settings.months) if wish.start is None else (wish.start,)
            for expert in self._people(wish, post, held):
                if not held.isdisjoint(pair_faults(problem, expert, post)):
                    continue
                for start in starts:
                    for months in lengths:
                        tour = Tour(expert.id, post.id, start, months)
                        faults = time_faults(problem, expert, post, start, months)
                        if held.isdisjoint(faults) and not self._banned(tour, active):
                            yield tour

    def _people(self, wish: Wish, post: Post, held: Collection[Rule]) -> Sequence[Expert]:
        if wish.expert:
            return [self.problem.expert[wish.expert]]
        return self.pools.pool(post) if Rule.SPECIALTY in held else self.problem.experts

    def _pin_broken(self, tour: Tour, active: Collection[Member]) -> bool:
        return not _held(tour, active).isdisjoint(tour_faults(self.problem, tour))

    def _banned(self, tour: Tour, active: Collection[Member]) -> bool:
        return any(ban.forbids(tour) and Member(Rule.FORBIDDEN, ban) in active for ban in self.bans)

    def _plan_broken(self, tours: Sequence[Tour], active: Collection[Member]) -> bool:
        problem = self.problem
        of: dict[str, list[Tour]] = defaultdict(list)
        at: dict[str, list[Tour]] = defaultdict(list)
        for tour in tours:
            of[tour.expert].append(tour)
            at[tour.post].append(tour)
        for name, own in of.items():
            over = len(own) > problem.expert[name].max_tours
            if over and self._holds(Rule.MAX_TOURS, active, expert=name):
                return True
            meet = any(clash(problem, one, other) for i, one in enumerate(own) for other in own[:i])
            if meet and self._holds(Rule.TWO_PLACES, active, expert=name):
                return True
        for name, there in at.items():
            # People at a post are most where somebody begins.
            most = max(sum(t.start <= first.start < t.end for t in there) for first in there)
            full = most > problem.post[name].capacity
            if full and self._holds(Rule.CAPACITY, active, post=name):
                return True
        cost = self.far_cost + problem.total_cost(tours)
        return cost > problem.settings.budget * (1 + 1e-9) and Member(Rule.BUDGET) in active

    def _holds(
        self, rule: Rule, active: Collection[Member], *, expert: str = "", post: str = ""
    ) -> bool:
        """Whether the rule is in force for this person or post; one left open stands for all."""
        return Member(rule, expert=expert, post=post) in active or Member(rule) in active


def _held(wanted: Tour | Wish, active: Collection[Member]) -> frozenset[Rule]:
    """Rules that are held against a wish or a tour fixed by hand."""
    return frozenset(rule for rule in _OF_TOUR if Member(rule, wanted) in active)


def _open(wish: Wish) -> int:
    """How much a wish leaves open: the firm ones are placed first."""
    return (
        4 * (not wish.expert) + 4 * (not wish.post) + (wish.start is None) + (wish.months is None)
    )


def _same(wish: Wish, pinned: Iterable[Tour]) -> bool:
    """Whether a tour fixed by hand is the wish already."""
    return any(
        wish.expert in ("", tour.expert)
        and wish.post in ("", tour.post)
        and wish.start in (None, tour.start)
        and wish.months in (None, tour.months)
        for tour in pinned
    )
