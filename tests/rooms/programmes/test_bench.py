"""The bench of the pages: a country that keeps the room's own rules, and every page opened."""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import pairwise
from typing import Any

import pytest
from click.testing import CliRunner

from jiedui.core.clock import today
from jiedui.core.errors import InvalidState
from jiedui.programmes import commands
from jiedui.programmes.bench import measure, pages
from jiedui.programmes.bench.country import Country
from jiedui.programmes.domain.states import POSTING_STATES
from jiedui.programmes.models import Posting, PostingStep, Programme, Stay

SMALL = Country(recipients=4, supporters=3, postings_a_year=16, years=2)


def quiet(text: str) -> None:
    """Nobody listens."""


@pytest.fixture
def programme(db: None) -> Programme:
    return measure.build(SMALL, quiet)


def test_the_country_keeps_the_rules_that_the_actions_keep(programme: Programme) -> None:
    wanted = SMALL.postings_a_year * SMALL.years
    assert wanted * 0.8 <= Posting.objects.filter(arrived_on__isnull=False).count() <= wanted * 1.5
    days: dict[Any, list[tuple[Any, Any]]] = defaultdict(list)
    for stay in Stay.objects.select_related("posting"):
        last = stay.last_day or today()
        days[stay.person_id].append((stay.first_day, last))
        assert stay.posting.starts_on <= stay.first_day <= last <= stay.posting.ends_on
    for spans in days.values():
        spans.sort()
        assert all(before[1] < after[0] for before, after in pairwise(spans))
    for posting in Posting.objects.prefetch_related("steps"):
        taken = sorted(posting.steps.all(), key=lambda step: step.number)
        assert taken[-1].state == posting.state
        for before, after in pairwise(taken):
            assert POSTING_STATES.after(before.state, after.verb) == after.state
            assert before.on <= after.on
    assert set(PostingStep.objects.filter(number=1).values_list("verb", flat=True)) == {"nominate"}
    # It is built once, and never into somebody else's home.
    assert measure.build(SMALL, quiet) == programme
    with pytest.raises(InvalidState) as refused:
        measure.build(Country(5, 3, 16, 2), quiet)
    assert refused.value.code == "bench-home-in-use"


def test_every_page_is_opened_by_somebody(
    programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, few in (("REQUESTS", 2), ("WARM", 0), ("SAMPLE", 1)):
        monkeypatch.setattr(pages, name, few)
    looking = measure.people(SMALL, programme)
    assert [each.name for each in looking] == ["manager", "expert", "coordinator", "viewer"]
    monkeypatch.setattr(measure, "people", lambda *_of: looking[2:3])
    found = measure.run(SMALL, quiet)
    assert not found["broken"]
    assert not found["unknown"], "say in pages.THINGS of what these pages are"
    opened = {row["page"] for row in found["pages"]}
    assert {"home:today", "directory:organisation", "programmes:programme"} <= opened
    assert measure.PROVINCE in opened
    assert {row["viewer"] for row in found["pages"]} == {"coordinator"}
    assert all(0 < row["p50"] <= row["p95"] and row["queries"] for row in found["pages"])


ROW = {
    "page": "x",
    "viewer": "expert",
    "p50": 1,
    "p95": 2,
    "cpu95": 2,
    "queries": 3,
    "kilobytes": 4,
}
FOUND: dict[str, Any] = {
    "postings": 32, "database": "sqlite", "build_s": 1, "pages": [ROW], "never_opened": {},
    "unknown": [], "broken": [], "slow": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("found", "options", "code"),
    [
        ({}, [], 0),
        ({"slow": ["x (expert): 900 ms"]}, [], 1),
        ({"slow": ["x (expert): 900 ms"]}, ["--no-bounds"], 0),
        ({"broken": ["x (expert): 500"]}, ["--no-bounds"], 1),
    ],
)
def test_a_broken_bound_ends_with_1(
    found: dict[str, Any], options: list[str], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "_in_home", lambda home, sizes, viewers: FOUND | found)
    ran = CliRunner().invoke(commands.bench_programmes, options)
    assert ran.exit_code == code
    assert all(text in ran.output for texts in found.values() for text in texts)
    told = CliRunner().invoke(commands.bench_programmes, [*options, "--format", "json"])
    assert (told.exit_code, json.loads(told.stdout)) == (code, FOUND | found)
