"""Pages of teaching sessions: the list, and what a session is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today, zone
from jiedui.directory.queries import organisations_called
from jiedui.ledger.queries import event_of, events_like
from jiedui.mentoring.access import teaching as access
from jiedui.mentoring.access.reach import own_person
from jiedui.mentoring.actions import sessions as actions
from jiedui.mentoring.domain import rules
from jiedui.mentoring.domain.sign_in import window
from jiedui.mentoring.domain.states import HELD, PLANNED
from jiedui.mentoring.forms.sessions import EntryForm, ReasonForm, SessionForm
from jiedui.mentoring.models import TeachingSession
from jiedui.mentoring.queries import sessions as queries
from jiedui.mentoring.queries.apprenticeships import own_post
from jiedui.mentoring.views import session_parts as parts
from jiedui.mentoring.views import session_words as words
from jiedui.mentoring.views.base import Request, not_visible, outside, url
from jiedui.programmes.access import visible_programmes
from jiedui.web.pages import Crumb, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import day, named, term


@dataclass(frozen=True)
class ListPage:
    """A list of the area, and what can be begun from it."""

    title: str
    lead: str
    table: Table
    new_url: str
    new_label: str
    links: Sequence[tuple[str, str]] = ()
    crumbs: Sequence[Crumb] = ()
    figures: Sequence[tuple[Any, Any, str]] = ()


def way(*crumbs: Crumb) -> tuple[Crumb, ...]:
    """The way back to the list of sessions."""
    return (Crumb(_("Teaching sessions"), url("sessions")), *crumbs)


def session_way(session: TeachingSession, label: str = "") -> tuple[Crumb, ...]:
    """The way back to a session, and to what follows it."""
    if not label:
        return way(Crumb(session.topic))
    return way(Crumb(session.topic, url("session", session.id)), Crumb(label))


def _with_numbers(rows: list[Any]) -> Iterable[Any]:
    numbers = queries.numbers_of(row.id for row in rows)
    for row in rows:
        row.told = numbers[row.id]
    return rows


def _of(side: str) -> Any:
    def narrow(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(**{f"{side}_id__in": organisations_called(text)})

    return narrow


def in_programme(request: Request) -> list[tuple[str, str]]:
    """The programmes that the viewer sees, as the choices of a filter."""
    rows = visible_programmes(request.viewer).order_by("name", "id")
    return [(str(row.id), named(row)) for row in rows]


@require_GET
def session_list(request: Request) -> HttpResponseBase:
    """What was taught, by whom, to how many?"""
    viewer = request.viewer
    viewer.must("learning.read")
    writes = viewer.may("learning.write")
    new_url = url("session-new") if writes else ""
    table = Table(
        request,
        access.visible_sessions(viewer).select_related("giver", "receiver", "programme"),
        [
            Column("topic", _("Topic"), sort="topic", url=lambda row: url("session", row.id)),
            Column("kind", _("Kind"), kind="term", table="session_kinds", sort="kind"),
            Column("direction", _("Direction"), kind="term", table="teaching_directions"),
            Column("day", _("First day"), kind="day", value="starts_on", sort="starts_on"),
            Column("last", _("Last day"), kind="day", value="ends_on", shown=False),
            Column("giver", _("Supporter"), value=lambda row: named(row.giver),
                   sort="giver__name"),
            Column("receiver", _("Recipient"), value=lambda row: named(row.receiver),
                   sort="receiver__name"),
            Column("specialty", _("Specialty"), kind="term", table="specialties", shown=False),
            Column("procedure", _("Procedure"), kind="term", table="procedures", shown=False),
            Column("teachers", _("Teachers"), value=lambda row: _(", ").join(row.told.teachers)),
            Column("hours", _("Hours"), kind="number", value=lambda row: row.told.hours),
            Column("persons", _("Persons by name"), kind="number", unit=_("persons"),
                   value=lambda row: row.told.persons),
            Column("attendances", _("Attendances"), kind="number", unit=_("person-times"),
                   value=lambda row: row.told.attendances),
            Column("credits", _("CME credits"), kind="number", value="cme_credits", shown=False),
            Column("programme", _("Programme"), value=lambda row: named(row.programme),
                   shown=False),
            Column("state", _("State"), kind="badge", sort="state",
                   value=lambda row: words.SESSION_STATES[row.state],
                   tone=lambda row: words.SESSION_TONES[row.state]),
        ],
        filters=[
            Filter("q", _("Topic"), paths=("topic",)),
            Filter("kind", _("Kind"), "choice", choices=lambda: words.terms("session_kinds")),
            Filter("direction", _("Direction"), "choice",
                   choices=lambda: words.terms("teaching_directions")),
            Filter("specialty", _("Specialty"), "choice",
                   choices=lambda: words.terms("specialties")),
            Filter("giver", _("Supporter"), apply=_of("giver")),
            Filter("receiver", _("Recipient"), apply=_of("receiver")),
            Filter("programme", _("Programme"), "choice", ["programme_id"],
                   lambda: in_programme(request)),
            Filter("state", _("State"), "choice",
                   choices=words.states(words.SESSION_STATES)),
            Filter("on", _("First day"), "dates", paths=("starts_on",)),
        ],
        default_sort="-day",
        title=_("Teaching sessions"),
        prepare=_with_numbers,
        empty=Empty(
            _("No session yet"),
            _("Courses, lectures, teaching rounds and demonstrations are planned here; learners"
              " sign in with a code on their phones."),
            new_url, _("Plan a session"),
        ),
    )  # fmt: skip
    page = ListPage(
        _("Teaching sessions"),
        _("Persons are counted once a session, by name; attendances are person-times, day by"
          " day, with those who are not named. The two are never added."),
        table, new_url, _("Plan a session"),
        [(_("Sign in to a session"), url("sign-in"))], figures=_own_credits(request),
    )  # fmt: skip
    return render(request, "mentoring/session_list.html", page)


def _own_credits(request: Request) -> list[tuple[Any, Any, str]]:
    """The reader's own CME credits of this year, of whoever has any."""
    me = own_person(request.viewer)
    year = today().year
    found = queries.credits_of(me.id, year) if me is not None else None
    if found is None or not found.sessions:
        return []
    said = ngettext(
        "%(n)s session, attended on each of its days",
        "%(n)s sessions, attended on each of their days",
        found.sessions,
    )
    label = _("Your CME credits of %(year)s") % {"year": year}
    return [(label, found.credits, said % {"n": found.sessions})]


