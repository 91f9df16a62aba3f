"""Every page is rendered here: one template, one small dataclass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render as django_render

from jiedui.web.tables import Table


@dataclass(frozen=True)
class Crumb:
    """A step of the way back; the last one, the page itself, has no URL."""

    label: str
    url: str = ""


@dataclass(frozen=True)
class Tab:
    """One view of the same object."""

    label: str
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Moment:
    """One step of a timeline: when, what, by whom; ``tone`` is ok, wait, wrong or plain."""

    at: Any
    title: str
    detail: str = ""
    who: str = ""
    tone: str = "plain"
    url: str = ""


@dataclass
class FormPage:
    """A page with one form. ``intro`` says what will happen; ``submit`` is a verb."""

    title: str
    form: BaseForm
    submit: str
    intro: str = ""
    cancel_url: str = ""
    crumbs: Sequence[Crumb] = ()
    tone: str = ""
    example: bool = False
    extra: dict[str, Any] = field(default_factory=dict)


def render(
    request: HttpRequest, template: str, page: object, *, status: int = 200, **more: Any
) -> HttpResponseBase:
    """Render a template with ``page`` in its context.

    A page that shows a table answers ``?export=csv|xlsx`` with the whole list.
    """
    table = getattr(page, "table", None)
    if isinstance(table, Table) and (file := table.export()) is not None:
        return file
    return django_render(request, template, {"page": page, **more}, status=status)


def form_page(
    request: HttpRequest,
    *,
    title: str,
    form: BaseForm,
    submit: str,
    intro: str = "",
    cancel_url: str = "",
    crumbs: Sequence[Crumb] = (),
    tone: str = "",
    example: bool = False,
    template: str = "web/form_page.html",
    **extra: Any,
) -> HttpResponseBase:
    """A page with one form; with errors in it the status is 422."""
    page = FormPage(title, form, submit, intro, cancel_url, crumbs, tone, example, extra)
    return render(request, template, page, status=422 if form.errors else 200)
