"""Today: what waits, what is late, what changed."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jiedui.web.pages import render


@dataclass
class TodayPage:
    """The landing page."""

    title: str


@require_GET
def today(request: HttpRequest) -> HttpResponseBase:
    """What waits for me, what is late, what changed since I was last here."""
    return render(request, "home/today.html", TodayPage(_("Today")))
