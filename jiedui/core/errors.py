"""What an action or a page may refuse, and how it says so.

A refusal is for people: a stable code, a sentence, and details. The sentence is
an English message id with ``%(name)s`` places filled from the details; the web
layer translates it, so that pure rules need no Django. Any other exception that
reaches the edge is a bug.
"""

from __future__ import annotations

from typing import Any, ClassVar


class Refused(Exception):
    """A request that Jiedui understood and will not do.

    ``code`` is listed in docs/errors.md; ``field`` names the form field or the
    cell (``Sheet!C17``) at fault, where there is one.
    """

    status: ClassVar[int] = 400

    def __init__(
        self, code: str, message: str, /, *, field: str | None = None, **details: Any
    ) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.field = field
        self.details = details

    def __str__(self) -> str:
        if not self.details and not self.field:
            return self.message
        return self.message % {"field": self.field, **self.details}


class NotVisible(Refused):
    """The object does not exist, or the viewer may not know that it does."""

    status = 404


class NotAllowed(Refused):
    """The viewer sees the object and may not do this with it."""

    status = 403


class InvalidState(Refused):
    """The object's state does not allow it now."""

    status = 409


class InvalidInput(Refused):
    """The input is wrong; ``field`` says where."""

    status = 422
