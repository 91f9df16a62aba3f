"""Forms of people: name, post, title, specialty and nothing that profiles a person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiedui.accounts.permissions import Viewer
from jiedui.directory.access import visible_organisations
from jiedui.directory.forms.naming import organisation_field
from jiedui.directory.models import Department
from jiedui.web.fields import DayField, TermField


class PersonForm(forms.Form):
    """A name and the number under which the home organisation knows the person."""

    name = forms.CharField(label=_("Name of the person"), max_length=64)
    staff_number = forms.CharField(label=_("Staff number"), max_length=64, required=False)


class PostForm(forms.Form):
    """The home post from a day on."""

    organisation = organisation_field(label=_("Organisation"))
    department = forms.CharField(label=_("Department"), max_length=120, required=False)
    valid_from = DayField(label=_("From the day"))

    def __init__(self, viewer: Viewer, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["organisation"].rows = visible_organisations(viewer)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The department is one of the organisation's open ones."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        name, body = data.get("department"), data.get("organisation")
        data["department"] = None
        if name and body:
            data["department"] = Department.objects.filter(
                organisation=body, name=name, valid_to__isnull=True
            ).first()
            if data["department"] is None:
                self.add_error(
                    "department", _("The organisation has no open department of this name.")
                )
        return data


class NewPersonForm(PersonForm, PostForm):
    """A new person with post, title and specialty."""

    title = TermField("titles", label=_("Title"), required=False)
    specialty = TermField("specialties", label=_("Specialty"), required=False)
    field_order = ("name", "staff_number", "organisation", "department", "title", "specialty")


class TitleForm(forms.Form):
    """A title from a day on."""

    title = TermField("titles", label=_("Title"))
    valid_from = DayField(label=_("From the day"))


class SpecialtyForm(forms.Form):
    """A specialty from a day on."""

    specialty = TermField("specialties", label=_("Specialty"))
    valid_from = DayField(label=_("From the day"), required=False)
