"""Reads of mentoring studios: the list, one with members, calendar and outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.mentoring.access.apprenticeships import visible_studios
from jiedui.mentoring.models import Studio, StudioDay, StudioMember, StudioOutput


def studios_of(viewer: Viewer) -> QuerySet[Studio]:
    """The studios that the viewer sees, with bodies and leader."""
    return visible_studios(viewer).select_related(
        "programme", "giver", "receiver", "department", "leader"
    )


def counted(rows: list[Any]) -> list[Any]:
    """The studios of a page, with days held and outputs counted: of these alone."""
    held = StudioDay.objects.filter(studio__in=rows, held=True)
    came = StudioOutput.objects.filter(studio__in=rows)
    days, outputs = (
        dict(each.order_by().values_list("studio_id").annotate(n=Count("id")))
        for each in (held, came)
    )
    for row in rows:
        row.held, row.came = days.get(row.id, 0), outputs.get(row.id, 0)
    return rows


def open_at(viewer: Viewer, programme_id: UUID, receiver_id: UUID) -> list[Studio]:
    """The studios open today at a recipient in a programme."""
    rows = visible_studios(viewer).filter(programme_id=programme_id, receiver_id=receiver_id)
    return list(rows.exclude(valid_to__lt=today()).order_by("name", "id")[:60])


@dataclass(frozen=True)
class Detail:
    """What a studio's page shows."""

    members: Sequence[StudioMember]
    coming: Sequence[StudioDay]
    past: Sequence[StudioDay]
    outputs: Sequence[StudioOutput]


def detail(studio: Studio) -> Detail:
    """Members, the calendar before and after today, and what came of it."""
    days = list(studio.days.order_by("on", "id"))
    day = today()
    return Detail(
        list(studio.members.select_related("person").order_by("valid_to", "valid_from", "id")),
        [row for row in days if row.on >= day and row.held is None],
        [row for row in reversed(days) if row.on < day or row.held is not None][:60],
        list(studio.outputs.order_by("-on", "-id")[:100]),
    )
