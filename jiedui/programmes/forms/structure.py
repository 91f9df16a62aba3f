"""Forms of programmes and pairings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.accounts.permissions import Viewer
from jiedui.directory.access import visible_organisations
from jiedui.directory.queries import nameable
from jiedui.web.fields import DayField, NamedField, TermField

_NAMES = ("name", "other_names__name", "name_en")


class ProgrammeForm(forms.Form):
    """What a programme is."""

    code = forms.SlugField(
        label=_("Code"), max_length=64, help_text=_("Short, in Latin letters: it names files.")
    )
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=160)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    kind = TermField("programme_kinds", label=_("Kind"))
    source = forms.CharField(
        label=_("Source"),
        max_length=400,
        required=False,
        help_text=_("The document or agreement that it rests on."),
    )
    valid_from = DayField(label=_("First day"), required=False)
    valid_to = DayField(label=_("Last day"), required=False)


class PairingForm(forms.Form):
    """Who helps whom, in which way, since when."""

    kind = TermField("pairing_kinds", label=_("Kind of tie"))
    giver = NamedField(by=_NAMES, label=_("Giver"))
    receiver = NamedField(by=_NAMES, label=_("Receiver"))
    valid_from = DayField(label=_("First day"), required=False)
    valid_to = DayField(label=_("Last day"), required=False)

    def __init__(self, viewer: Viewer, *args: Any, example: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        # The other side of a tie seldom lies in one's own part of the tree: any may be named.
        rows = nameable(example=example)
        if not visible_organisations(viewer).exists():
            rows = rows.none()
        for name in ("giver", "receiver"):
            self.fields[name].rows = rows  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """The last day of a pairing."""

    on = DayField(label=_("Last day"))
