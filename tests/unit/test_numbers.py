"""Numbers and dates as people write them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from jiedui.core.dates import read_date, read_days, write_day
from jiedui.core.errors import InvalidInput
from jiedui.core.numbers import Stated, read_number, write_amount, write_stated
from jiedui.core.quantities import Precision

EXACT, LEAST, ABOUT, RANGE = Precision.EXACT, Precision.AT_LEAST, Precision.ABOUT, Precision.RANGE


@pytest.mark.parametrize(
    ("text", "value", "precision", "high", "unit"),
    [
        ("40", "40", EXACT, None, ""),
        ("１２３", "123", EXACT, None, ""),
        ("1,234,567", "1234567", EXACT, None, ""),
        ("43.93万人次", "439300", EXACT, None, "人次"),
        ("40余项", "40", LEAST, None, "项"),
        ("三十余万元", "300000", LEAST, None, "元"),
        ("2万多", "20000", LEAST, None, ""),
        ("超过2000", "2000", LEAST, None, ""),
        ("500元以上", "500", LEAST, None, "元"),
        ("上千", "1000", LEAST, None, ""),
        ("over 2,000", "2000", LEAST, None, ""),
        ("近千次", "1000", ABOUT, None, "次"),
        ("40名左右", "40", ABOUT, None, "名"),
        ("百余名", "100", LEAST, None, "名"),
        ("两千", "2000", EXACT, None, ""),
        ("三百五", "350", EXACT, None, ""),
        ("壹佰贰拾", "120", EXACT, None, ""),
        ("四十二万三千五百零一", "423501", EXACT, None, ""),
        ("二〇二六", "2026", EXACT, None, ""),
        ("1亿2000万", "120000000", EXACT, None, ""),
        ("百分之三十", "30", EXACT, None, "%"),
        ("40至50", "40", RANGE, "50", ""),
        ("40-50台次", "40", RANGE, "50", "台次"),
        ("40人至50人", "40", RANGE, "50", "人"),
        ("3至5万", "30000", RANGE, "50000", ""),
        ("5000-1万", "5000", RANGE, "10000", ""),
        ("二三十", "20", RANGE, "30", ""),
        ("共40台次", "40", EXACT, None, "台次"),
        ("-5", "-5", EXACT, None, ""),
    ],
)
def test_read(text: str, value: str, precision: Precision, high: str | None, unit: str) -> None:
    assert read_number(text) == Stated(
        Decimal(value), precision, Decimal(high) if high else None, unit
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "number-unreadable"),
        ("abc", "number-unreadable"),
        ("1,23", "number-unreadable"),
        ("12.5.3", "number-unreadable"),
        ("3万5", "number-unreadable"),
        ("40; 50", "number-unreadable"),
        ("数十", "number-vague"),
        ("几百人", "number-vague"),
        ("50至40", "range-reversed"),
        ("万亿亿万", "number-unreadable"),
    ],
)
def test_refused(text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_number(text)
    assert refused.value.code == code


def test_amounts_for_people() -> None:
    assert write_amount(Decimal(439300)) == "43.93万"
    assert write_amount(Decimal(438901)) == "438,901"
    assert write_amount(Decimal(240000000)) == "2.4亿"
    assert write_amount(Decimal(439300), "en") == "439,300"
    assert write_stated(Stated(Decimal(2000), LEAST, None, "人次")) == "2,000余人次"
    assert write_stated(Stated(Decimal(2000), LEAST, None, "cases"), "en") == "at least 2,000 cases"


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-03-05", "2026-03-05", "2026-03-05"),
        ("2026年3月5日至7日", "2026-03-05", "2026-03-07"),
        ("2026.3.5-3.7", "2026-03-05", "2026-03-07"),
        ("２０２６年３月", "2026-03-01", "2026-03-31"),
        ("二〇二六年十二月三十一日", "2026-12-31", "2026-12-31"),
        ("2026年3月—5月", "2026-03-01", "2026-05-31"),
        ("2026年上半年", "2026-01-01", "2026-06-30"),
        ("2026年第四季度", "2026-10-01", "2026-12-31"),
        ("20260305", "2026-03-05", "2026-03-05"),
        ("2026/3/5 00:00:00", "2026-03-05", "2026-03-05"),
    ],
)
def test_days(text: str, start: str, end: str) -> None:
    period = read_days(text)
    assert (str(period.start), str(period.end)) == (start, end)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-02-30", "date-unreadable"),
        ("3月5日", "date-unreadable"),
        ("soon", "date-unreadable"),
        ("", "date-unreadable"),
        ("2026-03-09至2026-03-05", "period-reversed"),
    ],
)
def test_days_refused(text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_days(text)
    assert refused.value.code == code


def test_one_day() -> None:
    assert read_date(datetime(2026, 3, 5, 8, 0)) == date(2026, 3, 5)  # noqa: DTZ001
    with pytest.raises(InvalidInput, match="not one day"):
        read_date("2026-03")
    assert write_day(date(2026, 3, 5)) == "2026年3月5日"
    assert write_day(date(2026, 3, 5), "en") == "5 March 2026"
