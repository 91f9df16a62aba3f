"""Tables written so that a reader never finds half of one."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from jiedui.core.errors import InvalidInput
from jiedui.core.sheets.writing import write_csv

REASONS: dict[int, Any] = {
    errno.ENOENT: _("there is no such file or folder"),
    errno.ENOTDIR: _("there is no such file or folder"),
    errno.EISDIR: _("this is a folder"),
    errno.EACCES: _("this is not allowed"),
    errno.EPERM: _("this is not allowed"),
    errno.EROFS: _("this is not allowed"),
    errno.ENOSPC: _("there is no space left"),
}


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV table: it stands there whole, or what stood there before does."""
    handle, beside = _beside(path)
    try:
        with os.fdopen(handle, "wb") as file:
            # No byte order mark: plans are read by programmes that stumble over it.
            write_csv(file, columns, rows, encoding="utf-8")
            file.flush()
            os.fsync(file.fileno())
        Path(beside).chmod(0o644)
        os.replace(beside, path)
    except BaseException as broken:
        Path(beside).unlink(missing_ok=True)
        if isinstance(broken, OSError):
            raise _unwritable(path, broken) from broken
        raise


def check_writable(path: Path) -> None:
    """Refuse a place where nothing could be written, before the work and not after it."""
    handle, beside = _beside(path)
    os.close(handle)
    Path(beside).unlink()


def _beside(path: Path) -> tuple[int, str]:
    """A new file in the same folder."""
    try:
        return tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    except OSError as broken:
        raise _unwritable(path, broken) from broken


def _unwritable(path: Path, broken: OSError) -> InvalidInput:
    return InvalidInput(
        "plan-unwritable",
        "“%(file)s” cannot be written: %(reason)s.",
        file=str(path),
        reason=why(broken),
    )


def why(broken: OSError) -> Any:
    """What the operating system says, in the reader's language where it is common."""
    return REASONS.get(broken.errno or 0, broken.strerror)
