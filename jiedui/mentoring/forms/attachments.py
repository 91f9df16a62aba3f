"""Forms of attachments, education sites and awards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.core.packs import vocabulary
from jiedui.directory import access as directory
from jiedui.directory.queries import departments_within, nameable
from jiedui.mentoring.forms.sessions import (
    NAMES,
    DepartmentField,
    found_department,
    only_one,
    seen_bodies,
    words_field,
)
from jiedui.programmes.access import visible_programmes
from jiedui.web.fields import DayField, NamedField, TermField

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from jiedui.directory.models import Organisation


ACCREDITATION = pgettext_lazy("education site", "Accreditation")


def kept_bodies(viewer: Viewer, permission: str, *, example: bool) -> QuerySet[Organisation]:
    """The bodies for which the viewer acts, of one world."""
    rows = nameable(example=example)
    held = directory.reach(viewer, permission)
    led = directory.reach(viewer, "programmes.edit")
    if held.everything or led.everything:
        return rows
    return rows.filter(id__in=held.organisation_ids | led.organisation_ids)


class ProceduresField(forms.MultipleChoiceField):
    """Procedures of the pack, several of them."""

    def __init__(self, **more: Any) -> None:
        def choices() -> list[tuple[str, str]]:
            language = get_language() or "zh-hans"
            terms = vocabulary().tables.get("procedures", {}).values()
            return [(term.code, term.label(language)) for term in terms]

        super().__init__(choices=choices, widget=forms.CheckboxSelectMultiple, **more)


def _example(viewer: Viewer, rows: Any) -> bool:
    first = rows.order_by("example", "name").first()
    return bool(first and first.example)


class AttachmentForm(forms.Form):
    """Who is to go where to learn what, and when."""

    programme = NamedField(label=_("Programme"))
    receiver = NamedField(by=NAMES, label=_("Home hospital"))
    person = NamedField(
        by=("name", "staff_number"), label=_("Who goes"), help_text=_("Name or staff number.")
    )
    department = DepartmentField(label=_("Department at home"), max_length=120, required=False)
    giver = NamedField(
        by=NAMES, label=_("Host"),
        help_text=_("A paired supporter hospital, or a health administration."),
    )  # fmt: skip
    host_department = forms.CharField(
        label=_("Department of the host"), max_length=120, required=False
    )
    kind = TermField("attachment_kinds", label=_("Kind"))
    specialty = TermField("specialties", label=_("Specialty"), required=False)
    planned_from = DayField(label=_("First day"))
    planned_to = DayField(label=_("Last day"))
    hours = forms.DecimalField(
        label=_("Hours planned"), required=False, min_value=0, max_digits=6, decimal_places=1
    )
    goals = ProceduresField(label=_("What is to be learned"), required=False)
    aim = words_field(_("In words"), required=False)

    def __init__(self, viewer: Viewer, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        fields: dict[str, Any] = self.fields
        programmes = visible_programmes(viewer)
        fields["programme"].rows = programmes
        fields["programme"].initial = only_one(programmes.order_by("name"))
        example = _example(viewer, programmes)
        own = kept_bodies(viewer, "programmes.host", example=example)
        fields["receiver"].rows = own
        fields["receiver"].initial = only_one(own)
        people = directory.visible_people(viewer).filter(example=example)
        fields["person"].rows = people
        fields["department"].rows = departments_within(None).filter(organisation__in=own)
        # An administration is paired with nobody, so that it is not among those seen by a tie.
        seen = seen_bodies(viewer, example=example)
        kinds = " ".join(
            row.extra["unpaired_hosts"] for row in vocabulary().table("attachment_kinds").values()
        )
        others = nameable(example=example).filter(kind__in=kinds.split())
        fields["giver"].rows = seen | others

    def clean(self) -> dict[str, Any]:
        """The department is one of the home's open ones."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["department"] = found_department(self, data.get("receiver"))
        return data


class OnForm(forms.Form):
    """The day of a step."""

    on = DayField(label=_("Day"), initial=today)


class WhyForm(forms.Form):
    """Why something is declined or withdrawn."""

    reason = words_field(_("Reason"))


class ExtendForm(forms.Form):
    """Until when, and why."""

    until = DayField(label=_("New last day"))
    reason = words_field(_("Reason"), required=False)


