"""Where a technique stands: a rule of the steps taken, the confirmed cases and experts' days.

1. The newest step that people took decides first: proposed, withdrawn, dormant and stopped
   stay as they are, whatever cases there are.
2. Else it stands at the highest of its floor and of who led its confirmed cases. The floor
   is approved; after a resumption it is what was resumed, and only cases from that day on count.
   A further case never lowers it; one taken back may, down to the floor.
3. Led independently, it is sustained from the first day, a year or more (the pack says)
   after the last day of an expert and before another comes, on which enough cases were
   led locally in the year before, the newest of them not long ago. A later visit of an expert
   takes nothing from that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from jiedui.mentoring.domain.months import same_day
from jiedui.mentoring.domain.states import (
    APPROVED,
    EXPERT,
    INDEPENDENT,
    JOINT,
    PROPOSED,
    SUPERVISED,
    SUSTAINED,
)

ONE_DAY = timedelta(days=1)
# From the expert's hands to local ones; led locally are the last two.
LADDER = (APPROVED, EXPERT, JOINT, SUPERVISED, INDEPENDENT)
LOCAL = (SUPERVISED, INDEPENDENT)
# With an expert's hands on it: such a day is a day of an expert, whether a stay tells it or not.
BY_EXPERTS = (EXPERT, JOINT)


class Rules(NamedTuple):
    """The pack's numbers for one technique."""

    months: int
    recent: int
    least: int


class Standing(NamedTuple):
    """A state and the day from which it holds."""

    state: str
    since: date


class Free(NamedTuple):
    """Days without an expert: ``left`` is the last day of one; ``until`` may be the last known."""

    left: date
    until: date


def floor_of(steps: Iterable[tuple[str, str, date]]) -> tuple[Standing, date | None]:
    """What people's steps (verb, state, day) leave it at; the day from which cases count.

    None where no case moves it. Steps of the system, and claims, change nothing here.
    """
    floor, counts_from = Standing(PROPOSED, date.min), None
    for verb, state, on in steps:
        if verb in ("propose", "withdraw", "rest", "stop"):
            floor, counts_from = Standing(state, on), None
        elif verb == "approve":
            floor, counts_from = Standing(APPROVED, on), date.min
        elif verb in ("resume", "resume_locally"):
            floor, counts_from = Standing(state, on), on
    return floor, counts_from


def reached(floor: Standing, firsts: Mapping[str, date]) -> Standing:
    """The highest of the floor and of who led, by the first day of each that counts."""
    best = floor
    for state in LADDER[1:]:
        if state in firsts and LADDER.index(state) > LADDER.index(best.state):
            best = Standing(state, firsts[state])
    return best


def free_of_experts(present: Iterable[tuple[date, date | None]], today: date) -> list[Free]:
    """The stretches without an expert after the first day of one; open presence goes on."""
    found: list[Free] = []
    left: date | None = None
    for first, last in sorted(present, key=lambda days: (days[0], days[1] or date.max)):
        if left is not None and first - left > ONE_DAY:
            found.append(Free(left, first - ONE_DAY))
        left = max(left or date.min, last or date.max)
    if left is not None and left < today:
        found.append(Free(left, today))
    return found


def sustained_on(
    stretches: Iterable[Free], local: Sequence[date], rules: Rules, counts_from: date
) -> date | None:
    """The first day on which rule 3 holds; ``local`` are the days of locally led cases."""
    for stretch in stretches:
        begin = max(stretch.left, counts_from)
        due = same_day(begin, rules.months)
        days = sorted(day for day in local if begin < day <= stretch.until)
        for day in [due, *(day for day in days if day > due)]:
            if day > stretch.until:
                break
            year = [each for each in days if same_day(day, -rules.months) < each <= day]
            if len(year) >= rules.least and year[-1] > same_day(day, -rules.recent):
                return day
    return None


def sustained(
    level: Standing,
    stretches: Iterable[Free],
    local: Sequence[date],
    rules: Rules,
    counts_from: date,
) -> Standing:
    """The level, or sustained where an independent one holds on."""
    if level.state != INDEPENDENT:
        return level
    day = sustained_on(stretches, local, rules, counts_from)
    return Standing(SUSTAINED, max(day, level.since)) if day is not None else level
