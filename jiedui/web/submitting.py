"""One way for every form: show, try, say what is wrong at its field, go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.web.forms import refused_to_form
from jiedui.web.pages import Crumb, form_page


def submitted(
    request: HttpRequest,
    form: BaseForm,
    act: Callable[[dict[str, Any]], str],
    *,
    title: str,
    submit: str,
    done: str,
    cancel_url: str,
    intro: str = "",
    crumbs: Sequence[Crumb] = (),
    tone: str = "",
    example: bool = False,
) -> HttpResponseBase:
    """Show the form, or act on it and go to the URL that ``act`` gives."""
    if request.method == "POST" and form.is_valid():
        try:
            url = act(dict(form.cleaned_data))
        except (InvalidInput, InvalidState) as refused:
            refused_to_form(form, refused)
        else:
            messages.success(request, done)
            return redirect(url)
    return form_page(
        request, title=title, form=form, submit=submit, intro=intro, cancel_url=cancel_url,
        crumbs=crumbs, tone=tone, example=example,
    )  # fmt: skip
