"""Forms of dispatch plans and their scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from jiedui.accounts.permissions import Viewer
from jiedui.core.packs import vocabulary
from jiedui.directory.access import reach, visible_organisations
from jiedui.planning.domain.house_rules import RULES, TABLE
from jiedui.planning.forms.candidates import NAMES, programme_choices
from jiedui.web.fields import DayField, NamedField, TermField

if TYPE_CHECKING:
    from jiedui.planning.models import DispatchPlan, Scenario

UNITS: dict[str, Any] = {
    "months": pgettext_lazy("unit", "months"),
    "CNY": pgettext_lazy("unit", "yuan"),
    "share": pgettext_lazy("unit", "share of 1"),
    "m": pgettext_lazy("unit", "metres"),
    "posts": pgettext_lazy("unit", "posts"),
}


def horizon() -> int:
    """How many months the pack plans for."""
    return int(vocabulary().table(TABLE)["horizon_months"].extra["value"])


class PlanForm(forms.Form):
    """For what time and area is planned, and by which rules."""

    name = forms.CharField(label=_("Name of the plan"), max_length=160)
    programme = forms.ChoiceField(label=_("Programme"))
    area = NamedField(
        by=NAMES, label=_("For the recipients of"), required=False,
        help_text=_("A region or body with all its parts; blank is the whole programme."),
    )  # fmt: skip
    starts_on = DayField(
        label=_("First month"), help_text=_("Any day of it; the plan counts whole months.")
    )
    months = forms.IntegerField(
        label=_("Months planned"), min_value=1, max_value=120, initial=horizon,
        help_text=_("As a rule as long as one or two batches."),
    )  # fmt: skip
    requested = forms.BooleanField(
        label=_("Posts that were asked for and not yet agreed count too"), required=False
    )

    def __init__(
        self, viewer: Viewer, *args: Any, plan: DispatchPlan | None = None, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.programmes = programme_choices(viewer)
        self.fields["programme"].choices = [  # type: ignore[attr-defined]
            *([("", "–")] if len(self.programmes) > 1 else []),
            *((id, row.name) for id, row in self.programmes.items()),
        ]
        held, rows = reach(viewer, "planning.edit"), visible_organisations(viewer)
        if not held.everything:
            # Who plans over a part plans for a part.
            rows = rows.filter(id__in=held.organisation_ids)
            self.fields["area"].required = True
        self.fields["area"].rows = rows  # type: ignore[attr-defined]
        if plan is not None:
            del self.fields["programme"], self.fields["area"]
        self._add_rules()

    def _add_rules(self) -> None:
        """A field a rule of the pack: what is left blank holds as the pack says."""
        language = get_language() or "zh-hans"
        for code, term in vocabulary().tables.get(TABLE, {}).items():
            if code not in RULES:
                continue
            label = term.label(language)
            if term.extra["kind"] == "code":
                field: forms.Field = TermField(term.extra["unit"], label=label, required=False)
            else:
                unit = UNITS.get(term.extra["unit"], "")
                field = forms.CharField(
                    label=label, required=False, max_length=80, help_text=unit,
                    widget=forms.TextInput(attrs={"placeholder": term.extra["value"]}),
                )  # fmt: skip
            self.fields[code] = field

    @property
    def rules(self) -> list[Any]:
        """The fields of the rules, for a fold of their own."""
        return [self[name] for name in self.fields if name in RULES]

    @property
    def plain(self) -> list[Any]:
        """The fields that every plan needs."""
        return [self[name] for name in self.fields if name not in RULES]

    @property
    def opened(self) -> bool:
        """Whether a rule differs from the pack or is wrong: then the fold stands open."""
        return any(field.errors or field.value() not in (None, "") for field in self.rules)

    def clean(self) -> dict[str, Any]:
        """The programme in place of its id, and the rules that differ as one mapping."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "programme" in self.fields:
            data["programme"] = self.programmes.get(data.get("programme") or "")
        rules = {name: data.pop(name) for name in list(data) if name in RULES}
        data["settings"] = {name: value for name, value in rules.items() if value}
        return data


