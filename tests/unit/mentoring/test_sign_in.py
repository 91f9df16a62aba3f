"""When a session's sign-in is open, and how lists of learners are read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from jiedui.mentoring.domain.sign_in import lines_of, open_day

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Day:
    on: date
    starts_at: time = time(9)
    hours: Decimal = Decimal("1.5")


ONE, TWO = Day(date(2026, 3, 5)), Day(date(2026, 3, 6), time(14))


@pytest.mark.parametrize(
    ("at", "found"),
    [
        (datetime(2026, 3, 5, 8, 29, 59, tzinfo=ZONE), None),
        (datetime(2026, 3, 5, 8, 30, tzinfo=ZONE), ONE),
        (datetime(2026, 3, 5, 11, 0, tzinfo=ZONE), ONE),
        (datetime(2026, 3, 5, 11, 0, 1, tzinfo=ZONE), None),
        (datetime(2026, 3, 6, 13, 30, tzinfo=ZONE), TWO),
    ],
)
def test_sign_in_is_open_only_around_a_day(at: datetime, found: Day | None) -> None:
    day, _window = open_day([TWO, ONE], at, ZONE, 30, 30)
    assert day == found


def test_the_next_window_is_told_and_after_the_last_none() -> None:
    noon = datetime(2026, 3, 5, 12, tzinfo=ZONE)
    _day, coming = open_day([ONE, TWO], noon, ZONE, 30, 30)
    assert coming is not None
    assert coming.opens == datetime(2026, 3, 6, 13, 30, tzinfo=ZONE)
    assert open_day([ONE, TWO], noon + timedelta(days=9), ZONE, 30, 30) == (None, None)


def test_a_moment_in_another_zone_is_the_same_moment() -> None:
    at = datetime(2026, 3, 5, 1, 0, tzinfo=ZoneInfo("UTC"))
    assert open_day([ONE], at, ZONE, 30, 30)[0] == ONE


def test_lines_are_read_from_a_sheet_a_message_or_a_list() -> None:
    text = "甲一\t001\t88\n\n甲二，002，90.5\n 甲三 70 \n甲四、甲五\n"
    assert lines_of(text) == [
        (1, ("甲一", "001", "88")), (3, ("甲二", "002", "90.5")), (4, ("甲三", "70")),
        (5, ("甲四", "甲五")),
    ]  # fmt: skip
