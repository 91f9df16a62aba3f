"""Forms of decisions, reviews of safety, certificates and refreshers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.core.clock import today
from jiedui.directory.queries import people_among, people_at
from jiedui.mentoring.domain.curves import LEARNING, MONITORING
from jiedui.programmes.queries.on_site import postings_there
from jiedui.web.fields import DayField, NamedField, TermField

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from jiedui.directory.models import Organisation, Person


def _text(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=400, widget=forms.Textarea(attrs={"rows": 3}), **more
    )


def assessors(giver: Organisation, receiver: Organisation, person: Person) -> QuerySet[Person]:
    """Who may have assessed somebody here: staff of both sides and who is posted here."""
    ids = people_at({giver.id, receiver.id}, example=person.example).values("id")
    posted = postings_there(receiver.id).values("person_id")
    return (people_among(ids) | people_among(posted)).exclude(id=person.id)


class DecisionForm(forms.Form):
    """A formal decision; who assesses is fixed where the viewer may enter only the own one."""

    code = forms.ChoiceField(label=_("Procedure or activity"))
    assessor = NamedField(label=_("Assessor"))
    on = DayField(label=_("Day of the decision"))
    level = forms.TypedChoiceField(
        label=_("From now on"), coerce=int, widget=forms.RadioSelect,
        help_text=_("How much supervision does this person need from now on?"),
    )  # fmt: skip
    note = _text(
        _("What it rests on"), required=False,
        help_text=_("Cases seen, simulator, panel. No patient is named."),
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        codes: Sequence[tuple[str, str]],
        levels: Callable[[], Sequence[tuple[int, str]]],
        people: QuerySet[Person] | None,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        fields: dict[str, Any] = self.fields
        fields["code"].choices = list(codes)
        fields["level"].choices = list(levels())
        self.initial.setdefault("on", today())
        if len(codes) == 1:
            fields["code"].widget = forms.HiddenInput()
            self.initial["code"] = codes[0][0]
        if people is None:
            del fields["assessor"]
        else:
            fields["assessor"].rows = people


class QuestionForm(forms.Form):
    """A question of safety."""

    reason = TermField(
        "safety_reasons", label=_("Reason"), only=lambda term: term.extra["by"] == "hand"
    )
    on = DayField(label=_("Day"))
    note = _text(_("What happened"), help_text=_("No patient is named or numbered."))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.initial.setdefault("on", today())


class ConclusionForm(forms.Form):
    """The end of a review of safety."""

    conclusion = _text(_("What was concluded"))
    restarts = forms.ChoiceField(
        label=_("From the next day on"), required=False, widget=forms.RadioSelect,
        choices=[
            (MONITORING, _("Goes on independently; monitoring starts anew")),
            (LEARNING, _("Learns anew; what was certified is revoked")),
            ("", _("Nothing starts anew")),
        ],
    )  # fmt: skip
    on = DayField(label=pgettext_lazy("review of safety", "Closed on"))

    def __init__(self, *args: Any, of_series: bool, alarmed: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        fields: dict[str, Any] = self.fields
        self.initial.setdefault("on", today())
        if not of_series:
            del fields["restarts"]
        elif alarmed:
            fields["restarts"].choices = fields["restarts"].choices[:-1]
            fields["restarts"].required = True


class ReasonForm(forms.Form):
    """Taking back, with a reason."""

    reason = _text(_("Reason"))


class RefresherForm(forms.Form):
    """Practice done."""

    mode = TermField("refresher_modes", label=_("Manner"))
    on = DayField(label=_("Done on"))
    note = _text(_("What was found"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.initial.setdefault("on", today())


class CodeForm(forms.Form):
    """The code of a printed certificate."""

    code = forms.CharField(
        label=_("Code of the certificate"), max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Twelve letters and digits, printed at the foot of the certificate."),
    )  # fmt: skip
