"""Pages of meetings, ceremonies and visits, and of the tasks that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.core.packs import vocabulary
from jiedui.directory import access as directory
from jiedui.programmes import access, actions
from jiedui.programmes.forms.plans import MeetingForm, MinutesForm, TaskDoneForm, TaskForm
from jiedui.programmes.models import Meeting, Programme, Task
from jiedui.programmes.queries import plans as queries
from jiedui.programmes.views.agreements import at_first_role
from jiedui.programmes.views.plans import ListPage, not_visible, work_tabs
from jiedui.programmes.views.posts import crumbs_of, terms_of
from jiedui.programmes.views.structure import Request
from jiedui.web.pages import Crumb, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named, period, term


def meeting_url(meeting: Meeting) -> str:
    """The page of a meeting."""
    return reverse("programmes:meeting", args=[meeting.id])


def _is(kind: str, what: str) -> bool:
    """Whether the pack calls a kind a milestone or a visit."""
    return bool(vocabulary().term("meeting_kinds", kind).extra.get(what))


@require_GET
def meeting_list(request: Request, id: UUID) -> HttpResponseBase:
    """What was held, when, and who took part?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    programme = access.get_programme(viewer, id)
    may = viewer.may("programmes.edit")
    new_url = reverse("programmes:meeting-new", args=[programme.id]) if may else ""
    table = Table(
        request,
        access.visible_meetings(viewer)
        .filter(programme=programme)
        .prefetch_related("bodies__organisation"),
        [
            Column("title", pgettext("document", "Title"), sort="title", url=meeting_url),
            Column("kind", _("Kind"), kind="term", table="meeting_kinds", sort="kind"),
            Column("milestone", _("Mark"), kind="badge",
                   value=lambda row: _("Milestone, not a service")
                   if _is(row.kind, "milestone") else ""),
            Column("held", _("Held"), value=lambda row: period(row.held_from, row.held_to),
                   sort="held_from"),
            Column("place", pgettext("meeting", "Place"), sort="place"),
            Column("delegation", _("Delegation"), kind="number", unit=pgettext("unit", "people")),
            Column("bodies", _("Who took part"),
                   value=lambda row: _(", ").join(named(b.organisation) for b in row.bodies.all())),
        ],
        filters=[
            Filter("q", _("Title or place"), paths=("title", "place")),
            Filter("kind", _("Kind"), kind="choice", choices=terms_of("meeting_kinds")),
            Filter("held", _("Held"), kind="dates", paths=("held_from",)),
        ],
        default_sort="-held",
        title=_("Meetings and visits"),
        empty=Empty(
            _("No meeting yet"),
            _("Meetings, surveys, visits and ceremonies stand here with their decisions and the"
              " tasks that follow; none of them is counted as service."),
            new_url, _("New meeting or visit"),
        ),
    )  # fmt: skip
    page = ListPage(
        _("Meetings and visits"), crumbs_of(programme, Crumb(_("Meetings and visits"))), programme,
        table, work_tabs(programme, "meetings"), new_url, _("New meeting or visit"),
        programme.example,
    )  # fmt: skip
    return render(request, "programmes/work.html", page)


@dataclass(frozen=True)
class TaskLine:
    """A task, with where to say that it is done."""

    task: Task
    owner: str
    state: str
    tone: str
    done_url: str


def task_state(task: Task, day: date) -> tuple[str, str]:
    """Done, overdue or open, and the tone of it."""
    if task.done_on is not None:
        return _("Done"), "ok"
    if task.due_on is not None and task.due_on < day:
        return _("Overdue"), "wrong"
    return pgettext("task", "Open"), "wait"


def _task_lines(viewer: Viewer, tasks: Sequence[Task]) -> list[TaskLine]:
    day = today()
    reaches = [directory.reach(viewer, each) for each in access.DOING]
    return [
        TaskLine(
            task,
            named(task.owner),
            *task_state(task, day),
            reverse("programmes:task-done", args=[task.id])
            if task.done_on is None and any(held.covers(task.owner_id) for held in reaches)
            else "",
        )
        for task in tasks
    ]


@dataclass(frozen=True)
class MeetingPage:
    """One meeting or visit."""

    title: str
    crumbs: Sequence[Crumb]
    programme: Programme
    example: bool
    meeting: Meeting
    milestone: bool
    visit: bool
    held: str
    bodies: Sequence[tuple[str, str, str]]
    decisions: Sequence[str]
    tasks: Sequence[TaskLine]
    may: bool


