"""The state of a programme on a day, as few numbers and short lists as one screen holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Least

from jiedui.accounts.permissions import Viewer
from jiedui.directory.access import Bodies
from jiedui.directory.queries import parts_of
from jiedui.programmes.access import (
    reach,
    visible_agreements,
    visible_batches,
    visible_postings,
    visible_posts,
    visible_teams,
)
from jiedui.programmes.domain.presence import Days, Stay, Told, told
from jiedui.programmes.domain.states import DECIDED, ENDED, ON_LEAVE, ON_SITE, PRESENT
from jiedui.programmes.models import (
    Agreement,
    Batch,
    Post,
    Posting,
    Programme,
)
from jiedui.programmes.models import Stay as StayRow
from jiedui.programmes.queries.alerts import ending, falling_empty, live_posts, standing_empty
from jiedui.programmes.queries.rules import expert_kinds

SOON = timedelta(days=30)
SHOWN = 8


@dataclass(frozen=True)
class Seats:
    """Posts needed today: how many, how many people they ask for, how many are there."""

    posts: int
    asked: int
    filled: int

    @property
    def empty(self) -> int:
        """People that are missing."""
        return self.asked - self.filled


@dataclass(frozen=True)
class OnSite:
    """Persons today, each once; and the postings that begin or end within a month."""

    on_site: int
    on_leave: int
    coming: int
    going: int
    bodies: int


@dataclass(frozen=True)
class Ahead:
    """A post that is empty, or will be after a day with nobody to follow."""

    post: Post
    after: date | None
    person: str


@dataclass(frozen=True)
class Underway:
    """A batch that has begun: how many of its people are there, how many it has."""

    batch: Batch
    there: int
    people: int


def seats(viewer: Viewer, programme: Programme, day: date) -> Seats:
    """The posts needed on the day and who fills them; nobody fills two seats of a post."""
    there = (
        Posting.objects.filter(post_id=OuterRef("pk"), state__in=PRESENT)
        .order_by()
        .values("post_id")
        .annotate(people=Count("person_id", distinct=True))
        .values("people")
    )
    found = (
        visible_posts(viewer)
        .filter(live_posts(day), programme=programme)
        .annotate(
            there=Least(
                Coalesce(Subquery(there, output_field=IntegerField()), 0),
                F("headcount"),
                output_field=IntegerField(),
            )
        )
        .aggregate(posts=Count("id"), asked=Sum("headcount"), filled=Sum("there"))
    )
    return Seats(found["posts"], found["asked"] or 0, found["filled"] or 0)


def on_site(viewer: Viewer, programme: Programme, day: date) -> OnSite:
    """Which experts are there today, of the postings that the viewer sees."""
    rows = visible_postings(viewer).filter(programme=programme, kind__in=expert_kinds())
    present = Q(state__in=PRESENT)
    found = rows.filter(state__in=(*PRESENT, *DECIDED)).aggregate(
        on_site=Count("person_id", filter=Q(state=ON_SITE), distinct=True),
        on_leave=Count("person_id", filter=Q(state=ON_LEAVE), distinct=True),
        coming=Count("id", filter=Q(state__in=DECIDED, starts_on__lte=day + SOON)),
        going=Count("id", filter=present & Q(ends_on__lte=day + SOON)),
        bodies=Count("receiver_id", filter=present, distinct=True),
    )
    return OnSite(**found)


def gaps_ahead(viewer: Viewer, programme: Programme, day: date) -> tuple[list[Ahead], int]:
    """The first posts that are or will be empty, and how many there are."""
    posts = visible_posts(viewer).filter(programme=programme)
    empty = standing_empty(posts, day).order_by("needed_from", "id")
    falling = falling_empty(posts, day).order_by("ends_on", "id")
    shown = [
        Ahead(post, None, "")
        for post in empty.select_related("receiver", "department")[:SHOWN]
    ]  # fmt: skip
    held = reach(viewer)
    for row in falling.select_related("post__receiver", "post__department", "person")[:SHOWN]:
        if row.post is not None:
            mine = held.covers(row.giver_id) or held.covers(row.receiver_id)
            shown.append(Ahead(row.post, row.ends_on, row.person.name if mine else ""))
    return shown[:SHOWN], empty.count() + falling.count()


def batches_underway(viewer: Viewer, programme: Programme, day: date) -> list[Underway]:
    """The batches in their time, the latest begun first.

    One that only a report tells of has nobody here who could be there or have left.
    """
    known = Q(source="") | Exists(Posting.objects.filter(batch_id=OuterRef("pk")))
    rows = (
        visible_batches(viewer)
        .filter(programme=programme)
        .filter(known, Q(valid_from__lte=day))
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
        .select_related("sender")
        .order_by("-valid_from", "id")[:SHOWN]
    )
    found = list(rows)
    counted = {
        row["batch_id"]: (row["there"], row["people"])
        for row in visible_postings(viewer)
        .filter(batch__in=[row.id for row in found])
        .filter(state__in=(*DECIDED, *PRESENT, *ENDED), kind__in=expert_kinds())
        .values("batch_id")
        .annotate(
            there=Count("person_id", filter=Q(state__in=PRESENT), distinct=True),
            people=Count("person_id", distinct=True),
        )
        .order_by()
    }
    return [Underway(row, *counted.get(row.id, (0, 0))) for row in found]


def agreements_ending(viewer: Viewer, programme: Programme, day: date) -> list[Agreement]:
    """Agreements of the viewer's bodies that are near their end."""
    rows = visible_agreements(viewer).filter(programme=programme)
    return ending(rows, day)[:SHOWN]


