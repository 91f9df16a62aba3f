"""Plain values of the presence strip: a row a place to fill, time to the right.

Whatever lies on a row is a mark with its first and last day; the chart's period gives it
its place in percent, so that the drawing follows the width of the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

Kind = Literal["there", "planned", "pinned", "gap", "leave", "handover"]
# What a legend explains beside the kinds: a gap so far ahead that it is not pressing yet.
Explained = Kind | Literal["far"]
PRESENCE: tuple[Explained, ...] = ("there", "planned", "gap", "far", "leave", "handover")
# Height of a lane and of the room around it, in pixels.
LANE, ROOM = 28, 6


@dataclass(frozen=True)
class Mark:
    """Something on a row from a first to a last day.

    ``label`` stands in it, ``text`` tells it in words; ``lane`` keeps what overlaps apart;
    ``data`` is for the script of a page that lets marks be moved.
    """

    kind: Kind
    first: date
    last: date
    label: Any
    text: str
    url: str = ""
    lane: int = 0
    data: Mapping[str, object] = field(default_factory=dict)
    # Of a gap: begins so late that nothing is pressing yet.
    far: bool = False


@dataclass(frozen=True)
class Strip:
    """A row: what is to be filled and its marks.

    ``plan_url`` is where a successor is planned; a drag or a key adds the days to it.
    """

    label: str
    marks: Sequence[Mark]
    detail: str = ""
    url: str = ""
    plan_url: str = ""
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class StripGroup:
    """Rows that belong together, as the posts of a recipient."""

    label: str
    strips: Sequence[Strip]
    url: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Drawn:
    """A mark with its place: x and width in percent, y in pixels; ``open`` ends go on."""

    mark: Mark
    x: str
    width: str
    y: int
    before: bool
    after: bool


@dataclass(frozen=True)
class DrawnStrip:
    """A row with its marks in their places."""

    strip: Strip
    behind: Sequence[Drawn]
    marks: Sequence[Drawn]
    height: int


@dataclass(frozen=True)
class Tick:
    """The first day of a month on the axis; every third is a ``major`` one."""

    x: str
    day: date
    major: bool


@dataclass(frozen=True)
class StripChart:
    """The rows over one period, and today where it lies in it."""

    title: str
    first: date
    last: date
    groups: Sequence[StripGroup] = field(default=())
    today: date | None = None
    lane: int = LANE
    # The kinds that the key above the rows explains.
    legend: Sequence[Explained] = PRESENCE

    @property
    def bar(self) -> int:
        """The height of a mark."""
        return self.lane - 4

    @property
    def baseline(self) -> int:
        """Where the name stands in a mark."""
        return self.bar * 17 // 24

    @property
    def days(self) -> int:
        """How many days the chart shows."""
        return (self.last - self.first).days + 1

    def _percent(self, days: int) -> str:
        return f"{100 * days / self.days:.3f}%"

    @property
    def today_x(self) -> str:
        """Where today's line stands; blank where it lies outside."""
        if self.today is None or not self.first <= self.today <= self.last:
            return ""
        return self._percent((self.today - self.first).days)

    def ticks(self) -> list[Tick]:
        """The months of the axis; longer periods tell the quarters, long ones only the years."""
        found = []
        day = self.first.replace(day=1)
        months = range(1, 13) if self.days < 800 else (1, 4, 7, 10) if self.days < 1500 else (1,)
        while day <= self.last:
            if day >= self.first and day.month in months:
                x = self._percent((day - self.first).days)
                found.append(Tick(x, day, day.month in (1, 4, 7, 10)))
            day = (day + timedelta(days=32)).replace(day=1)
        return found

    def drawn(self) -> list[tuple[StripGroup, list[DrawnStrip]]]:
        """Every group with its rows laid out."""
        return [(group, [self._row(strip) for strip in group.strips]) for group in self.groups]

    def _row(self, strip: Strip) -> DrawnStrip:
        inside = [m for m in strip.marks if m.first <= self.last and m.last >= self.first]
        lanes = 1 + max((mark.lane for mark in inside), default=0)
        drawn = [self._place(mark) for mark in inside]
        return DrawnStrip(
            strip,
            [each for each in drawn if each.mark.kind == "handover"],
            [each for each in drawn if each.mark.kind != "handover"],
            lanes * self.lane + ROOM,
        )

    def _place(self, mark: Mark) -> Drawn:
        first, last = max(mark.first, self.first), min(mark.last, self.last)
        return Drawn(
            mark,
            self._percent((first - self.first).days),
            self._percent((last - first).days + 1),
            ROOM // 2 + mark.lane * self.lane,
            mark.first < self.first,
            mark.last > self.last,
        )
