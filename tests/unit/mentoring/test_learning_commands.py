"""``jiedui learning curve`` and ``calibrate``: what they say, and where a row is at fault."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from jiedui.config.cli import main


def run(*arguments: object) -> tuple[int, str, str]:
    """The exit code, what was printed, and what was complained of."""
    found = CliRunner().invoke(main, ["learning", *map(str, arguments)])
    return found.exit_code, found.stdout, found.stderr


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "cases.csv"
    rows = [f"2026-01-{n + 1:02},{'失败' if n == 3 else '成功'}" for n in range(28)]
    path.write_text("日期,结果\n" + "\n".join(rows) + "\n", "gb18030")
    return path


def test_a_series_is_judged_by_the_packs_procedure(good: Path) -> None:
    code, out, _ = run("curve", good, "--procedure", "tracheal_intubation", "--format", "json")
    assert code == 0
    told = json.loads(out)
    assert (told["cases"], told["failures"], told["standing"]) == (28, 1, "learning")
    assert told["points"][3] == {
        "case": 4, "date": "2026-01-04", "success": False, "phase": "learning", "value": 0.0,
        "event": "",
    }  # fmt: skip
    assert told["calibration"]["limit"] == 3.2478
    assert told["sprt"]["step"] == pytest.approx(0.1452, abs=1e-4)


def test_parameters_can_be_given_one_by_one(good: Path) -> None:
    code, out, _ = run(
        "curve", good, "--acceptable", "0.1", "--unacceptable", "0.3", "--planned", "40",
        "--limit", "1.5", "--format", "json",
    )  # fmt: skip
    assert code == 0
    told = json.loads(out)
    assert told["standing"] == "reached"
    assert told["reached_at"] == 10
    assert told["calibration"]["false_rate"] > 0.1


def test_a_plain_answer_in_both_languages(good: Path) -> None:
    assert "28" in run("curve", good, "--procedure", "colonoscopy")[1]
    said = run("curve", good, "--procedure", "postpartum_haemorrhage", "--lang", "en")[1]
    assert "Insufficient cases" in said


def test_every_row_at_fault_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("outcome,date\n,2026-01-01\n1,2025-12-01\nmaybe,2026-01-05\n1,xx\n", "utf-8")
    code, out, err = run("curve", path, "--procedure", "colonoscopy", "--lang", "en")
    assert code == 2
    assert out == ""
    lines = err.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["bad!A2", "bad!B3", "bad!A4", "bad!B5"]
    assert "[outcome-missing]" in lines[0]
    assert "[case-out-of-order]" in lines[1]
    code, out, _ = run("curve", path, "--procedure", "colonoscopy", "--format", "json")
    assert code == 2
    assert [each["code"] for each in json.loads(out)["faults"]] == [
        "outcome-missing", "case-out-of-order", "outcome-unreadable", "date-unreadable",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "refusal"),
    [("a,b\n1,2\n", "outcome-column-missing"), ("\n", "table-header-missing")],
)
def test_a_file_without_outcomes_is_refused(tmp_path: Path, text: str, refusal: str) -> None:
    path = tmp_path / "none.csv"
    path.write_text(text, "utf-8")
    code, _, err = run("curve", path, "--procedure", "colonoscopy")
    assert code == 2
    assert refusal in err


def test_rates_must_come_from_somewhere(good: Path) -> None:
    code, _, err = run("curve", good)
    assert code == 2
    assert "rates-missing" in err
    assert "code-unknown" in run("curve", good, "--procedure", "nothing")[2]


def test_limits_are_found_and_written(tmp_path: Path) -> None:
    code, out, _ = run(
        "calibrate", "--acceptable", ".1", "--unacceptable", ".2", "--planned", "60",
        "--format", "json",
    )  # fmt: skip
    assert code == 0
    told = json.loads(out)
    assert told["false_rate"] <= 0.1
    assert told["least_cases"] <= 60
    here = Path(__file__).resolve().parents[3] / "packs" / "common"
    rows = (here / "procedures.csv").read_text("utf-8").splitlines()
    (tmp_path / "procedures.csv").write_text("\n".join(rows[:3]) + "\n", "utf-8")
    assert run("calibrate", "--pack", tmp_path)[0] == 0
    written = (tmp_path / "procedure_limits.csv").read_text("utf-8").splitlines()
    assert written == (here / "procedure_limits.csv").read_text("utf-8").splitlines()[:3]
