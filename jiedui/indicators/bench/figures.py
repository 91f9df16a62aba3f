"""Measures the figures: how long questions take, beside a bare scan and beside pandas."""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pyarrow as pa

from jiedui.core.periods import Period
from jiedui.indicators.bench import pages as asking
from jiedui.indicators.bench.invented import YEARS, bodies, build, region_of
from jiedui.indicators.domain.definitions import Definition, Side
from jiedui.indicators.domain.facts import LEDGER
from jiedui.indicators.domain.question import Question
from jiedui.indicators.domain.regions import Ties
from jiedui.indicators.queries.catalogue import definitions
from jiedui.indicators.queries.engine_core import Engine
from jiedui.indicators.queries.engine_scope import World
from jiedui.indicators.sources.state import Keeper
from jiedui.indicators.sources.store import manifest as manifests
from jiedui.indicators.sources.store.manifest import Manifest
from jiedui.indicators.sources.store.reader import Limits, connect, files_sql

AS_OF = date(2025, 6, 30)
BY = ("unit_class", "receiver_region", "month", "kind")
# The columns that the question reads: what a bare scan reads too.
READ = ("unit_class", "receiver", "month", "kind", "known_from", "sign", "amount")
REPEATS = 5
Tell = Callable[[str], None]


def everything(count: str, of: str = "") -> Definition:
    """Everything in one table: no page asks for more."""
    return Definition(
        code="bench",
        version=1,
        title="全部",
        title_en="all",
        why="bench",
        why_en="bench",
        scope="all",
        scope_en="all",
        unit="",
        unit_class="things",
        period="starts",
        additive=False,
        exclusive=(),
        overlapping=(),
        source="bench",
        numerator=Side(count, of),
    )


class Times(NamedTuple):
    """Seconds of the clock, and of all processors together, which other work distorts less."""

    wall: float
    cpu: float


def timed(act: Callable[[], Any]) -> Times:
    """How long an act takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return Times(time.perf_counter() - wall, time.process_time() - cpu)


def medians_of(acts: Mapping[str, Callable[[], Any]], repeats: int = REPEATS) -> dict[str, Times]:
    """Median times of acts, each once warm; by turns, so that other work burdens all alike."""
    runs: dict[str, list[Times]] = {name: [] for name in acts}
    for turn in range(repeats + 1):
        for name, act in acts.items():
            took = timed(act)
            if turn:
                runs[name].append(took)
    return {
        name: Times(*(statistics.median(column) for column in zip(*same, strict=True)))
        for name, same in runs.items()
    }


def engine_over(folder: Path, limits: Limits) -> Engine:
    """An engine over an invented store, without a database."""
    ties = Ties.of(bodies().lineage())
    world = World(ties, frozenset(), date(2026, 1, 15))
    return Engine(_Settled(folder, lambda after: iter(()), limits), lambda: world)


class _Settled(Keeper):
    """A store that nothing is added to: there is no database behind it."""

    def _is_fresh(self, reader: Any) -> bool:
        return True

    def _follow(self, reader: Any) -> bool:
        return True


def questions() -> list[tuple[str, Question]]:
    """Figures pages as people open them: whole programmes, a region, a receiver, years, days."""
    known = bodies()
    asked: list[tuple[str, Question]] = []
    for number, indicator in enumerate(sorted(definitions())):
        receiver: UUID | None = (None, known.regions[number % 64], known.receivers[number * 7])[
            number % 3
        ]
        year = YEARS[number % len(YEARS)]
        period = Period(date(year, 1, 1), date(year, 12, 31)) if number % 2 else Period(None, None)
        as_of = AS_OF if number % 4 == 0 else None
        asked.append((indicator, Question(receiver=receiver, period=period, as_of=as_of)))
        asked.append((indicator, Question()))
    return asked


def with_pandas(folder: Path, manifest: Manifest, codes: dict[str, int]) -> Any:
    """The same question as ``sum_s`` in pandas, from the same columns of the same files."""
    import pandas as pd
    import pyarrow.parquet as pq

    known = bodies()
    regions = pd.Series(
        {codes[str(body)]: region_of(index) for index, body in enumerate(known.receivers)}
    )
    parts = []
    for segment in (each for each in manifest.segments if each.stream == LEDGER):
        table = pq.read_table(folder / segment.file, columns=list(READ))
        # Decimals would be Python objects; whole hundredths fit into a float exactly.
        amount = table.column("amount").cast(pa.float64())
        parts.append(table.drop_columns(["amount"]).append_column("amount", amount))
    facts = pa.concat_tables(parts).to_pandas(date_as_object=False)
    facts = facts[facts["known_from"] <= pd.Timestamp(AS_OF)]
    facts["receiver_region"] = facts["receiver"].map(regions)
    summed = facts.groupby(list(BY), sort=False)[["amount", "sign"]].sum()
    return summed[summed["sign"] > 0]


def compared(cube: pa.Table, frame: Any, codes: dict[str, int]) -> bool:
    """Whether the engine and pandas gave the same lines."""
    known = bodies()
    number = {str(region): index for index, region in enumerate(known.regions)}
    ours = cube.to_pydict()
    lines = {
        (
            codes[ours["unit_class"][i]],
            number[ours["receiver_region"][i]],
            ours["month"][i],
            codes[ours["kind"][i]],
        ): (float(ours["value"][i]), int(ours["records"][i]))
        for i in range(cube.num_rows)
    }
    theirs = {
        key: (float(value), int(records))
        for key, value, records in zip(
            frame.index.tolist(), frame["amount"], frame["sign"], strict=True
        )
    }
    return lines == theirs


def scan(folder: Path, manifest: Manifest, limits: Limits) -> Callable[[], Any]:
    """DuckDB reading exactly the columns that the question needs, and doing no more."""
    connection = connect(limits)
    columns = ", ".join(f"bit_xor(hash({name}))" for name in READ)
    sql = f"SELECT {columns} FROM {files_sql(folder, manifest, LEDGER)}"  # noqa: S608 - our own names
    return lambda: connection.execute(sql).fetchall()


def peak_mb() -> float:
    """The most memory that this process ever held."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 2**10


