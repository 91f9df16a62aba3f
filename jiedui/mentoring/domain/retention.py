"""What of an expert's techniques and apprentices is still there 6 and 12 months later.

A technique is retained in a half year after the departure where local people led at least
as many cases as its expected demand asks for; a half year that is not over is not yet
known. Months are whole: the month of the departure belongs to neither half year.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil

from jiedui.mentoring.domain.months import Span, after, month_of, months_after
from jiedui.mentoring.domain.survival import Life

HALF_YEAR = 6
# The windows by the month after the departure with which they end.
WINDOWS = (6, 12)

KEPT, LOST, OPEN = "kept", "lost", "open"
# Put to rest for want of patients: neither kept nor lost.
NO_DEMAND = "no_demand"


@dataclass(frozen=True)
class Technique:
    """A technique whose expert left: expected cases a year, and local-led cases by month."""

    departed: date
    expected: int
    local: Mapping[date, int]
    # When it was put to rest because no patients came; blank otherwise.
    no_demand_on: date | None = None


def asked(expected: int, share: float, least: int) -> int:
    """How many local-led cases a half year must have (k): a share of the expected demand."""
    return max(least, ceil(share * expected * HALF_YEAR / 12 - 1e-9))


def window(departed: date, ends: int) -> Span:
    """The half year that ends so many months after the departure."""
    first = after(month_of(departed), ends - HALF_YEAR + 1)
    return Span(first, after(first, HALF_YEAR - 1))


def judged(technique: Technique, ends: int, day: date, share: float, least: int) -> str:
    """KEPT, LOST, OPEN or NO_DEMAND in the half year that ends with that month."""
    months = window(technique.departed, ends)
    if technique.no_demand_on is not None and month_of(technique.no_demand_on) <= months.last:
        return NO_DEMAND
    if months_after(technique.departed, day) < ends:
        return OPEN
    led = sum(technique.local.get(month, 0) for month in months)
    return KEPT if led >= asked(technique.expected, share, least) else LOST


@dataclass(frozen=True)
class Kept:
    """How many were kept, lost, are not yet known, or had no demand; the ratio is of the known."""

    kept: int = 0
    lost: int = 0
    open: int = 0
    no_demand: int = 0

    @property
    def known(self) -> int:
        """Those that can be judged."""
        return self.kept + self.lost

    @property
    def all(self) -> int:
        """All that were introduced and whose expert left."""
        return self.known + self.open + self.no_demand

    @property
    def share(self) -> float | None:
        """The retention; None while nothing can be judged."""
        return self.kept / self.known if self.known else None


def counted(verdicts: Iterable[str]) -> Kept:
    """How often each was said."""
    said = list(verdicts)
    return Kept(*(said.count(each) for each in (KEPT, LOST, OPEN, NO_DEMAND)))


def life(technique: Technique, day: date) -> Life | None:
    """Months from the departure until six on end without a local-led case were full.

    One put to rest for want of patients is seen only until then. None before a
    month is over.
    """
    over = months_after(technique.departed, day)
    if technique.no_demand_on is not None:
        over = min(over, months_after(technique.departed, technique.no_demand_on))
    if over < 1:
        return None
    first, idle = after(month_of(technique.departed), 1), 0
    for place in range(over):
        idle = 0 if technique.local.get(after(first, place), 0) else idle + 1
        if idle == HALF_YEAR:
            return Life(place + 1, ended=True)
    return Life(over, ended=False)


@dataclass(frozen=True)
class Trainee:
    """Somebody certified: when, whether in post a year later, and the newest own case."""

    certified: date
    in_post: bool
    last_case: date | None


def trainee_judged(trainee: Trainee, day: date) -> str:
    """KEPT where still in post a year after the certificate and with a case in its second half."""
    year, half = (_months_later(trainee.certified, months) for months in (12, 6))
    if day < year:
        return OPEN
    performs = trainee.last_case is not None and trainee.last_case >= half
    return KEPT if trainee.in_post and performs else LOST


def _months_later(day: date, months: int) -> date:
    month = after(month_of(day), months)
    last = after(month, 1).toordinal() - 1
    return date.fromordinal(min(month.toordinal() + day.day - 1, last))


def a_year_later(day: date) -> date:
    """The same day of the next year; the end of February stays in February."""
    return _months_later(day, 12)


def half_a_year_later(day: date) -> date:
    """The same day six months later, or the month's last."""
    return _months_later(day, HALF_YEAR)


def retained(trainees: Collection[Trainee], day: date) -> Kept:
    """Trainee retention: still in post and still performing after 12 months ÷ certified."""
    return counted(trainee_judged(each, day) for each in trainees)
