"""Forms of the ledger: an event, its quantities, reasons, files, placings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from jiedui.accounts.permissions import Viewer
from jiedui.core.packs import vocabulary
from jiedui.core.quantities import Precision
from jiedui.directory.access import visible_people
from jiedui.directory.queries import find_organisation, find_place
from jiedui.ledger.actions import EntryInput, ParticipantInput, QuantityInput
from jiedui.ledger.domain.files import ACCEPT
from jiedui.ledger.models import Department
from jiedui.ledger.queries import body_names, programme_choices
from jiedui.programmes.access import reach

LINES = 12
PEOPLE = 20
_PERSON = re.compile(r"\s*(.+?)\s*(?:[（(](.+)[)）])?\s*$")


def terms(table: str) -> list[tuple[str, str]]:
    """Codes and names of a pack's table, for a choice."""
    language = get_language() or "zh-hans"
    return [(t.code, t.label(language)) for t in vocabulary().tables.get(table, {}).values()]


def _measures() -> list[tuple[str, str]]:
    countable = []
    for code, label in terms("measures"):
        units = vocabulary().table("measures")[code].extra.get("units", "").split()
        if units and units[0] != "%":
            countable.append((code, f"{label}（{'、'.join(units)}）"))
    return [("", "—"), *countable]


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )


