"""What every creation of this room does: the same id twice, dates, terms of the packs."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db.models import Model

from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.identifiers import content_hash
from jiedui.core.packs import vocabulary
from jiedui.core.periods import meant

M = TypeVar("M", bound=Model)
P = ParamSpec("P")
R = TypeVar("R")


def days_meant(act: Callable[P, R]) -> Callable[P, R]:
    """The action refuses every day it is given that cannot be meant, at the field of its name.

    InvalidInput ``day-out-of-range``: one rule (core.periods) for forms, imports and callers.
    """

    @wraps(act)
    def checked(*args: P.args, **said: P.kwargs) -> R:
        for field, value in said.items():
            if isinstance(value, date):
                meant(value, field)
        return act(*args, **said)

    return checked


def not_ahead(day: date | None, field: str = "on") -> None:
    """InvalidInput ``day-in-the-future`` at the field: what was done was done by today."""
    if day is not None and day > today():
        raise InvalidInput(
            "day-in-the-future",
            "%(day)s lies in the future; a step is told when it was taken.",
            field=field, day=day,
        )  # fmt: skip


def hash_of(**content: Any) -> str:
    """The hash of what a creation says: the same again is the first answer again."""
    plain = {k: None if v is None else str(v.pk if isinstance(v, Model) else v)
             for k, v in content.items()}  # fmt: skip
    return content_hash(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode())


def first_answer(model: type[M], id: UUID | None, content: str) -> M | None:
    """What was created under this id with this content; InvalidState ``id-taken`` if another."""
    found: M | None = model._default_manager.filter(pk=id).first() if id else None
    if found is not None and vars(found)["content"] != content:
        raise InvalidState(
            "id-taken", "This id was already used for something else; nothing was changed."
        )
    return found


def in_order(start: date | None, end: date | None, field: str = "valid_to") -> None:
    """InvalidInput ``dates-out-of-order`` at the field of the end."""
    if start and end and end < start:
        raise InvalidInput(
            "dates-out-of-order",
            "The end (%(end)s) lies before the start (%(start)s).",
            field=field,
            start=start,
            end=end,
        )


def term(table: str, code: str, field: str = "kind") -> str:
    """The code, if the pack's table has it; InvalidInput ``code-unknown`` at the field."""
    try:
        vocabulary().term(table, code)
    except InvalidInput as refused:
        refused.field = field
        raise
    return code


def text(value: str, field: str) -> str:
    """The text without blanks around it; InvalidInput ``text-missing`` where there is none."""
    if not value.strip():
        raise InvalidInput("text-missing", "This field is required.", field=field)
    return value.strip()
