"""Who asks: the viewer of every request, idle log-out, and what must come first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware as DjangoLoginRequired
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext

from jiedui.accounts.permissions import Viewer, viewer_of
from jiedui.core.clock import now

# A session's last moment is written at most this often, so that reads rarely write.
REFRESH = timedelta(minutes=1)
# What a user may do before the password is changed or the second factor enrolled.
ALWAYS_OPEN = frozenset({"accounts:logout", "accounts:login"})
# Requests that change nothing, so that what is found of a reach holds until they end.
READING = frozenset({"GET", "HEAD"})
CHANGE_PASSWORD = "accounts:change-password"  # noqa: S105 - a URL's name
SECOND_FACTOR, BEGIN = "accounts:second-factor", "accounts:begin-second-factor"


def _sent_to(request: HttpRequest, url: str) -> HttpResponse:
    """Send a browser elsewhere; a fragment must not swallow the other page."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


class ViewerMiddleware:
    """Sets ``request.viewer``: a Viewer, or None for who is not logged in.

    Ends idle sessions and leads to the password page or to the second factor
    who must go there first. Stands after Django's AuthenticationMiddleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the viewer, then answer."""
        viewer: Viewer | None = None
        if request.user.is_authenticated:
            if self._idle(request):
                logout(request)
            else:
                viewer = viewer_of(request.user)
                if request.method in READING:
                    viewer = viewer.keeping()
        request.viewer = viewer  # type: ignore[attr-defined]
        return self.get_response(request)

    @staticmethod
    def _idle(request: HttpRequest) -> bool:
        """Whether the session slept too long; if not, note that it is awake."""
        moment, seen = now(), request.session.get("seen")
        if seen is not None:
            slept = moment - datetime.fromisoformat(seen)
            if slept >= timedelta(seconds=settings.SESSION_COOKIE_AGE):
                return True
            if slept < REFRESH:
                return False
        request.session["seen"] = moment.isoformat()
        return False

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Lead to what must come first; everything else waits."""
        viewer: Viewer | None = request.viewer  # type: ignore[attr-defined]
        name = request.resolver_match.view_name if request.resolver_match else ""
        if viewer is None or name in ALWAYS_OPEN or not getattr(view, "login_required", True):
            return None
        if viewer.user.must_change_password:
            open_now, first = {CHANGE_PASSWORD}, CHANGE_PASSWORD
        elif viewer.needs_second_factor and not viewer.user.has_second_factor:
            open_now, first = {SECOND_FACTOR, BEGIN}, SECOND_FACTOR
        else:
            return None
        return None if name in open_now else _sent_to(request, resolve_url(first))


class LoginRequiredMiddleware(DjangoLoginRequired):
    """Every page needs a log-in unless it says otherwise; fragments and JSON are told so."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        """A page is redirected, a fragment reloads at the log-in, JSON gets 401."""
        if request.headers.get("HX-Request"):
            here = urlsplit(request.headers.get("HX-Current-URL", ""))
            query = urlencode({"next": here.path + (f"?{here.query}" if here.query else "")})
            return _sent_to(request, f"{resolve_url(settings.LOGIN_URL)}?{query}")
        if request.headers.get("Accept", "").startswith("application/json"):
            body = {"error": {"code": "login-needed", "message": gettext("Log in first.")}}
            return JsonResponse(body, status=401)
        return super().handle_no_permission(request, view_func)
