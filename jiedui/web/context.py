"""What every page knows: language, theme, navigation, whether all this is the example."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from jiedui.web import navigation

THEMES = ("system", "light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """The shell's part of a template's context."""
    user = getattr(request, "user", None)
    known = user is not None and user.is_authenticated
    theme = request.COOKIES.get("theme", "system")
    if known:
        theme = getattr(user, "theme", theme)
    return {
        "shell": {
            "language": get_language() or settings.LANGUAGE_CODE,
            "languages": settings.LANGUAGES,
            "theme": theme if theme in THEMES else "system",
            "sections": SimpleLazyObject(lambda: navigation.sections(request)),
            "user": user if known else None,
            "example": known and bool(getattr(user, "example", False)),
            "here": request.get_full_path(),
        }
    }
