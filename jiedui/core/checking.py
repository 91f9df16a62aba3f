"""Checks of what is given, that every room's actions share: days, terms, texts, numbers, steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import ParamSpec, TypeVar

from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.packs import vocabulary
from jiedui.core.periods import meant
from jiedui.core.states import StateTable, Transition

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


def words(value: str, field: str, limit: int, *, required: bool = False) -> str:
    """A text without blanks around it; ``text-missing`` or ``text-too-long`` at the field."""
    value = value.strip()
    if required and not value:
        raise InvalidInput("text-missing", "This field is required.", field=field)
    if len(value) > limit:
        raise InvalidInput(
            "text-too-long", "At most %(limit)s characters.", field=field, limit=limit
        )
    return value


def whole(value: int, field: str, low: int, high: int) -> int:
    """A whole number between two; ``number-out-of-range`` at the field."""
    if not low <= value <= high:
        raise InvalidInput(
            "number-out-of-range",
            "Give a number from %(low)s to %(high)s.",
            field=field,
            low=low,
            high=high,
        )
    return value


def span(first: date, last: date, start_field: str, end_field: str) -> None:
    """Two days that can be meant, in order; ``dates-out-of-order`` at the end's field."""
    meant(first, start_field)
    meant(last, end_field)
    if last < first:
        raise InvalidInput(
            "dates-out-of-order",
            "The end (%(end)s) lies before the start (%(start)s).",
            field=end_field, start=first, end=last,
        )  # fmt: skip


def taken(table: StateTable, state: str, verb: str) -> Transition:
    """The step of a verb; InvalidState ``step-not-possible`` says what is not possible."""
    try:
        return table.step(state, verb)
    except InvalidState as refused:
        raise InvalidState(
            "step-not-possible",
            "This can no longer be done; somebody may have acted meanwhile.",
        ) from refused
