"""Forms of techniques: the proposal, its corrections, steps, reviews, needs and taper plan."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput
from jiedui.core.packs import Term, vocabulary
from jiedui.core.periods import read_day
from jiedui.directory.queries import (
    department_named,
    departments_within,
    nameable,
    posts_today,
)
from jiedui.mentoring.actions.technique_plans import Stretch
from jiedui.mentoring.models import Technique
from jiedui.mentoring.queries.people import known_people
from jiedui.programmes.access import reach, visible_postings, visible_programmes
from jiedui.web.fields import SUGGESTED, DayField, NamedField, TermField
from jiedui.web.forms import sentence

NAMES = ("name", "name_en", "other_names__name", "identifiers__value")


def _text(label: Any, limit: int, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=limit, widget=forms.Textarea(attrs={"rows": rows}), **more
    )


class DepartmentField(NamedField):
    """A department by its name; the form finds it at the receiver."""

    def clean(self, value: Any) -> str:
        """The name as it was written."""
        text: str = forms.CharField.clean(self, value)
        return text


class TechniqueForm(forms.Form):
    """What a technique is."""

    name = forms.CharField(label=_("Name of the technique"), max_length=160)
    category = TermField("technique_categories", label=_("Category"))
    specialty = TermField("specialties", label=_("Specialty"))
    department = DepartmentField(
        label=pgettext_lazy("clinical", "Department"), max_length=120, required=False
    )
    procedure = TermField(
        "procedures",
        label=_("Procedure of the logbook"),
        required=False,
        help_text=_("Cases of this procedure in the department count as cases of the technique."),
    )
    grade = TermField(
        "technique_grades",
        label=_("Grade of surgery"),
        required=False,
        help_text=_("Blank where it is no operation."),
    )
    codes = _text(
        _("Procedure codes (ICD-9-CM-3)"), 400, 2, required=False,
        help_text=_("One or several, parted by blanks; by them it is found in discharge data."),
    )  # fmt: skip
    expected_cases = forms.IntegerField(
        label=_("Cases to be expected a year"),
        initial=12,
        min_value=1,
        max_value=20_000,
        help_text=_("Stands for the demand until discharge data are there."),
    )

    def field(self, name: str) -> Any:
        """A field, for what is set by the viewer."""
        return self.fields[name]

    def find_department(self, receiver_id: UUID, data: dict[str, Any]) -> None:
        """The receiver's department of that name in place of the name."""
        text = (data.get("department") or "").strip()
        data["department"] = department_named(receiver_id, text) if text else None
        if text and data["department"] is None:
            self.add_error("department", _("The recipient has no open department of this name."))

    def clean_codes(self) -> list[str]:
        """The codes in place of the text."""
        return [part for part in re.split(r"[\s,;，；、]+", self.cleaned_data["codes"]) if part]

    def clean_grade(self) -> int | None:
        """The grade as a number."""
        return int(self.cleaned_data["grade"]) if self.cleaned_data["grade"] else None


