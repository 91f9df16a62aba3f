"""The same definitions give the same numbers on Spark, over the same segments."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jiedui.indicators.domain.definitions import Definition
from jiedui.indicators.domain.expressions import compiled, render, shape_of
from jiedui.indicators.domain.question import Question
from jiedui.indicators.domain.regions import Ties
from jiedui.indicators.queries.catalogue import definitions
from jiedui.indicators.queries.engine_scope import World, fill_side, scope_of, slices
from jiedui.indicators.sources.store import manifest as manifests
from jiedui.indicators.sources.store.reader import Limits, Reader

pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(shutil.which("java") is None, reason="no Java"),
    pytest.mark.filterwarnings("ignore"),
]
SLICED = (date(2025, 1, 1), date(2026, 1, 1))
LIMITS = Limits("256MB", 1)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from jiedui.indicators.bench.invented import build

    folder = tmp_path_factory.mktemp("store")
    build(folder, 5000, LIMITS)
    return folder


@pytest.fixture(scope="module")
def session(store: Path) -> Iterator[Any]:
    pyspark = pytest.importorskip("pyspark.sql")
    found = (
        pyspark.SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    found.read.parquet(
        *(str(path) for path in store.glob("facts-*.parquet"))
    ).createOrReplaceTempView("facts")
    months = slices(*SLICED, years=False).to_pylist()
    found.createDataFrame(
        [tuple(each.values()) for each in months], "code int, first_day date, last_day date"
    ).createOrReplaceTempView("slices")
    yield found
    found.stop()


@pytest.mark.parametrize("definition", definitions().values(), ids=lambda d: d.code)
@pytest.mark.parametrize("as_of", [None, date(2023, 3, 31)])
def test_sums_and_bodies_are_the_same(
    definition: Definition, as_of: date | None, store: Path, session: Any
) -> None:
    reader = Reader(store, manifests.read(store), LIMITS)
    world = World(Ties.of([]), frozenset(), date(2026, 1, 1))
    scope = scope_of(Question(as_of=as_of), definition, reader.codes, world, None)
    for side in definition.sides.values():
        what = "distinct" if side.count == "distinct" else "sums"
        shape = shape_of(
            what, side, frozenset(scope.cuts), ("month", "kind"), sliced=definition.spans
        )
        values = {**scope.values, **fill_side(side, reader.codes)}
        tables = {"slices": slices(*SLICED, years=False)} if definition.spans else {}
        ours = reader.fetch(render(compiled(shape), values), tables)
        theirs = session.sql(render(compiled(shape, "pyspark"), values)).collect()
        assert {tuple(map(str, row.values())) for row in ours} == {
            tuple(map(str, row.asDict().values())) for row in theirs
        }
