"""A technique's own columns and state, kept from its confirmed cases, steps and experts' stays.

Nothing is counted up: all is found anew each time (domain.techniques has the rule), so that a
case taken back, corrected or confirmed twice leaves what a first reading of all would find.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db.models import Count, Max, Min, Q

from jiedui.accounts.models import User
from jiedui.core.clock import now, today
from jiedui.core.packs import vocabulary
from jiedui.mentoring.actions._facts import Said, tell
from jiedui.mentoring.domain.retention import after_departure
from jiedui.mentoring.domain.rules import whole
from jiedui.mentoring.domain.states import (
    CONFIRMED,
    INDEPENDENT,
    PROPOSED,
    SUSTAINED,
    WITHDRAWN,
)
from jiedui.mentoring.domain.techniques import (
    BY_EXPERTS,
    LADDER,
    LOCAL,
    Rules,
    Standing,
    floor_of,
    free_of_experts,
    reached,
    sustained,
)
from jiedui.mentoring.models import Case, Technique, TechniqueStep
from jiedui.mentoring.queries.techniques import experts_days

# What is written as the verb of a step where a case taken back lowers the state.
TAKE_BACK = "take_back"
KEPT = (
    "cases", "local_cases", "first_case_on", "first_local_on", "last_case_on", "departed_on",
    "local_6", "local_12", "idle_on", "state", "state_on",
)  # fmt: skip


def rules_of(technique: Technique) -> Rules:
    """The pack's numbers; of a rare procedure no more cases are asked than are expected."""
    least = min(whole("technique_sustained_cases"), technique.expected_cases)
    return Rules(
        whole("technique_sustained_months"), whole("technique_recent_months"), max(least, 1)
    )


def held_technique(technique: Technique) -> Technique:
    """The technique as it stands, locked."""
    rows = Technique.objects.select_for_update(of=("self",), no_key=True).select_related(
        "programme"
    )
    return rows.get(pk=technique.pk)


def hold_techniques(procedure: str, receiver_id: UUID) -> None:
    """Lock the techniques of a procedure at a recipient, in the order of their ids."""
    rows = Technique.objects.select_for_update(no_key=True).filter(
        procedure=procedure, receiver_id=receiver_id
    )
    list(rows.order_by("id").values_list("id"))


def confirmed_cases(technique_id: UUID) -> Q:
    """The cases of a technique that count."""
    return Q(technique_id=technique_id, state=CONFIRMED)


def after_case(*, by: User | None, technique: Technique) -> Technique:
    """Find a technique's columns and state anew; call it once a case changed, inside the action.

    It locks the technique and takes no other lock: of several, lock them in the order of
    their ids. Say ``tell_technique`` just before the audit row.
    """
    held = held_technique(technique)
    was = [getattr(held, name) for name in KEPT]
    rows = Case.objects.filter(confirmed_cases(held.id))
    steps = list(held.steps.order_by("number").values_list("verb", "state", "on"))
    floor, counts_from = floor_of(steps)
    counted = rows.order_by().values("lead").annotate(
        n=Count("id"), first=Min("happened_on"), last=Max("happened_on"),
        counts=Min("happened_on", filter=Q(happened_on__gte=counts_from or date.min)),
    )  # fmt: skip
    by_lead = {row["lead"]: row for row in counted}
    held.cases = sum(row["n"] for row in by_lead.values())
    locally = [by_lead[lead] for lead in LOCAL if lead in by_lead]
    held.local_cases = sum(row["n"] for row in locally)
    held.first_case_on = min((row["first"] for row in by_lead.values()), default=None)
    held.last_case_on = max((row["last"] for row in by_lead.values()), default=None)
    held.first_local_on = min((row["first"] for row in locally), default=None)
    in_hands = rows.filter(lead__in=BY_EXPERTS).values_list("happened_on", flat=True).distinct()
    # A case in an expert's hands is a day of one, whether a stay tells of it or not.
    present = [*experts_days(held), *((day, day) for day in in_hands)]
    stretches = free_of_experts(present, today())
    held.departed_on = stretches[-1].left if stretches and stretches[-1].until == today() else None
    after = rows.filter(lead__in=LOCAL, happened_on__gt=held.departed_on or date.max)
    held.local_6, held.local_12, held.idle_on = after_departure(
        held.departed_on, after.values_list("happened_on", flat=True)
    )
    if counts_from is not None:
        firsts = {lead: row["counts"] for lead, row in by_lead.items() if row["counts"]}
        standing = reached(floor, firsts)
        if standing.state == INDEPENDENT:
            days = rows.filter(lead__in=LOCAL).values_list("happened_on", flat=True).distinct()
            standing = sustained(standing, stretches, list(days), rules_of(held), counts_from)
        _move(held, standing, firsts, by)
    if [getattr(held, name) for name in KEPT] != was:
        held.save(update_fields=KEPT)
    return held


def _move(held: Technique, standing: Standing, firsts: Mapping[str, date], by: User | None) -> None:
    """Write the step, where the state is another than it was; a day that shifts is no step.

    Cases confirmed together may pass several rungs: each is written with its own first day.
    """
    before, held.state, held.state_on = held.state, standing.state, standing.since
    if before == standing.state:
        return
    rungs = (*LADDER, SUSTAINED)
    start, end = rungs.index(before), rungs.index(standing.state)
    if end < start:
        add_step(held, TAKE_BACK, standing.since, by)
        return
    for rung in rungs[start + 1 : end]:
        if rung in firsts and firsts[rung] <= standing.since:
            add_step(held, rung, firsts[rung], by, state=rung)
    add_step(held, "sustain" if standing.state == SUSTAINED else standing.state, standing.since, by)


def add_step(
    held: Technique,
    verb: str,
    on: date,
    by: User | None,
    reason: str = "",
    *,
    state: str = "",
) -> TechniqueStep:
    """Write a step of a locked technique: to the state it has now, or one passed on the way."""
    last = held.steps.order_by("-number").values_list("number", flat=True).first() or 0
    return TechniqueStep.objects.create(
        technique=held, number=last + 1, verb=verb, state=state or held.state, on=on,
        reason=reason, at=now(), by=by.id if by else None,
    )  # fmt: skip


def tell_technique(*, by: User | None, technique: Technique) -> None:
    """Say what the figures count: a technique once it is performed, and where it was new.

    Called just before the audit row; it takes the house's write lock if there is news.
    """
    table = vocabulary()
    lines = []
    on = technique.first_case_on
    counts = technique.state not in (PROPOSED, WITHDRAWN)
    category = table.term("technique_categories", technique.category)
    if on is not None and counts and (measure := category.extra["measure"]):
        lines.append(Said(measure, on, on, item=""))
        if technique.scope_confirmed:
            scope = table.term("novelty_scopes", technique.scope_confirmed)
            lines.append(Said(scope.extra["measure"], on, on))
    tell(
        by=by, record_id=technique.id, programme_id=technique.programme_id,
        kind="technique", giver_id=technique.giver_id, receiver_id=technique.receiver_id,
        lines=lines,
    )  # fmt: skip
