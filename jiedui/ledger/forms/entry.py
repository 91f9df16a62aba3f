"""The whole form of an entry: the event with as many lines as it has outputs and people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict

from jiedui.accounts.permissions import Viewer
from jiedui.core.files import ACCEPT
from jiedui.core.packs import vocabulary
from jiedui.ledger.actions import EntryInput, ParticipantInput
from jiedui.ledger.forms.event import EntryForm
from jiedui.ledger.forms.lines import PersonForm, QuantityForm

LINES = 12
PEOPLE = 20


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
