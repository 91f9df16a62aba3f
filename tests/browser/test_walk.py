"""Every page, in both languages and themes, wide and narrow: nothing hangs over, axe is content,
the policy holds, and no other host is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from jiedui.accounts.models import User
from tests.browser.conftest import axe, become, page_faults
from tests.browser.pages import walkable
from tests.ledger_cast import Stage, account, stage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> Stage:
    """The ledger's cast, with an entry in every state that a page shows."""
    from jiedui.ledger import actions

    found = stage()
    found.confirmed()
    waiting = actions.record_entry(by=found.expert, **found.event())
    actions.submit_entry(by=found.expert, version=waiting)
    actions.record_entry(by=found.expert, **found.event())
    return found


@pytest.fixture
def users(world: Stage) -> list[User]:
    """Who walks: the first who may see a page sees it."""
    from jiedui.core.clock import now

    administrators = [
        account(f"walker-{number}", f"管理员{number}", role, None)
        for number, role in enumerate(
            ("system_administrator", "security_administrator", "audit_administrator")
        )
    ]
    for user in administrators:
        # Enrolled, so that the second factor does not stand before every page.
        user.totp_secret, user.totp_confirmed_at = "JBSWY3DPEHPK3PXP", now()
        user.save(update_fields=["totp_secret", "totp_confirmed_at"])
    return [world.coordinator, world.manager, world.expert, *administrators]


def hangs_over(page: Any) -> list[str]:
    """What is wider than the window, unless it scrolls within itself."""
    found: list[str] = page.evaluate(
        """() => {
          if (document.documentElement.scrollWidth <= innerWidth) return [];
          const wide = [...document.querySelectorAll("body *")].filter((element) =>
            element.getBoundingClientRect().right > innerWidth + 1
            && !element.closest(".scroll, .tabs, .subnav, pre, .unseen, .skip"));
          return wide.slice(0, 3).map((element) => element.outerHTML.slice(0, 120));
        }"""
    )
    return found


def walk(page: Any, pages: list[tuple[str, User]], url: str) -> Iterator[tuple[str, Any]]:
    walker: Any = page
    for path, user in pages:
        if user is not walker:
            walker = user
            if user is None:
                page.context.clear_cookies()
            else:
                become(page.context, user, url)
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")
        page.goto(path, wait_until="load")
        yield path, page


def test_every_page(
    world: Stage,
    users: list[User],
    open_page: Callable[..., Any],
    live_server: Any,
) -> None:
    """Both languages in one test: the world is set, and what is a page is asked, only once."""
    pages = walkable(world, users)
    assert len(pages) > 12
    faults: list[str] = []
    page = open_page()
    for language in ("zh-hans", "en"):
        User.objects.update(language=language)
        for path, shown in walk(page, pages, live_server.url):
            told = [f"wide: {each}" for each in hangs_over(shown)]
            if language == "zh-hans":
                told += [f"light: {each}" for each in axe(shown)]
                shown.emulate_media(color_scheme="dark")
                # A theme changes colours and nothing else.
                told += [f"dark: {each}" for each in axe(shown, only="color-contrast")]
            shown.set_viewport_size({"width": 360, "height": 800})
            told += [f"at 360 px: {each}" for each in hangs_over(shown)]
            told += page_faults(shown)
            faults += [f"{path} {language} {each}" for each in told]
    assert not faults, "\n".join(faults)


class TestShell:
    def test_the_keyboard_reaches_content_and_menu(
        self, world: Stage, open_page: Callable[..., Any]
    ) -> None:
        page = open_page(world.coordinator)
        page.goto("/web/gallery/")

        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content"
        page.focus("details.user summary")
        page.keyboard.press("Enter")
        assert page.is_visible(".user-panel")
        page.keyboard.press("Escape")
        assert page.is_hidden(".user-panel")
        assert page.evaluate("document.activeElement.tagName") == "SUMMARY"

    def test_a_list_is_filtered_and_sorted_in_place(
        self, world: Stage, open_page: Callable[..., Any]
    ) -> None:
        page = open_page(world.coordinator)
        page.goto("/web/gallery/")
        page.evaluate("window.same = true")

        page.select_option("#filter-state", index=1)
        page.wait_for_url("**state=**")
        page.wait_for_selector(".list .quiet")

        assert page.evaluate("window.same")
        assert page_faults(page) == []

    def test_charts_are_drawn_from_the_numbers_beside_them(
        self, world: Stage, open_page: Callable[..., Any]
    ) -> None:
        page = open_page(world.coordinator)
        page.goto("/web/gallery/#charts")

        page.wait_for_selector(".chart-plot canvas")
        assert page.locator(".chart-table table").count() == 2
        assert page_faults(page) == []

    def test_a_chart_fits_the_paper_and_is_light_on_it(
        self, world: Stage, open_page: Callable[..., Any]
    ) -> None:
        page = open_page(world.coordinator)
        page.goto("/web/gallery/#charts")
        page.wait_for_selector(".chart-plot canvas")
        told = """() => [document.querySelector('.chart-plot canvas').clientWidth,
                         document.documentElement.dataset.theme]"""
        before = page.evaluate(told)

        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        width, theme = page.evaluate(told)
        assert (width <= 690, theme) == (True, "light")
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        page.wait_for_function(
            f"document.querySelector('.chart-plot canvas').clientWidth >= {before[0]}"
        )
        assert page.evaluate(told)[1] == "dark"
        assert page_faults(page) == []

    def test_a_theme_is_chosen(self, world: Stage, open_page: Callable[..., Any]) -> None:
        page = open_page(world.coordinator)
        page.goto("/web/gallery/")
        page.click("details.user summary")
        page.click("button[name=theme][value=dark]")

        page.wait_for_selector("html[data-theme=dark]")
        assert page.url.endswith("/web/gallery/")
        shade = page.evaluate("getComputedStyle(document.body.parentElement).backgroundColor")
        assert shade == "rgb(20, 23, 21)"

    def test_all_is_read_without_scripts(self, world: Stage, open_page: Callable[..., Any]) -> None:
        page = open_page(world.coordinator, width=360, javascript=False)
        page.goto("/web/gallery/")

        assert page.is_visible("h1")
        page.click("summary.menu-button")
        assert page.is_visible(".nav a")
        assert page.locator(".chart-table table").count() == 2
        assert page.locator("#table tbody tr").count() == 20

    def test_at_twice_the_size_nothing_hangs_over(
        self, world: Stage, open_page: Callable[..., Any]
    ) -> None:
        page = open_page(world.coordinator, width=640)
        page.goto("/web/gallery/")

        # 640 px is what 1280 px become at 200 %.
        assert hangs_over(page) == []
