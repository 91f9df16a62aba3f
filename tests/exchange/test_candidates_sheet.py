"""Lists of candidates as supporters write them: who is taken, what is refused and where."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest

from jiedui.accounts.models import AuditRow, User
from jiedui.accounts.permissions import viewer_of
from jiedui.core.sheets import write_xlsx
from jiedui.directory.models import Person
from jiedui.directory.queries import title_on
from jiedui.exchange.access import open_kinds
from jiedui.exchange.excel.annotate import annotate
from jiedui.exchange.excel.declare import RESULT_TITLES, Fault, Options
from jiedui.exchange.excel.kinds import KINDS
from jiedui.exchange.excel.run import Outcome, run
from jiedui.exchange.excel.template import write_template
from jiedui.exchange.excel.words import words
from jiedui.planning.models import Candidate
from tests.exchange.sheets import found
from tests.lasting import lasting
from tests.rooms.planning.plan_cast import Cast, set_cast

HEAD = ("姓名", "工号", "派出单位", "专科", "类别", "职称", "可派起", "可派止", "最多次数",
        "单次最长月数", "可任领队", "高海拔", "可定期往返", "备注", "新增人员")  # fmt: skip
GOOD = {
    "name": "示例甲一", "number": "", "giver": "示例甲省医院", "specialty": "心血管内科专业",
    "category": "临床", "title": "", "from": "2027年1月", "to": "2028/6/30", "tours": "2",
    "months": "6", "lead": "是", "altitude": "否", "flexible": "", "note": "", "create": "",
}  # fmt: skip


def row(**changes: Any) -> tuple[Any, ...]:
    """A good row with some cells changed."""
    return tuple((GOOD | changes).values())


def xlsx(*rows: tuple[Any, ...]) -> bytes:
    out = io.BytesIO()
    write_xlsx(out, HEAD, rows, title="候选人")
    return out.getvalue()


def handed(content: bytes, by: User | None, *, commit: bool = True) -> tuple[Outcome, list[Fault]]:
    faults: list[Fault] = []
    outcome = run(
        content, "候选人.xlsx", KINDS["candidates"], by=by, options=Options(programme="demo"),
        on_fault=faults.append, commit=commit,
    )  # fmt: skip
    return outcome, faults


the_cast, cast = lasting(set_cast)


def test_a_dry_run_writes_nothing(cast: Cast) -> None:
    rows = xlsx(row(), row(name="新一", number="N1", create="是"))
    people, told = Person.objects.count(), AuditRow.objects.count()
    outcome, faults = handed(rows, cast.sender, commit=False)
    assert not faults
    assert (outcome.rows, outcome.bad, outcome.added) == (2, 0, 2)
    assert not Candidate.objects.exists()
    assert (Person.objects.count(), AuditRow.objects.count()) == (people, told)


def test_rows_become_candidates_and_the_same_file_again_adds_nothing(cast: Cast) -> None:
    content = xlsx(
        row(),
        row(name="示例甲二", specialty="04.01", tours="", months="", lead="",
            **{"from": date(2027, 3, 1)}),
        row(name="新一", number="N1", title="主管护师", category="护理", create="是"),
    )  # fmt: skip
    outcome, faults = handed(content, cast.sender)
    assert not faults
    assert (outcome.added, outcome.unchanged) == (3, 0)
    by_name = {c.person.name: c for c in Candidate.objects.select_related("person")}
    first, second, new = by_name["示例甲一"], by_name["示例甲二"], by_name["新一"]
    assert (first.available_from, first.available_to) == (date(2027, 1, 1), date(2028, 6, 30))
    assert (first.max_tours, first.max_months, first.can_lead) == (2, 6, True)
    assert (second.max_tours, second.max_months, second.can_lead) == (1, 12, False)
    assert (second.specialty, second.available_from) == ("04.01", date(2027, 3, 1))
    assert (new.person.staff_number, new.category) == ("N1", "nursing")
    assert title_on(new.person, new.available_from) == "supervisor_nurse"
    again, faults = handed(content, cast.sender)
    assert not faults
    assert (again.added, again.unchanged) == (0, 3)
    assert AuditRow.objects.filter(action="planning.add-candidates").count() == 1


@pytest.mark.parametrize(
    ("changes", "cell", "code"),
    [
        ({"name": ""}, "A2", "cell-blank"),
        ({"name": "无此人"}, "A2", "person-unknown-here"),
        ({"giver": "无此院"}, "C2", "organisation-name-unknown"),
        ({"specialty": "无此专科"}, "D2", "choice-unknown"),
        ({"category": ""}, "E2", "cell-blank"),
        ({"title": "大师"}, "F2", "choice-unknown"),
        ({"from": "某日"}, "G2", "date-unreadable"),
        ({"to": ""}, "H2", "cell-blank"),
        ({"to": "2026-01-01"}, "H2", "dates-out-of-order"),
        ({"tours": "一些"}, "I2", "number-unreadable"),
        ({"tours": "11"}, "I2", "number-out-of-range"),
        ({"months": "0"}, "J2", "number-out-of-range"),
        ({"lead": "也许"}, "K2", "yes-no-unreadable"),
    ],
)
def test_what_is_wrong_is_told_at_its_cell(cast: Cast, changes, cell, code) -> None:
    content = xlsx(row(**changes))
    outcome, faults = handed(content, cast.sender)
    assert found(faults) == [(f"候选人!{cell}", code)]
    assert (outcome.added, Candidate.objects.count()) == (0, 0)
    copy = io.BytesIO()
    annotate(
        content, "候选人.xlsx", [KINDS["candidates"]], faults, copy, words=words,
        title=RESULT_TITLES[0],
    )  # fmt: skip
    assert copy.getvalue()[:2] == b"PK"


def test_somebody_twice_in_the_same_time_is_refused(cast: Cast) -> None:
    _outcome, faults = handed(xlsx(row(), row(), row(tours="1")), cast.sender)
    assert [code for _cell, code in found(faults)] == ["row-again", "candidate-again"]


def test_only_the_home_organisation_proposes(cast: Cast) -> None:
    _outcome, faults = handed(xlsx(row()), cast.other_sender)
    assert found(faults) == [("候选人!C2", "organisation-name-unknown")]
    open_to = {kind.code for kind in open_kinds(viewer_of(cast.sender))}
    assert "candidates" in open_to
    for user in (cast.stage.manager, cast.officer, cast.stage.expert):
        assert "candidates" not in {kind.code for kind in open_kinds(viewer_of(user))}


def test_the_template_can_be_filled_in_both_languages(cast: Cast) -> None:
    for language in ("zh-hans", "en"):
        out = io.BytesIO()
        write_template(out, KINDS["candidates"], by=cast.sender, language=language, translate=str)
        outcome, faults = handed(out.getvalue(), cast.sender)
        assert (outcome.rows, faults) == (0, [])
