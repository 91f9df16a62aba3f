"""Results of the bench: targets, and a file to which every call adds one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from jiedui.planning.bench import instances, measure
from jiedui.planning.bench.dispatch_problems import Size, invent
from jiedui.planning.bench.measure import Result, Target
from jiedui.planning.commands import bench
from jiedui.planning.domain.dispatch.greedy import spreadsheet_plan
from jiedui.planning.domain.dispatch.referee import judge


@pytest.mark.parametrize(
    ("target", "reached"),
    [
        (Target("gap", 0.01, at_most=0.01), True),
        (Target("gap", 0.011, at_most=0.01), False),
        (Target("gap", None, at_most=0.01), False),
        (Target("ratio", 2.0, at_least=2.0), True),
        (Target("ratio", 1.9, at_least=2.0), False),
    ],
)
def test_a_target_is_reached_or_missed(target: Target, reached: bool) -> None:
    assert target.reached is reached
    assert target.plain()["reached"] is reached


def test_each_call_measures_the_next_that_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = {
        "good": lambda folder, tell: Result({"n": 1}, (Target("n", 1, at_most=1),)),
        "bad": lambda folder, tell: Result({"n": 2}, (Target("n", 2, at_most=1),)),
    }
    monkeypatch.setattr(bench, "instances", lambda: table)

    def call(*options: str) -> int:
        arguments = ["--data", str(tmp_path), *options]
        return CliRunner().invoke(bench.bench_planning, arguments).exit_code

    assert call("--list") == 0
    assert call() == 0
    assert list(measure.kept(tmp_path / "results.jsonl")) == ["good"]
    assert call() == 1
    assert list(measure.kept(tmp_path / "results.jsonl")) == ["good", "bad"]
    # Everything is measured: only told.
    assert call() == 1
    lines = (tmp_path / "results.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == 2
    assert json.loads(lines[0])["peak_mb"] > 0
    assert call("--only", "good") == 0
    assert len((tmp_path / "results.jsonl").read_text("utf-8").splitlines()) == 3


def test_a_line_cut_short_is_left_aside(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    path.write_text('{"instance": "a", "n": 1}\n{"instance": "b", "n"', "utf-8")

    assert list(measure.kept(path)) == ["a"]


def test_the_issues_instances_are_all_there() -> None:
    names = [name for name in instances() if name.startswith("dispatch-")]

    assert sum("tight" in name for name in names) == 3
    assert sum("loose" in name for name in names) == 2
    assert sum("province" in name for name in names) >= 3


def test_an_invented_problem_is_the_same_for_the_same_seed() -> None:
    size = Size(recipients=5, supporters=4, experts=30, specialties=6, provinces=2)

    assert invent(size, 1) == invent(size, 1)
    assert invent(size, 1) != invent(size, 2)
    assert judge(invent(size, 1), spreadsheet_plan(invent(size, 1))).feasible