@dataclass(frozen=True)
class DayLine:
    """A day of a session, who was there, and when one signs in."""

    day: Any
    hours: Any
    opens: str
    closes: str
    named: int
    unnamed: int


@dataclass(frozen=True)
class SessionPage:
    """A session: what, by whom, for whom, and what came of it on four levels."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    session: TeachingSession
    state: Any
    tone: str
    teachers: Sequence[str]
    days: Sequence[DayLine]
    numbers: queries.Numbers
    levels: Sequence[parts.LevelLine]
    judged: queries.Judged
    may_run: bool
    planned: bool
    held: bool
    may_hold: bool
    learners: Sequence[queries.Learner]
    sees_learners: bool
    charts: Sequence[Any]
    reactions: Sequence[tuple[str, Sequence[tuple[int, int]], int]]
    entry_url: str
    entry_gone: bool
    entry_may: bool
    cost_person: Any
    cost_attendance: Any
    sign_in_url: str


@require_GET
def session_page(request: Request, id: UUID) -> HttpResponseBase:
    """What was taught to whom, and what came of it?"""
    viewer = request.viewer
    viewer.must("learning.read")
    session = access.get_session(viewer, id)
    numbers = queries.numbers_of([session.id])[session.id]
    judged = queries.judged(session)
    runs = access.may_run(viewer, session)
    event = event_of(session.entry_id) if session.entry_id else None
    each, attendance = parts.costs(session, numbers)
    sees = access.sees_learners(viewer, session)
    page = SessionPage(
        title=session.topic,
        crumbs=session_way(session),
        example=session.programme.example,
        session=session,
        state=words.SESSION_STATES[session.state],
        tone=words.SESSION_TONES[session.state],
        teachers=numbers.teachers,
        days=_days(session),
        numbers=numbers,
        levels=parts.level_lines(judged),
        judged=judged,
        may_run=runs and session.state in (PLANNED, HELD),
        planned=session.state == PLANNED,
        held=session.state == HELD,
        may_hold=runs and session.state == PLANNED and session.ends_on <= today(),
        learners=queries.learners_of(session) if sees else (),
        sees_learners=sees,
        charts=parts.charts(judged),
        reactions=parts.reactions(judged),
        entry_url=outside("ledger:entry", session.entry_id) if session.entry_id else "",
        entry_gone=session.entry_id is not None and event is None,
        entry_may=runs and session.state == HELD and viewer.may("ledger.write"),
        cost_person=each,
        cost_attendance=attendance,
        sign_in_url=request.build_absolute_uri(url("sign-in")),
    )
    return render(request, "mentoring/session.html", page)


def _days(session: TeachingSession) -> list[DayLine]:
    before, after = rules.whole("sign_in_before"), rules.whole("sign_in_after")
    found = []
    there: dict[UUID, int] = {}
    for id in session.attendances.values_list("day_id", flat=True):
        there[id] = there.get(id, 0) + 1
    for each in session.days.order_by("on"):
        open_from = window(each, zone(), before, after)
        start = datetime.combine(each.on, each.starts_at)
        end = start + timedelta(hours=float(each.hours))
        found.append(
            DayLine(
                f"{day(each.on)} {start:%H:%M}–{end:%H:%M}", each.hours,
                f"{open_from.opens:%H:%M}", f"{open_from.closes:%H:%M}",
                there.get(each.id, 0), each.unnamed,
            )
        )  # fmt: skip
    return found


def _first_said(viewer: Viewer) -> dict[str, Any]:
    """What a new session begins with: today, and for who is posted the own post."""
    said: dict[str, Any] = {"days": f"{today():%Y-%m-%d} 09:00 2"}
    post = own_post(viewer)
    if post is not None:
        said |= {
            "programme": post.programme, "giver": post.giver, "receiver": post.receiver,
            "department": post.department.name if post.department else "",
            "specialty": post.specialty, "teachers": post.person.name, "direction": "in",
        }  # fmt: skip
    return said


@require_http_methods(["GET", "POST"])
def session_new(request: Request) -> HttpResponseBase:
    """Plan a session, or write down one that was held."""
    viewer = request.viewer
    viewer.must("learning.write")
    form = SessionForm(viewer, request.POST or None, initial=_first_said(viewer))

    def act(data: dict[str, Any]) -> str:
        made = actions.create_session(
            by=viewer.user, programme=data["programme"], giver=data["giver"],
            receiver=data["receiver"], said=form.said(), teachers=data["teachers"],
        )  # fmt: skip
        return url("session", made.id)

    return submitted(
        request, form, act, title=_("Plan a session"), submit=pgettext("session", "Plan"),
        done=_("The session was planned; its page shows the sign-in code."),
        cancel_url=url("sessions"), crumbs=way(Crumb(_("Plan a session"))),
    )  # fmt: skip


def own_session(request: Request, id: UUID) -> TeachingSession:
    """The session, for whoever keeps it; for everybody else this does not exist."""
    session = access.get_session(request.viewer, id)
    if not access.may_run(request.viewer, session):
        raise not_visible()
    return session


@require_http_methods(["GET", "POST"])
def session_edit(request: Request, id: UUID) -> HttpResponseBase:
    """Say anew what a session is."""
    session = own_session(request, id)
    names = ("kind", "direction", "topic", "specialty", "procedure", "cme_credits", "cme_class",
             "cme_number", "budget", "spent", "note")  # fmt: skip
    initial = {name: getattr(session, name) for name in names}
    initial |= {
        "department": session.department.name if session.department else "",
        "days": list(session.days.order_by("on")),
        "teachers": "\n".join(
            session.teachers.order_by("person__name").values_list("person__name", flat=True)
        ),
    }
    form = SessionForm(request.viewer, request.POST or None, session=session, initial=initial)

    def act(data: dict[str, Any]) -> str:
        actions.edit_session(
            by=request.viewer.user, session=session, said=form.said(), teachers=data["teachers"]
        )
        return url("session", session.id)

    return submitted(
        request, form, act, title=_("Edit the session"), submit=_("Save"),
        done=_("The session was saved."), cancel_url=url("session", session.id),
        crumbs=session_way(session, _("Edit")), example=session.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def session_cancel(request: Request, id: UUID) -> HttpResponseBase:
    """Say that it does not take place."""
    session = own_session(request, id)

    def act(data: dict[str, Any]) -> str:
        actions.cancel_session(by=request.viewer.user, session=session, reason=data["reason"])
        return url("session", session.id)

    return submitted(
        request, ReasonForm(request.POST or None), act, title=_("Cancel the session"),
        submit=_("Cancel the session"), done=_("The session was cancelled."), tone="wrong",
        intro=_("What was told of it is taken back from the figures; the record stays."),
        cancel_url=url("session", session.id), crumbs=session_way(session, _("Cancel")),
        example=session.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def session_hold(request: Request, id: UUID) -> HttpResponseBase:
    """Say that it took place."""
    session = own_session(request, id)
    numbers = queries.numbers_of([session.id])[session.id]

    def act(_data: dict[str, Any]) -> str:
        actions.hold_session(by=request.viewer.user, session=session)
        return url("session", session.id)

    return submitted(
        request, forms.Form(request.POST if request.method == "POST" else None), act,
        title=_("The session was held"), submit=_("It was held"),
        done=_("The session was held; the figures count it from today on."),
        intro=_("%(persons)s persons by name, %(times)s attendances, %(hours)s hours. Sign-in ends"
                " now; learners, marks and answers can still be entered by hand.")
        % {"persons": numbers.persons, "times": numbers.attendances,
           "hours": f"{numbers.hours.normalize():f}"},
        cancel_url=url("session", session.id), crumbs=session_way(session, _("Took place")),
        example=session.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def session_entry(request: Request, id: UUID) -> HttpResponseBase:
    """Tie the session to the ledger's entry of the same event, or draft one."""
    viewer = request.viewer
    session = own_session(request, id)
    viewer.must("ledger.write")
    kind = queries.entry_kind(session)
    like = events_like(
        viewer, session.programme_id, kind, session.giver_id, session.receiver_id,
        session.starts_on, session.ends_on,
    )  # fmt: skip
    choices = [
        (str(one.entry_id), f"{day(one.first)} · {term(one.kind, 'activity_kinds')}")
        for one in like
    ]
    form = EntryForm(choices, request.POST or None)

    def act(data: dict[str, Any]) -> str:
        if session.entry_id is not None:
            actions.untie_entry(by=viewer.user, session=session)
            session.refresh_from_db()
        if data["entry"] is not None:
            actions.tie_entry(by=viewer.user, session=session, entry=data["entry"])
            return url("session", session.id)
        version = actions.draft_entry(by=viewer.user, session=session)
        return outside("ledger:entry", version.entry_id) or url("session", session.id)

    return submitted(
        request, form, act, title=_("Enter it in the ledger"), submit=_("Enter"),
        done=_("The session and its entry are tied; the event is counted once."),
        intro=_("The entry counts the session and its attendances once it is confirmed; hours and"
                " learners by name are counted from the session."),
        cancel_url=url("session", session.id), crumbs=session_way(session, _("Ledger")),
        example=session.programme.example,
    )  # fmt: skip
