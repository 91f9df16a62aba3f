"""The hash chain of the audit log."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Link:
    """An audit row as plain values."""

    sequence: int
    at: datetime
    actor_id: str
    actor: str
    action: str
    object_kind: str
    object_id: str
    details: dict[str, Any]
    previous_hash: str
    hash: str = ""


def plain(value: Any) -> Any:
    """A detail as every database gives it back: text, whole number, yes/no, list or table.

    Other numbers become text, since databases write them in different ways.
    Raises TypeError for what has no plain form.
    """
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (UUID, Decimal, float)):
        return str(value)
    if isinstance(value, dict):
        return {plain(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(str(item) for item in value)
    raise TypeError(f"the audit log takes plain details only, not {type(value).__name__}")


def link_hash(link: Link) -> str:
    """SHA-256 over the row's canonical JSON, the hash before it included."""
    body = [
        link.sequence,
        link.at.astimezone(UTC).isoformat(timespec="microseconds"),
        link.actor_id,
        link.actor,
        link.action,
        link.object_kind,
        link.object_id,
        link.details,
        link.previous_hash,
    ]
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Fault:
    """Where the chain breaks and how.

    ``changed``: the row is not what its hash says. ``reordered``: it does not
    follow the row before it. ``missing``: no such row. ``unexpected``: a row
    behind the end. ``rewritten``: the rows agree among themselves and not with
    the head.
    """

    sequence: int
    kind: str


def faults(links: Iterable[Link], *, last_sequence: int, last_hash: str) -> list[Fault]:
    """Walk the rows in order of sequence and name every break of the chain.

    ``last_sequence`` and ``last_hash`` are the head's: rows cut from the end are
    missing too, and a chain made anew from some row on does not end in the
    head's hash.
    """
    found: list[Fault] = []
    expected, previous = 1, ""
    for link in links:
        if link.sequence > last_sequence:
            found.append(Fault(link.sequence, "unexpected"))
            continue
        if link.sequence != expected:
            found.extend(Fault(gap, "missing") for gap in range(expected, link.sequence))
            previous = link.previous_hash
        if link_hash(link) != link.hash:
            found.append(Fault(link.sequence, "changed"))
        elif link.previous_hash != previous:
            found.append(Fault(link.sequence, "reordered"))
        expected, previous = link.sequence + 1, link.hash
    found.extend(Fault(gap, "missing") for gap in range(expected, last_sequence + 1))
    whole = expected > last_sequence
    if whole and last_sequence and previous != last_hash:
        found.append(Fault(last_sequence, "rewritten"))
    return found
