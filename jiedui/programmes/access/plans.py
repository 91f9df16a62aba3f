"""What a viewer sees and may change of work plans, meetings and tasks."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from jiedui.accounts.models import User
from jiedui.accounts.permissions import Viewer, viewer_of
from jiedui.core.errors import NotAllowed, NotVisible
from jiedui.directory import access as directory
from jiedui.directory.queries import ancestors_of_all
from jiedui.programmes.access.reach import may_edit, must_edit, reach
from jiedui.programmes.models import Meeting, MeetingBody, PlanItem, Task, WorkPlan

# Who may say that a task is done: who sends, hosts or coordinates for its owner.
DOING = ("programmes.edit", "programmes.host", "programmes.send")


def _not_visible() -> NotVisible:
    return NotVisible("not-visible", "This page does not exist or is not open to you.")


def visible_plans(viewer: Viewer) -> QuerySet[WorkPlan]:
    """Plans of the viewer's own bodies and of those paired with them on the day."""
    held = reach(viewer)
    if held.everything:
        return WorkPlan.objects.all()
    return WorkPlan.objects.filter(owner_id__in=held.seen)


def get_plan(viewer: Viewer, id: UUID) -> WorkPlan:
    """The plan with its programme and owner, or NotVisible."""
    found = visible_plans(viewer).select_related("programme", "owner").filter(pk=id).first()
    if found is None:
        raise _not_visible()
    return found


def get_plan_item(viewer: Viewer, id: UUID) -> PlanItem:
    """A goal, action or indicator of a visible plan, or NotVisible."""
    rows = PlanItem.objects.select_related("plan__programme", "plan__owner", "owner")
    found = rows.filter(pk=id, plan__in=visible_plans(viewer)).first()
    if found is None:
        raise _not_visible()
    return found


def visible_meetings(viewer: Viewer) -> QuerySet[Meeting]:
    """Meetings at which a body was the viewer's own or holds it."""
    held = directory.reach(viewer, "programmes.read")
    if held.everything:
        return Meeting.objects.all()
    above = ancestors_of_all(held.organisation_ids)
    # A set of ids, found once; asked of every meeting anew, it would be found anew.
    attended = MeetingBody.objects.filter(organisation_id__in=above)
    return Meeting.objects.filter(id__in=attended.values("meeting_id"))


def get_meeting(viewer: Viewer, id: UUID) -> Meeting:
    """The meeting with its bodies, or NotVisible."""
    found = (
        visible_meetings(viewer)
        .select_related("programme")
        .prefetch_related("bodies__organisation")
        .filter(pk=id)
        .first()
    )
    if found is None:
        raise _not_visible()
    return found


def may_edit_meeting(viewer: Viewer, meeting: Meeting) -> bool:
    """Whether the viewer may change it: one of its bodies is enough."""
    return may_edit(viewer, *(body.organisation_id for body in meeting.bodies.all()))


def must_edit_meeting(by: User | None, meeting: Meeting) -> None:
    """NotAllowed unless ``by`` may edit programmes of one of the bodies."""
    must_edit(by, *(body.organisation_id for body in meeting.bodies.all()))


def visible_tasks(viewer: Viewer) -> QuerySet[Task]:
    """Tasks that the viewer's own bodies owe, and those of meetings that the viewer sees."""
    held = directory.reach(viewer, "programmes.read")
    if held.everything:
        return Task.objects.all()
    return Task.objects.filter(
        Q(owner_id__in=held.organisation_ids) | Q(meeting__in=visible_meetings(viewer).values("id"))
    )


def owned_tasks(viewer: Viewer) -> QuerySet[Task]:
    """Tasks that the viewer may say are done."""
    owners: set[UUID] = set()
    for permission in DOING:
        held = directory.reach(viewer, permission)
        if held.everything:
            return Task.objects.all()
        owners |= held.organisation_ids
    return Task.objects.filter(owner_id__in=owners)


def get_task(viewer: Viewer, id: UUID) -> Task:
    """The task with its programme, owner and meeting, or NotVisible."""
    rows = visible_tasks(viewer).select_related("programme", "owner", "meeting")
    found = rows.filter(pk=id).first()
    if found is None:
        raise _not_visible()
    return found


def may_do_task(viewer: Viewer, task: Task) -> bool:
    """Whether the viewer may say that the task is done."""
    return any(directory.reach(viewer, each).covers(task.owner_id) for each in DOING)


def must_do_task(by: User | None, task: Task) -> None:
    """NotAllowed ``task-of-others`` unless ``by`` answers for the owner of the task."""
    if by is not None and not may_do_task(viewer_of(by), task):
        raise NotAllowed("task-of-others", "This task is for its owner to do.")
