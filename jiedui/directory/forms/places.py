"""Forms of places and of their changes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.accounts.permissions import Viewer
from jiedui.core.packs import Term
from jiedui.core.periods import EARLIEST_FOUNDED
from jiedui.directory.access import visible_places
from jiedui.directory.forms.naming import place_field
from jiedui.web.fields import DayField, SeveralNamedField, TermField

_BY = ("code", "name", "name_en")


def _place_tiers(term: Term) -> bool:
    return term.extra.get("of") in ("place", "")


class PlaceForm(forms.Form):
    """What a place is called, its code and where it lies on the globe."""

    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=160, required=False)
    code_scheme = TermField("place_code_schemes", label=_("Code scheme"), required=False)
    code = forms.CharField(label=_("Code"), max_length=64, required=False)
    tier = TermField("tiers", only=_place_tiers, label=_("Tier"), required=False)
    latitude = forms.DecimalField(
        label=_("Latitude"), max_digits=8, decimal_places=5, required=False,
        help_text=_("Degrees (WGS 84); north is positive."),
    )  # fmt: skip
    longitude = forms.DecimalField(
        label=_("Longitude"), max_digits=8, decimal_places=5, required=False,
        help_text=_("Degrees (WGS 84); east is positive."),
    )  # fmt: skip
    altitude_m = forms.IntegerField(
        label=_("Altitude (m)"), min_value=-500, max_value=9000, required=False
    )
    valid_from = DayField(earliest=EARLIEST_FOUNDED, label=_("Exists from"), required=False)
    valid_to = DayField(
        earliest=EARLIEST_FOUNDED,
        label=_("Existed until"),
        required=False,
        help_text=_("Leave blank while it exists."),
    )


class NewPlaceForm(PlaceForm):
    """A new place and where it lies in a tree."""

    tree = TermField("trees", label=_("Tree"), required=False)
    parent = place_field(label=_("Below the place"), required=False)

    def __init__(self, viewer: Viewer, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["parent"].rows = visible_places(viewer)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A parent needs its tree, and a tree its parent."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("parent") and not data.get("tree"):
            self.add_error("tree", _("Say in which tree the place lies there."))
        return data


class MoveForm(forms.Form):
    """A move in one tree."""

    tree = TermField("trees", label=_("Tree"))
    parent = place_field(
        label=_("Below the place"),
        required=False,
        help_text=_("Leave blank if it lies below nothing in this tree."),
    )
    on = DayField(earliest=EARLIEST_FOUNDED, label=_("From the day"))
    note = forms.CharField(label=_("Reason or document"), max_length=400, required=False)

    def __init__(self, viewer: Viewer, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["parent"].rows = visible_places(viewer)  # type: ignore[attr-defined]


class MergeForm(forms.Form):
    """This place and others become one."""

    before = SeveralNamedField(
        by=_BY,
        label=_("Merged with"),
        required=False,
        help_text=_("Names or codes of the other places, one a line."),
    )
    into = place_field(
        label=_("Into the place"),
        help_text=_("One of them, or a new place that already stands in the directory."),
    )
    on = DayField(earliest=EARLIEST_FOUNDED, label=_("From the day"))
    note = forms.CharField(label=_("Reason or document"), max_length=400, required=False)

    def __init__(self, viewer: Viewer, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        rows = visible_places(viewer)
        self.fields["into"].rows = rows  # type: ignore[attr-defined]
        self.fields["before"].rows = rows  # type: ignore[attr-defined]


class SplitForm(forms.Form):
    """This place becomes several."""

    into = SeveralNamedField(
        by=_BY,
        label=_("Into the places"),
        help_text=_(
            "Names or codes, one a line; new places must already stand in the directory. "
            "Write this place too if it goes on."
        ),
    )
    on = DayField(earliest=EARLIEST_FOUNDED, label=_("From the day"))
    note = forms.CharField(label=_("Reason or document"), max_length=400, required=False)

    def __init__(self, viewer: Viewer, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["into"].rows = visible_places(viewer)  # type: ignore[attr-defined]
