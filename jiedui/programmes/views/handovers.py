"""Pages of handovers: which are open or overdue, one of them, and its signatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiedui.core.clock import today
from jiedui.core.errors import NotVisible
from jiedui.directory.queries import organisations_called
from jiedui.programmes import access, actions, queries
from jiedui.programmes.domain.states import EITHER
from jiedui.programmes.forms.handovers import HandoverForm, OpenTaskForm, SuccessorForm
from jiedui.programmes.models import Handover, Posting, Programme, Task
from jiedui.programmes.queries.postings import user_names
from jiedui.programmes.views import words
from jiedui.programmes.views.posting import handover_state
from jiedui.programmes.views.postings import posting_url, posting_way
from jiedui.programmes.views.posts import crumbs_of
from jiedui.programmes.views.structure import Request
from jiedui.web.pages import Crumb, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named, period

STANDS = ("overdue", "outgoing", "incoming", "done")
# What is handed over, beside the number of patients.
TEXTS = ("apprentices", "techniques", "projects", "contacts")


def _url(handover: Handover) -> str:
    return reverse("programmes:handover", args=[handover.id])


def _standing(rows: QuerySet[Handover], value: str) -> QuerySet[Handover]:
    if value == "done":
        return rows.filter(incoming_signed_at__isnull=False)
    rows = rows.filter(incoming_signed_at__isnull=True)
    if value == "overdue":
        return rows.filter(due_on__lt=today())
    return rows.filter(outgoing_signed_at__isnull=value == "outgoing")


def _at(rows: QuerySet[Handover], text: str) -> QuerySet[Handover]:
    return rows.filter(outgoing__receiver_id__in=organisations_called(text))


def _received_at(rows: QuerySet[Posting], text: str) -> QuerySet[Posting]:
    return rows.filter(receiver_id__in=organisations_called(text))


@dataclass(frozen=True)
class ListPage:
    """The handovers of a programme."""

    title: str
    crumbs: Sequence[Crumb]
    programme: Programme
    example: bool
    table: Table
    overdue: int
    overdue_url: str
    missing: int
    missing_url: str


@require_GET
def handover_list(request: Request, id: UUID) -> HttpResponseBase:
    """Which handovers are open, and which are overdue?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    programme = access.get_programme(viewer, id)
    rows = queries.handovers.handovers_of(viewer, programme.id)
    late = queries.handovers.overdue(viewer, today(), programme.id)
    table = Table(
        request,
        rows,
        [
            Column("outgoing", _("Who leaves"), value="outgoing__person__name", url=_url,
                   sort="outgoing__person__name"),
            Column("incoming", _("Who comes"),
                   value=lambda row: row.incoming.person.name if row.incoming else ""),
            Column("receiver", _("Recipient"), value=lambda row: named(row.outgoing.receiver)),
            Column("specialty", _("Specialty"), value="outgoing__specialty", kind="term",
                   table="specialties"),
            Column("due_on", _("Due on"), kind="day", sort="due_on"),
            Column("patients", _("Patients of concern"), value="patients_of_concern",
                   kind="number"),
            Column("state", _("State"), kind="badge", value=lambda row: handover_state(row)[0],
                   tone=lambda row: handover_state(row)[1]),
        ],
        filters=[
            Filter("q", _("Expert"), paths=("outgoing__person__name", "incoming__person__name")),
            Filter("receiver", _("Recipient"), apply=_at),
            Filter("state", _("State"), "choice", apply=_standing, choices=[
                ("overdue", _("Overdue")), ("outgoing", _("Waits for who leaves")),
                ("incoming", _("Waits for who comes")), ("done", _("Signed by both")),
            ]),
            Filter("due", _("Due"), "dates", ["due_on"]),
        ],
        default_sort="-due_on",
        title=_("Handovers"),
        empty=Empty(
            _("No handover yet"),
            _("An expert who is there begins the handover on the page of the own posting."),
            reverse("programmes:postings", args=[programme.id]), _("Postings"),
        ),
    )  # fmt: skip
    page = ListPage(
        _("Handovers"), crumbs_of(programme, Crumb(_("Handovers"))), programme, programme.example,
        table, late.count(), "?state=overdue",
        queries.handovers.missing_of(viewer, programme.id, today()).order_by().count(),
        reverse("programmes:handovers-missing", args=[programme.id]),
    )  # fmt: skip
    return render(request, "programmes/handovers.html", page)


@dataclass(frozen=True)
class MissingPage:
    """The postings of a programme without a handover."""

    title: str
    crumbs: Sequence[Crumb]
    programme: Programme
    example: bool
    table: Table


