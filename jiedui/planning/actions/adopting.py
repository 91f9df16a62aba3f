"""Adopting a plan: every tour becomes a nomination, once, however often it is tried."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import taken
from jiedui.core.clock import now
from jiedui.core.errors import Refused
from jiedui.planning.access import must_edit_plan
from jiedui.planning.actions.plans import held_plan
from jiedui.planning.domain.reasons import of_refusal
from jiedui.planning.domain.states import ADOPTED, PLAN_STATES
from jiedui.planning.models import DispatchPlan, Scenario, ScenarioTour
from jiedui.planning.queries.framing import VISITING
from jiedui.planning.queries.stays import starts_at_posts, stay_of
from jiedui.programmes.actions import Nomination, nominate_many
from jiedui.programmes.domain.postings import LEADER

# The postings of tours have ids that follow from the tours': made twice they are the same.
_NAMESPACE = UUID("4b1a2c9e-6d0f-5a6e-8b57-1d6f0a3c7e21")


@dataclass(frozen=True)
class Adoption:
    """What came of it: postings opened now, those that stood already, tours refused."""

    opened: int
    standing: int
    refused: tuple[tuple[ScenarioTour, Refused], ...]


def posting_id(tour_id: UUID) -> UUID:
    """The id of the posting that a tour becomes."""
    return uuid5(_NAMESPACE, str(tour_id))


@transaction.atomic
def adopt_plan(*, by: User | None, plan: DispatchPlan) -> Adoption:
    """Nominate everybody of an approved plan; adopted already, try those that were refused.

    What cannot be opened is kept with its reason, and the rest stands. Raises InvalidState
    ``step-not-possible`` before the plan is approved.
    """
    must_edit_plan(by, plan)
    held = held_plan(plan.pk)
    again = held.state == ADOPTED
    target = ADOPTED if again else taken(PLAN_STATES, held.state, "adopt").target
    scenario = Scenario.objects.select_for_update(no_key=True).get(
        plan=held, pk__in=[held.chosen_id]
    )
    scenario.plan = held
    rows = scenario.tours.select_related(
        "candidate__person", "candidate__giver", "post__receiver", "post__department"
    )
    waiting = [row for row in rows if row.posting_id is None]
    # By person, so that two who nominate lists wait for one another in one order.
    waiting.sort(key=lambda row: (str(row.candidate.person_id), row.start))
    starts = starts_at_posts(scenario)
    answers = nominate_many(
        by=by,
        rows=[_nomination(scenario, tour, starts) for tour in waiting],
        source=held.name,
    )
    refused = []
    for tour, answer in zip(waiting, answers, strict=True):
        if isinstance(answer, Refused):
            refused.append((tour, answer))
        else:
            tour.posting = answer
            tour.save(update_fields=["posting"])
    opened = len(waiting) - len(refused)
    scenario.result["unopened"] = {
        str(tour.id): of_refusal(answer).plain() for tour, answer in refused
    }
    scenario.save(update_fields=["result"])
    if not again:
        held.state, held.adopted_at = target, now()
        held.save(update_fields=["state", "adopted_at"])
    if opened or not again:
        record(
            by=by, action="planning.adopt-plan", object_kind="dispatch-plan", object_id=held.id,
            opened=opened, refused=len(refused),
        )  # fmt: skip
    return Adoption(opened, scenario.tours.count() - len(waiting), tuple(refused))


def _nomination(scenario: Scenario, tour: ScenarioTour, starts: dict[UUID, set[int]]) -> Nomination:
    """What a tour asks for: the kind of posting by the rules, no team yet."""
    candidate, post = tour.candidate, tour.post
    days = stay_of(scenario, tour, starts)
    rules = scenario.plan.settings["rules"]
    flexible = post.mode == VISITING
    return Nomination(
        id=posting_id(tour.id),
        programme=scenario.plan.programme,
        person=candidate.person,
        giver=candidate.giver,
        receiver=post.receiver,
        department=post.department,
        # A leader works at the recipient in the own specialty.
        specialty=candidate.specialty if post.team_role == LEADER else post.specialty,
        kind=rules["posting_kind_flexible" if flexible else "posting_kind"],
        category=candidate.category,
        post=post,
        planned_from=days.first,
        planned_to=days.last,
    )
