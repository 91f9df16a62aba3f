"""Language, theme, health, the style sheet and the gallery of components."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.views.decorators.http import require_GET, require_POST

from jiedui.core.errors import InvalidInput
from jiedui.web import styles
from jiedui.web.context import THEMES

YEAR = 31_536_000


def _back(request: HttpRequest) -> HttpResponse:
    """To the page that the form came from, if it is one of ours."""
    wanted = request.POST.get("next", "")
    if not wanted.startswith("/") or not url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        wanted = "/"
    return HttpResponseRedirect(wanted)


def _keep(request: HttpRequest, **choice: str) -> None:
    """Remember a choice with the account, where there is one, by the action of the settings."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        keep = import_string(settings.KEEP_PREFERENCES)
        keep(by=user, **{"language": user.language, "theme": user.theme, **choice})


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on."""
    value = request.POST.get("language", "")
    if value not in dict(settings.LANGUAGES):
        raise InvalidInput(
            "language-unknown", "“%(value)s” is not a language of Jiedui.", value=value[:20]
        )
    _keep(request, language=value)
    response = _back(request)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, value, max_age=YEAR, samesite="Lax", secure=settings.HTTPS
    )
    return response


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark or as the system."""
    value = request.POST.get("theme", "")
    if value not in THEMES:
        raise InvalidInput(
            "theme-unknown", "“%(value)s” is not a theme of Jiedui.", value=value[:20]
        )
    _keep(request, theme=value)
    response = _back(request)
    response.set_cookie("theme", value, max_age=YEAR, samesite="Lax", secure=settings.HTTPS)
    return response


@login_not_required
@require_GET
def health(request: HttpRequest) -> JsonResponse:
    """Whether the server answers and its database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return JsonResponse({"status": "ok"})


@login_not_required
@require_GET
def sheet(request: HttpRequest, name: str) -> HttpResponse:
    """The one style sheet; its name changes with its content."""
    current, body = styles.bundle()
    response = HttpResponse(body, content_type="text/css; charset=utf-8")
    lasting = name == current
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable" if lasting else "no-cache"
    return response
