"""Days and periods as people write them: 2026年3月5日至7日, 二〇二六年三月, 2026.3.5-3.7."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

from jiedui.core.errors import InvalidInput
from jiedui.core.numbers import read_plain
from jiedui.core.periods import Period, read_day

_WORDS = re.compile(r"[〇零○一二三四五六七八九十]+(?=[年月日号])")
_DATE = r"(?:\d{4}\s*[-/.年]?\s*)?(?:\d{1,2}\s*[-/.月]?\s*)?(?:\d{1,2}\s*[日号]?)?"
_JOINT = re.compile(r"\s*(?:至|到|[~～—–]+|\s-+\s|\bto\b)\s*", re.IGNORECASE)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_PARTS = {"上半年": (1, 6), "下半年": (7, 12), "全年": (1, 12)} | {
    f"第{word}季度": (3 * i + 1, 3 * i + 3) for i, word in enumerate("一二三四")
}


def _tidy(text: str) -> str:
    """One writing of a date: digits, year-month-day with hyphens."""
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = _WORDS.sub(lambda m: str(read_plain(m[0].replace("○", "〇")) or m[0]), plain)
    if match := _COMPACT.fullmatch(plain):
        return "-".join(match.groups())
    plain = re.sub(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$", "", plain)
    plain = re.sub(r"\s+", "", plain).replace("号", "日")
    return re.sub(r"[年月]$|日$", "", plain.replace("年", "-").replace("月", "-")).strip("-")


def read_days(text: str) -> Period:
    """A day, month, quarter, half, year, or a span of these; the ends are whole.

    The later end may leave out what it shares with the first: 2026年3月5日至7日.
    Raises InvalidInput ``date-unreadable`` or ``period-reversed``.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    for name, (first, last) in _PARTS.items():
        if plain.endswith(name) and (year := re.fullmatch(r"(\d{4})年?", plain.removesuffix(name))):
            return Period(read_day(f"{year[1]}-{first}"), read_day(f"{year[1]}-{last}", last=True))
    pieces = _JOINT.split(plain)
    if len(pieces) == 1 and (match := re.fullmatch(r"(\d{4}[./年]\S+?)-(\d[\d./年月日]*)", plain)):
        pieces = [match[1], match[2]]  # 2026.3.5-3.7
    if len(pieces) > 2 or not pieces[0]:
        raise _unreadable(text)
    start = _tidy(pieces[0])
    end = _tidy(pieces[1]) if len(pieces) == 2 else start
    try:
        if len(pieces) == 2:
            have, given = re.split(r"[-/.]", start), re.split(r"[-/.]", end)
            if len(given) < len(have):
                end = "-".join(have[: len(have) - len(given)] + given)
        return Period(read_day(start), read_day(end, last=True))
    except InvalidInput as fault:
        if fault.code != "date-unreadable":
            raise
        raise _unreadable(text) from None


def read_date(value: object) -> date:
    """One day from a date, a moment, or a text; InvalidInput ``date-unreadable``."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    period = read_days(str(value))
    if period.start is None or period.start != period.end:
        raise InvalidInput(
            "day-not-exact", "“%(text)s” is not one day; write 2026-03-05.", text=str(value)
        )
    return period.start


def write_day(day: date, language: str = "zh-hans") -> str:
    """A day for people: 2026年3月5日, or 5 March 2026."""
    if language.startswith("en"):
        return f"{day.day} {day:%B} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def _unreadable(text: str) -> InvalidInput:
    return InvalidInput(
        "date-unreadable", "“%(text)s” is not a date; write 2026-03-05, 2026-03 or 2026.", text=text
    )
