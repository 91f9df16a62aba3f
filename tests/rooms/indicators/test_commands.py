"""Figures made of entries, and entries beside statements, on the command line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from jiedui.config.cli import main
from jiedui.ledger.actions import import_statements
from tests.lasting import lasting
from tests.ledger_cast import stage as set_stage

pytestmark = pytest.mark.django_db


def show(*arguments: str) -> Any:
    result = CliRunner().invoke(main, ["figures", *arguments, "--format", "json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


the_cast, stage = lasting(set_stage)


def test_entries_are_counted_with_their_records(stage):
    stage.confirmed()
    asked = ("show", "--measure", "free_clinic_beneficiaries", "--receiver", stage.receiver.name)
    found = show(*asked, "--records", "--programme", stage.programme.code)
    assert (found["value"], found["records"], found["counts"]) == (120, 1, "entries")
    (record,) = found["record_list"]
    assert (record["value"], record["giver"], record["receiver"]) == (
        120,
        stage.giver.name,
        stage.receiver.name,
    )
    text = CliRunner().invoke(main, ["figures", *asked, "--records"])
    assert text.exit_code == 0, text.output


def test_the_list_counts_entries_and_leaves_the_example_out(stage):
    stage.confirmed()

    def counted(*arguments: str) -> dict[str, int]:
        return {line["measure"]: line["entries"] for line in show("list", *arguments)}

    found = counted("--programme", stage.programme.code)
    ties = found.pop("pairings")
    assert found == {"free_clinic_beneficiaries": 1, "trainees": 1, "": found[""]}
    assert ties == stage.programme.pairings.count()
    assert set(counted()) == {""}


def test_a_report_that_the_ledger_contradicts_is_listed_with_both_sides(stage):
    stage.confirmed()
    row = {
        "claim": "900-01",
        "report": "900",
        "published_by": "示例日报",
        "published_on": "2025-02-01",
        "measure": "free_clinic_beneficiaries",
        "value": "500",
        "precision": "exact",
        "unit": "人次",
        "unit_class": "person_times",
        "kind": "flow",
        "giver": stage.giver.name,
        "receiver": stage.receiver.name,
        "period_start": "2024",
        "period_end": "2024",
    }
    import_statements(by=None, rows=[(2, row)], programmes={"900": stage.programme})
    (found,) = show("contradictions", "--programme", stage.programme.code)
    assert (found["kind"], found["receiver"]) == ("differs", stage.receiver.name)
    assert (found["earlier"]["value"], found["later"]["value"]) == (500, 120)
    assert found["earlier"]["claims"] == ["900-01"]
    assert found["later"]["claims"] == []
    assert show("contradictions", "--measure", "surgeries") == []
    text = CliRunner().invoke(main, ["figures", "contradictions", "--programme", "demo"])
    assert text.exit_code == 0, text.output
