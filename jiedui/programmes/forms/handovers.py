"""Forms of handovers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiedui.programmes.models import Posting
from jiedui.programmes.queries import postings
from jiedui.web.fields import SUGGESTED, DayField
from jiedui.web.templatetags.jiedui import named, period


def _text(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        **more,
    )  # fmt: skip


class SuccessorForm(forms.Form):
    """Who takes over."""

    incoming = forms.ChoiceField(label=_("Taken over by"))

    def __init__(self, outgoing: Posting, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.rows = {str(row.id): row for row in postings.successors(outgoing)[:SUGGESTED]}
        self.fields["incoming"].choices = [("", "–")] + [  # type: ignore[attr-defined]
            (id, f"{row.person.name} · {named(row.giver)} · {period(row.starts_on, row.ends_on)}")
            for id, row in self.rows.items()
        ]

    def clean_incoming(self) -> Posting | None:
        """The posting in place of its id."""
        return self.rows.get(self.cleaned_data["incoming"])


class HandoverForm(SuccessorForm):
    """What is handed over; of patients only how many."""

    due_on = DayField(label=_("Due on"))
    patients_of_concern = forms.IntegerField(
        label=_("Patients of concern"), min_value=0, max_value=9999, initial=0,
        help_text=_("Their number only; no names and nothing that tells who they are."),
    )  # fmt: skip
    apprentices = _text(_("Apprentices and where they stand"))
    techniques = _text(_("Techniques under way"))
    projects = _text(_("Projects under way"))
    contacts = _text(
        _("Contacts at the recipient"), help_text=_("Offices and posts; no private numbers.")
    )

    def __init__(self, outgoing: Posting, *args: Any, **more: Any) -> None:
        super().__init__(outgoing, *args, **more)
        self.fields["incoming"].required = False
        self.fields["incoming"].help_text = _("Can be named later.")


class OpenTaskForm(forms.Form):
    """Something still to be done, that one of the two sides owes."""

    title = forms.CharField(label=_("Task"), max_length=200)
    owner = forms.ChoiceField(label=_("Owed by"))
    due_on = DayField(label=_("Due on"), required=False)

    def __init__(self, posting: Posting, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.sides = {str(body.id): body for body in (posting.receiver, posting.giver)}
        self.fields["owner"].choices = [  # type: ignore[attr-defined]
            (id, body.name) for id, body in self.sides.items()
        ]

    def clean_owner(self) -> Any:
        """The body in place of its id."""
        return self.sides[self.cleaned_data["owner"]]