class ReturnForm(forms.Form):
    """The day of the return, the report, the hours that were learned."""

    on = DayField(label=_("Back at work on"), initial=today)
    hours = forms.DecimalField(
        label=_("Hours in all"), required=False, min_value=0, max_digits=6, decimal_places=1
    )
    report = words_field(
        pgettext_lazy("attachment", "Report"), 8000, 8, required=False,
        help_text=_("What was learned and what is to be done with it at home. No names of"
                    " patients."),
    )  # fmt: skip


class NotReturnedForm(forms.Form):
    """Since when and why somebody did not come back."""

    on = DayField(label=_("Since"), initial=today)
    why = TermField("not_returned_reasons", label=_("Why"))
    reason = words_field(_("In words"), required=False)


def _yes_or_no(label: Any, help_text: Any = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, coerce=lambda value: value == "yes", widget=forms.RadioSelect,
        choices=[("yes", _("Yes")), ("no", _("No"))], help_text=help_text,
    )  # fmt: skip


class FollowUpForm(forms.Form):
    """What stayed so many months after the return."""

    in_post = _yes_or_no(_("Still in post?"))
    using = _yes_or_no(_("Still using what was learned?"))
    independent = _yes_or_no(
        _("Working independently in it?"),
        _("Alone, without somebody of the host or of another hospital beside."),
    )
    note = words_field(_("Note"), required=False)


class SiteForm(forms.Form):
    """A branch of a CME centre, a residency base, a skills centre."""

    organisation = NamedField(by=NAMES, label=_("Organisation"))
    kind = TermField("education_site_kinds", label=_("Kind"))
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=160)
    specialty = TermField("specialties", label=_("Specialty"), required=False)
    standing = TermField(
        "accreditation_states", label=pgettext_lazy("education site", "Accreditation")
    )
    standing_on = DayField(label=_("Since"))
    accredited_by = forms.CharField(label=_("Accredited by"), max_length=160, required=False)

    def __init__(self, viewer: Viewer, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        offer_own(self, viewer, "organisation")


def offer_own(form: forms.Form, viewer: Viewer, field: str) -> None:
    """Let the field name the bodies for which the viewer acts, on either side."""
    example = _example(viewer, visible_programmes(viewer))
    rows = kept_bodies(viewer, "programmes.host", example=example) | kept_bodies(
        viewer, "programmes.send", example=example
    )
    fields: dict[str, Any] = form.fields
    fields[field].rows = rows
    fields[field].initial = only_one(rows)


class StandingForm(forms.Form):
    """How the site stands with who accredits it."""

    standing = TermField(
        "accreditation_states", label=pgettext_lazy("education site", "Accreditation")
    )
    on = DayField(label=_("Since"), initial=today)


class YearForm(forms.Form):
    """What a site took in and who passed in a year."""

    year = forms.IntegerField(label=_("Year"), min_value=1950)
    intake = forms.IntegerField(label=_("Taken in"), required=False, min_value=0)
    examined = forms.IntegerField(label=_("Examined"), required=False, min_value=0)
    passed = forms.IntegerField(label=_("Passed"), required=False, min_value=0)


class AwardForm(forms.Form):
    """A prize: who won what, when, given by whom."""

    programme = NamedField(label=_("Programme"))
    organisation = NamedField(by=NAMES, label=_("Organisation"))
    name = forms.CharField(label=_("Award or competition"), max_length=200)
    level = TermField("award_levels", label=_("Grade"))
    rank = forms.CharField(label=_("Place or grade"), max_length=40, required=False)
    given_by = forms.CharField(label=_("Given by"), max_length=160)
    on = DayField(label=_("Day"))
    person = NamedField(by=("name", "staff_number"), label=_("Person"), required=False)
    team = forms.CharField(label=_("Or team"), max_length=120, required=False)

    def __init__(self, viewer: Viewer, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        fields: dict[str, Any] = self.fields
        programmes = visible_programmes(viewer)
        fields["programme"].rows = programmes
        fields["programme"].initial = only_one(programmes.order_by("name"))
        offer_own(self, viewer, "organisation")
        example = _example(viewer, programmes)
        fields["person"].rows = directory.visible_people(viewer).filter(example=example)
