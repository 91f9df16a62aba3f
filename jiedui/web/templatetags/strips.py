"""The drawn parts of a presence strip: a page has thousands, too many to ask a template for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from jiedui.web.strips import Drawn, DrawnStrip, StripChart, StripGroup

register = template.Library()


def _safe(value: Any) -> str:
    """As a template writes it: escaped, unless it says that it is HTML."""
    if type(value) is str:
        return escape(value)
    return str(value.__html__()) if hasattr(value, "__html__") else escape(str(value))


@register.simple_tag
def strip_grid(chart: StripChart) -> SafeString:
    """The lines of the months behind the rows: drawn once, and only named by each row."""
    lines = [
        f'<line class="strip-grid{" strip-grid-major" if tick.major else ""}"'
        f' x1="{tick.x}" x2="{tick.x}" y1="0" y2="100%"/>'
        for tick in chart.ticks()
    ]
    return mark_safe(f'<g id="strip-grid">{"".join(lines)}</g>')  # noqa: S308 - our own numbers


@register.simple_tag
def strip_rows(chart: StripChart, group: StripGroup, rows: Sequence[DrawnStrip]) -> SafeString:
    """The rows of a group: the name of each, and its marks over the lines of the months."""
    label = _safe(group.label)
    today = chart.today_x
    end = "</svg></div>"
    if today:
        end = f'<line class="strip-today" x1="{today}" x2="{today}" y1="0" y2="100%"/>{end}'
    return mark_safe("".join(_row(chart, label, row, end) for row in rows))  # noqa: S308 - escaped


def _row(chart: StripChart, group: str, row: DrawnStrip, end: str) -> str:
    strip = row.strip
    label = _safe(strip.label)
    name = f'<a href="{_safe(strip.url)}">{label}</a>' if strip.url else label
    detail = f' <span class="strip-detail">{_safe(strip.detail)}</span>' if strip.detail else ""
    plan = f' data-plan="{_safe(strip.plan_url)}"' if strip.plan_url else ""
    return (
        f'<div class="strip-row"><p class="strip-label">{name}{detail}</p>'
        f'<svg class="strip-track" width="100%" height="{row.height}" role="group"'
        f' aria-label="{group} {label}"{plan}{_data(strip.data)}>'
        f'<use href="#strip-grid"/>{_marks(chart, row)}{end}'
    )


def _marks(chart: StripChart, row: DrawnStrip) -> str:
    behind = [
        f'<rect class="strip-handover" x="{each.x}" width="{each.width}" y="0" height="100%">'
        f"<title>{_safe(each.mark.text)}</title></rect>"
        for each in row.behind
    ]
    size, base = chart.bar, chart.baseline
    # The handovers behind the rest.
    return "".join([*behind, *(_mark(each, size, base) for each in row.marks)])


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
def strip_lines(chart: StripChart) -> SafeString:
    """The rows as lines of a table: what lies on each in words."""
    drawn = []
    for group in chart.groups:
        label = _safe(group.label)
        for strip in group.strips:
            told = "<br>".join([_safe(mark.text) for mark in strip.marks])
            detail = f" {_safe(strip.detail)}" if strip.detail else ""
            drawn.append(
                f'<tr><th scope="row">{label} · {_safe(strip.label)}{detail}</th>'
                f"<td>{told}</td></tr>"
            )
    return mark_safe("".join(drawn))  # noqa: S308 - every text is escaped
