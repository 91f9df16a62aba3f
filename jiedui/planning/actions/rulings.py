"""What is settled by hand in a scenario: tours that must be, and what must not."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import whole, words
from jiedui.core.errors import InvalidInput, NotVisible
from jiedui.planning.access import must_edit_plan
from jiedui.planning.actions.scenarios import held_scenario
from jiedui.planning.domain.dispatch.rules import Rule
from jiedui.planning.domain.reasons import Reason
from jiedui.planning.models import Candidate, Ruling, Scenario, ScenarioTour
from jiedui.planning.queries.wishes import wish_faults

if TYPE_CHECKING:
    from jiedui.programmes.models import Post

PIN, FORBID = "pin", "forbid"
# At which field of the form a broken rule is told.
FIELD_OF = {
    Rule.LENGTH: "months", Rule.POST_MINIMUM: "months", Rule.EXPERT_MAXIMUM: "months",
    Rule.START_STEP: "start", Rule.WINDOW: "start", Rule.AVAILABLE: "start",
    Rule.TWO_PLACES: "start", Rule.CAPACITY: "start", Rule.FORBIDDEN: "start",
}  # fmt: skip


def _refuse(reason: Reason) -> InvalidInput:
    """The refusal of a wish that a rule stands against, at the field that could mend it."""
    field = FIELD_OF.get(Rule(reason.code), "candidate")
    return InvalidInput(reason.code, reason.message, field=field, **reason.details)


@transaction.atomic
def pin(
    *,
    by: User | None,
    scenario: Scenario,
    candidate: Candidate,
    post: Post,
    start: int,
    months: int,
    reason: str = "",
) -> Ruling:
    """Fix a tour: every run of the scenario from now on holds it.

    Raises InvalidInput by the name of the rule that it breaks, alone or with what is fixed.
    """
    must_edit_plan(by, scenario.plan)
    held = held_scenario(scenario)
    return _pin(by, held, candidate, post.pk, start, months, reason)


def _pin(
    by: User | None,
    held: Scenario,
    candidate: Candidate,
    post_id: UUID,
    start: int,
    months: int,
    reason: str,
    besides: ScenarioTour | None = None,
) -> Ruling:
    whole(start, "start", 0, held.plan.months - 1)
    whole(months, "months", 1, held.plan.months)
    same = held.rulings.filter(
        verb=PIN, candidate=candidate, post_id=post_id, start=start, months=months
    ).first()
    if same is not None:
        return same
    faults = wish_faults(held, candidate.pk, post_id, start, months, besides=besides)
    if faults:
        raise _refuse(faults[0])
    ruling = Ruling.objects.create(
        scenario=held, verb=PIN, candidate=candidate, post_id=post_id, start=start,
        months=months, reason=words(reason, "reason", 400), created_by=by.id if by else None,
    )  # fmt: skip
    record(
        by=by, action="planning.pin", object_kind="scenario", object_id=held.id,
        candidate=str(candidate.pk), post=str(post_id), start=start, months=months,
    )  # fmt: skip
    return ruling


@transaction.atomic
def forbid(
    *,
    by: User | None,
    scenario: Scenario,
    candidate: Candidate | None = None,
    post: Post | None = None,
    start: int | None = None,
    months: int | None = None,
    reason: str = "",
) -> Ruling:
    """Exclude a person, a post, the two together, or one tour: no run holds it from now on."""
    must_edit_plan(by, scenario.plan)
    held = held_scenario(scenario)
    if candidate is None and post is None:
        raise InvalidInput(
            "ruling-of-nothing", "Name a candidate, a post or both.", field="candidate"
        )
    if start is not None:
        whole(start, "start", 0, held.plan.months - 1)
    if months is not None:
        whole(months, "months", 1, held.plan.months)
    _belongs(held, candidate, post)
    said = {"candidate": candidate, "post": post, "start": start, "months": months}
    if found := held.rulings.filter(verb=FORBID, **said).first():
        return found
    pinned = held.rulings.filter(verb=PIN)
    for name, value in said.items():
        if value is not None:
            pinned = pinned.filter(**{name: value})
    if pinned.exists():
        raise InvalidInput(
            "ruling-against-pin", "This is fixed by hand; lift that first.", field="candidate"
        )
    ruling = Ruling.objects.create(
        scenario=held, verb=FORBID, reason=words(reason, "reason", 400),
        created_by=by.id if by else None, **said,
    )  # fmt: skip
    record(
        by=by, action="planning.forbid", object_kind="scenario", object_id=held.id,
        candidate=str(candidate.pk) if candidate else "", post=str(post.pk) if post else "",
    )  # fmt: skip
    return ruling


def _belongs(held: Scenario, candidate: Candidate | None, post: Post | None) -> None:
    for field, row in (("candidate", candidate), ("post", post)):
        if row is not None and row.programme_id != held.plan.programme_id:
            raise InvalidInput(
                "ruling-elsewhere", "This is not of the plan's programme.", field=field
            )


@transaction.atomic
def lift(*, by: User | None, ruling: Ruling) -> None:
    """Take back what was settled by hand."""
    must_edit_plan(by, ruling.scenario.plan)
    held = held_scenario(ruling.scenario)
    gone = held.rulings.filter(pk=ruling.pk).first()
    if gone is None:
        return
    gone.delete()
    record(
        by=by, action="planning.lift-ruling", object_kind="scenario", object_id=held.id,
        verb=ruling.verb,
    )  # fmt: skip


@transaction.atomic
def move_tour(
    *,
    by: User | None,
    scenario: Scenario,
    tour: ScenarioTour,
    post: Post,
    start: int,
    months: int,
    reason: str = "",
) -> Ruling:
    """Put a tour of the scenario elsewhere by hand: fixed there, no longer fixed where it was.

    The plan around it is found by the next run. Raises InvalidInput as ``pin`` does.
    """
    must_edit_plan(by, scenario.plan)
    held = held_scenario(scenario)
    moved = held.tours.select_related("candidate").filter(pk=tour.pk).first()
    if moved is None:
        raise NotVisible("not-visible", "This page does not exist or is not open to you.")
    held.rulings.filter(
        verb=PIN, candidate=moved.candidate, post_id=moved.post_id, start=moved.start,
        months=moved.months,
    ).delete()  # fmt: skip
    return _pin(by, held, moved.candidate, post.pk, start, months, reason, moved)
