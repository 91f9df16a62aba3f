"""The shell around every page: headers, languages, themes, navigation, refusals."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from jiedui.accounts.models import User
from jiedui.web import styles
from jiedui.web.middleware import POLICY
from jiedui.web.navigation import SECTIONS, NavItem, items
from tests.ledger_cast import account

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.shell_urls")]


@pytest.fixture
def reader() -> User:
    return account("reader", "读者甲一", "viewer", None)


@pytest.fixture
def page(client: Client, reader: User) -> Client:
    client.force_login(reader)
    return client


class TestHeaders:
    @pytest.mark.parametrize("path", ["/web/health/", "/raise/not-visible/", "/nowhere/", "/"])
    def test_every_answer_carries_the_strict_policy(self, client: Client, path: str) -> None:
        answer = client.get(path)

        assert answer["Content-Security-Policy"] == POLICY
        assert "unsafe" not in POLICY
        assert "http" not in POLICY
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "camera=()" in answer["Permissions-Policy"]

    def test_a_page_has_no_inline_script_style_or_handler(self, page: Client) -> None:
        text = page.get(reverse("web:gallery")).content.decode()

        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", text)
        assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", text)

    def test_pages_behind_the_log_in_are_kept_by_no_cache(self, page: Client) -> None:
        assert page.get("/")["Cache-Control"] == "private, no-store"

    def test_the_style_sheet_is_kept_for_who_is_logged_in_too(self, page: Client) -> None:
        name, _ = styles.bundle()

        assert "immutable" in page.get(reverse("web:styles", args=[name]))["Cache-Control"]


class TestRefusals:
    @pytest.mark.parametrize(
        ("name", "status", "code"),
        [
            ("not-visible", 404, "not-visible"),
            ("not-allowed", 403, "not-allowed"),
            ("state", 409, "state-forbids"),
            ("input", 422, "code-unknown"),
            ("django-404", 404, "not-visible"),
            ("django-403", 403, "not-allowed"),
        ],
    )
    def test_one_json_shape(self, client: Client, name: str, status: int, code: str) -> None:
        answer = client.get(f"/raise/{name}/", headers={"accept": "application/json"})

        assert answer.status_code == status
        assert list(answer.json()) == ["error"]
        error = answer.json()["error"]
        assert list(error) == ["code", "message", "field"]
        assert error["code"] == code
        assert "secret" not in error["message"]
        assert "%(" not in error["message"]

    def test_the_field_is_named(self, client: Client) -> None:
        answer = client.get("/raise/input/", headers={"accept": "application/json"})

        assert answer.json()["error"]["field"] == "Sheet!C17"

    def test_a_browser_gets_a_page_in_its_language(self, client: Client) -> None:
        answer = client.get("/raise/input/", headers={"accept": "text/html"})

        text = answer.content.decode()
        assert answer.status_code == 422
        assert "“&lt;b&gt;”不是“units”表中的代码。" in text
        assert "Sheet!C17" in text
        assert '<html lang="zh-Hans"' in text

    def test_a_fragment_gets_a_toast_and_the_page_stays(self, client: Client) -> None:
        answer = client.get("/raise/state/", headers={"hx-request": "true"})

        assert answer.status_code == 409
        assert answer["HX-Retarget"] == "#toasts"
        assert "<html" not in answer.content.decode()

    def test_an_unknown_address_is_told_in_the_shell(self, client: Client) -> None:
        answer = client.get("/nowhere/at/all/")

        assert answer.status_code == 404
        assert "找不到页面" in answer.content.decode()

    def test_a_bug_shows_nothing_of_itself(self) -> None:
        client = Client(raise_request_exception=False)
        text = client.get("/raise/bug/").content.decode()
        as_json = client.get("/raise/bug/", headers={"accept": "application/json"})

        assert "secret" not in text
        assert "Traceback" not in text
        assert '<html lang="zh-Hans" data-theme="system">' in text
        assert as_json.status_code == 500
        assert as_json.json()["error"]["code"] == "fault"
        client.cookies["django_language"] = "en"
        assert '<html lang="en" data-theme="system">' in client.get("/raise/bug/").content.decode()

    def test_a_form_that_is_too_old(self, reader: User) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(reader)

        answer = client.post(reverse("web:theme"), {"theme": "dark"})

        assert answer.status_code == 403
        assert "form-expired" in answer.content.decode()


class TestLanguageAndTheme:
    def test_chinese_is_spoken_first_whatever_the_browser_asks(self, client: Client) -> None:
        answer = client.get("/nowhere/", headers={"accept-language": "en"})

        assert answer["Content-Language"] == "zh-hans"

    def test_a_choice_stays_with_the_account(self, page: Client, reader: User) -> None:
        page.post(reverse("web:language"), {"language": "en", "next": "/"})
        page.post(reverse("web:theme"), {"theme": "dark", "next": "/"})

        reader.refresh_from_db()
        assert (reader.language, reader.theme) == ("en", "dark")
        text = page.get("/").content.decode()
        assert '<html lang="en" data-theme="dark">' in text
        assert "今日" not in text

    def test_a_choice_before_log_in_stays_with_the_browser(self, client: Client) -> None:
        client.post(reverse("web:language"), {"language": "en"})
        client.post(reverse("web:theme"), {"theme": "light"})

        text = client.get("/nowhere/").content.decode()
        assert '<html lang="en" data-theme="light">' in text

    @pytest.mark.parametrize("to", ["https://elsewhere.example/", "//elsewhere.example", "", "\\x"])
    def test_the_way_back_never_leads_elsewhere(self, page: Client, to: str) -> None:
        answer = page.post(reverse("web:theme"), {"theme": "dark", "next": to})

        assert answer["Location"] == "/"

    @pytest.mark.parametrize(("name", "value"), [("language", "xx"), ("theme", "loud")])
    def test_an_unknown_choice_is_refused(self, page: Client, name: str, value: str) -> None:
        assert page.post(reverse(f"web:{name}"), {name: value}).status_code == 422


class TestNavigation:
    def test_every_entry_names_a_section_and_a_page(self) -> None:
        for item in items():
            assert item.code in SECTIONS
            assert reverse(item.url_name)

    def test_only_what_the_viewer_may_see_is_shown(self, page: Client) -> None:
        text = page.get("/").content.decode()

        assert "指标" in text
        assert reverse("accounts:logout") in text
        shown = re.findall(r'<nav class="nav".*?</nav>', text, re.DOTALL)[0]
        assert "管理" not in shown

    def test_a_permission_may_be_any_of_several(self) -> None:
        class Asking:
            def may(self, permission: str) -> bool:
                return permission == "b"

        assert NavItem("today", "Today", "home:today", ("a", "b")).shown_to(Asking())
        assert not NavItem("today", "Today", "home:today", "a").shown_to(Asking())
        assert not NavItem("today", "Today", "home:today", "a").shown_to(None)

    def test_nothing_is_shown_before_log_in(self, client: Client) -> None:
        assert '<nav class="nav"' not in client.get("/nowhere/").content.decode()


class TestSheetAndHealth:
    def test_health_needs_no_log_in(self, client: Client) -> None:
        assert client.get(reverse("web:health")).json() == {"status": "ok"}

    def test_the_sheet_is_kept_under_the_name_of_its_content(self, client: Client) -> None:
        name, body = styles.bundle()

        lasting = client.get(reverse("web:styles", args=[name]))
        other = client.get(reverse("web:styles", args=["0" * 16]))

        assert "immutable" in lasting["Cache-Control"]
        assert lasting.content == body
        assert other["Cache-Control"] == "no-cache"

    def test_no_sheet_reaches_for_another_host(self) -> None:
        assert b"//" not in re.sub(rb"/\*.*?\*/", b"", styles.bundle()[1], flags=re.DOTALL)

    def test_the_shell_stays_light(self, page: Client) -> None:
        """Under 150 KB compressed without charts: page, sheet, scripts."""
        import gzip
        from pathlib import Path

        from jiedui import web

        static = Path(web.__file__).parent / "static" / "web"
        scripts = [static / "vendor" / "htmx.min.js", *(static / "js").glob("*.js")]
        parts = [page.get("/").content, styles.bundle()[1], *(p.read_bytes() for p in scripts)]
        assert sum(len(gzip.compress(part)) for part in parts) < 100_000


class TestToday:
    def test_an_empty_house_says_what_will_be_here(self, page: Client) -> None:
        assert "没有待办事项" in page.get("/").content.decode()

    def test_what_changed_is_told_once_a_session(self, page: Client, reader: User) -> None:
        page.get("/")
        reader.refresh_from_db()
        first = reader.seen_at
        page.get("/")

        reader.refresh_from_db()
        assert first is not None
        assert reader.seen_at == first

    @pytest.mark.parametrize("text", ["", "医院", "%", "' OR 1=1", "\x00", "长" * 500])
    def test_any_words_can_be_searched(self, page: Client, text: str) -> None:
        assert page.get(reverse("home:search"), {"q": text}).status_code == 200
