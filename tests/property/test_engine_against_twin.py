"""The fast engine against its slow twin, on random streams, trees and questions."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from unittest.mock import patch
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiedui.core.periods import Period
from jiedui.directory.domain.lineage import LineageRow
from jiedui.indicators.domain import twin
from jiedui.indicators.domain.definitions import Definition
from jiedui.indicators.domain.facts import FactRow
from jiedui.indicators.domain.question import Question
from jiedui.indicators.domain.regions import Ties
from jiedui.indicators.queries import engine_records
from jiedui.indicators.queries.catalogue import definitions, of_measure
from jiedui.indicators.queries.engine_core import Engine
from jiedui.indicators.queries.engine_records import page_mark
from jiedui.indicators.queries.engine_scope import World
from jiedui.indicators.sources.state import Keeper
from jiedui.indicators.sources.store.reader import Limits
from jiedui.indicators.sources.store.writer import close, locked
from tests.property import streams as some

TODAY = date(2024, 2, 10)
LIMITS = Limits(memory="256MB", threads=1)
many = settings(
    max_examples=6,
    phases=(__import__("hypothesis").Phase.generate,),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

# Keys that are packed into one number, and a day among them, which cannot be.
CUBES = (
    ("receiver_region", "month", "kind", "giver"),
    ("year", "receiver_region"),
    ("happened_from", "receiver_region", "measure"),
)
CUBE_KEYS: dict[str, Callable[[FactRow, UUID], object]] = {
    "receiver_region": lambda row, region: str(region),
    "month": lambda row, region: row.happened_from.year * 100 + row.happened_from.month,
    "year": lambda row, region: row.happened_from.year,
    "kind": lambda row, region: row.kind,
    "giver": lambda row, region: str(row.giver_id),
    "happened_from": lambda row, region: row.happened_from,
    "measure": lambda row, region: row.measure,
}


@st.composite
def questions(draw: st.DrawFn) -> Question:
    start, end = draw(some.spans)
    bodies = st.none() | st.sampled_from([*some.BODIES, *some.REGIONS])
    return Question(
        unit_class=draw(st.sampled_from([None, None, None, "person_times"])),
        item=draw(st.sampled_from([None, None, "", "白内障", "03"])),
        giver=draw(bodies),
        receiver=draw(bodies),
        place=draw(st.sampled_from([None, None, None, *some.PLACES[1:]])),
        activity=draw(st.sampled_from([None, None, "surgery", "planned"])),
        output_class=draw(st.sampled_from([None, None, "teach"])),
        period=Period(start, end),
        as_of=draw(st.none() | some.days),
        sequence=draw(st.none() | st.integers(0, 60)),
        tree=draw(st.sampled_from(["now", "then"])),
        programme=draw(st.sampled_from([None, *some.PROGRAMMES])),
    )


def indicators() -> list[Definition]:
    return [*definitions().values(), of_measure("trainees"), of_measure("surgeries")]


def engine_over(rows: list[FactRow], lineage: list[LineageRow], folder: Path, cut: int) -> Engine:
    """The first ``cut`` rows in segments, in two runs, the rest in the tail."""
    if cut:
        from jiedui.indicators.sources.store import manifest as manifests

        with locked(folder):
            close(folder, rows[: cut // 2], None, LIMITS)
            close(folder, rows[cut // 2 : cut], manifests.read(folder), LIMITS)
    world = World(Ties.of(lineage), some.EXAMPLES, TODAY)
    keeper = Keeper(folder, lambda after: iter([r for r in rows if r.sequence > after]), LIMITS)
    return Engine(keeper, lambda: world)


def the_class(definition: Definition, found: list[FactRow], question: Question) -> list[FactRow]:
    """One class of unit, chosen as the engine chooses it."""
    if definition.numerator.count != "sum" or definition.numerator.unit_classes:
        return found
    classes = {row.unit_class for row in found}
    if definition.unit_class in classes:
        return [row for row in found if row.unit_class == definition.unit_class]
    if not classes:
        return found
    best = max(classes, key=lambda c: sum(1 for row in found if row.unit_class == c))
    return [row for row in found if row.unit_class == best]


@many
@given(data=st.data(), rows=some.streams(), lineage=some.lineages(), question=questions())
def test_engine_says_what_the_twin_says(
    data: st.DataObject, rows: list[FactRow], lineage: list[LineageRow], question: Question
) -> None:
    cut = data.draw(st.sampled_from([0, len(rows) // 2, len(rows)]))
    visible = data.draw(st.none() | st.frozensets(st.sampled_from(some.BODIES)))
    by = data.draw(
        st.lists(
            st.sampled_from(
                ["receiver", "giver", "place", "kind", "month", "year", "output_class", "item"]
            ),
            min_size=1,
            max_size=2,
            unique=True,
        )
    )
    asked = data.draw(st.lists(st.sampled_from(indicators()), min_size=1, max_size=2))
    with tempfile.TemporaryDirectory() as folder:
        engine = engine_over(rows, lineage, Path(folder), cut)
        for definition in asked:
            sides = {
                name: the_class(
                    definition,
                    twin.records(
                        rows,
                        definition,
                        side,
                        question,
                        lineage=lineage,
                        examples=some.EXAMPLES,
                        today=TODAY,
                        visible=visible,
                    ),
                    question,
                )
                for name, side in definition.sides.items()
            }
            within = twin.clip(definition, question, TODAY) if definition.spans else None
            whole = within or (date.min, date.max)
            plain = {n: twin.count(s, sides[n], whole) for n, s in definition.sides.items()}
            result = engine.total(definition, question, visible=visible)
            groups = engine.breakdown(definition, question, by, visible=visible)
            assert result.records == plain["numerator"].records
            for name in sides:
                listed = engine.records(definition, question, side=name, visible=visible)
                assert listed == sides[name], (definition.code, name)
            if definition.ratio:
                above = plain["numerator"].value or 0
                below = plain["denominator"].value
                assert result.value == (above / below if below else None)
                continue
            got = (result.value, result.high, result.precision)
            want = plain["numerator"]
            assert got == (want.value, want.high, want.precision), definition.code
            if want.records:
                begun = min(r.happened_from for r in sides["numerator"])
                ended = max(r.happened_to for r in sides["numerator"])
                assert result.period.start == max(begun, whole[0])
                assert result.period.end == min(ended, whole[1])
            expected = twin.breakdown(definition.numerator, sides["numerator"], by, within)
            assert {
                g.key: twin.Plain(g.value, g.high, g.precision, g.records) for g in groups
            } == expected
            if definition.additive and set(by) <= set(definition.exclusive):
                assert sum(g.value or 0 for g in groups) == (want.value or 0)


@many
@given(
    rows=some.streams(),
    lineage=some.lineages(),
    regions=st.lists(st.sampled_from([*some.REGIONS, some.BODIES[0]]), unique=True),
    tree=st.sampled_from(["now", "then"]),
    parts=st.sampled_from([0, 1, 2]),
)
def test_a_breakdown_by_regions_counts_each_record_once(
    rows: list[FactRow], lineage: list[LineageRow], regions: list[UUID], tree: str, parts: int
) -> None:
    question = Question(tree=tree)
    definition = definitions()["free_clinic_sessions"]
    found = twin.records(
        rows, definition, definition.numerator, question, examples=some.EXAMPLES, today=TODAY
    )
    expected: dict[UUID, list[FactRow]] = {}
    for row in found:
        region = twin.region_of(row.receiver_id, regions, lineage, tree, row.happened_from, TODAY)
        if region is not None:
            expected.setdefault(region, []).append(row)
    with tempfile.TemporaryDirectory() as folder:
        engine = engine_over(rows, lineage, Path(folder), len(rows) * parts // 2)
        groups = engine.breakdown(definition, question, "receiver_region", regions=regions)
        tables = [
            engine.cube(definition, question, by, regions=regions).to_pylist() for by in CUBES
        ]
    assert {g.key[0]: (g.value, g.records) for g in groups} == {
        region: (sum(r.value for r in each), len(each)) for region, each in expected.items()
    }
    for by, table in zip(CUBES, tables, strict=True):
        want: dict[tuple[object, ...], tuple[object, int]] = {}
        for region, each in expected.items():
            for row in each:
                key = tuple(CUBE_KEYS[name](row, region) for name in by)
                value, records = want.get(key, (0, 0))
                want[key] = (value + row.value, records + 1)
        got = {tuple(line[n] for n in by): (line["value"], line["records"]) for line in table}
        assert got == want


@many
@given(rows=some.streams(), size=st.integers(1, 4), spare=st.sampled_from([0, 1, 20]))
def test_pages_of_records_make_the_list(rows: list[FactRow], size: int, spare: int) -> None:
    """Also where the tail takes back more records than were kept to spare."""
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.object(engine_records, "SPARE", spare),
    ):
        engine = engine_over(rows, [], Path(folder), len(rows) // 2)
        question = Question()
        whole = engine.records("building_share", question, side="denominator")
        pages: list[FactRow] = []
        while page := engine.records(
            "building_share",
            question,
            page_mark(pages[-1]) if pages else None,
            size,
            side="denominator",
        ):
            pages += page
    assert pages == whole


@many
@given(rows=some.streams(), at=st.integers(0, 60))
def test_a_frozen_figure_never_changes(rows: list[FactRow], at: int) -> None:
    """What is asked at a number is the same whatever comes after it."""
    before = [row for row in rows if row.sequence <= at]
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        early = engine_over(before, [], Path(one), 0).total("events", Question())
        late = engine_over(rows, [], Path(two), len(rows)).total("events", Question(sequence=at))
    assert (early.value, early.records) == (late.value, late.records)
