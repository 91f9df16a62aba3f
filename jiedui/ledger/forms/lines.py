"""The lines of an entry: an output, a person."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from jiedui.accounts.permissions import Viewer
from jiedui.core.errors import InvalidInput
from jiedui.core.numbers import read_number
from jiedui.core.packs import vocabulary
from jiedui.directory.access import visible_people
from jiedui.ledger.actions import QuantityInput
from jiedui.ledger.forms.terms import terms
from jiedui.web.forms import sentence

_PERSON = re.compile(r"\s*(.+?)\s*(?:[（(](.+)[)）])?\s*$")


def _measures() -> list[tuple[str, str]]:
    countable = []
    for code, label in terms("measures"):
        units = vocabulary().table("measures")[code].extra.get("units", "").split()
        if units and units[0] != "%":
            countable.append((code, _with_units(label, units)))
    return [("", "—"), *countable]


def _with_units(label: str, units: list[str]) -> str:
    """A measure and what it is counted in, in the reader's language, each word once."""
    known = dict(terms("units"))
    named = pgettext("list", ", ").join(dict.fromkeys(known.get(unit, unit) for unit in units))
    return gettext("%(measure)s (%(units)s)") % {"measure": label, "units": named}


class QuantityForm(forms.Form):
    """One output: so many of what."""

    # Lines left wholly blank are never read, so that what a line needs can be required.
    measure = forms.ChoiceField(label=_("Measure"))
    value = forms.CharField(
        label=_("Number"),
        max_length=24,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    precision = forms.ChoiceField(label=_("Precision"), required=False)
    high = forms.CharField(
        label=_("High end"),
        max_length=24,
        required=False,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
    item = forms.CharField(label=_("Item"), max_length=64, required=False)
    output_class = forms.ChoiceField(label=_("Class"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = ("", _("as usual"))
        choices: dict[str, list[tuple[str, Any]]] = {
            "measure": _measures(),
            "unit": [usual, *terms("units")],
            "precision": [("", _("exact")), *(t for t in terms("precisions") if t[0] != "exact")],
            "output_class": [usual, *terms("output_classes")],
        }
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = offered

    @property
    def blank(self) -> bool:
        """Whether the line holds nothing but its measure."""
        return not (self["value"].value() or self["high"].value() or self["item"].value())

    @property
    def special(self) -> bool:
        """Whether anything beyond measure, number and unit is filled in or faulty."""
        names = ("precision", "high", "item", "output_class")
        return any(self[name].value() or self[name].errors for name in names)

    def clean(self) -> dict[str, Any]:
        """Read the number as people write it: 40余, 2.5万, 40至50, 3台次."""
        given: dict[str, Any] = super().clean() or {}
        if not given.get("value"):
            return given
        try:
            stated = read_number(given["value"])
        except InvalidInput as refused:
            self.add_error("value", sentence(refused))
            return given
        if stated.unit and given.get("unit") not in ("", stated.unit):
            self.add_error(
                "unit",
                gettext("The number is in “%(one)s”, the unit says “%(other)s”.")
                % {"one": stated.unit, "other": given.get("unit")},
            )
        given["value"] = stated.value
        given["unit"] = given.get("unit") or stated.unit
        given["high"] = given.get("high") or stated.high
        given["precision"] = given.get("precision") or stated.precision.value
        return given

    def quantity(self) -> QuantityInput:
        """The line as the action takes it."""
        given = self.cleaned_data
        return QuantityInput(
            given["measure"],
            given["value"],
            unit=given["unit"],
            precision=given["precision"],
            high=given["high"] or None,
            item=given["item"],
            output_class=given["output_class"],
        )


class PersonForm(forms.Form):
    """One person of the event, by name."""

    person = forms.CharField(
        label=_("Person"),
        max_length=160,
        widget=forms.TextInput({"list": "people", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("Part"), required=False)

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", "—"), *terms("participant_roles")]

    @property
    def blank(self) -> bool:
        """Whether nobody is named."""
        return not str(self["person"].value() or "").strip()

    def clean(self) -> dict[str, Any]:
        """Find the one visible person of that name, where needed by the organisation."""
        cleaned: dict[str, Any] = super().clean() or {}
        text = cleaned.get("person", "")
        match = _PERSON.match(text) if text else None
        if not match:
            return cleaned
        name, body = match.groups()
        rows = visible_people(self.viewer).filter(name=name)
        if body:
            rows = rows.filter(affiliations__organisation__name=body).distinct()
        found = list(rows.values_list("id", flat=True)[:2])
        if len(found) != 1:
            self.add_error(
                "person",
                gettext("Several people bear this name; write 姓名（单位）.")
                if found
                else gettext("You see nobody of this name."),
            )
            return cleaned
        cleaned["id"] = found[0]
        return cleaned
