"""Who lies in the same county, regiment or region."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Q

from jiedui.directory.access.graph import tree
from jiedui.directory.models import Place


def neighbours(
    organisation_id: UUID, tiers: Collection[str], day: date | None = None
) -> frozenset[UUID]:
    """The organisation, and all that lie in a place of these tiers above it.

    Without tiers, or where no such place is known, the organisation alone.
    """
    alone = frozenset({organisation_id})
    if not tiers:
        return alone
    now = tree()
    above = now.graph.above([organisation_id], day)
    places = Place.objects.filter(Q(id__in=above) | Q(body__in=above), tier__in=tiers)
    nodes = [now.node(id) for id in places.values_list("id", flat=True)]
    return alone | frozenset(now.graph.below(nodes, day) & now.organisations) if nodes else alone
