"""What each step does to the days of a posting: state, dates and stays in, the new ones out.

The last day on site belongs to the stay, whether a leave or the departure follows it; the day of
the return begins the next one. What has happened lies neither in the future nor before the step
before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from jiedui.core.errors import InvalidInput
from jiedui.programmes.domain.states import NOMINATED, POSTING_STATES

# What a step is called that says the last one standing was a mistake.
TAKE_BACK = "take_back"
# The role of a team (a code of the pack's team_roles) that one posting has at a time.
LEADER = "leader"


class Span(NamedTuple):
    """Days on site without a break; ``last`` is None while they go on."""

    first: date
    last: date | None

    def length(self, until: date) -> int:
        """How many days, counted up to a day while they go on."""
        return max(0, ((self.last or until) - self.first).days + 1)


@dataclass(frozen=True)
class Course:
    """How a posting goes, as far as its days tell; ``latest`` is the day of the last step."""

    state: str
    starts_on: date
    ends_on: date
    latest: date
    approved_on: date | None = None
    arrived_on: date | None = None
    departed_on: date | None = None
    stays: tuple[Span, ...] = ()


class Taken(NamedTuple):
    """A step as it was told."""

    number: int
    verb: str
    state: str
    on: date
    until: date | None = None
    reason: str = ""


def standing(steps: Iterable[Taken]) -> list[Taken]:
    """The steps that hold: each taking back undoes the last one that held until then."""
    found: list[Taken] = []
    for each in steps:
        if each.verb == TAKE_BACK:
            found.pop()
        else:
            found.append(each)
    return found


def replayed(planned_from: date, planned_to: date, steps: Iterable[Taken]) -> Course:
    """The course to which these steps, the nomination first, lead."""
    first, *rest = steps
    course = begun(planned_from, planned_to, first.on)
    for each in rest:
        course = step(course, each.verb, each.on, today=date.max, until=each.until)
    return course


def begun(planned_from: date, planned_to: date, on: date) -> Course:
    """A nomination, told on a day."""
    return Course(NOMINATED, planned_from, planned_to, on)


def step(course: Course, verb: str, on: date, *, today: date, until: date | None = None) -> Course:
    """The course after a step that was taken ``on`` a day.

    Raises InvalidState ``state-forbids``; InvalidInput at ``on`` or ``until``:
    ``day-in-the-future``, ``step-out-of-order``, ``arrival-after-end``, ``posting-over``,
    ``extension-not-later``, ``not-early``, ``dates-out-of-order``, ``return-not-later``.
    """
    state = POSTING_STATES.after(course.state, verb)
    if on > today:
        raise InvalidInput(
            "day-in-the-future",
            "%(day)s lies in the future; a step is told when it was taken.",
            field="on", day=on,
        )  # fmt: skip
    if on < course.latest:
        raise InvalidInput(
            "step-out-of-order",
            "The step before this one was on %(before)s; this one cannot be earlier.",
            field="on", before=course.latest,
        )  # fmt: skip
    after = replace(course, state=state, latest=on)
    return _STEPS[verb](after, on, until) if verb in _STEPS else after


def _approve(course: Course, on: date, until: date | None) -> Course:
    return replace(course, approved_on=on)


def _arrive(course: Course, on: date, until: date | None) -> Course:
    if on > course.ends_on:
        raise InvalidInput(
            "arrival-after-end",
            "The posting was to end on %(end)s, before this arrival; nominate anew.",
            field="on", end=course.ends_on,
        )  # fmt: skip
    return replace(course, starts_on=on, arrived_on=on, stays=(Span(on, None),))


def _extend(course: Course, on: date, until: date | None) -> Course:
    if until is None or until <= course.ends_on:
        raise InvalidInput(
            "extension-not-later",
            "The posting already lasts until %(end)s; an extension goes beyond it.",
            field="until", end=course.ends_on,
        )  # fmt: skip
    return replace(course, ends_on=until)


def _within(course: Course, on: date) -> None:
    if on > course.ends_on:
        raise InvalidInput(
            "posting-over",
            "The posting ends on %(end)s; extend it first.",
            field="on", end=course.ends_on,
        )  # fmt: skip


def _leave(course: Course, on: date, until: date | None) -> Course:
    _within(course, on)
    if until is not None and until < on:
        raise InvalidInput(
            "dates-out-of-order",
            "The end (%(end)s) lies before the start (%(start)s).",
            field="until", start=on, end=until,
        )  # fmt: skip
    return replace(course, stays=_closed(course.stays, on))


def _return(course: Course, on: date, until: date | None) -> Course:
    _within(course, on)
    last = course.stays[-1].last
    if last is not None and on <= last:
        raise InvalidInput(
            "return-not-later",
            "%(last)s was still a day on site; the return is a later day.",
            field="on", last=last,
        )  # fmt: skip
    return replace(course, stays=(*course.stays, Span(on, None)))


def _depart(course: Course, on: date, until: date | None) -> Course:
    return replace(course, ends_on=on, departed_on=on, stays=_closed(course.stays, on))


def _return_early(course: Course, on: date, until: date | None) -> Course:
    if on >= course.ends_on:
        raise InvalidInput(
            "not-early",
            "%(day)s is not before the planned end (%(end)s); record a departure instead.",
            field="on", day=on, end=course.ends_on,
        )  # fmt: skip
    return _depart(course, on, until)


_STEPS = {
    "approve": _approve,
    "arrive": _arrive,
    "extend": _extend,
    "leave": _leave,
    "return": _return,
    "depart": _depart,
    "return_early": _return_early,
}


def _closed(stays: tuple[Span, ...], on: date) -> tuple[Span, ...]:
    """The stays with the last one closed; one that a leave closed stays as it is."""
    *before, last = stays
    return stays if last.last is not None else (*before, Span(last.first, on))


def days_on_site(stays: Iterable[Span], until: date) -> int:
    """All days on site up to a day."""
    return sum(stay.length(until) for stay in stays)
