"""From words on the command line to a question: names of bodies, measures, days."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date
from difflib import SequenceMatcher
from uuid import UUID

from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput
from jiedui.core.packs import vocabulary
from jiedui.core.periods import Period, read_day
from jiedui.core.quantities import FigureKind, UnitClass
from jiedui.directory.queries import find_organisation, lineage, names
from jiedui.indicators.domain.question import Question
from jiedui.indicators.queries.catalogue import definitions
from jiedui.programmes.queries import find_programme


def question(
    *,
    measure: str = "",
    indicator: str = "",
    giver: str = "",
    receiver: str = "",
    start: str = "",
    end: str = "",
    as_of: str = "",
    unit_class: str = "",
    kind: str = "",
    item: str | None = None,
    programme: str = "",
) -> Question:
    """The question that the options ask; InvalidInput names the option at fault."""
    if measure and indicator:
        raise InvalidInput(
            "measure-or-indicator",
            "Give either --measure or --indicator, not both.",
            field="--indicator",
        )
    return Question(
        measure=_measure(measure) if measure else "",
        indicator=_indicator(indicator) if indicator else "",
        item=item,
        unit_class=_one_of(unit_class, [each.value for each in UnitClass], "--unit-class"),
        kind=_one_of(kind, [each.value for each in FigureKind], "--kind"),
        giver=_body(giver, "--giver"),
        receiver=_body(receiver, "--receiver"),
        period=_period(start, end),
        as_of=_day(as_of, "--as-of", last=True) if as_of else today(),
        programme=_programme(programme),
    )


def _body(name: str, option: str) -> UUID | None:
    if not name:
        return None
    found = find_organisation(name)
    if found is None:
        ids = {row.descendant for row in lineage()}
        known = [*names(ids, "zh-hans").values(), *names(ids, "en").values()]
        raise InvalidInput(
            "organisation-unknown",
            "No organisation is called “%(name)s”. Similar names: %(near)s.",
            field=option,
            name=name,
            near=_near(name, known),
        )
    return found.id


def _measure(text: str) -> str:
    """The code of a measure given by its code or by its name in either language."""
    return _code(text, "measures", "--measure")


def _indicator(text: str) -> str:
    """The code of an indicator with a definition of its own, or of a measure."""
    titles = {
        name: code
        for code, each in definitions().items()
        for name in (code, each.title, each.title_en)
    }
    if text in titles:
        return titles[text]
    return _code(text, "measures", "--indicator", titles)


def _code(text: str, table: str, option: str, more: Iterable[str] = ()) -> str:
    terms = vocabulary().tables.get(table, {})
    if text in terms:
        return text
    called = [code for code, term in terms.items() if text in (term.name, term.name_en)]
    if len(called) == 1:
        return called[0]
    known = [*more, *terms, *(term.name for term in terms.values())]
    if option == "--indicator":
        raise InvalidInput(
            "indicator-unknown",
            "“%(indicator)s” is not an indicator. Similar: %(near)s.",
            field=option,
            indicator=text,
            near=_near(text, known),
        )
    raise InvalidInput(
        "measure-unknown",
        "“%(measure)s” is not a measure. Similar: %(near)s.",
        field=option,
        measure=text,
        near=_near(text, known),
    )


def _one_of(text: str, codes: list[str], option: str) -> str | None:
    if not text:
        return None
    if text not in codes:
        raise InvalidInput(
            "choice-unknown",
            "“%(text)s” is not possible here; choose one of: %(choices)s.",
            field=option,
            text=text,
            choices=", ".join(codes),
        )
    return text


def _period(start: str, end: str) -> Period:
    first = _day(start, "--from") if start else None
    last = _day(end, "--to", last=True) if end else None
    try:
        return Period(first, last)
    except InvalidInput as reversed_:
        raise InvalidInput(
            reversed_.code, reversed_.message, field="--from", **reversed_.details
        ) from None


def _day(text: str, option: str, *, last: bool = False) -> date:
    """A day; a month or a year is whole."""
    try:
        return read_day(text, last=last)
    except InvalidInput as unreadable:
        raise InvalidInput(
            unreadable.code, unreadable.message, field=option, **unreadable.details
        ) from None


def _programme(text: str) -> UUID | None:
    if not text:
        return None
    found = find_programme(text)
    if found is None:
        raise InvalidInput(
            "programme-unknown",
            "No programme has the code or name “%(programme)s”.",
            field="--programme",
            programme=text,
        )
    return found.id


def _near(text: str, known: Iterable[str], count: int = 5) -> str:
    """The most similar names; a name that holds the text, or is held by it, comes first."""
    wanted = unicodedata.normalize("NFKC", text).casefold().strip()

    def likeness(name: str) -> float:
        plain = unicodedata.normalize("NFKC", name).casefold()
        within = bool(wanted and plain) and (wanted in plain or plain in wanted)
        return within + SequenceMatcher(None, wanted, plain).ratio()

    ranked = sorted({name for name in known if name}, key=lambda name: (-likeness(name), name))
    return "、".join(name for name in ranked[:count] if likeness(name) >= 0.35) or "—"
