"""Pages of siting proposals: from a zip to the list of those not reached."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiedui.accounts.models import User
from jiedui.planning.actions import sitings as actions
from jiedui.planning.models import SitingProposal
from tests.lasting import lasting
from tests.ledger_cast import Stage
from tests.ledger_cast import stage as set_stage
from tests.rooms.planning.siting_cast import DEMAND, begin, computed, packed, siting_files

pytestmark = pytest.mark.django_db


the_cast, stage = lasting(set_stage)


def at(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"planning:{name}", args=args)


def asked(stage: Stage, data: bytes | None = None, **changes: Any) -> dict[str, Any]:
    said: dict[str, Any] = {
        "name": "示例选址", "programme": str(stage.programme.id), "owner": stage.receiver.name,
        "origin": "files", "budget": "30", "seconds": "2", "source": "示例",
    }  # fmt: skip
    if data is not None:
        said["file"] = SimpleUploadedFile("选址.zip", data, "application/zip")
    return said | changes


def wrong(answer: Any) -> list[str]:
    assert answer.status_code == 422
    return re.findall(r"id=\"id_(\w+)_error\"", answer.content.decode())


def test_a_proposal_is_begun_with_a_zip_computed_and_told(stage: Stage) -> None:
    client = at(stage.coordinator)
    assert "还没有选址方案" in client.get(url("sitings")).content.decode()
    template = client.get(url("siting-template"))
    with zipfile.ZipFile(io.BytesIO(template.content)) as archive:
        assert set(archive.namelist()) == {"demand.csv", "sites.csv", "kinds.csv", "settings.json"}
    assert url("siting-template") in client.get(url("siting-new")).content.decode()
    answer = client.post(url("siting-new"), asked(stage, packed(siting_files())))
    assert answer.status_code == 302
    siting = SitingProposal.objects.get()
    if siting.state == "waiting":
        computed(stage, siting)
    siting.refresh_from_db()
    text = client.get(url("siting", siting.id)).content.decode()
    for words in ("5,200", "未覆盖", "示例巡诊包", "如果经费增加百分之一", "<svg", "siting-missed"):
        assert words in text, words
    assert not re.search(r"\sstyle=|\son\w+=", text)
    missed = client.get(url("siting-missed", siting.id)).content.decode()
    assert "示例" in missed
    export = b"".join(client.get(url("siting-missed", siting.id), {"export": "csv"}))
    assert export.decode("utf-8-sig").count("\n") == siting.result["missed"] + 1
    none = client.get(url("siting-missed", siting.id), {"can": "no"}).content.decode()
    assert "示例辛乡" not in none
    for name in ("siting-kits", "siting-left"):
        assert "卫生院" in client.get(url(name, siting.id)).content.decode()
    files = client.get(url("siting-files", siting.id))
    with zipfile.ZipFile(io.BytesIO(files.content)) as archive:
        assert archive.read("demand.csv").decode("utf-8-sig") == DEMAND
    answer = client.post(url("siting-run", siting.id), {"budget": "60", "seconds": "2"})
    assert answer.status_code == 302
    siting.refresh_from_db()
    if siting.state == "waiting":
        computed(stage, siting)
    assert "与上次计算比较" in client.get(url("siting", siting.id)).content.decode()
    siting.refresh_from_db()
    assert f"{siting.result['work']} 步" in client.get(url("siting", siting.id)).content.decode()
    assert client.post(url("siting-repeat", siting.id)).status_code == 302
    if SitingProposal.objects.get().state == "waiting":
        shown = client.get(url("siting-progress", siting.id)).content.decode()
        assert f"共 {siting.result['work']} 步" in shown
        actions.run_siting(by=None, siting_id=siting.id)
    client.post(url("siting-edit", siting.id), {"name": "改名", "source": ""})
    assert "改名" in client.get(url("sitings")).content.decode()


def test_what_is_wrong_in_the_files_is_told_at_the_file_and_nothing_is_kept(stage: Stage) -> None:
    client = at(stage.coordinator)
    demand = DEMAND.replace("1000", "很多").replace("40.2,", "940.2,")
    answer = client.post(url("siting-new"), asked(stage, packed(siting_files(demand=demand))))
    assert wrong(answer) == ["file"]
    text = answer.content.decode()
    assert re.search(r"demand.csv.{0,8}2.{0,8}people", text)
    assert re.search(r"demand.csv.{0,8}4.{0,8}latitude", text)
    for data in (b"no zip", packed({"../demand.csv": b"x"}), packed({})):
        assert wrong(client.post(url("siting-new"), asked(stage, data))) == ["file"]
    assert wrong(client.post(url("siting-new"), asked(stage))) == ["file"]
    data = packed(siting_files(settings="{}"))
    assert wrong(client.post(url("siting-new"), asked(stage, data, budget=""))) == ["budget"]
    data = packed(siting_files(settings="{}", demand=demand))
    answer = client.post(url("siting-new"), asked(stage, data, budget=""))
    assert set(wrong(answer)) == {"file", "budget"}
    assert "--budget" not in answer.content.decode()
    data = packed(siting_files())
    assert wrong(client.post(url("siting-new"), asked(stage, data, budget="-1"))) == ["budget"]
    assert wrong(client.post(url("siting-new"), asked(stage, data, owner="无此院"))) == ["owner"]
    assert not SitingProposal.objects.exists()


def test_the_worked_example_says_that_its_kits_are_invented(stage: Stage) -> None:
    siting = begin(stage, files=None)
    for name in ("siting", "siting-missed"):
        assert "示范算例" in at(stage.manager).get(url(name, siting.id)).content.decode()


def test_a_manager_reads_and_changes_nothing(stage: Stage) -> None:
    siting = computed(stage, begin(stage))
    manager, outsider = at(stage.manager), at(stage.outsider)
    reading = [
        url(name, siting.id)
        for name in ("siting", "siting-kits", "siting-missed", "siting-left", "siting-files")
    ]
    assert {manager.get(page).status_code for page in reading} == {200}
    assert {outsider.get(page).status_code for page in reading} == {404}
    changing = [
        url(name, siting.id)
        for name in ("siting-edit", "siting-run", "siting-cancel", "siting-drop")
    ]
    assert {manager.post(page, {}).status_code for page in [*changing, url("siting-new")]} == {404}
    assert url("siting-run", siting.id) not in manager.get(reading[0]).content.decode()
    assert at(stage.expert).get(url("sitings")).status_code in (403, 404)


def test_a_proposal_is_removed_after_asking_and_never_while_it_is_planned(stage: Stage) -> None:
    siting = begin(stage)
    client = at(stage.coordinator)
    SitingProposal.objects.filter(pk=siting.pk).update(state="running")
    client.post(url("siting-drop", siting.id))
    assert SitingProposal.objects.filter(pk=siting.pk).exists()
    SitingProposal.objects.filter(pk=siting.pk).update(state="idle")
    assert "示例选址" in client.get(url("siting-drop", siting.id)).content.decode()
    assert client.post(url("siting-drop", siting.id)).url == url("sitings")
    assert not SitingProposal.objects.exists()


def test_progress_is_told_while_it_runs_and_the_page_asked_again_when_done(stage: Stage) -> None:
    siting = begin(stage)
    client = at(stage.coordinator)
    SitingProposal.objects.filter(pk=siting.pk).update(
        state="running", progress={"stage": "Decide among the sites left", "gap": 0.2, "seconds": 1}
    )
    text = client.get(url("siting-progress", siting.id)).content.decode()
    assert "20%" in text
    assert "hx-get" in text
    # The badge at the head of the page follows.
    assert 'id="run-state" hx-swap-oob="true"' in text
    assert client.post(url("siting-cancel", siting.id)).status_code == 302
    siting.refresh_from_db()
    assert siting.stopping
    SitingProposal.objects.filter(pk=siting.pk).update(state="cancelled")
    assert client.get(url("siting-progress", siting.id))["HX-Refresh"] == "true"
    assert "尚未计算" in client.get(url("siting", siting.id)).content.decode()


def test_more_proposals_and_places_ask_no_more_of_the_database(stage: Stage) -> None:
    siting = computed(stage, begin(stage))
    client = at(stage.coordinator)

    def queries(*page: Any) -> int:
        client.get(url(*page))
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url(*page)).status_code == 200
        return len(seen)

    pages = (("sitings",), ("siting", siting.id), ("siting-missed", siting.id))
    before = [queries(*page) for page in pages]
    computed(stage, siting, budget=0)
    computed(stage, begin(stage, name="另一个"))
    assert [queries(*page) for page in pages] == before
    assert max(before) <= 25
