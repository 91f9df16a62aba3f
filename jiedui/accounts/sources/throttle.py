"""Throttled log-in: how many tries are left, kept by django-axes."""

from __future__ import annotations

import math
from datetime import timedelta

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, QuerySet, Sum
from django.http import HttpRequest

from jiedui.core.clock import now
from jiedui.web.addresses import address_of

# Wrong passwords within the pause, beyond the few that close a name at one address: for one
# name from many addresses, and from one address (a hospital's, with many people) over many names.
NAME_LIMIT = 20
ADDRESS_LIMIT = 50


def minutes_closed(request: HttpRequest, username: str) -> int:
    """Minutes until the user name may try again from this address; 0 if it may now.

    Closed are the name at this address (django-axes), the name at every address after
    ``NAME_LIMIT`` wrong passwords, and the address for every name after ``ADDRESS_LIMIT``.
    """
    pause: timedelta = settings.AXES_COOLOFF_TIME
    address = address_of(request)
    recent = AccessAttempt.objects.filter(attempt_time__gt=now() - pause)
    by_name, by_address = recent.filter(username=username), recent.filter(ip_address=address)
    if not AxesProxyHandler.is_allowed(request, {"username": username}):
        closed = by_name.filter(ip_address=address)
    elif _failures(by_name) >= NAME_LIMIT:
        closed = by_name
    elif _failures(by_address) >= ADDRESS_LIMIT:
        closed = by_address
    else:
        return 0
    newest = closed.aggregate(newest=Max("attempt_time"))["newest"]
    left = (newest + pause - now()) if newest else pause
    return max(1, math.ceil(left / timedelta(minutes=1)))


def _failures(rows: QuerySet[AccessAttempt]) -> int:
    """Wrong passwords in the rows; axes keeps one row a name, address and browser."""
    return rows.aggregate(sum=Sum("failures_since_start"))["sum"] or 0


def forget_failures(username: str) -> None:
    """Open a user name again at every address; after a reset by an administrator."""
    AccessAttempt.objects.filter(username=username).delete()
