"""Ids made by whoever creates the record, and hashes of content."""

from __future__ import annotations

import hashlib
import uuid
from typing import BinaryIO

import uuid6


def new_id() -> uuid.UUID:
    """A UUID of version 7 (RFC 9562): ordered by time, made anywhere."""
    return uuid.UUID(int=uuid6.uuid7().int)


def content_hash(content: bytes | BinaryIO) -> str:
    """SHA-256 of a file's content, in hexadecimal; files are stored under it."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    digest = hashlib.sha256()
    while block := content.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()