class CorrectionForm(TechniqueForm):
    """What a technique is, said better."""

    def __init__(self, technique: Technique, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.receiver_id = technique.receiver_id
        self.field("department").rows = departments_within([technique.receiver_id])

    def clean(self) -> dict[str, Any]:
        """The department is one of the receiver's."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        self.find_department(self.receiver_id, data)
        return data


class ClaimForm(forms.Form):
    """In which scope a technique is claimed to be new."""

    scope = TermField(
        "novelty_scopes",
        label=_("Claimed to be new"),
        required=False,
        help_text=_("Blank: nothing is claimed. Somebody else reviews the claim."),
    )
    claim = _text(_("What is new, compared with what"), 400, required=False)
    evidence = _text(
        _("Evidence"), 400, required=False,
        help_text=_("A search of novelty, the hospital's registers, publications."),
    )  # fmt: skip


class ProposalForm(TechniqueForm, ClaimForm):
    """A technique that an expert brings."""

    programme = forms.ChoiceField(label=_("Programme"))
    receiver = NamedField(by=NAMES, label=_("Recipient"))
    introduced_by = NamedField(
        by=("name", "staff_number"),
        label=_("Brought by"),
        help_text=_("Name or staff number of the expert; the home organisation is the supporter."),
    )
    proposed_on = DayField(label=_("Proposed on"))

    field_order = (
        "programme", "receiver", "department", "name", "category", "specialty", "introduced_by",
        "proposed_on", "grade", "codes", "procedure", "expected_cases", "scope", "claim",
        "evidence",
    )  # fmt: skip

    def __init__(self, viewer: Viewer, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.viewer = viewer
        rows = visible_programmes(viewer).order_by("name", "id")[:SUGGESTED]
        self._programmes = {str(row.id): row for row in rows}
        self.field("programme").choices = [(id, row.name) for id, row in self._programmes.items()]
        bodies = nameable(example=False) | nameable(example=True)
        held = reach(viewer)
        if not held.everything:
            bodies = bodies.filter(id__in=held.seen)
        self.field("receiver").rows = bodies
        self.field("department").rows = departments_within(None if held.everything else held.seen)
        self.field("introduced_by").rows = known_people(viewer)
        self.field("proposed_on").initial = today()

    def clean(self) -> dict[str, Any]:
        """Rows in place of names; the giver is the expert's home, or who posted the expert."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["programme"] = self._programmes.get(data.get("programme") or "")
        person, day = data.get("introduced_by"), data.get("proposed_on")
        receiver = data.get("receiver")
        if receiver is not None:
            self.find_department(receiver.id, data)
        if person is None or day is None or receiver is None or data["programme"] is None:
            return data
        # The posting that holds, or the newest one here.
        here = visible_postings(self.viewer).filter(
            person=person, receiver=receiver, programme=data["programme"]
        )
        posting = here.filter(arrived_on__isnull=False).order_by("-starts_on").first()
        data["posting"] = posting
        if posting is not None:
            data["giver"] = posting.giver
            return data
        home = posts_today([person.id], day).get(person.id)
        if home is None:
            self.add_error("introduced_by", _("No home organisation is known on this day."))
        else:
            data["giver"] = home.organisation
        return data


class ApprovalForm(forms.Form):
    """The day of the approval, and the days of the papers that it rests on."""

    on = DayField(label=_("Approved on"))
    licence_on = DayField(label=_("Authorised on (licence, filing)"), required=False)
    ethics_on = DayField(label=_("Reviewed by the ethics committee on"), required=False)

    def __init__(self, technique: Technique, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["on"].initial = today()
        table = vocabulary()
        asking: list[Term] = [table.term("technique_categories", technique.category)]
        if technique.grade is not None:
            asking.append(table.term("technique_grades", str(technique.grade)))
        for name, column in (("licence_on", "licence"), ("ethics_on", "ethics")):
            self.fields[name].required = any(row.extra[column] for row in asking)


class EndForm(forms.Form):
    """Since when and why a technique is no longer performed."""

    on = DayField(label=pgettext_lazy("step", "Day"))
    reason = TermField("stop_reasons", label=_("Reason"))
    note = _text(_("What happened"), 400, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["on"].initial = today()


class ResumeForm(forms.Form):
    """Since when a technique is performed again."""

    on = DayField(label=pgettext_lazy("step", "Day"))
    note = _text(_("What made it possible"), 400, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["on"].initial = today()


class WithdrawForm(forms.Form):
    """Since when and why a proposal no longer stands."""

    on = DayField(label=pgettext_lazy("step", "Day"))
    reason = _text(_("Reason"), 400)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["on"].initial = today()


class ReviewForm(forms.Form):
    """What a reviewer finds of a claim."""

    scope = forms.ChoiceField(
        label=_("Found to be new"), required=False, help_text=_("At most the scope claimed.")
    )
    note = _text(
        _("Reasons"), 400, required=False,
        help_text=_("Required unless the claim is confirmed as it was made."),
    )  # fmt: skip
    on = DayField(label=_("Reviewed on"))
    # How many reviews the reviewer knows of: one that came in between is not passed over.
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, technique: Technique, language: str, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        table = vocabulary().table("novelty_scopes")
        order = list(table)
        upto = order[: order.index(technique.scope_claimed) + 1]
        choices = [(code, table[code].label(language)) for code in reversed(upto)]
        self.fields["scope"].choices = [  # type: ignore[attr-defined]
            ("", _("The claim does not hold")), *choices,
        ]  # fmt: skip
        self.fields["on"].initial = today()

    def add_error(self, field: str | None, error: Any) -> None:
        """The count is hidden: what is wrong with it stands above the form."""
        super().add_error(None if field == "seen" else field, error)


class NeedForm(forms.Form):
    """What a technique needs of a platform department."""

    platform = TermField("platform_departments", label=_("Platform department"))
    need = forms.CharField(label=_("What is needed"), max_length=200, required=False)
    due_on = DayField(label=_("To be ready by"), required=False)
    ready_on = DayField(
        label=_("Ready since"), required=False, help_text=_("Blank while it is not ready.")
    )


class TaperForm(forms.Form):
    """The taper plan, one stretch a line."""

    stretches = forms.CharField(
        label=_("Stretches of months, one a line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "First month, last month, an expert's days on site a month, share led locally of 100."
            " For example: 2026-01 2026-06 20 30"
        ),
    )

    def clean_stretches(self) -> list[Stretch]:
        """The stretches in place of the text; a line that cannot be read is named."""
        found = []
        for number, line in enumerate(self.cleaned_data["stretches"].splitlines(), 1):
            parts = [part for part in re.split(r"[\s,;，；、]+", line.strip()) if part]
            if not parts:
                continue
            try:
                if len(parts) != 4:
                    raise ValueError(line)
                first, last = (_month(part) for part in parts[:2])
                found.append(Stretch(first, last, int(parts[2]), int(parts[3].rstrip("%"))))
            except InvalidInput as refused:
                raise forms.ValidationError(
                    f"{number}: {sentence(refused)}", code="line-unreadable"
                ) from refused
            except ValueError as wrong:
                raise forms.ValidationError(
                    _("Line %(n)s cannot be read: give two months and two whole numbers."),
                    code="line-unreadable", params={"n": number},
                ) from wrong  # fmt: skip
        return found


def _month(text: str) -> date:
    return read_day(text).replace(day=1)


class SureForm(forms.Form):
    """Nothing but the button."""
