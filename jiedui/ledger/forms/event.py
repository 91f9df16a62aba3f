"""The event of an entry: what, when, who for whom, where."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from jiedui.accounts.permissions import Viewer
from jiedui.directory.queries import departments_of, find_organisation, find_place
from jiedui.ledger.forms.terms import terms
from jiedui.ledger.queries import body_names, programme_choices
from jiedui.programmes.access import reach
from jiedui.programmes.queries import may_name
from jiedui.web.fields import DayField


class EntryForm(forms.Form):
    """What, when, who for whom, where."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    programme = forms.ChoiceField(label=_("Programme"))
    kind = forms.ChoiceField(label=_("Activity"))
    happened_from = DayField(label=_("From"))
    happened_to = DayField(label=_("To"), required=False)
    giver = forms.CharField(
        label=pgettext_lazy("side", "Supporter"),
        max_length=160,
        widget=forms.TextInput({"list": "bodies"}),
    )
    receiver = forms.CharField(
        label=pgettext_lazy("side", "Recipient"),
        max_length=160,
        widget=forms.TextInput({"list": "bodies"}),
    )
    department = forms.ChoiceField(label=_("Department"), required=False)
    place = forms.CharField(
        label=_("Place of service"),
        max_length=120,
        required=False,
        help_text=_("Where it was done, if not at the recipient: a place's name or code."),
    )
    narrative = forms.CharField(
        label=_("Narrative"),
        max_length=4000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("What was done, in a few sentences. No names or numbers of patients."),
    )

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        english = (get_language() or "").startswith("en")
        self.viewer = viewer
        self.bodies = body_names(viewer)
        self._choice("programme").choices = [
            (str(p.id), p.name_en if english and p.name_en else p.name)
            for p in programme_choices(viewer)
        ]
        self._choice("kind").choices = [("", "—"), *terms("activity_kinds")]
        self._choice("department").choices = [("", "—"), *self._departments()]

    def _choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        return field

    def _departments(self) -> list[tuple[str, list[tuple[str, str]]]]:
        held = reach(self.viewer, "ledger.read")
        return departments_of(None if held.everything else held.seen, most=500)

    def _body(self, side: str) -> UUID | None:
        found = find_organisation(self.cleaned_data[side])
        # The one answer, so that nobody learns here whom the directory holds.
        if found is None or not may_name(self.viewer, found.id):
            raise forms.ValidationError(
                gettext("“%(name)s” is not the name of one organisation in the directory.")
                % {"name": self.cleaned_data[side]}
            )
        return found.id

    def clean_giver(self) -> UUID | None:
        """The giver by its name."""
        return self._body("giver")

    def clean_receiver(self) -> UUID | None:
        """The receiver by its name."""
        return self._body("receiver")

    def clean_place(self) -> UUID | None:
        """The place by its name or code."""
        if not self.cleaned_data["place"]:
            return None
        found = find_place(self.cleaned_data["place"])
        if found is None:
            raise forms.ValidationError(
                gettext("“%(name)s” is not the name or code of one place.")
                % {"name": self.cleaned_data["place"]}
            )
        return found.id
