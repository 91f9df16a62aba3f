"""Who leads, and whether a department holds up after a departure.

Volumes are confirmed cases by month. The test of a fall is exact for small numbers
(Przyborowski and Wilenski 1940): given both counts together the later one is binomial,
however low the rates are. A season is not taken for a fall, nor two cases for a volume.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import exp, lgamma, log

from jiedui.mentoring.domain.months import Span, after, month_of, months_after


@dataclass(frozen=True)
class Led:
    """Confirmed cases by who led them (domain.cases.LEADS), and how many of them failed."""

    expert: int = 0
    joint: int = 0
    supervised: int = 0
    independent: int = 0
    failures: int = 0

    def __add__(self, other: Led) -> Led:
        return Led(
            self.expert + other.expert,
            self.joint + other.joint,
            self.supervised + other.supervised,
            self.independent + other.independent,
            self.failures + other.failures,
        )

    @property
    def all(self) -> int:
        """How many there were."""
        return self.expert + self.joint + self.supervised + self.independent

    @property
    def local(self) -> int:
        """Those with a local first operator."""
        return self.supervised + self.independent

    @property
    def share(self) -> float | None:
        """The local-lead share; None where there was no case."""
        return self.local / self.all if self.all else None


def added(parts: Iterable[Led]) -> Led:
    """All of them together."""
    return sum(parts, Led())


def within(months: Mapping[date, Led], span: Span) -> Led:
    """The cases of a span."""
    return added(led for month, led in months.items() if month in span)


# What is said of a department after a departure.
HOLDS, FALLEN, COLLAPSED = "holds", "fallen", "collapsed"
# Not said: too early, or too few cases to say it by.
TOO_EARLY, TOO_FEW = "too_early", "too_few"


@dataclass(frozen=True)
class Rules:
    """When a fall is called a collapse (learning_rules of the pack)."""

    # At most this share of the volume is left.
    ratio: float = 0.5
    # Chance of so few cases, were there no fall.
    alpha: float = 0.01
    # Whole months after the departure before anything is said.
    months: int = 3
    # Cases with the expert there before anything is said.
    cases: int = 10


@dataclass(frozen=True)
class Compared:
    """Two counts over so many months each, and how likely so few afterwards are by chance."""

    before: int
    before_months: int
    after: int
    after_months: int

    @property
    def ratio(self) -> float | None:
        """The rate afterwards over the rate before; None where there was nothing before."""
        if not self.before or not self.after_months:
            return None
        return (self.after / self.after_months) / (self.before / self.before_months)

    @property
    def chance(self) -> float:
        """The probability of so few or fewer afterwards at the rate of before (one-sided)."""
        return chance_of_so_few(self.before, self.before_months, self.after, self.after_months)

    def fell(self, rules: Rules) -> bool:
        """Whether it fell as far as a collapse does, by more than chance."""
        ratio = self.ratio
        return ratio is not None and ratio <= rules.ratio and self.chance <= rules.alpha


@lru_cache(4096)
def chance_of_so_few(
    before: int, before_time: float, later: int, later_time: float, ratio: float = 1.0
) -> float:
    """P(as few later or fewer | both together) where the later rate is ``ratio`` of before's."""
    whole = before + later
    share = later_time * ratio / (later_time * ratio + before_time)
    return min(1.0, sum(_binomial(whole, k, share) for k in range(later + 1)))


def _binomial(whole: int, k: int, share: float) -> float:
    if share in (0.0, 1.0):
        return 1.0 if k == whole * share else 0.0
    return exp(
        lgamma(whole + 1) - lgamma(k + 1) - lgamma(whole - k + 1)
        + k * log(share) + (whole - k) * log(1 - share)
    )  # fmt: skip


@dataclass(frozen=True)
class Departure:
    """An expert's time at a department, by its first and last day."""

    arrived: date
    departed: date


@dataclass(frozen=True)
class Aftermath:
    """A department after a departure: the months compared, and what is said of it.

    ``season`` compares the same months of two years; None where the year before tells
    nothing of the season, for there was no such work before the expert came.
    """

    verdict: str
    during: Span | None
    later: Span | None
    volume: Compared | None
    season: Compared | None


YEAR = 12


def during_of(departure: Departure) -> Span | None:
    """The whole months with the expert, at most the last twelve; None for shorter stays."""
    last = after(month_of(departure.departed), -1)
    began = month_of(departure.arrived)
    first = began if departure.arrived.day == 1 else after(began, 1)
    first = max(first, after(last, 1 - YEAR))
    return Span(first, last) if first <= last else None


def later_of(departure: Departure, day: date) -> Span | None:
    """The whole months after the departure that are over, at most twelve."""
    over = min(YEAR, months_after(departure.departed, day))
    first = after(month_of(departure.departed), 1)
    return Span(first, after(first, over - 1)) if over else None


def aftermath(
    months: Mapping[date, int], departure: Departure, day: date, rules: Rules
) -> Aftermath:
    """What became of a department's volume.

    It collapsed where the months after the departure have at most a part of the cases of the
    months with the expert, by more than chance, and the same holds against the same months
    of the year before wherever these can tell: the expert was there, or the department
    did such work before the expert came.
    """
    during, later = during_of(departure), later_of(departure, day)
    if during is None or later is None:
        return Aftermath(TOO_EARLY, during, later, None, None)

    def count(span: Span) -> int:
        # Of the months that have any cases: most departments of a country tell of none.
        return sum(cases for month, cases in months.items() if month in span)

    volume = Compared(count(during), during.count, count(later), later.count)
    year_before = later.moved(-YEAR)
    before_arrival = Span(after(during.first, -YEAR), after(during.first, -1))
    tells = year_before.first >= during.first or count(before_arrival) >= rules.cases
    season = (
        Compared(count(year_before), year_before.count, volume.after, later.count)
        if tells
        else None
    )
    if later.count < rules.months:
        verdict = TOO_EARLY
    elif volume.before < rules.cases:
        verdict = TOO_FEW
    elif volume.fell(rules) and (season is None or season.fell(rules)):
        verdict = COLLAPSED
    elif volume.chance <= rules.alpha and (season is None or season.chance <= rules.alpha):
        verdict = FALLEN
    else:
        verdict = HOLDS
    return Aftermath(verdict, during, later, volume, season)
