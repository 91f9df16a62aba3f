"""The published history from its files to the command line: the figures that must come out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiedui.config.cli import main
from jiedui.indicators.domain.contradictions import find
from jiedui.indicators.domain.question import Question
from jiedui.indicators.domain.statements import known
from jiedui.ledger.queries import statements as stored_statements
from tests.history import FOLDER
from tests.history import statements as plain_statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def history(db: None) -> None:
    done = CliRunner().invoke(
        main, ["import", "history", str(FOLDER / "published_figures.csv"), "--create"]
    )
    assert done.exit_code == 0, done.output


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["figures", *arguments])


def show(measure: str, *arguments: str) -> dict[str, Any]:
    result = run("show", "--measure", measure, *arguments, "--format", "json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.output)
    return found


def check_a_figure_as_it_was_known_on_a_day():
    found = show("surgeries", "--receiver", "一师医院", "--as-of", "2017-04-30")
    assert {
        key: found[key]
        for key in (
            "measure",
            "value",
            "precision",
            "unit",
            "unit_class",
            "period",
            "as_of",
            "records",
            "contested",
            "beside",
        )
    } == {
        "measure": "surgeries",
        "value": 538,
        "precision": "exact",
        "unit": "台次",
        "unit_class": "cases",
        "period": {"start": "2016-04-01", "end": "2017-04-30"},
        "as_of": "2017-04-30",
        "records": 1,
        "contested": False,
        "beside": [],
    }
    assert isinstance(found["value"], int)
    later = show("surgeries", "--receiver", "第一师医院", "--as-of", "2017-07-31")
    assert (later["value"], [line["value"] for line in later["beside"]]) == (887, [538])
    assert show("surgeries", "--receiver", "一师医院", "--as-of", "2017-04-23")["value"] is None


def check_any_name_of_an_organisation_will_do():
    for name in ("第一师医院", "一师医院", "First Division Hospital", "一师代表队"):
        found = show("new_techniques", "--receiver", name, "--as-of", "2017-07-31")
        assert (found["value"], found["precision"], found["contested"]) == (40, "exact", False)


def check_the_unit_class_is_that_of_the_very_body():
    asked = ("free_clinic_beneficiaries", "--receiver", "新疆兵团", "--as-of", "2017-07-31")
    found = show(*asked)
    assert (found["value"], found["unit_class"]) == (439_300, "persons")
    assert found["period"] == {"start": None, "end": "2017-07-21"}
    assert {line["value"] for line in found["beside"]} == {3000, 467}
    times = show(*asked, "--unit-class", "person_times")
    assert (times["value"], times["precision"]) == (3000, "at_least")


def check_records_are_printed_when_asked_for():
    found = show("critical_rescues", "--receiver", "一师医院", "--records")
    assert (found["records"], found["contested"]) == (1, True)
    assert [row["claim"] for row in found["record_list"]] == ["001-19"]
    assert [each["kind"] for each in found["contradictions"]] == ["fall"]
    assert "record_list" not in show("critical_rescues", "--receiver", "一师医院")


def check_the_plan_and_what_was_spent_are_apart():
    assert show("investment", "--receiver", "张家川县")["value"] == 16_150_000
    plan = show("investment", "--receiver", "张家川县", "--kind", "plan")
    assert (plan["value"], plan["unexplained"], len(plan["parts"])) == (4_496_000, 0, 3)


def check_an_indicator_in_place_of_a_measure():
    result = run("show", "--indicator", "operations", "--receiver", "一师医院", "--format", "json")
    assert json.loads(result.output)["value"] == 887


def check_no_statement_is_no_figure():
    found = show("trainees", "--receiver", "四团医院")
    assert (found["value"], found["records"], found["contested"]) == (None, 0, False)


def check_contradictions_of_the_history_are_exactly_two():
    found = json.loads(run("contradictions", "--format", "json").output)
    assert [(each["measure"], each["receiver"], each["kind"]) for each in found] == [
        ("critical_rescues", "第一师医院", "fall"),
        ("trainees", "第一师医院", "fall"),
    ]
    earlier, later = found[0]["earlier"], found[0]["later"]
    assert {"report", "published_on", "value", "precision", "period"} <= earlier.keys()
    assert (earlier["report"], earlier["value"], earlier["precision"]) == ("002", 2000, "at_least")
    assert (later["report"], later["published_on"], later["value"]) == ("001", "2017-07-21", 451)
    assert "口径" in found[0]["question"] or "definition" in found[0]["question"]


def check_remarks_and_a_day():
    with_remarks = json.loads(run("contradictions", "--remarks", "--format", "json").output)
    assert [each["kind"] for each in with_remarks] == ["fall", "fall", "rate_jump", "none_added"]
    before = run("contradictions", "--as-of", "2017-07-20", "--format", "json")
    assert json.loads(before.output) == []
    elsewhere = run("contradictions", "--receiver", "张家川县", "--format", "json")
    assert json.loads(elsewhere.output) == []


def check_an_unknown_name_is_answered_with_similar_ones():
    result = run("show", "--measure", "surgeries", "--receiver", "师医院")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "第一师医院" in result.stderr


def check_text_for_people():
    for arguments in (
        ("show", "--measure", "critical_rescues", "--receiver", "一师医院", "--records"),
        ("show", "--measure", "investment", "--receiver", "张家川县", "--kind", "plan"),
        ("show", "--measure", "trainees", "--receiver", "四团医院", "--lang", "en"),
        ("contradictions", "--remarks", "--lang", "en"),
        ("contradictions", "--as-of", "2010"),
        ("list",),
    ):
        result = run(*arguments)
        assert result.exit_code == 0, result.output
        assert result.output.strip()


def check_the_list_counts_statements():
    found = {
        (line["measure"], line["indicator"]): line
        for line in json.loads(run("list", "--format", "json").output)
    }
    assert found[("surgeries", "")]["statements"] == 3
    assert found[("", "operations")]["statements"] == 3
    assert found[("surgeries", "")]["entries"] == 0


def check_the_database_and_the_files_say_the_same():
    def told(rows: Any) -> list[Any]:
        return sorted(
            (r.claim, r.measure, r.item, r.value, r.precision, r.unit_class, r.kind, r.start, r.end)
            for r in rows
        )

    stored = stored_statements()
    assert told(stored) == told(plain_statements())
    assert sorted(r.claim for r in stored if not r.placed) == ["000-06", "000-07", "000-08"]
    assert len(find(known(stored, Question())).contradictions) == 2


def check_a_figure_reads_the_database_a_few_times_only():
    show("surgeries", "--receiver", "一师医院")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        show("surgeries", "--receiver", "一师医院")
    assert len(queries) <= 14


FIGURES = (
    check_a_figure_as_it_was_known_on_a_day,
    check_any_name_of_an_organisation_will_do,
    check_the_unit_class_is_that_of_the_very_body,
    check_records_are_printed_when_asked_for,
    check_the_plan_and_what_was_spent_are_apart,
    check_an_indicator_in_place_of_a_measure,
    check_no_statement_is_no_figure,
    check_an_unknown_name_is_answered_with_similar_ones,
    check_a_figure_reads_the_database_a_few_times_only,
)
REST = (
    check_contradictions_of_the_history_are_exactly_two,
    check_remarks_and_a_day,
    check_text_for_people,
    check_the_list_counts_statements,
    check_the_database_and_the_files_say_the_same,
)


@pytest.mark.parametrize("checks", [FIGURES, REST], ids=["figures", "contradictions and lists"])
def test_the_history_on_the_command_line(history, checks):
    """The import takes a second or two, so that many checks share one."""
    for check in checks:
        check()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--measure", "surgerie"), "surgeries"),
        (("--indicator", "operation"), "operations"),
        (("--measure", "surgeries", "--from", "2017-13"), "2017-13"),
        (("--measure", "surgeries", "--from", "2018", "--to", "2017"), "period-reversed"),
        (("--measure", "surgeries", "--unit-class", "heads"), "persons"),
        (("--measure", "surgeries", "--programme", "nothing"), "programme-unknown"),
        (("--measure", "surgeries", "--receiver", "无"), "organisation-unknown"),
        (("--measure", "surgeries", "--indicator", "operations"), "measure-or-indicator"),
        ((), "measure-missing"),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_line(arguments, said):
    result = run("show", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
