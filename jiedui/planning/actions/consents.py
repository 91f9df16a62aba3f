"""The answers of those who send and receive by a plan that was handed in."""

from __future__ import annotations

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import taken, words
from jiedui.core.clock import now
from jiedui.core.errors import InvalidState
from jiedui.planning.access import must_answer
from jiedui.planning.actions.plans import held_plan
from jiedui.planning.domain.states import PLAN_STATES
from jiedui.planning.models import Consent, DispatchPlan

ASKED, GIVEN, REFUSED = "asked", "given", "refused"


def _held(by: User | None, consent: Consent) -> tuple[DispatchPlan, Consent]:
    """The plan and the consent under the plan's lock, while an answer is awaited."""
    must_answer(by, consent)
    plan = held_plan(consent.scenario.plan_id)
    held = Consent.objects.select_for_update(no_key=True).filter(pk=consent.pk).first()
    if held is None or plan.chosen_id != held.scenario_id:
        raise InvalidState(
            "step-not-possible",
            "This can no longer be done; somebody may have acted meanwhile.",
        )
    return plan, held


def _answer(by: User | None, held: Consent, answer: str, reason: str = "") -> None:
    if held.answer != ASKED:
        raise InvalidState("consent-answered", "This organisation has answered already.")
    held.answer, held.reason, held.answered_at = answer, reason, now()
    held.answered_by = by.id if by else None
    held.save(update_fields=["answer", "reason", "answered_at", "answered_by"])


@transaction.atomic
def give_consent(*, by: User | None, consent: Consent) -> DispatchPlan:
    """Agree to the organisation's part of the plan; the last consent approves it."""
    plan, held = _held(by, consent)
    step = taken(PLAN_STATES, plan.state, "approve")
    _answer(by, held, GIVEN)
    open_ones = Consent.objects.filter(scenario_id=held.scenario_id).exclude(answer=GIVEN)
    if not open_ones.exists():
        plan.state = step.target
        plan.save(update_fields=["state"])
    record(
        by=by, action="planning.give-consent", object_kind="dispatch-plan", object_id=plan.id,
        organisation=str(held.organisation_id), side=held.side, state=plan.state,
    )  # fmt: skip
    return plan


@transaction.atomic
def refuse_consent(*, by: User | None, consent: Consent, reason: str) -> DispatchPlan:
    """Refuse, saying why: the plan goes back to draft with the reason."""
    plan, held = _held(by, consent)
    step = taken(PLAN_STATES, plan.state, "refuse")
    said = words(reason, "reason", 400, required=True)
    _answer(by, held, REFUSED, said)
    plan.state, plan.reason = step.target, said
    plan.save(update_fields=["state", "reason"])
    record(
        by=by, action="planning.refuse-consent", object_kind="dispatch-plan", object_id=plan.id,
        organisation=str(held.organisation_id), side=held.side,
    )  # fmt: skip
    return plan
