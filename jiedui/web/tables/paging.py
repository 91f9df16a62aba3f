"""Paging by key: a page begins after the last row of the one before, whatever was added since.

The order is the sort value and then the row's key, both in one direction, so
that an index over the two serves it. A blank value is the smallest on both
databases.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, Model, Q, QuerySet

from jiedui.web.tables.columns import field_at, walk

# More digits than any column holds; beyond them a number only costs time.
_DIGITS = 40


def _number(text: Any) -> Decimal:
    """A number as a column may hold it: 1e999999 would be written out digit by digit."""
    found = Decimal(text)
    if not found.is_finite() or abs(found.adjusted()) > _DIGITS:
        raise ValueError("no number of a column")
    return found


_TAGS: dict[str, tuple[type, Callable[[Any], Any], Callable[[Any], Any]]] = {
    "t": (datetime, lambda v: v.isoformat(), datetime.fromisoformat),
    "d": (date, lambda v: v.isoformat(), date.fromisoformat),
    "n": (Decimal, str, _number),
    "u": (UUID, str, UUID),
}


@dataclass(frozen=True)
class Cursor:
    """The sort value and key of a row, and whether the page lies before or after it."""

    value: Any
    key: Any
    back: bool

    def text(self) -> str:
        """For a URL."""
        body = json.dumps([_pack(self.value), _pack(self.key), self.back], ensure_ascii=False)
        return base64.urlsafe_b64encode(body.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        """From a URL; None where the text is no cursor."""
        try:
            body = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            value, key, back = json.loads(body)
            return cls(_unpack(value), _unpack(key), bool(back))
        except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError, binascii.Error):
            return None


def _pack(value: Any) -> Any:
    for tag, (kind, write, _read) in _TAGS.items():
        if isinstance(value, kind):
            return {tag: write(value)}
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def _unpack(value: Any) -> Any:
    if isinstance(value, dict):
        ((tag, text),) = value.items()
        return _TAGS[tag][2](text)
    if isinstance(value, list):
        raise ValueError("no list in a cursor")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        _number(str(value))
    return value


@dataclass(frozen=True)
class Slice:
    """One page of rows and the cursors of its neighbours."""

    rows: list[Any]
    previous: str
    next: str


def _nullable(model: type[Model], path: str) -> bool:
    """Whether a value at the path may be NULL: the field itself or a step on the way."""
    steps = path.split("__")
    for upto in range(1, len(steps) + 1):
        found = field_at(model, "__".join(steps[:upto]))
        if found is None or getattr(found, "null", True):
            return True
    return False


def order_query(rows: QuerySet[Any], path: str, *, descending: bool) -> QuerySet[Any]:
    """The queryset in the order of the path, then of the key."""
    blank_first = {} if not _nullable(rows.model, path) else {"nulls_first": True}
    blank_last = {} if not blank_first else {"nulls_last": True}
    if path in ("pk", "id"):
        return rows.order_by("-pk" if descending else "pk")
    if descending:
        return rows.order_by(F(path).desc(**blank_last), "-pk")
    return rows.order_by(F(path).asc(**blank_first), "pk")


def _beyond(path: str, cursor: Cursor, *, ascending: bool, nullable: bool) -> Q:
    """Rows strictly beyond the cursor in that direction."""
    sign = "gt" if ascending else "lt"
    key = Q(**{f"pk__{sign}": cursor.key})
    if path in ("pk", "id"):
        return key
    if cursor.value is None:
        same = Q(**{f"{path}__isnull": True}) & key
        return same | Q(**{f"{path}__isnull": False}) if ascending else same
    same = Q(**{path: cursor.value}) & key
    if not nullable:
        # The outer bound lets an index over (path, key) start at the cursor.
        return Q(**{f"{path}__{sign}e": cursor.value}) & (
            Q(**{f"{path}__{sign}": cursor.value}) | same
        )
    beyond = Q(**{f"{path}__{sign}": cursor.value}) | same
    return beyond if ascending else beyond | Q(**{f"{path}__isnull": True})


def page_of_query(
    rows: QuerySet[Any], path: str, *, descending: bool, cursor: Cursor | None, size: int
) -> Slice:
    """One page of a queryset."""
    back = cursor is not None and cursor.back
    ordered = order_query(rows, path, descending=descending != back)
    if cursor is not None:
        nullable = _nullable(rows.model, path)
        try:
            ordered = ordered.filter(
                _beyond(path, cursor, ascending=descending == back, nullable=nullable)
            )
            found = list(ordered[: size + 1])
        except (ValueError, TypeError, ArithmeticError):
            # A cursor of another list: begin at the start.
            return page_of_query(rows, path, descending=descending, cursor=None, size=size)
        except Exception as error:
            if type(error).__name__ != "ValidationError":
                raise
            return page_of_query(rows, path, descending=descending, cursor=None, size=size)
    else:
        found = list(ordered[: size + 1])
    return _slice(
        found, cursor, size, lambda row, back: Cursor(walk(row, path), walk(row, "pk"), back)
    )


def _slice(
    found: list[Any], cursor: Cursor | None, size: int, mark: Callable[[Any, bool], Cursor]
) -> Slice:
    more = len(found) > size
    found = found[:size]
    back = cursor is not None and cursor.back
    if back:
        found.reverse()
    has_previous = more if back else cursor is not None
    has_next = True if back else more
    return Slice(
        found,
        mark(found[0], True).text() if found and has_previous else "",
        mark(found[-1], False).text() if found and has_next else "",
    )


def _rank(value: Any) -> tuple[bool, Any]:
    return (value is not None, value if value is not None else 0)


def sort_list(
    rows: Sequence[Any], path: str, key: Callable[[Any], str], *, descending: bool
) -> list[Any]:
    """The rows in the order of the path, then of the key."""
    return sorted(rows, key=lambda row: (_rank(walk(row, path)), key(row)), reverse=descending)


def page_of_list(
    rows: Sequence[Any],
    path: str,
    key: Callable[[Any], str],
    *,
    descending: bool,
    cursor: Cursor | None,
    size: int,
) -> Slice:
    """One page of a list, by the same rule."""
    back = cursor is not None and cursor.back
    found = sort_list(rows, path, key, descending=descending != back)
    if cursor is not None:
        at = (_rank(cursor.value), str(cursor.key))

        def beyond(row: Any) -> bool:
            here = (_rank(walk(row, path)), key(row))
            return here > at if descending == back else here < at

        try:
            found = [row for row in found if beyond(row)]
        except TypeError:
            return page_of_list(rows, path, key, descending=descending, cursor=None, size=size)
    return _slice(
        found[: size + 1],
        cursor,
        size,
        lambda row, back: Cursor(walk(row, path), key(row), back),
    )
