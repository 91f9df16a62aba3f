"""Forms of rounds: the round, its vehicles, its places."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from jiedui.accounts.permissions import Viewer
from jiedui.core.dates import read_date
from jiedui.core.errors import InvalidInput
from jiedui.core.packs import vocabulary
from jiedui.directory import access as directory
from jiedui.planning.access.rounds import MAKE
from jiedui.planning.domain.house_rules import TABLE
from jiedui.planning.domain.round_rules import RULES
from jiedui.planning.forms.candidates import NAMES, programme_choices
from jiedui.planning.forms.plans import UNITS
from jiedui.web.fields import DayField, NamedField, SeveralNamedField
from jiedui.web.forms import sentence
from jiedui.web.templatetags.jiedui import clock

if TYPE_CHECKING:
    from jiedui.planning.models import Round, RoundPlace, RoundVehicle

_HOURS = re.compile(
    r"([01]?\d|2[0-4])[:：]([0-5]\d)\s*[-–—~～至到]\s*([01]?\d|2[0-4])[:：]([0-5]\d)"
)
PLACE_NAMES = ("name", "name_en", "code")


def located_places(viewer: Viewer) -> QuerySet[Any]:
    """The places in sight, or served from there, that have coordinates."""
    rows = directory.served_places(viewer)
    return rows.filter(latitude__isnull=False, longitude__isnull=False)


def _organisers(viewer: Viewer) -> QuerySet[Any]:
    rows = directory.visible_organisations(viewer)
    held = [directory.reach(viewer, each) for each in MAKE]
    if any(each.everything for each in held):
        return rows
    ids = frozenset[Any]().union(*(each.organisation_ids for each in held))
    return rows.filter(id__in=ids)


class ClockField(forms.TimeField):
    """A time of the day, as minutes from midnight."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **more)

    def clean(self, value: Any) -> Any:
        """Minutes from midnight, or None where it may be blank."""
        found = super().clean(value)
        return None if found is None else found.hour * 60 + found.minute

    def prepare_value(self, value: Any) -> Any:
        """Minutes are shown as a time."""
        return clock(value) if isinstance(value, int) else value


class DaysField(forms.CharField):
    """Days, one a line or between commas."""

    def clean(self, value: Any) -> Any:
        """The days, each once and in order."""
        parts = [part for part in re.split(r"[\s,，;；、]+", super().clean(value)) if part]
        try:
            return sorted({read_date(part) for part in parts})
        except InvalidInput as refused:
            raise forms.ValidationError(sentence(refused), code=refused.code) from refused

    def prepare_value(self, value: Any) -> Any:
        """One a line."""
        return "\n".join(map(str, value)) if isinstance(value, list | tuple) else value


class WindowsField(forms.CharField):
    """Hours in which a place is open, one a line; a day before them limits them to it."""

    def clean(self, value: Any) -> Any:
        """(day or None, opens, closes) for each line, in minutes from midnight."""
        found = []
        for number, line in enumerate(str(super().clean(value)).splitlines(), 1):
            if not line.strip():
                continue
            hours = _HOURS.search(line)
            if hours is None:
                raise forms.ValidationError(
                    _("Line %(line)s: write hours such as 09:00-12:00."),
                    code="hours-unreadable", params={"line": number},
                )  # fmt: skip
            opens, closes = (int(hours[n]) * 60 + int(hours[n + 1]) for n in (1, 3))
            found.append((self._day(line[: hours.start()].strip(), number), opens, closes))
        return found

    def _day(self, text: str, number: int) -> date | None:
        try:
            return read_date(text) if text else None
        except InvalidInput as refused:
            raise forms.ValidationError(
                _("Line %(line)s: “%(text)s” is not a day."),
                code=refused.code, params={"line": number, "text": text},
            ) from refused  # fmt: skip

    def prepare_value(self, value: Any) -> Any:
        """As they are kept, one a line."""
        if not isinstance(value, list):
            return value
        return "\n".join(
            f"{each['day']} {clock(each['from'])}-{clock(each['to'])}".strip() for each in value
        )


