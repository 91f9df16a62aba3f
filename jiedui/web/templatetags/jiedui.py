"""The tags and filters of every page: terms, days, amounts, and the small parts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django import template
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import is_naive, localtime
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from jiedui.core.clock import today
from jiedui.core.packs import vocabulary
from jiedui.web import styles
from jiedui.web.icons import ICONS

register = template.Library()

SILENT = mark_safe('aria-hidden="true"')
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
TONES = frozenset({"ok", "wait", "wrong", "plain"})
CLASSES = {"do": _("Do"), "teach": _("Teach"), "enable": _("Enable")}
MARKS = {"exact": "", "at_least": "≥", "about": "≈", "range": ""}


def _chinese() -> bool:
    return not (get_language() or "zh-hans").startswith("en")


@register.filter
def term(code: Any, table: str) -> str:
    """The name of a pack's code in the reader's language; the code itself if none has it."""
    if code in (None, ""):
        return ""
    found = vocabulary().tables.get(table, {}).get(str(code))
    return found.label(get_language() or "zh-hans") if found else str(code)


@register.filter
def named(thing: Any) -> str:
    """The name of a place, body or programme in the reader's language, Chinese first."""
    if thing is None:
        return ""
    english = getattr(thing, "name_en", "")
    return english if english and not _chinese() else str(getattr(thing, "name", thing))


@register.filter
def day(value: Any) -> str:
    """2026年3月5日, or 5 Mar 2026; a moment is told by its local day."""
    if isinstance(value, datetime):
        value = value.date() if is_naive(value) else localtime(value).date()
    if not isinstance(value, date):
        return "" if value is None else str(value)
    return _day(value, chinese=_chinese())


def _day(value: date, *, chinese: bool) -> str:
    if chinese:
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


@register.filter
def moment(value: Any) -> str:
    """A moment to the minute; only today's is told as such."""
    if not isinstance(value, datetime):
        return day(value)
    local = value if is_naive(value) else localtime(value)
    clock = f"{local:%H:%M}"
    if local.date() == today():
        return gettext("today %(time)s") % {"time": clock}
    return f"{day(local.date())} {clock}"


@register.filter
def period(start: Any, end: Any) -> str:
    """From a first to a last day; whole months and years are told as such."""
    if start is None and end is None:
        return gettext("period unknown")
    if start is None:
        return gettext("until %(day)s") % {"day": day(end)}
    if end is None:
        return gettext("from %(day)s") % {"day": day(start)}
    if start == end:
        return day(start)
    return f"{day(start)} – {day(end)}"


def periods() -> Callable[[date, date], str]:
    """``period`` for the many of one page: the language is asked once, a day written once."""
    chinese = _chinese()
    days = cache(lambda value: _day(value, chinese=chinese))
    return lambda start, end: days(start) if start == end else f"{days(start)} – {days(end)}"


@register.filter
def clock(minute: int) -> str:
    """A time of the day, given in minutes from midnight."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


@register.filter
def amount(value: Any) -> str:
    """A number with thousands apart and no idle noughts; a blank is a dash."""
    if value in (None, ""):
        return "–"
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if not number.is_finite():
        return str(value)
    text = f"{number:,.2f}" if number != number.to_integral_value() else f"{number:,.0f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "−")


@register.filter
def mark(precision: Any) -> str:
    """≥ for at least, ≈ for about, nothing for exact."""
    return MARKS.get(str(precision or "exact"), "")


@register.simple_tag
def badge(text: Any, tone: str = "plain") -> SafeString:
    """A state in a word; the tone's shape says it without colour."""
    tone = tone if tone in TONES else "plain"
    return format_html('<span class="badge badge-{}">{}</span>', tone, text)


@register.simple_tag
def output_class(code: Any) -> SafeString:
    """Do, teach or enable: its fixed hue, its hatch, its word."""
    code = str(code)
    return format_html(
        '<span class="output output-{}"><span class="output-key" {}></span>{}</span>',
        code,
        SILENT,
        CLASSES.get(code, code),
    )


@register.simple_tag
def icon(name: str, label: Any = "") -> SafeString:
    """A line drawing of 20 px; silent unless it has a label."""
    body = mark_safe(ICONS.get(name, ICONS["dot"]))  # noqa: S308 - drawings of our own
    said = (
        format_html('role="img" aria-label="{}"', label)
        if label
        else mark_safe('aria-hidden="true"')
    )
    return format_html(
        '<svg class="icon" viewBox="0 0 20 20" width="20" height="20" {}>{}</svg>', said, body
    )


@register.inclusion_tag("web/_figure.html")
def figure(**facts: Any) -> dict[str, Any]:
    """A number with all that makes it one.

    ``value`` (None: not known), ``unit``, ``precision``, ``high`` (end of a
    range), ``label`` (what it counts), ``period``, ``as_of``, ``url``,
    ``spark`` (numbers, oldest first), ``coverage`` (0–100), ``contested``,
    ``records``, ``size`` (large, plain, small).
    """
    facts.setdefault("size", "plain")
    spark = [float(v) for v in facts.get("spark") or () if v is not None]
    facts["spark_path"] = sparkline(spark) if len(spark) > 1 else ""
    return {"figure": facts}


def sparkline(values: list[float], width: int = 96, height: int = 24) -> str:
    """The points of a polyline through the values, within width and height."""
    low, high = min(values), max(values)
    span = (high - low) or 1
    step = (width - 4) / (len(values) - 1)
    return " ".join(
        f"{2 + i * step:.1f},{height - 2 - (value - low) / span * (height - 4):.1f}"
        for i, value in enumerate(values)
    )


@register.simple_tag
def styles_url() -> str:
    """The address of the one style sheet."""
    return reverse("web:styles", args=[styles.bundle()[0]])


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changed: Any) -> str:
    """This page's address with some GET parameters changed; None takes one away."""
    request = context.get("request")
    found: QueryDict = request.GET.copy() if request else QueryDict(mutable=True)
    for name, value in changed.items():
        if value in (None, ""):
            found.pop(name, None)
        else:
            found[name] = str(value)
    text = found.urlencode()
    return f"?{text}" if text else "?"


@register.filter
def attribute(row: Any, name: str) -> Any:
    """A key of a mapping or an attribute of an object, by a name that is data."""
    return row.get(name) if isinstance(row, dict) else getattr(row, name, None)
