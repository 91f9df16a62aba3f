"""Definition files: all load, and what is wrong with one is said exactly."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jiedui.core.errors import InvalidInput
from jiedui.core.packs import vocabulary
from jiedui.indicators.domain.definitions import Definition, load, read, settled
from jiedui.indicators.domain.facts import LEDGER, PROGRAMMES
from jiedui.indicators.queries.catalogue import FOLDER, about_patients, definitions, of_measure

GOOD: dict[str, Any] = {
    "code": "operations",
    "version": 1,
    "title": "手术",
    "title_en": "Operations",
    "why": "为何",
    "why_en": "Why",
    "scope": "范围",
    "scope_en": "Scope",
    "unit": "台次",
    "unit_class": "cases",
    "period": "starts",
    "additive": True,
    "exclusive": ["receiver"],
    "overlapping": [],
    "source": "somewhere",
    "numerator": {"count": "sum", "measures": ["surgeries"], "unit_classes": ["cases"]},
}


def fault(changes: dict[str, Any]) -> str:
    with pytest.raises(InvalidInput) as refused:
        read({k: v for k, v in {**GOOD, **changes}.items() if v is not None}, "x.toml")
    assert refused.value.code == "definition-broken"
    return str(refused.value)


def test_a_good_definition_is_read() -> None:
    definition = read(GOOD, "x.toml")
    assert definition.numerator.measures == ("surgeries",)
    assert not definition.ratio
    assert definition.title_in("en") == "Operations"
    assert definition.title_in("zh-hans") == "手术"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": None}, "x.toml: no field title"),
        ({"title": " "}, "x.toml.title: must not be blank"),
        ({"colour": "red"}, "x.toml: unknown field colour"),
        ({"version": 0}, "x.toml.version: starts at 1"),
        ({"version": "1"}, "x.toml.version: must be a whole number"),
        ({"additive": "yes"}, "x.toml.additive: must be true or false"),
        ({"exclusive": "receiver"}, "x.toml.exclusive: must be a list of texts"),
        ({"exclusive": ["colour"]}, "x.toml.exclusive and overlapping: “colour” is not one of"),
        ({"overlapping": ["receiver"]}, "x.toml.overlapping: a dimension is either"),
        ({"period": "about"}, "x.toml.period: “about” is not one of starts, within"),
        ({"unit_class": "colours"}, "x.toml.unit_class: “colours” is not one of"),
        ({"unit_class": "persons"}, "x.toml.unit_class: must be the class of unit that is summed"),
        ({"numerator": {"count": "days"}}, "x.toml.numerator.count: days are those within"),
        ({"numerator": {"count": "records", "stream": "tales"}}, "x.toml.numerator.stream: “tale"),
        ({"numerator": {"count": "records", "at_least": -1}}, "x.toml.numerator.at_least: must"),
        ({"numerator": {"count": "records", "kept": True}}, "x.toml.numerator.kept: the rule"),
        (
            {"numerator": {"count": "records", "kinds": ["a"], "without": "local"}},
            "x.toml.numerator.kinds: kinds, a rule",
        ),
        ({"numerator": {"count": "events", "stream": "programmes"}}, "x.toml.numerator.count: on"),
        ({"numerator": 3}, "x.toml.numerator: must be a table"),
        ({"numerator": {"count": "median"}}, "x.toml.numerator.count: “median” is not one of"),
        ({"numerator": {"count": "sum"}}, "x.toml.numerator.unit_classes: a sum is of one class"),
        ({"numerator": {"count": "distinct"}}, "x.toml.numerator.of: “” is not one of"),
        ({"numerator": {"count": "records", "of": "giver"}}, "x.toml.numerator.of: only with"),
        (
            {"numerator": {"count": "records", "output_classes": ["dance"]}},
            "x.toml.numerator.output_classes: “dance” is not one of do, teach, enable",
        ),
        (
            {"numerator": {"count": "distinct", "of": "receiver"}},
            "x.toml.additive: distinct bodies",
        ),
        (
            {"denominator": {"count": "records"}, "unit_class": "share"},
            "x.toml.additive: a ratio is never additive",
        ),
    ],
)
def test_a_fault_is_said_exactly(changes: dict[str, Any], said: str) -> None:
    assert fault(changes).startswith(said)


def test_files_that_are_no_toml_or_bear_another_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("code = ", encoding="utf-8")
    with pytest.raises(InvalidInput, match="Invalid value"):
        load(tmp_path)
    text = (FOLDER / "operations.toml").read_text(encoding="utf-8")
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        load(tmp_path)
    assert str(refused.value) == "a.toml.code: must be the name of its file"


@pytest.mark.parametrize("definition", definitions().values(), ids=lambda d: d.code)
def test_every_definition_speaks_of_what_the_packs_have(definition: Definition) -> None:
    words = vocabulary()
    for side in definition.sides.values():
        for measure in side.measures:
            words.term("measures", measure)
        for kind in side.kinds:
            words.term(definition.kind_table, kind)
    if definition.states:
        words.term("measures", definition.states)
    covered = {*definition.exclusive, *definition.overlapping}
    if definition.numerator.stream != LEDGER:
        assert {"receiver", "month", "programme"} <= covered
        assert ("kind" in covered) == bool(definition.kind_table)
        assert not covered & {"place", "output_class"}
    elif not definition.ratio:
        assert {"receiver", "giver", "place", "kind", "output_class", "month"} <= covered


def test_long_enough_is_what_the_packs_rule_says() -> None:
    rule = vocabulary().term("presence_rules", "county_unbroken_stay")
    found = definitions()["posting_compliance"]
    assert found.numerator.at_least == int(rule.extra["days"])
    assert f"不少于{rule.extra['days']}天" in found.scope
    assert found.denominator is not None
    assert found.numerator.kinds == found.denominator.kinds
    assert list(found.numerator.kinds) == rule.extra["posting_kinds"].split()
    group = definitions()["group_compliance"].numerator
    assert (group.kinds, group.at_least) == (("team",), 365)


def test_another_rule_of_the_packs_is_another_figure() -> None:
    """Nothing of a rule stands in the definition itself."""
    raw = tomllib.loads((FOLDER / "posting_compliance.toml").read_text(encoding="utf-8"))
    tables = {name: dict(table) for name, table in vocabulary().tables.items()}
    rule = tables["presence_rules"]["county_unbroken_stay"]
    other = {**rule.extra, "days": "90", "posting_kinds": "planned"}
    tables["presence_rules"]["county_unbroken_stay"] = replace(rule, extra=other)
    found = settled(read(raw, "a"), tables, "a")
    assert (found.numerator.kinds, found.numerator.at_least) == (("planned",), 90)
    assert "90" in found.scope
    assert "180" not in found.scope
    del tables["presence_rules"]["county_unbroken_stay"]
    with pytest.raises(InvalidInput) as refused:
        settled(read(raw, "a"), tables, "a")
    assert "a.numerator.rule" in str(refused.value)


def test_local_people_are_no_experts_sent() -> None:
    kinds = vocabulary().table("posting_kinds")
    local = {code for code, kind in kinds.items() if kind.extra["local"]}
    assert local == {"local_development"}
    for code in ("experts", "expert_person_times", "days_present", "full_time_days"):
        assert set(definitions()[code].numerator.kinds) == set(kinds) - local
    assert set(definitions()["local_development"].numerator.kinds) == local


def test_a_measure_that_the_programmes_tell_is_its_indicator() -> None:
    told = {each.states for each in definitions().values() if each.states}
    assert {"dispatch_batches", "expert_persons", "days_present", "pairings"} <= told
    for measure in told:
        assert of_measure(measure).numerator.stream == PROGRAMMES
    assert {
        code
        for code, each in definitions().items()
        for side in each.sides.values()
        if side.stream == LEDGER and (set(side.measures) & told)
    } == set()


def test_a_measure_without_a_file_is_its_plain_sum() -> None:
    definition = of_measure("vehicles")
    assert (definition.unit_class, definition.unit) == ("things", "辆")
    assert definition.numerator.measures == ("vehicles",)
    with pytest.raises(InvalidInput) as refused:
        of_measure("unheard_of")
    assert refused.value.code == "code-unknown"


def test_what_counts_patients_is_known_from_the_packs() -> None:
    assert about_patients(definitions()["rescues"])
    assert not about_patients(definitions()["lectures"])
    assert not about_patients(definitions()["events"])
