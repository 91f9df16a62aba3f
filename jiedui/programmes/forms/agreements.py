"""Forms of agreements, their targets and reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.accounts.permissions import Viewer
from jiedui.core.files import ACCEPT
from jiedui.core.packs import vocabulary
from jiedui.directory.access import visible_organisations
from jiedui.directory.queries import nameable
from jiedui.programmes.actions import Party
from jiedui.programmes.forms.posts import NAMES
from jiedui.programmes.models import Agreement, AgreementTarget, Pairing, Programme
from jiedui.web.fields import DayField, NamedField, SeveralNamedField, TermField
from jiedui.web.templatetags.jiedui import named, term

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation

# How many pairings a form offers: those of the parties come first.
OFFERED = 200


class BodiesForm(forms.Form):
    """A field for each role of the pack, with one organisation a line."""

    def add_roles(self, viewer: Viewer, programme: Programme) -> None:
        """Fields for the roles, after those that say what it is."""
        rows = nameable(example=programme.example)
        if not visible_organisations(viewer).exists():
            rows = rows.none()
        for code in vocabulary().table("party_roles"):
            field = SeveralNamedField(by=NAMES, required=False, label=term(code, "party_roles"))
            field.widget.attrs["rows"] = 2
            field.rows = rows
            field.help_text = _("One organisation a line.")
            self.fields[f"role_{code}"] = field
        roles = [name for name in self.fields if name.startswith("role_")]
        self.order_fields(["kind", "title", "number", *roles])

    @staticmethod
    def first_role() -> str:
        """The field at which a fault of all bodies together is told."""
        return f"role_{next(iter(vocabulary().table('party_roles')))}"

    def bodies(self, data: dict[str, Any]) -> list[tuple[Organisation, str]]:
        """Takes the roles out of the data: organisations, each with its role."""
        found = []
        for code in vocabulary().table("party_roles"):
            found += [(body, code) for body in data.pop(f"role_{code}", [])]
        return found


class AgreementForm(BodiesForm):
    """What the parties agreed, and for which term."""

    kind = TermField("agreement_kinds", label=_("Kind"))
    title = forms.CharField(label=pgettext_lazy("document", "Title"), max_length=200)
    number = forms.CharField(
        label=pgettext_lazy("document", "Number"), max_length=64, required=False
    )
    signed_on = DayField(label=_("Signed on"), required=False)
    valid_from = DayField(label=_("First day"), required=False)
    valid_to = DayField(label=_("Last day"), required=False, help_text=_("Blank: without an end."))
    warn_days = forms.IntegerField(
        label=_("Warn before the end"), initial=90, help_text=_("How many days before.")
    )
    scope = forms.CharField(
        label=_("Scope"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, viewer: Viewer, programme: Programme, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.add_roles(viewer, programme)

    def clean(self) -> dict[str, Any]:
        """The parties in their roles."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["parties"] = [Party(body, role) for body, role in self.bodies(data)]
        return data


class EditAgreementForm(forms.Form):
    """What may be corrected of an agreement, and which pairings it covers by name."""

    title = forms.CharField(label=pgettext_lazy("document", "Title"), max_length=200)
    number = forms.CharField(
        label=pgettext_lazy("document", "Number"), max_length=64, required=False
    )
    signed_on = DayField(label=_("Signed on"), required=False)
    warn_days = forms.IntegerField(
        label=_("Warn before the end"), help_text=_("How many days before.")
    )
    scope = forms.CharField(
        label=_("Scope"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    pairings = forms.MultipleChoiceField(
        label=_("Pairings covered by name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Besides these, all that its parties do within the term is covered."),
    )

    def __init__(self, offered: QuerySet[Pairing], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.offered = {str(row.id): row for row in offered[:OFFERED]}
        self.fields["pairings"].choices = [  # type: ignore[attr-defined]
            (
                id,
                f"{named(row.giver)} → {named(row.receiver)} · {term(row.kind, 'pairing_kinds')}",
            )
            for id, row in self.offered.items()
        ]

    def clean(self) -> dict[str, Any]:
        """The pairings themselves."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["pairings"] = [self.offered[id] for id in data.get("pairings", [])]
        return data


class EndAgreementForm(forms.Form):
    """Since when and why an agreement ends before its term."""

    on = DayField(label=_("Last day"))
    reason = forms.CharField(
        label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )


class AgreementFileForm(forms.Form):
    """The signed paper."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_("PDF, picture, Word or Excel."),
    )


class TargetForm(forms.Form):
    """What the agreement wants to reach."""

    title = forms.CharField(label=_("Target"), max_length=200)
    measure = TermField("measures", label=_("Measure"), required=False)
    unit = forms.CharField(label=_("Unit"), max_length=16, required=False)
    baseline = forms.DecimalField(label=_("Baseline"), required=False, max_digits=18,
                                  decimal_places=2)  # fmt: skip
    baseline_on = DayField(label=_("Day of the baseline"), required=False)
    value = forms.DecimalField(label=_("Target value"), required=False, max_digits=18,
                               decimal_places=2)  # fmt: skip
    due_on = DayField(label=_("To be reached by"), required=False)
    owner = NamedField(
        by=NAMES, label=_("Who answers for it"), required=False,
        help_text=_("A party of the agreement; better one that stays."),
    )  # fmt: skip
    source = forms.CharField(label=_("Where the number is read"), max_length=400, required=False)
    after_exit = forms.CharField(
        label=_("How one sees that it holds when the experts have left"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, agreement: Agreement, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        parties = nameable(example=agreement.programme.example).filter(
            id__in=agreement.parties.values("organisation_id")
        )
        self.fields["owner"].rows = parties  # type: ignore[attr-defined]

    @staticmethod
    def of(target: AgreementTarget) -> dict[str, Any]:
        """A target as the form's first values."""
        names = ("title", "measure", "unit", "baseline", "baseline_on", "value", "due_on",
                 "owner", "source", "after_exit")  # fmt: skip
        return {name: getattr(target, name) for name in names}


class ReviewForm(forms.Form):
    """By when a review is due."""

    due_on = DayField(label=_("Due on"))


class HoldReviewForm(forms.Form):
    """When a review was held, and what it found."""

    on = DayField(label=_("Held on"))
    findings = forms.CharField(
        label=_("Findings"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )
