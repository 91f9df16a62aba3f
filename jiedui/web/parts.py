"""Plain values of the recurring parts: pair, band, record line, contradiction, work list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Tone = Literal["ok", "wait", "wrong", "plain"]


@dataclass(frozen=True)
class Side:
    """One side of a pairing."""

    name: str
    url: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Pair:
    """Giver and receiver facing each other: the tie between them and what flows."""

    giver: Side
    receiver: Side
    tie: str
    period: str = ""
    flows: Sequence[str] = ()
    url: str = ""


@dataclass(frozen=True)
class BandRow:
    """One period of a do–teach–enable band: amounts of one unit class."""

    label: str
    do: float
    teach: float
    enable: float
    url: str = ""

    @property
    def total(self) -> float:
        """What the three make together."""
        return self.do + self.teach + self.enable

    def bars(self) -> list[tuple[str, str, str, int, float]]:
        """(class, start, width, share, amount) of each part, as SVG percentages."""
        found, at = [], 0.0
        for code in ("do", "teach", "enable"):
            value = getattr(self, code)
            share = 100 * value / self.total if self.total else 0.0
            if share:
                found.append((code, f"{at:.2f}%", f"{share:.2f}%", round(share), value))
            at += share
        return found


@dataclass(frozen=True)
class Band:
    """The shift from doing to enabling, oldest period first; ``unit`` is said once."""

    title: str
    rows: Sequence[BandRow]
    unit: str = ""


@dataclass(frozen=True)
class Version:
    """One version of a record."""

    number: int
    state: str
    tone: Tone
    at: Any
    who: str
    reason: str = ""
    current: bool = False
    url: str = ""


@dataclass(frozen=True)
class Record:
    """A record line: when it happened, when it was recorded and by whom, its versions."""

    happened: str
    recorded_at: Any
    recorded_by: str
    versions: Sequence[Version] = ()


@dataclass(frozen=True)
class Source:
    """One source of a contradiction: what it says, and where."""

    report: str
    published: Any
    value: Any
    precision: str = "exact"
    unit: str = ""
    period: str = ""
    url: str = ""
    high: Any = None


@dataclass(frozen=True)
class Contradiction:
    """Two sources that cannot both be true, and the question to ask."""

    title: str
    kind: str
    earlier: Source
    later: Source
    question: str
    url: str = ""


@dataclass(frozen=True)
class WorkItem:
    """One thing that waits for the reader: what, since when, and where to do it.

    ``title`` and ``detail`` are texts in the reader's language; ``action`` is
    the verb of the link; ``count`` says how many of it wait; ``since`` (a date
    or a moment) orders the list, the oldest first. ``kind`` tells alike items,
    so that the most pressing ones differ.
    """

    title: str
    url: str
    since: Any = None
    detail: str = ""
    tone: Tone = "wait"
    action: str = ""
    count: int | None = None
    kind: str = ""
