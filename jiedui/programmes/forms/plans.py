"""Forms of work plans, meetings and tasks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.accounts.permissions import Viewer
from jiedui.directory.access import visible_organisations
from jiedui.directory.queries import nameable
from jiedui.programmes.actions import Attending
from jiedui.programmes.domain.plans import ACTION, GOAL, INDICATOR
from jiedui.programmes.forms.agreements import BodiesForm
from jiedui.programmes.forms.posts import NAMES, only_one, own_bodies
from jiedui.programmes.models import Meeting, Programme
from jiedui.web.fields import DayField, NamedField, TermField


def _long(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=8000, help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip


class PlanForm(forms.Form):
    """Whose plan it is, and for which time."""

    title = forms.CharField(label=pgettext_lazy("document", "Title"), max_length=200)
    owner = NamedField(by=NAMES, label=_("Whose plan it is"))
    valid_from = DayField(label=_("First day"), required=False)
    valid_to = DayField(label=_("Last day"), required=False)

    def __init__(self, viewer: Viewer, programme: Programme, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        rows = own_bodies(viewer, programme, "programmes.edit")
        self.fields["owner"].rows = rows  # type: ignore[attr-defined]
        self.fields["owner"].initial = only_one(rows)


# The fields that each level has.
HAS = {
    GOAL: ("title", "evidence", "evidence_url", "owner"),
    ACTION: ("title", "owner", "due_on"),
    INDICATOR: ("title", "indicator", "baseline", "value"),
}


class PlanItemForm(forms.Form):
    """A goal, an action or an indicator: each shows the fields that it has."""

    title = forms.CharField(label=_("What"), max_length=200)
    evidence = forms.CharField(
        label=_("The need that it answers"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What shows the need: numbers, a survey. No names of patients."),
    )
    evidence_url = forms.CharField(
        label=_("Where this is seen"),
        max_length=400,
        required=False,
        help_text=_("The address of a page here (/…) or on the web (https://…)."),
    )
    owner = NamedField(by=NAMES, label=_("Who does it"), required=False)
    due_on = DayField(label=_("To be done by"), required=False)
    indicator = TermField(
        "measures",
        label=_("Measure"),
        required=False,
        help_text=_("Chosen, the plan leads to what the figures say of it."),
    )
    baseline = forms.DecimalField(
        label=_("Baseline"), required=False, max_digits=18, decimal_places=2
    )
    value = forms.DecimalField(
        label=_("Target value"), required=False, max_digits=18, decimal_places=2
    )

    def __init__(
        self, viewer: Viewer, programme: Programme, level: str, *args: Any, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        for name in set(self.fields) - set(HAS[level]):
            del self.fields[name]
        if "owner" in self.fields:
            rows = nameable(example=programme.example)
            if not visible_organisations(viewer).exists():
                rows = rows.none()
            self.fields["owner"].rows = rows  # type: ignore[attr-defined]


class DoneForm(forms.Form):
    """On which day an action was done; blank takes it back."""

    on = DayField(
        label=_("Done on"), required=False, help_text=_("Blank: it is not done after all.")
    )


class MeetingForm(BodiesForm):
    """What was held, when, and who took part."""

    kind = TermField("meeting_kinds", label=_("Kind"))
    title = forms.CharField(label=pgettext_lazy("document", "Title"), max_length=200)
    held_from = DayField(label=_("First day"))
    held_to = DayField(label=_("Last day"), required=False)
    place = forms.CharField(label=pgettext_lazy("meeting", "Place"), max_length=160, required=False)
    delegation = forms.IntegerField(
        label=_("Size of the delegation"), required=False, help_text=_("Only of a visit.")
    )
    agenda = _long(_("Agenda"))
    decisions = _long(_("Decisions"), _("One a line."))
    outputs = _long(_("What came of it"), _("Of a visit: what was agreed, taught or begun."))

    def __init__(self, viewer: Viewer, programme: Programme, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.add_roles(viewer, programme)

    def clean(self) -> dict[str, Any]:
        """Who took part, each in its role."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["bodies"] = [Attending(body, role) for body, role in self.bodies(data)]
        return data


class MinutesForm(forms.Form):
    """What was on the agenda and what came of it."""

    delegation = forms.IntegerField(
        label=_("Size of the delegation"), required=False, help_text=_("Only of a visit.")
    )
    agenda = _long(_("Agenda"))
    decisions = _long(_("Decisions"), _("One a line."))
    outputs = _long(_("What came of it"), _("Of a visit: what was agreed, taught or begun."))

    @staticmethod
    def of(meeting: Meeting) -> dict[str, Any]:
        """A meeting as the form's first values."""
        names = ("delegation", "agenda", "decisions", "outputs")
        return {name: getattr(meeting, name) for name in names}


class TaskForm(forms.Form):
    """What a body is to do, and by when."""

    title = forms.CharField(label=_("What"), max_length=200)
    owner = NamedField(by=NAMES, label=_("Who does it"))
    due_on = DayField(label=_("To be done by"), required=False)

    def __init__(self, viewer: Viewer, programme: Programme, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        rows = nameable(example=programme.example)
        if not visible_organisations(viewer).exists():
            rows = rows.none()
        self.fields["owner"].rows = rows  # type: ignore[attr-defined]


class TaskDoneForm(forms.Form):
    """When and how a task was done."""

    on = DayField(label=_("Done on"))
    note = forms.CharField(
        label=_("How"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
