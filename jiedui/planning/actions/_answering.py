"""What a run finds, as it is kept: the plan by the house's ids, its numbers and its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from jiedui.planning.domain.changes import changes
from jiedui.planning.domain.dispatch.explain import Case, why_empty
from jiedui.planning.domain.dispatch.money import MoreMoney
from jiedui.planning.domain.dispatch.problem import Problem, Tour
from jiedui.planning.domain.dispatch.reasons import out_of_reach
from jiedui.planning.domain.dispatch.referee import coverage, judge, team_months
from jiedui.planning.domain.dispatch.rules import Rule
from jiedui.planning.domain.framing import LEFT_OUT, post_of
from jiedui.planning.domain.frozen import Question, from_plain, to_plain
from jiedui.planning.domain.reasons import Reason
from jiedui.planning.domain.runs import Run, proven_gap
from jiedui.planning.domain.solving import Solved, solve, told_more
from jiedui.planning.models import Scenario
from jiedui.planning.queries.framing import question
from jiedui.planning.queries.freshness import asked
from jiedui.planning.queries.papers import outlasting
from jiedui.planning.sources import documents

# Posts that are explained at once, the heaviest first, and for how many seconds at most; the
# others when somebody asks.
EXPLAINED, EXPLAINING = 150, 10.0
SENTENCES = 3


@dataclass(frozen=True)
class Answer:
    """The tours found, the document of what was asked, and what is told of the plan."""

    tours: tuple[Tour, ...]
    problem: str
    result: dict[str, Any]
    cancelled: bool


def answer(scenario: Scenario, run: Run, *, fresh: bool) -> Answer:
    """Frame, solve, judge and explain. Refused where what is fixed by hand cannot be."""
    told = asked(scenario.plan, scenario)
    stood = [
        Tour(str(row.candidate_id), str(row.post_id), row.start, row.months)
        for row in scenario.tours.all()
    ]
    what, found = question(scenario, fresh=fresh)
    document = documents.keep(to_plain(what))
    solved = solve(what, run)
    tours = tuple(sorted(house(tour) for tour in solved.tours))
    reasons, prices = _reasons(what, solved)
    result = _numbers(what, solved, len(found.outside)) | {
        "asked": told,
        "work": run.work,
        "seconds": round(run.elapsed, 1),
        "cut": run.left <= 0,
        "reasons": reasons,
        "prices": prices,
        "out_of_reach": _out_of_reach(what, solved, found.outside),
        "left": {
            "posts": {id: reason.plain() for id, reason in found.posts.items()},
            "candidates": {id: reason.plain() for id, reason in found.candidates.items()},
        },
        "changes": _changes(what, stood, tours, solved, fresh=fresh),
        "outlasting": outlasting(scenario.plan, what.problem, solved.tours),
        "next_percent": told_more(solved.more).plain() if solved.more else None,
        "more": _more(solved.more) if solved.more else None,
    }
    return Answer(tours, document, result, run.cancelled())


def repeated(scenario: Scenario, run: Run) -> bool:
    """Whether the last run's own question, asked again, has the answer that stands."""
    found = solve(from_plain(documents.read(scenario.problem)), run)
    rows = scenario.tours.values_list("candidate_id", "post_id", "start", "months")
    stood = sorted(Tour(str(who), str(where), start, months) for who, where, start, months in rows)
    return sorted(house(tour) for tour in found.tours) == stood


def house(tour: Tour) -> Tour:
    """A tour of the problem at the post of the house."""
    return Tour(tour.expert, post_of(tour.post), tour.start, tour.months)


def _numbers(what: Question, solved: Solved, outside: int) -> dict[str, Any]:
    """What the plan is worth and covers, by the referee's count.

    ``outside`` are recipients that ask and to which nobody of the candidates could ever go.
    """
    problem = what.problem
    verdict = judge(problem, solved.tours)
    if not verdict.feasible:
        raise RuntimeError(f"the planner broke rules: {verdict.times_broken()}")
    needs = {name: problem.need(name) for name in problem.posts_of}
    need = sum(needs.values())
    covered = sum(verdict.shares[name] * needs[name] for name in needs)
    teams = team_months(problem, coverage(problem, solved.tours))
    return {
        "objective": verdict.objective,
        "bound": solved.bound,
        "gap": proven_gap(verdict.objective, solved.bound),
        "kept": solved.kept,
        "gap_kept": proven_gap(verdict.objective, solved.bound_kept),
        "pins": len(what.pins),
        "forbidden": len(what.forbidden),
        "floor": solved.floor,
        "floor_most": solved.floor_bound,
        "crowded_out": len(solved.crowded_out),
        "cost": round(verdict.cost, 2),
        "people": len({tour.expert for tour in solved.tours}),
        "tours": len(solved.tours),
        "coverage": covered / need if need else None,
        "shares": verdict.shares,
        "smallest": 0.0 if outside else verdict.smallest_share,
        "with_nothing": len(verdict.with_nothing) + outside,
        "team_months": verdict.team_months,
        "teams": {name: len(months) for name, months in teams.items()},
        "mentored": sorted({post_of(post) for post in verdict.mentored}),
        "mentoring": sorted({post_of(post.id) for post in problem.posts if post.mentor_months}),
        "posts": _filled(problem, solved.tours),
        "costs": {
            f"{tour.expert}/{post_of(tour.post)}/{tour.start}": round(problem.tour_cost(tour), 2)
            for tour in solved.tours
        },
    }


