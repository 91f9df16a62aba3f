"""One DuckDB over the segments of a manifest and the tail that is not yet in them.

A reader belongs to one manifest. Its tail grows row by row as the stream does;
a new manifest means a new reader, and calls that still hold the old one finish
on it. Each call has a cursor of its own: cursors may run in several threads.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from jiedui.indicators.domain.facts import STREAMS, FactRow
from jiedui.indicators.domain.layout import NAMES
from jiedui.indicators.sources.store.manifest import Manifest
from jiedui.indicators.sources.store.rows import SCHEMA, Codes, batch

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK = 20_000
T = TypeVar("T")


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
        # Bodies and days are few enough to be counted in an array in place of a hash table.
        "perfect_ht_threshold": 16,
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


def files_sql(folder: Path, manifest: Manifest, stream: str) -> str:
    """The segments of a stream as a table function of DuckDB; blank where it has none.

    Joined by the names of columns, DuckDB looks into every file at once and so
    knows the least and the greatest of each column: it groups by narrow keys and
    adds up in narrow numbers, which halves the time of a large table.
    """
    own = [quoted(folder / each.file) for each in manifest.segments if each.stream == stream]
    return f"read_parquet([{', '.join(own)}], union_by_name = true)" if own else ""


def closed_sql(folder: Path, manifest: Manifest) -> str:
    """All segments. Their stream is told, not read: a question reads the files of its own alone."""
    columns = ", ".join(name for name in NAMES if name != "stream")
    return " UNION ALL BY NAME ".join(
        f"SELECT {columns}, CAST({number:d} AS TINYINT) AS stream FROM {files}"  # noqa: S608
        for number, stream in enumerate(STREAMS)
        if (files := files_sql(folder, manifest, stream))
    )


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
        self._connection.execute(f"CREATE VIEW closed AS {closed_sql(folder, self.manifest)}")
        return f"SELECT {columns} FROM closed UNION ALL {tail}"  # noqa: S608

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

    def rows(self, part: str, sql: str, tables: Mapping[str, pa.Table]) -> list[dict[str, Any]]:
        """As ``fetch``, of one part of the stream."""
        return self.fetch(_over(part, sql), tables) if part in self.parts else []

    def closed(self, sql: str, tables: Mapping[str, pa.Table]) -> list[tuple[Any, ...]]:
        """What the closed part says; it never changes, so that the caller may keep it."""
        return self._of("closed", sql, tables)

    def tail(self, sql: str, tables: Mapping[str, pa.Table]) -> list[tuple[Any, ...]]:
        """What the tail says, to be added to what the closed part says."""
        return self._of("tail", sql, tables)

    def _of(self, part: str, sql: str, tables: Mapping[str, pa.Table]) -> list[tuple[Any, ...]]:
        if part not in self.parts:
            return []
        with self.cursor(tables) as cursor:
            return list(cursor.execute(_over(part, sql)).fetchall())

    def closed_table(self, sql: str, tables: Mapping[str, pa.Table]) -> pa.Table:
        """As ``closed``, as an Arrow table: for many rows."""
        return self._table("closed", sql, tables)

    def tail_table(self, sql: str, tables: Mapping[str, pa.Table]) -> pa.Table:
        """As ``tail``, as an Arrow table."""
        return self._table("tail", sql, tables)

    def _table(self, part: str, sql: str, tables: Mapping[str, pa.Table]) -> pa.Table:
        # Of a part without rows an empty table of the same columns.
        asked = _over(part, sql) if part in self.parts else f"{sql} LIMIT 0"
        with self.cursor(tables) as cursor:
            return cursor.execute(asked).to_arrow_table()

    def kept(self, name: Hashable, make: Callable[[], T]) -> T:
        """What was made of the closed part under this name, made where it is not kept."""
        found = self._kept.get(name)
        if found is None:
            found = make()
            self._kept.put(name, found)
        answer: T = found
        return answer

    def table(self, sql: str, tables: Mapping[str, pa.Table] | None = None) -> pa.Table:
        """The rows of a query as an Arrow table, over the closed part alone if there is no tail."""
        if self.parts == ("closed",):
            sql = _over("closed", sql)
        with self.cursor(tables) as cursor:
            return cursor.execute(sql).to_arrow_table()


def _over(part: str, sql: str) -> str:
    return sql.replace('FROM "facts" AS', f'FROM "{part}" AS')


class Kept:
    """What was made of the closed part, the least used going first; bounded by its size."""

    def __init__(self, most: int = 600_000) -> None:
        self._most = most
        self._size = 0
        self._lock = threading.Lock()
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, name: Hashable) -> Any:
        """A kept answer, not to be altered."""
        with self._lock:
            found = self._answers.get(name)
            if found is not None:
                self._answers.move_to_end(name)
            return found

    def put(self, name: Hashable, answer: Any) -> None:
        """Keep an answer."""
        with self._lock:
            if name in self._answers:
                return
            self._size += _size(answer)
            self._answers[name] = answer
            while self._size > self._most and self._answers:
                self._size -= _size(self._answers.popitem(last=False)[1])


def _size(answer: Any) -> int:
    """About how many rows of Python objects an answer weighs: some 300 bytes each."""
    return 1 + (answer.nbytes // 300 if isinstance(answer, pa.Table) else len(answer))


def digest(tables: Mapping[str, pa.Table]) -> bytes:
    """What the tables hold, for a name."""
    summary = hashlib.blake2b()
    for name, table in sorted(tables.items()):
        summary.update(f"{name}:{table.num_rows};".encode())
        for column in table.columns:
            for chunk in column.chunks:
                for buffer in chunk.buffers():
                    summary.update(buffer or b"-")
    return summary.digest()
