"""Forms of posts, and the fields that name a body of a programme or one of its departments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jiedui.accounts.permissions import Viewer
from jiedui.directory import access as directory
from jiedui.directory.queries import department_named, departments_within, nameable
from jiedui.programmes.access import reach
from jiedui.programmes.models import Programme
from jiedui.web.fields import DayField, NamedField, TermField

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation

NAMES = ("name", "other_names__name", "name_en")


def own_bodies(viewer: Viewer, programme: Programme, permission: str) -> QuerySet[Organisation]:
    """The bodies for which the viewer may act, of the programme's world."""
    rows = nameable(example=programme.example)
    held = directory.reach(viewer, permission)
    led = directory.reach(viewer, "programmes.edit")
    if held.everything or led.everything:
        return rows
    return rows.filter(id__in=held.organisation_ids | led.organisation_ids)


def seen_bodies(viewer: Viewer, programme: Programme) -> QuerySet[Organisation]:
    """The bodies that the viewer sees as the own or through a tie, of the programme's world."""
    rows = nameable(example=programme.example)
    held = reach(viewer)
    return rows if held.everything else rows.filter(id__in=held.seen)


def only_one(rows: QuerySet[Any]) -> Any:
    """The one row, where there is no choice."""
    found = list(rows[:2])
    return found[0] if len(found) == 1 else None


class DepartmentField(NamedField):
    """A department by its name; the form finds it at the body that it names."""

    def clean(self, value: Any) -> str:
        """The name as it was written."""
        text: str = forms.CharField.clean(self, value)
        return text

    def prepare_value(self, value: Any) -> Any:
        """A department is shown by its name."""
        return getattr(value, "name", value)


def find_department(form: forms.Form, field: str, body: Organisation | None) -> None:
    """Put the department in place of its name; an error at the field where there is none."""
    data = form.cleaned_data
    name = data.get(field)
    data[field] = None
    if name and body is not None:
        data[field] = department_named(body.id, name)
        if data[field] is None:
            form.add_error(field, _("The organisation has no open department of this name."))


class PostForm(forms.Form):
    """What a recipient asks to have filled."""

    receiver = NamedField(by=NAMES, label=_("Recipient"))
    department = DepartmentField(label=_("Department"), max_length=120, required=False)
    specialty = TermField("specialties", label=_("Specialty"))
    title = TermField(
        "titles",
        label=_("Least title"),
        required=False,
        help_text=_("Blank if any title will do."),
    )
    category = TermField("expert_categories", label=_("Category of expert"))
    mode = TermField("post_modes", label=_("Mode"))
    team_role = TermField("team_roles", label=_("Role in a team"), required=False)
    headcount = forms.IntegerField(label=_("Number of people"), initial=1)
    months = forms.IntegerField(label=_("Months"), initial=6)
    needed_from = DayField(label=_("Needed from"))
    needed_to = DayField(label=_("Needed to"), required=False, help_text=_("Blank if it goes on."))
    apprentices = forms.IntegerField(
        label=_("Apprentices who wait"), initial=0, help_text=_("Local staff who are to learn.")
    )
    priority = forms.TypedChoiceField(
        label=_("Priority"),
        coerce=int,
        initial=3,
        choices=[(1, _("1 – most urgent")), (2, "2"), (3, "3"), (4, "4"), (5, _("5 – can wait"))],
    )
    reason = forms.CharField(
        label=_("Why it is needed"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Of priority 1 and 2 it must be said. No names of patients."),
    )

    def __init__(
        self,
        viewer: Viewer,
        programme: Programme,
        *args: Any,
        receiver: Organisation | None = None,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.held_at = receiver
        if receiver is not None:
            # What is edited stays where it is.
            del self.fields["receiver"]
            wards = departments_within([receiver.id])
        else:
            bodies = own_bodies(viewer, programme, "programmes.host")
            self.fields["receiver"].rows = bodies  # type: ignore[attr-defined]
            self.fields["receiver"].initial = only_one(bodies)
            wards = departments_within(None).filter(organisation__in=bodies)
        self.fields["department"].rows = wards  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The department is one of the recipient's open ones."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        find_department(self, "department", self.held_at or data.get("receiver"))
        return data


class ReasonForm(forms.Form):
    """Why something is refused, closed or withdrawn."""

    reason = forms.CharField(
        label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )


class ClosePostForm(ReasonForm):
    """Why and since when nobody is asked for any more."""

    on = DayField(label=_("Last day"))
    field_order = ("on", "reason")
