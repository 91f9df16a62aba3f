"""Reads of work plans, meetings and tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.programmes.access.plans import owned_tasks
from jiedui.programmes.domain.plans import ACTION, Branch, Item, laid_out
from jiedui.programmes.models import PlanItem, Task, WorkPlan


@dataclass(frozen=True)
class PlanLine:
    """An item of a plan, with its place in the tree and its progress."""

    item: PlanItem
    branch: Branch


def plan_lines(plan: WorkPlan, day: date) -> list[PlanLine]:
    """The plan as a tree, in its order."""
    rows = {row.id: row for row in PlanItem.objects.filter(plan=plan).select_related("owner")}
    items = [
        Item(row.id, row.parent_id, row.level, row.position, row.due_on, row.done_on)
        for row in rows.values()
    ]
    return [PlanLine(rows[branch.id], branch) for branch in laid_out(items, day)]


def with_progress(plans: QuerySet[WorkPlan], day: date) -> QuerySet[WorkPlan]:
    """Plans with how many actions they have, how many are done and how many late."""
    acts = Q(items__level=ACTION)
    late = acts & Q(items__done_on__isnull=True, items__due_on__lt=day)
    return plans.annotate(
        acts=Count("items", filter=acts),
        done=Count("items", filter=acts & Q(items__done_on__isnull=False)),
        late=Count("items", filter=late),
    )


def actions_overdue(day: date) -> QuerySet[PlanItem]:
    """Actions of all plans that should have been done before the day."""
    return PlanItem.objects.filter(level=ACTION, done_on__isnull=True, due_on__lt=day)


def open_tasks(viewer: Viewer) -> QuerySet[Task]:
    """Tasks that wait for the viewer, those due first at the top; without a day at the end."""
    return (
        owned_tasks(viewer)
        .filter(done_on__isnull=True)
        .select_related("programme", "owner", "meeting")
        .order_by(F("due_on").asc(nulls_last=True), "id")
    )


def tasks_of(meeting_id: UUID) -> list[Task]:
    """What follows from a meeting: open tasks first, by their day."""
    rows = Task.objects.filter(meeting_id=meeting_id).select_related("owner")
    return sorted(rows, key=lambda row: (row.done_on is not None, row.due_on or date.max))
