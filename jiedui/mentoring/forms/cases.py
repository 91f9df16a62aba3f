"""Forms of cases: recorded on a phone in a few taps, corrected, returned, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.core.clock import today
from jiedui.core.identifiers import new_id
from jiedui.core.packs import vocabulary
from jiedui.web.fields import DayField
from jiedui.web.templatetags.jiedui import term

if TYPE_CHECKING:
    from jiedui.directory.models import Person

# So many procedures stand as cards; the others are in a list under them.
CARDS = 6
OTHER = "other"


def _terms(table: str) -> list[tuple[str, str]]:
    return [(code, term(code, table)) for code in vocabulary().tables.get(table, {})]


class CaseForm(forms.Form):
    """A case, the last used first: what is usual is chosen already, the outcome never is."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    learner = forms.ChoiceField(label=_("Whose case"), widget=forms.RadioSelect)
    procedure = forms.ChoiceField(
        label=pgettext_lazy("case", "Procedure"), widget=forms.RadioSelect
    )
    other_procedure = forms.ChoiceField(label=_("Another procedure"), required=False)
    success = forms.ChoiceField(
        label=_("Outcome, by the procedure's own criterion"), widget=forms.RadioSelect,
        choices=[("yes", _("Met the criterion")), ("no", _("Did not meet the criterion"))],
        error_messages={"required": _("Say whether the case met its criterion.")},
    )  # fmt: skip
    outcome_note = forms.CharField(
        label=_("What happened, in short"), required=False, max_length=200,
        help_text=_("No name, number or other mark of the patient."),
    )  # fmt: skip
    role = forms.ChoiceField(label=_("Role of the apprentice"), widget=forms.RadioSelect)
    supervision = forms.ChoiceField(label=_("Supervision"), widget=forms.RadioSelect)
    difficulty = forms.ChoiceField(
        label=_("Difficulty"), widget=forms.RadioSelect, initial="routine"
    )
    leader = forms.ChoiceField(label=_("First operator"), required=False)
    mentor = forms.ChoiceField(label=_("Mentor"), required=False)
    happened_on = DayField(label=_("Day of the case"))
    reason = forms.CharField(
        label=_("Reason for the correction"), max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(
        self, *args: Any, procedures: Sequence[str], learners: Mapping[str, Person],
        leaders: Mapping[str, Person], mentors: Mapping[str, Person], logbook: bool,
        corrects: str = "", fixed: bool = False, **more: Any,
    ) -> None:  # fmt: skip
        initial = {
            "id": new_id(), "happened_on": today(), "difficulty": "routine",
            "procedure": procedures[0] if procedures else OTHER,
        } | (more.pop("initial", None) or {})  # fmt: skip
        more["initial"] = initial
        super().__init__(*args, **more)
        self.people = {**learners, **leaders, **mentors}
        self.only_learner = next(iter(learners.values())) if len(learners) == 1 else None
        fields: dict[str, Any] = self.fields
        cards = list(procedures[:CARDS])
        table = vocabulary().tables.get("procedures", {})
        rest = [code for code in table if code not in cards]
        fields["procedure"].choices = [
            *((code, term(code, "procedures")) for code in cards),
            *([] if fixed else [(OTHER, _("Another one"))]),
        ]
        fields["other_procedure"].choices = [
            ("", "–"), *((code, term(code, "procedures")) for code in rest),
        ]  # fmt: skip
        if (chosen := initial["procedure"]) in rest:
            initial["other_procedure"], initial["procedure"] = chosen, OTHER
        fields["role"].choices = _terms("case_roles")
        fields["supervision"].choices = _terms("supervision_levels")
        fields["difficulty"].choices = _terms("case_difficulties")
        fields["learner"].choices = [(id, row.name) for id, row in learners.items()]
        fields["mentor"].choices = [("", "–"), *((id, row.name) for id, row in mentors.items())]
        fields["leader"].choices = [("", "–"), *((id, row.name) for id, row in leaders.items())]
        if fixed:
            del self.fields["other_procedure"]
        if not logbook or len(learners) < 2:
            del self.fields["learner"]
        if logbook:
            fields["leader"].label = _("First operator, where it was not the apprentice")
        else:
            fields["leader"].required = True
            fields["role"].required = False
            fields["role"].label = _("Part of the local hand")
            fields["supervision"].required = False
        if corrects:
            fields["reason"].required = corrects == "confirmed"
        else:
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        """What the action takes: people by their rows, the outcome as yes or no."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        other = data.pop("other_procedure", "")
        if data.get("procedure") == OTHER:
            data["procedure"] = other
            if not other:
                self.add_error("other_procedure", _("Choose the procedure."))
        for name in ("learner", "leader", "mentor"):
            data[name] = self.people.get(data.get(name) or "")
        if "success" in data:
            data["success"] = data["success"] == "yes"
        return data


class ReasonForm(forms.Form):
    """Why a case is returned or withdrawn."""

    reason = forms.CharField(
        label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )
