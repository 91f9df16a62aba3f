"""Refusals and faults at the edge: a page, an HTMX fragment, or one JSON shape."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiedui.core.errors import InvalidInput, NotAllowed, NotVisible, Refused
from jiedui.web.forms import sentence

TITLES = {
    400: _("The request could not be read"),
    403: _("This is not allowed"),
    404: _("Not found"),
    409: _("Not possible now"),
    422: _("The input is wrong"),
    500: _("Something broke"),
}


def wants_json(request: HttpRequest) -> bool:
    """Whether the answer should be JSON: asked for by ``Accept``, and not by a browser's page."""
    accept = request.headers.get("Accept", "")
    return "application/json" in accept and "text/html" not in accept


def answer(request: HttpRequest, refused: Refused) -> HttpResponse:
    """The refusal in the shape that the request can show."""
    text = sentence(refused)
    if wants_json(request):
        body = {"error": {"code": refused.code, "message": text, "field": refused.field}}
        return JsonResponse(body, status=refused.status, json_dumps_params={"ensure_ascii": False})
    context = {
        "status": refused.status,
        "code": refused.code,
        "title": TITLES.get(refused.status, TITLES[400]),
        "message": text,
        "field": refused.field,
    }
    if request.headers.get("HX-Request") == "true" and not request.headers.get("HX-Boosted"):
        response = render(request, "web/_error.html", context, status=refused.status)
        # The refusal is told beside the page, which stays as it is.
        response["HX-Retarget"] = "#toasts"
        response["HX-Reswap"] = "beforeend"
        return response
    return render(request, "web/error.html", context, status=refused.status)


def from_exception(error: Exception) -> Refused | None:
    """The refusal that one of Django's own exceptions means; None for a bug."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, Http404):
        return NotVisible("not-visible", "This page does not exist or is not open to you.")
    if isinstance(error, PermissionDenied):
        return NotAllowed("not-allowed", "Your role does not allow this.")
    if isinstance(error, (RequestDataTooBig, TooManyFilesSent)):
        return InvalidInput("request-too-large", "The request holds more than is taken at once.")
    return None


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: a request that no page can read."""
    refused = Refused("request-unreadable", "The request could not be read; go back and try again.")
    return answer(request, refused)


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: forbidden before any view was reached."""
    return answer(request, NotAllowed("not-allowed", "Your role does not allow this."))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such address."""
    return answer(
        request, NotVisible("not-visible", "This page does not exist or is not open to you.")
    )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was too old or came from elsewhere."""
    return answer(
        request,
        NotAllowed(
            "form-expired",
            "The form is too old or was opened elsewhere; open the page anew and send it again.",
        ),
    )


def broke(request: HttpRequest) -> HttpResponse:
    """500: a bug. Nothing of it is shown, and nothing here may fail again."""
    text = gettext("The fault was logged and nothing was changed. Try again, or go back to Today.")
    if wants_json(request):
        return JsonResponse(
            {"error": {"code": "fault", "message": text, "field": None}},
            status=500,
            json_dumps_params={"ensure_ascii": False},
        )
    return render(None, "web/broke.html", {"title": TITLES[500], "message": text}, status=500)
