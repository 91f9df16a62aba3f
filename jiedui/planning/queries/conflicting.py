"""What stands against a wish or among what is pinned: the rules that exclude each other, named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from jiedui.accounts.permissions import Viewer
from jiedui.planning.access import may_edit_plan
from jiedui.planning.domain.dispatch.bans import Banned
from jiedui.planning.domain.dispatch.conflicts import Conflict, Member, Wish, conflicts
from jiedui.planning.domain.dispatch.explain import told_tour
from jiedui.planning.domain.dispatch.problem import Ban, Problem, Tour
from jiedui.planning.domain.dispatch.referee import judge
from jiedui.planning.domain.dispatch.rules import Rule, possible_tours
from jiedui.planning.domain.framing import post_of
from jiedui.planning.domain.frozen import Question
from jiedui.planning.domain.months import day_of
from jiedui.planning.domain.reasons import Reason, of_rule
from jiedui.planning.models import Scenario, ScenarioTour
from jiedui.planning.queries.framing import question
from jiedui.planning.queries.naming import names_for

_ = str  # marks message ids for the catalogue

# Ways to fulfil a wish that are named.
WAYS = 12
Group = tuple[Reason, ...]


@dataclass(frozen=True)
class Way:
    """Months in which a wish can be fulfilled."""

    start: int
    months: int


@dataclass(frozen=True)
class Wished:
    """The answer to a wish: ways to fulfil it, or the groups of rules of which one must yield."""

    ways: tuple[Way, ...]
    more: int
    """Further ways, not named."""
    groups: tuple[Group, ...]


def wished(
    viewer: Viewer,
    scenario: Scenario,
    candidate_id: UUID,
    post_id: UUID,
    start: int | None = None,
    months: int | None = None,
    language: str = "zh-hans",
    besides: ScenarioTour | None = None,
) -> Wished | None:
    """Whether a candidate can be pinned at a post; open months are any. For who plans here.

    ``besides`` is a tour that is being moved: pinned or not, it is no hindrance to itself.
    """
    if not may_edit_plan(viewer, scenario.plan):
        return None
    asked, found = question(scenario, fresh=True)
    problem, who = asked.problem, str(candidate_id)
    parts = [post.id for post in problem.posts if post_of(post.id) == str(post_id)]
    if who not in problem.expert or not parts:
        left = found.candidates.get(who) or found.posts.get(str(post_id))
        return Wished((), 0, ((left or of_rule(Rule.UNKNOWN),),))
    own = None
    if besides is not None:
        own = (str(besides.candidate_id), str(besides.post_id), besides.start, besides.months)
    pins = [
        pin
        for pin in asked.pins
        if _known(problem, pin) and (pin.expert, post_of(pin.post), pin.start, pin.months) != own
    ]
    banned = Banned(asked.all_bans)
    ways = sorted(
        {
            (tour.start, tour.months)
            for part in parts
            for tour in possible_tours(problem, problem.expert[who], problem.post[part])
            if start in (None, tour.start)
            and months in (None, tour.months)
            and not banned.forbids(tour)
            and tour not in pins
            and judge(problem, [*pins, tour]).feasible
        }
    )
    if ways:
        told = tuple(Way(*way) for way in ways[:WAYS])
        return Wished(told, len(ways) - len(told), ())
    if any(pin.expert == who and pin.post in parts and pin.start == start for pin in pins):
        return Wished((), 0, ((Reason("pinned-already", _("It is pinned already.")),),))
    wishes = [Wish(who, part, start, months) for part in parts]
    near = [ban for ban in asked.all_bans if ban.expert in ("", who) and ban.post in ("", *parts)]
    answers: list[tuple[Conflict, ...]] = [
        conflicts(problem, [wish], pinned=pins, bans=near) for wish in wishes
    ]
    return Wished((), 0, _told(scenario, asked, _fewest(answers), language))


def _fewest(answers: list[tuple[Conflict, ...]]) -> tuple[Conflict, ...]:
    return sorted(answers, key=len)[0]


def pin_conflicts(
    viewer: Viewer, scenario: Scenario, language: str = "zh-hans"
) -> tuple[Group, ...]:
    """Which of the pinned tours and rules exclude each other; for who plans here."""
    if not may_edit_plan(viewer, scenario.plan):
        return ()
    asked, found = question(scenario, fresh=True)
    problem = asked.problem
    pins = [pin for pin in asked.pins if _known(problem, pin)]
    gone = tuple(
        (Member(Rule.PINNED, pin), Member(Rule.UNKNOWN, pin))
        for pin in asked.pins
        if pin not in pins
    )
    near = [ban for ban in asked.all_bans if any(ban.forbids(pin) for pin in pins)]
    groups = (*gone, *conflicts(problem, [], pinned=pins, bans=near))
    left = {**found.candidates, **found.posts}
    return _told(scenario, asked, groups, language, left)


def _known(problem: Problem, tour: Tour) -> bool:
    return tour.expert in problem.expert and tour.post in problem.post


def _told(
    scenario: Scenario,
    asked: Question,
    groups: Iterable[Conflict],
    language: str,
    left: dict[str, Reason] | None = None,
) -> tuple[Group, ...]:
    plain = [[_reason(scenario, asked, each, left or {}) for each in group] for group in groups]
    called = names_for(scenario.plan, [each for group in plain for each in group], language)
    # Bans of single months say the same of each.
    return tuple(_once(map(called.reason, group)) for group in plain)


def _once(reasons: Iterable[Reason]) -> Group:
    found: list[Reason] = []
    for each in reasons:
        if each not in found:
            found.append(each)
    return tuple(found)


def _reason(scenario: Scenario, asked: Question, member: Member, left: dict[str, Reason]) -> Reason:
    rule, about, problem = member.rule, member.tour, asked.problem
    if rule == Rule.PINNED and isinstance(about, Tour):
        return _say(rule, _("Pinned by hand: %(tour)s."), **told_tour(about))
    if rule == Rule.UNKNOWN and isinstance(about, Tour):
        return left.get(about.expert) or left.get(post_of(about.post)) or of_rule(rule)
    if rule == Rule.FORBIDDEN and isinstance(about, Ban):
        return _ban(asked, about)
    if rule == Rule.BUDGET:
        cost = problem.total_cost([pin for pin in asked.pins if _known(problem, pin)])
        return _say(
            rule, _("The budget is %(budget)s; what is pinned already costs %(cost)s."),
            budget=f"{problem.settings.budget:,.0f}", cost=f"{cost:,.0f}",
        )  # fmt: skip
    if rule == Rule.CAPACITY and member.post:
        return _say(
            rule, _("The post %(post)s takes %(has)s people at most at a time."),
            post=member.post, has=problem.post[member.post].capacity,
        )  # fmt: skip
    if rule == Rule.MAX_TOURS and member.expert:
        return _say(
            rule, _("%(expert)s may go on %(has)s tours at most."),
            expert=member.expert, has=problem.expert[member.expert].max_tours,
        )  # fmt: skip
    if rule == Rule.TWO_PLACES and member.expert:
        return _say(
            rule, _("%(expert)s cannot be in two places, handover included."), expert=member.expert
        )
    if isinstance(about, Tour | Wish) and about.expert and about.post:
        return _of_tour(scenario, problem, rule, about)
    return of_rule(rule)


def _say(rule: Rule, message: str, **details: Any) -> Reason:
    return Reason(f"rule-{rule}", message, details)


def _ban(asked: Question, ban: Ban) -> Reason:
    if ban in asked.bans:
        return _say(
            Rule.FORBIDDEN,
            _("The pairing or the agreement of the two hospitals does not last so long."),
        )
    if not ban.post:
        return _say(Rule.FORBIDDEN, _("Forbidden by hand: %(expert)s anywhere."), expert=ban.expert)
    if not ban.expert:
        return _say(Rule.FORBIDDEN, _("Forbidden by hand: anybody at %(post)s."), post=ban.post)
    return _say(
        Rule.FORBIDDEN, _("Forbidden by hand: %(expert)s at %(post)s."), expert=ban.expert,
        post=ban.post,
    )  # fmt: skip


def _of_tour(scenario: Scenario, problem: Problem, rule: Rule, about: Tour | Wish) -> Reason:
    """A rule of one tour, with the numbers that stand behind it."""
    start, settings = scenario.plan.starts_on, problem.settings
    who, where = problem.expert[about.expert], problem.post[about.post]

    def month(count: int) -> str:
        return f"{day_of(start, count):%Y.%m}"

    if rule == Rule.WINDOW:
        return _say(
            rule, _("The post %(post)s is to be filled from %(since)s to %(until)s."),
            post=where.id, **_span(month, where.from_month, where.to_month),
        )  # fmt: skip
    if rule == Rule.AVAILABLE:
        return _say(
            rule,
            _("%(expert)s is available from %(since)s to %(until)s; %(hand)s months of handover"
              " follow a tour."),
            expert=who.id, hand=settings.handover_months,
            **_span(month, who.from_month, who.to_month),
        )  # fmt: skip
    if rule == Rule.POST_MINIMUM:
        return _say(
            rule, _("The post %(post)s asks for tours of %(asked)s months at least."),
            post=where.id, asked=where.min_months,
        )  # fmt: skip
    if rule == Rule.EXPERT_MAXIMUM:
        return _say(
            rule, _("%(expert)s can stay for %(has)s months at most."), expert=who.id,
            has=who.max_months,
        )  # fmt: skip
    if rule == Rule.LENGTH:
        lengths = tuple(map(str, problem.lengths(where))) or "–"
        return _say(rule, _("Tours at this post last %(asked)s months."), asked=lengths)
    if rule == Rule.START_STEP:
        return _say(
            rule, _("Tours begin every %(asked)s months, counted from the plan's first month."),
            asked=settings.start_step,
        )  # fmt: skip
    return of_rule(rule)


def _span(month: Any, first: int, last: int) -> dict[str, str]:
    return {"since": month(first), "until": month(max(first, last - 1))}
