"""Every indicator: its number is its list, and its card is in docs/indicators.md."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from unittest.mock import patch

import pytest

from jiedui.indicators.bench.figures import (
    AS_OF,
    BY,
    compared,
    engine_over,
    everything,
    questions,
    with_pandas,
)
from jiedui.indicators.bench.invented import bodies, build
from jiedui.indicators.bench.pages import new_fact
from jiedui.indicators.domain.definitions import Definition, Side
from jiedui.indicators.domain.facts import FactRow
from jiedui.indicators.domain.question import Question
from jiedui.indicators.queries.catalogue import cards, definitions
from jiedui.indicators.queries.engine_core import Engine
from jiedui.indicators.sources.store import manifest as manifests
from jiedui.indicators.sources.store.reader import Limits, Reader

LIMITS = Limits("512MB", 1)
REPO = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    build(folder, 20_000, LIMITS)
    return folder


@pytest.fixture(scope="module")
def engine(store: Path) -> Engine:
    return engine_over(store, LIMITS)


def number(side: Side, listed: list[FactRow]) -> Decimal:
    """What a list of records makes."""
    if side.count == "days":
        return sum((row.value * row.days_within(date.min, AS_OF) for row in listed), Decimal(0))
    if side.count == "sum":
        return sum((row.value for row in listed), Decimal(0))
    if side.count == "distinct":
        return Decimal(len({getattr(row, f"{side.of}_id") for row in listed}))
    return Decimal(len(listed))


@pytest.mark.parametrize("definition", definitions().values(), ids=lambda d: d.code)
def test_the_number_is_its_list(definition: Definition, engine: Engine) -> None:
    question = Question(as_of=AS_OF)
    result = engine.total(definition, question)
    numbers = {
        name: number(side, engine.records(definition, question, side=name))
        for name, side in definition.sides.items()
    }
    if definition.ratio:
        assert result.value == numbers["numerator"] / numbers["denominator"]
        assert (result.numerator, result.denominator) == tuple(numbers.values())
    elif result.records:
        assert result.value == numbers["numerator"]
    else:
        # No activity kind of the packs records it: no record, no number.
        assert result.value is None
    listed = engine.records(definition, question)
    assert result.records == len(listed)
    assert all(row.known_from <= AS_OF for row in listed)


def test_a_table_of_many_keys_is_what_pandas_says(engine: Engine, store: Path) -> None:
    manifest = manifests.read(store)
    assert manifest is not None
    codes = {value: code for code, value in enumerate(engine.keeper.reader().codes.values)}
    cube = engine.cube(everything("sum"), Question(as_of=AS_OF), BY, regions=bodies().regions)
    assert compared(cube, with_pandas(store, manifest, codes), codes)


def test_every_page_of_the_bench_can_be_asked(engine: Engine) -> None:
    for indicator, question in questions():
        for by in ("month", "receiver"):
            engine.breakdown(indicator, question, by)


def test_after_a_new_fact_only_the_tail_is_asked(store: Path) -> None:
    engine = engine_over(store, LIMITS)

    def said() -> dict[str, tuple[Decimal | None, int, int]]:
        found = {}
        for code, each in definitions().items():
            total = engine.total(code, Question())
            groups = engine.breakdown(code, Question(), "receiver")
            listed = [] if each.ratio else engine.records(code, Question(), limit=5)
            found[code] = (total.value, sum(group.records for group in groups), len(listed))
        return found

    before = said()
    new_fact(engine)
    with patch.object(Reader, "parts", ("tail",)):
        after = said()
    assert after["events"][0] == (before["events"][0] or 0) + 1
    assert after["operations"][1] == before["operations"][1] + 1
    assert after["receivers_reached"][1] == before["receivers_reached"][1] + 1
    assert after["lectures"] == before["lectures"]


def test_the_cards_are_printed() -> None:
    """Print them anew: jiedui figures cards > docs/indicators.md."""
    assert (REPO / "docs" / "indicators.md").read_text(encoding="utf-8") == cards()