class EntryForm(forms.Form):
    """What, when, who for whom, where."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    programme = forms.ChoiceField(label=_("Programme"))
    kind = forms.ChoiceField(label=_("Activity"))
    happened_from = _day(_("From"))
    happened_to = _day(_("To"), required=False)
    giver = forms.CharField(
        label=_("Giver"), max_length=160, widget=forms.TextInput({"list": "bodies"})
    )
    receiver = forms.CharField(
        label=_("Receiver"), max_length=160, widget=forms.TextInput({"list": "bodies"})
    )
    department = forms.ChoiceField(label=_("Department"), required=False)
    place = forms.CharField(
        label=_("Place of service"),
        max_length=120,
        required=False,
        help_text=_("Where it was done, if not at the receiver: a place's name or code."),
    )
    narrative = forms.CharField(
        label=_("Narrative"),
        max_length=4000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("What was done, in a few sentences. No names or numbers of patients."),
    )

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        english = (get_language() or "").startswith("en")
        self.viewer = viewer
        self.bodies = body_names(viewer)
        self._choice("programme").choices = [
            (str(p.id), p.name_en if english and p.name_en else p.name)
            for p in programme_choices(viewer)
        ]
        self._choice("kind").choices = [("", "—"), *terms("activity_kinds")]
        self._choice("department").choices = [("", "—"), *self._departments()]

    def _choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        return field

    def _departments(self) -> list[tuple[str, list[tuple[str, str]]]]:
        held = reach(self.viewer, "ledger.read")
        rows = Department.objects.select_related("organisation").order_by(
            "organisation__name", "name"
        )
        if not held.everything:
            rows = rows.filter(organisation_id__in=held.seen)
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in rows[:500]:
            groups.setdefault(one.organisation.name, []).append((str(one.id), one.name))
        return list(groups.items())

    def _body(self, side: str) -> UUID | None:
        found = find_organisation(self.cleaned_data[side])
        if found is None:
            raise forms.ValidationError(
                gettext("“%(name)s” is not the name of one organisation in the directory.")
                % {"name": self.cleaned_data[side]}
            )
        return found.id

    def clean_giver(self) -> UUID | None:
        """The giver by its name."""
        return self._body("giver")

    def clean_receiver(self) -> UUID | None:
        """The receiver by its name."""
        return self._body("receiver")

    def clean_place(self) -> UUID | None:
        """The place by its name or code."""
        if not self.cleaned_data["place"]:
            return None
        found = find_place(self.cleaned_data["place"])
        if found is None:
            raise forms.ValidationError(
                gettext("“%(name)s” is not the name or code of one place.")
                % {"name": self.cleaned_data["place"]}
            )
        return found.id


class QuantityForm(forms.Form):
    """One output: so many of what."""

    # Lines left wholly blank are never read, so that what a line needs can be required.
    measure = forms.ChoiceField(label=_("Measure"))
    value = forms.CharField(
        label=_("Number"),
        max_length=24,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    precision = forms.ChoiceField(label=_("Precision"), required=False)
    high = forms.CharField(
        label=_("High end"),
        max_length=24,
        required=False,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
    item = forms.CharField(label=_("Item"), max_length=64, required=False)
    output_class = forms.ChoiceField(label=_("Class"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = ("", _("as usual"))
        choices: dict[str, list[tuple[str, Any]]] = {
            "measure": _measures(),
            "unit": [usual, *terms("units")],
            "precision": [("", _("exact")), *(t for t in terms("precisions") if t[0] != "exact")],
            "output_class": [usual, *terms("output_classes")],
        }
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = offered

    @property
    def blank(self) -> bool:
        """Whether the line holds nothing but its measure."""
        return not (self["value"].value() or self["high"].value() or self["item"].value())

    @property
    def special(self) -> bool:
        """Whether anything beyond measure, number and unit is filled in or faulty."""
        names = ("precision", "high", "item", "output_class")
        return any(self[name].value() or self[name].errors for name in names)

    def quantity(self) -> QuantityInput:
        """The line as the action takes it."""
        given = self.cleaned_data
        return QuantityInput(
            given["measure"],
            given["value"],
            unit=given["unit"],
            precision=given["precision"] or Precision.EXACT.value,
            high=given["high"] or None,
            item=given["item"],
            output_class=given["output_class"],
        )


class PersonForm(forms.Form):
    """One person of the event, by name."""

    person = forms.CharField(
        label=_("Person"),
        max_length=160,
        widget=forms.TextInput({"list": "people", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("Part"), required=False)

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", "—"), *terms("participant_roles")]

    @property
    def blank(self) -> bool:
        """Whether nobody is named."""
        return not str(self["person"].value() or "").strip()

    def clean(self) -> dict[str, Any]:
        """Find the one visible person of that name, where needed by the organisation."""
        cleaned: dict[str, Any] = super().clean() or {}
        text = cleaned.get("person", "")
        match = _PERSON.match(text) if text else None
        if not match:
            return cleaned
        name, body = match.groups()
        rows = visible_people(self.viewer).filter(name=name)
        if body:
            rows = rows.filter(affiliations__organisation__name=body).distinct()
        found = list(rows.values_list("id", flat=True)[:2])
        if len(found) != 1:
            self.add_error(
                "person",
                gettext("Several people bear this name; write 姓名（单位）.")
                if found
                else gettext("You see nobody of this name."),
            )
            return cleaned
        cleaned["id"] = found[0]
        return cleaned


class EntryForms:
    """The whole page of an entry: the event, its lines, its people, a file.

    Works by plain posts: “add a line” posts the form and gets it back with one
    more, which HTMX does in place.
    """

    def __init__(
        self,
        viewer: Viewer,
        data: QueryDict | None = None,
        initial: Mapping[str, Any] | None = None,
        lines: list[dict[str, Any]] | None = None,
        people: list[dict[str, Any]] | None = None,
        evidence: list[str] | None = None,
    ) -> None:
        self.viewer = viewer
        self.event = EntryForm(viewer, data=data, initial=dict(initial or {}))
        if data is None:
            lines, people = lines or [{}], people or [{}]
            self.lines = [
                QuantityForm(initial=one, prefix=f"line-{n}") for n, one in enumerate(lines)
            ]
            self.people = [
                PersonForm(viewer, initial=one, prefix=f"person-{n}")
                for n, one in enumerate(people)
            ]
            self.evidence = evidence or []
        else:
            # What a line is offered with counts as nothing filled in.
            self.lines = [
                QuantityForm(
                    data=data,
                    prefix=f"line-{n}",
                    initial={"measure": data.get(f"line-{n}-measure")},
                    empty_permitted=True,
                    use_required_attribute=False,
                )
                for n in range(self._number(data, "lines", LINES))
            ]
            self.people = [
                PersonForm(
                    viewer,
                    data=data,
                    prefix=f"person-{n}",
                    initial={"role": data.get(f"person-{n}-role")},
                    empty_permitted=True,
                    use_required_attribute=False,
                )
                for n in range(self._number(data, "persons", PEOPLE))
            ]
            self.evidence = [
                one for one in data.getlist("evidence")[:20] if re.fullmatch(r"[0-9a-f]{64}", one)
            ]

    @staticmethod
    def _number(data: QueryDict, name: str, most: int) -> int:
        text = data.get(name, "1")
        return min(int(text), most) if text.isascii() and text.isdigit() else 1

    @classmethod
    def refreshed(cls, viewer: Viewer, data: QueryDict) -> EntryForms:
        """The form as it was filled in, with one line more or the kind's usual lines."""
        held = cls(viewer, data)
        initial = {name: held.event[name].value() for name in held.event.fields}
        lines = [
            {name: line[name].value() for name in line.fields}
            for line in held.lines
            if not line.blank
        ]
        people = [
            {name: one[name].value() for name in one.fields} for one in held.people if not one.blank
        ]
        if "add_person" in data:
            people.append({})
        elif "add_line" in data:
            lines.append({})
        else:
            lines += usual_lines(str(initial.get("kind") or ""), lines)
        return cls(viewer, None, initial, lines[:LINES], people[:PEOPLE], held.evidence)

    @property
    def accept(self) -> str:
        """Endings of files that can be evidence."""
        return ACCEPT

    def is_valid(self) -> bool:
        """Whether everything could be read; blank lines are left out."""
        parts: list[forms.Form] = [self.event]
        parts += [line for line in self.lines if not line.blank]
        parts += [one for one in self.people if not one.blank]
        # Every part is read, so that all faults are told at once.
        return sum(not part.is_valid() for part in parts) == 0

    def entry(self) -> EntryInput:
        """What was filled in, as the actions take it."""
        given = self.event.cleaned_data
        return EntryInput(
            id=given["id"],
            programme=UUID(given["programme"]),
            kind=given["kind"],
            happened_from=given["happened_from"],
            happened_to=given["happened_to"] or given["happened_from"],
            giver=given["giver"],
            receiver=given["receiver"],
            place=given["place"],
            department=UUID(given["department"]) if given["department"] else None,
            quantities=[line.quantity() for line in self.lines if not line.blank],
            participants=[
                ParticipantInput(one.cleaned_data["id"], None, one.cleaned_data["role"])
                for one in self.people
                if not one.blank
            ],
            narrative=given["narrative"],
            evidence=self.evidence,
        )

    def refuse(self, field: str, text: str) -> None:
        """Put a refusal at the field or line that it names, else above the form."""
        head, _dot, rest = field.partition(".")
        number, _dot, name = rest.partition(".")
        rows: Any = {"quantities": self.lines, "participants": self.people}.get(head)
        if rows is not None and number.isdigit():
            filled = [row for row in rows if not row.blank]
            if 0 < int(number) <= len(filled):
                row = filled[int(number) - 1]
                row.add_error(name if name in row.fields else None, text)
                return
        self.event.add_error(field if field in self.event.fields else None, text)


