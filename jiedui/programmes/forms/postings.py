"""Forms of postings: the nomination, one form a step, and what belongs to a posting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.directory import access as directory
from jiedui.directory.queries import departments_within, nameable, parts_of_all, posts_today
from jiedui.programmes import access
from jiedui.programmes.forms.posts import NAMES, DepartmentField, find_department
from jiedui.programmes.models import Posting, Programme
from jiedui.programmes.queries.posts import fitting_post
from jiedui.web.fields import SUGGESTED, DayField, NamedField, Select, TermField

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation


def _text(label: Any, limit: int, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=limit, widget=forms.Textarea(attrs={"rows": rows}), **more
    )


class NominationForm(forms.Form):
    """Who is to go where, as what and when."""

    person = NamedField(
        by=("name", "staff_number"),
        label=_("Expert"),
        help_text=_("Name or staff number; the home organisation sends."),
    )
    receiver = NamedField(by=NAMES, label=_("Recipient"))
    department = DepartmentField(label=_("Department"), max_length=120, required=False)
    specialty = TermField("specialties", label=_("Specialty"))
    kind = TermField("posting_kinds", label=_("Kind of posting"))
    category = TermField("expert_categories", label=_("Category of expert"))
    planned_from = DayField(label=_("First day"))
    planned_to = DayField(label=_("Last day"))
    title = TermField(
        "titles",
        label=_("Title on the first day"),
        required=False,
        help_text=_("Blank takes the title that the directory knows."),
    )
    workload = forms.IntegerField(
        label=_("Share of full time, of 100"), initial=100, min_value=1, max_value=100
    )
    batch = forms.ChoiceField(label=_("Batch"), required=False, widget=Select)
    team = forms.ChoiceField(label=_("Team"), required=False, widget=Select)
    team_role = TermField("team_roles", label=_("Role in the team"), required=False)
    agreement = forms.ChoiceField(
        label=_("Agreement"),
        required=False,
        widget=Select,
        help_text=_("Blank takes one that covers both sides and all the days."),
    )
    post = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, viewer: Viewer, programme: Programme, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.viewer, self.programme = viewer, programme
        people = directory.visible_people(viewer).filter(example=programme.example)
        bodies = nameable(example=programme.example)
        held = access.reach(viewer)
        if not held.everything:
            bodies = bodies.filter(id__in=directory.Bodies(parts_of_all(held.seen, viewer.day)))
        self._field("person").rows = people
        self._field("receiver").rows = bodies
        wards = departments_within(None).filter(organisation__in=bodies)
        self._field("department").rows = wards
        own = {"programme": programme}
        self._batches = {
            str(row.id): row
            for row in access.visible_batches(viewer).filter(**own).select_related("sender")
            .order_by("-number", "id")[:SUGGESTED]
        }  # fmt: skip
        self._teams = {
            str(row.id): row
            for row in access.visible_teams(viewer).filter(**own).select_related("receiver")
            .order_by("-valid_from", "id")[:SUGGESTED]
        }  # fmt: skip
        self._agreements = {
            str(row.id): row
            for row in access.visible_agreements(viewer).filter(**own)
            .order_by("-valid_from", "id")[:SUGGESTED]
        }  # fmt: skip
        self._field("batch").choices = [("", "–")] + [
            (id, _("Batch %(n)s · %(sender)s") % {"n": row.number, "sender": row.sender.name})
            for id, row in self._batches.items()
        ]
        self._field("team").choices = [("", "–")] + [
            (id, f"{row.name} · {row.receiver.name}") for id, row in self._teams.items()
        ]
        self._field("agreement").choices = [("", "–")] + [
            (id, f"{row.title} {row.number}".strip()) for id, row in self._agreements.items()
        ]

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def add_error(self, field: str | None, error: Any) -> None:
        """The post is hidden: what is wrong with it stands above the form."""
        super().add_error(None if field == "post" else field, error)

    def clean(self) -> dict[str, Any]:
        """Rows in place of their names; the giver is the expert's home on the first day."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        find_department(self, "department", data.get("receiver"))
        for name, rows in (
            ("batch", self._batches), ("team", self._teams), ("agreement", self._agreements),
        ):  # fmt: skip
            data[name] = rows.get(data.get(name) or "")
        person, first = data.get("person"), data.get("planned_from")
        if person is not None and first is not None:
            home = posts_today([person.id], first).get(person.id)
            if home is None:
                self.add_error("person", _("No home organisation is known on the first day."))
            else:
                data["giver"] = home.organisation
        if (post := data.get("post")) is not None:
            data["post"] = access.visible_posts(self.viewer).filter(pk=post).first()
            if data["post"] is None:
                self.add_error(None, _("This post does not exist or is not open to you."))
        elif not self.errors:
            ward = data.get("department")
            data["post"] = fitting_post(
                self.programme.id, data["receiver"].id, data["specialty"], data["category"],
                ward.id if ward else None, data["planned_from"], data["planned_to"],
            )  # fmt: skip
        return data