@require_GET
def meeting_page(request: Request, id: UUID) -> HttpResponseBase:
    """What was decided, and what follows from it?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    meeting = access.get_meeting(viewer, id)
    held = directory.reach(viewer)
    page = MeetingPage(
        title=meeting.title,
        crumbs=_way(meeting),
        programme=meeting.programme,
        example=meeting.programme.example,
        meeting=meeting,
        milestone=_is(meeting.kind, "milestone"),
        visit=_is(meeting.kind, "visit"),
        held=period(meeting.held_from, meeting.held_to),
        bodies=[
            (
                term(body.role, "party_roles"),
                named(body.organisation),
                reverse("directory:organisation", args=[body.organisation_id])
                if held.covers(body.organisation_id)
                else "",
            )
            for body in meeting.bodies.all()
        ],
        decisions=[line for line in meeting.decisions.splitlines() if line.strip()],
        tasks=_task_lines(viewer, queries.tasks_of(meeting.id)),
        may=access.may_edit_meeting(viewer, meeting),
    )
    return render(request, "programmes/meeting.html", page)


def _way(meeting: Meeting, *more: str) -> tuple[Crumb, ...]:
    return crumbs_of(
        meeting.programme,
        Crumb(
            _("Meetings and visits"),
            reverse("programmes:meetings", args=[meeting.programme_id]),
        ),
        Crumb(meeting.title, meeting_url(meeting) if more else ""),
        *(Crumb(each) for each in more),
    )


def _held(request: Request, id: UUID) -> Meeting:
    meeting = access.get_meeting(request.viewer, id)
    if not access.may_edit_meeting(request.viewer, meeting):
        raise not_visible()
    return meeting


@require_http_methods(["GET", "POST"])
def meeting_new(request: Request, id: UUID) -> HttpResponseBase:
    """Record a meeting, survey, visit or ceremony."""
    viewer = request.viewer
    viewer.must("programmes.edit")
    programme = access.get_programme(viewer, id)
    back = reverse("programmes:meetings", args=[programme.id])

    def act(data: dict[str, Any]) -> str:
        return meeting_url(actions.create_meeting(by=viewer.user, programme=programme, **data))

    return submitted(
        request,
        MeetingForm(viewer, programme, request.POST or None, initial={"held_from": today()}),
        at_first_role(act, "bodies"),
        title=_("New meeting or visit"),
        submit=pgettext("verb", "Record"), done=_("It was recorded."),
        intro=_("A launch or signing is a milestone: nothing of it is counted as service."),
        cancel_url=back,
        crumbs=crumbs_of(programme, Crumb(_("Meetings and visits"), back),
                         Crumb(_("New meeting or visit"))),
        example=programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def meeting_minutes(request: Request, id: UUID) -> HttpResponseBase:
    """Write the minutes."""
    viewer = request.viewer
    meeting = _held(request, id)

    def act(data: dict[str, Any]) -> str:
        actions.minute_meeting(by=viewer.user, meeting=meeting, **data)
        return meeting_url(meeting)

    return submitted(
        request, MinutesForm(request.POST or None, initial=MinutesForm.of(meeting)), act,
        title=_("Write the minutes"), submit=_("Save"), done=_("The minutes were saved."),
        cancel_url=meeting_url(meeting), crumbs=_way(meeting, _("Write the minutes")),
        example=meeting.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def meeting_task(request: Request, id: UUID) -> HttpResponseBase:
    """Set a task that follows from a meeting or visit."""
    viewer = request.viewer
    meeting = _held(request, id)

    def act(data: dict[str, Any]) -> str:
        actions.add_task(by=viewer.user, programme=meeting.programme, meeting=meeting, **data)
        return meeting_url(meeting)

    return submitted(
        request, TaskForm(viewer, meeting.programme, request.POST or None), act,
        title=_("New task"), submit=_("Set"), done=_("The task was set."), intro=meeting.title,
        cancel_url=meeting_url(meeting), crumbs=_way(meeting, _("New task")),
        example=meeting.programme.example,
    )  # fmt: skip


def _in_state(rows: Any, value: str) -> Any:
    late = Q(done_on__isnull=True, due_on__lt=today())
    if value == "done":
        return rows.filter(done_on__isnull=False)
    return rows.filter(late) if value == "overdue" else rows.filter(done_on__isnull=True)


@require_GET
def task_list(request: Request, id: UUID) -> HttpResponseBase:
    """What is to be done, by whom, and what is late?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    programme = access.get_programme(viewer, id)
    may = viewer.may("programmes.edit")
    new_url = reverse("programmes:task-new", args=[programme.id]) if may else ""
    day = today()
    reaches = [directory.reach(viewer, each) for each in access.DOING]

    def done_url(row: Task) -> str:
        may_do = row.done_on is None and any(held.covers(row.owner_id) for held in reaches)
        return reverse("programmes:task-done", args=[row.id]) if may_do else ""

    table = Table(
        request,
        access.visible_tasks(viewer)
        .filter(programme=programme)
        .select_related("owner", "meeting"),
        [
            Column("title", pgettext("work", "Task"), sort="title", url=done_url),
            Column("owner", _("Who does it"), value=lambda row: named(row.owner),
                   sort="owner__name"),
            Column("due_on", _("To be done by"), kind="day", sort="due_on"),
            Column("state", _("State"), kind="badge", value=lambda row: task_state(row, day)[0],
                   tone=lambda row: task_state(row, day)[1]),
            Column("done_on", _("Done on"), kind="day", sort="done_on"),
            Column("done_note", _("How"), shown=False),
            Column("meeting", _("From"), value=lambda row: row.meeting.title if row.meeting else "",
                   url=lambda row: meeting_url(row.meeting) if row.meeting_id in seen() else ""),
        ],
        filters=[
            Filter("q", pgettext("work", "Task"), paths=("title",)),
            Filter("owner", _("Who does it"), paths=("owner__name", "owner__name_en")),
            Filter("state", _("State"), kind="choice", apply=_in_state,
                   choices=[("open", pgettext("task", "Open")),
                            ("overdue", _("Overdue")), ("done", _("Done"))]),
        ],
        default_sort="due_on",
        title=_("Tasks"),
        empty=Empty(
            _("No task yet"),
            _("What was decided becomes a task of somebody, by a day."), new_url, _("New task"),
        ),
    )  # fmt: skip

    kept: list[set[UUID]] = []

    def seen() -> set[UUID]:
        """The meetings of the page's rows that the viewer sees: asked once."""
        if not kept:
            ids = [row.meeting_id for row in table.slice.rows if row.meeting_id]
            rows = access.visible_meetings(viewer).filter(id__in=ids)
            kept.append(set(rows.values_list("id", flat=True)))
        return kept[0]

    page = ListPage(
        _("Tasks"), crumbs_of(programme, Crumb(_("Tasks"))), programme, table,
        work_tabs(programme, "tasks"), new_url, _("New task"), programme.example,
    )  # fmt: skip
    return render(request, "programmes/work.html", page)


