"""Forms of departments and hospitals: criteria, stages, levels, standards, clinics, roads …"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.accounts.permissions import Viewer
from jiedui.core.packs import Term, vocabulary
from jiedui.directory.access import visible_people
from jiedui.directory.queries import departments_within
from jiedui.mentoring.queries.departments import helping
from jiedui.web.fields import DayField, NamedField, TermField
from jiedui.web.templatetags.jiedui import named, period, term

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation

WEEK = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"),
    _("Sunday"),
)  # fmt: skip


def _words(label: Any, limit: int = 400, *, required: bool = True, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=limit, required=required,
        widget=forms.Textarea(attrs={"rows": 3}), **more,
    )  # fmt: skip


class HelpedField(forms.ChoiceField):
    """The pairing by which a hospital was helped; the form sets whose."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            label=_("Helped by"),
            help_text=_(
                "The pairing under which this came about: it is counted for its supporter."
            ),
            **more,
        )
        self.pairings: dict[str, Any] = {}

    def offer(self, viewer: Viewer, organisation: Organisation) -> None:
        """Offer the pairings of the organisation, the newest first."""
        self.pairings = {str(row.id): row for row in helping(viewer, organisation.id)}
        labels = [
            (id, f"{named(row.giver)} · {term(row.kind, 'pairing_kinds')} · {named(row.programme)}"
             f" · {period(row.valid_from, row.valid_to)}")
            for id, row in self.pairings.items()
        ]  # fmt: skip
        self.choices = labels if len(labels) == 1 else [("", "–"), *labels]

    def clean(self, value: Any) -> Any:
        """The pairing."""
        return self.pairings.get(super().clean(value))


