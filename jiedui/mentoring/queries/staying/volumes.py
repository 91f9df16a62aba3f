"""Confirmed cases of a scope by month and by who led; a department around each departure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.db.models import QuerySet, Sum

from jiedui.mentoring.domain.months import Span, after, month_of
from jiedui.mentoring.domain.staying import (
    YEAR,
    Aftermath,
    Departure,
    Led,
    added,
    aftermath,
    within,
)
from jiedui.mentoring.domain.staying_rules import collapse
from jiedui.mentoring.models import CaseTally

if TYPE_CHECKING:
    from jiedui.programmes.models import Posting

SUMS = {each: Sum(each) for each in ("expert", "joint", "supervised", "independent", "failures")}
LED = {each: Sum(each) for each in ("expert", "joint", "supervised", "independent")}
# Operations that a county hospital learns last (手术分级): grades three and four.
HIGH_GRADES = (3, 4)


def by_month(
    tallies: QuerySet[CaseTally], first: date | None = None, *, failures: bool = False
) -> dict[date, Led]:
    """The cases of every month since a first one."""
    rows = tallies if first is None else tallies.filter(month__gte=first)
    found = rows.order_by("month").values("month").annotate(**(SUMS if failures else LED))
    return {
        row["month"]: Led(**{name: row[name] for name in LED | (SUMS if failures else {})})
        for row in cast("Iterable[dict[str, Any]]", found)
    }


@dataclass(frozen=True)
class Mix:
    """What a department did in some months: procedures, and operations of high grade."""

    led: Led
    procedures: int
    graded: int
    high: int

    @property
    def high_share(self) -> float | None:
        """Grades three and four among the cases with a grade; None without any."""
        return self.high / self.graded if self.graded else None


def _mix(rows: Iterable[Mapping[str, object]], span: Span | None) -> Mix:
    mine = [row for row in rows if span is not None and row["month"] in span]  # type: ignore[operator]
    led = [(_led(row), row) for row in mine]
    graded = [(each, row) for each, row in led if row["technique__grade"]]
    return Mix(
        added(each for each, _row in led),
        len({row["procedure"] for each, row in led if each.all}),
        sum(each.all for each, _row in graded),
        sum(each.all for each, row in graded if row["technique__grade"] in HIGH_GRADES),
    )


def _led(row: Mapping[str, object]) -> Led:
    return Led(**{each: row[each] for each in SUMS})  # type: ignore[arg-type]


@dataclass(frozen=True)
class After:
    """A departure with what became of the department."""

    posting: Posting
    found: Aftermath
    before: Mix
    after: Mix
    months: Mapping[date, Led]


def departure_of(posting: Posting) -> Departure:
    """The stay of a posting that is over."""
    left = posting.departed_on or posting.ends_on
    return Departure(posting.arrived_on or posting.starts_on, left)


def after_departure(posting: Posting, tallies: QuerySet[CaseTally], day: date) -> After:
    """A department around one departure, month by month, from two years before on."""
    departure = departure_of(posting)
    left = month_of(departure.departed)
    span = Span(after(left, -2 * YEAR), after(left, YEAR))
    rows = list(
        tallies.filter(month__gte=span.first, month__lte=span.last)
        .order_by("month")
        .values("month", "procedure", "technique__grade")
        .annotate(**SUMS)
    )
    months: dict[date, Led] = {}
    for row in rows:
        months[row["month"]] = months.get(row["month"], Led()) + _led(row)
    volumes = {month: led.all for month, led in months.items()}
    found = aftermath(volumes, departure, day, collapse())
    return After(posting, found, _mix(rows, found.during), _mix(rows, found.later), months)


@dataclass(frozen=True)
class Fell:
    """A department after a departure, in numbers alone."""

    posting_id: UUID
    department_id: UUID
    receiver_id: UUID
    programme_id: UUID
    departed: date
    found: Aftermath


def judged_departures(
    departures: QuerySet[Posting], tallies: QuerySet[CaseTally], day: date, *, newest: bool,
    most: int | None = None,
) -> list[Fell]:  # fmt: skip
    """Departures from departments within the last 15 months that can be judged, in two questions.

    ``newest`` keeps the last departure of each department, ``most`` so many in all. The tallies are
    those of the departments of these departures.
    """
    rules = collapse()
    since = after(month_of(day), -(YEAR + 3))
    # Departed and arrived by the filter: the types cannot know.
    rows: list[Any] = list(
        departures.filter(
            departed_on__gte=since, departed_on__lt=after(month_of(day), -rules.months),
            department__isnull=False, arrived_on__isnull=False,
        )
        .order_by("-departed_on", "id")
        .values_list(
            "id", "department_id", "receiver_id", "programme_id", "arrived_on", "departed_on"
        )[:most]
    )  # fmt: skip
    if newest:
        rows = list({row[1]: row for row in reversed(rows)}.values())
    if not rows:
        return []
    volumes = volumes_of({row[1] for row in rows}, tallies, after(since, -2 * YEAR - 1))
    return [
        Fell(
            id, department, receiver, programme, departed,
            aftermath(volumes.get(department, {}), Departure(arrived, departed), day, rules),
        )
        for id, department, receiver, programme, arrived, departed in rows
    ]  # fmt: skip


def volumes_of(
    departments: Collection[UUID], tallies: QuerySet[CaseTally], first: date
) -> dict[UUID, dict[date, int]]:
    """Cases by month of some departments."""
    found: dict[UUID, dict[date, int]] = {}
    rows = (
        tallies.filter(month__gte=first, department_id__in=departments)
        .order_by()
        .values_list("department_id", "month")
        .annotate(
            n=Sum("expert") + Sum("joint") + Sum("supervised") + Sum("independent"),
        )
    )
    for department, month, cases in rows:
        if department is not None:
            found.setdefault(department, {})[month] = cases
    return found


def last_year(months: Mapping[date, Led], day: date, back: int = 0) -> Led:
    """The cases of the last twelve whole months, or of twelve so many months before."""
    last = after(month_of(day), -1 - back)
    return within(months, Span(after(last, 1 - YEAR), last))


@dataclass(frozen=True)
class Row:
    """A departure in a list, with what became of the department."""

    posting: Posting
    found: Aftermath

    @property
    def id(self) -> UUID:
        """The posting's."""
        return self.posting.id

    @property
    def departed_on(self) -> date | None:
        """Its last day."""
        return self.posting.departed_on

    @property
    def rate_before(self) -> float | None:
        """Cases a month with the expert there."""
        volume = self.found.volume
        return round(volume.before / volume.before_months, 1) if volume else None

    @property
    def rate_after(self) -> float | None:
        """Cases a month afterwards."""
        volume = self.found.volume
        return round(volume.after / volume.after_months, 1) if volume else None


def judged_rows(rows: list[Posting], tallies: QuerySet[CaseTally], day: date) -> list[Row]:
    """Some departures, each judged; one question for all of their departments."""
    departments = {row.department_id for row in rows if row.department_id}
    first = min((departure_of(row).departed for row in rows), default=day)
    volumes = volumes_of(departments, tallies, after(month_of(first), -2 * YEAR))
    rules = collapse()
    return [
        Row(row, aftermath(_volume(volumes, row), departure_of(row), day, rules)) for row in rows
    ]


def _volume(volumes: Mapping[UUID, dict[date, int]], row: Posting) -> dict[date, int]:
    return volumes.get(row.department_id, {}) if row.department_id else {}
