"""All figures that a programme has: one reading of the store and of the statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from jiedui.accounts.permissions import Viewer
from jiedui.core.packs import vocabulary
from jiedui.core.periods import Period
from jiedui.core.quantities import Precision
from jiedui.indicators.domain import disclosure
from jiedui.indicators.domain.counting import ENTRIES, Counted
from jiedui.indicators.domain.definitions import Definition, Side
from jiedui.indicators.domain.question import Figure, Question
from jiedui.indicators.domain.statements import known
from jiedui.indicators.queries import engine, figure_kept
from jiedui.indicators.queries.engine import Group
from jiedui.indicators.queries.figure import entries_of, known_statements, seen_by, weigh

# Amounts of every measure at once; each line is of one measure and class of unit.
ALL_AMOUNTS = Definition(
    code="amounts",
    version=1,
    title="各项合计",
    title_en="All amounts",
    why="",
    why_en="",
    scope="",
    scope_en="",
    unit="",
    unit_class="things",
    period="starts",
    additive=True,
    exclusive=(),
    overlapping=(),
    source="",
    numerator=Side(count="sum"),
)


# One rounded month makes the sum rounded; a lower bound bounds it from below.
ROUNDED = (Precision.ABOUT, Precision.AT_LEAST, Precision.RANGE)


@dataclass(frozen=True)
class Listed:
    """One figure of the list, with its course for the spark line."""

    measure: str
    indicator: str
    output_class: str
    figure: Figure
    course: tuple[Decimal, ...]
    asks: Question


def listed(viewer: Viewer, question: Question) -> list[Listed]:
    """Every measure and indicator with something to show, in the order of the pack.

    ``question`` gives the programme, the bodies, the period and the day.
    """
    seen = seen_by(viewer)
    rows = known_statements(question)
    keys = ("measure", "unit_class", "unit", "month")
    groups = figure_kept.breakdown(ALL_AMOUNTS, question, keys, seen.organisation_ids)
    amounts: dict[str, dict[str, list[Group]]] = {}
    for group in groups:
        measure, unit_class = group.key[:2]
        amounts.setdefault(measure, {}).setdefault(unit_class, []).append(group)
    stated = {row.measure for row in known(rows, question)}
    found = []
    told = {each.states for each in engine.definitions().values() if each.states}
    for code, term in vocabulary().table("measures").items():
        if code not in amounts and code not in stated and code not in told:
            continue
        asks = replace(question, measure=code, indicator="")
        own = _main_class(amounts.get(code, {}), term.extra.get("unit_class", ""))
        counted = entries_of(seen, asks) if code in told else _counted(own)
        figure = weigh(seen, asks, rows if code in stated else (), counted)
        if figure.value is not None:
            course = _course(own, asks) if figure.counts == ENTRIES else ()
            output_class = term.extra.get("output_class", "do")
            found.append(Listed(code, "", output_class, figure, course, asks))
    return found


def _main_class(by_class: Mapping[str, list[Group]], usual: str) -> list[Group]:
    """The months of the measure's own class of unit, else of the one with most records."""
    if usual in by_class:
        return by_class[usual]
    return max(by_class.values(), key=lambda rows: sum(row.records for row in rows), default=[])


def _counted(groups: Sequence[Group]) -> Counted | None:
    """Months added up; the period is that of whole months."""
    if not groups:
        return None
    months = [row.key[3] for row in groups]
    units = Counter(row.key[2] for row in groups)
    rounded = {row.precision for row in groups}
    precision = next((each for each in ROUNDED if each in rounded), Precision.EXACT)
    high = None
    if precision == Precision.RANGE:
        high = sum((row.high or row.value or Decimal(0) for row in groups), Decimal(0))
    return Counted(
        value=sum((row.value or Decimal(0) for row in groups), Decimal(0)),
        unit=units.most_common(1)[0][0],
        unit_class=groups[0].key[1],
        records=sum(row.records for row in groups),
        period=Period.read(f"{min(months):%Y-%m}", f"{max(months):%Y-%m}"),
        precision=precision.value,
        high=high,
    )


def _course(groups: Sequence[Group], asks: Question) -> tuple[Decimal, ...]:
    """The months for a spark line; nothing where a small number of patients is among them."""
    values: dict[object, Decimal] = {}
    for row in groups:
        values[row.key[3]] = values.get(row.key[3], Decimal(0)) + (row.value or Decimal(0))
    shown = tuple(value for _, value in sorted(values.items(), key=lambda each: str(each[0])))
    patients = engine.about_patients(engine.definition_of(None, asks))
    return () if patients and any(disclosure.small(value) for value in shown) else shown


def indicators(viewer: Viewer, question: Question, codes: Sequence[str]) -> list[Listed]:
    """Indicators with a definition of their own, where they have a value."""
    seen = seen_by(viewer)
    found = []
    for code in codes:
        asks = replace(question, indicator=code, measure="")
        figure = weigh(seen, asks, (), entries_of(seen, asks))
        if figure.value is not None:
            found.append(Listed("", code, "", figure, (), asks))
    return found
