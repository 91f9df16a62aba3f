"""A browser for the tests: the system's Chromium, never one that is fetched.

``JIEDUI_CHROMIUM`` names another one. ``open_page(user)`` gives a fresh page that
is logged in and keeps a watch: console errors, breaches of the policy, and
requests to another host are collected in ``page_faults(page)``.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

# Playwright's own loop makes Django think that a test is asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

# A busy machine is slow, and that is no failure.
PATIENCE = 120_000
VENDOR = Path(__file__).parent / "vendor"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
)


def chromium() -> str:
    """The browser's path, or blank where there is none."""
    named = os.environ.get("JIEDUI_CHROMIUM")
    if named:
        return named
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), "")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    none = pytest.mark.skip(reason="no Chromium: install it or set JIEDUI_CHROMIUM")
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not chromium():
                item.add_marker(none)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One browser for all tests."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium(), args=list(QUIET))
        yield found
        found.close()


@pytest.fixture
def open_page(browser: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """``open_page(user, width=1280, javascript=True)``: a page of the running server."""
    contexts = []

    def make(user: Any = None, *, width: int = 1280, javascript: bool = True) -> Any:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if user is not None:
            become(context, user, live_server.url)
        page = context.new_page()
        page.faults = []
        host = urlsplit(live_server.url).netloc

        def asked(request: Any) -> None:
            parts = urlsplit(request.url)
            if parts.scheme in ("http", "https") and parts.netloc != host:
                page.faults.append(f"asked another host: {request.url}")

        def said(message: Any) -> None:
            # A refused page is told as an error of the network; the tests look at its status.
            if message.type == "error" and "Failed to load resource" not in message.text:
                page.faults.append(f"console: {message.text}")

        page.on("request", asked)
        page.on("console", said)
        page.on("pageerror", lambda error: page.faults.append(f"script: {error}"))
        return page

    yield make
    for context in contexts:
        context.close()


def become(context: Any, user: Any, url: str) -> None:
    """Log in without the page of the log-in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    context.clear_cookies()
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])


def page_faults(page: Any) -> list[str]:
    """What went wrong on the page since it was asked last."""
    found, page.faults = page.faults, []
    return found


STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def axe(page: Any, *, only: str = "") -> list[str]:
    """Serious and critical findings of axe on the page as it stands; of one rule only, if named."""
    if not page.evaluate("() => Boolean(window.axe)"):
        # Through the debugger, so that the page's own policy stays in force.
        page.evaluate((VENDOR / "axe.min.js").read_text("utf-8"))
    rules = {"type": "rule", "values": [only]} if only else {"type": "tag", "values": STANDARDS}
    found = page.evaluate(
        "(rules) => axe.run(document, {resultTypes: ['violations'], runOnly: rules})", rules
    )
    return [
        f"{each['id']}: {node['target']} {node['failureSummary'].splitlines()[-1].strip()}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"][:3]
    ]
