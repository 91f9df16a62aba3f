"""The question of a figure as it stands in an address, read with an error at each field.

Blank parameters cut nothing. Organisations and places are given by id or by any
of their names; ``address`` writes the one canonical form, with ids, so that an
address that is passed on asks exactly the same.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from jiedui.accounts.permissions import Viewer
from jiedui.core.errors import Refused
from jiedui.core.packs import vocabulary
from jiedui.core.periods import Period, read_day
from jiedui.core.quantities import FigureKind, OutputClass, UnitClass
from jiedui.indicators.domain.contradictions import CONTRADICTIONS, REMARKS
from jiedui.indicators.domain.counting import DIFFERS
from jiedui.indicators.domain.question import Question
from jiedui.indicators.queries.catalogue import definitions
from jiedui.indicators.queries.figure_scope import (
    ProgrammeChoice,
    body_named,
    known_indicators,
    open_programmes,
    place_named,
)

TREES = ("now", "then")


class DayField(forms.CharField):
    """A day, a month or a year as people write them; a month or year is whole."""

    def __init__(self, *, last: bool, **options: Any) -> None:
        super().__init__(required=False, max_length=20, **options)
        self.last = last

    def clean(self, value: Any) -> date | None:
        """The first or last day of what is written, or an error with the refusal's code."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_day(text, last=self.last)
        except Refused as refused:
            sentence = gettext(refused.message) % refused.details
            raise forms.ValidationError(sentence, code=refused.code) from refused


class CodeField(forms.CharField):
    """A code of one table; ``known`` gives the codes at the moment of asking."""

    def __init__(self, table: str, known: Any = None, **options: Any) -> None:
        super().__init__(required=False, max_length=64, **options)
        self.table = table
        self.known = known

    def clean(self, value: Any) -> str:
        """The code, or the error ``code-unknown``."""
        code = str(super().clean(value))
        known: Container[str] = self.known() if self.known else vocabulary().table(self.table)
        if code and code not in known:
            raise forms.ValidationError(
                gettext("“%(code)s” is not a code of the table “%(table)s”.")
                % {"code": code, "table": self.table},
                code="code-unknown",
            )
        return code


class ScopeForm(forms.Form):
    """Programme, bodies and day: what every question has."""

    programme = forms.CharField(required=False, max_length=64, label=_("Programme"))
    measure = CodeField("measures", label=_("Measure"))
    giver = forms.CharField(
        required=False, max_length=200, label=pgettext_lazy("side", "Supporter")
    )
    receiver = forms.CharField(
        required=False, max_length=200, label=pgettext_lazy("side", "Recipient")
    )
    as_of = DayField(last=True, label=_("As known on"))

    def __init__(self, data: Mapping[str, Any], *, viewer: Viewer) -> None:
        super().__init__(data)
        self.viewer = viewer
        # Names of the bodies and the place that were understood, by field.
        self.named: dict[str, str] = {}

    @cached_property
    def programmes(self) -> tuple[ProgrammeChoice, ...]:
        """The programmes that the viewer may choose from."""
        return open_programmes(self.viewer)

    @property
    def programme_chosen(self) -> ProgrammeChoice | None:
        """The programme that was asked for; None is all real ones."""
        self.is_valid()
        asked = self.cleaned_data.get("programme")
        return next((row for row in self.programmes if row.id == asked), None)

    def clean_programme(self) -> UUID | None:
        """A programme open to the viewer, by code or id; blank means all real ones."""
        text = self.cleaned_data["programme"]
        if not text:
            return None
        for programme in self.programmes:
            if text in (programme.code, str(programme.id)):
                return programme.id
        raise forms.ValidationError(
            gettext("There is no programme “%(text)s” that is open to you.") % {"text": text},
            code="programme-unknown",
        )

    def clean_giver(self) -> UUID | None:
        """A giving body, by id or any of its names."""
        return self._body("giver")

    def clean_receiver(self) -> UUID | None:
        """A receiving body, by id or any of its names."""
        return self._body("receiver")

    def _body(self, name: str) -> UUID | None:
        text = self.cleaned_data[name]
        if not text:
            return None
        found = body_named(self.viewer, text, get_language() or "zh-hans")
        if found is None:
            raise forms.ValidationError(
                gettext("There is no organisation of the name “%(text)s”.") % {"text": text},
                code="organisation-unknown",
            )
        self.named[name] = found[1]
        return found[0]


def kinds() -> frozenset[str]:
    """The codes of all kinds that a definition names: of activities, pairings, postings."""
    tables = {each.kind_table for each in definitions().values()} | {"activity_kinds"}
    known = vocabulary().tables
    return frozenset(code for table in tables for code in known.get(table, {}))


