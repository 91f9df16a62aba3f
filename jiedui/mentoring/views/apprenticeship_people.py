"""Pages of who teaches and learns: successors, another mentor, joining, leaving, baselines."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jiedui.core.clock import today
from jiedui.mentoring import actions
from jiedui.mentoring.access import apprenticeships as access
from jiedui.mentoring.domain.states import ACTIVE, DRAFT
from jiedui.mentoring.forms.apprenticeships import (
    BaselineForm,
    JoinForm,
    LeaveForm,
    MentorForm,
    StepForm,
)
from jiedui.mentoring.models import Apprenticeship
from jiedui.mentoring.queries.apprenticeships import others_posted, successors
from jiedui.mentoring.views.apprenticeships import way_to
from jiedui.mentoring.views.base import Request, not_visible, url
from jiedui.web.submitting import submitted


def _must_act(request: Request, held: Apprenticeship, *states: str) -> None:
    if held.state not in states or not access.may_edit_apprenticeship(request.viewer, held):
        raise not_visible()


@require_http_methods(["GET", "POST"])
def mentor_succeed(request: Request, id: UUID) -> HttpResponseBase:
    """Who takes this mentor's place, from which day on?"""
    viewer = request.viewer
    mentor = access.get_mentor(viewer, id)
    held = mentor.apprenticeship
    _must_act(request, held, ACTIVE)
    found = [(each.posting, each.from_handover) for each in successors(held, mentor)]
    last = mentor.posting.ends_on if mentor.posting else today()
    first = found[0][0].starts_on if found else today()
    form = MentorForm(
        held, found, request.POST or None,
        initial={
            "posting": str(found[0][0].id) if found else "",
            "on": min(max(last + timedelta(days=1), first), held.ends_on),
        },
    )  # fmt: skip

    def act(data: dict[str, Any]) -> str:
        actions.succeed_mentor(by=viewer.user, mentor=mentor, **data)
        return url("apprenticeship", held.id)

    return submitted(
        request, form, act,
        title=_("Succeed %(name)s as mentor") % {"name": mentor.person.name},
        submit=_("Name the successor"), done=_("The successor teaches from that day on."),
        intro=_("The mentor before teaches to the day before. Who is named in the handover stands"
                " first."),
        cancel_url=url("apprenticeship", held.id), crumbs=way_to(held, _("Successor")),
        example=held.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def mentor_add(request: Request, id: UUID) -> HttpResponseBase:
    """Who teaches beside?"""
    viewer = request.viewer
    held = access.get_apprenticeship(viewer, id)
    _must_act(request, held, ACTIVE)
    found = [(row, False) for row in others_posted(held)]
    form = MentorForm(held, found, request.POST or None, initial={"on": today()})

    def act(data: dict[str, Any]) -> str:
        data["first_day"] = data.pop("on")
        actions.add_mentor(by=viewer.user, apprenticeship=held, **data)
        return url("apprenticeship", held.id)

    return submitted(
        request, form, act,
        title=_("Add a mentor"), submit=_("Add"), done=_("The mentor was added."),
        cancel_url=url("apprenticeship", held.id), crumbs=way_to(held, _("Add a mentor")),
        example=held.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def mentor_end(request: Request, id: UUID) -> HttpResponseBase:
    """Since when does this mentor teach no longer?"""
    viewer = request.viewer
    mentor = access.get_mentor(viewer, id)
    held = mentor.apprenticeship
    _must_act(request, held, ACTIVE)
    form = StepForm(["on"], request.POST or None, initial={"on": today()})

    def act(data: dict[str, Any]) -> str:
        actions.end_mentor(by=viewer.user, mentor=mentor, **data)
        return url("apprenticeship", held.id)

    return submitted(
        request, form, act,
        title=_("%(name)s teaches no longer") % {"name": mentor.person.name}, submit=_("Record"),
        done=_("It was recorded."),
        intro=_("Without another mentor the apprenticeship is shown as lacking one until somebody"
                " is named."),
        cancel_url=url("apprenticeship", held.id), crumbs=way_to(held, mentor.person.name),
        tone="wrong", example=held.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def apprentice_join(request: Request, id: UUID) -> HttpResponseBase:
    """Who joins those who learn?"""
    viewer = request.viewer
    held = access.get_apprenticeship(viewer, id)
    _must_act(request, held, ACTIVE)
    form = JoinForm(held, request.POST or None, initial={"joined_on": today()})

    def act(data: dict[str, Any]) -> str:
        row = actions.join_apprentice(
            by=viewer.user, apprenticeship=held, apprentice=actions.ApprenticeInput(**data)
        )
        return url("apprentice-baseline", row.id)

    return submitted(
        request, form, act,
        title=_("Add an apprentice"), submit=_("Add"),
        done=_("The apprentice was added; now say what could be done before."),
        cancel_url=url("apprenticeship", held.id), crumbs=way_to(held, _("Add an apprentice")),
        example=held.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def apprentice_leave(request: Request, id: UUID) -> HttpResponseBase:
    """Why does this apprentice stop before the end?"""
    viewer = request.viewer
    row = access.get_apprentice(viewer, id)
    held = row.apprenticeship
    _must_act(request, held, ACTIVE)
    form = LeaveForm(request.POST or None, initial={"on": today()})

    def act(data: dict[str, Any]) -> str:
        actions.apprentice_leaves(by=viewer.user, apprentice=row, **data)
        return url("apprenticeship", held.id)

    return submitted(
        request, form, act,
        title=_("%(name)s leaves the apprenticeship") % {"name": row.person.name},
        submit=_("Record"), done=_("It was recorded."),
        intro=_("What was learned until then stays in the logbook."),
        cancel_url=url("apprenticeship", held.id), crumbs=way_to(held, row.person.name),
        tone="wrong", example=held.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def apprentice_baseline(request: Request, id: UUID) -> HttpResponseBase:
    """Why was this person chosen, and what could be done before?"""
    viewer = request.viewer
    row = access.get_apprentice(viewer, id)
    held = row.apprenticeship
    _must_act(request, held, DRAFT, ACTIVE)
    goals = list(held.goals.order_by("position", "id"))
    initial: dict[str, Any] = {"selection": row.selection, "baseline": row.baseline}
    for one in row.answers.all():
        initial[f"criterion-{one.criterion}"] = "yes" if one.met else "no"
    for each in row.baselines.all():
        initial[f"level-{each.goal_id}"] = str(each.level)
        initial[f"cases-{each.goal_id}"] = each.cases_before
    form = BaselineForm(row, goals, request.POST or None, initial=initial)

    def act(data: dict[str, Any]) -> str:
        actions.say_baseline(by=viewer.user, apprentice=row, **form.said())
        return url("apprenticeship", held.id)

    return submitted(
        request, form, act,
        title=_("%(name)s: choice and baseline") % {"name": row.person.name}, submit=_("Save"),
        done=_("It was saved."),
        cancel_url=url("apprenticeship", held.id), crumbs=way_to(held, row.person.name),
        example=held.programme.example,
    )  # fmt: skip
