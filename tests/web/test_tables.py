"""Lists: paging by key equals the full list, filters, sorting, export."""

from __future__ import annotations

import base64
import csv
import io
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from django import forms
from django.template.loader import render_to_string
from django.test import RequestFactory

from jiedui.directory.models import Place
from jiedui.web.fields import Select
from jiedui.web.tables import Column, Filter, Table
from jiedui.web.tables.paging import Cursor


@dataclass(frozen=True)
class Row:
    id: int
    name: str
    count: int | None
    on: date | None


COLUMNS = [
    Column("name", "Name", sort="name"),
    Column("count", "Count", kind="number", sort="count", unit="cases"),
    Column("on", "Day", kind="day", sort="on"),
]
FILTERS = [
    Filter("name", "Name", "text", paths=("name",)),
    Filter("kind", "Count", "choice", paths=("count",), choices=[(1, "one"), (2, "two")]),
    Filter("on", "Day", "dates"),
]


def rows_of(seed: int, size: int = 97) -> list[Row]:
    chance = random.Random(seed)
    return [
        Row(
            number,
            chance.choice(["甲", "乙", "丙", ""]),
            chance.choice([None, 1, 2, 3]),
            chance.choice([None, date(2025, 1, 1) + timedelta(days=chance.randint(0, 9))]),
        )
        for number in range(size)
    ]


def table(query: str = "", rows: Any = None, **more: Any) -> Table:
    request = RequestFactory().get(f"/list/{query}")
    more.setdefault("filters", FILTERS)
    return Table(request, rows_of(1) if rows is None else rows, COLUMNS, size=20, **more)


def walk(make: Callable[[str], Table], query: str) -> tuple[list[Any], list[Any]]:
    """All rows by the links forward, and again by the links back."""
    shown, forward = make(query), []
    while True:
        forward += shown.slice.rows
        if not shown.next_url:
            break
        shown = make(shown.next_url)
    back = shown.slice.rows
    while shown.previous_url:
        shown = make(shown.previous_url)
        back = shown.slice.rows + back
    return forward, back


class TestPaging:
    @pytest.mark.parametrize("seed", range(4))
    @pytest.mark.parametrize("sort", ["name", "-name", "count", "-count", "on", "-on", "", "-id"])
    def test_pages_of_a_list_make_up_the_list(self, seed: int, sort: str) -> None:
        rows = rows_of(seed)

        forward, back = walk(lambda query: table(query, rows), f"?sort={sort}")

        assert forward == back
        assert sorted(row.id for row in forward) == list(range(97))
        assert forward == list(table(f"?sort={sort}", rows).all_rows())

    @pytest.mark.django_db
    @pytest.mark.parametrize("sort", ["name", "-name", "count", "-count", ""])
    def test_pages_of_a_query_make_up_the_query(self, sort: str) -> None:
        Place.objects.bulk_create(
            Place(name=row.name or "丁", altitude_m=row.count) for row in rows_of(5)
        )
        columns = [
            Column("name", "Name", sort="name"),
            Column("count", "Height", value="altitude_m", sort="altitude_m"),
        ]

        def make(query: str) -> Table:
            request = RequestFactory().get(f"/list/{query}")
            return Table(request, Place.objects.all(), columns, size=20)

        forward, back = walk(make, f"?sort={sort}")

        assert forward == back
        assert len({row.id for row in forward}) == 97
        assert forward == list(make(f"?sort={sort}").all_rows())

    def test_a_row_added_before_the_page_shifts_nothing(self) -> None:
        rows = [Row(number, "x", number, None) for number in range(0, 80, 2)]
        second = table(table("?sort=count", rows).next_url, rows)
        grown = [*rows, Row(1, "x", 1, None)]

        assert table(table("?sort=count", rows).next_url, grown).slice.rows == second.slice.rows

    @pytest.mark.parametrize("at", ["x", "!!!!", "W10", "AAAA", "eyJhIjoxfQ", "W3sieCI6MX0sMSwxXQ"])
    def test_a_broken_mark_begins_at_the_start(self, at: str) -> None:
        assert table(f"?at={at}&sort=count").slice.rows == table("?sort=count").slice.rows

    def test_a_mark_of_another_list_begins_at_the_start(self) -> None:
        at = Cursor("text", "k", False).text()

        assert table(f"?at={at}&sort=count").slice.rows == table("?sort=count").slice.rows

    def test_the_sort_is_one_of_the_columns(self) -> None:
        assert table("?sort=password").order == (None, False)


