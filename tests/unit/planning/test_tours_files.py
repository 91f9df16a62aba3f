"""Reading the literature's instances."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from jiedui.core.errors import InvalidInput
from jiedui.planning.sources.toptw_files import decimals_of, read_instance, truncated

DATA = Path(__file__).resolve().parents[2] / "data/planning/toptw"
HEAD = "4 2 2 1\n0 200\n0 0 0 0 0 0 0 0 100\n"


def write(folder: Path, text: str, name: str = "x.txt") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_an_instance_is_scaled_to_whole_tenths() -> None:
    problem = read_instance(DATA / "c101.txt", 2)

    assert (problem.ticks, problem.points, len(problem.sites), len(problem.shifts)) == (
        10,
        1,
        100,
        2,
    )
    first = problem.sites[0]
    assert (first.key, first.service, first.profit, first.windows) == (
        "1",
        900,
        10,
        ((9120, 9670),),
    )
    # From (40, 50) to (45, 68): the root of 349 is 18.681…
    assert problem.travel[0][0, 1] == problem.travel[0][1, 0] == 186
    assert problem.shifts[1].end == 12360


def test_a_distance_is_cut_not_rounded_and_exact_at_the_edge() -> None:
    assert truncated(Decimal(3), Decimal(4), 10) == 50
    assert truncated(Decimal("0.3"), Decimal("0.4"), 10) == 5
    assert truncated(Decimal(1), Decimal(1), 100) == 141


def test_names_that_begin_with_pr_have_two_decimals(tmp_path: Path) -> None:
    text = HEAD + "1 3 4 1.5 7 1 1 1 0 90\n2 1 1 0 2.5 1 1 1 10 20\n"
    cordeau = read_instance(write(tmp_path, text, "pr01.txt"), 1)

    assert [decimals_of(name) for name in ("pr01.txt", "r101.txt")] == [2, 1]
    assert cordeau.ticks == 100
    assert cordeau.travel[0][0, 2] == 141
    assert read_instance(write(tmp_path, text), 1, decimals=0).travel[0][0, 2] == 1
    assert [site.profit for site in cordeau.sites] == [70, 25]
    assert cordeau.points == 10


@pytest.mark.parametrize(
    ("text", "line", "column", "code"),
    [
        ("", 1, None, "instance-short"),
        (HEAD + "1 3 4 x 7 1 1 1 0 90\n2 1 1 0 2 1 1 1 10 20\n", 4, "4", "not-a-number"),
        (HEAD + "1 3 4 1 -7 1 1 1 0 90\n2 1 1 0 2 1 1 1 10 20\n", 4, "5", "number-not-between"),
        (HEAD + "1 3 4 1 7\n2 1 1 0 2 1 1 1 10 20\n", 4, "6", "vertex-short"),
        (HEAD + "1 3 4 1 7 1 1 1 0 90\n1 1 1 0 2 1 1 1 10 20\n", 5, "1", "vertex-twice"),
        (HEAD + "1.5 3 4 1 7 1 1 1 0 90\n2 1 1 0 2 1 1 1 1 2\n", 4, "1", "number-not-whole"),
        (HEAD + "1 3 4 1 7 1 1 1 0 90\n", 1, "3", "instance-count"),
    ],
)
def test_a_fault_is_told_with_line_and_column(
    tmp_path: Path, text: str, line: int, column: str | None, code: str
) -> None:
    with pytest.raises(InvalidInput) as told:
        read_instance(write(tmp_path, text), 1)

    fault = told.value.details["faults"].faults[0].plain()
    assert (fault["file"], fault["line"], fault["column"], fault["code"]) == (
        "x.txt",
        line,
        column,
        code,
    )


def test_a_mark_at_the_start_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes("﻿".encode() + (HEAD.replace(" 2 1\n", " 0 1\n")).encode())

    assert read_instance(path, 3).sites == ()
