"""A scenario as rows of time: a row a post, a bar a tour, to be dragged by who plans."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from jiedui.accounts.permissions import Viewer
from jiedui.directory import access as directory
from jiedui.directory.queries import names, titles_on
from jiedui.planning.access import may_edit_plan, sees_whole, visible_tours
from jiedui.planning.domain.dispatch.problem import Problem
from jiedui.planning.domain.framing import post_of
from jiedui.planning.domain.house_rules import whole
from jiedui.planning.domain.months import day_of
from jiedui.planning.models import Candidate, Ruling, Scenario, ScenarioTour
from jiedui.planning.queries.framing import VISITING, framed, last_day
from jiedui.planning.queries.framing import candidates_of as candidates_for
from jiedui.planning.queries.shapes import Bar, Choice, HeldBar, Timeline, TimelineRow
from jiedui.planning.queries.stays import starts_at_posts, stay_of
from jiedui.programmes.domain.postings import LEADER
from jiedui.programmes.queries.planning import postings_at, posts_with

if TYPE_CHECKING:
    from jiedui.programmes.models import Post, Posting

READ = "programmes.read"


@dataclass(frozen=True)
class _Window:
    """What the problem says of a post of the house."""

    first: int
    last: int
    lengths: tuple[int, ...]


def timeline(
    viewer: Viewer,
    scenario: Scenario,
    language: str = "zh-hans",
    recipient_id: UUID | None = None,
) -> Timeline:
    """The scenario's tours by post, with pins that it does not hold yet and who is there already.

    Who plans sees every post of the plan as it stands now and everybody who can be sent;
    others the posts of their own tours.
    """
    plan, editable = scenario.plan, may_edit_plan(viewer, scenario.plan)
    rows = list(visible_tours(viewer).filter(scenario=scenario).select_related("candidate__person"))
    pins = list(
        scenario.rulings.filter(verb="pin").select_related("candidate__person") if editable else ()
    )
    problem = framed(plan, float(scenario.budget)).problem
    windows = _windows(problem)
    wanted = {row.post_id for row in rows}
    wanted |= {pin.post_id for pin in pins if pin.post_id is not None}
    if sees_whole(viewer, plan):
        wanted |= windows.keys()
    posts = {
        id: post
        for id, post in (posts_with(wanted) if wanted else {}).items()
        if recipient_id in (None, post.receiver_id)
    }
    bodies = {post.receiver_id for post in posts.values()}
    candidates = candidates_for(plan) if editable else []
    bodies |= {one.giver_id for one in candidates}
    bodies |= {row.candidate.giver_id for row in rows}
    bodies |= {pin.candidate.giver_id for pin in pins if pin.candidate is not None}
    called = names(bodies, language)
    bars = _bars(scenario, rows, pins, called)
    held = _held(viewer, scenario, posts)
    others: dict[UUID, list[tuple[int, int]]] = defaultdict(list)
    hidden = scenario.tours.exclude(id__in=[row.id for row in rows])
    for where, start, months in hidden.values_list("post_id", "start", "months"):
        others[where].append((start, months))
    made = [
        replace(
            _row(scenario, post, called[post.receiver_id], windows.get(id), bars[id], held[id]),
            others=tuple(sorted(others[id])),
        )
        for id, post in posts.items()
    ]
    return Timeline(
        months=tuple(day_of(plan.starts_on, month) for month in range(plan.months)),
        step=whole(plan.settings["rules"], "start_step"),
        rows=tuple(
            sorted(made, key=lambda row: (row.recipient, not row.leader, row.specialty, row.start))
        ),
        candidates=_choices(problem, plan.starts_on, candidates, rows, called),
        editable=editable and plan.state == "draft",
        hidden=sum(map(len, others.values())),
    )


def _windows(problem: Problem) -> dict[UUID, _Window]:
    found: dict[UUID, _Window] = {}
    for post in problem.posts:
        id = UUID(post_of(post.id))
        lengths = tuple(n for n in problem.lengths(post) if n >= post.min_months)
        before = found.get(id)
        found[id] = (
            _Window(
                min(before.first, post.from_month),
                max(before.last, post.to_month),
                tuple(sorted({*before.lengths, *lengths})),
            )
            if before
            else _Window(post.from_month, post.to_month, lengths)
        )
    return found


@dataclass(frozen=True)
class _Laid:
    """A bar before its lane is known."""

    tour_id: UUID | None
    candidate: Candidate
    start: int
    months: int
    handover: int
    pinned: bool
    changed: str


def _bars(
    scenario: Scenario,
    rows: Iterable[ScenarioTour],
    pins: Iterable[Ruling],
    called: Mapping[UUID, str],
) -> dict[UUID, list[Bar]]:
    """The bars of each post in lanes, so that none covers another."""
    fixed = {(pin.candidate_id, pin.post_id, pin.start, pin.months) for pin in pins}
    changed = {
        (change["candidate"], *change["after"]): change["kind"]
        for change in scenario.result.get("changes", ())
        if change["after"]
    }
    starts = starts_at_posts(scenario)
    laid: dict[UUID, list[_Laid]] = defaultdict(list)
    there = set()
    for row in rows:
        key = (row.candidate_id, row.post_id, row.start, row.months)
        there.add(key)
        days = stay_of(scenario, row, starts)
        told = changed.get((str(key[0]), str(key[1]), *key[2:]), "")
        laid[row.post_id].append(
            _Laid(
                row.id, row.candidate, row.start, row.months, days.handover, key in fixed, told
            )
        )  # fmt: skip
    for pin in pins:
        key_of_pin = (pin.candidate_id, pin.post_id, pin.start, pin.months)
        if key_of_pin not in there and pin.candidate is not None and pin.post_id is not None:
            laid[pin.post_id].append(
                _Laid(None, pin.candidate, pin.start or 0, pin.months or 0, 0, True, "")
            )
    return defaultdict(list, {id: _in_lanes(own, called) for id, own in laid.items()})


def _in_lanes(laid: list[_Laid], called: Mapping[UUID, str]) -> list[Bar]:
    ends: list[int] = []
    bars = []
    for one in sorted(laid, key=lambda each: (each.start, each.months, str(each.tour_id))):
        lane = next((i for i, end in enumerate(ends) if end <= one.start), len(ends))
        until = one.start + one.months + one.handover
        if lane == len(ends):
            ends.append(until)
        ends[lane] = until
        bars.append(
            Bar(
                one.tour_id, one.candidate.id, one.candidate.person.name,
                called[one.candidate.giver_id], one.start, one.months, one.handover, lane,
                one.pinned, one.changed,
            )
        )  # fmt: skip
    return bars


def _held(
    viewer: Viewer, scenario: Scenario, posts: Mapping[UUID, Post]
) -> dict[UUID, list[HeldBar]]:
    """Postings that are at the posts already; named to whom may see them."""
    reach = directory.reach(viewer, READ)

    def name(row: Posting) -> str:
        seen = reach.covers(row.giver_id) or reach.covers(row.receiver_id)
        return row.person.name if seen else ""

    found: dict[UUID, list[HeldBar]] = defaultdict(list)
    own = set(scenario.tours.exclude(posting=None).values_list("posting_id", flat=True))
    for row in postings_at(posts, scenario.plan.starts_on, last_day(scenario.plan)):
        # What the plan itself opened is drawn as its tour.
        if row.post_id is not None and row.id not in own:
            found[row.post_id].append(HeldBar(row.starts_on, row.ends_on, name(row)))
    return found


def _row(
    scenario: Scenario,
    post: Post,
    recipient: str,
    window: _Window | None,
    bars: list[Bar],
    held: list[HeldBar],
) -> TimelineRow:
    rules = scenario.plan.settings["rules"]
    flexible = post.mode == VISITING
    first = min((bar.start for bar in bars), default=0)
    last = max((bar.start + bar.months for bar in bars), default=0)
    return TimelineRow(
        post_id=post.id,
        recipient_id=post.receiver_id,
        recipient=recipient,
        specialty=post.specialty,
        leader=post.team_role == LEADER,
        flexible=flexible,
        capacity=post.headcount,
        start=window.first if window else first,
        end=window.last if window else last,
        lanes=1 + max((bar.lane for bar in bars), default=0),
        step=1 if flexible else whole(rules, "start_step"),
        lengths=window.lengths if window else (),
        bars=tuple(bars),
        held=tuple(held),
    )


def _choices(
    problem: Problem,
    start: date,
    candidates: list[Candidate],
    rows: Iterable[ScenarioTour],
    called: Mapping[UUID, str],
) -> tuple[Choice, ...]:
    """Who can be put on the timeline; those left out of the problem cannot."""
    count = Counter(row.candidate_id for row in rows)
    known = [one for one in candidates if str(one.id) in problem.expert]
    titles = titles_on((one.person_id for one in known), start) if known else {}
    found = []
    for one in known:
        expert = problem.expert[str(one.id)]
        found.append(
            Choice(
                one.id, one.person.name, called[one.giver_id], one.specialty,
                titles.get(one.person_id, ""), expert.from_month, expert.to_month,
                expert.max_months, count[one.id],
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda each: (each.giver, each.specialty, each.person)))
