"""Forms of organisations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.accounts.permissions import Viewer
from jiedui.core.packs import Term
from jiedui.core.periods import EARLIEST_FOUNDED
from jiedui.directory.access import visible_organisations, visible_places
from jiedui.directory.forms.naming import organisation_field, place_field
from jiedui.web.fields import DayField, TermField


def _grades(term: Term) -> bool:
    return term.extra.get("of") in ("organisation", "")


class OrganisationForm(forms.Form):
    """What an organisation is called and is."""

    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=160)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    kind = TermField("organisation_kinds", label=_("Kind"))
    tier = TermField("tiers", only=_grades, label=_("Grade"), required=False)
    valid_from = DayField(earliest=EARLIEST_FOUNDED, label=_("Exists from"), required=False)
    valid_to = DayField(
        earliest=EARLIEST_FOUNDED,
        label=_("Existed until"),
        required=False,
        help_text=_("Leave blank while it exists."),
    )


class NewOrganisationForm(OrganisationForm):
    """A new organisation with its seat and first identifier."""

    seat = place_field(label=_("Lies in"), required=False)
    stands_for = place_field(
        label=_("Stands for the place"),
        required=False,
        help_text=_("Only for a region's body: all that lies in the place is part of it."),
    )
    uscc = forms.CharField(label=_("Unified social credit code"), max_length=18, required=False)

    def __init__(self, viewer: Viewer, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        rows = visible_places(viewer)
        self.fields["seat"].rows = rows  # type: ignore[attr-defined]
        self.fields["stands_for"].rows = rows  # type: ignore[attr-defined]


class NameForm(forms.Form):
    """Another name."""

    other_names = forms.CharField(label=_("Other name"), max_length=160)


class IdentifierForm(forms.Form):
    """An identifier under its scheme."""

    scheme = TermField("identifier_schemes", label=_("Scheme"))
    identifiers = forms.CharField(label=_("Identifier"), max_length=64)


class DepartmentForm(forms.Form):
    """A department under its 诊疗科目."""

    specialty = TermField("specialties", label=_("Specialty"))
    name = forms.CharField(label=_("Department"), max_length=120)
    valid_from = DayField(earliest=EARLIEST_FOUNDED, label=_("Open from"), required=False)


class SeatForm(forms.Form):
    """A move to another place."""

    place = place_field(label=_("Lies in"))
    on = DayField(earliest=EARLIEST_FOUNDED, label=_("From the day"))

    def __init__(self, viewer: Viewer, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["place"].rows = visible_places(viewer)  # type: ignore[attr-defined]


class PartForm(forms.Form):
    """Part of another organisation, for a time."""

    whole = organisation_field(label=_("Part of"))
    valid_from = DayField(earliest=EARLIEST_FOUNDED, label=_("From the day"), required=False)
    valid_to = DayField(earliest=EARLIEST_FOUNDED, label=_("Last day"), required=False)

    def __init__(self, viewer: Viewer, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["whole"].rows = visible_organisations(viewer)  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """The last day of something."""

    on = DayField(earliest=EARLIEST_FOUNDED, label=_("Last day"))
