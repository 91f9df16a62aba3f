"""All figures that a programme has: one reading of the store and of the statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from jiedui.accounts.permissions import Viewer
from jiedui.core.packs import vocabulary
from jiedui.indicators.access import sight
from jiedui.indicators.domain import disclosure
from jiedui.indicators.domain.definitions import Definition, Side
from jiedui.indicators.domain.question import Figure, Question
from jiedui.indicators.domain.statements import known
from jiedui.indicators.queries import engine
from jiedui.indicators.queries.figure import known_statements, weigh

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
    seen = sight(viewer)
    rows = known_statements(question)
    groups = engine.breakdown(
        ALL_AMOUNTS, question, ("measure", "unit_class", "month"), visible=seen.organisation_ids
    )
    course: dict[tuple[str, str], list[tuple[object, Decimal]]] = {}
    for group in groups:
        measure, unit_class, month = group.key
        course.setdefault((measure, unit_class), []).append((month, group.value or Decimal(0)))
    with_entries = {measure for measure, _ in course}
    with_statements = {row.measure for row in known(rows, question)}
    found = []
    for code, term in vocabulary().table("measures").items():
        if code not in with_entries and code not in with_statements:
            continue
        asks = replace(question, measure=code, indicator="")
        about = [row for row in rows if row.measure == code] if code in with_statements else ()
        lines = rows if code in with_statements else ()
        figure = weigh(seen, asks, lines if about else ())
        if figure.value is None:
            continue
        points = sorted(course.get((code, figure.unit_class), ()), key=lambda point: str(point[0]))
        shown = tuple(value for _, value in points)
        if engine.about_patients(engine.definition_of(None, asks)) and any(
            disclosure.small(value) for value in shown
        ):
            shown = ()
        found.append(Listed(code, "", term.extra.get("output_class", "do"), figure, shown, asks))
    return found


def indicators(viewer: Viewer, question: Question, codes: Sequence[str]) -> list[Listed]:
    """Indicators with a definition of their own, where they have a value."""
    seen = sight(viewer)
    found = []
    for code in codes:
        asks = replace(question, indicator=code, measure="")
        figure = weigh(seen, asks, ())
        if figure.value is not None:
            found.append(Listed("", code, "", figure, (), asks))
    return found
