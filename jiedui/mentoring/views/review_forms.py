"""A two-sided review's forms: begun, answered by a side for itself, taken back, closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.mentoring.access import reviews as access
from jiedui.mentoring.access.reach import READ
from jiedui.mentoring.actions import reviews as actions
from jiedui.mentoring.forms.reviews import (
    BetweenForm,
    FollowForm,
    RoundForm,
    SheetForm,
    ShiftForm,
)
from jiedui.mentoring.models import ReviewRound
from jiedui.mentoring.queries import reviews as queries
from jiedui.mentoring.views.base import Request, not_visible, outside, url
from jiedui.mentoring.views.review_words import bodies_of, review_way, side_name
from jiedui.programmes.access import get_pairing, get_programme, may_edit
from jiedui.web.forms import refused_to_form
from jiedui.web.pages import Crumb, render
from jiedui.web.submitting import submitted
from jiedui.web.templatetags.jiedui import named, period, term

if TYPE_CHECKING:
    from jiedui.programmes.models import Pairing


def _suggested(request: Request, pairing: Pairing) -> tuple[dict[str, Any], str]:
    """The first values of a new round, and the days that its terms suggest."""
    bases = queries.bases_of(request.viewer, pairing)
    told = [
        _("%(term)s (%(days)s): %(phases)s") % {
            "term": basis.label or _("This pairing"), "days": period(basis.first, basis.last),
            "phases": _(", ").join(
                f"{term(day.phase, 'review_phases')} {day.opens_on}" for day in basis.days
            ),
        }
        for basis in bases
    ]  # fmt: skip
    wanted, first = request.GET.get("phase", ""), {}
    days = [day for basis in bases for day in basis.days]
    near = [day for day in days if day.phase == wanted] or [
        day for day in days if day.closes_on >= today()
    ]
    if near:
        # A phase whose day has passed is asked for from today.
        day = near[0]
        opens = max(day.opens_on, today())
        first = {
            "phase": day.phase, "opens_on": opens,
            "closes_on": opens + (day.closes_on - day.opens_on),
        }  # fmt: skip
    return first, "；".join(told)


@require_http_methods(["GET", "POST"])
def review_new(request: Request, id: UUID) -> HttpResponseBase:
    """Begin a round for a pairing."""
    viewer = request.viewer
    viewer.must(READ)
    pairing = get_pairing(viewer, id)
    if not access.may_open(viewer, pairing.giver_id, pairing.receiver_id):
        raise not_visible()
    first, told = _suggested(request, pairing)

    def act(data: dict[str, Any]) -> str:
        made = actions.open_round(
            by=viewer.user, programme=pairing.programme, giver=pairing.giver,
            receiver=pairing.receiver, pairing=pairing, **data,
        )  # fmt: skip
        return url("review", made.id)

    between = _("%(giver)s and %(receiver)s") % {
        "giver": named(pairing.giver), "receiver": named(pairing.receiver)
    }  # fmt: skip
    return submitted(
        request, RoundForm(request.POST or None, initial=first), act,
        title=_("New two-sided review"), submit=pgettext("verb", "Begin"),
        done=_("The review was begun; each side answers for itself."),
        intro=_("%(between)s. Suggested days: %(days)s") % {"between": between, "days": told}
        if told else between,
        cancel_url=outside("programmes:pairing", pairing.id),
        crumbs=(Crumb(_("Two-sided reviews"), url("reviews")), Crumb(_("New two-sided review"))),
        example=pairing.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def review_new_between(request: Request, id: UUID) -> HttpResponseBase:
    """Begin a round of two organisations of a programme."""
    viewer = request.viewer
    viewer.must(READ)
    programme = get_programme(viewer, id)
    form = BetweenForm(viewer, programme, request.POST or None, initial={"opens_on": today()})
    if not form.may:
        raise not_visible()

    def act(data: dict[str, Any]) -> str:
        return url("review", actions.open_round(by=viewer.user, programme=programme, **data).id)

    return submitted(
        request, form, act, title=_("New two-sided review"), submit=pgettext("verb", "Begin"),
        done=_("The review was begun; each side answers for itself."),
        intro=_("Two organisations that are paired in the programme, themselves or by what they"
                " lie in."),
        cancel_url=url("reviews"),
        crumbs=(Crumb(_("Two-sided reviews"), url("reviews")), Crumb(_("New two-sided review"))),
        example=programme.example,
    )  # fmt: skip


def _own(request: Request, id: UUID) -> tuple[ReviewRound, str]:
    """The round and the one side for which the viewer answers it."""
    request.viewer.must(READ)
    round = access.get_review(request.viewer, id)
    side = access.own_side(request.viewer, round)
    if not side:
        raise not_visible()
    return round, side


@dataclass(frozen=True)
class SheetPage:
    """A side's own sheet."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    side: str
    form: SheetForm
    closes_on: Any
    cancel_url: str


