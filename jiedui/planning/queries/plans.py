"""Reads of plans and candidates for their lists and for a plan's own page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from jiedui.accounts.permissions import Viewer
from jiedui.core.packs import vocabulary
from jiedui.directory.queries import names, parts_of
from jiedui.planning.access import (
    may_answer,
    may_edit_plan,
    visible_candidates,
    visible_consents,
    visible_plans,
    visible_scenarios,
    visible_tours,
)
from jiedui.planning.domain.framing import LEFT_OUT
from jiedui.planning.domain.house_rules import RULES, TABLE
from jiedui.planning.domain.reasons import Reason
from jiedui.planning.domain.states import (
    ADOPTED,
    APPROVED,
    CANCELLED,
    DONE,
    DRAFT,
    SUBMITTED,
)
from jiedui.planning.models import Candidate, Consent, DispatchPlan, Scenario, ScenarioTour
from jiedui.planning.queries.cards import card_of
from jiedui.planning.queries.framing import last_day
from jiedui.planning.queries.shapes import ConsentLine, PlanOverview, RuleLine, Unopened
from jiedui.programmes.queries.planning import posts_between

_ = str  # marks message ids for the catalogue

OUTLASTING = _(
    "%(count)s tours last longer than the agreement of their hospitals: renew it before the plan"
    " is adopted."
)


def plans_of(viewer: Viewer, programme_id: UUID | None = None) -> QuerySet[DispatchPlan]:
    """The plans that the viewer sees, with how many scenarios and answers they have."""
    rows = visible_plans(viewer)
    if programme_id is not None:
        rows = rows.filter(programme_id=programme_id)
    return rows.select_related("programme", "area", "chosen").annotate(
        scenario_count=_count(Scenario.objects.filter(plan=OuterRef("pk"))),
        asked=_count(_consents()),
        given=_count(_consents().filter(answer="given")),
    )


def _consents() -> QuerySet[Consent]:
    return Consent.objects.filter(scenario=OuterRef("chosen_id"))


def _count(rows: QuerySet[Any]) -> Any:
    # One line, whatever is counted: grouped by nothing.
    counted = rows.order_by().annotate(every=Value(1)).values("every").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")[:1]), 0)


def candidates_of(
    viewer: Viewer, programme_id: UUID | None = None, *, withdrawn: bool = False
) -> QuerySet[Candidate]:
    """The candidates that the viewer sees; withdrawn ones only where they are asked for."""
    rows = visible_candidates(viewer).select_related("programme", "person", "giver")
    if programme_id is not None:
        rows = rows.filter(programme_id=programme_id)
    return rows if withdrawn else rows.filter(withdrawn_at__isnull=True)


def own_rules(plan: DispatchPlan) -> dict[str, str]:
    """What the plan says otherwise than the pack, as it was given."""
    rules = plan.settings.get("rules", {})
    return {code: rules[code] for code in plan.settings.get("own", [])}


def counts_requested(plan: DispatchPlan) -> bool:
    """Whether posts that are only requested are planned for too."""
    return bool(plan.settings.get("requested"))


def rules_of(plan: DispatchPlan, language: str) -> tuple[RuleLine, ...]:
    """The plan's rules with their sources."""
    terms, own = vocabulary().table(TABLE), set(plan.settings.get("own", ()))
    rules = plan.settings.get("rules", {})
    return tuple(
        RuleLine(
            code, terms[code].label(language), rules[code], terms[code].extra["unit"],
            "" if code in own else terms[code].source, code in own,
        )
        for code in RULES
        if code in rules
    )  # fmt: skip


def plan_overview(viewer: Viewer, plan: DispatchPlan, language: str = "zh-hans") -> PlanOverview:
    """A plan with its scenarios, answers and what stands in its way."""
    may_edit = may_edit_plan(viewer, plan)
    scenarios = list(
        visible_scenarios(viewer)
        .filter(plan=plan)
        .select_related("based_on")
        .prefetch_related("rulings")
        .order_by("id")
    )
    posts = posts_between(
        plan.programme_id, plan.starts_on, last_day(plan),
        receivers=None if plan.area_id is None else parts_of(plan.area_id, plan.starts_on),
        requested=counts_requested(plan),
    ).aggregate(posts=Count("id"), places=Coalesce(Sum("headcount"), 0))  # fmt: skip
    candidates = Candidate.objects.filter(
        programme_id=plan.programme_id, withdrawn_at__isnull=True,
        available_from__lte=last_day(plan), available_to__gte=plan.starts_on,
    ).count()  # fmt: skip
    answers = Counter(
        Consent.objects.filter(scenario_id__in=_one(plan.chosen_id)).values_list(
            "answer", flat=True
        )
    )
    area = names([plan.area_id], language)[plan.area_id] if plan.area_id else ""
    return PlanOverview(
        plan=plan,
        area=area,
        last_day=last_day(plan),
        may_edit=may_edit,
        verbs=_verbs(plan, scenarios) if may_edit else frozenset(),
        posts=posts["posts"],
        places=posts["places"],
        candidates=candidates,
        scenarios=tuple(card_of(plan, each) for each in scenarios),
        consents=consent_lines(viewer, plan, language),
        asked=answers.total(),
        given=answers["given"],
        remarks=_remarks(plan, scenarios),
        rules=rules_of(plan, language),
        unopened=_unopened(viewer, plan, scenarios, language),
    )


