"""Steps that the viewer's side is to take next."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q

from jiedui.programmes.access import reach
from jiedui.programmes.domain.states import (
    AGREED,
    ASKED,
    DECIDED,
    NOMINATED,
    PRESENT,
    REQUESTED,
    SCREENED,
)
from jiedui.programmes.models import Post, Posting, Wish
from jiedui.programmes.queries.alerts.scope import (
    ARRIVAL_DUE,
    DEPARTURE_DUE,
    EDIT,
    HOST,
    LIVE,
    SEND,
    TO_AGREE,
    TO_ANSWER,
    TO_APPROVE,
    TO_FILL,
    TO_SCREEN,
    Alert,
    Scope,
    grouped,
)


def of_steps(scope: Scope, day: date) -> list[Alert]:
    """Nominations, arrivals, departures, posts and wishes that wait for a step."""
    found: list[Alert] = []
    coordinates = scope.own(("receiver_id", EDIT), ("giver_id", EDIT))
    hosts = scope.own(("receiver_id", HOST), ("receiver_id", EDIT))
    if coordinates is not None:
        rows = Posting.objects.filter(coordinates, state=NOMINATED)
        found += grouped(TO_SCREEN, rows, "nominated_at")
    edits = scope.own(("receiver_id", EDIT))
    if edits is not None:
        found += grouped(TO_AGREE, Post.objects.filter(edits, state=REQUESTED), "requested_at")
    if hosts is not None:
        mine = Posting.objects.filter(hosts)
        found += grouped(TO_APPROVE, mine.filter(state=SCREENED), "nominated_at")
        found += grouped(
            ARRIVAL_DUE, mine.filter(state__in=DECIDED, starts_on__lte=day), "starts_on"
        )
        found += grouped(DEPARTURE_DUE, mine.filter(state__in=PRESENT, ends_on__lt=day), "ends_on")
    found += _to_fill(scope, day)
    answers = scope.own(("giver_id", SEND), ("giver_id", EDIT))
    if answers is not None:
        found += grouped(TO_ANSWER, Wish.objects.filter(answers, state=ASKED), "asked_at")
    return found


def _to_fill(scope: Scope, day: date) -> list[Alert]:
    """Agreed posts of those whom the viewer's bodies help, for which nobody is named yet."""
    sends = scope.held(SEND)
    if sends.everything or not sends.organisation_ids:
        return []
    named = Posting.objects.filter(post_id=OuterRef("pk"), state__in=LIVE)
    rows = Post.objects.filter(
        Q(needed_to__isnull=True) | Q(needed_to__gte=day), ~Exists(named), state=AGREED,
        receiver_id__in=reach(scope.viewer).seen,
    ).exclude(receiver_id__in=sends.organisation_ids)  # fmt: skip
    return grouped(TO_FILL, rows, "agreed_on")
