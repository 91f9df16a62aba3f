"""Throttled log-in: how many tries are left, kept by django-axes."""

from __future__ import annotations

import math
from datetime import timedelta

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.http import HttpRequest

from jiedui.core.clock import now


def address_of(request: HttpRequest) -> str:
    """The address a request came from, past our own proxies (``JIEDUI_PROXIES``)."""
    if settings.PROXIES:
        passed = [a.strip() for a in request.headers.get("X-Forwarded-For", "").split(",")]
        if len(passed) >= settings.PROXIES and passed[-settings.PROXIES]:
            return passed[-settings.PROXIES][:45]
    return str(request.META.get("REMOTE_ADDR", ""))


def minutes_closed(request: HttpRequest, username: str) -> int:
    """Minutes until the user name may try again from this address; 0 if it may now."""
    if AxesProxyHandler.is_allowed(request, {"username": username}):
        return 0
    newest = (
        AccessAttempt.objects.filter(username=username, ip_address=address_of(request))
        .order_by("-attempt_time")
        .values_list("attempt_time", flat=True)
        .first()
    )
    pause: timedelta = settings.AXES_COOLOFF_TIME
    left = (newest + pause - now()) if newest else pause
    return max(1, math.ceil(left / timedelta(minutes=1)))


def forget_failures(username: str) -> None:
    """Open a user name again at every address; after a reset by an administrator."""
    AccessAttempt.objects.filter(username=username).delete()
