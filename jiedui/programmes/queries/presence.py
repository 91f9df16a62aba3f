"""Who is and was where: the lines of posts with who fills them, and the gaps.

A post of a recipient that the viewer sees is told whole, so that no gap is shown that is
none; whoever fills it from another side than the viewer's stays without a name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db.models import F, Q, QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.directory.access import Bodies
from jiedui.directory.queries import find_place, nameable, organisations_in
from jiedui.programmes.access import own_person, reach, visible_postings, visible_posts
from jiedui.programmes.domain.presence import Days, Gap, expected, gaps, overlaps, within
from jiedui.programmes.domain.states import COMING, ENDED, HOLDING, PRESENT
from jiedui.programmes.models import Posting, Programme, Stay

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation

ARRIVED = (*PRESENT, *ENDED)


@dataclass(frozen=True)
class Bar:
    """A posting on a line; ``id`` and ``name`` are blank where it is not the viewer's to see."""

    id: UUID | None
    name: str
    span: Days
    planned: bool
    state: str
    leaves: Sequence[Days] = ()


class Wanted(NamedTuple):
    """A post as a line shows it: a page has hundreds, and the rest is never looked at."""

    id: UUID
    receiver_id: UUID
    specialty: str
    team_role: str
    headcount: int
    needed_from: date
    needed_to: date | None
    closed_on: date | None
    # Of its department; blank where it has none.
    name: str | None


@dataclass(frozen=True)
class Line:
    """A post over time, or the postings of a recipient that fill none (``post`` is None)."""

    receiver_id: UUID
    post: Wanted | None
    specialty: str
    bars: Sequence[Bar]
    gaps: Sequence[Gap] = ()
    handovers: Sequence[Days] = field(default=())


def in_period(period: Days) -> Q:
    """Postings that hold on a day of the period; who stays beyond the plan is still there."""
    return (
        # Those that never came go anyway; the states by name let an index serve.
        Q(starts_on__lte=period.last, state__in=HOLDING)
        & (Q(ends_on__gte=period.first) | Q(state__in=PRESENT))
    )


def post_lives(period: Days) -> Q:
    """Posts agreed and needed on a day of the period."""
    return (
        Q(agreed_on__isnull=False, needed_from__lte=period.last)
        & (Q(needed_to__isnull=True) | Q(needed_to__gte=period.first))
        & (Q(closed_on__isnull=True) | Q(closed_on__gte=period.first))
    )


def needed(
    needed_from: date, needed_to: date | None, closed_on: date | None, period: Days
) -> Days | None:
    """The days of the period on which a post is to be filled."""
    ends = [day for day in (needed_to, closed_on, period.last) if day is not None]
    first, last = max(needed_from, period.first), min(ends)
    return Days(first, last) if first <= last else None


def bodies_called(programme: Programme, text: str) -> Collection[UUID]:
    """The bodies whose name holds the words, and all that lie in a place of that name."""
    place = find_place(text)
    named = nameable(example=programme.example).filter(
        Q(name__icontains=text) | Q(name_en__icontains=text) | Q(other_names__name__icontains=text)
    )
    found = set(named.values_list("id", flat=True)[:2000])
    return found | organisations_in(place.id) if place else found


def receivers(
    viewer: Viewer,
    programme: Programme,
    period: Days,
    *,
    text: str = "",
    specialties: Collection[str] = (),
) -> QuerySet[Organisation]:
    """The recipients with a post or posting in the period that the viewer sees."""
    posts = visible_posts(viewer).filter(post_lives(period), programme=programme)
    postings = visible_postings(viewer).filter(programme=programme, starts_on__lte=period.last)
    if specialties:
        posts = posts.filter(specialty__in=specialties)
        postings = postings.filter(specialty__in=specialties)
    # Sets of ids, each found once: a question asked of every body anew may take the index of the
    # programme each time. Who is there apart from the others, so that an index serves each.
    there = postings.filter(state__in=PRESENT)
    others = postings.filter(state__in=(*COMING, *ENDED), ends_on__gte=period.first)
    of_any = Q()
    for rows in (posts, others, there):
        of_any |= Q(id__in=rows.order_by().values("receiver_id"))
    found = nameable(example=programme.example).filter(of_any)
    return found.filter(id__in=bodies_called(programme, text)) if text else found


def first_day(programme: Programme) -> date | None:
    """The day on which the programme's first posting began or was to begin."""
    rows = programme.postings.order_by("starts_on").values_list("starts_on", flat=True)
    return rows.first() or programme.valid_from


class Placed(NamedTuple):
    """A posting as the reads need it; ``mine`` says whether the viewer may see whose it is."""

    id: UUID
    person_id: UUID
    name: str
    giver_id: UUID
    receiver_id: UUID
    post_id: UUID | None
    specialty: str
    kind: str
    title: str
    state: str
    starts_on: date
    ends_on: date
    mine: bool


_FIELDS = (
    "id", "person_id", "person__name", "giver_id", "receiver_id", "post_id", "specialty", "kind",
    "title", "state", "starts_on", "ends_on",
)  # fmt: skip


def placed(viewer: Viewer, rows: QuerySet[Posting], *, whole: bool = False) -> list[Placed]:
    """The postings as plain rows; those neither the viewer's nor at a post or body they see go.

    ``whole`` keeps every posting at a recipient that the viewer sees, with a post or without:
    for counts, where nobody is named.
    """
    held = reach(viewer)
    me = own_person(viewer)
    found = []
    for values in rows.values_list(*_FIELDS):
        _id, person, _name, giver, receiver, post = values[:6]
        mine = held.covers(receiver) or held.covers(giver) or person == me
        if mine or (held.sees(receiver) and (whole or post is not None)):
            found.append(Placed._make((*values, mine)))
    return found


