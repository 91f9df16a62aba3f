"""The timeline of a scenario: a row a post, a bar a tour, what stays empty hatched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from jiedui.core.clock import today
from jiedui.planning import access, queries
from jiedui.planning.queries.freshness import stale
from jiedui.planning.views import words
from jiedui.planning.views.base import Request, outside, scenario_tabs, scenario_way, url
from jiedui.planning.views.parts import hidden_told
from jiedui.planning.views.scenarios import RunPanel, run_panel
from jiedui.web.pages import Crumb, Tab, render
from jiedui.web.strips import Kind, Mark, Strip, StripChart, StripGroup

if TYPE_CHECKING:
    from jiedui.planning.models import Scenario
    from jiedui.planning.queries import Bar, Timeline, TimelineRow

# Recipients on a page; each has a handful of rows.
SIZE = 12
LEGEND: tuple[Kind, ...] = ("planned", "pinned", "there", "gap", "handover")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """What the reader asks to see."""

    text: str
    specialty: str
    only: str

    @property
    def filtered(self) -> bool:
        """Whether anything narrows the page."""
        return bool(self.text or self.specialty or self.only)


@dataclass(frozen=True)
class TimelinePage:
    """A scenario's tours over its months, a page of recipients."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    scenario: Scenario
    tabs: Sequence[Tab]
    run: RunPanel
    asked: Asked
    specialties: Sequence[tuple[str, str]]
    only: Sequence[tuple[str, str]]
    chart: StripChart
    first: date
    months: int
    editable: bool
    count: str
    previous: int
    next: int
    computed: bool
    stale: bool
    hidden: str


def last_day(first: date, count: int) -> date:
    """The last day before the month so many months after the first."""
    return words.month_at(first, count) - ONE_DAY


def uncovered(row: TimelineRow, first: date) -> list[tuple[int, int, int]]:
    """Runs of months (from, how many, people missing) in which the post is not full."""
    missing = []
    for month in range(row.start, row.end):
        begin, end = words.month_at(first, month), last_day(first, month + 1)
        people = sum(bar.start <= month < bar.start + bar.months for bar in row.bars)
        people += sum(start <= month < start + months for start, months in row.others)
        people += sum(since <= end and until >= begin for since, until, _name in row.held)
        missing.append((month, max(0, row.capacity - people)))
    runs = []
    for lacking, same in groupby(missing, key=lambda pair: pair[1]):
        months = [month for month, _lacking in same]
        if lacking:
            runs.append((months[0], len(months), lacking))
    return runs


def _bar(bar: Bar, scenario: Scenario, editable: bool) -> list[Mark]:
    first = scenario.plan.starts_on
    begin, end = words.month_at(first, bar.start), last_day(first, bar.start + bar.months)
    told = words.span(first, bar.start, bar.months)
    # What is read aloud begins with what stands in the bar.
    if bar.tour_id is None:
        # Pinned by hand, and taken in by the next run.
        label = _("%(person)s, to be computed") % {"person": f"{bar.person} · {bar.giver}"}
        text = _("%(who)s: %(months)s") % {"who": label, "months": told}
        return [Mark("pinned", begin, end, label, text, url("rulings", scenario.id), bar.lane)]
    label = f"{bar.person} · {bar.giver}"
    text = _("%(who)s: %(months)s") % {"who": label, "months": told}
    text += _(", pinned") if bar.pinned else ""
    text += {"added": _(", new"), "moved": _(", moved")}.get(bar.changed, "")
    facts = {"tour": bar.tour_id, "start": bar.start, "months": bar.months}
    kind: Kind = "pinned" if bar.pinned else "planned"
    found = [
        Mark(
            kind, begin, end, label, text, url("tour", bar.tour_id),
            bar.lane, facts if editable else {},
        )
    ]  # fmt: skip
    if bar.handover:
        after = words.month_at(first, bar.start + bar.months)
        found.append(
            Mark(
                "handover", after, last_day(first, bar.start + bar.months + bar.handover), "",
                _("Handover of %(person)s") % {"person": bar.person}, "", bar.lane,
            )
        )  # fmt: skip
    return found


def strip_of(row: TimelineRow, scenario: Scenario, *, editable: bool) -> Strip:
    """A post as a row of the chart."""
    first = scenario.plan.starts_on
    marks: list[Mark] = []
    for bar in row.bars:
        marks += _bar(bar, scenario, editable)
    for since, until, name in row.held:
        who = name or _("somebody posted already")
        marks.append(Mark("there", since, until, who, who, "", free_lane(marks, since, until)))
    for start, months in row.others:
        begin, end = words.month_at(first, start), last_day(first, start + months)
        who = _("somebody of another organisation")
        text = _("%(who)s: %(months)s") % {"who": who, "months": words.span(first, start, months)}
        marks.append(Mark("planned", begin, end, who, text, "", free_lane(marks, begin, end)))
    # Where one reads why it is empty, and what would fill it.
    known = str(row.post_id) in scenario.result.get("posts", {})
    why = url("scenario-post", scenario.id, row.post_id) if editable and known else ""
    for start, count, people in uncovered(row, first):
        label = _("Empty, %(months)s") % {"months": words.months_long(count)}
        text = f"{label}: {words.span(first, start, count)}"
        if people > 1:
            text = _("%(text)s, %(people)s people missing") % {"text": text, "people": people}
        begin, end = words.month_at(first, start), last_day(first, start + count)
        lane = free_lane(marks, begin, end)
        marks.append(Mark("gap", begin, end, label, text, why, lane))
    marks.sort(key=lambda mark: (mark.first, mark.lane))
    detail = [
        ngettext("%(n)s person", "%(n)s people", row.capacity) % {"n": row.capacity}
        if row.capacity > 1 else "",
        pgettext("post in a plan", "at intervals") if row.flexible else "",
    ]  # fmt: skip
    facts = {
        "post": row.post_id, "step": row.step, "lengths": " ".join(str(n) for n in row.lengths),
    }  # fmt: skip
    return Strip(
        words.post_name(row), marks, " · ".join(each for each in detail if each),
        outside("programmes:post", row.post_id), "", facts if editable and row.lengths else {},
    )  # fmt: skip


