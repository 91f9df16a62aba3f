"""A scenario's own page: what it covers, what it leaves, why, and who goes where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from jiedui.accounts.permissions import Viewer
from jiedui.directory import access as directory
from jiedui.directory.queries import names
from jiedui.planning.access import may_edit_plan, sees_whole, visible_tours
from jiedui.planning.domain.house_rules import weight
from jiedui.planning.domain.months import day_of, last_day_of
from jiedui.planning.domain.reasons import Reason, why_changed
from jiedui.planning.models import Candidate, Ruling, Scenario, ScenarioTour
from jiedui.planning.queries.cards import card_of
from jiedui.planning.queries.framing import VISITING
from jiedui.planning.queries.naming import Names, names_for, names_nobody
from jiedui.planning.queries.plans import left_out
from jiedui.planning.queries.shapes import (
    ChangeLine,
    Days,
    More,
    MoreTour,
    OutOfReach,
    PostLine,
    Price,
    RecipientLine,
    RulingLine,
    ScenarioSummary,
    TourLine,
)
from jiedui.planning.queries.stays import starts_at_posts, stay_of
from jiedui.programmes.domain.postings import LEADER
from jiedui.programmes.queries.planning import posts_with

if TYPE_CHECKING:
    from jiedui.programmes.models import Post

# How many of the worst-off are named.
WORST = 5
READ = "planning.read"


@dataclass(frozen=True)
class _Seen:
    """What one viewer sees of a scenario, read once for all parts of the page."""

    viewer: Viewer
    scenario: Scenario
    language: str
    whole: bool
    posts: Mapping[UUID, Post]
    bodies: Mapping[UUID, str]
    people: Mapping[UUID, Candidate]
    names: Names

    def own(self, body_id: UUID) -> bool:
        """Whether what concerns the body is the viewer's to see."""
        return self.whole or directory.reach(self.viewer, READ).covers(body_id)


def scenario_summary(
    viewer: Viewer, scenario: Scenario, language: str = "zh-hans"
) -> ScenarioSummary:
    """A scenario as far as the viewer sees it; the plan's numbers are for everybody."""
    whole = sees_whole(viewer, scenario.plan)
    rows = list(
        visible_tours(viewer)
        .filter(scenario=scenario)
        .select_related("candidate__person", "post")
        .order_by("start", "id")
    )
    rulings = list(
        scenario.rulings.select_related("candidate__person", "post").order_by("created_at", "id")
    )
    told = scenario.result
    reasons = [Reason(**each) for lines in told.get("reasons", {}).values() for each in lines]
    seen = _seen(viewer, scenario, language, whole, rows, rulings, reasons)
    posts = _posts(seen)
    recipients = _recipients(seen, posts)
    return ScenarioSummary(
        card=card_of(scenario.plan, scenario),
        whole=whole,
        others=scenario.tours.count() - len(rows),
        recipients=recipients,
        worst=tuple(sorted(recipients, key=lambda line: (line.share, line.name)))[:WORST],
        posts=posts,
        tours=_tours(seen, rows, rulings),
        rulings=_rulings(seen, rulings) if may_edit_plan(viewer, scenario.plan) else (),
        changes=_changes(seen),
        more=_more(seen),
        out_of_reach=_out_of_reach(seen),
        remarks=left_out(scenario),
    )


def scenario_changes(
    viewer: Viewer, scenario: Scenario, language: str = "zh-hans"
) -> tuple[ChangeLine, ...]:
    """What the last run changed of the tours that stood before, as far as the viewer sees it."""
    whole = sees_whole(viewer, scenario.plan)
    return _changes(_seen(viewer, scenario, language, whole, [], [], []))


def _seen(
    viewer: Viewer,
    scenario: Scenario,
    language: str,
    whole: bool,
    rows: Collection[ScenarioTour],
    rulings: Collection[Ruling],
    reasons: Iterable[Reason],
) -> _Seen:
    told = scenario.result
    ids = {UUID(id) for id in told.get("posts", {})} | {row.post_id for row in rows}
    ids |= {UUID(id) for id in told.get("left", {}).get("posts", {})}
    ids |= {row.post_id for row in rulings if row.post_id is not None}
    for change in told.get("changes", ()):
        ids |= {UUID(change[side][0]) for side in ("before", "after") if change[side]}
    more = (told.get("more") or {}).get("tours", ())
    ids |= {UUID(tour[1]) for tour in more}
    people = Candidate.objects.select_related("person").in_bulk([UUID(tour[0]) for tour in more])
    posts = posts_with(ids) if ids else {}
    bodies = {post.receiver_id for post in posts.values()}
    bodies |= {row.candidate.giver_id for row in rows}
    bodies |= {row.candidate.giver_id for row in rulings if row.candidate is not None}
    bodies |= {row.giver_id for row in people.values()}
    return _Seen(
        viewer, scenario, language, whole, posts, names(bodies, language), people,
        names_for(scenario.plan, reasons, language),
    )  # fmt: skip


