"""Refusals brought to the form: the sentence at its field, the rest of the input kept."""

from __future__ import annotations

from datetime import date

from django.forms import BaseForm
from django.utils.translation import gettext

from jiedui.core.errors import Refused
from jiedui.web.templatetags.jiedui import day


def sentence(refused: Refused) -> str:
    """The refusal's sentence in the reader's language, its places filled."""
    text = gettext(refused.message)
    details = {"field": refused.field, **refused.details}
    details = {key: day(each) if isinstance(each, date) else each for key, each in details.items()}
    return text % details if refused.field or refused.details else text


def refused_to_form(form: BaseForm, refused: Refused) -> None:
    """Put a refusal at the field it names, or above the form where it names none.

    A form whose field is called otherwise than the action's says so in ``stands_for``.
    """
    asked = getattr(form, "stands_for", {}).get(refused.field, refused.field)
    field = asked if asked in form.fields else None
    text = sentence(refused)
    if refused.field and field is None:
        text = f"{refused.field}: {text}"
    form.add_error(field, text)
