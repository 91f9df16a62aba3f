"""The figures' pages: who gets them, what they say, how many queries they cost."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from itertools import product
from unittest.mock import patch
from urllib.parse import parse_qs, urlencode, urlsplit

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiedui.accounts.actions import create_account
from jiedui.accounts.models import User
from jiedui.core.packs import vocabulary
from jiedui.indicators.domain.question import Question
from jiedui.indicators.queries.catalogue import definitions
from jiedui.indicators.queries.figure_records import VISIBLE
from jiedui.indicators.views import words
from jiedui.programmes.access import visible_pairings
from tests.lasting import lasting
from tests.rooms.indicators.figure_stage import Figures, figures, history

pytestmark = pytest.mark.django_db

ABOUT = "programme=demo&measure=surgeries"
PAGES = {
    "home": "",
    "figure": ABOUT,
    "records": ABOUT,
    "breakdown": ABOUT,
    "json": ABOUT,
    "panel": ABOUT,
    "value": ABOUT,
    "band": "programme=demo",
    "contradictions": "",
}
# A low-privilege user's queries: session, user, roles, reach, the store's freshness,
# directory state, programmes, statements, names. No page asks in a loop.
QUERIES = {
    "home": 18,
    "figure": 30,
    "records": 20,
    "breakdown": 20,
    "json": 20,
    "panel": 30,
    "value": 20,
    "band": 14,
    "contradictions": 18,
}

WRONG = [
    ("", "measure"),
    ("measure=nonsense", "measure"),
    ("indicator=nonsense", "indicator"),
    ("measure=surgeries&indicator=operations", "measure"),
    ("measure=surgeries&programme=nowhere", "programme"),
    ("measure=surgeries&giver=nobody", "giver"),
    ("measure=surgeries&receiver=0198f0a0-0000-7000-8000-000000000000", "receiver"),
    ("measure=surgeries&place=nowhere", "place"),
    ("measure=surgeries&from=2024-13", "from"),
    ("measure=surgeries&from=2024-05&to=2024-04", "to"),
    ("measure=surgeries&as_of=yesterday", "as_of"),
    ("measure=surgeries&sequence=-1", "sequence"),
    ("measure=surgeries&kind=x", "kind"),
    ("measure=surgeries&tree=x", "tree"),
    ("measure=surgeries&unit_class=x", "unit_class"),
    ("measure=surgeries&activity=x", "activity"),
    ("measure=surgeries&output_class=x", "output_class"),
]


the_cast, stage = lasting(figures)


@pytest.fixture
def page(client: Client, stage: Figures) -> Client:
    client.force_login(stage.reader)
    return client


def at(name: str, query: str = "") -> str:
    return f"{reverse(f'indicators:{name}')}?{query}" if query else reverse(f"indicators:{name}")


class TestWhoGetsThem:
    def test_an_account_without_the_role_is_refused(self, client: Client) -> None:
        user = create_account(
            by=None, username="nobody", display_name="无名", must_change_password=False
        )
        client.force_login(user)

        for name, query in PAGES.items():
            assert client.get(at(name, query)).status_code == 403, name

    def test_without_a_log_in_there_is_none(self, client: Client) -> None:
        for name, query in PAGES.items():
            assert client.get(at(name, query)).status_code in (302, 401), name

    def test_an_outsider_gets_no_programme_of_others(self, client: Client, stage: Figures) -> None:
        client.force_login(stage.cast.outsider)
        answer = client.get(at("json", ABOUT))

        assert answer.status_code == 200
        assert json.loads(answer.content)["value"] is None

    def test_who_may_not_be_named_is_nobody_until_a_report_names_them(
        self, client: Client, stage: Figures
    ) -> None:
        client.force_login(stage.cast.outsider)
        for asked in (stage.cast.receiver.name, str(stage.cast.receiver.id), "示例无此医院"):
            answer = client.get(
                at("figure", urlencode({"measure": "surgeries", "receiver": asked}))
            )
            assert answer.status_code == 422, asked
            assert f"没有名为“{asked}”" in answer.content.decode()
        own = {"measure": "surgeries", "receiver": stage.cast.other_receiver.name}
        assert client.get(at("figure", urlencode(own)), follow=True).status_code == 200
        stage.states("901-01", 9)
        own["receiver"] = stage.cast.receiver.name
        assert client.get(at("figure", urlencode(own)), follow=True).status_code == 200

    def test_queries_of_a_low_privilege_user_are_few(self, client: Client, stage: Figures) -> None:
        client.force_login(stage.cast.manager)
        for name, query in PAGES.items():
            client.get(at(name, query))
            with CaptureQueriesContext(connection) as asked:
                assert client.get(at(name, query)).status_code == 200, name
            assert len(asked) <= QUERIES[name], (name, len(asked))


class TestWhatTheProgrammesTell:
    """Records of pairings, in place of entries of the ledger."""

    def test_what_no_account_recorded_is_the_systems(self, page: Client, stage: Figures) -> None:
        shown = page.get(at("figure", "measure=pairings&programme=demo")).content.decode()
        assert '<th scope="row">系统</th>' in shown
        assert "系统 <span" in shown

    def test_a_record_opens_the_pairing_to_who_may_see_it(
        self, page: Client, stage: Figures
    ) -> None:
        pairing = stage.cast.programme.pairings.first()
        assert pairing is not None
        link = reverse("programmes:pairing", args=[pairing.id])
        asked = at("records", "indicator=pairings&programme=demo")
        assert link in page.get(asked).content.decode()
        with patch.dict(VISIBLE, {"pairing": lambda viewer: visible_pairings(viewer).none()}):
            shut = page.get(asked)
        assert shut.status_code == 200
        assert link not in shut.content.decode()

    def test_kinds_are_named_by_the_packs_table_of_the_record(self, page: Client) -> None:
        kind = vocabulary().term("pairing_kinds", "hospital_hospital").name
        asked = "indicator=pairings&programme=demo&by=kind"
        for name in ("figure", "records", "breakdown"):
            assert kind in page.get(at(name, asked)).content.decode(), name
        cut = page.get(at("json", "indicator=pairings&programme=demo&activity=hospital_hospital"))
        assert json.loads(cut.content)["value"] > 0

    def test_dimensions_are_those_of_the_definition(self, page: Client) -> None:
        ties = page.get(at("figure", "indicator=pairings&programme=demo")).content.decode()
        assert "by=kind" in ties
        assert "by=place" not in ties
        assert "item" in words.dimensions(Question(indicator="days_present"))
        text = page.get(at("figure", ABOUT)).content.decode()
        assert "by=place" in text
        assert "by=item" not in text


class TestTheFigure:
    def test_every_indicator_opens(self, page: Client) -> None:
        for code in definitions():
            assert page.get(at("figure", f"indicator={code}&programme=demo")).status_code == 200, (
                code
            )

    def test_it_says_how_much_by_which_definition_and_how_it_is_known(self, page: Client) -> None:
        text = page.get(at("figure", ABOUT)).content.decode()

        assert '<span class="num">30</span>' in text
        assert "公开报道计量词表" in text
        assert at("records", ABOUT).replace("&", "&amp;") in text
        assert "院办乙" in text
        assert "示例西州医院" in text  # has not reported

    def test_a_name_or_a_blank_becomes_the_one_canonical_address(
        self, page: Client, stage: Figures
    ) -> None:
        answer = page.get(
            at("figure"),
            {"measure": "surgeries", "programme": "demo", "receiver": "示例东州医院", "to": ""},
        )

        assert answer.status_code == 302
        query = parse_qs(urlsplit(answer["Location"]).query)
        assert query == {
            "measure": ["surgeries"],
            "programme": ["demo"],
            "receiver": [str(stage.cast.receiver.id)],
        }

    def test_the_shared_link_is_frozen(self, page: Client, stage: Figures) -> None:
        text = page.get(at("figure", ABOUT)).content.decode()
        shared = text.split('href="')
        link = next(each.split('"')[0] for each in shared if "sequence=" in each.split('"')[0])
        stage.operations(date(2024, 12, 1), 3)

        assert (
            '<span class="num">30</span>' in page.get(link.replace("&amp;", "&")).content.decode()
        )
        assert '<span class="num">33</span>' in page.get(at("figure", ABOUT)).content.decode()

    def test_a_bad_parameter_is_told_at_its_field(self, page: Client) -> None:
        for query, field in WRONG:
            answer = page.get(at("figure", query))
            assert answer.status_code == 422, query
            assert f'id="id_{field}_error"' in answer.content.decode(), query
            assert page.get(at("json", query)).json()["errors"][field]
        for name in ("panel", "records", "breakdown"):
            assert page.get(at(name, WRONG[1][0])).status_code == 422

    def test_odd_pages_and_tabs_are_read_as_the_first(self, page: Client) -> None:
        for extra in ("by=nonsense", "at=nonsense", "cut-at=%00", "cut-sort=x"):
            assert page.get(at("figure", f"{ABOUT}&{extra}"), follow=True).status_code == 200
            assert page.get(at("records", f"{ABOUT}&{extra}")).status_code == 200

    def test_every_breakdown_in_both_trees(self, page: Client) -> None:
        for by, tree in product(("giver", "receiver", "place", "kind", "time"), ("now", "then")):
            answer = page.get(at("figure", f"{ABOUT}&by={by}&tree={tree}"))
            assert answer.status_code == 200
            assert 'aria-current="page"' in answer.content.decode()

    def test_a_statement_beside_says_why(self, page: Client, stage: Figures) -> None:
        stage.states("900-01", 45)
        query = f"{ABOUT}&receiver={stage.cast.receiver.id}"
        text = page.get(at("figure", query)).content.decode()

        assert "900-01" in text
        assert "figure-contested" in text
        assert at("contradictions") in text


class TestFiles:
    def test_the_figure_as_json_asks_for_itself_again(self, page: Client) -> None:
        found = page.get(at("json", ABOUT)).json()

        assert (found["value"], found["counts"], found["records"]) == (30, "entries", 5)
        assert page.get(at("json", found["question"])).json()["value"] == 30

    def test_records_as_csv_and_workbook_are_all_of_them(self, page: Client) -> None:
        answer = page.get(at("records", f"{ABOUT}&export=csv"))
        lines = b"".join(answer.streaming_content).decode("utf-8-sig").strip().splitlines()
        assert len(lines) == 6

        answer = page.get(at("records", f"{ABOUT}&export=xlsx"))
        book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
        rows = list(book.active.iter_rows(values_only=True))
        assert sum(row[5] for row in rows[1:]) == 30

    def test_a_breakdown_as_csv(self, page: Client) -> None:
        answer = page.get(at("breakdown", f"{ABOUT}&by=time&export=cut.csv"))
        text = b"".join(answer.streaming_content).decode("utf-8-sig")

        assert "2024-11,12.00,1" in text


class TestFragments:
    def test_the_panel_is_a_fragment_with_definition_and_records(self, page: Client) -> None:
        text = page.get(at("panel", ABOUT)).content.decode()

        assert "<html" not in text
        assert '<span class="num">30</span>' in text
        assert "公开报道计量词表" in text
        assert at("figure", ABOUT).replace("&", "&amp;") in text

    def test_the_value_alone_leads_to_the_figure(self, page: Client) -> None:
        text = page.get(at("value", ABOUT)).content.decode()

        assert "<html" not in text
        assert '目前 <strong class="num">30</strong>' in text
        assert at("figure", ABOUT).replace("&", "&amp;") in text
        assert page.get(at("value", "measure=nonsense")).status_code == 422

    def test_the_band_shows_the_shift(self, page: Client, stage: Figures) -> None:
        stage.cast.confirmed()
        text = page.get(at("band", "programme=demo")).content.decode()

        assert "<html" not in text
        assert "bar-do" in text
        assert "bar-teach" in text

    def test_no_band_of_an_unknown_programme(self, page: Client) -> None:
        assert page.get(at("band", "programme=nowhere")).status_code == 404


class TestTheList:
    def test_figures_stand_under_their_class_of_output(self, page: Client) -> None:
        text = page.get(at("home", "programme=demo")).content.decode()

        assert 'id="group-do"' in text
        assert "手术" in text
        assert at("panel", ABOUT).replace("&", "&amp;") in text

    def test_search_and_class_narrow_it(self, page: Client) -> None:
        assert "手术" not in _cards(page.get(at("home", "programme=demo&q=讲座")))
        assert "手术" in _cards(page.get(at("home", "programme=demo&q=surg&class=do")))
        assert "手术" not in _cards(page.get(at("home", "programme=demo&class=teach")))

    def test_an_unknown_programme_is_told_at_its_field(self, page: Client) -> None:
        assert page.get(at("home", "programme=nowhere")).status_code == 422

    def test_real_and_invented_are_apart(self, page: Client) -> None:
        text = _cards(page.get(at("home", "programme=real")))
        assert "手术" not in text


def _cards(answer: object) -> str:
    text: str = answer.content.decode()  # type: ignore[attr-defined]
    return text.partition('class="figure-group"')[2]


@pytest.fixture
def reader() -> User:
    history()
    from tests.ledger_cast import account

    return account("historian", "读者庚", "viewer", None)


class TestContradictions:
    def test_a_report_that_the_ledger_contradicts_stands_there(
        self, page: Client, stage: Figures
    ) -> None:
        stage.states("900-01", 45)
        stage.states("900-02", 3, "at_least", measure="surgeries", period_end="2024-04")
        text = page.get(at("contradictions", "programme=demo")).content.decode()

        assert text.count('<article class="contradiction">') == 1
        for number in ("45", "30"):
            assert f'<span class="num">{number}</span>' in text

    def test_two_sources_face_to_face_with_what_to_ask(self, client: Client, reader: User) -> None:
        client.force_login(reader)
        text = client.get(at("contradictions")).content.decode()

        assert text.count('<article class="contradiction">') == 2
        for number in ("2,000", "451", "5,500", "5,300"):
            assert f'<span class="num">{number}</span>' in text

        remarks = client.get(at("contradictions", "tab=remarks")).content.decode()
        assert "538" in remarks
        assert "887" in remarks

    def test_before_the_second_report_there_was_none(self, client: Client, reader: User) -> None:
        client.force_login(reader)
        text = client.get(at("contradictions", "as_of=2017-05-01")).content.decode()

        assert '<article class="contradiction">' not in text

    def test_filters_and_their_errors(self, client: Client, reader: User) -> None:
        client.force_login(reader)
        one = client.get(at("contradictions", "measure=trainees&receiver=一师医院"))
        assert one.content.decode().count('<article class="contradiction">') == 1
        wrong = client.get(at("contradictions", "measure=x&kind=y&as_of=z"))
        assert wrong.status_code == 422
        for field in ("measure", "kind", "as_of"):
            assert f'id="id_{field}_error"' in wrong.content.decode()