def usual_lines(kind: str, held: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Blank lines for the outputs that the kind usually has and the form lacks."""
    term = vocabulary().tables.get("activity_kinds", {}).get(kind)
    outputs = term.extra.get("outputs", "").split() if term else []
    there = {line.get("measure") for line in held}
    return [{"measure": code} for code in outputs if code not in there] or ([] if held else [{}])


class ReasonForm(forms.Form):
    """Why something is returned or withdrawn."""

    reason = forms.CharField(
        label=_("Reason"), max_length=400, widget=forms.Textarea({"rows": 3, "autofocus": True})
    )


class PlaceForm(forms.Form):
    """Whom a published figure is about: one organisation a line, on each side."""

    givers = forms.CharField(label=_("Givers"), required=False)
    receivers = forms.CharField(label=_("Receivers"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("givers", "receivers"):
            self.fields[name].widget = forms.Textarea({"rows": 3})
            self.fields[name].help_text = _(
                "One organisation a line, by any of its names in the directory."
            )

    def _bodies(self, side: str) -> list[UUID]:
        found, unknown = [], []
        for line in self.cleaned_data[side].splitlines():
            if line.strip():
                body = find_organisation(line)
                if body is None:
                    unknown.append(line.strip())
                else:
                    found.append(body.id)
        if unknown:
            raise forms.ValidationError(
                gettext("The directory has nobody of this name: %(names)s.")
                % {"names": "、".join(unknown)}
            )
        return list(dict.fromkeys(found))

    def clean_givers(self) -> list[UUID]:
        """The givers by name."""
        return self._bodies("givers")

    def clean_receivers(self) -> list[UUID]:
        """The receivers by name."""
        return self._bodies("receivers")
