"""Packs load, lie over one another, and every term says where it is from."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from jiedui.core import packs
from jiedui.core.errors import InvalidInput
from jiedui.core.quantities import FigureKind, OutputClass, Precision, UnitClass

FOLDER = Path(__file__).resolve().parents[2] / "packs"
NAMES = ["common", "cn-xpcc", "cn-county", "thet"]


@pytest.fixture(scope="module")
def vocabulary() -> packs.Vocabulary:
    return packs.load(FOLDER, NAMES)


def test_every_term_has_names_and_a_source(vocabulary: packs.Vocabulary) -> None:
    for table, terms in vocabulary.tables.items():
        for term in terms.values():
            assert term.name, (table, term.code)
            assert term.name_en, (table, term.code)
            assert term.source, (table, term.code)


def test_measures_agree_with_units_and_classes(vocabulary: packs.Vocabulary) -> None:
    units = vocabulary.table("units")
    for code, term in vocabulary.table("measures").items():
        assert term.extra["output_class"] in set(OutputClass), code
        assert term.extra["unit_class"] in {*UnitClass, "share"}, code
        for unit in term.extra["units"].split():
            assert unit in units, (code, unit)


def test_activity_kinds_record_known_measures(vocabulary: packs.Vocabulary) -> None:
    measures = vocabulary.table("measures")
    for code, term in vocabulary.table("activity_kinds").items():
        assert term.extra["output_class"] in set(OutputClass), code
        assert set(term.extra["outputs"].split()) <= set(measures), code
        assert term.extra["outputs"], code


def test_parents_of_specialties_exist(vocabulary: packs.Vocabulary) -> None:
    specialties = vocabulary.table("specialties")
    for code, term in specialties.items():
        assert term.extra["parent"] in {"", *specialties}, code


def test_each_code_table_names_the_codes_of_the_code(vocabulary: packs.Vocabulary) -> None:
    assert set(vocabulary.table("output_classes")) == set(OutputClass)
    assert set(vocabulary.table("precisions")) == set(Precision)
    assert set(vocabulary.table("figure_kinds")) == set(FigureKind)


def test_the_published_history_uses_only_known_measures(vocabulary: packs.Vocabulary) -> None:
    with (FOLDER / "history/published_figures.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 109
    for row in rows:
        assert row["measure"] in vocabulary.table("measures"), row["claim"]


def test_a_code_stands_in_one_pack_only(tmp_path: Path) -> None:
    for pack in ("one", "two"):
        (tmp_path / pack).mkdir()
        (tmp_path / pack / "pack.toml").write_text('code = "x"\n')
        (tmp_path / pack / "units.csv").write_text("code,name,name_en,source\nkg,公斤,kilo,SI\n")
    with pytest.raises(InvalidInput, match="already in pack one"):
        packs.load(tmp_path, ["one", "two"])


def test_a_broken_table_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text(
        "code,name,name_en,source\nkg,公斤,kilo,SI\nkg,公斤,kilo,SI\n"
    )
    with pytest.raises(InvalidInput, match=r"units\.csv, line 3"):
        packs.read_table(tmp_path / "units.csv", "x")
