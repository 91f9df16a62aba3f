"""Ledger entries from sheets: what is taken, what is refused and where."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest

from jiedui.accounts.models import AuditRow
from jiedui.core.errors import InvalidInput, NotAllowed
from jiedui.directory.actions import add_department, add_person
from jiedui.ledger.models import Entry, EntryQuantity, EntryVersion
from tests.exchange.sheets import HEAD, csv, found, row, run_ledger, xlsx
from tests.ledger_cast import SINCE, Stage


def test_a_dry_run_writes_nothing(stage: Stage) -> None:
    outcome, faults = run_ledger(xlsx([row()]), stage.coordinator)
    assert not faults
    assert (outcome.rows, outcome.bad, outcome.added) == (1, 0, 1)
    assert not Entry.objects.exists()


def test_rows_become_entries_and_the_same_file_again_changes_nothing(stage: Stage) -> None:
    content = xlsx([row(), row(day="2024年3月6日至7日", value="40余"), row()])
    outcome, faults = run_ledger(content, stage.coordinator, commit=True)
    assert not faults
    assert (outcome.added, outcome.unchanged) == (3, 0)
    span = EntryVersion.objects.get(happened_from=date(2024, 3, 6))
    assert span.happened_to == date(2024, 3, 7)
    assert span.state == "submitted"
    quantity = EntryQuantity.objects.get(version=span)
    assert (quantity.measure, quantity.value, quantity.precision, quantity.unit) == (
        "surgeries",
        Decimal(40),
        "at_least",
        "台次",
    )
    again, faults = run_ledger(content, stage.coordinator, commit=True)
    assert not faults
    assert (again.added, again.unchanged) == (0, 3)
    assert Entry.objects.count() == 3
    assert AuditRow.objects.filter(action="ledger.record-many").count() == 1


def test_the_same_rows_from_csv_are_the_same_entries(stage: Stage) -> None:
    run_ledger(xlsx([row(day=date(2024, 3, 5), value=3, unit="台次")]), None, commit=True)
    for encoding in ("utf-8-sig", "utf-8", "gb18030", "utf-16"):
        outcome, faults = run_ledger(
            csv([row(value="３", unit="台次")], encoding=encoding), None, name="a.csv", commit=True
        )
        assert not faults
        assert (outcome.added, outcome.unchanged) == (0, 1), encoding


def test_rows_with_one_number_are_one_event(stage: Stage) -> None:
    content = xlsx(
        [
            row(id="7", kind="教学义诊", measure="义诊受益人次", value="120", unit="人次"),
            row(
                id="7",
                day="",
                kind="",
                giver="",
                receiver="",
                people="",
                measure="培训人次(人数)",
                value="9",
                unit="人次",
                note="",
            ),
        ]
    )
    outcome, faults = run_ledger(content, commit=True)
    assert not faults, faults
    assert outcome.added == 1
    assert list(EntryQuantity.objects.order_by("line").values_list("value", flat=True)) == [120, 9]


def test_an_event_with_a_faulty_row_is_left_out_whole(stage: Stage) -> None:
    content = xlsx(
        [
            row(id="7", kind="教学义诊", measure="义诊受益人次", value="120", unit="人次"),
            row(id="7", kind="教学义诊", measure="培训人次", value="many", unit="人次"),
            row(id="8"),
        ]
    )
    outcome, faults = run_ledger(content, commit=True)
    assert found(faults) == [("台账!H3", "number-unreadable")]
    assert outcome.added == Entry.objects.count() == 1


def test_an_event_torn_apart_is_named(stage: Stage) -> None:
    _, faults = run_ledger(xlsx([row(id="7"), row(id="8"), row(id="7", value="4台次")]))
    assert found(faults) == [("台账!A4", "event-apart")]


def test_an_event_that_contradicts_itself_is_named(stage: Stage) -> None:
    _, faults = run_ledger(
        xlsx(
            [row(id="7"), row(id="7", day="2024-03-09", measure="门（急）诊、接诊人次", value="5")]
        )
    )
    assert found(faults) == [("台账!B3", "event-differs")]


def test_a_number_with_other_content_is_refused_and_both_are_kept(stage: Stage) -> None:
    run_ledger(xlsx([row(id="7")]), commit=True)
    outcome, faults = run_ledger(xlsx([row(id="7", value="4台次")]), commit=True)
    assert found(faults) == [("台账!A2", "id-taken")]
    assert outcome.added == 0
    assert EntryQuantity.objects.get().value == 3


@pytest.mark.parametrize(
    ("changes", "cell", "code"),
    [
        ({"day": "2024-02-30"}, "B2", "date-unreadable"),
        ({"day": ""}, "B2", "cell-blank"),
        ({"day": "2024-03-09至2024-03-05"}, "B2", "period-reversed"),
        ({"day": "2999-01-01"}, "B2", "date-in-future"),
        ({"kind": "占卜"}, "C2", "choice-unknown"),
        ({"giver": "没有的医院"}, "D2", "organisation-name-unknown"),
        ({"giver": "示例东州医院", "people": ""}, "E2", "giver-is-receiver"),
        ({"receiver": "示例西州医院"}, "E2", "not-paired"),
        ({"people": "丙三"}, "F2", "person-name-unknown"),
        ({"measure": "幸福指数"}, "G2", "choice-unknown"),
        ({"value": "很多"}, "H2", "number-unreadable"),
        ({"value": "数十台次"}, "H2", "number-vague"),
        ({"value": "-3"}, "H2", "number-negative"),
        ({"value": True}, "H2", "number-unreadable"),
        ({"value": date(2024, 4, 5)}, "H2", "number-unreadable"),
        ({"value": ""}, "H2", "cell-blank"),
        ({"value": "1.234"}, "H2", "number-too-fine"),
        ({"value": "9" * 19}, "H2", "number-too-large"),
        ({"value": "3台次", "unit": "例"}, "I2", "unit-differs"),
        ({"value": "3", "unit": "吨"}, "I2", "unit-wrong"),
        ({"note": "长" * 4001}, "J2", "text-too-long"),
    ],
)
def test_faults_are_addressed_to_their_cell(
    stage: Stage, changes: dict[str, object], cell: str, code: str
) -> None:
    outcome, faults = run_ledger(xlsx([row(**changes), row()]), stage.coordinator, commit=True)
    assert found(faults) == [(f"台账!{cell}", code)]
    assert (outcome.bad, outcome.added) == (1, 1)


def test_several_faults_of_a_row_are_all_told(stage: Stage) -> None:
    _, faults = run_ledger(xlsx([row(day="x", kind="y", giver="z", value="w")]))
    assert [cell for cell, _ in found(faults)] == ["台账!B2", "台账!C2", "台账!D2", "台账!H2"]


def test_people_of_one_name_need_their_organisation(stage: Stage) -> None:
    twin = add_person(
        by=None, name="甲一", organisation=stage.receiver, valid_from=SINCE, example=True
    )
    _, faults = run_ledger(xlsx([row()]))
    assert found(faults) == [("台账!F2", "person-name-shared")]
    _, faults = run_ledger(xlsx([row(people="甲一（示例东州医院）、乙二")]), commit=True)
    assert not faults
    people = EntryVersion.objects.get().participants.values_list("person_id", flat=True)
    assert set(people) == {twin.id, stage.nurse.id}


def test_departments_of_either_side(stage: Stage) -> None:
    made = add_department(
        by=None, organisation=stage.receiver, specialty="03.04", name="心血管内科"
    )
    head = (*HEAD, "科室")
    outcome, faults = run_ledger(
        xlsx([(*row(), "心血管内科"), (*row(), "占星科")], head), commit=True
    )
    assert found(faults) == [("台账!K3", "department-unknown")]
    assert EntryVersion.objects.get().department_id == made.id
    assert outcome.added == 1


def test_columns_in_any_order_below_a_title_and_beside_unknown_ones(stage: Stage) -> None:
    order = [4, 3, 7, 8, 2, 1, 0, 5, 6, 9]
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "三月"
    sheet.append(["三月支援台账"])
    sheet.merge_cells("A1:J1")
    sheet.append([])
    sheet.append([*(HEAD[i] for i in order), "天气"])
    sheet.append([*(row()[i] for i in order), "晴"])
    sheet.append([None] * 4)
    sheet.append([*(row(value="x")[i] for i in order), "雨"])
    out = io.BytesIO()
    book.save(out)
    outcome, faults = run_ledger(out.getvalue(), commit=True)
    assert found(faults) == [("三月!C6", "number-unreadable")]
    assert found(outcome.remarks) == [("三月!K3", "column-unknown")]
    assert (outcome.rows, outcome.added) == (2, 1)


def test_english_titles(stage: Stage) -> None:
    head = ("Date *", "Activity", "Giver", "Receiver", "Value", "Narrative")
    content = csv([("2024-03-05", "surgery", "示例甲省医院", "示例东州医院", "3", "")], head)
    outcome, faults = run_ledger(content, name="l.csv")
    assert not faults
    assert outcome.added == 1


def test_merged_formula_and_error_cells_are_not_trusted(stage: Stage) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "台账"
    sheet.append(HEAD)
    for _ in range(5):
        sheet.append(row())
    sheet["H3"] = "=1+2"
    sheet["D4"] = "#N/A"
    sheet["D4"].data_type = "e"
    sheet.merge_cells("E5:E6")
    sheet["L2"] = "=NOW()"
    out = io.BytesIO()
    book.save(out)
    outcome, faults = run_ledger(out.getvalue(), commit=True)
    assert found(faults) == [
        ("台账!H3", "formula-cell"),
        ("台账!D4", "error-cell"),
        ("台账!E5", "merged-cell"),
        ("台账!E6", "merged-cell"),
    ]
    assert outcome.added == 1


def test_two_sheets_are_both_read_and_others_remarked(stage: Stage) -> None:
    book = openpyxl.Workbook()
    for name in ("一月", "二月"):
        sheet = book.create_sheet(name)
        sheet.append(HEAD)
        sheet.append(row(note=name))
    book["Sheet"].append(["通知", "请大家填写"])
    out = io.BytesIO()
    book.save(out)
    outcome, faults = run_ledger(out.getvalue(), commit=True)
    assert not faults
    assert outcome.added == 2
    assert [r.code for r in outcome.remarks] == ["sheet-left-out"]


def test_a_hidden_sheet_with_rows_is_told(stage: Stage) -> None:
    def with_hidden(name: str, *extra: tuple[object, ...]) -> bytes:
        book = openpyxl.load_workbook(io.BytesIO(xlsx([row()])))
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden"
        for each in extra:
            sheet.append(each)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    outcome, faults = run_ledger(with_hidden("去年", HEAD, row(note="去年")), commit=True)
    assert not faults
    assert outcome.added == 1
    told = [(r.code, r.sheet) for r in outcome.remarks]
    assert told == [("sheet-hidden", "去年")]
    for nothing in ((HEAD,), (("甲", "乙"), ("丙", "丁")), ((*HEAD, "日期"), row())):
        assert not run_ledger(with_hidden("别的", *nothing))[0].remarks
    book = openpyxl.load_workbook(io.BytesIO(xlsx([row()])))
    book["台账"].sheet_state = "hidden"
    book.create_sheet("封面").append(("说明",))
    book.active = 1
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(InvalidInput) as refused:
        run_ledger(out.getvalue())
    assert (refused.value.code, refused.value.field) == ("sheet-hidden", "台账!A1")


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (("a", "b", "c"), "header-missing"),
        (("日期", "支援方", "受援方"), "header-column-missing"),
        ((*HEAD, "日期"), "header-column-twice"),
    ],
)
def test_headers_that_are_none(stage: Stage, head: tuple[str, ...], code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        run_ledger(xlsx([row()], head))
    assert refused.value.code == code
    assert refused.value.field is not None
    assert refused.value.field.startswith("台账!")


def test_a_row_within_reach_of_nobody(stage: Stage) -> None:
    _, faults = run_ledger(xlsx([row()]), stage.outsider)
    assert {code for _, code in found(faults)} == {"organisation-name-unknown"}
    stage.outsider.grants.all().delete()
    with pytest.raises(NotAllowed):
        run_ledger(xlsx([row()]), stage.outsider)


def test_dates_with_times_and_numbers_as_numbers(stage: Stage) -> None:
    moment = datetime(2024, 3, 5, 9, 30)  # noqa: DTZ001 - as Excel stores it
    outcome, faults = run_ledger(xlsx([row(day=moment, value=3.0)]), commit=True)
    assert not faults
    assert EntryVersion.objects.get().happened_from == date(2024, 3, 5)
    assert outcome.added == 1
