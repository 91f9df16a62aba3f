"""Imports from the handing-in to the annotated copy, and who may see them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from csv import reader as csv_lines
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jiedui.accounts.models import AuditRow, User
from jiedui.accounts.permissions import viewer_of
from jiedui.core.errors import InvalidInput, InvalidState, NotVisible
from jiedui.core.sheets import read_sheets
from jiedui.exchange import access, actions, uploads
from jiedui.exchange.excel.declare import Options
from jiedui.exchange.excel.kinds import KINDS
from jiedui.exchange.excel.run import run
from jiedui.exchange.excel.template import write_template
from jiedui.exchange.models import ImportJob
from jiedui.exchange.sources import files
from jiedui.ledger.models import Entry
from tests.exchange.sheets import csv, row, xlsx
from tests.ledger_cast import Stage, account


def hand_in(by: User, content: bytes, name: str = "台账.xlsx", kind: str = "ledger") -> ImportJob:
    return actions.hand_in(by=by, kind=kind, name=name, chunks=[content], programme="demo")


def checked(by: User, content: bytes, name: str = "台账.xlsx") -> ImportJob:
    return actions.check_import(by=None, job_id=hand_in(by, content, name).id)


def test_checked_then_written(stage: Stage) -> None:
    job = checked(stage.coordinator, xlsx([row(), row(value="x")]))
    assert (job.state, job.rows, job.bad_rows, job.added) == ("checked", 2, 1, 1)
    assert job.faults[0]["code"] == "number-unreadable"
    assert not Entry.objects.exists()
    with pytest.raises(InvalidState) as refused:
        actions.commit_import(by=stage.coordinator, job=job)
    assert refused.value.code == "import-has-faults"
    job = actions.commit_import(by=stage.coordinator, job=job, good_rows=True)
    again = actions.commit_import(by=stage.coordinator, job=job, good_rows=True)
    assert again.state == job.state == "queued"
    job, _ = actions.write_import(by=None, job_id=job.id)
    assert (job.state, job.added, Entry.objects.count()) == ("done", 1, 1)
    acts = AuditRow.objects.filter(object_id=str(job.id)).values_list("action", flat=True)
    assert list(acts.order_by("sequence")) == [
        "exchange.hand-in",
        "exchange.commit",
        "exchange.import",
    ]
    # A task that comes twice does nothing the second time.
    assert actions.write_import(by=None, job_id=job.id)[0].state == "done"


def test_a_file_refused_as_a_whole(stage: Stage) -> None:
    job = checked(stage.coordinator, xlsx([row()], head=("a", "b")))
    assert job.state == "refused"
    assert job.refusal["code"] == "header-missing"
    with pytest.raises(InvalidState):
        actions.commit_import(by=stage.coordinator, job=job)


def test_refused_before_parsing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidInput) as refused:
        hand_in(stage.coordinator, b"%PDF-1.7 something", "x.pdf")
    assert (refused.value.code, refused.value.field) == ("file-type-unknown", "file")
    monkeypatch.setattr(actions, "MAX_BYTES", 1024)
    with pytest.raises(InvalidInput) as refused:
        hand_in(stage.coordinator, xlsx([row()]))
    assert refused.value.code == "file-too-large"
    assert not list(files.folder().iterdir())
    assert not ImportJob.objects.exists()


def test_cancelled(stage: Stage) -> None:
    job = checked(stage.coordinator, xlsx([row()]))
    job = actions.cancel_import(by=stage.coordinator, job=job)
    assert job.state == "cancelled"
    assert actions.cancel_import(by=stage.coordinator, job=job).state == "cancelled"
    with pytest.raises(InvalidState):
        actions.commit_import(by=stage.coordinator, job=job)


def test_stopped_while_it_is_written(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    content = csv([row(note=str(i)) for i in range(1500)])
    job = checked(stage.coordinator, content, "台账.csv")
    job = actions.commit_import(by=stage.coordinator, job=job)
    monkeypatch.setattr(actions, "SECONDS", 0.0)
    ImportJob.objects.filter(id=job.id).update(stopping=True)
    job, _ = actions.write_import(by=None, job_id=job.id)
    assert job.state == "stopped"
    some = Entry.objects.count()
    assert some < 1500
    job = actions.commit_import(by=stage.coordinator, job=job)
    monkeypatch.setattr(actions, "SECONDS", 0.5)
    job, _ = actions.write_import(by=None, job_id=job.id)
    assert (job.state, Entry.objects.count()) == ("done", 1500)
    assert job.unchanged == some


def test_a_bug_leaves_a_state_that_can_be_repeated(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    job = checked(stage.coordinator, xlsx([row()]))
    job = actions.commit_import(by=stage.coordinator, job=job)

    def broken(*args: object, **more: object) -> Iterator[None]:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(actions, "run", broken)
        job, _ = actions.write_import(by=None, job_id=job.id)
    assert (job.state, job.refusal["code"]) == ("failed", "import-broke-off")
    assert job.added == 0
    assert "ZeroDivisionError" in caplog.text
    job = actions.commit_import(by=stage.coordinator, job=job)
    assert actions.write_import(by=None, job_id=job.id)[0].state == "done"


def test_what_a_killed_process_left_is_told_and_can_be_repeated(stage: Stage) -> None:
    read = hand_in(stage.coordinator, xlsx([row()]))
    written = checked(stage.coordinator, xlsx([row(note="下午")]))
    alive = hand_in(stage.coordinator, xlsx([row(note="夜间")]))
    new = hand_in(stage.coordinator, xlsx([row(note="清晨")]))
    ImportJob.objects.filter(id__in=[read.id, alive.id]).update(state="checking")
    ImportJob.objects.filter(id=written.id).update(state="importing")
    with files.running(alive.id) as mine:
        assert mine
        assert actions.end_broken_off(by=None) == [new.id]
    for job in (read, written, alive):
        job.refresh_from_db()
    assert (read.state, read.refusal["code"]) == ("refused", "check-broke-off")
    assert (written.state, written.refusal["code"]) == ("failed", "import-broke-off")
    assert alive.state == "checking"
    assert AuditRow.objects.filter(action="exchange.import", object_id=written.id).exists()
    actions.commit_import(by=stage.coordinator, job=written)
    assert actions.write_import(by=None, job_id=written.id)[0].state == "done"
    # Work that is in hand elsewhere is not begun a second time.
    with files.running(new.id):
        assert actions.check_import(by=None, job_id=new.id).state == "waiting"
    assert actions.check_import(by=None, job_id=new.id).state == "checked"


def test_accounts_are_never_written_where_nobody_sees_the_passwords(stage: Stage) -> None:
    system = account("system", "系统庚", "system_administrator", None)
    job = ImportJob.objects.create(
        kind="accounts", name="账号.csv", sha256="0" * 64, size=1, state="queued", created_by=system
    )
    assert actions.end_broken_off(by=None) == []
    job.refresh_from_db()
    assert job.state == "queued"


def test_kinds_that_need_everything_are_not_offered_to_a_part(stage: Stage) -> None:
    part = account("part", "协调辛", "programme_coordinator", stage.receiver)
    offered = {kind.code for kind in access.open_kinds(viewer_of(part))}
    assert offered == {"ledger", "nominations", "candidates"}
    everything = {kind.code for kind in access.open_kinds(viewer_of(stage.coordinator))}
    assert everything == {*offered, "history", *(k for k in KINDS if k.startswith("directory-"))}
    client = Client()
    client.force_login(part, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/exchange/new/history/").status_code == 404
    with pytest.raises(NotVisible):
        hand_in(part, xlsx([row()]), kind="history")


def test_only_the_owner_steers_and_outsiders_see_nothing(stage: Stage) -> None:
    job = checked(stage.manager, xlsx([row()]))
    with pytest.raises(NotVisible):
        actions.commit_import(by=stage.outsider, job=job)
    with pytest.raises(InvalidState) as refused:
        actions.commit_import(by=stage.coordinator, job=job)
    assert refused.value.code == "import-not-yours"
    with pytest.raises(NotVisible):
        hand_in(stage.expert, xlsx([row()]))


def post(client: Client, path: str, content: bytes, **more: str) -> object:
    return client.post(path, {"file": SimpleUploadedFile("台账.xlsx", content), **more})


def body(answer: Any) -> bytes:
    # Read to its end, the client closes the answer without closing the database.
    held = b"".join(answer.streaming_content)
    # A browser reads no further than it is told.
    assert int(answer["Content-Length"]) == len(held) > 0
    return held


def log_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def test_pages(stage: Stage, client: Client) -> None:
    log_in(client, stage.coordinator)
    for path in ("/exchange/", "/exchange/new/ledger/", "/exchange/new/history/"):
        assert client.get(path).status_code == 200, path
    answer = post(client, "/exchange/new/ledger/", xlsx([row(), row(day="x")]), programme="demo")
    job = ImportJob.objects.get()
    assert answer.status_code == 302  # type: ignore[attr-defined]
    assert "hx-get" in client.get(f"/exchange/{job.id}/").content.decode()
    actions.check_import(by=None, job_id=job.id)
    page = client.get(f"/exchange/{job.id}/").content.decode()
    assert "台账!B3" in page
    assert "不是日期" in page
    assert client.get(f"/exchange/{job.id}/progress")["HX-Refresh"] == "true"
    copy = body(client.get(f"/exchange/{job.id}/annotated"))
    sheet = openpyxl.load_workbook(io.BytesIO(copy)).active
    assert sheet["B3"].comment is not None
    assert sheet["K1"].value == "导入结果"
    assert client.post(f"/exchange/{job.id}/commit", {"good_rows": "1"}).status_code == 302
    job, _ = actions.write_import(by=None, job_id=job.id)
    assert job.state == "done"
    assert "台账.xlsx" in client.get("/exchange/").content.decode()


def test_no_text_of_a_file_becomes_a_formula_in_what_comes_back(
    stage: Stage, client: Client
) -> None:
    texts = ["=1+1", "@SUM(1)", "＝1", "\t=9", '=HYPERLINK("http://x")']
    rows = [row(note=text) for text in texts] + [row(value="x", note="=BAD")]
    job = checked(stage.coordinator, xlsx(rows), "=台账.xlsx")
    log_in(client, stage.coordinator)
    copy = openpyxl.load_workbook(io.BytesIO(body(client.get(f"/exchange/{job.id}/annotated"))))
    cells = [cell for line in copy.active.iter_rows() for cell in line]
    assert "=BAD" in [cell.value for cell in cells]
    assert "f" not in {cell.data_type for cell in cells}
    actions.commit_import(by=stage.coordinator, job=job, good_rows=True)
    actions.write_import(by=None, job_id=job.id)
    assert Entry.objects.count() == len(texts)
    for path in ("/ledger/", "/exchange/"):
        book = openpyxl.load_workbook(io.BytesIO(body(client.get(f"{path}?export=xlsx"))))
        assert "f" not in {c.data_type for line in book.active.iter_rows() for c in line}, path
        text = body(client.get(f"{path}?export=csv")).decode("utf-8-sig")
        for line in csv_lines(io.StringIO(text)):
            assert not [cell for cell in line if cell.startswith(tuple("=+@＝＋－＠\t\r"))], path


def test_a_bad_file_is_told_at_the_field(stage: Stage, client: Client) -> None:
    log_in(client, stage.coordinator)
    answer = post(client, "/exchange/new/ledger/", b"\x89PNG....", programme="demo")
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "id_file_error" in answer.content.decode()  # type: ignore[attr-defined]


def test_nothing_of_a_larger_file_is_kept(
    stage: Stage, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MAX_BYTES", 0)
    log_in(client, stage.coordinator)
    answer: Any = post(client, "/exchange/new/ledger/", b"a,b\n" * 400_000, programme="demo")
    assert answer.status_code == 422
    assert list(answer.context["page"].form.errors) == ["file"]
    assert "文件超过 50 MB" in answer.content.decode()
    assert not ImportJob.objects.exists()


def test_outsiders_are_told_nothing(stage: Stage, client: Client) -> None:
    job = checked(stage.manager, xlsx([row(value="x")]))
    log_in(client, stage.outsider)
    for tail in ("", "progress", "annotated"):
        assert client.get(f"/exchange/{job.id}/{tail}").status_code == 404, tail
    for tail in ("commit", "cancel"):
        assert client.post(f"/exchange/{job.id}/{tail}").status_code == 404, tail
    assert "台账.xlsx" not in client.get("/exchange/").content.decode()
    assert client.get("/exchange/new/accounts/").status_code == 404
    log_in(client, stage.expert)
    assert client.get("/exchange/").status_code == 404
    client.logout()
    assert client.get(f"/exchange/{job.id}/").status_code == 302


def test_the_list_takes_few_queries(
    stage: Stage, client: Client, django_assert_max_num_queries: object
) -> None:
    for i in range(12):
        checked(stage.manager, xlsx([row(note=str(i))]))
    log_in(client, stage.manager)
    client.get("/exchange/")
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        client.get("/exchange/")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_templates_come_back_empty(stage: Stage, language: str) -> None:
    for kind in KINDS.values():
        out = io.BytesIO()
        write_template(out, kind, by=stage.coordinator, language=language, translate=str)
        rows = list(read_sheets(out.getvalue(), "t.xlsx")[0].rows)
        assert len(rows[0].cells) == len(kind.columns)
        faults: list[object] = []
        outcome = run(
            out.getvalue(), "t", kind, by=None, options=Options("demo"), on_fault=faults.append
        )
        assert (outcome.rows, faults, outcome.remarks) == (0, [], []), kind.code


def test_the_directory_s_templates_offer_what_may_be_written(stage: Stage) -> None:
    def offered(sheet: str) -> str:
        out = io.BytesIO()
        kind = KINDS[f"directory-{sheet}"]
        write_template(out, kind, by=stage.coordinator, language="zh-hans", translate=str)
        with zipfile.ZipFile(out) as archive:
            return archive.read("xl/sharedStrings.xml").decode()

    assert "行政区划代码 GB/T 2260" in offered("places")
    assert "三级甲等" not in offered("places")
    assert "三级甲等" in offered("organisations")
    assert stage.receiver.name in offered("departments")
    assert "副主任医师" in offered("people")


def test_a_file_without_rows_says_so(stage: Stage, client: Client) -> None:
    job = checked(stage.manager, xlsx([]))
    log_in(client, stage.manager)
    said = client.get(f"/exchange/{job.id}/").content.decode()
    assert "没有可导入的行" in said
    assert "未发现问题" not in said


def test_templates_are_handed_out(stage: Stage, client: Client) -> None:
    log_in(client, stage.coordinator)
    for ending in ("xlsx", "csv"):
        assert body(client.get(f"/exchange/new/ledger/template.{ending}"))
    assert client.get("/exchange/new/ledger/template.exe").status_code == 404


def test_accounts_tell_their_passwords_once(stage: Stage, client: Client) -> None:
    admin = account("sysadmin", "系统管理", "system_administrator", None)
    content = xlsx(
        [("jia.er", "甲二", "", ""), ("!!", "乙三", "", "")], ("用户名", "姓名", "电子邮箱", "语言")
    )
    job = actions.hand_in(by=admin, kind="accounts", name="a.xlsx", chunks=[content])
    job = actions.check_import(by=None, job_id=job.id)
    assert (job.state, job.bad_rows, job.added) == ("checked", 1, 1)
    job = actions.commit_import(by=admin, job=job, good_rows=True)
    job, told = actions.write_import(by=None, job_id=job.id)
    assert job.state == "done"
    assert [name for name, _ in told] == ["jia.er"]
    assert User.objects.get(username="jia.er").check_password(told[0][1])
    assert told[0][1] not in str(ImportJob.objects.filter(id=job.id).values())


def test_directory_sheets(stage: Stage) -> None:
    kind = KINDS["directory-organisations"]
    head = [c.title for c in kind.columns if c.code in {"name", "kind"}]
    content = csv([("示例新县医院", "hospital"), ("", "hospital")], head, encoding="gb18030")
    job = actions.hand_in(by=stage.coordinator, kind=kind.code, name="a.csv", chunks=[content])
    job = actions.check_import(by=None, job_id=job.id)
    assert (job.state, job.rows, job.bad_rows, job.added) == ("checked", 2, 1, 1), job.refusal
    job = actions.commit_import(by=stage.coordinator, job=job, good_rows=True)
    job, _ = actions.write_import(by=None, job_id=job.id)
    assert (job.state, job.added) == ("done", 1)