def begun(programme: Programme) -> dict[str, bool]:
    """What of a programme is there already, in the order in which one begins it."""
    return {
        "pairing": programme.pairings.exists(),
        "agreement": programme.agreements.exists(),
        "post": programme.posts.exists(),
        "posting": programme.postings.exists(),
    }


@dataclass(frozen=True)
class Few:
    """The first of some rows; where there are more, the programmes that have any of them."""

    rows: Sequence[Any] = ()
    programmes: Sequence[Programme] = ()


def _few(rows: QuerySet[Any]) -> Few:
    found = list(rows[: SHOWN + 1])
    if len(found) <= SHOWN:
        return Few(found)
    held = Programme.objects.filter(id__in=rows.order_by().values("programme_id"))
    return Few(found[:SHOWN], list(held.order_by("name", "id")))


@dataclass(frozen=True)
class Side:
    """An organisation as giver or as receiver: what it has today, and its year."""

    posts: Few
    postings: Few
    teams: Few
    year: Told

    @property
    def anything(self) -> bool:
        """Whether there is anything to tell."""
        return bool(
            self.posts.rows or self.postings.rows or self.teams.rows or self.year.person_days
        )


def _year(rows: QuerySet[Posting], day: date) -> Told:
    period = Days(date(day.year, 1, 1), day)
    stays = StayRow.objects.filter(
        Q(last_day__isnull=True) | Q(last_day__gte=period.first),
        posting__in=rows.filter(
            ends_on__gte=period.first - timedelta(days=366), kind__in=expert_kinds()
        ),
        first_day__lte=period.last,
    )  # fmt: skip
    told_of = stays.values_list(
        "posting_id", "person_id", "posting__workload", "first_day", "last_day",
        "posting__arrived_on",
    )  # fmt: skip
    found: list[Stay] = []
    for posting, person, workload, first, last, arrived in told_of:
        found.append(Stay(posting, person, workload, first, last))
        if arrived is not None and arrived < first:
            # The first stay lies before the year: it is counted as no arrival of the year.
            found.append(Stay(posting, person, workload, arrived, arrived))
    return told(found, period)


def as_side(viewer: Viewer, organisation_id: UUID, side: str, day: date) -> Side:
    """An organisation as giver or receiver with all its parts, as far as the viewer sees."""
    parts = Bodies(parts_of(organisation_id, day))
    rows = visible_postings(viewer).filter(**{f"{side}_id__in": parts})
    here = (
        rows.filter(state__in=(*PRESENT, *DECIDED))
        .select_related("person", "giver", "receiver")
        .order_by("-starts_on", "id")
    )
    teams = visible_teams(viewer).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=day),
        **{f"{'sender' if side == 'giver' else side}_id__in": parts},
    )  # fmt: skip
    posts = Few()
    if side == "receiver":
        posts = _few(
            visible_posts(viewer)
            .filter(live_posts(day), receiver_id__in=parts)
            .select_related("department", "receiver")
            .order_by("priority", "needed_from", "id")
        )
    return Side(
        posts,
        _few(here),
        _few(teams.select_related("sender", "receiver").order_by("-valid_from", "id")),
        _year(rows, day),
    )
