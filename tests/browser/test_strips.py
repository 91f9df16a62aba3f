"""The presence strips: a successor is planned by dragging over a gap, and by the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from jiedui.core.clock import today
from jiedui.programmes.models import Posting
from tests.browser.conftest import axe, page_faults
from tests.posting_cast import Scene
from tests.posting_cast import scene as set_scene

pytestmark = pytest.mark.django_db(transaction=True)

WEEK = timedelta(days=7)


@pytest.fixture
def scene() -> Scene:
    """Somebody fills the post for forty days more; then nobody does."""
    found = set_scene()
    found.arrived(post=found.post, planned_to=today() + timedelta(days=40))
    return found


def strips_of(scene: Scene) -> str:
    return reverse("programmes:presence", args=[scene.stage.programme.id])


def days_of(page: Any) -> tuple[date, date]:
    """The days that the form was opened with, as its address and its fields say."""
    names, asked = ("planned_from", "planned_to"), parse_qs(urlsplit(page.url).query)
    days = [asked[name][0] for name in names]
    assert days == [page.input_value(f"[name={name}]") for name in names]
    return date.fromisoformat(days[0]), date.fromisoformat(days[1])


def day_at(track: dict[str, float], x: float, shown: tuple[date, date]) -> date:
    """The day that lies under a place of the track."""
    days = (shown[1] - shown[0]).days + 1
    return shown[0] + timedelta(days=int((x - track["x"]) / track["width"] * days))


def nominate(page: Any, name: str) -> None:
    """Who follows is named; all else came with the days."""
    page.fill("[name=person]", name)
    page.select_option("[name=kind]", "planned")
    page.click("form.form .form-actions button")
    page.wait_for_url("**/postings/*/")


def test_a_drag_over_a_gap_plans_a_successor(scene: Scene, open_page: Callable[..., Any]) -> None:
    page = open_page(scene.sender)
    page.goto(strips_of(scene))
    chart = page.locator("[data-strips]")
    shown = tuple(date.fromisoformat(chart.get_attribute(f"data-{end}")) for end in ("from", "to"))
    gap = page.locator('a.strip-link[data-kind="gap"]')
    gap.scroll_into_view_if_needed()
    box, track = gap.bounding_box(), page.locator(".strip-track[data-plan]").bounding_box()
    first, last = box["x"] + box["width"] * 0.25, box["x"] + box["width"] * 0.75
    y = box["y"] + box["height"] / 2

    # A press that goes nowhere chooses nothing; put back by leaving, nothing is planned.
    page.mouse.move(first, y)
    page.mouse.down()
    page.mouse.move(first + 2, y)
    assert page.locator(".strip-choice").count() == 0
    page.mouse.move(last, y, steps=8)
    assert page.locator(".strip-choice").count() == 1
    page.mouse.up()
    page.wait_for_url("**/postings/new/**")

    wanted = day_at(track, first, shown), day_at(track, last, shown)
    assert days_of(page) == wanted
    nominate(page, scene.second.name)
    made = Posting.objects.get(person=scene.second)
    assert (made.post, made.state) == (scene.post, "nominated")
    assert (made.planned_from, made.planned_to) == wanted
    page.goto(strips_of(scene))
    planned = page.locator('a.strip-link[data-kind="planned"]')
    assert [planned.get_attribute(f"data-{end}") for end in ("first", "last")] == [
        day.isoformat() for day in wanted
    ]
    # What was one gap is one on each side.
    assert page.locator('a.strip-link[data-kind="gap"]').count() == 2
    assert page_faults(page) == []


def test_a_drag_from_somebodys_end_plans_an_overlap(
    scene: Scene, open_page: Callable[..., Any]
) -> None:
    page = open_page(scene.sender)
    page.goto(strips_of(scene))
    there = page.locator('a.strip-link[data-kind="there"]')
    there.scroll_into_view_if_needed()
    box = there.bounding_box()
    edge, y = box["x"] + box["width"] - 3, box["y"] + box["height"] / 2

    page.mouse.move(edge, y)
    page.mouse.down()
    page.mouse.move(edge + 120, y, steps=6)
    page.mouse.up()
    page.wait_for_url("**/postings/new/**")

    first, last = days_of(page)
    assert first == Posting.objects.get().ends_on + timedelta(days=1)
    assert last > first
    assert page_faults(page) == []


def test_the_keyboard_alone_plans_a_successor(scene: Scene, open_page: Callable[..., Any]) -> None:
    page = open_page(scene.sender)
    page.goto(strips_of(scene))
    whole = page.locator('a.strip-link[data-kind="gap"]').get_attribute("data-last")
    page.focus('a.strip-link[data-kind="there"]')

    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.kind") == "gap"
    for key in ("Shift+ArrowLeft", "Shift+ArrowLeft", "Shift+ArrowRight"):
        page.keyboard.press(key)
    wanted = today() + timedelta(days=41), date.fromisoformat(whole) - WEEK
    assert page.locator(".strip-choice").count() == 1
    assert page.inner_text("[data-strips-said]") == " – ".join(day.isoformat() for day in wanted)
    assert axe(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/postings/new/**")

    assert days_of(page) == wanted
    nominate(page, scene.second.name)
    made = Posting.objects.get(person=scene.second)
    assert (made.planned_from, made.planned_to) == wanted
    assert page_faults(page) == []


def test_at_360_px_a_gap_is_touched_and_who_may_not_plan_is_led_nowhere(
    scene: Scene, open_page: Callable[..., Any]
) -> None:
    page = open_page(scene.sender, width=360)
    page.goto(strips_of(scene))
    page.click('a.strip-link[data-kind="gap"]')
    page.wait_for_url("**/postings/new/**")
    assert days_of(page)[0] == today() + timedelta(days=41)

    reads = open_page(scene.stage.manager, width=360)
    reads.goto(strips_of(scene))
    assert reads.locator(".strip-gap").count() > 0
    assert reads.locator('a.strip-link[data-kind="gap"]').count() == 0
    assert reads.locator(".strip-track[data-plan]").count() == 0
    assert page_faults(page) == page_faults(reads) == []
