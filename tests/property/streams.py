"""Random streams of facts, as the ledger appends them: made known, corrected, withdrawn."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import strategies as st

from jiedui.directory.domain.lineage import LineageRow
from jiedui.indicators.domain.facts import LEARNING, FactRow
from jiedui.indicators.domain.facts import PROGRAMMES as TOLD
from jiedui.programmes.domain.facts import LASTS

DAY = date(2024, 1, 1)
BODIES = [UUID(int=100 + n) for n in range(6)]
REGIONS = [UUID(int=200 + n) for n in range(3)]
PLACES = [None, UUID(int=300), UUID(int=301)]
PROGRAMMES = [UUID(int=400), UUID(int=401)]
EXAMPLES = frozenset({PROGRAMMES[1]})
MEASURES = [
    ("surgeries", "cases", "台次"),
    ("trainees", "person_times", "人次"),
    ("trainees", "persons", "名"),
    ("free_clinic_sessions", "things", "次"),
    ("free_clinic_beneficiaries", "person_times", "人次"),
]
PEOPLE = [UUID(int=500 + n) for n in range(3)]
# What the programmes tell: kinds of records, with their measures, units and amounts.
RECORDS = {
    "spoke": [("pairings", "things", "对", [1])],
    "batch": [("dispatch_batches", "things", "批", [1])],
    "post": [
        ("posts_asked", "things", "个", [1, 2, 5]),
        ("posts_filled", "things", "个", [1, 2]),
    ],
    "planned": [
        ("days_present", "things", "天", [1]),
        ("expert_person_times", "person_times", "人次", [1]),
        ("unbroken_days", "things", "天", [100, 179, 180, 250]),
    ],
    # What learning tells.
    "pci": [
        ("cases_expert_led", "cases", "例", [1]),
        ("cases_local_alone", "cases", "例", [1]),
        ("certificates_in_force", "things", "项", [1]),
    ],
    "one_to_one": [("apprentices", "persons", "名", [1])],
}
LEARNED = ("pci", "one_to_one")
days = st.integers(0, 70).map(lambda n: DAY + timedelta(days=n))
spans = st.tuples(st.none() | days, st.none() | days).map(
    lambda pair: pair if None in pair else (min(pair), max(pair))  # type: ignore[type-var]
)


@st.composite
def lines(draw: st.DrawFn) -> dict[str, object]:
    """One output."""
    measure, unit_class, unit = draw(st.sampled_from(MEASURES))
    precision = draw(st.sampled_from(["exact", "exact", "exact", "at_least", "about", "range"]))
    value = Decimal(draw(st.integers(0, 500))) / draw(st.sampled_from([1, 1, 4]))
    high = value + draw(st.integers(0, 9)) if precision == "range" else None
    return {
        "measure": measure,
        "item": draw(st.sampled_from(["", "", "白内障"])),
        "value": value,
        "high": high,
        "precision": precision,
        "unit": unit,
        "unit_class": unit_class,
        "output_class": draw(st.sampled_from(["do", "teach", "enable"])),
    }


@st.composite
def streams(draw: st.DrawFn, most: int = 12) -> list[FactRow]:
    """The stream of a few entries with up to three versions each, in the order of commit."""
    rows: list[FactRow] = []
    standing: dict[int, list[FactRow]] = {}
    told: dict[int, list[FactRow]] = {}
    entries = draw(st.integers(0, most))
    acts = draw(st.lists(st.integers(0, max(entries - 1, 0)), max_size=2 * most))
    sequence, version = 0, 1000
    for entry in [*range(entries), *(acts if entries else [])]:
        if draw(st.booleans()):
            version += 1
            sequence = _tell(draw, rows, told, sequence, version)
        if entry in standing and not standing[entry]:
            continue
        known = draw(days)
        for old in standing.get(entry, []):
            sequence += draw(st.integers(1, 2))
            known = max(known, old.known_from)
            rows.append(old._replace(sequence=sequence, sign=-1, known_from=known))
        if entry in standing and draw(st.booleans()):
            standing[entry] = []
            continue
        number = standing[entry][0].number + 1 if entry in standing else 1
        version += 1
        begun = draw(days)
        head = {
            "sign": 1,
            "entry_id": UUID(int=10_000 + entry),
            "version_id": UUID(int=version),
            "number": number,
            "programme_id": draw(st.sampled_from(PROGRAMMES)),
            "kind": draw(st.sampled_from(["surgery", "lecture", "free_clinic"])),
            "giver_id": draw(st.sampled_from(BODIES)),
            "receiver_id": draw(st.sampled_from(BODIES)),
            "place_id": draw(st.sampled_from(PLACES)),
            "happened_from": begun,
            "happened_to": begun + timedelta(days=draw(st.sampled_from([0, 0, 3, 40]))),
            "known_from": known,
            "confirmed_by": draw(st.sampled_from([None, UUID(int=900)])),
        }
        standing[entry] = []
        for line, output in enumerate(draw(st.lists(lines(), min_size=1, max_size=3)), 1):
            sequence += draw(st.integers(1, 2))
            row = FactRow(**{**head, **output, "line": line, "sequence": sequence})  # type: ignore[arg-type]
            rows.append(row)
            standing[entry].append(row)
    return rows


def _tell(
    draw: st.DrawFn,
    rows: list[FactRow],
    told: dict[int, list[FactRow]],
    sequence: int,
    version: int,
) -> int:
    """A record of the programmes says what holds now; some of its lines stay as they were."""
    record = draw(st.integers(0, 5))
    before = told.setdefault(record, [])
    known = max([draw(days), *(row.known_from for row in before)])
    kept = []
    for old in before:
        if draw(st.booleans()):
            kept.append(old)
            continue
        sequence += draw(st.integers(1, 2))
        rows.append(old._replace(sequence=sequence, sign=-1, known_from=known))
    kind = sorted(RECORDS)[record % len(RECORDS)]
    head = before[0] if before else None
    fresh = []
    for line in range(draw(st.integers(0, 2))):
        measure, unit_class, unit, amounts = draw(st.sampled_from(RECORDS[kind]))
        sequence += draw(st.integers(1, 2))
        begun = draw(days)
        lasts = draw(st.sampled_from([0, 10, 40, None]))
        fresh.append(
            FactRow(
                sequence=sequence,
                sign=1,
                entry_id=UUID(int=20_000 + record),
                version_id=UUID(int=version),
                number=1 + max((row.number for row in before), default=0),
                line=line + 1,
                programme_id=head.programme_id if head else draw(st.sampled_from(PROGRAMMES)),
                kind=kind,
                output_class="",
                giver_id=draw(st.sampled_from(BODIES)),
                receiver_id=draw(st.sampled_from(BODIES)),
                place_id=None,
                happened_from=begun,
                happened_to=LASTS if lasts is None else begun + timedelta(days=lasts),
                known_from=known,
                confirmed_by=None,
                measure=measure,
                item=draw(st.sampled_from(["", "03"])),
                value=Decimal(draw(st.sampled_from(amounts))),
                high=None,
                precision="exact",
                unit=unit,
                unit_class=unit_class,
                person_id=draw(st.sampled_from(PEOPLE)) if kind in ("planned", *LEARNED) else None,
                stream=LEARNING if kind in LEARNED else TOLD,
            )
        )
    told[record] = kept + fresh
    rows.extend(fresh)
    return sequence


@st.composite
def lineages(draw: st.DrawFn) -> list[LineageRow]:
    """Bodies in regions of two trees, moved in time; every body lies in itself."""
    rows = [LineageRow(each, each, "", None, None) for each in (*BODIES, *REGIONS)]
    for _ in range(draw(st.integers(0, 10))):
        body = draw(st.sampled_from([*BODIES, *REGIONS[1:]]))
        region = draw(st.sampled_from(REGIONS))
        if body != region:
            start, end = draw(spans)
            tree = draw(st.sampled_from(["", "health"]))
            rows.append(LineageRow(body, region, tree, start, end))
    return rows