def _reasons(seen: _Seen, plain: Iterable[Mapping[str, Any]]) -> tuple[Reason, ...]:
    """Sentences with names in them; who sees a part of the plan reads those that name nobody."""
    told = [Reason(**each) for each in plain]
    return tuple(seen.names.reason(each) for each in told if seen.whole or names_nobody(each))


def _posts(seen: _Seen) -> tuple[PostLine, ...]:
    told, start = seen.scenario.result, seen.scenario.plan.starts_on
    left = told.get("left", {}).get("posts", {})
    lines = []
    for id, post in seen.posts.items():
        if not seen.own(post.receiver_id):
            continue
        covered, needed, first, last = told.get("posts", {}).get(str(id), (0, 0, 0, 0))
        if str(id) in left:
            reasons = _reasons(seen, [left[str(id)]])
        elif str(id) in told.get("posts", {}):
            reasons = _reasons(seen, told["reasons"].get(str(id), ()))
        else:
            continue
        state = "filled" if covered >= needed > 0 else "partly" if covered else "empty"
        lines.append(
            PostLine(
                id=id,
                recipient_id=post.receiver_id,
                recipient=seen.bodies[post.receiver_id],
                specialty=post.specialty,
                leader=post.team_role == LEADER,
                core=bool(post.team_role) and post.team_role != LEADER,
                flexible=post.mode == VISITING,
                mode=post.mode,
                capacity=post.headcount,
                first_day=day_of(start, first),
                last_day=last_day_of(start, max(last, first + 1)),
                months_covered=covered,
                months_needed=needed,
                state=state,
                reason=reasons[0] if reasons else None,
                reasons=reasons,
                mentor=str(id) in told.get("mentoring", ()),
                mentored=str(id) in told.get("mentored", ()),
                price=_price(seen, post, told.get("prices", {}).get(str(id))),
            )
        )
    order = {"empty": 0, "partly": 1, "filled": 2}
    return tuple(
        sorted(lines, key=lambda line: (order[line.state], line.recipient, line.specialty))
    )


def _price(seen: _Seen, post: Post, told: Mapping[str, Any] | None) -> Price | None:
    """What would fill the post, a weight told as the priority that has it."""
    if not told:
        return None
    wanted, rules = told["weight"], seen.scenario.plan.settings["rules"]
    # The first is the most urgent; what the post has already is no answer.
    enough = [
        n
        for n in range(1, post.priority)
        if wanted is not None and f"priority_{n}" in rules and weight(rules, n) >= wanted
    ]
    return Price(told["money"], max(enough, default=None), wanted)


def _more(seen: _Seen) -> More | None:
    """What a hundredth more buys; tours that are not the viewer's are counted."""
    result, told = seen.scenario.result, seen.scenario.result.get("next_percent")
    if not told:
        return None
    found = result.get("more") or {"tours": [], "gain": None, "most": None}
    start, worth = seen.scenario.plan.starts_on, result["objective"]
    tours = []
    for who, where, first, months in found["tours"]:
        candidate, post = seen.people[UUID(who)], seen.posts[UUID(where)]
        if seen.own(candidate.giver_id) or seen.own(post.receiver_id):
            days = day_of(start, first), last_day_of(start, first + months)
            tours.append(
                MoreTour(
                    candidate.person.name, seen.bodies[candidate.giver_id],
                    seen.bodies[post.receiver_id], post.specialty, days,
                )
            )  # fmt: skip

    def share(value: float | None) -> float | None:
        return value / worth if value is not None and worth > 0 else None

    return More(
        Reason(**told), tuple(tours), len(found["tours"]) - len(tours), share(found["gain"]),
        share(found["most"]),
    )  # fmt: skip


def _out_of_reach(seen: _Seen) -> tuple[OutOfReach, ...]:
    """Those of the viewer to whom nobody could go whatever the plan, with why."""
    lines = []
    for recipient, posts in seen.scenario.result.get("out_of_reach", {}).items():
        if seen.own(UUID(recipient)):
            told = tuple(
                (seen.posts[UUID(id)].specialty, _reasons(seen, why)) for id, why in posts.items()
            )
            lines.append(OutOfReach(UUID(recipient), seen.bodies[UUID(recipient)], told))
    return tuple(sorted(lines, key=lambda line: line.name))


def _recipients(seen: _Seen, posts: Iterable[PostLine]) -> tuple[RecipientLine, ...]:
    told = seen.scenario.result
    of: dict[UUID, list[PostLine]] = defaultdict(list)
    for line in posts:
        if line.months_needed:
            of[line.recipient_id].append(line)
    found = []
    for id, lines in of.items():
        share = told["shares"].get(str(id), 0.0)
        empty = [line for line in lines if line.state == "empty" and line.reason]
        found.append(
            RecipientLine(
                id=id,
                name=lines[0].recipient,
                share=share,
                posts=len(lines),
                filled=sum(1 for line in lines if line.state == "filled"),
                months_covered=sum(line.months_covered for line in lines),
                months_needed=sum(line.months_needed for line in lines),
                team_months=told["teams"].get(str(id)),
                reason=empty[0].reason if not share and empty else None,
            )
        )
    return tuple(sorted(found, key=lambda line: line.name))


