"""The reader that stands for this moment: never stale, renewed only where something changed."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from jiedui.indicators.domain.facts import FactRow
from jiedui.indicators.sources.store import manifest as manifests
from jiedui.indicators.sources.store.reader import Limits, Reader

log = logging.getLogger(__name__)
# Facts numbered higher than the number given, in order.
Stream = Callable[[int], Iterator[FactRow]]
_Mark = tuple[int, int, int] | None


class Keeper:
    """Keeps one reader in a process and brings it up to date at every call.

    One query asks the database for the last fact that the reader has and all
    after it. Where the last fact is not the reader's, the database is another
    one (restored, or of a test that was rolled back): the reader is dropped, and
    a store whose anchor the database does not know is left aside.
    """

    def __init__(self, folder: Path, stream: Stream, limits: Limits) -> None:
        self.folder = folder
        self._stream = stream
        self._limits = limits
        self._lock = threading.Lock()
        self._reader: Reader | None = None
        self._mark: _Mark = None

    def reader(self) -> Reader:
        """A reader with everything that is committed at this moment."""
        reader, mark = self._reader, self._manifest_mark()
        if reader is not None and mark == self._mark and self._is_fresh(reader):
            return reader
        with self._lock:
            mark = self._manifest_mark()
            reader = self._reader
            if reader is None or mark != self._mark or not self._follow(reader):
                reader = self._open()
                self._reader, self._mark = reader, mark
            return reader

    def forget(self) -> None:
        """Drop the reader; the next call opens a new one."""
        with self._lock:
            self._reader = None

    def _manifest_mark(self) -> _Mark:
        try:
            found = os.stat(self.folder / manifests.NAME)
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _is_fresh(self, reader: Reader) -> bool:
        """Whether nothing follows the reader's last fact."""
        last, anchor = reader.position
        rows = list(islice(self._stream(max(last - 1, 0)), 2))
        if not last:
            return not rows
        return len(rows) == 1 and (rows[0].sequence, str(rows[0].version_id)) == (last, anchor)

    def _follow(self, reader: Reader) -> bool:
        """Take in what follows; False where the stream is not the reader's."""
        rows = self._stream(max(reader.last - 1, 0))
        if reader.last:
            first = next(rows, None)
            if first is None or (first.sequence, str(first.version_id)) != reader.position:
                return False
        reader.take_in(rows)
        return True

    def _open(self) -> Reader:
        found = manifests.read(self.folder)
        reader = Reader(self.folder, found, self._limits)
        if self._follow(reader):
            return reader
        log.warning("figures store: not of this database, left aside until compacted anew")
        reader = Reader(self.folder, None, self._limits)
        self._follow(reader)
        return reader
