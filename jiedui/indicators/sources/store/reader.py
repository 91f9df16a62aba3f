"""One DuckDB over the segments of a manifest and the tail that is not yet in them.

A reader belongs to one manifest. Its tail grows row by row as the stream does;
a new manifest means a new reader, and calls that still hold the old one finish
on it. Each call has a cursor of its own: cursors may run in several threads.
"""

from __future__ import annotations

import threading
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
    """The segments as a table function of DuckDB."""
    paths = ", ".join(quoted(folder / segment.file) for segment in manifest.segments)
    return f"read_parquet([{paths}])"


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
        columns = ", ".join(NAMES)
        parts = [f"SELECT {columns} FROM tail"]  # noqa: S608 - names of our own layout
        if manifest and manifest.segments:
            parts.insert(0, f"SELECT {columns} FROM {files_sql(folder, manifest)}")  # noqa: S608
        self._connection.execute(f"CREATE VIEW facts AS {' UNION ALL '.join(parts)}")

    @property
    def last(self) -> int:
        """The highest number that is in."""
        return self.position[0]

    def take_in(self, rows: Iterable[FactRow]) -> int:
        """Add facts to the tail; how many. One thread at a time."""
        waiting, count = iter(rows), 0
        while chunk := list(islice(waiting, CHUNK)):
            with self.cursor({"fresh": batch(chunk, self.codes)}) as cursor:
                cursor.execute("INSERT INTO tail SELECT * FROM fresh")
            self.position = (chunk[-1].sequence, str(chunk[-1].version_id))
            count += len(chunk)
        return count

    @contextmanager
    def cursor(self, tables: Mapping[str, pa.Table] | None = None) -> Iterator[Any]:
        """A cursor that sees ``facts`` and, for itself alone, the tables given."""
        with self._lock:
            cursor = self._connection.cursor()
        try:
            for name, table in (tables or {}).items():
                cursor.register(name, table)
            yield cursor
        finally:
            cursor.close()

    def fetch(self, sql: str, tables: Mapping[str, pa.Table] | None = None) -> list[dict[str, Any]]:
        """The rows of a query as plain dictionaries."""
        with self.cursor(tables) as cursor:
            found = cursor.execute(sql)
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def table(self, sql: str, tables: Mapping[str, pa.Table] | None = None) -> pa.Table:
        """The rows of a query as an Arrow table."""
        with self.cursor(tables) as cursor:
            return cursor.execute(sql).to_arrow_table()