class QuestionForm(ScopeForm):
    """Reads the address of a figure; ``question`` holds what was understood."""

    indicator = CodeField("indicators", known_indicators, label=_("Indicator"))
    place = forms.CharField(required=False, max_length=160, label=_("Place of service"))
    activity = CodeField("activity_kinds", lambda: kinds(), label=_("Kind"))
    output_class = CodeField("output_classes", lambda: set(OutputClass), label=_("Output"))
    item = forms.CharField(required=False, max_length=64, label=_("Item"))
    unit_class = CodeField("unit_classes", lambda: set(UnitClass), label=_("Class of unit"))
    kind = CodeField("figure_kinds", lambda: set(FigureKind), label=_("Kind of figure"))
    to = DayField(last=True, label=_("To"))
    sequence = forms.IntegerField(
        required=False, min_value=0, max_value=2**62, label=_("Number in the stream")
    )
    tree = CodeField("trees", lambda: TREES, label=_("Tree"))

    def __init__(self, data: Mapping[str, Any], *, viewer: Viewer) -> None:
        super().__init__(data, viewer=viewer)
        self.fields["from"] = DayField(last=False, label=_("From"))

    def clean_place(self) -> UUID | None:
        """A place of service, by id, code or name."""
        text = self.cleaned_data["place"]
        if not text:
            return None
        found = place_named(self.viewer, text, get_language() or "zh-hans")
        if found is None:
            raise forms.ValidationError(
                gettext("There is no place named “%(text)s”.") % {"text": text},
                code="place-unknown",
            )
        self.named["place"] = found[1]
        return found[0]

    def clean(self) -> dict[str, Any]:
        """Dates in order, and one thing to ask for."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("from"), cleaned.get("to")
        if first and last and first > last:
            message = gettext("The period ends (%(end)s) before it starts (%(start)s).")
            self._wrong("to", message % {"start": first, "end": last}, "period-reversed")
        asked = [name for name in ("measure", "indicator") if cleaned.get(name)]
        if len(asked) == 2:
            message = gettext("Ask for a measure or for an indicator, not for both.")
            self._wrong("measure", message, "measure-and-indicator")
        elif not asked and not {"measure", "indicator"} & set(self.errors):
            self._wrong("measure", gettext("Choose a measure or an indicator."), "measure-missing")
        return cleaned

    def _wrong(self, name: str, message: str, code: str) -> None:
        self.add_error(name, forms.ValidationError(message, code=code))

    @cached_property
    def question(self) -> Question:
        """What was understood; fields at fault cut nothing."""
        self.is_valid()
        got = self.cleaned_data
        try:
            period = Period(got.get("from"), got.get("to"))
        except Refused:
            period = Period(got.get("from"), None)
        indicator = got.get("indicator") or ""
        return Question(
            measure="" if indicator else got.get("measure") or "",
            indicator=indicator,
            item=got.get("item") or None,
            unit_class=got.get("unit_class") or None,
            kind=got.get("kind") or None,
            giver=got.get("giver"),
            receiver=got.get("receiver"),
            place=got.get("place"),
            activity=got.get("activity") or None,
            output_class=got.get("output_class") or None,
            period=period,
            as_of=got.get("as_of"),
            sequence=got.get("sequence"),
            tree=got.get("tree") or "now",
            programme=got.get("programme"),
        )


class ContradictionsForm(ScopeForm):
    """Which contradictions are looked at."""

    kind = CodeField(
        "contradictions",
        lambda: {*CONTRADICTIONS, *REMARKS, DIFFERS},
        label=_("Kind of contradiction"),
    )

    @cached_property
    def question(self) -> Question:
        """The scope that was asked for."""
        self.is_valid()
        got = self.cleaned_data
        return Question(
            measure=got.get("measure") or "",
            giver=got.get("giver"),
            receiver=got.get("receiver"),
            as_of=got.get("as_of"),
            programme=got.get("programme"),
        )


def address(question: Question, programme: str = "", **extra: Any) -> str:
    """The canonical query of a question; ``programme`` is the code of the one it names."""
    period = question.period
    pairs = {
        "programme": programme or question.programme,
        "measure": question.measure,
        "indicator": question.indicator,
        "item": question.item,
        "unit_class": question.unit_class,
        "kind": question.kind,
        "giver": question.giver,
        "receiver": question.receiver,
        "place": question.place,
        "activity": question.activity,
        "output_class": question.output_class,
        "from": period.start,
        "to": period.end,
        "as_of": question.as_of,
        "sequence": question.sequence,
        "tree": question.tree if question.tree != "now" else None,
        **extra,
    }
    return urlencode({key: str(value) for key, value in pairs.items() if value not in (None, "")})
