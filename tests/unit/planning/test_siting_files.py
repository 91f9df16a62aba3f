"""Siting problems as files: every fault is told with its place, all together."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from jiedui.core.errors import InvalidInput
from jiedui.planning.sources.pmedian_files import read_pmedian
from jiedui.planning.sources.siting_files import read_cover

DEMAND = "place,latitude,longitude,people,name\na,40,80,100,甲\nb,40.1,80,50,乙\nc,41,80,70,丙\n"
SITES = "site,latitude,longitude,kinds,existing\nx,40,80,,\ny,41,80.1,k,k\n"
KINDS = "kind,cost,reach_km\nk,1.5,12\nm,2,30\n"
SETTINGS = '{"budget": 2.5, "detour": 1.25}'


def folder(path: Path, **files: str) -> Path:
    texts = {"demand": DEMAND, "sites": SITES, "kinds": KINDS, "settings": SETTINGS, **files}
    for name, text in texts.items():
        ending = "json" if name == "settings" else "csv"
        (path / f"{name}.{ending}").write_text(text, "utf-8")
    return path


def faults(refused: pytest.ExceptionInfo[InvalidInput]) -> list[tuple[str, int | None, str | None]]:
    told = refused.value.details["faults"].faults
    return [(each.file, each.line, each.column) for each in told]


def test_a_folder_is_read(tmp_path: Path) -> None:
    problem = read_cover(folder(tmp_path))
    assert problem.budget == Decimal("2.5")
    assert [place.name for place in problem.places] == ["甲", "乙", "丙"]
    assert problem.sites[0].kinds is None
    assert problem.sites[1].kinds == problem.sites[1].existing == {"k"}
    # A tenth of a degree of latitude is 11.12 km, a quarter more on the road.
    assert problem.km[0] == pytest.approx([0, 13.9, 139], abs=0.1)


def test_the_budget_of_the_command_goes_before_that_of_the_file(tmp_path: Path) -> None:
    assert read_cover(folder(tmp_path), Decimal(9)).budget == 9


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_chinese_encodings_read_alike(tmp_path: Path, encoding: str) -> None:
    folder(tmp_path)
    (tmp_path / "demand.csv").write_text(DEMAND, encoding)
    assert read_cover(tmp_path).places[0].name == "甲"


def test_measured_ways_stand_in_for_those_of_coordinates(tmp_path: Path) -> None:
    kinds = "kind,cost,reach_km,reach_minutes\nk,1,12,\nm,2,,45\n"
    ways = "site,place,km,minutes\nx,b,30,\nx,c,,20\n"
    settings = '{"budget": 1, "speed_kmh": 60}'
    problem = read_cover(folder(tmp_path, kinds=kinds, settings=settings, distances=ways))
    assert problem.km[0, :2].tolist() == [0, 30]
    assert problem.minutes is not None
    assert problem.minutes[0].tolist() == [0, 30, 20]


def test_without_coordinates_only_measured_ways_are_known(tmp_path: Path) -> None:
    problem = read_cover(
        folder(
            tmp_path,
            demand="place,people\na,1\nb,2\n",
            sites="site\nx\n",
            distances="site,place,km\nx,b,4\n",
        )
    )
    assert np.isnan(problem.km[0, 0])
    assert problem.km[0, 1] == 4


def test_all_faults_are_told_together_with_their_places(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_cover(
            folder(
                tmp_path,
                demand="place,latitude,longitude,people\na,400,80,viele\na,40,80,-1\n,40,,1\n",
                sites="site,latitude,longitude,kinds\nx,40,80,zz\n",
                kinds="kind,cost,reach_km,reach_minutes\nk,1.23456,,\nm,2,1,2\n",
                settings='{\n "budget": "much",\n "detour": 0.5\n}',
            )
        )
    assert refused.value.code == "planning-files-malformed"
    assert faults(refused) == [
        ("settings.json", 2, "budget"),
        ("settings.json", 3, "detour"),
        ("kinds.csv", 2, "cost"),
        ("kinds.csv", 2, "reach_km"),
        ("kinds.csv", 3, "reach_km"),
        ("demand.csv", 2, "people"),
        ("demand.csv", 3, "people"),
        ("demand.csv", 3, "place"),
        ("demand.csv", 4, "place"),
        ("sites.csv", 2, "kinds"),
        ("settings.json", 1, "budget"),
        ("demand.csv", 2, "latitude"),
        ("demand.csv", 4, "longitude"),
    ]
    assert "demand.csv" in str(refused.value)


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("demand", "place,latitude,people\na,1,1\n", ("demand.csv", 1, "longitude")),
        ("demand", "", ("demand.csv", 1, None)),
        ("settings", "{", ("settings.json", 1, "2")),
        ("settings", "[]", ("settings.json", 1, None)),
        ("settings", '{"budget": 1, "weights": 3}', ("settings.json", 1, "weights")),
        ("settings", '{"budget": 1e30}', ("settings.json", 1, "budget")),
        ("kinds", "kind,cost,reach_minutes\nk,1,9\nm,1,9\n", ("settings.json", 1, "speed_kmh")),
        ("distances", "site,place,km\nx,nowhere,1\n", ("distances.csv", 2, "place")),
        ("distances", "site,place,km\nx,a,\n", ("distances.csv", 2, "km")),
        ("distances", "site,place\nx,a\n", ("distances.csv", 1, "km")),
    ],
)
def test_a_fault_has_its_place(
    tmp_path: Path, name: str, text: str, place: tuple[str, int, str | None]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_cover(folder(tmp_path, **{name: text}))
    assert place in faults(refused)


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    folder(tmp_path)
    (tmp_path / "kinds.csv").unlink()
    with pytest.raises(InvalidInput) as refused:
        read_cover(tmp_path)
    assert ("kinds.csv", None, None) in faults(refused)


def test_a_graph_is_read_with_the_last_of_repeated_edges(tmp_path: Path) -> None:
    path = tmp_path / "graph.txt"
    path.write_text(" 3 3 1\n 1 2 9\n\n 2 3 4\n 2 1 5\n")
    problem = read_pmedian(path)
    assert problem.p == 1
    assert problem.cost.tolist() == [[0, 5, 9], [5, 0, 4], [9, 4, 0]]


def test_faults_of_a_graph_name_line_and_word(tmp_path: Path) -> None:
    path = tmp_path / "graph.txt"
    path.write_text("3 4 1\n1 2 far\n1 4 2\n1 2\n1.5 2 -3\n")
    with pytest.raises(InvalidInput) as refused:
        read_pmedian(path)
    assert faults(refused) == [
        ("graph.txt", 2, "3"),
        ("graph.txt", 3, "2"),
        ("graph.txt", 4, "3"),
        ("graph.txt", 5, "1"),
        ("graph.txt", 5, "3"),
    ]


@pytest.mark.parametrize("text", ["", "3 9 1\n1 2 3\n", "x y z\n", "3 1 1\n1 2 nan\n"])
def test_a_broken_graph_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "graph.txt"
    path.write_text(text)
    with pytest.raises(InvalidInput) as refused:
        read_pmedian(path)
    assert refused.value.code == "planning-files-malformed"
