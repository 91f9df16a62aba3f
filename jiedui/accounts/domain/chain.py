"""The hash chain of the audit log."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


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
    """Where the chain breaks and how: ``changed``, ``missing`` or ``reordered``."""

    sequence: int
    kind: str


def faults(links: Iterable[Link], *, last_sequence: int, last_hash: str) -> list[Fault]:
    """Walk the rows in order of sequence and name every break of the chain.

    ``last_sequence`` and ``last_hash`` are the head's: rows cut from the end are
    missing too.
    """
    found: list[Fault] = []
    expected, previous = 1, ""
    for link in links:
        if link.sequence != expected:
            found.extend(Fault(gap, "missing") for gap in range(expected, link.sequence))
            previous = link.previous_hash
        if link_hash(link) != link.hash:
            found.append(Fault(link.sequence, "changed"))
        elif link.previous_hash != previous:
            found.append(Fault(link.sequence, "reordered"))
        expected, previous = link.sequence + 1, link.hash
    found.extend(Fault(gap, "missing") for gap in range(expected, last_sequence + 1))
    if not found and last_sequence and previous != last_hash:
        found.append(Fault(last_sequence, "changed"))
    return found
