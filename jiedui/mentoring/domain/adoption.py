"""A technique over the months: cases by who led, the experts' days, the taper plan, dormancy."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from jiedui.mentoring.domain.months import Span, month_of
from jiedui.programmes.domain.presence import Days, length, union, within


class Led(NamedTuple):
    """Confirmed cases by who led."""

    expert: int = 0
    joint: int = 0
    supervised: int = 0
    independent: int = 0

    @property
    def all(self) -> int:
        """All of them."""
        return self.expert + self.joint + self.supervised + self.independent

    @property
    def local(self) -> int:
        """Those with a local first operator."""
        return self.supervised + self.independent

    def plus(self, other: Led) -> Led:
        """Two months together."""
        return Led(*(one + two for one, two in zip(self, other, strict=True)))


@dataclass(frozen=True)
class Month:
    """A month of the curve; ``led`` is None where nothing was recorded of the department."""

    month: date
    led: Led | None
    expert_days: int

    @property
    def share(self) -> int | None:
        """Led locally, of a hundred; None in a month without a case."""
        return share_of(self.led) if self.led is not None else None


def share_of(led: Led) -> int | None:
    """Led locally, of a hundred; None without a case."""
    return round(100 * led.local / led.all) if led.all else None


def curve(
    led: Mapping[date, Led],
    kept: Collection[date],
    present: Iterable[tuple[date, date | None]],
    span: Span,
    today: date,
) -> list[Month]:
    """Every month of the span. A month without a case is zero where the department's books
    were kept (``kept``: months with any case of it), and not recorded where they were not.
    """
    spans = list(present)
    return [
        Month(
            month,
            led.get(month) or (Led() if month in kept else None),
            days_of_experts(spans, Span(month, month), today),
        )
        for month in span
    ]


def days_of_experts(present: Iterable[tuple[date, date | None]], months: Span, today: date) -> int:
    """The days in the months, up to today, on which any expert was there."""
    last = min(_last_day(months.last), today)
    if last < months.first:
        return 0
    return length(union(within(present, Days(months.first, last))))


def _last_day(month: date) -> date:
    following = Span(month, month).moved(1).first
    return date.fromordinal(following.toordinal() - 1)


TO_COME, ON_PLAN, BEHIND, NO_CASES = "to_come", "on_plan", "behind", "no_cases"


@dataclass(frozen=True)
class Tapered:
    """A stretch of the taper plan against what happened in its months so far."""

    months: Span
    planned_days: int
    planned_share: int
    days: int
    # Months of it that began, by which the planned days a month are to be multiplied.
    begun: int
    led: Led
    standing: str

    @property
    def share(self) -> int | None:
        """Led locally, of a hundred."""
        return share_of(self.led)

    @property
    def days_planned_so_far(self) -> int:
        """The planned days of the months that began."""
        return self.planned_days * self.begun


def tapered(
    months: Span,
    planned_days: int,
    planned_share: int,
    *,
    led: Mapping[date, Led],
    present: Sequence[tuple[date, date | None]],
    today: date,
    slack: int,
) -> Tapered:
    """Whether a stretch is on plan: behind is a local share more than the slack below it.

    The share is what the plan is for; an expert who stays longer than planned is told
    beside it, and does not alone put it behind.
    """
    total = Led()
    for month in months:
        total = total.plus(led.get(month, Led()))
    begun = sum(month <= month_of(today) for month in months)
    share = share_of(total)
    if not begun:
        standing = TO_COME
    elif share is None:
        standing = NO_CASES
    else:
        standing = BEHIND if share < planned_share - slack else ON_PLAN
    days = days_of_experts(present, months, today)
    return Tapered(months, planned_days, planned_share, days, begun, total, standing)


def demand(expected_a_year: int, months: int) -> float:
    """Cases to be expected in so many months: what stands for demand without discharge data."""
    return expected_a_year * months / 12


def demand_present(expected_a_year: int, months: int) -> bool:
    """Whether at least one case was to be expected in so many months."""
    return demand(expected_a_year, months) >= 1