def _one(id: UUID | None) -> list[UUID]:
    return [id] if id else []


def _verbs(plan: DispatchPlan, scenarios: Iterable[Scenario]) -> frozenset[str]:
    """What can be done to the plan now by who edits it."""
    if plan.state == DRAFT:
        ready = any(each.result and each.state in (DONE, CANCELLED) for each in scenarios)
        return frozenset({"edit", "abandon", *(["submit"] if ready else [])})
    if plan.state == SUBMITTED:
        return frozenset({"recall"})
    if plan.state == APPROVED:
        return frozenset({"recall", "adopt"})
    chosen = next((each for each in scenarios if each.id == plan.chosen_id), None)
    left = plan.state == ADOPTED and chosen is not None and chosen.result.get("unopened")
    return frozenset({"retry"}) if left else frozenset()


def _remarks(plan: DispatchPlan, scenarios: list[Scenario]) -> tuple[Reason, ...]:
    """What the last run left out of the plan, by reason with its count."""
    run = [each for each in scenarios if each.result]
    chosen = [each for each in run if each.id == plan.chosen_id]
    if not run:
        return ()
    return left_out((chosen or sorted(run, key=lambda each: str(each.run_at)))[-1])


def left_out(scenario: Scenario) -> tuple[Reason, ...]:
    """What a scenario's reader should know: who was left out and why, papers that end early."""
    left = scenario.result.get("left", {})
    counted = Counter(
        told["code"] for kind in ("posts", "candidates") for told in left.get(kind, {}).values()
    )
    told = [
        Reason(code, LEFT_OUT[code], {"count": counted[code]}) for code in LEFT_OUT if counted[code]
    ]
    if beyond := scenario.result.get("outlasting"):
        told.append(Reason("agreements-end", OUTLASTING, {"count": beyond}))
    return tuple(told)


def consent_lines(
    viewer: Viewer, plan: DispatchPlan, language: str = "zh-hans"
) -> tuple[ConsentLine, ...]:
    """The answers to the scenario handed in last, as far as the viewer sees them."""
    rows = list(
        visible_consents(viewer)
        .filter(scenario_id__in=_one(plan.chosen_id))
        .select_related("organisation")
    )
    if not rows:
        return ()
    tours = ScenarioTour.objects.filter(scenario_id__in=_one(plan.chosen_id)).order_by()
    count = {
        "giver": Counter(tours.values_list("candidate__giver_id", flat=True)),
        "receiver": Counter(tours.values_list("post__receiver_id", flat=True)),
    }
    called = names({row.organisation_id for row in rows}, language)
    lines = [
        ConsentLine(
            row.id, row.organisation_id, called[row.organisation_id], row.side, row.answer,
            row.reason, row.answered_at, count[row.side][row.organisation_id],
            plan.state == SUBMITTED and row.answer == "asked" and may_answer(viewer, row),
        )
        for row in rows
    ]  # fmt: skip
    return tuple(sorted(lines, key=lambda line: (line.side, line.organisation)))


def _unopened(
    viewer: Viewer, plan: DispatchPlan, scenarios: list[Scenario], language: str
) -> tuple[Unopened, ...]:
    chosen = next((each for each in scenarios if each.id == plan.chosen_id), None)
    told: dict[str, Any] = chosen.result.get("unopened", {}) if chosen else {}
    if not told or plan.state != ADOPTED:
        return ()
    rows = visible_tours(viewer).filter(id__in=list(told))
    found = list(rows.select_related("candidate__person", "post"))
    bodies = {row.candidate.giver_id for row in found} | {row.post.receiver_id for row in found}
    called = names(bodies, language)
    return tuple(
        Unopened(
            row.id, row.candidate.person.name, called[row.candidate.giver_id],
            called[row.post.receiver_id], Reason(**told[str(row.id)]),
        )
        for row in found
    )  # fmt: skip
