"""Ids made by whoever creates the record, and hashes of content."""

from __future__ import annotations

import hashlib
import os
import time
import uuid
from typing import BinaryIO

_VERSION_7 = 0x7 << 76
_VARIANT = 0x2 << 62
_last_tick = 0


def new_id() -> uuid.UUID:
    """A UUID of version 7: ordered by time, made anywhere.

    RFC 9562, 5.7 and 6.2 method 3: the millisecond, 12 bits of what is left of
    it, 62 random bits. Ids of one process are in the order of their making.
    """
    global _last_tick
    milliseconds, nanoseconds = divmod(time.time_ns(), 1_000_000)
    tick = max(milliseconds << 12 | nanoseconds * 4096 // 1_000_000, _last_tick + 1)
    _last_tick = tick
    chance = int.from_bytes(os.urandom(8), "big") >> 2
    return uuid.UUID(int=(tick >> 12) << 80 | _VERSION_7 | (tick & 0xFFF) << 64 | _VARIANT | chance)


def content_hash(content: bytes | BinaryIO) -> str:
    """SHA-256 of a file's content, in hexadecimal; files are stored under it."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    digest = hashlib.sha256()
    while block := content.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()
