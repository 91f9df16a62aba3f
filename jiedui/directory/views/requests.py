"""What every view of the room takes: a request with its viewer."""

from __future__ import annotations

from django.http import HttpRequest

from jiedui.accounts.permissions import Viewer


class Request(HttpRequest):
    """A request as the middleware hands it on."""

    viewer: Viewer
