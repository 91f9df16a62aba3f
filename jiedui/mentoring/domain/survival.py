"""How long techniques go on: Kaplan–Meier with Greenwood's variance.

The interval is that of ln(−ln S) (Kalbfleisch and Prentice): it never leaves 0 to 1.
Where nothing has ended yet, or everything has, it has no width to tell and is blank.
Censored at the same time as another ends, a life still counts as at risk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

# Of a normal distribution, 95 % on both sides.
Z = 1.959963984540054


@dataclass(frozen=True)
class Life:
    """How long something was seen, and whether it ended then or was only seen so far."""

    time: int
    ended: bool


@dataclass(frozen=True)
class Step:
    """A time at which something ended or was last seen, and the share that lives on after it."""

    time: int
    at_risk: int
    ended: int
    censored: int
    share: float
    # Greenwood's standard error of the share, and the interval; blank where there is none.
    error: float
    low: float | None
    high: float | None


def kaplan_meier(lives: Iterable[Life], z: float = Z) -> list[Step]:
    """The curve, a step for every time that occurs; empty where nobody was seen."""
    ended: Counter[int] = Counter()
    seen: Counter[int] = Counter()
    for life in lives:
        (ended if life.ended else seen)[life.time] += 1
    at_risk = ended.total() + seen.total()
    share, spread = 1.0, 0.0
    found = []
    for time in sorted(ended.keys() | seen.keys()):
        ends = ended[time]
        if ends == at_risk:
            share = 0.0
        elif ends:
            share *= 1 - ends / at_risk
            spread += ends / (at_risk * (at_risk - ends))
        low, high = _interval(share, spread, z)
        found.append(Step(time, at_risk, ends, seen[time], share, share * sqrt(spread), low, high))
        at_risk -= ends + seen[time]
    return found


def _interval(share: float, spread: float, z: float) -> tuple[float | None, float | None]:
    if not 0 < share < 1:
        return None, None
    width = exp(z * sqrt(spread) / abs(log(share)))
    return share**width, share ** (1 / width)


def at(curve: Sequence[Step], time: int) -> Step | None:
    """What is known of a time; None where nobody was followed so long, nor everybody ended."""
    if not curve:
        return None
    first, last = curve[0], curve[-1]
    if time < first.time:
        return Step(time, first.at_risk, 0, 0, 1.0, 0.0, None, None)
    if time > last.time and last.share > 0:
        return None
    return next(step for step in reversed(curve) if step.time <= time)


def median(curve: Iterable[Step]) -> int | None:
    """The first time at which half or fewer live on; None while more do."""
    return next((step.time for step in curve if step.share <= 0.5), None)
