"""Documents of the planners among the files by content, and the hold of a run."""

from __future__ import annotations

import fcntl
import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from jiedui.core.files import open_file, store

# A national problem is some megabytes; none comes near to this.
LIMIT = 512 * 1024 * 1024


def folder() -> Path:
    """Where the documents lie; made on first use, for the house alone."""
    path = Path(settings.FILES) / "planning"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def keep(document: Any) -> str:
    """Keep a document of JSON values under the hash of its content, which is given."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    # Without a time in it, the same document is the same file.
    return store(folder(), [gzip.compress(text.encode(), mtime=0)], LIMIT)[0]


def read(sha256: str) -> Any:
    """The document again; NotVisible ``file-missing`` if it is not there."""
    with open_file(folder(), sha256) as file, gzip.open(file) as lines:
        return json.load(lines)


@contextmanager
def running(id: UUID) -> Iterator[bool]:
    """Hold a run while it is worked on; False where another process holds it.

    The system lets go of it when the process ends, however it ends: so a run that is
    under way by its state, and held by nobody, has broken off.
    """
    path = folder() / f"{id}.running"
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        try:
            yield True
        finally:
            path.unlink(missing_ok=True)