class ScenarioForm(forms.Form):
    """One way to do it: with how much money, and what comes first."""

    name = forms.CharField(label=_("Name of the scenario"), max_length=120)
    budget = forms.DecimalField(
        label=_("Budget"), min_value=0, max_digits=14, decimal_places=2,
        help_text=_("In yuan, for all tours of the plan together."),
    )  # fmt: skip
    floor = forms.BooleanField(
        label=_("First lift the recipients that are worst off, then the rest"), required=False
    )
    seconds = forms.IntegerField(
        label=_("Seconds to search"), min_value=1, max_value=3600, initial=20,
        help_text=_("Longer finds a better plan; it can be stopped at any time."),
    )  # fmt: skip
    seed = forms.IntegerField(
        label=_("Starting number"), min_value=0, max_value=2_000_000_000, initial=0,
        help_text=_("Another number may find another plan that is about as good. The same number"
                    " and as many steps find the same plan again; the clock may end a search"
                    " after fewer."),
    )  # fmt: skip
    note = forms.CharField(
        label=_("Note"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )

    @staticmethod
    def of(scenario: Scenario) -> dict[str, Any]:
        """What a scenario says now."""
        names = ("name", "budget", "floor", "seconds", "seed", "note")
        return {name: getattr(scenario, name) for name in names}


class StepsForm(forms.Form):
    """A search that ends after so many steps of work, whatever the clock."""

    steps = forms.IntegerField(
        label=_("Steps to search"), min_value=1, max_value=1_000_000,
        help_text=_("Every result says how many steps it took."),
    )  # fmt: skip
    seed = forms.IntegerField(
        label=_("Starting number"), min_value=0, max_value=2_000_000_000, initial=0
    )
    fresh = forms.BooleanField(
        label=_("Compute from nothing"), required=False, initial=True,
        help_text=_("Otherwise as many tours as can stay are kept."),
    )  # fmt: skip

    @staticmethod
    def of(scenario: Scenario) -> dict[str, Any]:
        """What the last search took."""
        return {"steps": scenario.result.get("work"), "seed": scenario.seed}


class CopyForm(forms.Form):
    """The name of a copy."""

    name = forms.CharField(label=_("Name of the copy"), max_length=120)


class ForbidForm(forms.Form):
    """What may not be: somebody anywhere, or somebody at one post."""

    WIDTHS = (
        ("here", _("This person at this post, at any time")),
        ("person", _("This person anywhere in the plan")),
        ("tour", _("Only this tour with these months")),
        ("post", _("Anybody at this post")),
    )
    width = forms.ChoiceField(
        label=_("What may not be"), choices=WIDTHS, widget=forms.RadioSelect, initial="here"
    )
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Whoever reads the plan later sees it."),
    )  # fmt: skip


class MoveForm(forms.Form):
    """Where and when a tour is to be."""

    post = forms.UUIDField(widget=forms.HiddenInput)
    start = forms.IntegerField(min_value=0, max_value=200)
    months = forms.IntegerField(min_value=1, max_value=120)


class WishForm(forms.Form):
    """Whom or which post somebody would like, and when; open months are any."""

    other = forms.UUIDField()
    start = forms.IntegerField(min_value=0, max_value=200, required=False)
    months = forms.IntegerField(min_value=1, max_value=120, required=False)


class PinForm(MoveForm):
    """A whole tour that is to be."""

    candidate = forms.UUIDField(widget=forms.HiddenInput)


class ExcludeForm(forms.Form):
    """Whom or which post it concerns, and why."""

    other = forms.ChoiceField(required=False)
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Whoever reads the plan later sees it."),
    )  # fmt: skip

    def __init__(self, *args: Any, label: str, choices: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["other"]
        field.label, field.choices = label, choices  # type: ignore[attr-defined]
