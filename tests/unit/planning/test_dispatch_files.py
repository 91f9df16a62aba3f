"""Folders of CSV files: read as written, and every fault told with its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jiedui.core.errors import InvalidInput
from jiedui.planning.domain.dispatch.problem import Ban, Problem, Tour
from jiedui.planning.sources.dispatch_files import read_bans, read_plan, read_problem
from jiedui.planning.sources.dispatch_writing import write_plan, write_problem
from tests.unit.planning.dispatch_cast import FULL, problem


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_problem(tmp_path / "p", problem())
    return tmp_path / "p"


def faults(folder: Path) -> list[tuple[str, int | None, str | None, str]]:
    """File, line, column and code of every fault."""
    with pytest.raises(InvalidInput) as refused:
        read_problem(folder)
    assert refused.value.code == "planning-files-malformed"
    told = refused.value.details["faults"]
    return [(f.file, f.line, f.column, f.refusal.code) for f in told.faults]


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_what_was_written_is_read_again(folder: Path) -> None:
    assert read_problem(folder) == problem()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_encodings_are_read_alike(folder: Path, encoding: str) -> None:
    for path in folder.glob("*.csv"):
        path.write_text(path.read_text("utf-8"), encoding)

    assert read_problem(folder) == problem()


def test_order_of_columns_extra_columns_and_blank_lines_do_not_matter(folder: Path) -> None:
    (folder / "supporters.csv").write_text("\n备注, Region ,SUPPORTER\n好,E,东\n\n,W,西\n", "utf-8")

    assert read_problem(folder) == problem()


def test_an_empty_table_with_its_titles_is_no_fault(folder: Path) -> None:
    for name in ("posts", "experts", "preferred", "allowed"):
        path = folder / f"{name}.csv"
        path.write_text(path.read_text("utf-8").splitlines()[0] + "\n", "utf-8")

    empty = read_problem(folder)
    assert empty.posts == ()
    assert empty.experts == ()


def test_a_window_that_ends_before_it_begins_is_impossible_not_malformed(folder: Path) -> None:
    change(folder / "posts.csv", "0,12,6,0,12,1,2.0", "12,0,6,0,12,1,2.0")

    assert read_problem(folder).post["内科岗"].from_month == 12


def test_missing_files_are_told_together(tmp_path: Path) -> None:
    tmp_path.joinpath("empty").mkdir()

    assert {fault[0] for fault in faults(tmp_path / "empty")} == {
        "settings.json", "recipients.csv", "supporters.csv", "experts.csv", "posts.csv",
        "preferred.csv", "allowed.csv",
    }  # fmt: skip
    assert faults(tmp_path / "nowhere")[0][3] == "folder-missing"


CELLS = [
    # file, what stands there, what is put there, line, column, code
    ("posts.csv", "1,2.0", "1,abc", 3, "weight", "not-a-number"),
    ("posts.csv", "1,2.0", "1,-2", 3, "weight", "number-too-small"),
    ("posts.csv", "1,2.0", "1,nan", 3, "weight", "not-a-number"),
    ("posts.csv", "1,2.0", "1,1e999", 3, "weight", "not-a-number"),
    ("posts.csv", "1,2.0", "1,", 3, "weight", "cell-blank"),
    ("posts.csv", "1,2.0", "1.5,2.0", 3, "capacity", "number-not-whole"),
    ("posts.csv", "0,12,6,0,12,1", "0,13,6,0,12,1", 3, "to_month", "number-not-between"),
    ("posts.csv", "0,12,6,0,12,1", "0,12,6,3,12,1", 3, "min_title", "number-not-between"),
    ("posts.csv", "内科岗,甲", "内科岗,丙", 3, "recipient", "id-unknown"),
    ("posts.csv", "内科岗,甲", "队长,甲", 3, "post", "id-twice"),
    ("posts.csv", "内科岗,甲,内科", "内科岗,甲,", 3, "specialty", "cell-blank"),
    ("posts.csv", "内科岗,甲,内科,0", "内科岗,甲,内科,否", 3, "leader", "not-yes-or-no"),
    ("posts.csv", "1,2.0", "1,2.0,9", 3, "14", "row-too-wide"),
    ("posts.csv", "内科岗", '"内科岗', 3, "post", "csv-broken"),
    ("posts.csv", "weight", "wait", 1, "weight", "column-missing"),
    ("posts.csv", "core,flexible", "core,core", 1, "core", "column-twice"),
    ("experts.csv", "内科医,东", "内科医,北", 3, "supporter", "id-unknown"),
    ("experts.csv", "内科,2", "内科,5", 3, "title", "number-not-between"),
    ("recipients.csv", "乙,R", "乙,", 3, "region", "cell-blank"),
    ("preferred.csv", "东,甲", "东,丙", 2, "recipient", "id-unknown"),
]


@pytest.mark.parametrize(("file", "old", "new", "line", "column", "code"), CELLS)
def test_a_fault_of_a_cell_has_its_file_line_and_column(
    folder: Path, file: str, old: str, new: str, line: int, column: str | None, code: str
) -> None:
    change(folder / file, old, new)

    assert (file, line, column, code) in faults(folder)


SETTINGS = [
    ('"months": 12', '"months": 12.5', "months", "number-not-whole"),
    ('"months": 12', '"months": true', "months", "number-not-whole"),
    ('"months": 12', '"months": 0', "months", "number-not-between"),
    ('"budget": 100.0', '"budget": -1', "budget", "number-too-small"),
    ('"budget": 100.0', '"budget": "viel"', "budget", "not-a-number"),
    ('"budget": 100.0', '"budget": NaN', "budget", "not-a-number"),
    ('"budget": 100.0', '"geld": 1', "budget", "setting-missing"),
    ('"budget": 100.0', '"budget": 1, "budget": 2', "budget", "setting-twice"),
]


@pytest.mark.parametrize(("old", "new", "name", "code"), SETTINGS)
def test_a_fault_of_a_setting_has_its_line(
    folder: Path, old: str, new: str, name: str, code: str
) -> None:
    change(folder / "settings.json", old, new)

    found = faults(folder)
    lines = (folder / "settings.json").read_text("utf-8").splitlines()
    expected = next((n for n, text in enumerate(lines, 1) if f'"{name}"' in text), 1)
    assert found == [("settings.json", expected, name, code)]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ([[0.5, 1.0], [0.5, 1.2]], "fairness-rises"),
        ([[0.5, 1.0, 3]], "fairness-no-pair"),
        ([0.5], "fairness-no-pair"),
        ([[0.5, "x"]], "not-a-number"),
        (3, "json-no-list"),
    ],
)
def test_faults_of_the_fairness_value(folder: Path, value: object, code: str) -> None:
    path = folder / "settings.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"fairness": value}), "utf-8")

    assert faults(folder) == [("settings.json", 1, "fairness", code)]


def test_broken_json_has_line_and_column(folder: Path) -> None:
    (folder / "settings.json").write_text('{\n  "months": 12,,\n}', "utf-8")

    assert faults(folder) == [("settings.json", 2, "16", "json-broken")]


def test_twenty_faults_are_told_and_the_others_counted(folder: Path) -> None:
    lines = (folder / "posts.csv").read_text("utf-8").splitlines()
    (folder / "posts.csv").write_text("\n".join([lines[0], *["x,甲"] * 10]), "utf-8")

    with pytest.raises(InvalidInput) as refused:
        read_problem(folder)
    told = str(refused.value).splitlines()
    assert len(told) == 21
    count = len(refused.value.details["faults"].faults)
    assert str(count - 20) in told[-1]
    assert "posts.csv" in told[0]


def test_a_plan_is_read_as_written(tmp_path: Path) -> None:
    write_plan(tmp_path / "plan.csv", FULL)

    assert read_plan(tmp_path / "plan.csv", problem()) == list(FULL)
    assert (tmp_path / "plan.csv").read_bytes().startswith(b"expert,post,start_month,months")
    assert [path.name for path in tmp_path.iterdir()] == ["plan.csv"]


def test_a_plan_that_cannot_be_written_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").mkdir()

    with pytest.raises(InvalidInput) as refused:
        write_plan(tmp_path / "plan.csv", FULL)
    assert refused.value.code == "plan-unwritable"
    assert [path.name for path in tmp_path.iterdir()] == ["plan.csv"]
    with pytest.raises(InvalidInput):
        write_plan(tmp_path / "nowhere" / "plan.csv", FULL)


def test_a_plan_of_strangers_is_refused(tmp_path: Path) -> None:
    write_plan(tmp_path / "plan.csv", [Tour("无名", "内科岗", 0, 6)])

    with pytest.raises(InvalidInput) as refused:
        read_plan(tmp_path / "plan.csv", problem())
    assert [f.column for f in refused.value.details["faults"].faults] == ["expert"]


def test_bans_may_leave_cells_and_columns_out(tmp_path: Path) -> None:
    known: Problem = problem()
    path = tmp_path / "forbidden.csv"
    path.write_text("expert,post,months\n内科医,,\n,队长,12\n", "utf-8")

    assert read_bans(path, known) == [Ban("内科医"), Ban(post="队长", months=12)]
    path.write_text("expert,months\n,12\n", "utf-8")
    with pytest.raises(InvalidInput):
        read_bans(path, known)
