"""Which figures there are: measures with data, and indicators with a definition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from jiedui.core.packs import vocabulary
from jiedui.indicators.domain.facts import STREAMS
from jiedui.indicators.domain.question import Question
from jiedui.indicators.queries.answer import has_entries
from jiedui.indicators.queries.catalogue import definitions
from jiedui.indicators.queries.engine import breakdown
from jiedui.indicators.queries.figure import measure_of
from jiedui.indicators.queries.figure_evidence import ALL_LEARNED, ALL_RECORDS, ALL_TOLD
from jiedui.indicators.queries.statements import statement_counts


@dataclass(frozen=True)
class Listed:
    """A measure or an indicator; how many statements and outputs of entries it has."""

    measure: str
    indicator: str
    name: str
    name_en: str
    statements: int
    entries: int

    def label(self, language: str) -> str:
        """The name in a language, Chinese first."""
        return self.name_en if language.startswith("en") and self.name_en else self.name


def listing(question: Question) -> list[Listed]:
    """Measures that have data, then indicators with the counts that they can draw on.

    Entries of an indicator are those of the measures it reads; statements only
    where a report can state the same.
    """
    statements = statement_counts(question)
    by_stream: dict[str, dict[str, int]] = {stream: {} for stream in STREAMS}
    if has_entries(question):
        plain = replace(question, measure="", indicator="")
        for stream, every in zip(STREAMS, (ALL_RECORDS, ALL_TOLD, ALL_LEARNED), strict=True):
            for group in breakdown(every, plain, "measure"):
                by_stream[stream][str(group.key[0])] = group.records
    entries = {code: count for counts in by_stream.values() for code, count in counts.items()}
    terms = vocabulary().tables.get("measures", {})
    found = []
    for code in sorted({*statements, *entries}):
        term = terms.get(code)
        name, name_en = (term.name, term.name_en) if term else (code, "")
        found.append(Listed(code, "", name, name_en, statements.get(code, 0), entries.get(code, 0)))
    for code, definition in definitions().items():
        side = definition.numerator
        stated = measure_of(replace(question, indicator=code), definition)
        found.append(
            Listed(
                "",
                code,
                definition.title,
                definition.title_en,
                statements.get(stated, 0),
                _sum(by_stream[side.stream], side.measures),
            )
        )
    return found


def _sum(counts: Mapping[str, int], measures: tuple[str, ...]) -> int:
    """Over the measures that an indicator reads; none named reads them all."""
    return sum(count for code, count in counts.items() if not measures or code in measures)
