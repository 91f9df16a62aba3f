"""Reads of handovers: the open ones, the overdue ones, those of a posting."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db.models import (
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
)

from jiedui.accounts.permissions import Viewer
from jiedui.core.packs import vocabulary
from jiedui.programmes.access import visible_handovers, visible_postings
from jiedui.programmes.domain.handovers import handover_rules
from jiedui.programmes.domain.states import AGREED, ENDED, FILLED, HOLDING, PRESENT
from jiedui.programmes.models import Handover, Posting


def handovers_of(viewer: Viewer, programme_id: UUID) -> QuerySet[Handover]:
    """The programme's handovers that the viewer sees, with postings, people and bodies."""
    # Of the page alone: joined, people and bodies would be read for all that is sorted.
    return visible_handovers(viewer, programme_id).prefetch_related(
        Prefetch("outgoing", Posting.objects.select_related("person", "receiver", "giver")),
        Prefetch("incoming", Posting.objects.select_related("person")),
    )


def overdue(viewer: Viewer, day: date, programme_id: UUID | None = None) -> QuerySet[Handover]:
    """Handovers that were due before the day and that not both have signed, the oldest first."""
    rows = visible_handovers(viewer, programme_id)
    return rows.filter(incoming_signed_at__isnull=True, due_on__lt=day).order_by("due_on", "id")


def missing(postings: QuerySet[Posting], day: date) -> QuerySet[Posting]:
    """Postings that end, or ended lately, where somebody follows and no handover was begun.

    The days are the pack's (handover_rules). Somebody follows where another posting takes the
    same post or specialty over, or where the post is still to be filled.
    """
    due = Q(pk__in=())
    for rule in handover_rules(vocabulary().tables.get("handover_rules", {})):
        least = ExpressionWrapper(
            F("ends_on") - timedelta(days=max(rule.least_days - 1, 0)), output_field=DateField()
        )
        ends = Q(state__in=PRESENT, ends_on__lte=day + timedelta(days=rule.begin_days))
        ended = Q(state__in=ENDED, ends_on__gte=day - timedelta(days=rule.forget_days))
        kinds = Q(kind__in=rule.posting_kinds) if rule.posting_kinds else Q()
        due |= (ends | ended) & kinds & Q(starts_on__lte=least)
    same = Q(post=OuterRef("post")) | Q(
        post__isnull=True, receiver_id=OuterRef("receiver_id"), specialty=OuterRef("specialty")
    )
    follower = Posting.objects.filter(
        same, programme_id=OuterRef("programme_id"), state__in=HOLDING,
        starts_on__gt=OuterRef("starts_on"), ends_on__gt=OuterRef("ends_on"),
    ).exclude(person_id=OuterRef("person_id"))  # fmt: skip
    still_asked = Q(post__state__in=(AGREED, FILLED)) & (
        Q(post__needed_to__isnull=True) | Q(post__needed_to__gt=F("ends_on"))
    )
    return postings.filter(due, handover__isnull=True).filter(Exists(follower) | still_asked)


def missing_of(viewer: Viewer, programme_id: UUID, day: date) -> QuerySet[Posting]:
    """The programme's postings without a handover that the viewer sees, the earliest end first."""
    rows = missing(visible_postings(viewer).filter(programme_id=programme_id), day)
    return rows.select_related("person", "receiver", "giver", "post").order_by("ends_on", "id")


def taken_over(posting_ids: Iterable[UUID]) -> list[Handover]:
    """The handovers in which these postings come in."""
    rows = Handover.objects.filter(incoming_id__in=set(posting_ids))
    return list(rows.select_related("outgoing__person").order_by("due_on", "id"))
