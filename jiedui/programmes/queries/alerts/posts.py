"""Posts and teams that want people: empty ones, those about to be, and cores too small."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from jiedui.programmes.domain.compliance import PERSONS, TEAM
from jiedui.programmes.domain.states import AGREED, ENDED, FILLED, NEVER, PRESENT
from jiedui.programmes.models import Post, Posting, Team
from jiedui.programmes.queries.alerts.scope import (
    AHEAD,
    BELOW_CORE,
    EDIT,
    FALLS_EMPTY,
    HOST,
    LIVE,
    SEND,
    STANDS_EMPTY,
    Alert,
    Scope,
    first,
    rest,
)
from jiedui.programmes.queries.rules import presence_rules


def live_posts(day: date) -> Q:
    """Posts agreed and needed on the day."""
    return (
        Q(state__in=(AGREED, FILLED), needed_from__lte=day)
        & (Q(needed_to__isnull=True) | Q(needed_to__gte=day))
        & (Q(closed_on__isnull=True) | Q(closed_on__gte=day))
    )


def falling_empty(posts: QuerySet[Post], day: date, ahead: timedelta = AHEAD) -> QuerySet[Posting]:
    """Postings whose end, within the time ahead, leaves their post with too few people.

    Whoever is there, or nominated, for the day after the end is a successor.
    """
    after = (
        Posting.objects.filter(
            post_id=OuterRef("post_id"), state__in=LIVE, ends_on__gt=OuterRef("ends_on"),
            starts_on__lte=OuterRef("next_day"),
        )
        .order_by()
        .values("post_id")
        .annotate(people=Count("id"))
        .values("people")
    )  # fmt: skip
    return (
        Posting.objects.filter(
            Q(post__needed_to__isnull=True) | Q(post__needed_to__gt=F("ends_on")),
            Q(post__closed_on__isnull=True) | Q(post__closed_on__gt=F("ends_on")),
            # Looked up for each posting: in a list, all posts of the country would be read.
            Exists(posts.filter(pk=OuterRef("post_id"))),
            state__in=PRESENT, ends_on__lte=day + ahead,
        )
        .annotate(
            next_day=ExpressionWrapper(
                F("ends_on") + timedelta(days=1), output_field=DateField()
            )
        )
        .annotate(after=Coalesce(Subquery(after, output_field=IntegerField()), 0))
        .filter(after__lt=F("post__headcount"))
    )  # fmt: skip


def standing_empty(posts: QuerySet[Post], day: date) -> QuerySet[Post]:
    """Posts needed on the day with nobody there and nobody nominated."""
    somebody = Posting.objects.filter(post_id=OuterRef("pk"), state__in=LIVE).filter(
        Q(state__in=PRESENT) | Q(ends_on__gte=day)
    )
    return posts.filter(live_posts(day)).filter(~Exists(somebody))


def of_posts(scope: Scope, day: date) -> list[Alert]:
    """Posts that stand empty, and those that soon will."""
    found: list[Alert] = []
    ends = scope.own(("receiver_id", HOST), ("receiver_id", EDIT), ("giver_id", SEND))
    if ends is None:
        return found
    posts = Post.objects.filter(state__in=(AGREED, FILLED))
    rows, count = first(
        falling_empty(posts, day).filter(ends).select_related("post"), "ends_on", "id"
    )
    alerts = [
        Alert(
            FALLS_EMPTY, row.ends_on, row.programme_id, row.post_id, row.receiver_id,
            specialty=row.specialty,
        )
        for row in rows
    ]  # fmt: skip
    found += rest(FALLS_EMPTY, alerts, count)
    own = scope.own(("receiver_id", HOST), ("receiver_id", EDIT))
    if own is not None:
        left = Posting.objects.filter(post_id=OuterRef("pk"), state__in=ENDED).order_by("-ends_on")
        rows_empty = standing_empty(posts.filter(own), day).annotate(
            left=Subquery(left.values("ends_on")[:1])
        )
        empty, count = first(rows_empty, "needed_from", "id")
        alerts = [
            Alert(
                STANDS_EMPTY, _empty_since(row), row.programme_id, row.id, row.receiver_id,
                specialty=row.specialty,
            )
            for row in empty
        ]  # fmt: skip
        found += rest(STANDS_EMPTY, alerts, count)
    return found


def _empty_since(post: Any) -> date:
    """The day after the last of its people left, or the first day that it was needed."""
    first: date = post.needed_from
    left: date | None = post.left
    return first if left is None else max(first, left + timedelta(days=1))


def _asked(day: date) -> list[When]:
    """How many a team must have where it says nothing itself, the rule that asks most first."""
    asking = [
        (rule.minimum, rule)
        for rule in presence_rules()
        if rule.per == TEAM
        and rule.measure == PERSONS
        and rule.minimum
        and (rule.valid_from is None or rule.valid_from <= day)
    ]
    found = []
    for least, rule in sorted(asking, key=lambda pair: pair[0], reverse=True):
        members = Posting.objects.filter(team_id=OuterRef("pk"), kind__in=rule.posting_kinds)
        judged = Q(Exists(members.exclude(state__in=NEVER)))
        if rule.programme_kinds:
            judged &= Q(programme__kind__in=rule.programme_kinds)
        found.append(When(judged, then=Value(least)))
    return found


def below_core(teams: QuerySet[Team], day: date) -> QuerySet[Team]:
    """Teams that have begun and have fewer people there than they must."""
    wanted = Coalesce(
        F("core"),
        Case(*_asked(day), default=Value(0)),
        output_field=IntegerField(),
    )
    return (
        teams.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day),
            Q(valid_to__isnull=True) | Q(valid_to__gte=day),
        )
        .annotate(
            wanted=wanted,
            there=Count("postings__person", filter=Q(postings__state__in=PRESENT), distinct=True),
            begun=Count("postings", filter=Q(postings__arrived_on__isnull=False)),
        )
        .filter(there__lt=F("wanted"))
        .filter(Q(begun__gt=0) | Q(valid_from__lte=day))
    )


def of_teams(scope: Scope, day: date) -> list[Alert]:
    """Teams with fewer people on site than their core."""
    own = scope.own(
        ("receiver_id", HOST), ("receiver_id", EDIT), ("sender_id", SEND), ("sender_id", EDIT)
    )
    if own is None:
        return []
    rows, count = first(below_core(Team.objects.filter(own), day), "valid_from", "id")
    alerts = [
        Alert(
            BELOW_CORE, None, row.programme_id, row.id, row.receiver_id, row.name,
            count=row.there, wanted=row.wanted,
        )
        for row in rows
    ]  # fmt: skip
    return rest(BELOW_CORE, alerts, count)
