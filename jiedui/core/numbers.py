"""Numbers as people write them: 三十余, 2万多, 43.93万, 近千, 40至50, over 2,000.

Reading keeps what was said: the number, how exactly, and the unit after it.
Writing gives a text that reads back as the same.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from jiedui.core.errors import InvalidInput
from jiedui.core.quantities import Precision

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_WAN, _YI = 10_000, 100_000_000
_FORMAL = str.maketrans(
    "壹贰叁肆伍陆柒捌玖拾佰仟萬億兩餘貳參○", "一二三四五六七八九十百千万亿两余二三〇"
)
_ARABIC = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_NUMERAL = r"[\d.,〇零一二两三四五六七八九十百千万亿]"
_STEP = re.compile(r"(零*)(\d+(?:\.\d+)?|[一二两三四五六七八九])?([十百千])?")
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}

# What stands before a number or after it, and what that says of it.
_BEFORE = (
    (
        re.compile(r"(?:超过|超出|超|逾|多于|大于|不少于|不低于|至少|上(?=[十百千万亿])|[>≥])"),
        Precision.AT_LEAST,
    ),
    (re.compile(r"(?:大约|约|接近|将近|近|不足|不到|[~≈])"), Precision.ABOUT),
    (re.compile(r"(?:over|more than|at least)\s+|[>≥]\s*", re.IGNORECASE), Precision.AT_LEAST),
    (
        re.compile(r"(?:about|nearly|almost|around|some|approximately)\s+", re.IGNORECASE),
        Precision.ABOUT,
    ),
)
_AFTER = (
    (re.compile(r"(?:及?以上|余|多|\+|or more|and more)$"), Precision.AT_LEAST),
    (re.compile(r"(?:左右|上下)$"), Precision.ABOUT),
)
_FILLERS = re.compile(r"^(?:累计|共计|合计|总计|共|达到|达|为)")
_TO = re.compile(r"\s*(?:至|到|[-–—~～]+|\bto\b)\s*")
_NEIGHBOURS = re.compile(r"^([一二三四五六七八])([二三四五六七八九])([十百千万亿])")


@dataclass(frozen=True)
class Stated:
    """A number as stated; ``high`` ends a range; ``unit`` is the text after it."""

    value: Decimal
    precision: Precision = Precision.EXACT
    high: Decimal | None = None
    unit: str = ""


def _unreadable(text: str) -> InvalidInput:
    return InvalidInput(
        "number-unreadable",
        "“%(text)s” is not a number; write 40, 40余, 2.5万 or 40至50.",
        text=text,
    )


def plain(value: Decimal) -> Decimal:
    """The same number without exponent or idle zeros."""
    if value == value.to_integral_value():
        return value.quantize(Decimal(1))
    return value.normalize()


def _below_wan(text: str) -> Decimal | None:
    """A number without 万 and 亿: digits, words, or both (3千5百); None if it is none."""
    if _ARABIC.fullmatch(text):
        return Decimal(text.replace(",", ""))
    if all(c in _DIGITS for c in text) and text:
        if len(text) > 1 and text[0] in "零〇" and len(text.lstrip("零〇")) <= 1:
            text = text.lstrip("零〇") or "零"
        return Decimal("".join(str(_DIGITS[c]) for c in text))
    total, at, last = Decimal(0), 0, 10_000
    text = text.replace("〇", "零")
    zero = False
    while at < len(text):
        step = _STEP.match(text, at)
        if step is None or step.end() == at:
            return None
        zeros, digits, multiplier = step.groups()
        zero = zero or bool(zeros)
        size = _SMALL[multiplier] if multiplier else 1
        if digits is None and (multiplier is None or (multiplier != "十" and at > 0)):
            return None
        number = (
            Decimal(1)
            if digits is None
            else Decimal(_DIGITS[digits])
            if digits in _DIGITS
            else Decimal(digits)
        )
        if size >= last or (at > 0 and (number >= 10 or number != int(number))):
            return None
        if multiplier is None and last > 10 and at > 0 and not zeros and digits in _DIGITS:
            size = last // 10  # 三百五 is 350
        total += number * size
        last, at = size, step.end()
    return total


def read_plain(text: str) -> Decimal | None:
    """A bare number in digits or words, or None: 43.93万, 一千二百, 二〇二六, 1,234."""
    for sign, scale in (("亿", _YI), ("万", _WAN)):
        if sign in text:
            left, _, right = text.rpartition(sign) if sign == "亿" else text.partition(sign)
            whole = None if sign in left or sign in right else Decimal(1)
            whole = read_plain(left) if whole is not None and left else whole
            if whole is None or (whole == 0 and right == ""):
                return None if whole is None else Decimal(0)
            if right == "":
                return whole * scale
            if len(right) == 1 and right in _DIGITS and right not in "零〇":
                rest: Decimal | None = Decimal(_DIGITS[right]) * (scale // 10)
            else:
                rest = read_plain(right)
                if rest is not None and right.isdigit() and len(right) < 2:
                    return None  # 3万5: 30,005 or 35,000?
            if rest is None or rest >= scale or whole != int(whole):
                return None
            return whole * scale + rest
    return _below_wan(text) if text else None


def _scale(text: str) -> int:
    return next((size for sign, size in (("亿", _YI), ("万", _WAN)) if sign in text), 1)


def _numeral_and_rest(text: str) -> tuple[str, str, bool]:
    """The numeral that a text begins with, what follows, and whether 余 stood inside it."""
    match = re.match(rf"({_NUMERAL}+)(几(?=[个名人次台例]?)|余|多)?([万亿]*)", text)
    if match is None:
        return "", text, False
    numeral = match[1].rstrip(".,")
    return numeral + match[3], text[match.end() :], bool(match[2])


_SIMPLE = re.compile(r"\d{1,15}(\.\d{1,6})?", re.ASCII)


@lru_cache(maxsize=4096)
def read_number(text: str) -> Stated:
    """Read a number with its precision, its range and the unit after it.

    余, 多, 以上, 超过, + are ``at_least``; 近, 约, 左右, 不足 are ``about``; 40至50 is a
    ``range``. 3至5万 is 30,000 to 50,000. Raises InvalidInput
    ``number-unreadable``, or ``number-vague`` for 数十 and 几百, which name no number.
    """
    if _SIMPLE.fullmatch(text):
        return Stated(plain(Decimal(text)))
    rest = unicodedata.normalize("NFKC", text).translate(_FORMAL).strip()
    if re.match(r"^(?:数|几|若干|好几|许多|多)[十百千万亿个名人次]?", rest):
        raise InvalidInput(
            "number-vague", "“%(text)s” names no number; write the number you know of.", text=text
        )
    precision = Precision.EXACT
    for _ in range(3):
        rest = _FILLERS.sub("", rest, count=1)
        for before, meant in _BEFORE:
            if match := before.match(rest):
                precision, rest = meant, rest[match.end() :].lstrip()
    if rest.startswith("百分之"):
        rest = rest[3:] + "%"
    negative = rest[:1] in {"-", "−"} and rest[1:2].isdigit()
    rest = rest[1:] if negative else rest
    if match := _NEIGHBOURS.match(rest):
        low, high = _DIGITS[match[1]], _DIGITS[match[2]]
        numeral, unit, _ = _numeral_and_rest(rest[0] + rest[2:])
        upper = read_plain(rest[1:2] + numeral[1:]) if high == low + 1 else None
        lower = read_plain(numeral)
        if lower is None or upper is None:
            raise _unreadable(text)
        return Stated(plain(lower), Precision.RANGE, plain(upper), _unit(unit, text)[0])
    numeral, rest, inside = _numeral_and_rest(rest)
    value = read_plain(numeral) if numeral else None
    if value is None:
        raise _unreadable(text)
    if inside:
        precision = Precision.AT_LEAST
    if match := re.match(r"\s*(thousand|million|billion)\b", rest, re.IGNORECASE):
        value, rest = value * _SCALES[match[1].lower()], rest[match.end() :]
    value = -value if negative else value
    # a range: its first number may leave scale and unit to the second
    first_unit = re.match(r"[^\d〇零一二两三四五六七八九十百千万亿至到–—~～-]{0,4}", rest)
    joint = _TO.match(rest, first_unit.end() if first_unit else 0)
    if joint and joint.end() < len(rest):
        upper_text, tail, more = _numeral_and_rest(rest[joint.end() :])
        upper = read_plain(upper_text) if upper_text else None
        if upper is not None and not more:
            size = _scale(upper_text)
            if size > 1 and _scale(numeral) == 1 and value < upper / size:
                value *= size
            if upper < value:
                raise InvalidInput(
                    "range-reversed", "The range “%(text)s” ends below its start.", text=text
                )
            unit, _says = _unit(tail, text)
            if upper == value:
                return Stated(plain(value), Precision.EXACT, None, unit)
            return Stated(plain(value), Precision.RANGE, plain(upper), unit)
    unit, after = _unit(rest, text)
    return Stated(plain(value), after or precision, None, unit)


def _unit(rest: str, text: str) -> tuple[str, Precision | None]:
    """The unit in what follows a number, and the precision that its ends speak of."""
    rest, says = rest.strip(), None
    for _ in range(2):
        if rest[:1] in {"余", "多", "+"}:
            rest, says = rest[1:].strip(), Precision.AT_LEAST
        for after, precision in _AFTER:
            if match := after.search(rest):
                rest, says = rest[: match.start()].strip(), precision
    if len(rest) > 16 or re.search(r"[\d.,;]", rest):
        raise _unreadable(text)
    return rest, says


def write_words(number: int) -> str:
    """A whole number below 10^16 in words: 1205 is 一千二百零五."""
    if number < 0 or number >= 10**16:
        raise ValueError(number)
    if number == 0:
        return "零"
    if number < _WAN:
        words, zero = "", False
        for sign, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
            digit, number = divmod(number, size)
            if digit:
                words += ("零" if zero else "") + "零一二三四五六七八九"[digit] + sign
                zero = False
            elif words and number:
                zero = True
        return words[1:] if words.startswith("一十") else words
    scale, sign = (_YI, "亿") if number >= _YI else (_WAN, "万")
    left, right = divmod(number, scale)
    words = write_words(left) + sign
    if right:
        rest = write_words(right)
        if rest.startswith("十"):
            rest = "一" + rest
        words += ("零" if right < scale // 10 else "") + rest
    return words


def _grouped(value: Decimal) -> str:
    return f"{plain(value):,f}"


def write_amount(value: Decimal, language: str = "zh-hans") -> str:
    """A number for people: Chinese with 万 and 亿 where that loses nothing, else grouped.

    439300 is 43.93万, 438901 is 438,901; in English always grouped.
    """
    if not language.startswith("en"):
        for scale, sign in ((_YI, "亿"), (_WAN, "万")):
            if abs(value) >= scale:
                scaled = value / scale
                if scaled == scaled.quantize(Decimal("0.01")):
                    return f"{_grouped(scaled)}{sign}"
    return _grouped(value)


def write_stated(stated: Stated, language: str = "zh-hans") -> str:
    """A stated number with its precision and unit; ``read_number`` reads it back."""
    english = language.startswith("en")
    amount = write_amount(stated.value, language)
    unit = f" {stated.unit}" if english and stated.unit else stated.unit
    if stated.precision == Precision.RANGE and stated.high is not None:
        high = write_amount(stated.high, language)
        if not english and amount[-1] not in "万亿" and high[-1] in "万亿":
            # 5至5万 would be read as 50,000 to 50,000
            high = _grouped(stated.high)
        return f"{amount}–{high}{unit}" if english else f"{amount}至{high}{unit}"
    if stated.precision == Precision.AT_LEAST:
        return f"at least {amount}{unit}" if english else f"{amount}余{unit}"
    if stated.precision == Precision.ABOUT:
        return f"about {amount}{unit}" if english else f"约{amount}{unit}"
    return f"{amount}{unit}"
