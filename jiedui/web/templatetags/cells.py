"""The cells of a list, drawn in Python: a page has hundreds, and templates in templates cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import template
from django.template import Context, Engine
from django.template.base import render_value_in_context
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from jiedui.web.tables.table import Cell
from jiedui.web.templatetags.jiedui import amount, badge, day, moment, output_class, term

register = template.Library()

NONE = mark_safe('<span class="none">–</span>')
# Kinds that stay on one line.
DAYS = frozenset({"day", "moment", "short"})
PLAIN: dict[str, Callable[[Any], str]] = {"number": amount, "day": day, "moment": moment}


@register.simple_tag(takes_context=True)
def cell(context: Context, one: Cell) -> SafeString:
    """A cell of a list: what its column's kind makes of the value, linked where it leads on."""
    column = one.column
    drawn = _templated(context, one) if column.template else _linked(context, one)
    look = "num" if column.numeric else "day" if column.kind in DAYS else ""
    head = format_html(' class="{}"', look) if look else ""
    return format_html('<td data-label="{}"{}>{}</td>', column.label, head, drawn)


def _templated(context: Context, one: Cell) -> SafeString:
    drawing = Engine.get_default().get_template(one.column.template)
    with context.push(cell=one, column=one.column, value=one.value, row=one.row):
        return SafeString(drawing.render(context))


def _linked(context: Context, one: Cell) -> SafeString:
    drawn = _drawn(context, one)
    return format_html('<a href="{}">{}</a>', one.url, drawn) if one.url else drawn


def _drawn(context: Context, one: Cell) -> SafeString:
    value, column = one.value, one.column
    if value is None or value == "":
        return NONE
    if column.kind in PLAIN:
        return conditional_escape(PLAIN[column.kind](value))
    if column.kind == "term":
        return conditional_escape(term(value, column.table))
    if column.kind == "badge":
        return badge(value, one.tone)
    if column.kind == "class":
        return output_class(value)
    return SafeString(render_value_in_context(value, context))
