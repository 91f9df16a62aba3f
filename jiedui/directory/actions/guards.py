"""What every action of the directory does first: lock, tell a repetition from a clash, check."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet

from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.identifiers import content_hash, new_id
from jiedui.core.packs import vocabulary
from jiedui.directory.domain.lineage import span
from jiedui.directory.models import Created, Dated, DirectoryState

M = TypeVar("M", bound=Created)


def lock(*, structure: bool = True) -> None:
    """Let one writer into the directory at a time; ``structure`` renews the state's token."""
    held = DirectoryState.objects.select_for_update().filter(id=1).first()
    if held is None:
        DirectoryState.objects.bulk_create([DirectoryState(id=1)], ignore_conflicts=True)
        held = DirectoryState.objects.select_for_update().get(id=1)
    if structure:
        held.token = new_id()
        held.save(update_fields=["token"])


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    return None if value is None else str(value)


def hash_of(**content: Any) -> str:
    """The hash of what a creation says."""
    plain = {key: _plain(value) for key, value in content.items()}
    return content_hash(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode())


def first_answer(model: type[M], id: UUID | None, content: str) -> M | None:
    """What the same call created before; InvalidState ``id-taken`` if the id says otherwise.

    Called under the lock, so that nothing comes between the look and the insert;
    the primary key stands behind it.
    """
    found: M | None = model._default_manager.filter(pk=id).first() if id else None
    if found is not None and found.content != content:
        raise InvalidState(
            "id-taken", "This id was already used for something else; nothing was changed."
        )
    return found


def insert(row: M, code: str, message: str, field: str | None = None, **details: Any) -> M:
    """Insert a row; a constraint that refuses it becomes the given refusal."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as fault:
        raise InvalidInput(code, message, field=field, **details) from fault
    return row


def text(value: str, field: str, limit: int) -> str:
    """A required text, trimmed; InvalidInput ``text-missing`` or ``text-too-long``."""
    value = optional(value, field, limit)
    if not value:
        raise InvalidInput("text-missing", "This field is required.", field=field)
    return value


def optional(value: str, field: str, limit: int) -> str:
    """A text that may be blank, trimmed; InvalidInput ``text-too-long``."""
    value = value.strip()
    if len(value) > limit:
        raise InvalidInput(
            "text-too-long", "At most %(limit)s characters.", field=field, limit=limit
        )
    return value


def term(table: str, code: str, field: str, *, blank: bool = False) -> str:
    """A code of a pack's table; InvalidInput ``code-unknown`` at the field."""
    if blank and not code:
        return code
    try:
        vocabulary().term(table, code)
    except InvalidInput as refused:
        refused.field = field
        raise
    return code


def pattern(table: str, scheme: str, value: str, field: str) -> None:
    """A value in the form that its scheme's ``pattern`` asks; InvalidInput ``code-malformed``."""
    term(table, scheme, field)
    wanted = vocabulary().term(table, scheme)
    if (form := wanted.extra.get("pattern")) and not re.fullmatch(form, value):
        raise InvalidInput(
            "code-malformed",
            "“%(value)s” does not have the form of %(scheme)s.",
            field=field,
            value=value,
            scheme=wanted.name,
        )


def overlapping(
    rows: QuerySet[Any], valid_from: date | None, valid_to: date | None
) -> Dated | None:
    """The first of the rows that shares a day with the span."""
    first, last = span(valid_from, valid_to)
    for row in rows:
        a, b = span(row.valid_from, row.valid_to)
        if a <= last and first <= b:
            found: Dated = row
            return found
    return None
