"""From what the house knows to a problem for the planner.

A post with several places of which some are held for a while becomes several posts of
the problem, one for each set of places that is free in the same months; their ids are the
post's with a number. A hospital is a region of its own, since pairs of hospitals are what
is allowed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from jiedui.planning.domain.dispatch.problem import (
    Ban,
    Expert,
    Post,
    Problem,
    Recipient,
    Settings,
    Supporter,
    Tour,
)
from jiedui.planning.domain.house_rules import settings_of, weight, whole
from jiedui.planning.domain.months import (
    ONE_DAY,
    day_of,
    last_day_of,
    needed_months,
    runs,
    touched_months,
    whole_months,
)
from jiedui.planning.domain.reasons import Reason

_ = str  # marks message ids for the catalogue


class Asked(NamedTuple):
    """A post as its recipient asks for it."""

    id: str
    receiver: str
    specialty: str
    category: str
    rank: int
    leader: bool
    core: bool
    flexible: bool
    first: date
    last: date | None
    months: int
    headcount: int
    apprentices: int
    priority: int


class Able(NamedTuple):
    """A candidate as the supporter proposes them."""

    id: str
    person: str
    giver: str
    specialty: str
    category: str
    rank: int
    can_lead: bool
    altitude_ok: bool
    flexible_ok: bool
    first: date
    last: date
    max_tours: int
    max_months: int


class Held(NamedTuple):
    """Days on which a posting takes a place of a post, or a person's time."""

    id: str
    first: date
    last: date


class Tied(NamedTuple):
    """Days on which a hospital may send to another; ``direct`` where the two themselves are."""

    giver: str
    receiver: str
    first: date | None
    last: date | None
    direct: bool


@dataclass(frozen=True)
class World:
    """Everything that a plan's problem is made from.

    ``papers`` are the agreements of each two hospitals; those without any may send.
    """

    start: date
    months: int
    rules: Mapping[str, str]
    posts: Collection[Asked]
    candidates: Collection[Able]
    filled: Collection[Held]
    away: Collection[Held]
    ties: Collection[Tied]
    high: Collection[str]
    papers: Collection[Tied] = ()