@require_http_methods(["GET", "POST"])
def task_new(request: Request, id: UUID) -> HttpResponseBase:
    """Set a task."""
    viewer = request.viewer
    viewer.must("programmes.edit")
    programme = access.get_programme(viewer, id)
    back = reverse("programmes:tasks", args=[programme.id])

    def act(data: dict[str, Any]) -> str:
        actions.add_task(by=viewer.user, programme=programme, **data)
        return back

    return submitted(
        request, TaskForm(viewer, programme, request.POST or None), act,
        title=_("New task"), submit=_("Set"), done=_("The task was set."), cancel_url=back,
        crumbs=crumbs_of(programme, Crumb(_("Tasks"), back), Crumb(_("New task"))),
        example=programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def task_done(request: Request, id: UUID) -> HttpResponseBase:
    """Say that a task was done."""
    viewer = request.viewer
    viewer.must("programmes.read")
    task = access.get_task(viewer, id)
    if not access.may_do_task(viewer, task):
        raise not_visible()
    sees = task.meeting_id and access.visible_meetings(viewer).filter(pk=task.meeting_id).exists()
    back = reverse("programmes:tasks", args=[task.programme_id])
    if sees and task.meeting:
        back = meeting_url(task.meeting)

    def act(data: dict[str, Any]) -> str:
        actions.finish_task(by=viewer.user, task=task, **data)
        return back

    return submitted(
        request, TaskDoneForm(request.POST or None, initial={"on": today()}), act,
        title=_("The task is done"), submit=_("Done"), done=_("It was saved."), intro=task.title,
        cancel_url=back, crumbs=crumbs_of(task.programme, Crumb(_("Tasks"), back),
                                          Crumb(_("The task is done"))),
        example=task.programme.example,
    )  # fmt: skip