def dashboard(engine: Engine, tell: Tell) -> dict[str, float]:
    """Pages in milliseconds: never asked before, after a new fact, and warm.

    A page is the answer to a request, HTML and all, by a reader of everything
    (``all``) and by one of a single giver (``part``).
    """
    runs: dict[str, list[Times]] = {"first": [], "renewed": [], "": []}
    slowest: dict[str, tuple[float, str]] = {}
    asked = [question.receiver for _, question in questions() if question.receiver]
    with asking.house(engine, asked, tell) as readers:
        tell("asking for pages")
        for name, client in readers.items():
            for address in asking.addresses(questions()):

                def act() -> None:
                    asking.opened(client, address)  # noqa: B023

                found = {"first": [timed(act)]}
                asking.new_fact(engine)
                found["renewed"] = [timed(act)]
                found[""] = [timed(act) for _ in range(REPEATS)]
                for kind, times in found.items():
                    runs[kind] += times
                    worst = (1000 * statistics.median(t.wall for t in times), f"{name} {address}")
                    slowest[kind] = max(slowest.get(kind, worst), worst)
    for kind, (took, where) in slowest.items():
        tell(f"slowest {kind or 'warm'}: {took:.0f} ms {where}")
    plain = {}
    for name, times in runs.items():
        stem = f"dashboard_{name}_" if name else "dashboard_"
        for unit, values in (
            ("ms", [run.wall for run in times]),
            ("cpu_ms", [run.cpu for run in times]),
        ):
            plain[f"{stem}p95_{unit}"] = 1000 * statistics.quantiles(values, n=20)[-1]
            plain[f"{stem}median_{unit}"] = 1000 * statistics.median(values)
    return plain


def measure(
    rows: int,
    folder: Path,
    limits: Limits,
    *,
    pages: bool = True,
    pandas: bool = True,
    tell: Tell = lambda text: None,
) -> dict[str, float | int | bool | None]:
    """All measures over a store of ``rows`` facts, built in ``folder`` unless it lies there.

    ``build_s`` is None for a store that lay there. ``tell`` hears of each stage.
    """
    build_s: float | None = None
    begun = time.perf_counter()
    manifest = manifests.read(folder)
    if manifest is None or abs(manifest.rows - rows) > rows / 100:
        tell("building the store")
        manifest = build(folder, rows, limits)
        build_s = time.perf_counter() - begun
    engine = engine_over(folder, limits)
    regions = bodies().regions
    asked = Question(as_of=AS_OF)

    def summed() -> pa.Table:
        return engine.cube(everything("sum"), asked, BY, regions=regions)

    def distinct() -> pa.Table:
        return engine.cube(everything("distinct", "receiver"), asked, BY, regions=regions)

    asks: dict[str, Callable[[], Any]] = {
        "raw_scan": scan(folder, manifest, limits),
        "sum": summed,
        "distinct": distinct,
    }
    for act in asks.values():
        act()
    found: dict[str, float | int | bool | None] = {
        "rows": manifest.rows,
        "threads": limits.threads,
        "store_mb": sum(each.bytes for each in manifest.files) / 1e6,
        "build_s": build_s,
        "sum_lines": summed().num_rows,
        **(dashboard(engine, tell) if pages else {}),
        # Before pandas, which takes far more.
        "peak_mb": peak_mb(),
    }
    if pandas:
        codes = {value: code for code, value in enumerate(engine.keeper.reader().codes.values)}
        asks["pandas"] = lambda: with_pandas(folder, manifest, codes)
        found["same_as_pandas"] = compared(summed(), with_pandas(folder, manifest, codes), codes)
    tell("asking in turns: " + ", ".join(asks))
    times = medians_of(asks)
    for name, each in times.items():
        found |= {f"{name}_s": each.wall, f"{name}_cpu_s": each.cpu}
    total = times["sum"]
    found["sum_to_raw_scan"] = total.wall / times["raw_scan"].wall
    found["sum_to_raw_scan_cpu"] = total.cpu / times["raw_scan"].cpu
    if pandas:
        found["pandas_to_sum"] = times["pandas"].wall / total.wall
        found["pandas_to_sum_cpu"] = times["pandas"].cpu / total.cpu
    return {
        name: round(value, 4) if isinstance(value, float) else value
        for name, value in found.items()
    }


def bench(
    rows: int,
    keep: Path | None,
    limits: Limits,
    *,
    pages: bool,
    pandas: bool,
    tell: Tell = lambda text: None,
) -> dict[str, Any]:
    """Measure in a folder that is kept, or in one that goes away."""
    if keep is not None:
        return measure(rows, keep, limits, pages=pages, pandas=pandas, tell=tell)
    with tempfile.TemporaryDirectory(prefix="jiedui-bench-") as folder:
        return measure(rows, Path(folder), limits, pages=pages, pandas=pandas, tell=tell)
