"""Forms of candidates: whom a supporter can send, when and how long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jiedui.accounts.permissions import Viewer
from jiedui.directory import access as directory
from jiedui.directory.queries import posts_today
from jiedui.programmes.access import visible_programmes
from jiedui.web.fields import DayField, NamedField, TermField

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation

NAMES = ("name", "other_names__name", "name_en")


def programme_choices(viewer: Viewer) -> dict[str, Any]:
    """The programmes that the viewer sees, by their ids as a form gives them."""
    return {str(row.id): row for row in visible_programmes(viewer).order_by("name", "id")}


def own_bodies(viewer: Viewer) -> QuerySet[Organisation]:
    """The bodies for which the viewer may propose candidates."""
    sends = directory.reach(viewer, "programmes.send")
    plans = directory.reach(viewer, "planning.edit")
    rows = directory.visible_organisations(viewer)
    if sends.everything or plans.everything:
        return rows
    return rows.filter(id__in=sends.organisation_ids | plans.organisation_ids)


class CandidateFacts(forms.Form):
    """What is said of a candidate beside who it is."""

    specialty = TermField("specialties", label=_("Specialty"))
    category = TermField("expert_categories", label=_("Category of expert"))
    available_from = DayField(label=_("Can go from"))
    available_to = DayField(label=_("Must be back by"))
    max_tours = forms.IntegerField(
        label=_("Tours at most"), min_value=1, max_value=10, initial=1,
        help_text=_("How often the same person may be sent within this time."),
    )  # fmt: skip
    max_months = forms.IntegerField(
        label=_("Months of one tour at most"), min_value=1, max_value=60, initial=12
    )
    can_lead = forms.BooleanField(label=_("Can lead a team"), required=False)
    altitude_ok = forms.BooleanField(
        label=_("Fit for places at high altitude"), required=False,
    )  # fmt: skip
    flexible_ok = forms.BooleanField(
        label=_("Will come and go for posts that are visited at intervals"), required=False
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )


class CandidateForm(CandidateFacts):
    """A candidate of an own organisation, known to the directory or new."""

    programme = forms.ChoiceField(label=_("Programme"))
    person = NamedField(
        by=("name", "staff_number"), label=_("Expert"), required=False,
        help_text=_("Name or staff number, of somebody in the directory."),
    )  # fmt: skip
    newcomer = forms.CharField(
        label=_("Or the name of somebody new"), required=False, max_length=64,
        help_text=_("Adds the person to the staff of the organisation below."),
    )  # fmt: skip
    giver = NamedField(
        by=NAMES, label=_("Who would send"), required=False,
        help_text=_("Blank takes the home organisation of an expert whom the directory knows."),
    )  # fmt: skip
    title = TermField("titles", label=_("Title of the new person"), required=False)
    field_order = (
        "programme", "person", "newcomer", "giver", "title", "specialty", "category",
        "available_from", "available_to",
    )  # fmt: skip

    def __init__(self, viewer: Viewer, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.programmes = programme_choices(viewer)
        self.fields["programme"].choices = [  # type: ignore[attr-defined]
            *([("", "–")] if len(self.programmes) > 1 else []),
            *((id, row.name) for id, row in self.programmes.items()),
        ]
        self.fields["person"].rows = directory.visible_people(viewer)  # type: ignore[attr-defined]
        self.fields["giver"].rows = own_bodies(viewer)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One person, known or new, and the organisation that sends."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["programme"] = self.programmes.get(data.get("programme") or "")
        person, newcomer = data.get("person"), data.get("newcomer")
        if "person" not in self.errors and bool(person) == bool(newcomer):
            self.add_error(
                "person",
                _("Choose somebody of the directory, or write the name of somebody new below."),
            )
        first = data.get("available_from")
        if person and first and not data.get("giver"):
            home = posts_today([person.id], first).get(person.id)
            data["giver"] = home.organisation if home else None
        if (person or newcomer) and "giver" not in self.errors and first and not data.get("giver"):
            self.add_error("giver", _("Say which organisation would send this person."))
        return data


class ReasonForm(forms.Form):
    """Why something is withdrawn, refused or taken back."""

    reason = forms.CharField(
        label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, needed: bool = True, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["reason"].required = needed
