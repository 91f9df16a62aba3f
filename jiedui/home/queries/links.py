"""Addresses of the rooms below; where a room has no such page, there is no link."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse


def link(name: str, *arguments: Any, **query: Any) -> str:
    """The address of a named page with a query, or blank."""
    try:
        url = reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
    asked = {key: value for key, value in query.items() if value not in (None, "")}
    return f"{url}?{urlencode(asked)}" if asked else url