class Shown(NamedTuple):
    """A posting as a line shows it."""

    id: UUID
    receiver_id: UUID
    post_id: UUID | None
    name: str
    specialty: str
    state: str
    starts_on: date
    ends_on: date
    mine: bool


def _shown(viewer: Viewer, rows: QuerySet[Posting], bodies: Collection[UUID]) -> list[Shown]:
    held = reach(viewer)
    if all(held.covers(body) for body in bodies):
        # Every posting at an own body may be seen, whoever comes from wherever.
        columns = ["person__name" if name == "name" else name for name in Shown._fields[:-1]]
        return [Shown._make((*row, True)) for row in rows.values_list(*columns)]
    return [Shown(*(getattr(row, name) for name in Shown._fields)) for row in placed(viewer, rows)]


def stays_of(posting_ids: Collection[UUID]) -> dict[UUID, list[tuple[date, date | None]]]:
    """The stays of each posting, in order."""
    return _of_posting(Stay.objects.filter(posting_id__in=Bodies(posting_ids)))


def _of_posting(rows: QuerySet[Stay]) -> dict[UUID, list[tuple[date, date | None]]]:
    found: dict[UUID, list[tuple[date, date | None]]] = defaultdict(list)
    for posting, first, last in rows.order_by("first_day").values_list(
        "posting_id", "first_day", "last_day"
    ):
        found[posting].append((first, last))
    return found


def _broken(posting_ids: Collection[UUID]) -> dict[UUID, list[tuple[date, date | None]]]:
    """The stays of those of the postings that were not one stay all the time: with a leave."""
    to_the_end = Q(last_day__isnull=True) | Q(
        last_day=F("posting__ends_on"), posting__state__in=ENDED
    )
    return _of_posting(
        Stay.objects.filter(posting_id__in=Bodies(posting_ids)).exclude(
            to_the_end, first_day=F("posting__starts_on")
        )
    )


def _bar(
    row: Shown, stays: Sequence[tuple[date, date | None]], period: Days, today: date
) -> Bar | None:
    arrived = row.state in ARRIVED
    span = expected(
        arrived=arrived, ended=row.state in ENDED, starts_on=row.starts_on, ends_on=row.ends_on,
        today=today,
    )  # fmt: skip
    if span is None or span.last < period.first or span.first > period.last:
        return None
    leaves: Sequence[Days] = ()
    if stays and span.first <= today:
        past = Days(span.first, min(span.last, today))
        leaves = [Days(gap.first, gap.last) for gap in gaps(within(stays, past), past)]
    return Bar(
        row.id if row.mine else None,
        row.name if row.mine else "",
        span,
        not arrived,
        row.state,
        within(leaves, period),
    )


def _line(
    receiver_id: UUID, post: Wanted | None, specialty: str, bars: Iterable[Bar], period: Days
) -> Line:
    bars = sorted(bars, key=lambda bar: (bar.span.first, bar.span.last, str(bar.id)))
    if post is None:
        return Line(receiver_id, None, specialty, bars)
    want = needed(post.needed_from, post.needed_to, post.closed_on, period)
    spans = [bar.span for bar in bars]
    return Line(
        receiver_id, post, specialty, bars,
        gaps(spans, want, post.headcount) if want else (),
        within(overlaps(spans), period) if post.headcount == 1 else (),
    )  # fmt: skip


def lines(
    viewer: Viewer,
    programme: Programme,
    bodies: Collection[UUID],
    period: Days,
    today: date,
    *,
    specialties: Collection[str] = (),
) -> dict[UUID, list[Line]]:
    """The lines of each recipient: posts first, by specialty; then postings without a post."""
    posts = visible_posts(viewer).filter(
        post_lives(period), programme=programme, receiver_id__in=bodies
    )
    rows = Posting.objects.filter(in_period(period), programme=programme, receiver_id__in=bodies)
    if specialties:
        posts = posts.filter(specialty__in=specialties)
        rows = rows.filter(specialty__in=specialties)
    found = _shown(viewer, rows, bodies)
    stays = _broken([row.id for row in found if row.state in ARRIVED])
    of_post: dict[UUID, list[Bar]] = defaultdict(list)
    loose: dict[tuple[UUID, str], list[Bar]] = defaultdict(list)
    columns = (*Wanted._fields[:-1], "department__name")
    drawn = [
        Wanted(*row)
        for row in posts.order_by("specialty", "needed_from", "id").values_list(*columns)
    ]
    known = {post.id for post in drawn}
    for row in found:
        bar = _bar(row, stays.get(row.id, ()), period, today)
        if bar is None:
            continue
        if row.post_id in known:
            of_post[row.post_id].append(bar)
        elif row.mine:
            loose[row.receiver_id, row.specialty].append(bar)
    told: dict[UUID, list[Line]] = defaultdict(list)
    for post in drawn:
        told[post.receiver_id].append(
            _line(post.receiver_id, post, post.specialty, of_post[post.id], period)
        )
    for (receiver, specialty), bars in sorted(loose.items(), key=lambda item: item[0][1]):
        told[receiver].append(_line(receiver, None, specialty, bars, period))
    return told
