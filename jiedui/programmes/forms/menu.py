"""Forms of the menu: offers, wishes, answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.accounts.permissions import Viewer
from jiedui.programmes.forms.posts import NAMES, only_one, own_bodies, seen_bodies
from jiedui.programmes.models import Offer, Programme
from jiedui.web.fields import DayField, NamedField, TermField


class OfferForm(forms.Form):
    """What a supporter can give."""

    giver = NamedField(by=NAMES, label=_("Supporter"))
    kind = TermField("offer_kinds", label=_("Kind"))
    specialty = TermField("specialties", label=_("Specialty"), required=False)
    title = forms.CharField(label=_("What is offered"), max_length=200)
    details = forms.CharField(
        label=_("Details"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Conditions, length, who may take part."),
    )
    capacity = forms.IntegerField(
        label=_("How many times"), required=False, help_text=_("Blank if there is no bound.")
    )
    valid_from = DayField(label=_("First day"), required=False)
    valid_to = DayField(label=_("Last day"), required=False)

    def __init__(self, viewer: Viewer, programme: Programme, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        bodies = own_bodies(viewer, programme, "programmes.send")
        self.fields["giver"].rows = bodies  # type: ignore[attr-defined]
        self.fields["giver"].initial = only_one(bodies)


class EndOfferForm(forms.Form):
    """The last day on which it can be ordered."""

    on = DayField(label=_("Last day"))


class WishForm(forms.Form):
    """What a recipient orders from the menu, or asks beside it."""

    receiver = NamedField(by=NAMES, label=_("Recipient"))
    giver = NamedField(
        by=NAMES,
        label=_("Of whom"),
        required=False,
        help_text=_("Blank: every supporter paired with the recipient sees it and may take it."),
    )
    title = forms.CharField(label=_("What is asked for"), max_length=200)
    details = forms.CharField(
        label=_("Details"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For whom, why, under which conditions. No names of patients."),
    )
    wanted_from = DayField(label=_("Wanted from"), required=False)
    wanted_to = DayField(label=_("Wanted to"), required=False)

    def __init__(
        self,
        viewer: Viewer,
        programme: Programme,
        *args: Any,
        offer: Offer | None = None,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        bodies = own_bodies(viewer, programme, "programmes.host")
        self.fields["receiver"].rows = bodies  # type: ignore[attr-defined]
        self.fields["receiver"].initial = only_one(bodies)
        if offer is not None:
            del self.fields["giver"]
            self.fields["title"].initial = offer.title
            return
        self.fields["giver"].rows = seen_bodies(viewer, programme)  # type: ignore[attr-defined]


class AcceptForm(forms.Form):
    """Yes, and what goes with it."""

    giver = NamedField(by=NAMES, label=_("Who gives it"))
    answer = forms.CharField(
        label=pgettext_lazy("to a wish", "Answer"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self, viewer: Viewer, programme: Programme, *args: Any, named: bool, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        if named:
            del self.fields["giver"]
            return
        bodies = own_bodies(viewer, programme, "programmes.send")
        self.fields["giver"].rows = bodies  # type: ignore[attr-defined]
        self.fields["giver"].initial = only_one(bodies)


class RefuseWishForm(forms.Form):
    """No, and why."""

    answer = forms.CharField(
        label=_("Reason"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )


class ScheduleForm(forms.Form):
    """When it will be given."""

    scheduled_from = DayField(label=_("First day"))
    scheduled_to = DayField(
        label=_("Last day"), required=False, help_text=_("Blank if it is one day.")
    )


class CompleteForm(forms.Form):
    """How the recipient found it."""

    rating = forms.TypedChoiceField(
        label=_("Rating"),
        coerce=int,
        choices=[
            (5, _("5 – very useful")),
            (4, "4"),
            (3, "3"),
            (2, "2"),
            (1, _("1 – of no use")),
        ],
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
