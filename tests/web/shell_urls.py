"""Root URLs of the shell's tests: the product's own, and pages that go wrong on purpose."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from jiedui.config.urls import handler400, handler403, handler404, handler500  # noqa: F401
from jiedui.config.urls import urlpatterns as own
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed, NotVisible

RAISED = {
    "not-visible": NotVisible("not-visible", "This page does not exist or is not open to you."),
    "not-allowed": NotAllowed("not-allowed", "Your role does not allow this."),
    "state": InvalidState(
        "state-forbids",
        "This is not possible as things stand now, perhaps because somebody has acted"
        " meanwhile. Open the page anew.",
        verb="confirm",
        state="draft",
    ),
    "input": InvalidInput(
        "code-unknown",
        "“%(code)s” is not a code of the table “%(table)s”.",
        field="Sheet!C17",
        code="<b>",
        table="units",
    ),
    "django-404": Http404("secret reason"),
    "django-403": PermissionDenied("secret reason"),
    "bug": ZeroDivisionError("secret reason"),
}


@login_not_required
def raising(request: HttpRequest, name: str) -> HttpResponse:
    raise RAISED[name]


urlpatterns = [*own, path("raise/<slug:name>/", raising)]