def free_lane(marks: Iterable[Mark], first: date, last: date) -> int:
    """The first lane that nothing takes on these days."""
    taken = {
        mark.lane
        for mark in marks
        if mark.kind != "handover" and mark.first <= last and mark.last >= first
    }
    return next(lane for lane in range(len(taken) + 1) if lane not in taken)


def chart_of(rows: Iterable[TimelineRow], scenario: Scenario, *, editable: bool) -> StripChart:
    """The rows as a chart, recipient by recipient."""
    plan = scenario.plan
    groups = [
        StripGroup(name, [strip_of(row, scenario, editable=editable) for row in own])
        for (_id, name), own in groupby(rows, key=lambda row: (row.recipient_id, row.recipient))
    ]
    return StripChart(
        pgettext("plan", "Timeline"), plan.starts_on, last_day(plan.starts_on, plan.months),
        groups, today(), legend=LEGEND,
    )  # fmt: skip


def asked_of(request: Request, specialties: Iterable[str]) -> Asked:
    """What the query asks; what is no choice is left aside."""
    text = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:80]
    specialty, only = request.GET.get("specialty", ""), request.GET.get("only", "")
    return Asked(
        text, specialty if specialty in set(specialties) else "",
        only if only in ("gaps", "changed", "pinned") else "",
    )  # fmt: skip


def _fits(row: TimelineRow, asked: Asked, first: date) -> bool:
    if asked.specialty and row.specialty != asked.specialty:
        return False
    if asked.text:
        held = [row.recipient, *(f"{bar.person} {bar.giver}" for bar in row.bars)]
        if not any(asked.text.casefold() in each.casefold() for each in held):
            return False
    if asked.only == "gaps":
        return bool(uncovered(row, first))
    if asked.only:
        return any(getattr(bar, asked.only) for bar in row.bars)
    return True


def page_of(rows: Sequence[TimelineRow], number: int) -> tuple[list[TimelineRow], int, int, int]:
    """The rows of a page of recipients, its number, and those before and after (0: none)."""
    bodies = list(dict.fromkeys(row.recipient_id for row in rows))
    last = max(1, -(-len(bodies) // SIZE))
    number = min(max(1, number), last)
    shown = set(bodies[(number - 1) * SIZE : number * SIZE])
    return (
        [row for row in rows if row.recipient_id in shown],
        number, number - 1, number + 1 if number < last else 0,
    )  # fmt: skip


@require_GET
def timeline(request: Request, id: UUID) -> HttpResponseBase:
    """Who is where in which month, and where is nobody?"""
    viewer = request.viewer
    scenario = access.get_scenario(viewer, id)
    plan = scenario.plan
    found: Timeline = queries.timeline(viewer, scenario, words.language())
    held = sorted({row.specialty for row in found.rows if row.specialty})
    asked = asked_of(request, held)
    rows = [row for row in found.rows if _fits(row, asked, plan.starts_on)]
    rows.sort(key=lambda row: (row.recipient, str(row.recipient_id), not row.leader, row.specialty))
    number = request.GET.get("page", "")
    shown, _number, previous, following = page_of(
        rows, int(number) if number.isdecimal() and number.isascii() and len(number) < 6 else 1
    )
    page = TimelinePage(
        title=scenario.name,
        crumbs=scenario_way(scenario, _("Timeline")),
        example=plan.programme.example,
        scenario=scenario,
        tabs=scenario_tabs(viewer, scenario, "timeline"),
        run=run_panel(scenario, queries.run_progress(viewer, scenario), may_cancel=found.editable),
        asked=asked,
        specialties=[(code, words.specialty_name(code)) for code in held],
        only=[
            ("gaps", _("with empty months")),
            ("pinned", _("with somebody pinned")),
            ("changed", _("that changed")),
        ],
        chart=chart_of(shown, scenario, editable=found.editable),
        first=plan.starts_on,
        months=plan.months,
        editable=found.editable,
        count=ngettext("%(n)s post", "%(n)s posts", len(rows)) % {"n": len(rows)},
        previous=previous,
        next=following,
        computed=bool(scenario.result),
        stale=stale(plan, scenario),
        hidden=hidden_told(found.hidden),
    )
    return render(request, "planning/timeline.html", page)