class OfHospitalForm(forms.Form):
    """A form about a hospital: its pairings, departments and staff to choose from."""

    def __init__(self, viewer: Viewer, organisation: Organisation, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        helped = self.fields.get("pairing")
        if isinstance(helped, HelpedField):
            helped.offer(viewer, organisation)
        if "department" in self.fields:
            rows = departments_within([organisation.id])
            self.fields["department"].rows = rows  # type: ignore[attr-defined]
        if "owner" in self.fields:
            staff = visible_people(viewer).filter(affiliations__organisation=organisation)
            self.fields["owner"].rows = staff.distinct()  # type: ignore[attr-defined]

    def keep(self, programme_id: UUID, giver_id: UUID) -> None:
        """Show the pairing that was said before."""
        helped = self.fields["pairing"]
        if isinstance(helped, HelpedField):
            self.initial["pairing"] = next(
                (
                    id for id, row in helped.pairings.items()
                    if (row.programme_id, row.giver_id) == (programme_id, giver_id)
                ),
                "",
            )  # fmt: skip


class CriterionForm(forms.Form):
    """Whether a criterion is met."""

    met = forms.TypedChoiceField(
        label=_("Is it met?"),
        choices=[("yes", _("Met")), ("no", _("Not met"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    on = DayField(label=_("Judged on"))
    evidence = _words(
        _("What shows it"), help_text=_("A document, a roster, numbers. No names of patients.")
    )


class StageForm(forms.Form):
    """The stage that a department reached, by its criteria."""

    stage = TermField("maturity_stages", label=_("Stage"))
    on = DayField(label=_("Reached on"))


class FallForm(forms.Form):
    """The stage to which a department fell back."""

    stage = TermField(
        "maturity_stages", label=_("Stage"), required=False,
        help_text=_("Blank: below the first stage."),
    )  # fmt: skip
    on = DayField(label=_("Fell back on"))
    reason = _words(_("Why"))


class LevelForm(OfHospitalForm):
    """A level of the key-specialty ladder."""

    pairing = HelpedField()
    target_on = DayField(label=_("Aimed at by"), required=False)
    reached_on = DayField(label=_("Reached on"), required=False)
    evidence = _words(
        _("What shows it"), required=False,
        help_text=_("The number and day of the document, once it is reached."),
    )  # fmt: skip
    lost_on = DayField(label=_("Lost on"), required=False)
    reason = _words(_("Why it was lost"), required=False)


def of_scope(scope: str) -> Any:
    """Which standards are of a department, or of a hospital."""

    def fits(term: Term) -> bool:
        return term.extra.get("scope") == scope

    return fits


class ChecklistForm(forms.Form):
    """Which standard a department or a hospital works towards."""

    standard = TermField("standards", label=_("Standard"))
    begun_on = DayField(label=_("Begun on"))
    target_on = DayField(label=_("To be reached by"), required=False)

    def __init__(self, scope: str, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["standard"] = TermField("standards", label=_("Standard"), only=of_scope(scope))


class ItemForm(OfHospitalForm):
    """How an item of a standard stands."""

    answer = TermField("standard_answers", label=_("Answer"))
    on = DayField(label=_("Judged on"))
    evidence = _words(
        _("What shows it"), required=False,
        help_text=_("What is met, in part or not to be applied says why. No names of patients."),
    )  # fmt: skip
    owner = NamedField(by=("name", "staff_number"), label=_("Who puts it right"), required=False)
    due_on = DayField(label=_("To be put right by"), required=False)


def week_choices() -> list[tuple[str, str]]:
    """Every half day of a week."""
    parts = vocabulary().table("day_parts")
    return [
        (f"{weekday} {part}", f"{name} {term(part, 'day_parts')}")
        for weekday, name in enumerate(WEEK, 1)
        for part in parts
    ]


class HoursForm(forms.Form):
    """The half days of a week on which a clinic is held."""

    hours = forms.MultipleChoiceField(
        label=pgettext_lazy("clinic", "Held on"),
        choices=week_choices,
        widget=forms.CheckboxSelectMultiple,
    )

    def clean_hours(self) -> Sequence[tuple[int, str]]:
        """Each as weekday and part of the day."""
        pairs = [text.split(" ", 1) for text in self.cleaned_data["hours"]]
        return [(int(weekday), part) for weekday, part in pairs]


class ClinicForm(HoursForm):
    """A new special clinic."""

    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=120)
    kind = TermField("clinic_kinds", label=_("Kind"))
    valid_from = DayField(label=_("First day"))

    field_order = ("name", "kind", "valid_from", "hours")


class CloseForm(forms.Form):
    """The last day of something, and why."""

    on = DayField(label=_("Last day"))
    reason = _words(_("Why"))


class MonthForm(forms.Form):
    """A clinic's month in numbers."""

    month = DayField(label=_("A day of the month"))
    sessions = forms.IntegerField(label=_("Half days held"), min_value=0, max_value=200)
    visits = forms.IntegerField(
        label=_("Visits"), min_value=0, max_value=100_000,
        help_text=_("Person-times: who comes twice counts twice."),
    )  # fmt: skip


class RoadForm(OfHospitalForm):
    """A hospital's way to a grade begins."""

    target = TermField("accreditation_targets", label=_("Grade aimed at"))
    pairing = HelpedField()
    begun_on = DayField(label=_("Begun on"))
    target_on = DayField(label=_("To be reached by"))


class RoadStepForm(forms.Form):
    """How far a hospital is on its way to a grade."""

    target_on = DayField(label=_("To be reached by"))
    applied_on = DayField(label=_("Applied on"), required=False)
    reviewed_on = DayField(label=pgettext_lazy("accreditation", "Reviewed on"), required=False)
    result = TermField("accreditation_results", label=_("Result"), required=False)
    result_on = DayField(label=_("Day of the result"), required=False)
    note = _words(_("Note"), required=False)


class MilestoneForm(OfHospitalForm):
    """A step on the way to a grade."""

    title = forms.CharField(label=_("What"), max_length=200)
    due_on = DayField(label=_("To be done by"))
    owner = NamedField(
        by=("name", "staff_number"),
        label=pgettext_lazy("person", "Who does it"),
        required=False,
    )


class MilestoneDoneForm(forms.Form):
    """When a step was done."""

    on = DayField(
        label=_("Done on"), required=False, help_text=_("Blank: it is not done after all.")
    )
    note = _words(_("Note"), required=False)


class ProcedureForm(OfHospitalForm):
    """A management procedure that was adopted."""

    title = forms.CharField(label=pgettext_lazy("document", "Title"), max_length=200)
    kind = TermField("management_kinds", label=_("Kind"))
    department = NamedField(
        label=pgettext_lazy("clinical", "Department"), required=False,
        help_text=_("Blank: it holds in the whole hospital."),
    )  # fmt: skip
    pairing = HelpedField()
    adopted_on = DayField(label=_("Adopted on"))
    next_audit_on = DayField(label=_("Next audit by"), required=False)


class ProcedureEditForm(forms.Form):
    """The days of a procedure."""

    adopted_on = DayField(label=_("Adopted on"))
    next_audit_on = DayField(label=_("Next audit by"), required=False)
    retired_on = DayField(label=_("Given up on"), required=False)
    reason = _words(_("Why it was given up"), required=False)


class AuditForm(forms.Form):
    """An audit of a procedure."""

    on = DayField(label=_("Audited on"))
    result = TermField("audit_results", label=_("Is it followed?"))
    findings = _words(_("Audit findings"))
    next_audit_on = DayField(label=_("Next audit by"), required=False)


class ResearchForm(OfHospitalForm):
    """A research project that was applied for."""

    title = forms.CharField(label=pgettext_lazy("document", "Title"), max_length=200)
    level = TermField("research_levels", label=_("Grade"))
    department = NamedField(label=pgettext_lazy("clinical", "Department"), required=False)
    pairing = HelpedField()
    applied_on = DayField(label=_("Applied on"))


class ResearchStepForm(forms.Form):
    """What became of a project."""

    applied_on = DayField(label=_("Applied on"))
    refused_on = DayField(label=_("Refused on"), required=False)
    funded_on = DayField(label=_("Funded on"), required=False)
    amount = forms.DecimalField(
        label=_("Amount granted, in yuan"), required=False, max_digits=14, decimal_places=2
    )
    funder = forms.CharField(label=_("Granted by"), required=False, max_length=160)
    closed_on = DayField(label=pgettext_lazy("research", "Closed on"), required=False)
    outcome = _words(
        _("What came of it"), required=False, help_text=_("Required of one that is closed.")
    )
