"""The gallery: every component with invented content, for those who build and check pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jiedui.web.pages import render


@dataclass
class GalleryPage:
    """All components."""

    title: str


@require_GET
def gallery(request: HttpRequest) -> HttpResponseBase:
    """Every component on one page."""
    return render(request, "web/gallery.html", GalleryPage(_("Components")))
