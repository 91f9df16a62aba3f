"""The forms of what belongs to a posting: appointments, welfare, evaluation, a step taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.forms import BaseForm, Form
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jiedui.core.clock import today
from jiedui.core.errors import NotVisible
from jiedui.programmes import access, actions
from jiedui.programmes.domain.states import EITHER, RECEIVER
from jiedui.programmes.forms.postings import (
    AppointmentForm,
    DayForm,
    EvaluationForm,
    IssueForm,
    ReasonForm,
    WelfareForm,
)
from jiedui.programmes.models import Posting, WelfareItem
from jiedui.programmes.queries.credentials import other_title
from jiedui.programmes.queries.postings import last_step
from jiedui.programmes.views.posting_words import STEPS
from jiedui.programmes.views.postings import posting_url, posting_way
from jiedui.programmes.views.structure import Request
from jiedui.web.submitting import submitted
from jiedui.web.templatetags.jiedui import day, term


def _form(
    request: Request,
    posting: Posting,
    form: BaseForm,
    act: Callable[[dict[str, Any]], object],
    *,
    title: str,
    submit: str,
    done: str,
    intro: str = "",
) -> HttpResponseBase:
    def run(data: dict[str, Any]) -> str:
        act(data)
        return posting_url(posting)

    return submitted(
        request, form, run, title=title, submit=submit, done=done, intro=intro,
        cancel_url=posting_url(posting), crumbs=posting_way(posting, title),
        example=posting.programme.example,
    )  # fmt: skip


def _must(may: bool) -> None:
    if not may:
        raise NotVisible("not-visible", "This page does not exist or is not open to you.")


@require_http_methods(["GET", "POST"])
def appoint(request: Request, id: UUID) -> HttpResponseBase:
    """Appoint the expert to a post of the host."""
    viewer = request.viewer
    posting = access.get_posting(viewer, id)
    _must(access.may_act(viewer, RECEIVER, posting.giver_id, posting.receiver_id))
    form = AppointmentForm(
        posting.receiver, request.POST or None, initial={"valid_from": posting.starts_on}
    )
    return _form(
        request, posting, form,
        lambda data: actions.appoint(by=viewer.user, posting=posting, **data),
        title=_("Appoint at the host"), submit=_("Appoint"),
        done=_("The appointment was recorded."),
        intro=_("Apart from the home post; it ends with the posting at the latest."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def appointment_end(request: Request, id: UUID) -> HttpResponseBase:
    """End an appointment before the posting ends."""
    viewer = request.viewer
    one = access.get_appointment(viewer, id)
    posting = one.posting
    _must(access.may_act(viewer, RECEIVER, posting.giver_id, posting.receiver_id))
    return _form(
        request, posting, DayForm(request.POST or None, initial={"on": today()}),
        lambda data: actions.end_appointment(by=viewer.user, appointment=one, **data),
        title=_("End the appointment"), submit=_("End it"), done=_("The appointment was ended."),
        intro=term(one.kind, "host_appointments"),
    )  # fmt: skip


def _line(request: Request, id: UUID, *, hosts: bool) -> WelfareItem:
    viewer = request.viewer
    item = access.get_welfare(viewer, id)
    posting = item.posting
    sides = (posting.giver_id, posting.receiver_id)
    if hosts:
        _must(access.may_act(viewer, RECEIVER, *sides))
    else:
        _must(access.is_own(viewer, posting) or access.may_act(viewer, EITHER, *sides))
    return item


@require_http_methods(["GET", "POST"])
def welfare_edit(request: Request, id: UUID) -> HttpResponseBase:
    """Say who sees to a line of the welfare list, and that it is done."""
    item = _line(request, id, hosts=True)
    form = WelfareForm(
        item.posting, request.POST or None,
        initial={"owner": item.owner_id, "done_on": item.done_on or today()},
    )  # fmt: skip
    return _form(
        request, item.posting, form,
        lambda data: actions.see_to_welfare(by=request.viewer.user, item=item, **data),
        title=term(item.item, "welfare_items"), submit=_("Save"),
        done=_("The welfare list was changed."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def welfare_raise(request: Request, id: UUID) -> HttpResponseBase:
    """Say what is wrong with a line of the welfare list."""
    item = _line(request, id, hosts=False)
    return _form(
        request, item.posting, IssueForm(request.POST or None, initial={"on": today()}),
        lambda data: actions.raise_welfare(by=request.viewer.user, item=item, **data),
        title=_("Raise an issue: %(item)s") % {"item": term(item.item, "welfare_items")},
        submit=_("Raise"), done=_("The issue was raised."),
        intro=_("Both sides see it until it is resolved."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def welfare_resolve(request: Request, id: UUID) -> HttpResponseBase:
    """Say that an issue is resolved."""
    item = _line(request, id, hosts=False)
    return _form(
        request, item.posting, DayForm(request.POST or None, initial={"on": today()}),
        lambda data: actions.resolve_welfare(by=request.viewer.user, item=item, **data),
        title=_("Resolve the issue"), submit=_("Resolve"), done=_("The issue was resolved."),
        intro=item.issue,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def evaluate(request: Request, id: UUID) -> HttpResponseBase:
    """The expert says what came of the own posting."""
    viewer = request.viewer
    posting = access.get_posting(viewer, id)
    _must(access.is_own(viewer, posting))
    return _form(
        request, posting, EvaluationForm(request.POST or None),
        lambda data: actions.evaluate_own(by=viewer.user, posting=posting, **data),
        title=_("Evaluate the own posting"), submit=_("Hand in"),
        done=_("The evaluation was handed in."),
        intro=_("Both sides read it. Nobody is ranked by it; it cannot be changed later."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def title_set_right(request: Request, id: UUID) -> HttpResponseBase:
    """Take over the title that the register of people tells of the first day."""
    viewer = request.viewer
    posting = access.get_posting(viewer, id)
    held = other_title(posting)
    _must(bool(held) and access.may_act(viewer, EITHER, posting.giver_id, posting.receiver_id))
    return _form(
        request, posting, Form(request.POST or None),
        lambda data: actions.correct_title(by=viewer.user, posting=posting),
        title=_("Take over the title"), submit=_("Take it over"),
        done=_("The title of the posting was set right."),
        intro=_("This posting says “%(said)s”; by the register of people %(person)s was"
                " “%(held)s” on %(day)s. What rules judge by the title changes with it.")
        % {"said": term(posting.title, "titles") or "–", "person": posting.person.name,
           "held": term(held, "titles"), "day": day(posting.starts_on)},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def take_back(request: Request, id: UUID) -> HttpResponseBase:
    """Take back the last step, which was a mistake."""
    viewer = request.viewer
    posting = access.get_posting(viewer, id)
    last = last_step(posting)
    _must(last is not None and access.may_act(viewer, last.side, posting.giver_id,
                                              posting.receiver_id))  # fmt: skip
    told = str(STEPS[last.verb].told) if last else ""
    return _form(
        request, posting, ReasonForm(request.POST or None),
        lambda data: actions.take_back(by=viewer.user, posting=posting, **data),
        title=_("Take back: %(step)s") % {"step": told}, submit=_("Take back the step"),
        done=_("The step was taken back."),
        intro=_("The posting is again as it was before it; the step and the reason stay in the "
                "record. Host appointments that ended with a departure stay ended."),
    )  # fmt: skip
