"""Days, months and years; periods with unknown ends."""

from __future__ import annotations

from datetime import date

import pytest

from jiedui.core.errors import InvalidInput
from jiedui.core.periods import Period, read_day


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2017", date(2017, 1, 1), date(2017, 12, 31)),
        ("2016-04", date(2016, 4, 1), date(2016, 4, 30)),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        ("2017-07-21", date(2017, 7, 21), date(2017, 7, 21)),
        ("2016年4月", date(2016, 4, 1), date(2016, 4, 30)),
        ("2016年4月23日", date(2016, 4, 23), date(2016, 4, 23)),
    ],
)
def test_months_and_years_are_whole(text: str, first: date, last: date) -> None:
    assert read_day(text) == first
    assert read_day(text, last=True) == last


@pytest.mark.parametrize("text", ["", "2017-13", "2017-02-30", "April", "20170724", "2017-0"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_day(text)
    assert refused.value.code == "date-unreadable"


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        Period(date(2017, 2, 1), date(2017, 1, 1))
    assert refused.value.code == "period-reversed"


def test_only_a_whole_known_period_lies_within() -> None:
    year = Period.read("2017", "2017")
    assert Period.read("2017-04", "2017-05").lies_within(year)
    assert not Period.read("2016-12", "2017-05").lies_within(year)
    assert not Period(None, date(2017, 5, 1)).lies_within(year)
    assert Period(None, date(2017, 5, 1)).lies_within(Period(None, date(2017, 12, 31)))
    assert Period(None, None).lies_within(Period(None, None))


def test_unknown_ends_may_overlap_anything() -> None:
    assert Period(None, date(2017, 5, 1)).overlaps(Period.read("2016", "2016"))
    assert not Period(None, date(2015, 5, 1)).overlaps(Period.read("2016", "2016"))
    assert Period.read("2016", "2017").overlaps(Period.read("2017", "2018"))
