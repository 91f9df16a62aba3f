"""The fields by which a question is asked differently, and the addresses of its variants."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext

from jiedui.core.packs import vocabulary
from jiedui.core.quantities import FigureKind, OutputClass, UnitClass
from jiedui.indicators.domain.question import Question
from jiedui.indicators.forms import QuestionForm, ScopeForm, address
from jiedui.indicators.queries.catalogue import definitions
from jiedui.indicators.queries.figure_scope import names_to_offer
from jiedui.indicators.views import words

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class AskField:
    """One field as the page draws it: a choice, or a line with names to pick from."""

    name: str
    label: Any
    value: str
    errors: Sequence[str] = ()
    choices: Choices = ()
    list: str = ""
    hint: str = ""
    kind: str = "text"


@dataclass(frozen=True)
class Ask:
    """All fields, and the names of organisations offered for two of them."""

    fields: Sequence[AskField]
    names: Sequence[str]


@dataclass(frozen=True)
class Links:
    """Addresses of pages for variants of one question."""

    question: Question
    programme: str

    def __call__(
        self, name: str = "figure", *, extra: dict[str, Any] | None = None, **cut: Any
    ) -> str:
        """The page ``indicators:name`` for the question with some of its fields changed."""
        asked = replace(self.question, **cut) if cut else self.question
        return f"{reverse(f'indicators:{name}')}?{self.query(asked, **(extra or {}))}"

    def of(self, asked: Question) -> str:
        """The page of another question."""
        return f"{reverse('indicators:figure')}?{self.query(asked)}"

    def contradictions(self) -> str:
        """The contradictions of the measure, as known then."""
        asked = self.question
        cut = {
            "programme": self.programme,
            "measure": asked.measure,
            "receiver": asked.receiver,
            "as_of": asked.as_of,
        }
        pairs = {name: str(value) for name, value in cut.items() if value}
        return f"{reverse('indicators:contradictions')}?{urlencode(pairs)}"

    def query(self, asked: Question, **extra: Any) -> str:
        """The canonical query of a question of the same programme."""
        code = self.programme if asked.programme == self.question.programme else ""
        return address(asked, code, **extra)


def links(form: QuestionForm) -> Links:
    """The addresses around what was asked."""
    chosen = form.programme_chosen
    return Links(form.question, chosen.code if chosen else "")


Terms = Iterable[str] | None


def choices_of(table: str, codes: Terms = None) -> Choices:
    """A blank and the terms of a pack's table (or of these codes), named."""
    shown = vocabulary().tables.get(table, {}) if codes is None else codes
    return [("", gettext("any")), *((str(code), words.term(table, str(code))) for code in shown)]


def programmes_of(form: ScopeForm) -> Choices:
    """All real programmes together, and each programme by itself."""
    named = ((row.code, row.label(words.language())) for row in form.programmes)
    return [("", gettext("all real programmes")), *named]


def field_of(form: ScopeForm, name: str, choices: Choices = (), **more: str) -> AskField:
    """A field with what was asked in it, names in place of ids, and its errors."""
    errors = [str(error) for error in form.errors.get(name, ())]
    shown = str(form.data.get(name, ""))
    chosen = form.programme_chosen
    if not errors and name == "programme":
        shown = chosen.code if chosen else ""
    if not errors and name in ("giver", "receiver", "place"):
        shown = form.named.get(name, "")
    if not errors and name == "as_of":
        # A month in the address is shown as the last day that it means.
        day = form.cleaned_data.get(name)
        shown, more["kind"] = day.isoformat() if day else "", "date"
    return AskField(name, form.fields[name].label, shown, errors, choices, **more)


def _kinds(form: QuestionForm) -> str:
    """The table of the kinds that the figure can be cut to."""
    return (words.kind_table(form.question) if form.is_valid() else "") or "activity_kinds"


def ask(form: QuestionForm) -> Ask:
    """The form as the page draws it."""
    language = words.language()
    known = [("", "–"), *((code, d.title_in(language)) for code, d in definitions().items())]
    day = gettext("2026-03-05, 2026-03 or 2026")
    made = [
        field_of(form, "programme", programmes_of(form)),
        field_of(form, "measure", [("", "–"), *list(choices_of("measures"))[1:]]),
        field_of(form, "indicator", known),
        field_of(form, "giver", list="body-names"),
        field_of(form, "receiver", list="body-names"),
        field_of(form, "place"),
        field_of(form, "from", hint=day),
        field_of(form, "to", hint=day),
        field_of(form, "as_of"),
        field_of(form, "activity", choices_of(_kinds(form))),
        field_of(form, "output_class", choices_of("output_classes", OutputClass)),
        field_of(form, "kind", choices_of("figure_kinds", FigureKind)),
        field_of(form, "unit_class", choices_of("unit_classes", UnitClass)),
        field_of(form, "item"),
        field_of(form, "tree", [(code, str(text)) for code, text in words.TREES.items()]),
    ]
    if form.data.get("sequence"):
        made.append(field_of(form, "sequence"))
    return Ask(made, names_to_offer(form.viewer, language))
