"""A case on a phone: recorded in a few touches, under the thumb, at 360 px; then confirmed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from jiedui.core.clock import today
from jiedui.mentoring.models import Case
from tests.browser.conftest import axe, page_faults
from tests.learning_cast import PROCEDURE, School, day, school

pytestmark = pytest.mark.django_db(transaction=True)

# As a finger needs it, in CSS pixels.
THUMB = 44


@pytest.fixture
def held() -> School:
    return school()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_usual_case_takes_two_touches(
    held: School, open_page: Callable[..., Any], javascript: bool
) -> None:
    held.confirmed(happened_on=day(10), supervision="minutes")
    page = open_page(held.learner_user, width=360, javascript=javascript)
    page.goto(reverse("mentoring:case-new"))
    touches = 0

    def touch(what: Any) -> None:
        nonlocal touches
        box = what.bounding_box()
        assert box["height"] >= THUMB or what.evaluate("e => e.matches('button')")
        what.click()
        touches += 1

    touch(page.locator("label.tap", has=page.locator("input[name=success][value=yes]")))
    touch(page.locator(".case-save button"))
    page.wait_for_url("**/cases/*-*/")
    assert touches == 2
    case = Case.objects.get(happened_on=today())
    assert (case.procedure, case.supervision, case.success) == (PROCEDURE, "minutes", True)
    assert page_faults(page) == []


def test_the_form_fits_a_narrow_phone_and_can_be_read_aloud(
    held: School, open_page: Callable[..., Any]
) -> None:
    held.recorded()
    page = open_page(held.learner_user, width=360)
    page.goto(reverse("mentoring:case-new"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert axe(page) == []
    # Without an outcome nothing is recorded, and the page says where.
    page.locator(".case-save button").click()
    page.wait_for_selector(".field-errors")
    assert Case.objects.count() == 1


def test_a_mentor_confirms_with_a_level_each(held: School, open_page: Callable[..., Any]) -> None:
    cases = [held.recorded(happened_on=day(number)) for number in (5, 6)]
    page = open_page(held.mentor_user, width=360)
    page.goto(reverse("mentoring:cases-waiting"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert axe(page) == []
    for case, level in zip(cases, (2, 3), strict=True):
        page.locator(f"input[name='level-{case.id}'][value='{level}']").check()
    page.locator(".case-save button").click()
    page.wait_for_selector(".empty")
    levels = Case.objects.order_by("happened_on").values_list("state", "entrustment")
    assert list(levels) == [("confirmed", 2), ("confirmed", 3)]
    assert page_faults(page) == []