def _filled(problem: Problem, tours: Iterable[Tour]) -> dict[str, list[int]]:
    """Of every post of the house: months of people there and wanted, from and to which month."""
    found: dict[str, list[int]] = {}
    for post in problem.posts:
        line = found.setdefault(post_of(post.id), [0, 0, post.from_month, post.to_month])
        line[1] += (post.to_month - post.from_month) * post.capacity
        line[2], line[3] = min(line[2], post.from_month), max(line[3], post.to_month)
    for tour in tours:
        found[post_of(tour.post)][0] += tour.months
    return found


def _reasons(
    what: Question, solved: Solved
) -> tuple[dict[str, list[dict[str, Any]]], dict[str, dict[str, float | None]]]:
    """Why posts are empty, or empty for a time, and what would fill them, by post of the house."""
    problem = what.problem
    case = Case(problem, solved.tours, what.pins, what.all_bans, floor=solved.floor)
    months: dict[str, int] = {}
    for tour in solved.tours:
        months[tour.post] = months.get(tour.post, 0) + tour.months
    open_ones = [
        post
        for post in problem.posts
        if months.get(post.id, 0) < (post.to_month - post.from_month) * post.capacity
    ]
    found: dict[str, list[dict[str, Any]]] = {}
    prices: dict[str, dict[str, float | None]] = {}
    begun = monotonic()
    for post in sorted(open_ones, key=lambda post: (-post.need, post.id))[:EXPLAINED]:
        if monotonic() - begun > EXPLAINING:
            break
        why, own = why_empty(case, post.id), post_of(post.id)
        told = [
            Reason(each.code, each.message, dict(each.values)).plain()
            for each in why.reasons
            # Told as a price beside it.
            if each.code != "fill-weight"
        ]
        found.setdefault(own, told[:SENTENCES])
        if why.fill_weight is not None or why.fill_budget is not None:
            missing = None if why.fill_budget is None else why.fill_budget - problem.settings.budget
            prices.setdefault(own, {"weight": why.fill_weight, "money": missing})
    return found, prices


def _out_of_reach(
    what: Question, solved: Solved, outside: Mapping[str, tuple[str, ...]]
) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Recipients to whom no plan can send anybody, with why of each of their posts."""
    left = LEFT_OUT["post-not-paired"]
    found: dict[str, dict[str, list[dict[str, Any]]]] = {
        recipient: {post: [Reason("post-not-paired", left).plain()] for post in posts}
        for recipient, posts in outside.items()
    }
    for each in out_of_reach(what.problem, solved.reachable):
        found[each.recipient] = {
            post_of(post): [
                Reason(why.code, why.message, dict(why.values)).plain() for why in reasons
            ]
            for post, reasons in each.posts
        }
    return found


def _more(more: MoreMoney) -> dict[str, Any]:
    """What a hundredth of the budget more would buy: which tours, their worth, the most."""
    return {
        "tours": [
            [tour.expert, post_of(tour.post), tour.start, tour.months] for tour in more.tours
        ],
        "gain": more.gain,
        "most": more.most,
    }


def _changes(
    what: Question, before: list[Tour], after: tuple[Tour, ...], solved: Solved, *, fresh: bool
) -> list[dict[str, Any]]:
    """Every tour that is not as it was, with the rules that the old one would break now."""
    why = {
        house(tour): [
            "by-hand"
            if rule == Rule.FORBIDDEN and any(ban.forbids(tour) for ban in what.forbidden)
            else rule.value
            for rule in rules
        ]
        for tour, rules in solved.why.items()
    }

    def plain(tour: Tour | None) -> list[Any] | None:
        return [tour.post, tour.start, tour.months] if tour else None

    if not before:
        return []
    return [
        {
            "kind": change.kind,
            "candidate": change.person,
            "before": plain(change.before),
            "after": plain(change.after),
            "rules": why.get(change.before, []) if change.before else [],
            "fresh": fresh,
        }
        for change in changes(before, after)
    ]
