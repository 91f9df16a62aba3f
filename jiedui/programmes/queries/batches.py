"""Reads of batches and teams."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Max

from jiedui.programmes.domain.states import DECIDED, PRESENT
from jiedui.programmes.models import Batch, Posting, Programme, Team

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation

LEADER = "leader"


def next_number(programme: Programme, sender: Organisation) -> int:
    """The number after the sender's last batch of the programme."""
    rows = Batch.objects.filter(programme=programme, sender=sender)
    last: int | None = rows.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def leader_of(team: Team, *, beside: UUID | None = None) -> Posting | None:
    """Who leads the team, coming or there; ``beside`` leaves a posting out."""
    rows = Posting.objects.filter(team=team, team_role=LEADER, state__in=(*DECIDED, *PRESENT))
    if beside is not None:
        rows = rows.exclude(pk=beside)
    return rows.select_related("person").first()
