"""What all pages of learning share: the request, addresses, what does not exist."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from jiedui.accounts.permissions import Viewer
from jiedui.core.errors import NotVisible


class Request(HttpRequest):
    """A request as the middleware hands it on: with its viewer."""

    viewer: Viewer


def url(name: str, *args: object) -> str:
    """The address of a page of learning."""
    return reverse(f"mentoring:{name}", args=args)


def outside(name: str, *args: object) -> str:
    """The address of a page of another area or room, or blank where there is none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def not_visible() -> NotVisible:
    """For who may not do it the page does not exist."""
    return NotVisible("not-visible", "This page does not exist or is not open to you.")
