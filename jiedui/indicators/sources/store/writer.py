"""Closes runs of facts into segments: each file whole before a manifest names it.

Facts of a stream and a year go into segments of their own. While these are small
they are merged with what is new; once they are large the new facts stand beside them,
until there are too many files. Nothing already written is ever changed.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq

from jiedui.core.errors import InvalidState
from jiedui.indicators.domain.facts import STREAMS, FactRow
from jiedui.indicators.domain.layout import NAMES, ORDER
from jiedui.indicators.sources.store import manifest as manifests
from jiedui.indicators.sources.store.manifest import Manifest, Segment, StoredFile, stored
from jiedui.indicators.sources.store.reader import Limits, connect, quoted, read_codes
from jiedui.indicators.sources.store.rows import SCHEMA, Codes, batch

CHUNK = 20_000
# A row group is what a reader takes or leaves: small enough to skip other measures.
ROW_GROUP = 61_440
# A year with more rows than this is parted by the receiver's region.
SPLIT = 4_000_000
# So many files a year, and they are merged.
MOST_FILES = 8
# Files that no manifest names any more may still be read by calls under way.
GRACE = 3600.0
# A stream and a year.
Run = tuple[str, int]


@dataclass(frozen=True)
class Closed:
    """What a compaction did: facts taken in, up to which number, and the files swept."""

    rows: int
    through: int
    segments: int
    swept: tuple[str, ...] = ()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the store's write lock; InvalidState ``compaction-running`` where another does."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise InvalidState(
                "compaction-running", "The figures store is being compacted already."
            ) from busy
        yield


def close(
    folder: Path,
    stream: Iterable[FactRow],
    former: Manifest | None,
    limits: Limits,
    region_of: Mapping[UUID, UUID] | None = None,
    *,
    generation: int | None = None,
    now: float | None = None,
) -> Closed:
    """Write a run of facts that follow the former manifest, and a manifest that has them.

    Call it within ``locked``. The run must be committed as a whole: facts are
    numbered in the order of commit, so every number below one that is visible is.
    """
    codes = read_codes(folder, former)
    connection = connect(limits)
    connection.execute("SET preserve_insertion_order = true")
    empty = SCHEMA.empty_table()
    connection.register("empty", empty)
    connection.execute("CREATE TABLE fresh AS SELECT *, '' AS region FROM empty")
    count, last = 0, None
    waiting = iter(stream)
    while chunk := list(islice(waiting, CHUNK)):
        regions = [str((region_of or {}).get(row.receiver_id, "")) for row in chunk]
        table = batch(chunk, codes).append_column("region", pa.array(regions, pa.string()))
        connection.register("chunk", table)
        connection.execute("INSERT INTO fresh SELECT * FROM chunk")
        connection.unregister("chunk")
        count, last = count + len(chunk), chunk[-1]
    if last is None:
        return Closed(0, former.through if former else 0, len(former.segments) if former else 0)
    number = generation or (former.generation + 1 if former else 1)
    segments = _segments(connection, folder, former, number)
    made = Manifest(
        generation=number,
        through=last.sequence,
        anchor=str(last.version_id),
        codes=write_codes(folder, codes, number),
        segments=tuple(
            sorted(segments, key=lambda s: (s.stream, s.year, s.region, s.first_sequence))
        ),
    )
    connection.close()
    manifests.write(folder, made)
    swept = manifests.sweep(folder, (made,), (now or time.time()) - GRACE)
    return Closed(count, last.sequence, len(made.segments), tuple(swept))


def _segments(
    connection: Any, folder: Path, former: Manifest | None, generation: int
) -> list[Segment]:
    """The segments that the new manifest names: those kept, merged and added."""
    by_run: dict[Run, list[Segment]] = {}
    for segment in former.segments if former else ():
        by_run.setdefault((segment.stream, segment.year), []).append(segment)
    counted = connection.execute(
        "SELECT stream, month // 100, count(*) FROM fresh GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    fresh = {(STREAMS[number], year): rows for number, year, rows in counted}
    kept = [segment for run, old in by_run.items() if run not in fresh for segment in old]
    for run, rows in fresh.items():
        old = by_run.get(run, [])
        merge = sum(s.rows for s in old) < 4 * rows or len(old) >= MOST_FILES
        if not merge:
            kept += old
        kept += _write_run(connection, folder, old if merge else [], run, rows, generation)
    return kept


def _write_run(
    connection: Any, folder: Path, old: list[Segment], run: Run, rows: int, generation: int
) -> list[Segment]:
    (stream, year), columns = run, ", ".join(NAMES)
    source = (
        f"SELECT {columns}, region FROM fresh"  # noqa: S608 - names and numbers of our own
        f" WHERE stream = {STREAMS.index(stream):d} AND month // 100 = {year:d}"
    )
    for segment in old:
        file, region = quoted(folder / segment.file), quoted(segment.region)
        source += f" UNION ALL SELECT {columns}, {region} FROM read_parquet({file})"  # noqa: S608
    regions: list[str | None] = [None]
    if rows + sum(s.rows for s in old) > SPLIT:
        found = connection.execute(f"SELECT DISTINCT region FROM ({source}) ORDER BY 1")  # noqa: S608
        regions = [row[0] for row in found.fetchall()]
    made = []
    for index, each in enumerate(regions):
        where = "" if each is None else f"WHERE region = {quoted(each)}"
        query = f"SELECT {columns} FROM ({source}) {where} ORDER BY {', '.join(ORDER)}"  # noqa: S608
        path = folder / f"facts-{stream}-{year}-{generation:06d}-{index:03d}.parquet"
        made.append(write_segment(connection, query, path, run, each or ""))
    return made


def write_segment(connection: Any, query: str, path: Path, run: Run, region: str) -> Segment:
    """Write the rows of a query, in the order of the layout, as one segment."""
    part = path.with_suffix(".part")
    connection.execute(
        f"COPY ({query}) TO {quoted(part)}"
        f" (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {ROW_GROUP})"
    )
    os.replace(part, path)
    low, high, first, last, rows = connection.execute(
        "SELECT min(sequence), max(sequence), min(happened_from), max(happened_from), count(*)"  # noqa: S608
        f" FROM read_parquet({quoted(path)})"
    ).fetchone()
    return Segment(
        **asdict(stored(path, rows)),
        stream=run[0],
        year=run[1],
        region=region,
        first_sequence=low,
        last_sequence=high,
        first_day=first.isoformat(),
        last_day=last.isoformat(),
    )


def write_codes(folder: Path, codes: Codes, generation: int) -> StoredFile:
    """Write the dictionary: every code and its value."""
    path = folder / f"codes-{generation:06d}.parquet"
    part = path.with_suffix(".part")
    table = pa.table(
        {"code": pa.array(range(len(codes)), pa.int32()), "value": pa.array(codes.values)}
    )
    pq.write_table(table, part, compression="zstd")
    os.replace(part, path)
    return stored(path, len(codes))
