"""An invented store of any size, in the layout of real ones: five years of entries.

Ten thousand receivers in regions of uneven size, each with a giver or two; the
activity kinds and the measures that they record are the packs'. Entries become
known some days after they happened, a few are corrected later. The programmes
tell a few stays, posts, pairings and batches of the last year. Nothing is
random: the same number of rows is the same store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import pyarrow as pa

from jiedui.core.packs import vocabulary
from jiedui.directory.domain.lineage import LineageRow
from jiedui.indicators.domain.facts import PROGRAMMES as PROGRAMMES_TOLD
from jiedui.indicators.domain.facts import STREAMS
from jiedui.indicators.domain.layout import ORDER, TYPES
from jiedui.indicators.sources.store import manifest as manifests
from jiedui.indicators.sources.store.manifest import Manifest
from jiedui.indicators.sources.store.reader import Limits, connect
from jiedui.indicators.sources.store.rows import Codes
from jiedui.indicators.sources.store.writer import write_codes, write_segment

YEARS = range(2021, 2026)
RECEIVERS, GIVERS, PLACES, PROGRAMMES, REGIONS = 10_000, 200, 4_000, 3, 64
PEOPLE = 500
# One row in so many is corrected later: taken back, and made known again.
CORRECTED = 30
# Rows of a segment, so that making one fits into little memory.
PER_SEGMENT = 2_000_000
# Types of the layout that DuckDB calls otherwise.
SQL = {
    "int64": "BIGINT",
    "int32": "INTEGER",
    "int16": "SMALLINT",
    "int8": "TINYINT",
    "binary": "BLOB",
}


@dataclass(frozen=True)
class Bodies:
    """The ids of an invented world."""

    receivers: tuple[UUID, ...]
    givers: tuple[UUID, ...]
    regions: tuple[UUID, ...]

    def lineage(self) -> list[LineageRow]:
        """Every receiver in its region, since ever."""
        own = [LineageRow(each, each, "", None, None) for each in (*self.receivers, *self.regions)]
        return own + [
            LineageRow(body, self.regions[region_of(index)], "", None, None)
            for index, body in enumerate(self.receivers)
        ]


def region_of(receiver: int) -> int:
    """The region of a receiver by number: the first regions are the largest."""
    return int((receiver / RECEIVERS) ** 2 * REGIONS)


def bodies() -> Bodies:
    """The same ids at every call."""

    def ids(kind: int, count: int) -> tuple[UUID, ...]:
        return tuple(UUID(int=(kind << 96) + n) for n in range(count))

    return Bodies(ids(1, RECEIVERS), ids(2, GIVERS), ids(3, REGIONS))


def outputs() -> list[dict[str, str]]:
    """Every activity kind of the packs with each measure that it records."""
    words = vocabulary()
    measures, kinds = words.table("measures"), words.table("activity_kinds")
    return [
        {
            "kind": kind.code,
            "output_class": kind.extra["output_class"],
            "measure": measure,
            "unit_class": measures[measure].extra["unit_class"],
            "unit": measures[measure].extra["units"].split(" ")[0],
        }
        for kind in kinds.values()
        for measure in kind.extra["outputs"].split()
    ]


def _coded(codes: Codes) -> pa.Table:
    """The outputs as codes, numbered."""
    return pa.Table.from_pylist(
        [
            {"output": number, **{name: codes.of(text) for name, text in each.items()}}
            for number, each in enumerate(outputs())
        ]
    )


def _rows_sql(first: int, count: int, year: int, low: int, high: int, at: Mapping[str, int]) -> str:
    """``count`` entries of a year for receivers ``low`` to ``high``, with their corrections.

    ``at`` tells where the codes of each kind of body begin.
    """
    days = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    receiver, giver = at["receiver"], at["giver"]
    place, programme = at["place"], at["programme"]
    return f"""
    WITH made AS (
      SELECT i, hash(i) AS h, hash(i + 7777777777) AS g FROM range({first}, {first + count}) t(i)
    ), entries AS (
      SELECT made.*, {low} + CAST(h % {high - low} AS INTEGER) AS who,
        DATE '{year}-01-01' + CAST((h >> 20) % {days} AS INTEGER) AS happened_from,
        CAST((g >> 10) % 12 AS INTEGER) * CAST((g >> 20) % 6 AS INTEGER) AS lag, outputs.*
      FROM made JOIN outputs ON outputs.output = CAST((g >> 40) % {at["outputs"]} AS BIGINT)
    ), versions AS (
      SELECT *, 1 AS number, 1 AS sign, happened_from + lag AS known_from FROM entries
      UNION ALL
      SELECT *, 1, -1, happened_from + lag + 30 FROM entries WHERE i % {CORRECTED} = 0
      UNION ALL
      SELECT *, 2, 1, happened_from + lag + 30 FROM entries WHERE i % {CORRECTED} = 0
    )
    SELECT CAST(3 * i + number - sign AS BIGINT) AS sequence, CAST(sign AS TINYINT) AS sign,
      0 AS stream, measure, unit_class,
      CAST(year(happened_from) * 100 + month(happened_from) AS INTEGER) AS month,
      CAST({receiver} + who AS INTEGER) AS receiver,
      CAST({giver} + (who * 7 + (g >> 30) % 2) % {GIVERS} AS INTEGER) AS giver,
      kind, output_class,
      CAST({place} + who % {PLACES} AS INTEGER) AS place,
      CAST({programme} + who % {PROGRAMMES} AS INTEGER) AS programme,
      0 AS item, 0 AS person, unit,
      CAST(CASE WHEN g % 50 = 0 THEN 1 + g % 2 ELSE 0 END AS TINYINT) AS "precision",
      CAST(happened_from AS DATE) AS happened_from,
      CAST(happened_from + CASE WHEN g % 40 = 0 THEN 3 ELSE 0 END AS DATE) AS happened_to,
      CAST(known_from AS DATE) AS known_from,
      CAST(sign * (1 + (h >> 50) % 90 + number) AS DECIMAL(18, 2)) AS amount,
      CAST(NULL AS DECIMAL(18, 2)) AS high_amount,
      CAST(1 AS SMALLINT) AS line, number,
      unhex(printf('%016x%016x', h, g)) AS entry,
      unhex(printf('%016x%016x', h, g + CAST(number AS UBIGINT) % 3)) AS version,
      0 AS confirmed_by
    FROM versions"""  # noqa: S608 - numbers of our own


# The programmes tell one row for so many of the ledger's.
SHARE_TOLD = 200
# Measures that they tell, each with its kind, unit and class of unit.
TOLD = (
    ("pairings", "hospital_hospital", "对", "things"),
    ("dispatch_batches", "batch", "批", "things"),
    ("posts_asked", "post", "个", "things"),
    ("posts_filled", "post", "个", "things"),
    ("expert_person_times", "planned", "人次", "person_times"),
    ("days_present", "planned", "天", "things"),
    ("unbroken_days", "planned", "天", "things"),
    ("full_time_days", "planned", "人天", "things"),
    ("unbroken_days", "team", "天", "things"),
)

# Measures that learning tells; days on which nothing lasts are its first alone.
LEARNED = (
    ("cases_expert_led", "pci", "例", "cases"),
    ("cases_joint", "pci", "例", "cases"),
    ("cases_supervised", "pci", "例", "cases"),
    ("cases_local_alone", "gastroscopy", "例", "cases"),
    ("certificates_in_force", "pci", "项", "things"),
    ("attachments_accepted", "attachment", "名", "persons"),
    ("attachments_independent", "attachment", "名", "persons"),
    ("techniques_begun", "technique", "项", "things"),
    ("techniques_new_institution", "technique", "项", "things"),
    ("techniques_new_county", "technique", "项", "things"),
    ("techniques_new_region", "technique", "项", "things"),
    ("apprentices", "one_to_one", "名", "persons"),
    ("apprentices_independent", "one_to_one", "名", "persons"),
)


def _told_sql(
    codes: Codes, at: Mapping[str, int], count: int, after: int, stream: str = PROGRAMMES_TOLD
) -> str:
    """Rows of the programmes or of learning, of each measure alike; every seventh stay goes on."""
    told = TOLD if stream == PROGRAMMES_TOLD else LEARNED
    # By their places: what lasts no longer than a day, and what has an amount of its own.
    short, large, asked = ("1, 4, 6, 8", 6, 2) if told is TOLD else (
        "0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 12", -1, -1
    )  # fmt: skip
    listed = ", ".join(
        f"({n}, {', '.join(str(codes.of(text)) for text in each)})" for n, each in enumerate(told)
    )
    people = [codes.of_id(UUID(int=(6 << 96) + n)) for n in range(PEOPLE)]
    specialties = [codes.of(code) for code in ("03", "04", "05.01")]
    return f"""
    WITH listed(n, measure, kind, unit, unit_class) AS (VALUES {listed}),
    made AS (
      SELECT i, hash(i) AS h, DATE '{YEARS[-1]}-01-01' + CAST(hash(i) % 300 AS INTEGER) AS begun,
        listed.*
      FROM range({count}) t(i) JOIN listed ON listed.n = i % {len(told)}
    )
    SELECT {after} + i AS sequence, 1 AS sign, {STREAMS.index(stream)} AS stream, measure,
      unit_class,
      year(begun) * 100 + month(begun) AS month,
      {at["receiver"]} + CAST(h % {RECEIVERS} AS INTEGER) AS receiver,
      {at["giver"]} + CAST((h >> 8) % {GIVERS} AS INTEGER) AS giver, kind, 0 AS output_class,
      0 AS place, {at["programme"]} AS programme,
      {specialties[0]} + CAST((h >> 16) % {len(specialties)} AS INTEGER) AS item,
      {people[0]} + CAST((h >> 24) % {PEOPLE} AS INTEGER) AS person, unit, 0 AS "precision",
      begun AS happened_from,
      CASE WHEN n IN ({short}) THEN begun WHEN i % 7 = 0 THEN DATE '9999-12-31'
        ELSE begun + CAST((h >> 32) % 200 AS INTEGER) END AS happened_to,
      begun + 1 AS known_from,
      CASE WHEN n = {large} THEN 90 + (h >> 40) % 200 WHEN n = {asked} THEN 3 ELSE 1 END AS amount,
      CAST(NULL AS DECIMAL(18, 2)) AS high_amount, 1 AS line, 1 AS number,
      unhex(printf('%032x', {after} + i)) AS entry, unhex(printf('%032x', {after} + i)) AS version,
      0 AS confirmed_by
    FROM made"""  # noqa: S608 - numbers of our own


def _typed(query: str) -> str:
    """A query in the types and the order of the layout."""
    columns = ", ".join(f'CAST("{n}" AS {SQL.get(t, t)}) AS "{n}"' for n, t in TYPES.items())
    return f"SELECT {columns} FROM ({query}) ORDER BY {', '.join(ORDER)}"  # noqa: S608


def build(folder: Path, rows: int, limits: Limits) -> Manifest:
    """Write a store of about so many rows; the manifest says how many exactly."""
    folder.mkdir(parents=True, exist_ok=True)
    known = bodies()
    codes = Codes()
    connection = connect(limits)
    connection.execute("SET preserve_insertion_order = true")
    coded = _coded(codes)
    connection.register("listed", coded)
    connection.execute("CREATE TABLE outputs AS SELECT * FROM listed")
    at = {"outputs": coded.num_rows}
    for kind, ids in (
        ("receiver", known.receivers),
        ("giver", known.givers),
        ("place", tuple(UUID(int=(4 << 96) + n) for n in range(PLACES))),
        ("programme", tuple(UUID(int=(5 << 96) + n) for n in range(PROGRAMMES))),
    ):
        at[kind] = len(codes)
        for each in ids:
            codes.of_id(each)
    entries = int(rows / (1 + 2 / CORRECTED)) // len(YEARS)
    parts = max(1, -(-entries // PER_SEGMENT))
    ledger = STREAMS[0]
    segments, first = [], 0
    for year in YEARS:
        for part in range(parts):
            low, high = (RECEIVERS * edge // parts for edge in (part, part + 1))
            count = entries // parts
            query = _rows_sql(first, count, year, low, high, at)
            first += count
            path = folder / f"facts-{ledger}-{year}-000001-{part:03d}.parquet"
            region = f"{part:03d}" if parts > 1 else ""
            segments.append(write_segment(connection, _typed(query), path, (ledger, year), region))
    many = max(rows // SHARE_TOLD, 400)
    after = 3 * first + 2
    for stream in STREAMS[1:]:
        query = _told_sql(codes, at, many, after, stream)
        after += many
        path = folder / f"facts-{stream}-{YEARS[-1]}-000001-000.parquet"
        run = (stream, YEARS[-1])
        segments.append(write_segment(connection, _typed(query), path, run, ""))
    connection.close()
    made = Manifest(
        generation=1,
        through=max(segment.last_sequence for segment in segments),
        anchor="invented",
        codes=write_codes(folder, codes, 1),
        segments=tuple(segments),
    )
    manifests.write(folder, made)
    return made
