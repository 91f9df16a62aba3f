"""What is written reads back as the same, for numbers, words and dates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from jiedui.core.dates import read_date, write_day
from jiedui.core.errors import InvalidInput
from jiedui.core.numbers import Stated, plain, read_number, read_plain, write_stated, write_words
from jiedui.core.quantities import Precision

amounts = st.one_of(
    st.integers(0, 10**12).map(Decimal),
    st.integers(0, 10**9).map(lambda n: Decimal(n) * 100),
    st.decimals(0, 10**6, places=2),
)


@given(st.integers(0, 10**16 - 1))
def test_words(number: int) -> None:
    assert read_plain(write_words(number)) == number


@given(
    amounts,
    amounts,
    st.sampled_from(Precision),
    st.sampled_from(["", "台次", "人次", "名", "元", "项"]),
    st.sampled_from(["zh-hans", "en"]),
)
def test_stated(one: Decimal, other: Decimal, precision: Precision, unit: str, lang: str) -> None:
    low, high = sorted((one, other))
    if low == high or precision != Precision.RANGE:
        precision = Precision.EXACT if precision == Precision.RANGE else precision
        stated = Stated(plain(low), precision, None, unit)
    else:
        stated = Stated(plain(low), precision, plain(high), unit)
    assert read_number(write_stated(stated, lang)) == stated


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_days(day: date) -> None:
    assert read_date(write_day(day)) == day == read_date(day.isoformat())


@given(
    st.text(alphabet="0123456789.,万亿千百十零两三余近约至-–—~ 人次%百分之上下左右", max_size=14)
)
def test_nothing_but_a_refusal(text: str) -> None:
    try:
        stated = read_number(text)
    except InvalidInput:
        return
    assert stated.high is None or stated.high > stated.value
