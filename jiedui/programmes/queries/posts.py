"""Reads of posts, offers and wishes, for their pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, QuerySet, Sum

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.programmes.access import (
    visible_offers,
    visible_postings,
    visible_posts,
    visible_wishes,
)
from jiedui.programmes.domain.states import (
    ACCEPTED,
    AGREED,
    COMING,
    DONE,
    FILLED,
    PRESENT,
    SCHEDULED,
)
from jiedui.programmes.models import Offer, Post, Posting, Programme, Stay, Wish


class PostCount(NamedTuple):
    """How many posts of a programme are in which state, and for how many people they ask."""

    states: dict[str, int]
    asked: int
    there: int


def posts_of(viewer: Viewer, programme: Programme) -> QuerySet[Post]:
    """The programme's posts that the viewer sees."""
    rows = visible_posts(viewer).filter(programme=programme)
    return rows.select_related("receiver", "department")


def fitting_post(
    programme_id: UUID,
    receiver_id: UUID,
    specialty: str,
    category: str,
    department_id: UUID | None,
    first: date,
    last: date,
) -> Post | None:
    """The one agreed post that somebody of this kind would fill on these days.

    None where none has room, or where several have: then a person chooses.
    """
    taken = Count(
        "postings",
        filter=Q(postings__state__in=(*COMING, *PRESENT), postings__starts_on__lte=last,
                 postings__ends_on__gte=first),
    )  # fmt: skip
    rows = (
        Post.objects.filter(
            Q(department__isnull=True) | Q(department_id=department_id),
            Q(needed_to__isnull=True) | Q(needed_to__gte=first),
            programme_id=programme_id, receiver_id=receiver_id, specialty=specialty,
            category=category, state__in=(AGREED, FILLED), needed_from__lte=last,
        )
        .annotate(taken=taken)
        .filter(taken__lt=F("headcount"))
    )  # fmt: skip
    found = list(rows[:2])
    return found[0] if len(found) == 1 else None


def counts(viewer: Viewer, programme: Programme) -> PostCount:
    """The programme's posts that the viewer sees, counted; people on site at agreed ones."""
    rows = visible_posts(viewer).filter(programme=programme)
    states, asked = {}, 0
    for state, count, people in (
        rows.order_by().values_list("state").annotate(Count("id"), Sum("headcount"))
    ):
        states[state] = count
        asked += people if state in (AGREED, FILLED) else 0
    there = (
        Posting.objects.filter(post__in=rows.filter(state__in=(AGREED, FILLED)), state__in=PRESENT)
        .values("person_id")
        .distinct()
        .count()
    )
    return PostCount(states, asked, there)


def there_now(post_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many people each post has on site or on leave from there; others left out."""
    rows = Posting.objects.filter(post_id__in=list(post_ids), state__in=PRESENT).order_by()
    return dict(rows.values_list("post_id").annotate(Count("person_id", distinct=True)))


def coming(post_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many people are proposed for each post and not there yet; others left out."""
    rows = Posting.objects.filter(post_id__in=list(post_ids), state__in=COMING).order_by()
    return dict(rows.values_list("post_id").annotate(Count("person_id", distinct=True)))


def people_of(viewer: Viewer, post: Post) -> tuple[list[Posting], int]:
    """Who is proposed for a post, is there or was, the latest first; and how many are not shown."""
    rows = visible_postings(viewer).filter(post=post).select_related("person", "giver")
    found = list(rows.order_by("-starts_on", "id"))
    return found, Posting.objects.filter(post=post).count() - len(found)


def days_on_site(posting_ids: Iterable[UUID], until: date | None = None) -> dict[UUID, int]:
    """The days on site of each posting up to a day (today)."""
    last = until or today()
    found: dict[UUID, int] = {}
    for posting, start, end in Stay.objects.filter(
        posting_id__in=list(posting_ids), first_day__lte=last
    ).values_list("posting_id", "first_day", "last_day"):
        days = (min(end or last, last) - start).days + 1
        found[posting] = found.get(posting, 0) + days
    return found


def offers_of(viewer: Viewer, programme: Programme) -> QuerySet[Offer]:
    """What the supporters of the programme offer, as far as the viewer sees it."""
    return visible_offers(viewer).filter(programme=programme).select_related("giver")


def taken(offer_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many wishes took a place of each offer; others left out."""
    rows = Wish.objects.filter(offer_id__in=list(offer_ids), state__in=(ACCEPTED, SCHEDULED, DONE))
    return dict(rows.order_by().values_list("offer_id").annotate(Count("id")))


def wishes_of(viewer: Viewer, programme: Programme) -> QuerySet[Wish]:
    """The programme's wishes that the viewer sees."""
    rows = visible_wishes(viewer).filter(programme=programme)
    return rows.select_related("receiver", "giver", "offer")


def median_answer(wishes: QuerySet[Wish]) -> timedelta | None:
    """How long the answers took: half were quicker. None where nothing was answered."""
    waited = (
        wishes.filter(answered_at__isnull=False)
        .annotate(
            waited=ExpressionWrapper(F("answered_at") - F("asked_at"), output_field=DurationField())
        )
        .order_by("waited")
        .values_list("waited", flat=True)
    )
    count = waited.count()
    if not count:
        return None
    middle: list[timedelta] = list(waited[(count - 1) // 2 : count // 2 + 1])
    return sum(middle, timedelta()) / len(middle)
