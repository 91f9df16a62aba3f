"""What the pages say in words: scopes, periods, reasons, how a value was counted."""

from __future__ import annotations

from datetime import date

from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from jiedui.core.packs import vocabulary
from jiedui.core.periods import Period
from jiedui.indicators.domain import counting
from jiedui.indicators.domain.facts import LEDGER
from jiedui.indicators.domain.question import Figure, Question
from jiedui.indicators.domain.statements import standing
from jiedui.indicators.queries.catalogue import definition_of, definitions
from jiedui.web.templatetags.jiedui import day

COUNTS = {
    counting.ENTRIES: _("Counted from confirmed entries"),
    counting.STATEMENTS: _("As published"),
}
TREES = {"now": _("Tree as it is now"), "then": _("Tree as it was then")}
DIMENSIONS = {
    "giver": pgettext_lazy("side", "Supporter"),
    "receiver": pgettext_lazy("side", "Recipient"),
    "place": _("Place"),
    "kind": _("Kind"),
    "time": _("Time"),
}
SPECIALTY = {"item": _("Specialty")}
REASONS = {
    counting.AGREES: _("Published, and the entries of the same period agree with it."),
    counting.DIFFERS: _(
        "Published, and the entries of the same period do not agree with it. "
        "Ask the publisher which scope was counted."
    ),
    counting.NO_ENTRIES: _("Published; there is no confirmed entry of its scope to compare."),
    counting.NOT_COMPARED: _(
        "Published; you see a part of the entries only, so the two are not compared."
    ),
    standing.SAME_SCOPE: _("The same scope, of a narrower period or an earlier report."),
    standing.UNKNOWN_START: _("The same scope, but nobody says since when it was counted."),
    standing.OVERLAPS: _("Its period reaches beyond the one asked for."),
    standing.OTHER_CLASS: _("Counted in another class of unit; never added."),
    standing.OTHER_KIND: _("Of another kind: done, there, planned and priced are kept apart."),
    standing.OTHER_ITEM: _("Counts one item of the measure only."),
    standing.OTHER_SCOPE: _("Of another supporter, recipient or period."),
    standing.BLANK_GIVER: _("The report names no supporter; it may hold the same work again."),
    standing.LINE: _("A line of the whole, by its own report."),
    standing.BENEATH: _("A part: its recipient or supporter lies within the whole."),
    standing.WIDER: _("Of a wider body, of which the one asked for is a part."),
    standing.UNPLACED: _("Nobody has yet assigned the bodies that it is about."),
}


def language() -> str:
    """The reader's language."""
    return get_language() or "zh-hans"


def term(table: str, code: str) -> str:
    """The name of a pack's code; the code itself where no pack in use has it."""
    found = vocabulary().tables.get(table, {}).get(code)
    return found.label(language()) if found else code


def period(asked: Period) -> str:
    """A period as people write it; nothing where no end is known."""
    if asked.start is None and asked.end is None:
        return ""
    if asked.start is None:
        return gettext("until %(day)s") % {"day": day(asked.end)}
    if asked.end is None:
        return gettext("from %(day)s") % {"day": day(asked.start)}
    if asked.start == asked.end:
        return day(asked.start)
    return f"{day(asked.start)} – {day(asked.end)}"


def reason(code: str) -> str:
    """Why a value stands beside; the code itself where nobody has put it into words."""
    found = REASONS.get(code)
    return str(found) if found else code


def cuts(question: Question, programme: str, names: dict[str, str]) -> str:
    """What the question cuts down to, besides giver and receiver."""
    parts = [programme or gettext("all real programmes")]
    if question.period.start or question.period.end:
        asked = period(question.period)
        parts.append(gettext("only what lies %(period)s") % {"period": asked})
    if question.place:
        parts.append(gettext("at %(place)s") % {"place": names.get("place", "")})
    if question.activity:
        parts.append(term(kind_table(question), question.activity))
    if question.output_class:
        parts.append(term("output_classes", question.output_class))
    if question.kind:
        parts.append(term("figure_kinds", question.kind))
    if question.item:
        parts.append(item(question, question.item))
    if question.unit_class:
        parts.append(term("unit_classes", question.unit_class))
    return " · ".join(parts)


def item(question: Question, code: str) -> str:
    """An item as it is written, readable; a specialty by its name."""
    if definition_of(None, question).numerator.stream != LEDGER:
        return term("specialties", code)
    return term("items", code).replace("_", " ")


def kind_table(question: Question) -> str:
    """The packs' table that names the kinds of what is counted."""
    return definition_of(None, question).kind_table


def dimensions(question: Question) -> dict[str, str]:
    """By what the figure can be divided; the ledger's all alike, others as they are defined."""
    definition = definition_of(None, question)
    if definition.numerator.stream == LEDGER:
        return {code: str(name) for code, name in DIMENSIONS.items()}
    fits = {*definition.exclusive, *definition.overlapping, "time"}
    every = {**DIMENSIONS, **SPECIALTY}
    return {code: str(name) for code, name in every.items() if code in fits}


def dimension(question: Question, asked: str) -> str:
    """By what a page divides the figure: as asked for, where it can be divided so."""
    return asked if asked in dimensions(question) else "receiver"


def knowledge(question: Question, today: date) -> str:
    """Until when what was known counts."""
    if question.sequence is not None:
        return gettext("as known on %(day)s, up to number %(number)s of the stream") % {
            "day": day(question.as_of or today),
            "number": question.sequence,
        }
    if question.as_of:
        return gettext("as known on %(day)s") % {"day": day(question.as_of)}
    return gettext("as known today, %(day)s") % {"day": day(today)}


def measure(question: Question) -> str:
    """What is counted, as the pack or the definition calls it."""
    if question.indicator:
        found = definitions().get(question.indicator)
        return capfirst(found.title_in(language())) if found else question.indicator
    return capfirst(term("measures", question.measure))


def unit(code: str) -> str:
    """A unit in the reader's language; Chinese units stand as they are written."""
    return term("units", code)


def total_of(found: Figure) -> str:
    """How the list of records adds up to the figure."""
    if found.counts == counting.STATEMENTS:
        return gettext("These published statements make up the figure.")
    return gettext("%(n)s records; together they are the figure.") % {"n": f"{found.records:,}"}