def _tours(
    seen: _Seen, rows: Iterable[ScenarioTour], rulings: Iterable[Ruling]
) -> tuple[TourLine, ...]:
    told = seen.scenario.result
    pinned = {
        (row.candidate_id, row.post_id, row.start, row.months)
        for row in rulings
        if row.verb == "pin"
    }
    starts = starts_at_posts(seen.scenario)
    lines = []
    for row in rows:
        candidate, post = row.candidate, row.post
        days = stay_of(seen.scenario, row, starts)
        refusal = told.get("unopened", {}).get(str(row.id))
        lines.append(
            TourLine(
                id=row.id,
                candidate_id=candidate.id,
                person=candidate.person.name,
                giver_id=candidate.giver_id,
                giver=seen.bodies[candidate.giver_id],
                post_id=post.id,
                recipient_id=post.receiver_id,
                recipient=seen.bodies[post.receiver_id],
                specialty=post.specialty,
                start=row.start,
                months=row.months,
                first_day=days.first,
                last_day=days.last,
                handover=days.handover,
                cost=cost_of(seen.scenario, row),
                pinned=(candidate.id, post.id, row.start, row.months) in pinned,
                posting_id=row.posting_id,
                refusal=Reason(**refusal) if refusal else None,
            )
        )
    return tuple(lines)


def cost_of(scenario: Scenario, tour: ScenarioTour) -> float | None:
    """What a tour costs; None of one that the last run did not find."""
    key = f"{tour.candidate_id}/{tour.post_id}/{tour.start}"
    cost: float | None = scenario.result.get("costs", {}).get(key)
    return cost


def _rulings(seen: _Seen, rulings: Iterable[Ruling]) -> tuple[RulingLine, ...]:
    tours = list(seen.scenario.tours.values_list("candidate_id", "post_id", "start", "months"))
    lines = []
    for row in rulings:
        wanted = (row.candidate_id, row.post_id, row.start, row.months)
        there = any(
            all(asked in (None, is_so) for asked, is_so in zip(wanted, tour, strict=True))
            for tour in tours
        )
        candidate = row.candidate
        post = seen.posts.get(row.post_id) if row.post_id else None
        lines.append(
            RulingLine(
                row.id,
                row.verb,
                row.candidate_id,
                candidate.person.name if candidate else "",
                seen.bodies[candidate.giver_id] if candidate else "",
                row.post_id,
                seen.bodies[post.receiver_id] if post else "",
                post.specialty if post else "",
                row.start,
                row.months,
                row.reason,
                there == (row.verb == "pin"),
            )
        )
    return tuple(lines)


def _changes(seen: _Seen) -> tuple[ChangeLine, ...]:
    told = seen.scenario.result.get("changes", ())
    rows = Candidate.objects.select_related("person").in_bulk(
        [UUID(change["candidate"]) for change in told]
    )
    givers = names({row.giver_id for row in rows.values()}, seen.language)
    start = seen.scenario.plan.starts_on
    pinned = {
        (str(row.candidate_id), str(row.post_id), row.start, row.months)
        for row in seen.scenario.rulings.all()
        if row.verb == "pin"
    }

    def days(tour: list[Any] | None) -> Days | None:
        if tour is None:
            return None
        _post, first, months = tour
        return day_of(start, first), last_day_of(start, first + months)

    lines = []
    for change in told:
        candidate = rows[UUID(change["candidate"])]
        tour = change["after"] or change["before"]
        post = seen.posts[UUID(tour[0])]
        if not (seen.own(candidate.giver_id) or seen.own(post.receiver_id)):
            continue
        lines.append(
            ChangeLine(
                change["kind"], candidate.person.name, givers[candidate.giver_id],
                seen.bodies[post.receiver_id], post.specialty, days(change["before"]),
                days(change["after"]), _why_changed(change, told, pinned),
            )
        )  # fmt: skip
    return tuple(lines)


def _why_changed(
    change: Mapping[str, Any],
    others: Iterable[Mapping[str, Any]],
    pinned: Collection[tuple[Any, ...]],
) -> tuple[Reason, ...]:
    """The rules that the old tour would break now, or what made room for the new one."""
    if "rules" not in change:
        return ()
    after = change["after"]
    freed = bool(after) and any(
        other["before"] and other["before"][0] == after[0]
        for other in others
        if other is not change
    )
    by_hand = bool(after) and (change["candidate"], *after) in pinned
    return why_changed(change["rules"], freed=freed, pinned=by_hand, fresh=change["fresh"])
