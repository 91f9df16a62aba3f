"""A programme on one screen, and on the wall."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import now, today
from jiedui.directory import access as directory
from jiedui.programmes import access
from jiedui.programmes.models import Agreement, Programme
from jiedui.programmes.queries import overview as queries
from jiedui.programmes.queries import presence as strips
from jiedui.programmes.queries.diagram import Flow, Flows, flows
from jiedui.programmes.queries.overview import Ahead, OnSite, Seats, Underway
from jiedui.programmes.views.posts import link, post_title
from jiedui.programmes.views.presence import around, chart_of
from jiedui.programmes.views.structure import Request
from jiedui.web.pages import Crumb, render
from jiedui.web.strips import StripChart
from jiedui.web.templatetags.jiedui import day as told_day
from jiedui.web.templatetags.jiedui import named

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation

# A node of the diagram in pixels.
NODE = 44


@dataclass(frozen=True)
class GapLine:
    """A post that is or will be empty, as the page tells it."""

    title: str
    body: str
    when: str
    now: bool
    url: str
    plan_url: str


@dataclass(frozen=True)
class BatchLine:
    """A batch under way."""

    title: str
    there: int
    people: int
    url: str

    @property
    def share(self) -> str:
        """How much of it is there, in percent."""
        return f"{100 * self.there / self.people:.1f}%" if self.people else "0%"


@dataclass(frozen=True)
class EndLine:
    """An agreement near its end."""

    title: str
    on: date | None
    url: str


@dataclass(frozen=True)
class Node:
    """A body of the diagram."""

    name: str
    url: str


@dataclass(frozen=True)
class Tie:
    """A line of the diagram: from which node to which, how many people."""

    y1: int
    y2: int
    width: int
    text: str
    giver: str
    receiver: str
    people: int
    pairs: int
    empty: int


@dataclass(frozen=True)
class Diagram:
    """Givers to the left, receivers to the right, and the people who go from one to the other."""

    givers: Sequence[Node]
    receivers: Sequence[Node]
    ties: Sequence[Tie]
    # Of regions: each line stands for the pairs within it; ``more`` lines are not drawn.
    by_region: bool
    more: int

    @property
    def any_empty(self) -> bool:
        """Whether a pair has nobody there today."""
        return any(tie.empty for tie in self.ties)

    @property
    def height(self) -> int:
        """The height of the drawing."""
        return NODE * max(len(self.givers), len(self.receivers), 1)


@dataclass(frozen=True)
class BeginLine:
    """A step on the way to a programme that runs."""

    title: str
    done: bool
    url: str


def _begins(viewer: Viewer, programme: Programme) -> list[BeginLine]:
    """What is still to be done before anybody can be there; nothing once somebody was."""
    if not viewer.may("programmes.edit"):
        return []
    done = queries.begun(programme)
    if done["posting"]:
        return []
    steps = (
        ("pairing", _("Pair a supporter with a recipient"), "pairing-new"),
        ("agreement", _("Record the agreement with its targets"), "agreement-new"),
        ("post", _("Ask for the posts to be filled; the recipient does so too"), "post-new"),
        ("posting", _("Nominate experts, one by one or from a list"), "posting-new"),
    )
    return [BeginLine(title, done[code], link(name, programme.id)) for code, title, name in steps]


@dataclass(frozen=True)
class OverviewPage:
    """The state of a programme today."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    programme: Programme
    day: date
    seats: Seats
    on_site: OnSite
    gaps: Sequence[GapLine]
    more_gaps: int
    batches: Sequence[BatchLine]
    ends: Sequence[EndLine]
    diagram: Diagram
    begins: Sequence[BeginLine]


@dataclass(frozen=True)
class WallPage:
    """What the wall shows: few numbers, a page of strips, the next gaps."""

    title: str
    example: bool
    programme: Programme
    at: datetime
    seats: Seats
    on_site: OnSite
    gaps: Sequence[GapLine]
    more_gaps: int
    batches: Sequence[BatchLine]
    chart: StripChart
    part: int
    parts: int


def _gaps(viewer: Viewer, rows: Sequence[Ahead]) -> list[GapLine]:
    plans = viewer.may("programmes.send") or viewer.may("programmes.edit")
    found = []
    for row in rows:
        form = link("posting-new", row.post.programme_id) if plans else ""
        when = _("nobody there")
        if row.after is not None:
            when = _("empty after %(day)s") % {"day": told_day(row.after)}
            if row.person:
                when = _("%(when)s, when %(person)s leaves") % {"when": when, "person": row.person}
        found.append(
            GapLine(
                post_title(row.post), named(row.post.receiver), when, row.after is None,
                link("post", row.post.id), f"{form}?post={row.post.id}" if form else "",
            )
        )  # fmt: skip
    return found


def _batches(rows: Sequence[Underway]) -> list[BatchLine]:
    return [
        BatchLine(
            _("%(sender)s, batch %(number)s")
            % {"sender": named(row.batch.sender), "number": row.batch.number},
            row.there,
            row.people,
            link("batch", row.batch.id),
        )
        for row in rows
    ]


def _ends(rows: Sequence[Agreement]) -> list[EndLine]:
    return [EndLine(row.title, row.valid_to, link("agreement", row.id)) for row in rows]


