"""Files of imports on disk: the content under its hash, the faults and the copy beside it."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.conf import settings

from jiedui.core.errors import InvalidInput
from jiedui.exchange.excel.declare import Fault


def folder() -> Path:
    """Where imports lie; made on first use, for the house alone."""
    path = Path(settings.FILES) / "imports"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def content_path(sha256: str) -> Path:
    """The file's content."""
    return folder() / sha256


def faults_path(job_id: UUID) -> Path:
    """All faults of an import, a JSON object a line."""
    return folder() / f"{job_id}.faults"


def store(chunks: Iterable[bytes], limit: int) -> tuple[str, int]:
    """Keep a content under its hash and give hash and size.

    It is written whole beside and then moved into its place; more than ``limit``
    bytes are refused with InvalidInput ``file-too-large``, and nothing is kept.
    """
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder(), delete=False) as beside:
        try:
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
                beside.write(chunk)
            beside.flush()
            os.fsync(beside.fileno())
        except BaseException:
            os.unlink(beside.name)
            raise
    os.replace(beside.name, content_path(digest.hexdigest()))
    return digest.hexdigest(), size


@contextmanager
def running(job_id: UUID) -> Iterator[bool]:
    """Hold an import while it is worked on; False where another process holds it.

    The system lets go of it when the process ends, however it ends: so an import that is
    under way by its state, and held by nobody, has broken off.
    """
    path = folder() / f"{job_id}.running"
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


def write_fault(file: IO[str], fault: Fault) -> None:
    """Append a fault as one line."""
    file.write(json.dumps(fault.plain(), ensure_ascii=False) + "\n")


def read_faults(job_id: UUID) -> Iterator[Fault]:
    """All faults of an import, in the order they were found."""
    path = faults_path(job_id)
    if not path.exists():
        return
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            plain: dict[str, Any] = json.loads(line)
            yield Fault(**plain)


def discard(job_id: UUID, sha256: str, *, keep_content: bool) -> None:
    """Remove an import's files; the content stays while another import needs it."""
    faults_path(job_id).unlink(missing_ok=True)
    if not keep_content:
        content_path(sha256).unlink(missing_ok=True)
