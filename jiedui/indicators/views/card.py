"""The definition card: what is counted, by which rule, out of which source."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from jiedui.core.packs import vocabulary
from jiedui.indicators.domain import counting
from jiedui.indicators.domain.definitions import Definition, Side
from jiedui.indicators.domain.question import Figure, Question
from jiedui.indicators.queries.catalogue import definition_of
from jiedui.indicators.views import words

COUNTS = {
    "sum": _("The recorded amounts added up: %(what)s"),
    "records": _("The confirmed records: %(what)s"),
    "distinct": _("Each counted once: %(what)s"),
    "events": _("Each counted once: %(what)s"),
    "days": _("The days that lie in the period, times the amount: %(what)s"),
}
DISTINCT = {
    "entry": _("events"),
    "receiver": pgettext_lazy("side", "recipients"),
    "giver": pgettext_lazy("side", "supporters"),
    "place": _("places of service"),
    "programme": _("programmes"),
    "person": _("people"),
}
PERIODS = {
    "starts": _("An event belongs to the period in which it starts."),
    "within": _("An event belongs to a period that holds it whole."),
    "overlaps": _(
        "What lasts belongs to every period of which it holds a day; "
        "nothing after the day asked for is counted."
    ),
    "on": _("What holds on the last day of the period, at most the day asked for."),
}


@dataclass(frozen=True)
class Card:
    """A definition in the reader's language."""

    title: str
    why: str
    counts: str
    over: str
    period: str
    scope: str
    source: str
    version: int | None


def card(question: Question, figure: Figure) -> Card:
    """The card of the indicator, or of the measure as the pack has it."""
    if figure.counts == counting.STATEMENTS:
        return _of_statements(question, figure)
    return _of_entries(definition_of(None, question), figure)


def _of_entries(found: Definition, figure: Figure) -> Card:
    """The definition of what is counted from the ledger."""
    english = words.language().startswith("en")
    scope = found.scope_en if english else found.scope
    if not found.ratio and figure.unit_class:
        scope = f"{scope} {_apart(figure.unit_class)}"
    return Card(
        title=capfirst(found.title_in(words.language())),
        why=found.why_en if english else found.why,
        counts=side(found.numerator, found.kind_table),
        over=side(found.denominator, found.kind_table) if found.denominator else "",
        period=str(PERIODS[found.period]),
        scope=scope,
        source=found.source,
        version=found.version,
    )


def _of_statements(question: Question, figure: Figure) -> Card:
    """What a figure made of published statements means."""
    term = vocabulary().tables["measures"].get(figure.measure)
    return Card(
        title=words.measure(question),
        why="",
        counts=gettext(
            "A number as a report states it: the widest period stands, then the latest "
            "report, then the exact before the rounded. Statements are never added to one another."
        ),
        over="",
        period=gettext(
            "A statement counts only if its whole period lies within the one asked for."
        ),
        scope=_apart(figure.unit_class),
        source=term.source if term else "",
        version=None,
    )


def _apart(unit_class: str) -> str:
    """The class of unit, which is part of what is counted."""
    named = words.term("unit_classes", unit_class)
    return gettext("Class of unit: %(unit_class)s; never added to another.") % {"unit_class": named}


def side(found: Side, kind_table: str = "activity_kinds") -> str:
    """What a side of a definition counts, in words."""
    parts = [words.term("measures", code) for code in found.measures]
    parts += [words.term(kind_table, code) for code in found.kinds]
    parts += [words.term("output_classes", code) for code in found.output_classes]
    if found.at_least:
        parts.append(gettext("at least %(amount)s") % {"amount": found.at_least})
    thing = {"distinct": found.of, "events": "entry"}.get(found.count, "")
    what = str(DISTINCT.get(thing, ""))
    listed = gettext(", ").join(parts) or gettext("all measures")
    return str(COUNTS[found.count]) % {"what": f"{what} ({listed})" if what else listed}
