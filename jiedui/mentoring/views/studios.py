"""Pages of mentoring studios: the list, one with its calendar and outputs, and what is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.forms import BaseForm
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from jiedui.core.clock import today
from jiedui.directory.queries import organisations_called
from jiedui.mentoring import actions
from jiedui.mentoring.access import apprenticeships as access
from jiedui.mentoring.access.reach import READ, WRITE, may_manage
from jiedui.mentoring.forms.apprenticeships import PairForm
from jiedui.mentoring.forms.studios import (
    CloseForm,
    DayForm,
    MemberForm,
    OutputForm,
    StudioForm,
    ToldForm,
)
from jiedui.mentoring.models import Studio
from jiedui.mentoring.queries import studios as queries
from jiedui.mentoring.queries.apprenticeships import pairs_of, tied
from jiedui.mentoring.views.base import Request, not_visible, url
from jiedui.web.pages import Crumb, render
from jiedui.web.parts import Pair, Side
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named, period, term


def studio_way(studio: Studio, *labels: str) -> tuple[Crumb, ...]:
    """The way back to a studio."""
    own = Crumb(studio.name, url("studio", studio.id) if labels else "")
    return (
        Crumb(_("Mentoring studios"), url("studios")), own, *(Crumb(each) for each in labels),
    )  # fmt: skip


@dataclass(frozen=True)
class ListPage:
    """The studios in sight."""

    title: str
    lead: str
    table: Table
    new_url: str
    crumbs: Sequence[Crumb] = ()


def _is_open(row: Studio) -> bool:
    return (row.valid_to or date.max) >= today()


def _received(rows: Any, text: str) -> Any:
    return rows.filter(receiver_id__in=organisations_called(text))


def _standing(rows: Any, code: str) -> Any:
    if code == "open":
        return rows.exclude(valid_to__lt=today())
    return rows.filter(valid_to__lt=today())


@require_GET
def studio_list(request: Request) -> HttpResponseBase:
    """Which studios are there, and what comes of them?"""
    viewer = request.viewer
    viewer.must(READ)
    writes = viewer.may("programmes.send") or viewer.may("programmes.host")
    new_url = url("studio-new") if writes and viewer.may(WRITE) else ""
    table = Table(
        request,
        queries.studios_of(viewer),
        [
            Column("name", _("Studio"), sort="name", url=lambda row: url("studio", row.id)),
            Column("leader", _("Led by"), value="leader__name", sort="leader__name"),
            Column("receiver", _("Recipient"), value=lambda row: named(row.receiver)),
            Column("giver", _("Supporter"), value=lambda row: named(row.giver), shown=False),
            Column("valid_from", _("Open from"), kind="day", sort="valid_from"),
            Column("held", _("Days held"), kind="number"),
            Column("came", _("Outcomes"), kind="number"),
            Column("state", _("State"), kind="badge",
                   value=lambda row: pgettext("studio", "Open") if _is_open(row)
                   else pgettext("studio", "Closed"),
                   tone=lambda row: "ok" if _is_open(row) else "plain"),
        ],
        filters=[
            Filter("q", _("Studio or leader"), paths=("name", "leader__name")),
            Filter("receiver", _("Recipient"),
                   apply=_received),
            Filter("state", _("State"), "choice", apply=_standing, choices=[
                ("open", pgettext("studio", "Open")), ("closed", pgettext("studio", "Closed")),
            ]),
        ],
        default_sort="name",
        title=_("Mentoring studios"),
        empty=Empty(
            _("No mentoring studio yet"),
            _("A studio has a leader, members, a calendar, and what comes of it."),
            new_url, _("Open a studio"),
        ),
        prepare=queries.counted,
    )  # fmt: skip
    page = ListPage(
        _("Mentoring studios"),
        _("Standing places of teaching at a recipient: who leads, what is planned, what came of"
          " it."),
        table, new_url,
    )  # fmt: skip
    return render(request, "mentoring/studios.html", page)


@dataclass(frozen=True)
class DayLine:
    """A day of the calendar."""

    on: Any
    topic: str
    note: str
    state: str
    tone: str
    url: str


@dataclass(frozen=True)
class StudioPage:
    """A studio: who, when, and what came of it."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    pair: Pair
    state: str
    tone: str
    leader: str
    department: str
    days: str
    members: Sequence[tuple[str, str]]
    calendar: Sequence[DayLine]
    outputs: Sequence[tuple[str, str, Any, str]]
    list_url: str
    steps: Sequence[tuple[str, str]]


@require_GET
def studio_page(request: Request, id: UUID) -> HttpResponseBase:
    """Who belongs, what is planned and held, what came of it?"""
    viewer = request.viewer
    viewer.must(READ)
    studio = access.get_studio(viewer, id)
    detail = queries.detail(studio)
    keeps = access.may_edit_studio(viewer, studio)
    opened = _is_open(studio)
    steps = []
    if keeps and opened:
        steps = [
            (_("Plan a day"), url("studio-day-new", studio.id)),
            (_("Record an outcome"), url("studio-output-new", studio.id)),
            (_("Add a member"), url("studio-member-new", studio.id)),
        ]
        if may_manage(viewer, studio.giver_id, studio.receiver_id) and studio.valid_to is None:
            steps.append((_("Close the studio"), url("studio-close", studio.id)))
    page = StudioPage(
        studio.name, studio_way(studio), studio.programme.example,
        Pair(Side(named(studio.giver)), Side(named(studio.receiver)), _("Mentoring studio"),
             period(studio.valid_from, studio.valid_to)),
        pgettext("studio", "Open") if opened else pgettext("studio", "Closed"),
        "ok" if opened else "plain",
        studio.leader.name,
        studio.department.name if studio.department else "",
        period(studio.valid_from, studio.valid_to),
        [(row.person.name, period(row.valid_from, row.valid_to)) for row in detail.members],
        [_day(row, keeps) for row in (*detail.coming, *detail.past)],
        [(term(row.kind, "studio_outputs"), row.title, row.on, row.note)
         for row in detail.outputs],
        f"{url('apprenticeships')}?receiver={studio.receiver.name}",
        steps,
    )  # fmt: skip
    return render(request, "mentoring/studio.html", page)


