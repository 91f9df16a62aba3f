"""Pages of the ledger: who sees them, how many queries they cost, and what they do."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from jiedui.accounts.models import User
from jiedui.accounts.permissions import viewer_of
from jiedui.core.identifiers import new_id
from jiedui.ledger import actions, queries
from jiedui.ledger.actions import QuantityInput
from jiedui.ledger.models import EntryVersion, EvidenceFile, Placing, Publication, Statement
from jiedui.programmes.actions import create_programme
from tests.lasting import lasting
from tests.ledger_cast import Stage
from tests.ledger_cast import stage as set_stage
from tests.rooms.ledger.test_history import row

pytestmark = pytest.mark.django_db


the_cast, stage = lasting(set_stage)


@pytest.fixture
def at() -> Callable[[User], Client]:
    def log_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in


At = Callable[[User], Client]


def submitted(stage: Stage, **changes: Any) -> EntryVersion:
    version = actions.record_entry(by=stage.expert, **stage.event(**changes))
    return actions.submit_entry(by=stage.expert, version=version)


def filled(stage: Stage, **changes: str) -> dict[str, str]:
    """The form of an entry as a browser posts it."""
    plain = {
        "id": str(new_id()),
        "programme": str(stage.programme.id),
        "kind": "teaching_free_clinic",
        "happened_from": "2024-03-05",
        "giver": stage.giver.name,
        "receiver": stage.receiver.name,
        "lines": "2",
        "persons": "1",
        "line-0-measure": "free_clinic_beneficiaries",
        "line-0-value": "120",
        "line-1-measure": "trainees",
        "line-1-value": "9",
        "person-0-person": "甲一（示例甲省医院）",
        "person-0-role": "lead",
        "save": "1",
    }
    return plain | changes


def test_every_page_is_closed_to_an_outsider(stage: Stage, at: At) -> None:
    version = stage.confirmed()
    stored = actions.add_evidence(
        by=stage.expert, name="签到表.pdf", file=SimpleUploadedFile("a.pdf", b"%PDF-1.7 x")
    )
    draft = actions.record_entry(by=stage.expert, **stage.event())
    attached = actions.attach_evidence(by=stage.expert, version=draft, file=stored)
    client = at(stage.outsider)
    for name, id in (
        ("entry", version.entry_id),
        ("correct", version.entry_id),
        ("withdraw", version.entry_id),
        ("version", version.id),
        ("edit", draft.id),
        ("return", version.id),
        ("evidence", attached.id),
    ):
        assert client.get(reverse(f"ledger:{name}", args=[id])).status_code == 404, name
    for name, id in (("submit", draft.id), ("confirm-one", version.id), ("attach", draft.id)):
        assert client.post(reverse(f"ledger:{name}", args=[id])).status_code == 404, name
    page = client.get(reverse("ledger:entries"))
    assert page.status_code == 200
    assert "示例甲省医院" not in page.content.decode()
    assert client.get(reverse("ledger:version", args=[new_id()])).status_code == 404


def test_every_page_needs_a_log_in(stage: Stage) -> None:
    for name in ("entries", "confirm", "record", "statements", "totals", "people"):
        answer = Client().get(reverse(f"ledger:{name}"))
        assert answer.status_code == 302, name
        assert "next=" in answer["Location"]


def test_an_administrator_sees_no_ledger(stage: Stage, at: At) -> None:
    from tests.ledger_cast import account

    auditor = account("auditor", "审计己", "audit_administrator", None)
    auditor.totp_confirmed_at = auditor.created_at
    auditor.save()
    for name in ("entries", "confirm", "record", "statements"):
        assert at(auditor).get(reverse(f"ledger:{name}")).status_code in (302, 403), name


@pytest.mark.parametrize(("name", "most"), [("entries", 16), ("confirm", 14), ("statements", 10)])
def test_lists_cost_the_same_for_many_rows(
    stage: Stage,
    at: At,
    name: str,
    most: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = at(stage.manager)
    client.get(reverse(f"ledger:{name}"))
    for day in range(1, 9):
        submitted(stage, narrative=f"第{day}次")
    with django_assert_max_num_queries(most):
        page = client.get(reverse(f"ledger:{name}"))
    assert page.status_code == 200


def test_the_page_of_an_entry_has_a_bounded_cost(
    stage: Stage, at: At, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    version = submitted(stage)
    client = at(stage.manager)
    client.get(reverse("ledger:entries"))
    with django_assert_max_num_queries(24):
        page = client.get(reverse("ledger:version", args=[version.id]))
    text = page.content.decode()
    assert "确认" in text
    assert "120" in text
    assert client.get(reverse("ledger:entry", args=[version.entry_id])).status_code == 302


def test_the_list_filters_sorts_and_exports(stage: Stage, at: At) -> None:
    stage.confirmed()
    submitted(stage, kind="course", narrative="待确认的")
    client = at(stage.manager)
    url = reverse("ledger:entries")
    for query, count in (
        ({"state": "submitted"}, 1),
        ({"kind": "course"}, 1),
        ({"class": "teach"}, 2),
        ({"class": "enable"}, 0),
        ({"giver": "甲省"}, 2),
        ({"receiver": "西州"}, 0),
        ({"happened_from": "2024-04-01"}, 0),
        ({"programme": str(stage.programme.id)}, 2),
        ({"state": "withdrawn"}, 0),
        ({"state": "nonsense", "sort": "-kind"}, 2),
    ):
        page = client.get(url, query)
        assert page.status_code == 200, query
        assert len(page.context["page"].table.slice.rows) == count, query
    csv = client.get(url, {"export": "csv"})
    body = b"".join(csv.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    assert body.count("\n") == 3
    assert "义诊受益人次 120 人次" in body
    book = client.get(url, {"export": "xlsx"})
    assert book.status_code == 200
    assert b"".join(book.streaming_content).startswith(b"PK")  # type: ignore[arg-type]


def test_totals_keep_classes_apart_and_count_the_confirmed(stage: Stage, at: At) -> None:
    stage.confirmed()
    stage.confirmed()
    submitted(stage)
    client = at(stage.manager)
    page = client.get(reverse("ledger:totals"))
    found = {t.measure: (t.value, t.entries) for t in page.context["page"].totals}
    assert found == {"free_clinic_beneficiaries": (240, 2), "trainees": (18, 2)}
    part = client.get(reverse("ledger:totals"), HTTP_HX_REQUEST="true")
    assert b"<html" not in part.content


def test_the_totals_of_the_whole_are_those_of_its_rows(stage: Stage, at: At) -> None:
    stage.confirmed()
    about = [QuantityInput("trainees", 40, precision="about")]
    stage.confirmed(quantities=about)
    submitted(stage)
    withdrawn = stage.confirmed()
    actions.withdraw_entry(by=stage.manager, entry=withdrawn.entry_id, reason="重复")
    viewer = viewer_of(stage.coordinator)
    assert queries.sees_all_confirmed(viewer)
    assert not queries.sees_all_confirmed(viewer_of(stage.manager))
    rows = queries.live(queries.entry_list(viewer))
    found = queries.totals(rows)
    assert [one.value for one in found if one.measure == "trainees"] == [49]
    assert [one.rounded for one in found if one.measure == "trainees"] == [True]
    assert queries.totals(rows, whole=True) == found
    shown = at(stage.coordinator).get(reverse("ledger:totals")).context["page"].totals
    assert shown == found


def test_recording_by_the_form(stage: Stage, at: At) -> None:
    client = at(stage.expert)
    page = client.get(reverse("ledger:record"))
    assert page.status_code == 200
    data = filled(stage)
    for _ in range(2):  # a double click records once
        answer = client.post(reverse("ledger:record"), data)
        assert answer.status_code == 302
    version = EntryVersion.objects.get()
    assert version.state == "draft"
    assert [q.measure for q in version.quantities.order_by("line")] == [
        "free_clinic_beneficiaries",
        "trainees",
    ]
    assert version.participants.get().person == stage.surgeon
    edited = filled(stage, submit="1", id=str(version.id))
    edited["line-1-value"] = "7"
    answer = client.post(reverse("ledger:edit", args=[version.id]), edited)
    assert answer.status_code == 302
    version.refresh_from_db()
    assert version.state == "submitted"
    assert (
        at(stage.manager).post(reverse("ledger:confirm-one", args=[version.id])).status_code == 302
    )
    assert client.get(reverse("ledger:correct", args=[version.entry_id])).status_code == 200
    answer = client.post(
        reverse("ledger:correct", args=[version.entry_id]), filled(stage, submit="1")
    )
    assert answer.status_code == 302
    assert EntryVersion.objects.filter(entry=version.entry).count() == 2


def test_faults_are_told_at_the_field_and_the_rest_is_kept(stage: Stage, at: At) -> None:
    client = at(stage.expert)
    for changes, words in (
        ({"line-1-value": "许多"}, "许多"),
        ({"giver": "无此医院"}, "无此医院"),
        ({"receiver": stage.other_receiver.name}, "结对"),
        ({"happened_from": "昨天"}, ""),
        ({"person-0-person": "无此人"}, ""),
        ({"line-0-value": "", "line-1-value": ""}, ""),
        ({"kind": "banquet"}, ""),
        ({"programme": "x"}, ""),
        ({"id": "x"}, ""),
        ({"lines": "x"}, ""),
        ({"lines": "9999999"}, ""),
    ):
        answer = client.post(reverse("ledger:record"), filled(stage, **changes))
        text = answer.content.decode()
        if "lines" in changes:
            assert answer.status_code in (302, 422), changes
            continue
        assert answer.status_code == 422, changes
        assert 'value="120"' in text or "line-0-value" in changes
        assert words in text
    assert not EntryVersion.objects.filter(narrative="x").exists()


def test_a_number_is_read_as_people_write_it(stage: Stage, at: At) -> None:
    client = at(stage.expert)
    changes = {"line-0-value": "2.5万余", "line-1-value": "40至50人次"}
    answer = client.post(reverse("ledger:record"), filled(stage, **changes))
    assert answer.status_code == 302
    version = EntryVersion.objects.get(id=answer["Location"].split("/")[-2])
    rows = version.quantities.order_by("measure").values_list("value", "precision", "high", "unit")
    assert list(rows) == [(25000, "at_least", None, "人次"), (40, "range", 50, "人次")]

    changes = {"line-1-value": "9名", "line-1-unit": "人次"}
    answer = client.post(reverse("ledger:record"), filled(stage, **changes))
    assert answer.status_code == 422
    assert "数量的单位是“名”，单位栏写的是“人次”。" in answer.content.decode()


def test_a_blank_line_is_no_fault(stage: Stage, at: At) -> None:
    changes = {"line-1-value": "", "person-0-person": "", "line-0-value": "许多"}
    answer = at(stage.expert).post(reverse("ledger:record"), filled(stage, **changes))
    forms = answer.context["page"].forms
    assert (answer.status_code, bool(forms.lines[0].errors)) == (422, True)
    assert not forms.lines[1].errors
    assert not forms.people[0].errors


def test_adding_lines_works_without_javascript(stage: Stage, at: At) -> None:
    client = at(stage.expert)
    data = filled(stage)
    del data["save"]
    page = client.post(reverse("ledger:record"), data | {"add_line": "1"})
    assert page.status_code == 200
    assert len(page.context["page"].forms.lines) == 3
    page = client.post(reverse("ledger:record"), data | {"add_person": "1"})
    assert len(page.context["page"].forms.people) == 2
    blank = data | {"line-0-value": "", "line-1-value": "", "kind": "lecture"}
    page = client.post(reverse("ledger:record"), blank)
    measures = [line["measure"].value() for line in page.context["page"].forms.lines]
    assert measures == ["lectures", "lecture_attendances"]


def test_the_picker_shows_visible_people_only(stage: Stage, at: At) -> None:
    text = (
        at(stage.expert).get(reverse("ledger:people"), {"person-0-person": "甲"}).content.decode()
    )
    assert "甲一（示例甲省医院）" in text
    assert "甲一" not in at(stage.outsider).get(reverse("ledger:people")).content.decode()


def test_confirming_many_at_once(stage: Stage, at: At) -> None:
    first, second = submitted(stage), submitted(stage)
    client = at(stage.manager)
    answer = client.post(
        reverse("ledger:confirm"), {"version": [str(first.id), "x", str(new_id())]}, follow=True
    )
    assert answer.status_code == 200
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("confirmed", "submitted")
    assert at(stage.expert).post(reverse("ledger:confirm"), {}).status_code == 403


def test_the_boxes_of_the_list_belong_to_the_form_that_confirms(stage: Stage, at: At) -> None:
    first = submitted(stage)
    page = at(stage.manager).get(reverse("ledger:confirm")).content.decode()
    form = re.search(r'<form id="([^"]+)" method="post">', page)
    assert form
    assert f'name="version" value="{first.id}" form="{form[1]}"' in page
    assert f'<button class="button button-primary" form="{form[1]}">' in page


def test_all_of_a_giver_or_a_month_are_confirmed_and_nothing_else(stage: Stage, at: At) -> None:
    march, april = submitted(stage), submitted(stage, happened_from=date(2024, 4, 2),
                                               happened_to=date(2024, 4, 2))  # fmt: skip
    client = at(stage.manager)
    page = client.get(reverse("ledger:confirm")).context["page"]
    assert [(part.label, part.count) for part in page.months] == [
        ("2024年4月", 1),
        ("2024年3月", 1),
    ]
    assert [(part.label, part.count) for part in page.givers] == [(stage.giver.name, 2)]
    # Everything at once is not offered: one looks at a part of it first.
    assert page.all_of_it == ""
    url = page.months[1].url
    page = client.get(url).context["page"]
    assert page.all_of_it == "确认列表中全部 1 条"
    late = submitted(stage)
    client.post(url, {"all": "1", "until": page.until})
    states = [EntryVersion.objects.get(id=v.id).state for v in (march, april, late)]
    assert states == ["confirmed", "submitted", "submitted"]


@pytest.mark.parametrize(
    ("query", "until"),
    [
        ("", "2030-01-01T00:00:00+08:00"),
        ("?happened_from=gestern", "2030-01-01T00:00:00+08:00"),
        ("?giver=示例", ""),
        ("?giver=示例", "2030-01-01T00:00:00"),
    ],
)
def test_all_is_never_more_than_a_filter_showed(
    stage: Stage, at: At, query: str, until: str
) -> None:
    version = submitted(stage)
    at(stage.manager).post(reverse("ledger:confirm") + query, {"all": "1", "until": until})
    version.refresh_from_db()
    assert version.state == "submitted"


def test_the_chosen_are_returned_with_one_reason_without_javascript(stage: Stage, at: At) -> None:
    first, second, third = submitted(stage), submitted(stage), submitted(stage)
    client, url = at(stage.manager), reverse("ledger:return-chosen")
    page = client.get(reverse("ledger:confirm")).content.decode()
    assert f'href="{url}?version={first.id}"' in page
    assert f'form="confirm-chosen" formaction="{url}"' in page
    chosen = {"version": [str(first.id), str(second.id), "x"]}
    asked = client.post(url, chosen)
    assert asked.status_code == 200
    assert asked.content.decode().count('type="hidden" name="version"') == 2
    assert client.post(url, chosen | {"reason": " "}).status_code == 422
    answer = client.post(url, chosen | {"reason": "缺签到表"}, follow=True)
    assert "已退回 2 条台账。" in answer.content.decode()
    states = [EntryVersion.objects.get(id=v.id).state for v in (first, second, third)]
    assert states == ["returned", "returned", "submitted"]
    assert client.get(url).status_code == 302
    assert at(stage.expert).get(url).status_code == 403


def test_the_dialog_of_a_return_is_a_fragment(stage: Stage, at: At) -> None:
    version = submitted(stage)
    client, url = at(stage.manager), reverse("ledger:return-chosen")
    text = client.get(url, {"version": str(version.id)}, headers={"HX-Request": "true"}).content
    assert b"<html" not in text
    assert f'<form method="post" class="form" action="{url}"' in text.decode()
    nothing = client.post(url, {}, headers={"HX-Request": "true"}).content.decode()
    assert "<form" not in nothing
    assert "请" in nothing


def test_nobody_returns_what_others_receive(stage: Stage, at: At) -> None:
    version = submitted(stage)
    client, url = at(stage.outsider), reverse("ledger:return-chosen")
    client.post(url, {"version": str(version.id), "reason": "不属实"})
    version.refresh_from_db()
    assert version.state == "submitted"


def test_why_it_was_returned_stays_on_the_page(stage: Stage, at: At) -> None:
    version = submitted(stage)
    actions.return_entry(by=stage.manager, version=version, reason="人数与签到表不符")
    actions.submit_entry(by=stage.expert, version=version)
    actions.confirm_entry(by=stage.manager, version=version)
    page = at(stage.expert).get(reverse("ledger:version", args=[version.id])).content.decode()
    assert "第 1 版退回" in page
    assert "人数与签到表不符" in page


def test_returning_and_withdrawing_ask_for_a_reason(stage: Stage, at: At) -> None:
    version = submitted(stage)
    client = at(stage.manager)
    url = reverse("ledger:return", args=[version.id])
    assert client.get(url).status_code == 200
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "<b>人数不符</b>"}).status_code == 302
    page = at(stage.expert).get(reverse("ledger:version", args=[version.id])).content.decode()
    assert "&lt;b&gt;人数不符" in page
    url = reverse("ledger:withdraw", args=[version.entry_id])
    assert at(stage.expert).get(url).status_code == 200
    assert at(stage.expert).post(url, {"reason": "重复"}).status_code == 302
    version.refresh_from_db()
    assert version.state == "withdrawn"


def test_who_may_not_be_named_is_nobody(stage: Stage, at: At) -> None:
    texts = []
    for name in (stage.other_receiver.name, "示例无此医院"):
        answer = at(stage.expert).post(reverse("ledger:record"), filled(stage, receiver=name))
        assert answer.status_code == 422
        errors = answer.context["page"].forms.event.errors["receiver"]
        texts.append(str(errors).replace(name, "X"))
    assert texts[0] == texts[1]


def test_a_report_is_public_and_its_programme_is_not(stage: Stage, at: At) -> None:
    actions.import_statements(by=None, rows=[(2, row())], programmes={"900": stage.programme})
    hidden = create_programme(by=None, code="hidden", name="示例他处", kind="paired_assistance")
    code = Statement.objects.get().publication.code
    url = reverse("ledger:publication", args=[code])
    assert stage.programme.name in at(stage.expert).get(url).content.decode()
    Publication.objects.update(programme=hidden)
    assert "示例他处" not in at(stage.expert).get(url).content.decode()
    assert "示例他处" in at(stage.coordinator).get(url).content.decode()


def test_evidence_is_kept_by_content_and_never_run(stage: Stage, at: At) -> None:
    draft = actions.record_entry(by=stage.expert, **stage.event())
    client = at(stage.expert)
    url = reverse("ledger:attach", args=[draft.id])
    for name in ("../../签到表.pdf", "签到表.pdf"):
        file = SimpleUploadedFile(name, b"%PDF-1.7 content")
        assert client.post(url, {"file": file}).status_code == 302
    held = draft.evidence.get()
    assert held.name == "签到表.pdf"
    answer = client.get(reverse("ledger:evidence", args=[held.id]))
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 content"  # type: ignore[arg-type]
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.html", b"<script>"), ("a.pdf", b"<html>"), ("a.pdf", b""), ("a", b"%PDF-"), ("", b"x")],
)
def test_files_of_other_kinds_are_refused(stage: Stage, at: At, name: str, content: bytes) -> None:
    draft = actions.record_entry(by=stage.expert, **stage.event())
    file = BytesIO(content)
    file.name = name
    client = at(stage.expert)
    answer = client.post(reverse("ledger:attach", args=[draft.id]), {"file": file}, follow=True)
    assert answer.status_code == 200
    assert not EvidenceFile.objects.exists()


def test_a_file_beyond_the_limit_is_refused_and_leaves_nothing(
    stage: Stage, at: At, settings: Any
) -> None:
    settings.UPLOAD_LIMIT = 10
    draft = actions.record_entry(by=stage.expert, **stage.event())
    file = SimpleUploadedFile("a.pdf", b"%PDF-1.7 longer than ten bytes")
    at(stage.expert).post(reverse("ledger:attach", args=[draft.id]), {"file": file})
    assert not EvidenceFile.objects.exists()
    assert not [p for p in settings.FILES.rglob("*") if p.is_file()]


def test_published_figures_are_open_and_placed_by_a_coordinator(stage: Stage, at: At) -> None:
    rows = [(2, row(receiver="示例东州医院和示例西州医院"))]
    actions.import_statements(by=None, rows=rows, programmes={"900": stage.programme})
    statement = Statement.objects.get()
    client = at(stage.outsider)
    assert "900-01" in client.get(reverse("ledger:statements")).content.decode()
    assert client.get(reverse("ledger:statements"), {"placed": "yes"}).status_code == 200
    assert client.get(reverse("ledger:publication", args=["900"])).status_code == 200
    assert client.get(reverse("ledger:publication", args=["901"])).status_code == 404
    url = reverse("ledger:place", args=[statement.id])
    assert client.get(url).status_code == 403
    client = at(stage.coordinator)
    assert client.get(url).status_code == 200
    assert client.post(url, {"receivers": "无此医院"}).status_code == 422
    assert client.post(url, {"receivers": ""}).status_code == 422
    names = f"{stage.receiver.name}\n{stage.other_receiver.name}"
    assert client.post(url, {"receivers": names}).status_code == 302
    assert Placing.objects.get().receivers.count() == 2
