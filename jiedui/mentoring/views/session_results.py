"""Pages of what came of a session: learners, marks, answers on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.mentoring.access import teaching as access
from jiedui.mentoring.actions import session_results as actions
from jiedui.mentoring.actions import signing_in
from jiedui.mentoring.forms.session_results import LearnersForm, PaperForm, ScoresForm, short
from jiedui.mentoring.forms.sessions import ReasonForm
from jiedui.mentoring.models import SessionTest, TeachingSession
from jiedui.mentoring.queries import sessions as queries
from jiedui.mentoring.views.base import Request, not_visible, url
from jiedui.mentoring.views.sessions import own_session, session_way
from jiedui.web.forms import refused_to_form
from jiedui.web.pages import Crumb, render
from jiedui.web.submitting import submitted


def _named_session(request: Request, id: UUID) -> TeachingSession:
    """The session, for whoever keeps it and sees its learners by name."""
    session = own_session(request, id)
    if not access.sees_learners(request.viewer, session):
        raise not_visible()
    return session


@require_http_methods(["GET", "POST"])
def session_learners(request: Request, id: UUID) -> HttpResponseBase:
    """Enter who was there, by name or counted."""
    session = own_session(request, id)
    days = list(session.days.order_by("on"))
    chosen = request.GET.get("day", days[0].on.isoformat())
    held = {each.on.isoformat(): each for each in days}.get(chosen, days[0])
    form = LearnersForm(
        session, days, request.POST or None,
        initial={"day": held.on.isoformat(), "unnamed": held.unnamed},
    )  # fmt: skip

    def act(data: dict[str, Any]) -> str:
        by = request.viewer.user
        signing_in.sign_in_by_hand(by=by, session=session, day=data["day"], people=data["people"])
        if data["unnamed"] is not None:
            signing_in.count_unnamed(by=by, session=session, day=data["day"], count=data["unnamed"])
        return url("session", session.id)

    return submitted(
        request, form, act, title=_("Enter learners"), submit=_("Enter"),
        done=_("The learners were entered."), cancel_url=url("session", session.id),
        crumbs=session_way(session, _("Learners")), example=session.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def attendance_out(request: Request, id: UUID) -> HttpResponseBase:
    """Take out a learner who was entered by mistake."""
    attendance = queries.attendance(id)
    if attendance is None:
        raise not_visible()
    session = _named_session(request, attendance.session_id)

    def act(data: dict[str, Any]) -> str:
        signing_in.take_out(by=request.viewer.user, attendance=attendance, reason=data["reason"])
        return url("session", session.id)

    return submitted(
        request, ReasonForm(request.POST or None), act, title=_("Take out a learner"),
        submit=_("Take out"), done=_("The learner was taken out."), tone="wrong",
        intro=_("%(person)s will no longer be counted on this day; marks go too if no other day"
                " is left.") % {"person": attendance.person.name},
        cancel_url=url("session", session.id),
        crumbs=session_way(session, _("Take out a learner")), example=session.programme.example,
    )  # fmt: skip


@dataclass(frozen=True)
class ScoresPage:
    """A test of a session: who has which marks."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    session: TeachingSession
    form: ScoresForm
    cancel_url: str
    missing: int


@require_http_methods(["GET", "POST"])
def session_scores(request: Request, id: UUID, phase: str) -> HttpResponseBase:
    """Who reached which marks?"""
    session = _named_session(request, id)
    if phase not in SessionTest.Phase.values:
        raise not_visible()
    learners = [each.person for each in queries.learners_of(session)]
    marks = queries.marks_of(session)[phase]
    full = queries.full_marks_of(session).get(phase)
    initial = {"full_marks": short(full)} if full is not None else {}
    form = ScoresForm(learners, request.POST or None, marks=marks, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_scores(
                by=request.viewer.user, session=session, phase=phase,
                full_marks=form.cleaned_data["full_marks"], scores=form.cleaned_data["scores"],
            )  # fmt: skip
        except (InvalidInput, InvalidState) as refused:
            refused_to_form(form, refused)
        else:
            messages.success(request, _("The marks were saved."))
            return redirect(url("session", session.id))
    title = _("Test before") if phase == SessionTest.Phase.PRE else _("Test after")
    page = ScoresPage(
        title, session_way(session, title), session.programme.example, session, form,
        url("session", session.id), sum(one.id not in marks for one in learners),
    )  # fmt: skip
    return render(
        request, "mentoring/session_scores.html", page, status=422 if form.errors else 200
    )


@dataclass(frozen=True)
class PaperPage:
    """Answers on paper: a count in each cell."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    form: PaperForm
    cancel_url: str


@require_http_methods(["GET", "POST"])
def session_paper(request: Request, id: UUID) -> HttpResponseBase:
    """How many paper forms gave each answer?"""
    session = own_session(request, id)
    form = PaperForm(get_language() or "zh-hans", queries.paper_of(session), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.count_reactions(by=request.viewer.user, session=session, counts=form.counts())
        except (InvalidInput, InvalidState) as refused:
            refused_to_form(form, refused)
        else:
            messages.success(request, _("The answers were saved."))
            return redirect(url("session", session.id))
    title = _("Answers on paper")
    page = PaperPage(
        title, session_way(session, title), session.programme.example, form,
        url("session", session.id),
    )  # fmt: skip
    return render(request, "mentoring/session_paper.html", page, status=422 if form.errors else 200)
