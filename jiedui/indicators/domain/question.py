"""What is asked of the figures, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from jiedui.core.periods import Period
from jiedui.indicators.domain.definitions import Definition, Side
from jiedui.indicators.domain.facts import FactRow
from jiedui.indicators.domain.layout import FIRST_DAY

# No bounds: whatever the period.
EVER = Period(None, None)


@dataclass(frozen=True)
class Question:
    """A figure asked for: a measure or an indicator, cut down by scope, time and knowledge.

    Blank fields cut nothing. ``as_of`` asks what was known on that day,
    ``sequence`` what was known when the stream stood there (a frozen
    publication). ``programme`` None means all real programmes, never an example.
    """

    measure: str = ""
    indicator: str = ""
    item: str | None = None
    unit_class: str | None = None
    kind: str | None = None
    giver: UUID | None = None
    receiver: UUID | None = None
    place: UUID | None = None
    activity: str | None = None
    output_class: str | None = None
    period: Period = EVER
    as_of: date | None = None
    sequence: int | None = None
    tree: str = "now"
    programme: UUID | None = None


def clip_of(question: Question, definition: Definition, today: date) -> Period | None:
    """The days of which a figure of what lasts is made; None where there is none.

    Nothing after the day asked for counts, so that today's figure is right today.
    """
    day = question.as_of or today
    last = min(question.period.end or day, day)
    first = question.period.start or FIRST_DAY
    if first > last:
        return None
    return Period(last if definition.period == "on" else first, last)


def amount_of(row: FactRow, side: Side, clip: Period | None) -> Decimal:
    """What a record adds to the figure: its amount, or that for each of its days that count."""
    if side.count != "days" or clip is None or clip.start is None or clip.end is None:
        return row.value
    return row.value * row.days_within(clip.start, clip.end)


@dataclass(frozen=True)
class Beside:
    """A value shown beside the figure and never added to it, with the reason why."""

    reason: str
    claim: str
    report: str
    published_on: date | None
    value: Decimal
    precision: str
    unit: str
    period: Period
    unit_class: str = ""
    kind: str = ""
    item: str = ""
    giver: str = ""
    receiver: str = ""


@dataclass(frozen=True)
class Figure:
    """A number that can say where it comes from.

    ``counts`` says which of the two was counted where both exist: ``entries``
    or ``statements``. ``records`` is how many records make it up; ``unexplained``
    what the parts beneath a stated whole leave over.
    """

    measure: str
    value: Decimal | None
    high: Decimal | None
    precision: str
    unit: str
    unit_class: str
    kind: str
    period: Period
    as_of: date | None
    records: int
    contested: bool
    counts: str
    beside: tuple[Beside, ...] = ()
    parts: tuple[Beside, ...] = ()
    unexplained: Decimal | None = None
    item: str = ""