@require_http_methods(["GET", "POST"])
def review_answer(request: Request, id: UUID) -> HttpResponseBase:
    """Answer for the own side: keep a draft, or hand in."""
    round, side = _own(request, id)
    back = url("review", round.id)
    if not access.ruled(round).answering(side, today()):
        messages.info(request, _("This side's answers can no longer be changed, or not yet."))
        return redirect(back)
    first = SheetForm.of(queries.answered(round, side))
    form = SheetForm(side, request.POST or None, initial=first)
    whole = "submit" in request.POST
    if request.method == "POST" and form.is_valid() and (not whole or form.asks_for_all()):
        act = actions.submit_answers if whole else actions.write_answers
        try:
            act(by=request.viewer.user, round=round, side=side, answers=form.answers())
        except (InvalidInput, InvalidState) as refused:
            refused_to_form(form, refused)
        else:
            messages.success(
                request,
                _("The answers were handed in.") if whole else _("The draft was saved."),
            )
            return redirect(back if whole else url("review-answer", round.id))
    page = SheetPage(
        title=_("Answers of the %(side)s") % {"side": side_name(side)},
        crumbs=review_way(round, _("Answers")),
        example=round.programme.example,
        side=side,
        form=form,
        closes_on=round.closes_on,
        cancel_url=back,
    )
    return render(request, "mentoring/reviews_sheet.html", page, status=422 if form.errors else 200)


@dataclass(frozen=True)
class ConfirmPage:
    """A question before something is done."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    intro: Sequence[str]
    submit: str
    cancel_url: str


def _confirm(request: Request, round: ReviewRound, label: str, *intro: str) -> HttpResponseBase:
    page = ConfirmPage(
        label, review_way(round, label), round.programme.example, intro, label,
        url("review", round.id),
    )  # fmt: skip
    return render(request, "mentoring/reviews_confirm.html", page)


@require_http_methods(["GET", "POST"])
def review_take_back(request: Request, id: UUID) -> HttpResponseBase:
    """Take the own side's answers back."""
    round, side = _own(request, id)
    if request.method == "GET":
        return _confirm(
            request, round, _("Take the answers back"),
            _("They become a draft again. This can be done only while the other side has not"
              " handed in."),
        )  # fmt: skip
    actions.take_back(by=request.viewer.user, round=round, side=side)
    messages.success(request, _("The answers are a draft again."))
    return redirect(url("review-answer", round.id))


def _run(request: Request, id: UUID) -> ReviewRound:
    request.viewer.must(READ)
    round = access.get_review(request.viewer, id)
    if not access.may_run(request.viewer, round.giver_id, round.receiver_id):
        raise not_visible()
    return round


@require_http_methods(["GET", "POST"])
def review_shift(request: Request, id: UUID) -> HttpResponseBase:
    """Give both sides another last day."""
    round = _run(request, id)
    back = url("review", round.id)

    def act(data: dict[str, Any]) -> str:
        actions.shift_round(by=request.viewer.user, round=round, **data)
        return back

    return submitted(
        request, ShiftForm(request.POST or None, initial={"closes_on": round.closes_on}), act,
        title=_("Another last day"), submit=_("Save"), done=_("The last day was changed."),
        cancel_url=back, crumbs=review_way(round, _("Another last day")),
        example=round.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def review_close(request: Request, id: UUID) -> HttpResponseBase:
    """Close a round early."""
    round = _run(request, id)
    if request.method == "GET":
        return _confirm(
            request, round, _("Close the review"),
            _("What is handed in opens to both sides; who has not handed in can no longer"
              " answer."),
        )  # fmt: skip
    actions.close_round(by=request.viewer.user, round=round)
    messages.success(request, _("The review was closed."))
    return redirect(url("review", round.id))


@require_http_methods(["GET", "POST"])
def review_task(request: Request, id: UUID) -> HttpResponseBase:
    """Set a task that follows from a question."""
    viewer = request.viewer
    viewer.must(READ)
    round = access.get_review(viewer, id)
    may = may_edit(viewer, round.giver_id, round.receiver_id)
    if not may or not access.may_read_answers(round, today()):
        raise not_visible()
    back = url("review", round.id)
    first = {"question": request.GET.get("question", "")[:48]}

    def act(data: dict[str, Any]) -> str:
        actions.follow_up(by=viewer.user, round=round, **data)
        return back

    return submitted(
        request, FollowForm(bodies_of(round), request.POST or None, initial=first), act,
        title=_("New task"), submit=_("Set"), done=_("The task was set."),
        intro=_("It joins the programme's tasks and is reminded of there."),
        cancel_url=back, crumbs=review_way(round, _("New task")),
        example=round.programme.example,
    )  # fmt: skip
