"""What of an expert's techniques and apprentices is still there 6 and 12 months later.

A technique is retained in a half year after the departure where local people led at least
as many cases as its expected demand asks for; a half year that is not over is not yet
known. Months are whole: the month of the departure belongs to neither half year.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import NamedTuple

from jiedui.mentoring.domain.months import Span, after, between, month_of, months_after
from jiedui.mentoring.domain.survival import Life

HALF_YEAR = 6
# The windows by the month after the departure with which they end.
WINDOWS = (6, 12)

KEPT, LOST, OPEN = "kept", "lost", "open"
# Put to rest for want of patients, or an expert is still there: neither kept nor lost.
NO_DEMAND, THERE = "no_demand", "there"


class Followed(NamedTuple):
    """What a technique keeps of the time after the departure, so that pages read no cases.

    Local-led cases of the first and of the second half year, and the month that begins once
    six on end had none, if none comes until then.
    """

    first_half: int
    second_half: int
    idle_on: date | None


def after_departure(departed: date | None, local_days: Iterable[date]) -> Followed:
    """What is kept of a technique: days of local-led cases after the last expert's last day."""
    if departed is None:
        return Followed(0, 0, None)
    led = Counter(between(departed, day) for day in local_days)
    idle = 0
    for month in sorted(month for month in led if month > 0):
        if month - idle > HALF_YEAR:
            break
        idle = month
    return Followed(
        sum(led[month] for month in range(1, HALF_YEAR + 1)),
        sum(led[month] for month in range(HALF_YEAR + 1, 2 * HALF_YEAR + 1)),
        after(month_of(departed), idle + HALF_YEAR + 1),
    )


# A technique put to rest so soon after the departure had no patients in that half year.
RESTED_WITHIN = {6: timedelta(days=183), 12: timedelta(days=365)}


def asked(expected: int, share: float, least: int) -> int:
    """How many local-led cases a half year must have (k): a share of the expected demand."""
    return max(least, ceil(share * expected * HALF_YEAR / 12 - 1e-9))


def window(departed: date, ends: int) -> Span:
    """The half year that ends so many months after the departure."""
    first = after(month_of(departed), ends - HALF_YEAR + 1)
    return Span(first, after(first, HALF_YEAR - 1))


def known_from(departed: date, ends: int) -> date:
    """The first day on which the half year that ends with that month is over."""
    return after(month_of(departed), ends + 1)


def departed_before(day: date, ends: int) -> date:
    """Whoever left before this day has that half year behind on the day."""
    return after(month_of(day), -ends)


@dataclass(frozen=True)
class Technique:
    """A technique: when its last expert left, expected cases a year, what was kept since."""

    departed: date | None
    expected: int
    followed: Followed
    # When it was put to rest because no patients came; blank otherwise.
    no_demand_on: date | None = None


def judged(technique: Technique, ends: int, day: date, share: float, least: int) -> str:
    """KEPT, LOST, OPEN, NO_DEMAND, or THERE while an expert is, in that half year."""
    if technique.departed is None:
        return THERE
    rested = technique.no_demand_on
    if rested is not None and rested <= technique.departed + RESTED_WITHIN[ends]:
        return NO_DEMAND
    if day < known_from(technique.departed, ends):
        return OPEN
    led = technique.followed.first_half if ends == WINDOWS[0] else technique.followed.second_half
    return KEPT if led >= asked(technique.expected, share, least) else LOST


@dataclass(frozen=True)
class Kept:
    """How many were kept, lost, are not yet known, or had no demand; the ratio is of the known."""

    kept: int = 0
    lost: int = 0
    open: int = 0
    no_demand: int = 0
    there: int = 0

    @property
    def known(self) -> int:
        """Those that can be judged."""
        return self.kept + self.lost

    @property
    def all(self) -> int:
        """All that were introduced."""
        return self.known + self.open + self.no_demand + self.there

    @property
    def share(self) -> float | None:
        """The retention; None while nothing can be judged."""
        return self.kept / self.known if self.known else None


def counted(verdicts: Iterable[str]) -> Kept:
    """How often each was said."""
    said = list(verdicts)
    return Kept(*(said.count(each) for each in (KEPT, LOST, OPEN, NO_DEMAND, THERE)))


def life(technique: Technique, day: date) -> Life | None:
    """Months from the departure until six on end without a local-led case were full.

    One put to rest for want of patients is seen only until then. None before a
    month is over.
    """
    if technique.departed is None:
        return None
    until = min(day, technique.no_demand_on or day)
    idle = technique.followed.idle_on
    if idle is not None and idle <= until:
        return Life(months_after(technique.departed, idle), ended=True)
    over = months_after(technique.departed, until)
    return Life(over, ended=False) if over else None


# A year and its half after a certificate, in days, as the database counts them too.
YEAR, HALF = timedelta(days=365), timedelta(days=182)


@dataclass(frozen=True)
class Trainee:
    """Somebody certified: when, whether in post a year later, and the newest own case."""

    certified: date
    in_post: bool
    last_case: date | None


def trainee_judged(trainee: Trainee, day: date) -> str:
    """KEPT where still in post a year after the certificate and with a case in its second half."""
    if day < trainee.certified + YEAR:
        return OPEN
    performs = trainee.last_case is not None and trainee.last_case >= trainee.certified + HALF
    return KEPT if trainee.in_post and performs else LOST


def retained(trainees: Collection[Trainee], day: date) -> Kept:
    """Trainee retention: still in post and still performing after 12 months ÷ certified."""
    return counted(trainee_judged(each, day) for each in trainees)
