"""What each member of a conflict says, as sentences to be translated."""

from __future__ import annotations

from typing import Any

from jiedui.planning.domain.dispatch.conflicts import Conflict, Member, Wish
from jiedui.planning.domain.dispatch.problem import Ban, Problem, Tour
from jiedui.planning.domain.dispatch.reasons import Reason
from jiedui.planning.domain.dispatch.rules import Rule

_ = str  # marks message ids for the catalogue

SENTENCES = {
    Rule.SPECIALTY: _(
        "The post %(post)s asks for specialty %(asked)s; %(expert)s is of specialty %(has)s."
    ),
    Rule.TITLE: _("The post %(post)s asks for title %(asked)s at least; %(expert)s has %(has)s."),
    Rule.ALTITUDE: _("The post %(post)s lies high; %(expert)s is not fit for altitude."),
    Rule.REGION: _(
        "%(expert)s comes from region %(has)s, which is not paired with region %(asked)s"
        " of the post %(post)s."
    ),
    Rule.FLEXIBLE: _("The post %(post)s is a flexible posting; %(expert)s takes none."),
    Rule.LENGTH: _("The post %(post)s allows tours of %(asked)s months, not of %(months)s."),
    Rule.START_STEP: _(
        "Tours at the post %(post)s begin every %(asked)s months, not in month %(start)s."
    ),
    Rule.WINDOW: _("The window of the post %(post)s is month %(from)s to %(to)s."),
    Rule.POST_MINIMUM: _("The post %(post)s asks for tours of %(asked)s months at least."),
    Rule.EXPERT_MAXIMUM: _("%(expert)s can stay for %(has)s months at most."),
    Rule.AVAILABLE: _(
        "%(expert)s is available from month %(from)s to %(to)s,"
        " and %(hand)s months of handover follow a tour."
    ),
    Rule.MAX_TOURS: _("%(expert)s may go on %(has)s tours at most."),
    Rule.TWO_PLACES: _("%(expert)s cannot be in two places, handover included."),
    Rule.CAPACITY: _("The post %(post)s takes %(has)s people at most at a time."),
    Rule.BUDGET: _("The budget is %(budget)s."),
    Rule.PINNED: _(
        "Fixed by hand: %(expert)s at %(post)s from month %(start)s for %(months)s months."
    ),
    Rule.FORBIDDEN: _("Forbidden by hand: %(expert)s at %(post)s."),
}
LEADS = _("The post %(post)s is a leader's; %(expert)s may not lead.")
ANYBODY, ANYWHERE = _("anybody"), _("any post")


def reasons_of(problem: Problem, conflict: Conflict) -> tuple[Reason, ...]:
    """A sentence for each member."""
    return tuple(_reason(problem, member) for member in conflict)


def _reason(problem: Problem, member: Member) -> Reason:
    message = SENTENCES[member.rule]
    values = _values(problem, member)
    if member.rule == Rule.SPECIALTY and values.pop("leader", False):
        message = LEADS
    return Reason(f"rule-{member.rule}", message, values)


def _values(problem: Problem, member: Member) -> dict[str, Any]:
    """Only what the sentence names, so that a machine gets no noise."""
    settings = problem.settings
    if member.rule == Rule.BUDGET:
        return {"budget": f"{settings.budget:g}"}
    if member.rule in (Rule.MAX_TOURS, Rule.TWO_PLACES):
        values: dict[str, Any] = {"expert": member.expert or ANYBODY}
        if member.expert and member.rule == Rule.MAX_TOURS:
            values["has"] = problem.expert[member.expert].max_tours
        return {"has": "–", **values} if member.rule == Rule.MAX_TOURS else values
    if member.rule == Rule.CAPACITY:
        full = problem.post[member.post].capacity if member.post else "–"
        return {"post": member.post or ANYWHERE, "has": full}
    about = member.tour
    if isinstance(about, Ban):
        return {"expert": about.expert or ANYBODY, "post": about.post or ANYWHERE}
    if isinstance(about, Tour) and member.rule == Rule.PINNED:
        return {
            "expert": about.expert,
            "post": about.post,
            "start": about.start,
            "months": about.months,
        }
    if about is None:
        raise ValueError(f"a member of rule {member.rule} about nothing")
    return _of_tour(problem, member.rule, about)


def _of_tour(problem: Problem, rule: Rule, about: Tour | Wish) -> dict[str, Any]:
    settings = problem.settings
    who = problem.expert.get(about.expert)
    where = problem.post.get(about.post)
    named = {"expert": about.expert or ANYBODY, "post": about.post or ANYWHERE}

    def of_who(name: str) -> Any:
        return getattr(who, name) if who else "–"

    def of_where(name: str) -> Any:
        return getattr(where, name) if where else "–"

    if rule == Rule.SPECIALTY:
        if where and where.leader:
            return {**named, "leader": True}
        return {**named, "asked": of_where("specialty"), "has": of_who("specialty") or "–"}
    if rule == Rule.TITLE:
        return {**named, "asked": of_where("min_title"), "has": of_who("title")}
    if rule == Rule.REGION:
        return {
            **named,
            "asked": problem.recipient[where.recipient].region if where else "–",
            "has": problem.supporter[who.supporter].region if who else "–",
        }
    if rule in (Rule.ALTITUDE, Rule.FLEXIBLE):
        return named
    if rule == Rule.LENGTH:
        lengths = problem.lengths(where) if where else settings.tour_months
        return {
            "post": named["post"],
            "asked": ", ".join(map(str, lengths)) or "–",
            "months": about.months,
        }
    if rule == Rule.START_STEP:
        return {"post": named["post"], "asked": settings.start_step, "start": about.start}
    if rule == Rule.WINDOW:
        return {"post": named["post"], "from": of_where("from_month"), "to": of_where("to_month")}
    if rule == Rule.POST_MINIMUM:
        return {"post": named["post"], "asked": of_where("min_months")}
    if rule == Rule.EXPERT_MAXIMUM:
        return {"expert": named["expert"], "has": of_who("max_months")}
    return {
        "expert": named["expert"],
        "from": of_who("from_month"),
        "to": of_who("to_month"),
        "hand": settings.handover_months,
    }
