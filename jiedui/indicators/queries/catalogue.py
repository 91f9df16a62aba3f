"""The indicators there are: those with a file, and one for every measure of the packs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from jiedui.core.errors import InvalidInput
from jiedui.core.packs import vocabulary
from jiedui.indicators.domain.definitions import Definition, Side, load, settled
from jiedui.indicators.domain.question import Question

FOLDER = Path(__file__).resolve().parent.parent / "definitions"
EXCLUSIVE = ("receiver", "giver", "place", "kind", "output_class", "month", "item", "programme")


@cache
def definitions() -> Mapping[str, Definition]:
    """All indicators with a definition file, by code, with what the packs say of them."""
    tables = vocabulary().tables
    return MappingProxyType(
        {code: settled(each, tables, code) for code, each in load(FOLDER).items()}
    )


def of_measure(measure: str) -> Definition:
    """What a measure comes to: the indicator that states it, else its plain sum.

    InvalidInput ``code-unknown`` where no pack in use has the measure.
    """
    term = vocabulary().term("measures", measure)
    stating = next((each for each in definitions().values() if each.states == measure), None)
    if stating is not None:
        return stating
    return Definition(
        code=measure,
        version=1,
        title=term.name,
        title_en=term.name_en,
        why="台账中该指标的合计。",
        why_en="The sum of this measure over the ledger.",
        scope="已确认的台账记录。",
        scope_en="Confirmed entries of the ledger.",
        unit=term.extra.get("units", "").split(" ")[0],
        unit_class=term.extra.get("unit_class", ""),
        period="starts",
        additive=True,
        exclusive=EXCLUSIVE,
        overlapping=(),
        source=term.source,
        numerator=Side(count="sum", measures=(measure,)),
    )


def definition_of(indicator: Definition | str | None, question: Question) -> Definition:
    """The definition that is asked for: by itself, by its code, or by the question.

    InvalidInput ``indicator-unknown`` where there is none of that code.
    """
    if isinstance(indicator, Definition):
        return indicator
    code = indicator or question.indicator
    if not code:
        return of_measure(question.measure)
    found = definitions().get(code)
    if found is not None:
        return found
    if code in vocabulary().tables.get("measures", {}):
        return of_measure(code)
    raise InvalidInput(
        "indicator-unknown",
        "“%(indicator)s” is not an indicator; “jiedui figures list” prints them all.",
        field="indicator",
        indicator=code,
    )


def about_patients(definition: Definition) -> bool:
    """Whether the indicator counts patients, so that small numbers are withheld outside.

    A definition that reads all measures counts events, not patients.
    """
    table = vocabulary().tables.get("measures", {})
    return any(
        table[measure].extra.get("patients") == "1"
        for measure in definition.measures
        if measure in table
    )


def cards() -> str:
    """All definitions as one Markdown table: docs/indicators.md, printed and compared by a test."""
    lines = [
        "# Indicators 指标",
        "",
        "Printed from `jiedui/indicators/definitions` by `jiedui figures cards`.",
        "",
        "| code | 名称 | Title | counts | over | unit | period | additive | why |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for each in definitions().values():
        above, under = (_side(each.sides.get(name)) for name in ("numerator", "denominator"))
        lines.append(
            f"| `{each.code}` v{each.version} | {each.title} | {each.title_en} | {above} | {under}"
            f" | {each.unit} | {each.period} | {'yes' if each.additive else 'no'} | {each.why_en} |"
        )
    return "\n".join(lines) + "\n"


def _side(side: Side | None) -> str:
    if side is None:
        return ""
    cuts = (*side.measures, *side.kinds, *side.output_classes, *side.unit_classes)
    least = [f"≥ {side.at_least}"] if side.at_least else []
    told = [side.count, side.of, *(f"`{cut}`" for cut in cuts), *least]
    return " ".join(each for each in told if each)
