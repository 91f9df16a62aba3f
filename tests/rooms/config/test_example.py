"""The example: invented throughout, the same when loaded twice, with the disorder it promises."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from jiedui.config.example.bodies import PLACES, RECEIVERS, SUPPORTERS, people
from jiedui.config.example.events import DAYS, events
from jiedui.config.example.evidence import Papers
from jiedui.core.files import media_type

REPO = Path(__file__).resolve().parents[3]
LAST = date(2026, 9, 30)


def real_names() -> set[str]:
    with (REPO / "packs/history/organisations.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["name"] for row in rows} | {n for row in rows for n in row["aliases"].split(";")}


def test_no_invented_name_is_a_real_one() -> None:
    invented = {place.name for place in PLACES} | {b.name for b in (*SUPPORTERS, *RECEIVERS)}
    assert not invented & real_names()
    assert all(name.startswith("示例") for name in invented | {p.name for p in people()})
    assert len({person.name for person in people()}) == len(people())


def test_about_sixty_thousand_events_in_two_years() -> None:
    count, days, ids = 0, set(), set()
    for event in events(LAST):
        count += 1
        days.add(event.day)
        ids.add(event.id)
    assert 55_000 <= count <= 65_000
    assert len(ids) == count
    assert min(days) == LAST - timedelta(days=DAYS - 1)
    assert max(days) == LAST


def test_the_disorder_of_real_life_is_there() -> None:
    small = list(events(LAST, scale=0.3))
    fates = Counter(event.fate for event in small)
    assert set(fates) == {"confirmed", "submitted", "returned", "withdrawn", "corrected"}
    late = [e for e in small if e.recorded_on - e.day > timedelta(days=19)]
    assert len(late) > len(small) * 0.03
    silent = [e for e in small if e.pairing.receiver == "kq21"]
    assert max(e.day for e in silent) < LAST - timedelta(days=90)
    days = {e.day for e in events(LAST) if e.pairing.receiver == "yc3"}
    gaps = sorted(days)
    assert max(b - a for a, b in pairwise(gaps)) >= timedelta(days=42)
    assert list(events(LAST, scale=0.01)) == list(events(LAST, scale=0.01))


def test_a_few_dozen_events_have_evidence_that_is_the_same_everywhere() -> None:
    def made() -> list[tuple[str, bytes]]:
        papers = Papers()
        found = map(papers.of, events(LAST))
        return [(paper.name, paper.content) for paper in found if paper]

    first = made()
    assert 24 <= len(first) <= 60
    assert made() == first
    kinds = Counter(media_type(name, content) for name, content in first)
    assert len(kinds) == 3
    assert all(name.startswith("示例") and len(content) < 20_000 for name, content in first)