def _tie_text(row: Flow) -> str:
    """How many people a line stands for; of regions, how many pairs, and how many have nobody."""
    people = ngettext("%(n)s person on site", "%(n)s people on site", row.people)
    text = people % {"n": row.people} if row.people else _("no expert on site")
    if row.pairs > 1:
        pairs = ngettext("%(n)s pair", "%(n)s pairs", row.pairs) % {"n": row.pairs}
        text = f"{text} · {pairs}"
        if row.empty:
            text = f"{text} · " + _("%(n)s of them without anybody") % {"n": row.empty}
    return text


def _diagram(viewer: Viewer, found: Flows) -> Diagram:
    held, rows = directory.reach(viewer), found.rows
    givers = list(dict.fromkeys(row.giver for row in rows))
    receivers = list(dict.fromkeys(row.receiver for row in rows))

    def middle(count: int, of: int, at: int) -> int:
        # The shorter side stands in the middle of the longer one.
        return (of - count) * NODE // 2 + at * NODE + NODE // 2

    tall = max(len(givers), len(receivers))
    most = max((row.people for row in rows), default=0) or 1
    ties = [
        Tie(
            middle(len(givers), tall, givers.index(row.giver)),
            middle(len(receivers), tall, receivers.index(row.receiver)),
            2 + round(8 * row.people / most),
            _tie_text(row),
            named(row.giver),
            named(row.receiver),
            row.people,
            row.pairs,
            row.empty,
        )
        for row in rows
    ]

    def nodes(bodies: list[Organisation]) -> list[Node]:
        return [
            Node(
                named(body),
                reverse("directory:organisation", args=[body.id]) if held.covers(body.id) else "",
            )
            for body in bodies
        ]

    return Diagram(nodes(givers), nodes(receivers), ties, found.by_region, found.more)


@require_GET
def programme_page(request: Request, id: UUID) -> HttpResponseBase:
    """Is each post filled, who is there, and where is it failing?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    programme = access.get_programme(viewer, id)
    day = today()
    gaps, count = queries.gaps_ahead(viewer, programme, day)
    return render(
        request,
        "programmes/programme.html",
        OverviewPage(
            title=named(programme),
            crumbs=(
                Crumb(_("Programmes"), reverse("programmes:programmes")),
                Crumb(named(programme)),
            ),
            example=programme.example,
            programme=programme,
            day=day,
            seats=queries.seats(viewer, programme, day),
            on_site=queries.on_site(viewer, programme, day),
            gaps=_gaps(viewer, gaps),
            more_gaps=count - len(gaps),
            batches=_batches(queries.batches_underway(viewer, programme, day)),
            ends=_ends(queries.agreements_ending(viewer, programme, day)),
            diagram=_diagram(viewer, flows(viewer, programme, day)),
            begins=_begins(viewer, programme),
        ),
    )


# Recipients on the wall at once, rows at most, and the height of a row's lane there.
WALL_BODIES, WALL_ROWS, WALL_LANE = 3, 15, 40


def _wall_chart(
    viewer: Viewer, programme: Programme, at: datetime, day: date
) -> tuple[StripChart, int, int]:
    """One part of the strips; the parts follow one another by the minute."""
    period = around(day)
    rows = strips.receivers(viewer, programme, period).order_by("name", "id")
    parts = max(1, -(-rows.count() // WALL_BODIES))
    part = (at.hour * 60 + at.minute) % parts
    bodies = list(rows[part * WALL_BODIES : (part + 1) * WALL_BODIES])
    chart = chart_of(viewer, programme, bodies, period, plans=False)
    left = WALL_ROWS
    groups = []
    for group in chart.groups:
        # A name takes a row; rows where people overlap take the place of two.
        left -= 1
        kept = []
        for strip in group.strips:
            left -= 1 + max((mark.lane for mark in strip.marks), default=0)
            if left >= 0:
                kept.append(replace(strip, url=""))
        cut = len(group.strips) - len(kept)
        detail = _("and %(n)s more") % {"n": cut} if cut else ""
        groups.append(replace(group, strips=kept, url="", detail=detail))
    groups = [group for group in groups if group.strips]
    return replace(chart, groups=groups, lane=WALL_LANE), part + 1, parts


@require_GET
def wall(request: Request, id: UUID) -> HttpResponseBase:
    """The programme on a wall screen, which nobody touches."""
    viewer = request.viewer
    viewer.must("programmes.read")
    programme = access.get_programme(viewer, id)
    day, at = today(), now()
    gaps, count = queries.gaps_ahead(viewer, programme, day)
    gaps = gaps[:5]
    chart, part, parts = _wall_chart(viewer, programme, at, day)
    return render(
        request,
        "programmes/wall.html",
        WallPage(
            title=named(programme),
            example=programme.example,
            programme=programme,
            at=at,
            seats=queries.seats(viewer, programme, day),
            on_site=queries.on_site(viewer, programme, day),
            gaps=_gaps(viewer, gaps),
            more_gaps=count - len(gaps),
            batches=_batches(queries.batches_underway(viewer, programme, day))[:3],
            chart=chart,
            part=part,
            parts=parts,
        ),
    )
