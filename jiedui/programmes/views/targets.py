"""Forms of an agreement's targets and reviews."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from jiedui.core.clock import today
from jiedui.programmes import access, actions
from jiedui.programmes.forms.agreements import HoldReviewForm, ReviewForm, TargetForm
from jiedui.programmes.views.agreements import agreement_url, held_agreement, way_to
from jiedui.programmes.views.structure import Request
from jiedui.web.submitting import submitted
from jiedui.web.templatetags.jiedui import day as day_text


@require_http_methods(["GET", "POST"])
def target_new(request: Request, id: UUID) -> HttpResponseBase:
    """Say what the agreement wants to reach."""
    viewer = request.viewer
    held = held_agreement(request, id)

    def act(data: dict[str, Any]) -> str:
        actions.add_target(by=viewer.user, agreement=held, **data)
        return agreement_url(held)

    return submitted(
        request, TargetForm(held, request.POST or None), act,
        title=_("New target"), submit=_("Add"), done=_("The target was added."),
        intro=_("What is left blank is told beside the target as what keeps it from being judged."),
        cancel_url=agreement_url(held), crumbs=way_to(held, _("New target")),
        example=held.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def target_edit(request: Request, id: UUID) -> HttpResponseBase:
    """Say a target better."""
    viewer = request.viewer
    target = access.get_target(viewer, id)
    held = held_agreement(request, target.agreement_id)

    def act(data: dict[str, Any]) -> str:
        actions.edit_target(by=viewer.user, target=target, **data)
        return agreement_url(held)

    return submitted(
        request, TargetForm(held, request.POST or None, initial=TargetForm.of(target)), act,
        title=_("Change the target"), submit=_("Save"), done=_("The target was saved."),
        cancel_url=agreement_url(held), crumbs=way_to(held, _("Change the target")),
        example=held.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def review_new(request: Request, id: UUID) -> HttpResponseBase:
    """Plan a review."""
    viewer = request.viewer
    held = held_agreement(request, id)

    def act(data: dict[str, Any]) -> str:
        actions.plan_review(by=viewer.user, agreement=held, due_on=data["due_on"])
        return agreement_url(held)

    return submitted(
        request, ReviewForm(request.POST or None), act,
        title=_("Plan a review"), submit=_("Plan"), done=_("The review was planned."),
        cancel_url=agreement_url(held), crumbs=way_to(held, _("Plan a review")),
        example=held.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def review_hold(request: Request, id: UUID) -> HttpResponseBase:
    """Record that a review was held."""
    viewer = request.viewer
    review = access.get_review(viewer, id)
    held = held_agreement(request, review.agreement_id)

    def act(data: dict[str, Any]) -> str:
        actions.hold_review(by=viewer.user, review=review, **data)
        return agreement_url(held)

    return submitted(
        request, HoldReviewForm(request.POST or None, initial={"on": today()}), act,
        title=_("Record the review"),
        submit=pgettext("verb", "Record"), done=_("The review was recorded."),
        intro=_("Due on %(day)s.") % {"day": day_text(review.due_on)},
        cancel_url=agreement_url(held), crumbs=way_to(held, _("Record the review")),
        example=held.programme.example,
    )  # fmt: skip