@dataclass(frozen=True)
class Framed:
    """The problem, what else may not be, and what was left out of it by whom it concerns."""

    problem: Problem
    bans: tuple[Ban, ...] = ()
    posts: Mapping[str, Reason] = field(default_factory=dict)
    candidates: Mapping[str, Reason] = field(default_factory=dict)
    outside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Recipients that ask and have no post in the problem for want of a supporter, their posts."""


LEFT_OUT = {
    "post-not-needed": _("The post is not needed within the months of the plan."),
    "post-taken": _("All places of the post are taken in these months."),
    "post-not-paired": _("No supporter of the candidates is paired with this hospital."),
    "candidate-not-available": _("The candidate is not available for a whole month of the plan."),
    "candidate-posted": _("The candidate is posted already in all of these months."),
    "candidate-not-paired": _("The candidate's hospital is paired with none that asks for a post."),
}


def _left_out(code: str) -> Reason:
    return Reason(code, LEFT_OUT[code])


def post_of(id: str) -> str:
    """The post of the house that a post of the problem stands for."""
    return id.partition("~")[0]


def frame(world: World, budget: float) -> Framed:
    """The problem of a plan with a budget."""
    settings = settings_of(world.rules, world.months, budget)
    paired = _paired(world, settings)
    posts, no_post = _posts(world, settings, paired)
    wanted = {post.recipient for post in posts}
    experts, nobody = _experts(world, paired, wanted)
    sending = {expert.supporter for expert in experts}
    leading = {post.recipient for post in posts if post.leader}
    pairs = {pair for pair in paired if pair[0] in sending and pair[1] in wanted}
    problem = Problem(
        tuple(Recipient(id, id, id in world.high, id in leading) for id in sorted(wanted)),
        tuple(Supporter(id, id) for id in sorted(sending)),
        experts,
        posts,
        frozenset(pairs),
        frozenset((tie.giver, tie.receiver) for tie in world.ties if tie.direct) & pairs,
        settings,
    )
    bans = {*_while_not_paired(problem, paired), *_beyond_papers(problem, world)}
    # By a key: thousands of them are compared.
    in_order = sorted(bans, key=lambda ban: (ban.expert, ban.post, ban.start, ban.months))
    return Framed(problem, tuple(in_order), no_post, nobody, _outside(world, no_post, wanted))


def _outside(
    world: World, left: Mapping[str, Reason], wanted: Collection[str]
) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for asked in sorted(world.posts):
        unpaired = asked.id in left and left[asked.id].code == "post-not-paired"
        if unpaired and asked.receiver not in wanted:
            found[asked.receiver] = (*found.get(asked.receiver, ()), asked.id)
    return found


def _paired(world: World, settings: Settings) -> dict[tuple[str, str], list[bool]]:
    """Of every two hospitals in which months of the plan they are paired; never paired: absent."""
    found: dict[tuple[str, str], list[bool]] = {}
    # The handover after the last month lies beyond the plan.
    end = world.months + settings.handover_months
    for tie in world.ties:
        first, last = whole_months(world.start, tie.first, tie.last, end)
        marks = found.setdefault((tie.giver, tie.receiver), [False] * end)
        marks[first:last] = [True] * max(0, last - first)
    return {pair: marks for pair, marks in found.items() if any(marks)}


def _posts(
    world: World, settings: Settings, paired: Mapping[tuple[str, str], list[bool]]
) -> tuple[tuple[Post, ...], dict[str, Reason]]:
    helped = {receiver for _giver, receiver in paired}
    holding: dict[str, list[Held]] = defaultdict(list)
    for held in world.filled:
        holding[held.id].append(held)
    made: list[Post] = []
    left: dict[str, Reason] = {}
    for asked in sorted(world.posts):
        first, last = needed_months(world.start, asked.first, asked.last, world.months)
        if first >= last:
            left[asked.id] = _left_out("post-not-needed")
            continue
        free = [asked.headcount if first <= month < last else 0 for month in range(world.months)]
        for held in holding[asked.id]:
            begins, ends = touched_months(world.start, held.first, held.last, world.months)
            for month in range(begins, ends):
                free[month] = max(0, free[month] - 1)
        parts = _places(free)
        if not parts:
            left[asked.id] = _left_out("post-taken")
        elif asked.receiver not in helped:
            left[asked.id] = _left_out("post-not-paired")
        else:
            made += [
                _post(world, settings, asked, part, number) for number, part in enumerate(parts)
            ]
    return tuple(made), left


class _Part(NamedTuple):
    first: int
    last: int
    places: int


def _places(free: list[int]) -> list[_Part]:
    """Sets of places that are free in the same months, the longest spans first."""
    count: dict[tuple[int, int], int] = defaultdict(int)
    for level in range(1, max(free, default=0) + 1):
        for span in runs([places >= level for places in free]):
            count[span] += 1
    parts = [_Part(first, last, places) for (first, last), places in count.items()]
    return sorted(parts, key=lambda part: (part.first - part.last, part.first))


def _post(world: World, settings: Settings, asked: Asked, part: _Part, number: int) -> Post:
    lengths = settings.flexible_tour_months if asked.flexible else settings.tour_months
    fitting = [months for months in lengths if months <= part.last - part.first]
    return Post(
        id=asked.id if not number else f"{asked.id}~{number}",
        recipient=asked.receiver,
        specialty="" if asked.leader else _trade(asked),
        leader=asked.leader,
        core=asked.core and not asked.leader,
        flexible=asked.flexible,
        from_month=part.first,
        to_month=part.last,
        # Asked for longer than there is time or rule for, the longest tour is as long as can be.
        min_months=min(asked.months, max(fitting, default=asked.months)),
        min_title=asked.rank,
        mentor_months=whole(world.rules, "mentor_months") if asked.apprentices else 0,
        capacity=part.places,
        weight=weight(world.rules, asked.priority),
    )


def _trade(row: Asked | Able) -> str:
    """What is asked for and offered: a nurse of a specialty is none of its physicians."""
    return f"{row.specialty}/{row.category}"


def _experts(
    world: World, paired: Mapping[tuple[str, str], list[bool]], wanted: Collection[str]
) -> tuple[tuple[Expert, ...], dict[str, Reason]]:
    sending = {giver for giver, receiver in paired if receiver in wanted}
    made: list[Expert] = []
    left: dict[str, Reason] = {}
    hand = whole(world.rules, "handover_months")
    postings: dict[str, list[Held]] = defaultdict(list)
    for away in world.away:
        postings[away.id].append(away)
    for able in sorted(world.candidates):
        # What is said of the last day goes on beyond the plan for the handover.
        first, last = whole_months(world.start, able.first, able.last, world.months + hand)
        if first >= min(last, world.months):
            left[able.id] = _left_out("candidate-not-available")
            continue
        first, last = _free(world, postings[able.person], first, last)
        if first >= min(last, world.months):
            left[able.id] = _left_out("candidate-posted")
        elif able.giver not in sending:
            left[able.id] = _left_out("candidate-not-paired")
        else:
            made.append(
                Expert(
                    able.id, able.giver, _trade(able), able.rank, able.can_lead,
                    able.altitude_ok, first, last, able.max_tours, able.max_months,
                    able.flexible_ok,
                )
            )  # fmt: skip
    return tuple(made), left


def _free(world: World, away: Iterable[Held], first: int, last: int) -> tuple[int, int]:
    """The longest of the spans that the person's postings leave free.

    Nearly always a posting that goes on into the plan, so that this is all there is; whoever
    is posted in the middle of their time is asked for one side of it only.
    """
    free = [first <= month < last for month in range(last)]
    for posting in away:
        begins, ends = touched_months(world.start, posting.first, posting.last, last)
        free[begins:ends] = [False] * max(0, ends - begins)
    return max(runs(free), key=lambda span: (span[1] - span[0], -span[0]), default=(0, 0))


def _spans(settings: Settings) -> Iterable[tuple[int, int]]:
    """Every first month with every length that any rule allows."""
    lengths = sorted({*settings.tour_months, *settings.flexible_tour_months})
    for start in range(settings.months):
        for months in lengths:
            if start + months <= settings.months:
                yield start, months


def _while_not_paired(
    problem: Problem, paired: Mapping[tuple[str, str], list[bool]]
) -> Iterable[Ban]:
    """No tour goes beyond the days of the pairing, with the handover."""
    hand = problem.settings.handover_months
    outside = {}
    for pair in problem.allowed:
        marks = paired[pair]
        if not all(marks):
            outside[pair] = [
                (start, months)
                for start, months in _spans(problem.settings)
                if not all(marks[start : start + months + hand])
            ]
    return _bans(problem, outside)


def _beyond_papers(problem: Problem, world: World) -> Iterable[Ban]:
    """No tour outlasts the agreement of its hospitals, where they have one for a part of it.

    Without the handover: whether somebody follows is known only when the plan stands.
    """
    spans: dict[tuple[str, str], list[tuple[date | None, date | None]]] = defaultdict(list)
    for paper in world.papers:
        if (paper.giver, paper.receiver) in problem.allowed:
            spans[paper.giver, paper.receiver].append((paper.first, paper.last))
    tours = [
        (start, months, day_of(world.start, start), last_day_of(world.start, start + months))
        for start, months in _spans(problem.settings)
    ]
    # Agreements last alike in most pairs: each set of days is looked at once.
    known: dict[tuple[tuple[date | None, date | None], ...], list[tuple[int, int]]] = {}
    outside = {}
    for pair, own in spans.items():
        days = tuple(own)
        if days not in known:
            known[days] = [
                (start, months) for start, months, first, last in tours if in_part(own, first, last)
            ]
        outside[pair] = known[days]
    return _bans(problem, outside)


def _bans(
    problem: Problem, outside: Mapping[tuple[str, str], Collection[tuple[int, int]]]
) -> Iterable[Ban]:
    """Bans of the months that are outside what two hospitals may."""
    sent: dict[str, list[str]] = defaultdict(list)
    for expert in problem.experts:
        sent[expert.supporter].append(expert.id)
    for giver, receiver in sorted(outside):
        for person in sent[giver]:
            for post in problem.posts_of[receiver]:
                for start, months in outside[giver, receiver]:
                    if post.from_month <= start and start + months <= post.to_month:
                        yield Ban(person, post.id, start, months)


def in_part(spans: Iterable[tuple[date | None, date | None]], first: date, last: date) -> bool:
    """Whether the spans together cover some of the days and leave others out."""
    day, met = first, False
    for begins, ends in sorted((start or date.min, end or date.max) for start, end in spans):
        if begins > last or ends < first:
            continue
        met = True
        if begins > day:
            break
        if ends >= last:
            return False
        day = max(day, ends + ONE_DAY)
    return met


def placed(problem: Problem, tours: Iterable[Tour]) -> tuple[Tour, ...]:
    """Tours at posts of the house as tours at the posts of the problem that stand for them.

    Sets of places of one post lie within one another in time, so each tour takes the
    narrowest that has room for it, those with the least choice first. A tour that has
    nowhere to be keeps the post's own id.
    """
    parts: dict[str, list[Post]] = defaultdict(list)
    for post in problem.posts:
        parts[post_of(post.id)].append(post)
    taken: dict[str, list[int]] = {post.id: [0] * problem.settings.months for post in problem.posts}

    def fitting(tour: Tour) -> list[Post]:
        own = [p for p in parts[tour.post] if p.from_month <= tour.start and tour.end <= p.to_month]
        return sorted(own, key=lambda post: (post.to_month - post.from_month, post.id))

    plan = list(tours)
    at: dict[int, str] = {}
    for index in sorted(range(len(plan)), key=lambda i: (len(fitting(plan[i])), plan[i])):
        tour = plan[index]
        for post in fitting(tour):
            span = taken[post.id][tour.start : tour.end]
            if all(people < post.capacity for people in span):
                taken[post.id][tour.start : tour.end] = [people + 1 for people in span]
                at[index] = post.id
                break
    return tuple(
        Tour(tour.expert, at.get(index, tour.post), tour.start, tour.months)
        for index, tour in enumerate(plan)
    )