class TestFilters:
    def test_text_choice_and_days(self) -> None:
        rows = rows_of(2)

        assert all(row.name == "甲" for row in table("?name=甲", rows).filtered)
        assert all(row.count == 2 for row in table("?kind=2", rows).filtered)
        found = table("?on_from=2025-01-03&on_to=2025-01-05", rows).filtered
        assert found == [
            row for row in rows if row.on and date(2025, 1, 3) <= row.on <= date(2025, 1, 5)
        ]

    def test_a_month_is_whole(self) -> None:
        rows = rows_of(2)

        assert table("?on_from=2025-01&on_to=2025-01", rows).filtered == [r for r in rows if r.on]

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("?kind=9", "kind"),
            ("?on_from=gestern", "on_from"),
            ("?on_to=2025-02-30", "on_to"),
            ("?on_from=2025-02-01&on_to=2025-01-01", "on_to"),
        ],
    )
    def test_a_wrong_value_is_told_at_its_field(self, query: str, field: str) -> None:
        asked = table(query)

        assert len(asked.filtered) == 97
        assert [item.name for item in asked.fields if item.error] == [field]

    def test_filters_stay_with_the_page_and_the_file(self) -> None:
        asked = table("?name=甲&sort=-count&size=20")

        for url in (asked.heads[0].url, asked.exports[0][1]):
            assert parse_qs(urlsplit(url).query)["name"] == ["甲"]
        assert "at" not in parse_qs(urlsplit(asked.heads[0].url).query)

    @pytest.mark.django_db
    def test_words_of_a_query_are_no_patterns(self) -> None:
        Place.objects.create(name="一百%")
        Place.objects.create(name="一百")
        request = RequestFactory().get("/list/?name=%25")

        asked = Table(request, Place.objects.all(), COLUMNS[:1], filters=FILTERS[:1])

        assert [row.name for row in asked.filtered] == ["一百%"]


class TestExport:
    NASTY = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "plain", "a,b\n“c”")

    def rows(self) -> list[Row]:
        return [Row(n, text, n, date(2025, 1, 1)) for n, text in enumerate(self.NASTY)]

    def file(self, query: str, rows: Any) -> bytes:
        answer = table(query, rows, title="台账").export()
        assert answer is not None
        assert answer["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
        body = b"".join(answer.streaming_content)
        answer.file_to_stream.close()
        return body

    def test_csv_opens_in_excel_and_runs_nothing(self) -> None:
        body = self.file("?export=csv", self.rows())

        assert body.startswith(b"\xef\xbb\xbf")
        lines = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
        assert lines[0] == ["Name", "Count (cases)", "Day"]
        for line, text in zip(lines[1:], self.NASTY, strict=True):
            assert line[0].lstrip("'").strip() == text.strip()
            assert line[0][0] not in "=+-@\t\r"
            assert not line[1].startswith("'")

    def test_a_workbook_holds_numbers_as_numbers_and_texts_as_texts(self) -> None:
        sheet = openpyxl.load_workbook(io.BytesIO(self.file("?export=xlsx", self.rows()))).active

        lines = [line for line in sheet.iter_rows() if isinstance(line[1].value, (int, float))]
        assert [line[1].value for line in lines] == list(range(8))
        assert {line[0].data_type for line in lines} == {"s"}

    def test_the_whole_filtered_list_is_written_whatever_the_page(self) -> None:
        rows = rows_of(3, 200)
        body = self.file("?export=csv&name=甲&sort=count&size=20", rows).decode("utf-8-sig")

        expected = sum(row.name == "甲" for row in rows)
        assert len(list(csv.reader(io.StringIO(body)))) == expected + 1

    def test_a_page_without_the_wish_has_no_file(self) -> None:
        assert table("").export() is None
        assert table("?export=exe").export() is None
        assert table("?export=csv", exportable=False).export() is None


class TestTemplate:
    def test_a_list_is_drawn_with_its_heads_and_states(self) -> None:
        asked = table("?sort=-count")

        text = render_to_string("web/_table.html", {"table": asked}, request=asked.request)

        assert text.count('aria-sort="descending"') == 1
        assert text.count("<tr>") == 21
        assert 'rel="next"' in text

    def test_what_a_row_says_is_never_markup(self) -> None:
        asked = table(rows=[Row(1, "<script>", 1, None)], filters=())

        text = render_to_string("web/_table.html", {"table": asked}, request=asked.request)

        assert "<script>" not in text

    def test_an_empty_list_says_so_and_a_filtered_one_otherwise(self) -> None:
        empty, none_fit = table(rows=[]), table("?name=nobody")

        texts = [
            render_to_string("web/_table.html", {"table": t}, request=t.request)
            for t in (empty, none_fit)
        ]

        assert "暂无内容" in texts[0]
        assert "清除筛选条件" in texts[1]


@pytest.mark.parametrize(
    "body",
    [
        '[{"n": "1e999999"}, "k", false]',
        '[{"n": "NaN"}, "k", false]',
        "[1e400, 1, false]",
        f"[{'9' * 400}, 1, false]",
        "[" * 3000,
    ],
)
def test_a_cursor_that_no_page_gave_costs_nothing(body: str) -> None:
    text = base64.urlsafe_b64encode(body.encode()).decode().rstrip("=")
    assert Cursor.read(text) is None


@pytest.mark.parametrize("value", [True, 3, 2.5, Decimal("12.50"), None, "x"])
def test_a_cursor_comes_back_as_it_went(value: object) -> None:
    assert Cursor.read(Cursor(value, "k", False).text()) == Cursor(value, "k", False)


def test_a_choice_is_drawn_as_django_draws_it():
    choices = [("", "–"), ("a", "<b>"), ("组", [("x", "X"), ("y", '"Y"')]), (3, "three")]
    attrs = {"id": "i", "required": True, "disabled": False}
    for value in ("", "a", "y", 3, None, "<"):
        own, usual = (
            re.sub(r"\n\s*", "", str(kind(choices=choices).render("名", value, attrs)))
            for kind in (Select, forms.Select)
        )
        assert own == usual
