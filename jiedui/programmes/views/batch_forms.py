"""The forms of batches, teams and the places in them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jiedui.programmes import access, actions
from jiedui.programmes.forms.batches import (
    BatchForm,
    EditBatchForm,
    EditTeamForm,
    PlaceForm,
    TeamForm,
)
from jiedui.programmes.models import Batch, Posting, Team
from jiedui.programmes.queries import batches as queries
from jiedui.programmes.views.batches import batch_name, batch_url, team_url
from jiedui.programmes.views.posts import crumbs_of
from jiedui.programmes.views.structure import Request
from jiedui.web.pages import Crumb
from jiedui.web.submitting import submitted


@require_http_methods(["GET", "POST"])
def batch_new(request: Request, id: UUID) -> HttpResponseBase:
    """Open a batch."""
    viewer = request.viewer
    programme = access.get_programme(viewer, id)
    if not viewer.may("programmes.edit"):
        viewer.must("programmes.send")
    back = reverse("programmes:batches", args=[programme.id])
    form = BatchForm(viewer, programme, request.POST or None)
    sender = form.fields["sender"].initial
    if sender is not None:
        form.fields["number"].initial = queries.next_number(programme, sender)

    def act(data: dict[str, Any]) -> str:
        return batch_url(actions.create_batch(by=viewer.user, programme=programme, **data))

    return submitted(
        request, form, act,
        title=_("New batch"), submit=_("Open the batch"), done=_("The batch was opened."),
        intro=_("Every sender numbers its own series."), cancel_url=back,
        crumbs=crumbs_of(programme, Crumb(_("Batches"), back), Crumb(_("New batch"))),
        example=programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def batch_edit(request: Request, id: UUID) -> HttpResponseBase:
    """Change a batch's name, days and source."""
    viewer = request.viewer
    batch = access.get_batch(viewer, id)
    access.must_side(viewer, "giver", batch.sender_id, None)
    fields = ("name", "valid_from", "valid_to", "stated_people", "source")
    form = EditBatchForm(
        request.POST or None, initial={name: getattr(batch, name) for name in fields}
    )

    def act(data: dict[str, Any]) -> str:
        return batch_url(actions.edit_batch(by=viewer.user, batch=batch, **data))

    return submitted(
        request, form, act,
        title=_("Change the batch"), submit=_("Save"), done=_("The batch was changed."),
        cancel_url=batch_url(batch), example=batch.programme.example,
        crumbs=crumbs_of(
            batch.programme,
            Crumb(_("Batches"), reverse("programmes:batches", args=[batch.programme_id])),
            Crumb(batch_name(batch), batch_url(batch)), Crumb(_("Change the batch")),
        ),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def team_new(request: Request, id: UUID) -> HttpResponseBase:
    """Form a team."""
    viewer = request.viewer
    programme = access.get_programme(viewer, id)
    if not viewer.may("programmes.edit"):
        viewer.must("programmes.send")
    batch = _asked_batch(request)
    back = batch_url(batch) if batch else reverse("programmes:teams", args=[programme.id])
    initial = {"valid_from": batch.valid_from, "valid_to": batch.valid_to} if batch else {}
    form = TeamForm(viewer, programme, request.POST or None, batch=batch, initial=initial)

    def act(data: dict[str, Any]) -> str:
        return team_url(
            actions.create_team(by=viewer.user, programme=programme, batch=batch, **data)
        )

    return submitted(
        request, form, act,
        title=_("New team"), submit=_("Form the team"), done=_("The team was formed."),
        intro=_("In %(batch)s.") % {"batch": batch_name(batch)} if batch else "",
        cancel_url=back,
        crumbs=crumbs_of(programme, Crumb(_("Teams"), back), Crumb(_("New team"))),
        example=programme.example,
    )  # fmt: skip


def _asked_batch(request: Request) -> Batch | None:
    """The batch that the address names, as far as the viewer sees it."""
    try:
        return access.get_batch(request.viewer, UUID(request.GET.get("batch", "")))
    except ValueError:
        return None


def _team_way(team: Team, label: str) -> tuple[Crumb, ...]:
    teams = reverse("programmes:teams", args=[team.programme_id])
    return crumbs_of(
        team.programme, Crumb(_("Teams"), teams), Crumb(team.name, team_url(team)), Crumb(label)
    )


@require_http_methods(["GET", "POST"])
def team_edit(request: Request, id: UUID) -> HttpResponseBase:
    """Change a team."""
    viewer = request.viewer
    team = access.get_team(viewer, id)
    access.must_side(viewer, "giver", team.sender_id, team.receiver_id)
    fields = ("name", "core", "partner_department", "valid_from", "valid_to")
    form = EditTeamForm(
        request.POST or None, receiver=team.receiver,
        initial={name: getattr(team, name) for name in fields},
    )  # fmt: skip

    def act(data: dict[str, Any]) -> str:
        return team_url(actions.edit_team(by=viewer.user, team=team, **data))

    return submitted(
        request, form, act,
        title=_("Change the team"), submit=_("Save"), done=_("The team was changed."),
        cancel_url=team_url(team), crumbs=_team_way(team, _("Change the team")),
        example=team.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def team_place(request: Request, id: UUID) -> HttpResponseBase:
    """Say in which team somebody is, and as what."""
    viewer = request.viewer
    posting: Posting = access.get_posting(viewer, id)
    access.must_side(viewer, "giver", posting.giver_id, posting.receiver_id)
    form = PlaceForm(
        viewer, posting, request.POST or None,
        initial={"team": posting.team_id, "team_role": posting.team_role},
    )  # fmt: skip
    back = team_url(posting.team) if posting.team else reverse(
        "programmes:teams", args=[posting.programme_id]
    )  # fmt: skip

    def act(data: dict[str, Any]) -> str:
        held = actions.give_team_role(by=viewer.user, posting=posting, **data)
        return team_url(held.team) if held.team else back

    title = _("Place of %(person)s in the team") % {"person": posting.person.name}
    return submitted(
        request, form, act,
        title=title, submit=_("Save"), done=_("The place was saved."), cancel_url=back,
        crumbs=crumbs_of(posting.programme, Crumb(_("Teams"), back), Crumb(title)),
        example=posting.programme.example,
    )  # fmt: skip