@require_GET
def handover_missing(request: Request, id: UUID) -> HttpResponseBase:
    """Who leaves, or left, without having begun a handover?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    programme = access.get_programme(viewer, id)
    back = reverse("programmes:handovers", args=[programme.id])
    title = _("Handovers not begun")

    def begin(posting: Posting) -> str:
        keeps = _keeps(request, posting)
        return reverse("programmes:handover-new", args=[posting.id]) if keeps else ""

    table = Table(
        request,
        queries.handovers.missing_of(viewer, programme.id, today()),
        [
            Column("person", _("Who leaves"), value="person__name", url=posting_url),
            Column("receiver", _("Recipient"), value=lambda row: named(row.receiver)),
            Column("specialty", _("Specialty"), kind="term", table="specialties"),
            Column("ends_on", _("Last day"), kind="day", sort="ends_on"),
            Column("state", _("State"), kind="badge",
                   value=lambda row: words.POSTING_STATES[row.state],
                   tone=lambda row: words.POSTING_TONES[row.state]),
            Column("begin", _("Handover"), url=begin,
                   value=lambda row: _("Begin the handover") if _keeps(request, row) else ""),
        ],
        filters=[
            Filter("q", _("Expert"), paths=("person__name",)),
            Filter("receiver", _("Recipient"), apply=_received_at),
        ],
        default_sort="ends_on",
        title=title,
        empty=Empty(
            _("Every handover was begun"),
            _("Who leaves a post that is to be filled on hands over; here stands who did not."),
            back, _("Handovers"),
        ),
    )  # fmt: skip
    page = MissingPage(
        title, crumbs_of(programme, Crumb(_("Handovers"), back), Crumb(title)), programme,
        programme.example, table,
    )  # fmt: skip
    return render(request, "programmes/handovers_missing.html", page)


@dataclass(frozen=True)
class Signature:
    """One side of the handover: whose posting, and whether it is signed."""

    role: str
    name: str
    url: str
    detail: str
    signed_at: Any
    signed_by: str
    sign_url: str


@dataclass(frozen=True)
class TaskLine:
    """An open task that is handed over."""

    title: str
    owner: str
    due: Any
    done: Any
    late: bool


@dataclass(frozen=True)
class HandoverPage:
    """What is handed over from whom to whom, and who has signed."""

    title: str
    crumbs: Sequence[Crumb]
    programme: Programme
    example: bool
    handover: Handover
    state: Any
    tone: str
    signatures: Sequence[Signature]
    texts: Sequence[tuple[Any, str]]
    tasks: Sequence[TaskLine]
    task_url: str
    edit_url: str
    successor_url: str


def _keeps(request: Request, outgoing: Posting) -> bool:
    viewer = request.viewer
    return access.is_own(viewer, outgoing) or access.may_act(
        viewer, EITHER, outgoing.giver_id, outgoing.receiver_id
    )


def _must(may: bool) -> None:
    if not may:
        raise NotVisible("not-visible", "This page does not exist or is not open to you.")


def _way(handover: Handover, *labels: str) -> tuple[Crumb, ...]:
    programme = handover.outgoing.programme
    name = handover.outgoing.person.name
    own = [Crumb(name, _url(handover)) if labels else Crumb(name)]
    return crumbs_of(
        programme,
        Crumb(_("Handovers"), reverse("programmes:handovers", args=[programme.id])),
        *own,
        *(Crumb(each) for each in labels),
    )


@require_GET
def handover_page(request: Request, id: UUID) -> HttpResponseBase:
    """What is handed over, and who has signed?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    one = access.get_handover(viewer, id)
    keeps = _keeps(request, one.outgoing)
    state, tone = handover_state(one)
    names = user_names([one.outgoing_signed_by, one.incoming_signed_by])
    unsigned, undone = one.outgoing_signed_at is None, one.incoming_signed_at is None

    def side(role: str, posting: Posting | None, verb: str, at: Any, by: Any) -> Signature:
        ready = unsigned if verb == "outgoing" else undone and not unsigned
        may = posting is not None and at is None and ready and access.may_sign(viewer, posting)
        seen = posting is not None and access.visible_postings(viewer).filter(
            pk=posting.pk).exists()  # fmt: skip
        return Signature(
            role,
            posting.person.name if posting else "",
            posting_url(posting) if posting and seen else "",
            f"{named(posting.giver)} · {period(posting.starts_on, posting.ends_on)}"
            if posting else "",
            at,
            names.get(by, "") if by else "",
            reverse("programmes:handover-sign", args=[one.id, verb]) if may else "",
        )  # fmt: skip

    tasks = Task.objects.filter(handover=one).select_related("owner").order_by("due_on", "id")
    page = HandoverPage(
        title=_("Handover of %(name)s") % {"name": one.outgoing.person.name},
        crumbs=_way(one),
        programme=one.outgoing.programme,
        example=one.outgoing.programme.example,
        handover=one,
        state=state,
        tone=tone,
        signatures=[
            side(_("Who leaves"), one.outgoing, "outgoing", one.outgoing_signed_at,
                 one.outgoing_signed_by),
            side(_("Who comes"), one.incoming, "incoming", one.incoming_signed_at,
                 one.incoming_signed_by),
        ],
        texts=[
            (_("Apprentices and where they stand"), one.apprentices),
            (_("Techniques under way"), one.techniques),
            (_("Projects under way"), one.projects),
            (_("Contacts at the recipient"), one.contacts),
        ],
        tasks=[
            TaskLine(row.title, named(row.owner), row.due_on, row.done_on,
                     row.done_on is None and row.due_on is not None and row.due_on < today())
            for row in tasks
        ],
        task_url=reverse("programmes:handover-task", args=[one.id]) if keeps and undone else "",
        edit_url=reverse("programmes:handover-edit", args=[one.id]) if keeps and unsigned else "",
        successor_url=reverse("programmes:handover-successor", args=[one.id])
        if keeps and undone and not unsigned else "",
    )  # fmt: skip
    return render(request, "programmes/handover.html", page)


