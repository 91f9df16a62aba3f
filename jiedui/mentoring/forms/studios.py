"""Forms of mentoring studios."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.accounts.permissions import Viewer
from jiedui.directory.queries import departments_within, people_among, people_at
from jiedui.mentoring.models import Studio
from jiedui.mentoring.queries.people import known_people
from jiedui.web.fields import DayField, NamedField, TermField

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation


def people_of(viewer: Viewer, *bodies: Any) -> Any:
    """The staff of these organisations whom the viewer knows."""
    here = Q(affiliations__organisation__in=bodies)
    return known_people(viewer).filter(here).distinct()


class StudioForm(forms.Form):
    """A studio between two known sides."""

    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=160)
    leader = NamedField(
        by=("name", "staff_number"), label=_("Led by"),
        help_text=_("Name or staff number, of somebody of the two sides."),
    )  # fmt: skip
    department = forms.ChoiceField(label=_("Department of the recipient"), required=False)
    valid_from = DayField(label=_("Open from"))
    valid_to = DayField(label=_("Open to"), required=False)

    def __init__(
        self, viewer: Viewer, giver: Organisation, receiver: Organisation, *args: Any, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.departments = {str(row.id): row for row in departments_within([receiver.id])}
        fields: dict[str, Any] = self.fields
        fields["department"].choices = [
            ("", "–"), *((id, row.name) for id, row in self.departments.items()),
        ]  # fmt: skip
        fields["leader"].rows = people_of(viewer, giver.id, receiver.id)

    def clean(self) -> dict[str, Any]:
        """The department as its row."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["department"] = self.departments.get(data.get("department") or "")
        return data


class MemberForm(forms.Form):
    """Somebody belongs to the studio from a day on."""

    person = NamedField(by=("name", "staff_number"), label=pgettext_lazy("learning", "Member"))
    on = DayField(label=_("From"))

    def __init__(self, viewer: Viewer, studio: Studio, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        known = people_of(viewer, studio.giver_id, studio.receiver_id)
        # Who leads it there names those whom it is for, seen in the directory or not.
        there = people_at([studio.receiver_id], example=studio.programme.example)
        rows = people_among(known.values("id")) | there
        self.fields["person"].rows = rows  # type: ignore[attr-defined]


class DayForm(forms.Form):
    """A day of the calendar."""

    on = DayField(label=_("Day"))
    topic = forms.CharField(label=_("Topic"), max_length=200)


class ToldForm(forms.Form):
    """How a day of the calendar went."""

    held = forms.ChoiceField(
        label=_("Was it held?"), widget=forms.RadioSelect,
        choices=[("yes", _("Took place")), ("no", _("Not held"))],
    )  # fmt: skip
    note = forms.CharField(
        label=_("What was done, or why not"), required=False, max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class OutputForm(forms.Form):
    """What came of the studio."""

    kind = TermField("studio_outputs", label=_("Kind of output"))
    title = forms.CharField(label=pgettext_lazy("document", "Title"), max_length=200)
    on = DayField(label=_("Day"))
    note = forms.CharField(
        label=_("Note"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )


class CloseForm(forms.Form):
    """The studio's last day."""

    on = DayField(label=_("Last day"))
