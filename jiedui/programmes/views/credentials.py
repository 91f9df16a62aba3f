"""Licences and certificates of a person: add one, end one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jiedui.core.clock import today
from jiedui.directory import access as directory
from jiedui.programmes import access, actions
from jiedui.programmes.forms.credentials import CredentialForm
from jiedui.programmes.forms.menu import EndOfferForm as EndForm
from jiedui.programmes.views.structure import Request
from jiedui.web.pages import Crumb
from jiedui.web.submitting import submitted
from jiedui.web.templatetags.jiedui import term


def _way(id: UUID, name: str, label: str) -> tuple[Crumb, ...]:
    return (
        Crumb(_("People"), reverse("directory:people")),
        Crumb(name, reverse("directory:person", args=[id])),
        Crumb(label),
    )


@require_http_methods(["GET", "POST"])
def credential_new(request: Request, id: UUID) -> HttpResponseBase:
    """Record a licence or certificate of a person of the own staff."""
    viewer = request.viewer
    person = directory.get_person(viewer, id)
    access.must_keep(viewer, person.id)
    back = reverse("directory:person", args=[person.id])

    def act(data: dict[str, Any]) -> str:
        actions.add_credential(by=viewer.user, person=person, **data)
        return back

    return submitted(
        request, CredentialForm(request.POST or None), act,
        title=_("New certificate"), submit=_("Save"), done=_("The certificate was recorded."),
        intro=_("Licences and certificates that a posting rests on."), cancel_url=back,
        crumbs=_way(person.id, person.name, _("New certificate")), example=person.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def credential_end(request: Request, id: UUID) -> HttpResponseBase:
    """Say the last day of a licence or certificate."""
    viewer = request.viewer
    credential = access.get_credential(viewer, id)
    person = credential.person
    access.must_keep(viewer, person.id)
    back = reverse("directory:person", args=[person.id])

    def act(data: dict[str, Any]) -> str:
        actions.end_credential(by=viewer.user, credential=credential, on=data["on"])
        return back

    return submitted(
        request, EndForm(request.POST or None, initial={"on": today()}), act,
        title=_("End the certificate"), submit=_("End it"), done=_("The certificate was ended."),
        intro=term(credential.kind, "credential_kinds"), cancel_url=back,
        crumbs=_way(person.id, person.name, _("End the certificate")), tone="wrong",
        example=person.example,
    )  # fmt: skip
