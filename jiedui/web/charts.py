"""A chart and its table, from the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any, Literal

Number = int | float | Decimal | None
_serial = count(1)


@dataclass(frozen=True)
class Series:
    """One line or row of bars. ``tone`` names a colour token: do, teach, enable, giver,
    receiver, jade, vermilion, ink; blank takes the next of the house's order. ``points`` draws
    the values of a line as marks alone, with nothing between them; ``marked`` draws a mark at
    every value of a line, however many there are."""

    name: str
    values: Sequence[Number]
    tone: str = ""
    dashed: bool = False
    points: bool = False
    marked: bool = False


@dataclass(frozen=True)
class ChartData:
    """What ``web/_chart.html`` draws: numbers over categories, always with their table.

    ``tabled`` false leaves the table to the page, where a list beneath holds the same
    numbers. ``category`` heads the table's first column; ``unit`` is said once. ``bands``
    shades categories (a stay, a gap) as (first, last, word); ``marks`` draws an upright line
    at a category with its word; ``limit`` draws a level with its word, in vermilion where it
    must not be reached, in another ``limit_tone`` where it shall be.
    """

    title: str
    category: str
    categories: Sequence[str]
    series: Sequence[Series]
    kind: Literal["line", "bar", "stacked"] = "line"
    unit: str = ""
    folded: bool = True
    tabled: bool = True
    limit: tuple[float, str] | None = None
    limit_tone: str = "vermilion"
    bands: Sequence[tuple[str, str, str]] = ()
    marks: Sequence[tuple[str, str]] = ()
    element_id: str = field(default_factory=lambda: f"chart-{next(_serial)}")

    @property
    def as_json(self) -> dict[str, Any]:
        """For the script that draws it."""
        return {
            "kind": self.kind,
            "title": self.title,
            "unit": self.unit,
            "categories": [str(text) for text in self.categories],
            "series": [
                {
                    "name": str(line.name),
                    "tone": line.tone,
                    "dashed": line.dashed,
                    "points": line.points,
                    "marked": line.marked,
                    "values": [None if v is None else float(v) for v in line.values],
                }
                for line in self.series
            ],
            "limit": [*self.limit, self.limit_tone] if self.limit else None,
            "bands": [list(band) for band in self.bands],
            "marks": [list(mark) for mark in self.marks],
        }

    @property
    def table(self) -> list[tuple[str, list[Number]]]:
        """The same numbers as rows."""
        return [
            (str(text), [line.values[place] for line in self.series])
            for place, text in enumerate(self.categories)
        ]
