"""``jiedui plan dispatch`` and ``jiedui plan explain`` on small folders."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from jiedui.config.cli import main
from jiedui.planning.commands.running import SECONDS, running
from jiedui.planning.domain.dispatch.problem import Problem, Recipient, Tour
from jiedui.planning.domain.dispatch.referee import judge
from jiedui.planning.sources.dispatch_files import COLUMNS, read_plan, read_problem
from jiedui.planning.sources.dispatch_writing import write_plan, write_problem
from tests.unit.planning.dispatch_cast import (
    DOCTOR,
    FULL,
    P_CORE,
    P_HIGH,
    P_LEADER,
    expert,
    post,
    problem,
)

DATA = Path(__file__).resolve().parents[2] / "data/planning/dispatch"
WORK = ("--work-limit", "40")


def call(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["plan", *map(str, arguments)])


def planned(folder: Path, out: Path, *options: object) -> dict[str, Any]:
    """What the command answers in JSON; its plan lies in ``out``."""
    done = call("dispatch", folder, "--out", out, "--format", "json", *WORK, *options)
    assert done.exit_code == 0, done.output
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def written(folder: Path, given: Problem) -> Path:
    write_problem(folder, given)
    return folder


def test_a_plan_is_written_and_is_what_was_told(tmp_path: Path) -> None:
    answer = planned(DATA, tmp_path / "plan.csv")
    given = read_problem(DATA)
    verdict = judge(given, read_plan(tmp_path / "plan.csv", given))

    assert verdict.feasible
    assert answer["objective"] == pytest.approx(verdict.objective, abs=1e-3)
    assert answer["tours"] == verdict.tours > 0
    assert answer["cost"] == pytest.approx(verdict.cost, abs=0.01)
    assert answer["bound"] >= answer["objective"] - 1e-3
    assert answer["gap"] == pytest.approx(1 - answer["objective"] / answer["bound"], abs=1e-4)
    assert answer["seconds"] > 0
    assert answer["work"] <= 40


def test_the_same_seed_and_work_give_the_same_plan(tmp_path: Path) -> None:
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    first = planned(DATA, one, "--seed", 3)
    second = planned(DATA, other, "--seed", 3)

    assert one.read_bytes() == other.read_bytes()
    assert first["work"] == second["work"]


def test_what_is_fixed_stays_and_what_is_forbidden_stays_out(tmp_path: Path) -> None:
    given = read_problem(DATA)
    planned(DATA, tmp_path / "free.csv")
    free = read_plan(tmp_path / "free.csv", given)
    unloved, loved = free[0], free[-1]
    write_plan(tmp_path / "pin.csv", [loved])
    (tmp_path / "forbid.csv").write_text(f"expert\n{unloved.expert}\n", "utf-8")
    assert unloved.expert != loved.expert

    options = ("--pin", tmp_path / "pin.csv", "--forbid", tmp_path / "forbid.csv")
    planned(DATA, tmp_path / "bound.csv", *options)

    plan = read_plan(tmp_path / "bound.csv", given)
    assert loved in plan
    assert unloved.expert not in {tour.expert for tour in plan}


def test_a_drop_out_changes_little_and_is_told(tmp_path: Path) -> None:
    given = read_problem(DATA)
    planned(DATA, tmp_path / "before.csv")
    before = read_plan(tmp_path / "before.csv", given)
    gone = before[0].expert
    left = replace(given, experts=tuple(one for one in given.experts if one.id != gone))
    folder = written(tmp_path / "left", left)

    answer = planned(folder, tmp_path / "after.csv", "--start", tmp_path / "before.csv")

    after = read_plan(tmp_path / "after.csv", left)
    stay = [tour for tour in before if tour.expert != gone]
    assert judge(left, after).feasible
    assert set(stay) <= set(after)
    changes = answer["changes"]
    # The gap says among which plans it was proven.
    assert (answer["kept"], answer["pinned"]) == (len(stay), 0)
    assert answer["bound_kept"] >= answer["objective"] - 1e-3
    assert answer["gap_kept"] is not None
    assert changes["kept"] == len(stay)
    assert {each["expert"] for each in changes["dropped"]} == {gone}
    assert changes["dropped"][0]["rules"] == ["unknown"]
    assert changes["changed"] == sum(len(changes[kind]) for kind in ("dropped", "added", "moved"))


def test_a_plan_around_what_stood_is_never_told_as_the_best_of_all(tmp_path: Path) -> None:
    """What stood holds the money: among all plans much more is possible, with it nothing is."""
    given = problem(
        posts=(post("甲岗"), post("乙岗", weight=5.0)), experts=(DOCTOR, expert("乙医")),
        budget=15.5,
    )  # fmt: skip
    folder = written(tmp_path / "p", given)
    write_plan(tmp_path / "before.csv", [Tour("内科医", "甲岗", 0, 12)])
    told = planned(folder, tmp_path / "after.csv", "--start", tmp_path / "before.csv")
    assert told["kept"] == 1
    assert told["gap_kept"] == pytest.approx(0, abs=1e-6)
    assert told["gap"] > 0.5
    best = planned(folder, tmp_path / "best.csv")
    assert told["bound"] >= best["objective"] - 1e-3
    text = call(
        "dispatch", folder, "--out", tmp_path / "again.csv", "--start", tmp_path / "before.csv",
        "--lang", "en",
    )  # fmt: skip
    assert "The tour that stood before was kept; of the plans that keep it none" in text.stdout
    text = call(
        "dispatch", folder, "--out", tmp_path / "again.csv", "--pin", tmp_path / "before.csv",
        "--lang", "en",
    )  # fmt: skip
    assert "What is pinned (1) or forbidden (0) by hand was taken as given." in text.stdout


def test_what_was_proven_around_what_stood_is_marked_also_of_the_worst_off(tmp_path: Path) -> None:
    """The money lies with one hospital: with that the other gets nothing, among all it could."""
    given = problem(
        recipients=(Recipient("甲", "R", False, False), Recipient("乙", "R", False, False)),
        posts=(post("甲岗"), post("乙岗", recipient="乙")), experts=(DOCTOR, expert("乙医")),
        budget=15.5,
    )  # fmt: skip
    folder = written(tmp_path / "p", given)
    write_plan(tmp_path / "before.csv", [Tour("内科医", "甲岗", 0, 12)])
    options = ("--start", tmp_path / "before.csv", "--floor")
    told = planned(folder, tmp_path / "after.csv", *options)
    assert (told["kept"], told["floor"], told["floor_bound_kept"]) == (1, 1.0, 1.0)
    # the floor is of the others, and who is passed over is named
    assert [each["recipient"] for each in told["out_of_reach"]] == ["乙"]
    assert told["out_of_reach"][0]["posts"][0]["reasons"][0]["code"] == "crowded-out"
    assert told["floor_bound"] == pytest.approx(1.0)
    assert told["unproven"] is None
    half = replace(given, settings=replace(given.settings, budget=9.5))
    write_plan(tmp_path / "before.csv", [Tour("内科医", "甲岗", 0, 6)])
    told = planned(written(tmp_path / "h", half), tmp_path / "after.csv", *options)
    assert (told["floor_bound"], told["floor_bound_kept"]) == (pytest.approx(0.5), 0.5)
    short = planned(folder, tmp_path / "short.csv", *options, "--work-limit", 0)
    assert (short["bound"], short["gap"], short["floor_bound"]) == (None, None, None)
    assert short["unproven"]["code"] == "proof-not-reached"
    text = call(
        "dispatch", folder, "--out", tmp_path / "short.csv", *options, "--work-limit", 0,
        "--lang", "en",
    )  # fmt: skip
    assert "The run ended before it was proven" in text.stdout


def test_the_floor_is_told_with_who_is_out_of_reach(tmp_path: Path) -> None:
    folder = written(tmp_path / "p", problem())
    answer = planned(folder, tmp_path / "plan.csv", "--floor")

    assert answer["floor"] == pytest.approx(1.0)
    assert answer["floor_bound"] >= answer["floor"] - 1e-6
    assert [each["recipient"] for each in answer["out_of_reach"]] == ["乙"]
    reasons = answer["out_of_reach"][0]["posts"][0]["reasons"]
    assert reasons[0]["code"] == "nobody-eligible"
    assert reasons[0]["text"]


def test_the_floor_is_the_smallest_share_that_the_referee_sees(tmp_path: Path) -> None:
    given = read_problem(DATA)
    plain = planned(DATA, tmp_path / "plain.csv")
    answer = planned(DATA, tmp_path / "floor.csv", "--floor")
    verdict = judge(given, read_plan(tmp_path / "floor.csv", given))

    assert answer["out_of_reach"] == []
    assert answer["floor"] == pytest.approx(verdict.smallest_share)
    assert answer["floor"] >= plain["smallest_share"] - 1e-9
    assert answer["floor_bound"] >= answer["floor"] - 1e-6
    assert answer["bound"] >= answer["objective"] - 1e-3


IMPOSSIBLE = {
    "no money": (problem(budget=0.0), "budget-nothing"),
    "nobody": (problem(experts=()), "nobody-listed"),
    "no posts": (problem(posts=()), "no-posts"),
    "no pairing": (problem(allowed=frozenset()), "no-tour-possible"),
    "windows cross": (
        problem(posts=(replace(P_CORE, from_month=9, to_month=3),)),
        "windows-empty",
    ),
    "nobody eligible": (problem(posts=(P_HIGH,)), "no-tour-possible"),
}


@pytest.mark.parametrize("name", sorted(IMPOSSIBLE))
@pytest.mark.parametrize("floor", [False, True])
def test_an_impossible_problem_gives_an_empty_plan_and_says_why(
    tmp_path: Path, name: str, floor: bool
) -> None:
    given, code = IMPOSSIBLE[name]
    folder = written(tmp_path / "p", given)
    answer = planned(folder, tmp_path / "plan.csv", *(["--floor"] if floor else []))

    assert answer["tours"] == 0
    assert code in [reason["code"] for reason in answer["reasons"]]
    assert (tmp_path / "plan.csv").read_text("utf-8").split() == ["expert,post,start_month,months"]


def test_malformed_files_are_refused_at_their_place(tmp_path: Path) -> None:
    folder = written(tmp_path / "p", problem())
    path = folder / "posts.csv"
    path.write_text(path.read_text("utf-8").replace(",2.0", ",zwei"), "utf-8")

    done = call("dispatch", folder, "--out", tmp_path / "plan.csv", "--lang", "en")

    assert done.exit_code == 2
    assert "posts.csv, line 3, column weight: “zwei” is not a number." in done.stderr
    assert not (tmp_path / "plan.csv").exists()
    chinese = call("dispatch", folder, "--out", tmp_path / "plan.csv")
    assert "posts.csv 第 3 行" in chinese.stderr
    for text, place in (
        (
            ",".join(COLUMNS["posts"]) + '\n"a,b\n',
            "posts.csv 第 2 行 post 列：该行无法读取（文件结束时引号仍未闭合）",
        ),
        (b"post\n\xff\xfe\xff", "posts.csv 第 2 行：文本既不是 UTF-8"),
    ):
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        chinese = call("dispatch", folder, "--out", tmp_path / "plan.csv")
        assert place in chinese.stderr
    # A file that is not there is told like any other fault.
    gone = ("dispatch", DATA, "--out", tmp_path / "plan.csv", "--pin", tmp_path / "gone.csv")
    assert "gone.csv：缺少该文件。" in call(*gone).stderr
    (tmp_path / "t.txt").write_text("4 1 1 1\n0 9\n0 x 1 0 0 0 0 0 9\n", "utf-8")
    tours = call("tours", tmp_path / "t.txt", "--routes", 1)
    assert "t.txt 第 3 行第 2 列：" in tours.stderr


def test_a_tour_that_can_visit_nothing_says_why(tmp_path: Path) -> None:
    crossing = "4 1 1 1\n0 9\n0 0 0 0 0 0 0 0 99\n1 1 1 5 10 1 1 1 30 20\n"
    (tmp_path / "t.txt").write_text(crossing, "utf-8")
    told = call("tours", tmp_path / "t.txt", "--routes", 1, "--work-limit", 1, "--format", "json")
    answer = json.loads(told.stdout)
    assert (answer["profit"], answer["routes"]) == (0, [])
    assert answer["unserved"] == [{"vertex": 1, "reason": "no-window", "instead": []}]
    text = call("tours", tmp_path / "t.txt", "--routes", 1, "--work-limit", 1, "--lang", "en")
    assert "Out of reach: 1 vertex (1): it has no window" in text.stdout


def test_a_place_that_cannot_be_written_is_refused_before_any_work(tmp_path: Path) -> None:
    done = call("dispatch", tmp_path / "nowhere", "--out", tmp_path / "no" / "plan.csv")

    assert done.exit_code == 2
    assert "：没有这个文件或文件夹。 [plan-unwritable]" in done.stderr


def test_tours_fixed_by_hand_that_exclude_each_other_are_refused(tmp_path: Path) -> None:
    folder = written(tmp_path / "p", problem())
    write_plan(tmp_path / "pin.csv", [FULL[1], Tour("外科医", "内科岗", 0, 6)])
    done = call(
        "dispatch", folder, "--out", tmp_path / "plan.csv", "--pin", tmp_path / "pin.csv",
        "--lang", "en",
    )  # fmt: skip

    assert done.exit_code == 2
    assert "pins-impossible" in done.stderr
    assert "asks for specialty 内科" in done.stderr
    assert "takes one person at a time" in done.stderr


def test_the_plan_is_told_in_words(tmp_path: Path) -> None:
    folder = written(tmp_path / "p", problem(posts=(P_LEADER, P_CORE)))
    english = call("dispatch", folder, "--out", tmp_path / "plan.csv", "--lang", "en", *WORK)
    chinese = call("dispatch", folder, "--out", tmp_path / "plan.csv", *WORK)

    assert "2 tours. Months with a team: 12" in english.stdout
    assert "no plan can be better by more than" in english.stdout
    assert "2 人次" in chinese.stdout


# -- explain ----------------------------------------------------------------


@pytest.fixture
def asked(tmp_path: Path) -> tuple[Path, Path]:
    """A folder and its plan."""
    write_plan(tmp_path / "plan.csv", FULL[1:])
    return written(tmp_path / "p", problem()), tmp_path / "plan.csv"


def told(asked: tuple[Path, Path], *options: object) -> dict[str, Any]:
    done = call("explain", *asked, "--format", "json", *options)
    assert done.exit_code == 0, done.output
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_posts_people_wishes_and_the_budget_are_explained(asked: tuple[Path, Path]) -> None:
    post = told(asked, "--post", "高原岗")["post"]
    assert post["removed"] == {"specialty": 3, "altitude": 1}
    assert post["reasons"][0]["code"] == "nobody-eligible"
    person = told(asked, "--expert", "内科医")["expert"]
    assert person["stays"][0]["cost"] == 15
    wish = told(asked, "--wish", "外科医，内科岗,0,12")["wish"]
    assert wish["possible"] is False
    assert [reason["code"] for group in wish["conflicts"] for reason in group] == ["rule-specialty"]
    assert told(asked, "--wish", "领队,队长")["wish"]["possible"] is True
    budget = told(asked, "--budget")["budget"]
    assert [tour["expert"] for tour in budget["tours"]] == ["领队"]
    assert budget["extra"] == pytest.approx(1.0)
    assert budget["gain"] > 0


def test_explanations_are_told_in_words(asked: tuple[Path, Path]) -> None:
    english = call("explain", *asked, "--lang", "en", "--post", "高原岗", "--expert", "外科医")
    assert "None of 4 people may be sent here." in english.stdout
    assert "外科医 stays at home." in english.stdout
    assert "未派出" in call("explain", *asked, "--expert", "外科医").stdout


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), "nothing-asked"),
        (("--post", "无"), "id-unknown"),
        (("--wish", "内科医,内科岗,x"), "wish-malformed"),
        (("--wish", ",,3,6"), "wish-malformed"),
        (("--wish", "无,内科岗"), "id-unknown"),
    ],
)
def test_questions_that_cannot_be_asked(
    asked: tuple[Path, Path], options: tuple[str, ...], code: str
) -> None:
    done = call("explain", *asked, *options)

    assert done.exit_code == 2
    assert f"[{code}]" in done.stderr


# -- the run ----------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_interruption_ends_the_run_with_what_there_is(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with running(None, 5) as run:
        assert not run.over()
        os.kill(os.getpid(), number)
        assert run.cancelled()
        assert run.over()
        # The next one is no longer caught.
        assert signal.getsignal(number) == before
    assert signal.getsignal(number) == before


def test_a_run_without_any_limit_ends_some_time() -> None:
    with running(None, None) as run:
        assert run.seconds == SECONDS
    with running(None, 3) as run:
        assert run.seconds is None
