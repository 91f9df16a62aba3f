"""What every action of the planners checks: ids twice, texts, numbers, codes, states."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model

from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.identifiers import content_hash
from jiedui.core.packs import vocabulary
from jiedui.core.periods import meant
from jiedui.core.states import StateTable, Transition

M = TypeVar("M", bound=Model)


def hash_of(**content: Any) -> str:
    """The hash of what a creation says: the same again is the first answer again."""
    plain = {key: _plain(value) for key, value in content.items()}
    return content_hash(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode())


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, dict)):
        return value
    return str(value.pk if isinstance(value, Model) else value)


def first_answer(model: type[M], id: UUID | None, content: str) -> M | None:
    """What was created under this id with this content; InvalidState ``id-taken`` if another."""
    found: M | None = model._default_manager.filter(pk=id).first() if id else None
    if found is not None and vars(found)["content"] != content:
        raise InvalidState(
            "id-taken", "This id was already used for something else; nothing was changed."
        )
    return found


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
            field=field, low=low, high=high,
        )  # fmt: skip
    return value


def term(table: str, code: str, field: str) -> str:
    """The code, if the pack's table has it; InvalidInput ``code-unknown`` at the field."""
    try:
        vocabulary().term(table, code)
    except InvalidInput as refused:
        refused.field = field
        raise
    return code


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
