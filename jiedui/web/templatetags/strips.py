"""The drawn parts of a presence strip: a page has thousands, too many to ask a template for."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from jiedui.web.strips import Drawn, DrawnStrip, Strip, StripChart

register = template.Library()


def _safe(value: Any) -> str:
    """As a template writes it: escaped, unless it says that it is HTML."""
    return str(value.__html__()) if hasattr(value, "__html__") else escape(str(value))


@register.simple_tag
def strip_grid(chart: StripChart) -> SafeString:
    """The lines of the months behind a row, the same for every row of the chart."""
    lines = [
        f'<line class="strip-grid{" strip-grid-major" if tick.major else ""}"'
        f' x1="{tick.x}" x2="{tick.x}" y1="0" y2="100%"/>'
        for tick in chart.ticks()
    ]
    return mark_safe("".join(lines))  # noqa: S308 - numbers of our own


@register.simple_tag
def strip_marks(chart: StripChart, row: DrawnStrip) -> SafeString:
    """What lies on a row, the handovers behind the rest."""
    behind = [
        f'<rect class="strip-handover" x="{each.x}" width="{each.width}" y="0" height="100%">'
        f"<title>{_safe(each.mark.text)}</title></rect>"
        for each in row.behind
    ]
    size, base = chart.bar, chart.baseline
    drawn = [*behind, *(_mark(each, size, base) for each in row.marks)]
    return mark_safe("".join(drawn))  # noqa: S308 - every text is escaped


def _mark(each: Drawn, size: int, base: int) -> str:
    mark, text = each.mark, _safe(each.mark.text)
    far = " strip-far" if mark.far else ""
    label = ""
    if mark.label:
        label = (
            f'<text class="strip-name strip-name-{mark.kind}{far}" x="6" y="{base}">'
            f"{_safe(mark.label)}</text>"
        )
    said = "" if mark.url else f' role="img" aria-label="{text}"'
    drawn = (
        f'<svg x="{each.x}" y="{each.y}" width="{each.width}" height="{size}"{said}>'
        f'<title>{text}</title><rect class="strip-{mark.kind}{far}" width="100%" height="100%"/>'
        f"{label}</svg>"
    )
    if not mark.url:
        return drawn
    return (
        f'<a href="{_safe(mark.url)}" class="strip-link" data-kind="{mark.kind}"'
        f' data-first="{mark.first.isoformat()}" data-last="{mark.last.isoformat()}"'
        f'{_data(mark.data)} aria-label="{text}">{drawn}</a>'
    )


def _data(facts: Mapping[str, object]) -> str:
    return "".join(f' data-{name}="{_safe(value)}"' for name, value in facts.items())


@register.simple_tag
def strip_data(strip: Strip) -> SafeString:
    """What a script of the page must know of a row, as attributes."""
    return mark_safe(_data(strip.data))  # noqa: S308 - every value is escaped


@register.simple_tag
def strip_told(strip: Strip) -> SafeString:
    """What lies on a row in words, a line each."""
    told = "<br>".join(_safe(mark.text) for mark in strip.marks)
    return mark_safe(told)  # noqa: S308 - every text is escaped
