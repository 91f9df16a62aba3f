"""Rounds as folders of CSV files, and ``jiedui plan round`` and ``tours``."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from jiedui.config.cli import main
from jiedui.core.errors import InvalidInput
from jiedui.planning.domain.runs import Run
from jiedui.planning.domain.tours import referee
from jiedui.planning.domain.tours.solve import solve
from jiedui.planning.sources.rounds_files import read_plan, read_round

TOPTW = Path(__file__).resolve().parents[2] / "data/planning/toptw"
MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
FILES = {
    "places.csv": """place,minutes,weight,every_days,last_visit,latitude,longitude,road,vehicles
县医院,,,,,38.00,77.00,县道,
甲乡,120,10,30,2026-01-31,38.10,77.00,县道,
乙乡,120,10,30,2025-12-02,38.20,77.00,乡道,
丙乡,180,8,30,,38.30,77.00,乡道,车一
丁乡,60,5,30,2026-03-01,38.05,77.05,县道,
""",
    "windows.csv": """place,day,opens,closes
甲乡,2026-03-02,09:00,12:00
甲乡,2026-03-03,14:00,18:00
乙乡,,08:00,16:00
""",
    "days.csv": "day\n2026-03-02\n2026-03-03\n",
    "vehicles.csv": "vehicle,day,leaves,back,depot\n车一,,08:00,18:00,县医院\n",
    "roads.csv": "road,kmh\n县道,50\n乡道,30\n",
    "settings.json": '{"detour": 1.5, "ceiling": 3}',
}


def folder_of(folder: Path, **changed: str | None) -> Path:
    for name, text in FILES.items():
        told = changed.get(name.replace(".", "_"), text)
        if told is not None:
            (folder / name).write_text(told, "utf-8")
    return folder


def call(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["plan", *map(str, arguments)])


def planned(folder: Path, *options: object) -> dict[str, Any]:
    done = call("round", folder, "--work-limit", 3, "--format", "json", *options)
    assert done.exit_code == 0, done.output
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def faults(folder: Path) -> list[tuple[str, int | None, str | None, str]]:
    with pytest.raises(InvalidInput) as told:
        read_round(folder)
    found = [fault.plain() for fault in told.value.details["faults"].faults]
    return [(one["file"], one["line"], one["column"], one["code"]) for one in found]


def test_days_lie_on_one_axis_and_visits_end_before_a_place_closes(tmp_path: Path) -> None:
    today = read_round(folder_of(tmp_path))
    problem = today.problem

    assert [(shift.start, shift.end) for shift in problem.shifts] == [(480, 1080), (1920, 2520)]
    first, second, third, fourth = problem.sites
    assert first.windows == ((540, 600), (1440 + 840, 1440 + 960))
    assert second.windows == ((480, 840), (1920, 2280))
    assert third.windows == ((0, 2700),)
    assert third.shifts == frozenset({0, 1})
    # 30 days ago, 90 days ago, never, yesterday: weight × days ÷ 30, at most three times.
    assert [site.profit for site in problem.sites] == [1000, 3000, 2400, 17]
    # 11.1 km × 1.5 at 50 km/h, and at the slower 30 km/h where one end is a township road.
    assert problem.travel[0][0, 1] == 21
    assert problem.travel[0][1, 2] == 34
    assert fourth.key == "丁乡"


def test_a_round_is_planned_printed_and_read_back(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    answer = planned(folder, "--out", tmp_path / "sheets.csv")

    assert answer["profit"] == answer["bound"] == 64.17
    visited = {stop["place"] for route in answer["routes"] for stop in route["stops"]}
    assert visited == {"甲乡", "乙乡", "丙乡", "丁乡"}
    assert answer["unserved"] == answer["broken_pins"] == []
    with (tmp_path / "sheets.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["place"] for row in rows] == [
        stop["place"] for route in answer["routes"] for stop in route["stops"]
    ]
    assert {row["pinned"] for row in rows} == {"0"}
    kept = read_plan(tmp_path / "sheets.csv", folder)
    assert [one.place for one in kept] == [row["place"] for row in rows]

    done = call("round", folder, "--work-limit", 3, "--lang", "en")
    assert done.exit_code == 0
    assert "2026-03-02 车一: leaves" in done.output
    assert "Profit 64.17" in done.output


def test_a_pinned_stop_stays_and_what_changed_is_listed(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, days_csv="day\n2026-03-02\n2026-03-03\n")
    free = planned(folder)
    day_of = {stop["place"]: route["day"] for route in free["routes"] for stop in route["stops"]}
    other = "2026-03-03" if day_of["丁乡"] == "2026-03-02" else "2026-03-02"
    sheets = tmp_path / "fixed.csv"
    sheets.write_text(
        f"day,vehicle,place,pinned\n{other},车一,丁乡,1\n{day_of['甲乡']},车一,甲乡,0\n", "utf-8"
    )

    answer = planned(folder, "--pin", sheets)

    now = {stop["place"]: route["day"] for route in answer["routes"] for stop in route["stops"]}
    assert now["丁乡"] == other
    assert answer["broken_pins"] == []
    assert {"place": "乙乡", "was": None, "now": ["车一", now["乙乡"]]} in answer["changed"]
    assert "丁乡" not in [change["place"] for change in answer["changed"]]


def test_a_pin_to_an_unknown_day_is_told_with_its_line(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    sheets = tmp_path / "fixed.csv"
    sheets.write_text("day,vehicle,place\n2026-03-09,车一,丁乡\n2026-03-02,车一,戊乡\n", "utf-8")

    done = call("round", folder, "--pin", sheets)

    assert done.exit_code == 2
    assert "fixed.csv 第 2 行 vehicle 列" in done.output
    assert "fixed.csv 第 3 行 place 列" in done.output


def test_times_of_a_table_go_before_coordinates_and_hold_both_ways(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    (folder / "travel.csv").write_text(
        "from,to,minutes\n县医院,甲乡,99\n甲乡,乙乡,50\n乙乡,甲乡,60\n"
    )
    travel = read_round(folder).problem.travel[0]

    assert (travel[0, 1], travel[1, 0], travel[1, 2], travel[2, 1]) == (99, 99, 50, 60)
    assert travel[0, 4] > 0

    (folder / "roads.csv").unlink()
    assert faults(folder)[0][3] == "way-missing"


def test_a_round_without_vehicles_or_places_is_an_empty_plan(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, vehicles_csv="vehicle,day,leaves,back,depot\n")
    (folder / "places.csv").write_text(FILES["places.csv"].replace("车一", ""), "utf-8")
    parked = planned(folder)
    assert (parked["profit"], parked["routes"]) == (0, [])
    assert {left["reason"] for left in parked["unserved"]} == {"no-window", "no-vehicle"}

    (folder / "places.csv").write_text(
        "place,minutes,weight,every_days,last_visit,latitude,longitude,road\n"
    )
    (folder / "windows.csv").unlink()
    assert planned(folder)["unserved"] == []


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "column", "code"),
    [
        ("places.csv", "甲乡,120", "甲乡,x", 3, "minutes", "number-not-whole"),
        ("places.csv", "甲乡,120,10", "甲乡,120,-1", 3, "weight", "number-too-small"),
        ("places.csv", "10,30,2026", "10,0,2026", 3, "every_days", "number-too-small"),
        ("places.csv", "乙乡,120", "甲乡,120", 4, "place", "id-twice"),
        ("places.csv", "38.30", "98.30", 5, "latitude", "number-not-between"),
        ("places.csv", "乡道,车一", "乡道,车二", 5, "vehicles", "id-unknown"),
        ("places.csv", "77.05,县道", "77.05,国道", 6, "road", "id-unknown"),
        ("windows.csv", "乙乡,,08:00", "乙乡,,8点", 4, "opens", "time-unreadable"),
        ("windows.csv", "16:00", "24:30", 4, "closes", "time-unreadable"),
        ("windows.csv", "乙乡", "己乡", 4, "place", "id-unknown"),
        ("vehicles.csv", ",县医院", ",州医院", 2, "depot", "id-unknown"),
        ("roads.csv", "县道,50", "县道,0", 2, "kmh", "number-too-small"),
        ("settings.json", "1.5", "0.5", 1, "detour", "number-not-between"),
        ("settings.json", '"detour"', '"umweg"', 1, "umweg", "id-unknown"),
        ("settings.json", "1.5,", "1.5", 1, None, "json-broken"),
        ("vehicles.csv", "depot\n", "deport\n", 1, "depot", "column-missing"),
    ],
)
def test_a_fault_has_its_file_line_and_column(
    tmp_path: Path, name: str, old: str, new: str, line: int, column: str | None, code: str
) -> None:
    folder = folder_of(tmp_path)
    text = FILES[name]
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), "utf-8")

    assert (name, line, column, code) in faults(folder)


def test_gb18030_is_read_alike(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    plain = read_round(folder).problem
    for name in FILES:
        (folder / name).write_bytes(FILES[name].encode("gb18030"))
    other = read_round(folder).problem

    assert plain.sites == other.sites
    assert (plain.travel[0] == other.travel[0]).all()


def test_an_instance_is_answered_in_vertex_numbers(tmp_path: Path) -> None:
    done = call("tours", TOPTW / "r101.txt", "--routes", 1, "--work-limit", 3, "--format", "json")

    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert answer["profit"] == answer["bound"] == 198
    assert len(answer["routes"]) == 1
    assert 0 not in answer["routes"][0]
    assert {"work", "seconds", "gap"} <= answer.keys()

    (tmp_path / "broken.txt").write_text("4 2 2 1\n0 0\n0 0 0 0 0 0 0 0 9\n1 a 0 0 0 0 0 0 9\n")
    broken = call("tours", tmp_path / "broken.txt", "--routes", 1)
    assert broken.exit_code == 2
    assert "broken.txt 第 4 行第 2 列：“a”" in broken.output


def test_a_vehicle_may_end_its_day_elsewhere(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path,
        vehicles_csv="vehicle,day,leaves,back,depot,home\n车一,2026-03-02,08:00,18:00,县医院,丁乡\n",
    )
    today = read_round(folder)
    plan = solve(today.problem, Run(work_limit=2), processes=1)

    assert (today.problem.shifts[0].depart, today.problem.shifts[0].home) == (0, 4)
    assert len(today.problem.shifts) == 1
    assert referee.faults(today.problem, plan.routes) == []
