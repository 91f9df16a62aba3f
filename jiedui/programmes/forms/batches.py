"""Forms of batches, teams and the places in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.accounts.permissions import Viewer
from jiedui.directory.queries import departments_within
from jiedui.programmes.access import visible_teams
from jiedui.programmes.forms.posts import (
    NAMES,
    DepartmentField,
    find_department,
    only_one,
    own_bodies,
    seen_bodies,
)
from jiedui.programmes.models import Batch, Posting, Programme, Team
from jiedui.web.fields import DayField, NamedField, TermField

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation


class EditBatchForm(forms.Form):
    """What may be changed of a batch."""

    name = forms.CharField(
        label=pgettext_lazy("thing", "Name"),
        max_length=160,
        required=False,
        help_text=_("Blank if the number is enough."),
    )
    valid_from = DayField(
        label=_("First day"), required=False, help_text=_("From this day on it counts as sent.")
    )
    valid_to = DayField(label=_("Last day"), required=False)
    stated_people = forms.IntegerField(
        label=_("Number of people stated"),
        required=False,
        help_text=_("Only where a report tells it and the postings are not known."),
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=400,
        required=False,
        help_text=_("The report that tells of the batch, where only a report does."),
    )


class BatchForm(EditBatchForm):
    """A new batch under its number."""

    sender = NamedField(by=NAMES, label=_("Sender"))
    number = forms.IntegerField(
        label=_("Number of the batch"),
        help_text=_("In the sender's own series: 11 is its eleventh batch."),
    )
    field_order = ("sender", "number", "name", "valid_from", "valid_to", "stated_people", "source")

    def __init__(self, viewer: Viewer, programme: Programme, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        bodies = own_bodies(viewer, programme, "programmes.send")
        self.fields["sender"].rows = bodies  # type: ignore[attr-defined]
        self.fields["sender"].initial = only_one(bodies)


class EditTeamForm(forms.Form):
    """What may be changed of a team."""

    name = forms.CharField(label=_("Name of the team"), max_length=160)
    core = forms.IntegerField(
        label=_("Core"),
        required=False,
        help_text=_("How many must be on site; blank: as the programme's rule asks."),
    )
    partner_department = DepartmentField(
        label=_("Partner department"),
        max_length=120,
        required=False,
        help_text=_("The local department that learns from the team as a team."),
    )
    valid_from = DayField(label=_("First day"), required=False)
    valid_to = DayField(label=_("Last day"), required=False)

    def __init__(self, *args: Any, receiver: Organisation | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.held_at = receiver
        wards = departments_within([receiver.id] if receiver else [])
        self.fields["partner_department"].rows = wards  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The department is one of the recipient's open ones."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        find_department(self, "partner_department", self.held_at or data.get("receiver"))
        return data


class TeamForm(EditTeamForm):
    """A new team."""

    sender = NamedField(by=NAMES, label=_("Sender"))
    receiver = NamedField(by=NAMES, label=_("Recipient"))
    field_order = (
        "sender", "receiver", "name", "core", "partner_department", "valid_from", "valid_to",
    )  # fmt: skip

    def __init__(
        self,
        viewer: Viewer,
        programme: Programme,
        *args: Any,
        batch: Batch | None = None,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        bodies = own_bodies(viewer, programme, "programmes.send")
        self.fields["sender"].rows = bodies  # type: ignore[attr-defined]
        self.fields["sender"].initial = batch.sender if batch else only_one(bodies)
        self.fields["receiver"].rows = seen_bodies(viewer, programme)  # type: ignore[attr-defined]


class PlaceForm(forms.Form):
    """In which team, and as what."""

    team = forms.ModelChoiceField(
        queryset=Team.objects.none(),
        required=False,
        label=_("Team"),
        empty_label=_("None: a lone posting"),
    )
    team_role = TermField("team_roles", label=_("Role in the team"), required=False)

    def __init__(self, viewer: Viewer, posting: Posting, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        field = cast("forms.ModelChoiceField[Team]", self.fields["team"])
        field.queryset = (
            visible_teams(viewer)
            .filter(programme_id=posting.programme_id, receiver_id=posting.receiver_id)
            .order_by("name")
        )
