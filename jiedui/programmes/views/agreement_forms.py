"""The forms of agreements: a new one, its renewal, corrections, its end, its papers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from jiedui.core.clock import today
from jiedui.core.files import open_file
from jiedui.directory.queries import ancestors_of_all, parts_of
from jiedui.programmes import access, actions
from jiedui.programmes.forms.agreements import (
    AgreementFileForm,
    AgreementForm,
    EditAgreementForm,
    EndAgreementForm,
)
from jiedui.programmes.models import Agreement, Pairing
from jiedui.programmes.views.agreements import agreement_url, at_first_role, held_agreement, way_to
from jiedui.programmes.views.posts import crumbs_of
from jiedui.programmes.views.structure import Request
from jiedui.web.pages import Crumb
from jiedui.web.submitting import submitted


@require_http_methods(["GET", "POST"])
def agreement_new(request: Request, id: UUID) -> HttpResponseBase:
    """Record an agreement."""
    viewer = request.viewer
    viewer.must("programmes.edit")
    programme = access.get_programme(viewer, id)
    back = reverse("programmes:agreements", args=[programme.id])

    def act(data: dict[str, Any]) -> str:
        made = actions.create_agreement(by=viewer.user, programme=programme, **data)
        return agreement_url(made)

    return submitted(
        request, AgreementForm(viewer, programme, request.POST or None),
        at_first_role(act, "parties"),
        title=_("New agreement"),
        submit=pgettext("verb", "Record"), done=_("The agreement was recorded."),
        intro=_("Name at least two parties. Targets, reviews and the signed paper come after."),
        cancel_url=back,
        crumbs=crumbs_of(programme, Crumb(_("Agreements"), back), Crumb(_("New agreement"))),
        example=programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def agreement_renew(request: Request, id: UUID) -> HttpResponseBase:
    """Renew an agreement: a new one that names the old."""
    viewer = request.viewer
    old = held_agreement(request, id)
    first = {
        "kind": old.kind, "title": old.title, "scope": old.scope, "warn_days": old.warn_days,
        "valid_from": old.valid_to + timedelta(days=1) if old.valid_to else None,
    }  # fmt: skip
    for party in old.parties.all():
        field = f"role_{party.role}"
        first[field] = "\n".join(filter(None, [str(first.get(field, "")), party.organisation.name]))
    pairings = list(old.pairings.all())

    def act(data: dict[str, Any]) -> str:
        made = actions.create_agreement(
            by=viewer.user, programme=old.programme, renews=old, pairings=pairings, **data
        )
        return agreement_url(made)

    return submitted(
        request, AgreementForm(viewer, old.programme, request.POST or None, initial=first),
        at_first_role(act, "parties"),
        title=_("Renew the agreement"), submit=_("Renew"), done=_("The renewal was recorded."),
        intro=_("A new agreement that names the old one and covers the same pairings;"
                " its targets are new ones."),
        cancel_url=agreement_url(old), crumbs=way_to(old, _("Renew the agreement")),
        example=old.programme.example,
    )  # fmt: skip


def _offered(agreement: Agreement) -> Any:
    """Pairings of which a side is a party, lies in one or holds one."""
    parties = {party.organisation_id for party in agreement.parties.all()}
    bodies = ancestors_of_all(parties).union(*(parts_of(party) for party in parties))
    return (
        Pairing.objects.filter(access.sides_in(bodies), programme_id=agreement.programme_id)
        .select_related("giver", "receiver")
        .order_by("giver__name", "receiver__name", "id")
    )


@require_http_methods(["GET", "POST"])
def agreement_edit(request: Request, id: UUID) -> HttpResponseBase:
    """Correct what is said of an agreement, and which pairings it covers by name."""
    viewer = request.viewer
    held = held_agreement(request, id)
    form = EditAgreementForm(
        _offered(held),
        request.POST or None,
        initial={
            "title": held.title, "number": held.number, "signed_on": held.signed_on,
            "warn_days": held.warn_days, "scope": held.scope,
            "pairings": [str(pk) for pk in held.pairings.values_list("id", flat=True)],
        },
    )  # fmt: skip

    def act(data: dict[str, Any]) -> str:
        actions.edit_agreement(by=viewer.user, agreement=held, **data)
        return agreement_url(held)

    return submitted(
        request, form, act,
        title=_("Correct the agreement"), submit=_("Save"), done=_("It was saved."),
        intro=_("Parties and term stay: another term is a renewal or an early end."),
        cancel_url=agreement_url(held), crumbs=way_to(held, _("Correct")),
        example=held.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def agreement_end(request: Request, id: UUID) -> HttpResponseBase:
    """End an agreement before its term."""
    viewer = request.viewer
    held = held_agreement(request, id)

    def act(data: dict[str, Any]) -> str:
        actions.end_agreement(by=viewer.user, agreement=held, **data)
        return agreement_url(held)

    return submitted(
        request, EndAgreementForm(request.POST or None, initial={"on": today()}), act,
        title=_("End the agreement early"), submit=_("End it"), done=_("The agreement was ended."),
        intro=_("What was done under it stays; no posting can be planned under it any more."),
        cancel_url=agreement_url(held), crumbs=way_to(held, _("End early")), tone="wrong",
        example=held.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def agreement_file_new(request: Request, id: UUID) -> HttpResponseBase:
    """Keep the signed paper with the agreement."""
    viewer = request.viewer
    held = held_agreement(request, id)
    posted = request.method == "POST"
    form = AgreementFileForm(request.POST, request.FILES) if posted else AgreementFileForm()

    def act(data: dict[str, Any]) -> str:
        file = data["file"]
        actions.attach_agreement_file(
            by=viewer.user, agreement=held, name=file.name or "", file=file
        )
        return agreement_url(held)

    return submitted(
        request, form, act,
        title=_("Add a file"), submit=_("Add"), done=_("The paper was added."),
        cancel_url=agreement_url(held), crumbs=way_to(held, _("Add a file")),
        example=held.programme.example,
    )  # fmt: skip


@require_safe
def agreement_file(request: Request, id: UUID, sha256: str) -> HttpResponseBase:
    """A file of an agreement, to be kept, never to be run or shown within the site."""
    request.viewer.must("programmes.read")
    found = access.get_agreement_file(request.viewer, id, sha256)
    answer = FileResponse(open_file(settings.FILES, found.sha256), content_type=found.media_type)
    answer["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-store"
    return answer
