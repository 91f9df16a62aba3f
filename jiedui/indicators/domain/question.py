"""What is asked of the figures, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from jiedui.core.periods import Period

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
