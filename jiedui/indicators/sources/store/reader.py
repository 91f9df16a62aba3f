"""One DuckDB over the segments of a manifest and the tail that is not yet in them.

A reader belongs to one manifest. Its tail grows row by row as the stream does;
a new manifest means a new reader, and calls that still hold the old one finish
on it. Each call has a cursor of its own: cursors may run in several threads.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from jiedui.indicators.domain.layout import NAMES
from jiedui.indicators.sources.store.manifest import Manifest
from jiedui.indicators.sources.store.rows import SCHEMA, Codes, batch
from jiedui.ledger.domain.facts import FactRow

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK = 20_000


@dataclass(frozen=True)
class Limits:
    """How much of the machine DuckDB may take; ``spill`` is where it writes what does not fit."""

    memory: str = "1GB"
    threads: int = 2
    spill: Path | None = None


def connect(limits: Limits) -> duckdb.DuckDBPyConnection:
    """A DuckDB in memory, within the limits and without a network."""
    connection = duckdb.connect(":memory:")
    settings: dict[str, Any] = {
        "memory_limit": limits.memory,
        "threads": limits.threads,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "enable_progress_bar": False,
        "parquet_metadata_cache": True,
        "preserve_insertion_order": False,
    }
    if limits.spill:
        limits.spill.mkdir(parents=True, exist_ok=True)
        settings["temp_directory"] = str(limits.spill)
    for name, value in settings.items():
        connection.execute(f"SET {name} = {quoted(value)}")
    return connection


def quoted(value: Any) -> str:
    """A setting or a path as it stands in SQL."""
    if isinstance(value, bool | int):
        return str(value).lower()
    return "'" + str(value).replace("'", "''") + "'"


def read_codes(folder: Path, manifest: Manifest | None) -> Codes:
    """The dictionary of a store."""
    if manifest is None:
        return Codes()
    table = pq.read_table(folder / manifest.codes.file).sort_by("code")
    return Codes(table.column("value").to_pylist())


def files_sql(folder: Path, manifest: Manifest) -> str:
    """The segments as a table function of DuckDB.

    Joined by the names of columns, DuckDB looks into every file at once and so
    knows the least and the greatest of each column: it groups by narrow keys and
    adds up in narrow numbers, which halves the time of a large table.
    """
    paths = ", ".join(quoted(folder / segment.file) for segment in manifest.segments)
    return f"read_parquet([{paths}], union_by_name = true)"


class Reader:
    """Segments and tail as the one table ``facts``."""

    def __init__(self, folder: Path, manifest: Manifest | None, limits: Limits) -> None:
        self.manifest = manifest
        self.codes = read_codes(folder, manifest)
        # The last fact that is in: its number and its version, set together.
        self.position = (manifest.through, manifest.anchor) if manifest else (0, "")
        self._lock = threading.Lock()
        self._connection = connect(limits)
        empty = SCHEMA.empty_table()
        self._connection.register("empty", empty)
        self._connection.execute("CREATE TABLE tail AS SELECT * FROM empty")
        self._connection.unregister("empty")
        self._connection.execute(f"CREATE VIEW facts AS {self._views(folder)}")
        self._kept = Kept()

    def _views(self, folder: Path) -> str:
        """Make ``closed`` of the segments; the SQL of both parts together."""
        columns = ", ".join(NAMES)
        tail = f"SELECT {columns} FROM tail"  # noqa: S608 - names of our own layout
        if self.manifest is None or not self.manifest.segments:
            return tail
        closed = f"SELECT {columns} FROM {files_sql(folder, self.manifest)}"  # noqa: S608
        self._connection.execute(f"CREATE VIEW closed AS {closed}")
        return f"{closed} UNION ALL {tail}"

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of the stream that have rows."""
        closed = self.manifest.through if self.manifest else 0
        return (("closed",) if closed else ()) + (("tail",) if self.last > closed else ())

    @property
    def last(self) -> int:
        """The highest number that is in."""
        return self.position[0]

    def take_in(self, rows: Iterable[FactRow]) -> int:
        """Add facts to the tail; how many. One thread at a time."""
        waiting, count = iter(rows), 0
        while chunk := list(islice(waiting, CHUNK)):
            with self.cursor() as cursor:
                cursor.register("fresh", batch(chunk, self.codes))
                cursor.execute("INSERT INTO tail SELECT * FROM fresh")
            self.position = (chunk[-1].sequence, str(chunk[-1].version_id))
            count += len(chunk)
        return count

    @contextmanager
    def cursor(self, tables: Mapping[str, pa.Table] | None = None) -> Iterator[Any]:
        """A cursor that sees ``facts`` and, for itself alone, the tables given.

        The tables are copied: of its own tables DuckDB knows the bounds, and joins
        them by looking up an array.
        """
        with self._lock:
            cursor = self._connection.cursor()
        try:
            for name, table in (tables or {}).items():
                cursor.register("given", table)
                cursor.execute(f'CREATE TEMP TABLE "{name}" AS SELECT * FROM given')  # noqa: S608
                cursor.unregister("given")
            yield cursor
        finally:
            cursor.close()

    def fetch(self, sql: str, tables: Mapping[str, pa.Table] | None = None) -> list[dict[str, Any]]:
        """The rows of a query as plain dictionaries."""
        with self.cursor(tables) as cursor:
            found = cursor.execute(sql)
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def whole(self, sql: str, tables: Mapping[str, pa.Table]) -> list[tuple[Any, ...]]:
        """The rows of a query that cannot be added up from parts; kept where there is no tail."""
        if self.parts == ("closed",):
            return self.of_parts(sql, tables)[0]
        with self.cursor(tables) as cursor:
            return list(cursor.execute(sql).fetchall())

    def of_parts(self, sql: str, tables: Mapping[str, pa.Table]) -> list[list[tuple[Any, ...]]]:
        """The rows of a query over ``facts`` for each part of the stream.

        What the closed part says never changes, so it is kept; the tail is asked
        every time. The caller adds them up.
        """
        answers = []
        for part in self.parts:
            key = (sql, _digest(tables)) if part == "closed" else None
            rows = self._kept.get(key) if key else None
            if rows is None:
                with self.cursor(tables) as cursor:
                    asked = sql.replace('FROM "facts" AS', f'FROM "{part}" AS')
                    rows = cursor.execute(asked).fetchall()
                if key:
                    self._kept.put(key, rows)
            answers.append(rows)
        return answers

    def table(self, sql: str, tables: Mapping[str, pa.Table] | None = None) -> pa.Table:
        """The rows of a query as an Arrow table, over the closed part alone if there is no tail."""
        if self.parts == ("closed",):
            sql = sql.replace('FROM "facts" AS', 'FROM "closed" AS')
        with self.cursor(tables) as cursor:
            return cursor.execute(sql).to_arrow_table()


class Kept:
    """Answers of the closed part, the least used going first; bounded by rows."""

    def __init__(self, most: int = 400_000) -> None:
        self._most = most
        self._rows = 0
        self._lock = threading.Lock()
        self._answers: OrderedDict[tuple[str, bytes], list[tuple[Any, ...]]] = OrderedDict()

    def get(self, key: tuple[str, bytes]) -> list[tuple[Any, ...]] | None:
        """A kept answer, not to be altered."""
        with self._lock:
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
            return found

    def put(self, key: tuple[str, bytes], rows: list[tuple[Any, ...]]) -> None:
        """Keep an answer."""
        with self._lock:
            if key in self._answers:
                return
            self._rows += len(rows) + 1
            self._answers[key] = rows
            while self._rows > self._most and self._answers:
                self._rows -= len(self._answers.popitem(last=False)[1]) + 1


def _digest(tables: Mapping[str, pa.Table]) -> bytes:
    digest = hashlib.blake2b()
    for name, table in sorted(tables.items()):
        digest.update(f"{name}:{table.num_rows};".encode())
        for column in table.columns:
            for chunk in column.chunks:
                for buffer in chunk.buffers():
                    digest.update(buffer or b"-")
    return digest.digest()
