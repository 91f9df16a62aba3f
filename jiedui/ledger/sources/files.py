"""Evidence on disk, under the hash of its content: written once, never changed."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from jiedui.core.errors import InvalidInput, NotVisible


def path_of(sha256: str) -> Path:
    """Where the file of this hash lies."""
    return Path(settings.FILES) / sha256[:2] / sha256


def store(chunks: Iterable[bytes]) -> tuple[str, int]:
    """Write the content under its hash; the hash and the size in bytes.

    The file is complete before it has its name. InvalidInput ``file-too-large``
    beyond the limit of uploads; nothing is left behind.
    """
    folder = Path(settings.FILES)
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".incoming-")
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > settings.UPLOAD_LIMIT:
                    raise InvalidInput(
                        "file-too-large",
                        "The file is larger than %(limit)s MB.",
                        field="file",
                        limit=settings.UPLOAD_LIMIT // 1024 // 1024,
                    )
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        target = path_of(digest.hexdigest())
        target.parent.mkdir(exist_ok=True)
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return digest.hexdigest(), size


def open_file(sha256: str) -> BinaryIO:
    """The stored file for reading; NotVisible if it is not there."""
    try:
        return path_of(sha256).open("rb")
    except FileNotFoundError as missing:
        raise NotVisible("file-missing", "The file is not in the store.") from missing
