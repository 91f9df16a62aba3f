"""Forms of teaching sessions: what is taught, who was there, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput
from jiedui.core.periods import read_day
from jiedui.directory.queries import (
    department_named,
    departments_within,
    nameable,
    parts_of_each,
    people_at,
)
from jiedui.mentoring.actions.sessions import DayInput, SessionInput
from jiedui.mentoring.domain.sign_in import lines_of
from jiedui.programmes.access import reach, visible_programmes
from jiedui.web.fields import NamedField, SeveralNamedField, TermField
from jiedui.web.forms import sentence

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from jiedui.directory.models import Organisation
    from jiedui.mentoring.models import TeachingSession

NAMES = ("name", "other_names__name", "name_en")


def words_field(label: Any, limit: int = 400, rows: int = 3, **more: Any) -> forms.CharField:
    """A text of some lines."""
    return forms.CharField(
        label=label, max_length=limit, widget=forms.Textarea(attrs={"rows": rows}), **more
    )


def money_field(label: Any) -> forms.DecimalField:
    """Yuan, blank where nobody knows."""
    return forms.DecimalField(
        label=label, required=False, min_value=0, max_digits=14, decimal_places=2,
        help_text=_("Yuan; blank where nobody knows."),
    )  # fmt: skip


def seen_bodies(viewer: Viewer, *, example: bool | None) -> QuerySet[Organisation]:
    """The bodies that the viewer sees as the own or through a tie."""
    rows = nameable(example=bool(example))
    held = reach(viewer)
    return rows if held.everything else rows.filter(id__in=held.seen)


def only_one(rows: Any) -> Any:
    """The one row, where there is no choice."""
    found = list(rows[:2])
    return found[0] if len(found) == 1 else None


class DepartmentField(NamedField):
    """A department by its name; the form finds it at the body that it names."""

    def clean(self, value: Any) -> str:
        """The name as it was written."""
        text: str = forms.CharField.clean(self, value)
        return text


def found_department(form: forms.Form, body: Organisation | None) -> Any:
    """The department that the form names, at the body; an error at the field if there is none."""
    name = form.cleaned_data.get("department")
    if not name or body is None:
        return None
    found = department_named(body.id, str(name))
    if found is None:
        form.add_error("department", _("The organisation has no open department of this name."))
    return found


class DaysField(forms.CharField):
    """The days of a session, one a line: day, time, hours."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        """Days as lines."""
        if isinstance(value, (list, tuple)):
            return "\n".join(
                f"{each.on:%Y-%m-%d} {each.starts_at:%H:%M} {each.hours.normalize():f}"
                for each in value
            )
        return value

    def clean(self, value: Any) -> list[DayInput]:
        """The days, or an error that names its line."""
        text = super().clean(value)
        found, faults = [], []
        for number, cells in lines_of(text):
            try:
                found.append(_day(cells))
            except (ValueError, InvalidOperation, InvalidInput) as wrong:
                said = (
                    sentence(wrong)
                    if isinstance(wrong, InvalidInput)
                    else _now("Write day, time and hours, as in %(example)s.")
                    % {"example": f"{today():%Y-%m-%d} 09:00 2"}
                )
                faults.append(_now("Line %(n)s: %(fault)s") % {"n": number, "fault": said})
        if faults:
            raise forms.ValidationError(faults)
        return found


def _day(cells: Sequence[str]) -> DayInput:
    day, at, hours = cells
    read: date = read_day(day)
    return DayInput(read, time.fromisoformat(at.replace("：", ":").zfill(5)), Decimal(hours))


class SessionForm(forms.Form):
    """A teaching session: what, between whom, when, by whom."""

    programme = NamedField(label=_("Programme"))
    giver = NamedField(by=NAMES, label=_("Supporter"))
    receiver = NamedField(by=NAMES, label=_("Recipient"))
    kind = TermField("session_kinds", label=_("Kind"))
    direction = TermField("teaching_directions", label=_("Direction"))
    topic = forms.CharField(
        label=_("Topic"), max_length=200,
        help_text=_("Of a case conference the question, never who the patient is."),
    )  # fmt: skip
    specialty = TermField("specialties", label=_("Specialty"))
    procedure = TermField(
        "procedures", label=_("Procedure that it teaches"), required=False,
        help_text=_("So that one sees later whether learners do it, and the department too."),
    )  # fmt: skip
    department = DepartmentField(
        label=_("Department of the recipient"), max_length=120, required=False
    )
    days = DaysField(
        label=pgettext_lazy("session", "Days"),
        help_text=_("One a line: day, time, hours. A course of several days has several lines."),
    )
    teachers = SeveralNamedField(
        by=("name", "staff_number"), label=_("Teachers"), required=False,
        help_text=_("One a line, by name or staff number."),
    )  # fmt: skip
    cme_credits = forms.DecimalField(
        label=_("CME credits"), required=False, min_value=0, max_digits=4, decimal_places=1
    )
    cme_class = TermField("cme_classes", label=_("CME class"), required=False)
    cme_number = forms.CharField(label=_("CME project number"), max_length=64, required=False)
    budget = money_field(_("Budget"))
    spent = money_field(_("Spent"))
    note = words_field(_("Note"), 4000, required=False)

    def __init__(
        self, viewer: Viewer, *args: Any, session: TeachingSession | None = None, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.session = session
        fields: dict[str, Any] = self.fields
        if session is not None:
            for name in ("programme", "giver", "receiver"):
                del fields[name]
            bodies: Any = [session.giver_id, session.receiver_id]
            example = session.programme.example
            wards = departments_within([session.receiver_id])
        else:
            programmes = visible_programmes(viewer)
            fields["programme"].rows = programmes
            fields["programme"].initial = only_one(programmes.order_by("name"))
            example = _world(viewer, programmes)
            seen = seen_bodies(viewer, example=example)
            fields["giver"].rows = fields["receiver"].rows = seen
            bodies = list(seen.values_list("id", flat=True)[:400])
            wards = departments_within(None).filter(organisation__in=seen)
        fields["department"].rows = wards
        within: set[Any] = set()
        for parts in parts_of_each(bodies).values():
            within |= parts
        fields["teachers"].rows = people_at(within, example=example)

    def clean(self) -> dict[str, Any]:
        """The department is one of the recipient's open ones."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        body = self.session.receiver if self.session else data.get("receiver")
        data["department"] = found_department(self, body)
        return data

    def said(self) -> SessionInput:
        """What the form says of the session."""
        data = self.cleaned_data
        names = ("kind", "direction", "specialty", "topic", "days", "procedure", "department",
                 "note", "cme_credits", "cme_class", "cme_number", "budget", "spent")  # fmt: skip
        return SessionInput(**{name: data[name] for name in names})


def _world(viewer: Viewer, programmes: Any) -> bool:
    """Whether what the viewer sees is the example's."""
    first = programmes.order_by("example", "name").first()
    return bool(first and first.example)


class ReasonForm(forms.Form):
    """Why."""

    reason = words_field(_("Reason"))


class EntryForm(forms.Form):
    """Which entry of the ledger tells of the same event; blank drafts a new one."""

    entry = forms.ChoiceField(label=_("Entry of the same event"), required=False)

    def __init__(self, choices: Sequence[tuple[str, str]], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        drafts = ("", _("None yet: draft one from this session"))
        self.fields["entry"].choices = [drafts, *choices]  # type: ignore[attr-defined]

    def clean_entry(self) -> UUID | None:
        """The entry's id, or None."""
        value = self.cleaned_data["entry"]
        return UUID(value) if value else None
