"""Work plans: goals, the actions that reach them, the indicators that show it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, in_order, not_ahead, words
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.identifiers import new_id
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.programmes.access import must_edit
from jiedui.programmes.actions._checking import same_world
from jiedui.programmes.domain.plans import ACTION, BELOW, GOAL
from jiedui.programmes.models import PlanItem, Programme, WorkPlan

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation

# A page of this house, or a page of the web.
LINK = re.compile(r"/(?!/)\S*|https?://\S+")


@days_meant
@transaction.atomic
def create_plan(
    *,
    by: User | None,
    id: UUID | None = None,
    programme: Programme,
    title: str,
    owner: Organisation,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> WorkPlan:
    """Begin a work plan of a body in a programme. Raises InvalidInput at the field."""
    must_edit(by, owner.id)
    content = hash_of(programme=programme, title=title, owner=owner, start=valid_from, end=valid_to)
    if found := first_answer(WorkPlan, id, content):
        return found
    in_order(valid_from, valid_to)
    same_world(programme, owner, "owner")
    plan = WorkPlan.objects.create(
        id=id or new_id(), content=content, programme=programme, owner=owner,
        title=words(title, "title", 200, required=True), valid_from=valid_from, valid_to=valid_to,
    )  # fmt: skip
    record(
        by=by, action="programmes.create-plan", object_kind="plan", object_id=plan.id,
        programme=str(programme.id), owner=str(owner.id), title=plan.title,
    )  # fmt: skip
    return plan


def _right_parent(plan: WorkPlan, level: str, parent: PlanItem | None) -> None:
    if level not in BELOW:
        raise InvalidInput(
            "plan-level-unknown", "“%(level)s” is no level of a plan.", field="level", level=level
        )
    wanted = BELOW[level]
    if wanted and (parent is None or parent.plan_id != plan.id or parent.level != wanted):
        raise InvalidInput(
            "plan-parent-wrong",
            "An action stands below a goal, and an indicator below an action of the plan.",
            field="parent",
        )
    if not wanted and parent is not None:
        raise InvalidInput(
            "plan-goal-below", "A goal stands at the top of the plan.", field="parent"
        )


@days_meant
@transaction.atomic
def add_plan_item(
    *,
    by: User | None,
    id: UUID | None = None,
    plan: WorkPlan,
    level: str,
    title: str,
    parent: PlanItem | None = None,
    evidence: str = "",
    evidence_url: str = "",
    owner: Organisation | None = None,
    due_on: date | None = None,
    indicator: str = "",
    baseline: Decimal | None = None,
    value: Decimal | None = None,
) -> PlanItem:
    """Add a goal with the need that it answers, an action below a goal, or an indicator.

    Raises InvalidInput ``plan-parent-wrong``, ``plan-goal-below``, ``link-refused``,
    ``due-outside-plan``.
    """
    must_edit(by, plan.owner_id)
    held = WorkPlan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    content = hash_of(
        plan=held, level=level, title=title, parent=parent, evidence=evidence,
        evidence_url=evidence_url, owner=owner, due_on=due_on, indicator=indicator,
        baseline=baseline, value=value,
    )  # fmt: skip
    if found := first_answer(PlanItem, id, content):
        return found
    _right_parent(held, level, parent)
    evidence_url = words(evidence_url, "evidence_url", 400)
    if evidence_url and not LINK.fullmatch(evidence_url):
        raise InvalidInput(
            "link-refused",
            "Give the address of a page here (/…) or on the web (https://…).",
            field="evidence_url",
        )
    if owner is not None:
        same_world(Programme.objects.get(pk=held.programme_id), owner, "owner")
    if due_on is not None and (
        (held.valid_from is not None and due_on < held.valid_from)
        or (held.valid_to is not None and due_on > held.valid_to)
    ):
        raise InvalidInput(
            "due-outside-plan", "%(day)s lies outside the days of the plan.", field="due_on",
            day=due_on,
        )  # fmt: skip
    last = PlanItem.objects.filter(plan=held, parent=parent).aggregate(Max("position"))
    item = PlanItem.objects.create(
        id=id or new_id(), content=content, plan=held, parent=parent, level=level,
        position=(last["position__max"] or 0) + 1,
        title=words(title, "title", 200, required=True),
        evidence=words(evidence, "evidence", 400) if level == GOAL else "",
        evidence_url=evidence_url if level == GOAL else "", owner=owner, due_on=due_on,
        indicator=words(indicator, "indicator", 48), baseline=baseline, value=value,
    )  # fmt: skip
    record(
        by=by, action="programmes.add-plan-item", object_kind="plan", object_id=held.id,
        item=str(item.id), level=level, title=item.title,
    )  # fmt: skip
    return item


@days_meant
@transaction.atomic
def finish_plan_item(*, by: User | None, item: PlanItem, on: date | None) -> PlanItem:
    """Say on which day an action was done; None says that it is not done after all.

    Raises InvalidState ``plan-item-no-action``; InvalidInput ``day-in-the-future``.
    """
    plan = WorkPlan.objects.select_for_update(no_key=True).get(pk=item.plan_id)
    must_edit(by, *({plan.owner_id} | ({item.owner_id} if item.owner_id else set())))
    held = PlanItem.objects.get(pk=item.pk)
    if held.level != ACTION:
        raise InvalidState(
            "plan-item-no-action", "Only an action is done; a goal is reached by its actions."
        )
    not_ahead(on)
    if held.done_on == on:
        return held
    held.done_on = on
    held.save(update_fields=["done_on"])
    record(
        by=by, action="programmes.finish-plan-item", object_kind="plan", object_id=plan.id,
        item=str(held.id), on=on.isoformat() if on else "",
    )  # fmt: skip
    return held