@require_http_methods(["GET", "POST"])
def handover_new(request: Request, id: UUID) -> HttpResponseBase:
    """Begin the handover of a posting."""
    viewer = request.viewer
    posting = access.get_posting(viewer, id)
    _must(_keeps(request, posting))
    title = _("Begin the handover")
    form = HandoverForm(
        posting, request.POST or None,
        initial={"due_on": posting.ends_on, "incoming": _nearest(posting)},
    )  # fmt: skip

    def act(data: dict[str, Any]) -> str:
        return _url(actions.open_handover(by=viewer.user, outgoing=posting, **data))

    return submitted(
        request, form, act,
        title=title, submit=_("Begin"), done=_("The handover was begun."),
        intro=_("Who leaves signs first, then who comes."),
        cancel_url=posting_url(posting), crumbs=posting_way(posting, title),
        example=posting.programme.example,
    )  # fmt: skip


def _nearest(posting: Posting) -> str:
    """The successor of the same post or specialty, where there is one."""
    rows = queries.postings.successors(posting)
    same = rows.filter(post=posting.post_id) if posting.post_id else rows.none()
    found = same.first() or rows.filter(specialty=posting.specialty).first()
    return str(found.id) if found else ""


def _held(request: Request, id: UUID) -> Handover:
    one = access.get_handover(request.viewer, id)
    _must(_keeps(request, one.outgoing))
    return one


@require_http_methods(["GET", "POST"])
def handover_edit(request: Request, id: UUID) -> HttpResponseBase:
    """Change what is handed over, before anybody signs."""
    one = _held(request, id)
    fields = ("due_on", "patients_of_concern", *TEXTS)
    initial = {name: getattr(one, name) for name in fields}
    form = HandoverForm(
        one.outgoing, request.POST or None, initial=initial | {"incoming": one.incoming_id}
    )

    def act(data: dict[str, Any]) -> str:
        return _url(actions.edit_handover(by=request.viewer.user, handover=one, **data))

    return submitted(
        request, form, act,
        title=_("Change the handover"), submit=_("Save"), done=_("The handover was changed."),
        cancel_url=_url(one), crumbs=_way(one, _("Change the handover")),
        example=one.outgoing.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def handover_successor(request: Request, id: UUID) -> HttpResponseBase:
    """Say who takes over."""
    one = _held(request, id)
    form = SuccessorForm(
        one.outgoing, request.POST or None,
        initial={"incoming": one.incoming_id or _nearest(one.outgoing)},
    )  # fmt: skip

    def act(data: dict[str, Any]) -> str:
        return _url(actions.name_successor(by=request.viewer.user, handover=one, **data))

    return submitted(
        request, form, act,
        title=_("Name who takes over"), submit=_("Save"), done=_("The successor was named."),
        cancel_url=_url(one), crumbs=_way(one, _("Name who takes over")),
        example=one.outgoing.programme.example,
    )  # fmt: skip


@require_POST
def handover_sign(request: Request, id: UUID, side: str) -> HttpResponseBase:
    """Sign for one of the two sides."""
    one = access.get_handover(request.viewer, id)
    posting = {"outgoing": one.outgoing, "incoming": one.incoming}.get(side)
    _must(posting is not None and access.may_sign(request.viewer, posting))
    act = actions.sign_outgoing if side == "outgoing" else actions.sign_incoming
    act(by=request.viewer.user, handover=one)
    messages.success(request, _("Signed."))
    return redirect(_url(one))


@require_http_methods(["GET", "POST"])
def handover_task(request: Request, id: UUID) -> HttpResponseBase:
    """Add something that is still to be done."""
    one = _held(request, id)

    def act(data: dict[str, Any]) -> str:
        actions.hand_over_task(by=request.viewer.user, handover=one, **data)
        return _url(one)

    return submitted(
        request, OpenTaskForm(one.outgoing, request.POST or None), act,
        title=_("Hand over a task"), submit=_("Add"), done=_("The task was added."),
        cancel_url=_url(one), crumbs=_way(one, _("Hand over a task")),
        example=one.outgoing.programme.example,
    )  # fmt: skip
