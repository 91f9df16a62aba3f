"""Lists of nominations as county offices write them: who is taken, what is refused and where."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner

from jiedui.accounts.models import AuditRow, User
from jiedui.core.sheets import write_xlsx
from jiedui.directory.actions import add_person
from jiedui.directory.models import Person
from jiedui.directory.queries import title_on
from jiedui.exchange import commands
from jiedui.exchange.excel.annotate import annotate
from jiedui.exchange.excel.declare import RESULT_TITLES, Fault, Options
from jiedui.exchange.excel.kinds import KINDS
from jiedui.exchange.excel.run import Outcome, run
from jiedui.exchange.excel.words import words
from jiedui.programmes.models import Posting
from tests.exchange.sheets import found
from tests.rooms.programmes.dispatch_cast import Dispatch, set_dispatch

HEAD = ("姓名", "工号", "派出单位", "受援单位", "科室", "专科", "职称", "类型", "类别", "批次",
        "医疗队", "队内角色", "起", "止", "新增人员")  # fmt: skip
GOOD = {
    "name": "丙三", "number": "A1", "giver": "示例甲省医院", "receiver": "示例东州医院",
    "department": "心血管内科", "specialty": "", "title": "副主任医师", "kind": "组团式",
    "category": "临床", "batch": "第一批", "team": "示例医疗队", "role": "", "from": "2026年3月",
    "to": "2026/8/31", "create": "",
}  # fmt: skip


def row(**changes: Any) -> tuple[Any, ...]:
    """A good row with some cells changed."""
    return tuple((GOOD | changes).values())


def xlsx(*rows: tuple[Any, ...]) -> bytes:
    out = io.BytesIO()
    write_xlsx(out, HEAD, rows, title="选派名单")
    return out.getvalue()


def handed(content: bytes, by: User | None, *, commit: bool = True) -> tuple[Outcome, list[Fault]]:
    faults: list[Fault] = []
    outcome = run(
        content, "名单.xlsx", KINDS["nominations"], by=by, options=Options(programme="demo"),
        on_fault=faults.append, commit=commit,
    )  # fmt: skip
    return outcome, faults


@pytest.fixture
def cast(db: None) -> Dispatch:
    cast = set_dispatch()
    cast.team(batch=cast.batch())
    return cast


def test_a_dry_run_writes_nothing(cast: Dispatch) -> None:
    rows = xlsx(row(), row(name="新一", number="N1", create="是"))
    people, told = Person.objects.count(), AuditRow.objects.count()
    outcome, faults = handed(rows, cast.supporter, commit=False)
    assert not faults
    assert (outcome.rows, outcome.bad, outcome.added) == (2, 0, 2)
    assert not Posting.objects.exists()
    assert (Person.objects.count(), AuditRow.objects.count()) == (people, told)


def test_rows_become_nominations_and_the_same_file_again_adds_nothing(cast: Dispatch) -> None:
    content = xlsx(
        row(role="领队"),
        row(name="丁四", number="", title="", specialty="03.03", to=date(2026, 9, 30),
            **{"from": date(2026, 4, 1)}),
        row(name="新一", number="N1", title="主管护师", category="护理", create="是", team="",
            kind="柔性引进"),
    )  # fmt: skip
    outcome, faults = handed(content, cast.supporter)
    assert not faults
    assert (outcome.added, outcome.unchanged) == (3, 0)
    first, second, third = Posting.objects.order_by("person__name")
    assert {p.state for p in (first, second, third)} == {"nominated"}
    by_name = {p.person.name: p for p in Posting.objects.select_related("person", "department")}
    leader, other, new = by_name["丙三"], by_name["丁四"], by_name["新一"]
    assert (leader.planned_from, leader.planned_to) == (date(2026, 3, 1), date(2026, 8, 31))
    assert (leader.team_role, leader.specialty, leader.kind) == ("leader", "03.04", "team")
    assert leader.batch is not None
    assert leader.batch.number == 1
    assert leader.department == cast.ward
    assert (other.specialty, other.title) == ("03.03", "associate_chief_physician")
    assert (other.planned_from, other.planned_to) == (date(2026, 4, 1), date(2026, 9, 30))
    assert (new.team, new.kind, new.category) == (None, "flexible", "nursing")
    assert (new.person.staff_number, new.person.example) == ("N1", True)
    assert title_on(new.person, new.planned_from) == "supervisor_nurse"
    again, faults = handed(content, cast.supporter)
    assert not faults
    assert (again.added, again.unchanged) == (0, 3)
    assert Posting.objects.count() == 3
    assert AuditRow.objects.filter(action="programmes.nominate-many").count() == 1


@pytest.mark.parametrize(
    ("changes", "cell", "code"),
    [
        ({"name": ""}, "A2", "cell-blank"),
        ({"name": "无此人", "number": ""}, "A2", "person-unknown-here"),
        ({"number": "A2"}, "B2", "staff-number-anothers"),
        ({"giver": "无此院"}, "C2", "organisation-name-unknown"),
        ({"receiver": "示例西州医院"}, "D2", "not-paired"),
        ({"department": "无此科"}, "E2", "department-unknown-here"),
        ({"specialty": "无此专科"}, "F2", "choice-unknown"),
        ({"department": "", "specialty": ""}, "F2", "cell-blank"),
        ({"title": "主任医师"}, "G2", "title-not-held"),
        ({"title": "大师"}, "G2", "choice-unknown"),
        ({"kind": "出差"}, "H2", "choice-unknown"),
        ({"category": ""}, "I2", "cell-blank"),
        ({"batch": "9"}, "J2", "batch-unknown"),
        ({"batch": "头一批"}, "J2", "batch-unknown"),
        ({"team": "无此队"}, "K2", "team-unknown"),
        ({"team": "", "role": "领队"}, "K2", "role-without-team"),
        ({"role": "王"}, "L2", "choice-unknown"),
        ({"from": "三月某日"}, "M2", "date-unreadable"),
        ({"to": ""}, "N2", "cell-blank"),
        ({"to": "2026-02-01"}, "N2", "dates-out-of-order"),
    ],
)
def test_what_is_wrong_is_told_at_its_cell(
    cast: Dispatch, changes: dict[str, Any], cell: str, code: str
) -> None:
    if changes.get("receiver"):
        changes = changes | {"department": "示例内科", "team": "", "batch": ""}
    outcome, faults = handed(xlsx(row(**changes), row(name="丁四", number="A2")), None)
    assert [(f.code, f.address.rpartition("!")[2]) for f in faults] == [(code, cell)]
    # The good row beside it is taken.
    assert (outcome.added, Posting.objects.get().person.name) == (1, "丁四")


def test_two_of_one_name_are_told_apart_by_their_number(cast: Dispatch) -> None:
    add_person(by=None, name="丙三", staff_number="B9", organisation=cast.stage.giver, example=True,
               title="associate_chief_physician")  # fmt: skip
    _outcome, faults = handed(xlsx(row(number="")), None)
    assert [f.code for f in faults] == ["person-name-shared-here"]
    outcome, faults = handed(xlsx(row(number="B9")), None)
    assert not faults
    assert Posting.objects.get().person.staff_number == "B9"
    assert outcome.added == 1


def test_a_file_says_nothing_twice(cast: Dispatch) -> None:
    _outcome, faults = handed(
        xlsx(
            row(), row(), row(name="丁四", number="A2", role="领队"),
            row(name="戊五", number="A3", role="领队"),
            row(name="新一", number="N1", create="是"),
            row(name="新一", number="N1", create="是", **{"from": "2027-01", "to": "2027-02"}),
        ),
        None,
    )  # fmt: skip
    assert [(code, cell.rpartition("!")[2]) for cell, code in found(faults)] == [
        ("row-again", "A3"),
        ("row-again", "L5"),
        ("row-again", "A7"),
    ]
    assert Posting.objects.count() == 3


def test_a_newcomer_who_is_refused_is_not_left_behind(cast: Dispatch) -> None:
    people = Person.objects.count()
    _outcome, faults = handed(
        xlsx(row(name="新一", number="N1", create="是", **{"from": "2023-01", "to": "2023-02"})),
        None,
    )
    assert [f.code for f in faults] == ["not-paired"]
    assert Person.objects.count() == people


def test_overlapping_rows_of_one_person_are_refused(cast: Dispatch) -> None:
    outcome, faults = handed(
        xlsx(row(), row(team="", batch="", **{"from": "2026-08-31", "to": "2026-12-31"})), None
    )
    assert [(f.code, f.address.rpartition("!")[2]) for f in faults] == [("posting-overlaps", "M3")]
    assert outcome.added == 1


def test_who_may_not_send_nominates_nobody(cast: Dispatch) -> None:
    outcome, faults = handed(xlsx(row()), cast.stage.manager)
    assert outcome.added == 0
    assert [f.code for f in faults] == ["step-of-other-side"]
    assert not Posting.objects.exists()


def test_the_copy_carries_the_faults_and_can_come_back(cast: Dispatch) -> None:
    content = xlsx(row(kind="出差"))
    _outcome, faults = handed(content, None, commit=False)
    out = io.BytesIO()
    annotate(content, "名单.xlsx", [KINDS["nominations"]], faults, out, words=words,
             title=RESULT_TITLES[0])  # fmt: skip
    _outcome, again = handed(out.getvalue(), None, commit=False)
    assert [f.code for f in again] == ["choice-unknown"]


def test_the_command_line_takes_a_list(cast: Dispatch, tmp_path: Any) -> None:
    file = tmp_path / "名单.xlsx"
    file.write_bytes(xlsx(row(), row(name="丁四", number="A2", kind="出差")))
    answer = CliRunner().invoke(
        commands.import_nominations, [str(file), "--programme", "demo", "--dry-run"]
    )
    assert answer.exit_code == 1
    assert "H3" in answer.output
    assert not Posting.objects.exists()
    done = CliRunner().invoke(commands.import_nominations, [str(file), "--programme", "demo"])
    assert done.exit_code == 1
    assert Posting.objects.get().person.name == "丙三"
