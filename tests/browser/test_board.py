"""The timeline of a scenario: a tour is moved by the keyboard or by dragging, after the rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from jiedui.planning.models import Ruling, Scenario
from tests.browser.conftest import axe, page_faults
from tests.rooms.planning.plan_cast import Cast, set_cast, two_pairs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return set_cast()


@pytest.fixture
def scenario(cast: Cast) -> Scenario:
    return cast.planned(two_pairs(cast))


def timeline(scenario: Scenario) -> str:
    return reverse("planning:timeline", args=[scenario.id])


def test_the_keyboard_takes_a_tour_up_and_moves_it(
    cast: Cast, scenario: Scenario, open_page: Callable[..., Any]
) -> None:
    page = open_page(cast.stage.coordinator)
    page.goto(timeline(scenario))
    page.focus("a.strip-link[data-tour]")
    tour = page.evaluate("document.activeElement.dataset.tour")

    for key in (" ", "Shift+ArrowLeft", "ArrowRight"):
        page.keyboard.press(key)
    assert "2027-04 – 2027-09" in page.inner_text("[data-strips-said]")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open] .tour-proposal .note-ok")
    assert axe(page) == []
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog:not([open])", state="attached")
    assert page.evaluate("document.activeElement.dataset.tour") == tour
    assert not Ruling.objects.exists()

    # Put back, nothing is asked.
    for key in (" ", "ArrowRight", "Escape"):
        page.keyboard.press(key)
    assert page.locator(".strip-choice").count() == 0

    for key in (" ", "Shift+ArrowLeft", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    page.click("dialog[open] .tour-proposal button")
    page.wait_for_selector(".strip-pinned >> nth=1")
    pin = Ruling.objects.get()
    assert (pin.verb, pin.start, pin.months) == ("pin", 3, 6)
    assert page_faults(page) == []


def test_a_drag_asks_and_tells_the_rule_that_forbids_it(
    cast: Cast, scenario: Scenario, open_page: Callable[..., Any]
) -> None:
    page = open_page(cast.stage.coordinator)
    page.goto(timeline(scenario))
    tour = scenario.tours.filter(post__specialty="03.04").first()
    other = scenario.tours.filter(post__specialty="04.01").first()
    assert tour is not None
    assert other is not None
    bar = page.locator(f'a.strip-link[data-tour="{tour.id}"]')
    row = page.locator(f'.strip-track[data-post="{other.post_id}"]')
    bar.scroll_into_view_if_needed()
    begin, end = bar.bounding_box(), row.bounding_box()

    page.mouse.move(begin["x"] + begin["width"] / 2, begin["y"] + begin["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=6)
    assert row.locator(".strip-choice").count() == 1
    page.mouse.up()

    page.wait_for_selector("dialog[open] .tour-proposal .note-wrong")
    assert page.locator("dialog[open] .tour-proposal form").count() == 0
    assert page_faults(page) == []


def test_without_scripts_every_bar_leads_to_its_page(
    cast: Cast, scenario: Scenario, open_page: Callable[..., Any]
) -> None:
    page = open_page(cast.stage.coordinator, width=360, javascript=False)
    page.goto(timeline(scenario))
    page.locator("a.strip-link[data-tour]").first.click()

    assert "/planning/tours/" in page.url
    assert page.is_visible(".tour-form button")
