"""The published history: read, placed, never changed once read."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import Workbook

from jiedui.accounts.models import AuditRow
from jiedui.core.errors import InvalidInput, NotAllowed
from jiedui.core.packs import vocabulary
from jiedui.ledger import actions
from jiedui.ledger.domain.history import COLUMNS, read_rows
from jiedui.ledger.models import Placing, Publication, Statement
from jiedui.ledger.queries import statements
from jiedui.ledger.sources.history import read_history
from tests.ledger_cast import Stage, account

FILE = Path("packs/history/published_figures.csv")
Rows = list[tuple[int, dict[str, str]]]


def history() -> Rows:
    with FILE.open(encoding="utf-8-sig", newline="") as lines:
        return [(line, row) for line, row in enumerate(csv.DictReader(lines), 2)]


def row(**changes: str) -> dict[str, str]:
    plain = dict.fromkeys(COLUMNS, "") | {
        "claim": "900-01",
        "report": "900",
        "published_by": "示例报",
        "published_on": "2024-05-01",
        "measure": "surgeries",
        "value": "12",
        "precision": "exact",
        "unit": "台次",
        "unit_class": "cases",
        "kind": "flow",
    }
    return plain | changes


def test_all_109_rows_can_be_read() -> None:
    drafts, errors = read_rows(history(), vocabulary())
    assert (len(drafts), errors) == (109, [])


@pytest.mark.parametrize(
    ("code", "column", "changes"),
    [
        ("field-missing", "claim", {"claim": ""}),
        ("code-unknown", "measure", {"measure": "smiles"}),
        ("unit-wrong", "unit", {"unit": "元"}),
        ("unit-class-wrong", "unit_class", {"unit_class": "money"}),
        ("code-unknown", "precision", {"precision": "maybe"}),
        ("code-unknown", "kind", {"kind": "wish"}),
        ("number-unreadable", "value", {"value": "十二"}),
        ("number-negative", "value", {"value": "-2"}),
        ("date-unreadable", "published_on", {"published_on": "某日"}),
        ("date-unreadable", "period_start", {"period_start": "2024-13"}),
        ("period-reversed", "period_end", {"period_start": "2024", "period_end": "2023"}),
        ("claim-unknown", "part_of", {"part_of": "900-09"}),
        ("claim-circular", "same_as", {"same_as": "900-01"}),
        ("range-incomplete", "value_max", {"precision": "range"}),
        ("text-too-long", "note", {"note": "长" * 401}),
    ],
)
def test_faulty_rows_are_named_by_line_and_column(
    code: str, column: str, changes: dict[str, str]
) -> None:
    good = row(claim="900-02")
    drafts, errors = read_rows([(2, row(**changes)), (3, good)], vocabulary())
    assert [d.claim for d in drafts] == ["900-02"]
    assert [(e.line, e.column, e.refused.code) for e in errors] == [(2, column, code)]


def test_a_claim_stands_once_and_what_hangs_from_a_fault_falls_with_it() -> None:
    rows = [
        (2, row(value="x")),
        (3, row(claim="900-02", part_of="900-01")),
        (4, row(claim="900-03")),
        (5, row(claim="900-03")),
    ]
    drafts, errors = read_rows(rows, vocabulary())
    assert [d.claim for d in drafts] == ["900-03"]
    assert [(e.line, e.refused.code) for e in errors] == [
        (2, "number-unreadable"),
        (3, "claim-unknown"),
        (5, "claim-twice"),
    ]


def test_circles_over_both_columns_are_found() -> None:
    rows = [
        (2, row(part_of="900-02")),
        (3, row(claim="900-02", same_as="900-01")),
        (4, row(claim="900-03", same_as="900-02")),
    ]
    drafts, errors = read_rows(rows, vocabulary())
    assert drafts == []
    assert [(e.line, e.refused.code) for e in errors] == [
        (2, "claim-circular"),
        (3, "claim-circular"),
        (4, "claim-unknown"),
    ]


def test_statements_are_placed_by_name_and_repeat_nothing(stage: Stage) -> None:
    rows: Rows = [
        (2, row(giver=stage.giver.name, receiver=stage.receiver.name)),
        (3, row(claim="900-02", receiver="示例东州医院和示例西州医院")),
        (4, row(claim="900-03", giver="", receiver="", part_of="900-01", period_end="2024-04")),
    ]
    programmes = {"900": stage.programme}
    tried = actions.import_statements(by=None, rows=rows, programmes=programmes, dry_run=True)
    assert (tried.read, tried.placed, Statement.objects.count()) == (3, 2, 0)
    for repeated in (0, 3):
        outcome = actions.import_statements(by=None, rows=rows, programmes=programmes)
        assert (outcome.rows, outcome.placed, outcome.repeated) == (3, 2, repeated)
        assert [u["name"] for u in outcome.unplaced] == ["示例东州医院和示例西州医院"]
    assert AuditRow.objects.filter(action="ledger.import-statements").count() == 1
    first, second, third = statements()
    assert first.givers == {stage.giver.id}
    assert (second.placed, third.placed) == (False, True)
    assert (third.part_of, str(third.end), third.givers) == ("900-01", "2024-04-30", frozenset())
    assert statements([stage.programme.id], sequence=first.sequence) == [first]


def test_a_changed_claim_is_refused_and_listed(stage: Stage) -> None:
    programmes = {"900": stage.programme}
    actions.import_statements(by=None, rows=[(2, row())], programmes=programmes)
    outcome = actions.import_statements(by=None, rows=[(2, row(value="13"))], programmes=programmes)
    assert [(e.line, e.column, e.refused.code) for e in outcome.errors] == [
        (2, "claim", "claim-changed")
    ]
    assert Statement.objects.get().value == 12
    assert Publication.objects.count() == 1


def test_a_person_places_what_no_name_could(stage: Stage) -> None:
    rows: Rows = [(2, row(receiver="示例东州医院和示例西州医院"))]
    actions.import_statements(by=None, rows=rows, programmes={"900": stage.programme})
    statement = Statement.objects.get()
    both = [stage.receiver, stage.other_receiver]
    with pytest.raises(NotAllowed):
        actions.place_statement(by=stage.expert, statement=statement, givers=[], receivers=both)
    with pytest.raises(InvalidInput):
        actions.place_statement(by=stage.coordinator, statement=statement, givers=[], receivers=[])
    for _ in range(2):
        actions.place_statement(
            by=stage.coordinator, statement=statement, givers=[], receivers=both
        )
    assert statements()[0].receivers == {one.id for one in both}
    actions.place_statement(
        by=stage.coordinator, statement=statement, givers=[], receivers=[stage.receiver]
    )
    assert [p.number for p in Placing.objects.order_by("number")] == [1, 2]
    assert statements()[0].receivers == {stage.receiver.id}


def test_the_row_that_names_another_publisher_is_refused_not_the_others(stage: Stage) -> None:
    odd = row(claim="900-01", published_by="示例他报")
    rows: Rows = [(2, odd), (3, row(claim="900-02")), (4, row(claim="900-03"))]
    outcome = actions.import_statements(by=None, rows=rows, programmes={"900": stage.programme})
    assert [(e.line, e.refused.code) for e in outcome.errors] == [(2, "report-differs")]
    assert outcome.read == 2
    assert Publication.objects.get().publisher == "示例报"


def test_a_cell_that_says_nothing_sure_costs_its_row_alone(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([*COLUMNS])
    for claim in ("900-01", "900-02", "900-03"):
        sheet.append([row(claim=claim)[column] or None for column in COLUMNS])
    sheet.cell(2, COLUMNS.index("value") + 1).value = "=6*2"
    book.save(tmp_path / "published.xlsx")
    read = read_history(tmp_path / "published.xlsx")
    assert [(line, each["claim"]) for line, each in read.rows] == [(3, "900-02"), (4, "900-03")]
    assert [(e.line, e.column, e.refused.field) for e in read.errors] == [(2, "value", "Sheet!G2")]


def test_only_a_coordinator_over_everything_imports_and_places(stage: Stage) -> None:
    scoped = account("scoped", "协调己", "programme_coordinator", stage.receiver)
    rows, programmes = [(2, row())], {"900": stage.programme}
    for by in (stage.manager, stage.outsider, scoped):
        with pytest.raises(NotAllowed) as refused:
            actions.import_statements(by=by, rows=rows, programmes=programmes)
        assert refused.value.code == "permission-missing"
    actions.import_statements(by=stage.coordinator, rows=rows, programmes=programmes)
    statement = Statement.objects.get()
    with pytest.raises(NotAllowed):
        actions.place_statement(by=scoped, statement=statement, givers=[], receivers=[])