class RoundForm(forms.Form):
    """Who sends vehicles out, from where, in which days, by which rules."""

    name = forms.CharField(label=_("Name of the round"), max_length=160)
    programme = forms.ChoiceField(label=_("Programme"))
    organiser = NamedField(by=NAMES, label=_("Who sends the vehicles out"))
    starts_on = DayField(label=_("First day"))
    ends_on = DayField(label=_("Last day"))
    depot = NamedField(
        by=PLACE_NAMES, label=_("Where every day begins and ends"),
        help_text=_("A place of the directory that has coordinates."),
    )  # fmt: skip
    seconds = forms.IntegerField(
        label=_("Seconds to search"), min_value=1, max_value=600, initial=10,
        help_text=_("Longer finds a better plan; it can be stopped at any time."),
    )  # fmt: skip
    seed = forms.IntegerField(
        label=_("Starting number"), min_value=0, max_value=2_000_000_000, initial=0,
        help_text=_("Another number may find another plan that is about as good. The same number"
                    " and as many steps find the same plan again; the clock may end a search"
                    " after fewer."),
    )  # fmt: skip

    def __init__(self, viewer: Viewer, *args: Any, round: Round | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.programmes = programme_choices(viewer)
        self.fields["programme"].choices = [  # type: ignore[attr-defined]
            (id, row.name) for id, row in self.programmes.items()
        ]
        self.fields["organiser"].rows = _organisers(viewer)  # type: ignore[attr-defined]
        self.fields["depot"].rows = located_places(viewer)  # type: ignore[attr-defined]
        if round is not None:
            del self.fields["programme"], self.fields["organiser"]
        language = get_language() or "zh-hans"
        for code in RULES:
            term = vocabulary().table(TABLE)[code]
            self.fields[code] = forms.CharField(
                label=term.label(language), required=False, max_length=40,
                help_text=UNITS.get(term.extra["unit"], term.extra["unit"]),
                widget=forms.TextInput(attrs={"placeholder": term.extra["value"]}),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The programme in place of its id, and the rules as one mapping."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "programme" in self.fields:
            data["programme"] = self.programmes.get(data.get("programme") or "")
        data["rules"] = {code: data.pop(code) for code in RULES if code in data}
        return data

    @staticmethod
    def of(round: Round) -> dict[str, Any]:
        """What a round says now."""
        names = ("name", "starts_on", "ends_on", "depot", "seconds", "seed")
        pack = vocabulary().table(TABLE)
        own = {
            code: text for code, text in round.settings.items() if text != pack[code].extra["value"]
        }
        return {name: getattr(round, name) for name in names} | own


class VehicleForm(forms.Form):
    """A vehicle with its hours."""

    name = forms.CharField(label=_("Vehicle"), max_length=80)
    leaves_at = ClockField(label=_("Leaves from"), initial=8 * 60)
    back_by = ClockField(label=_("Back by"), initial=18 * 60)
    days = DaysField(
        label=_("Only on these days"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}), help_text=_("One a line; blank is every day."),
    )  # fmt: skip

    @staticmethod
    def of(vehicle: RoundVehicle) -> dict[str, Any]:
        """What a vehicle says now."""
        names = ("name", "leaves_at", "back_by", "days")
        return {name: getattr(vehicle, name) for name in names}


class PlacesForm(forms.Form):
    """Places to add: by name, or all below one."""

    places = SeveralNamedField(
        by=PLACE_NAMES, label=pgettext_lazy("round", "Places"), required=False,
        help_text=_("One a line, by name or code; they need coordinates."),
    )  # fmt: skip
    below = NamedField(
        by=PLACE_NAMES, label=_("All places below"), required=False,
        help_text=_("For example a county: its townships and villages that have coordinates."),
    )  # fmt: skip

    def __init__(self, viewer: Viewer, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["places"].rows = located_places(viewer)  # type: ignore[attr-defined]
        self.fields["below"].rows = directory.served_places(viewer)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """At least one of the two."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not data.get("places") and not data.get("below"):
            self.add_error("places", _("Name a place."))
        return data


class PlaceForm(forms.Form):
    """How long a visit takes, how urgent it is, when the place is open."""

    minutes = forms.IntegerField(label=_("Minutes at the place"), min_value=1, max_value=1440)
    priority = forms.IntegerField(
        label=_("Priority"), min_value=1, max_value=5, help_text=_("1 is the most urgent.")
    )
    people = forms.IntegerField(
        label=_("People who live there"), min_value=0, max_value=100_000_000, required=False
    )
    last_visited_on = DayField(
        label=_("Last visit"), required=False,
        help_text=_("The longer ago, the more a visit is worth; blank is never."),
    )  # fmt: skip
    windows = WindowsField(
        label=_("Open at"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line: 09:00-12:00, or 2026-12-01 09:00-12:00 for one day. Blank is"
                    " any hour."),
    )  # fmt: skip

    @staticmethod
    def of(place: RoundPlace) -> dict[str, Any]:
        """What a place says now."""
        names = ("minutes", "priority", "people", "last_visited_on", "windows")
        return {name: getattr(place, name) for name in names}

    def clean_people(self) -> int:
        """Not said counts as nobody."""
        return self.cleaned_data.get("people") or 0


class ReopenForm(forms.Form):
    """Why a fixed round is opened again."""

    reason = forms.CharField(
        label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )
