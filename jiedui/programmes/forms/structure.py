"""Forms of programmes and pairings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from jiedui.accounts.permissions import Viewer
from jiedui.core.packs import vocabulary
from jiedui.directory import access as directory
from jiedui.directory.access import visible_organisations
from jiedui.directory.queries import departments_within, nameable
from jiedui.programmes.access import visible_networks
from jiedui.programmes.forms.posts import NAMES, DepartmentField, find_department
from jiedui.programmes.models import Programme
from jiedui.web.fields import DayField, NamedField, TermField


class ProgrammeForm(forms.Form):
    """What a programme is."""

    code = forms.SlugField(
        label=_("Code"), max_length=64, help_text=_("Short, in Latin letters: it names files.")
    )
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=160)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    kind = TermField("programme_kinds", label=_("Kind"))
    source = forms.CharField(
        label=_("Source"),
        max_length=400,
        required=False,
        help_text=_("The document or agreement that it rests on."),
    )
    valid_from = DayField(label=_("First day"), required=False)
    valid_to = DayField(label=_("Last day"), required=False)


class PairingForm(forms.Form):
    """Who helps whom, in which way, since when."""

    kind = TermField("pairing_kinds", label=_("Kind of tie"))
    giver = NamedField(by=NAMES, label=_("Giver"))
    receiver = NamedField(by=NAMES, label=_("Receiver"))
    department = DepartmentField(
        label=_("Department of the receiver"),
        max_length=120,
        required=False,
        help_text=_("Only where a hospital takes charge of a department, or several help one."),
    )
    duties = forms.MultipleChoiceField(
        label=_("Duties at the department"),
        required=False,
        choices=lambda: terms_of("duties"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What the giver answers for there: a duty has one giver at a time."),
    )
    network = NamedField(
        label=_("Alliance or consortium"),
        required=False,
        help_text=_("Only for ties of an alliance or consortium."),
    )
    passes_down = forms.ChoiceField(
        label=_("Holds for what lies in the two sides"),
        required=False,
        choices=[("", _("as usual for the kind")), ("yes", _("yes")), ("no", _("no"))],
    )
    valid_from = DayField(label=_("First day"), required=False)
    valid_to = DayField(label=_("Last day"), required=False)

    def __init__(self, viewer: Viewer, *args: Any, programme: Programme, **more: Any) -> None:
        super().__init__(*args, **more)
        # The other side of a tie seldom lies in one's own part of the tree: any may be named.
        rows = nameable(example=programme.example)
        if not visible_organisations(viewer).exists():
            rows = rows.none()
        for name in ("giver", "receiver"):
            self.fields[name].rows = rows  # type: ignore[attr-defined]
        # Departments are suggested of the own part of the tree only, and found anywhere.
        held = directory.reach(viewer)
        own = None if held.everything else held.organisation_ids
        self.fields["department"].rows = departments_within(own)  # type: ignore[attr-defined]
        self.fields["network"].rows = visible_networks(viewer).filter(  # type: ignore[attr-defined]
            programme=programme
        )

    def clean(self) -> dict[str, Any]:
        """The department is an open one of the receiver; yes and no are told as such."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        find_department(self, "department", data.get("receiver"))
        data["passes_down"] = {"yes": True, "no": False}.get(data.get("passes_down", ""))
        return data


def terms_of(table: str) -> list[tuple[str, str]]:
    """A pack's terms as choices."""
    language = get_language() or "zh-hans"
    return [(term.code, term.label(language)) for term in vocabulary().table(table).values()]


class DutyForm(forms.Form):
    """What a giver answers for at a department."""

    duty = TermField("duties", label=_("Duty"))
    note = forms.CharField(label=_("Note"), max_length=400, required=False)
    valid_from = DayField(label=_("First day"), required=False)
    valid_to = DayField(label=_("Last day"), required=False)


class NetworkForm(forms.Form):
    """An alliance of a specialty or disease, or a consortium, under its lead."""

    kind = TermField(
        "pairing_kinds", only=lambda term: bool(term.extra.get("network")), label=_("Kind")
    )
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=160)
    lead = NamedField(by=NAMES, label=_("Lead"))
    specialty = TermField("specialties", label=_("Specialty"), required=False)
    disease = TermField("alliance_diseases", label=_("Disease"), required=False)
    valid_from = DayField(label=_("First day"), required=False)
    valid_to = DayField(label=_("Last day"), required=False)

    def __init__(self, viewer: Viewer, programme: Programme, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        bodies = nameable(example=programme.example)
        if not visible_organisations(viewer).exists():
            bodies = bodies.none()
        self.fields["lead"].rows = bodies  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """The last day of a pairing."""

    on = DayField(label=_("Last day"))
