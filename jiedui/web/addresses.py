"""From where a request came."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The address a request came from, past our own proxies (``JIEDUI_PROXIES``)."""
    if settings.PROXIES:
        passed = [a.strip() for a in request.headers.get("X-Forwarded-For", "").split(",")]
        if len(passed) >= settings.PROXIES and passed[-settings.PROXIES]:
            return passed[-settings.PROXIES][:45]
    return str(request.META.get("REMOTE_ADDR", ""))