def _day(row: Any, keeps: bool) -> DayLine:
    if row.held is None:
        late = row.on < today()
        state = _("Not yet told") if late else pgettext("studio day", "Planned")
        tone = "wait" if late else "plain"
    elif row.held:
        state, tone = pgettext("studio day", "Held"), "ok"
    else:
        state, tone = pgettext("studio day", "Not held"), "plain"
    link = url("studio-day", row.id) if keeps and row.held is None else ""
    return DayLine(row.on, row.topic, row.note, state, tone, link)


@require_http_methods(["GET", "POST"])
def studio_new(request: Request) -> HttpResponseBase:
    """Open a studio: first between whom, then who leads."""
    viewer = request.viewer
    viewer.must(WRITE)
    if not viewer.may("programmes.host"):
        viewer.must("programmes.send")
    way = (Crumb(_("Mentoring studios"), url("studios")), Crumb(_("Open a studio")))
    ids = request.GET.get("pair", "").split(":")
    try:
        found = tied(viewer, *(UUID(each) for each in ids)) if len(ids) == 3 else None
    except ValueError:
        found = None
    if found is None:
        pairs = [
            (f"{row.programme.id}:{row.giver.id}:{row.receiver.id}",
             f"{named(row.giver)} → {named(row.receiver)}（{named(row.programme)}）")
            for row in pairs_of(viewer)
        ]  # fmt: skip
        return submitted(
            request, PairForm(pairs, request.POST or None),
            lambda data: f"{reverse('mentoring:studio-new')}?pair={data['pair']}",
            title=_("Open a studio"), submit=pgettext("button", "Go on"),
            done=_("Now say who leads it."),
            cancel_url=url("studios"), crumbs=way,
        )  # fmt: skip
    programme, giver, receiver = found
    form = StudioForm(
        viewer, giver, receiver, request.POST or None, initial={"valid_from": today()}
    )

    def act(data: dict[str, Any]) -> str:
        studio = actions.open_studio(
            by=viewer.user, programme=programme, giver=giver, receiver=receiver, **data
        )
        return url("studio", studio.id)

    return submitted(
        request, form, act,
        title=_("Open a studio"), submit=pgettext("studio", "Set up"),
        done=_("The studio was opened."),
        intro=f"{named(giver)} → {named(receiver)} · {named(programme)}",
        cancel_url=url("studios"), crumbs=way, example=programme.example,
    )  # fmt: skip


def _kept(
    request: Request, studio: Studio, form: BaseForm, act: Callable[..., object],
    *, title: str, submit: str, done: str, tone: str = "",
) -> HttpResponseBase:  # fmt: skip
    """A page that keeps something of a studio, for who may."""
    if not access.may_edit_studio(request.viewer, studio):
        raise not_visible()

    def then(data: dict[str, Any]) -> str:
        act(by=request.viewer.user, **data)
        return url("studio", studio.id)

    return submitted(
        request, form, then, title=title, submit=submit, done=done, tone=tone,
        cancel_url=url("studio", studio.id), crumbs=studio_way(studio, title),
        example=studio.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def day_new(request: Request, id: UUID) -> HttpResponseBase:
    """Put a day into the calendar."""
    studio = access.get_studio(request.viewer, id)
    return _kept(
        request, studio, DayForm(request.POST or None),
        lambda **data: actions.plan_day(studio=studio, **data),
        title=_("Plan a day"), submit=_("Plan"), done=_("It stands in the calendar."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def day_told(request: Request, id: UUID) -> HttpResponseBase:
    """Was the day held?"""
    row = access.get_studio_day(request.viewer, id)
    return _kept(
        request, row.studio, ToldForm(request.POST or None),
        lambda **data: actions.tell_day(
            by=data["by"], day=row, held=data["held"] == "yes", note=data["note"]
        ),
        title=row.topic, submit=_("Record"), done=_("It was recorded."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def output_new(request: Request, id: UUID) -> HttpResponseBase:
    """Say what came of the studio."""
    studio = access.get_studio(request.viewer, id)
    return _kept(
        request, studio, OutputForm(request.POST or None, initial={"on": today()}),
        lambda **data: actions.add_output(studio=studio, **data),
        title=_("Record an outcome"), submit=_("Add"), done=_("It was added."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def member_new(request: Request, id: UUID) -> HttpResponseBase:
    """Say who belongs."""
    studio = access.get_studio(request.viewer, id)
    form = MemberForm(request.viewer, studio, request.POST or None, initial={"on": today()})
    return _kept(
        request, studio, form, lambda **data: actions.add_member(studio=studio, **data),
        title=_("Add a member"), submit=_("Add"), done=_("The member was added."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def studio_close(request: Request, id: UUID) -> HttpResponseBase:
    """Say until when it was open."""
    viewer = request.viewer
    studio = access.get_studio(viewer, id)
    if not may_manage(viewer, studio.giver_id, studio.receiver_id):
        raise not_visible()
    return _kept(
        request, studio, CloseForm(request.POST or None, initial={"on": today()}),
        lambda **data: actions.close_studio(studio=studio, **data),
        title=_("Close the studio"), submit=_("Close"), done=_("The studio was closed."),
        tone="wrong",
    )  # fmt: skip