class StepForm(forms.Form):
    """The day of a step, and what else the step asks for."""

    on = DayField(label=pgettext_lazy("step", "Day"))
    until = DayField(label=pgettext_lazy("posting", "Until"))
    reason = _text(_("Reason"), 400)

    def __init__(self, verb: str, *args: Any, reasoned: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["on"].initial = today()
        if not reasoned:
            del self.fields["reason"]
        if verb == "extend":
            self.fields["until"].label = _("New last day")
        elif verb == "leave":
            self.fields["until"].label = _("Planned return")
            self.fields["until"].required = False
        else:
            del self.fields["until"]
        if verb in ("leave", "depart", "return_early"):
            self.fields["on"].label = _("Last day on site")


class ReasonForm(forms.Form):
    """Why."""

    reason = _text(_("Reason"), 400)


class AppointmentForm(forms.Form):
    """A post with authority at the host."""

    kind = TermField("host_appointments", label=_("Appointed as"))
    department = DepartmentField(label=_("Department"), max_length=120, required=False)
    valid_from = DayField(label=_("First day"))
    valid_to = DayField(
        label=_("Last day"), required=False, help_text=_("Blank as long as the posting lasts.")
    )
    document = forms.CharField(label=_("Paper of the appointment"), max_length=200, required=False)
    authority = _text(_("What it empowers to"), 400, required=False)

    def __init__(self, receiver: Organisation, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.receiver = receiver
        self.fields["department"].rows = departments_within([receiver.id])  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The department is one of the host's."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        find_department(self, "department", self.receiver)
        return data


class DayForm(forms.Form):
    """The day on which something ended or was resolved."""

    on = DayField(label=pgettext_lazy("step", "Day"))


class WelfareForm(forms.Form):
    """Who sees to a line of the welfare list, and since when it is done."""

    owner = forms.ChoiceField(label=_("Seen to by"))
    done_on = DayField(label=_("Done on"), required=False, help_text=_("Blank while it is not."))

    def __init__(self, posting: Posting, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.sides = {str(body.id): body for body in (posting.receiver, posting.giver)}
        self.fields["owner"].choices = [  # type: ignore[attr-defined]
            (id, body.name) for id, body in self.sides.items()
        ]

    def clean_owner(self) -> Organisation:
        """The body in place of its id."""
        return self.sides[self.cleaned_data["owner"]]


class IssueForm(forms.Form):
    """What is wrong with a line of the welfare list."""

    issue = _text(_("What is wrong"), 400)
    on = DayField(label=_("Since"))


class EvaluationForm(forms.Form):
    """What the expert says of the own posting."""

    achieved = _text(_("What was achieved"), 4000, 5, required=False)
    unfinished = _text(_("What is left to do"), 4000, 4, required=False)
    advice = _text(_("Advice to who comes next and to both sides"), 4000, 4, required=False)
    work = forms.TypedChoiceField(
        label=_("The work there"), required=False, coerce=int, empty_value=None, choices=()
    )
    life = forms.TypedChoiceField(
        label=_("The life there"), required=False, coerce=int, empty_value=None, choices=()
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        marks = [("", "–"), (1, _("1 – poor")), (2, "2"), (3, "3"), (4, "4"), (5, _("5 – good"))]
        for name in ("work", "life"):
            self.fields[name].choices = marks  # type: ignore[attr-defined]
