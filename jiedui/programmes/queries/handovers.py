"""Reads of handovers: the open ones, the overdue ones, those of a posting."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.programmes.access import visible_handovers
from jiedui.programmes.models import Handover


def handovers_of(viewer: Viewer, programme_id: UUID) -> QuerySet[Handover]:
    """The programme's handovers that the viewer sees, with postings, people and bodies."""
    return (
        visible_handovers(viewer)
        .filter(outgoing__programme_id=programme_id)
        .select_related(
            "outgoing__person", "outgoing__receiver", "outgoing__giver", "incoming__person"
        )
    )


def overdue(viewer: Viewer, day: date) -> QuerySet[Handover]:
    """Handovers that were due before the day and that not both have signed, the oldest first."""
    return (
        visible_handovers(viewer)
        .filter(incoming_signed_at__isnull=True, due_on__lt=day)
        .select_related(
            "outgoing__programme", "outgoing__person", "outgoing__receiver", "incoming__person"
        )
        .order_by("due_on", "id")
    )


def taken_over(posting_ids: Iterable[UUID]) -> list[Handover]:
    """The handovers in which these postings come in."""
    rows = Handover.objects.filter(incoming_id__in=set(posting_ids))
    return list(rows.select_related("outgoing__person").order_by("due_on", "id"))
