"""Files kept under the hash of their content: written once, never changed.

Which kinds are taken is told from how a file begins, not from its name alone.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from jiedui.core.errors import InvalidInput, NotVisible

# Ending, media type, and how such a file begins.
KINDS: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        (b"PK\x03\x04",),
    ),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (b"PK\x03\x04",)),
}
ACCEPT = ",".join(f".{ending}" for ending in KINDS)


def media_type(name: str, head: bytes) -> str:
    """The media type of a file by its ending and its first bytes; InvalidInput otherwise."""
    ending = name.rpartition(".")[2].lower()
    found = KINDS.get(ending)
    if found is None or not head.startswith(found[1]):
        raise InvalidInput(
            "evidence-type-refused",
            "“%(name)s” is not a file that can be evidence here; give %(kinds)s.",
            field="file",
            name=name,
            kinds=", ".join(KINDS),
        )
    return found[0]


def path_of(folder: Path, sha256: str) -> Path:
    """Where the file of this hash lies."""
    return folder / sha256[:2] / sha256


def store(folder: Path, chunks: Iterable[bytes], limit: int) -> tuple[str, int]:
    """Write the content under its hash; the hash and the size in bytes.

    The file is complete before it has its name. InvalidInput ``file-too-large``
    beyond ``limit`` bytes; nothing is left behind.
    """
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".incoming-")
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise InvalidInput(
                        "file-too-large",
                        "The file is larger than %(limit)s MB.",
                        field="file",
                        limit=limit // 1024 // 1024,
                    )
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        target = path_of(folder, digest.hexdigest())
        target.parent.mkdir(exist_ok=True)
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return digest.hexdigest(), size


def open_file(folder: Path, sha256: str) -> BinaryIO:
    """The stored file for reading; NotVisible if it is not there."""
    try:
        return path_of(folder, sha256).open("rb")
    except FileNotFoundError as missing:
        raise NotVisible("file-missing", "The file is not in the store.") from missing
